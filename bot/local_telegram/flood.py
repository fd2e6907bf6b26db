"""Flood control: so many messages in so many seconds, for each chat and for all together."""

import math
import time
from collections import defaultdict, deque

from bot.local_telegram.types import Json


class FloodControl:
    """When the bot sent to each chat, on the monotonic clock in seconds."""

    def __init__(self) -> None:
        self.sent: defaultdict[str, deque[float]] = defaultdict(deque)

    def wait_needed(self, limits: Json, chat: str) -> int:
        """Whole seconds until this call may be sent, 0 to send now (and the call is counted).

        `limits` has [calls, seconds] under "global", "group" and "chat"; what is missing is free.
        """
        now = time.monotonic()
        scope = "group" if chat.startswith(("-", "@")) else "chat"
        for name, key in (("global", "*"), (scope, chat)):
            if name not in limits:
                continue
            most, seconds = limits[name]
            times = self.sent[key]
            while times and times[0] <= now - seconds:
                times.popleft()
            if len(times) >= most:
                return max(1, math.ceil(times[0] + float(seconds) - now))
            times.append(now)
        return 0
