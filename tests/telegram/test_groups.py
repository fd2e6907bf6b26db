"""Groups: silence unless spoken to; topics, anonymous members, migration."""

from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.state import ChatSettings, State
from bot.telegram.client import App
from bot.words import words

GROUP = -1001


@pytest.fixture
async def group(tg: LocalTelegram) -> int:
    return await tg.group(GROUP, is_forum=True)


async def test_chatter_is_not_answered(
    tg: LocalTelegram, bot: App, canned: Any, group: int
) -> None:
    user = tg.user()
    for text in (
        "hello all",
        "@OtherBot which ships sank?",
        "newsquotebot which ships sank?",
        "mail me: a@NewsQuoteBot.com",
        "/ask@OtherBot which ships sank?",
        "/start@OtherBot",
        "/unknown@NewsQuoteBot",
    ):
        await user.send(text, chat=group)
    assert await user.say("@NewsQuoteBotX which ships sank?", chat=group, n=0, settle=0.2) == []
    assert canned.asked == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("@NewsQuoteBot what did Kim say?", "what did Kim say?"),
        ("😀😀 @nEwSqUoTeBoT, what did Kim say?", "😀😀 , what did Kim say?"),
        ("@NEWSQUOTEBOT: which ships sank?", "which ships sank?"),
        ("what did Kim say, @newsquotebot", "what did Kim say"),
        ("ماذا قال @NewsQuoteBot الوزير؟", "ماذا قال الوزير؟"),
        ("/ask which ships sank?", "which ships sank?"),
        ("/ASK@newsquotebot\nwhich ships sank?", "which ships sank?"),
        ("/ask @NewsQuoteBot which ships sank?", "which ships sank?"),
    ],
)
async def test_mention_or_command_gets_one_reply(
    tg: LocalTelegram, bot: App, canned: Any, group: int, text: str, question: str
) -> None:
    user = tg.user()
    sent = await user.send(text, chat=group)
    [reply] = await tg.wait(sent["mark"], group, settle=0.1)
    assert canned.asked == [question]
    assert reply.reply_to == sent["message"]["message_id"]


async def test_reply_to_the_bot_is_a_question(
    tg: LocalTelegram, bot: App, canned: Any, group: int
) -> None:
    user = tg.user()
    [first] = await user.say("@NewsQuoteBot one", chat=group)
    [second] = await user.say("Which quays opened?", chat=group, reply_to=first.id)
    assert second.quotes == ["They said: Which quays opened?"]
    assert second.thread is None


async def test_ask_as_a_reply_asks_that_message(
    tg: LocalTelegram, bot: App, canned: Any, group: int
) -> None:
    asker, user = tg.user(), tg.user()
    sent = await asker.send("when did Kim arrive?", chat=group)
    question = sent["message"]["message_id"]
    [reply] = await user.say("/ask", chat=group, reply_to=question)
    assert reply.quotes == ["They said: when did Kim arrive?"]
    await user.say("/ask", chat=group, reply_to=question, quote="Kim")
    await user.say("@NewsQuoteBot", chat=group, reply_to=question)
    assert canned.asked[1:] == ["Kim", "when did Kim arrive?"]


async def test_nothing_asked_gets_a_hint(
    tg: LocalTelegram, bot: App, canned: Any, group: int
) -> None:
    user = tg.user(language_code="fr")
    [hint] = await user.say("/ask", chat=group)
    assert hint.text == words("fr").say("ask_hint")
    [hint] = await user.say("@NewsQuoteBot :", chat=group)
    assert hint.text == words("fr").say("mention_hint")
    assert canned.asked == []


async def test_answer_stays_in_its_topic(tg: LocalTelegram, bot: App, group: int) -> None:
    user = tg.user()
    [reply] = await user.say("@NewsQuoteBot which ships sank?", chat=group, thread=77)
    assert reply.thread == 77
    [general] = await user.say("@NewsQuoteBot which ships sank?", chat=group)
    assert "message_thread_id" not in general.params
    typing = await tg.calls("sendChatAction")
    assert [call.params.get("message_thread_id") for call in typing] == ["77", None]
    assert all(call.ok for call in typing)


async def test_anonymous_admins_and_channels_are_answered(
    tg: LocalTelegram, bot: App, group: int
) -> None:
    user = tg.user()
    [reply] = await user.say("@NewsQuoteBot x", chat=group, anonymous=True)
    assert reply.ok
    channel = {"id": -1009, "type": "channel", "title": "Channel"}
    [reply] = await user.say("@NewsQuoteBot y", chat=group, sender_chat=channel)
    assert reply.ok


async def test_channel_posts_are_left_alone(
    tg: LocalTelegram, bot: App, caplog: pytest.LogCaptureFixture
) -> None:
    await tg.group(-1005, type="channel")
    await tg.post("message", chat_id=-1005, text="@NewsQuoteBot x", channel_post=True)
    body = {"message_id": 5, "date": 1, "chat": {"id": -1005, "type": "channel"}, "text": "x"}
    for kind in ("channel_post", "edited_channel_post", "message", "edited_message"):
        await tg.post("update", kind=kind, body=body)
    assert await tg.wait(0, -1005, n=1, timeout=0.25) == []
    assert [record for record in caplog.records if record.levelno >= 30] == []


async def test_edit_that_adds_the_mention_is_answered_once(
    tg: LocalTelegram, bot: App, group: int
) -> None:
    user = tg.user()
    sent = await user.send("which ships sank?", chat=group)
    question = sent["message"]["message_id"]
    [reply] = await user.edit(question, "@NewsQuoteBot which ships sank?", chat=group)
    assert reply.method == "sendMessage"
    [again] = await user.edit(question, "@NewsQuoteBot what else?", chat=group, settle=0.2)
    assert (again.method, again.id) == ("editMessageText", reply.id)
    assert await user.edit(question, "never mind", chat=group, n=0, settle=0.2) == []


async def test_bots_are_not_answered(tg: LocalTelegram, bot: App, group: int) -> None:
    other = tg.user(is_bot=True, username="OtherBot")
    assert await other.say("@NewsQuoteBot x", chat=group, n=0, settle=0.2) == []
    assert await other.say("/ask x", chat=group, n=0, settle=0.2) == []


async def test_group_that_became_a_supergroup(
    tg: LocalTelegram, bot: App, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    old = await tg.group(-55, type="group")
    canned.delay = 0.4
    user = tg.user()
    await user.send("@NewsQuoteBot x", chat=old)
    await tg.post("migrate", chat_id=old, new_chat_id=-10055)
    [reply] = await tg.wait(0, -10055)
    assert reply.quotes == ["They said: x"]
    assert reply.reply_to is None
    [next_one] = await user.say("@NewsQuoteBot y", chat=-10055)
    assert next_one.reply_to
    assert [record for record in caplog.records if record.levelno >= 30] == []


async def test_send_that_learns_of_the_migration(tg: LocalTelegram, bot: App, canned: Any) -> None:
    """The service messages may come later than the refusal of a send."""
    await tg.group(-55, type="group")
    await tg.group(-10055)
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    await tg.fault(
        "error",
        "sendMessage",
        status=400,
        description=description,
        parameters={"migrate_to_chat_id": -10055},
    )
    mark = (await tg.state())["calls"]
    await tg.user().send("/ask x", chat=-55)
    [reply] = await tg.wait(mark, -10055)
    assert reply.quotes == ["They said: x"]


async def test_privacy_mode_is_hinted_at(
    tg: LocalTelegram, serve: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await tg.configure(privacy="on")
    await tg.group(GROUP)
    async with serve(canned):
        await tg.ready()
        [reply] = await tg.user(language_code="fr").say("/start@NewsQuoteBot", chat=GROUP)
    assert words("fr").say("privacy") in reply.text
    assert "privacy mode is on" in caplog.text


async def test_answer_is_short_with_one_row_of_buttons(
    tg: LocalTelegram, bot: App, canned: Any, group: int, quote_of: Any, answer_of: Any
) -> None:
    quotes = [quote_of(f"Quote {n}.", outlet="Meridian", copies=1) for n in range(5)]
    canned.answer = lambda question: answer_of(*quotes)
    [reply] = await tg.user().say("@NewsQuoteBot which ships sank?", chat=group)
    assert reply.text == "Quote 0.\n— Meridian · undated · +1 copy"
    [row] = reply.message["reply_markup"]["inline_keyboard"]
    labels = [button["text"] for button in row]
    assert labels == ["More", "Context", "Copies", "Collect", "In private"]
    assert row[-1]["url"].startswith("https://t.me/NewsQuoteBot?start=")


async def test_settings_of_the_group_decide(
    tg: LocalTelegram,
    bot: App,
    canned: Any,
    group: int,
    state: State,
    quote_of: Any,
    answer_of: Any,
) -> None:
    canned.answer = lambda question: answer_of(quote_of("One."), quote_of("Two."))
    chosen = ChatSettings("ru", outlets=("Meridian", "Madar"), length="full", chain=False)
    state.set_chat(bot.bot.id, group, chosen)
    user = tg.user(language_code="fr")
    [reply] = await user.say("@NewsQuoteBot what did Kim say?", chat=group)
    assert reply.quotes == ["One.", "Two."]
    assert words("ru").say("undated") in reply.text
    [filters] = canned.filters
    assert filters.outlets == ("Meridian", "Madar")
    assert await user.say("and then?", chat=group, reply_to=reply.id, n=0, settle=0.2) == []
    [mentioned] = await user.say("@NewsQuoteBot and then?", chat=group, reply_to=reply.id)
    assert mentioned.quotes


async def test_comment_under_a_channel_post_is_answered_in_its_thread(
    tg: LocalTelegram, bot: App, canned: Any, group: int
) -> None:
    channel = {"id": -1009, "type": "channel", "title": "Channel"}
    post = await tg.post(
        "message",
        chat_id=group,
        text="@NewsQuoteBot Has the minister arrived?",
        sender_chat=channel,
        extra={"is_automatic_forward": True},
    )
    assert await tg.wait(post["mark"], group, n=1, timeout=0.3) == []
    user = tg.user()
    sent = await user.send("/ask", chat=group, reply_to=post["message"]["message_id"])
    [reply] = await tg.wait(sent["mark"], group)
    assert canned.asked == ["Has the minister arrived?"]
    assert reply.reply_to == sent["message"]["message_id"]
    assert "message_thread_id" not in reply.params


async def test_absence_in_a_group_has_no_buttons(
    tg: LocalTelegram, bot: App, canned: Any, group: int, answer_of: Any
) -> None:
    canned.answer = lambda question: answer_of()
    [reply] = await tg.user().say("@NewsQuoteBot which ships sank?", chat=group)
    assert reply.text.startswith(words("en").say("nothing_found"))
    assert reply.buttons == []
