"""The page on the command line is what --help says."""

from __future__ import annotations

from pathlib import Path

from bot.cli.reference import reference

PAGE = Path(__file__).parent.parent / "docs" / "command-line.md"


def test_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run `make docs`"
