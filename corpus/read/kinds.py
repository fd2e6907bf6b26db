"""Of which kind a file is, by what it holds, and by its name where that does not tell.

Nothing binary or structured passes for prose: what is read has a `Kind`, and all else a reason.
"""

from __future__ import annotations

import re
import zlib
from enum import Enum, auto
from mimetypes import MimeTypes
from pathlib import PurePosixPath
from typing import IO

from corpus.read.decode import LARGEST_FILE
from corpus.read.documents.table import is_table
from corpus.read.zips import names_in


class Kind(Enum):
    """What there is a reader for."""

    TEXT = auto()
    PAGE = auto()  # HTML
    LINES = auto()  # JSON, one object a line
    JSON = auto()  # one object, or an array of objects
    TABLE = auto()  # CSV, TSV
    PDF = auto()
    DOCX = auto()
    ODT = auto()
    RTF = auto()
    MAIL = auto()  # EML, MHTML
    MSG = auto()
    EPUB = auto()
    WARC = auto()
    ZIP = auto()


SUFFIXES = {
    **dict.fromkeys((".txt", ".md", ".text"), Kind.TEXT),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Kind.PAGE),
    **dict.fromkeys((".jsonl", ".ndjson"), Kind.LINES),
    ".json": Kind.JSON,
    **dict.fromkeys((".csv", ".tsv", ".tab"), Kind.TABLE),
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".odt": Kind.ODT,
    ".rtf": Kind.RTF,
    **dict.fromkeys((".eml", ".mht", ".mhtml"), Kind.MAIL),
    ".msg": Kind.MSG,
    ".epub": Kind.EPUB,
    **dict.fromkeys((".warc", ".warc.gz"), Kind.WARC),
    ".zip": Kind.ZIP,
}
"""File name endings, in lower case."""

# Kinds that anything else can be told from: a file that is named so and is none is damaged.
_MARKED = {
    Kind.PDF: "a PDF",
    Kind.DOCX: "a DOCX file",
    Kind.ODT: "an ODT file",
    Kind.RTF: "an RTF file",
    Kind.MSG: "a message of Outlook",
    Kind.EPUB: "an EPUB",
    Kind.WARC: "a WARC file",
    Kind.ZIP: "a ZIP file",
}

_PICTURE, _RECORDING, _FONT = "a picture", "a sound or video", "a font"
_PROGRAM, _PACKED = "a program", "an archive that is not opened: unpack it, or pack it as ZIP"
_BEGINNINGS = (
    *((mark, _PICTURE) for mark in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")),
    *((mark, _PICTURE) for mark in (b"BM", b"\0\0\1\0", b"8BPS", b"AT&TFORM")),
    *((mark, _RECORDING) for mark in (b"ID3", b"\xff\xfb", b"OggS", b"fLaC", b"\x1aE\xdf\xa3")),
    *((mark, _RECORDING) for mark in (b"FLV\1", b"\0\0\1\xba", b"#!AMR")),
    *((mark, _FONT) for mark in (b"wOFF", b"wOF2", b"OTTO", b"\0\1\0\0\0", b"ttcf")),
    *((mark, _PROGRAM) for mark in (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")),
    *((mark, _PACKED) for mark in (b"7z\xbc\xaf'\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")),
    (b"SQLite format 3\0", "a database"),
    (b"bplist", "a property list or web archive of Apple: save the page as HTML"),
    (b"%!PS", "a PostScript file: make a PDF of it"),
    (b"WEBVTT", "a file of subtitles"),
    (b"BEGIN:VCALENDAR", "a calendar"),
    (b"BEGIN:VCARD", "an address book"),
    (b"-----BEGIN ", "a key or a certificate"),
    (b"#!/", _PROGRAM),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The name of a stream that every message of Outlook has.
_MESSAGE_STREAM = "__properties_version1.0".encode("utf-16-le")
_OLD_OFFICE = "an old file of Word, Excel or PowerPoint: save it as DOCX or PDF"
_OFFICE: dict[str, Kind | str] = {
    "word/": Kind.DOCX,
    "xl/": "a workbook of a spreadsheet: save its table as CSV",
    "ppt/": "a presentation: save it as PDF",
}
_MIMETYPES: dict[str, Kind | str] = {
    "application/epub+zip": Kind.EPUB,
    "application/vnd.oasis.opendocument.text": Kind.ODT,
    "application/vnd.oasis.opendocument.spreadsheet": "a spreadsheet: save its table as CSV",
    "application/vnd.oasis.opendocument.presentation": "a presentation: save it as PDF",
}

# What text files are called that hold no prose, where the standard library does not know them.
_STRUCTURED = {
    "a file of settings or code": (
        ".cfg .conf .env .ini .lock .plist .properties .toml .yaml .yml .less .lua .php .pl .rb .rs"
        " .scss .go .ps1 .bat .sql .ts .tsx .jsx .vue .java .kt .swift .r .po .map .patch .diff"
    ),
    "a file of subtitles": ".ass .srt .ssa .sub",
    "a log": ".log",
    "a table or markup of another program": ".bib .tex .parquet .ics .vcf .kml .gpx .rst .adoc",
    "XML and no web page: save the page itself": ".atom .rss .xsl .xml",
}
_NOT_PROSE = {ending: what for what, endings in _STRUCTURED.items() for ending in endings.split()}
_TYPES = MimeTypes()  # the table of the library alone, whatever the machine has
_OF_TYPE = {"image": _PICTURE, "audio": _RECORDING, "video": _RECORDING, "font": _FONT}

_MARKUP = re.compile(
    r"(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(!doctype|\?xml|/?[a-z][a-z0-9]*)(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_HTML = (
    "!doctype html head body title meta link base style script noscript div p span a img br hr"
    " h1 h2 h3 h4 h5 h6 ul ol li dl table tbody tr td article section main header footer nav"
    " aside figure blockquote center font form iframe b i em strong pre"
)
_ELEMENTS = frozenset(_HTML.split())
_JSON = re.compile(r'\{\s*["}]|\[\s*[{\]]')
_HEADER = re.compile(
    r"(from|to|cc|date|subject|message-id|mime-version|received|return-path|reply-to|delivered-to|"
    r"content-type|content-transfer-encoding|dkim-signature|snapshot-content-location|sender|"
    r"x-[\w-]+|list-[\w-]+|arc-[\w-]+|authentication-results):(?=\s)",
    re.IGNORECASE,
)
_PDF = re.compile(rb"(?:^|[\r\n])%PDF-\d")  # some programs write a line before it
_MAILBOX = re.compile(r"From \S+@\S+ .*\n[!-9;-~]+:")
_FIELD = re.compile(r"[!-9;-~]+:")
_FEWEST_HEADERS = 3
_HEAD = 65_536


def kind_of(file: IO[bytes], name: str) -> Kind | str:
    """The kind of the file that begins at the start of `file` and is called `name`, or what it is
    instead, in words. `file` is at its start again afterwards."""
    head = file.read(_HEAD)
    try:
        found = _of_bytes(head, file)
    finally:
        file.seek(0)
    named = SUFFIXES.get(ending(name))
    if found is not None:
        return found
    if named in _MARKED:
        return f"its name ends in {ending(name)}, but it is no {_MARKED[named].split(' ', 1)[1]}"
    if named not in (None, Kind.TEXT):
        return named
    return _of_text(head, name)


def ending(name: str) -> str:
    """The ending of a file's name, in lower case; both of a packed one."""
    # before a name that is nothing but an ending stands a letter, or it is no ending
    path = PurePosixPath(f"a{PurePosixPath(name).name.lower()}")
    return ".warc.gz" if path.name.endswith(".warc.gz") else path.suffix


def unread(what: str) -> str:
    """Why a file that is this instead of a `Kind` is not taken."""
    if what.startswith("its name"):
        return what
    return f"it is {what}" if ":" in what else f"it is {what}, which is not read"


def _of_bytes(head: bytes, file: IO[bytes]) -> Kind | str | None:
    """The kind of what can be told by marks at its beginning."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip(head, file)
    if head.startswith(_OLE):
        file.seek(0)
        message = _MESSAGE_STREAM in file.read(LARGEST_FILE)
        return Kind.MSG if message else _OLD_OFFICE
    if head.startswith(b"{\\rtf"):
        return Kind.RTF
    if head.startswith(b"WARC/"):
        return Kind.WARC
    if head.startswith(b"\x1f\x8b"):
        return Kind.WARC if _unpacked(head).startswith(b"WARC/") else _PACKED
    if head[4:8] == b"ftyp":
        return "a sound, a video or a picture"
    if head[:4] == b"RIFF":
        return _PICTURE if head[8:12] == b"WEBP" else _RECORDING
    if head[257:262] == b"ustar":
        return _PACKED
    if head[:2] == b"MZ" and b"\0" in head:
        return _PROGRAM
    if what := next((what for mark, what in _BEGINNINGS if _begins(head, mark)), None):
        return what
    return Kind.PDF if _PDF.search(head[:1024]) else None


def _begins(head: bytes, mark: bytes) -> bool:
    """Whether it begins so; a mark of letters alone, where text might, has binary data after it or
    is the whole of the first word."""
    if not head.startswith(mark):
        return False
    return len(mark) > 4 or not mark.isalnum() or b"\0" in head or mark == b"GIF8"


def _of_zip(head: bytes, file: IO[bytes]) -> Kind | str:
    if head[30:38] == b"mimetype":
        size = int.from_bytes(head[22:26], "little")
        kind = _MIMETYPES.get(head[38 : 38 + min(size, 100)].decode("latin-1").strip())
        if kind is not None:
            return kind
    names = names_in(file)
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    return Kind.ZIP


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(head, 64)
    except zlib.error:
        return b""


def _of_text(head: bytes, name: str) -> Kind | str:
    """The kind of a text whose name does not tell it, or tells no more than that it is one."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16" if wide else "utf-8", "ignore").lstrip("\ufeff \t\r\n")
    if found := _MARKUP.match(text):
        page = found[1].lower() in _ELEMENTS or text.startswith("<?xml")
        return Kind.PAGE if page else f"markup (<{found[1]}>) and no web page: save the page itself"
    if _MAILBOX.match(text):
        return "a mailbox: save its messages as .eml files"
    if _is_mail(text):
        return Kind.MAIL
    if _JSON.match(text):
        # the objects of JSON Lines end with their line
        first, _, rest = text.partition("\n")
        ended = first.startswith("{") and first.rstrip().endswith("}")
        return Kind.LINES if ended and rest.strip() else Kind.JSON
    if is_table(text):
        return Kind.TABLE
    suffix = ending(name)
    if suffix in SUFFIXES or not suffix:
        return Kind.TEXT
    if suffix in _NOT_PROSE:
        return f"{_NOT_PROSE[suffix]} ({suffix})"
    guessed, _ = _TYPES.guess_type(f"a{suffix}")
    if guessed and guessed != "text/plain":
        what = _OF_TYPE.get(guessed.split("/")[0], "a file of another kind")
        return f"{what} ({guessed})"
    return Kind.TEXT


def _is_mail(text: str) -> bool:
    """Whether it begins with the header of a message: nothing but fields, three of them known."""
    known = set()
    for line in text.split("\n", 100)[:100]:
        if not line.strip("\r"):
            break
        if found := _HEADER.match(line):
            known.add(found[1].lower())
        elif not (line[0] in " \t" or _FIELD.match(line)):
            return False
    return len(known) >= _FEWEST_HEADERS
