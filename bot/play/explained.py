"""An explanation as the page shows it: texts in the reader's language, runs of article text and
lengths of bars. What it says is what `ask --explain` says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.play.passages import Run, runs, stems_of
from bot.render.citation import citation
from bot.render.explanation import (
    decided,
    decimal,
    evidence_name,
    reason_said,
    signed,
    told_parts,
)
from bot.render.plain import visible, web_address
from bot.render.verdict import iso
from bot.words import Words
from bot.words.coverage import filters_text, missing_text
from bot.words.direction import name
from retrieval.answer.after import context
from retrieval.answer.check.receipt import receipt_of
from retrieval.answer.explain.explanation import (
    AskedWord,
    Explained,
    ExplainedAnswer,
    Understood,
    Where,
    WordFound,
)
from retrieval.question.wanted import Wanted
from retrieval.types import Evidence


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing that speaks for a candidate or against it. `start` and `length` are hundredths of
    the picture of its sum, `share` of the largest part on the page."""

    name: str
    size: str
    against: bool
    start: float
    length: float
    share: float


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum with its parts, the largest first, and as a picture: where nothing is, and what is
    needed, in hundredths of its width; `needed` is empty where nothing is."""

    value: str
    needed: str
    bars: tuple[Bar, ...]
    zero: float
    mark: float | None


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word of the question: its weight in hundredths, where it stands, what stands there for
    it, and whether it is missing."""

    word: str
    weight: int
    where: str
    found: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate. `title` says which quote it became, or that it is not shown; `reason` why. What
    the `judge` leans on does not add up, so its sum has no value."""

    number: int | None
    title: str
    reason: str
    article: str
    language: str
    receipt: str
    citation: str
    url: str | None
    cut_before: bool
    cut_after: bool
    paragraphs: tuple[tuple[bool, tuple[Run, ...]], ...]
    words: tuple[WordRow, ...]
    score: Sum
    judge: Sum
    evidence: Sum


@dataclass(frozen=True, slots=True)
class Taken:
    """What the question was understood as: pairs of a label and what is said, and its words."""

    said: tuple[tuple[str, tuple[str, ...]], ...]
    words: tuple[WordRow, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """A whole explanation."""

    answered: bool
    decided: tuple[str, ...]
    taken: Taken
    candidates: tuple[Shown, ...]


def why(told: ExplainedAnswer, interface: Words) -> Why:
    """An explained answer in the words of `interface`."""
    explanation = told.explanation
    every = explanation.candidates
    most = (
        _largest(part for each in every for part in each.score_parts),
        _largest(part for each in every for part in each.judge_parts),
        _largest(part for each in every for part in each.weighed.parts),
    )
    scales = (
        _Scale.of([(each.score_parts, each.beside) for each in every]),
        _Scale.of([(each.judge_parts, None) for each in every]),
        _Scale.of([(each.weighed.parts, each.weighed.needed) for each in every]),
    )
    return Why(
        answered=told.answer.answered,
        decided=tuple(decided(explanation, interface)),
        taken=Taken(
            tuple((interface.say(key), said) for key, said in _taken(told, interface) if said),
            tuple(_known(each, interface) for each in _words(explanation.understood)),
        ),
        candidates=tuple(
            _shown(each, interface, explanation.wanted, scales, most) for each in every
        ),
    )


def _words(understood: Understood | None) -> Sequence[AskedWord]:
    return understood.words if understood else ()


def _taken(told: ExplainedAnswer, interface: Words) -> Iterator[tuple[str, tuple[str, ...]]]:
    understood, answer = told.explanation.understood, told.answer
    searched = filters_text(answer.filters, interface) or [interface.say("why_everything")]
    yield "why_searched", tuple(searched)
    if understood is None:
        return
    wants = tuple(interface.say(f"why_kind_{kind}") for kind in understood.wants)
    yield "why_kinds", wants or (interface.say("why_kind_any"),)
    yield "why_speaker", (_name(understood.speaker, interface),) if understood.speaker else ()
    yield "why_days", tuple(iso(day) for day in understood.days)
    yield "why_expanded", tuple(_expanded(answer.expanded, interface))
    missing = answer.absence.missing if answer.absence else ()
    yield "why_missing", tuple(missing_text(missing, interface))


def _expanded(pairs: Sequence[tuple[str, str]], interface: Words) -> Iterator[str]:
    """A line for each word that was also searched for otherwise."""
    others: dict[str, list[str]] = {}
    for asked, other in pairs:
        others.setdefault(asked, []).append(_name(other, interface))
    arrow = "←" if interface.right_to_left else "→"
    for asked, found in others.items():
        listed = interface.say("between_names").join(found)
        yield f"{_name(asked, interface)} {arrow} {listed}"


def _known(each: AskedWord, interface: Words) -> WordRow:
    how = str(each.how) if each.how else "nowhere"
    word = _name(each.word, interface)
    where = interface.say(f"why_known_{how}")
    return WordRow(word, round(each.weight * 100), where, "", each.how is None)


def _shown(
    each: Explained,
    interface: Words,
    wanted: Wanted | None,
    scales: Sequence[_Scale],
    most: Sequence[float],
) -> Shown:
    quote, around = each.quote, context(each.quote)
    stems = stems_of(each.words)
    number = interface.number(each.shown) if each.shown else ""
    return Shown(
        number=each.shown,
        title=interface.say("explain_shown", n=number) if number else interface.say("why_unshown"),
        reason="" if each.shown else reason_said(each, interface, wanted),
        article=quote.article.id,
        language=quote.article.language,
        receipt=receipt_of(quote),
        citation=visible(citation(quote, interface)),
        url=web_address(quote.article.source.url),
        cut_before=around.cut_before,
        cut_after=around.cut_after,
        paragraphs=tuple(
            (paragraph.heading, runs(around, paragraph, stems)) for paragraph in around.paragraphs
        ),
        words=tuple(_row(word, interface) for word in each.words),
        score=scales[0].sum(each.score, each.score_parts, each.beside, most[0], interface),
        judge=scales[1].sum(0.0, each.judge_parts, None, most[1], interface),
        evidence=scales[2].sum(
            each.weighed.evidence, each.weighed.parts, each.weighed.needed, most[2], interface
        ),
    )


def _row(word: WordFound, interface: Words) -> WordRow:
    place = str(word.how) if word.where is Where.QUOTE else str(word.where)
    return WordRow(
        _name(word.word, interface),
        round(word.weight * 100),
        interface.say(f"why_where_{place}"),
        _name(word.found, interface) if word.found else "",
        word.where is Where.NOWHERE,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """From the least to the most that any sum of the page reaches, so that pictures compare."""

    least: float
    most: float

    @classmethod
    def of(cls, sums: Sequence[tuple[Sequence[Evidence], float | None]]) -> _Scale:
        against = [sum(min(part.part, 0.0) for part in parts) for parts, _ in sums]
        favour = [sum(max(part.part, 0.0) for part in parts) for parts, _ in sums]
        needed = [each for _, each in sums if each is not None]
        return cls(min([0.0, *against, *needed]), max([0.01, *favour, *needed]))

    def at(self, value: float) -> float:
        return round(100 * (value - self.least) / (self.most - self.least), 2)

    def sum(
        self,
        value: float,
        parts: Sequence[Evidence],
        needed: float | None,
        largest: float,
        interface: Words,
    ) -> Sum:
        bars, favour, against = [], 0.0, 0.0
        for part in told_parts(parts):
            if part.part < 0:
                against += part.part
                start = self.at(against)
            else:
                start = self.at(favour)
                favour += part.part
            length = self.at(self.least + abs(part.part))
            share = round(100 * abs(part.part) / largest, 2)
            said = evidence_name(part, interface)
            bars.append(Bar(said, signed(part.part), part.part < 0, start, length, share))
        return Sum(
            decimal(value),
            "" if needed is None else decimal(needed),
            tuple(bars),
            self.at(0.0),
            None if needed is None else self.at(needed),
        )


def _largest(parts: Iterator[Evidence]) -> float:
    return max((abs(part.part) for part in parts), default=0.0) or 1.0


def _name(text: str, interface: Words) -> str:
    return name(visible(text), interface.right_to_left)
