"""The last replay of a home: kept by the command line, read back as it was, purged with its
articles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.replay.baseline import Baseline, ChangeKind
from bot.replay.cases import Case, Expectation
from bot.replay.last import BASELINE, LAST, LastReplay, drop_quoted
from bot.replay.run import Result, judge
from bot.replay.seen import Seen, SeenQuote

Pullquote = Callable[..., CompletedProcess[str]]

FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
ONE = SeenQuote(
    "The ferry left at noon.", "a1", "Harbour Post", "2025-07-12", None, 1, None, ("Kim", "TASS")
)
OTHER = SeenQuote("The quay was closed on Monday.", "a2", None, None, None)


def result(*quotes: SeenQuote, id: str = "c", contains: str | None = None) -> Result:
    expect = Expectation(answered=True, contains=(contains or "ferry",))
    return judge(Case(id=id, question="When?", expect=expect), Seen("en", quotes, 5.0, None))


def test_it_is_read_back_as_it_was(tmp_path: Path) -> None:
    silent = judge(
        Case(id="s", question="Why?", expect=Expectation(answered=False, missing=("Iran",))),
        Seen("en", (), 1.0, missing=("Iran",)),
    )
    before = Baseline.of([result(ONE)], "engine")
    kept = LastReplay.now("engine", ["cases.jsonl"], [result(OTHER, ONE), silent], before)
    kept.write(tmp_path)
    read = LastReplay.read(tmp_path)
    assert read
    assert read == kept
    assert read.results[0].seen.quotes[1].said_by == ("Kim", "TASS")  # which `==` passes over
    assert [change.kind for change in read.changes] == [ChangeKind.RANK, ChangeKind.CASES]


@pytest.mark.parametrize("text", ["", "[]", '{"format": 0}', '{"format": 1, "results": 3}'])
def test_what_is_none_counts_as_nothing(tmp_path: Path, text: str) -> None:
    assert LastReplay.read(tmp_path) is None
    (tmp_path / LAST).write_text(text, encoding="utf-8")
    assert LastReplay.read(tmp_path) is None


def test_the_command_line_leaves_it(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    file, baseline = tmp_path / "mine.jsonl", tmp_path / "blessed.json"
    case = {"id": "f", "question": FLIGHTS, "expect": {"answered": True, "contains": ["no such"]}}
    file.write_text(json.dumps(case), encoding="utf-8")
    assert pullquote("replay", file, home=home).returncode == 1
    last = LastReplay.read(home)
    assert last
    assert (last.through, last.files, last.before) == ("engine", ("mine.jsonl",), None)
    (kept,) = last.results
    assert not kept.passed
    assert "flights" in kept.seen.quotes[0].text
    pullquote("replay", file, "--baseline", baseline, "--bless", home=home)
    pullquote("replay", file, "--baseline", baseline, home=home)
    compared = LastReplay.read(home)
    assert compared
    assert compared.before
    assert compared.before.cases["f"].quotes[0].text == kept.seen.quotes[0].text
    assert compared.changes == []


def test_a_home_that_cannot_be_written_to_is_told(
    pullquote: Pullquote, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.jsonl"
    case = {"id": "f", "question": FLIGHTS, "expect": {"answered": True}}
    file.write_text(json.dumps(case), encoding="utf-8")
    (home / LAST).mkdir()
    ran = pullquote("replay", file, home=home)
    assert ran.returncode == 0
    assert "cannot keep the replay" in ran.stderr


def test_what_was_purged_is_taken_out(tmp_path: Path) -> None:
    results = [
        result(ONE, id="one", contains="quay"),
        result(OTHER, id="other", contains="quay"),
        result(id="none", contains="noon"),
    ]
    before = Baseline.of(results, "engine")
    LastReplay.now("engine", ["c"], results, before).write(tmp_path)
    before.write(tmp_path / BASELINE)
    drop_quoted(tmp_path, lambda text: text in "The ferry left at noon.")
    for file in (LAST, BASELINE):
        assert "noon" not in (tmp_path / file).read_text(encoding="utf-8")
    last = LastReplay.read(tmp_path)
    assert last
    assert last.before
    assert [each.case.id for each in last.results] == ["other"]
    assert set(last.before.cases) == {"other", "none"}
    assert set(Baseline.read(tmp_path / BASELINE, "engine").cases) == {"other", "none"}
