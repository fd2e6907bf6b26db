"""Documents of every kind that is read, made by libraries for them or byte by byte."""

from __future__ import annotations

import gzip
import io
import struct
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import matplotlib

ARABIC = (
    "أعلنت هيئة المرافئ يوم الاثنين 14 يوليو 2025 افتتاح الرصيف الثالث بعد عامين من الأشغال، وقال"
    " المتحدث (باسمها) إن الكلفة بلغت 35.5 مليون دولار، أي 12% من الموازنة.",
    "وأضاف المتحدث: «لن نتوقف عند هذا الحد، فالمرحلة التالية تبدأ في 2026-03-01 وتشمل مستودعات"
    " للحاويات بإشراف IMO و Quay Post»، مشيرا إلى أن لجنة من الخبراء ستتابع الأعمال.",
)
ENGLISH = (
    "The harbour authority opened its third quay on Monday after two years of work, and the"
    " spokesman said that the cost had come to 35.5 million dollars in all.",
    "Ferries to the islands will leave from the new quay as of March, while the old one is to be"
    " kept for the coal ships that call at the town twice a week.",
)
_FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def pdf(
    paragraphs: Sequence[str],
    *,
    head: str = "",
    right: bool = True,
    blank_pages: int = 0,
    password: str | None = None,
    title: str = "",
    page: tuple[float, float] = (148, 210),
    size: int = 12,
) -> bytes:
    """A PDF of pages of this size in mm, with letters of this size in points; `head` stands on top
    of each, a number at its foot."""
    from fpdf import FPDF

    class Made(FPDF):
        def header(self) -> None:
            if head:
                self.set_y(8)
                self.cell(0, 6, head, align="C")
                self.set_y(24)

        def footer(self) -> None:
            if head:
                self.set_y(-15)
                self.cell(0, 6, str(self.page_no()), align="C")

    made = Made(format=page)
    made.set_title(title)
    made.add_font("text", "", _FONT)
    made.set_font("text", size=size)
    made.set_text_shaping(True)
    made.add_page()
    for paragraph in paragraphs:
        made.multi_cell(0, size * 7 / 12, paragraph, align="R" if right else "L")
        made.ln(4)
    for _ in range(blank_pages):
        made.add_page()
    if password is not None:
        made.set_encryption(owner_password="owner", user_password=password)
    return bytes(made.output())


def drawn_pdf(lines: Sequence[str]) -> bytes:
    """A PDF of another program: one page with these lines, the letters of each in another order in
    the file."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 8))
    FigureCanvasPdf(figure)
    for number, line in enumerate(lines):
        figure.text(0.95, 0.9 - 0.05 * number, line, ha="right", fontsize=11)
    made = io.BytesIO()
    figure.savefig(made, format="pdf")
    return made.getvalue()


def scanned_pdf() -> bytes:
    """A PDF of one picture."""
    from fpdf import FPDF
    from PIL import Image

    made = FPDF()
    made.add_page()
    made.image(Image.new("L", (80, 80), 200), w=100)
    return bytes(made.output())


def docx(paragraphs: Sequence[str], *, title: str | None = None) -> bytes:
    """A DOCX with a title, paragraphs and a table."""
    from docx import Document

    made = Document()
    if title:
        made.add_heading(title, 0)
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    table = made.add_table(rows=2, cols=2)
    for row, cells in enumerate((("quay", "ships"), ("third", "120"))):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    return saved(made)


def saved(made: object) -> bytes:
    """The bytes of a document of python-docx or odfdo."""
    written = io.BytesIO()
    made.save(written)  # type: ignore[attr-defined]
    return written.getvalue()


def odt(paragraphs: Sequence[str], *, title: str | None = None) -> bytes:
    from odfdo import Document, Header, List, Paragraph

    made = Document("text")
    made.body.clear()
    if title:
        made.body.append(Header(1, title))
    for paragraph in paragraphs:
        made.body.append(Paragraph(paragraph))
    made.body.append(List(["first item of a list", "second item of a list"]))
    return saved(made)


def rtf(paragraphs: Sequence[str], *, by_code_page: bool = False) -> bytes:
    """An RTF with letters as Unicode escapes, or in the code page of Arabic."""

    def letter(one: str) -> str:
        if one.isascii():
            return one
        if by_code_page:
            return "".join(f"\\'{byte:02x}" for byte in one.encode("cp1256"))
        return f"\\u{ord(one)}?"

    body = "".join(f"\\pard {''.join(map(letter, each))}\\par\n" for each in paragraphs)
    return f"{{\\rtf1\\ansi\\ansicpg1256{{\\fonttbl{{\\f0 Arial;}}}}\n{body}}}".encode()


def mail(
    text: str,
    *,
    html: str | None = None,
    subject: str = "Third quay opened",
    sender: str = "Quay Post <news@quay.example>",
    attached: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, "desk@paper.example", subject
    made["Date"] = "Mon, 14 Jul 2025 23:30:00 +0300"
    made["Message-ID"] = "<1@quay.example>"
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, content in attached:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def mhtml(page: str, url: str) -> bytes:
    """A page as a browser saves it in one file."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["Subject"] = "<Saved by Blink>", "Quay"
    made["Snapshot-Content-Location"] = url
    made["Date"] = "Tue, 15 Jul 2025 10:00:00 -0000"
    made.set_content(page, subtype="html", cte="quoted-printable")
    made.make_related()
    made.add_related(b"\x89PNG\r\n\x1a\n" + bytes(40), "image", "png", cid="<a@b>")
    return made.as_bytes()


def page(paragraphs: Sequence[str], title: str = "Third quay opened", language: str = "en") -> str:
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html lang="{language}"'
        f' xmlns="http://www.w3.org/1999/xhtml"><head><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def epub(chapters: Sequence[str]) -> bytes:
    items = "".join(
        f'<item id="c{n}" href="text/c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Quays</dc:title>'
        "<dc:publisher>Quay Press</dc:publisher><dc:date>2025-07-14</dc:date></metadata>"
        f'<manifest><item id="nav" href="nav.xhtml" properties="nav"'
        f' media-type="application/xhtml+xml"/>{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
        '<rootfiles><rootfile full-path="OEBPS/book.opf"'
        ' media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    made = io.BytesIO()
    with ZipFile(made, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", container)
        book.writestr("OEBPS/book.opf", package)
        book.writestr("OEBPS/nav.xhtml", page(["Chapters"]))
        for number, chapter in enumerate(chapters):
            book.writestr(f"OEBPS/text/c{number}.xhtml", chapter)
    return made.getvalue()


def warc(pages: Sequence[tuple[str, bytes, str, str]], *, packed: bool = False) -> bytes:
    """A web archive of answers: address, content, content type and status of each."""
    made = b""
    for address, content, kind, status in pages:
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + content
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\n"
            "WARC-Date: 2025-07-15T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}"
        )
        record = head.encode() + b"\r\n\r\n" + answer + b"\r\n\r\n"
        made += gzip.compress(record) if packed else record
    return made


# ------------------------------------------------------------------ messages of Outlook

_SECTOR, _FREE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def msg(subject: str, sender: str, body: str, *, html: str | None = None) -> bytes:
    """A message of Outlook: properties as streams of a compound file ([MS-OXMSG], [MS-CFB])."""
    texts = {0x0037: subject, 0x1000: body, 0x0C1A: sender, 0x5D01: "news@quay.example"}
    streams = {
        f"__substg1.0_{tag:04X}001F": text.encode("utf-16-le") for tag, text in texts.items()
    }
    if html:
        streams["__substg1.0_10130102"] = html.encode()
    ticks = 133_969_914_000_000_000  # of 100 ns since 1601: 14 July 2025
    entries = [(0x0039, 0x0040, ticks)]
    properties = bytes(32) + b"".join(
        struct.pack("<HHIQ", kind, tag, 6, value) for tag, kind, value in entries
    )
    for tag, text in texts.items():
        size = len(text.encode("utf-16-le")) + 2
        properties += struct.pack("<HHIII", 0x001F, tag, 6, size, 0)
    if html:
        properties += struct.pack("<HHIII", 0x0102, 0x1013, 6, len(html.encode()), 0)
    streams["__properties_version1.0"] = properties
    return _compound(streams)


def _compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of these streams in its root, all in the stream of small sectors."""
    small, entries = b"", []
    small_table: list[int] = []
    for name, content in sorted(streams.items(), key=lambda each: (len(each[0]), each[0])):
        count = -(-len(content) // 64)
        first = len(small_table)
        small_table += [*range(first + 1, first + count), _END] if count else []
        small += content.ljust(count * 64, b"\0")
        entries.append((name, 2, first if count else _END, len(content)))
    small_sectors = -(-len(small) // _SECTOR)
    table_sectors = -(-len(small_table) * 4 // _SECTOR)
    directory_sectors = -(-(len(entries) + 1) * 128 // _SECTOR)
    starts = [0, 1, 1 + directory_sectors, 1 + directory_sectors + table_sectors]
    table = [_FAT]
    for start, count in zip(
        starts[1:], (directory_sectors, table_sectors, small_sectors), strict=True
    ):
        table += [*range(start + 1, start + count), _END]
    assert len(table) <= _SECTOR // 4
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6), 0, 1, 1, 0, 4096),
        *(starts[2], table_sectors, _END, 0),
    )
    header += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    last = len(entries)
    directory = _entry("Root Entry", 5, starts[3], len(small), child=1)
    for number, (name, kind, start, size) in enumerate(entries, start=1):
        right = number + 1 if number < last else _FREE
        directory += _entry(name, kind, start, size, right=right)
    sectors = (
        struct.pack(f"<{len(table)}I", *table).ljust(_SECTOR, b"\xff"),
        directory.ljust(directory_sectors * _SECTOR, b"\0"),
        struct.pack(f"<{len(small_table)}I", *small_table).ljust(table_sectors * _SECTOR, b"\xff"),
        small.ljust(small_sectors * _SECTOR, b"\0"),
    )
    return header + b"".join(sectors)


def _entry(
    name: str, kind: int, start: int, size: int, *, child: int = _FREE, right: int = _FREE
) -> bytes:
    written = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        written,
        *(len(written) + 2, kind, 1, _FREE, right, child, bytes(16), 0, 0, 0, start, size),
    )


@cache
def all_kinds() -> dict[str, bytes]:
    """A small sound document of every kind, by the name of its file."""
    return {
        "a.pdf": pdf(ENGLISH, right=False),
        "b.docx": docx(ENGLISH, title="Third quay opened"),
        "c.odt": odt(ENGLISH, title="Third quay opened"),
        "d.rtf": rtf(ENGLISH),
        "e.eml": mail("\n\n".join(ENGLISH), attached=[("f.txt", ENGLISH[0].encode())]),
        "f.msg": msg("Third quay opened", "Quay Post", "\r\n\r\n".join(ENGLISH)),
        "g.mhtml": mhtml(page(ENGLISH), "https://quay.example/1"),
        "h.epub": epub([page(ENGLISH), page(ARABIC, "افتتاح الرصيف الثالث", "ar")]),
        "i.csv": f'title,text,date\n"Quay","{" ".join(ENGLISH)}",2025-07-14\n'.encode(),
        "j.json": f'[{{"title": "Quay", "text": "{" ".join(ENGLISH)}"}}]'.encode(),
        "k.warc": warc([("https://quay.example/2", page(ENGLISH).encode(), "text/html", "200 OK")]),
        "l.warc.gz": warc(
            [("https://quay.example/3", page(ENGLISH).encode(), "text/html", "200 OK")], packed=True
        ),
    }
