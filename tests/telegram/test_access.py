"""Who may use the bot: everybody, or those who are listed."""

from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.state import State
from bot.telegram.access import Rules
from bot.words import words

EDITOR, FRIEND, GROUP, OTHER_GROUP = 5001, 5002, -1001, -1002


@pytest.fixture
def closed(serve: Any, canned: Any) -> Any:
    """The bot for an editor, a friend and a group."""
    rules = Rules(everybody=False, allowed=frozenset({FRIEND, GROUP}), editors=frozenset({EDITOR}))
    return serve(canned, rules=rules)


async def test_open_by_default(tg: LocalTelegram, serve: Any, canned: Any) -> None:
    async with serve(canned):
        await tg.ready()
        assert await tg.user().say("x")


async def test_stranger_gets_one_line_a_day(
    tg: LocalTelegram, closed: Any, canned: Any, serve: Any, state: State
) -> None:
    stranger = tg.user(language_code="ru")
    async with closed:
        await tg.ready()
        [line] = await stranger.say("Что он сказал?")
        assert line.text == words("ru").say("stranger")
        for text in ("/start", "/settings", "/stats", "Ещё?"):
            await stranger.send(text)
        assert await stranger.say("Ещё раз?", n=0, settle=0.3) == []
        [line] = await tg.user(language_code="fr").say("x")
        assert line.text == words("fr").say("stranger")
    # nor another after a restart
    async with serve(canned, rules=Rules(everybody=False, allowed=frozenset({FRIEND}))):
        await tg.ready()
        assert await stranger.say("x", n=0, settle=0.3) == []
    assert canned.asked == []


async def test_those_who_are_listed_are_answered(
    tg: LocalTelegram, closed: Any, canned: Any
) -> None:
    await tg.group(GROUP)
    async with closed:
        await tg.ready()
        for user in (EDITOR, FRIEND):
            [answer] = await tg.user(user).say(f"from {user}")
            assert answer.quotes == [f"They said: from {user}"]
        assert await tg.user().say("/ask in the group", chat=GROUP)
        assert await tg.user().say("/ask anonymously", chat=GROUP, anonymous=True)
    assert canned.asked[2:] == ["in the group", "anonymously"]


async def test_other_groups_are_silent_but_for_those_listed(
    tg: LocalTelegram, closed: Any, canned: Any
) -> None:
    await tg.group(OTHER_GROUP)
    async with closed:
        await tg.ready()
        stranger = tg.user()
        for text in (
            "/ask which ships sank?",
            "@NewsQuoteBot which ships sank?",
            "/start",
            "/stats@NewsQuoteBot",
        ):
            await stranger.send(text, chat=OTHER_GROUP)
        assert await stranger.say("/help", chat=OTHER_GROUP, n=0, settle=0.3) == []
        assert await tg.user(FRIEND).say("/ask which ships sank?", chat=OTHER_GROUP)
    assert canned.asked == ["which ships sank?"]


async def test_group_that_moves_stays_listed(tg: LocalTelegram, closed: Any, canned: Any) -> None:
    await tg.group(GROUP)
    member = tg.user()
    async with closed:
        await tg.ready()
        assert await member.say("/ask before", chat=GROUP)
        await tg.post("migrate", chat_id=GROUP, new_chat_id=-100_300)
        assert await member.say("/ask after", chat=-100_300)
    assert canned.asked == ["before", "after"]


async def test_press_and_inline_query_of_a_stranger(
    tg: LocalTelegram, closed: Any, canned: Any, state: State
) -> None:
    friend, stranger = tg.user(FRIEND), tg.user(language_code="ar")
    await tg.group(OTHER_GROUP, admins=[FRIEND])
    async with closed:
        await tg.ready()
        [menu] = await friend.say("/settings", chat=OTHER_GROUP)
        _, query = await stranger.press(menu, data="s:m:n=short", n=0, settle=0.3)
        assert query["show_alert"]
        assert query["text"] == words("ar").say("stranger")
        inline = await stranger.inline("what did Kim say")
        assert inline["answered"]
        assert inline["results"] == []
    assert canned.asked == []
    me = int(tg.token.partition(":")[0])
    assert state.chat_settings(me, OTHER_GROUP).length is None


async def test_edited_message_of_a_stranger_changes_nothing(
    tg: LocalTelegram, closed: Any, canned: Any
) -> None:
    stranger = tg.user()
    async with closed:
        await tg.ready()
        sent = await stranger.send("x")
        await tg.wait(sent["mark"], stranger.id)
        assert await stranger.edit(sent["message"]["message_id"], "y", n=0, settle=0.3) == []
    assert canned.asked == []
