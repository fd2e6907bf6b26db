"""Text in one spelling of its words: differences in writing that do not change what is said.

These are digits of any script and separators of thousands, kinds of heh, ye and kaf, and marks of
Markdown. Vowel signs, signs of recitation and tatweel count only in a text that has some: people
leave them out when they quote, but different ones mean something else. The rest is as in `pasted`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.language.pasted import Folded
from corpus.language.text import DIGITS, RARE_LETTERS, THOUSANDS

# Marks of quotations, of items and of headings at the start of a line; of emphasis and code around
# words.
_MARKDOWN = re.compile(
    r"^(?:[ \t]*(?:>|(?:[-*+•▪◦‣]|#{1,6})(?=[ \t])))+[ \t]*"
    r"|(?<!\w)[*_`]+(?=\S)|(?<=\S)[*_`]+(?!\w)",
    re.MULTILINE,
)
_LETTERS = RARE_LETTERS | {"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك"}
_WRITTEN = _LETTERS | DIGITS | {"٫": ".", "٪": "%"}
_SIGNS = (
    "\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
)
_SIGN = re.compile(f"[{_SIGNS}]")
_OTHERWISE = re.compile(f"[{''.join(_WRITTEN)}]")
_OTHERWISE_OR_SIGN = re.compile(f"[{''.join(_WRITTEN)}{_SIGNS}]")
_THOUSANDS = re.compile(THOUSANDS)
_SEPARATOR = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text in one spelling, and where its characters stood."""

    text: str
    _stages: tuple[Folded, ...]

    @classmethod
    def of(cls, text: str, *, signs: bool = True) -> Spelled:
        """`text` with its vowel signs, or without."""
        bare = Folded.replacing(text, _MARKDOWN, lambda _: "")
        folded = Folded.of(bare.text)
        otherwise = _OTHERWISE if signs else _OTHERWISE_OR_SIGN
        plain = Folded.replacing(folded.text, otherwise, lambda found: _WRITTEN.get(found[0], ""))
        whole = Folded.replacing(plain.text, _THOUSANDS, lambda found: _SEPARATOR.sub("", found[0]))
        return cls(whole.text, (bare, folded, plain, whole))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where what became `self.text[start:end]`, not empty, stood."""
        for stage in reversed(self._stages):
            start, end = stage.original(start, end)
        return start, end


def has_signs(text: str) -> bool:
    """Whether a text has vowel signs, signs of recitation or tatweel."""
    return bool(_SIGN.search(text))


def signs_end(text: str, at: int) -> int:
    """Where the signs end that are at this place, on to the letter before."""
    while at < len(text) and _SIGN.match(text, at):
        at += 1
    return at
