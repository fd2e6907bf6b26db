"""Telegram's limits, kept chat by chat."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.telegram.send_limits import ChatLimiter, Limits


async def _times(limiter: ChatLimiter, *chats: int, endpoint: str = "sendMessage") -> list[float]:
    """When each request went out, in seconds from the start, in the order given."""
    start = time.monotonic()

    async def request() -> float:
        return time.monotonic() - start

    return list(
        await asyncio.gather(
            *(
                limiter.process_request(request, (), {}, endpoint, {"chat_id": chat}, None)
                for chat in chats
            )
        )
    )


async def _on_time(limits: Limits, chats: Sequence[int], expected: Sequence[float]) -> bool:
    """Whether no request goes out early, ever, and in one of five tries none goes out late:
    a busy machine makes them late too."""
    for _ in range(5):
        times = sorted(await _times(ChatLimiter(limits), *chats))
        late = [time - due for time, due in zip(times, expected, strict=True)]
        assert min(late) > -0.02, times
        if max(late) < 0.25:
            return True
    return False


async def test_one_message_a_period_in_a_private_chat() -> None:
    assert await _on_time(Limits(private=(1, 0.3)), (1, 1, 1, 2), (0, 0, 0.3, 0.6))


async def test_groups_have_a_limit_of_their_own() -> None:
    assert await _on_time(Limits(group=(3, 0.3)), [-1] * 4, (0, 0, 0, 0.3))


async def test_all_chats_together_have_a_limit() -> None:
    assert await _on_time(Limits(overall=(5, 0.3)), range(1, 11), [0.0] * 5 + [0.3] * 5)


async def test_actions_do_not_count() -> None:
    limiter = ChatLimiter(Limits(private=(1, 5.0)))
    assert max(await _times(limiter, 1, 1, 1, endpoint="sendChatAction")) < 1


async def test_default_limits_suffer_no_429(tg: LocalTelegram, serve: Any, canned: Any) -> None:
    await tg.configure(flood={"chat": [1, 1], "group": [20, 60], "global": [30, 1]})
    async with serve(canned, limits=Limits()):
        await tg.ready()
        user = tg.user()
        sent = await user.send("one")
        await user.send("two")
        assert len(await tg.wait(sent["mark"], user.id, n=2)) == 2
    assert not (await tg.state())["stats"].get("flood")


async def test_idle_chats_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.send_limits._MOST_IDLE_LINES", 3)
    limiter = ChatLimiter(Limits(private=(1, 0.01)))
    for chat in range(1, 9):
        await _times(limiter, chat)
        await asyncio.sleep(0.01)
    assert len(limiter._lines) <= 3
