"""Sources to groups of text pairs; a batch is drawn from one group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from corpus.language.tokens import words
from retrieval.training import queries, sources
from retrieval.training.lexicon import Lexicon, build
from retrieval.training.queries import Pair
from retrieval.training.recipe import Recipe
from retrieval.training.sources import SOURCES, Row, Story

Groups = dict[str, list[Pair]]

_PAIRS_A_WORD = 3
_PAIRS_A_SENTENCE = 4


def gather(folder: Path, recipe: Recipe) -> Groups:
    """All groups that the recipe's mixture names, made with its seed. Raises `InputError`."""
    random = Random(recipe.seed)
    tables = {one: sources.rows(folder, one) for one in SOURCES if one.kind != "articles"}
    found: Groups = {"words": [], "sentences": [], "arabic_sentences": []}
    for source, rows in tables.items():
        if source.kind in ("topics", "names"):
            found.setdefault(source.kind, []).extend(_two(row) for row in rows)
        elif source.kind == "words":
            found["words"] += _drawn(rows, source.weight * _PAIRS_A_WORD, random)
        else:
            _sentences(found, rows, source.weight * _PAIRS_A_SENTENCE, random)
    lexicon = build(
        (row for one, rows in tables.items() if one.kind == "words" for row in rows),
        (row for one, rows in tables.items() if one.kind == "names" for row in rows),
        [row for one, rows in tables.items() if _aligned(one) for row in rows],
    )
    for source in SOURCES:
        if source.kind == "articles":
            _articles(found, sources.stories(folder, source), lexicon, recipe, random)
    return {name: pairs for name, pairs in found.items() if name in recipe.mixture and pairs}


def _aligned(source: sources.Source) -> bool:
    return source.kind in ("sentences", "topics") and source.file != "quran"


def _articles(
    found: Groups, stories: Sequence[Story], lexicon: Lexicon, recipe: Recipe, random: Random
) -> None:
    made = recipe.queries
    languages = [one for one, times in made.languages.items() for _ in range(times)]
    for name in ("coverage", "fragments", "crossed", "forms"):
        found.setdefault(name, [])
    counted = Counter(word for one in stories for text in one.sentences for word in words(text))
    found["forms"] += queries.forms(counted, lexicon, languages, random)
    inflected = queries.by_stem(counted)
    for story in stories:
        found["coverage"] += queries.coverage(story, random)
        found["fragments"] += queries.fragments(story, lexicon, inflected, made.fragments, random)
        found["crossed"] += queries.crossed(story, lexicon, languages, made.crossed, random)


def _sentences(found: Groups, rows: Sequence[Row], times: float, random: Random) -> None:
    for row in rows:
        group = "arabic_sentences" if "ar" in row else "sentences"
        if len(row) == 2:
            found[group].append(_two(row))
        else:
            found[group] += _drawn([row], times, random)


def _two(row: Row) -> Pair:
    one, other = list(row)[:2]
    return row[one][0], row[other][0]


def _drawn(rows: Sequence[Row], times: float, random: Random) -> list[Pair]:
    """From each row `times` pairs of languages, mostly with Arabic, often with English."""
    pairs = []
    for row in rows:
        for _ in range(int(times) + (random.random() < times % 1)):
            languages = list(row)
            one = "ar" if "ar" in row and random.random() < 0.6 else random.choice(languages)
            others = [language for language in languages if language != one]
            other = "en" if "en" in others and random.random() < 0.4 else random.choice(others)
            pairs.append((random.choice(row[one]), random.choice(row[other])))
    return pairs
