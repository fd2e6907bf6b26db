"""From one version to the next and back, with a home as an earlier version left it.

`upgrade/home-8.tar.gz` is a backup that the code at 99ff4b4 made of a home with three articles, a
question in a chat and a followed one: schema 8 of the coverage, 3 of the chats.
"""

from __future__ import annotations

import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.state import FILE as CHATS_FILE
from bot.state import SCHEMA_VERSION as CHATS_SCHEMA
from bot.state import State
from corpus.sources.book import FILE as SOURCES_FILE
from corpus.store import COVERAGE_FILE
from corpus.store.database import SCHEMA_VERSION as COVERAGE_SCHEMA

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

KEPT = Path(__file__).parent / "upgrade" / "home-8.tar.gz"
BOT = 123456789
# What the earlier version answered, and the receipts it gave.
ARABIC = "وقالت مديرة الميناء إن أربع بلدات على الساحل ستحصل على عبارة كل ساعة ابتداء من الاثنين."
RECEIPTS = {"bbzrizw5aip7lf4u": ARABIC, "blv4hfprc75fzmih": "called off a strike planned for"}


def unpacked(archive: Path, home: Path) -> Path:
    """As the manual says."""
    home.mkdir()
    with tarfile.open(archive) as packed:
        packed.extractall(home, filter="data")
    return home


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """The home of the earlier version."""
    return unpacked(KEPT, tmp_path / "earlier")


def schemas(home: Path) -> dict[str, int]:
    held = {}
    for name in (COVERAGE_FILE, CHATS_FILE):
        with closing(sqlite3.connect(home / name)) as connection:
            (held[name],) = connection.execute("PRAGMA user_version").fetchone()
    return held


EARLIER = {COVERAGE_FILE: 8, CHATS_FILE: 3}


def test_kept_home_is_an_older_one(earlier: Path) -> None:
    assert schemas(earlier) == EARLIER
    assert (COVERAGE_SCHEMA, CHATS_SCHEMA) > (8, 3)


def test_upgraded_home_answers_and_earlier_receipts_verify(
    pullquote: Pullquote, earlier: Path
) -> None:
    asked = pullquote("ask", "متى ستحصل البلدات على عبارة؟", "--json", home=earlier)
    assert (asked.returncode, asked.stderr) == (0, "")
    first = json.loads(asked.stdout)["quotes"][0]
    assert (first["text"], first["receipt"]) == (ARABIC, "bbzrizw5aip7lf4u")
    for receipt, text in RECEIPTS.items():
        verified = json.loads(pullquote("verify", receipt, "--json", home=earlier).stdout)
        assert verified["verdict"] == "exact"
        assert text in verified["matches"][0]["text"]
    with State.open(earlier / CHATS_FILE) as chats:
        assert [one.question for one in chats.followed(BOT)] == ["When will the pilots vote?"]
    assert schemas(earlier) == {COVERAGE_FILE: COVERAGE_SCHEMA, CHATS_FILE: CHATS_SCHEMA}
    examined = pullquote("doctor", home=earlier)
    assert examined.returncode == 0, examined.stdout


def test_upgraded_home_takes_articles_in(
    pullquote: Pullquote, earlier: Path, article: Path
) -> None:
    assert pullquote("ingest", article, home=earlier).returncode == 0
    assert len(json.loads(pullquote("articles", "--json", home=earlier).stdout)) == 4
    assert pullquote("index", "--check", home=earlier).returncode == 0


def test_backup_from_before_restores_after_the_upgrade(
    pullquote: Pullquote, earlier: Path, tmp_path: Path
) -> None:
    made = pullquote("backup", tmp_path / "before.tar", home=earlier)
    assert (made.returncode, made.stderr) == (0, "")
    assert "3 articles" in made.stdout
    # the new version's commands bring the home up, but not what lies in the backup
    assert pullquote("articles", home=earlier).returncode == 0
    back = unpacked(tmp_path / "before.tar", tmp_path / "back")
    assert schemas(back) == EARLIER
    assert pullquote("verify", "bbzrizw5aip7lf4u", home=back).returncode == 0


@pytest.mark.parametrize("name", [COVERAGE_FILE, CHATS_FILE, SOURCES_FILE])
def test_older_version_says_what_to_do_and_changes_nothing(
    refused: Refused, pullquote: Pullquote, earlier: Path, name: str
) -> None:
    pullquote("source", "list", home=earlier)
    pullquote("feedback", home=earlier)
    with closing(sqlite3.connect(earlier / name)) as connection:
        connection.execute("PRAGMA user_version = 99")
        # a later schema need not have the tables of this one
        for table in ("coverage", "article", "followed", "source"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = sha256((earlier / name).read_bytes()).digest()
    command = {
        COVERAGE_FILE: ("articles",),
        CHATS_FILE: ("feedback",),
        SOURCES_FILE: ("source", "list"),
    }[name]
    said = refused(*command, home=earlier)
    assert f"{name} was written by a newer pullquote (schema 99" in said
    assert "update pullquote, or restore the backup made before the update" in said
    assert sha256((earlier / name).read_bytes()).digest() == before


def test_write_by_an_older_version_changes_nothing(
    refused: Refused, earlier: Path, article: Path
) -> None:
    with closing(sqlite3.connect(earlier / COVERAGE_FILE)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = {one: one.read_bytes() for one in earlier.rglob("*") if one.is_file()}
    assert "update pullquote" in refused("ingest", article, home=earlier)
    assert "update pullquote" in refused("index", "--rebuild", home=earlier)
    assert {one: one.read_bytes() for one in before} == before
