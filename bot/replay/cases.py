"""Replay cases: one JSON object a line, as docs/schema/replay-case.json says."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import InputError


class Expectation(BaseModel):
    """What the answer must be. `contains`: one of these stands in one of the first `within`
    quotes, which then also must have the outlet and article where they are named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answered: bool
    contains: tuple[str, ...] = ()
    outlet: str | None = None
    article: str | None = None
    within: int = Field(3, ge=1, le=20)


class Case(BaseModel):
    """One question and what is expected of its answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    expect: Expectation


def read(file: Path) -> list[Case]:
    """The cases of one file. Raises `InputError` with the line that is wrong."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the cases in {file}: {error}") from error
    cases = [
        _case(line, f"{file} line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not cases:
        raise InputError(f"no cases in {file}: write one JSON object a line")
    twice = {case.id for case in cases if sum(other.id == case.id for other in cases) > 1}
    if twice:
        raise InputError(f"{file}: the id {sorted(twice)[0]} stands twice; ids must differ")
    return cases


def _case(line: str, where: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "the line"
        raise InputError(f"{where}: {name}: {first['msg']}") from None
