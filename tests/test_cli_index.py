"""`index`, `model info`, and one writer at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from filelock import FileLock

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"


@pytest.fixture
def _other_writer(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("bot.cli.context.WRITER_SECONDS", 0.2)
    with FileLock(home / "writer.lock"):
        yield


def test_nothing_to_do(pullquote: Pullquote, home: Path) -> None:
    name = (home / "index" / "CURRENT").read_text()
    ran = pullquote("index", "--json", home=home)
    assert ran.returncode == 0
    assert ran.stderr == ""
    report = json.loads(ran.stdout)
    assert (report["index"], report["articles"], report["problems"]) == (name, 16, [])
    assert pullquote("index", "--check", home=home).returncode == 0


def test_rebuild_makes_a_new_generation(pullquote: Pullquote, home: Path) -> None:
    before = pullquote("ask", FLIGHTS, home=home).stdout
    name = (home / "index" / "CURRENT").read_text()
    assert json.loads(pullquote("index", "--rebuild", "--json", home=home).stdout)["index"] > name
    assert pullquote("ask", FLIGHTS, home=home).stdout == before


def test_old_generations_are_dropped(pullquote: Pullquote, home: Path) -> None:
    for _ in range(3):
        assert pullquote("index", "--rebuild", home=home).returncode == 0
    left = sorted(each.name for each in (home / "index").iterdir())
    assert len(left) == 3
    assert (home / "index" / "CURRENT").read_text() == left[-1]


def test_check_changes_nothing(pullquote: Pullquote, home: Path) -> None:
    (file,) = (home / "index").glob("g*/vectors.faiss")
    file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    ran = pullquote("index", "--check", "--json", home=home)
    assert ran.returncode == 1
    (problem,) = json.loads(ran.stdout)["problems"]
    assert "vectors.faiss" in problem
    assert len(list((home / "index").glob("g*"))) == 1


def test_left_over_of_a_killed_build(pullquote: Pullquote, home: Path) -> None:
    for name in (".g000002", "g000009", "gone"):
        (home / "index" / name).mkdir()
    (home / "index" / ".CURRENT").write_text("g000009")
    assert pullquote("ask", FLIGHTS, home=home).returncode == 0
    assert pullquote("index", "--rebuild", home=home).returncode == 0
    assert pullquote("index", "--check", home=home).returncode == 0
    assert not (home / "index" / ".g000002").exists()


@pytest.mark.usefixtures("_other_writer")
def test_second_writer_gives_up(
    pullquote: Pullquote, refused: Refused, home: Path, article: Path
) -> None:
    (first, *_) = json.loads(pullquote("articles", "--json", home=home).stdout)
    for arguments in (("ingest", article), ("remove", first["id"]), ("index",)):
        line = refused(*arguments, home=home)
        assert "another pullquote" in line
        assert str(home) in line
    assert len(json.loads(pullquote("articles", "--json", home=home).stdout)) == 16


@pytest.mark.usefixtures("_other_writer")
def test_readers_do_not_wait(pullquote: Pullquote, home: Path, article: Path) -> None:
    assert pullquote("ask", FLIGHTS, home=home).returncode == 0
    assert pullquote("index", "--check", home=home).returncode == 0
    assert pullquote("doctor", home=home).returncode == 0
    assert pullquote("ingest", "--dry-run", article, home=home).returncode == 0


def test_lock_is_given_back(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    assert pullquote("ingest", tmp_path / "none", home=home).returncode == 2
    assert pullquote("remove", "none", home=home).returncode == 2
    with FileLock(home / "writer.lock", timeout=0):
        pass


def test_model_info(pullquote: Pullquote) -> None:
    info = json.loads(pullquote("model", "info", "--json").stdout)
    assert info["model"] == "embedded"
    ran = pullquote("model", "info")
    assert f"{info['dimensions']} dimensions" in ran.stdout
