"""`articles`, `show` and `remove`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from corpus.demo_coverage import demo_articles

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"


def listed(pullquote: Pullquote, home: Path, *options: str) -> list[Any]:
    found: list[Any] = json.loads(pullquote("articles", "--json", *options, home=home).stdout)
    return found


def quoted(pullquote: Pullquote, home: Path) -> list[str]:
    answer = json.loads(pullquote("ask", FLIGHTS, "--json", home=home).stdout)
    quotes = [*answer["quotes"], *([answer["absence"]["nearest"]] if answer["absence"] else [])]
    return [quote["article"] for quote in quotes if quote]


def test_table(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("articles", home=home)
    assert ran.returncode == 0
    assert ran.stderr == ""
    for each in listed(pullquote, home):
        assert each["id"] in ran.stdout


def test_empty_home(pullquote: Pullquote, tmp_path: Path) -> None:
    assert listed(pullquote, tmp_path / "home") == []


@pytest.mark.parametrize("name", ["Harbour", "harbour post", "POST (demo)", " Harbour "])
def test_part_of_an_outlet(name: str, pullquote: Pullquote, home: Path) -> None:
    found = listed(pullquote, home, "--outlet", name)
    assert [each["outlet"] for each in found] == ["Harbour Post (demo)"] * 2


def test_part_of_an_arabic_outlet(pullquote: Pullquote, home: Path) -> None:
    found = listed(pullquote, home, "--outlet", "افق")
    assert [each["outlet"] for each in found] == ["أفق الصباح (تجريبي)"] * 2


@pytest.mark.parametrize("name", ["No such outlet", "", "   "])
def test_outlet_that_is_not_there(name: str, pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("articles", "--outlet", name, "--json", home=home)
    assert ran.returncode in (0, 2)
    if ran.returncode == 0:
        assert json.loads(ran.stdout) == []


def test_days(pullquote: Pullquote, home: Path) -> None:
    everything = listed(pullquote, home)
    undated = [each for each in everything if each["published"] is None]
    assert len(undated) == 3
    for options, first, last in (
        (("--since", "2025-07-13"), "2025-07-13", "9999"),
        (("--until", "12 July 2025"), "0000", "2025-07-12"),
        (("--since", "2025-07-12", "--until", "2025-07-12"), "2025-07-12", "2025-07-12"),
    ):
        ran = pullquote("articles", *options, "--json", home=home)
        days = [each["published"] for each in everything if each["published"]]
        wanted = sorted(day for day in days if first <= day <= last)
        assert wanted
        assert sorted(each["published"] for each in json.loads(ran.stdout)) == wanted
        assert "3 undated" in ran.stderr
        assert len(ran.stderr.splitlines()) == 1
    assert pullquote("articles", home=home).stderr == ""


def test_undated_of_the_outlet_asked_for(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("articles", "--outlet", "Harbour", "--since", "2025-07-13", home=home)
    assert ran.stderr == ""


def test_show(pullquote: Pullquote, home: Path) -> None:
    for each in listed(pullquote, home):
        shown = json.loads(pullquote("show", each["id"], "--json", home=home).stdout)
        body = shown.pop("body")
        assert shown == each
        assert len(body) == each["characters"]
        ran = pullquote("show", each["id"], home=home)
        assert ran.returncode == 0
        assert body.split("\n")[0].strip() in ran.stdout


def test_terminal_is_not_steered(pullquote: Pullquote, tmp_path: Path, article: Path) -> None:
    text = article.read_text()
    more = "".join(
        f"Ferry number {number} comes from the north of the coast.\n" for number in "123"
    )
    article.write_text(text.replace("on Monday", "on \x1b[2J Monday") + more)
    home = tmp_path / "home"
    ran = pullquote("ingest", article, "--explain", home=home)
    assert "\x1b" not in ran.stdout
    (found,) = json.loads(pullquote("ingest", article, "--json", home=home).stdout)["articles"]
    for arguments in (("show", found["id"]), ("articles",), ("ask", "second quay on Monday")):
        ran = pullquote(*arguments, home=home)
        assert ran.returncode == 0
        assert "\x1b" not in ran.stdout + ran.stderr


def test_removed_is_hidden_at_once(pullquote: Pullquote, refused: Refused, home: Path) -> None:
    index = (home / "index" / "CURRENT").read_text()
    (gone, *_) = quoted(pullquote, home)
    ran = pullquote("remove", gone, home=home)
    assert ran.returncode == 0
    assert ran.stdout == "1 removed\n"
    assert (home / "index" / "CURRENT").read_text() == index
    assert gone not in quoted(pullquote, home)
    assert gone not in [each["id"] for each in listed(pullquote, home)]
    assert gone in refused("show", gone, home=home)
    assert gone in refused("remove", gone, home=home)
    assert pullquote("index", "--check", home=home).returncode == 1
    assert pullquote("index", home=home).returncode == 0
    assert gone not in quoted(pullquote, home)


def test_removed_comes_back_when_taken_again(pullquote: Pullquote, home: Path) -> None:
    before = listed(pullquote, home)
    (gone, *_) = quoted(pullquote, home)
    pullquote("remove", gone, home=home)
    ran = pullquote("ingest", demo_articles(), home=home)
    assert ran.stdout == "1 added, 0 updated, 15 unchanged, 0 not taken\n"
    assert listed(pullquote, home) == before
    assert gone in quoted(pullquote, home)


def test_remove_all_or_none(pullquote: Pullquote, refused: Refused, home: Path) -> None:
    before = listed(pullquote, home)
    assert "no-such-id" in refused("remove", before[0]["id"], "no-such-id", home=home)
    assert listed(pullquote, home) == before


def test_remove_everything(pullquote: Pullquote, home: Path) -> None:
    ids = [each["id"] for each in listed(pullquote, home)]
    assert pullquote("remove", *ids, home=home).returncode == 0
    assert listed(pullquote, home) == []
    ran = pullquote("ask", FLIGHTS, "--json", home=home)
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["absence"]["searched"]["articles"] == 0
    assert "fault of pullquote" not in pullquote("index", home=home).stderr
    assert pullquote("ask", FLIGHTS, home=home).returncode == 1
