"""Correcting what is known about an article by hand. `Coverage.purge` deletes an article for
good."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from corpus.attribution.aliases import Aliases
from corpus.errors import InputError
from corpus.ingest import prepare
from corpus.store import COMMAND_LINE, Coverage
from corpus.types import Article, Rejection, Source


def correct(
    coverage: Coverage,
    id: str,
    said: Source,
    *,
    today: date,
    aliases: Aliases | None = None,
    actor: str = COMMAND_LINE,
) -> Article:
    """Let corrections by hand (outlet, address, headline, day of publication) override what an
    article's documents say, in every version, past and future. Returns the article as it is now.

    Raises `InputError` if the article is unknown or removed, if another article has the address, or
    if the cleaning rules no longer accept one of its documents.
    """
    if coverage.removed([id]):
        raise InputError(f"article {id} has been removed; `pullquote remove --undo {id}` first")
    with coverage.transaction():
        coverage.keep_by_hand(id, said, today, actor)
        for article, version, raw, taken in coverage.documents(id):
            made = prepare(raw, taken or today, aliases)
            if isinstance(made, Rejection):
                raise InputError(f"the text of {id}@{version} would not be taken: {made.reason}")
            coverage.rewrite(replace(made[0], id=article, version=version))
    coverage.link()
    found = coverage.article(id)
    assert found is not None
    return found
