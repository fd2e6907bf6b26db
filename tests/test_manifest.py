from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InputError
from corpus.read.manifest import parse_manifest, read_manifest
from corpus.types import DateKind, SourceDate

TABLE = (
    "file,outlet,url,published\na.txt,بريد الميناء,https://quay.example/1,2025-07-11\nb.txt,,,\n"
)
RECORD = '{"file": "a.txt", "outlet": "بريد الميناء", "published": "2025-07-11"}\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
@pytest.mark.parametrize("content", [TABLE, TABLE.replace(",", ";"), RECORD])
def test_a_row_says_what_is_known_of_a_file(tmp_path: Path, content: str, encoding: str) -> None:
    (tmp_path / "m.csv").write_bytes(content.encode(encoding))
    said = read_manifest(tmp_path / "m.csv").said(str(tmp_path / "a.txt"))
    assert said.outlet == "بريد الميناء"
    assert said.dates == (
        SourceDate(DateKind.PUBLISHED, date(2025, 7, 11), "m.csv: published = 2025-07-11"),
    )


def test_what_no_row_says() -> None:
    manifest = parse_manifest(TABLE.encode(), "m.csv")
    assert [(named.file, named.row) for named in manifest.files.values()] == [
        ("a.txt", 2),
        ("b.txt", 3),
    ]
    assert manifest.said("b.txt") == manifest.said("c.txt")


def test_accents_may_be_written_in_two_ways() -> None:
    manifest = parse_manifest("file,outlet\ncafe\u0301.txt,Quay Post\n".encode(), "m.csv")
    assert manifest.said("caf\u00e9.txt").outlet == "Quay Post"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("file,outlt\na,b\n", "row 1: unknown column 'outlt'"),
        ("outlet\nb\n", "row 1: there is no column 'file'"),
        ("file,file\na,b\n", "row 1: the column 'file' stands there twice"),
        ("file,published\na,2025-07-11\nb,soon\n", "row 3: published must be a date"),
        ("file,url\na,quay\n", "row 2: 'quay' is no address"),
        ("file,outlet\n\n,x\n", "row 3: it names no file"),
        ("file,outlet\na,b,c\n", "row 2: 3 cells under 2 columns"),
        ("file,outlet\na,b\n./x/../a,c\n", "row 3: the file './x/../a' stands in row 2"),
        ('file,outlet\na,"b\n', "row 2: broken CSV"),
        ("file\n", "names no file"),
        ("", "it is empty"),
        ('{"file": "a"}\n{"file": \n', "row 2: broken JSON"),
        ('{"file": "a"}\n[1]\n', "row 2: the line is JSON, but not an object"),
        ('{"file": "a", "outlet": 5}\n', "row 1: outlet must be a text"),
        ('{"file": "a", "outlet": "\\u0000"}\n', "row 1: it holds NUL"),
        ('{"file": "a", "title": "x"}\n', "row 1: unknown key 'title'"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_row(content: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_manifest(content.encode(), "m.csv")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: f"file,outlet\n{text}".encode()),
        st.text(max_size=200).map(lambda text: f'{{"file": {text}}}'.encode()),
    )
)
def test_any_bytes_are_a_manifest_or_none(content: bytes) -> None:
    with suppress(InputError):
        assert parse_manifest(content, "m.csv").files
