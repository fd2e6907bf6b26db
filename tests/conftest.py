"""The command line in this process, and a home that holds the demo coverage."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from hypothesis import settings

from bot.cli.main import main
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.answer.silence import SHIPPED, Calibration
from retrieval.models.embed import EMBEDDED, StaticEmbedder
from tests.embedders import embedder
from tests.homes import indexed
from tests.in_postgres import Stores
from tests.second_client import SecondClient

pytest_plugins = ["tests.postgres"]

Pullquote = Callable[..., CompletedProcess[str]]

# Many tests start the program, which is then compiled once and not each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Whoever starts the tests in the background may ignore Ctrl-C, which those they start would too.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A run of the suite says the same each time; `make explore` goes looking for new cases.
# a busy machine is no fault, so no example has a time limit
settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", print_blob=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working directory, and an environment that sets nothing."""
    for variable in os.environ:
        if variable.upper().startswith("PULLQUOTE_"):
            monkeypatch.delenv(variable)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture(scope="session")
def embedded() -> StaticEmbedder:
    """The model that ships, read once."""
    return embedder()


@pytest.fixture(scope="session")
def talkative() -> Calibration:
    """Answers with whatever is nearest, so that every question gives quotes to look at."""
    return replace(Calibration.read(SHIPPED), same_language=-99, across_languages=-99)


@pytest.fixture
def pullquote(
    bare: Path,
    embedded: StaticEmbedder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    stores: Stores | None,
) -> Pullquote:
    """`pullquote(*arguments, home=..., stdin=...)`: one command, in this process."""
    read = StaticEmbedder.read

    def remembered(folder: Path, name: str, *, later: bool = False) -> StaticEmbedder:
        return embedded if name == EMBEDDED else read(folder, name, later=later)

    monkeypatch.setattr(StaticEmbedder, "read", remembered)

    def run(
        *arguments: str | Path, home: Path | None = None, stdin: str | bytes = b""
    ) -> CompletedProcess[str]:
        if stores:
            monkeypatch.setenv("PULLQUOTE_STORE", stores.uri(home or Path(".pullquote")))
        given = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        options = ["--home", str(home)] if home else []
        everything = [*options, *map(str, arguments)]
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(everything)
        said = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return CompletedProcess(everything, left.value.code, said.out, said.err)

    return run


@pytest.fixture
def refused(pullquote: Pullquote) -> Callable[..., str]:
    """Run a command that cannot be done: status 2 and one line, which is given back."""

    def run(*arguments: str | Path, home: Path | None = None, stdin: str | bytes = b"") -> str:
        ran = pullquote(*arguments, home=home, stdin=stdin)
        assert ran.returncode == 2, (ran.stdout, ran.stderr)
        assert ran.stdout == ""
        lines = ran.stderr.splitlines()
        assert len(lines) == 1, ran.stderr
        assert lines[0].startswith("pullquote: ")
        assert "fault of pullquote" not in lines[0], lines[0]
        return lines[0]

    return run


@pytest.fixture(scope="session")
def demo_home(
    tmp_path_factory: pytest.TempPathFactory, embedded: StaticEmbedder, stores: Stores | None
) -> Path:
    """The demo coverage, indexed once. Tests get a copy: `home`."""
    made = indexed(tmp_path_factory.mktemp("demo") / "home", embedded)
    if stores:
        stores.keep(made)
    return made


@pytest.fixture(scope="session")
def second_client() -> Iterator[SecondClient]:
    """Another client library, which reads what the bot and the local server say to each other."""
    client = SecondClient()
    yield client
    client.close()


@pytest.fixture(scope="session")
def copied(stores: Stores | None) -> Callable[[Path, Path], Path]:
    """`copied(home, target)`: a copy of a home, and its path."""

    def copy(home: Path, target: Path) -> Path:
        shutil.copytree(home, target)
        if stores:
            stores.copy(home, target)
        return target

    return copy


@pytest.fixture
def home(demo_home: Path, tmp_path: Path, copied: Callable[[Path, Path], Path]) -> Path:
    """The demo coverage, indexed, to do anything with."""
    return copied(demo_home, tmp_path / "home")


@pytest.fixture
def coverage(tmp_path: Path) -> Iterator[Coverage]:
    """An empty one."""
    opened = Coverage.open(tmp_path / "home" / COVERAGE_FILE)
    yield opened
    opened.close()


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """The file of a small article that can be taken in."""
    file = tmp_path / "quay.txt"
    file.write_text(
        "A second quay opened\n\n"
        "The harbour authority opened a second quay on Monday after two years of work.\n"
        "It will take ferries from four towns along the coast, the authority said.\n",
        encoding="utf-8",
    )
    return file
