"""Asking the whole bot, as its users do: the real application against a local Telegram on the
loopback, each case a user of its own in a private chat."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path

from bot.local_telegram import LocalTelegram
from bot.local_telegram.client import Sent
from bot.replay.cases import Case
from bot.replay.onscreen import cited, judged, said_missing, says
from bot.replay.run import Result, judge
from bot.replay.seen import Seen
from bot.state import FILE, State
from bot.telegram.app import Options, serving
from bot.telegram.send_limits import UNLIMITED
from bot.words import choose, words
from corpus.errors import ConfigurationError
from corpus.language.detect import detect
from retrieval.engine import Engine

# Questions asked at once.
_AT_ONCE = 8
_START_SECONDS = 15.0
_ANSWER_SECONDS = 30.0
# An answer of several messages ends with buttons to judge it; a message without an answer has none,
# and nothing may follow it within this time.
_QUIET_SECONDS = 0.3
_JUDGES = ("q:+:", "q:-:")
# With so many cases unanswered the others are not asked: each would wait as long.
_MOST_SILENT = 3


def run_chats(
    cases: Sequence[Case], engine: Engine, step: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """The result of every case, in order; several are asked at once. Raises `ConfigurationError` if
    the bot cannot reach the loopback."""
    return asyncio.run(_run(cases, engine, step))


async def _run(
    cases: Sequence[Case], engine: Engine, step: Callable[[Result], None]
) -> list[Result]:
    options = Options(
        concurrency=min(os.cpu_count() or 1, 4),
        queue=len(cases),
        limit=max((case.expect.within for case in cases), default=1),
        per_user=0,
        per_chat=0,
        limits=UNLIMITED,
        follow_ups=False,  # each case is by itself
    )
    with (
        tempfile.TemporaryDirectory(prefix="pullquote-replay-") as folder,
        State.open(Path(folder) / FILE) as state,
    ):
        async with LocalTelegram() as telegram, AsyncExitStack() as stack:
            bot = serving(
                engine,
                token=telegram.token,
                state=state,
                base_url=telegram.base_url,
                base_file_url=telegram.base_file_url,
                options=options,
            )
            try:
                async with asyncio.timeout(_START_SECONDS):
                    await stack.enter_async_context(bot)
                    await telegram.ready()
            except TimeoutError:
                raise ConfigurationError(
                    f"the bot does not reach the local Telegram at {telegram.url}: if a proxy is"
                    " set, name 127.0.0.1 in NO_PROXY"
                ) from None
            chats = _Chats(telegram, engine, step)
            return list(await asyncio.gather(*map(chats.ask, cases)))


class _Chats:
    def __init__(
        self, telegram: LocalTelegram, engine: Engine, step: Callable[[Result], None]
    ) -> None:
        self._telegram = telegram
        self._engine = engine
        self._step = step
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._silent = 0

    async def ask(self, case: Case) -> Result:
        """One case, from its user's question to the verdict."""
        async with self._turn:
            began = time.perf_counter()
            sent, problem = await self._asked(case.question)
            took_ms = round((time.perf_counter() - began) * 1000, 3)
            seen = await asyncio.to_thread(self._seen, case, sent, took_ms, problem)
        result = judge(case, seen)
        self._step(result)
        return result

    async def _asked(self, question: str) -> tuple[list[Sent], str | None]:
        """The messages that answer, or why there are none."""
        if self._silent >= _MOST_SILENT:
            return [], f"not asked: the bot left {self._silent} questions unanswered"
        user = self._telegram.user()
        mark, timeout = (await user.send(question))["mark"], _ANSWER_SECONDS
        sent: list[Sent] = []
        while not _is_whole(sent):
            came = await self._telegram.wait(mark, user.id, len(sent) + 1, timeout=timeout)
            if len(came) == len(sent):
                break
            sent, timeout = came, _QUIET_SECONDS
        if not sent:
            self._silent += 1
            return [], f"the bot did not answer within {_ANSWER_SECONDS:.0f} seconds"
        return sent, None

    def _seen(self, case: Case, sent: Sequence[Sent], took_ms: float, problem: str | None) -> Seen:
        language = detect(case.question)
        interface = words(choose(language))
        wanted = case.expect.article
        first = islice(cited(sent), case.expect.within)
        quotes = tuple(judged(each, self._engine, interface, wanted) for each in first)
        mended = [warning for each in sent for warning in each.warnings]
        if mended:
            problem = f"Telegram mends what the bot sends: {mended[0]}"
        elif not (problem or _is_whole(sent) or says(sent, "greeting", interface)):
            problem = f"no answer, the bot says: {sent[0].text[:200]}"
        missing = () if quotes else said_missing(sent, interface)
        return Seen(language, quotes, took_ms, problem, missing)


def _is_whole(sent: Sequence[Sent]) -> bool:
    """Whether the last message asks what is thought of the answer, as the end of each does."""
    buttons = sent[-1].buttons if sent else []
    return any(button.get("callback_data", "").startswith(_JUDGES) for button in buttons)
