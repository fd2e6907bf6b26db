"""Whether a clause speaks about the future, which decides which Friday is meant. If the verb leaves
it open, so does this module."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from corpus.language.clitics import clitics
from corpus.language.languages import by_language, merged
from corpus.language.marks import CLAUSE_ENDS, DASHES, SENTENCE_ENDS
from corpus.language.text import normalise
from retrieval.answer.days.words import any_of

# A clause of up to so many words around a day goes on in the next: «On Thursday, the mayor will…».
_SHORT = 3
_CLAUSE_END = re.compile(rf"[{SENTENCE_ENDS}{CLAUSE_ENDS}()\n]| [{DASHES}] ")
_WORD = re.compile(r"[^\W_]+")
# So many words before a day a verb still goes with it.
_NEAR = 6


class Tense(Enum):
    PAST = "past"
    FUTURE = "future"
    OPEN = "open"


def tense_at(text: str, start: int, end: int) -> Tense:
    """Of the clause around `text[start:end]`, a day; where that has few words, of the one before
    with it, or of the next where the day opens the sentence."""
    opening = _opening(text, start)
    stop = _CLAUSE_END.search(text, end)
    close = stop.start() if stop else len(text)
    if len(_WORD.findall(text[opening:start] + text[end:close])) <= _SHORT:
        if opening and text[opening - 1] not in SENTENCE_ENDS + "\n":
            opening = _opening(text, opening - 1)
        elif stop:
            further = _CLAUSE_END.search(text, stop.end())
            close = further.start() if further else len(text)
    head = normalise(text[opening:start])
    behind = _patterns()["relative"].split(head)[-1]
    if behind != head:
        return _tense(behind, behind, near=len(behind))
    return _tense(head, f"{head} {normalise(text[end:close])}")


def _opening(text: str, start: int) -> int:
    return max((match.end() for match in _CLAUSE_END.finditer(text, 0, start)), default=0)


def _tense(head: str, clause: str, near: int = _NEAR) -> Tense:
    """Of a clause, and of what of it is before the day, `near` words of it."""
    patterns = _patterns()
    if patterns["open"].search(clause):
        return Tense.OPEN
    bare = patterns["never"].sub("", clause)
    if patterns["words"].search(clause) or _verbs("future").search(bare):
        return Tense.FUTURE
    if not _verbs("past").search(bare) and _verbs("not_past").search(bare):
        return Tense.FUTURE
    last = patterns["no_verb"].sub("", " ".join(head.split()[-near:]))
    if _verbs("open").search(last) or patterns["imperfect"].search(last):
        return Tense.OPEN
    return Tense.PAST


@cache
def _verbs(kind: str) -> re.Pattern[str]:
    """Verbs of a tense by their endings or beginnings, in all languages."""
    every = (held[kind].strip() for held in by_language("tense").values() if kind in held)
    return re.compile("|".join(every))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    table = merged("days.future")
    return {
        name: re.compile(rf"(?<!\w){clitics('ar').conjunction}{any_of(table[name])}(?!\w)")
        for name in table
    }
