"""The lines of a page, and what each shows by itself: ending, length, how it is compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.language.marks import COLONS, EXCLAMATION_MARKS, QUESTION_MARKS, SEMICOLONS
from corpus.language.text import UNSPACED, normalise

# A line that ends like a sentence and has as many words as this is text of an article...
PROSE_WORDS = 8
# ... and so is one without a full stop of more characters than any heading or teaser.
PROSE_CHARACTERS = 240
# Where a number at the end of a line is looked for.
COUNT_CHARACTERS = 12

# White space and marks that print nothing.
_SPACE = " \t\v\f\x85\xa0\u2028\u2029\u3000\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
_BREAK = re.compile(r"\r\n|\n|\r")
_SENTENCE_END = re.compile(r"[.。][\"'»”“’)\]\s]*$")
_QUESTION = re.compile(
    rf"[{EXCLAMATION_MARKS}{QUESTION_MARKS}{COLONS}{SEMICOLONS}][\"'»”“’)\]\s]*$"
)
_BULLETS = " \t\xa0•·▪●○■□◦*–—»>⇒→►▶-"
_DRAWN = frozenset(" \t\xa0•·▪●○■□◦*–—-_=~#|+.")
_BEFORE_MARK = re.compile(r" +(?=[:|])")
_COUNT = re.compile(r"\s*\(?\d{1,5}\)?$")
# Marks around the words of a line.
EDGES = f" \t\xa0.…|*{COLONS}{QUESTION_MARKS}{EXCLAMATION_MARKS}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: `number` counts from 1, `key` is what it is compared by."""

    number: int
    text: str
    key: str

    @property
    def bare(self) -> str:
        """The key without the marks around it."""
        return self.key.strip(EDGES)

    @property
    def uncounted(self) -> str:
        """The bare key without a number at its end, as of comments or pictures."""
        bare = self.bare
        return bare[:-COUNT_CHARACTERS] + _COUNT.sub("", bare[-COUNT_CHARACTERS:])

    @property
    def blank(self) -> bool:
        return not (self.key or self.text.strip(_SPACE))

    @property
    def spaceless(self) -> bool:
        """Whether it is long enough for a headline in a script that parts no words."""
        return len(self.key) >= 10 and len(UNSPACED.findall(self.key)) > len(self.key) // 2

    @property
    def drawn(self) -> bool:
        """Whether it is a rule drawn of dashes, stars or dots."""
        return not self.blank and _DRAWN.issuperset(self.text)

    @property
    def words(self) -> int:
        return len(self.key.split())

    @property
    def closed(self) -> bool:
        """Whether it ends like a sentence that states something."""
        return bool(_SENTENCE_END.search(self.key[-12:]))

    @property
    def prose(self) -> bool:
        """Whether it is beyond doubt a paragraph: a closed one, or too long for anything else."""
        if self.closed and (self.words >= PROSE_WORDS or self.spaceless):
            return True
        long = len(self.text) >= PROSE_CHARACTERS
        return long or (bool(_QUESTION.search(self.key[-12:])) and len(self.text) >= 150)


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of `text`, broken at line feeds and carriage returns only."""
    return tuple(
        Line(number, line, key_of(line)) for number, line in enumerate(_BREAK.split(text), start=1)
    )


def key_of(text: str) -> str:
    """`text` as lines are compared: normalised, white space collapsed, no bullet before it."""
    collapsed = " ".join(normalise(text).split())
    return _BEFORE_MARK.sub("", collapsed).lstrip(_BULLETS)
