"""What a replay says about answers that got worse since the blessed run."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html  # type: ignore[import-untyped]
from rich.console import Console

from bot.replay.baseline import Baseline, Change, ChangeKind, compare
from bot.replay.cases import Case, Expectation
from bot.replay.junit import junit
from bot.replay.page import replay_page
from bot.replay.report import change_line, replay_json, replay_view, shares
from bot.replay.run import Result, judge
from bot.replay.seen import Seen, SeenQuote
from corpus.errors import InputError

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

ONE = SeenQuote(
    "The ferry left at noon.", "a1", "Harbour Post", "2025-07-12", "https://x.example/1"
)
OTHER = SeenQuote("The quay was closed on Monday.", "a2", None, None, None)
THIRD = SeenQuote("Fishermen sold their catch.", "a3", "Quay Times", None, None)


def asked(*quotes: SeenQuote, id: str = "c", answered: bool = True, ms: float = 5.0) -> Result:
    contains = (quotes[0].text,) if quotes and answered else None
    case = Case(
        id=id, question="When?", expect=Expectation(answered=answered, contains=contains, within=3)
    )
    return judge(case, Seen("en", quotes, ms))


def again(before: Result, *quotes: SeenQuote, ms: float = 5.0) -> Result:
    return judge(before.case, Seen("en", quotes, ms))


def changes(before: Result, after: Result, slower: float | None = None) -> list[Change]:
    return compare(Baseline.of([before], "engine"), [after], slower=slower)


def kinds(before: Result, after: Result, slower: float | None = None) -> list[ChangeKind]:
    return [change.kind for change in changes(before, after, slower)]


def test_the_same_run_shows_no_change() -> None:
    before = asked(ONE, OTHER)
    assert changes(before, before, 1.5) == []


def test_a_lost_quote() -> None:
    before = asked(ONE, OTHER)
    (change,) = changes(before, again(before, OTHER, THIRD))
    assert change.kind is ChangeKind.LOST
    assert ONE.text in change.text
    assert "Harbour Post" in change.text
    assert change_line(change).startswith("[en] lost quote c: ")


def test_a_longer_quote_around_the_same_words_is_not_lost() -> None:
    before = asked(ONE)
    assert kinds(before, again(before, replace(ONE, text=f"{ONE.text} It came late."))) == []


def test_an_answer_that_is_gone() -> None:
    before = asked(ONE)
    assert kinds(before, again(before)) == [ChangeKind.SILENT]


def test_a_new_false_answer() -> None:
    before = asked(answered=False)
    (change,) = changes(before, again(before, OTHER))
    assert change.kind is ChangeKind.ANSWERED
    assert OTHER.text in change.text


def test_a_false_answer_known_before_is_no_change() -> None:
    before = asked(OTHER, answered=False)
    assert kinds(before, again(before, THIRD)) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, outlet="Quay Times"),
        replace(ONE, outlet=None),
        replace(ONE, published="2025-07-13"),
        replace(ONE, published=None),
        replace(ONE, url="https://x.example/2"),
    ],
)
def test_a_wrong_attribution(other: SeenQuote) -> None:
    before = asked(ONE)
    assert kinds(before, again(before, other)) == [ChangeKind.ATTRIBUTION]


def test_a_worse_and_a_better_rank() -> None:
    first, second = asked(ONE, OTHER), again(asked(ONE, OTHER), OTHER, ONE)
    assert kinds(first, second) == [ChangeKind.RANK]
    assert kinds(second, first) == [ChangeKind.BETTER]


def test_a_case_that_passes_now() -> None:
    after = asked(ONE)
    before = again(after, OTHER)
    assert not before.passed
    (change,) = changes(before, after)
    assert change.kind is ChangeKind.BETTER
    assert not change.kind.worse


def test_slower_by_language_and_only_beyond_the_ratio() -> None:
    before = asked(ONE, ms=100)
    assert kinds(before, again(before, ONE, ms=199), 2.0) == []
    (change,) = changes(before, again(before, ONE, ms=201), 2.0)
    assert (change.kind, change.id, change.language) == (ChangeKind.SLOWER, None, "en")
    assert kinds(before, again(before, ONE, ms=900)) == []
    quick = asked(ONE, ms=1)
    assert kinds(quick, again(quick, ONE, ms=20), 2.0) == []


def test_new_and_missing_cases_are_told_and_are_not_worse() -> None:
    found = compare(Baseline.of([asked(ONE, id="old")], "engine"), [asked(ONE, id="new")])
    assert {(change.kind, change.id, change.kind.worse) for change in found} == {
        (ChangeKind.CASES, "new", False),
        (ChangeKind.CASES, "old", False),
    }


SHOWN = st.builds(
    SeenQuote,
    st.text(min_size=1),
    st.text(),
    st.none() | st.text(),
    st.none() | st.just("2025-07-12"),
    st.none() | st.text(),
    st.integers(0, 3),
)
RESULTS = st.lists(
    st.builds(
        lambda name, language, quotes, answered: judge(
            Case(id=name, question="?", expect=Expectation(answered=answered, within=3)),
            Seen(language, tuple(quotes), 1.0),
        ),
        st.text(min_size=1, max_size=4),
        st.sampled_from(["ar", "en"]),
        st.lists(SHOWN, max_size=3),
        st.booleans(),
    ),
    unique_by=lambda result: result.case.id,
)


@given(RESULTS)
def test_a_written_baseline_reads_the_same_and_finds_nothing(
    tmp_path_factory: pytest.TempPathFactory, results: list[Result]
) -> None:
    file = tmp_path_factory.mktemp("baseline") / "baseline.json"
    Baseline.of(results, "engine").write(file)
    assert Baseline.read(file, "engine") == Baseline.of(results, "engine")
    assert compare(Baseline.read(file, "engine"), results, slower=1.0) == []


def test_each_way_has_a_run_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    engine = Baseline.of([asked(ONE)], "engine")
    telegram = Baseline.of([asked(OTHER)], "telegram")
    engine.write(file)
    with pytest.raises(InputError, match="no run through telegram"):
        Baseline.read(file, "telegram")
    telegram.write(file)
    assert Baseline.read(file, "engine") == engine
    assert Baseline.read(file, "telegram") == telegram
    again = Baseline.of([asked(THIRD)], "engine")
    again.write(file)
    assert Baseline.read(file, "engine") == again
    assert Baseline.read(file, "telegram") == telegram


def test_fewer_copies() -> None:
    before = asked(replace(ONE, copies=2))
    (change,) = changes(before, again(before, replace(ONE, copies=1)))
    assert (change.kind, change.kind.worse) == (ChangeKind.COPIES, True)
    assert "in 2 other articles, now 1" in change.text
    assert changes(before, again(before, replace(ONE, copies=3))) == []


@given(RESULTS)
def test_every_case_stands_in_the_xml_and_on_the_page(results: list[Result]) -> None:
    written = ElementTree.fromstring(junit(results))
    failed = sum(not result.passed for result in results)
    assert written.attrib["tests"] == str(len(results))
    assert written.attrib["failures"] == str(failed)
    assert len(written.findall(".//testcase")) == len(results)
    page = lxml_html.document_fromstring(replay_page("cases", results).encode())
    assert len(page.findall(".//article")) == len(results)
    assert len(page.xpath('//article[@class="failed"]')) == failed
    assert sum(share.cases for share in shares(results)) == len(results)


def test_what_got_worse_fails_its_case_in_the_xml() -> None:
    before = asked(ONE, OTHER)
    after = again(before, OTHER, ONE, ms=900)
    found = changes(before, after, 2.0)
    assert {change.kind for change in found} == {ChangeKind.RANK, ChangeKind.SLOWER}
    written = ElementTree.fromstring(junit([after], found))
    messages = [each.attrib["message"] for each in written.iter("failure")]
    assert any("worse rank" in message for message in messages)
    assert any("slower" in message for message in messages)
    assert written.attrib["failures"] == "2"


def test_the_page_marks_what_was_expected_and_shows_what_changed() -> None:
    before = asked(ONE)
    after = again(before, replace(ONE, text=f"<b>Later</b>: {ONE.text}", outlet="Quay <Times>"))
    page = replay_page("demo <cases>", [after], changes(before, again(before, THIRD)))
    parsed = lxml_html.document_fromstring(page.encode())
    assert [mark.text_content() for mark in parsed.xpath("//ol//mark")] == [ONE.text]
    assert "<b>Later" not in page
    assert "lost quote" in parsed.text_content()
    loads = [each for each in parsed.iter() if each.get("src") or each.get("href")]
    assert loads == []


def test_the_json_and_the_table_tell_the_changes() -> None:
    before = asked(ONE)
    after = again(before)
    found = changes(before, after)
    report = replay_json([after], found)
    assert report["changes"][0]["kind"] == "no longer answered"
    assert report["changes"][0]["worse"] is True
    console = Console(width=200, file=io.StringIO())
    with console.capture() as captured:
        console.print(replay_view([after], found))
    assert "worse than the baseline: 1" in captured.get()


# ---------------------------------------------------------------- the command

FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
GOOD = {
    "id": "flights",
    "question": FLIGHTS,
    "expect": {"answered": True, "contains": ["two flights a week"]},
}


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(GOOD), encoding="utf-8")
    return file


def changed(file: Path, **quote: Any) -> None:
    """Make a blessed run one in which the first quote was another."""
    written = json.loads(file.read_text(encoding="utf-8"))
    written["runs"]["engine"]["flights"]["quotes"][0].update(quote)
    file.write_text(json.dumps(written), encoding="utf-8")


def test_bless_then_compare(pullquote: Pullquote, home: Path, cases: Path, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    blessed = pullquote("replay", cases, "--baseline", file, "--bless", home=home)
    assert blessed.returncode == 0
    assert "blessed 1 cases" in blessed.stderr
    same = pullquote("replay", cases, "--baseline", file, "--json", home=home)
    assert (same.returncode, json.loads(same.stdout)["changes"]) == (0, [])
    changed(file, outlet="Another outlet")
    worse = pullquote("replay", cases, "--baseline", file, home=home)
    assert worse.returncode == 1
    assert "wrong attribution flights" in worse.stdout
    anew = pullquote("replay", cases, "--baseline", file, "--bless", home=home)
    assert anew.returncode == 0
    assert "wrong attribution flights" in anew.stderr
    assert pullquote("replay", cases, "--baseline", file, home=home).returncode == 0


def test_both_ways_in_one_file(
    pullquote: Pullquote, refused: Refused, home: Path, cases: Path, tmp_path: Path
) -> None:
    file = tmp_path / "baseline.json"
    against = ["replay", cases, "--baseline", file]
    assert pullquote(*against, "--bless", home=home).returncode == 0
    assert "through telegram" in refused(*against, "--through", "telegram", home=home)
    assert pullquote(*against, "--through", "telegram", "--bless", home=home).returncode == 0
    changed(file, outlet="Another outlet")  # through the engine
    assert pullquote(*against, home=home).returncode == 1
    assert pullquote(*against, "--through", "telegram", home=home).returncode == 0


def test_files_are_written(pullquote: Pullquote, home: Path, cases: Path, tmp_path: Path) -> None:
    ran = pullquote(
        "replay", cases, "--junit", tmp_path / "r.xml", "--html", tmp_path / "r.html", home=home
    )
    assert ran.returncode == 0
    assert ElementTree.parse(tmp_path / "r.xml").getroot().attrib["tests"] == "1"
    page = lxml_html.document_fromstring((tmp_path / "r.html").read_bytes())
    assert FLIGHTS in page.text_content()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bless"], "--baseline"),
        (["--slower", "2"], "--baseline"),
        (["--baseline", "none.json"], "--bless"),
        (["--junit", "nowhere/r.xml"], "nowhere"),
        (["--html", "nowhere/r.html"], "nowhere"),
        (["--baseline", "nowhere/b.json", "--bless"], "nowhere"),
    ],
)
def test_what_cannot_be_done(
    refused: Refused, home: Path, cases: Path, arguments: list[str], said: str
) -> None:
    assert said in refused("replay", cases, *arguments, home=home)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": 99, "runs": {"engine": {}}}',
        '{"format": 2, "runs": []}',
        '{"format": 2, "runs": {}}',
        '{"format": 2, "runs": {"engine": {"a": {}}}}',
        '{"format": 2, "runs": {"engine": {"a": {"language": "en", "rank": 2,'
        ' "passed": true, "took_ms": 1, "quotes": []}}}}',
        '{"format": 2, "runs": {"telegram": {}}}',
    ],
)
def test_a_file_that_is_no_baseline(
    refused: Refused, home: Path, cases: Path, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(content, encoding="utf-8")
    assert str(file) in refused("replay", cases, "--baseline", file, home=home)
