"""`pullquote run` as a process, on a home with the demo coverage."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmark.bots import resident

# Two pollers take turns; the tests need not wait for it.
_COMMAND = """
import bot.telegram.polling
from bot.cli import main
bot.telegram.polling._CONFLICT_PAUSE = 0.05
main()
"""


class Bot:
    """The process. What it logs is added to `log`, over all its starts; `settings` are those of
    the table telegram. With a `config` it serves what that says and not the `home`; with a
    `store`, that database. `prefix` are the words before its command, which put it somewhere
    else."""

    def __init__(
        self,
        home: Path,
        url: str,
        log: Path,
        token: str,
        settings: Mapping[str, str] | None = None,
        config: Path | None = None,
        *,
        store: str = "",
        prefix: Sequence[str] = (),
    ) -> None:
        self.home = home
        self._what = ["--config", str(config)] if config else ["--home", str(home)]
        self._prefix = prefix
        self._log = log
        addresses = {"base_url": f"{url}/bot", "base_file_url": f"{url}/file/bot"}
        given = {"token": token} | addresses | dict(settings or {})
        self._settings = {f"PULLQUOTE_TELEGRAM__{key.upper()}": one for key, one in given.items()}
        if store:
            self._settings["PULLQUOTE_STORE"] = store
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    async def read(self) -> str:
        return self.log

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        inherited = {name: value for name, value in os.environ.items() if "PULLQUOTE" not in name}
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(*self._prefix, sys.executable, "-W", "error", "-c", _COMMAND, *self._what, "run"),
                env=inherited | self._settings,
                cwd=self.home,
                stderr=log,
            )

    def tell(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)

    async def end(self, seconds: float = 60) -> int:
        """Its exit status, once it has ended by itself."""
        assert self._process
        async with asyncio.timeout(seconds):
            return await self._process.wait()

    async def kill(self) -> None:
        if self._process and self.runs:
            self._process.kill()
            await self._process.wait()

    def megabytes(self) -> int:
        assert self._process
        return resident(str(self._process.pid))
