"""Where a line ends one sentence and begins the next.

sentencex proposes ends. It knows quotations and many abbreviations. It misses some ends (a Persian
one before a joiner, all within an unclosed quotation) and sees false ones at abbreviations of news:
«السيد ب.», «5 млн.», "p.m. EST". The tables of the languages correct it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

import sentencex

from corpus.language.languages import merged, table
from corpus.language.marks import SENTENCE_ENDS
from corpus.language.phrases import any_of, phrases
from corpus.language.scripts import ARABIC_LETTERS, CAPITAL, SMALL, TATWEEL

_SAID = merged("sentences")
# The names of Latin letters in Arabic: «بي. بي. سي.».
_LETTERS = frozenset(phrases(_SAID["letters"]))
# The end of a sentence or not: not before what goes on with a small letter, a number or the like.
_GOES_ON = re.compile(rf"(?:{any_of(phrases(_SAID['goes_on']))}|&)\b")
_SMALL = re.compile(rf"[\"'«“‘(\[–—-]*\s*[{SMALL},;]")
_WORD_BEFORE = re.compile(r"([^\W\d_][\w'’-]*(?:\.[^\W\d_]+)*)\.$")
_INITIAL = re.compile(rf"(?:^|[\s«\"“(.-])[{CAPITAL}]\.$")
_ARABIC_INITIAL = re.compile(rf"(?:^|[\s«\"“(.])[{ARABIC_LETTERS}]{TATWEEL}?\.$")
_CLOCK = re.compile(r"\b[ap]\.\s?m\.$", re.IGNORECASE)
_COMPANY = re.compile(rf"\b(?:{any_of(phrases(_SAID['companies']))})\.$")
_SPELLED = re.compile(r"\b(\w{2,6})\. ?(\w{2,6})\.[\"'»”’]*$")
_CITY = re.compile(rf"(?:^|[^\d\s]\s+|[«(])(?:{any_of(phrases(_SAID['city']))})\.$")
_BEFORE_NUMBER = re.compile(rf"(?:^|\s)(?:{any_of(phrases(_SAID['before_number']))})\.$")
_ENDS = re.compile(
    # a run of marks is looked at once, from where it begins
    rf"(?:(?<![{SENTENCE_ENDS}])[{SENTENCE_ENDS}]+[\"'»”’)\]]*(?=\s)|[।॥]+[\"'»”’)\]]*(?=\s|[^\s\"'»”’)\]])|[。！？]+[」』”）]*(?=.))"
)
# Languages that write «the 14th» as «14.».
_ORDINALS = ("de", "tr", "fi", "no", "da", "cs", "pl", "hu", "sr", "hr", "sl", "sk")
_ORDINAL = re.compile(r"(?<![\d.,])\d{1,2}\.$")
# «…» – the commissioner: who said it, on the same line.
_SPEAKER = re.compile(r"[–—-]\s*[^\W\d_]")
_SPEAKER_WORDS = 8
# What of a line is looked at on both sides of an end.
_NEAR = 100
_CLOSING = '"»”’.'
_OPENS = re.compile(r"\s+[\"«“„‹「『]$")
_MARKS = re.compile('["«»“”„‹›]')


def pieces(line: str, language: str) -> Iterator[tuple[int, int]]:
    """The sentences of one line as positions in it, without outer white space."""
    start = 0
    for end in [*_ends(line, language), len(line)]:
        if end <= start:
            continue
        before, after = line[max(start, end - _NEAR) : end], line[end : end + _NEAR]
        if end < len(line) and not _is_end(before.rstrip(), after, language):
            continue
        text = line[start:end]
        left = len(text) - len(text.lstrip())
        if left < len(text):
            yield start + left, start + len(text.rstrip())
        start = end


def _ends(line: str, language: str) -> list[int]:
    """The positions at which a sentence may end."""
    text = line if _paired(line) else _MARKS.sub(" ", line)
    proposed = {each["end_index"] for each in sentencex.get_sentence_boundaries(language, text)}
    inside = _quoted(text)
    starts = [start for start, _ in inside]
    own = set()
    for found in _ENDS.finditer(text):
        around = bisect_left(starts, found.start()) - 1
        if around < 0 or found.end() >= inside[around][1]:
            own.add(found.end())
    return sorted({_before_mark(line, end) for end in proposed | own})


def _before_mark(line: str, end: int) -> int:
    """An end without the mark that opens the next sentence."""
    opening = _OPENS.search(line, max(0, end - 4), end)
    return opening.start() if opening and line[end : end + 1].strip() else end


def _is_end(before: str, after: str, language: str) -> bool:
    """Whether a sentence ends between two texts."""
    if after[:1].isdigit() and before[-2:-1].isdigit():
        return False  # «97.4»
    after = after.lstrip()
    if _SMALL.match(after):
        return False
    if before[-1:] in _CLOSING and _SPEAKER.match(after) and len(after.split()) <= _SPEAKER_WORDS:
        return False
    if language in _ORDINALS and _ORDINAL.search(before):
        return False
    spelled = _SPELLED.search(before)
    if spelled and _LETTERS.issuperset(spelled.groups()):
        return False
    if not after or not before.endswith("."):
        return True
    if _INITIAL.search(before) or _ARABIC_INITIAL.search(before):
        return False
    if _CITY.search(before):
        return False
    if _BEFORE_NUMBER.search(before):
        return not after[0].isdigit()
    if (_CLOCK.search(before) or _COMPANY.search(before)) and _GOES_ON.match(after):
        return False
    word = _WORD_BEFORE.search(before)
    if word is None:
        # «3. Platz», a day or a number in order
        return not (before[:-1].isdigit() and len(before) <= 3)
    return word[1].lower() not in _abbreviations(language) and word[1] not in _LETTERS


@cache
def _abbreviations(language: str) -> frozenset[str]:
    """What ends no sentence in a language: its own abbreviations and those of English, which are in
    texts of any; all that are known where its own are not."""
    own = (table(each, "sentences").get("abbreviations", "") for each in (language, "en"))
    known = table(language, "sentences") or language == "en"
    return frozenset(phrases("|".join(own) if known else _SAID["abbreviations"]))


def _paired(text: str) -> bool:
    """Whether each mark of quotation has its other."""
    if text.count('"') % 2:
        return False
    curly = text.count("“") + text.count("”") + text.count("„")
    return text.count("«") == text.count("»") and curly % 2 == 0


def _quoted(text: str) -> list[tuple[int, int]]:
    """The stretches within marks of quotation, and within parentheses."""
    return [match.span() for match in _STRETCHES.finditer(text)]


_STRETCHES = re.compile(
    r"\"[^\"]*\"|«[^«»]*»|“[^“”]*”|„[^“”„]*[“”]|‹[^‹›]*›|「[^「」]*」|『[^『』]*』|\([^()]*\)|（[^（）]*）"
)
