"""Asking the questions of cases again and judging what comes back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from bot.render.telegram_text import sanitise
from bot.replay.cases import Case, Expectation
from bot.replay.seen import Seen, SeenQuote, seen
from corpus.errors import InputError
from corpus.language.detect import detect
from corpus.language.text import normalise
from retrieval.answer.speakers.attribution import is_same
from retrieval.engine import Engine

# Questions asked at once; more only wait for each other.
_MOST_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Result:
    """How one case went: what was seen, the first quote that is as expected, counted from 1, and
    why the case failed, `None` if it passed."""

    case: Case
    seen: Seen
    rank: int | None
    why: str | None

    @property
    def passed(self) -> bool:
        return self.why is None


def run(
    cases: Iterable[Case], engine: Engine, step: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """The result of every case, in order; several are asked at once."""
    results = []
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_AT_ONCE)) as pool:
        for result in pool.map(partial(ask, engine), cases):
            step(result)
            results.append(result)
    return results


def run_alone(cases: Iterable[Case], engine: Engine) -> list[Result]:
    """The same, one after another."""
    return [ask(engine, case) for case in cases]


def judge(case: Case, seen: Seen) -> Result:
    """Whether what was seen is what `case` expects, and if not, why."""
    expected = case.expect
    first = enumerate(seen.quotes[: expected.within], start=1)
    rank = next((place for place, quote in first if _fits(quote, expected)), None)
    return Result(case, seen, rank, _why(seen, expected, rank))


def ask(engine: Engine, case: Case) -> Result:
    """How one case goes."""
    try:
        answer = engine.ask(case.question, limit=case.expect.within)
    except InputError as error:
        return judge(case, Seen(detect(case.question), (), 0.0, str(error)))
    return judge(case, seen(answer, engine.coverage))


def _fits(quote: SeenQuote, expected: Expectation) -> bool:
    said = sanitise(quote.text)  # as a phone shows it, so that every way is judged alike
    held = not expected.contains or any(sanitise(text) in said for text in expected.contains)
    attributed = expected.outlet in (None, quote.outlet)
    return held and attributed and expected.article in (None, quote.article)


def _has(said: str, name: str) -> bool:
    """Whether a name is in what is said of who says a quote, as it is or in another form."""
    words = re.escape(normalise(name))
    return bool(re.search(rf"(?<!\w){words}(?!\w)", normalise(said))) or is_same(name, said)


def _why(seen: Seen, expected: Expectation, rank: int | None) -> str | None:
    if seen.problem:
        return seen.problem
    for place, quote in enumerate(seen.quotes, start=1):
        if quote.flaw:
            return f"quote {place}: {quote.flaw}: «{quote.text[:120]}»"
    if not expected.answered:
        if seen.answered:
            return f"answered, but must not be: {_first(seen)}"
        return _unsaid(seen, expected)
    if not seen.answered:
        return "not answered"
    if rank is None:
        return f"none of the first {expected.within} quotes has {wanted(expected)}: {_first(seen)}"
    return _misattributed(seen.quotes[rank - 1], expected)


def _misattributed(quote: SeenQuote, expected: Expectation) -> str | None:
    """Whom a quote should have named as saying it, and whom it does name."""
    name = expected.said_by
    if name is None or any(_has(each, name) for each in quote.said_by):
        return None
    return f"does not name «{name}» as saying it, but {_marked(quote.said_by) or 'nobody'}"


def _unsaid(seen: Seen, expected: Expectation) -> str | None:
    """What an absence should have said to be missing, and what it did say."""
    said = {normalise(each) for each in seen.missing}
    unsaid = [each for each in expected.missing or () if normalise(each) not in said]
    if not unsaid:
        return None
    names = ", ".join(seen.missing) or "nothing"
    return f"does not say that {_marked(unsaid)} is missing, but {names}"


def wanted(expected: Expectation) -> str:
    """What a quote must have, in words."""
    parts = [_marked(expected.contains or (), " or ")]
    parts += [f"outlet {expected.outlet}"] if expected.outlet else []
    parts += [f"article {expected.article}"] if expected.article else []
    return " and ".join(filter(None, parts))


def _first(seen: Seen) -> str:
    return f"the first quote is «{seen.quotes[0].text[:120]}»"


def _marked(texts: Sequence[str], between: str = " and ") -> str:
    return between.join(f"«{text}»" for text in texts)
