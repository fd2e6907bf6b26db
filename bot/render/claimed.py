"""What to say about an attribution pasted with a quote. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words import Words
from bot.words.coverage import outlet_name, short_name
from retrieval.answer.check.verdict import Agreement, Match

# Outlets or days that the coverage has instead.
_MOST_NAMED = 3


def claimed_lines(matches: Sequence[Match], interface: Words) -> list[str]:
    """A line for each of source and day that are claimed of a quote: that it is right, or what the
    coverage has, or that it does not know."""
    claimed = matches[0].claimed if matches else None
    if claimed is None:
        return []
    outlets = [outlet_name(each.article.source.outlet, interface) for each in matches]
    days = [interface.date(each.published) for each in matches if each.published]
    said = []
    for kind, agreement, written, known in (
        ("source", claimed.outlet, claimed.attribution.outlet, outlets),
        ("day", claimed.published, claimed.attribution.written_day, days),
    ):
        if agreement is None or written is None:
            continue
        name = short_name(written, interface)
        has = list(dict.fromkeys(known))[:_MOST_NAMED] if agreement is Agreement.DIFFERS else []
        shown = interface.say("between_names").join(has)
        said.append(interface.say(f"verify_{kind}_{agreement}", claimed=name, known=shown))
    return said


def place_of(start: int, end: int) -> str:
    """A place in a draft, in code points."""
    return f"{start}–{end}"
