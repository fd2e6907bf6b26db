"""The demo coverage, and questions asked of it: where they stand, and the day they are read on."""

import json
from datetime import date
from importlib.resources import files
from typing import Any

# Nothing in the coverage is later.
DEMO_DAY = date(2025, 8, 1)


def demo_articles() -> str:
    """The folder of the demo coverage."""
    return str(files("corpus") / "demo" / "articles")


def demo_questions() -> list[dict[str, Any]]:
    """Questions on it, each with its `kind`: answerable, near or far; for calibration."""
    lines = (files("corpus") / "demo" / "questions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in lines.splitlines()]


def questions_shown() -> list[str]:
    """What `pullquote demo` asks, in order."""
    return files("corpus.demo").joinpath("shown.txt").read_text(encoding="utf-8").splitlines()
