"""The words that are names and nothing else, of languages that write no capitals.

A name comes from the pairs of personal names in English and Arabic. It is left out where it is an
ordinary word too: where a dictionary or a text in translation has it, or its stem; where without a
clitic or an ending it is a word that the news has more often; and where the model does not place
it near the English name. Rare names are new to the model, so it need not place these as near.

    python -m retrieval.training.names DATA_DIR
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from corpus.language import cldr
from corpus.language.clitics import clitics
from corpus.language.languages import table
from corpus.language.scripts import ARABIC
from corpus.language.stems import stem
from corpus.language.text import normalise
from corpus.language.tokens import words
from retrieval.models.embed import EMBEDDED, load
from retrieval.training.sources import SOURCES, Row, data_file, lines, rows
from retrieval.types import Embedder

FILE = Path(__file__).parent.parent / "question" / "names.txt"

_PAIRS = "person_name_tokens_en_ar"
_NEWS = "news_ar_ant"
_ORDINARY = ("omw_synsets", "cldr_annotations", "unbis_thesaurus", "tico19", "quran")
_LANGUAGES = ("ar", "fa")
_ARABIC = re.compile(f"[{ARABIC}]{{3,}}")
_SHORTEST = 3
# How near the model places a name to its English form; and one that it can hardly know.
_NEAR = 0.5
_NEAR_IF_RARE = 0.33
_RARE = 3
_LONG = 6


def names(data: Path, embedder: Embedder) -> list[str]:
    """The names, normalised and sorted, made from the files of `data`/train."""
    pairs: dict[str, set[str]] = {}
    for row in _table(data, _PAIRS):
        for written in row["ar"]:
            found = words(written)
            if len(found) == 1 and _ARABIC.fullmatch(found[0]):
                pairs.setdefault(found[0], set()).update(map(normalise, row["en"]))
    ordinary = _ordinary(data)
    news = Counter(word for value in lines(_file(data, _NEWS)) for word in words(value["body"]))
    calendar = {normalise(name) for name in cldr.calendar()}
    kept = sorted(
        word
        for word in pairs.keys() - ordinary - calendar
        if stem(word) not in ordinary
        and all(
            news[part] <= news[word]
            for part in _parts(word)
            if part not in pairs or part in ordinary
        )
    )
    return [
        word
        for word, near in zip(kept, _near(kept, pairs, embedder), strict=True)
        if near >= _NEAR or (near >= _NEAR_IF_RARE and news[word] <= _RARE and len(word) >= _LONG)
    ]


def _file(data: Path, name: str) -> Path:
    return data_file(data / "train", next(each for each in SOURCES if each.file == name))


def _table(data: Path, name: str) -> list[Row]:
    return rows(data / "train", next(each for each in SOURCES if each.file == name))


def _ordinary(data: Path) -> set[str]:
    """The words of dictionaries and texts, and their stems; not those of entries that are names."""
    found: set[str] = set()
    for file in _ORDINARY:
        for row in _table(data, file):
            english = next(iter(row.get("en", ())), "")
            if file == "omw_synsets" and english[:1].isupper():
                continue
            for language in _LANGUAGES:
                for text in row.get(language, ()):
                    found.update(words(text))
    return found | {stem(word) for word in found}


def _parts(word: str) -> Iterator[str]:
    """What is left of a word without a clitic, or without an ending."""
    for clitic in clitics("ar").every:
        if word.startswith(clitic) and len(word) - len(clitic) >= _SHORTEST:
            yield word[len(clitic) :]
    for ending in table("ar", "stems")["of_names"].split():
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            yield word[: -len(ending)]


def _near(kept: list[str], pairs: dict[str, set[str]], embedder: Embedder) -> list[float]:
    """The cosine of each name and the nearest of its English forms."""
    english = sorted({each for word in kept for each in pairs[word]})
    number = {each: at for at, each in enumerate(english)}
    one, other = embedder.embed_queries(kept), embedder.embed_queries(english)
    return [
        float(np.max(other[[number[each] for each in pairs[word]]] @ vector))
        for word, vector in zip(kept, one, strict=True)
    ]


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit("python -m retrieval.training.names DATA_DIR")
    made = names(Path(arguments[0]), load(EMBEDDED, Path()))
    FILE.write_text("\n".join(made) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(made)} names written to {FILE}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
