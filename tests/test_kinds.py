"""Of which kind a file is: nothing binary or structured passes for prose, and nothing vanishes."""

from __future__ import annotations

import gzip
import io
import json
import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ingest import ingest
from corpus.read import read
from corpus.read.folder import HIDDEN, files_of
from corpus.read.kinds import Kind, kind_of, unread
from corpus.store import Coverage
from corpus.types import Rejection, Source
from tests.made_documents import ENGLISH, all_kinds, page

PROSE = "\n\n".join(ENGLISH)


def kind(content: bytes, name: str) -> Kind | str:
    return kind_of(io.BytesIO(content), name)


def zipped(*names: str) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize("name", ["a.txt", "a", "a.dat", "a.jpg"])
@pytest.mark.parametrize("made", list(all_kinds()))
def test_content_tells_the_kind_under_any_name(made: str, name: str) -> None:
    content = all_kinds()[made]
    assert kind(content, name) is kind(content, made)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"),
        (b"GIF89a", "picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "picture"),
        (b"BM\x36\0\0\0\0\0", "picture"),
        (b"\0\0\0\x18ftypmp42\0\0", "video"),
        (b"ID3\x04\0\0\0\0", "sound"),
        (b"OggS\0\x02", "sound"),
        (b"\x1aE\xdf\xa3\x01", "video"),
        (b"7z\xbc\xaf'\x1c\0", "archive"),
        (b"Rar!\x1a\x07\0", "archive"),
        (gzip.compress(b"text", mtime=0), "archive"),
        (b"a" * 257 + b"ustar\0" + b"00", "archive"),
        (b"\x7fELF\x02\x01\0", "program"),
        (b"MZ\x90\0\x03\0", "program"),
        (b"#!/bin/sh\necho\n", "program"),
        (b"SQLite format 3\0\x10", "database"),
        (b"bplist00\xd1\x01\x02", "Apple"),
        (b"WEBVTT\n\n00:01", "subtitles"),
        (b"BEGIN:VCALENDAR\r\n", "calendar"),
        (b"wOF2\0\x01\0\0", "font"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "CSV"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "presentation"),
        (b'<rss version="2.0"><channel></channel></rss>', "<rss>"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "<svg>"),
        (b"From a@b.example Mon Jul 14 2025\nFrom: a\n", "mailbox"),
    ],
)
def test_kinds_that_are_not_read_are_said_to_be(content: bytes, what: str) -> None:
    for name in ("a.txt", "a", "a.html" if content[0] > 0x7F or b"\0" in content else "b"):
        found = kind(content, name)
        assert isinstance(found, str)
        assert what in unread(found)


@pytest.mark.parametrize(
    "name",
    ["a.py", "a.css", "a.js", "a.yaml", "a.toml", "a.log", "a.srt", "a.sql", "a.xml", "a.png"],
)
def test_names_of_what_is_no_prose(name: str) -> None:
    assert isinstance(kind(PROSE.encode(), name), str)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.odt", "a.rtf", "a.msg", "a.epub", "a.zip"])
def test_a_text_under_the_name_of_a_document_is_none(name: str) -> None:
    found = kind(PROSE.encode(), name)
    assert isinstance(found, str)
    assert f"its name ends in .{name[2:]}, but it is no" in unread(found)


@pytest.mark.parametrize("name", ["a.txt", "a", "a.md", "a.text", "a.2025"])
@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "BMW said on Monday that it would build ships.",
        "From Monday on ferries leave from the third quay, the authority said.",
        "From: the quay\n\nFerries leave on Monday.",
        "[Updated] Ferries leave on Monday, the authority said.",
        "{Updated} Ferries leave on Monday, the authority said.",
        "Rarely has a quay been so full.",
        "ID3 is a format, said the engineer.",
        "<3 ferries leave on Monday.",
        "Note: ferries leave, on Monday, from there.\nDate: unknown.\n",
        "MZ is a mark, and 7z another.",
    ],
)
def test_prose_is_taken(text: str, name: str) -> None:
    assert kind(text.encode(), name) is Kind.TEXT


@pytest.mark.parametrize(
    "text", ["<p>A quay.</p>", "<!-- saved -->\n<html>", "\ufeff<!DOCTYPE html>", "<div class=a>"]
)
def test_pages_without_a_name_that_says_so(text: str) -> None:
    assert kind(text.encode(), "a.txt") is Kind.PAGE


@given(st.binary(max_size=300), st.sampled_from(["a", "a.txt", "a.pdf", "a.json", "a.csv", "a.x"]))
def test_any_bytes_have_a_kind_or_a_reason(content: bytes, name: str) -> None:
    file = io.BytesIO(content)
    found = kind_of(file, name)
    assert file.tell() == 0
    assert found if isinstance(found, Kind) else unread(found)


def test_every_file_of_a_folder_is_taken_or_named(tmp_path: Path) -> None:
    folder = tmp_path / "event"
    (folder / ".git" / "deep").mkdir(parents=True)
    (folder / "deep").mkdir()
    made: dict[str, bytes] = {
        **all_kinds(),
        "deep/page.html": page([*ENGLISH, "It is open."]).encode(),
        "deep/picture.png": b"\x89PNG\r\n",
        "style.css": b"p { color: red }",
        "sheet.xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
        "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "scan.pdf": b"%PDF-1.4 broken",
        "empty.txt": b"",
        ".hidden.txt": PROSE.encode(),
        ".git/deep/config": b"[core]",
        "settings.json": json.dumps({"a": 1}).encode(),
        "table.csv": b"name,age\na,3\n",
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    os.symlink("nowhere", folder / "broken.txt")
    os.symlink(folder / "deep", folder / "linked")
    coverage = Coverage.open(tmp_path / "coverage.sqlite")
    report = ingest([str(folder)], coverage)
    taken = {article.source.path for article in coverage.articles()}
    coverage.close()
    refused = {each.source: each.reason for each in report.rejected}
    files = {str(folder / name) for name in made if not name.startswith(".git")}
    for file in files | {str(folder / "broken.txt"), str(folder / "linked")}:
        read_of = [
            path for path in taken if path == file or path.startswith((f"{file}#", f"{file}/"))
        ]
        assert read_of or file in refused, file
    assert refused[str(folder / ".git")].startswith("a hidden folder")
    assert refused[str(folder / ".hidden.txt")] == HIDDEN
    assert "leads nowhere" in refused[str(folder / "broken.txt")]
    assert "link to a folder" in refused[str(folder / "linked")]
    assert all(refused.values())


def test_a_folder_that_cannot_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def refusing(path: str) -> os._ScandirIterator[str]:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    (found,) = files_of(str(tmp_path))
    assert isinstance(found, Rejection)
    assert "Permission denied" in found.reason


def test_documents_inside_a_zip(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with ZipFile(file, "w") as archive:
        for name, content in all_kinds().items():
            archive.writestr(name, content)
        archive.writestr("b.png", b"\x89PNG")
    found = list(read(str(file), Source("")))
    refused = [one.source for one in found if isinstance(one, Rejection)]
    assert refused == [f"{file}/b.png"]
    held = {name for one in found if not isinstance(one, Rejection) for name in [one.given.path]}
    assert all(any(f"{file}/{name}" in path for path in held) for name in all_kinds())
