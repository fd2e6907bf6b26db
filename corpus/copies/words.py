"""A body as words to compare: one number a word, and where each word stands.

Words that differ only in spelling have the same number, and so have the names of one month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from corpus.dates.written import NUMBER_OF_MONTH
from corpus.language.marks import SENTENCE_ENDS
from corpus.language.text import INVISIBLE, normalise

Numbers = npt.NDArray[np.int64]
# A quotation with fewer words is a name or a word held at a distance, not somebody's speech.
SPEECH_WORDS = 5

_PACKED = np.dtype(
    [("keys", "<i8"), ("starts", "<i4"), ("ends", "<i4"), ("spoken", "?"), ("sentences", "<i4")]
)
_WORD = re.compile(rf"[^\W_][\w{INVISIBLE[1:-1]}]*")
_QUOTATION = re.compile('«[^«»]*»|‹[^‹›]*›|“[^“”]*”|„[^“”„]*[“”]|"[^"\n]*"|”[^“”\n]*“')
_STOP = re.compile(rf"[{SENTENCE_ENDS}][\"'»”’)\]]*\s|\n")
# 12/07/2025: the second number is a month.
_NUMERIC_DATE = re.compile(r"(?<!\d)\d{1,2}([/.-])(\d{1,2})\1(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class WordRun:
    """The words of a body. Word i is `body[starts[i]:ends[i]]` and compares as `keys[i]`; `spoken`
    says whether it is in a quotation long enough to be speech, `sentences` is the number of its
    sentence, ascending. All arrays are (n,)."""

    keys: Numbers
    starts: Numbers
    ends: Numbers
    spoken: npt.NDArray[np.bool_]
    sentences: Numbers

    def __len__(self) -> int:
        return len(self.keys)

    def packed(self) -> bytes:
        """The words as bytes, of which `unpacked` makes them again."""
        made = np.empty(len(self), dtype=_PACKED)
        for name in _PACKED.names or ():
            made[name] = getattr(self, name)
        return made.tobytes()

    @classmethod
    def unpacked(cls, stored: bytes) -> WordRun:
        held = np.frombuffer(stored, dtype=_PACKED)
        keys, starts, ends, sentences = (
            held[name].astype(np.int64) for name in ("keys", "starts", "ends", "sentences")
        )
        return cls(keys, starts, ends, held["spoken"].copy(), sentences)

    def between(self, start: int, end: int) -> WordRun:
        """The words that stand wholly in `body[start:end]`."""
        first = int(np.searchsorted(self.starts, start))
        last = max(int(np.searchsorted(self.ends, end, side="right")), first)
        return WordRun(
            self.keys[first:last],
            self.starts[first:last],
            self.ends[first:last],
            self.spoken[first:last],
            self.sentences[first:last],
        )


@lru_cache(maxsize=256)
def words_of(body: str) -> WordRun:
    """The words of `body` in order. A month named twice («يونيو/حزيران») is one word."""
    found = [(_key(match.group()), *match.span()) for match in _WORD.finditer(body)]
    keys, starts, ends = np.array(found, dtype=np.int64).reshape(-1, 3).T
    keys = keys.copy()
    for date in _NUMERIC_DATE.finditer(body):
        first = int(np.searchsorted(starts, date.start()))
        month = int(np.searchsorted(starts, date.start(2)))
        keys[first] = _key(str(int(body[starts[first] : ends[first]])))
        keys[month] = _MONTHS.get(int(date[2]), keys[month])
    keys, starts, ends = _with_whole_months(keys, starts, ends)
    stops = np.array([stop.end() for stop in _STOP.finditer(body)], dtype=np.int64)
    sentences = np.searchsorted(stops, starts, side="right")
    return WordRun(keys, starts, ends, _spoken(body, starts), sentences)


def is_speech(body: str, start: int, end: int) -> bool:
    """Whether most of `body[start:end]` is somebody's speech in quotation marks."""
    spoken = words_of(body).between(start, end).spoken
    return 2 * int(spoken.sum()) > len(spoken)


def _with_whole_months(
    keys: Numbers, starts: Numbers, ends: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Months of two words, and months named twice in a row, as one word each."""
    first = np.isin(keys[:-1], _OPENING)
    for at in np.flatnonzero(first).tolist():
        month = _OF_TWO.get((int(keys[at]), int(keys[at + 1])))
        if month is not None:
            keys[at] = keys[at + 1] = month
    # The end of a word goes to the last of its run, its start to the first.
    again = np.zeros(len(keys), dtype=bool)
    again[1:] = (keys[1:] == keys[:-1]) & np.isin(keys[1:], _NAMED)
    last = np.ones(len(keys), dtype=bool)
    last[:-1] = ~again[1:]
    return keys[~again], starts[~again], ends[last]


def _spoken(body: str, starts: Numbers) -> npt.NDArray[np.bool_]:
    spoken = np.zeros(len(starts), dtype=bool)
    for quotation in _QUOTATION.finditer(body):
        first, last = np.searchsorted(starts, quotation.span())
        if last - first >= SPEECH_WORDS:
            spoken[first:last] = True
    return spoken


@lru_cache(maxsize=1 << 18)
def _key(word: str) -> int:
    bare = normalise(word)
    month = NUMBER_OF_MONTH.get(bare)
    return _MONTHS[month] if month else _hash(bare)


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little", signed=True)


_MONTHS = {month: _hash(f"month {month}") for month in range(1, 13)}
_NAMED = np.array(list(_MONTHS.values()))
_OF_TWO = {
    (_hash(first), _hash(second)): _MONTHS[month]
    for name, month in NUMBER_OF_MONTH.items()
    for first, _, second in [name.partition(" ")]
    if second
}
_OPENING = np.array([first for first, _ in _OF_TWO])
