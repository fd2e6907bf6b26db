"""The doctor and backups of a store in PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import psycopg
import pytest

from corpus.database import postgres
from corpus.database.checks import examine
from corpus.store import Coverage

pytestmark = pytest.mark.files("about both stores")

Pullquote = Callable[..., CompletedProcess[str]]


@pytest.fixture
def named(store: str, monkeypatch: pytest.MonkeyPatch, bare: Path, server: Any) -> str:
    """The store of the settings, with PostgreSQL's programs at hand."""
    monkeypatch.setenv("PULLQUOTE_STORE", store)
    monkeypatch.setenv("PATH", f"{server.bin_path}{os.pathsep}{os.environ['PATH']}")
    return store


def examined(pullquote: Pullquote, home: Path) -> dict[str, dict[str, Any]]:
    ran = pullquote("doctor", "--json", home=home)
    report = json.loads(ran.stdout)
    assert ran.returncode == (0 if report["ok"] else 1)
    assert all(check["ok"] or check["advice"] for check in report["checks"])
    return {check["name"]: check for check in report["checks"]}


def test_all_is_well(pullquote: Pullquote, named: str, article: Path, tmp_path: Path) -> None:
    assert pullquote("ingest", article, home=tmp_path / "home").returncode == 0
    checks = examined(pullquote, tmp_path / "home")
    assert {"postgresql", "rights", "pgvector", "indexes"} <= checks.keys()
    assert all(check["ok"] for check in checks.values())
    assert "1 articles" in checks["index"]["detail"]


def test_an_index_that_is_not_valid_is_told(pullquote: Pullquote, named: str, bare: Path) -> None:
    coverage = Coverage.open(named)
    coverage._connection.execute(
        "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = to_regclass('passage_version')"
    )
    indexes = examined(pullquote, bare / "home")["indexes"]
    assert not indexes["ok"]
    assert "passage_version" in indexes["detail"]
    assert "REINDEX" in indexes["advice"]


def test_a_user_without_rights_is_told(server: Any, named: str) -> None:
    Coverage.open(named)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS reader")
        connection.execute("CREATE ROLE reader LOGIN")
    reader = named.replace("postgres:@", "reader@")
    found = {each.name: each for each in examine(postgres.connected(reader))}
    assert not found["rights"].ok
    assert "GRANT ALL ON SCHEMA" in str(found["rights"].advice)
    assert found["postgresql"].ok


def test_who_may_not_bring_the_extension_in_is_told(
    pullquote: Pullquote, server: Any, article: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS without")
        connection.execute("DROP ROLE IF EXISTS writer")
        connection.execute("CREATE ROLE writer LOGIN")
        connection.execute("CREATE DATABASE without OWNER writer")
    uri = server.get_uri("without").replace("postgres:@", "writer@")
    monkeypatch.setenv("PULLQUOTE_STORE", uri)
    ran = pullquote("ingest", article, home=bare / "home")
    postgres.disconnect()
    assert ran.returncode == 2
    assert "permission denied to create extension" in ran.stderr
    assert "doctor" in ran.stderr
    found = examined(pullquote, bare / "home")["pgvector"]
    postgres.disconnect()
    assert not found["ok"]
    assert found["advice"].endswith("CREATE EXTENSION vector SCHEMA public")


def test_a_server_out_of_reach_is_told(
    pullquote: Pullquote, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_STORE", "postgresql://a:hidden@127.0.0.1:1/x")
    checks = examined(pullquote, bare / "home")
    assert not checks["store"]["ok"]
    assert "hidden" not in json.dumps(checks)


def test_a_backup_is_made_by_pg_dump_and_read_whole(
    pullquote: Pullquote, refused: Any, named: str, article: Path, tmp_path: Path
) -> None:
    home, file = tmp_path / "home", tmp_path / "store.dump"
    pullquote("ingest", article, home=home)
    said = refused("backup", file, home=home)
    assert "pg_dump" in said
    schema = postgres.connected(named).schema
    assert f"--schema={schema}" in said
    subprocess.run(
        ["pg_dump", "--format=custom", f"--schema={schema}", f"--file={file}", named], check=True
    )
    ran = pullquote("backup", "--check", "--json", file, home=home)
    assert ran.returncode == 0
    told = json.loads(ran.stdout)
    assert told["articles"] == 1
    assert told["bytes"] == file.stat().st_size
    whole = file.read_bytes()
    for cut in (len(whole) // 2, len(whole) - 200, 10):
        file.write_bytes(whole[:cut])
        assert pullquote("backup", "--check", file, home=home).returncode == 1
    assert "no file" in refused("backup", "--check", tmp_path / "none.dump", home=home)


def test_a_dump_of_something_else_is_no_backup(
    pullquote: Pullquote, named: str, new_store: Callable[[], str], tmp_path: Path, bare: Path
) -> None:
    Coverage.open(named)
    other, file = new_store(), tmp_path / "other.dump"
    Coverage.open(other)
    schema = postgres.connected(other).schema
    subprocess.run(
        ["pg_dump", "--format=custom", f"--schema={schema}", f"--file={file}", other], check=True
    )
    ran = pullquote("backup", "--check", file, home=bare / "home")
    assert ran.returncode == 1
    assert "are not in it" in ran.stdout
