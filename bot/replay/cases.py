"""Replay cases: one JSON object a line, as docs/schema/replay-case.json says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator

from corpus.errors import HomeError, InputError


class Expectation(BaseModel):
    """What the answer must be. `contains`: one of these is in one of the first `within` quotes,
    which then also must have the outlet and article where they are named. `missing`: an absence
    says of each of these, as the question writes them, that it is missing. `said_by`: the first
    quote that is right names this speaker, institution or medium, by any form of the name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answered: StrictBool
    contains: tuple[Annotated[str, Field(min_length=1)], ...] | None = None
    outlet: str | None = None
    article: str | None = None
    within: int = Field(default=3, ge=1, le=20)
    missing: tuple[Annotated[str, Field(min_length=1)], ...] | None = None
    said_by: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _missing_without_an_answer(self) -> Self:
        if self.answered and self.missing:
            raise ValueError("an answer names nothing as missing: leave out one of the two")
        if self.said_by and not self.answered:
            raise ValueError("nobody says what is not answered: leave out said_by")
        return self


class Case(BaseModel):
    """One question and what is expected of its answer; other keys are the reader's own notes."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    expect: Expectation


def read(*files: Path) -> list[Case]:
    """The cases of all files. Raises `InputError` with the file and line that is wrong."""
    cases: dict[str, Case] = {}
    for file in files:
        lines = [
            (number, line) for number, line in enumerate(_lines(file), start=1) if line.strip()
        ]
        if not lines:
            raise InputError(f"no cases in {file}: write one JSON object a line")
        for number, line in lines:
            where = f"{file} line {number}"
            case = _case(line, where)
            if case.id in cases:
                raise InputError(f"{where}: the id {case.id} stands twice; ids must differ")
            cases[case.id] = case
    return list(cases.values())


def write(file: Path, cases: Iterable[tuple[Case, str]]) -> None:
    """Write cases, one a line, each with a note. Raises `HomeError` if the file cannot be
    written."""
    _put(file, [_line(case, note) for case, note in cases])


def keep(file: Path, case: Case) -> None:
    """Add a case to a file, in place of the one of its id; other lines stay as they are. Raises
    `HomeError` if the file cannot be written, `InputError` if it cannot be read."""
    others = _lines(file) if file.exists() else []
    _put(file, [*(line for line in others if _id_of(line) != case.id), _line(case)])


def drop_cases(file: Path, quoted: Callable[[str], bool]) -> list[str]:
    """Take out the cases that expect a text of which `quoted` is true; gives back their ids. Raises
    as `keep` does."""
    if not file.exists():
        return []
    lines = _lines(file)
    named = ((line, _id_of(line)) for line in lines)
    gone = {line: case for line, case in named if case and _expects(line, quoted)}
    if gone:
        _put(file, [line for line in lines if line not in gone])
    return list(gone.values())


def _expects(line: str, quoted: Callable[[str], bool]) -> bool:
    return any(quoted(text) for text in Case.model_validate_json(line).expect.contains or ())


def _line(case: Case, note: str | None = None) -> str:
    fields = case.model_dump(mode="json", exclude_none=True)
    return json.dumps(fields | ({"note": note} if note else {}), ensure_ascii=False)


def _put(file: Path, lines: Sequence[str]) -> None:
    made = file.with_name(f".{file.name}.partial")
    try:
        made.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        made.replace(file)
    except OSError as error:
        raise HomeError(f"cannot write the cases to {file}: {error.strerror or error}") from error


def _id_of(line: str) -> str | None:
    try:
        return Case.model_validate_json(line).id
    except ValidationError:
        return None


def _lines(file: Path) -> list[str]:
    try:
        # not splitlines: JSON may hold the other characters that break lines
        return file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the cases in {file}: {error}") from error


def _case(line: str, where: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "the line"
        raise InputError(f"{where}: {name}: {first['msg']}") from None
