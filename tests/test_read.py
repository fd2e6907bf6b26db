from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.read import SUFFIXES, extracted, read
from corpus.read.decode import decode
from corpus.types import DateKind, RawDocument, Rejection, Source, SourceDate

BODY = "وصل الوزير إلى المدينة صباحا وعقد فيها لقاء قصيرا مع مضيفيه.\n\nوغادر مساء.\n"


def one(path: Path, **known: object) -> RawDocument | Rejection:
    given_source = Source(path=str(path), **known)  # type: ignore[arg-type]
    (found,) = read(str(path), given_source)
    return found if isinstance(found, Rejection) else extracted(found)


def taken(path: Path, **known: object) -> RawDocument:
    found = one(path, **known)
    assert isinstance(found, RawDocument), found
    return found


def refused(path: Path) -> str:
    found = one(path)
    assert isinstance(found, Rejection), found
    assert found.source == str(path)
    assert "\n" not in found.reason
    return found.reason


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


class TestText:
    def test_is_taken_to_the_character(self, tmp_path: Path) -> None:
        text = "سطر أول\u200f \xa0\r\n\r\nسطر\tثان ـ é\u0301.\n"
        for name in ("a.txt", "b.md", "c"):
            assert taken(written(tmp_path, name, text)).text == text

    def test_marks_of_byte_order_are_understood(self, tmp_path: Path) -> None:
        for number, encoding in enumerate(("utf-8-sig", "utf-16")):
            path = written(tmp_path, f"{number}.txt", BODY.encode(encoding))
            assert taken(path).text == BODY

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "empty"),
            (b" \n\t\n", "empty"),
            (b"text \x00 more", "NUL"),
            (b"\x01\x02\x03\x04 text", "control characters"),
            ("نص طويل".encode() + b"\xff" + b" end", "broken UTF-8: byte 13 is 0xff"),
            (bytes(range(0x80, 0x100)) * 4, "nor UTF-16, windows-1256, windows-1251, windows-1252"),
            (b"\xff\xfea", "UTF-16"),
            (b"text\0" * 20, "no UTF-16 LE or UTF-16 BE"),
            (b"%PDF-1.7 text", "a damaged PDF"),
        ],
    )
    def test_what_is_no_text_is_refused(self, tmp_path: Path, content: bytes, said: str) -> None:
        assert said in refused(written(tmp_path, "a.txt", content))

    @pytest.mark.parametrize(
        ("text", "encodings"),
        [
            (BODY * 3, ("cp1256", "utf-16-le", "utf-16-be")),
            ("Министр прибыл в город утром.\n" * 3, ("cp1251", "utf-16-le", "utf-16-be")),
            ("Le ministre est arrivé à l’hôtel en début d’après-midi.\n" * 3, ("cp1252",)),
            ("It’s “quoted” in English, with an é.\n" * 3, ("cp1252", "utf-16-le")),
        ],
        ids=["ar", "ru", "fr", "en"],
    )
    def test_other_encodings_are_recognised(
        self, tmp_path: Path, text: str, encodings: tuple[str, ...]
    ) -> None:
        for encoding in encodings:
            path = written(tmp_path, "a.txt", text.encode(encoding))
            assert taken(path).text == text, encoding

    def test_a_page_under_another_name_is_a_page(self, tmp_path: Path) -> None:
        assert "<p>" not in taken(written(tmp_path, "a.txt", page())).text

    def test_a_stray_control_character_is_tolerated(self, tmp_path: Path) -> None:
        assert taken(written(tmp_path, "a.txt", "word " * 100 + "\x08")).text.endswith("\x08")

    def test_sizes_have_bounds(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "line 2" in refused(written(tmp_path, "a.txt", "x\n" + "a" * 1_000_001))
        assert "lines" in refused(written(tmp_path, "b.txt", "a\n" * 50_000))
        for module in ("files", "content"):
            monkeypatch.setattr(f"corpus.read.{module}.LARGEST_FILE", 10)
        assert "MB" in refused(written(tmp_path, "c.txt", "a" * 11))
        assert taken(written(tmp_path, "d.txt", "a" * 10)).text

    def test_a_folder_cannot_be_read(self, tmp_path: Path) -> None:
        assert "cannot be read" in refused(tmp_path)

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Input:
            buffer = io.BytesIO(BODY.encode())

        monkeypatch.setattr("sys.stdin", Input)
        (found,) = read("-", Source(path="-", outlet="Quay Post"))
        assert found == RawDocument(BODY, Source(path="-", outlet="Quay Post"))

    def test_standard_input_knows_records_and_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Input:
            buffer = io.BytesIO(b'{"text": "one"}\n{"text": "two"}\n')

        monkeypatch.setattr("sys.stdin", Input)
        found = list(read("-", Source(path="-")))
        assert [raw.text for raw in found if isinstance(raw, RawDocument)] == ["one", "two"]


class TestFrontMatter:
    HEAD = (
        '+++\noutlet = "Quay Post"\nvia = "Harbour"\nagency = "AFP"\nbyline = "World desk"\n'
        'headline = "A  headline"\nurl = "https://quay.example/1"\npublished = 2025-07-11\n+++\n'
    )

    def test_is_read_and_cut_off(self, tmp_path: Path) -> None:
        raw = taken(written(tmp_path, "a.txt", self.HEAD + BODY))
        assert raw.text == BODY
        said = raw.given
        assert (said.outlet, said.via, said.agency) == ("Quay Post", "Harbour", "AFP")
        assert (said.byline, said.headline, said.url) == (
            "World desk",
            "A headline",
            "https://quay.example/1",
        )
        assert said.dates == (
            SourceDate(DateKind.PUBLISHED, date(2025, 7, 11), "published = 2025-07-11"),
        )

    def test_what_is_given_wins(self, tmp_path: Path) -> None:
        mine = SourceDate(DateKind.PUBLISHED, date(2025, 1, 2), "--published")
        raw = taken(written(tmp_path, "a.txt", self.HEAD + BODY), outlet="Mine", dates=(mine,))
        assert raw.given.outlet == "Mine"
        assert raw.given.byline == "World desk"
        assert raw.given.dates == (mine,)

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_any_end_of_line(self, tmp_path: Path, ending: str) -> None:
        content = (self.HEAD + "Text.\n").replace("\n", ending)
        raw = taken(written(tmp_path, "a.txt", content))
        assert raw.given.outlet == "Quay Post"
        assert raw.text == "Text." + ending

    @pytest.mark.parametrize(
        ("head", "said"),
        [
            ('+++\noutlet = "a"\n', "missing"),
            ("+++\noutlet = \n+++\n", "front matter"),
            ('+++\npublised = "2025-07-11"\n+++\n', "'publised'"),
            ("+++\noutlet = 5\n+++\n", "outlet"),
            ('+++\npublished = "soon"\n+++\n', "published"),
            ("+++\npublished = 2025\n+++\n", "published"),
            ('+++\nheadline = "a\\u0000b"\n+++\n', "NUL"),
        ],
    )
    def test_what_is_malformed_is_refused(self, tmp_path: Path, head: str, said: str) -> None:
        assert said in refused(written(tmp_path, "a.txt", head + BODY))

    def test_a_published_date_may_be_written_out(self, tmp_path: Path) -> None:
        raw = taken(written(tmp_path, "a.txt", '+++\npublished = "11 تموز 2025"\n+++\n' + BODY))
        assert raw.given.published == date(2025, 7, 11)

    def test_text_must_follow(self, tmp_path: Path) -> None:
        assert "no text" in refused(written(tmp_path, "a.txt", self.HEAD + " \n"))


class TestFrontMatterInYaml:
    HEAD = (
        "---\ntitle: A  headline: the sequel\noutlet: Quay Post\nauthor: [World desk, Lina]\n"
        "date: 2025-07-11\nurl: https://quay.example/1\ntags:\n  - port\nlayout: post\n"
        "# a remark\nagency: 'AFP'\n\n---\n"
    )

    def test_is_read_and_cut_off(self, tmp_path: Path) -> None:
        for name in ("a.txt", "a.md"):
            raw = taken(written(tmp_path, name, self.HEAD + BODY))
            assert raw.text == BODY
            said = raw.given
            assert (said.outlet, said.agency, said.byline) == (
                "Quay Post",
                "AFP",
                "World desk, Lina",
            )
            assert (said.headline, said.url) == (
                "A headline: the sequel",
                "https://quay.example/1",
            )
            assert said.published == date(2025, 7, 11)

    @pytest.mark.parametrize(
        ("head", "outlet", "headline", "day"),
        [
            ("outlet: Quay Post", "Quay Post", None, None),
            ("Outlet:   المرفأ اليوم\nDate: 12 تموز 2025", "المرفأ اليوم", None, date(2025, 7, 12)),
            ('source: "Quay: Post"\ntitle: "No: 5"', "Quay: Post", "No: 5", None),
            ("site_name: no\ndate: 2025-07-12T10:00:00Z", "no", None, date(2025, 7, 12)),
            ("title: >-\n  Two\n  lines\npublisher: Mole", "Mole", "Two lines", None),
            ("outlet:\n  name: Mole\ntitle:", "Mole", None, None),
            ("outlet: '@mole'\ntitle: @mole: what now", "@mole", "@mole: what now", None),
            ("outlet: Mole\ntitle: 5\ndate: soon", "Mole", "5", None),
            ("\"outlet\": Mole\n'title': A: b", "Mole", "A: b", None),
            ("og:title: A: b\noutlet: Mole\ndc.type: text", "Mole", None, None),
            ("tags: [\n  port,\n]\noutlet: Mole", "Mole", None, None),
            ("<<: {a: b}\noutlet: Mole\ntitle: ~", "Mole", None, None),
            ("outlet: ~\nsource: NULL\npublisher: Mole", "Mole", None, None),
        ],
    )
    def test_usual_keys(
        self, tmp_path: Path, head: str, outlet: str, headline: str | None, day: date | None
    ) -> None:
        raw = taken(written(tmp_path, "a.md", f"---\n{head}\n---\n{BODY}"))
        said = raw.given
        assert (raw.text, said.outlet, said.headline, said.published) == (
            BODY,
            outlet,
            headline,
            day,
        )

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("close", ["---", "--- ", "..."])
    def test_any_end(self, tmp_path: Path, ending: str, close: str) -> None:
        content = f"---\noutlet: Mole\n{close}\nText.\n".replace("\n", ending)
        raw = taken(written(tmp_path, "a.txt", content))
        assert (raw.given.outlet, raw.text) == ("Mole", "Text." + ending)

    @pytest.mark.parametrize(
        "text",
        [
            f"---\n{BODY}---\n{BODY}",
            f"---\n{BODY}",
            f"---\nThe minister said: nothing.\n---\n{BODY}",
            f"---\nNote: written later\n---\n{BODY}",
            f"---\n- outlet: Mole\n---\n{BODY}",
            f"---\n\n---\n{BODY}",
            f"--- \noutlet: Mole\n{BODY}",
            f"---\noutlet: Mole\nkey: [{'a, ' * 20_000}]\n---\n{BODY}",
        ],
    )
    def test_a_rule_alone_is_no_front_matter(self, tmp_path: Path, text: str) -> None:
        raw = taken(written(tmp_path, "a.md", text))
        assert raw.text == text
        assert raw.given.outlet is None

    def test_what_is_malformed_is_refused(self, tmp_path: Path) -> None:
        for head in ('outlet: "Mole', "outlet: [a, b", "outlet: a\n  b: c\n d: e"):
            said = refused(written(tmp_path, "a.md", f"---\n{head}\n---\n{BODY}"))
            assert said.startswith("front matter: ")
            assert "in line " in said

    def test_what_is_given_wins(self, tmp_path: Path) -> None:
        raw = taken(written(tmp_path, "a.txt", self.HEAD + BODY), outlet="M")
        assert (raw.given.outlet, raw.given.agency) == ("M", "AFP")

    @settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(head=st.text("abc:#-'\"&*!{}[]|> \t\nضж", max_size=60))
    def test_any_lines_are_read_or_refused(self, tmp_path: Path, head: str) -> None:
        found = one(written(tmp_path, "a.md", f"---\noutlet: Mole\n{head}\n---\n{BODY}"))
        assert isinstance(found, Rejection) or found.text.endswith(BODY)


class TestRecords:
    def records(self, folder: Path, *lines: str, **known: object) -> list[RawDocument | Rejection]:
        path = written(folder, "a.jsonl", "\n".join(lines))
        return list(read(str(path), Source(path=str(path), **known)))  # type: ignore[arg-type]

    def test_one_article_a_line(self, tmp_path: Path) -> None:
        record = {
            "title": "A headline",
            "body": BODY,
            "url": "https://quay.example/1",
            "source": {"name": "Quay Post"},
            "authors": ["First desk", "Second desk"],
            "agency": "AFP",
            "date": "2025-07-11T10:00:00Z",
            "date_modify": "12 июля 2025",
            "date_download": 1753430000,
            "language": "ar",
        }
        (raw,) = self.records(tmp_path, json.dumps(record))
        assert isinstance(raw, RawDocument)
        assert raw.text == BODY
        said = raw.given
        assert said.path.endswith("a.jsonl#1")
        assert (said.headline, said.outlet, said.agency) == ("A headline", "Quay Post", "AFP")
        assert (said.byline, said.url) == ("First desk, Second desk", "https://quay.example/1")
        assert [(found.kind, found.value.isoformat()) for found in said.dates] == [
            (DateKind.PUBLISHED, "2025-07-11"),
            (DateKind.UPDATED, "2025-07-12"),
            (DateKind.PAGE, "2025-07-25"),
        ]

    def test_a_bad_line_spoils_no_other(self, tmp_path: Path) -> None:
        lines = ('{"text": "one"}', "", '{"text": ', "[1]", '{"title": "x"}', '{"text": "two"}')
        found = self.records(tmp_path, *lines)
        assert [raw.text for raw in found if isinstance(raw, RawDocument)] == ["one", "two"]
        refusals = [one for one in found if isinstance(one, Rejection)]
        assert [one.source.rpartition("#")[2] for one in refusals] == ["3", "4", "5"]
        assert "broken JSON" in refusals[0].reason
        assert "no text" in refusals[2].reason

    @pytest.mark.parametrize(
        "line",
        [
            '{"text": "\\ud800"}',
            '{"text": "a\\u0000"}',
            '{"text": "a", "title": "\\udfff"}',
            "[" * 100_000,
            '{"text": 5}',
            "1" * 5000,
        ],
    )
    def test_what_cannot_be_stored_is_refused(self, tmp_path: Path, line: str) -> None:
        (found,) = self.records(tmp_path, line)
        assert isinstance(found, Rejection)

    def test_bytes_that_are_no_text_spoil_their_line_only(self, tmp_path: Path) -> None:
        path = written(
            tmp_path, "a.jsonl", b'{"text": "' + BODY[:20].encode() + b'\xff"}\n{"text": "two"}\n'
        )
        first, second = read(str(path), Source(path=str(path)))
        assert isinstance(first, Rejection)
        assert "UTF-8" in first.reason
        assert isinstance(second, RawDocument)

    def test_an_id_that_is_an_address_is_the_origin(self, tmp_path: Path) -> None:
        (raw,) = self.records(tmp_path, '{"text": "one", "id": "https://quay.example/2"}')
        assert isinstance(raw, RawDocument)
        assert raw.given.url == "https://quay.example/2"
        (raw,) = self.records(tmp_path, '{"text": "one", "id": "abc-7", "url": "javascript:x"}')
        assert isinstance(raw, RawDocument)
        assert raw.given.url is None

    def test_records_in_other_encodings(self, tmp_path: Path) -> None:
        lines = "".join(json.dumps({"text": BODY}, ensure_ascii=False) + "\n" for _ in range(2))
        for encoding in ("cp1256", "utf-16", "utf-16-le", "utf-8-sig"):
            path = written(tmp_path, "a.jsonl", lines.encode(encoding))
            found = list(read(str(path), Source(path="a")))
            assert [raw.text for raw in found if isinstance(raw, RawDocument)] == [BODY, BODY]

    def test_one_given_address_does_not_make_many_articles_one(self, tmp_path: Path) -> None:
        found = self.records(
            tmp_path, '{"text": "one"}', '{"text": "two"}', url="https://quay.example/"
        )
        assert [raw.given.url for raw in found if isinstance(raw, RawDocument)] == [None, None]
        (raw,) = self.records(tmp_path, '{"text": "one"}', url="https://quay.example/")
        assert isinstance(raw, RawDocument)
        assert raw.given.url == "https://quay.example/"

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (found,) = self.records(tmp_path, " ", "")
        assert isinstance(found, Rejection)


PARAGRAPHS = (
    "وصل الوزير الزائر صباح الجمعة إلى المدينة الساحلية حيث استقبله مضيفوه في المطار القديم.",
    "وقال متحدث باسم الوزارة إن الزيارة تستغرق ثلاثة أيام وتشمل لقاءات وجولة في الميناء.",
    "ومن المقرر أن يعود الوزير مساء الأحد إلى العاصمة بعد توقيع وثيقتين تخصان الصيد والملاحة.",
)
PAGE = """<!doctype html><html lang="ar"><head><meta charset="{charset}">
<title>عنوان الخبر - بريد</title>{head}</head><body><nav><a href="/">الرئيسية</a></nav>
<article><h1>عنوان الخبر عن زيارة الميناء</h1>
{top}<div>{paragraphs}</div></article><footer>2019-01-01</footer></body></html>"""


def page(head: str = "", top: str = "", charset: str = "utf-8") -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return PAGE.format(head=head, top=top, charset=charset, paragraphs=paragraphs)


class TestPages:
    def test_the_text_is_kept_word_for_word(self, tmp_path: Path) -> None:
        raw = taken(written(tmp_path, "a.html", page()))
        assert not raw.markup
        lines = raw.text.split("\n")
        assert [line for line in lines if line in PARAGRAPHS] == list(PARAGRAPHS)

    def test_the_markup_says_where_it_is_from(self, tmp_path: Path) -> None:
        head = (
            '<meta property="og:site_name" content="بريد الميناء">'
            '<meta property="og:title" content="عنوان الخبر - بريد الميناء">'
            '<link rel="canonical" href="/2025/1"><meta name="author" content="ريما صافي">'
            '<meta property="article:published_time" content="2025-07-11T23:30:00+03:00">'
            '<meta property="article:modified_time" content="2025-07-12T08:00:00+03:00">'
        )
        path = written(tmp_path, "a.html", page(head, '<p class="standfirst">مدخل الخبر</p>'))
        said = taken(path, url="https://barid.example/x").given
        assert said.url == "https://barid.example/x"
        assert (said.outlet, said.headline) == ("بريد الميناء", "عنوان الخبر")
        assert (said.byline, said.standfirst) == ("ريما صافي", "مدخل الخبر")
        assert said.published == date(2025, 7, 11)
        assert said.dates[0].evidence.startswith("<meta article:published_time")
        assert said.dates[1].kind is DateKind.UPDATED

    def test_a_canonical_address_must_be_absolute(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a.html", page('<link rel="canonical" href="/2025/1">'))
        assert taken(path).given.url is None
        head = '<link rel="canonical" href="https://barid.example/2025/1">'
        found = taken(written(tmp_path, "b.html", page(head)))
        assert found.given.url == "https://barid.example/2025/1"

    def test_structured_data(self, tmp_path: Path) -> None:
        node = {
            "@graph": [
                {"@type": "WebSite", "name": "x", "datePublished": "2001-01-01"},
                {
                    "@type": ["NewsArticle"],
                    "headline": "عنوان الخبر",
                    "datePublished": "2025-07-11",
                    "publisher": {"name": "بريد الميناء"},
                    "author": [{"name": "وكالة الأناضول"}, {"name": "ريما صافي"}],
                },
            ]
        }
        head = f'<script type="application/ld+json">{json.dumps(node)}</script>'
        said = taken(written(tmp_path, "a.html", page(head))).given
        assert said.published == date(2025, 7, 11)
        assert (said.outlet, said.agency, said.byline) == (
            "بريد الميناء",
            "الأناضول",
            "ريما صافي",
        )

    def test_dates_that_disagree_are_both_kept(self, tmp_path: Path) -> None:
        head = (
            '<meta itemprop="datePublished" content="2025-07-11">'
            '<meta name="pubdate" content="2025-07-13">'
        )
        said = taken(written(tmp_path, "a.html", page(head))).given
        assert said.published is None
        assert said.conflicts == ("published: 2025-07-11, 2025-07-13",)

    def test_one_moment_in_two_zones_is_one_day(self, tmp_path: Path) -> None:
        head = (
            '<meta itemprop="datePublished" content="2025-07-12T01:00:00+03:00">'
            '<meta name="pubdate" content="2025-07-11T22:00:00+00:00">'
        )
        said = taken(written(tmp_path, "a.html", page(head))).given
        assert said.published == date(2025, 7, 12)

    def test_no_date_is_guessed_from_the_page(self, tmp_path: Path) -> None:
        top = "<p>2025-01-01</p>"
        assert taken(written(tmp_path, "a.html", page(top=top))).given.dates == ()

    def test_time_elements_count_when_they_agree(self, tmp_path: Path) -> None:
        top = '<time datetime="2025-07-11T10:00">الجمعة</time>'
        said = taken(written(tmp_path, "a.html", page(top=top))).given
        assert said.published == date(2025, 7, 11)
        top += '<time datetime="2024-07-11">قبل عام</time>'
        assert taken(written(tmp_path, "b.html", page(top=top))).given.dates == ()

    def test_a_declared_encoding_is_honoured(self, tmp_path: Path) -> None:
        content = page(charset="windows-1256").encode("windows-1256")
        assert PARAGRAPHS[0] in taken(written(tmp_path, "a.htm", content)).text

    @pytest.mark.parametrize(
        "content", ["<html></html>", "<p>", "plain", "<html><body><nav></nav>"]
    )
    def test_a_page_without_an_article_is_refused(self, tmp_path: Path, content: str) -> None:
        assert "no article text" in refused(written(tmp_path, "a.html", content))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(str.encode),
        st.text(max_size=100).map(lambda text: f"+++\n{text}\n+++\nx".encode()),
        st.text(max_size=100).map(lambda text: f"<html><body><p>{text}".encode()),
        st.text(max_size=100).map(lambda text: f'{{"text": "{text}", "date": 1}}'.encode()),
    ),
    suffix=st.sampled_from(sorted(SUFFIXES)),
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = written(tmp_path, f"a{suffix}", content)
    for found in read(str(path), Source(path=str(path))):
        assert isinstance(found, RawDocument | Rejection)
        if isinstance(found, RawDocument):
            assert found.text.encode()


def test_decode_is_exact() -> None:
    assert decode("é\u0301\r\n".encode()) == "é\u0301\r\n"
