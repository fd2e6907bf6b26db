"""A data folder so small that a model is trained from it in seconds."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from retrieval.training.measure import HEADLINES, QUESTIONS
from retrieval.training.sources import LANGUAGES, SOURCES

THINGS = (
    ("سفينة", "ship", "корабль", "navire"),
    ("ميناء", "harbour", "порт", "port"),
    ("قمح", "wheat", "пшеница", "ble"),
    ("طبيب", "doctor", "врач", "medecin"),
    ("جسر", "bridge", "мост", "pont"),
    ("مدرسة", "school", "школа", "ecole"),
    ("نهر", "river", "река", "riviere"),
    ("قطار", "train", "поезд", "train"),
)


def written(file: Path, rows: Sequence[Any]) -> Path:
    """`rows` as a gzip'd JSONL file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt", encoding="utf-8") as opened:
        opened.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return file


def article(number: int) -> dict[str, str]:
    one, other = THINGS[number % 8][0], THINGS[(number // 8 + number + 1) % 8][0]
    body = "\n".join(
        f"وصف شاهد رقم {number} ما جرى عند {one} ال{other} في اليوم {day} من الشهر الماضي."
        for day in range(1, 7)
    )
    return {"title": f"خبر عن {one} و{other}", "summary": f"موجز {one}", "body": body}


def table(kind: str) -> list[dict[str, Any]]:
    rows = [dict(zip(("ar", "en", "ru", "fr"), thing, strict=True)) for thing in THINGS]
    if kind == "names":
        return [{language: row[language] for language in ("ar", "en")} for row in rows]
    if kind == "sentences":
        return [
            {"ar": f"هذا {row['ar']}", "en": f"this is a {row['en']}", "ru": f"это {row['ru']}"}
            for row in rows
        ]
    return list(rows)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with train/ and dev/ in the form that training reads."""
    folder = tmp_path_factory.mktemp("data")
    for source in SOURCES:
        articles = source.kind == "articles"
        rows = [article(number) for number in range(40)] if articles else table(source.kind)
        written(folder / "train" / f"{source.file}.jsonl.gz", rows)
    passages = [f"كان {thing[0]} هناك. ثم مضى وقت طويل." for thing in THINGS]
    questions = [
        {"question": f"أين {thing[0]}؟", "passage": passage}
        for thing, passage in zip(THINGS, passages, strict=True)
    ]
    for name in QUESTIONS:
        written(folder / "dev" / f"{name}.jsonl.gz", questions)
    spoken = {language: min(number, 3) for number, language in enumerate(LANGUAGES)}
    stories = [
        {
            "headline": {language: thing[column] for language, column in spoken.items()},
            "body": {
                language: f"{thing[column]} one two three four. {thing[column]} again and again."
                for language, column in spoken.items()
            },
        }
        for thing in THINGS
    ]
    written(folder / "dev" / f"{HEADLINES}.jsonl.gz", stories)
    return folder


@pytest.fixture
def recipe_file(tmp_path: Path) -> Path:
    file = tmp_path / "recipe.toml"
    file.write_text(
        """seed = 3
[pieces]
count = 300
[queries]
fragments = 2
crossed = 2
languages = { en = 2, ru = 1 }
[steps]
dimensions = [16, 8]
batch = 16
steps = 60
warmup = 5
threads = 1
[mixture]
coverage = 0.2
fragments = 0.1
crossed = 0.3
words = 0.3
arabic_sentences = 0.1
""",
        encoding="utf-8",
    )
    return file
