"""Asking the questions of case files again."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replay.cases import Case, Expectation, keep, read, write

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

DEMO_CASES = Path(str(files("corpus"))) / "demo" / "cases.jsonl"

ARRIVAL = "متى وصل لافروف إلى ونسان؟"
LAVROV = "What did Lavrov say about North Korea?"
FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
ELSEWHERE = "Qui a remporté la finale de la Ligue des champions ?"


def case(id: str, question: str, answered: bool, **expect: Any) -> dict[str, Any]:
    return {"id": id, "question": question, "expect": {"answered": answered, **expect}}


both_ways = pytest.mark.parametrize("through", ["engine", "telegram"])


@pytest.fixture
def replay(pullquote: Pullquote, home: Path, tmp_path: Path) -> Callable[..., Any]:
    """Replay these cases and give back the JSON; the status must fit it."""

    def run(*cases: dict[str, Any], through: str = "engine") -> Any:
        file = tmp_path / "cases.jsonl"
        file.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
        ran = pullquote("replay", file, "--through", through, "--json", home=home)
        assert ran.stderr == ""
        report = json.loads(ran.stdout)
        assert ran.returncode == (1 if report["failed"] else 0)
        assert report["cases"] == report["passed"] + report["failed"] == len(cases)
        return report

    return run


@both_ways
def test_cases_that_pass(replay: Callable[..., Any], through: str) -> None:
    report = replay(
        case("flights", FLIGHTS, True, contains=["no such words", "two flights a week"]),
        case("outlet", FLIGHTS, True, outlet="The Meridian Ledger (demo)"),
        case("answered", FLIGHTS, True),
        case("elsewhere", ELSEWHERE, False),
        case("greeting", "Hello!", False),
        through=through,
    )
    assert report["failed"] == 0, report
    first, _, _, last, _ = report["results"]
    assert first["rank"] >= 1
    assert last["rank"] is None
    assert all(result["why"] is None and result["took_ms"] >= 0 for result in report["results"])


@both_ways
def test_cases_that_fail_say_why(replay: Callable[..., Any], through: str) -> None:
    report = replay(
        case("words", FLIGHTS, True, contains=["three flights a day"]),
        case("outlet", FLIGHTS, True, outlet="No such outlet"),
        case("article", FLIGHTS, True, article="nosuchid"),
        case("refused", ELSEWHERE, True),
        case("answered", FLIGHTS, False),
        case("no words", "?!", True),
        through=through,
    )
    assert report["passed"] == 0, report
    why = {result["id"]: result["why"] for result in report["results"]}
    assert "three flights a day" in why["words"]
    assert "No such outlet" in why["outlet"]
    assert "nosuchid" in why["article"]
    assert why["refused"] == "not answered"
    assert "must not" in why["answered"]
    assert ("no words" if through == "engine" else "the bot says") in why["no words"]


IRAN = "What did Lavrov say about Iran?"


@both_ways
def test_what_is_missing_is_named(replay: Callable[..., Any], through: str) -> None:
    report = replay(
        case("named", IRAN, False, missing=["Iran"]),
        case("arabic", "وش قال لافروف عن إيران؟", False, missing=["ايران"]),
        case("two", "What did Lavrov say about Iran in 1987?", False, missing=["1987", "Iran"]),
        case("any", IRAN, False),
        case("other", IRAN, False, missing=["Iran", "Brazil"]),
        case("words", "How do I bake bread at home?", False, missing=["bread"]),
        case("nothing", "怎么烤面包?", False, missing=["bread"]),
        case("answered", FLIGHTS, False, missing=["Iran"]),
        through=through,
    )
    why = {result["id"]: result["why"] for result in report["results"]}
    assert [why[name] for name in ("named", "arabic", "two", "any", "words")] == [None] * 5
    assert why["other"] == "does not say that «Brazil» is missing, but Iran"
    assert why["nothing"] == "does not say that «bread» is missing, but nothing"
    assert why["answered"].startswith("answered, but must not be")


def test_an_answer_names_nothing_as_missing(
    pullquote: Pullquote, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(case("both", IRAN, True, missing=["Iran"])), encoding="utf-8")
    ran = pullquote("replay", file, home=home)
    assert ran.returncode == 2
    assert "line 1: expect" in ran.stderr
    assert "an answer names nothing as missing" in ran.stderr


@both_ways
def test_who_says_it_is_expected(replay: Callable[..., Any], through: str) -> None:
    front = "What did Lavrov say about sending the soldiers to other parts of the front?"
    report = replay(
        case("speaker", front, True, said_by="Sergei Lavrov"),
        case("arabic", front, True, said_by="لافروف"),
        case("agency", front, True, said_by="TASS"),
        case("other", front, True, said_by="Marco Rubio"),
        through=through,
    )
    why = {each["id"]: each["why"] for each in report["results"]}
    assert why.pop("other").startswith("does not name «Marco Rubio» as saying it, but «")
    assert set(why.values()) == {None}


def test_the_page_shows_what_is_missing(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    file, page = tmp_path / "cases.jsonl", tmp_path / "page.html"
    file.write_text(json.dumps(case("iran", IRAN, False, missing=["Brazil"])), encoding="utf-8")
    assert pullquote("replay", file, "--html", page, home=home).returncode == 1
    written = page.read_text(encoding="utf-8")
    assert "<p>missing: <bdi>Brazil</bdi></p>" in written
    assert "<p>missing: <bdi>Iran</bdi></p>" in written


CONTAINERS = "How many containers of weapons has North Korea sent, according to Yonhap?"


@both_ways
def test_who_says_it_is_named(replay: Callable[..., Any], through: str) -> None:
    report = replay(
        case("agency", CONTAINERS, True, said_by="Yonhap"),
        case("arabic", CONTAINERS, True, said_by="يونهاب"),
        case("other", CONTAINERS, True, said_by="Reuters"),
        case("nobody", FLIGHTS, True, said_by="Lavrov"),
        case("elsewhere", CONTAINERS, True, contains=["no such words"], said_by="Yonhap"),
        through=through,
    )
    why = {result["id"]: result["why"] for result in report["results"]}
    assert [why[name] for name in ("agency", "arabic")] == [None, None]
    assert why["other"].startswith("does not name «Reuters» as saying it, but «")
    assert "Yonhap" in why["other"]
    assert why["nobody"].startswith("does not name «Lavrov» as saying it, but ")
    assert why["elsewhere"].startswith("none of the first 3 quotes has «no such words»")


def test_nobody_says_what_is_not_answered(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(case("both", IRAN, False, said_by="Lavrov")), encoding="utf-8")
    ran = pullquote("replay", file, home=home)
    assert ran.returncode == 2
    assert "nobody says what is not answered" in ran.stderr


def test_within(replay: Callable[..., Any], pullquote: Pullquote, home: Path) -> None:
    asked = json.loads(pullquote("ask", LAVROV, "--json", "--limit", "2", home=home).stdout)
    second = asked["quotes"][1]["text"]
    report = replay(
        case("one", LAVROV, True, contains=[second], within=1),
        case("two", LAVROV, True, contains=[second], within=2),
    )
    assert [(one["passed"], one["rank"]) for one in report["results"]] == [(False, None), (True, 2)]


def test_table_names_the_failure(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    cases = [case("good", FLIGHTS, True), case("bad", ELSEWHERE, True)]
    file.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    ran = pullquote("replay", file, home=home)
    assert ran.returncode == 1
    assert "1 of 2 cases passed" in ran.stdout
    assert ran.stdout.index("bad") < ran.stdout.index("good")
    assert "not answered" in ran.stdout


def test_several_files(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(case(name, FLIGHTS, True)) + "\n\n")
    ran = pullquote("replay", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--json", home=home)
    assert [one["id"] for one in json.loads(ran.stdout)["results"]] == ["a", "b"]


GOOD = json.dumps(case("good", FLIGHTS, True))


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        "nonsense",
        '{"id": "a"}',
        '{"id": "", "question": "a", "expect": {"answered": true}}',
        '{"id": "a", "question": "", "expect": {"answered": true}}',
        '{"id": "a", "question": "a", "expect": {}}',
        '{"id": "a", "question": "a", "expect": {"answered": "perhaps"}}',
        '{"id": "a", "question": "a", "expect": {"answered": true, "contains": "text"}}',
        '{"id": "a", "question": "a", "expect": {"answered": true, "within": 0}}',
        '{"id": "a", "question": "a", "expect": {"answered": true, "contians": []}}',
        GOOD,  # its id stands on line 1 already
    ],
)
def test_bad_line_is_named(line: str, refused: Refused, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(f"{GOOD}\n\n{line}\n")
    said = refused("replay", file, "--json", home=home)
    assert f"{file} line 3" in said


def test_same_id_in_two_files(refused: Refused, home: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(GOOD)
    assert "good" in refused("replay", tmp_path / "a", tmp_path / "b", home=home)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe"])
def test_file_without_cases(content: bytes, refused: Refused, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(content)
    assert str(file) in refused("replay", file, home=home)


@given(
    st.lists(
        st.builds(
            Case,
            id=st.text(min_size=1),
            question=st.text(min_size=1),
            expect=st.builds(
                Expectation,
                answered=st.booleans(),
                contains=st.none() | st.tuples(st.text(min_size=1)),
                outlet=st.none() | st.text(),
                within=st.integers(1, 20),
            ),
        ),
        min_size=1,
        unique_by=lambda case: case.id,
    )
)
def test_what_is_written_reads_the_same(
    tmp_path_factory: pytest.TempPathFactory, cases: list[Case]
) -> None:
    file = tmp_path_factory.mktemp("cases") / "cases.jsonl"
    write(file, [(each, "a note") for each in cases])
    assert read(file) == cases
    keep(file, cases[0])
    assert sorted(read(file), key=repr) == sorted(cases, key=repr)


def test_replay_without_an_index(refused: Refused, tmp_path: Path) -> None:
    assert "pullquote ingest" in refused("replay", DEMO_CASES, home=tmp_path / "home")
