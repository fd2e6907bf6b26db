"""Bytes into text, or the reason in words why they are none."""

from __future__ import annotations

import codecs
import re

from corpus.language.scripts import ARABIC, CYRILLIC

# 50 MB: a day of a wire's output; more in one file is a dump, to be split first.
LARGEST_FILE = 50_000_000
# No paragraph is this long; a line of this size is a dump or an encoded attachment.
LONGEST_LINE = 1_000_000
# A book has fewer; a text with more is a list or a log.
MOST_LINES = 50_000
# Pasted pages carry a stray control character at times; files that are no text carry many.
STRAY_CONTROLS = 1 / 200

# What old programs write in the languages served, by Python's name and by the common one.
# Windows-1252 comes last: nearly any bytes can be read in it.
_EIGHT_BITS = {"cp1256": "windows-1256", "cp1251": "windows-1251", "cp1252": "windows-1252"}
_SIXTEEN_BITS = {"utf_16_le": "UTF-16 LE", "utf_16_be": "UTF-16 BE"}
# Enough to tell an encoding by; the recogniser's time grows with it.
_SAMPLE = 32_768
# A shorter run of UTF-16 is told from noise by chance only.
_FEWEST_UNITS = 16

# Words read in the wrong encoding mix scripts ("cafй") or run on; letters a word on average.
_MIXED_WORDS = 1 / 20
_LONGEST_WORDS = 20

_ESCAPE = re.compile(r"\\[bfnrt]")  # as JSON writes the end of a line
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z]")
_OTHER = re.compile(f"[{ARABIC}{CYRILLIC}]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 4096
# Codecs that no page is written in: some take quadratic time, some unpack escapes.
_NO_CHARSET = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7"))
# As browsers read them: pages that declare these are written in windows-1252.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252"}
_FOREIGN = (
    (b"%PDF-", "a PDF: save its text, or the web page it was made of"),
    (b"{\\rtf", "an RTF file: save it as plain text"),
    (b"PK\x03\x04", "a ZIP or a word processor's file: name it .zip, or save it as plain text"),
    (b"\xd0\xcf\x11\xe0", "a word processor's file: save it as plain text"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)


class Unreadable(ValueError):  # noqa: N818 - an answer of the readers, never shown as an error
    """Bytes that are no text; `str(error)` says why."""


def decode(content: bytes, *, html: bool = False) -> str:
    """The text of `content`: by its byte order mark, as UTF-8, as an HTML page declares, or in an
    encoding that it is recognised to be written in (UTF-16, windows-1256, -1251, -1252).

    Raises `Unreadable`, which names what was tried.
    """
    for beginning, what in _FOREIGN:
        if content.startswith(beginning):
            raise Unreadable(f"it is {what}")
    text = _decode(content, html)
    if not text.strip():
        raise Unreadable("it is empty")
    if why := unfit(text):
        raise Unreadable(why)
    return text


def unfit(text: str) -> str | None:
    """Why `text` cannot be stored and shown, or `None`."""
    if "\0" in text:
        return "it holds NUL characters: a binary file, not text"
    if len(_CONTROLS.findall(text)) > len(text) * STRAY_CONTROLS:
        return "it is full of control characters: a binary file, not text"
    if found := _SURROGATES.search(text):
        return f"it holds half of a surrogate pair (U+{ord(found.group()):04X}) at {found.start()}"
    return None


def too_large(text: str) -> str | None:
    """The reason to refuse a text with a line above `LONGEST_LINE` or with more than `MOST_LINES`
    lines, or `None`."""
    if text.count("\n") >= MOST_LINES:
        return f"it has more than {MOST_LINES:,} lines: not one article"
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            return f"line {number} has {len(line):,} characters, more than {LONGEST_LINE:,}"
    return None


def _decode(content: bytes, html: bool) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Unreadable(f"it begins as UTF-16 but is not: byte {error.start}") from None
    if b"\0" in content:
        # No text in UTF-8 holds these bytes; in UTF-16 every space and end of line does.
        return _sixteen_bits(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = _declared(content) if html else None
        return declared if declared is not None else _eight_bits(content, error.start)


def _declared(content: bytes) -> str | None:
    """The text in the encoding that an HTML page declares, if it does and holds to it."""
    match = _CHARSET.search(content[:_DECLARED_WITHIN])
    if match is None:
        return None
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
        return None if name in _NO_CHARSET else content.decode(_MEANT.get(name, name))
    except (LookupError, UnicodeError):
        return None


def _sixteen_bits(content: bytes) -> str:
    sample = content[: min(_SAMPLE, len(content) // 2 * 2)]
    name = _recognised(sample, _SIXTEEN_BITS) if len(sample) >= 2 * _FEWEST_UNITS else None
    try:
        text = content.decode(name) if name else "\0"
    except UnicodeDecodeError:
        text = "\0"
    if unfit(text):
        tried = " or ".join(_SIXTEEN_BITS.values())
        raise Unreadable(f"it holds NUL bytes and is no {tried}: a binary file, not text")
    return text


def _eight_bits(content: bytes, broken: int) -> str:
    """The text in one of the encodings of one byte a letter; `broken` is the byte that is no
    UTF-8."""
    place = f"byte {broken} is 0x{content[broken]:02x}"
    read = content.decode("utf-8", "replace")
    foreign = len(read) - len(read.encode("ascii", "ignore"))
    if foreign > 3 * read.count("\ufffd"):
        raise Unreadable(f"it is broken UTF-8: {place}; copy or save the text again")
    name = _recognised(_telling(content), _EIGHT_BITS)
    if name:
        try:
            return content.decode(name)
        except UnicodeDecodeError as error:
            said = f"reads like {_EIGHT_BITS[name]} but byte {error.start} is none"
            raise Unreadable(f"it is not valid UTF-8 ({place}) and {said}") from None
    tried = ", ".join(("UTF-16", *_EIGHT_BITS.values()))
    raise Unreadable(f"it is not valid UTF-8 ({place}) nor {tried}; save it as UTF-8")


def _telling(content: bytes) -> bytes:
    """The lines that are not of ASCII alone, for these tell the encoding, up to the sample."""
    lines: list[bytes] = []
    size = 0
    for line in content.splitlines():
        if not line.isascii():
            lines.append(line[:_SAMPLE])
            size += len(lines[-1])
            if size >= _SAMPLE:
                break
    return b"\n".join(lines)


def _recognised(sample: bytes, among: dict[str, str]) -> str | None:
    """Which encoding `sample` is written in, by the letters and words it then has."""
    # Lazily, since nearly all that is read is UTF-8.
    from charset_normalizer import from_bytes

    for match in from_bytes(sample, cp_isolation=list(among)):
        if match.encoding in among and _plausible(str(match)):
            return match.encoding
    return None


def _plausible(text: str) -> bool:
    """Whether the words have an end, and each the letters of one script."""
    words = _WORD.findall(_ESCAPE.sub(" ", text))
    mixed = sum(bool(_LATIN.search(word) and _OTHER.search(word)) for word in words)
    letters = sum(map(len, words))
    return letters <= len(words) * _LONGEST_WORDS and mixed <= len(words) * _MIXED_WORDS
