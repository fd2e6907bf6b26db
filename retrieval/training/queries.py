"""Queries made from coverage: fragments of sentences, in Arabic and put into other languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from random import Random

from corpus.language.languages import merged
from corpus.language.phrases import phrases
from corpus.language.stems import stem
from corpus.language.tokens import words
from retrieval.training.lexicon import UNSPACED, Lexicon
from retrieval.training.sources import Story

Pair = tuple[str, str]

PASSAGE_SENTENCES = 4
PASSAGE_CHARACTERS = 700
_LEAST_FOUND = 3
_LEAST_SEEN = 3
# Shorter words rarely tell what a sentence is about.
_LONG = 4
_SCATTERED = 0.4
_REPLACED = 0.4
_SHORT = 2


@cache
def openers(language: str) -> tuple[str, ...]:
    """How questions open in a language; `KeyError` for one that the tables lack."""
    return tuple(phrases(merged("training")["openers"][language]))


def passages(story: Story, size: int = PASSAGE_SENTENCES) -> list[str]:
    """The sentences in runs of `size`, cut to `PASSAGE_CHARACTERS`."""
    starts = range(0, len(story.sentences), size)
    runs = (story.sentences[start : start + size] for start in starts)
    return [" ".join(run)[:PASSAGE_CHARACTERS] for run in runs]


def coverage(story: Story, random: Random) -> Iterator[Pair]:
    """Headline, summary and single sentences, each with a passage of the same article."""
    runs = passages(story)[:4]
    if story.headline:
        yield story.headline, runs[0]
        if len(runs) > 1:
            yield story.headline, random.choice(runs[1:])
    if story.summary:
        yield story.summary, random.choice(runs)
    if len(story.sentences) > 3:
        place = random.randrange(len(story.sentences))
        around = story.sentences[max(0, place - 3) : place] + story.sentences[place + 1 : place + 4]
        yield story.sentences[place][:200], " ".join(around)[:PASSAGE_CHARACTERS]


def fragment(sentence: str, random: Random) -> list[str]:
    """Some of the normalised words of a sentence: a run of it with gaps, or from all over it."""
    found = _words(sentence)
    if random.random() < _SCATTERED:
        some = [place for place, word in enumerate(found) if len(word) >= _LONG]
        chosen = random.sample(some, min(len(some), random.randint(3, 8)))
        return [found[place] for place in sorted(chosen)]
    length = random.randint(5, 14)
    start = random.randrange(max(1, len(found) - length + 1))
    gaps = random.choice((0.0, 0.2, 0.4))
    return [word for word in found[start : start + length] if random.random() >= gaps]


def fragments(
    story: Story,
    lexicon: Lexicon,
    inflected: Mapping[str, Sequence[str]],
    count: int,
    random: Random,
) -> Iterator[Pair]:
    """`count` Arabic queries, some words of each replaced by others of like meaning or by other
    forms of the same stem, of `inflected` words by stem."""
    for _ in range(count):
        place = random.randrange(len(story.sentences))
        made = [
            _like(word, lexicon, inflected, random) if random.random() < _REPLACED else word
            for word in fragment(story.sentences[place], random)
        ]
        if len(made) >= _LEAST_FOUND:
            yield _asked(made, "ar", random), _around(story, place, random)


def crossed(
    story: Story, lexicon: Lexicon, languages: Sequence[str], count: int, random: Random
) -> Iterator[Pair]:
    """`count` queries from headline and sentences, each put into one of `languages`."""
    for _ in range(count):
        language = random.choice(languages)
        kept = 0.1 if random.random() < 0.3 else 0.0
        if random.random() < 0.4 and story.headline:
            source, place = _words(story.headline), 0
        else:
            place = random.randrange(len(story.sentences))
            sentence = story.sentences[place]
            source = fragment(sentence, random) if random.random() < 0.6 else _words(sentence)[:30]
        made, found = lexicon.put(source, language, random, kept)
        if found >= _LEAST_FOUND:
            if random.random() < 0.3:
                random.shuffle(made)
            yield _asked(made, language, random), _around(story, place, random)


def forms(
    counted: Counter[str], lexicon: Lexicon, languages: Sequence[str], random: Random
) -> Iterator[Pair]:
    """Words of the coverage as they are there, affixes and all, each with translations: the more
    often a word occurs the more of them, by the logarithm."""
    for word, count in sorted(counted.items()):
        if count < _LEAST_SEEN:
            continue
        for _ in range(count.bit_length()):
            listed = lexicon.found(word, random.choice(languages))
            if listed:
                yield word, random.choices(tuple(listed), tuple(listed.values()))[0]


@lru_cache(maxsize=256)
def _words(text: str) -> list[str]:
    """The same sentence is asked for several times, and then no more."""
    return words(text)


def _like(
    word: str, lexicon: Lexicon, inflected: Mapping[str, Sequence[str]], random: Random
) -> str:
    listed = lexicon.found(word, "ar") if random.random() < 0.5 else None
    return random.choice(sorted(listed) if listed else inflected.get(stem(word), (word,)))


def by_stem(counted: Counter[str]) -> dict[str, list[str]]:
    """The words of the coverage by their stem."""
    found: dict[str, list[str]] = {}
    for word, count in sorted(counted.items()):
        if count >= _LEAST_SEEN and len(word) >= _LONG:
            found.setdefault(stem(word), []).append(word)
    return found


def _asked(made: Sequence[str], language: str, random: Random) -> str:
    """The words as a query, half of them after an asking word."""
    text = ("" if language in UNSPACED else " ").join(made)
    if language in UNSPACED and random.random() < 0.5:
        text = " ".join(made)
    return f"{random.choice(openers(language))} {text}" if random.random() < 0.5 else text


def _around(story: Story, place: int, random: Random) -> str:
    """The passage that holds a sentence, or a shorter one."""
    size = _SHORT if random.random() < 0.3 else PASSAGE_SENTENCES
    return passages(story, size)[place // size]
