"""Groups: who is addressed, topics, privacy mode and membership."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from telegram import Bot, ChatMemberAdministrator

from bot.local_telegram import LocalTelegram

Polling = AbstractAsyncContextManager[Any]


async def test_only_what_is_addressed_is_answered(tg: LocalTelegram, polling: Polling) -> None:
    async with polling:
        group = await tg.group(-1001, is_forum=True)
        user = tg.user()
        assert await user.say("hello all", chat=group, n=0, settle=0.4) == []
        [anonymous] = await user.say("@newsquotebot x", chat=group, anonymous=True)
        assert anonymous.ok
        assert await user.say("/start@OtherBot", chat=group, n=0, settle=0.4) == []
        replies = await user.say("/start@NewsQuoteBot", chat=group)
        assert [reply.text for reply in replies] == ["welcome"]


async def test_answers_stay_in_their_topic(tg: LocalTelegram, polling: Polling) -> None:
    async with polling:
        group = await tg.group(-1001, is_forum=True)
        user = tg.user()
        [reply] = await user.say("😀 @NewsQuoteBot what?", chat=group, thread=77)
        assert reply.thread == 77
        [again] = await user.say("and?", chat=group, reply_to=reply.id, thread=77)
        assert again.reply_to
        assert again.thread == 77
        [general] = await user.say("@NewsQuoteBot general", chat=group)
        # this update has a message_thread_id, but is no topic message
        [chain] = await user.say("more", chat=group, reply_to=general.id)
        assert chain.reply_to
        assert chain.thread is None


async def test_privacy_mode(tg: LocalTelegram) -> None:
    group = await tg.group(-1001)
    user = tg.user()
    await tg.configure(privacy="on")
    assert (await user.send("@NewsQuoteBot q", chat=group))["delivered"] is False
    assert (await user.send("/start@NewsQuoteBot", chat=group))["delivered"] is True
    await tg.configure(privacy="mentions")
    assert (await user.send("@NewsQuoteBot q", chat=group))["delivered"] is True


async def test_members(tg: LocalTelegram, bot: Bot) -> None:
    assert (await bot.get_chat(1)).type == "private"
    user = {"id": 1, "is_bot": False, "first_name": "User1"}
    await tg.group(-5, admins=[1], members={"1": user})
    assert (await bot.get_chat_member(-5, 1)).status == "administrator"


@pytest.mark.parametrize("status", ["administrator", "left"])
async def test_change_of_the_bots_own_status(tg: LocalTelegram, bot: Bot, status: str) -> None:
    group = await tg.group(-5)
    await tg.post("member", chat_id=group, status=status, user=tg.user().json)
    [update] = await bot.get_updates()
    assert update.my_chat_member
    assert update.my_chat_member.old_chat_member.status == "member"
    new = update.my_chat_member.new_chat_member
    assert new.status == status
    assert isinstance(new, ChatMemberAdministrator) == (status == "administrator")
