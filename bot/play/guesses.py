"""Recent wrong passwords: an address that sends many has to wait."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

MOST = 10
"""Wrong passwords from one address within `SECONDS`."""

SECONDS = 60.0

_MOST_ADDRESSES = 10_000


@dataclass(slots=True)
class Guesses:
    """When the last wrong passwords came, by the address that they came from; those of the
    addresses that were quiet longest are forgotten."""

    clock: Callable[[], float] = time.monotonic
    _wrong: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def allows(self, address: str) -> bool:
        """Whether this address may try one more."""
        last = self._wrong.get(address)
        return not last or len(last) < MOST or self.clock() - last[0] >= SECONDS

    def wrong(self, address: str) -> None:
        """Remember a wrong one."""
        self._wrong.setdefault(address, deque(maxlen=MOST)).append(self.clock())
        self._wrong.move_to_end(address)
        while len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)
