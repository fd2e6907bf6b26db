"""Which articles a source is followed for: those in its language that contain one of its words."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.language.clitics import clitics
from corpus.language.scripts import has_arabic
from corpus.language.text import UNSPACED, normalise
from corpus.sources.book import Followed
from corpus.types import Article

# What inflection adds to a word's end.
_ENDING = r"\w{0,3}"
_SHORTEST_INFLECTED = 4


def unwanted(source: Followed, article: Article) -> str | None:
    """Why an article is passed over; `None` if it is taken."""
    if source.language and article.language != source.language:
        return f"its language is {article.language}, not {source.language}"
    if not source.words:
        return None
    text = normalise(f"{article.source.headline or ''}\n{article.body}")
    if any(_pattern(word).search(text) for word in source.words):
        return None
    return f"it does not contain {_listed(source.words)}"


def _listed(words: tuple[str, ...]) -> str:
    shown = ", ".join(words[:5])
    return f"{shown} or {len(words) - 5} more" if len(words) > 5 else shown.replace(", ", " or ")


@lru_cache(maxsize=1000)
def _pattern(phrase: str) -> re.Pattern[str]:
    """A phrase in any case, each long word with up to three more letters; in Arabic also after و,
    ال, ب and the like."""
    words = [_word(word) for word in normalise(phrase).split()]
    return re.compile(r"\s+".join(words))


def _word(word: str) -> str:
    if UNSPACED.search(word):
        return re.escape(word)
    before = clitics("ar").before_word if has_arabic(word[0]) else ""
    ending = _ENDING if len(word) >= _SHORTEST_INFLECTED and word[-1:].isalpha() else ""
    return rf"(?<!\w){before}{re.escape(word)}{ending}(?!\w)"
