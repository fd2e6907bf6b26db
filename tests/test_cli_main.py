"""Which command is run: only its module is imported, and none is missed for it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import typer

from bot.cli.grouped import GROUPS
from bot.cli.main import COMMANDS, application

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

ROOM = Path(import_module("bot.cli").__path__[0])
EVERY = [name for names in COMMANDS.values() for name in names]


def names(app: typer.Typer) -> list[str]:
    return list(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_every_module_with_commands_is_known() -> None:
    having = {
        file.stem
        for file in ROOM.glob("*.py")
        if "\ndef register(" in file.read_text(encoding="utf-8")
    }
    assert having == set(COMMANDS)
    assert len(EVERY) == len(set(EVERY))


@pytest.mark.parametrize("module", COMMANDS)
def test_a_module_registers_what_is_said_of_it(module: str) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    import_module(f"bot.cli.{module}").register(app)
    assert names(app) == list(COMMANDS[module])


def test_all_commands_stand_in_the_help_in_groups_each_on_a_whole_line(
    pullquote: Pullquote, monkeypatch: pytest.MonkeyPatch
) -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(EVERY)
    monkeypatch.setenv("COLUMNS", "80")
    said = pullquote("--help")
    assert said.returncode == 0
    lines = said.stdout.splitlines()
    assert all(len(line) <= 80 for line in lines)
    below = lines[lines.index("Ask:") :]
    assert [line[:-1] for line in below if line.endswith(":")] == list(GROUPS)
    listed = [line for line in below if line.startswith("  ")]
    assert [line.split()[0] for line in listed] == grouped
    assert all(line.endswith(".") and "..." not in line for line in listed)


@pytest.mark.parametrize("command", EVERY)
def test_help_of_a_command_names_what_an_option_takes(
    command: str, pullquote: Pullquote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = pullquote(command, "--help").stdout
    assert all(len(line) <= 80 for line in said.splitlines())
    assert not re.search(r"--\w+ <(str|path|list)", said)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("pullquote ve", {"verify"}),
        ("pullquote s", {"show", "source", "store"}),
        ("pullquote ask --li", {"--limit"}),
        ("pullquote --home x ask --format m", {"markdown"}),
        ("pullquote source p", {"pause", "poll"}),
    ],
)
def test_a_shell_completes(words: str, wanted: set[str]) -> None:
    completed = subprocess.run(
        [sys.executable, "-m", "bot.cli"],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOM.parent.parent),
            "_PULLQUOTE_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        },
    )
    assert (completed.returncode, completed.stderr) == (0, "")
    assert set(completed.stdout.split()) == wanted


def test_the_script_for_a_shell_is_shown() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot.cli", "--show-completion", "bash"],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOM.parent.parent),
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
        },
    )
    assert ran.returncode == 0
    assert "complete -o default -F _pullquote_completion pullquote" in ran.stdout


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (("ask",), 'Example: pullquote ask "'),
        (("verify",), 'Example: pullquote verify "'),
        (("show",), "Usage: pullquote show [OPTIONS] {ARTICLE}"),
        (("source", "add"), "Usage: pullquote source add [OPTIONS] {URL}"),
    ],
)
def test_where_a_word_is_missing_it_is_said_how(
    command: tuple[str, ...], shown: str, refused: Refused
) -> None:
    assert shown in refused(*command)


@pytest.mark.parametrize(
    ("command", "right"),
    [
        (("ask", "who", "met", "whom"), "pullquote ask 'who met whom'"),
        (("ask", "--limit", "2", "who", "met", "--since", "2025-07-11"), "pullquote ask 'who met'"),
        (("compare", "the", "visit"), "pullquote compare 'the visit'"),
        (("timeline", "ماذا", "حدث"), "pullquote timeline 'ماذا حدث'"),
        (("verify", "it's", "so"), "pullquote verify 'it'\"'\"'s so'"),
    ],
)
def test_words_without_quotes_get_a_hint(
    command: tuple[str, ...], right: str, refused: Refused
) -> None:
    assert refused(*command) == f"pullquote: put it in quotes: {right}"


@pytest.mark.parametrize("command", EVERY)
def test_a_command_is_found_among_those_of_its_module(command: str, pullquote: Pullquote) -> None:
    assert command in names(application(command))
    ran = pullquote(command, "--help")
    assert ran.returncode == 0
    assert ran.stdout.startswith(f"Usage: pullquote {command}")


def test_only_the_module_of_the_command_is_imported(home: Path) -> None:
    script = """
import sys
from bot.cli.main import COMMANDS, main
try:
    main()
finally:
    print(*sorted(name for name in COMMANDS if f"bot.cli.{name}" in sys.modules), file=sys.stderr)
"""
    for arguments, imported in (
        (["--home", str(home), "articles"], "articles"),
        ([f"--home={home}", "index", "--check"], "index"),
        (["--help"], " ".join(sorted(COMMANDS))),
    ):
        ran = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            env={**os.environ, "PYTHONPATH": str(ROOM.parent.parent)},
        )
        assert (ran.returncode, ran.stderr.split("\n")[-2]) == (0, imported)


@pytest.mark.parametrize("name", ["ask", "index", "articles", "--", "demo"])
def test_a_home_named_like_a_command(
    name: str, pullquote: Pullquote, home: Path, bare: Path
) -> None:
    shutil.copytree(home, bare / name)
    wanted = json.loads(pullquote("articles", "--json", home=home).stdout)
    assert len(wanted) == 16
    for before in (["--home", name], [f"--home={name}"], ["--traceback", "--home", name]):
        ran = pullquote(*before, "articles", "--json")
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout) == wanted


def test_settings_named_like_a_command(pullquote: Pullquote, home: Path, bare: Path) -> None:
    shutil.copytree(home, bare / "there")
    (bare / "ask").write_text('home = "there"\n', encoding="utf-8")
    ran = pullquote("--config", "ask", "articles", "--json")
    assert ran.returncode == 0, ran.stderr
    assert len(json.loads(ran.stdout)) == 16


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("asking", "who?"), "asking"),
        (("--home", "ask", "asking"), "asking"),
        (("ASK", "who?"), "ASK"),
        (("",), ""),
        (("main",), "main"),
        (("context",), "context"),
        (("service",), "service"),
        (("وش",), "وش"),
    ],
)
def test_an_unknown_command_is_refused_in_words(
    arguments: tuple[str, ...], named: str, refused: Refused
) -> None:
    assert refused(*arguments).startswith(f"pullquote: No such command '{named}'.")


@pytest.mark.parametrize("arguments", [("--home",), ("--home", "ask"), ("--hme", "x", "ask")])
def test_options_without_a_command_are_refused_in_words(
    arguments: tuple[str, ...], refused: Refused
) -> None:
    assert refused(*arguments)
