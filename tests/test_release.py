"""What `make release` refuses, and that its parts read the files they are about."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version as installed
from pathlib import Path

import pytest

from tests.release.built import cut, version
from tests.release.image import first_stage
from tests.release.installed import _refuse_unquoted, try_installed
from tests.release.steps import ROOT, ReleaseError, bare, called

CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-29

### Added

- A second quay.

## [1.1.0] - 2026-01-02
"""


def test_version_is_one() -> None:
    assert version() == installed("pullquote")
    assert re.fullmatch(r"\d+\.\d+\.\d+", version())


def test_changelog_that_is_cut() -> None:
    assert cut(CHANGELOG, "1.2.0") == "2026-11-29"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[1.2.0]", "[1.3.0]", "cut it"),
        ("## [Unreleased]\n", "", "cut it"),
        ("[Unreleased]\n", "[Unreleased]\n\n- A ferry.\n", "not empty"),
        (" - 2026-11-29", "", "no day"),
        (" - 2026-11-29", " - soon", "cut it"),
    ],
)
def test_changelog_that_is_not_is_refused(before: str, after: str, said: str) -> None:
    with pytest.raises(ReleaseError, match=said):
        cut(CHANGELOG.replace(before, after), "1.2.0")


def test_changelog_of_the_project_names_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert len(headings) == len(set(headings))


def test_environment_has_nothing_of_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PULLQUOTE_HOME", "x")
    given = bare(tmp_path / "user")
    assert not [name for name in given if name.startswith(("PYTHON", "PULLQUOTE", "VIRTUAL"))]
    assert given["HOME"] == str(tmp_path / "user")


def test_command_that_fails_is_told_with_its_last_lines(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"left with 3:\nno quay"):
        called(
            [sys.executable, "-c", "print('no quay'); raise SystemExit(3)"],
            tmp_path,
            bare(tmp_path),
        )


def test_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="the installed version is pullquote 0, not"):
        try_installed([sys.executable, "-c", "print('pullquote 0')"], tmp_path, tmp_path)


def test_words_that_are_no_quotes_are_refused() -> None:
    sentence = "The harbour authority opened a second quay on Friday after two years of work"
    _refuse_unquoted(f"he said: {sentence}.", f"Before. {sentence}. After.", "the page")
    with pytest.raises(ReleaseError, match="quotes nothing"):
        _refuse_unquoted(sentence.replace("Friday", "Monday"), sentence, "the page")


def test_first_stage_installs_and_copies() -> None:
    instructions = [name for name, _ in first_stage()]
    assert instructions.count("FROM") == 1
    assert {"COPY", "RUN", "WORKDIR"} <= set(instructions)
