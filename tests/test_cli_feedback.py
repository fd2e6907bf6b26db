"""What people thought of answers, on the command line and as replay cases."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from jsonschema import Draft202012Validator

from bot.cli.feedback import FILL_IN
from bot.replay.cases import read
from bot.state import FILE, AnsweredQuestion, State

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

SCHEMA = Path(__file__).resolve().parent.parent / "docs" / "schema" / "feedback.json"
USER, OTHER, GROUP = 100_200_301, 100_200_302, -100_200_303
FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"


@pytest.fixture
def judged(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose bot got feedback."""
    moments = iter(range(1_752_300_000, 1_752_400_000, 3600))
    monkeypatch.setattr("time.time", lambda: next(moments))
    with State.open(home / FILE) as state:
        state.judge(7, USER, GROUP, AnsweredQuestion(1, FLIGHTS, ("abcdefghijklm",)), good=True)
        state.judge(7, OTHER, GROUP, AnsweredQuestion(1, FLIGHTS, ("abcdefghijklm",)), good=False)
        state.judge(7, USER, USER, AnsweredQuestion(2, "من فاز\nفي النهائي؟"), good=False)
        state.judge(8, USER, USER, AnsweredQuestion(3, FLIGHTS), good=False)
    monkeypatch.undo()
    return home


def test_json_says_what_and_when_and_not_who(judged: Path, pullquote: Pullquote) -> None:
    ran = pullquote("feedback", "--json", home=judged)
    assert (ran.returncode, ran.stderr) == (0, "")
    rows = json.loads(ran.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(rows)
    assert rows[0] == {
        "when": "2025-07-12T06:00:00+00:00",
        "good": True,
        "question": FLIGHTS,
        "receipt": "abcdefghijklm",
    }
    assert [row["good"] for row in rows] == [True, False, False, False]
    assert rows[2]["receipt"] is None
    assert not any(str(abs(number)) in ran.stdout for number in (USER, OTHER, GROUP))


def test_table_has_a_line_for_each(judged: Path, pullquote: Pullquote) -> None:
    lines = pullquote("feedback", home=judged).stdout.splitlines()
    assert len(lines) == 5
    assert lines[1].split()[:4] == ["2025-07-12", "06:00", "👍", "abcdefghijklm"]
    assert "من فاز في النهائي؟" in lines[3]


def test_thumbs_down_become_cases_that_fail_until_filled_in(
    judged: Path, pullquote: Pullquote, tmp_path: Path
) -> None:
    file = tmp_path / "cases.jsonl"
    ran = pullquote("feedback", "--cases", file, "--json", home=judged)
    assert ran.returncode == 0
    assert ": 2; fill in" in ran.stderr
    json.loads(ran.stdout)
    cases = read(file)
    assert [case.question for case in cases] == [FLIGHTS, "من فاز\nفي النهائي؟"]
    assert len({case.id for case in cases}) == 2
    assert all(case.id.startswith("feedback-") for case in cases)
    assert all(case.expect.contains == (FILL_IN,) for case in cases)
    assert "nothing was found" in file.read_text(encoding="utf-8").splitlines()[1]

    def replayed() -> list[bool]:
        report = json.loads(pullquote("replay", file, "--json", home=judged).stdout)
        return [one["passed"] for one in report["results"]]

    assert replayed() == [False, False]
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines[0]["expect"]["contains"] = ["two flights a week"]
    lines[1]["expect"] = {"answered": False}
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert replayed() == [True, True]


def test_file_that_may_be_filled_in_is_not_written_over(
    judged: Path, refused: Refused, tmp_path: Path
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text("mine")
    assert "name another file" in refused("feedback", "--cases", file, home=judged)
    assert file.read_text() == "mine"
    nowhere = tmp_path / "no" / "cases.jsonl"
    assert "cannot write" in refused("feedback", "--cases", nowhere, home=judged)


def test_home_without_a_bot_and_without_feedback(
    home: Path, refused: Refused, pullquote: Pullquote
) -> None:
    assert "no bot has run" in refused("feedback", home=home)
    State.open(home / FILE).close()
    ran = pullquote("feedback", home=home)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "nobody" in ran.stderr
    assert pullquote("feedback", "--json", home=home).stdout == "[]\n"
