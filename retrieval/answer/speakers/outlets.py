"""Agencies and other media that a sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from corpus.attribution.names import NamedSource, compact
from corpus.language.text import normalise
from retrieval.question.patterns import names_of_kind
from retrieval.question.sources import directory


class NameToken(NamedTuple):
    """A word or a mark: `text[start:end]`; `bare` is where the name begins that it may open, behind
    a conjunction or a preposition written on to it."""

    folded: str
    start: int
    end: int
    bare: int
    written: str


def named_media(
    text: str, tokens: Sequence[NameToken]
) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Agencies and other media in `text`, the first token of each, that after its last,
    and where its name stands. A name that is a common word too needs a word such as «agency» before
    it."""
    names = directory((), None)
    taken = set()
    for named in names.table.find(text):
        called = names.called[int(named.group)]
        first, last = named.start, named.end
        inside = within(tokens, first, last)
        if not inside:
            continue
        own = _own(text, first, last, called)
        before = normalise(text[first : own[0]]).strip(' "«“')
        if not before and inside[0]:
            before = tokens[inside[0] - 1].folded
        if _is_medium(text[slice(*own)], called, before):
            taken.update(inside)
            yield inside[0], (inside[-1] + 1, *own)
    kinds = any(word in text for word in _UNLISTED_KINDS)
    for match in _UNLISTED.finditer(text) if kinds else ():
        inside = within(tokens, match.start(), match.end())
        near = (*inside, inside[-1] + 1, inside[-1] + 2)  # «وكالة الأنباء السعودية (واس)»
        if taken.isdisjoint(near):
            own = next(match.span(name) for name in _UNLISTED.groupindex if match[name])
            yield inside[0], (inside[-1] + 1, *own)


def _own(text: str, start: int, end: int, called: NamedSource) -> tuple[int, int]:
    """Where in a found name the medium's own name stands: without clitics, marks and, where it is
    also a name without, the word for «agency» before it."""
    start += next((n for n in range(4) if compact(text[start + n : end]) in called.keys), 0)
    words = [(start + each.start(), start + each.end()) for each in _PART.finditer(text[start:end])]
    if normalise(text[slice(*words[0])]) not in _OPENS_NAME:
        return words[0][0], end
    shorter = (
        (words[first][0], words[last][1])
        for first in range(1, len(words))
        for last in range(first, len(words))
        if not normalise(text[slice(*words[first])]).endswith("انباء")
    )
    return next(
        (each for each in shorter if compact(text[slice(*each)]) in called.keys),
        (words[int(normalise(text[slice(*words[0])]) in _PRESS and len(words) > 1)][0], end),
    )


# A medium that no list has: named in quotation marks or with an article behind the word for it, or
# by what it is and its state.
_UNLISTED_KINDS = (
    "صحيف",
    "جريد",
    "مجل",
    "قنا",
    "شبك",
    "موقع",
    "ذاعة",
    "محط",
    "فزيون",
    "نباء",
    "وكال",
    "هيئة البث",
    "بي بي سي",
)
_UNLISTED = re.compile(
    r"\b[وف]?[بلك]??(?:"
    r"(?:صحيفة|جريدة|مجلة|قناة|شبكة|موقع|إذاعة|محطة|تلفزيون|وكالة|وكالة أنباء)"
    r" (?:\w+ )?[\"«“](?P<quoted>[^\"«»“”]{2,30})[\"»”]"
    r"|ل?(?P<air>(?:ال)?(?:تلفزيون|اذاعة|إذاعة)(?: ال\w+(?:ية|ي)\b){1,2})"
    r"|(?:صحيفة|جريدة|مجلة) (?P<foreign>(?!ال)\w+(?: (?!ال)\w+){0,2})(?= ال\w+ية\b)"
    r"|(?P<channel>القناة (?:ال\w+ة|\d+)\b|(?:إذاعة الجيش|هيئة البث)(?: ال\w+)?)"
    r"|ل?(?P<spelt>بي بي سي)\b"
    r"|(?:صحيفة|جريدة|مجلة|قناة) (?P<own>ال\w+)"
    r"|(?:وكالة )?(?P<state>ال[أا]نباء(?: ال\w+(?:ية|يه)\b){1,3})"
    r")"
)
_PRESS = frozenset(("صحيفه", "جريده", "قناه"))
_PART = re.compile(r"[^\s\"«»“”„‟()]+")
_OPENS_NAME = frozenset(("وكاله", "صحيفه", "جريده", "قناه", "agence", "agency", "агентство", "the"))
_MEDIUM = re.compile(
    r"^[وفبلك]{0,2}(?:ال)?(?:وكاله|وكالتا|وكالتي|صحيفه|جريده|قناه|موقع|مجله|شبكه|اذاعه)$"
    r"|^(?:agency|newspaper|channel|broadcaster|magazine|agence|journal|quotidien|chaine)$"
    r"|^(?:агентств|газет|телеканал|издани|информагентств|журнал)"
)


def _is_medium(written: str, called: NamedSource, before: str) -> bool:
    folded = normalise(written)
    if any(letter.isupper() for name in called.names for letter in name):
        if not re.search("[\u0600-\u06ff]", folded) and written.islower():
            return False
        if called.agency and written.isascii() and len(written) < 4 and not written.isupper():
            return False
    doubtful = folded in names_of_kind("strict") or folded in names_of_kind("common")
    return not doubtful or bool(_MEDIUM.match(before)) or written.isupper()


def within(tokens: Sequence[NameToken], start: int, end: int) -> list[int]:
    """The numbers of the tokens that reach into `text[start:end]`."""
    return [n for n, token in enumerate(tokens) if start < token.end and token.start < end]
