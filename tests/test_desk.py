"""What editors do to the coverage from a chat."""

import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from filelock import FileLock

from bot.backup import back_up
from bot.desk import PINNED, RECEIVED, Desk, pinned_id
from bot.replay.cases import read
from corpus.errors import HomeError, InputError
from corpus.types import Source
from retrieval.answer.check.receipt import receipt_of
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder

LETTER = "What did Putin say in his letter to Kim Jong Un?"
FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
ELSEWHERE = "Qui a remporté la finale de la Ligue des champions ?"
QUAY = """A second quay opened

The harbour authority opened a second quay on Monday after two years of work.
It will take ferries from four towns along the coast, the authority said.
"""
NOTHING = Source(path="")


@pytest.fixture
def engine(home: Path, embedded: StaticEmbedder) -> Iterator[Engine]:
    opened = Engine.open(home, embedded)
    yield opened
    opened.coverage.close()


@pytest.fixture
def desk(home: Path, engine: Engine) -> Desk:
    return Desk(home, engine, ZoneInfo("Asia/Beirut"))


def test_document_taken_in_is_quoted_at_once(desk: Desk, engine: Engine, home: Path) -> None:
    before = desk.holdings()
    report, [article] = desk.ingest(
        QUAY.encode(), "quay.txt", Source(path="", outlet="Meridian"), "a test"
    )
    assert (report.added, report.rejected) == (1, [])
    assert article.source.outlet == "Meridian"
    assert engine.ask("Where will ferries from four towns land?").quotes[0].article.id == article.id
    after = desk.holdings()
    assert after.articles == before.articles + 1
    assert after.generation != before.generation
    assert Path(article.source.path).is_relative_to(home / RECEIVED)
    again, _ = desk.ingest(QUAY.encode(), "quay.txt", NOTHING, "a test")
    assert (again.added, again.unchanged, again.updated) == (0, 1, 0)


def test_other_document_of_the_same_name_is_another_article(desk: Desk) -> None:
    _, [first] = desk.ingest(QUAY.encode(), "post.txt", NOTHING, "a test")
    other = QUAY.replace("second", "third").replace("four", "nine")
    report, [second] = desk.ingest(other.encode(), "post.txt", NOTHING, "a test")
    assert report.added == 1
    assert first.id != second.id


def test_what_is_no_article_leaves_nothing_behind(desk: Desk, home: Path) -> None:
    report, articles = desk.ingest(b"\x00\x01\x02", "noise.txt", NOTHING, "a test")
    assert articles == []
    assert len(report.rejected) == 1
    assert list((home / RECEIVED).rglob("*.txt")) == []


def test_article_is_found_by_id_and_receipt(desk: Desk, engine: Engine) -> None:
    quote = engine.ask(FLIGHTS).quotes[0]
    receipt = receipt_of(quote)
    for name in (quote.article.id, quote.article.id.upper(), receipt, receipt.upper()):
        found = desk.article(name)
        assert found is not None
        assert found.id == quote.article.id
    assert desk.article("nosuchid") is None
    mistyped = ("b" if receipt[0] == "a" else "a") + receipt[1:]
    with pytest.raises(InputError, match="mistyped"):
        desk.article(mistyped)
    assert [one.id for one in desk.articles([receipt, receipt])] == [quote.article.id]


def test_removed_article_is_not_quoted(desk: Desk, engine: Engine) -> None:
    article = engine.ask(FLIGHTS).quotes[0].article
    assert desk.remove([article.id], "a test") == [article.id]
    assert desk.is_removed(article.id)
    assert desk.remove([article.id], "a test") == []
    assert all(quote.article.id != article.id for quote in engine.ask(FLIGHTS).quotes)


def test_pinned_question_is_a_case_that_passes(
    desk: Desk, engine: Engine, home: Path, pullquote: Callable[..., object]
) -> None:
    quote = engine.ask(FLIGHTS).quotes[0]
    assert desk.pin(FLIGHTS, receipt_of(quote)).id == pinned_id(FLIGHTS)
    assert desk.pin(ELSEWHERE).expect.answered is False
    held = read(home / PINNED)
    assert [case.question for case in held] == [FLIGHTS, ELSEWHERE]
    assert held[0].expect.contains == (quote.text,)
    assert json.loads((home / PINNED).read_text(encoding="utf-8").splitlines()[1]) == {
        "id": pinned_id(ELSEWHERE),
        "question": ELSEWHERE,
        "expect": {"answered": False, "within": 3},
    }
    ran = pullquote("replay", home / PINNED, "--json", home=home)
    assert ran.returncode == 0, ran.stdout  # type: ignore[attr-defined]


def test_pinning_again_replaces_the_case_and_leaves_other_lines_alone(
    desk: Desk, engine: Engine, home: Path
) -> None:
    (home / PINNED).write_text('{"id": "mine", "note": "by hand"}\nno JSON\n', encoding="utf-8")
    first, second = engine.ask(LETTER, limit=2).quotes
    desk.pin(LETTER, receipt_of(first))
    desk.pin(LETTER, receipt_of(second))
    lines = (home / PINNED).read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ['{"id": "mine", "note": "by hand"}', "no JSON"]
    assert len(lines) == 3
    assert json.loads(lines[2])["expect"]["contains"] == [second.text]


def test_pin_of_a_receipt_that_is_gone_asks_anew(desk: Desk, engine: Engine) -> None:
    first, second = engine.ask(LETTER, limit=2).quotes
    desk.remove([first.article.id], "a test")
    case = desk.pin(LETTER, receipt_of(first))
    assert case.expect.contains
    assert case.expect.contains[0] == second.text


def test_waits_for_another_writer_and_then_says_so(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.writer.WRITER_SECONDS", 0.1)
    with FileLock(home / "writer.lock"), pytest.raises(HomeError, match="has been writing"):
        desk.remove(["x"], "a test")


@pytest.mark.files("backups are PostgreSQL's own")
def test_pinned_cases_are_in_a_backup(desk: Desk, home: Path, tmp_path: Path) -> None:
    desk.pin(ELSEWHERE)
    back_up(home, tmp_path / "backup.tar")
    with tarfile.open(tmp_path / "backup.tar") as archive:
        held = archive.extractfile(PINNED)
        assert held
        assert held.read() == (home / PINNED).read_bytes()
