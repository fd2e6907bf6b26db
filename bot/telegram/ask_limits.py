"""How often one person and one chat may ask, counted in memory over a window that slides."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

WINDOW_SECONDS = 60.0

_MOST_IDLE = 1_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A question over the limit: in how many whole seconds the next one is taken, and whether
    nobody was told so within the last window."""

    seconds: int
    is_news: bool


class Asking:
    """Admits `per_user` questions a window from each person and `per_chat` in each chat; 0 admits
    all. `clock` gives seconds and never goes back."""

    def __init__(
        self, per_user: int, per_chat: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = (per_user, per_chat)
        self._clock = clock
        self._asked: dict[tuple[str, int], _Asked] = {}

    def admit(self, user: int, chat: int) -> Refusal | None:
        """Count a question, or say why it is not taken; what is not taken does not count."""
        now = self._clock()
        both = [
            (self._of(key, now), most)
            for key, most in zip((("user", user), ("chat", chat)), self._most, strict=True)
            if most
        ]
        full = [(asked, asked.frees(most)) for asked, most in both if len(asked.times) >= most]
        if not full:
            for asked, _ in both:
                asked.times.append(now)
            return None
        frees = max(when for _, when in full)
        # now the person's limit may be reached and now the chat's: it is the same news
        is_news = all(asked.told <= now - WINDOW_SECONDS for asked, _ in both)
        if is_news:
            for asked, _ in both:
                asked.told = now
        return Refusal(max(1, math.ceil(frees - now)), is_news)

    def _of(self, key: tuple[str, int], now: float) -> _Asked:
        if key not in self._asked:
            if len(self._asked) >= _MOST_IDLE:
                self._asked = {k: v for k, v in self._asked.items() if not v.idle(now)}
            self._asked[key] = _Asked()
        asked = self._asked[key]
        while asked.times and asked.times[0] <= now - WINDOW_SECONDS:
            asked.times.popleft()
        return asked


@dataclass(slots=True)
class _Asked:
    times: deque[float] = field(default_factory=deque)
    told: float = -math.inf

    def frees(self, most: int) -> float:
        """When one more is taken again."""
        return self.times[len(self.times) - most] + WINDOW_SECONDS

    def idle(self, now: float) -> bool:
        last = max(self.told, self.times[-1] if self.times else -math.inf)
        return last <= now - WINDOW_SECONDS
