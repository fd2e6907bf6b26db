"""How often somebody may ask."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local_telegram import LocalTelegram
from bot.telegram.ask_limits import WINDOW_SECONDS, Asking
from bot.words import words


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


# Ticks of a clock: their sums are exact.
_PAUSE = st.integers(0, 30 * 1024).map(lambda ticks: ticks / 1024)


@given(
    st.lists(st.tuples(_PAUSE, st.integers(1, 3), st.sampled_from([-1, -2, 1])), max_size=60),
    st.integers(1, 4),
    st.integers(1, 6),
)
def test_no_window_holds_more_and_every_wait_is_kept(
    asked: list[tuple[float, int, int]], per_user: int, per_chat: int
) -> None:
    clock = Clock()
    asking = Asking(per_user, per_chat, clock)
    taken: list[tuple[float, int, int]] = []
    told: dict[tuple[int, int], list[float]] = {}
    for pause, user, chat in asked:
        clock.now += pause
        before = [one for one in taken if one[0] > clock.now - WINDOW_SECONDS]
        by_user = [one[0] for one in before if one[1] == user]
        by_chat = [one[0] for one in before if one[2] == chat]
        refusal = asking.admit(user, chat)
        assert (refusal is None) == (len(by_user) < per_user and len(by_chat) < per_chat)
        if refusal is None:
            taken.append((clock.now, user, chat))
            continue
        until = clock.now + refusal.seconds
        assert sum(one > until - WINDOW_SECONDS for one in by_user) < per_user
        assert sum(one > until - WINDOW_SECONDS for one in by_chat) < per_chat
        if refusal.is_news:
            told.setdefault((user, chat), []).append(clock.now)
    for times in told.values():
        assert all(later - earlier >= WINDOW_SECONDS for earlier, later in pairwise(times))


def test_nothing_is_limited_by_nought() -> None:
    asking = Asking(0, 0)
    assert [asking.admit(1, 1) for _ in range(1000)] == [None] * 1000


def test_who_has_been_quiet_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.ask_limits._MOST_IDLE", 10)
    clock = Clock()
    asking = Asking(1, 1, clock)
    for user in range(100):
        clock.now += WINDOW_SECONDS / 4
        asking.admit(user, user)
    assert len(asking._asked) <= 12


@pytest.mark.parametrize("language", ["ar", "en", "ru", "fr"])
async def test_one_polite_line_and_then_silence(
    tg: LocalTelegram, serve: Any, canned: Any, language: str
) -> None:
    async with serve(canned, per_user=2):
        await tg.ready()
        user, other = tg.user(language_code=language), tg.user()
        assert await user.say("/help")
        assert await user.say("2")
        [line] = await user.say("3")
        assert line.quotes == []
        waits = [words(language).count("seconds", seconds) for seconds in (59, 60)]
        lines = [words(language).say("too_fast", wait=wait) for wait in waits]
        assert line.text in lines
        assert await user.say("4", n=0, settle=0.2) == []
        assert await user.say("/help", n=0, settle=0.2) == []
        [reply] = await other.say("5")
        assert reply.quotes == ["They said: 5"]
    assert canned.asked == ["2", "5"]


async def test_group_over_its_limit_is_left_in_peace(
    tg: LocalTelegram, serve: Any, canned: Any
) -> None:
    async with serve(canned, per_chat=3):
        await tg.ready()
        group, calm = await tg.group(-1001), await tg.group(-1002)
        users = [tg.user() for _ in range(4)]
        for user in users[:3]:
            await user.send("chatter is not counted", chat=group)
            assert await user.say("/ask x", chat=group)
        assert await users[3].say("/ask y", chat=group, n=0, settle=0.2) == []
        assert await users[3].say("/ask z", chat=calm)
    assert canned.asked == ["x", "x", "x", "z"]


async def test_anonymous_members_are_told_apart_by_their_group(
    tg: LocalTelegram, serve: Any, canned: Any
) -> None:
    async with serve(canned, per_user=1):
        await tg.ready()
        for group in (await tg.group(-1001), await tg.group(-1002)):
            assert await tg.user().say("/ask x", chat=group, anonymous=True)
