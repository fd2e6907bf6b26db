"""Several events in one bot: which one a chat, a topic and a message are about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram, Sent, User
from bot.state import State
from bot.telegram.client import App
from bot.telegram.events import Event
from bot.words import LANGUAGES, words
from tests.two_events import (
    FERRIES,
    HARBOUR,
    OF_BOTH,
    OF_HARBOUR,
    OF_NONE,
    OF_RAILWAY,
    PUMPING,
    RAILWAY,
    THREE_DAYS,
    TWO_WEEKS,
    choose,
)

GROUP, TOPIC = -1001, 17
EN = words("en")
FROM_HARBOUR = EN.say("event_from", title=HARBOUR)


@pytest.fixture
async def served(tg: LocalTelegram, serve: Any, events: list[Event]) -> AsyncIterator[App]:
    async with serve(events) as application:
        await tg.ready()
        yield application


@pytest.fixture
def user(tg: LocalTelegram) -> User:
    return tg.user(language_code="en")


@pytest.fixture
async def administrator(tg: LocalTelegram) -> User:
    user = tg.user(language_code="en")
    await tg.group(
        GROUP,
        type="supergroup",
        is_forum=True,
        topics=[TOPIC],
        admins=[user.id],
        members={user.id: user.json},
    )
    return user


def _renamed(event: Event) -> Event:
    return replace(event, key="pass", name="pass")


def _labels(message: Sent) -> list[str]:
    return [button["text"] for button in message.buttons]


async def test_a_private_chat_chooses_and_is_answered_from_there(
    tg: LocalTelegram, served: App, user: User
) -> None:
    [menu] = await user.say("/event")
    assert EN.say("event_choose") in menu.text
    assert _labels(menu) == [HARBOUR, RAILWAY]
    assert f"{RAILWAY}: 2 articles" in menu.text
    assert "March 6, 2025" in menu.text
    chosen = await choose(user, RAILWAY)
    assert EN.say("event_chosen", title=RAILWAY) in chosen.text
    assert _labels(chosen) == [HARBOUR, f"✓ {RAILWAY}"]
    [answer] = await user.say(OF_BOTH)
    assert answer.quotes == [TWO_WEEKS]
    assert RAILWAY not in answer.text
    [absence] = await user.say(OF_HARBOUR)
    assert not absence.quotes
    [named] = await user.say("/event harbour")
    assert EN.say("event_chosen", title=HARBOUR) in named.text
    [unknown] = await user.say("/event circus")
    assert EN.say("event_unknown") in unknown.text
    [answer] = await user.say(OF_BOTH)
    assert answer.quotes == [THREE_DAYS]


async def test_a_question_of_one_event_is_answered_and_the_event_named(
    tg: LocalTelegram, served: App, user: User, state: State
) -> None:
    [answer] = await user.say(OF_HARBOUR)
    assert answer.quotes == [FERRIES]
    assert answer.text.startswith(FROM_HARBOUR)
    assert state.event_of(served.bot.id, user.id, None) is None
    [other] = await user.say(OF_RAILWAY)
    assert other.quotes == [PUMPING]
    assert other.text.startswith(EN.say("event_from", title=RAILWAY))


async def test_a_question_of_two_events_is_asked_about_once(
    tg: LocalTelegram, served: App, user: User
) -> None:
    [which] = await user.say(OF_BOTH)
    assert which.text == EN.say("event_which")
    assert _labels(which) == [HARBOUR, RAILWAY]
    [answer], query = await user.press(which, RAILWAY)
    assert query["answered"]
    assert answer.id == which.id
    assert answer.quotes == [TWO_WEEKS]
    [again] = await user.say(OF_BOTH)
    assert again.quotes == [TWO_WEEKS]
    # once the choice has become the answer, its buttons do nothing any more
    [], query = await user.press(which, data="e:a:circus", n=0, settle=0.2)
    assert query["text"] == EN.say("button_stale")


async def test_a_question_of_no_event_offers_where_to_look(
    tg: LocalTelegram, served: App, user: User
) -> None:
    [which] = await user.say(OF_NONE)
    assert which.text == EN.say("event_none")
    [absence], _ = await user.press(which, HARBOUR)
    assert absence.id == which.id
    assert EN.say("missing", names="Reykjavik") in absence.text
    assert "2 articles" in absence.text


async def test_a_follow_up_stays_with_the_event_of_the_question_before(
    tg: LocalTelegram, served: App, user: User
) -> None:
    await user.say(OF_RAILWAY)
    [answer] = await user.say("And who said that?")
    assert EN.say("event_which") not in answer.text
    assert EN.say("event_none") not in answer.text
    assert FERRIES not in answer.quotes


async def test_commands_without_an_event_ask_for_one_and_are_then_carried_out(
    tg: LocalTelegram, served: App, user: User
) -> None:
    for command, part in (
        ("/latest", "Pilots of Saltmere stop work"),
        ("/sources", "2 articles"),
        (f"/follow {OF_HARBOUR}", OF_HARBOUR),
    ):
        other = tg.user(language_code="en")
        [which] = await other.say(command)
        assert EN.say("event_choose") in which.text
        [done], _ = await other.press(which, HARBOUR)
        assert done.id == which.id
        assert part in done.text
    [listed] = await other.say("/following")
    assert f"{OF_HARBOUR} ({HARBOUR})" in listed.text


async def test_start_says_which_event_how_many_articles_and_how_fresh(
    tg: LocalTelegram, served: App, user: User
) -> None:
    [first] = await user.say("/start")
    assert EN.say("start").strip().split("\n")[0] in first.text
    assert EN.say("event_choose") in first.text
    [start], _ = await user.press(first, HARBOUR)
    assert start.id == first.id
    assert f"{HARBOUR}: 2 articles · newest: March 5, 2025" in start.text
    [again] = await user.say("/start")
    assert again.text == start.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_has_its_words(tg: LocalTelegram, served: App, language: str) -> None:
    user = tg.user(language_code=language)
    [menu] = await user.say("/event")
    assert words(language).say("event_choose") in menu.text
    [help_text] = await user.say("/help")
    assert "/event" in help_text.text
    [chosen], _ = await user.press(menu, RAILWAY)
    said = words(language).say("event_chosen", title="").split(".")[0]
    assert said.strip() in chosen.text
    [unknown] = await user.say("/event circus")
    for text in (menu.text, chosen.text, unknown.text):
        assert sum(text.count(sign) for sign in "\u2066\u2067\u2068") == text.count("\u2069")


async def test_an_arabic_question_is_answered_in_arabic_and_names_theevent_of(
    tg: LocalTelegram, served: App, user: User
) -> None:
    arabic = words("ar")
    [which] = await user.say("كم من الوقت سيستمر الإضراب؟")
    assert which.text == arabic.say("event_which")
    [answer], _ = await user.press(which, HARBOUR)
    assert any(THREE_DAYS in quote for quote in answer.quotes)
    other = tg.user(language_code="ar")
    [answer] = await other.say("ماذا قال Paul Vetter؟")
    if answer.quotes:
        assert answer.text.startswith(arabic.say("event_from", title="").split(":")[0].strip())


async def test_a_group_and_a_topic_are_bound_by_administrators(
    tg: LocalTelegram, served: App, administrator: User, user: User
) -> None:
    [refused] = await user.say("/event", GROUP)
    assert refused.text == EN.say("event_refused")
    [menu] = await administrator.say("/event", GROUP)
    _, query = await user.press(menu, HARBOUR, n=0, settle=0.3)
    assert query["text"] == EN.say("event_refused")
    [bound], _ = await administrator.press(menu, HARBOUR)
    assert EN.say("event_chosen_group", title=HARBOUR) in bound.text
    [menu] = await administrator.say("/event", GROUP, thread=TOPIC)
    [bound], _ = await administrator.press(menu, RAILWAY)
    assert EN.say("event_chosen_topic", title=RAILWAY) in bound.text
    [everywhere] = await user.say(f"/ask {OF_BOTH}", GROUP)
    assert everywhere.quotes == [THREE_DAYS]
    [there] = await user.say(f"/ask {OF_BOTH}", GROUP, thread=TOPIC)
    assert there.quotes == [TWO_WEEKS]
    assert there.thread == TOPIC


async def test_in_an_open_group_who_asked_chooses_for_one_question(
    tg: LocalTelegram, served: App, administrator: User, user: User, state: State
) -> None:
    [which] = await user.say(f"/ask {OF_BOTH}", GROUP)
    _, query = await tg.user(language_code="en").press(which, RAILWAY, n=0, settle=0.3)
    assert query["text"] == EN.say("event_asker")
    [answer], _ = await user.press(which, RAILWAY)
    assert answer.quotes == [TWO_WEEKS]
    assert state.event_of(served.bot.id, GROUP, None) is None
    [start] = await user.say("/start", GROUP)
    assert HARBOUR in start.text
    assert RAILWAY in start.text


async def test_a_claim_is_checked_in_the_event_that_is_pressed(
    tg: LocalTelegram, served: App, administrator: User, user: User
) -> None:
    claim = await administrator.send("The strike will last four weeks.", GROUP)
    said = claim["message"]["message_id"]
    mention = f"@{served.bot.username} is this true?"
    [which] = await user.say(mention, GROUP, reply_to=said)
    assert which.text == EN.say("event_which")
    [checked], _ = await user.press(which, RAILWAY)
    assert checked.id == which.id
    assert any("two weeks" in quote for quote in checked.quotes)
    assert EN.say("claim_differs", words="four weeks")[:10] in checked.text


async def test_a_question_that_goes_on_with_another_is_asked_as_it_was_understood(
    tg: LocalTelegram, served: App, administrator: User, user: User
) -> None:
    asked = await administrator.send("How long will the strike last, and why?", GROUP)
    said = asked["message"]["message_id"]
    [which] = await user.say(f"@{served.bot.username} and how long?", GROUP, reply_to=said)
    assert which.text in (EN.say("event_which"), EN.say("event_none"))
    [answer], _ = await user.press(which, HARBOUR)
    assert answer.id == which.id
    assert not any("two weeks" in quote for quote in answer.quotes)


async def test_the_choice_outlives_a_restart_and_a_migration(
    tg: LocalTelegram,
    serve: Any,
    events: list[Event],
    administrator: User,
    user: User,
    state: State,
) -> None:
    async with serve(events) as first:
        await tg.ready()
        await choose(user, RAILWAY)
        [menu] = await administrator.say("/event railway", GROUP)
        assert EN.say("event_chosen_group", title=RAILWAY) in menu.text
        number = first.bot.id
    async with serve(events):
        await tg.ready()
        [answer] = await user.say(OF_BOTH)
        assert answer.quotes == [TWO_WEEKS]
    state.move(number, GROUP, GROUP - 1)
    assert state.event_of(number, GROUP - 1, None) == "railway"
    # one event is taken away: its chats are open again, its old buttons say so
    async with serve([events[0], _renamed(events[1])]):
        await tg.ready()
        [which] = await user.say(OF_BOTH)
        assert which.text == EN.say("event_which")
        _, query = await user.press(answer, EN.say("button_context"), n=0, settle=0.3)
        assert query["text"] == EN.say("button_stale")
