"""The place of a verified text, as a quote with its speaker."""

from __future__ import annotations

from dataclasses import replace

from retrieval.answer.check.verdict import Match
from retrieval.answer.speakers.attribution import said_by
from retrieval.types import Quote


def quoted(match: Match) -> Quote:
    """The quote of a match. Who says it is read in the text, as it is in the index for answers."""
    quote = match.quote
    return replace(quote, said_by=said_by(quote.article, quote.start, quote.end))
