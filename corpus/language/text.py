"""How spellings of the same word are brought together before they are compared.

The table is shared by the lexical channel, the cleaner and the date tables, and is the one the
embedded model's tokenizer expresses with its own normalizers. It never touches stored text.
"""

from __future__ import annotations

import re
import unicodedata

# Alef with hamza or madda, alef maksura, ta marbuta, Persian kaf and ye, hamza carriers, yo,
# the sigma that ends a word.
LETTERS = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ى": "ي",
    "ة": "ه",
    "ک": "ك",
    "ی": "ي",
    "ؤ": "و",
    "ئ": "ي",
    "ё": "е",
    "ς": "σ",
}
# Heh and kaf as the keyboards of Urdu, Kurdish and Sindhi write them. Other keyboards write them in
# Arabic by mistake.
RARE_LETTERS = {"ھ": "ه", "ہ": "ه", "ۃ": "ه", "ۂ": "ه", "ۀ": "ه", "ە": "ه", "ڪ": "ك"}
# The zeros of the scripts in use whose digits NFKC leaves as they are.
_ZEROS = (
    *(0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66),
    *(0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810),
)
DIGITS = {chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)}
# Combining marks, soft hyphens, Arabic vowel signs and signs of recitation, tatweel, zero-width and
# direction marks, word joiners.
INVISIBLE = (
    "[\u0300-\u036f\u00ad\u0610-\u061a\u061c\u064b-\u065f\u0670\u0640\u06d6-\u06dc\u06df-\u06e8"
    "\u06ea-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)

# Characters of Chinese and Japanese, which write words without spaces between them.
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")

_RARE = RARE_LETTERS | DIGITS
_ANY_RARE = re.compile(f"[{''.join(_RARE)}]")
_WITHOUT_RARE = str.maketrans(_RARE)
_INVISIBLE = re.compile(INVISIBLE)
# Between the digits of a number; all kinds of spaces, for the text may not be normalised.
_MARKS = ".,٬'’ \u00a0\u2009\u202f"
THOUSANDS = (
    r"\d(?<![0٠۰०])(?<![\d.,٫]\d)(?<!\d[:/]\d)"
    rf"(?:\d{{0,2}}([{_MARKS}])\d{{3}}(?:\1\d{{3}})*(?!\d|\1\d)|\d?(?:,\d\d)+,\d{{3}}(?!,?\d))"
)
"""A number in digits with separators of thousands, or of lakhs, between them; it has one group."""
_MAY_BE_GROUPED = re.compile(rf"[0-9][{_MARKS}][0-9]{{2}}")
_GROUPED = re.compile(THOUSANDS)
_SEPARATORS = re.compile(f"[{_MARKS}]")


def normalise(text: str) -> str:
    """`text` in lower case with spelling variants, digits, vowel signs and invisible marks folded.

    Lengths may change: positions in the result are not positions in `text`.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    for written, letter in LETTERS.items():  # ten times quicker than to translate letter by letter
        folded = folded.replace(written, letter)
    if _ANY_RARE.search(folded):
        folded = folded.translate(_WITHOUT_RARE)
    bare = _INVISIBLE.sub("", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", bare)


def ungrouped(text: str) -> str:
    """A normalised text, its numbers without separators of thousands: 1,250 and 1.250 are 1250.
    Years, times and decimals stay as they are."""
    if not _MAY_BE_GROUPED.search(text):  # far quicker than to look for whole numbers in most texts
        return text
    return _GROUPED.sub(lambda number: _SEPARATORS.sub("", number.group()), text)
