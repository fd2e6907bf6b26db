"""What cleaning kept and cut of a document, line by line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.clean.clean import clean
from corpus.demo.coverage import demo_articles
from corpus.ingest import prepare
from corpus.page_lines import page_lines
from corpus.read import extracted, read
from corpus.types import RawDocument, Rejection, Source

FILES = sorted(each for each in Path(str(demo_articles())).rglob("*") if each.is_file())


def documents() -> list[RawDocument]:
    found = [each for file in FILES for each in read(str(file), Source(path=str(file)))]
    return [each for each in found if isinstance(each, RawDocument)]


@pytest.mark.parametrize("raw", documents(), ids=lambda raw: Path(raw.given.path).name)
def test_every_line_of_the_demo_is_kept_or_cut(raw: RawDocument) -> None:
    document = extracted(raw)
    assert not isinstance(document, Rejection)
    cleaned = clean(document)
    lines = page_lines(raw)
    kept = [(each.position, each.text) for each in lines if each.position is not None]
    assert all(cleaned.body[at : at + len(text)] == text for at, text in kept)
    assert [text for _, text in kept] == [line for line in cleaned.body.split("\n") if line]
    cut = sorted((each.rule, each.text) for each in lines if each.position is None)
    assert cut == sorted((each.rule, each.text) for each in cleaned.removed)


def test_lines_stand_in_their_order() -> None:
    text = (
        "A second quay opened\n\nThe harbour authority opened a second quay on Monday.\n"
        "Share on Facebook\nIt will take ferries from four towns along the coast, it said.\n"
    )
    lines = page_lines(RawDocument(text, Source(path="a.txt")))
    assert [(each.text[:9], each.rule) for each in lines] == [
        ("A second ", "headline"),
        ("The harbo", None),
        ("Share on ", "share"),
        ("It will t", None),
    ]


def test_a_page_gives_its_cut_lines_too() -> None:
    page = (
        "<html><body><nav><p>Home</p></nav><article><h1>A second quay opened</h1>"
        + "".join(f"<p>Ferry number {n} called at the quay of the office.</p>" for n in range(9))
        + '</article><div class="related"><p>Another story</p></div></body></html>'
    )
    raw = RawDocument(page, Source(path="a.html"), markup=True)
    made = prepare(raw, date(2025, 8, 1))
    assert not isinstance(made, Rejection)
    cut = [each.text for each in page_lines(raw) if each.rule]
    assert sorted(cut) == sorted(each.text for each in made[1].removed)


def test_a_document_that_is_not_taken_has_none() -> None:
    assert page_lines(RawDocument("", Source(path="a.html"), markup=True)) == ()
