"""`python -m tests.quality.cases`: which of the inputs in ../shared/cases come out right.

They are small pages and texts, each of a kind that went wrong once; what each must give is said
here, their words stay there. Not among them: who speaks (sp2-ru, sp3-many).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.ingest import ingest, prepare
from corpus.read import read
from corpus.store import COVERAGE_FILE, Coverage
from corpus.types import Article, DateKind, RawDocument, Rejection, Source
from retrieval.answer.check.verdict import VerdictKind
from retrieval.answer.silence import SHIPPED, Calibration
from retrieval.engine import Engine, update_index
from retrieval.models.embed import EMBEDDED, StaticEmbedder, embedded_folder
from retrieval.types import Quote

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "cases"
TODAY = date(2025, 12, 31)
_MAY = date(2024, 5, 14)


@dataclass(frozen=True, slots=True)
class Case:
    """What came of one file."""

    path: Path

    def articles(self) -> list[Article | Rejection]:
        made = []
        for raw in read(str(self.path), Source(path=str(self.path))):
            one = prepare(raw, TODAY) if isinstance(raw, RawDocument) else raw
            made.append(one if isinstance(one, Rejection) else one[0])
        return made

    @property
    def article(self) -> Article:
        (found,) = self.articles()
        assert isinstance(found, Article), found
        return found

    @property
    def lines(self) -> list[str]:
        return [line for line in self.article.proper.split("\n") if line]

    @property
    def sentences(self) -> list[str]:
        article = self.article
        return [article.body[each.start : each.end] for each in article.sentences]

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """A home with this file alone."""
        with TemporaryDirectory() as folder:
            home = Path(folder)
            coverage = Coverage.open(home / COVERAGE_FILE)
            ingest([str(self.path)], coverage, today=TODAY)
            update_index(home, coverage, _embedder())
            yield Engine.open(home, _embedder(), _talkative())

    def quotes(self, question: str) -> tuple[Quote, ...]:
        with self.engine() as engine:
            return engine.ask(question).quotes

    def verdicts(self, *texts: str) -> set[VerdictKind]:
        with self.engine() as engine:
            return {engine.verify(text).kind for text in texts}


@cache
def _talkative() -> Calibration:
    """When to keep silent is measured elsewhere: here it is asked what is quoted first."""
    return replace(Calibration.read(SHIPPED), same_language=-99, across_languages=-99)


@cache
def _embedder() -> StaticEmbedder:
    return StaticEmbedder.read(embedded_folder(), EMBEDDED)


Check = Callable[[Case], bool]


def _paragraphs(count: int, *, lacking: str = "Ferrand") -> Check:
    """So many paragraphs, the body beginning and ending as its first and its last do."""
    return lambda case: len(case.lines) == count and lacking not in case.article.proper


def _source(**said: object) -> Check:
    return lambda case: all(
        getattr(case.article.source, name) == value for name, value in said.items()
    )


def _published(*days: date | None) -> Check:
    return lambda case: case.article.source.published in days


def _lead(case: Case) -> bool:
    lead = case.article.source.standfirst or ""
    return lead.startswith("The northern channel of Varn") and lead not in case.article.proper


def _headline(case: Case) -> bool:
    body, title = case.article.proper, case.article.source.headline
    return title == "Varn dredges at last" and "works" not in body.split("\n")[0]


def _updated(case: Case) -> bool:
    updated = [one.value for one in case.article.source.dates if one.kind is DateKind.UPDATED]
    return _published(_MAY)(case) and updated == [date(2024, 5, 15)]


def _entries(word: str, *days: date) -> Check:
    def holds(case: Case) -> bool:
        article = case.article
        told = [article.day_at(sentence.start) for sentence in article.sentences]
        return article.day_at(article.body.index(word)) == days[0] and set(days) <= set(told)

    return holds


def _refused(case: Case) -> bool:
    (found,) = case.articles()
    return isinstance(found, Rejection) and "list of articles" in found.reason


def _without(*marks: str) -> Check:
    return lambda case: not any(mark in case.article.proper for mark in marks)


def _with(*texts: str) -> Check:
    return lambda case: all(text in case.article.body for text in texts)


def _answers(question: str, text: str, lead: str | None = None) -> Check:
    """The first quote holds `text`, and the line that introduces it `lead`."""

    def holds(case: Case) -> bool:
        quotes = case.quotes(question)
        if not quotes or text not in quotes[0].text:
            return False
        article, led = quotes[0].article, quotes[0].lead_in
        return lead is None or (led is not None and lead in article.body[led.start : led.end])

    return holds


def _whole(*texts: str) -> Check:
    """Each of the texts stands within one sentence."""
    return lambda case: all(any(text in one for one in case.sentences) for text in texts)


def _verified(*texts: str) -> Check:
    """Each of the texts is a quote, however programs shape its letters."""
    return lambda case: case.verdicts(*texts) == {VerdictKind.EXACT}


def _spelled(*texts: str) -> Check:
    """Each of the texts is a quote but for its spelling, which is told."""

    def holds(case: Case) -> bool:
        with case.engine() as engine:
            return all(engine.verify(text).spelled for text in texts)

    return holds


def _three_posts(case: Case) -> bool:
    return sum(not each.heading for each in case.article.sentences) == 3


def _clean(case: Case) -> bool:
    return bool(case.lines) and all(line[-1] in ".:»" for line in case.lines)


def _records(case: Case) -> bool:
    found = case.articles()
    return len(found) == 2 and all(
        isinstance(each, Article) and "\u200c" in each.body for each in found
    )


def _all(*checks: Check) -> Check:
    return lambda case: all(check(case) for check in checks)


_COURIER = _source(outlet="Varn Courier")
_MANARA = _all(_source(outlet="منارة الشمال"), _published(date(2025, 7, 12)))
_JULY = _published(date(2025, 7, 12))
_BRIDGE = _all(_paragraphs(3), _clean)

CHECKS: dict[str, Check] = {
    "pages/chunk_ab": _paragraphs(7),
    "pages/chunk_content": _paragraphs(7),
    "pages/chunks": _paragraphs(7),
    "pages/html2-split_body": _paragraphs(4),
    "pages/lead_header": _all(_lead, _paragraphs(5), _source(byline="Lida Moran")),
    "pages/lead_standfirst": _all(_lead, _paragraphs(4)),
    "pages/standfirst_cookie": _all(_source(standfirst=None), _paragraphs(4, lacking="biscuits")),
    "pages/second_article": _paragraphs(4),
    "pages/second_div": _paragraphs(4),
    "pages/second_inside": _paragraphs(4),
    "pages/teasers": _paragraphs(4),
    "pages/og_title": _all(_headline, _paragraphs(4)),
    "pages/site_section": _COURIER,
    "pages/publisher_id": _all(_COURIER, _source(byline="Lida Moran")),
    "pages/html-ld_mainentity": _MANARA,
    "pages/html-ld_newline": _MANARA,
    "pages/html-ld_ok": _MANARA,
    "pages/html2-amp": _all(_MANARA, _source(byline="ليلى فارس")),
    "pages/html-ld_entities": _source(outlet="منارة & الشمال"),
    "pages/author_number": _source(byline=None),
    "pages/author_photo": _source(byline=None),
    "pages/author_comment": _source(byline=None),
    "pages/author_outlet": _all(_COURIER, _source(byline="Lida Moran")),
    "pages/canonical_sister": _source(url="https://courier.example/a1"),
    "pages/teaser_date": _published(_MAY),
    "pages/teaser_only": _published(_MAY, None),
    "pages/updated_blocks_time": _updated,
    "pages/html-live": _entries(
        "انهار اليوم", date(2025, 7, 13), date(2025, 7, 12), date(2025, 7, 11)
    ),
    "pages/html2-index": _refused,
    "pages/html2-oldtable": _all(_paragraphs(3, lacking="|"), _without("القائمة", "الرئيسية")),
    "pages/html2-oldtable_p": _paragraphs(3, lacking="|"),
    "pages/html-table": _all(_without("|"), _whole("الميناء\t14\t52")),
    "pages/tab-t": _answers("How many damaged houses in Mina?", "Mina\t14\t52", "Damaged houses"),
    "pages/html-jalali": _all(_with("می\u200cماند", "کامیون\u200cها"), _published(None)),
    "pages/zwx-hi": _with("क्\u200dयोंकि", "मरम्\u200dमत"),
    "pages/zwx-ar_rlm": _with("\u200fC++\u200f", "12\u200f/7\u200f/2025", "هـ\u200d هو"),
    "pages/html2-d_page_line": _published(date(2025, 1, 12)),
    "pages/html2-d_us_slash": _JULY,
    "pages/html2-d_future": _published(None),
    "pages/html2-d_hijri": _published(None, date(2025, 7, 12)),
    "pages/html2-d_relative": _published(None),
    "pages/html2-d_related": _published(None),
    "pages/html2-d_epoch": _published(None, date(2025, 7, 12)),
    "pages/html2-d_rfc": _published(date(2025, 7, 12), date(2025, 7, 13), None),
    "pages/html2-d_modified_only": _published(None),
    "pages/html2-d_arabic_meta": _JULY,
    "pages/html-br": _BRIDGE,
    "pages/html-dropcap": _all(_BRIDGE, _with("أعلنت بلدية طرابلس السبت إغلاق")),
    "pages/html-shy": _with("Муниципалитет в субботу закрыл"),
    "pages/html-paywall": _all(_paragraphs(1), _without("اشترك")),
    "pages/html2-caption": _all(_BRIDGE, _without("2009")),
    "pages/html2-correction": _with("تصحيح: ذكرت نسخة"),
    "pages/html2-quotes_pull": _with("أعلنت بلدية", "وقال رئيس", "وكان الجسر"),
    "texts/lists-a.txt": _answers("كم قتيلا في الحفة؟", "قتيلان في بلدة الحفة", "حصيلة العاصفة"),
    "texts/lists-c.txt": _three_posts,
    "texts/tab-t.md": _answers("How much rain in Mina?", "Mina | 88 | 12", "Rain (mm)"),
    "texts/abbr-ar.txt": _whole(
        "السيد ب. نجم والسيد ج. فارس في مبنى", 'آي. بي. سي." للتأمين أن التعويضات ستصرف'
    ),
    "texts/abbr-en.txt": _all(
        _whole("5 p.m. Sunday by crews", "approx. 9 a.m. Tuesday, weather"),
        _whole("St. Nino parishioners", "approx. 4,000 sq. m. of stock"),
        lambda case: "Nobody was hurt." in case.sentences,
    ),
    "texts/abbr-en3.txt": _all(
        _whole("the St. Helena and left on Feb. 3.", "Rep. Jane Roe arrived on Jan. 27, 2017"),
        _whole("bn. in Q2, vs. $4.1 bn. a", "Levant Bros. Ltd. in a call"),
        _whole("at No. 4 pier", "at 6 p.m. EST and docks", "Haddad Bros. and Co. Inc. in"),
        lambda case: "It met Gov. Amin Saab twice." in case.sentences,
    ),
    "texts/abbr-ru.txt": _all(
        _whole("5 млн. лари, из которых 3 млн. покроет", "120 чел. и 14 ед. техники"),
        _whole("торговой сети, т. е. частной", "4 тыс. кв. м. принадлежал"),
        lambda case: "Пожарные работали всю ночь." in case.sentences,
    ),
    "texts/zwx-fa.jsonl": _records,
    "texts/pf-plain.txt": _all(
        _answers("ماذا افتتح وزير الزراعة؟", "السوق المركزية"),
        _verified("ﻭﺯﻳﺮ ﺍﻟﺰﺭﺍﻋﺔ مازن", "أن \ufdf2 وحده يعلم", "وزير الزراعة مازن"),
        _spelled("> **وزير الزراعه** مازن", "* نحو ٣٥٠ تاجرا", "في مدینة `النبك`"),
    ),
    "texts/pf-shaped.txt": _all(
        _answers("كم طنا من الأدوية؟", "ﺛﻼﺛﻴﻦ ﻃﻨﺎ"),
        _verified("وفد الصليب الأحمر إلى مطار", "رئيسة الوفد لينا الأحمد"),
        _spelled("رئيسه الوفد لينا الأحمد"),
    ),
    "texts/num-a.txt": _all(
        _answers("من قال إن المصابين 1250؟", "١٬٢٥٠"),
        _answers("أين سجلت ١٢٥٠ إصابة؟", "1.250 إصابة"),
        _answers("هل خصصت الحكومة 250 ألف جرعة؟", "٢٥٠ ألف"),
        _spelled("إن عدد المصابين بلغ 1250 مصابا", "المصابين بلغ 1,250", "الشرقية ١٬٢٥٠ إصابة"),
        _spelled("الشفاء 92.5% من الحالات", "الوفيات १७ حالة"),
        lambda case: VerdictKind.EXACT not in case.verdicts("الشرقية 1.25 إصابة، فيما سجلت"),
    ),
    "texts/heh-a.txt": _all(
        _answers("ماذا هدمت الجرافات في الجهة الغربية؟", "سور الحدیقۃ"),
        _answers("متى ينتهي عمل البلدية في الحديقة؟", "سینتھي"),
        _spelled("هدمت الجرافات سور الحديقة العامة", "العمل سينتهي خلال شهر"),
        _spelled("قل للمتطوعين إن المركز", "علقت على المدخل الرئيسي"),
        _verified("ونشرت الديموقراطية الجديدة بيانا"),
    ),
    "texts/live2-lb.txt": _all(
        _entries("انهار اليوم", date(2025, 7, 13), date(2025, 7, 12), date(2025, 7, 11)),
        _answers("ماذا انهار من الجسر؟", "انهار اليوم جزء من الرصيف"),
    ),
    "texts/q383-ar.txt": _all(
        _answers("ماذا قالت ريما عزيز؟", "تحمل معها ثلاثين عاما", "ريما عزيز"),
        _answers("ماذا قال قبطان الميناء جورج معلوف؟", "نحن جاهزون.\n\nولن نقبل بأي تأخير"),
    ),
}


def cases() -> Iterator[tuple[str, Case]]:
    """The cases by name, those that are there."""
    for name in CHECKS:
        kind, file = name.split("/")
        path = FOLDER / kind / (f"{file}.html" if kind == "pages" else file)
        yield name, Case(path)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.quality.cases", description=__doc__)
    parser.add_argument("names", nargs="*", help="only cases whose names hold one of these")
    wanted = parser.parse_args(arguments).names
    if not FOLDER.is_dir():
        print(f"{FOLDER} is not there: the cases are no part of the project", file=sys.stderr)
        return 2
    failed = 0
    for name, case in cases():
        if wanted and not any(each in name for each in wanted):
            continue
        try:
            holds, why = CHECKS[name](case), ""
        except (AssertionError, AttributeError, ValueError) as error:
            holds, why = False, f": {error}"
        if not holds:
            failed += 1
            print(f"fails {name}{why}"[:160])
    print(f"{failed} of {len(CHECKS)} fail")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
