"""The program as others run it: streams, exit status, and what it does not import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.demo.coverage import questions_shown

PROGRAM = Path(sys.executable).with_name("pullquote")
FLIGHTS = "How many flights a week will Nordwind operate between Moscow and Pyongyang?"

pytestmark = pytest.mark.usefixtures("bare")


def run(*arguments: str | Path, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={**os.environ, **more},
    )


def test_ask_does_not_import_the_heavy_packages(home: Path) -> None:
    script = """
import sys
from bot.cli.main import main
try:
    main()
finally:
    heavy = {"torch", "sentence_transformers", "transformers", "trafilatura", "telegram"}
    print(sorted(heavy & sys.modules.keys()), file=sys.stderr)
"""
    for arguments in (["ask", FLIGHTS], ["ask", FLIGHTS, "--json"], ["articles"], ["--version"]):
        ran = subprocess.run(
            [sys.executable, "-c", script, "--home", home, *arguments],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr.splitlines()[-1] == "[]"


def test_demo(bare: Path) -> None:
    ran = run("demo")
    assert ran.returncode == 0
    assert ran.stderr == ""
    head, *blocks = ran.stdout.split("\n? ")
    assert "16 demo articles" in head
    assert len(blocks) == len(questions_shown()) == 5
    for question, block in zip(questions_shown(), blocks, strict=True):
        assert " ".join(block.split()).startswith(question)
    for block in blocks[:4]:
        assert "«" in block
        assert "— " in block
    assert "«" not in blocks[4]
    assert "Je n’ai rien trouvé" in blocks[4]
    assert list(bare.iterdir()) == []


def test_demo_leaves_no_home_and_needs_no_settings(bare: Path, tmp_path: Path) -> None:
    ran = run("demo", TMPDIR=str(tmp_path))
    assert ran.returncode == 0
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("pullquote-")] == []


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("ask", FLIGHTS, "--json"), 0),
        (("ask", "Qui a remporté la finale de la Ligue des champions ?", "--json"), 1),
        (("articles", "--json", "--since", "2025-07-12"), 0),
        (("index", "--json"), 0),
        (("doctor", "--json"), 0),
    ],
)
def test_json_alone_on_standard_output(arguments: tuple[str, ...], status: int, home: Path) -> None:
    ran = run("--home", home, *arguments)
    assert ran.returncode == status
    assert ran.stdout.endswith("\n")
    json.loads(ran.stdout)


def test_ingest_and_ask(tmp_path: Path, article: Path) -> None:
    home = tmp_path / "home"
    ran = run("ingest", article, "absent.txt", "--json", PULLQUOTE_HOME=str(home))
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["added"] == 1
    assert ran.stderr.startswith("pullquote: not taken: absent.txt: ")
    ran = run("ask", "-", "--json", stdin="second quay\nferries\n", PULLQUOTE_HOME=str(home))
    assert ran.returncode == 0
    assert [json.loads(line)["question"] for line in ran.stdout.splitlines()] == [
        "second quay",
        "ferries",
    ]


def test_home_beside_the_working_directory(bare: Path, article: Path) -> None:
    assert run("ingest", article).returncode == 0
    assert (bare / ".pullquote" / "index" / "CURRENT").is_file()
    assert run("ask", "second quay on Monday").returncode == 0


@pytest.mark.parametrize("setting", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}])
def test_poor_terminal(setting: dict[str, str], home: Path) -> None:
    ran = run("--home", home, "ask", questions_shown()[0], **setting)
    assert ran.returncode == 0
    assert "«" in ran.stdout


def test_reader_that_goes_away(home: Path) -> None:
    program = subprocess.Popen(
        [PROGRAM, "--home", home, "ask", "-", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    program.stdout.close()
    program.stdout = None
    _, errors = program.communicate((FLIGHTS + "\n") * 50, timeout=60)
    assert errors == ""
    assert program.returncode == 0


def test_version_and_help() -> None:
    ran = run("--version")
    assert ran.returncode == 0
    assert ran.stdout.startswith("pullquote ")
    ran = run("--help")
    assert ran.returncode == 0
    for command in ("demo", "ingest", "articles", "show", "remove", "ask", "index", "replay"):
        assert command in ran.stdout
