"""Asking the questions of cases again and judging the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.replay.cases import Case, Expectation
from corpus.errors import InputError
from retrieval.engine import Engine
from retrieval.types import Answer, Quote


@dataclass(frozen=True, slots=True)
class Result:
    """How one case went. `rank` counts from 1: the first quote that is as expected."""

    id: str
    passed: bool
    why: str | None
    rank: int | None
    took_ms: float


def run(
    cases: Iterable[Case], engine: Engine, step: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """The result of every case, in order."""
    results = []
    for case in cases:
        try:
            answer = engine.ask(case.question, limit=case.expect.within)
        except InputError as error:
            result = Result(case.id, False, str(error), None, 0.0)
        else:
            result = judge(case, answer)
        step(result)
        results.append(result)
    return results


def judge(case: Case, answer: Answer) -> Result:
    """Whether `answer` is what `case` expects, and if not, why."""
    expected = case.expect
    rank = next(
        (place for place, quote in enumerate(answer.quotes, start=1) if _fits(quote, expected)),
        None,
    )
    why = _why(answer, expected, rank)
    return Result(case.id, why is None, why, rank, round(answer.took_ms, 3))


def _fits(quote: Quote, expected: Expectation) -> bool:
    held = not expected.contains or any(text in quote.text for text in expected.contains)
    attributed = expected.outlet in (None, quote.article.source.outlet)
    return held and attributed and expected.article in (None, quote.article.id)


def _why(answer: Answer, expected: Expectation, rank: int | None) -> str | None:
    if not expected.answered:
        return f"answered, but must not be: {_first(answer)}" if answer.answered else None
    if not answer.answered:
        return "not answered"
    if rank is None:
        wanted = [" or ".join(f"«{text}»" for text in expected.contains or ())]
        wanted += [f"outlet {expected.outlet}"] if expected.outlet else []
        wanted += [f"article {expected.article}"] if expected.article else []
        return (
            f"none of the first {expected.within} quotes has"
            f" {' and '.join(filter(None, wanted))}: {_first(answer)}"
        )
    return None


def _first(answer: Answer) -> str:
    return f"the first quote is «{answer.quotes[0].text[:120]}»"
