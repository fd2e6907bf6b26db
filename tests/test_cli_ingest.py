"""`ingest`: what is taken, counted, renewed and only shown."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from corpus.demo.coverage import demo_articles

Pullquote = Callable[..., CompletedProcess[str]]
PROGRAM = Path(sys.executable).with_name("pullquote")
Counts = tuple[int, int, int]

QUAY = "When did the ferries get a second quay?"


def taken(ran: CompletedProcess[str]) -> tuple[Counts, list[dict[str, Any]]]:
    report = json.loads(ran.stdout)
    return (report["added"], report["updated"], report["unchanged"]), report["articles"]


def listed(pullquote: Pullquote, home: Path) -> list[Any]:
    found: list[Any] = json.loads(pullquote("articles", "--json", home=home).stdout)
    return found


def test_demo_coverage(pullquote: Pullquote, tmp_path: Path) -> None:
    home = tmp_path / "home"
    ran = pullquote("ingest", demo_articles(), home=home)
    assert ran.returncode == 0
    assert ran.stdout == "16 added, 0 updated, 0 unchanged, 0 not taken\n"
    named = [line.split(": ")[2:] for line in ran.stderr.splitlines()]
    assert sorted(each[0] for each in named) == sorted(map(str, Path(demo_articles()).iterdir()))
    assert sorted(each[1] for each in named) == sorted(
        each["id"] for each in listed(pullquote, home)
    )
    assert pullquote("index", "--check", home=home).returncode == 0


def test_answered_right_after(pullquote: Pullquote, home: Path, article: Path) -> None:
    assert pullquote("ask", QUAY, home=home).returncode == 1
    assert pullquote("ingest", article, home=home).returncode == 0
    ran = pullquote("ask", QUAY, "--json", home=home)
    assert "on Monday" in json.loads(ran.stdout)["quotes"][0]["text"]


def test_unchanged_then_updated(pullquote: Pullquote, tmp_path: Path, article: Path) -> None:
    home = tmp_path / "home"
    counts, (first,) = taken(pullquote("ingest", article, "--json", home=home))
    assert counts == (1, 0, 0)
    counts, (same,) = taken(pullquote("ingest", article, "--json", home=home))
    assert counts == (0, 0, 1)
    assert same == first
    article.write_text(article.read_text().replace("on Monday", "on Tuesday"))
    counts, (newer,) = taken(pullquote("ingest", article, "--json", home=home))
    assert counts == (0, 1, 0)
    assert newer["id"] == first["id"]
    assert newer["version"] != first["version"]
    assert listed(pullquote, home) == [newer]
    (quote, *_) = json.loads(pullquote("ask", QUAY, "--json", home=home).stdout)["quotes"]
    assert "on Tuesday" in quote["text"]
    article.write_text(article.read_text().replace("on Tuesday", "on Monday"))
    counts, (back,) = taken(pullquote("ingest", article, "--json", home=home))
    assert counts == (0, 1, 0)
    assert back["version"] == first["version"]
    assert pullquote("index", "--check", home=home).returncode == 0


def test_whole_coverage_again(pullquote: Pullquote, home: Path) -> None:
    before = listed(pullquote, home)
    index = (home / "index" / "CURRENT").read_text()
    ran = pullquote("ingest", demo_articles(), home=home)
    assert ran.stdout == "0 added, 0 updated, 16 unchanged, 0 not taken\n"
    assert listed(pullquote, home) == before
    assert (home / "index" / "CURRENT").read_text() == index


def test_standard_input(pullquote: Pullquote, tmp_path: Path, article: Path) -> None:
    home = tmp_path / "home"
    text = article.read_text()
    counts, (first,) = taken(
        pullquote("ingest", "-", "--outlet", "Quay News", "--json", home=home, stdin=text)
    )
    assert counts == (1, 0, 0)
    assert (first["source"], first["outlet"]) == ("-", "Quay News")
    assert [each["id"] for each in listed(pullquote, home)] == [first["id"]]


def test_page_on_standard_input(pullquote: Pullquote, tmp_path: Path) -> None:
    page = Path(demo_articles(), "ufuq-arrival.html").read_bytes()
    _, (found,) = taken(pullquote("ingest", "-", "--json", home=tmp_path / "home", stdin=page))
    assert found["url"].startswith("https://ufuq-sabah.example/")


def test_options_win(pullquote: Pullquote, tmp_path: Path, article: Path) -> None:
    options = ("--outlet", "Quay News", "--published", "2025-07-12")
    address = ("--url", "https://quay-news.example/second-quay")
    ran = pullquote("ingest", article, *options, *address, "--json", home=tmp_path / "home")
    _, (found,) = taken(ran)
    assert found["outlet"] == "Quay News"
    assert found["published"] == "2025-07-12"
    assert found["url"] == "https://quay-news.example/second-quay"
    assert found["dates"][0]["evidence"] == "--published 2025-07-12"


def test_pattern_and_records(pullquote: Pullquote, tmp_path: Path, article: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    text = article.read_text()
    for number in range(3):
        (folder / f"{number}.txt").write_text(text.replace("second", f"number {number}"))
    records = [json.dumps({"title": "Quay", "body": text + word}) for word in ("One.", "Two.")]
    (folder / "records.jsonl").write_text("\n".join([*records, "{"]))
    home = tmp_path / "home"
    counts, _ = taken(pullquote("ingest", folder / "[01].txt", "--json", home=home))
    assert counts == (2, 0, 0)
    ran = pullquote("ingest", folder, "--json", home=home)
    counts, _ = taken(ran)
    assert ran.returncode == 0
    assert counts == (3, 0, 2)
    (rejected,) = json.loads(ran.stdout)["rejected"]
    assert rejected["source"].endswith("records.jsonl#3")
    assert len(listed(pullquote, home)) == 5


@pytest.mark.parametrize("option", ["--dry-run", "--explain"])
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_only_shown(
    option: str, more: tuple[str, ...], pullquote: Pullquote, tmp_path: Path, bare: Path
) -> None:
    home = tmp_path / "home"
    ran = pullquote("ingest", demo_articles(), option, *more, home=home)
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert not home.exists()
    assert list(bare.iterdir()) == []
    if more:
        assert len(json.loads(ran.stdout)["articles"]) == 16
    else:
        assert ran.stdout.count("characters kept") == 16


def test_only_shown_over_a_home(pullquote: Pullquote, home: Path, article: Path) -> None:
    before = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
    assert pullquote("ingest", article, "--dry-run", home=home).returncode == 0
    assert {file: file.read_bytes() for file in home.rglob("*") if file.is_file()} == before


def test_explain_names_the_rule_of_every_cut(pullquote: Pullquote, tmp_path: Path) -> None:
    file = Path(demo_articles(), "meridian-madar-arrival.txt")
    ran = pullquote("ingest", file, "--explain", home=tmp_path / "home")
    cuts = [line for line in ran.stdout.splitlines() if line.startswith("  ")]
    assert f"{len(cuts)} lines removed" in ran.stdout
    assert any("Share   Tweet" in line or "Share Tweet" in line for line in cuts)


def test_preview_tells_what_ingest_takes(pullquote: Pullquote, tmp_path: Path) -> None:
    shown = json.loads(pullquote("ingest", demo_articles(), "--dry-run", "--json").stdout)
    stored = json.loads(
        pullquote("ingest", demo_articles(), "--json", home=tmp_path / "home").stdout
    )
    assert shown["articles"] == stored["articles"]


def test_damaged_index_is_mended_by_ingest(pullquote: Pullquote, home: Path, article: Path) -> None:
    (home / "index" / "CURRENT").write_bytes(b"\xff")
    assert pullquote("ingest", article, home=home).returncode == 0
    assert pullquote("index", "--check", home=home).returncode == 0
    assert pullquote("ask", QUAY, home=home).returncode == 0


def test_manifest(pullquote: Pullquote, tmp_path: Path, article: Path) -> None:
    table = article.with_name("known.csv")
    table.write_text(f"file;outlet;via\n{article.name};Quay News;Harbour\n")
    home = tmp_path / "home"
    _, (found,) = taken(pullquote("ingest", "--manifest", table, "--json", home=home))
    assert (found["outlet"], found["via"]) == ("Quay News", "Harbour")
    counts, _ = taken(pullquote("ingest", article, "--manifest", table, "--json", home=home))
    assert counts == (0, 0, 1)


@pytest.mark.parametrize("named", [(), ("quay.txt",)])
def test_a_manifest_with_a_missing_file_is_no_success(
    named: tuple[str, ...], pullquote: Pullquote, tmp_path: Path, article: Path
) -> None:
    table = tmp_path / "m.csv"
    table.write_text("file,outlet\nquay.txt,Quay Post\ngone.txt,Quay Post\n", encoding="utf-8")
    home = tmp_path / "home"
    sources = [tmp_path / each for each in named]
    ran = pullquote("ingest", *sources, "--manifest", table, home=home)
    assert ran.returncode == 2
    assert ran.stdout.startswith("1 added, ")
    assert ran.stderr.endswith(f"put them there or correct row 3 ({tmp_path / 'gone.txt'})\n")
    (tmp_path / "gone.txt").write_bytes(article.read_bytes().replace(b"Monday", b"Tuesday"))
    assert pullquote("ingest", *sources, "--manifest", table, home=home).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--manifest FILE"),
        ((".", "--published", "2999-01-01"), "in the future"),
        (("--manifest", "absent.csv"), "cannot be read"),
        (("--watch",), "name files or folders"),
        (("--watch", "-"), "name one"),
        (("--watch", "absent"), "absent is none"),
        (("--watch", ".", "--dry-run"), "--dry-run"),
        (("--watch", ".", "--explain"), "--explain"),
        (("--watch", ".", "--url", "https://quay.example/1"), "--url"),
        (("--watch", ".", "--manifest", "absent.csv"), "cannot be read"),
    ],
)
def test_what_does_not_go_together(
    refused: Callable[..., str], tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused("ingest", *arguments, home=tmp_path / "home")


def test_watch(bare: Path, tmp_path: Path, article: Path) -> None:
    folder = bare / "grows"
    folder.mkdir()
    program = subprocess.Popen(
        [PROGRAM, "--home", tmp_path / "home", "ingest", "--watch", folder, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    try:
        assert "watching" in program.stderr.readline()
        shutil.copy(article, folder / "a.txt")
        assert json.loads(program.stdout.readline())["added"] == 1
        (folder / "b.zip").write_text("no ZIP")
        (rejected,) = json.loads(program.stdout.readline())["rejected"]
        assert rejected["source"].endswith("b.zip")
        (folder / "a.txt").unlink()
    finally:
        program.terminate()
        program.communicate(timeout=60)
    assert program.returncode == 0
