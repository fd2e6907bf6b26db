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
DIGITS = {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)}
# Combining marks, Arabic vowel signs, tatweel, zero-width and direction marks.
INVISIBLE = (
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
)

_OTHER_DIGITS = re.compile(f"[{''.join(DIGITS)}]")
_TO_DIGITS = str.maketrans(DIGITS)
_INVISIBLE = re.compile(INVISIBLE)


def normalise(text: str) -> str:
    """`text` in lower case with spelling variants, digits, vowel signs and invisible marks folded.

    Lengths may change: positions in the result are not positions in `text`.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    for written, letter in LETTERS.items():  # ten times quicker than to translate letter by letter
        folded = folded.replace(written, letter)
    if _OTHER_DIGITS.search(folded):
        folded = folded.translate(_TO_DIGITS)
    bare = _INVISIBLE.sub("", unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", bare)
