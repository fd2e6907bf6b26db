"""A question made ready to be compared with sentences."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from corpus.errors import InputError
from corpus.text import normalise
from retrieval.analyse import analysed, stem, terms, words
from retrieval.embed import Embedder
from retrieval.lexical import LexicalIndex
from retrieval.names import keys, script, text_keys

LONGEST_QUESTION = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its unit vector, float32 (dimensions,), the rarity of each term of its content
    words, the stems of these words, the script it is written in, and the consonant keys of each
    content word."""

    text: str
    vector: np.ndarray[tuple[int], np.dtype[np.float32]]
    weights: dict[str, float]
    stems: frozenset[str]
    script: str
    names: tuple[frozenset[str], ...]

    def share(self, text: str) -> float:
        """The weight of the question's terms that `text` carries, of 1. Of a text in another
        script, the share of the content words whose name it carries."""
        if script(normalise(text)) != self.script:
            held = text_keys(text)
            return sum(not held.isdisjoint(name) for name in self.names) / len(self.names)
        carried = set(terms(text))
        total = sum(self.weights.values())
        shared = sum(weight for term, weight in self.weights.items() if term in carried)
        return shared / total if total else 0.0


def understand(text: str, lexical: LexicalIndex, embedder: Embedder) -> Asked:
    """Raises `InputError` for a question without words or longer than `LONGEST_QUESTION`."""
    if len(text) > LONGEST_QUESTION:
        raise InputError(
            f"the question has {len(text)} characters; at most {LONGEST_QUESTION} are read"
        )
    if not text.isascii() and text.encode(errors="replace") != text.encode(errors="surrogatepass"):
        raise InputError("the question is not valid Unicode: write it again")
    found = words(text)
    if not found:
        raise InputError("the question has no words: ask something like «متى وصل لافروف؟»")
    content = [word for word in found if word not in question_words()] or found
    found_terms = dict.fromkeys(term for word in content for term in analysed(word))
    return Asked(
        text=text,
        vector=embedder.embed_queries([text])[0],
        weights={term: lexical.rarity(term) for term in found_terms},
        stems=frozenset(stem(word) for word in content),
        script=script(" ".join(content)),
        names=tuple(keys(word) for word in content),
    )


@cache
def question_words() -> frozenset[str]:
    """Words that ask and carry nothing to look for, of all languages."""
    data = files("retrieval").joinpath("question_words.toml").read_text(encoding="utf-8")
    return frozenset(word for text in tomllib.loads(data).values() for word in words(text))
