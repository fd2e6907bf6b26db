"""The public API: open, ask, verify, on a home and on a store alike; every error as documented."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.demo.coverage import DEMO_DAY, demo_articles
from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, Coverage
from retrieval import api
from retrieval.api import (
    ConfigurationError,
    Filters,
    HomeError,
    IndexDamaged,
    IndexMissing,
    InputError,
    ModelError,
    PullquoteError,
    VerdictKind,
    open_engine,
    receipt_of,
)
from retrieval.engine import update_index
from retrieval.models.embed import StaticEmbedder
from tests.homes import indexed

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "How many flights a week between Moscow and Pyongyang?"


@pytest.fixture(params=["sqlite", "postgres"])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, embedded: StaticEmbedder
) -> dict[str, Any]:
    """Arguments of `open_engine` for the demo coverage: a home, then a store."""
    home = tmp_path / "opened"
    if request.param == "sqlite":
        return {"home": indexed(home, embedded)}
    store = str(request.getfixturevalue("store"))
    with closing(Coverage.open(store)) as coverage:
        ingest([demo_articles()], coverage, today=DEMO_DAY)
        update_index(home, coverage, embedded)
    return {"home": home, "store": store}


def test_ask_and_verify(opened: dict[str, Any]) -> None:
    with open_engine(**opened) as engine:
        answer = engine.ask(QUESTION, limit=1)
        (quote,) = answer.quotes
        assert "two flights a week" in quote.text
        assert quote.article.source.outlet == "The Meridian Ledger (demo)"
        assert quote.published == date(2025, 7, 11)
        assert engine.verify(receipt_of(quote)).kind is VerdictKind.EXACT
        assert engine.verify(quote.text.replace("two", "ten")).kind is VerdictKind.ALTERED
        silent = engine.ask("Did Lavrov visit Iran?").absence
        assert silent
        assert [missing.asked for missing in silent.missing] == ["Iran"]
        later = engine.ask(QUESTION, filters=Filters(since=date(2025, 7, 12)))
        assert all(one.published and one.published.day >= 12 for one in later.quotes)
    assert quote.text == quote.article.body[quote.start : quote.end]


def test_an_engine_can_be_used_again_after_it_was_closed(opened: dict[str, Any]) -> None:
    engine = open_engine(**opened)
    engine.close()
    assert engine.ask(QUESTION).answered
    engine.close()


def test_a_home_by_its_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home.parent)
    with open_engine(home.name) as engine:
        assert engine.ask(QUESTION).answered


def test_opening_changes_nothing(home: Path) -> None:
    def files() -> set[tuple[str, int]]:
        return {
            (file.name, file.stat().st_mtime_ns)
            for file in home.rglob("*")
            if file.is_file() and not file.name.endswith(("-wal", "-shm"))
        }

    before = files()
    with open_engine(home) as engine:
        engine.ask(QUESTION)
    assert files() == before


def test_no_such_home(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        open_engine(tmp_path / "typo")
    assert not (tmp_path / "typo").exists()


def _damaged(home: Path) -> dict[str, Any]:
    (manifest,) = home.glob("index/g*/manifest.json")
    manifest.write_text("{", encoding="utf-8")
    return {}


def _no_database(home: Path) -> dict[str, Any]:
    (home / COVERAGE_FILE).write_bytes(b"no database" * 1000)
    return {}


def _malformed(home: Path) -> dict[str, Any]:
    (home / "aliases.toml").write_text("[", encoding="utf-8")
    return {}


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (_damaged, IndexDamaged),
        (_no_database, HomeError),
        (_malformed, ConfigurationError),
        (lambda home: {"model": "no/such-model"}, ModelError),
        (lambda home: {"reranker": "no/such-model"}, ModelError),
    ],
)
def test_what_cannot_be_opened(
    spoil: Callable[[Path], dict[str, Any]], error: type[PullquoteError], home: Path
) -> None:
    with pytest.raises(error) as raised:
        open_engine(home, **spoil(home))
    assert "\n" not in str(raised.value)


def test_what_cannot_be_asked(home: Path) -> None:
    with open_engine(home) as engine:
        with pytest.raises(InputError):
            engine.ask(" ")
        with pytest.raises(InputError):
            engine.verify("")


def test_every_name_is_there_and_every_error_documented() -> None:
    assert api.__all__ == sorted(api.__all__)
    assert all(hasattr(api, name) for name in api.__all__)
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    errors = {
        name
        for name in api.__all__
        if isinstance(value := getattr(api, name), type) and issubclass(value, PullquoteError)
    }
    assert set(re.findall(r"^\| `(\w+)` \| (?:`|all)", page, re.MULTILINE)) >= errors - {
        "PullquoteError"
    }


def test_every_field_in_the_documentation_is_there() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE)
    for name in ("Answer", "Quote", "Article", "Source", "Absence", "Filters"):
        (said,) = (row for of, row in rows if of == name)
        named = [each for each in re.findall(r"`([\w.]+)`", said) if "." not in each]
        missing = [
            each for each in named if each != "None" and not hasattr(getattr(api, name), each)
        ]
        assert not missing, (name, missing)
