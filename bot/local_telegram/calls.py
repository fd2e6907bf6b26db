"""The record of what the bot called, for drivers to read and to wait on."""

import asyncio
import contextlib
import time
from collections import defaultdict
from dataclasses import dataclass

from bot.local_telegram.params import Params, chat_id_of, decode
from bot.local_telegram.types import Json


@dataclass(frozen=True)
class Selection:
    """Which calls a driver asks for: `since` is how many to pass over, no methods means all."""

    since: int
    methods: frozenset[str]
    chat_id: int | None
    only_ok: bool

    @classmethod
    def read(cls, body: Json) -> "Selection":
        methods = body.get("methods", "").lower().split(",")
        chat_id = int(body["chat_id"]) if body.get("chat_id") else None
        return cls(
            since=int(body.get("since", 0)),
            methods=frozenset(method for method in methods if method),
            chat_id=chat_id,
            only_ok=bool(body.get("ok")),
        )

    def takes(self, call: Json) -> bool:
        if self.methods and call["method"].lower() not in self.methods:
            return False
        if self.chat_id is not None and chat_id_of(call) != self.chat_id:
            return False
        # a call gets its "ok" only when it is over
        return "ok" in call and (call["ok"] or not self.only_ok)


class CallLog:
    """Every call save getUpdates, and who waits for calls in which chat."""

    def __init__(self) -> None:
        self.calls: list[Json] = []
        self._arrivals: defaultdict[int | None, asyncio.Event] = defaultdict(asyncio.Event)

    @property
    def mark(self) -> int:
        """Where the record stands now, to ask later for what came since."""
        return len(self.calls)

    def begin(self, params: Params) -> Json:
        """Start the record of a call."""
        files = {k: {"name": f.name, "size": len(f.data)} for k, f in params.files.items()}
        call = {
            "seq": len(self.calls) + 1,
            "t": time.time(),
            "method": params.method,
            "params": decode(params.raw),
            "warnings": params.warnings,
            "files": files,
        }
        if params.method.lower() == "getupdates":
            return call | {"seq": 0}
        self.calls.append(call)
        return call

    def end(self, call: Json) -> None:
        """Mark the call as over and wake who waits for it."""
        call.setdefault("ok", False)
        if call["seq"]:
            for key in {chat_id_of(call), None}:
                self._arrivals.pop(key, asyncio.Event()).set()

    def select(self, selection: Selection) -> list[Json]:
        return [call for call in self.calls[selection.since :] if selection.takes(call)]

    async def wait(
        self, selection: Selection, count: int, seconds: float, settle: float
    ) -> list[Json]:
        """The selected calls once `count` came and `settle` seconds passed without another.

        After `seconds` it answers what there is.
        """
        deadline = time.monotonic() + seconds
        seen, quiet = -1, 0.0
        while True:
            found, now = self.select(selection), time.monotonic()
            if len(found) != seen:
                seen, quiet = len(found), now + settle
            enough = seen >= count
            if now >= deadline or (enough and now >= quiet):
                return found
            until = min(deadline, quiet) if enough else deadline
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(until - now, 0.001)):
                    await self._arrivals[selection.chat_id].wait()
