"""/follow: new coverage that answers is told once, in its time, and only where it is new."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram, Sent
from bot.render.telegram_notices import followed_message
from bot.render.telegram_text import directed
from bot.state import MOST_FOLLOWED, Notices, State
from bot.telegram import notify, watch
from bot.telegram.client import App
from bot.telegram.quiet_hours import digest_due, is_quiet
from bot.words import LANGUAGES, words
from retrieval.engine import Engine
from tests.embedders import embedder
from tests.homes import indexed

EN = words("en")
GROUP = -1001
QUESTION = "When was the lamp of the Saltmere lighthouse lit?"
NEWS = (
    "The lighthouse of Saltmere opens again\n\n"
    "The keeper of the Saltmere lighthouse lit its lamp on Monday after nine dark years.\n"
    "Repairs cost four million crowns, the harbour board of Saltmere said.\n"
)
OTHERS = (
    "Lamps along the coast\n\n"
    "On Monday evening the lamp in the lighthouse at Saltmere was lit for the first time since"
    " 2016, and boats sounded their horns.\n"
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PAUSE", 0.05)
    # how clear an answer must be, tests/test_arrivals.py asks; here it is sent
    monkeypatch.setattr("retrieval.answer.arrivals.CLEAR", -9.0)


@pytest.fixture
async def served(tg: LocalTelegram, serve: Any, home: Path) -> AsyncIterator[App]:
    async with serve(Engine.open(home, embedder()), home=home) as application:
        await tg.ready()
        yield application


async def _take(home: Path, folder: Path, text: str, name: str = "saltmere.txt") -> None:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    await asyncio.to_thread(indexed, home, embedder(), file)


async def _alerts(tg: LocalTelegram, mark: int, n: int = 1, **also: Any) -> list[Sent]:
    return await tg.wait(mark, n=n, timeout=20, **also)


async def _until(tg: LocalTelegram, good: Callable[[], object]) -> None:
    async def look() -> object:
        return good()

    assert await tg.until(look, bool)


async def _mark(tg: LocalTelegram) -> int:
    return int((await tg.state())["calls"])


async def test_new_coverage_is_told_once_with_its_quote(
    tg: LocalTelegram, served: App, home: Path, tmp_path: Path, state: State
) -> None:
    user = tg.user()
    sent = await user.send(f"/follow {QUESTION}")
    [begun] = await tg.wait(sent["mark"], user.id)
    assert QUESTION in begun.text
    mark = await _mark(tg)
    await _take(home, tmp_path, NEWS)
    [alert] = await _alerts(tg, mark, settle=0.5)
    assert QUESTION in alert.text.splitlines()[0]
    assert len(alert.quotes) == 1
    assert "lit its lamp on Monday" in alert.quotes[0]
    assert alert.quotes[0] in NEWS
    assert alert.reply_to == sent["message"]["message_id"]
    assert state.waiting_alerts(served.bot.id) == []
    # a copy of it elsewhere is nothing new
    mark = await _mark(tg)
    await _take(home, tmp_path, NEWS + "\nMore about this later.\n", "copy.txt")
    await asyncio.sleep(1)
    assert await tg.calls("sendMessage", since=mark) == []
    # another text is
    await _take(home, tmp_path, OTHERS, "others.txt")
    [alert] = await _alerts(tg, mark, settle=0.5)
    assert alert.quotes[0] in OTHERS


async def test_what_was_there_before_is_not_told(
    tg: LocalTelegram, served: App, home: Path, tmp_path: Path
) -> None:
    await _take(home, tmp_path, NEWS)
    user = tg.user()
    await user.say(f"/follow {QUESTION}")
    mark = await _mark(tg)
    await _take(home, tmp_path, "The weather\n\nIt rains in the north of the land.\n", "rain.txt")
    await asyncio.sleep(1)
    assert await tg.calls("sendMessage", since=mark) == []


async def test_following_lists_and_stops(tg: LocalTelegram, served: App, state: State) -> None:
    user = tg.user()
    [none] = await user.say("/following")
    assert none.text == EN.say("following_none")
    await user.say(f"/follow {QUESTION}")
    await user.say("/follow Who pays for the repairs?")
    [again] = await user.say(f"/follow {QUESTION}")
    assert again.text == EN.say("follow_already")
    [listed] = await user.say("/following")
    assert QUESTION in listed.text
    _, query = await user.press(listed, "Stop 1", n=0, settle=0.3)
    assert query["text"] == EN.say("follow_ended")
    assert [one.question for one in state.followed(served.bot.id)] == ["Who pays for the repairs?"]
    _, query = await user.press(listed, data="f:1", n=0, settle=0.3)
    assert query["text"] == EN.say("follow_ended_before")
    _, query = await user.press(listed, data="f:x", n=0, settle=0.3)
    assert query["text"] == EN.say("button_stale")


@pytest.mark.parametrize("text", ["why?", "and when?", "more", "???", "من هو؟"])
async def test_what_nothing_can_be_looked_for_by_is_not_followed(
    tg: LocalTelegram, served: App, state: State, text: str
) -> None:
    [reply] = await tg.user().say(f"/follow {text}")
    hints = {directed(words(code).say("follow_hint"), words(code)) for code in ("ar", "en")}
    assert reply.text in hints
    assert state.followed(served.bot.id) == []


async def test_a_reply_follows_what_its_question_was_understood_as(
    tg: LocalTelegram, served: App, state: State
) -> None:
    user = tg.user()
    await user.say("Who keeps the lighthouse of Saltmere?")
    sent = await user.send("and when?")
    [answer] = await tg.wait(sent["mark"], user.id)
    await user.say("/follow", reply_to=sent["message"]["message_id"])
    [one] = state.followed(served.bot.id)
    assert "Saltmere" in one.question
    assert one.question.endswith("when?")
    # the answer is to the same question
    [again] = await user.say("/follow", reply_to=answer.id)
    assert again.text == EN.say("follow_already")


def test_labels_carry_no_marks_that_turn_text_around() -> None:
    listed = followed_message([(1, "who \u202ereceived him\u202c?")], EN)
    [[button]] = listed.keyboard
    assert button.text.endswith("who received him?")


async def test_no_more_than_so_many_are_followed(
    tg: LocalTelegram, served: App, state: State
) -> None:
    user = tg.user()
    for number in range(MOST_FOLLOWED):
        state.follow(
            served.bot.id, user.id, 9_000 + number, None, user.id, "en", f"what {number}", 0
        )
    [refused] = await user.say(f"/follow {QUESTION}")
    assert refused.text == EN.say("follow_too_many", limit=str(MOST_FOLLOWED))
    [hint] = await user.say("/follow")
    assert hint.text == EN.say("follow_hint")


async def test_only_administrators_follow_in_a_group(
    tg: LocalTelegram, served: App, state: State
) -> None:
    admin, member = tg.user(), tg.user()
    people = {one.id: one.json for one in (admin, member)}
    await tg.group(GROUP, admins=[admin.id], members=people)
    [refused] = await member.say(f"/follow {QUESTION}", chat=GROUP)
    assert refused.text == EN.say("follow_administrators")
    [begun] = await admin.say(f"/follow {QUESTION}", chat=GROUP)
    assert [one.chat for one in state.followed(served.bot.id)] == [GROUP]
    _, query = await member.press(begun, "Stop", n=0, settle=0.3)
    assert query["text"] == EN.say("follow_administrators")
    assert len(state.followed(served.bot.id)) == 1


async def test_alerts_wait_for_the_end_of_quiet_hours(
    tg: LocalTelegram, served: App, home: Path, tmp_path: Path, state: State
) -> None:
    user = tg.user()
    await user.say(f"/follow {QUESTION}")
    hour = datetime.now(UTC).hour
    state.set_notices(served.bot.id, user.id, Notices(quiet=(hour, (hour + 2) % 24)))
    mark = await _mark(tg)
    await _take(home, tmp_path, NEWS)
    await _until(tg, lambda: bool(state.waiting_alerts(served.bot.id)))
    await asyncio.sleep(0.3)
    assert await tg.calls("sendMessage", since=mark) == []
    state.set_notices(served.bot.id, user.id, Notices())
    assert len(await _alerts(tg, mark, settle=0.3)) == 1


async def test_a_daily_digest_holds_all_that_was_found(
    tg: LocalTelegram,
    served: App,
    home: Path,
    tmp_path: Path,
    state: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = tg.user()
    await user.say(f"/follow {QUESTION}")
    await user.say("/follow What did the repairs of the lighthouse cost?")
    state.set_notices(served.bot.id, user.id, Notices(daily=True))
    monkeypatch.setattr(notify, "digest_due", lambda since, now: False)
    mark = await _mark(tg)
    await _take(home, tmp_path, NEWS)
    await _until(tg, lambda: len(state.waiting_alerts(served.bot.id)) == 2)
    assert await tg.calls("sendMessage", since=mark) == []
    monkeypatch.setattr(notify, "digest_due", lambda since, now: True)
    [digest] = await _alerts(tg, mark, settle=0.5)
    assert len(digest.quotes) == 2
    assert digest.reply_to is None


async def test_a_quote_that_answers_two_questions_is_in_one_digest_alone(
    tg: LocalTelegram,
    served: App,
    home: Path,
    tmp_path: Path,
    state: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = tg.user()
    await user.say(f"/follow {QUESTION}")
    await user.say("/follow When was the lamp of the lighthouse of Saltmere lit?")
    state.set_notices(served.bot.id, user.id, Notices(daily=True))
    monkeypatch.setattr(notify, "digest_due", lambda since, now: False)
    mark = await _mark(tg)
    await _take(home, tmp_path, NEWS)
    await _until(tg, lambda: len(state.waiting_alerts(served.bot.id)) == 2)
    assert len({each.receipt for each in state.waiting_alerts(served.bot.id)}) == 1
    monkeypatch.setattr(notify, "digest_due", lambda since, now: True)
    [digest] = await _alerts(tg, mark, settle=1)
    assert len(digest.quotes) == 2
    assert state.waiting_alerts(served.bot.id) == []


async def test_what_was_found_for_a_question_is_not_told_for_its_edit(
    tg: LocalTelegram,
    served: App,
    home: Path,
    tmp_path: Path,
    state: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = tg.user()
    sent = await user.send(f"/follow {QUESTION}")
    await tg.wait(sent["mark"], user.id)
    monkeypatch.setattr(notify, "is_quiet", lambda chosen, now: True)
    await _take(home, tmp_path, NEWS)
    await _until(tg, lambda: state.waiting_alerts(served.bot.id))
    await user.edit(sent["message"]["message_id"], "/follow Who pays for the new bridge?")
    await _until(tg, lambda: "bridge" in state.followed(served.bot.id)[0].question)
    assert state.waiting_alerts(served.bot.id) == []


async def test_what_may_answer_comes_in_a_digest_alone_and_is_called_so(
    tg: LocalTelegram,
    served: App,
    home: Path,
    tmp_path: Path,
    state: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("retrieval.answer.arrivals.CLEAR", 9.0)
    monkeypatch.setattr("retrieval.answer.arrivals.POSSIBLE", -9.0)
    monkeypatch.setattr(notify, "digest_due", lambda since, now: True)
    users = tg.user(), tg.user(), tg.user()
    for user in users:
        await user.say(f"/follow {QUESTION}")
    for user in users[1:]:
        state.set_notices(served.bot.id, user.id, Notices(daily=True))
    monkeypatch.setattr(notify, "digest_due", lambda since, now: False)
    mark = await _mark(tg)
    await _take(home, tmp_path, NEWS)
    await _until(tg, lambda: len(state.waiting_alerts(served.bot.id)) == 2)
    # one that changed its mind meanwhile gets what is sure, so nothing
    state.set_notices(served.bot.id, users[2].id, Notices())
    await _until(tg, lambda: len(state.waiting_alerts(served.bot.id)) == 1)
    monkeypatch.setattr(notify, "digest_due", lambda since, now: True)
    [digest] = await _alerts(tg, mark, settle=0.5)
    assert digest.chat_id == users[1].id
    assert digest.text.splitlines()[0] == EN.say("alert_possible", question=QUESTION)
    assert "lit its lamp on Monday" in digest.quotes[0]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_choices_of_alerts_are_made_with_buttons(
    tg: LocalTelegram, bot: App, state: State, language: str
) -> None:
    user = tg.user(language_code=language)
    own = words(language)
    [menu] = await user.say("/settings")
    [screen], _ = await user.press(menu, own.say("button_notices"))
    assert screen.text.splitlines()[0] == own.say("notices_title")
    [screen], _ = await user.press(screen, own.say("button_daily"))
    [screen], _ = await user.press(screen, own.say("button_quiet"))
    [screen], _ = await user.press(screen, "22:00")
    [screen], _ = await user.press(screen, own.say("button_back"))
    [screen], _ = await user.press(screen, own.say("button_zone"))
    [screen], _ = await user.press(screen, data="a:z1:z=8")
    [screen], _ = await user.press(screen, own.say("button_back"))
    [screen], _ = await user.press(screen, own.say("button_corrections_off"))
    assert state.notices(bot.bot.id, user.id) == Notices(
        corrections=False, daily=True, quiet=(22, 7), zone="Asia/Beirut"
    )
    _, query = await user.press(screen, data="a:z1:z=99", n=0, settle=0.3)
    assert query["text"]
    [menu], _ = await user.press(screen, own.say("button_back"))
    assert menu.text.splitlines()[0] == own.say("settings_private")


@pytest.mark.files("copies the file under the bot")
@pytest.mark.parametrize("step", ["found", "starts", "sent"])
async def test_a_kill_between_two_steps_never_tells_twice(
    tg: LocalTelegram,
    serve: Any,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """The database as it was at each step, which is what a kill leaves, goes to the next start."""
    user = tg.user()
    file = tmp_path / "chats.sqlite"
    left = tmp_path / "left.sqlite"

    def leave() -> None:
        if not left.exists():
            with closing(sqlite3.connect(file)) as now, closing(sqlite3.connect(left)) as kept:
                now.backup(kept)

    real_found = State.found
    real_starts, real_arrived = notify._Alerts.starts, notify._Alerts.arrived

    def found(self: State, looked: Any, passage: int, receipts: Any) -> None:
        real_found(self, looked, passage, receipts)
        if receipts and step == "found":
            leave()

    def starts(self: Any) -> None:
        real_starts(self)
        if step == "starts":
            leave()

    def arrived(self: Any, sent: Any) -> None:
        if step == "sent":
            leave()
        real_arrived(self, sent)

    monkeypatch.setattr(State, "found", found)
    monkeypatch.setattr(notify._Alerts, "starts", starts)
    monkeypatch.setattr(notify._Alerts, "arrived", arrived)
    async with serve(Engine.open(home, embedder()), home=home):
        await tg.ready()
        await user.say(f"/follow {QUESTION}")
        mark = await _mark(tg)
        await _take(home, tmp_path, NEWS)
        assert len(await _alerts(tg, mark, settle=0.3)) == 1
    # as if the process had been killed there; what Telegram got after the step it never got
    mark = await _mark(tg)
    shutil.copy(left, tmp_path / "again.sqlite")
    with State.open(tmp_path / "again.sqlite") as state:
        async with serve(Engine.open(home, embedder()), home=home, state=state):
            await tg.ready()
            await asyncio.sleep(1)
    told = await tg.calls("sendMessage", since=mark)
    assert len(told) == (1 if step == "found" else 0)


async def test_a_chat_that_blocks_the_bot_is_told_no_more(
    tg: LocalTelegram, served: App, home: Path, tmp_path: Path, state: State
) -> None:
    user = tg.user()
    await user.say(f"/follow {QUESTION}")
    await tg.fault("error", "sendMessage", status=403, description="Forbidden: bot was blocked")
    await _take(home, tmp_path, NEWS)
    await _until(tg, lambda: not state.followed(served.bot.id))


def test_quiet_hours_and_the_hour_of_the_digest() -> None:
    at = datetime(2025, 7, 12, 23, 30, tzinfo=UTC)
    assert is_quiet(Notices(quiet=(22, 7)), at)
    assert is_quiet(Notices(quiet=(22, 7)), at + timedelta(hours=7))
    assert not is_quiet(Notices(quiet=(22, 7)), at + timedelta(hours=8))
    assert not is_quiet(Notices(quiet=(0, 8)), at)
    assert not is_quiet(Notices(), at)
    assert not digest_due(at, at + timedelta(hours=9))
    assert digest_due(at, at + timedelta(hours=9, minutes=30))
    assert digest_due(at, at + timedelta(days=3))
