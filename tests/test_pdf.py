"""PDF files: what is read from right to left, paragraphs, pages, and what is refused."""

from __future__ import annotations

import random
import shutil
import subprocess
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.ingest import prepare
from corpus.read.content import extracted, read_content
from corpus.read.documents import pdf as module
from corpus.read.documents.glyphs import Glyph, line_of, oriented
from corpus.read.documents.pdf import RUNNING_HEAD, read_pdf
from corpus.types import Article, RawDocument, Rejection, Source
from tests.made_documents import ARABIC, ENGLISH, drawn_pdf, pdf, scanned_pdf

TODAY = date(2026, 2, 1)
VOWELLED = "قَالَ المُتَحَدِّثُ إِنَّ المِينَاءَ سَيُفْتَتَحُ فِي الصَّيْفِ الآتِي، وَإِنَّ السُّفُنَ سَتَرْسُو فِيهِ مِنْ بَعْدُ."
LAM_ALEF = "لا يزال الأهالي والأطفال في الملاجئ الآن، ولأن الإمدادات لا تكفي غادر آلاف منهم البلاد."


def document(content: bytes) -> RawDocument:
    (found,) = read_pdf(content, Source("a.pdf"))
    assert isinstance(found, RawDocument), found
    text = extracted(found)
    assert isinstance(text, RawDocument)
    return text


def refused(content: bytes) -> str:
    (found,) = read_pdf(content, Source("a.pdf"))
    assert isinstance(found, Rejection)
    return found.reason


def article(content: bytes) -> Article:
    (found,) = read_pdf(content, Source("a.pdf"))
    assert isinstance(found, RawDocument)
    made = prepare(found, TODAY)
    assert not isinstance(made, Rejection), made
    return made[0]


def paragraphs(document: RawDocument) -> list[str]:
    return [line for line in document.text.split("\n") if line.strip()]


class TestRightToLeft:
    @pytest.mark.parametrize("text", [*ARABIC, LAM_ALEF])
    def test_letters_come_out_in_the_order_in_which_they_are_read(self, text: str) -> None:
        assert paragraphs(document(pdf([text]))) == [text]

    def test_vowels_stand_behind_their_letters(self) -> None:
        (read,) = paragraphs(document(pdf([VOWELLED])))
        assert normalize("NFC", read) == normalize("NFC", VOWELLED)

    def test_of_another_program(self) -> None:
        lines = [*(line for text in ARABIC for line in text.split("، ")), LAM_ALEF]
        assert " ".join(document(drawn_pdf(lines)).text.split()) == " ".join(lines)

    def test_of_a_browser(self, tmp_path: Path) -> None:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        if chromium is None:
            pytest.skip("there is no Chromium here to print pages")
        body = "".join(f"<p>{text}</p>" for text in (*ARABIC, LAM_ALEF))
        page = tmp_path / "a.html"
        page.write_text(f'<html dir="rtl" lang="ar"><meta charset="utf-8">{body}</html>', "utf-8")
        command = [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
        ]
        printed = tmp_path / "a.pdf"
        subprocess.run(
            [*command, f"--print-to-pdf={printed}", page.as_uri()],
            capture_output=True,
            check=True,
            timeout=120,
        )
        assert paragraphs(document(printed.read_bytes())) == [*ARABIC, LAM_ALEF]

    @settings(deadline=None, max_examples=8)
    @given(
        st.lists(
            st.sampled_from([word for text in (*ARABIC, LAM_ALEF) for word in text.split()]),
            min_size=8,
            max_size=60,
        ).filter(lambda words: any("\u0620" <= letter <= "\u064a" for letter in "".join(words)))
    )
    def test_any_words_come_out_whole(self, words: list[str]) -> None:
        """Which mark opens depends on the words beside it, and how numbers and Latin words that
        follow one another are read on the words around them; so these are left out."""
        plain = [w for w in words if w.isalpha() and not w.isascii()] + ["الميناء"] * 8
        assert document(pdf([" ".join(plain)])).text.split() == plain

    @pytest.mark.parametrize(
        ("drawn", "read"),
        [
            ("ﺀﺎﻨﻴﻣ", "ميناء"),  # letters as drawn
            ("2026-03-01 ﻲﻓ", "في 01-03-2026"),  # separate numbers, each from left to right
            ("14/7/2025 ﻲﻓ", "في 14/7/2025"),
            ("NATO ﻮ AFP ﻦﻣ", "من AFP و NATO"),
        ],
    )
    def test_what_stands_on_a_line(self, drawn: str, read: str) -> None:
        row, place, word = [], 0.0, 0
        for letter in drawn:
            if letter == " ":
                word, place = word + 1, place + 3
            else:
                row.append(Glyph(letter, place, place + 6, 0, 10, word))
                place += 6
        random.Random(1).shuffle(row)
        (line,) = line_of(row)
        assert line.text == read

    @pytest.mark.parametrize(
        "text", ["قال (باسمها) إن", "قال: «لن نتوقف»، وأضاف", "(أ) و(ب) ثم [ج]", "قال «نعم»(1) ثم"]
    )
    def test_brackets_open_where_they_open(self, text: str) -> None:
        mirrored = text.translate(str.maketrans("()«»[]", ")(»«]["))
        assert oriented(mirrored) == oriented(text) == text


class TestParagraphs:
    def test_lines_of_a_paragraph_are_one(self) -> None:
        assert paragraphs(document(pdf(ENGLISH, right=False))) == list(ENGLISH)
        assert paragraphs(document(pdf([*ARABIC, *ARABIC]))) == [*ARABIC, *ARABIC]

    def test_a_word_broken_at_the_end_of_a_line(self) -> None:
        """It loses its hyphen where the document has it elsewhere as one word."""
        broken = "The govern-\nment of the town met the harbour-\nmasters of both quays on Monday."
        whole = "The government said no more of it, and the masters of the harbour did not either."
        first, second = paragraphs(document(pdf([broken, whole], right=False)))
        assert first.startswith("The government of the town met the harbour-masters of both")
        assert second == whole
        (dated,) = paragraphs(
            document(
                pdf(["It opens on 2026-03-\n01, as the authority of the harbour said on Monday."])
            )
        )
        assert dated == "It opens on 2026-03-01, as the authority of the harbour said on Monday."


class TestPages:
    MANY = tuple(f"{number} {text}" for number in range(12) for text in ENGLISH)

    def test_a_sentence_runs_on_from_page_to_page(self) -> None:
        content = pdf(self.MANY, head="Quay Post, Monday edition", right=False)
        read = document(content)
        assert paragraphs(read) == list(self.MANY)
        assert len(read.pages) > 2
        assert {each.rule for each in read.dropped} == {RUNNING_HEAD}
        said = {each.text for each in read.dropped}
        assert {"Quay Post, Monday edition", "1", "2"} <= said
        assert "\f" not in read.text

    def test_each_position_has_the_page_that_it_stands_on(self) -> None:
        from pypdfium2 import PdfDocument

        content = pdf(self.MANY, head="Quay Post", right=False)
        made = article(content)
        opened = PdfDocument(content)
        texts = [" ".join(page.get_textpage().get_text_range().split()) for page in opened]
        opened.close()
        for sentence in made.sentences:
            first = " ".join(made.body[sentence.start : sentence.end].split()[:4])
            number = made.page_at(sentence.start)
            assert number is not None
            begun = texts[number - 1] + " " + texts[number] if number < len(texts) else texts[-1]
            assert first in " ".join(begun.split()), (first, number)
        assert made.page_at(0) == 1
        assert made.page_at(len(made.proper) - 1) == len(texts)

    def test_one_page_is_page_one(self) -> None:
        assert [page.number for page in article(pdf(ENGLISH, right=False)).pages] == [1]

    def test_pages_without_text_are_flagged(self) -> None:
        flags = article(pdf(ENGLISH, right=False, blank_pages=2)).flags
        assert flags == ("2 of 3 pages hold no text",)

    def test_a_text_with_form_feeds_has_pages_too(self) -> None:
        text = f"{ENGLISH[0]}\n\n\f{ENGLISH[1]}\n"
        (found,) = read_content(text.encode(), "a.txt", Source("a.txt"))
        assert isinstance(found, RawDocument)
        made = prepare(found, TODAY)
        assert not isinstance(made, Rejection)
        body = made[0]
        assert "\f" not in body.body
        assert body.page_at(body.body.index("Ferries")) == 2
        assert body.page_at(body.body.index("quay on Monday")) == 1

    def test_a_text_without_has_none(self) -> None:
        (found,) = read_content(ENGLISH[0].encode(), "a.txt", Source("a.txt"))
        assert isinstance(found, RawDocument)
        made = prepare(found, TODAY)
        assert not isinstance(made, Rejection)
        assert (made[0].pages, made[0].page_at(5)) == ((), None)


class TestRefused:
    def test_scans(self) -> None:
        assert "a scan" in refused(scanned_pdf())

    def test_passwords(self) -> None:
        assert "password" in refused(pdf(ENGLISH, password="secret"))

    def test_damaged_ones(self) -> None:
        assert "damaged" in refused(b"%PDF-1.7\n" + bytes(200))

    def test_too_many_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "MOST_PAGES", 2)
        assert "3 pages" in refused(pdf(ENGLISH, blank_pages=2))

    def test_too_many_letters(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "MOST_GLYPHS", 100)
        assert "more than 100 letters" in refused(pdf(ENGLISH))

    def test_letters_that_nothing_is_known_of(self) -> None:
        content = pdf(ENGLISH)
        private = content.replace(b"begincmap", b"begin-no-cmap")
        (found,) = read_pdf(private, Source("a.pdf"))
        assert isinstance(found, RawDocument | Rejection)


def test_the_title_counts_where_the_first_page_has_it() -> None:
    text = ["Third quay opened", *ENGLISH]
    assert document(pdf(text, title="Third quay opened")).given.headline == "Third quay opened"
    assert document(pdf(text, title="Microsoft Word - quay.doc")).given.headline is None
