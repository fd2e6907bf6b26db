"""Documents: what of each kind is read, what its headers say, and what is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.ingest import prepare
from corpus.read.content import extracted, read_content
from corpus.read.documents import mail as mail_module
from corpus.read.documents.wrapped import unwrapped
from corpus.types import DateKind, RawDocument, Rejection, Source
from tests.made_documents import (
    ARABIC,
    ENGLISH,
    all_kinds,
    docx,
    epub,
    mail,
    mhtml,
    msg,
    odt,
    page,
    rtf,
    saved,
    warc,
)

Found = RawDocument | Rejection
HTML = page(ENGLISH)


def found_in(content: bytes, name: str, given: Source | None = None) -> list[Found]:
    return list(read_content(content, name, given or Source(name)))


def documents(content: bytes, name: str) -> list[RawDocument]:
    return [made for made in texts(found_in(content, name)) if isinstance(made, RawDocument)]


def texts(found: list[Found]) -> Iterator[Found]:
    return (extracted(one) if isinstance(one, RawDocument) else one for one in found)


def only(content: bytes, name: str) -> RawDocument:
    (found,) = found_in(content, name)
    assert isinstance(found, RawDocument), found
    made = extracted(found)
    assert isinstance(made, RawDocument), made
    return made


def reasons(content: bytes, name: str) -> dict[str, str]:
    found = texts(found_in(content, name))
    return {one.source: one.reason for one in found if isinstance(one, Rejection)}


def days(document: RawDocument) -> dict[DateKind, date]:
    return {found.kind: found.value for found in document.given.dates}


@pytest.mark.parametrize("name", list(all_kinds()))
def test_the_text_of_every_kind_is_taken(name: str) -> None:
    for found in documents(all_kinds()[name], name)[:1]:
        assert all(text in found.text for text in ENGLISH)
        assert not isinstance(prepare(found, date(2026, 2, 1)), Rejection)
        return
    raise AssertionError(f"nothing was read of {name}")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", docx(ARABIC, title="افتتاح الرصيف الثالث")),
        ("a.odt", odt(ARABIC, title="افتتاح الرصيف الثالث")),
        ("a.rtf", rtf(ARABIC)),
        ("b.rtf", rtf(ARABIC, by_code_page=True)),
        ("a.eml", mail("\n\n".join(ARABIC))),
        ("a.msg", msg("افتتاح", "بريد الرصيف", "\r\n\r\n".join(ARABIC))),
        ("a.mhtml", mhtml(page(ARABIC, language="ar"), "https://quay.example/1")),
        ("a.csv", f'title,text\nافتتاح,"{" ".join(ARABIC)}"\n'.encode("utf-8-sig")),
        ("b.csv", f'title;text\nافتتاح;"{" ".join(ARABIC)}"\n'.encode("cp1256")),
        ("a.json", json.dumps([{"text": "\n".join(ARABIC)}], ensure_ascii=False).encode()),
    ],
)
def test_arabic(name: str, content: bytes) -> None:
    text = only(content, name).text
    assert all(each in text for each in ARABIC)


@pytest.mark.parametrize("name", list(all_kinds()))
@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_damage_is_refused_in_words(name: str, data: st.DataObject) -> None:
    content = all_kinds()[name]
    start = data.draw(st.integers(0, len(content)))
    size = data.draw(st.sampled_from((0, 1, 4, 64, 10_000)))
    put = data.draw(st.binary(max_size=8))
    for found in texts(found_in(content[:start] + put + content[start + size :], name)):
        assert found.text if isinstance(found, RawDocument) else found.reason


class TestWord:
    def test_a_title_is_the_headline_and_a_row_a_line(self) -> None:
        found = only(docx(ENGLISH, title="Third quay opened"), "a.docx")
        assert found.given.headline == "Third quay opened"
        assert found.text.endswith("| quay | ships |\n| third | 120 |")

    def test_changes_are_read_as_accepted(self) -> None:
        from docx import Document
        from docx.oxml import OxmlElement, parse_xml
        from docx.oxml.ns import nsdecls

        made = Document()
        paragraph = made.add_paragraph("The quay opened ")
        for tag, held, text in (("ins", "t", "on Monday"), ("del", "delText", "on Sunday")):
            change = OxmlElement(f"w:{tag}")
            change.append(parse_xml(f"<w:r {nsdecls('w')}><w:{held}>{text}</w:{held}></w:r>"))
            paragraph._p.append(change)
        control = parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        )
        made.element.body.insert(1, control)
        assert only(saved(made), "a.docx").text == "The quay opened on Monday\nIn a control."

    def test_bombs_are_not_unpacked(self) -> None:
        bomb = io.BytesIO(docx(ENGLISH))
        with ZipFile(bomb, "a", ZIP_DEFLATED) as archive:
            archive.writestr("word/media/zeros.bin", bytes(30_000_000))
        assert "a bomb" in reasons(bomb.getvalue(), "a.docx")["a.docx"]

    def test_entities_are_not_expanded(self) -> None:
        laughs = '<!ENTITY a "ha">' + "".join(
            f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 12}">' for n in range(9)
        )
        bomb = io.BytesIO()
        with ZipFile(io.BytesIO(docx(ENGLISH))) as sound, ZipFile(bomb, "w") as archive:
            for name in sound.namelist():
                content = sound.read(name)
                if name == "word/document.xml":
                    content = content.replace(
                        b"standalone='yes'?>",
                        f"standalone='yes'?><!DOCTYPE d [{laughs}]>".encode(),
                    ).replace(ENGLISH[0].encode(), b"&j;")
                archive.writestr(name, content)
        for found in found_in(bomb.getvalue(), "a.docx"):
            assert isinstance(found, Rejection) or len(found.text) < 10_000


class TestOpenDocument:
    def test_a_heading_is_the_headline_and_items_are_marked(self) -> None:
        found = only(odt(ENGLISH, title="Third quay opened"), "a.odt")
        assert found.given.headline == "Third quay opened"
        assert "\n- first item of a list\n- second item of a list" in found.text


class TestMail:
    TEXT = "\n\n".join(ENGLISH)

    def test_its_header_says_who_published_it_and_when(self) -> None:
        found = only(mail(self.TEXT), "a.eml")
        assert found.given.outlet == "Quay Post"
        assert found.given.headline == "Third quay opened"
        assert days(found) == {DateKind.PUBLISHED: date(2025, 7, 14)}

    @pytest.mark.parametrize(
        "subject", ["Fwd: Third quay opened", "إعادة توجيه: Third quay opened"]
    )
    def test_one_that_was_passed_on_says_neither(self, subject: str) -> None:
        found = only(mail(self.TEXT, subject=subject), "a.eml")
        assert (found.given.outlet, found.given.headline) == (None, "Third quay opened")
        assert days(found) == {DateKind.PAGE: date(2025, 7, 14)}

    def test_of_an_address_alone_its_domain_counts(self) -> None:
        assert only(mail(self.TEXT, sender="news@quay.example"), "a.eml").given.outlet == (
            "quay.example"
        )

    def test_what_the_user_says_wins(self) -> None:
        (found,) = found_in(mail(self.TEXT), "a.eml", Source("a.eml", outlet="Harbour Times"))
        assert isinstance(found, RawDocument)
        assert found.given.outlet == "Harbour Times"

    def test_html_is_read_where_there_is_no_plain_text(self) -> None:
        found = only(mail("Read this in a browser.", html=HTML), "a.eml")
        assert all(text in found.text for text in ENGLISH)

    def test_attachments_are_read_or_named(self) -> None:
        content = mail(
            self.TEXT,
            attached=[
                ("b.docx", docx(ENGLISH)),
                ("c.png", b"\x89PNG\r\n"),
                ("d.eml", mail(self.TEXT, subject="Inner")),
            ],
        )
        paths = [one.given.path for one in documents(content, "a.eml")]
        assert paths == ["a.eml", "a.eml/b.docx", "a.eml/d.eml"]
        assert "picture" in reasons(content, "a.eml")["a.eml/c.png"]

    def test_one_in_another_without_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mail_module, "MOST_PARTS", 3)
        content = mail(self.TEXT, attached=[("a.txt", b"x")] * 4)
        assert "more than 3 parts" in reasons(content, "a.eml")["a.eml"]

    def test_without_a_name_that_says_so_it_is_known_by_its_header(self) -> None:
        assert only(mail(self.TEXT), "message.txt").given.outlet == "Quay Post"

    def test_lines_that_were_broken_are_joined(self) -> None:
        lines = (
            "The harbour authority opened its third quay on Monday after two years\n"
            "of work, and the spokesman said that the cost had come to 35.5 million\n"
            "dollars in all.\n\nFerries follow.\n- one\n- two"
        )
        assert unwrapped(lines) == f"{ENGLISH[0]}\n\nFerries follow.\n- one\n- two"
        flowed = lines.replace("years\n", "years \n").replace("million\n", "million \n")
        assert unwrapped(flowed, flowed=True) == unwrapped(lines)
        poem = "A quay,\na ship,\na town."
        assert unwrapped(poem) == poem


class TestOutlook:
    def test_its_properties_say_who_published_it_and_when(self) -> None:
        found = only(msg("Third quay opened", "Quay Post", ENGLISH[0]), "a.msg")
        assert found.given.outlet == "Quay Post"
        assert days(found) == {DateKind.PUBLISHED: date(2025, 7, 14)}

    def test_html_is_read_where_there_is_little_plain_text(self) -> None:
        found = only(msg("Quay", "Quay Post", "See below.", html=HTML), "a.msg")
        assert all(text in found.text for text in ENGLISH)

    def test_an_old_document_of_word_is_none(self) -> None:
        content = msg("a", "b", "c").replace(
            "__properties_version1.0".encode("utf-16-le"),
            "WordDocument____________".encode("utf-16-le")[:46],
        )
        assert "old file of Word" in reasons(content, "a.doc")["a.doc"]


def test_a_saved_page_has_its_address_and_the_day_it_was_saved() -> None:
    found = only(mhtml(HTML, "https://quay.example/1"), "a.mhtml")
    assert (found.given.url, found.given.outlet) == ("https://quay.example/1", None)
    assert days(found)[DateKind.PAGE] == date(2025, 7, 15)


def test_a_book_is_read_by_chapters() -> None:
    content = epub([HTML, page(ARABIC, "افتتاح", "ar")])
    found = documents(content, "a.epub")
    assert [one.given.path for one in found] == [
        f"a.epub/OEBPS/text/c{number}.xhtml" for number in range(2)
    ]
    assert {one.given.outlet for one in found} == {"Quay Press"}
    assert days(found[0])[DateKind.PUBLISHED] == date(2025, 7, 14)


class TestTables:
    ROW = f'"Quay","{ENGLISH[0]}",2025-07-14,Quay Post'

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_an_article_a_row(self, delimiter: str) -> None:
        rows = [["Title", "Text", "Date"], ["Quay", ENGLISH[0].replace(",", ""), "2025-07-14"]]
        content = "\r\n".join(delimiter.join(row) for row in [*rows, rows[1]]).encode()
        found = documents(content, "a.csv")
        assert [one.given.path for one in found] == ["a.csv#2", "a.csv#3"]
        assert found[0].given.headline == "Quay"
        assert days(found[0]) == {DateKind.PUBLISHED: date(2025, 7, 14)}

    def test_bad_rows_spoil_no_other(self) -> None:
        content = f'title,text,date,outlet\n{self.ROW}\n"a","b","c","d","e"\nx,,,\n{self.ROW}\n'
        assert [one.given.path for one in documents(content.encode(), "a.csv")] == [
            "a.csv#2",
            "a.csv#5",
        ]
        assert list(reasons(content.encode(), "a.csv")) == ["a.csv#3", "a.csv#4"]

    def test_a_table_of_something_else_is_said_to_be_one(self) -> None:
        assert "no column of text" in reasons(b"name,age\nA,3\n", "a.csv")["a.csv"]

    def test_known_by_its_heading(self) -> None:
        content = f"title,text,date,outlet\n{self.ROW}\n".encode()
        assert only(content, "a.txt").given.outlet == "Quay Post"
        prose = f"Title, text and all.\n{ENGLISH[0]}".encode()
        assert only(prose, "a.txt").text == prose.decode()


RECORD = {"title": "Quay", "text": ENGLISH[0], "url": "https://quay.example/1"}


class TestJson:
    @pytest.mark.parametrize("indent", [None, 2])
    @pytest.mark.parametrize("name", ["a.json", "a.txt"])
    def test_arrays(self, name: str, indent: int | None) -> None:
        array = [RECORD, {**RECORD, "url": "https://quay.example/2"}, {"title": "x"}, 3]
        for value in (array, {"status": "ok", "articles": array}):
            content = json.dumps(value, indent=indent).encode()
            found = documents(content, name)
            assert [one.given.url for one in found] == [
                "https://quay.example/1",
                "https://quay.example/2",
            ]
            assert list(reasons(content, name)) == [f"{name}#3", f"{name}#4"]

    def test_one_object(self) -> None:
        assert only(json.dumps(RECORD, indent=1).encode(), "a.json").given.headline == "Quay"

    def test_lines_in_a_file_of_another_name(self) -> None:
        lines = "\n".join([json.dumps(RECORD)] * 2).encode()
        assert len(documents(lines, "a.json")) == len(documents(lines, "a.txt")) == 2

    @pytest.mark.parametrize("content", [b"{", b"[1, 2", b'"text"', b"[]", b"{}", b"[" * 90_000])
    def test_what_is_none_is_refused(self, content: bytes) -> None:
        assert reasons(content, "a.json")


class TestWebArchives:
    PAGE = HTML.encode()

    @pytest.mark.parametrize("packed", [False, True])
    def test_pages_and_a_count_of_the_rest(self, packed: bool) -> None:
        content = warc(
            [
                ("https://quay.example/1", self.PAGE, "text/html; charset=utf-8", "200 OK"),
                ("https://quay.example/a.png", b"\x89PNG", "image/png", "200 OK"),
                ("https://quay.example/2", self.PAGE, "text/html", "404 Not Found"),
            ],
            packed=packed,
        )
        (found,) = documents(content, "a.warc")
        assert found.given.url == "https://quay.example/1"
        assert days(found)[DateKind.PAGE] == date(2025, 7, 15)
        assert "2 of its records are no pages" in reasons(content, "a.warc")["a.warc"]

    def test_the_encoding_that_the_server_says(self) -> None:
        written = page(ARABIC, "افتتاح", "ar").replace(' encoding="utf-8"', "").encode("cp1256")
        content = warc(
            [("https://q.example/", written, "text/html; charset=windows-1256", "200 OK")]
        )
        assert all(text in documents(content, "a.warc")[0].text for text in ARABIC)

    def test_one_without_pages(self) -> None:
        assert "no page" in reasons(warc([]) or b"WARC/1.0\r\n\r\n", "a.warc")["a.warc"]
