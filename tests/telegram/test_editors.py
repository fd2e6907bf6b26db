"""The editors' commands: /ingest, /remove, /stats, /pin."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.desk import PINNED, Desk, pinned_id
from bot.local_telegram import LocalTelegram, User
from bot.replay.cases import read
from bot.state import State
from bot.telegram.access import Rules
from bot.telegram.client import App
from bot.words import LANGUAGES, words
from corpus.store import Act
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder

FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"
ELSEWHERE = "Qui a remporté la finale de la Ligue des champions ?"
FERRIES = "Where will ferries from four towns land?"
QUAY = """A second quay opened

The harbour authority opened a second quay on Monday after two years of work.
It will take ferries from four towns along the coast, the authority said."""
EDITOR, GROUP = 5001, -1001
EDITORS = ("ingest", "channel", "remove", "stats", "pin")


@pytest.fixture
def engine(home: Path, embedded: StaticEmbedder) -> Engine:
    return Engine.open(home, embedded)


@pytest.fixture
async def newsroom(serve: Any, engine: Engine, home: Path, tg: LocalTelegram) -> AsyncIterator[App]:
    """The bot with an editor, over a demo coverage of its own."""
    desk = Desk(home, engine, ZoneInfo("Asia/Beirut"))
    rules = Rules(editors=frozenset({EDITOR}))
    async with serve(engine, desk=desk, rules=rules) as application:
        await tg.ready()
        yield application


@pytest.fixture
def editor(tg: LocalTelegram) -> User:
    return tg.user(EDITOR, language_code="en")


@pytest.mark.parametrize("command", EDITORS)
async def test_24_others_are_refused_in_one_line(
    tg: LocalTelegram, newsroom: App, engine: Engine, command: str
) -> None:
    before = engine.coverage.count()
    user = tg.user(language_code="ru")
    [refusal] = await user.say(f"/{command} {QUAY}")
    assert refusal.text == words("ru").say("editors_only")
    await tg.group(GROUP)
    [refusal] = await user.say(f"/{command}@NewsQuoteBot x", chat=GROUP)
    assert refusal.text == words("ru").say("editors_only")
    # it may be meant for another bot, and an anonymous administrator is nobody known
    assert await user.say(f"/{command} x", chat=GROUP, n=0, settle=0.2) == []
    unknown = tg.user(EDITOR).say(f"/{command} x", chat=GROUP, anonymous=True, n=0, settle=0.2)
    assert await unknown == []
    assert engine.coverage.count() == before


async def test_24_menus_of_editors(tg: LocalTelegram, newsroom: App, editor: User) -> None:
    await editor.say("/start")
    now = await tg.until(tg.state, lambda now: len(now["commands"]) == 25)
    menus = {key: [one["command"] for one in menu] for key, menu in now["commands"].items()}
    for language in ("", *LANGUAGES):
        mine = menus[f"chat/{EDITOR}/{language}"]
        assert set(mine) == {*menus["all_private_chats//"], *EDITORS}
    others = [menu for key, menu in menus.items() if not key.startswith("chat/")]
    assert not any("ingest" in menu for menu in others)
    [told] = await editor.say("/help")
    assert "/ingest" in told.text
    [told] = await tg.user().say("/help")
    assert "/ingest" not in told.text


async def test_text_behind_the_command_is_quoted_at_once(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine
) -> None:
    [told] = await editor.say(f"/ingest {QUAY}")
    assert told.text.startswith("1 article added")
    [answer] = await tg.user().say(FERRIES)
    assert "ferries from four towns" in answer.quotes[0]
    [told] = await editor.say(f"/ingest {QUAY}")
    assert told.text.startswith("1 was here already")


async def test_forwarded_post_keeps_channel_date_and_address(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine
) -> None:
    channel = {"id": -1003, "type": "channel", "title": "Quay News", "username": "quaynews"}
    origin = {"type": "channel", "date": 1_752_270_000, "chat": channel, "message_id": 42}
    post = await editor.send(QUAY, extra={"forward_origin": origin})
    await tg.wait(post["mark"], editor.id)
    [told] = await editor.say("/ingest", reply_to=post["message"]["message_id"])
    assert told.text.startswith("1 article added")
    assert "Quay News · July 12, 2025" in told.text, "the newsroom's day, not UTC's"
    [article] = [one for one in engine.coverage.articles() if one.source.outlet == "Quay News"]
    assert article.source.url == "https://t.me/quaynews/42"
    assert article.source.url in told.links
    assert told.spans("code") == [article.id]


async def test_document_with_the_command_as_caption_or_replied_to(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine
) -> None:
    page = f"<html><body><article><p>{QUAY}</p></article></body></html>".encode()
    [told] = await editor.upload("../../quay.html", page, "/ingest", "text/html")
    assert told.text.startswith("1 article added"), told.text
    sent = await editor.upload("ünusual name.txt", QUAY.replace("four", "five").encode())
    history = await tg.history(editor.id)
    [file] = [m for m in history if m.get("document", {}).get("file_name", "").startswith("ü")]
    assert sent, "without the command it is no question"
    [told] = await editor.say("/ingest@NewsQuoteBot", reply_to=file["message_id"])
    assert told.text.startswith("1 article added"), told.text
    assert not any(".." in one.source.path for one in engine.coverage.articles())


async def test_what_is_not_taken_is_said_with_its_reason(
    tg: LocalTelegram, newsroom: App, editor: User
) -> None:
    [told] = await editor.upload("noise.txt", b"too short", "/ingest")
    assert told.text.startswith("1 not taken")
    assert "✗ noise.txt: " in told.text
    [told] = await editor.say("/ingest")
    assert told.text == words("en").say("ingest_hint")


@pytest.mark.parametrize("known", [True, False])
async def test_large_file_is_refused_in_words(
    tg: LocalTelegram, newsroom: App, editor: User, known: bool
) -> None:
    if known:
        document = {
            "file_id": "large",
            "file_unique_id": "large",
            "file_name": "large.txt",
            "file_size": 20 * 1024 * 1024 + 1,
        }
        command = {"type": "bot_command", "offset": 0, "length": 7}
        fields = {"document": document, "caption": "/ingest", "caption_entities": [command]}
        [told] = await editor.say(extra=fields)
        assert await tg.calls("getFile") == []
    else:  # the message does not say how large it is
        await tg.fault("error", "getFile", status=400, description="Bad Request: file is too big")
        [told] = await editor.upload("large.txt", b"x", "/ingest")
    assert told.text == words("en").say("ingest_too_large")
    assert "20 MB" in told.text


async def test_file_that_telegram_does_not_hand_over(
    tg: LocalTelegram, newsroom: App, editor: User
) -> None:
    await tg.fault("error", "getFile", status=500)
    [told] = await editor.upload("quay.txt", QUAY.encode(), "/ingest")
    assert told.text == words("en").say("ingest_not_fetched")


async def test_questions_are_answered_while_an_editor_waits(
    tg: LocalTelegram,
    newsroom: App,
    editor: User,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from filelock import FileLock

    monkeypatch.setattr("bot.writer.WRITER_SECONDS", 4.0)
    with FileLock(home / "writer.lock"):
        sent = await editor.send(f"/ingest {QUAY}")
        [answer] = await tg.user().say(FLIGHTS)
        assert answer.quotes
        assert len(await tg.calls("sendMessage", since=sent["mark"])) == 1  # the editor still waits
        [told] = await tg.wait(sent["mark"], editor.id)
    assert told.text == words("en").say("editor_failed")


async def test_remove_by_id_receipt_and_reply(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine, state: State
) -> None:
    [told] = await editor.say(f"/ingest {QUAY}")
    [article] = told.spans("code")
    [gone] = await editor.say(f"/remove {article} nosuchid")
    assert gone.text.startswith(words("en").say("remove_unknown", name="nosuchid"))
    assert gone.spans("code") == [f"pullquote remove --undo {article}"]
    assert engine.coverage.removed([article])
    acted = [(entry.act, entry.actor) for entry in engine.coverage.journal(article)]
    assert acted == [(Act.REMOVED, f"Telegram {EDITOR}"), (Act.ADDED, f"Telegram {EDITOR}")]
    [gone] = await editor.say(f"/remove {article}")
    assert gone.text == words("en").say("remove_before", name=article)
    asker = tg.user()
    [answer] = await asker.say(FLIGHTS)
    asked = state.asked(newsroom.bot.id, asker.id, answer.id or 0)
    assert asked
    assert asked.receipt
    [gone] = await editor.say(f"/remove {asked.receipt}")
    assert gone.text.startswith(words("en").say("removed"))
    [after] = await asker.say(FLIGHTS)
    assert not after.quotes or after.quotes[0] != answer.quotes[0]
    [hint] = await editor.say("/remove")
    assert hint.text == words("en").say("remove_hint")


async def test_remove_in_reply_names_the_articles_where_there_are_several(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine
) -> None:
    [answer] = await editor.say("What did Kim tell Lavrov?")
    assert len(answer.quotes) > 1
    [choice] = await editor.say("/remove", reply_to=answer.id)
    assert choice.text.startswith(words("en").say("remove_which"))
    commands = choice.spans("code")
    assert len(commands) > 1
    [gone] = await editor.say(commands[0])
    assert gone.text.startswith(words("en").say("removed"))
    assert engine.coverage.removed([commands[0].split()[1]])


async def test_stats(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine, state: State
) -> None:
    user = tg.user()
    [answer] = await user.say(FLIGHTS)
    asked = state.asked(newsroom.bot.id, user.id, answer.id or 0)
    assert asked
    state.judge(newsroom.bot.id, user.id, user.id, asked, good=False)
    [told] = await editor.say("/stats")
    lines = told.text.splitlines()
    articles, passages = engine.coverage.count()
    assert lines == [
        f"{articles} articles",
        f"{engine.coverage.count_outlets()} outlets",
        f"{passages} passages",
        "asked today: 1",
        "👍 0 · 👎 1",
        "replay cases: 0",
        f"index: {engine.generation().name}",
    ]


async def test_pin_of_an_answer_of_a_question_and_of_an_absence(
    tg: LocalTelegram, newsroom: App, editor: User, home: Path, state: State
) -> None:
    [answer] = await editor.say(FLIGHTS)
    [told] = await editor.say("/pin", reply_to=answer.id)
    assert told.text == words("en").say("pinned", name=pinned_id(FLIGHTS))
    absence = await editor.send(ELSEWHERE)
    await tg.wait(absence["mark"], editor.id)
    [told] = await editor.say("/pin", reply_to=absence["message"]["message_id"])
    assert told.text == words("en").say("pinned_absence", name=pinned_id(ELSEWHERE))
    first, second = read(home / PINNED)
    assert first.question == FLIGHTS
    assert first.expect.contains == (answer.quotes[0],)
    assert not second.expect.answered
    assert state.pinned(newsroom.bot.id) == [pinned_id(FLIGHTS), pinned_id(ELSEWHERE)]
    [hint] = await editor.say("/pin")
    assert hint.text == words("en").say("pin_hint")


async def test_pin_in_a_group_of_what_nobody_asked_and_of_what_is_forgotten(
    tg: LocalTelegram, newsroom: App, editor: User, home: Path, state: State
) -> None:
    await tg.group(GROUP)
    sent = await tg.user().send(FLIGHTS, chat=GROUP)
    [told] = await editor.say("/pin", chat=GROUP, reply_to=sent["message"]["message_id"])
    assert told.text == words("en").say("pinned", name=pinned_id(FLIGHTS))
    assert read(home / PINNED)[0].question == FLIGHTS
    [greeting] = await editor.say("/help", chat=GROUP)
    [told] = await editor.say("/pin", chat=GROUP, reply_to=greeting.id)
    assert told.text == words("en").say("pin_unknown")
