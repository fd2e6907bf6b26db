"""A replay through the whole bot, judged on what a person in the chat sees."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.render.telegram_html import Block
from bot.replay import chat
from bot.replay.cases import Case, Expectation
from bot.replay.chat import run_chats
from bot.replay.run import Result, run
from corpus.errors import ConfigurationError
from corpus.store import COVERAGE_FILE
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from tests.homes import indexed

FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
SHELLS = "How many artillery shells has North Korea given Russia?"
LAVROV = "What did Lavrov say about North Korea?"


def asks(question: str, answered: bool = True, **expect: Any) -> Case:
    return Case(id=question, question=question, expect=Expectation(answered=answered, **expect))


@pytest.fixture(scope="module")
def engine(demo_home: Path, embedded: StaticEmbedder) -> Engine:
    return Engine.open(demo_home, embedded)


@pytest.fixture
def other(embedded: StaticEmbedder, tmp_path: Path) -> Callable[[str], Engine]:
    """other(text): an engine over one article of this text."""

    def make(text: str) -> Engine:
        file = tmp_path / "article.txt"
        file.write_text(text, encoding="utf-8")
        return Engine.open(indexed(tmp_path / "home", embedded, file), embedded)

    return make


def one(case: Case, engine: Engine) -> Result:
    (result,) = run_chats([case], engine)
    return result


def test_sees_what_the_engine_says_and_leaves_the_home_alone(
    engine: Engine, demo_home: Path
) -> None:
    before = {file: file.stat().st_mtime_ns for file in demo_home.rglob("*")}
    cases = [asks(FLIGHTS, within=6), asks(LAVROV, within=6), asks("متى وصل لافروف؟", within=6)]
    assert [each.seen.quotes for each in run_chats(cases, engine)] == [
        each.seen.quotes for each in run(cases, engine)
    ]
    after = {file: file.stat().st_mtime_ns for file in demo_home.rglob("*")}
    assert {file.name for file in set(after) - set(before)} <= {
        f"{COVERAGE_FILE}-wal",
        f"{COVERAGE_FILE}-shm",
    }


def test_more_quotes_than_the_bot_shows_at_once(engine: Engine) -> None:
    shown = one(asks(LAVROV, within=8), engine).seen.quotes
    assert len(shown) > 3
    fourth = shown[3].text
    few, many = run_chats(
        [asks(text, contains=(fourth,), within=n) for text, n in ((LAVROV, 3), (f" {LAVROV}", 8))],
        engine,
    )
    assert (few.passed, few.rank) == (False, None)
    assert (many.passed, many.rank) == (True, 4)


def test_a_quote_longer_than_a_message(other: Callable[[str], Engine]) -> None:
    sentence = "The ferry carried " + ", ".join(f"{n} crates of fish" for n in range(400)) + "."
    result = one(
        asks("crates of fish carried by the ferry?"), other(f"At the quay\n\n{sentence}\n")
    )
    assert result.why is None
    assert [quote.text for quote in result.seen.quotes] == [sentence]


def test_characters_that_the_phone_does_not_show(other: Callable[[str], Engine]) -> None:
    sentence = "The\u202bferry\u202c left the\tnorthern quay at noon on Monday."
    engine = other(f"At the quay\n\n{sentence}\nIt carried forty people to the islands.\n")
    result = one(asks("When did the ferry leave the quay?", contains=(sentence,)), engine)
    assert result.why is None
    assert "\t" not in result.seen.quotes[0].text


@pytest.mark.parametrize(
    ("name", "lie"),
    [
        ("outlet_name", lambda outlet, interface: "Another Post"),
        ("quote_particulars", lambda quote, interface: ["1 May 2001"]),
        ("link", lambda url: "https://elsewhere.example/"),
        ("link", lambda url: None),
    ],
    ids=["outlet", "day", "address", "no address"],
)
def test_a_source_line_that_is_wrong(
    name: str, lie: Callable[..., Any], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"bot.render.telegram_html.{name}", lie)
    why = one(asks(SHELLS), engine).why or ""
    assert why.startswith("quote 1: wrong attribution, it is of Harbour Post (demo), 2025-07-14, ")


def test_a_quote_without_a_source_line(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Block("", 0, 0)
    monkeypatch.setattr("bot.render.telegram_html.source_line", lambda *parts: nothing)
    assert "no source stands below it" in (one(asks(FLIGHTS, within=1), engine).why or "")


def test_a_pasted_quote_is_no_question(engine: Engine) -> None:
    pasted = engine.ask(FLIGHTS, limit=1).quotes[0].text
    assert (one(asks(pasted), engine).why or "").startswith("no answer, the bot says: ")


def test_a_bot_that_does_not_answer(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(chat, "_AT_ONCE", 1)
    monkeypatch.setattr(engine, "ask", lambda *args, **options: time.sleep(0.5))
    results = run_chats([asks(f"{number}?") for number in range(5)], engine)
    why = [each.why or "" for each in results]
    assert ["did not answer within" in each for each in why] == [True] * 3 + [False] * 2
    assert all("not asked" in each for each in why[3:])


def test_a_proxy_in_between(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(chat, "_START_SECONDS", 1.0)
    with pytest.raises(ConfigurationError, match="NO_PROXY"):
        run_chats([asks(FLIGHTS)], engine)
