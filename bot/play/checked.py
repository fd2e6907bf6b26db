"""A verdict as the page shows it: each sentence of a draft, what it is and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from rich.console import Console

from bot.render.citation import citation
from bot.render.claimed import claimed_lines
from bot.render.plain import unfilled, visible, web_address
from bot.render.telegram_verdict import parts_key, verdict_key
from bot.render.verdict import verdict_view
from bot.words import Words
from bot.words.coverage import BETWEEN, outlet_name
from retrieval.answer.check.aligned import Piece
from retrieval.answer.check.receipt import receipt_of
from retrieval.answer.check.verdict import Match, Verdict, VerdictKind
from retrieval.answer.matched import quoted

# Other places of a sentence that are named.
_MOST_OTHERS = 8


@dataclass(frozen=True, slots=True)
class Differing:
    """A piece of a diff of the kind that `aligned.Piece` has, with the blanks around it."""

    kind: str
    before: str
    text: str
    after: str

    @classmethod
    def of(cls, piece: Piece) -> Differing:
        kind, text = piece
        bare = text.strip()
        before = text[: len(text) - len(text.lstrip())] if bare else ""
        after = text[len(text.rstrip()) :]
        if kind != "equal":  # what was put in need not end in a blank
            after = after or " "
        return cls(kind, before, visible(bare), after)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence or its original stands: the exact text, the words that differ as pieces of a
    diff, none where none do, who says it and its source on one line, and what is said of an
    attribution. `receipt` is empty for a text that is superseded."""

    text: str
    language: str
    diff: tuple[Differing, ...]
    citation: str
    url: str | None
    article: str
    receipt: str
    superseded: bool
    claimed: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a draft or a piece of one. `kind` is exact, spelled, altered, absent or own."""

    number: int
    text: str
    kind: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft: what it is as a whole, how many sentences are of each kind, and these in order.
    `receipt`: what was given is one, and its text is at its place."""

    said: str
    receipt: bool
    counts: tuple[tuple[str, int], ...]
    sentences: tuple[Sentence, ...]


def checked(text: str, verdict: Verdict, interface: Words) -> Checked:
    """A verdict on a text in the words of `interface`."""
    parts: Sequence[tuple[str, str, Sequence[Match]]]
    parts = [
        (part.text, "own" if verdict.is_own(part) else _kind(part.kind, part.matches), part.matches)
        for part in verdict.parts
    ]
    parts = parts or [(text.strip(), _kind(verdict.kind, verdict.matches), verdict.matches)]
    sentences = tuple(
        Sentence(number, visible(said), kind, _place(matches, interface))
        for number, (said, kind, matches) in enumerate(parts, start=1)
    )
    kinds = [each.kind for each in sentences]
    key = parts_key(verdict) if verdict.told_by_parts else verdict_key(verdict)
    return Checked(
        interface.say(key),
        verdict.receipt,
        tuple(
            (kind, kinds.count(kind))
            for kind in ("exact", "spelled", "altered", "absent", "own")
            if kind in kinds
        ),
        sentences,
    )


def sheet(verdict: Verdict) -> str:
    """What `pullquote verify` prints in a file."""
    out = StringIO()
    Console(file=out, width=100_000, color_system=None).print(verdict_view(verdict))
    return unfilled(out.getvalue())


def _kind(kind: VerdictKind, matches: Sequence[Match]) -> str:
    spelled = kind is VerdictKind.EXACT and any(match.diff for match in matches[:1])
    return "spelled" if spelled else str(kind)


def _place(matches: Sequence[Match], interface: Words) -> Place | None:
    if not matches:
        return None
    first, article = matches[0], matches[0].article
    others = {match.article.id: match for match in matches[1:] if match.article.id != article.id}
    return Place(
        text=visible(first.text),
        language=article.language,
        diff=tuple(map(Differing.of, first.diff or ())),
        citation=visible(citation(quoted(first), interface)),
        url=web_address(article.source.url),
        article=article.id,
        receipt="" if first.superseded else receipt_of(first.quote),
        superseded=first.superseded,
        claimed=tuple(claimed_lines(matches, interface)),
        others=tuple(_other(each, interface) for each in list(others.values())[:_MOST_OTHERS]),
    )


def _other(match: Match, interface: Words) -> str:
    day = match.published
    outlet = outlet_name(match.article.source.outlet, interface)
    return BETWEEN.join([outlet, interface.date(day) if day else interface.say("undated")])
