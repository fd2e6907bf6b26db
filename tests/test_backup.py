"""`pullquote backup`: one file that is a whole home, made while others write to it."""

from __future__ import annotations

import json
import shutil
import stat
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from jsonschema import Draft202012Validator

from bot.backup import Backup, back_up
from bot.state import FILE as CHATS_FILE
from bot.state import State
from corpus.demo.coverage import DEMO_DAY
from corpus.errors import HomeError
from corpus.ingest import ingest
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import INDEX_FOLDER, update_index
from retrieval.index.generation import check, current_name
from retrieval.models.embed import StaticEmbedder

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs/schema/backup.json").read_text()))
FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"


def restore(file: Path, home: Path) -> Path:
    """As the manual says."""
    home.mkdir()
    with tarfile.open(file) as archive:
        archive.extractall(home, filter="data")
    return home


def names(file: Path) -> set[str]:
    with tarfile.open(file) as archive:
        return set(archive.getnames())


@pytest.mark.parametrize("name", ["home.tar", "home.tar.gz", "home.tgz"])
def test_restored_it_answers_at_once(
    pullquote: Pullquote, home: Path, tmp_path: Path, name: str
) -> None:
    asked = pullquote("ask", FLIGHTS, home=home).stdout
    with State.open(home / CHATS_FILE) as chats:
        chats.take(1, [(7, "{}")])
    (home / "synonyms.txt").write_text("the ledger = Meridian\n", encoding="utf-8")
    (home / "aliases.toml").write_text('[outlets]\n"Sari" = ["Sary"]\n', encoding="utf-8")
    ran = pullquote("backup", tmp_path / name, home=home)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"{tmp_path / name}: 16 articles, index g000001, ")
    restored = restore(tmp_path / name, tmp_path / "restored")
    assert pullquote("ask", FLIGHTS, home=restored).stdout == asked
    assert pullquote("index", "--check", home=restored).returncode == 0
    for file in ("synonyms.txt", "aliases.toml"):
        assert (restored / file).read_bytes() == (home / file).read_bytes()
    with State.open(restored / CHATS_FILE) as chats:
        assert chats.resume(1) == [(7, "{}")]


def test_json_and_without_index(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "home.tar"
    ran = pullquote("backup", file, "--without-index", "--json", home=home)
    told = json.loads(ran.stdout)
    SCHEMA.validate(told)
    assert told == {
        "file": str(file),
        "bytes": file.stat().st_size,
        "articles": 16,
        "index": None,
    }
    assert names(file) == {COVERAGE_FILE}
    restored = restore(file, tmp_path / "restored")
    assert pullquote("index", home=restored).returncode == 0
    assert pullquote("ask", FLIGHTS, home=restored).returncode == 0


def test_nobody_else_reads_it_and_nothing_else_is_in_it(
    pullquote: Pullquote, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__TOKEN", "12345:a-secret-that-is-none")
    (home / ".env").write_text("PULLQUOTE_TELEGRAM__TOKEN=12345:a-secret-that-is-none\n")
    (home / "index" / "calibration-0.json").write_text("{}")
    file = tmp_path / "home.tar"
    assert pullquote("backup", file, home=home).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"a-secret" not in file.read_bytes()
    found = names(file)
    assert {COVERAGE_FILE, "index/CURRENT", "index/calibration-0.json"} < found
    assert all(name in found or "/" not in name for name in found)
    assert not [name for name in found if name.endswith((".lock", ".env", "-wal", "-shm"))]


def test_a_file_that_is_there_stays_unless_told(
    pullquote: Pullquote, refused: Refused, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "home.tar"
    file.write_text("another")
    assert "--force" in refused("backup", file, home=home)
    assert file.read_text() == "another"
    assert pullquote("backup", file, "--force", home=home).returncode == 0
    assert COVERAGE_FILE in names(file)


@pytest.mark.parametrize(
    ("name", "said"),
    [("home.zip", ".tar.gz"), ("none/home.tar", "make it first"), ("folder.tar", "there already")],
)
def test_what_cannot_be_the_file(
    refused: Refused, home: Path, tmp_path: Path, name: str, said: str
) -> None:
    (tmp_path / "folder.tar").mkdir()
    assert said in refused("backup", tmp_path / name, "--force", home=home)


def test_nothing_to_back_up(refused: Refused, tmp_path: Path) -> None:
    line = refused("backup", tmp_path / "home.tar", home=tmp_path / "none")
    assert "there is no home" in line
    assert list(tmp_path.glob("*home.tar*")) == []


def test_a_damaged_index_is_left_out(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    (manifest,) = (home / "index").glob("g*/manifest.json")
    manifest.write_text("{")
    ran = pullquote("backup", tmp_path / "home.tar", home=home)
    assert ran.returncode == 0
    assert ran.stderr.startswith("pullquote: no index in the backup: ")
    assert names(tmp_path / "home.tar") == {COVERAGE_FILE}


def test_a_damaged_database_is_no_backup(refused: Refused, home: Path, tmp_path: Path) -> None:
    database = home / COVERAGE_FILE
    content = bytearray(database.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page : page + 64] = b"\xff" * 64
    database.write_bytes(content)
    line = refused("backup", tmp_path / "home.tar", home=home)
    assert "damaged" in line or "malformed" in line
    assert list(tmp_path.glob("*home.tar*")) == []


def test_what_fails_leaves_the_former_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "home.tar"
    back_up(home, file)
    before = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(HomeError, match="No space left"):
        back_up(home, file, replace=True)
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.glob("*home.tar*")] == ["home.tar"]


def test_progress_grows_to_the_whole(home: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    (tmp_path / ".home.tar.partial").mkdir()  # of one that was killed
    back_up(home, tmp_path / "home.tar", step=lambda *pair: steps.append(pair))
    assert steps == sorted(steps)
    assert len({total for _, total in steps}) == 1
    assert steps[-1][0] == steps[-1][1]


def test_while_others_write(tmp_path: Path, embedded: StaticEmbedder) -> None:
    """Every backup is a coverage at one instant, with an index that is no newer."""
    home, articles = tmp_path / "home", tmp_path / "articles"
    articles.mkdir()
    coverage = Coverage.open(home / COVERAGE_FILE)

    def write(number: int) -> None:
        text = f"Quay {number} opened on Monday.\n\nIt takes ferries from {number} towns now.\n"
        (articles / f"{number}.txt").write_text(text)
        ingest([str(articles)], coverage, today=DEMO_DAY)
        update_index(home, coverage, embedded)

    write(0)
    done = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(1, 6):
                write(number)
        except BaseException as error:
            failed.append(error)
        finally:
            coverage.close()
            done.set()

    worker = threading.Thread(target=work)
    made: list[Backup] = [back_up(home, tmp_path / "0.tar")]
    worker.start()
    while not done.is_set():
        made.append(back_up(home, tmp_path / f"{len(made)}.tar"))
        done.wait(0.1)
    worker.join()
    made.append(back_up(home, tmp_path / f"{len(made)}.tar"))
    coverage.close()
    assert not failed
    assert len({backup.articles for backup in made}) > 1
    for backup in made:
        restored = restore(backup.file, tmp_path / "restored")
        with closing(Coverage.open(restored / COVERAGE_FILE)) as held:
            assert held.count()[0] == backup.articles
            assert {each.name for each in restored.iterdir()} - {COVERAGE_FILE, INDEX_FOLDER} <= {
                f"{COVERAGE_FILE}-wal",
                f"{COVERAGE_FILE}-shm",
            }
            assert current_name(restored / INDEX_FOLDER) == backup.index
            assert check(restored / INDEX_FOLDER, embedded, held) in (
                [],
                ["the index is older than the coverage: run `pullquote index`"],
            )
            update_index(restored, held, embedded)
            assert check(restored / INDEX_FOLDER, embedded, held) == []
        shutil.rmtree(restored)
