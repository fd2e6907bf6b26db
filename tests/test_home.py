"""The home is its owner's alone, whatever the umask, and older homes are mended when opened."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot import following, writer
from bot import home as homes
from bot.configuration import CONFIG_FILE
from bot.desk import PINNED, RECEIVED
from bot.home import close_to_others
from bot.replay.last import BASELINE, LAST
from bot.state import FILE as CHATS_FILE
from bot.state import State
from bot.telegram import service
from corpus.attribution.aliases import FILE as ALIASES_FILE
from corpus.sources.book import FILE as SOURCES_FILE
from corpus.store import COVERAGE_FILE
from retrieval.engine import INDEX_FOLDER
from retrieval.question.synonyms import FILE as SYNONYMS_FILE

Pullquote = Callable[..., CompletedProcess[str]]


@pytest.fixture
def wide() -> Iterator[None]:
    """A umask that takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    everything = (folder, *folder.rglob("*"))
    return {str(one.relative_to(folder)): stat.S_IMODE(one.stat().st_mode) for one in everything}


def others(folder: Path) -> dict[str, str]:
    """What group or others have rights to."""
    return {name: f"{mode:o}" for name, mode in modes(folder).items() if mode & 0o077}


def opened(folder: Path) -> None:
    """Give everybody every right, as an older version did under a wide umask."""
    for entry in (folder, *folder.rglob("*")):
        entry.chmod(0o777 if entry.is_dir() else 0o666)


def test_new_home_is_closed(
    pullquote: Pullquote, article: Path, tmp_path: Path, wide: None
) -> None:
    made = tmp_path / "new"
    assert pullquote("ingest", article, home=made).returncode == 0
    held = modes(made)
    assert (held["."], held["coverage.sqlite"], held["index/CURRENT"]) == (0o700, 0o600, 0o600)
    assert others(made) == {}


def test_files_that_sqlite_writes_beside_are_closed(tmp_path: Path, wide: None) -> None:
    with closing(State.open(tmp_path / "home" / CHATS_FILE)) as state:
        state.take(1, [(1, "{}")])
        held = modes(tmp_path / "home")
        assert f"{CHATS_FILE}-wal" in held
        assert f"{CHATS_FILE}-shm" in held
        assert others(tmp_path / "home") == {}


def test_older_home_is_mended_and_doctor_says_it(pullquote: Pullquote, home: Path) -> None:
    (home / RECEIVED / "a").mkdir(parents=True)
    (home / RECEIVED / "a" / "draft.txt").write_text("A draft.")
    opened(home)
    (check,) = [
        one
        for one in json.loads(pullquote("doctor", "--json", home=home).stdout)["checks"]
        if one["name"] == "privacy"
    ]
    assert not check["ok"]
    assert "777" in check["detail"]
    assert f"chmod -R go= {home}" in check["advice"]
    assert pullquote("articles", home=home).returncode == 0
    assert others(home) == {}
    assert "ok   privacy" in pullquote("doctor", home=home).stdout


def test_folder_that_also_holds_other_things_keeps_its_mode(home: Path) -> None:
    (home / "index.html").write_text("a page of a web server")
    opened(home)
    close_to_others(home)
    assert set(others(home)) == {".", "index.html"}


def test_folder_for_everybody_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    close_to_others(tmp_path)
    assert modes(tmp_path)["."] == 0o1777


def test_links_lead_nowhere(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "synonyms.txt"
    elsewhere.write_text("a = b\n")
    elsewhere.chmod(0o644)
    (home / SYNONYMS_FILE).symlink_to(elsewhere)
    close_to_others(home)
    assert elsewhere.stat().st_mode & 0o777 == 0o644


def test_rights_of_the_owner_stay(home: Path) -> None:
    (home / COVERAGE_FILE).chmod(0o444)
    close_to_others(home)
    assert modes(home)[COVERAGE_FILE] == 0o400


def test_names_are_those_of_the_parts() -> None:
    assert set(homes._DATABASES) == {COVERAGE_FILE, CHATS_FILE, SOURCES_FILE}
    assert set(homes._FOLDERS) == {INDEX_FOLDER, RECEIVED}
    assert set(homes._FILES) == {PINNED, LAST, BASELINE, ALIASES_FILE, SYNONYMS_FILE, CONFIG_FILE}
    assert set(homes._LOCKS) == {service.LOCK, writer.LOCK, following.LOCK}
