"""`doctor` says what is there, what is not, and what to do about it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from corpus.database.sqlite import connected, damage

Pullquote = Callable[..., CompletedProcess[str]]


def examined(pullquote: Pullquote, home: Path, status: int) -> dict[str, dict[str, Any]]:
    ran = pullquote("doctor", "--json", home=home)
    assert ran.returncode == status, ran
    assert ran.stderr == ""
    report = json.loads(ran.stdout)
    assert report["ok"] is (status == 0)
    checks = {check["name"]: check for check in report["checks"]}
    assert len(checks) == len(report["checks"])
    assert all(check["ok"] or check["advice"] for check in checks.values())
    return checks


def test_all_is_well(pullquote: Pullquote, home: Path) -> None:
    checks = examined(pullquote, home, 0)
    assert all(check["ok"] for check in checks.values())
    assert {"python", "model", "home", "index", "token"} <= checks.keys()
    assert "16 articles" in checks["index"]["detail"]


def test_missing_token_is_no_failure(
    pullquote: Pullquote, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = examined(pullquote, home, 0)["token"]
    assert token["ok"]
    assert "PULLQUOTE_TELEGRAM__TOKEN" in token["advice"]
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__TOKEN", "1:x")
    assert examined(pullquote, home, 0)["token"]["advice"] is None


def test_before_the_first_ingest(pullquote: Pullquote, tmp_path: Path) -> None:
    checks = examined(pullquote, tmp_path / "home", 0)
    assert "ingest" in checks["index"]["advice"]
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "file",
    ["manifest.json", "passages", "sentences", "spans", "ids", "vectors", "held"],
)
def test_damaged_index(file: str, pullquote: Pullquote, home: Path) -> None:
    (generation,) = (home / "index").glob("g*")
    (damaged,) = generation.rglob(file)
    damaged.write_bytes(damaged.read_bytes()[:-5])
    index = examined(pullquote, home, 1)["index"]
    assert not index["ok"]
    assert file in index["detail"]
    assert "pullquote index --rebuild" in index["advice"]
    assert pullquote("index", "--rebuild", home=home).returncode == 0
    examined(pullquote, home, 0)


def test_changed_byte_in_the_index(pullquote: Pullquote, home: Path) -> None:
    (generation,) = (home / "index").glob("g*")
    (file,) = generation.glob("g*/passages")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert not examined(pullquote, home, 1)["index"]["ok"]


def test_aliases(pullquote: Pullquote, home: Path) -> None:
    assert "aliases" not in examined(pullquote, home, 0)
    (home / "aliases.toml").write_text('[outlets]\n"Quay Post" = ["QP"]\n', encoding="utf-8")
    assert examined(pullquote, home, 0)["aliases"]["ok"]
    (home / "aliases.toml").write_text("[papers]\n", encoding="utf-8")
    assert "papers" in examined(pullquote, home, 1)["aliases"]["detail"]


def test_index_gone(pullquote: Pullquote, home: Path) -> None:
    (home / "index" / "CURRENT").unlink()
    assert not examined(pullquote, home, 1)["index"]["ok"]


def test_index_older_than_the_coverage(pullquote: Pullquote, home: Path) -> None:
    (first, *_) = json.loads(pullquote("articles", "--json", home=home).stdout)
    assert pullquote("remove", first["id"], home=home).returncode == 0
    index = examined(pullquote, home, 1)["index"]
    assert "pullquote index" in index["detail"] + index["advice"]
    assert pullquote("index", home=home).returncode == 0
    examined(pullquote, home, 0)


def test_damaged_coverage(pullquote: Pullquote, home: Path) -> None:
    for left in home.glob("coverage.sqlite-*"):
        left.unlink()
    (home / "coverage.sqlite").write_bytes(b"garbage" * 1000)
    checks = examined(pullquote, home, 1)
    assert not checks["coverage.sqlite"]["ok"]
    assert "backup" in checks["coverage.sqlite"]["advice"]
    assert not checks["index"]["ok"]


def test_every_damaged_page_is_found_that_a_reader_meets(home: Path, tmp_path: Path) -> None:
    """One page after the other is overwritten; whatever then stops a reader is found."""
    whole, copy = home / "coverage.sqlite", tmp_path / "copy.sqlite"
    with closing(connected(whole)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    assert damage(whole) is None
    content = whole.read_bytes()
    stopped = 0
    for start in range(size, len(content), size):
        copy.write_bytes(content[:start] + b"\xaa" * size + content[start + size :])
        if not readable(copy):
            stopped += 1
            assert damage(copy), f"page {start // size + 1}"
        for left in tmp_path.glob("copy.sqlite-*"):
            left.unlink()
    assert stopped > 30


def readable(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall()
            for (table,) in tables:
                connection.execute(f"SELECT * FROM {table}").fetchall()
    except sqlite3.Error:
        return False
    return True


@pytest.mark.parametrize("name", ["chats.sqlite", "sources.sqlite"])
def test_every_database_of_the_home_is_read(name: str, pullquote: Pullquote, home: Path) -> None:
    assert name not in examined(pullquote, home, 0)
    with closing(sqlite3.connect(home / name)) as connection:
        connection.execute("CREATE TABLE kept (words TEXT)")
        connection.executemany("INSERT INTO kept VALUES (?)", [("word " * 300,)] * 20)
        connection.commit()
    assert examined(pullquote, home, 0)[name]["ok"]
    content = (home / name).read_bytes()
    (home / name).write_bytes(content[:4096] + bytes(4096) + content[8192:])
    assert "damaged" in examined(pullquote, home, 1)[name]["detail"]


def test_file_where_the_home_should_be(pullquote: Pullquote, tmp_path: Path) -> None:
    home = tmp_path / "occupied"
    home.write_text("mine")
    assert not examined(pullquote, home, 1)["home"]["ok"]


def test_missing_model(pullquote: Pullquote, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLQUOTE_RETRIEVAL__MODEL", "./none")
    checks = examined(pullquote, home, 1)
    assert not checks["model"]["ok"]
    assert "retrieval.model" in checks["model"]["detail"] + checks["model"]["advice"]


def test_text_says_what_to_do(pullquote: Pullquote, home: Path) -> None:
    (home / "index" / "CURRENT").write_bytes(b"g7")
    ran = pullquote("doctor", home=home)
    assert ran.returncode == 1
    assert "FAIL index" in ran.stdout
    assert "pullquote index --rebuild" in ran.stdout
