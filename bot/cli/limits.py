"""Hints about the limits of a search, on standard error."""

from __future__ import annotations

from bot.cli.context import CommandContext, notice
from bot.words import Words
from bot.words.limits import languages_there, outlets_there, undated_left
from retrieval.types import Filters


def tell_limits(parts: CommandContext, filters: Filters, interface: Words) -> None:
    """What limits left out because it is undated; what there is to choose from where they leave
    nothing."""
    coverage = parts.coverage
    selection = coverage.select(
        filters.outlets, filters.since, filters.until, filters.language, aliases=parts.aliases
    )
    if selection is None:
        notice(f"pullquote: {outlets_there(coverage.outlets(), interface)}")
    elif dropped := coverage.undated_dropped(selection):
        notice(f"pullquote: {undated_left(dropped, interface)}")
    if filters.language and filters.language not in (there := coverage.languages()):
        notice(f"pullquote: {languages_there(there, interface)}")
