"""The wheel where nothing else is: installed by pipx, then the demo and its page."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from html import unescape
from pathlib import Path
from urllib.parse import quote, urljoin
from urllib.request import urlopen
from zipfile import ZipFile

from lxml import html  # type: ignore[import-untyped]

from tests.release.built import version, wheel_in
from tests.release.steps import ReleaseError, bare, called, megabytes

# What `demo` asks first and what the page is asked.
QUESTION = "Who was the first foreign guest at the new resort in Wonsan?"
_READY_SECONDS = 120.0
_LONG = 60


def install_and_try(dist: Path, folder: Path) -> str:
    """Install the wheel by pipx, ask the demo, and its page over HTTP. Raises `ReleaseError`."""
    wheel = wheel_in(dist)
    environment = bare(
        folder / "user",
        PIPX_HOME=str(folder / "pipx"),
        PIPX_BIN_DIR=str(folder / "bin"),
        PIPX_MAN_DIR=str(folder / "man"),
    )
    called(
        [sys.executable, "-m", "pipx", "install", "--python", sys.executable, wheel],
        folder,
        environment,
    )
    command = folder / "bin" / "pullquote"
    try_installed([command], folder, wheel)
    return f"{megabytes(folder / 'pipx')} MB installed"


def try_installed(command: list[str | Path], folder: Path, wheel: Path) -> None:
    """Try a `pullquote` with no checkout at hand. Raises `ReleaseError`."""
    empty = folder / "empty"
    empty.mkdir()
    environment = bare(folder / "user")
    if (said := called([*command, "--version"], empty, environment)).split()[-1] != version():
        raise ReleaseError(f"the installed version is {said.strip()}, not {version()}")
    told = called([*command, "demo"], empty, environment)
    _refuse_unquoted(told, articles_of(wheel), "demo")
    _try_page(
        [*command, "play", "--demo", "--no-browser", "--port", "0"], empty, environment, wheel
    )
    if left := [file.name for file in empty.iterdir()]:
        raise ReleaseError(f"the demo left files where it was run: {', '.join(left)}")


def articles_of(wheel: Path) -> str:
    """All text of the demo coverage in the wheel."""
    with ZipFile(wheel) as archive:
        names = (one for one in archive.namelist() if one.startswith("corpus/demo/articles/"))
        texts = "\n".join(archive.read(name).decode() for name in names)
    return re.sub(r"<[^>]*>", "\n", unescape(texts))


def _try_page(
    command: list[str | Path], folder: Path, environment: dict[str, str], wheel: Path
) -> None:
    process = subprocess.Popen(
        [str(each) for each in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    stopped = threading.Timer(_READY_SECONDS, process.kill)
    stopped.start()
    try:
        address = _address(process)
        page = _fetched(address)
        for link in html.fromstring(page).xpath("//link/@href | //script/@src"):
            _fetched(urljoin(address, str(link)))
        answer = html.fromstring(_fetched(f"{address}?q={quote(QUESTION)}")).text_content()
        _refuse_unquoted(answer, articles_of(wheel), "the page")
        process.send_signal(signal.SIGTERM)
        if status := process.wait(30):
            raise ReleaseError(f"play left with {status} when it was told to stop")
    finally:
        stopped.cancel()
        process.kill()
        process.wait()


def _address(process: subprocess.Popen[str]) -> str:
    said = []
    assert process.stdout
    for line in process.stdout:
        said.append(line)
        if found := re.fullmatch(r"(http://127\.0\.0\.1:\d+/)\n", line):
            return found[1]
    raise ReleaseError(f"play gave no address: {''.join(said)}")


def _fetched(address: str) -> bytes:
    with urlopen(address, timeout=60) as response:
        content: bytes = response.read()
    if not content:
        raise ReleaseError(f"{address} is empty")
    return content


def _refuse_unquoted(shown: str, articles: str, where: str) -> None:
    """Some longer sentences of the coverage have to stand there to the letter."""
    sentences = {each.strip() for line in articles.splitlines() for each in line.split(". ")}
    if not any(each in shown for each in sentences if len(each) > _LONG):
        raise ReleaseError(f"{where} quotes nothing of the coverage:\n{shown[-2000:]}")
