"""Scripts: which letters they have, as parts of character classes and as questions to a text."""

from __future__ import annotations

import re

# Parts of character classes of regular expressions.
ARABIC = "\u0600-\u06ff"
ARABIC_LETTERS = "\u0620-\u064a\u066e-\u06d3"
ARABIC_SIGNS = "\u0610-\u061a\u064b-\u065f\u0670"
TATWEEL = "\u0640"
CYRILLIC = "\u0400-\u04ff"
HEBREW = "\u05d0-\u05ea"
HAN = "\u3400-\u9fff"
KANA = "\u3040-\u30ff"
HANGUL = "\uac00-\ud7af"
# Small and capital letters of Latin and Cyrillic.
SMALL = "a-zß-öø-ÿа-яёіїєґα-ωğışçñ"
CAPITAL = "A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐĞİŞ"

_ARABIC = re.compile(f"[{ARABIC}]")
_CYRILLIC = re.compile(f"[{CYRILLIC}]")
_HAN = re.compile(f"[{HAN}]")
_UNSPACED = re.compile(f"[{KANA}{HAN}{HANGUL}]")


def has_arabic(text: str) -> bool:
    """Whether a text has a character of the Arabic script."""
    return bool(_ARABIC.search(text))


def has_cyrillic(text: str) -> bool:
    """Whether a text has a Cyrillic letter."""
    return bool(_CYRILLIC.search(text))


def has_unspaced(text: str) -> bool:
    """Whether a text has Chinese, Japanese or Korean in it, where a name may stand anywhere
    in a run of letters."""
    return bool(_UNSPACED.search(text))


def has_han(text: str) -> bool:
    """Whether a text has a Chinese character."""
    return bool(_HAN.search(text))
