"""A question made ready to be compared with sentences."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from corpus.errors import InputError
from retrieval.analyse import analysed, stem, words
from retrieval.embed import Embedder
from retrieval.lexical import LexicalIndex

LONGEST_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its unit vector, float32 (dimensions,), the rarity of each term of its content
    words, and the stems of these words."""

    text: str
    vector: np.ndarray[tuple[int], np.dtype[np.float32]]
    weights: dict[str, float]
    stems: frozenset[str]


def understand(text: str, lexical: LexicalIndex, embedder: Embedder) -> Asked:
    """Raises `InputError` for a question without words or longer than `LONGEST_QUESTION`."""
    if len(text) > LONGEST_QUESTION:
        raise InputError(
            f"the question has {len(text)} characters; at most {LONGEST_QUESTION} are read"
        )
    found = words(text)
    if not found:
        raise InputError("the question has no words: ask something like «متى وصل لافروف؟»")
    content = [word for word in found if word not in question_words()] or found
    terms = dict.fromkeys(term for word in content for term in analysed(word))
    return Asked(
        text=text,
        vector=embedder.embed_queries([text])[0],
        weights={term: lexical.rarity(term) for term in terms},
        stems=frozenset(stem(word) for word in content),
    )


@cache
def question_words() -> frozenset[str]:
    """Words that ask and carry nothing to look for, of all languages."""
    data = files("retrieval").joinpath("question_words.toml").read_text(encoding="utf-8")
    return frozenset(word for text in tomllib.loads(data).values() for word in words(text))
