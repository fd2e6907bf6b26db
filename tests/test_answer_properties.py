"""Whatever coverage is asked whatever question: what an answer says of itself is so.

A few small coverages made of our own sentences, with copies, cuts, corrections, undated articles
and such of unknown outlets; each is asked many questions, and every answer is looked at in every
form it is given out in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from bot.local_telegram.html import parse_html
from bot.render.citation import as_markdown, as_text
from bot.render.plain import visible
from bot.render.shapes import answer_json
from bot.render.telegram_text import sanitise
from bot.render.terminal import answer_view
from bot.words import for_question
from corpus.demo.coverage import demo_articles
from corpus.ingest import ingest
from corpus.language.tokens import words as words_in
from corpus.store import COVERAGE_FILE, Coverage
from corpus.types import Article
from retrieval.answer.after import context, more, opened, wordings
from retrieval.answer.check.receipt import receipt_of
from retrieval.answer.silence import SHIPPED, Calibration
from retrieval.engine import Engine, update_index
from retrieval.types import Answer, Filters, Quote
from tests.embedders import embedder
from tests.test_shapes import validator
from tests.test_telegram_html import render
from tests.test_verbatim import bodies, check

TODAY = date(2026, 2, 1)
COVERAGES = 3  # each asked by an engine that always answers, and by one that keeps silent
QUESTIONS = 70  # of each coverage
FURTHER = 10  # after every so many of them for more quotes
OUTLETS = ("Quayside Gazette", "Маячный листок", "ساحل بريس", "Courrier du Cap", "Northern Bell")
AGENCIES = ("Lantern Wire", "وكالة المنارة")
DAYS = tuple(date(2025, 7, 1) + timedelta(days=9 * n) for n in range(8))
CUT = "Read also: Another story of the day"
ASKED = (
    "متى وصل لافروف إلى وونسان؟",
    "How many shells did North Korea deliver?",
    "О чём Лавров предостерёг США?",
    "Combien de vols par semaine ?",
    "كم عدد الجنود في كورسك بحسب ساحل بريس؟",
    "What did the Northern Bell write on 10 July?",
    "Who won the final?",
    "朝鲜 俄罗斯",
    "Marfa",
    "2025",
    "yesterday",
)


@cache
def stories() -> tuple[tuple[str, ...], ...]:
    """The paragraphs of each demo article that is plain text."""
    found = []
    for file in sorted(Path(str(demo_articles())).glob("*.txt")):
        text = file.read_text(encoding="utf-8").rpartition("+++")[2]
        found.append(tuple(line.strip() for line in text.split("\n") if len(line) > 60))
    return tuple(story for story in found if len(story) > 2)


@dataclass(frozen=True)
class Written:
    """An article to be taken in: a story, what is known of it, and what was done to its text."""

    story: int
    outlet: str | None
    via: str | None
    agency: str | None
    day: date | None
    second_day: date | None
    headline: str | None
    address: bool
    own: str
    cut: int | None
    corrected: bool

    def record(self, number: int) -> dict[str, object]:
        lines = [*stories()[self.story]]
        if self.cut is not None:
            lines.insert(1 + self.cut % (len(lines) - 1), CUT)
        days = [str(day) for day in (self.day, self.second_day) if day]
        said = {
            "outlet": self.outlet,
            "via": self.via,
            "agency": self.agency,
            "date": days[0] if days else None,
            "headline": self.headline,
            "url": f"https://{number}.example/a(1)?b=1&c=2" if self.address else None,
            "id": f"https://id.example/{number}",
            "body": "\n\n".join([*lines, self.own]),
        }
        return {key: value for key, value in said.items() if value}


NAMES = st.sampled_from((None, *OUTLETS))
WRITTEN = st.builds(
    Written,
    story=st.integers(0, len(stories()) - 1),
    outlet=NAMES,
    via=st.one_of(st.none(), NAMES),
    agency=st.sampled_from((None, *AGENCIES)),
    day=st.sampled_from((None, *DAYS)),
    second_day=st.none(),
    headline=st.sampled_from((None, "Wonsan *visit* <1>", "زيارة وونسان: يوم ثانٍ", "Визит")),
    address=st.booleans(),
    own=st.sampled_from(
        (
            "The harbour stayed open all night, a clerk at the ferry office said afterwards.",
            "وبقي الميناء مفتوحا طوال الليل كما قال موظف في مكتب العبّارات بعد ذلك.",
            "Порт всю ночь оставался открыт, рассказал потом служащий паромной кассы.",
            "He added: «nothing» was _signed_ on the quay, and that two [boats] left before noon.",
        )
    ),
    cut=st.one_of(st.none(), st.integers(0, 9)),
    corrected=st.booleans(),
)


@dataclass(frozen=True)
class Asking:
    """A question, cut from a story or not, and what it is restricted to."""

    kind: int
    at: int
    limit: int
    outlet: str | None
    since: date | None
    until: date | None
    language: str | None

    @property
    def text(self) -> str:
        if self.kind:
            story = " ".join(stories()[self.kind % len(stories())])
            text = story[self.at * 7 % len(story) :][: 20 + self.at]
            return text if words_in(text) else story[:40]
        return ASKED[self.at % len(ASKED)]

    @property
    def filters(self) -> Filters:
        named = (self.outlet,) if self.outlet else ()
        return Filters(named, self.since, self.until, self.language)


ASKINGS = st.lists(
    st.builds(
        Asking,
        kind=st.integers(0, 2 * len(stories())),
        at=st.integers(0, 120),
        limit=st.integers(1, 5),
        outlet=st.sampled_from((None, None, None, *OUTLETS)),
        since=st.sampled_from((None, None, None, DAYS[2], DAYS[5])),
        until=st.sampled_from((None, None, None, DAYS[3], DAYS[6])),
        language=st.sampled_from((None, None, None, "ar", "en", "ru")),
    ),
    min_size=QUESTIONS,
    max_size=QUESTIONS,
)


@contextmanager
def taken(written: Sequence[Written], calibration: Calibration) -> Iterator[tuple[Path, Engine]]:
    """An engine over these articles, of which some were corrected after they were taken in."""
    with TemporaryDirectory() as name:
        home = Path(name)
        file = home / "articles.jsonl"
        records = [each.record(number) for number, each in enumerate(written)]
        with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
            for corrected in (True, False):
                lines = []
                for each, record in zip(written, records, strict=True):
                    body = str(record["body"])
                    early = body.replace("North", "South").replace("لافروف", "الوزير لافروف")
                    text = early if corrected and each.corrected else body
                    lines.append(json.dumps({**record, "body": text}, ensure_ascii=False))
                file.write_text("\n".join(lines), encoding="utf-8")
                ingest([str(file)], coverage, today=TODAY)
            update_index(home, coverage, embedder())
        engine = Engine.open(home, embedder(), calibration)
        with closing(engine.coverage):
            yield home, engine


@settings(
    max_examples=COVERAGES,
    deadline=None,
    # made smaller, a case of so many questions would still say little, after minutes
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.large_base_example, HealthCheck.data_too_large],
)
@pytest.mark.parametrize("always", [True, False])
@given(st.lists(WRITTEN, min_size=2, max_size=9), ASKINGS)
def test_answers_are_what_they_say(
    always: bool, written: list[Written], askings: list[Asking]
) -> None:
    shipped = Calibration.read(SHIPPED)
    calibration = replace(shipped, same_language=-99, across_languages=-99) if always else shipped
    with taken(written, calibration) as (home, engine):
        stored = bodies(home)
        articles = {article.id: article for article in engine.coverage.articles()}
        for number, asking in enumerate(askings):
            answer = engine.ask(asking.text, limit=asking.limit, filters=asking.filters)
            assert len(answer.quotes) <= asking.limit
            assert bool(answer.quotes) is (answer.absence is None)
            nearest = answer.absence.nearest if answer.absence else None
            for quote in (*answer.quotes, *([nearest] if nearest else [])):
                check(quote, stored)
                _is_of_its_article(quote, articles)
                _keeps_to(asking.filters, quote.article)
            _counts_no_copy(answer)
            if number % FURTHER == 0:
                _goes_on(engine, asking, answer)
            fits_its_schema(answer)
            _names_only_its_own(answer)
        _stands_in_its_article(engine, answer.quotes)


# ---------------------------------------------------------------- what has to hold


def _is_of_its_article(quote: Quote, articles: dict[str, Article]) -> None:
    article = articles[quote.article.id]
    assert quote.article == article
    assert not any(quote.start < cut < quote.end for cut in article.cuts)
    assert not CUT.startswith(quote.text)
    for copy in quote.copies:
        assert copy == articles[copy.id]
        assert copy.id != article.id


def _keeps_to(filters: Filters, article: Article) -> None:
    source = article.source
    if filters.outlets:
        assert {source.outlet, source.via} & set(filters.outlets)
    if filters.since or filters.until:
        assert source.published is not None
        assert (filters.since or date.min) <= source.published <= (filters.until or date.max)
    assert filters.language in (None, article.language)


def _counts_no_copy(answer: Answer) -> None:
    """Where the words of one quote stand in the article of another, the two are one text."""
    texts: list[set[int]] = []
    said = [" ".join(words_in(quote.text)) for quote in answer.quotes]
    whole = [" ".join(words_in(quote.article.body)) for quote in answer.quotes]
    for at in range(len(said)):
        same = [
            text
            for text in texts
            if any(said[at] in whole[other] or said[other] in whole[at] for other in text)
        ]
        texts = [each for each in texts if each not in same]
        texts.append({at}.union(*same))
    assert answer.independent <= len(texts)
    assert (answer.independent > 0) is answer.answered


def _goes_on(engine: Engine, asking: Asking, answer: Answer) -> None:
    """More quotes are those of a higher limit, and no words are quoted twice."""
    shown = len(answer.quotes)
    asked = engine.ask(asking.text, limit=shown + 3, filters=asking.filters)
    further = more(asked, shown, 2)
    if answer.absence or shown < asking.limit:
        assert not further.quotes
        assert not further.left
    quotes = (*answer.quotes, *further.quotes)
    assert len(further.quotes) <= 2
    longer = engine.ask(asking.text, limit=shown + 2, filters=asking.filters)
    assert longer.quotes == quotes
    for number, quote in enumerate(quotes):
        for other in quotes[:number]:
            assert (
                other.article.id != quote.article.id
                or other.end <= quote.start
                or quote.end <= other.start
            )


def fits_its_schema(answer: Answer) -> None:
    value = json.loads(json.dumps(answer_json(answer)))
    _schema().validate(value)
    assert value["independent"] == answer.independent
    for quote, shown in zip(answer.quotes, value["quotes"], strict=True):
        source = quote.article.source
        part = quote.part
        whole = quote.article.body[part.start : part.end]
        assert shown["part"] == part.kind
        assert shown["text"] == whole[shown["start"] : shown["end"]]
        assert (shown["outlet"], shown["via"]) == (source.outlet, source.via)
        assert shown["published"] == (str(source.published) if source.published else None)
        assert [copy["outlet"] for copy in shown["copies"]] == [
            copy.source.outlet for copy in quote.copies
        ]


@cache
def _schema():  # type: ignore[no-untyped-def]
    return validator("ask")


def _names_only_its_own(answer: Answer) -> None:
    """Each form shows the exact texts, and beside each no other outlet, agency or day than those of
    its article."""
    interface = for_question(answer.question, answer.language)
    for lines in (in_text(answer), in_markdown(answer), in_terminal(answer), in_telegram(answer)):
        assert len(lines) == len(answer.quotes)
        for quote, (text, line) in zip(answer.quotes, lines, strict=True):
            source = quote.article.source
            assert text == visible(quote.text)
            bare = re.sub("[\u2066-\u2069]", "", line)
            for names, known in (
                (OUTLETS, {source.outlet, source.via}),
                (AGENCIES, {source.agency}),
            ):
                mine = {name for name in known if name}
                assert {name for name in {*names, *mine} if name in bare} == mine
            own_day = {source.published} if source.published else set()
            shown = {
                day
                for day in {*DAYS, *own_day}
                if re.search(rf"(?<!\d){re.escape(interface.date(day))}", bare)
            }
            assert shown == own_day
            assert (interface.say("undated") in line) is (source.published is None)
            assert (interface.say("outlet_unknown") in line) is (source.outlet is None)


def in_text(answer: Answer) -> list[tuple[str, str]]:
    return _read(as_text(answer), answer, r"(?:.|\u00a0.)") if answer.quotes else []


def _read(shown: str, answer: Answer, marks: str) -> list[tuple[str, str]]:
    """The quotes in order, each but for its marks, and the lines below each up to the next."""
    whole = r"\s+".join(
        rf".\u00a0?({re.escape(visible(quote.text))}){marks}\s*\n\s*— ([^\n]+(?:\nhttps?://\S+)?)"
        for quote in answer.quotes
    )
    found = re.fullmatch(whole, shown.strip())
    assert found, shown
    return list(zip(found.groups()[::2], found.groups()[1::2], strict=True))


def _parted(block: str) -> str:
    return block.strip("«»„“”‘’「」").strip("\u00a0")


def in_markdown(answer: Answer) -> list[tuple[str, str]]:
    found = []
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(as_markdown(answer))
    inlines = [token for token in tokens if token.type == "inline"]
    assert len(inlines) == (2 * len(answer.quotes) or 1)
    if answer.quotes:
        for quoted, line in zip(inlines[::2], inlines[1::2], strict=True):
            text, cited = (
                "".join(
                    "\n" if child.type == "hardbreak" else child.content
                    for child in each.children or ()
                )
                for each in (quoted, line)
            )
            found.append((_parted(text), cited))
    return found


def in_terminal(answer: Answer) -> list[tuple[str, str]]:
    console = Console(width=100_000, file=StringIO(), force_terminal=False)
    console.print(answer_view(answer))
    assert isinstance(console.file, StringIO)
    lines = "\n".join(line.strip() for line in console.file.getvalue().split("\n"))
    if answer.figures:
        # the ledger below the quotes has a test of its own
        title = for_question(answer.question, answer.language).say("figures")
        lines = lines[: lines.rindex(f"\n{title}\n")]
    # above the quotes stand the question and what it was restricted to
    return _read(lines[lines.index("\n«") :], answer, ".") if answer.quotes else []


def in_telegram(answer: Answer) -> list[tuple[str, str]]:
    if not answer.quotes:
        return []
    found: list[tuple[str, str]] = []
    for html in render(answer, for_question(answer.question, answer.language).language):
        text, entities = parse_html(html)
        units = text.encode("utf-16-le")
        spans = sorted(
            (each["offset"], each["offset"] + each["length"])
            for each in entities
            if each["type"] in ("blockquote", "expandable_blockquote")
        )
        for number, (start, end) in enumerate(spans):
            until = spans[number + 1][0] if number + 1 < len(spans) else len(units)
            quoted, line = (
                units[2 * first : 2 * last].decode("utf-16-le")
                for first, last in ((start, end), (end, until))
            )
            assert sanitise(quoted) == quoted
            assert line.startswith("\n— ")
            assert "\n" not in line.strip()
            found.append((quoted, line.strip()))
    return found


def _stands_in_its_article(engine: Engine, quotes: Sequence[Quote]) -> None:
    """Receipts lead back to the quote, and what stands around it and in its copies are slices."""
    for quote in quotes:
        receipt = receipt_of(quote)
        held = opened(receipt, engine.coverage)
        assert held is not None
        found, superseded = held
        assert not superseded
        assert (found.article, found.text) == (quote.article, quote.text)
        around = context(found)
        assert around.paragraphs == context(quote).paragraphs
        for paragraph in around.paragraphs:
            assert not any(paragraph.start < cut < paragraph.end for cut in quote.article.cuts)
            assert around.text(paragraph) in quote.article.body
            assert not re.match(r"\s|.*\s\Z", around.text(paragraph), re.DOTALL)
        inside = [paragraph for paragraph in around.paragraphs if paragraph.quoted]
        assert inside[0].start <= quote.start < quote.end <= inside[-1].end
        places = [place for wording in wordings(quote) for place in wording.places]
        assert sorted(place.article.id for place in places) == sorted(
            copy.id for copy in quote.copies
        )
        for wording in wordings(quote):
            assert all(place.text for place in wording.places)
            assert wording.same or any(not edit.equal for edit in wording.edits)
