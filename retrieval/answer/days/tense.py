"""Whether a clause speaks of what is to come: which Friday is meant hangs on it.

Where a verb leaves it open, so does this.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from corpus.language.languages import merged
from corpus.language.text import normalise
from retrieval.answer.days.words import any_of

# A clause of up to so many words around a day goes on in the next: «On Thursday, the mayor will…».
_SHORT = 3
_CLAUSE_END = re.compile(r"[.;:!?…،؛؟,()\n]| [-–—] ")
_WORD = re.compile(r"[^\W_]+")
# Russian verbs by their endings: of the past, and of what is not past.
_RU_PAST = re.compile(r"\b[а-я]{2,}(?:л|ла|ло|ли)(?:ся|сь)?\b|\b[а-я]{3,}(?:ан|ен|ят|ыт)[аоы]?\b")
_RU_NON_PAST = re.compile(r"\b[а-я]{3,}(?:ет|ит|ут|ют|ат|ят)(?:ся)?\b")
_FR_FUTURE = re.compile(r"\b[a-z]{2,}r(?:a|ont)\b")
_AR_FUTURE = re.compile(r"(?<!\w)[وف]?س[ينت]\w{3,8}")
_AR_IMPERFECT = re.compile(r"(?<!\w)(?<!لم )[وف]?ي\w{2,6}(?!\w)")
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
        if opening and text[opening - 1] not in ".!?؟\n":
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
    """Of a clause, and of what of it stands before the day, `near` words of it."""
    patterns = _patterns()
    if patterns["open"].search(clause):
        return Tense.OPEN
    bare = patterns["never"].sub("", clause)
    if patterns["words"].search(clause) or _AR_FUTURE.search(bare):
        return Tense.FUTURE
    if not _RU_PAST.search(bare) and _RU_NON_PAST.search(bare):
        return Tense.FUTURE
    if _FR_FUTURE.search(bare):
        return Tense.FUTURE
    last = patterns["no_verb"].sub("", " ".join(head.split()[-near:]))
    if _AR_IMPERFECT.search(last) or patterns["imperfect"].search(last):
        return Tense.OPEN
    return Tense.PAST


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    table = merged("days.future")
    return {name: re.compile(rf"(?<!\w)[وف]?{any_of(table[name])}(?!\w)") for name in table}
