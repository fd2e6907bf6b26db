"""Arabic words by themselves: without what is written on to them; and which may be of a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from corpus.language.clitics import clitics
from retrieval.answer.speakers.grammar import CLASSES, REMEMBERED, SIGNS, pattern, table
from retrieval.answer.speakers.outlets import NameToken

_NO_NAMES = ("parts", "heads", "namers", "generic", "titles", "spokes")


def letters(word: str, count: int) -> int:
    """How long the first letters of a word are with their vowel signs."""
    found = re.match(rf"(?:\w{SIGNS}*){{{count}}}", word)
    return found.end() if found else 0


@lru_cache(maxsize=REMEMBERED)
def without_clitics(word: str) -> tuple[str, int]:
    """A word of the tables without what is written on to it, and how long that is; any other word
    as it is."""
    held = table("ar")
    known = [held[kind] for kind in (*CLASSES, "stops", "complements", "openers", "verbs", "cues")]
    if any(word in each for each in known):
        return word, 0
    found = pattern("ar", "written_on").match(word)
    assert found is not None
    conjunction, preposition, rest = found.groups()
    cut = len(conjunction)
    contracted = preposition in clitics("ar").contracted
    for form, length in (
        (word[cut:], cut),
        (rest, cut + len(preposition)),
        (clitics("ar").articles[0] + rest, cut + len(preposition))
        if contracted
        else (rest, len(word)),
    ):
        if length and len(form) > 2 and any(form in each or form in each.phrases for each in known):
            return form, length
    spoken = pattern("ar", "object").sub("", word[cut:])
    return (spoken, cut) if spoken != word[cut:] and spoken in held["verbs"] else (word, 0)


@lru_cache(maxsize=REMEMBERED)
def kind_of(folded: str) -> str:
    """The class that the tables give an Arabic word; V for a verb of saying, "" for none."""
    held = table("ar")
    if any(folded in held[name] for name in ("stops", "complements", "cues")):
        return "."
    if folded in held["seats"]:
        return "P"
    kind = next((each for name, each in CLASSES.items() if folded in held[name]), "")
    return kind or ("V" if folded in held["verbs"] else "")


def with_names(classes: str, every: Sequence[NameToken]) -> str:
    """The classes, words that are also names as names where they are between a title or a first
    name and another name: «علي», «فان»."""
    held = table("ar")
    for at in range(1, len(every) - 1):
        if every[at].written not in held["names"] or classes[at + 1] not in "UQ":
            continue
        before, letter = every[at - 1].folded, classes[at - 1]
        inside = every[at].written in held["particles"] and letter == "U"
        if inside or letter in "TpMQ," or is_infix(before) or before in held["given"]:
            classes = f"{classes[:at]}U{classes[at + 1 :]}"
    return classes


def is_infix(folded: str) -> bool:
    """Whether an Arabic name goes on after this word."""
    held, joined = table("ar")["infixes"], clitics("ar").conjunctions[0]
    return folded in held or folded.removeprefix(joined) in held


def without_article(word: str) -> str:
    """A word without an article, or without one and its preposition."""
    held = (*clitics("ar").contracted, *clitics("ar").articles)
    return next((word[len(each) :] for each in held if word.startswith(each) and word[3:]), word)


def is_lone(word: str, behind: Sequence[str], every: frozenset[str]) -> bool:
    """Whether right after a verb of saying stands one word, and what is said: «قال بوتين إن». One
    that may open with a preposition must not be in the article without."""
    if without_clitics(word)[0] not in table("ar")["plain"]:
        return False
    if len(behind) < 2 or behind[1] not in table("ar")["complements"]:
        return False
    name, rest = behind[0], behind[0][1:]
    written_on = clitics("ar")
    others = (rest, *(f"{each}{rest}" for each in (*written_on.articles, *written_on.conjunctions)))
    prefixed = name[0] in written_on.prepositions and not every.isdisjoint(others)
    return may_be_name(name, False) and len(rest) > 2 and not prefixed and name.isalpha()


@lru_cache(maxsize=1 << 16)
def may_be_name(word: str, behind: bool) -> bool:
    """Whether an Arabic word may be of a name, `behind` another of it."""
    article = word.startswith(clitics("ar").articles)
    kinds = (table("ar")[kind] for kind in _NO_NAMES)
    plural = pattern("ar", "plural").match(word)
    return (behind or not article) and not plural and not any(word in each for each in kinds)


@lru_cache(maxsize=1 << 16)
def is_title(word: str) -> bool:
    return word in table("ar")["titles"] or without_clitics(word)[0] in table("ar")["titles"]
