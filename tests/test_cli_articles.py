"""`articles`, `show` and `remove`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from rich.console import Console

from corpus.demo.coverage import demo_articles

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


def test_lines(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("articles", home=home)
    assert ran.returncode == 0
    lines = [line.split("\t") for line in ran.stdout.splitlines()]
    found = listed(pullquote, home)
    assert [line[0] for line in lines] == [each["id"] for each in found]
    for (_, day, outlet, agency, language, headline), each in zip(lines, found, strict=True):
        assert day == (each["published"] or "?")
        assert (outlet, agency) == (each["outlet"] or "?", each["agency"] or "")
        assert language == each["language"]
        assert headline == each["headline"] or (not each["headline"] and headline[0] == "[")
    (line,) = ran.stderr.splitlines()
    assert (
        line == "16 articles, 10 outlets, published 2025-07-11 to 2025-07-14, 3 of an unknown day"
    )


def test_table_on_a_terminal(
    pullquote: Pullquote, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bot.cli.articles.console",
        lambda: Console(force_terminal=True, width=100, color_system=None),
    )
    ran = pullquote("articles", home=home)
    assert ran.stdout.split()[:2] == ["article", "published"]
    assert len(ran.stdout.splitlines()) == 17
    assert ran.stderr.startswith("16 articles")


def test_empty_home(pullquote: Pullquote, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    assert listed(pullquote, tmp_path / "home") == []


def test_an_outlet_that_is_none_is_answered_with_those_there_are(
    pullquote: Pullquote, home: Path
) -> None:
    ran = pullquote("articles", "--outlet", "sky", home=home)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "The Meridian Ledger (demo)" in ran.stderr


def test_first_words_stand_for_a_headline_that_is_unknown(
    pullquote: Pullquote, tmp_path: Path
) -> None:
    file = tmp_path / "plain.txt"
    file.write_text(f"The quay was opened by the harbour master, who {'spoke ' * 30}at length.\n")
    home = tmp_path / "home"
    assert pullquote("ingest", file, home=home).returncode == 0
    line = pullquote("articles", home=home).stdout
    assert line.split("\t")[-1].startswith("[The quay was opened by the harbour master, who spoke")
    assert line.endswith("…]\n")
    assert len(line) < 150


@pytest.mark.parametrize("name", ["Harbour", "harbour post", "POST (demo)", " Harbour "])
def test_part_of_an_outlet(name: str, pullquote: Pullquote, home: Path) -> None:
    found = listed(pullquote, home, "--outlet", name)
    assert [each["outlet"] for each in found] == ["Harbour Post (demo)"] * 2


def test_part_of_an_arabic_outlet(pullquote: Pullquote, home: Path) -> None:
    found = listed(pullquote, home, "--outlet", "افق")
    assert [each["outlet"] for each in found] == ["أفق الصباح (تجريبي)"] * 2


def test_any_name_of_an_outlet(pullquote: Pullquote, home: Path) -> None:
    (home / "aliases.toml").write_text(
        '[outlets]\n"Harbour Post (demo)" = ["The Post", "الميناء"]\n'
    )
    for name in ("the post", "الميناء"):
        found = listed(pullquote, home, "--outlet", name)
        assert [each["outlet"] for each in found] == ["Harbour Post (demo)"] * 2


def test_alias_table_that_cannot_be_used(
    pullquote: Pullquote, refused: Refused, home: Path
) -> None:
    (home / "aliases.toml").write_text("[outlets\n")
    assert "aliases.toml" in refused("articles", "--outlet", "Post", home=home)
    assert len(listed(pullquote, home)) == 16


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
    assert "undated" not in pullquote("articles", home=home).stderr


def test_undated_of_the_outlet_asked_for(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("articles", "--outlet", "Harbour", "--since", "2025-07-13", home=home)
    assert "undated" not in ran.stderr


def test_show(pullquote: Pullquote, home: Path) -> None:
    for each in listed(pullquote, home):
        shown = json.loads(pullquote("show", each["id"], "--json", home=home).stdout)
        body = shown["body"]
        assert each.items() <= shown.items()
        assert [one["version"] for one in shown["versions"]] == [each["version"]]
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


def ingested(pullquote: Pullquote, home: Path, article: Path, *options: str) -> str:
    """The id of the article in a file."""
    ran = pullquote("ingest", article, *options, "--json", home=home)
    (found,) = json.loads(ran.stdout)["articles"]
    return str(found["id"])


def test_versions(pullquote: Pullquote, refused: Refused, home: Path, article: Path) -> None:
    name = ingested(pullquote, home, article)
    article.write_text(article.read_text().replace("four towns", "five towns"))
    assert ingested(pullquote, home, article) == name
    newest = json.loads(pullquote("show", name, "--json", home=home).stdout)
    assert not newest["superseded"]
    assert "five towns" in newest["body"]
    before, after = newest["versions"]
    assert (before["newest"], after["newest"]) == (False, True)
    assert after["version"] == newest["version"]
    old = json.loads(pullquote("show", f"{name}@{before['version']}", "--json", home=home).stdout)
    assert old["superseded"]
    assert (old["version"], old["versions"]) == (before["version"], newest["versions"])
    assert "four towns" in old["body"]
    shown = pullquote("show", name, home=home).stdout
    for each in newest["versions"]:
        assert f"{name}@{each['version']}, {each['characters']} characters" in shown
    assert "(superseded)" in pullquote("show", f"{name}@{old['version']}", home=home).stdout
    line = refused("show", f"{name}@nothing", home=home)
    assert "no version nothing" in line
    assert before["version"] in line
    answer = pullquote(
        "ask", "How many towns will the ferries of the second quay serve?", home=home
    )
    assert "four towns" not in answer.stdout


def test_show_says_all_that_is_known(pullquote: Pullquote, home: Path, article: Path) -> None:
    article.write_text(
        '+++\noutlet = "Harbour Post"\npublished = 2025-07-11\nupdated = 2025-07-12\n'
        f'byline = "Harbour desk"\nurl = "https://example.org/quay"\n+++\n{article.read_text()}'
    )
    name = ingested(pullquote, home, article)
    copy = article.with_name("copy.txt")
    copy.write_text(article.read_text().replace("example.org/quay", "example.org/copy"))
    other = ingested(pullquote, home, copy)
    lines = pullquote("show", name, home=home).stdout.splitlines()
    for line in (
        f"article: {name}",
        "headline: A second quay opened",
        "outlet: Harbour Post",
        "byline: Harbour desk",
        "url: https://example.org/quay",
        "published: 2025-07-11 (from: published = 2025-07-11)",
        "updated: 2025-07-12 (from: updated = 2025-07-12)",
        "language: en",
        f"read from: {article}",
        f"same text: {other}",
    ):
        assert line in lines
    found = {each["id"]: each for each in listed(pullquote, home)}
    assert (found[name]["copies"], found[other]["copies"]) == ([other], [name])


def test_show_says_what_is_unknown(pullquote: Pullquote, home: Path, article: Path) -> None:
    name = ingested(pullquote, home, article)
    lines = pullquote("show", name, home=home).stdout.splitlines()
    assert {"outlet: ?", "published: ?"} <= set(lines)


def test_removed_is_hidden_at_once(pullquote: Pullquote, refused: Refused, home: Path) -> None:
    index = (home / "index" / "CURRENT").read_text()
    (gone, *_) = quoted(pullquote, home)
    ran = pullquote("remove", gone, home=home)
    assert ran.returncode == 0
    assert ran.stdout == "1 removed\n"
    assert (home / "index" / "CURRENT").read_text() == index
    assert gone not in quoted(pullquote, home)
    assert gone not in [each["id"] for each in listed(pullquote, home)]
    assert [each["id"] for each in listed(pullquote, home, "--removed")] == [gone]
    assert f"remove --undo {gone}" in refused("show", gone, home=home)
    assert pullquote("index", "--check", home=home).returncode == 1
    assert pullquote("index", home=home).returncode == 0
    assert gone not in quoted(pullquote, home)


def test_removed_again(pullquote: Pullquote, home: Path) -> None:
    first, second, *_ = (each["id"] for each in listed(pullquote, home))
    pullquote("remove", first, home=home)
    ran = pullquote("remove", first, second, home=home)
    assert (ran.returncode, ran.stdout) == (0, "1 removed\n")
    assert ran.stderr == f"pullquote: {first} was removed before\n"
    ran = pullquote("remove", first, second, home=home)
    assert (ran.returncode, ran.stdout) == (0, "0 removed\n")


def test_removed_stays_removed_when_taken_again(pullquote: Pullquote, home: Path) -> None:
    before = listed(pullquote, home)
    (gone, *_) = quoted(pullquote, home)
    pullquote("remove", gone, home=home)
    ran = pullquote("ingest", demo_articles(), home=home)
    assert ran.stdout == "0 added, 0 updated, 15 unchanged, 1 not taken\n"
    assert f"pullquote remove --undo {gone}" in ran.stderr
    assert gone not in quoted(pullquote, home)
    ran = pullquote("remove", "--undo", gone, home=home)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "1 brought back\n", "")
    assert listed(pullquote, home) == before
    assert gone in quoted(pullquote, home)
    ran = pullquote("remove", "--undo", gone, home=home)
    assert ran.stdout == "0 brought back\n"
    assert ran.stderr == f"pullquote: {gone} was not removed\n"


def test_remove_all_or_none(pullquote: Pullquote, refused: Refused, home: Path) -> None:
    before = listed(pullquote, home)
    line = refused("remove", before[0]["id"], "no-such-id", "nor-this", home=home)
    assert "no-such-id, nor-this" in line
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
