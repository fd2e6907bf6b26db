"""What a question restricts: outlets, agencies and days of publication, and nothing by accident."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.attribution.aliases import Aliases
from corpus.attribution.names import chosen, same
from corpus.dates.days import find_days
from retrieval.answer.silence import Calibration
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from retrieval.question.days import about, days_asked, year_of
from retrieval.question.filters import read, scope
from retrieval.types import Filters, Quote

Pullquote = Callable[..., CompletedProcess[str]]

ROOT = Path(__file__).resolve().parent
TODAY = date(2025, 7, 14)
CASES, OTHERS = (
    [
        json.loads(line)
        for line in (ROOT / "filters" / file).read_text(encoding="utf-8").splitlines()
    ]
    for file in ("cases.jsonl", "others.jsonl")
)
# The questions on which the filters must stay out of the way, and the two that ask an agency.
DEMO = Path(str(files("corpus"))) / "demo"
ASKED_OF_AGENCIES = {
    "How many containers of weapons has North Korea sent, according to Yonhap?": ("يونهاب",),
    "What did KCNA report that Kim offered Moscow?": ("الأنباء المركزية الكورية",),
    "韩联社说朝鲜运送了多少个集装箱?": ("يونهاب",),
}


@pytest.fixture(scope="module")
def engine(demo_home: Path, embedded: StaticEmbedder, talkative: Calibration) -> Iterator[Engine]:
    opened = Engine.open(demo_home, embedded, talkative)
    yield opened
    opened.coverage.close()


def applied(engine: Engine, question: str, options: Filters | None = None) -> Filters:
    said = read(question, tuple(engine.coverage.outlet_names()), TODAY)
    generation = engine.generation()
    names = engine.coverage.outlet_names()
    place = scope(said, options or Filters(), names, engine.coverage, generation, TODAY)
    return place.filters


def as_labelled(filters: Filters) -> dict[str, Any]:
    days = {"since": filters.since, "until": filters.until}
    names = {"outlets": sorted(filters.outlets), "agencies": sorted(filters.agencies)}
    found = {**names, **{key: day.isoformat() for key, day in days.items() if day}}
    return {key: value for key, value in found.items() if value}


# ---------------------------------------------------------------- the labelled table


def decided(
    engine: Engine, cases: list[dict[str, Any]]
) -> tuple[float, float, list[tuple[Any, ...]]]:
    """Precision and recall, each filter that is read or should be being one decision, and which
    questions are read wrongly."""
    counted: Counter[str] = Counter()
    wrong = []
    for case in cases:
        found, wanted = as_labelled(applied(engine, case["question"])), case["filters"]
        for key in found.keys() | wanted.keys():
            if sorted(found.get(key, ())) == sorted(wanted.get(key, ())):
                counted["right"] += 1
                continue
            counted["unwanted"] += key in found
            counted["missed"] += key in wanted
            wrong.append((case["question"], found, wanted))
    precision = counted["right"] / (counted["right"] + counted["unwanted"])
    return precision, counted["right"] / (counted["right"] + counted["missed"]), wrong


def test_labelled_questions(engine: Engine) -> None:
    """Precision goes before recall."""
    precision, recall, wrong = decided(engine, CASES)
    assert len(CASES) >= 120
    assert sum(not case["filters"] for case in CASES) >= 60
    assert precision >= 0.98, wrong
    assert recall >= 0.9, wrong


@pytest.mark.parametrize(("held", "reached"), [(False, (0.98, 0.92)), (True, (0.95, 0.68))])
def test_questions_in_other_languages(
    held: bool, reached: tuple[float, float], engine: Engine
) -> None:
    """Spanish, German, Turkish, Persian and Chinese, labelled apart from the rules; before there
    were words for them, .42 of the filters in the held half were read."""
    precision, recall, wrong = decided(engine, [case for case in OTHERS if case["held"] is held])
    shown = [] if held else wrong
    assert precision >= reached[0], shown
    assert recall >= reached[1], shown


@pytest.mark.parametrize(
    "file",
    [
        DEMO / "questions.jsonl",
        DEMO / "cases.jsonl",
        DEMO / "cases-open.jsonl",
        ROOT / "quality" / "seeds.jsonl",
    ],
    ids=lambda file: file.stem,
)
def test_no_question_of_ours_gets_a_filter_by_accident(file: Path, engine: Engine) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)["question"]
        filters = applied(engine, question)
        assert filters.agencies == ASKED_OF_AGENCIES.get(question, ()), question
        assert (filters.outlets, filters.since, filters.until) == ((), None, None), question


# ---------------------------------------------------------------- what is left when it is applied


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("How many shells, according to the Yonhap news agency?", "How many shells, ?"),
        ("Что пишет ТАСС о визите?", "о визите?"),
        ("بحسب يونهاب كم حاوية؟", "كم حاوية؟"),
        ("articles published on 12 July about Kim", "articles about Kim"),
        ("According to TASS", "According to TASS"),
        ("When was TASS founded?", "When was TASS founded?"),
    ],
)
def test_the_words_of_filters_are_not_looked_for(question: str, rest: str, engine: Engine) -> None:
    said = read(question, tuple(engine.coverage.outlet_names()), TODAY)
    assert said.rest(question).split() == rest.split()
    assert len(said.rest(question)) == len(question)


def cites(quote: Quote, engine: Engine, names: tuple[str, ...]) -> bool:
    passages = engine.coverage.passages()
    around = [
        each.text
        for each in passages
        if each.article == quote.article.id and each.start <= quote.start and quote.end <= each.end
    ]
    return any(name.lower() in text.lower() for text in around for name in names)


@pytest.mark.parametrize("name", ["Yonhap", "يونهاب", "Рёнхап", "Ёнхап"])
def test_an_agency_is_cited_or_signs(name: str, engine: Engine) -> None:
    cue = {"Y": "According to {}", "ي": "بحسب {}"}.get(name[0], "По данным {}").format(name)
    answer = engine.ask(f"{cue}: Kim Lavrov containers shells حاويات قذائف", limit=20)
    assert answer.answered
    assert answer.filters.agencies == ("يونهاب",)
    assert answer.filters.from_question
    for quote in answer.quotes:
        assert cites(quote, engine, ("yonhap", "يونهاب", "ёнхап", "рёнхап")), quote.text


def test_an_agency_that_signs_need_not_be_cited(demo_home: Path, engine: Engine) -> None:
    filters = Filters(agencies=("Madar Agency (demo)",))
    answer = engine.ask("When did Lavrov arrive in Wonsan?", filters=filters, limit=20)
    assert answer.answered
    assert {quote.article.source.agency for quote in answer.quotes} == {"Madar Agency (demo)"}
    assert not answer.filters.from_question


def test_options_and_question_leave_what_is_in_both(engine: Engine) -> None:
    question = "According to the Harbour Post, what did Lavrov carry?"
    assert {quote.article.source.outlet for quote in engine.ask(question, limit=9).quotes} == {
        "Harbour Post (demo)"
    }
    both = engine.ask(question, filters=Filters(outlets=("harbour", "meridian")), limit=9)
    assert both.filters.outlets == ("Harbour Post (demo)",)
    assert {quote.article.source.outlet for quote in both.quotes} == {"Harbour Post (demo)"}
    neither = engine.ask(question, filters=Filters(outlets=("meridian",)))
    assert not neither.answered
    assert neither.absence
    assert neither.absence.articles == 0
    assert neither.absence.nearest is None


def test_an_answers_own_filters_change_nothing(engine: Engine) -> None:
    """What was applied can be handed in again, as for more of the same answer."""
    question = "According to Yonhap, how many containers? Articles published on 13 July"
    first = engine.ask(question, limit=9, today=TODAY)
    again = engine.ask(question, limit=9, filters=first.filters, today=TODAY)
    assert again.filters == first.filters
    assert again.quotes == first.quotes


def test_a_day_of_publication_filters_and_a_day_of_an_event_does_not(engine: Engine) -> None:
    published = engine.ask("What was published on 12 July about Lavrov?", limit=20)
    assert published.answered
    assert {quote.article.source.published for quote in published.quotes} == {date(2025, 7, 12)}
    assert published.filters.since == published.filters.until == date(2025, 7, 12)
    event = engine.ask("What did Lavrov do on 12 July?", limit=20)
    assert event.filters == Filters()
    assert {quote.article.source.published for quote in event.quotes} != {date(2025, 7, 12)}


def test_a_day_that_leaves_nothing_is_undone(engine: Engine) -> None:
    answer = engine.ask("What was published on 3 March 2024 about Lavrov?", limit=2)
    assert answer.answered
    assert answer.filters == Filters(from_question=True, undone=True)
    kept = engine.ask(
        "What was published on 11 July about Lavrov?", filters=Filters(since=date(2025, 7, 13))
    )
    assert kept.filters.undone
    assert kept.filters.since == date(2025, 7, 13)
    assert all(
        quote.article.source.published and quote.article.source.published >= date(2025, 7, 13)
        for quote in kept.quotes
    )


def test_an_outlet_is_never_widened(engine: Engine) -> None:
    for question in ("What is in France 24 about Lavrov?", "What did Reuters say about Lavrov?"):
        answer = engine.ask(question)
        assert not answer.answered
        assert answer.absence
        assert answer.absence.articles == 0
        assert not answer.filters.undone


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("Articles published yesterday on Lavrov", date(2025, 7, 13)),
        ("مقالات أمس عن لافروف", date(2025, 7, 13)),
        ("вчерашние статьи о Лаврове", date(2025, 7, 13)),
        ("Que disent les articles d'hier ?", date(2025, 7, 13)),
        ("today's articles about Lavrov", date(2025, 7, 14)),
    ],
)
def test_yesterday_is_the_day_before_today(question: str, day: date, engine: Engine) -> None:
    filters = engine.ask(question, today=TODAY).filters
    assert (filters.since, filters.until) == (day, day)
    assert engine.ask(question).filters == Filters()


def test_today_is_that_of_the_setting(
    pullquote: Pullquote, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {}
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart: never one day
        monkeypatch.setenv("PULLQUOTE_TIMEZONE", zone)
        seen: list[date | None] = []
        ask = Engine.ask

        def spied(self: Engine, *given: Any, seen: Any = seen, ask: Any = ask, **named: Any) -> Any:
            seen.append(named["today"])
            return ask(self, *given, **named)

        with monkeypatch.context() as patch:
            patch.setattr(Engine, "ask", spied)
            pullquote("ask", "today's articles", home=home)
        said[zone] = seen[0]
    assert len(set(said.values())) == 2


NAMED = st.sampled_from(
    [
        ("According to Harbour Post", lambda q: q.article.source.outlet == "Harbour Post (demo)"),
        ("بحسب أفق الصباح", lambda q: q.article.source.outlet == "أفق الصباح (تجريبي)"),
        ("По данным «Портового вестника»", lambda q: q.article.source.outlet[:8] == "Портовый"),
        ("articles published on 12 July", lambda q: str(q.article.source.published)[5:] == "07-12"),
        ("Что опубликовано с 13 июля", lambda q: str(q.article.source.published) >= "2025-07-13"),
    ]
)
WORDS = st.lists(
    st.sampled_from(["Lavrov", "Kim", "لافروف", "وونسان", "снаряды", "obus", "Koursk", "visit"]),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(NAMED, WORDS, st.integers(1, 9))
def test_no_quote_is_outside_of_a_filter(
    engine: Engine, named: Any, words: list[str], limit: int
) -> None:
    cue, inside = named
    answer = engine.ask(f"{cue}: {' '.join(words)}", limit=limit, today=TODAY)
    nearest = answer.absence.nearest if answer.absence else None
    assert answer.filters.from_question
    for quote in [*answer.quotes, *([nearest] if nearest else [])]:
        assert inside(quote), (cue, quote.article.source)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_read(engine: Engine, text: str) -> None:
    said = read(text, tuple(engine.coverage.outlet_names()), TODAY)
    assert all(0 <= start < end <= len(text) for start, end in said.spans)
    assert len(said.rest(text)) == len(text)


# ---------------------------------------------------------------- names and days by themselves


def test_the_editors_names_count(home: Path, embedded: StaticEmbedder) -> None:
    (home / "aliases.toml").write_text(
        '[outlets]\n"Harbour Post (demo)" = ["The Quay Gazette"]\n', encoding="utf-8"
    )
    engine = Engine.open(home, embedded)
    question = "According to the Quay Gazette, what did Lavrov carry?"
    assert engine.ask(question).filters.outlets == ("Harbour Post (demo)",)
    engine.coverage.close()


def test_a_whole_name_goes_before_a_part_of_one() -> None:
    names = ["BBC", "BBC Persian", "Sky News Arabia"]
    assert chosen("bbc", names) == ("BBC",)
    assert chosen("bb", names) == ("BBC", "BBC Persian")
    assert chosen("بي بي سي", names) == ("BBC",)
    assert chosen("سكاي نيوز عربية", names) == ("Sky News Arabia",)
    assert chosen("?", names) == ()
    table = Aliases(outlets=(("Gulf Online", ("خليج أونلاين",)),))
    assert same("خليج أونلاين", ["Gulf Online"], table) == ("Gulf Online",)
    assert same("خليج أونلاين", ["Gulf Online"]) == ()


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("on 12 July", 7, 12),
        ("July 4th", 7, 4),
        ("12 يوليو/ تموز", 7, 12),
        ("الثاني عشر من تموز", 7, 12),
        ("12 июля", 7, 12),
        ("le 1er août", 8, 1),
        ("7月12日", 7, 12),
        ("12 de julio", 7, 12),
        ("on 2025-07-12", 7, 12),
        ("in July", 7, None),
    ],
)
def test_days_without_a_year(text: str, month: int, day: int | None) -> None:
    (found,) = find_days(text)
    assert (found.month, found.day) == (month, day)


@pytest.mark.parametrize("text", ["he may go", "12 may have died", "the year 2025"])
def test_what_is_no_day(text: str) -> None:
    assert find_days(text) == ()


def test_the_year_is_one_of_the_coverage() -> None:
    (day,) = find_days("12 July")
    first = date(2024, 1, 1)
    assert year_of(day, first, date(2025, 8, 1)) == 2025
    assert year_of(day, first, date(2025, 3, 1)) == 2024
    assert year_of(day, date(2025, 6, 1), date(2025, 6, 9)) == 2024


def test_a_sentence_is_about_a_day_that_it_names_or_was_published_on() -> None:
    (day,) = days_asked("What happened on 12 July?", None).events
    assert about((day,), "They met on July 12, 2025.", None)
    assert about((day,), "They met.", date(2025, 7, 12))
    assert not about((day,), "They met on 13 July.", date(2025, 7, 14))
    assert not about((day,), "They met in July.", None)
