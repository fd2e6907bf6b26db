"""Guest mode: one message where somebody mentions the bot in a chat that it is not in."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.render.telegram_text import sanitise
from bot.state import State
from bot.telegram.access import Rules
from bot.telegram.client import App
from bot.telegram.inbox import ALLOWED
from bot.words import words
from retrieval.engine import Engine

ELSEWHERE = {"id": -1_002_000_000_001, "type": "supergroup", "title": "Elsewhere"}
COUPLE = {"id": 990_001, "type": "private", "first_name": "Another"}
SAY = words("en").say


@pytest.fixture
async def guest(serve: Any, canned: Any, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(canned, guests=True) as application:
        await tg.ready()
        yield application


def rendered(query: Any) -> Any:
    [result] = query["results"]
    return result["rendered"]


async def test_mention_gets_a_quote(
    tg: LocalTelegram, guest: App, canned: Any, state: State
) -> None:
    query = await tg.user().guest("@newsquotebot which ships sank?", ELSEWHERE)
    assert canned.asked == ["which ships sank?"]
    told = rendered(query)
    assert "They said: which ships sank?" in told["text"]
    assert "blockquote" in {entity["type"] for entity in told["entities"]}
    assert told["link_preview_options"] == {"is_disabled": True}
    buttons = [button for row in told["reply_markup"]["inline_keyboard"] for button in row]
    assert [set(button) for button in buttons] == [{"text", "url"}], "none needs a message"
    for method in ("sendMessage", "sendChatAction", "sendMessageDraft"):
        assert await tg.calls(method) == [], "the bot cannot write to the chat"
    assert state.asked(guest.bot.id, ELSEWHERE["id"], 1) is None, "nothing is kept"  # type: ignore[arg-type]


async def test_quote_is_that_of_the_coverage(tg: LocalTelegram, serve: Any, engine: Engine) -> None:
    async with serve(engine, guests=True):
        await tg.ready()
        query = await tg.user(language_code="ru").guest(
            "@NewsQuoteBot متى وصل لافروف إلى كوريا الشمالية في زيارة رسمية؟", ELSEWHERE
        )
        told = rendered(query)
        [quote] = [each for each in told["entities"] if "blockquote" in each["type"]]
        raw = told["text"].encode("utf-16-le")
        text = raw[2 * quote["offset"] : 2 * (quote["offset"] + quote["length"])]
        bodies = [sanitise(each.body) for each in engine.coverage.articles()]
        assert any(text.decode("utf-16-le") in body for body in bodies)


async def test_what_is_replied_to_is_asked_or_checked(
    tg: LocalTelegram, guest: App, canned: Any
) -> None:
    claim = {
        "message_id": 5,
        "date": 1_750_000_000,
        "chat": ELSEWHERE,
        "from": {"id": 77, "is_bot": False, "first_name": "Somebody"},
        "text": "Three ships sank in the harbour on Monday morning, said the mayor.",
    }
    user = tg.user()
    query = await user.guest("@NewsQuoteBot is this true?", ELSEWHERE, reply_to_message=claim)
    assert "They said: Three ships sank" in rendered(query)["text"]
    question = claim | {"text": "which ships sank?"}
    await user.guest("@NewsQuoteBot", ELSEWHERE, reply_to_message=question)
    assert canned.asked[-1] == "which ships sank?"
    empty = await user.guest("@NewsQuoteBot", ELSEWHERE)
    assert rendered(empty)["text"] == SAY("mention_hint")


async def test_quote_too_long_for_one_message_is_opened_in_private(
    tg: LocalTelegram, guest: App, canned: Any, quote_of: Any, answer_of: Any
) -> None:
    long = quote_of("A long sentence of many words goes on. " * 200, outlet="Meridian")
    canned.answer = lambda question: answer_of(long, question=question)
    told = rendered(await tg.user().guest("@NewsQuoteBot which ships sank?", ELSEWHERE))
    assert told["text"] == SAY("guest_too_long")
    [[button]] = told["reply_markup"]["inline_keyboard"]
    assert button["url"].startswith("https://t.me/NewsQuoteBot?start=")


async def test_faults_are_told_in_the_chat(tg: LocalTelegram, guest: App, canned: Any) -> None:
    def broken(question: str) -> Any:
        raise ZeroDivisionError

    canned.answer = broken
    told = rendered(await tg.user().guest("@NewsQuoteBot which ships sank?", ELSEWHERE))
    assert told["text"] == SAY("failed")


async def test_refused_markup_goes_as_plain_text(tg: LocalTelegram, guest: App) -> None:
    refusal = "Bad Request: can't parse entities: unsupported start tag"
    await tg.fault("error", "answerGuestQuery", status=400, description=refusal)
    query = await tg.user().guest("@NewsQuoteBot which ships sank?", ELSEWHERE)
    assert "They said: which ships sank?" in rendered(query)["text"]
    assert rendered(query)["entities"] == []


async def test_lost_answer_is_not_given_again(tg: LocalTelegram, guest: App) -> None:
    await tg.fault("lost", "answerGuestQuery")
    query = await tg.user().guest("@NewsQuoteBot which ships sank?", ELSEWHERE)
    assert query["answered"]
    await tg.redeliver()
    await tg.user().say("/privacy")
    assert len(await tg.calls("answerGuestQuery")) == 1


async def test_greetings_and_too_many_questions_get_nothing(
    tg: LocalTelegram, serve: Any, canned: Any
) -> None:
    async with serve(canned, guests=True, per_user=1):
        await tg.ready()
        user = tg.user()
        await user.guest("@NewsQuoteBot thank you!", ELSEWHERE, timeout=0.3)
        first = await user.guest("@NewsQuoteBot which ships sank?", ELSEWHERE)
        second = await user.guest("@NewsQuoteBot which boats sank?", ELSEWHERE, timeout=0.3)
        assert first["answered"]
        assert not second["answered"]
        assert canned.asked == ["which ships sank?"]
        assert len(await tg.calls("answerGuestQuery")) == 1


async def test_stranger_gets_nothing(tg: LocalTelegram, serve: Any, canned: Any) -> None:
    known = tg.user()
    async with serve(
        canned, guests=True, rules=Rules(everybody=False, allowed=frozenset({known.id}))
    ):
        await tg.ready()
        # the chat is between two others: the bot must not try to write there either
        query = await tg.user().guest("@NewsQuoteBot which ships?", COUPLE, timeout=0.3)
        assert not query["answered"]
        assert (await known.guest("@NewsQuoteBot which ships?", COUPLE))["answered"]
        assert await tg.calls("sendMessage") == []


async def test_not_asked_for_unless_switched_on(tg: LocalTelegram, bot: App) -> None:
    assert tuple((await tg.state())["allowed_updates"]) == ALLOWED
    query = await tg.user().guest("@NewsQuoteBot which ships sank?", ELSEWHERE, timeout=0.2)
    assert not query["answered"]


async def test_log_says_that_botfather_has_it_off(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await tg.configure(guests=False)
    async with serve(canned, guests=True):
        await tg.ready()
        await asyncio.sleep(0)
    assert (
        "telegram.guests is on, but not guest mode: switch it on in @BotFather" in caplog.messages
    )
