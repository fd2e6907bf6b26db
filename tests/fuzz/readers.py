"""Readers and cleaners under atheris: whatever bytes come, an article or a rejection comes out.

    pip install atheris
    python tests/fuzz/readers.py -max_total_time=600

Options are those of libFuzzer; a folder among them is the corpus that it begins with and adds to.
It also begins with small files of every kind. What ends it is an
exception, a minute in one input, or 2 GB of memory.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

with atheris.instrument_imports(include=["corpus"]):
    from corpus.errors import InputError
    from corpus.ingest import prepare
    from corpus.read.archive import read_archive
    from corpus.read.content import read_content
    from corpus.read.manifest import parse_manifest
    from corpus.types import RawDocument, Rejection, Source

from tests.made_documents import all_kinds

TODAY = date(2026, 2, 1)
KINDS = (
    *(".txt", ".html", ".jsonl", ".zip", ".manifest", "-", ".csv", ".json", ".pdf", ".docx"),
    *(".odt", ".rtf", ".eml", ".msg", ".epub", ".warc"),
)
TEXT = "The harbour authority opened a second quay on Monday, 11 July 2025.\n\nFerries follow.\n"


def one_input(data: bytes) -> None:
    """The first byte says what kind of file the rest is."""
    kind, content = KINDS[data[0] % len(KINDS)] if data else "-", data[1:]
    for found in documents(kind, content):
        assert isinstance(found, RawDocument | Rejection)
        if isinstance(found, RawDocument):
            found.text.encode()
            prepare(found, TODAY)
        else:
            assert found.reason


def documents(kind: str, content: bytes) -> Iterator[RawDocument | Rejection]:
    given = Source(path="a" + kind)
    if kind == ".manifest":
        try:
            parse_manifest(content, "manifest.csv")
        except InputError:
            return
    elif kind == ".zip":
        yield from read_archive(io.BytesIO(content), given)
        yield from read_archive(io.BytesIO(zipped(content)), given)
    else:
        yield from read_content(content, "" if kind == "-" else kind, given)


def zipped(content: bytes) -> bytes:
    """A sound archive whose files have this content, so that not all stops at its checksums."""
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name in ("manifest.csv", "inner/a.html", "b.jsonl"):
            archive.writestr(name, content)
    return made.getvalue()


def beginnings() -> Iterator[bytes]:
    """One small sound input of every kind, and texts in other encodings."""
    page = f"<html><head><title>Quay</title></head><body><article><p>{TEXT}</p></article></body>"
    live = "".join(
        f'<div class="post" id="p{n}"><time datetime="2025-07-1{n}T09:00:00Z">9:00</time>'
        f'<h2><a href="#p{n}">Quay {n}</a></h2><span class="author">By A. Kral, AFP</span>'
        f"<p>{TEXT}</p></div>"
        for n in range(3)
    )
    blog = (
        '<html><head><link rel="canonical" href="https://a.example/live#p1"><meta name="author"'
        ' content="A. Kral and B. Holt in Cairo"><script type="application/ld+json">{"@type":'
        ' "LiveBlogPosting", "liveBlogUpdate": [{"datePublished": "2025-07-11T09:00:00Z", "url":'
        f' "https://a.example/1"}}]}}</script></head><body><h1>Quay, live</h1>{live}</body></html>'
    )
    record = json.dumps({"title": "Quay", "text": TEXT, "date": "2025-07-11"})
    table = "file,outlet,published\na.html,Quay Post,2025-07-11\n"
    arabic = "وصل الوزير إلى المدينة الساحلية صباح الجمعة 11 تموز 2025."
    made: dict[str, tuple[bytes, ...]] = {
        ".txt": (TEXT.encode(), arabic.encode("cp1256"), arabic.encode("utf-16")),
        ".html": (
            page.encode(),
            blog.encode(),
            f'<meta charset="windows-1256">{arabic}'.encode("cp1256"),
        ),
        ".jsonl": (record.encode(),),
        ".manifest": (table.encode(),),
        ".zip": (zipped(TEXT.encode()), table.encode()),
        "-": (f'+++\noutlet = "Quay Post"\npublished = 2025-07-11\n+++\n{TEXT}'.encode(),),
    }
    for name, content in all_kinds().items():
        kind = f".{name.split('.')[1].replace('mhtml', 'eml')}"
        made[kind] = (*made.get(kind, ()), content)
    for kind, contents in made.items():
        for content in contents:
            yield bytes([KINDS.index(kind)]) + content


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate(beginnings()):
            Path(folder, str(number)).write_bytes(content)
        bounds = ["-timeout=60", "-rss_limit_mb=2048", "-max_len=8192"]
        atheris.Setup([sys.argv[0], *bounds, *sys.argv[1:], folder], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
