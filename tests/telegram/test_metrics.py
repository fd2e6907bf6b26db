"""GET /metrics: read as Prometheus reads it, from the real bot, and without anything of anybody."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families as families

from bot.local_telegram import TOKEN, LocalTelegram
from retrieval.engine import INDEX_FOLDER, Engine

ANSWERED = "Who was the first foreign guest at the new resort in Wonsan?"
ABSENT = "Who won the chess tournament in Reykjavik?"
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"

Figures = dict[str, float]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def scraped(port: int, accept: str = "") -> tuple[str, str]:
    """The text and its type."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}/metrics", headers={"Accept": accept}) as response,
    ):
        assert response.status == 200
        return await response.text(), response.content_type


def figures(text: str, parse: Callable[[str], Any] = families) -> Figures:
    """Samples by their name, those with labels by name and values."""
    return {
        "/".join([sample.name, *sample.labels.values()]): sample.value
        for family in parse(text)
        for sample in family.samples
    }


@pytest.mark.files
async def test_questions_are_counted_and_timed(
    tg: LocalTelegram, serve: Any, engine: Engine, home: Path, port: int
) -> None:
    made = time.time() - 3600
    os.utime(home / INDEX_FOLDER / "CURRENT", (made, made))
    async with serve(engine, health_port=port, home=home):
        await tg.ready()
        before = figures((await scraped(port))[0])
        await tg.user(987654).say(ANSWERED)
        await tg.user(876543).say(ABSENT)
        text, kind = await scraped(port)
        after = figures(text)
        assert kind == "text/plain"
        assert not any(value for name, value in before.items() if "questions_total" in name)
        assert after["pullquote_questions_total"] == 2
        assert after["pullquote_answers_total"] == 1
        assert after["pullquote_absences_total"] == 1
        assert after["pullquote_failures_total"] == 0
        for name in ("search", "answer"):
            assert after[f"pullquote_{name}_seconds_count"] == 2
            assert 0 < after[f"pullquote_{name}_seconds_sum"] < 20
            assert after[f"pullquote_{name}_seconds_bucket/+Inf"] == 2
        assert after["pullquote_answer_seconds_sum"] >= after["pullquote_search_seconds_sum"]
        assert 3600 <= after["pullquote_index_age_seconds"] < 3700
        assert after["pullquote_articles"] == 16
        assert after["pullquote_queue_length"] == 0
        assert after["pullquote_telegram_reached"] == 1
        assert after["process_resident_memory_bytes"] > 0

        openmetrics, kind = await scraped(port, "application/openmetrics-text;version=1.0.0")
        assert kind == "application/openmetrics-text"
        assert figures(openmetrics, openmetrics_families)["pullquote_questions_total"] == 2

        shown = (text + openmetrics).casefold()
        outlets = {one.source.outlet or "" for one in engine.coverage.articles()}
        hidden = {*TOKEN.split(":"), "987654", "876543", "NewsQuoteBot", *outlets}
        hidden |= {word for word in f"{ANSWERED} {ABSENT}".split() if len(word) > 5}
        assert [word for word in hidden if word and word.casefold() in shown] == []


async def test_line_for_the_search_and_who_is_turned_away(
    tg: LocalTelegram, serve: Any, canned: Any, port: int
) -> None:
    canned.delay = 0.4
    async with serve(canned, health_port=port, concurrency=1, queue=1):
        await tg.ready()
        for _ in range(3):
            await tg.user().send("x")
        await tg.until(lambda: _value(port, "pullquote_turned_away_total"), bool, 5)
        found = figures((await scraped(port))[0])
    assert found["pullquote_queue_length"] == 1
    assert found["pullquote_turned_away_total"] == 1
    # there is no index in the home of this bot
    assert not any("index_age" in name for name in found)


async def test_search_that_fails_is_no_absence(
    tg: LocalTelegram, serve: Any, canned: Any, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(canned, "ask", broken)
    async with serve(canned, health_port=port):
        await tg.ready()
        await tg.user().say("harbour")
        found = figures((await scraped(port))[0])
    assert found["pullquote_questions_total"] == found["pullquote_failures_total"] == 1
    assert found["pullquote_absences_total"] == found["pullquote_answers_total"] == 0


async def test_errors_of_telegram_are_counted_by_kind(
    tg: LocalTelegram, serve: Any, canned: Any, port: int
) -> None:
    async with serve(canned, health_port=port):
        await tg.ready()
        await tg.fault("flood", "sendMessage", 1, retry_after=1)
        await tg.fault("html", "getUpdates", 2)
        await tg.user().say("harbour")
        await tg.until(lambda: _errors(port), lambda errors: sum(errors.values()) == 3, 5)
        errors = await _errors(port)
    assert errors == {"RetryAfter": 1, "NetworkError": 2}


def test_every_figure_is_documented() -> None:
    from bot.telegram.metrics import IndexAge, Metrics

    metrics = Metrics()
    described = [*metrics.registry.collect(), *IndexAge([]).describe()]
    ours = {family.name for family in described if family.name.startswith("pullquote")}
    text = OPERATING.read_text(encoding="utf-8")
    assert len(ours) > 10
    assert [name for name in ours if f"`{name}" not in text] == []


async def _errors(port: int) -> Figures:
    name = "pullquote_telegram_errors_total/"
    found = figures((await scraped(port))[0])
    return {one.removeprefix(name): value for one, value in found.items() if one.startswith(name)}


async def _value(port: int, name: str) -> float:
    return figures((await scraped(port))[0]).get(name, 0)
