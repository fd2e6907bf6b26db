"""The README and the pages of docs/: their examples run, their figures and links are right."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from corpus.demo.coverage import demo_articles

Pullquote = Callable[..., CompletedProcess[str]]

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")})
# They serve until they are stopped, and have tests of their own.
_SERVES = ("play", "run")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")


def blocks(page: Path, kind: str) -> list[str]:
    """The fenced blocks of this kind in a page, in its order."""
    text = page.read_text(encoding="utf-8")
    return [block for of, block in _BLOCK.findall(text) if of == kind]


def shown(text: str) -> str:
    """A text without the marks of a terminal's line ends."""
    return "".join(text.split())


def examples(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output below it."""
    parts = re.split(r"^\$ (.+)\n", block, flags=re.MULTILINE)
    assert not parts[0], f"output without a command: {parts[0]!r}"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def commands(block: str) -> list[list[str]]:
    """The lines of a shell block that call pullquote, without comments."""
    lines = (shlex.split(line, comments=True) for line in block.splitlines())
    return [line[1:] for line in lines if line and line[0] == "pullquote"]


@pytest.fixture
def checkout(bare: Path) -> Path:
    """A working directory with the demo coverage where a checkout has it."""
    shutil.copytree(demo_articles(), bare / "corpus" / "demo" / "articles")
    return bare


@pytest.fixture
def ingested(checkout: Path, home: Path) -> Path:
    """The same, with the demo coverage in the home that is the default."""
    shutil.copytree(home, checkout / ".pullquote")
    return checkout


def test_the_examples_give_what_the_readme_shows(pullquote: Pullquote, checkout: Path) -> None:
    """On standard output, with one home for all of them, from an empty one on."""
    found = [one for block in blocks(README, "console") for one in examples(block)]
    assert len(found) >= 6
    for command, output in found:
        name, *arguments = shlex.split(command)
        assert name == "pullquote"
        ran = pullquote(*arguments)
        assert ran.returncode in (0, 1), (command, ran.stderr)
        assert shown(ran.stdout) == shown(output), command


def test_the_near_miss_of_the_readme_is_answered_as_it_says(
    pullquote: Pullquote, ingested: Path
) -> None:
    """Once it is refused, the README needs another example."""
    text = README.read_text(encoding="utf-8")
    (question,) = re.findall(r'"(.+\?)" gets a sentence about a new tourist area', text)
    answer = json.loads(pullquote("ask", question, "--limit", "1", "--json").stdout)
    assert ["tourist area" in quote["text"] for quote in answer["quotes"]] == [True]


def test_the_commands_of_the_readme_work(pullquote: Pullquote, checkout: Path) -> None:
    shutil.copytree(checkout / "corpus" / "demo" / "articles", checkout / "articles")
    found = [line for block in blocks(README, "sh") for line in commands(block)]
    assert ["ingest", "articles/"] in found
    for arguments in found:
        if arguments[0] not in _SERVES:
            ran = pullquote(*arguments)
            assert ran.returncode == 0, (arguments, ran.stderr)
            assert ran.stdout


def test_the_front_matter_of_the_readme_is_read(pullquote: Pullquote, checkout: Path) -> None:
    (letter,) = (block for block in blocks(README, "text") if block.startswith("+++"))
    (checkout / "letter.txt").write_text(letter, encoding="utf-8")
    assert pullquote("ingest", "letter.txt").returncode == 0
    (article,) = json.loads(pullquote("articles", "--json").stdout)
    given = dict(re.findall(r'^(\w+) = "?([^"\n]+)', letter, re.MULTILINE))
    assert {name: article[name] for name in given} == given


def test_the_synonyms_of_the_readme_are_used(pullquote: Pullquote, ingested: Path) -> None:
    (group,) = (block for block in blocks(README, "text") if " = " in block and "+++" not in block)
    (ingested / ".pullquote" / "synonyms.txt").write_text(group, encoding="utf-8")
    _, english, russian = group.strip().split(" = ")
    answer = json.loads(pullquote("ask", f"Who met {english}?", "--json").stdout)
    assert any(russian.casefold() in other.casefold() for _, other in answer["expanded"])


@pytest.mark.parametrize("page", [README, ROOT / "docs" / "api.md"], ids=lambda page: page.name)
def test_the_python_examples_print_what_they_say(
    page: Path, ingested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A comment behind `print` is what is printed, or how it begins."""
    found = blocks(page, "python")
    assert found
    for block in found:
        exec(compile(block, page.name, "exec"), {})
        printed = capsys.readouterr().out
        assert "pullquote: " not in printed
        said = re.findall(r"^ +print\(.*\)  # (.+)$", block, re.MULTILINE)
        for each in said:
            assert each.removesuffix(" …") in printed


def test_make_has_the_targets_that_are_named() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"(?:^|`)make (\w+)\b(?!=)", text, re.MULTILINE))
        assert named <= targets, (page.name, named - targets)


def test_the_limits_are_those_that_the_floors_hold() -> None:
    """The figures of the README, of 100, in Arabic and in other languages."""
    floors = json.loads((ROOT / "tests" / "quality" / "floors.json").read_text(encoding="utf-8"))
    figures = floors["events"]["figures"]
    rows = {
        "answered": "with an answer in the coverage: answered",
        "first": "– a right quote comes first",
        "three": "– a right quote is among three",
        "refused near": "near misses: refused",
        "refused far": "about something else: refused",
        "no noise": "of 100 quotes below a right one: noise, no answer",
    }
    text = README.read_text(encoding="utf-8")
    for name, row in rows.items():
        values = [round(100 * figures[f"{asked} {name}"]) for asked in ("ar", "others")]
        if name == "no noise":
            values = [100 - each for each in values]
        assert f"| {row} | {values[0]} | {values[1]} |" in text, (row, values)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in map("".join, _LINK.findall(page.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        there = (page.parent / path) if path else page
        assert there.exists(), link
        assert not anchor or anchor in anchors(there), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_that_are_named_are_there(page: Path) -> None:
    """Names in capitals stand for something else."""
    text = page.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:corpus|retrieval|bot|tests|docs|deploy)/[\w./-]*)`", text):
        if not re.search("[A-Z]{4}", path):
            assert (ROOT / path).exists(), path


PROSE = [page for page in PAGES if page.name != "command-line.md"]


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_lines_of_prose_are_short(page: Path) -> None:
    """Tables and what stands in blocks have the lines that they need."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    long = [line for line in text.splitlines() if len(line) > 120 and not line.startswith("|")]
    assert not long, long[:3]
