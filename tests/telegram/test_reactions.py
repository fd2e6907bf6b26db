"""A thumb put on an answer counts as the buttons under it, and goes when it is taken back."""

import json
from typing import Any

from bot.local_telegram import LocalTelegram, Sent, User
from bot.state import State
from bot.telegram.client import App

GROUP = -1001


async def judged(tg: LocalTelegram, state: State, *expected: bool) -> None:
    """Everything that arrived is dealt with, and this is what is thought."""

    async def good() -> list[bool]:
        now = await tg.state()
        return [each.good for each in state.feedback()] if not now["queued"] else [None]  # type: ignore[list-item]

    assert await tg.until(good, lambda found: found == list(expected), 3) == list(expected)


def number(answer: Sent) -> int:
    assert answer.id is not None
    return answer.id


async def settled(tg: LocalTelegram, user: User) -> None:
    """What was sent before this is dealt with: it is answered after it."""
    await user.say("/privacy")


async def test_thumb_is_kept_changed_and_taken_back(
    tg: LocalTelegram, bot: App, state: State
) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    await user.react(number(answer), "👍")
    await judged(tg, state, True)
    [kept] = state.feedback()
    assert kept.question == "which ships sank?"
    assert kept.receipt
    await user.react(number(answer), "👎")
    await judged(tg, state, False)
    await user.react(number(answer), "❤")
    await judged(tg, state)
    await user.react(number(answer), "❤", "👍")
    await judged(tg, state, True)
    await user.react(number(answer))
    await judged(tg, state)


async def test_button_and_reaction_are_one_opinion(
    tg: LocalTelegram, bot: App, state: State
) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    await user.press(answer, "👎", n=0)
    await judged(tg, state, False)
    await user.react(number(answer), "🔥")
    await settled(tg, user)
    assert [each.good for each in state.feedback()] == [False], "a flame says nothing of it"
    await user.react(number(answer), "🔥", "👍")
    await judged(tg, state, True)


async def test_only_thumbs_on_answers_count(tg: LocalTelegram, bot: App, state: State) -> None:
    user = tg.user()
    [answer] = await user.say("which ships sank?")
    [told] = await user.say("/privacy")
    assert answer.reply_to
    await user.react(answer.reply_to, "👍")
    await user.react(number(told), "👍")
    await user.react(number(answer), "🎉")
    await settled(tg, user)
    assert state.feedback() == []
    assert (await tg.state())["acked"] >= 5, "they did arrive"


async def test_group_tells_of_reactions_only_its_administrators(
    tg: LocalTelegram, bot: App, state: State
) -> None:
    await tg.group(GROUP)
    user, other = tg.user(), tg.user()
    [answer] = await user.say("/ask which ships sank?", chat=GROUP)
    unseen = await other.react(number(answer), "👍", chat=GROUP)
    assert unseen["update_id"] is None
    await tg.group(GROUP, admins=[bot.bot.id])
    await user.react(number(answer), "👎", chat=GROUP)
    await judged(tg, state, False)
    await other.react(number(answer), "👍", "👎", chat=GROUP)
    await judged(tg, state, False, False)
    # in the name of the group nobody in particular reacted
    await user.react(number(answer), "👍", chat=GROUP, anonymous=True)
    await settled(tg, user)
    assert len(state.feedback()) == 2


async def test_stranger_has_no_say(
    tg: LocalTelegram, serve: Any, canned: Any, state: State
) -> None:
    from bot.telegram.access import Rules

    await tg.group(GROUP)
    known, stranger = tg.user(), tg.user()
    async with serve(canned, rules=Rules(everybody=False, allowed=frozenset({known.id}))) as app:
        await tg.ready()
        await tg.group(GROUP, admins=[app.bot.id])
        [answer] = await known.say("/ask which ships sank?", chat=GROUP)
        mark = (await tg.state())["calls"]
        await stranger.react(number(answer), "👍", chat=GROUP)
        await settled(tg, known)
        assert state.feedback() == []
        assert {sent.params["chat_id"] for sent in await tg.calls("sendMessage", since=mark)} == {
            str(known.id)
        }


async def test_reaction_not_dealt_with_is_forgotten_too(
    tg: LocalTelegram, bot: App, state: State
) -> None:
    """Of another bot that served the home, and was stopped before it came to this one."""
    user = tg.user()
    left = {"message_reaction": {"user": user.json}}
    mentioned = {"guest_message": {"from": user.json}}
    state.take(7, [(5, json.dumps(left)), (6, json.dumps(mentioned))])
    state.forget_user(bot.bot.id, user.id)
    held = state.connection.execute("SELECT body FROM taken WHERE bot = 7").fetchall()
    assert held == [(None,), (None,)]
