"""Private chats: every text is a question."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.state import ChatSettings, State
from bot.telegram.client import App
from bot.words import words
from corpus.errors import IndexDamaged
from corpus.language.detect import detect


async def test_text_is_answered_as_a_reply_without_preview(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    sent = await user.send("What did Kim say?")
    [reply] = await tg.wait(sent["mark"], user.id)
    assert reply.quotes == ["They said: What did Kim say?"]
    assert reply.reply_to == sent["message"]["message_id"]
    assert reply.params["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("greeting", "language"), [("Hello!", "en"), ("شكرا جزيلا 🙏", "ar"), ("Спасибо", "ru")]
)
async def test_greeting_is_no_question(
    tg: LocalTelegram, bot: App, canned: Any, greeting: str, language: str
) -> None:
    user = tg.user(language_code=language)
    sent = await user.send(greeting)
    [reply] = await tg.wait(sent["mark"], user.id)
    assert words(language).say("greeting") in reply.text
    assert not reply.quotes


async def test_answer_survives_the_deletion_of_the_question(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    canned.delay = 0.3
    user = tg.user()
    sent = await user.send("Which ships sank?")
    await bot.bot.delete_message(user.id, sent["message"]["message_id"])
    [reply] = await tg.wait(sent["mark"], user.id)
    assert reply.ok
    assert reply.reply_to is None


async def test_typing_within_a_second_and_repeated_while_slow(
    tg: LocalTelegram, bot: App, canned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.chat_action._SECONDS", 0.2)
    canned.delay = 0.7
    user = tg.user()
    sent = await user.send("slow")
    [first] = await tg.wait(sent["mark"], user.id, methods="sendChatAction")
    assert first.params["action"] == "typing"
    await tg.wait(sent["mark"], user.id)
    # typing twice, and from the second time on drafts, which take its place
    assert 1 <= len(await tg.calls("sendChatAction", since=sent["mark"])) <= 2
    assert 1 <= len(await tg.calls("sendMessageDraft", since=sent["mark"])) <= 3


async def test_typing_is_shown_for_a_quick_answer_too(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    sent = await user.send("quick")
    await tg.wait(sent["mark"], user.id)
    assert await tg.calls("sendChatAction", since=sent["mark"])


@pytest.mark.parametrize(
    ("asked", "code", "language"),
    [
        ("ماذا قال الوزير؟", "en", "ar"),
        ("What did the minister say?", "ar", "en"),
        ("Что сказал министр?", "fr", "ru"),
        ("Qu’a dit le ministre ?", "ru", "fr"),
        ("Що сказав міністр?", "ru", "ru"),
        ("Що сказав міністр?", None, "en"),
    ],
)
async def test_refusal_is_in_the_language_of_the_question(
    tg: LocalTelegram,
    bot: App,
    canned: Any,
    answer_of: Callable[..., Any],
    asked: str,
    code: str | None,
    language: str,
) -> None:
    canned.answer = lambda question: answer_of(language=detect(question))
    user = tg.user(language_code=code) if code else tg.user()
    [reply] = await user.say(asked)
    assert reply.text.startswith(words(language).say("nothing_found"))
    assert reply.quotes == []


async def test_question_without_words_gets_a_hint(
    serve: Any, engine: Any, tg: LocalTelegram
) -> None:
    async with serve(engine):
        await tg.ready()
        [answer] = await tg.user(language_code="en").say("?!")
    assert answer.text == words("en").say("no_question")


async def test_question_that_is_too_long_gets_a_hint(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    [reply] = await tg.user().say("Что сказал министр? " * 60)
    assert reply.text == words("ru").say("too_long", limit=words("ru").number(1000))
    assert canned.asked == []


async def test_failure_of_the_search_is_said_and_logged_in_one_line(
    tg: LocalTelegram, bot: App, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: str) -> Any:
        raise IndexDamaged("the index is damaged: pullquote index --rebuild")

    canned.answer = fail
    [reply] = await tg.user().say("Qu’a dit le ministre hier ?")
    assert reply.text == words("fr").say("failed")
    [line] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert line.exc_info is None
    assert "ministre" not in caplog.text


async def test_edit_changes_the_answer(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    sent = await user.send("first")
    [reply] = await tg.wait(sent["mark"], user.id)
    [edited] = await user.edit(sent["message"]["message_id"], "second")
    assert edited.method == "editMessageText"
    assert edited.id == reply.id
    assert edited.quotes == ["They said: second"]


async def test_edit_while_the_answer_is_made_ends_in_one_answer(
    tg: LocalTelegram, bot: App, canned: Any
) -> None:
    canned.delay = 0.2
    user = tg.user()
    sent = await user.send("first")
    await user.edit(sent["message"]["message_id"], "second", n=0)
    replies = await tg.wait(sent["mark"], user.id, n=2)
    assert [reply.method for reply in replies] == ["sendMessage", "editMessageText"]
    assert replies[1].quotes == ["They said: second"]


async def test_edit_to_a_longer_and_a_shorter_answer(
    tg: LocalTelegram,
    bot: App,
    canned: Any,
    quote_of: Callable[..., Any],
    answer_of: Callable[..., Any],
) -> None:
    canned.answer = lambda question: answer_of(
        *[quote_of(f"{question} {number}. " + "word " * 600) for number in range(int(question))]
    )
    user = tg.user()
    sent = await user.send("1")
    await tg.wait(sent["mark"], user.id)
    question = sent["message"]["message_id"]
    longer = await user.edit(question, "3", n=3)
    assert [one.method for one in longer] == ["editMessageText", "sendMessage", "sendMessage"]
    mark = (await tg.state())["calls"]
    await user.edit(question, "1")
    assert len(await tg.wait(mark, user.id, n=2, methods="deleteMessage")) == 2
    assert len(await tg.history(user.id)) == 2


async def test_edit_of_a_deleted_answer_is_answered_again(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    sent = await user.send("first")
    [reply] = await tg.wait(sent["mark"], user.id)
    assert reply.id
    await bot.bot.delete_message(user.id, reply.id)
    [again] = await user.edit(sent["message"]["message_id"], "second")
    assert again.method == "sendMessage"


async def test_edit_without_a_change_of_the_answer_is_no_fault(
    tg: LocalTelegram, bot: App, caplog: pytest.LogCaptureFixture
) -> None:
    user = tg.user()
    sent = await user.send("same")
    await tg.wait(sent["mark"], user.id)
    await user.edit(sent["message"]["message_id"], "same", n=0, settle=0.2)
    assert [record for record in caplog.records if record.levelno >= 30] == []


async def test_what_is_no_text_gets_a_hint(tg: LocalTelegram, bot: App) -> None:
    user = tg.user(language_code="fr-CA")
    [hint] = await user.upload("a.pdf", b"x")
    assert hint.text == words("fr").say("text_only")
    [answer] = await user.upload("a.pdf", b"x", caption="Which quays opened?")
    assert answer.quotes == ["They said: Which quays opened?"]


async def test_commands_of_others_and_unknown_ones(tg: LocalTelegram, bot: App) -> None:
    user = tg.user(language_code="ru")
    assert await user.say("/help@OtherBot", n=0, settle=0.2) == []
    assert await user.say("/nonsense@OtherBot", n=0, settle=0.2) == []
    [hint] = await user.say("/nonsense")
    assert hint.text == words("ru").say("unknown_command")


async def test_full_line_is_said_to_be_busy(serve: Any, canned: Any, tg: LocalTelegram) -> None:
    canned.delay = 0.4
    async with serve(canned, concurrency=1, queue=1):
        await tg.ready()
        mark = (await tg.state())["calls"]
        for number in range(4):
            await tg.user().send(f"ماذا قال الوزير؟ {number}")
        replies = await tg.wait(mark, n=4)
    busy = [reply for reply in replies if not reply.quotes]
    assert [reply.text for reply in busy] == [words("ar").say("busy")] * 2
    assert len(canned.asked) == 2


async def test_chosen_language_stands_between_the_questions_and_telegrams(
    tg: LocalTelegram, bot: App, canned: Any, answer_of: Callable[..., Any], state: State
) -> None:
    canned.answer = lambda question: answer_of(language=detect(question))
    user = tg.user(language_code="en")
    state.set_user_language(bot.bot.id, user.id, "fr")
    [reply] = await user.say("Що сказав міністр?")
    assert reply.text.startswith(words("fr").say("nothing_found"))
    [reply] = await user.say("ماذا قال الوزير؟")
    assert reply.text.startswith(words("ar").say("nothing_found"))
    [reply] = await user.say("/help")
    assert reply.text.startswith(words("fr").say("help", bot="").strip().split("\n")[0])


async def test_chosen_outlets_and_length_hold_in_private_too(
    tg: LocalTelegram,
    bot: App,
    canned: Any,
    quote_of: Callable[..., Any],
    answer_of: Callable[..., Any],
    state: State,
) -> None:
    canned.answer = lambda question: answer_of(quote_of("One."), quote_of("Two."))
    user = tg.user()
    state.set_chat(bot.bot.id, user.id, ChatSettings(outlets=("Meridian",), length="short"))
    [reply] = await user.say("Which ships sank?")
    assert reply.quotes == ["One."]
    assert canned.filters[0].outlets == ("Meridian",)
    [more], _ = await user.press(reply, "More")
    assert more.quotes == ["Two."]
    assert canned.filters[1].outlets == ("Meridian",)
