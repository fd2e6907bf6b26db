"""Receipts: where a quote stands, and a check of its words, in at most 24 characters.

A receipt holds all it says, nothing is stored for it. From the highest bit down:

    span     start and end as one number, see `_paired`; takes the bits it needs
    article  24 bits of a hash of the article's id
    words    21 bits of a hash of article, version, start and text
    typing   16 bits, CRC-CCITT of the rest

It is written in base 32 without the digits that look like letters, so it can be read aloud, typed
in either case, printed, and sent as what follows /start in a link to a bot. One character that is
mistyped, or two or three in a row, are noticed for certain, whatever the coverage.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import isqrt
from zlib import crc32

from corpus.errors import InputError
from corpus.store import Coverage
from corpus.types import Article
from retrieval.types import Quote

MOST_CHARACTERS = 24
"""Characters of a receipt, for bodies of up to a thousand million characters, more than SQLite
holds in one value."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_FEWEST_CHARACTERS = 13
_SHAPE = re.compile(f"[{_ALPHABET}0189]{{{_FEWEST_CHARACTERS},{MOST_CHARACTERS}}}")
_LOOK_ALIKES = str.maketrans("0189", "olbg")
_BITS = 5
_TYPING = 16
_WORDS = 21
_ARTICLE = 24
_BYTES = 15


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says: where the quote stands, and by which hashes to know its article and
    words again."""

    start: int
    end: int
    article: int
    words: int

    def stands_in(self, article: str, version: str, body: str) -> bool:
        """Whether this is the receipt of `body[start:end]` of this article and version."""
        return self.end <= len(body) and self.words == _words_key(
            article, version, self.start, body[self.start : self.end]
        )


@dataclass(frozen=True, slots=True)
class Receipted:
    """What a receipt identifies: `body[start:end]` of a version of an article, or of a body that
    the version had before it was cleaned again. `superseded`: it is no longer the article's text.
    """

    article: Article
    superseded: bool
    start: int
    end: int
    body: str

    @property
    def text(self) -> str:
        return self.body[self.start : self.end]


def receipt_of(quote: Quote) -> str:
    """The receipt of a quote: the same on every machine, `MOST_CHARACTERS` at most, of a-z and
    2-7."""
    article = quote.article
    number = _paired(quote.start, quote.end)
    number = number << _ARTICLE | _article_key(article.id)
    number = number << _WORDS | _words_key(article.id, article.version, quote.start, quote.text)
    number = number << _TYPING | _crc(number)
    length = max(-(-number.bit_length() // _BITS), _FEWEST_CHARACTERS)
    return "".join(_ALPHABET[number >> _BITS * place & 31] for place in reversed(range(length)))


def is_receipt(text: str) -> bool:
    """Whether `text` has the form of a receipt, rightly typed or not; a long word has it too."""
    return bool(_SHAPE.fullmatch(text.strip().lower()))


def read_receipt(text: str) -> Receipt:
    """What a receipt says. Raises `InputError` for one that is mistyped."""
    number = _number(text.strip().lower())
    if number is None:
        raise InputError("this receipt is mistyped: compare it with the original letter by letter")
    number >>= _TYPING
    words = number & (1 << _WORDS) - 1
    number >>= _WORDS
    start, end = _apart(number >> _ARTICLE)
    return Receipt(start, end, number & (1 << _ARTICLE) - 1, words)


def receipted(
    receipt: Receipt, coverage: Coverage, articles: Iterable[str] | None = None
) -> Receipted | None:
    """What a receipt is of; `None` if no article has it, or one that has been removed. `articles`
    are its `carriers`, if they are known."""
    for article in carriers(receipt, coverage) if articles is None else articles:
        for known in reversed(coverage.versions(article)):
            for number, body in enumerate(coverage.bodies(article, known.version)):
                if receipt.stands_in(article, known.version, body):
                    found = coverage.article(article, known.version)
                    assert found is not None
                    superseded = number > 0 or not known.newest
                    return Receipted(found, superseded, receipt.start, receipt.end, body)
    return None


def carriers(receipt: Receipt, coverage: Coverage) -> list[str]:
    """The articles that the receipt may be of, removed or not: of many one, rarely two."""
    return [each for each in coverage.article_ids() if _article_key(each) == receipt.article]


def purged(receipt: Receipt, coverage: Coverage) -> date | None:
    """When the article that the receipt may be of was taken out for good; `None` if none was."""
    every = coverage.purged().items()
    days = [day for article, day in every if _article_key(article) == receipt.article]
    return max(days, default=None)


def carriers_of_all(receipts: Iterable[Receipt], coverage: Coverage) -> dict[int, list[str]]:
    """The `carriers` of many receipts, by `Receipt.article`."""
    found: dict[int, list[str]] = {receipt.article: [] for receipt in receipts}
    for article in coverage.article_ids() if found else ():
        if (key := _article_key(article)) in found:
            found[key].append(article)
    return found


def _paired(start: int, end: int) -> int:
    """The number of the pair among all with 0 <= start < end, by end, then start."""
    return end * (end - 1) // 2 + start


def _apart(number: int) -> tuple[int, int]:
    """The pair with this number."""
    end = (1 + isqrt(8 * number + 1)) // 2
    return number - end * (end - 1) // 2, end


def _article_key(article: str) -> int:
    return crc32(article.encode()) & (1 << _ARTICLE) - 1


def _words_key(article: str, version: str, start: int, text: str) -> int:
    digest = sha256(f"{article}\0{version}\0{start}\0{text}".encode(errors="surrogatepass"))
    return int.from_bytes(digest.digest()) & (1 << _WORDS) - 1


def _crc(number: int) -> int:
    return crc_hqx(number.to_bytes(_BYTES), 0xFFFF)


def _number(written: str) -> int | None:
    """The number that is written, if it was rightly typed: one that no receipt has is wrong too."""
    if not _SHAPE.fullmatch(written):
        return None
    number = 0
    for character in written.translate(_LOOK_ALIKES):
        number = number << _BITS | _ALPHABET.index(character)
    padded = len(written) > _FEWEST_CHARACTERS and not number >> _BITS * (len(written) - 1)
    return None if padded or _crc(number >> _TYPING) != number & 0xFFFF else number
