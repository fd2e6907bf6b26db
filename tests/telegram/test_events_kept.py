"""Several events in one bot: what stays with its event, whatever its chat is about now."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.local_telegram import TOKEN, LocalTelegram, Sent, User
from bot.state import State
from bot.telegram import watch
from bot.telegram.access import Rules
from bot.telegram.client import App
from bot.telegram.events import Event
from bot.words import words
from corpus.ingest import ingest
from corpus.store import Coverage
from retrieval.engine import update_index
from retrieval.models.embed import StaticEmbedder
from tests.benchmark.running import Bot
from tests.two_events import (
    FERRIES,
    HARBOUR,
    OF_BOTH,
    OF_HARBOUR,
    OF_RAILWAY,
    PUMPING,
    RAILWAY,
    THREE_DAYS,
    TWO_WEEKS,
    both_events,
    choose,
    event_of,
    two_homes,
)

EN = words("en")
FROM_HARBOUR = EN.say("event_from", title=HARBOUR)
EDITOR = 4711


@pytest.fixture
async def served(tg: LocalTelegram, serve: Any, events: list[Event]) -> AsyncIterator[App]:
    async with serve(events) as application:
        await tg.ready()
        yield application


@pytest.fixture
def user(tg: LocalTelegram) -> User:
    return tg.user(language_code="en")


def _labels(message: Sent) -> list[str]:
    return [button["text"] for button in message.buttons]


async def test_chats_of_one_event_go_on_when_it_becomes_one_of_several(
    tg: LocalTelegram, serve: Any, events: list[Event], user: User
) -> None:
    async with serve(events[0].engine, home=events[0].home):
        await tg.ready()
        [old] = await user.say(OF_HARBOUR)
    async with serve([replace(events[0], key=""), events[1]]):
        await tg.ready()
        await choose(user, RAILWAY)
        [context], _ = await user.press(old, EN.say("button_context"))
        assert FERRIES in context.text


async def test_health_counts_all_events(tg: LocalTelegram, serve: Any, events: list[Event]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with serve(events, health_port=port), aiohttp.ClientSession() as http:
        await tg.ready()
        async with http.get(f"http://127.0.0.1:{port}/health") as response:
            told = await response.json()
        assert told["articles"] == 4
        assert told["index"] is None
        assert {name: one["articles"] for name, one in told["events"].items()} == {
            "harbour": 2,
            "railway": 2,
        }


async def test_the_buttons_of_an_old_answer_stay_with_itsevent_of(
    tg: LocalTelegram, served: App, user: User
) -> None:
    await choose(user, HARBOUR)
    [old] = await user.say(OF_HARBOUR)
    assert old.quotes == [FERRIES]
    await choose(user, RAILWAY)
    [context], _ = await user.press(old, EN.say("button_context"))
    assert FERRIES in context.text
    assert HARBOUR not in context.text
    [edited] = await user.edit(old.reply_to or 0, OF_BOTH)
    assert edited.quotes == [THREE_DAYS]


async def test_more_under_an_old_answer_stays_with_itsevent_of(
    tg: LocalTelegram, serve: Any, events: list[Event], user: User
) -> None:
    async with serve(events, limit=1):
        await tg.ready()
        await choose(user, HARBOUR)
        [old] = await user.say("Saltmere?")
        assert EN.say("button_more") in " ".join(_labels(old))
        await choose(user, RAILWAY)
        [further], _ = await user.press(old, EN.say("button_more"))
        coverage = events[0].engine.coverage
        bodies = [article.body for article in coverage.newest(10)]
        assert further.quotes
        assert all(any(quote in body for body in bodies) for quote in further.quotes)


async def test_a_wish_for_more_stays_with_the_event_of_the_question_before(
    tg: LocalTelegram, serve: Any, events: list[Event], user: User
) -> None:
    async with serve(events, limit=1):
        await tg.ready()
        await choose(user, HARBOUR)
        [first] = await user.say("Saltmere?")
        await choose(user, RAILWAY)
        [further] = await user.say("more")
        assert further.quotes
        assert further.quotes != first.quotes
        assert all("Saltmere" in quote for quote in further.quotes)


async def test_a_receipt_is_opened_from_whichever_event_has_it(
    tg: LocalTelegram, served: App, user: User, state: State
) -> None:
    [answer] = await user.say(OF_HARBOUR)
    asked = state.asked(served.bot.id, user.id, answer.id or 0)
    receipt = (asked and asked.receipt) or "none"
    other = tg.user(language_code="en")
    await choose(other, RAILWAY)
    for text in (f"/start {receipt}", receipt, f"/verify {receipt}"):
        [opened] = await other.say(text)
        assert FERRIES in opened.text
        assert opened.text.startswith(FROM_HARBOUR)


@pytest.mark.files("the homes are files; a store has a schema an event")
async def test_the_command_serves_all_events_and_a_kill_loses_no_choice(
    tg: LocalTelegram, event_homes: tuple[Path, Path], user: User, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        'home = "bot"\n'
        f'[[events]]\nname = "harbour"\ntitle = "{HARBOUR}"\nhome = "{event_homes[0]}"\n'
        f'[[events]]\nname = "railway"\ntitle = "{RAILWAY}"\nhome = "{event_homes[1]}"\n'
    )
    process = Bot(tmp_path, tg.url, tmp_path / "log", TOKEN, config=config)
    try:
        await process.start()
        await tg.ready()
        [which] = await user.say(OF_BOTH, timeout=30)
        [answer], _ = await user.press(which, RAILWAY, timeout=30)
        assert answer.quotes == [TWO_WEEKS]
        await process.kill()
        await process.start()
        await tg.ready()
        [again] = await user.say(OF_BOTH, timeout=30)
        assert again.quotes == [TWO_WEEKS]
        [context], _ = await user.press(answer, EN.say("button_context"), timeout=30)
        assert "Skiers waited" in context.text
        assert (tmp_path / "bot" / "chats.sqlite").exists()
        assert not any((home / "chats.sqlite").exists() for home in event_homes)
        process.tell(signal.SIGTERM)
        assert await process.end() == 0
        assert "Traceback" not in process.log
    finally:
        await process.kill()


async def test_inline_quotes_come_from_the_chosen_event_else_from_all(
    tg: LocalTelegram, served: App, user: User
) -> None:
    def texts(page: Any) -> str:
        found = [each["input_message_content"]["message_text"] for each in page["results"]]
        return " ".join(re.sub("</?b>", "", text) for text in found)

    both = texts(await user.inline(OF_BOTH))
    assert THREE_DAYS in both
    assert TWO_WEEKS in both
    await choose(user, HARBOUR)
    one = texts(await user.inline(OF_BOTH))
    assert THREE_DAYS in one
    assert TWO_WEEKS not in one


async def test_what_is_collected_of_two_events_is_in_one_dossier(
    tg: LocalTelegram, served: App, user: User
) -> None:
    for question in (OF_HARBOUR, OF_RAILWAY):
        [answer] = await user.say(question)
        await user.press(answer, EN.say("button_collect"), n=0, settle=0.2)
    [menu] = await user.say("/dossier")
    [file], _ = await user.press(menu, EN.say("button_markdown"))
    assert file.method == "sendDocument"
    stored = await served.bot.get_file(file.message["document"]["file_id"])
    content = bytes(await stored.download_as_bytearray()).decode()
    assert FERRIES.rstrip(".") in content
    assert PUMPING.rstrip(".") in content


async def test_editors_change_the_coverage_of_the_chosenevent_of(
    tg: LocalTelegram,
    serve: Any,
    tmp_path: Path,
    embedded: StaticEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "PAUSE", 0.05)
    monkeypatch.setattr("retrieval.answer.arrivals.CLEAR", -9.0)
    homes = two_homes(tmp_path, embedded)
    mine = both_events(homes, embedded)
    text = (
        "/ingest The lamp of the Saltmere lighthouse is lit\n\n"
        "The keeper lit the lamp of the Saltmere lighthouse on Sunday after nine dark years.\n"
        "Repairs cost four million crowns, the harbour board said.\n"
    )
    question = "When was the lamp of the Saltmere lighthouse lit?"
    async with serve(mine, rules=Rules(editors=frozenset({EDITOR}))):
        await tg.ready()
        followers = []
        for name in ("harbour", "railway"):
            follower = tg.user(language_code="en")
            await follower.say(f"/event {name}")
            await follower.say(f"/follow {question}")
            followers.append(follower)
        mark = (await tg.state())["calls"]
        editor = tg.user(EDITOR, language_code="en")
        [which] = await editor.say(text)
        assert EN.say("event_choose") in which.text
        [done], _ = await editor.press(which, HARBOUR)
        assert "1 article added" in done.text
        [alert] = await tg.wait(mark, followers[0].id, timeout=20)
        assert any("lit the lamp" in quote for quote in alert.quotes)
        assert not await tg.wait(mark, followers[1].id, n=0, settle=0.5)
        [stats] = await editor.say("/stats")
        assert "3 articles" in stats.text
    assert mine[1].engine.coverage.count()[0] == 2


async def test_corrections_reach_the_chats_that_were_answered_from_thatevent_of(
    tg: LocalTelegram,
    serve: Any,
    tmp_path: Path,
    embedded: StaticEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watch, "PAUSE", 0.05)
    homes = two_homes(tmp_path, embedded)
    mine = both_events(homes, embedded)
    async with serve(mine):
        await tg.ready()
        asker, other = tg.user(language_code="en"), tg.user(language_code="en")
        await asker.say(OF_HARBOUR)
        await other.say(OF_RAILWAY)
        mark = (await tg.state())["calls"]
        file = tmp_path / "harbour-articles" / "quay.txt"
        file.write_text(file.read_text().replace("Four ferries", "Five ferries"))
        with closing(Coverage.open(homes[0] / "coverage.sqlite")) as coverage:
            ingest([str(file)], coverage)
            update_index(homes[0], coverage, embedded)
        [told] = await tg.wait(mark, asker.id, timeout=20)
        assert EN.say("change_corrected")[:20] in told.text
        assert not await tg.wait(mark, other.id, n=0, settle=0.5)


async def test_posts_of_a_channel_go_to_itsevent_of(
    tg: LocalTelegram, serve: Any, tmp_path: Path, embedded: StaticEmbedder
) -> None:
    channel = -1009
    await tg.group(channel, "Harbour Radio", type="channel", username="harbour_radio")
    homes = two_homes(tmp_path, embedded)
    mine = both_events(homes, embedded)
    async with serve(mine, rules=Rules(editors=frozenset({EDITOR}))) as application:
        await tg.ready()
        editor = tg.user(EDITOR, language_code="en")
        [which] = await editor.say("/channel @harbour_radio")
        [on], _ = await editor.press(which, RAILWAY)
        assert on.text == EN.say("channel_on", name="Harbour Radio")
        await tg.post(
            "update",
            kind="channel_post",
            body={
                "message_id": 5,
                "date": 1741000000,
                "chat": {
                    "id": channel,
                    "type": "channel",
                    "title": "Harbour Radio",
                    "username": "harbour_radio",
                },
                "text": "The cable car to the Hornspitz opens again on Friday, its owners said.",
            },
        )
        count = mine[1].engine.coverage.count

        async def counted() -> int:
            return count()[0]

        assert await tg.until(counted, lambda number: number == 3)
        assert mine[0].engine.coverage.count()[0] == 2
        assert application.running


async def test_one_event_keeps_nothing_of_events(
    tg: LocalTelegram, serve: Any, events: list[Event], user: User, state: State
) -> None:
    async with serve(events[0].engine, home=events[0].home):
        await tg.ready()
        [answer] = await user.say(OF_BOTH)
        assert answer.quotes == [THREE_DAYS]
        [unknown] = await user.say("/event")
        assert unknown.text == EN.say("unknown_command")
        [start] = await user.say("/start")
        assert "newest" not in start.text
        [context], _ = await user.press(answer, EN.say("button_context"))
        assert context.quotes
    for table in ("chat_event", "message_event"):
        assert state.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


async def test_an_event_is_not_searched_for_questions_in_languages_it_does_not_have(
    tg: LocalTelegram,
    serve: Any,
    event_homes: tuple[Path, Path],
    embedded: StaticEmbedder,
    user: User,
) -> None:
    mine = [
        event_of(event_homes[0], "harbour", HARBOUR, embedded, languages=("ru", "fr")),
        event_of(event_homes[1], "railway", RAILWAY, embedded),
    ]
    async with serve(mine):
        await tg.ready()
        [answer] = await user.say(OF_BOTH)
        assert answer.quotes == [TWO_WEEKS]
        [which] = await user.say("Combien de temps durera la grève ?")
        assert which.text == words("fr").say("event_which")
