"""Whatever a text holds: passages and quotes are slices of what is stored, byte for byte."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.ingest import ingest
from corpus.language.tokens import words
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.answer.silence import Calibration
from retrieval.engine import Engine, update_index
from retrieval.question.understand import LONGEST_QUESTION
from retrieval.types import Quote
from tests.embedders import embedder

TODAY = date(2026, 2, 1)

_PIECES = (
    *("قال", "الوزير", "«لن", "نتراجع»", "مُحَادَثَات", "كـــوريا", "٢٠٢٥", "أ.د.", "ﻻﻓﺮﻭﻑ", "می‌رود"),
    *("The", "minister", "said:", "“never”", "e\u0301te\u0301", "été", "U.S.", "ﬁnal", "№１", "½"),
    *("Министр", "прибыл", "г.", "ещё", "会谈开始。", "회담", "🕊️", "👨‍👩‍👧", "🇷🇺", "𝕎𝕒𝕣"),
    *(
        ".",
        "!",
        "؟",
        "…",
        "،",
        ";",
        "—",
        "\u200f",
        "\u202b",
        "\u2067",
        "\u00a0",
        "\u00ad",
        "\ufeff",
    ),
    *("\u0301", "\u064b", "\u0654", "\t", "  ", "\u2028", "\x85", "\x0b", "\r", "<b>", "&amp;"),
)
_LINES = st.one_of(
    st.lists(st.sampled_from(_PIECES), min_size=4, max_size=30).map(" ".join),
    st.lists(st.sampled_from(_PIECES), min_size=4, max_size=30).map("".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60),
)
_PROSE = st.sampled_from(
    [
        "وصل وزير الخارجية إلى مدينة ونسان مساء الجمعة، وبدأت المحادثات صباح السبت.",
        "The minister arrived in Wonsan on Friday. Talks began a day later, officials said.",
        "Министр прибыл в Вонсан в пятницу, переговоры начались в субботу утром.",
    ]
)
ARTICLES = st.builds(
    lambda lines, prose, ending: ending.join((*lines[::2], prose, *lines[1::2])),
    st.lists(_LINES, max_size=8),
    _PROSE,
    st.sampled_from(["\n", "\n\n", "\r\n", "\n \n"]),
)


@contextmanager
def taken(texts: list[str]) -> Iterator[tuple[Path, Coverage]]:
    with TemporaryDirectory() as name:
        home = Path(name)
        for number, text in enumerate(texts):
            (home / f"{number}.txt").write_bytes(text.encode())
        with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
            ingest([str(home / "*.txt")], coverage, today=TODAY)
            yield home, coverage


def bodies(home: Path) -> dict[tuple[str, str], bytes]:
    """The stored bodies as SQLite has them, read past all of our code."""
    with closing(sqlite3.connect(home / COVERAGE_FILE)) as connection:
        rows = connection.execute("SELECT article, version, CAST(body AS BLOB) FROM version")
        return {(article, version): bytes(body) for article, version, body in rows}


def slice_of(body: bytes, start: int, end: int) -> bytes:
    return body.decode()[start:end].encode()


def check(quote: Quote, stored: dict[tuple[str, str], bytes]) -> None:
    body = stored[quote.article.id, quote.article.version]
    assert quote.text
    assert quote.text.encode() == slice_of(body, quote.start, quote.end)
    assert quote.text.encode() in body
    assert 0 <= quote.score <= 1
    for start, end in quote.matches:
        assert 0 <= start < end <= len(quote.text)
    for copy in quote.copies:
        assert stored[copy.id, copy.version] == copy.body.encode()


@settings(max_examples=80, deadline=None)
@given(ARTICLES)
def test_every_passage_is_a_slice_of_the_stored_body(text: str) -> None:
    with taken([text]) as (home, coverage):
        stored = bodies(home)
        passages = list(coverage.passages())
        for passage in passages:
            body = stored[passage.article, passage.version]
            assert passage.text
            assert passage.text.encode() == slice_of(body, passage.start, passage.end)
        assert coverage.passages_by_id(one.id for one in passages) == {
            one.id: one for one in passages
        }
        for article in coverage.articles():
            lines = set(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
            assert stored[article.id, article.version] == article.body.encode()
            for passage in passages:
                assert not any(passage.start < cut < passage.end for cut in article.cuts)
            kept = [line for line in article.body.split("\n") if line]
            assert all(any(line in whole for whole in lines) for line in kept)


@settings(max_examples=30, deadline=None)
@given(st.lists(ARTICLES, min_size=1, max_size=3), st.data())
def test_every_quote_is_a_slice_of_the_stored_body(
    talkative: Calibration, texts: list[str], data: st.DataObject
) -> None:
    with taken(texts) as (home, coverage):
        stored = bodies(home)
        if not coverage.count()[1]:
            return
        update_index(home, coverage, embedder())
        engine = Engine.open(home, embedder(), talkative)
        with closing(engine.coverage):
            at = data.draw(st.integers(0, len(texts[0]) - 1))
            asked = [texts[0][at : at + 40], "متى وصل الوزير؟", "When did the minister arrive?"]
            for question in asked:
                if words(question) and len(question) <= LONGEST_QUESTION:
                    answer = engine.ask(question)
                    assert answer.quotes or answer.absence
                    for quote in answer.quotes:
                        check(quote, stored)
                    if answer.absence and answer.absence.nearest:
                        check(answer.absence.nearest, stored)


@pytest.mark.parametrize("question", ["متى وصل الوزير؟", "When did the minister arrive?"])
def test_a_quote_stays_as_it_was_when_its_article_changes(
    talkative: Calibration, question: str
) -> None:
    """An answer given is a slice of the version it was taken from, which is kept."""
    text = "The minister arrived in Wonsan on Friday. وصل الوزير إلى مدينة ونسان مساء الجمعة."
    with taken([text]) as (home, coverage):
        update_index(home, coverage, embedder())
        engine = Engine.open(home, embedder(), talkative)
        with closing(engine.coverage):
            before = engine.ask(question).quotes
            (home / "0.txt").write_bytes(text.replace("Friday", "Sunday").encode())
            ingest([str(home / "0.txt")], coverage, today=TODAY)
            update_index(home, coverage, embedder())
            assert before
            for quote in (*before, *engine.ask(question).quotes):
                check(quote, bodies(home))
