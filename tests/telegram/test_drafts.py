"""A private chat sees a draft where an answer takes long, unless the server takes none."""

from typing import Any

import pytest

from bot.local_telegram import LocalTelegram, Sent
from bot.telegram import chat_action
from bot.telegram.client import App
from bot.words import words

GROUP = -1001


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, canned: Any) -> None:
    """What takes long takes half a second."""
    monkeypatch.setattr(chat_action, "_SECONDS", 0.12)
    canned.delay = 0.5


async def shown(tg: LocalTelegram, since: int = 0) -> list[Sent]:
    return await tg.calls("sendMessageDraft,sendChatAction,sendMessage", since=since)


async def test_draft_takes_the_place_of_typing(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    [answer] = await user.say("متى غرقت السفن في الميناء؟")
    calls = await shown(tg)
    drafts = [each for each in calls if each.method == "sendMessageDraft"]
    assert len(drafts) >= 2
    assert {each.params["text"] for each in drafts} == {words("ar").say("searching")}
    assert {each.params["draft_id"] for each in drafts} == {str(answer.reply_to)}
    # the first of both kinds, until it is known that drafts are taken
    assert [each.method for each in calls[:3]] == [
        "sendChatAction",
        "sendChatAction",
        "sendMessageDraft",
    ]
    assert calls[-1].method == "sendMessage", "a draft that came later would stay"
    methods = {each.method for each in calls[3:-1]}
    assert methods == {"sendMessageDraft"}


@pytest.mark.parametrize(
    ("status", "description"),
    [(400, "Bad Request: DRAFT_INVALID"), (404, "Not Found: method not found")],
)
async def test_refused_draft_is_the_last(
    tg: LocalTelegram, bot: App, status: int, description: str
) -> None:
    user = tg.user()
    await tg.fault("error", "sendMessageDraft", status=status, description=description)
    assert await user.say("which ships sank?")
    assert await user.say("which boats sank?")
    [refused] = await tg.calls("sendMessageDraft")
    assert not refused.ok
    assert len(await tg.calls("sendChatAction")) >= 6


async def test_fault_on_the_way_refuses_nothing(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    await tg.fault("html", "sendMessageDraft")
    assert await user.say("which ships sank?")
    calls = await tg.calls("sendMessageDraft")
    assert [each.ok for each in calls[:2]] == [False, True]


async def test_answer_waits_for_a_draft_on_its_way(tg: LocalTelegram, bot: App) -> None:
    user = tg.user()
    await tg.fault("slow", "sendMessageDraft", delay=0.7)
    assert await user.say("which ships sank?")
    [draft] = await tg.calls("sendMessageDraft")
    [answer] = await tg.calls("sendMessage")
    assert draft.ok
    assert answer.call["t"] - draft.call["t"] > 0.65


async def test_no_draft_in_groups_or_for_an_edit(tg: LocalTelegram, bot: App) -> None:
    await tg.group(GROUP)
    user = tg.user()
    assert await user.say("/ask which ships sank?", chat=GROUP)
    [answer] = await user.say("which ships sank?")
    mark = (await tg.state())["calls"]
    assert answer.reply_to
    assert await user.edit(answer.reply_to, "which boats sank?")
    private = {each.params["chat_id"] for each in await tg.calls("sendMessageDraft")}
    assert private == {str(user.id)}
    assert {each.method for each in await shown(tg, mark)} == {"sendChatAction"}
