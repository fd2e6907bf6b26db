"""The last replay in a home, kept there to be shown next to the blessed run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.replay.baseline import Baseline, Change, compare
from bot.replay.cases import Case
from bot.replay.run import Result
from bot.replay.seen import Seen, SeenQuote
from corpus.errors import HomeError, InputError

LAST = "replayed.json"
"""The file of the home that holds the last replay."""

BASELINE = "baseline.json"
"""The file of the home that holds the run that the page blessed."""

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class LastReplay:
    """A replay: when it ended, what was asked, the names of the files of cases, and the blessed
    run that it is compared with, `None` without one."""

    at: datetime
    through: str
    files: tuple[str, ...]
    results: tuple[Result, ...]
    before: Baseline | None = None

    @classmethod
    def now(
        cls, through: str, files: Sequence[str], results: Sequence[Result], before: Baseline | None
    ) -> LastReplay:
        """One that has just ended."""
        ended = datetime.now(UTC).replace(microsecond=0)
        return cls(ended, through, tuple(files), tuple(results), before)

    @classmethod
    def read(cls, home: Path) -> LastReplay | None:
        """That of a home; `None` if nothing was replayed, or another pullquote wrote it."""
        try:
            written = json.loads((home / LAST).read_text(encoding="utf-8"))
            if written["format"] != _FORMAT:
                return None
            before, through = written["before"], written["through"]
            return cls(
                datetime.fromisoformat(written["at"]),
                through,
                tuple(written["files"]),
                tuple(map(_result, written["results"])),
                None if before is None else Baseline.of_shape(before, through),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, home: Path) -> None:
        """Put it in place of the one before. Raises `HomeError`."""
        shape = {
            "format": _FORMAT,
            "at": self.at.isoformat(),
            "through": self.through,
            "files": self.files,
            "results": [_shape(each) for each in self.results],
            "before": self.before and self.before.shape(),
        }
        file = home / LAST
        made = file.with_name(f".{file.name}.partial")
        try:
            made.write_text(json.dumps(shape, ensure_ascii=False), encoding="utf-8")
            made.chmod(0o600)
            made.replace(file)
        except OSError as error:
            reason = error.strerror or error
            raise HomeError(f"cannot keep the replay in {file}: {reason}") from error

    @property
    def changes(self) -> list[Change]:
        return compare(self.before, self.results) if self.before else []


def drop_quoted(home: Path, quoted: Callable[[str], bool]) -> None:
    """Take every case out of the last and the blessed replay of a home that was answered with a
    text of which `quoted` is true, or expects one. Raises `HomeError`, or `InputError` where the
    blessed run cannot be written."""

    def clean(baseline: Baseline) -> Baseline:
        cases = baseline.cases.items()
        kept = {name: one for name, one in cases if not _quotes(one.quotes, quoted)}
        return replace(baseline, cases=kept)

    if last := LastReplay.read(home):
        results = tuple(
            each
            for each in last.results
            if not _quotes(each.seen.quotes, quoted)
            and not any(map(quoted, each.case.expect.contains or ()))
        )
        before = clean(last.before) if last.before else None
        replace(last, results=results, before=before).write(home)
    else:
        (home / LAST).unlink(missing_ok=True)
    for through in ("engine", "telegram"):
        try:
            blessed = Baseline.read(home / BASELINE, through)
        except (FileNotFoundError, InputError):
            continue
        clean(blessed).write(home / BASELINE)


def _quotes(quotes: Sequence[SeenQuote], quoted: Callable[[str], bool]) -> bool:
    return any(quoted(each.text) for each in quotes)


def _shape(result: Result) -> dict[str, Any]:
    return {
        "case": result.case.model_dump(mode="json", exclude_none=True),
        "seen": asdict(result.seen),
        "rank": result.rank,
        "why": result.why,
    }


def _result(shape: dict[str, Any]) -> Result:
    seen = shape["seen"]
    quotes = tuple(
        SeenQuote(**{**each, "said_by": tuple(each["said_by"])}) for each in seen["quotes"]
    )
    known = {**seen, "quotes": quotes, "missing": tuple(seen["missing"])}
    return Result(Case.model_validate(shape["case"]), Seen(**known), shape["rank"], shape["why"])
