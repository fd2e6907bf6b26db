"""A second client library reads what the bot calls and what the local server gives.

The bot and the local server are written side by side and could agree on something that Telegram
does not have. The models of aiogram know nothing of either. They want another pydantic than the
project, so that they live in an environment of their own, which `make test` installs, and read in a
process of it, `models.py`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.local_telegram import LocalTelegram

ENVIRONMENT = Path(__file__).parents[2] / ".venv" / "aiogram"
ABSENT = f"no second client: `make .venv/aiogram/installed` installs it in {ENVIRONMENT}"

_PYTHON = ENVIRONMENT / "bin" / "python"
_MODELS = Path(__file__).with_name("models.py")
_END_SECONDS = 5
# Fields whose value decides what is right beside it.
_TELLING = ("method", "type", "parse_mode", "action", "status", "ok")

Json = dict[str, Any]


class SecondClient:
    """Reads traffic; the process starts with the first and serves until `close`. Of calls and
    updates of one shape that were understood, later ones are not read again."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._understood: set[str] = set()

    @staticmethod
    def is_there() -> bool:
        return (ENVIRONMENT / "installed").exists()

    def complaints(self, calls: Sequence[Json], updates: Sequence[Json]) -> list[str]:
        """What the library does not understand of calls with their results, as the local server
        records them, and of updates."""
        new_calls = {_shape(call): call for call in calls}
        new_updates = {_shape(update): update for update in updates}
        for known in self._understood:
            new_calls.pop(known, None)
            new_updates.pop(known, None)
        found = self._ask([*new_calls.values()], [*new_updates.values()])
        if not found:
            self._understood.update(new_calls, new_updates)
        return found

    def _ask(self, calls: Sequence[Json], updates: Sequence[Json]) -> list[str]:
        if not calls and not updates:
            return []
        if self._process is None:
            self._process = subprocess.Popen(
                [_PYTHON, "-I", _MODELS],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        assert self._process.stdin
        assert self._process.stdout
        json.dump({"calls": calls, "updates": updates}, self._process.stdin)
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: list[str] = json.loads(self._process.stdout.readline())
        return found

    async def complaints_of(self, telegram: LocalTelegram, *, refused: bool = True) -> list[str]:
        """Those of all that a local server saw, without the calls it `refused` if so wished; none
        where the library is not installed."""
        if not self.is_there():
            return []
        calls = [sent.call for sent in await telegram.calls()]
        return self.complaints(
            [call for call in calls if refused or call["ok"]], await telegram.updates()
        )

    def close(self) -> None:
        if self._process and self._process.stdin and self._process.stdout:
            self._process.stdin.close()
            self._process.wait(_END_SECONDS)
            self._process.stdout.close()


def _shape(value: Any, key: str = "") -> str:
    """The fields of a call or update with the types of what they hold, and the values of those
    that say what it is."""
    if isinstance(value, dict):
        return f"{{{','.join(f'{k}:{_shape(value[k], k)}' for k in sorted(value))}}}"
    if isinstance(value, list):
        return f"[{','.join(sorted({_shape(each, key) for each in value}))}]"
    return str(value) if key in _TELLING else type(value).__name__
