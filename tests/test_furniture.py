"""What cleaning keeps of the labelled pages, and the rules that their shapes called for."""

from __future__ import annotations

import time

import pytest

from corpus.clean.clean import clean
from corpus.clean.furniture import table
from corpus.read.html import read_html
from corpus.types import Cleaned, RawDocument, Source
from tests.furniture.pages import pages
from tests.quality.furniture import cleaned, extracted, judge, precision, recall

LEAST = 0.99
PARAGRAPH = (
    "The harbour council opened a footbridge on Sunday between the market and the north quay."
)
LAST = "Work took two years, the council said, and cost less than had been set aside for it."


def lines_kept(*lines: str) -> list[str]:
    found = clean(RawDocument("\n".join(lines), Source(path="a")))
    return [line for line in found.body.split("\n") if line]


def page_cleaned(inner: str) -> Cleaned:
    paragraphs = f"<p>{PARAGRAPH}</p>{inner}<p>{LAST}</p><p>{PARAGRAPH} {LAST}</p>"
    raw = read_html(f"<html><body><article>{paragraphs}</article></body></html>", Source(path="a"))
    assert isinstance(raw, RawDocument)
    return clean(raw)


def test_the_labelled_pages() -> None:
    labelled = pages()
    assert len(labelled) >= 48
    judged = [judge(page, cleaned) for page in labelled]
    assert precision(judged) >= LEAST
    assert recall(judged) >= LEAST
    for html in (False, True):
        part = [each for each in judged if each.page.html is html]
        assert precision(part) >= LEAST
        assert recall(part) >= LEAST
    alone = [judge(page, extracted) for page in labelled if page.html]
    assert precision(alone) < LEAST


@pytest.mark.parametrize(
    "box",
    [
        ("list of 2 items", "list 1 of 2", "A title", "end of list"),
        ("تخطى قصص مقترحة وواصل القراءة", "عنوان آخر", "قصص مقترحة نهاية"),
        ("Sign up to The Round", "Our daily email", "after newsletter promotion"),
        ("Image caption,", "The quay in its first week."),
        ("#harbour #bridge",),
        ("The quay at dawn. Photograph: City archive",),
        ("FacebookTwitterWhatsApp",),
    ],
)
def test_boxes_inside_a_text(box: tuple[str, ...]) -> None:
    assert lines_kept(PARAGRAPH, "", *box, "", LAST) == [PARAGRAPH, LAST]


@pytest.mark.parametrize(
    "body",
    [
        ("list of 2 items", "A title that nothing closes"),
        ("All rights reserved for authors stay with them, says the bill that the house debates.",),
        ("Come in, the lamp is lit,", "the river keeps its word,"),
    ],
)
def test_what_only_looks_like_a_box_stays(body: tuple[str, ...]) -> None:
    assert lines_kept(PARAGRAPH, "", *body, "", LAST) == [PARAGRAPH, *body, LAST]


def test_tags_right_above_the_foot_of_a_page() -> None:
    assert lines_kept(PARAGRAPH, LAST, "market", "footbridge", "Share", "x y") == [PARAGRAPH, LAST]
    assert lines_kept(PARAGRAPH, LAST, "a lamp", "a river", "Share")[2:] == ["a lamp", "a river"]


def test_a_heading_that_trafilatura_left_comes_back() -> None:
    found = page_cleaned(
        "<div class='x'><h4>Read also</h4><a href='/x'>A title</a></div><h2>Cost</h2>"
    )
    assert "Cost" in found.body.split("\n")
    assert "A title" not in found.body
    told = {removal.text: removal.rule for removal in found.removed}
    assert "A title" in told


def test_all_words_of_a_page_are_kept_or_told() -> None:
    for page in pages():
        if page.html:
            raw = read_html(page.text, Source(path=page.name))
            assert isinstance(raw, RawDocument)
            found = clean(raw)
            told = found.body + "".join(removal.text for removal in found.removed)
            written = "".join(filter(str.isalnum, told))
            for line in page.body:
                assert "".join(filter(str.isalnum, line)) in written


@pytest.mark.parametrize(
    "unit",
    ["a", "ا", " ", "1", ":", "ـ", "(", "/", "#a ", ".", "- ", "11-07-2025 ", "photo: ", "x (a)"],
)
def test_a_long_line_takes_no_long_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.process_time()
    clean(RawDocument(f"{PARAGRAPH}\n{text}\n{LAST}", Source(path="a")))
    assert time.process_time() - began < 10


def test_no_phrase_is_empty() -> None:
    for rule in (*table().lines, *table().headings, *table().boxes):
        assert rule.phrases
        assert all(len(phrase) > 0 for phrase in rule.phrases)
