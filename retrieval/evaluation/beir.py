"""Judged sets in BEIR form: corpus.jsonl, queries.jsonl, and judgments in qrels.tsv."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError

FORM = "a set in BEIR form has corpus.jsonl, queries.jsonl and qrels.tsv"
# trec_eval keeps a table as long as the highest grade.
HIGHEST_GRADE = 1_000

Judgments = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class JudgedText:
    """One text of the corpus, which a ranking counts once however many parts it is cut into."""

    id: str
    headline: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One line of queries.jsonl."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A corpus, questions, and for each question the grades of entries, by their ids.

    A grade above 0 says relevant. Every id in `judgments` is in the other two.
    """

    corpus: tuple[JudgedText, ...]
    questions: tuple[Question, ...]
    judgments: Judgments

    def judged(self) -> tuple[Question, ...]:
        """The questions for which some entry is relevant: the others cannot be measured."""
        return tuple(
            question
            for question in self.questions
            if any(grade > 0 for grade in self.judgments.get(question.id, {}).values())
        )


def read(folder: Path) -> JudgedSet:
    """The set in `folder`. Raises `InputError` with the file and the line that is wrong.

    Judgments come from qrels.tsv; else from the only file qrels/*.tsv; else, of several splits,
    from qrels/test.tsv or, if there is none, from all of them.
    """
    if not folder.is_dir():
        raise InputError(f"no folder {folder}: {FORM}")
    files = _judgment_files(folder)
    entries: dict[str, JudgedText] = {}
    for where, record in _records(folder / "corpus.jsonl"):
        entry = _entry(record, where)
        _once(entry.id, entries, where)
        entries[entry.id] = entry
    questions: dict[str, Question] = {}
    for where, record in _records(folder / "queries.jsonl"):
        question = Question(_id(record, where), _text(record, "text", where))
        _once(question.id, questions, where)
        questions[question.id] = question
    judgments: Judgments = {}
    for file in files:
        for line, columns in _rows(file, questions):
            _judge(judgments, columns, questions, entries, f"{file} line {line}")
    found = JudgedSet(tuple(entries.values()), tuple(questions.values()), judgments)
    _refuse_empty(found, folder, files)
    return found


def _refuse_empty(found: JudgedSet, folder: Path, files: list[Path]) -> None:
    if not any(entry.text.strip() or entry.headline for entry in found.corpus):
        raise InputError(f"no texts in {folder / 'corpus.jsonl'}: {FORM}")
    if not found.questions:
        raise InputError(f"no queries in {folder / 'queries.jsonl'}: {FORM}")
    if not found.judged():
        names = ", ".join(str(file) for file in files)
        raise InputError(f"no query has a relevant passage in {names}: judge one with 1")


def _judgment_files(folder: Path) -> list[Path]:
    for name in ("corpus.jsonl", "queries.jsonl"):
        if not (folder / name).is_file():
            raise InputError(f"no {name} in {folder}: {FORM}")
    alone = folder / "qrels.tsv"
    if alone.is_file():
        return [alone]
    splits = sorted((folder / "qrels").glob("*.tsv"))
    if not splits:
        raise InputError(f"no qrels.tsv and no qrels/*.tsv in {folder}: {FORM}")
    test = folder / "qrels" / "test.tsv"
    return [test] if test in splits else splits


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank. Only a newline ends one: U+2028 may be in a text."""
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                if text.strip():
                    yield number, text
    except UnicodeDecodeError:
        raise InputError(f"{file} line {number} is not UTF-8: convert it") from None
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror or error}") from error


def _records(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in _lines(file):
        where = f"{file} line {number}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{where} is not JSON: {error}") from None
        if not isinstance(record, dict):
            raise InputError(f"{where}: write one JSON object a line")
        yield where, record


def _entry(record: dict[str, Any], where: str) -> JudgedText:
    headline = _text(record, "title", where) if record.get("title") is not None else ""
    return JudgedText(_id(record, where), headline.strip() or None, _text(record, "text", where))


def _id(record: dict[str, Any], where: str) -> str:
    found = record.get("_id")
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str) or not found.strip():
        raise InputError(f'{where}: "_id" must be there, and be text')
    return _whole(found, where)


def _text(record: dict[str, Any], field: str, where: str) -> str:
    found = record.get(field)
    if not isinstance(found, str):
        raise InputError(f'{where}: "{field}" must be there, and be text')
    return _whole(found, where)


def _whole(text: str, where: str) -> str:
    """JSON may spell half a surrogate pair, which is no text and cannot be written out again."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(f"{where}: half a surrogate pair: write the character whole") from None
    return text


def _once(id: str, known: dict[str, Any], where: str) -> None:
    if id in known:
        raise InputError(f"{where}: the id {id} stands twice; ids must differ")


def _rows(file: Path, questions: dict[str, Question]) -> Iterator[tuple[int, list[str]]]:
    """The three columns of each line but the header."""
    first = True
    for number, line in _lines(file):
        columns = line.split("\t")
        if len(columns) != 3:
            raise InputError(
                f"{file} line {number}: {len(columns)} columns; write query-id, corpus-id and"
                " score with tabs between"
            )
        header = first and columns[0] not in questions and _grade(columns[2]) is None
        first = False
        if not header:
            yield number, columns


def _judge(
    judgments: Judgments,
    columns: list[str],
    questions: dict[str, Question],
    entries: dict[str, JudgedText],
    where: str,
) -> None:
    asked, entry, score = columns
    if asked not in questions:
        raise InputError(f"{where}: no query {asked} in queries.jsonl")
    if entry not in entries:
        raise InputError(f"{where}: no passage {entry} in corpus.jsonl")
    grade = _grade(score)
    if grade is None:
        raise InputError(f"{where}: the score {score!r} is no whole number up to {HIGHEST_GRADE}")
    grades = judgments.setdefault(asked, {})
    if entry in grades:
        raise InputError(f"{where}: passage {entry} is judged twice for query {asked}; keep one")
    grades[entry] = grade


def _grade(score: str) -> int | None:
    try:
        number = float(score)
    except ValueError:
        return None
    return int(number) if number.is_integer() and abs(number) <= HIGHEST_GRADE else None
