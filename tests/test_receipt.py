"""Receipts: short, stateless, and of what was quoted whatever becomes of the article."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InputError
from corpus.split import sentences
from corpus.store import Coverage
from corpus.types import Article, RawDocument, Source
from retrieval.answer.check.receipt import (
    MOST_CHARACTERS,
    _apart,
    _paired,
    is_receipt,
    read_receipt,
    receipt_of,
    receipted,
)
from retrieval.types import Quote

BODY = "The first ferry left at dawn. Nobody had told the harbour office, the captain said."
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def make(id: str = "a", body: str = BODY, version: str = "v1") -> Article:
    return Article(id, version, Source(path=f"{id}.txt"), "en", body, sentences(body, "en"))


def add(coverage: Coverage, *articles: Article) -> None:
    with coverage.transaction():
        for one in articles:
            coverage.add(one, RawDocument(one.body, one.source), None)


def quote(article: Article, text: str) -> Quote:
    start = article.body.index(text)
    return Quote(article, start, start + len(text), 0.0)


QUOTES = st.builds(
    lambda article, version, body, at: Quote(
        make(article, body, version),
        min(at) % (len(body) + 1),
        max(at) % (len(body) + 1),
        0.0,
    ),
    st.text(min_size=1, max_size=12),
    st.text(min_size=1, max_size=8),
    st.text(min_size=1, max_size=300),
    st.tuples(st.integers(0, 300), st.integers(0, 300)),
).filter(lambda quote: quote.start < quote.end)


@given(QUOTES)
def test_a_receipt_says_where_its_quote_stands(quote: Quote) -> None:
    written = receipt_of(quote)
    assert re.fullmatch(f"[{ALPHABET}]{{1,{MOST_CHARACTERS}}}", written)
    assert is_receipt(written)
    read = read_receipt(written)
    assert (read.start, read.end) == (quote.start, quote.end)
    article = quote.article
    assert read.stands_in(article.id, article.version, article.body)
    assert read == read_receipt(f" {written.upper()}\n")
    assert read == read_receipt(written.translate(str.maketrans("olbg", "0189")))


@given(st.integers(0, 10**9 - 1), st.integers(1, 10**9))
def test_spans_are_numbered_one_by_one(start: int, length: int) -> None:
    end = min(start + length, 10**9)
    number = _paired(start, end)
    assert _apart(number) == (start, end)
    assert number < 1 << 59
    assert _apart(number + 1) == ((start + 1, end) if start + 1 < end else (0, end + 1))


def test_the_longest_body_has_a_receipt_that_is_short_enough() -> None:
    class Long(str):
        """As long as SQLite may hold."""

        def __getitem__(self, _: object) -> str:
            return "end"

    article = replace(make(), body=Long("x"))
    end = Quote(article, 10**9 - 1, 10**9, 0.0)
    assert len(receipt_of(end)) <= MOST_CHARACTERS
    assert read_receipt(receipt_of(end)).end == 10**9


@given(QUOTES, st.data())
def test_what_is_mistyped_is_refused(quote: Quote, data: st.DataObject) -> None:
    written = receipt_of(quote)
    at = data.draw(st.integers(0, len(written) - 1))
    several = data.draw(st.text(ALPHABET, min_size=1, max_size=3))[: len(written) - at]
    mistyped = written[:at] + several + written[at + len(several) :]
    if mistyped == written:
        return
    with pytest.raises(InputError, match="mistyped"):
        read_receipt(mistyped)


@pytest.mark.parametrize("text", ["", "a", "a" * 25, "not a receipt", "receipt-of-a-quote"])
def test_what_has_not_the_form_is_no_receipt(text: str) -> None:
    assert not is_receipt(text)
    with pytest.raises(InputError, match="mistyped"):
        read_receipt(text)


def test_a_receipt_is_the_same_on_every_machine() -> None:
    assert receipt_of(quote(make(), "Nobody had told the harbour office")) == "d75n56ip2aofkp7"


def test_a_receipt_outlives_corrections_and_cleaning(coverage: Coverage) -> None:
    first = make()
    add(coverage, first)
    of_first = receipt_of(quote(first, "The first ferry left at dawn."))
    found = receipted(read_receipt(of_first), coverage)
    assert found
    assert (found.text, found.superseded) == ("The first ferry left at dawn.", False)
    corrected = make(body="The first ferry left at noon. The harbour office knew.", version="v2")
    add(coverage, corrected)
    of_second = receipt_of(quote(corrected, "The harbour office knew."))
    with coverage.transaction():
        coverage.rewrite(replace(corrected, body="The harbour office knew.", sentences=()))
    for written, version, text in (
        (of_first, "v1", "The first ferry left at dawn."),
        (of_second, "v2", "The harbour office knew."),
    ):
        found = receipted(read_receipt(written), coverage)
        assert found
        assert (found.article.version, found.text) == (version, text)
        assert found.superseded
        assert found.body[found.start : found.end] == text


def test_a_receipt_is_of_the_version_it_was_given_for(coverage: Coverage) -> None:
    """The same words at the same place of several versions."""
    versions = [make(body=f"{BODY} {n}", version=f"v{n}") for n in range(3)]
    add(coverage, *versions)
    for article in versions:
        found = receipted(read_receipt(receipt_of(quote(article, "Nobody had told"))), coverage)
        assert found
        assert found.article.version == article.version


def test_of_a_removed_article_there_is_nothing(coverage: Coverage) -> None:
    add(coverage, make(), make("b"))
    read = read_receipt(receipt_of(quote(make(), "Nobody had told")))
    assert receipted(read, coverage)
    coverage.remove(["a"])
    assert receipted(read, coverage) is None


def test_a_receipt_of_other_words_is_of_nothing_here(coverage: Coverage, tmp_path: Path) -> None:
    """The same article in another coverage, with another text."""
    add(coverage, make(body="The last ferry left at dusk. Everybody had been told of it before."))
    assert receipted(read_receipt(receipt_of(quote(make(), "Nobody had told"))), coverage) is None
