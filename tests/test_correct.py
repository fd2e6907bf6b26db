"""What is not known of articles, and filling it in by hand."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from bot.cli.main import main

Pullquote = Callable[..., CompletedProcess[str]]

TEXT = "The ferry left the quay at seven with forty cars on its deck, the harbour master said.\n"
STATED = '+++\noutlet = "Harbour Gazette"\npublished = 2025-07-10\n+++\n' + TEXT
PAGE = f"""<html><head><meta property="og:site_name" content="Harbour Gazette">
<title>Ferry leaves early</title></head><body><article><h1>Ferry leaves early</h1>
<p>{TEXT}</p><p>Nobody on the pier had expected it to leave so early, and many were left behind.</p>
</article></body></html>"""


def shown(pullquote: Pullquote, home: Path, article: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(pullquote("show", article, "--json", home=home).stdout)
    return found


def listed(pullquote: Pullquote, home: Path, *options: str) -> list[dict[str, Any]]:
    ran = pullquote("articles", "--json", *options, home=home)
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


@pytest.fixture
def home(pullquote: Pullquote, tmp_path: Path) -> Path:
    """A home with an article of which all is known, and one of which nothing is."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "bare.txt").write_text(TEXT.replace("ferry", "tanker"))
    (folder / "stated.txt").write_text(STATED)
    assert pullquote("ingest", folder, home=tmp_path / "home").returncode == 0
    return tmp_path / "home"


def test_missing(pullquote: Pullquote, home: Path) -> None:
    [bare] = listed(pullquote, home, "--missing")
    assert bare["missing"] == ["outlet", "published"]
    assert bare["source"].endswith("bare.txt")
    assert len(listed(pullquote, home)) == 2
    ran = pullquote("articles", "--missing", home=home)
    assert ran.stdout.startswith(f"{bare['id']}\t?\t?\t")


def test_filled_in_and_kept(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    [bare] = listed(pullquote, home, "--missing")
    ran = pullquote(
        *("correct", bare["id"], "--outlet", "Pier  Wire", "--published", "11 July 2025"), home=home
    )
    assert ran.stdout == f"{bare['id']}: Pier Wire, 2025-07-11\n"
    assert listed(pullquote, home, "--missing") == []
    ran = pullquote("ask", "When did the tanker leave?", "--json", home=home)
    quote = json.loads(ran.stdout)["quotes"][0]
    assert (quote["outlet"], quote["published"]) == ("Pier Wire", "2025-07-11")
    pullquote("index", "--reclean", home=home)
    ran = pullquote("ingest", tmp_path / "texts", "--json", home=home)
    assert json.loads(ran.stdout)["unchanged"] == 2
    kept = shown(pullquote, home, bare["id"])
    assert (kept["outlet"], kept["published"]) == ("Pier Wire", "2025-07-11")
    assert set(kept["by_hand"]) == {"outlet", "published"}
    assert kept["dates"][0]["evidence"].startswith("by hand, 20")
    told = pullquote("show", bare["id"], home=home).stdout
    assert f"outlet: Pier Wire (by hand, {kept['by_hand']['outlet']})" in told


def test_wins_over_what_is_stated_now_and_later(
    pullquote: Pullquote, home: Path, tmp_path: Path
) -> None:
    [stated] = [each for each in listed(pullquote, home) if not each["missing"]]
    file = tmp_path / "texts" / "stated.txt"
    said = ("--outlet", "Pier Wire", "--published", "2025-07-11", "--url", "https://pier.example/1")
    assert pullquote("correct", stated["id"], *said, home=home).returncode == 0
    pullquote("index", "--reclean", home=home)
    file.write_text(STATED.replace("forty", "fifty"))
    ran = pullquote("ingest", file, "--json", home=home)
    [taken] = json.loads(ran.stdout)["articles"]
    assert json.loads(ran.stdout)["updated"] == 1
    assert taken["id"] == stated["id"]
    assert (taken["outlet"], taken["published"]) == ("Pier Wire", "2025-07-11")
    assert taken["url"] == "https://pier.example/1"
    former = shown(pullquote, home, f"{stated['id']}@{stated['version']}")
    assert (former["outlet"], former["published"]) == ("Pier Wire", "2025-07-11")


def test_headline_is_quoted_as_corrected(pullquote: Pullquote, home: Path, tmp_path: Path) -> None:
    [stated] = [each for each in listed(pullquote, home) if not each["missing"]]
    said = ("--headline", "Ferry leaves with forty cars")
    assert pullquote("correct", stated["id"], *said, home=home).returncode == 0
    assert pullquote("verify", "Ferry leaves with forty cars", home=home).returncode == 0
    file = tmp_path / "texts" / "stated.txt"
    ran = pullquote("ingest", file, "--json", "--outlet", "Harbour Gazette", home=home)
    [taken] = json.loads(ran.stdout)["articles"]
    assert (taken["id"], taken["headline"]) == (stated["id"], "Ferry leaves with forty cars")


def test_what_cannot_be_corrected(
    refused: Callable[..., str], pullquote: Pullquote, home: Path
) -> None:
    bare, stated = sorted(listed(pullquote, home), key=lambda each: str(each["source"]))
    assert "no article zzz" in refused("correct", "zzz", "--outlet", "X", home=home)
    assert "name one article" in refused("correct", "--outlet", "X", home=home)
    assert "say what is right" in refused("correct", bare["id"], home=home)
    assert "--outlet is blank" in refused("correct", bare["id"], "--outlet", " ", home=home)
    assert "future" in refused("correct", bare["id"], "--published", "2999-01-01", home=home)
    assert "no date" in refused("correct", bare["id"], "--published", "soon", home=home)
    assert "no address" in refused("correct", bare["id"], "--url", "pier", home=home)
    address = ("--url", "https://pier.example/1")
    assert pullquote("correct", bare["id"], *address, home=home).returncode == 0
    assert "has the address" in refused("correct", stated["id"], *address, home=home)
    pullquote("remove", bare["id"], home=home)
    assert "has been removed" in refused("correct", bare["id"], "--outlet", "X", home=home)


def test_asked_at_a_terminal(
    pullquote: Pullquote, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    [bare] = listed(pullquote, home, "--missing")
    answers = io.BytesIO(b"Pier Wire\nnever\n2025-07-11\n")
    monkeypatch.setattr(sys, "stdin", Terminal(answers, encoding="utf-8"))
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(home), "correct"])
    assert ended.value.code == 0
    kept = shown(pullquote, home, bare["id"])
    assert (kept["outlet"], kept["published"]) == ("Pier Wire", "2025-07-11")


def test_pages_that_name_another_outlet(pullquote: Pullquote, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").write_text(PAGE)
    (folder / "b.html").write_text(PAGE.replace("Harbour Gazette", "Pier Wire Online"))
    (folder / "c.txt").write_text(TEXT.replace("ferry", "tanker"))
    home = tmp_path / "home"
    ran = pullquote("ingest", folder, "--outlet", "Pier Wire", home=home)
    assert ran.returncode == 0
    assert "1 of 3 articles stand under --outlet Pier Wire" in ran.stderr
    assert "Harbour Gazette (1)" in ran.stderr
    [flagged] = [each for each in listed(pullquote, home) if each["flags"]]
    assert flagged["flags"] == ["the page names as its outlet: Harbour Gazette"]
    ran = pullquote("ingest", folder, home=tmp_path / "other")
    assert "--outlet" not in ran.stderr
