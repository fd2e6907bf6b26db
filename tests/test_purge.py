"""Articles taken out for good: of every file of the home, with a record that they were."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from corpus.database import Postgres
from corpus.store import COVERAGE_FILE, Coverage
from tests.in_postgres import CHOSEN

Pullquote = Callable[..., CompletedProcess[str]]

# Words that stand nowhere else in a home.
SECRET = "Quibblewick"
FORMER = "Zamboorak"
TEXT = (
    "The witness {0} told the court on Monday that the crane had not been looked at for a year.\n\n"
    "Her lawyer, {0} said, had asked the port for the papers three times and had got no answer.\n"
)
OTHER = "The ferry left the quay at seven with forty cars on its deck, the harbour master said.\n"
QUESTION = "How long had the crane not been looked at?"


@pytest.fixture
def home(pullquote: Pullquote, tmp_path: Path) -> Path:
    """A home with an article in two versions, and another one."""
    home, folder = tmp_path / "home", tmp_path / "texts"
    folder.mkdir()
    (folder / "court.txt").write_text(TEXT.format(FORMER))
    (folder / "ferry.txt").write_text(OTHER)
    assert pullquote("ingest", folder, home=home).returncode == 0
    (folder / "court.txt").write_text(TEXT.format(SECRET))
    assert pullquote("ingest", folder, home=home).returncode == 0
    return home


def quoted(pullquote: Pullquote, home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(pullquote("ask", QUESTION, "--json", home=home).stdout)[
        "quotes"
    ][0]
    return found


def holders(home: Path, word: str) -> list[str]:
    """The files of a home, or the tables of a schema, in which a word stands, in any of its cases;
    packed documents of the database are unpacked."""
    ways = [form.encode() for form in (word, word.lower(), word.upper())]
    files = (file for file in home.rglob("*") if file.is_file())
    found = [str(file) for file in files if any(way in file.read_bytes() for way in ways)]
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        packed = coverage.connection.execute("SELECT text FROM raw").fetchall()
        found += ["raw" for (text,) in packed if ways[0] in zlib.decompress(text)]
        if store := coverage.store:
            found += _tables_with(store, ways)
    return found


def _tables_with(store: Postgres, ways: list[bytes]) -> Iterator[str]:
    tables = store.execute("SELECT tablename FROM pg_tables WHERE schemaname = ?", [store.schema])
    for (table,) in tables:
        for (row,) in store.execute(f"SELECT CAST(every AS TEXT) FROM {table} AS every"):
            if any(way in row.encode() for way in ways):
                yield table


def test_nothing_is_left_but_the_record(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    quote = quoted(pullquote, home)
    assert holders(home, SECRET)
    assert holders(home, FORMER)
    ran = pullquote("remove", quote["article"], "--purge", home=home)
    assert (ran.returncode, ran.stdout) == (0, "1 purged\n")
    assert "court.txt, which stays" in ran.stderr
    assert holders(home, SECRET) == holders(home, FORMER) == []
    [left] = json.loads(pullquote("articles", "--json", home=home).stdout)
    assert left["source"].endswith("ferry.txt")
    assert pullquote("index", "--check", home=home).returncode == 0
    ran = pullquote("articles", "--removed", home=home)
    assert f": {quote['article']}\n" in ran.stderr
    assert ran.stderr.startswith("0 articles") or "purged on 20" in ran.stderr
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        assert list(coverage.purged()) == [quote["article"]]
        for table in ("version", "raw", "article", "entered", "copy_text"):
            (count,) = coverage._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert count == 1, table


def test_receipts_say_so(pullquote: Pullquote, home: Path) -> None:
    quote = quoted(pullquote, home)
    pullquote("remove", quote["article"], "--purge", home=home)
    ran = pullquote("verify", quote["receipt"], home=home)
    assert ran.returncode == 1
    assert "an article that was taken out of the coverage for good on 20" in ran.stdout
    verdict = json.loads(pullquote("verify", quote["receipt"], "--json", home=home).stdout)
    assert verdict["verdict"] == "absent"
    assert verdict["purged"].startswith("20")
    assert pullquote("verify", quote["text"], home=home).returncode == 1
    verdict = json.loads(pullquote("verify", OTHER, "--json", home=home).stdout)
    assert (verdict["verdict"], verdict["purged"]) == ("exact", None)


def test_not_taken_again_until_it_may(
    pullquote: Pullquote, refused: Callable[..., str], home: Path, tmp_path: Path
) -> None:
    quote = quoted(pullquote, home)
    name = quote["article"]
    pullquote("remove", name, "--purge", home=home)
    ran = pullquote("ingest", tmp_path / "texts", "--json", home=home)
    [why] = json.loads(ran.stdout)["rejected"]
    assert f"article {name} was purged on 20" in why["reason"]
    assert f"{name} was purged on" in refused("show", name, home=home)
    assert f"{name} (purged on" in refused("remove", name, home=home)
    ran = pullquote("remove", "--undo", name, home=home)
    assert ran.stdout == "1 brought back\n"
    assert "purged" not in pullquote("articles", "--removed", home=home).stderr
    assert pullquote("ingest", tmp_path / "texts", home=home).stdout.startswith("1 added")
    assert quoted(pullquote, home)["receipt"] == quote["receipt"]


def test_removed_ones_and_the_last_one(
    pullquote: Pullquote, refused: Callable[..., str], home: Path
) -> None:
    one, other = (
        each["id"] for each in json.loads(pullquote("articles", "--json", home=home).stdout)
    )
    pullquote("remove", one, home=home)
    assert "no article zz" in refused("remove", "--purge", one, "zz", home=home)
    assert pullquote("remove", "--purge", one, one, other, home=home).stdout == "2 purged\n"
    assert holders(home, SECRET) == holders(home, "harbour") == []
    if CHOSEN:  # the tables of an index stay where nothing is in them
        assert "There are no articles" in pullquote("ask", QUESTION, home=home).stdout
    else:
        assert "no index" in refused("ask", QUESTION, home=home)
    assert "give one of" in refused("remove", "--purge", "--undo", one, home=home)


def test_what_a_kill_left_is_purged_by_doing_it_again(
    pullquote: Pullquote, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = quoted(pullquote, home)["article"]

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("bot.cli.context.CommandContext.bring_up_to_date", killed)
        assert pullquote("remove", "--purge", name, home=home).returncode == 130
    assert holders(home, SECRET), "the index still has the words"
    assert pullquote("remove", "--purge", name, home=home).stdout == "1 purged\n"
    assert holders(home, SECRET) == holders(home, FORMER) == []


def test_copies_stay_and_are_named(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(TEXT.format(SECRET) + "\nThe court goes on with another witness on Friday.\n")
    pullquote("ingest", copy, "--outlet", "Pier Wire", home=home)
    one, other = sorted(
        (
            each
            for each in json.loads(pullquote("articles", "--json", home=home).stdout)
            if each["copies"]
        ),
        key=lambda each: str(each["outlet"]),
        reverse=True,
    )
    assert one["copies"] == [other["id"]]
    ran = pullquote("remove", "--purge", other["id"], home=home)
    assert f"the same text stands in {one['id']}" in ran.stderr
    [left] = [
        each
        for each in json.loads(pullquote("articles", "--json", home=home).stdout)
        if each["outlet"]
    ]
    assert (left["id"], left["copies"]) == (one["id"], [])
    assert quoted(pullquote, home)["article"] == one["id"]
    assert pullquote("index", "--check", home=home).returncode == 0


def test_what_was_received_and_pinned_goes_too(pullquote: Pullquote, home: Path) -> None:
    received = home / "received" / "abc" / "post.txt"
    received.parent.mkdir(parents=True)
    received.write_text(TEXT.format(SECRET).replace("Monday", "Tuesday"))
    pullquote("ingest", received, home=home)
    text = TEXT.format(SECRET).split("\n")[0].replace("Monday", "Tuesday")
    cases = [
        {"id": "one", "question": QUESTION, "expect": {"answered": True, "contains": [text]}},
        {"id": "two", "question": QUESTION, "expect": {"answered": False}},
    ]
    (home / "pinned.jsonl").write_text("".join(json.dumps(each) + "\n" for each in cases))
    [article] = [
        each["id"]
        for each in json.loads(pullquote("articles", "--json", home=home).stdout)
        if each["source"] == str(received)
    ]
    ran = pullquote("remove", "--purge", article, home=home)
    assert "replay cases that quoted them are deleted: one" in ran.stderr
    assert not received.parent.exists()
    assert [
        json.loads(line)["id"] for line in (home / "pinned.jsonl").read_text().splitlines()
    ] == ["two"]
    assert "which stays" not in ran.stderr
