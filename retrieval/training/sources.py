"""The files that the model is trained on: what each brings, and under which licence.

Every file is gzip'd JSONL. A row of a table holds the same thing in several languages under their
ISO 639-1 codes; a row of a coverage file is one news article.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from corpus.errors import InputError
from corpus.language.marks import SENTENCE_ENDS

Kind = Literal["articles", "words", "sentences", "topics", "names"]
Row = dict[str, tuple[str, ...]]

LANGUAGES = (
    "ar", "en", "ru", "fr", "es", "de", "tr", "zh", "fa", "he", "ko", "ja", "it", "pt", "uk",
)  # fmt: skip

_SENTENCE_END = re.compile(rf"(?<=[{SENTENCE_ENDS}])\s+|\n+")
_SHORTEST_SENTENCE = 20


@dataclass(frozen=True, slots=True)
class Source:
    """One data file: its name without endings, its title, what it brought, and its licence.

    `weight` multiplies how often its rows are drawn.
    """

    file: str
    title: str
    kind: Kind
    brought: str
    licence: str
    weight: float = 1.0


SOURCES = (
    Source("news_ar_ant", "Arabic news articles 2015–2018 of six broadcasters", "articles",
           "headline, summary and sentences to their article; made queries",
           "Apache-2.0 as published; texts belong to their publishers"),
    Source("omw_synsets", "open multilingual wordnets", "words",
           "words across 15 languages", "open, mostly CC-BY-SA"),
    Source("unbis_thesaurus", "United Nations thesaurus of subject headings", "words",
           "news vocabulary in six languages", "United Nations", 3),
    Source("bmlama_entities", "multilingual entities (BMLAMA)", "words",
           "names across languages", "Apache-2.0", 2),
    Source("cldr_names", "CLDR names of countries and languages", "words",
           "names across languages", "Unicode", 2),
    Source("cldr_annotations", "CLDR annotations", "words",
           "everyday words across languages", "Unicode", 0.5),
    Source("countries_states", "table of countries and states", "words",
           "places across languages", "ODbL", 2),
    Source("cities_dr5hn", "table of cities", "words",
           "places across languages", "ODbL", 0.3),
    Source("bmlama53_facts", "multilingual facts (BMLAMA-53)", "sentences",
           "sentences across languages", "Apache-2.0"),
    Source("tico19", "TICO-19", "sentences", "sentences across languages", "CC0", 3),
    Source("mintaka_dev_questions", "Mintaka questions, development part", "sentences",
           "questions across languages", "CC-BY-4.0", 4),
    Source("quran", "Quran verses in translation", "sentences",
           "verses across languages, low weight", "CC-BY-SA", 0.3),
    Source("tatoeba", "Tatoeba", "sentences", "sentence pairs", "CC-BY"),
    Source("arwikicats_en_ar", "Arabic and English Wikipedia category names", "topics",
           "names and topics", "MIT as published"),
    *(
        Source(f"person_name_tokens_en_{language}", f"personal names, English and {name}", "names",
               "names across scripts", "permissive")
        for language, name in (
            ("ar", "Arabic"), ("ru", "Russian"), ("he", "Hebrew"), ("ko", "Korean"),
            ("zh", "Chinese"), ("ja", "Japanese"),
        )
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """One news article in its sentences."""

    headline: str
    summary: str
    sentences: tuple[str, ...]


def lines(file: Path) -> Iterator[Any]:
    """The values of a gzip'd JSONL file. Raises `InputError`."""
    try:
        with gzip.open(file, "rt", encoding="utf-8") as opened:
            for line in opened:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"cannot read the data file {file}: {error}") from error


def data_file(folder: Path, source: Source) -> Path:
    return folder / f"{source.file}.jsonl.gz"


def rows(folder: Path, source: Source) -> list[Row]:
    """The rows of a table that are in at least two of `LANGUAGES`."""
    read = (_row(value) for value in lines(data_file(folder, source)))
    return [row for row in read if len(row) > 1]


def _row(value: Any) -> Row:
    row: Row = {}
    for language in LANGUAGES:
        found = value.get(language) or ()
        texts = (found,) if isinstance(found, str) else found
        kept = tuple(text for one in texts if (text := one.replace("_", " ").strip()))
        if kept:
            row[language] = kept
    # the same sign in five colours
    return {} if "skin tone" in str(value.get("en")) else row


def stories(folder: Path, source: Source, shortest: int = 200) -> list[Story]:
    """The articles whose bodies have at least `shortest` characters."""
    found = []
    for value in lines(data_file(folder, source)):
        if len(value["body"]) < shortest:
            continue
        sentences = tuple(split(value["body"]))
        if sentences:
            found.append(Story(value["title"].strip(), value["summary"].strip(), sentences))
    return found


def split(body: str) -> list[str]:
    """The sentences of a body, without the shortest."""
    return [one for one in _SENTENCE_END.split(body) if len(one) > _SHORTEST_SENTENCE]
