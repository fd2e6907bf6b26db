"""Text as it was before programs changed it, to compare what somebody pasted with what is stored.

Only what messengers, browsers and word processors change by themselves is undone: kinds and runs of
white space, quotation marks, apostrophes and dashes, the ellipsis character, invisible marks,
composed and decomposed letters, the shapes in which some programs store Arabic letters and Latin
ligatures. Letters, vowel signs, tatweel, digits, capitals and all other punctuation come from
people and stay.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from corpus.language.phrases import LatePattern
from corpus.language.text import normalise, ungrouped

_SPACE = r"\s\x00-\x1f\x7f-\x9f"
# Soft hyphen, joiners and direction marks, byte order marks, variation selectors, and the double
# lines that Telegram removes.
_UNSEEN = (
    "\u00ad\u034f\u061c\u0333\u033f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_DOUBLE = '"«»“”„‟″＂'
_SINGLE = "'‘’‚‛′‹›ʼ`´＇"
_DASHES = r"\-‐‑‒–—―−﹘－"
_SPECIAL = f"{_SPACE}{_UNSEEN}{_DOUBLE}{_SINGLE}…{_DASHES}"
_PIECE = LatePattern(
    f"(?P<plain>[^{_SPECIAL}]+(?:(?: |[{_UNSEEN}]+)[^{_SPECIAL}]+)*)"
    # programs put spaces inside quotation marks, or take them away
    f"|[{_SPACE}{_UNSEEN}]*(?P<double>[{_DOUBLE}](?:[{_SPACE}{_UNSEEN}]*[{_DOUBLE}])*)"
    f"[{_SPACE}{_UNSEEN}]*"
    f"|(?P<blank>[{_SPACE}{_UNSEEN}]+)|(?P<dash>[{_DASHES}](?:[{_UNSEEN}]*[{_DASHES}])*)|(?P<single>.)"
)
_MARK = re.compile(f"[{_DOUBLE}]")
_BLANK = re.compile(f"[{_SPACE}]")
# Letters in the shape they have at one place of a word, and ligatures.
_SHAPED = "\ufb00-\ufb06\ufb50-\ufbb1\ufbd3-\ufbff\ufdf2\ufe80-\ufefc"
_CHANGED = re.compile(f"[{_UNSEEN}{_SHAPED}]")
_HIDDEN = re.compile(f"[{_UNSEEN}]")
# Written without spaces, each character is a word.
UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")


# Telegram takes these out, where others make a line break or a letter of them.
_TAKEN_OUT = dict.fromkeys((0x2028, 0x2029, 0x30A), "\u200b")


class _Piece(NamedTuple):
    """`text[start:end]` as it is compared; `same`: to the character as it was."""

    written: str
    start: int
    end: int
    same: bool


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared, and where its characters stood."""

    text: str
    _pieces: tuple[_Piece, ...]
    _offsets: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Folded:
        return cls._made(_pieces(text))

    @classmethod
    def replacing(
        cls, text: str, pattern: re.Pattern[str], written: Callable[[re.Match[str]], str]
    ) -> Folded:
        """A text that differs from `text` only where the pattern matches."""
        return cls._made(_replaced(text, pattern, written))

    @classmethod
    def _made(cls, every: Iterator[_Piece]) -> Folded:
        pieces = tuple(piece for piece in every if piece.written)
        offsets = accumulate((len(piece.written) for piece in pieces), initial=0)
        return cls("".join(piece.written for piece in pieces), pieces, tuple(offsets))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where what became `self.text[start:end]`, not empty, stood."""
        first = bisect_right(self._offsets, start) - 1
        last = bisect_right(self._offsets, end - 1) - 1
        before, after = self._pieces[first], self._pieces[last]
        return (
            before.start + (start - self._offsets[first] if before.same else 0),
            after.start + end - self._offsets[last] if after.same else after.end,
        )


def folded(text: str) -> str:
    """`text` as it is compared, without white space around it."""
    return "".join(piece.written for piece in _pieces(text)).strip()


def sent(text: str) -> str:
    """`text` as Telegram sends it, as long as before: what it takes out is made unseen."""
    return text.translate(_TAKEN_OUT)


def words_to_find(text: str) -> list[str]:
    """The words by which a text is found, in order: normalised, numbers without separators of
    thousands, each character of a script without spaces for itself."""
    return _WORD.findall(ungrouped(normalise(folded(text))))


def _pieces(text: str) -> Iterator[_Piece]:
    for found in _PIECE.finditer(text):
        kind, written, (start, end) = found.lastgroup, found.group(), found.span()
        if kind == "plain":
            yield from _letters(written, start)
        elif kind == "double":
            first, last = found.span("double")
            for mark in _MARK.finditer(text, first, last):
                yield _Piece('"', *mark.span(), False)
        elif kind == "blank":
            yield _Piece(" " if _BLANK.search(written) else "", start, end, False)
        elif kind == "dash":
            yield _Piece("-", start, end, False)
        else:
            yield _Piece("..." if written == "…" else "'", start, end, False)


def _replaced(
    text: str, pattern: re.Pattern[str], written: Callable[[re.Match[str]], str]
) -> Iterator[_Piece]:
    last = 0
    for found in pattern.finditer(text):
        start, end = found.span()
        yield _Piece(text[last:start], last, start, True)
        yield _Piece(written(found), start, end, False)
        last = end
    yield _Piece(text[last:], last, len(text), True)


def _letters(run: str, offset: int) -> Iterator[_Piece]:
    """A run of letters, with each letter composed and in its plain shape."""
    if unicodedata.is_normalized("NFC", run) and not _CHANGED.search(run):
        yield _Piece(run, offset, offset + len(run), True)
        return
    starts = [at for at, character in enumerate(run) if not at or not _joins(character)]
    for start, end in zip(starts, [*starts[1:], len(run)], strict=True):
        letter = _CHANGED.sub(_plain_shape, run[start:end])
        composed = unicodedata.normalize("NFC", letter)
        yield _Piece(composed, offset + start, offset + end, composed == run[start:end])


def _joins(character: str) -> bool:
    """Whether a character may become one with that before it, or be between two that do: marks,
    parts of syllables, what is not seen."""
    return bool(
        unicodedata.combining(character)
        or "\u1160" <= character <= "\u11ff"
        or _HIDDEN.match(character)
    )


def _plain_shape(found: re.Match[str]) -> str:
    return "" if _HIDDEN.match(found[0]) else unicodedata.normalize("NFKC", found[0])
