"""The last blessed run, and what got worse since."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median
from typing import Any

from bot.replay.run import Result
from bot.replay.seen import SeenQuote
from corpus.errors import InputError

FORMAT = 2

# Answers this much slower, in milliseconds, are not slow, whatever the ratio.
_NOISE_MS = 20.0


class ChangeKind(StrEnum):
    """How an answer changed. All but the last two are for the worse."""

    LOST = "lost quote"
    COPIES = "lost copy"
    SILENT = "no longer answered"
    ANSWERED = "new false answer"
    ATTRIBUTION = "wrong attribution"
    RANK = "worse rank"
    SLOWER = "slower"
    BETTER = "better"
    CASES = "cases"

    @property
    def worse(self) -> bool:
        return self not in (ChangeKind.BETTER, ChangeKind.CASES)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in a case, or, without an `id`, in all cases of a language."""

    kind: ChangeKind
    language: str
    id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Blessed:
    """A case of the blessed run."""

    language: str
    rank: int | None
    passed: bool
    took_ms: float
    quotes: tuple[SeenQuote, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The blessed run, by the ids of its cases; `through` says what was asked. A file holds one run
    of each way."""

    through: str
    cases: dict[str, Blessed]

    @classmethod
    def of(cls, results: Sequence[Result], through: str) -> Baseline:
        return cls(
            through,
            {
                each.case.id: Blessed(
                    each.seen.language,
                    each.rank,
                    each.passed,
                    each.seen.took_ms,
                    each.seen.quotes,
                )
                for each in results
            },
        )

    @classmethod
    def of_shape(cls, cases: dict[str, Any], through: str) -> Baseline:
        """What `shape` gave."""
        return cls(through, {name: _blessed(case) for name, case in cases.items()})

    def shape(self) -> dict[str, Any]:
        """Its cases as JSON."""
        return {
            name: {**asdict(case), "quotes": [_written(quote) for quote in case.quotes]}
            for name, case in self.cases.items()
        }

    @classmethod
    def read(cls, file: Path, through: str) -> Baseline:
        """The run of one way. Raises `FileNotFoundError`, or `InputError` for a file that is no
        baseline or has no such run."""
        try:
            runs = _runs(file)
            if through not in runs:
                raise InputError(f"{file} has no run through {through}: add it with --bless")
            return cls.of_shape(runs[through], through)
        except FileNotFoundError:
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{file} is no baseline of this pullquote ({error}): write it anew with --bless"
            ) from error

    def write(self, file: Path) -> None:
        """Put it into the file, in place of the run of its way. Raises `InputError`."""
        runs: dict[str, Any] = {}
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            runs = dict(_runs(file))
        runs[self.through] = self.shape()
        made = file.with_name(f".{file.name}")
        try:
            text = json.dumps({"format": FORMAT, "runs": runs}, ensure_ascii=False, indent=1)
            made.write_text(text + "\n", encoding="utf-8")
            made.replace(file)
        except OSError as error:
            raise InputError(f"cannot write {file}: {error.strerror or error}") from error


def compare(
    before: Baseline, results: Sequence[Result], *, slower: float | None = None
) -> list[Change]:
    """What changed since the blessed run, by language and in the order of the cases. With `slower`
    a language whose median time is more than that many times the blessed one is a change."""
    found = [
        change
        for result in results
        if (then := before.cases.get(result.case.id))
        for change in _changes(then, result)
    ]
    found += _unknown(before, results)
    if slower:
        found += _slower(before, results, slower)
    return sorted(found, key=lambda change: (not change.kind.worse, change.language))


def _changes(then: Blessed, now: Result) -> Iterator[Change]:
    def change(kind: ChangeKind, text: str) -> Change:
        return Change(kind, now.seen.language, now.case.id, text)

    if not now.case.expect.answered:
        if now.seen.answered and not then.quotes:
            yield change(ChangeKind.ANSWERED, f"«{now.seen.quotes[0].text}»")
    elif then.quotes and not now.seen.answered:
        yield change(
            ChangeKind.SILENT, f"«{then.quotes[(then.rank or 1) - 1].text}» was the answer"
        )
    elif then.rank:
        quote = then.quotes[then.rank - 1]
        if not any(quote.text in each.text or each.text in quote.text for each in now.seen.quotes):
            yield change(ChangeKind.LOST, f"«{quote.text}» of {_source(quote)}")
        elif now.rank and now.rank > then.rank:
            yield change(ChangeKind.RANK, f"{then.rank} before, now {now.rank}")
    for quote in then.quotes:
        same = [each for each in now.seen.quotes if each.text == quote.text]
        mine = [each for each in same if _source(each) == _source(quote)]
        if same and not mine:
            text = f"«{quote.text}» was of {_source(quote)}, now {_source(same[0])}"
            yield change(ChangeKind.ATTRIBUTION, text)
        elif mine and mine[0].copies < quote.copies:
            text = f"«{quote.text}» was in {quote.copies} other articles, now {mine[0].copies}"
            yield change(ChangeKind.COPIES, text)
    if now.passed and not then.passed:
        yield change(ChangeKind.BETTER, "it failed before and passes now")
    elif now.rank and then.rank and now.rank < then.rank:
        yield change(ChangeKind.BETTER, f"rank {then.rank} before, now {now.rank}")


def _unknown(before: Baseline, results: Sequence[Result]) -> Iterator[Change]:
    asked = {each.case.id for each in results}
    for each in results:
        if each.case.id not in before.cases:
            yield Change(ChangeKind.CASES, each.seen.language, each.case.id, "new")
    for name, then in before.cases.items():
        if name not in asked:
            yield Change(ChangeKind.CASES, then.language, name, "not asked this time")


def _slower(before: Baseline, results: Sequence[Result], ratio: float) -> Iterator[Change]:
    times: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for each in results:
        if then := before.cases.get(each.case.id):
            times[each.seen.language].append((then.took_ms, each.seen.took_ms))
    for language, pairs in times.items():
        then_ms, now_ms = (median(side) for side in zip(*pairs, strict=True))
        if now_ms > max(ratio * then_ms, then_ms + _NOISE_MS):
            text = f"{then_ms:.1f} ms before, now {now_ms:.1f} (median of {len(pairs)})"
            yield Change(ChangeKind.SLOWER, language, None, text)


def _runs(file: Path) -> dict[str, Any]:
    written = json.loads(file.read_text(encoding="utf-8"))
    if written["format"] != FORMAT:
        raise ValueError(f"format {written['format']}")
    runs: dict[str, Any] = written["runs"]
    return runs


def _source(quote: SeenQuote) -> str:
    parts = (quote.outlet or "an unknown outlet", quote.published or "undated", quote.url)
    return ", ".join(part for part in parts if part)


def _written(quote: SeenQuote) -> dict[str, Any]:
    written = asdict(quote)
    del written["flaw"], written["said_by"]
    return written


def _blessed(case: dict[str, Any]) -> Blessed:
    quotes = tuple(SeenQuote(**quote) for quote in case["quotes"])
    rank = case["rank"]
    if rank is not None and not 1 <= rank <= len(quotes):
        raise ValueError(f"rank {rank} of {len(quotes)} quotes")
    return Blessed(case["language"], rank, bool(case["passed"]), float(case["took_ms"]), quotes)
