"""The last replay as the page shows it: each case against the blessed run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.render.plain import visible
from bot.replay.baseline import Blessed, Change, ChangeKind
from bot.replay.cases import Expectation
from bot.replay.last import LastReplay
from bot.replay.run import Result
from bot.replay.seen import SeenQuote
from bot.words import Words
from bot.words.coverage import BETWEEN, outlet_name
from bot.words.direction import name

# From what needs a look to what needs none.
OUTCOMES = ("worse", "better", "new", "same", "uncompared")


@dataclass(frozen=True, slots=True)
class QuoteSeen:
    """A quote that was given, where it is from, and whether it is the right one."""

    text: str
    source: str
    right: bool


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case: what came of it (`OUTCOMES`), whether it passed and why not, in English; what
    changed; what is expected; and the quotes before, `None` if it was not asked then, and now, none
    if there was no answer."""

    id: str
    question: str
    outcome: str
    passed: bool
    why: str
    changed: tuple[str, ...]
    expected: tuple[str, ...]
    before: tuple[QuoteSeen, ...] | None
    now: tuple[QuoteSeen, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replay: when and what it asked, how many cases there are of each outcome, whether it was
    compared with a blessed run, and its cases, those that need a look first."""

    when: str
    files: str
    passed: int
    outcomes: tuple[tuple[str, int], ...]
    compared: bool
    cases: tuple[CaseRow, ...]


def replayed(last: LastReplay, interface: Words, zone: ZoneInfo) -> Replayed:
    """A replay in the words of `interface`; its time on the clock of `zone`."""
    changes: dict[str | None, list[Change]] = defaultdict(list)
    for change in last.changes:
        changes[change.id].append(change)
    rows = [_row(each, last, changes[each.case.id], interface) for each in last.results]
    rows.sort(key=lambda row: (OUTCOMES.index(row.outcome), row.passed))
    counts = {each: sum(row.outcome == each for row in rows) for each in OUTCOMES}
    return Replayed(
        when=_when(last.at.astimezone(zone), interface),
        files=interface.say("between_names").join(
            name(visible(each), interface.right_to_left) for each in last.files
        ),
        passed=sum(row.passed for row in rows),
        outcomes=tuple((each, count) for each, count in counts.items() if count),
        compared=last.before is not None,
        cases=tuple(rows),
    )


def _when(at: datetime, interface: Words) -> str:
    return f"{interface.date(at.date())}{BETWEEN}{at:%H:%M}"


def _row(result: Result, last: LastReplay, changes: Sequence[Change], interface: Words) -> CaseRow:
    case, seen = result.case, result.seen
    before = last.before.cases.get(case.id) if last.before else None
    known = dict.fromkeys(change.kind for change in changes if change.kind is not ChangeKind.CASES)
    return CaseRow(
        id=visible(case.id),
        question=visible(case.question),
        outcome=_outcome(last, before, tuple(known)),
        passed=result.passed,
        why=visible(result.why or ""),
        changed=tuple(interface.say(f"cases_change_{kind.name.lower()}") for kind in known),
        expected=tuple(_expected(case.expect, interface)),
        before=_quotes(before.quotes, before.rank, interface) if before else None,
        now=_quotes(seen.quotes, result.rank, interface),
    )


def _outcome(last: LastReplay, before: Blessed | None, kinds: Sequence[ChangeKind]) -> str:
    if last.before is None:
        return "uncompared"
    if before is None:
        return "new"
    if any(kind.worse for kind in kinds):
        return "worse"
    return "better" if ChangeKind.BETTER in kinds else "same"


def _expected(expect: Expectation, interface: Words) -> Iterator[str]:
    if not expect.answered:
        yield interface.say("cases_expects_nothing")
    elif not expect.contains:
        yield interface.say("cases_expects_answer")
    yield from (f"«{visible(each)}»" for each in expect.contains or ())
    for key, value in (
        ("outlet", expect.outlet),
        ("article", expect.article),
        ("speaker", expect.said_by),
        ("missing", interface.say("between_names").join(expect.missing or ())),
    ):
        if value:
            said = name(visible(value), interface.right_to_left)
            yield interface.say(f"cases_expects_{key}", value=said)


def _quotes(
    quotes: Sequence[SeenQuote], rank: int | None, interface: Words
) -> tuple[QuoteSeen, ...]:
    return tuple(
        QuoteSeen(visible(each.text), _source(each, interface), number == rank)
        for number, each in enumerate(quotes, start=1)
    )


def _source(quote: SeenQuote, interface: Words) -> str:
    day = interface.say("undated")
    if quote.published:
        day = interface.date(date.fromisoformat(quote.published))
    return BETWEEN.join([outlet_name(quote.outlet, interface), day])
