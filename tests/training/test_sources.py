from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import InputError
from retrieval.training import sources
from tests.training.conftest import written

TABLE = sources.Source("some_table", "Some table", "words", "words", "CC0")
COVERAGE = sources.Source("some_news", "Some news", "articles", "articles", "CC0")


def test_rows_have_known_languages_and_at_least_two(tmp_path: Path) -> None:
    values = [
        {"ar": "سفينة", "en": ["ship", "sea_vessel", " "], "id": "1", "xx": "?"},
        {"ar": "وحيد", "en": []},
        {"ar": "يد", "en": "hand: light skin tone"},
    ]
    written(tmp_path / "some_table.jsonl.gz", values)
    assert sources.rows(tmp_path, TABLE) == [{"ar": ("سفينة",), "en": ("ship", "sea vessel")}]


def test_short_articles_are_left_out(tmp_path: Path) -> None:
    long = {"title": " t ", "summary": "", "body": "This is a sentence of some length. " * 9}
    written(tmp_path / "some_news.jsonl.gz", [long, long | {"body": "Too short to be taken."}])
    (story,) = sources.stories(tmp_path, COVERAGE)
    assert (story.headline, story.summary, len(story.sentences)) == ("t", "", 9)


@pytest.mark.parametrize("content", [None, b"no gzip", b"\x1f\x8b\x08\x00"])
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "some_table.jsonl.gz").write_bytes(content)
    with pytest.raises(InputError, match=r"some_table\.jsonl\.gz"):
        sources.rows(tmp_path, TABLE)


def test_every_source_states_a_licence() -> None:
    assert all(source.licence and source.brought for source in sources.SOURCES)
    assert len({source.file for source in sources.SOURCES}) == len(sources.SOURCES)


def test_sources_that_may_not_be_shipped_are_absent() -> None:
    files = {source.file for source in sources.SOURCES}
    assert not files & {"aqad_qp_clean", "wmt_newstest", "stsb_parallel_train"}
