"""Buttons under answers: More, Context, Copies, thumbs; pressed twice, late, forged, or on messages
that are gone."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram, Sent
from bot.render.telegram_text import sanitise
from bot.state import State
from bot.telegram.answers import Answering
from bot.telegram.client import App
from bot.words import words
from corpus.types import Article

EN = words("en")
WITH_COPIES = "متى وصل لافروف إلى كوريا الشمالية في زيارة رسمية؟"
WITH_MORE = "When did Lavrov arrive in North Korea?"


@pytest.fixture
async def demo(serve: Any, engine: Answering, tg: LocalTelegram) -> AsyncIterator[App]:
    async with serve(engine) as application:
        await tg.ready()
        yield application


@pytest.fixture
def many(canned: Any, quote_of: Any, answer_of: Any) -> Any:
    """The canned engine with eight quotes for each question."""
    quotes = [quote_of(f"Quote {n} of eight.", outlet="Meridian") for n in range(1, 9)]
    canned.answer = lambda question: answer_of(*quotes, question=question)
    return canned


def _data(message: Sent, part: str) -> str:
    found = [one for one in message.buttons if one.get("callback_data", "").startswith(part)]
    return str(found[0]["callback_data"])


def _labels(message: Any) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def _stored(tg: LocalTelegram, message: Sent) -> Any:
    assert message.chat_id is not None
    return next(one for one in await tg.history(message.chat_id) if one["message_id"] == message.id)


# ------------------------------------------------------------------ More


async def test_more_sends_the_next_quotes_as_a_reply_to_the_question(
    tg: LocalTelegram, bot: App, many: Any
) -> None:
    user = tg.user()
    sent = await user.send("which ships sank?")
    [answer] = await tg.wait(sent["mark"], user.id)
    assert answer.quotes == [f"Quote {n} of eight." for n in (1, 2, 3)]
    [more], query = await user.press(answer, "More")
    assert query["answered"]
    assert more.quotes == [f"Quote {n} of eight." for n in (4, 5, 6)]
    assert more.reply_to == sent["message"]["message_id"]
    assert more.params["link_preview_options"] == {"is_disabled": True}
    [last], _ = await user.press(more, "More")
    assert last.quotes == [f"Quote {n} of eight." for n in (7, 8)]
    assert "⑦" in last.text
    assert not any("More" in label for label in _labels(last.message))


async def test_more_takes_its_own_button_away_and_leaves_the_others(
    tg: LocalTelegram, bot: App, many: Any
) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    before = _labels(answer.message)
    await user.press(answer, "More")
    left = await tg.until(
        lambda: _stored(tg, answer), lambda message: "More" not in _labels(message)
    )
    assert _labels(left) == [label for label in before if label != "More"]


async def test_more_pressed_twice_sends_once(tg: LocalTelegram, bot: App, many: Any) -> None:
    many.delay = 0.2
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    mark = (await tg.state())["calls"]
    await asyncio.gather(*(user.press(answer, data="q:m:3", n=0) for _ in range(3)))
    await tg.wait(mark, user.id, settle=0.8)
    assert len(await tg.calls("sendMessage", since=mark)) == 1
    _, query = await user.press(answer, data="q:m:3", n=0, settle=0.5)
    assert query["text"] == EN.say("already_shown")
    assert len(await tg.calls("sendMessage", since=mark)) == 1


async def test_more_that_may_have_arrived_is_not_repeated(
    tg: LocalTelegram, bot: App, many: Any
) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    await tg.fault("lost", "sendMessage")
    mark = (await tg.state())["calls"]
    await user.press(answer, data="q:m:3", n=0, settle=0.4)
    await user.press(answer, data="q:m:3", n=0, settle=0.4)
    assert len(await tg.calls("sendMessage", since=mark)) == 1


async def test_more_that_was_refused_is_tried_again(tg: LocalTelegram, bot: App, many: Any) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    await tg.fault("error", "sendMessage", status=400, description="Bad Request: not now")
    await user.press(answer, data="q:m:3", n=0, settle=0.4)
    assert "More" in _labels(await _stored(tg, answer))
    [more], _ = await user.press(answer, data="q:m:3")
    assert "Quote 4 of eight." in more.quotes


async def test_edit_of_the_question_takes_what_followed_away(
    tg: LocalTelegram, bot: App, many: Any
) -> None:
    user = tg.user()
    sent = await user.send("which ships sank?")
    [answer] = await tg.wait(sent["mark"], user.id)
    [more], _ = await user.press(answer, "More")
    [edited] = await user.edit(sent["message"]["message_id"], "which quays opened?")
    assert edited.id == answer.id
    assert "More" in _labels(edited.message)

    async def ids() -> list[int]:
        return [one["message_id"] for one in await tg.history(user.id)]

    assert more.id not in await tg.until(ids, lambda found: more.id not in found)
    [again], _ = await user.press(edited, "More")
    assert many.asked[-1] == "which quays opened?"
    assert "Quote 4 of eight." in again.quotes


async def test_more_after_the_question_is_forgotten_reads_the_message_replied_to(
    tg: LocalTelegram, bot: App, many: Any, state: State
) -> None:
    group = await tg.group(-1001)
    user = tg.user()
    [answer] = await user.say("@NewsQuoteBot, which quays opened?", chat=group)
    state.forget_user(bot.bot.id, user.id)
    state.forget(bot.bot.id, group, answer.reply_to or 0, 0)
    [more], _ = await user.press(answer, "More")
    assert many.asked[-1] == "which quays opened?"
    assert more.quotes[0] == "Quote 2 of eight."


async def test_more_without_its_question_asks_for_it(
    tg: LocalTelegram, bot: App, many: Any, state: State
) -> None:
    user = tg.user(language_code="fr")
    [answer] = await user.say("which ships sank?")
    state.forget_user(bot.bot.id, user.id)
    _, query = await user.press(answer, data="q:m:3", n=0, settle=0.5, inaccessible=True)
    assert query["text"] == words("fr").say("ask_again")
    assert query["show_alert"]


async def test_more_when_there_is_none_any_more(
    tg: LocalTelegram, bot: App, many: Any, answer_of: Any
) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    many.answer = lambda question: answer_of(question=question)
    [told], _ = await user.press(answer, "More")
    assert told.text == EN.say("no_more")


async def test_failure_of_more_is_said_and_the_answer_stays(
    tg: LocalTelegram, bot: App, many: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: str) -> Any:
        raise RuntimeError("broken")

    user = tg.user()
    [answer] = await user.say("which ships sank?")
    good, many.answer = many.answer, fail
    [told], _ = await user.press(answer, "More")
    assert told.text == EN.say("failed")
    assert (await _stored(tg, answer))["text"] == answer.text
    many.answer = good
    [more], _ = await user.press(answer, "More")
    assert "Quote 4 of eight." in more.quotes


async def test_presses_count_as_questions(
    tg: LocalTelegram, serve: Any, many: Any, state: State
) -> None:
    async with serve(many, per_user=1):
        await tg.ready()
        user = tg.user()
        [answer] = await user.say("which ships sank?")
        _, query = await user.press(answer, "More", n=0, settle=0.5)
    assert query["show_alert"]
    assert query["text"].startswith(EN.say("too_fast", wait="\0").split("\0")[0])
    assert len(many.asked) == 1


async def test_more_in_a_topic_stays_there(tg: LocalTelegram, bot: App, many: Any) -> None:
    group = await tg.group(-1001, is_forum=True)
    user = tg.user()
    [answer] = await user.say("@NewsQuoteBot which ships sank?", chat=group, thread=77)
    [more], _ = await user.press(answer, "More")
    assert more.thread == 77


async def test_a_press_is_answered_at_once_however_long_the_search_takes(
    tg: LocalTelegram, bot: App, many: Any
) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    done, found = threading.Event(), many.answer

    def waiting(question: str) -> Any:
        done.wait(20)
        return found(question)

    many.answer = waiting
    _, query = await user.press(answer, "More", n=0, settle=1.5)
    assert query["answered"]
    assert len(many.asked) in (1, 2)
    done.set()


# ------------------------------------------------------------------ Context, Copies, Copy text


def _articles(engine: Answering, quote: str) -> list[Article]:
    return [one for one in engine.coverage.articles() if quote in sanitise(one.body)]


async def test_context_is_the_paragraphs_around_the_quote(
    tg: LocalTelegram, demo: App, engine: Answering
) -> None:
    user = tg.user()
    [answer] = await user.say(WITH_MORE)
    [context], query = await user.press(answer, data=_data(answer, "q:c:"))
    assert query["answered"]
    assert context.reply_to == answer.id
    assert answer.quotes[0] in context.spans("bold")
    assert len(context.quotes) > 1
    [source] = {one.id for one in _articles(engine, answer.quotes[0])} & {
        one.id for paragraph in context.quotes for one in _articles(engine, paragraph)
    }
    held = engine.coverage.article(source)
    assert held
    body = sanitise(held.body)
    places = [body.index(paragraph) for paragraph in context.quotes]
    assert places == sorted(places)


async def test_context_twice_is_sent_once(tg: LocalTelegram, demo: App) -> None:
    user = tg.user()
    [answer] = await user.say(WITH_MORE)
    data = _data(answer, "q:c:")
    await user.press(answer, data=data)
    mark = (await tg.state())["calls"]
    _, query = await user.press(answer, data=data, n=0, settle=0.3)
    assert query["text"] == EN.say("already_shown")
    assert await tg.calls("sendMessage", since=mark) == []


async def test_copies_are_listed_with_what_they_changed(
    tg: LocalTelegram, demo: App, engine: Answering
) -> None:
    user = tg.user()
    [answer] = await user.say(WITH_COPIES)
    [copies], _ = await user.press(answer, data=_data(answer, "q:w:"))
    arabic = words("ar")
    assert copies.text.startswith(arabic.say("copies_same"))
    assert copies.text.count("• ") == 2
    [other] = copies.quotes
    assert other not in answer.quotes
    assert _articles(engine, other)
    underlined = copies.spans("underline")
    assert underlined
    assert all(one in other for one in underlined)
    struck = copies.spans("strikethrough")
    assert struck
    assert all(one in answer.quotes[0] for one in struck)


async def test_copy_text_fits_into_its_button(tg: LocalTelegram, demo: App) -> None:
    [answer] = await tg.user().say(WITH_MORE)
    copied = [one["copy_text"]["text"] for one in answer.buttons if "copy_text" in one]
    assert copied
    assert all(len(text) <= 256 for text in copied)
    assert all(any(quote in text for quote in answer.quotes) for text in copied)


async def test_context_of_a_quote_that_is_gone(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    [told], query = await user.press(answer, "Context")
    assert query["answered"]
    assert told.text == EN.say("quote_gone")


# ------------------------------------------------------------------ thumbs


async def test_feedback_is_kept_once_for_each_person(
    tg: LocalTelegram, bot: App, many: Any, state: State
) -> None:
    user, other = tg.user(), tg.user(language_code="ru")
    [answer] = await user.say("which ships sank?")
    for _ in range(2):
        _, query = await user.press(answer, "👎", n=0, settle=0.5)
        assert query["text"] == EN.say("feedback_kept")
    _, query = await other.press(answer, "👍", n=0, settle=0.5)
    assert query["text"] == words("ru").say("feedback_kept")
    kept = state.feedback(bot.bot.id)
    assert [(one.question, one.good) for one in kept] == [
        ("which ships sank?", False),
        ("which ships sank?", True),
    ]
    assert all(one.receipt == _data(answer, "q:-:")[4:] for one in kept)
    await user.press(answer, "👍", n=0, settle=0.5)
    assert [one.good for one in state.feedback(bot.bot.id)] == [True, True]


async def test_feedback_on_an_absence(
    tg: LocalTelegram, bot: App, canned: Any, answer_of: Any, state: State
) -> None:
    canned.answer = lambda question: answer_of(question=question)
    user = tg.user()
    [answer] = await user.say("What about the weather?")
    await user.press(answer, "👎", n=0, settle=0.5)
    [kept] = state.feedback(bot.bot.id)
    assert (kept.question, kept.receipt, kept.good) == ("What about the weather?", None, False)


# ------------------------------------------------------------------ presses that are none


@pytest.mark.parametrize("data", ["q:m:0", "q:c:nonsense", "q:", "q:w:" + "a" * 24, "x:y"])
async def test_forged_press_is_answered_and_nothing_else(
    tg: LocalTelegram,
    bot: App,
    many: Any,
    data: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    mark = (await tg.state())["calls"]
    _, query = await user.press(answer, data=data, n=0, settle=0.4)
    assert query["answered"]
    assert query["text"]
    assert await tg.calls("sendMessage,editMessageText", since=mark) == []
    assert [record for record in caplog.records if record.levelno >= 30] == []


async def test_old_press_is_swallowed(
    tg: LocalTelegram, bot: App, many: Any, caplog: pytest.LogCaptureFixture
) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    [more], _ = await user.press(answer, "More", age=3_600, timeout=2)
    assert "Quote 4 of eight." in more.quotes
    assert [record for record in caplog.records if record.levelno >= 30] == []


async def test_press_on_a_message_that_the_bot_cannot_see(
    tg: LocalTelegram, bot: App, many: Any
) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    [more], query = await user.press(answer, data="q:m:3", inaccessible=True)
    assert query["answered"]
    assert "Quote 4 of eight." in more.quotes


async def test_press_under_a_message_of_another_chat(tg: LocalTelegram, bot: App) -> None:
    """Messages inserted through inline mode are not seen by the bot."""
    user = tg.user()
    done = await tg.post("callback", user=user.json, inline_message_id="i1", data="q:m:3")
    query = await tg.answered(done["id"], 5)
    assert query["text"] == EN.say("button_stale")


async def test_refused_buttons_are_left_out(
    tg: LocalTelegram, bot: App, many: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await tg.fault(
        "error", "sendMessage", status=400, description="Bad Request: BUTTON_COPY_TEXT_INVALID"
    )
    [answer] = await tg.user().say("which ships sank?")
    assert len(answer.quotes) == 3
    assert answer.buttons == []
    assert len([record for record in caplog.records if record.levelno >= 30]) == 1


# ------------------------------------------------------------------ restarts


async def test_press_in_hand_at_a_restart_is_taken_up_again_and_answered_once(
    tg: LocalTelegram, serve: Any, many: Any
) -> None:
    user = tg.user()
    async with serve(many, grace=0.1):
        await tg.ready()
        [answer] = await user.say("which ships sank?")
        many.delay = 1.0
        mark = (await tg.state())["calls"]
        await user.press(answer, "More", n=0, settle=0.3)
    assert await tg.calls("sendMessage", since=mark) == []
    many.delay = 0.0
    async with serve(many):
        [more] = await tg.wait(mark, user.id, settle=0.3)
        assert more.quotes[0] == "Quote 4 of eight."
        await tg.redeliver(1)
        await user.press(answer, data="q:m:3", n=0, settle=0.3)
    assert len(await tg.calls("sendMessage", since=mark)) == 1


async def test_press_whose_message_may_have_left_is_not_repeated_after_a_restart(
    tg: LocalTelegram, serve: Any, many: Any
) -> None:
    user = tg.user()
    async with serve(many, grace=0.1):
        await tg.ready()
        [answer] = await user.say("which ships sank?")
        await tg.fault("slow", "sendMessage", delay=1.5)
        mark = (await tg.state())["calls"]
        await user.press(answer, "More", n=0, settle=0.6)
    async with serve(many):
        await tg.ready()
        await asyncio.sleep(1.5)
    assert len(await tg.calls("sendMessage", since=mark)) == 1
