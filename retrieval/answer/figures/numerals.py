"""Cardinal numbers of a text, in digits of any script or in words of ar, en, ru and fr.

The words of all languages are in one table, for they hardly collide and a quote may cite another
language; only what points and commas mean depends on the language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from corpus.language.clitics import clitics
from retrieval.answer.figures.tokens import NumberToken, table, written_ands

_HAN = {"万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "千": 1e3, "百": 1e2}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number written at `tokens[first:last]`: `base` × `scale` is its value where it is a round
    multiple («12 million»), else `scale` is 1. `round_` says that the noun itself is vague, as
    «une centaine»."""

    first: int
    last: int
    value: float
    scale: float = 1
    digits: bool = False
    round_: bool = False


def numerals(found: Sequence[NumberToken]) -> list[Numeral]:
    """The cardinal numbers that are in a text, in order."""
    made: list[Numeral] = []
    at = 0
    while at < len(found):
        number = numeral_at(found, at)
        if number:
            made.append(number)
        at = number.last if number else at + 1
    return made


@cache
def _values(section: str) -> dict[str, float]:
    return {word: float(key) for key, words in table(section).items() for word in words}


def numeral_at(found: Sequence[NumberToken], start: int) -> Numeral | None:
    """The longest number that begins at a token."""
    begun, at, last = _Sum(), start, start
    whole: Numeral | None = None
    while at < len(found):
        token = found[at]
        joining = at > start and (_tied(found, at) or token.text in _ands())
        if not joining and not _between(found, at, start):
            grouped = _scale_at(found, at + 1) or _groups(found, at)
            if token.value is not None and at > start and not grouped:
                break
            joined = at > start and found[last].text in _ands()
            # «2 bin 500», «2 亿 3000 万»: digits after a word
            joined |= token.value is not None and begun.least < float("inf") and last == at
            if not begun.take(token, first=at == start, joined=joined):
                # what came after a whole number begins the next: «20 ألفا و30 ألفا»
                if _scale_at(found, at) and begun.pending and whole:
                    return whole
                break
            last = at + 1
            if begun.value is not None and not begun.pending:
                whole = _made(begun, start, last)
        at += 1
    if last == start or not begun.valid:
        return None
    made = _made(begun, start, last)
    return replace(made, value=2 * made.value) if _is_construct(found, made) else made


def _is_construct(found: Sequence[NumberToken], made: Numeral) -> bool:
    """Whether an Arabic dual has lost its ending before its noun: «ألفا عامل» are two thousand."""
    if made.last - made.first > 1 or made.last >= len(found):
        return False
    after = found[made.last].text
    two = found[made.first].text in table("around")["construct"]
    return two and found[made.last].is_word and after not in table("around")["no_noun"]


def _made(begun: _Sum, start: int, last: int) -> Numeral:
    value = begun.value or 0.0
    return Numeral(start, last, value, begun.scale, begun.digits, begun.round_)


def _scale_at(found: Sequence[NumberToken], at: int) -> bool:
    if at >= len(found):
        return False
    word = _bare(found[at].text, True, first=False)[0]
    return word in _values("scales") or word in _values("bound") or word in _HAN


def _groups(found: Sequence[NumberToken], at: int) -> bool:
    """Whether digits are what follows thousands in words: «2 bin 500», «2 آلاف و500»."""
    before = at - 2 if found[at - 1].text in _ands() else at - 1
    value = found[at].value or 0
    return before >= 0 and 0 < value < 1000 and value % 1 == 0 and _is_thousand(found[before].text)


def _is_thousand(word: str) -> bool:
    return 1000 in (_values("scales").get(word), _values("bound").get(word))


def _between(found: Sequence[NumberToken], at: int, start: int) -> bool:
    """Whether an article is inside of a number: «half a million», «two and a half»."""
    if at <= start or at + 1 >= len(found) or found[at].text not in ("a", "an"):
        return False
    before, after = found[at - 1].text, found[at + 1].text
    halved = before in _ands() and after in _values("parts")
    return halved or (before in _values("parts") and _scale_at(found, at + 1))


def _ands() -> list[str]:
    return table("around")["and"]


def _tied(found: Sequence[NumberToken], at: int) -> bool:
    """Whether a hyphen ties two words into one number, as in «twenty-five»."""
    if found[at].text != "-" or at + 1 == len(found):
        return False
    return found[at - 1].is_word and found[at + 1].is_word


class _Sum:
    """A number as its words come in."""

    def __init__(self) -> None:
        self.total = 0.0
        self.current: float | None = None
        self.least = float("inf")
        self.scale = 1.0
        self.digits = False
        self.round_ = False
        self._closed = False
        self._of: float | None = None

    @property
    def pending(self) -> bool:
        """Whether something is after the last scale that the next may multiply."""
        return self.current is not None

    @property
    def valid(self) -> bool:
        """Whether there is a number: a half alone is none."""
        return self.value is not None and (self.value >= 1 or self.digits or self.value == 0)

    @property
    def value(self) -> float | None:
        if self.current is None and self.least == float("inf"):
            return None
        return round(self.total + (self.current or 0), 6)

    def take(self, token: NumberToken, *, first: bool, joined: bool) -> bool:
        """Whether a token is part of the number, which then holds it."""
        if self._closed:  # of «ثلاثة ملايين ونصف مليون» the last word says nothing more
            said, self._of = self._of, None
            return said is not None and _values("scales").get(token.text) == said
        if token.value is not None:
            return self._small(token.value, joined or first, digits=True)
        if token.text in _HAN:
            return self._scaled(_HAN[token.text])
        word, joined = _bare(token.text, joined, first=first)
        return self._word(word, first=first, joined=joined)

    def _word(self, word: str, *, first: bool, joined: bool) -> bool:
        if word in _values("parts"):
            return self._part(_values("parts")[word], joined)
        for section in ("doubled", "joined"):
            if word in _values(section):
                return self._doubled(_values(section)[word])
        if word in _values("round") and self.current in (None, 1) and not self.total:
            self.current, self.round_, self._closed = _values("round")[word], True, True
            return True
        if word in _values("words"):
            return self._small(_values("words")[word], joined or first)
        scale = _values("scales").get(word) or _values("bound").get(word)
        if scale is None or (self.value is None and word in _values("bound")):
            return False
        return self._scaled(scale)

    def _small(self, value: float, joined: bool, *, digits: bool = False) -> bool:
        """A number below a thousand, or digits."""
        if digits:
            fits = self.current is None and (joined and value < self.least)
            self.digits |= fits
        else:
            fits = value < self.least and self._fits(value, joined)
        if not fits:
            return False
        if self.current and self.current % 100 == 4 and value == 20 and not joined:
            self.current += 76
        elif value == 100 and self.current and self.current < 10 and not joined:
            self.current *= 100
        else:
            self.current = (self.current or 0) + value
        if self.least < float("inf"):
            self.scale = 1
        return True

    def _fits(self, value: float, joined: bool) -> bool:
        """Whether a word of a number may follow what there is."""
        if self.current is None:
            return True
        if self.digits:
            return False
        rest = self.current % 100
        if value == 100:
            return self.current < 10 and not joined and self.current > 0
        if value > 100:
            return False
        return (
            (rest == 0 and self.current >= 100)
            or (rest in (60, 80) and value < 20)
            or (rest == 10 and 7 <= value <= 9 and not joined)
            or (rest >= 20 and rest % 10 == 0 and value < 10)
            or (rest == 4 and value == 20 and not joined)
            or (0 < rest < 10 and value == 10 and not joined)
            or (0 < rest < 10 and value % 10 == 0 and value >= 20 and joined)
        )

    def _scaled(self, scale: float) -> bool:
        if scale >= self.least:
            return False
        self.total += (1 if self.current is None else self.current) * scale
        self.scale = scale if self.least == float("inf") else 1
        self.current, self.least = None, scale
        return True

    def _doubled(self, value: float) -> bool:
        if self.current is not None or value >= self.least:
            return False
        self.total += value
        self.least, self.scale = value / 2, 1
        return True

    def _part(self, part: float, joined: bool) -> bool:
        """A half before a scale, or after one: «نصف مليون», «مليون ونصف»."""
        if self.least < float("inf"):
            if self.current is not None or not joined or part > 1:
                return False
            self.total += part * self.least
            self._closed, self._of = True, self.least
            return True
        if self.current is None or (joined and part < 1 and self.current % 1 == 0):
            self.current = (self.current or 0) + part
            return True
        return False


@lru_cache(maxsize=8192)
def _bare(word: str, joined: bool, *, first: bool) -> tuple[str, bool]:
    """A word of a number without what Arabic writes together with it."""
    known = [_values(name) for name in ("words", "doubled", "scales", "bound", "parts", "round")]
    if any(word in values for values in known) or word in table("around")["monday"]:
        return word, joined
    for clitic in clitics("ar").joined if first else written_ands():
        rest = word.removeprefix(clitic)
        if rest != word and any(rest in values for values in known):
            return rest, joined or clitic in written_ands()
    return word, joined
