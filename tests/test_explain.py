"""`ask --explain`: what spoke for and against each candidate, and that asking for it changes
nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest

from bot.render.explanation import explanation_view
from bot.words import LANGUAGES, words
from corpus.demo.coverage import questions_shown
from retrieval.answer.ask import Trail, ask
from retrieval.answer.explain.explanation import (
    Decision,
    Explained,
    Explanation,
    How,
    Reason,
    Where,
    WordFound,
)
from retrieval.answer.judge.leanings import GROUPS, group_of, leanings
from retrieval.answer.judge.network import shipped
from retrieval.answer.silence import Calibration
from retrieval.engine import Engine, update_index
from retrieval.models.embed import StaticEmbedder
from retrieval.types import Filters
from tests.test_shapes import validator

Pullquote = Callable[..., CompletedProcess[str]]

FLIGHTS = questions_shown()[2]
IRAN = "What did Lavrov say about Iran?"
FINAL = questions_shown()[4]
QUESTIONS = (*questions_shown(), IRAN, "shells", "When did Lavrov leave Wonsan in 2019?", "thanks!")


@pytest.fixture(scope="module")
def engine(demo_home: Path, embedded: StaticEmbedder) -> Iterator[Engine]:
    opened = Engine.open(demo_home, embedded)
    yield opened
    opened.coverage.close()


def explained(engine: Engine, question: str, **options: object) -> Explanation:
    return engine.explain(question, **options).explanation  # type: ignore[arg-type]


def not_shown(explanation: Explanation, reason: Reason) -> list[Explained]:
    return [each for each in explanation.candidates if each.reason is reason]


@pytest.mark.parametrize("limit", [1, 3, 20])
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_the_one_without_an_explanation(
    question: str, limit: int, engine: Engine
) -> None:
    told = engine.explain(question, limit=limit).answer
    assert replace(told, took_ms=0.0) == replace(engine.ask(question, limit=limit), took_ms=0.0)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_quotes_come_first_and_then_others_with_a_reason(question: str, engine: Engine) -> None:
    told = engine.explain(question)
    candidates = told.explanation.candidates
    shown = [each for each in candidates if each.shown]
    assert [each.quote.text for each in shown] == [quote.text for quote in told.answer.quotes]
    assert [each.shown for each in shown] == list(range(1, len(shown) + 1))
    others = candidates[len(shown) :]
    assert len(others) <= 8
    for each in others:
        assert each.reason
        assert (each.same_as is not None) == (each.reason in (Reason.COPY, Reason.OVERLAP))
        assert (each.beside is not None) == (each.reason is Reason.BELOW)
        assert bool(each.missing) == (each.reason is Reason.MISSING)
        assert each.beside is None or each.score < each.beside
    scores = [each.score for each in others]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("question", QUESTIONS)
def test_parts_add_up(question: str, engine: Engine) -> None:
    for each in explained(engine, question).candidates:
        total = sum(part.part for part in each.score_parts)
        assert each.score == pytest.approx(min(max(total, 0.0), 1.0), abs=1e-5)
        weighed = each.weighed
        assert weighed.evidence == pytest.approx(sum(part.part for part in weighed.parts))
        assert sum(word.weight for word in each.words) == pytest.approx(1, abs=1e-5)


def test_what_the_judge_leans_on(engine: Engine) -> None:
    told = [
        {part.name.removeprefix("judge_"): part.part for part in each.judge_parts}
        for each in explained(engine, FLIGHTS).candidates
    ]
    assert all(tuple(each) == GROUPS for each in told)
    # the best one has every word of the question, and the number it asks for
    assert told[0]["search"] > 0 < told[0]["kind"]
    assert told[0]["search"] == max(each["search"] for each in told)
    assert min(each["kind"] for each in told) < 0


def test_a_group_that_is_the_same_for_all_says_nothing(engine: Engine) -> None:
    trail = Trail()
    ask(FLIGHTS, engine._searched(), trail=trail)
    known = trail.rounds[0][0].known
    assert known
    assert {group_of(name) for name in known} == set(GROUPS)
    found = leanings(shipped(), known)
    assert all(np.abs(found[group]).max() > 1e-4 for group in GROUPS)
    same = {
        name: np.full_like(each, 0.3) if group_of(name) == "article" else each
        for name, each in known.items()
    }
    assert leanings(shipped(), same)["article"] == pytest.approx(0, abs=1e-6)


def test_what_a_speaker_gained_is_a_part_of_the_score(engine: Engine) -> None:
    candidates = explained(engine, "What did Lavrov say about alliances?").candidates
    gained = [
        part.part for each in candidates for part in each.score_parts if part.name == "speaker"
    ]
    assert gained
    assert gained == pytest.approx([0.04] * len(gained))


def test_where_each_word_stands(engine: Engine) -> None:
    explanation = explained(engine, FLIGHTS)
    first, second = explanation.candidates[:2]
    assert [word.word for word in first.words] == (
        ["flights", "week", "Nordwind", "operate", "between", "Moscow", "Pyongyang"]
    )
    assert {(word.where, word.how) for word in first.words} == {(Where.QUOTE, How.FORM)}
    found = {word.word: word for word in second.words}
    assert found["Nordwind"].how is How.NAME
    assert found["Nordwind"].found == "نوردويند"
    assert found["Pyongyang"].found == "بيونغ يانغ"
    assert found["week"].how is How.MEANING
    assert 0.5 <= found["week"].likeness < 1
    for each in explanation.candidates:
        for word in each.words:
            assert_stands(word, each)


def assert_stands(word: WordFound, each: Explained) -> None:
    """What is said to stand somewhere stands there, and not nearer."""
    body = each.quote.article.body
    text = f"{each.quote.article.source.headline}\n{body}"
    if word.where is Where.NOWHERE:
        assert word.found is None
        assert not re.search(rf"\b{re.escape(word.word)}\b", text)
        return
    assert word.found
    assert all(part in text for part in word.found.split())
    if word.how is How.FORM and word.where is not Where.QUOTE:
        assert not re.search(rf"\b{re.escape(word.found)}\b", each.quote.text)


def test_missing_names_decide(engine: Engine) -> None:
    explanation = explained(engine, IRAN)
    assert explanation.decision is Decision.MISSING
    assert [each.asked for each in explanation.missing] == ["Iran"]
    assert [each.asked for each in explanation.named] == ["Lavrov", "Iran"]
    assert explanation.best is None
    assert {each.reason for each in explanation.candidates} == {Reason.MISSING}


def test_what_a_question_was_taken_for(engine: Engine) -> None:
    understood = explained(engine, FLIGHTS).understood
    assert understood
    assert understood.wants == ("number",)
    assert [each.word for each in understood.words] == (
        ["flights", "week", "Nordwind", "operate", "between", "Moscow", "Pyongyang"]
    )
    assert all(each.how is How.FORM for each in understood.words)
    assert sum(each.weight for each in understood.words) == pytest.approx(1)
    said = explained(engine, "What did Lavrov say about zeppelins on 12 July?").understood
    assert said
    assert said.speaker == "Lavrov"
    assert said.wants == ("said",)
    assert [(day.month, day.day) for day in said.days] == [(7, 12)]
    assert {each.word: each.how for each in said.words}["zeppelins"] is None
    assert explained(engine, "thanks!").understood is None


def test_a_name_that_the_coverage_spells_otherwise(home: Path, embedded: StaticEmbedder) -> None:
    opened = Engine.open(home, embedded)
    understood = opened.explain("Когда Лавров прибыл в Вонсан?").explanation.understood
    opened.coverage.close()
    assert understood
    assert {each.word: each.how for each in understood.words}["Лавров"] in (How.FORM, How.NAME)


def test_words_of_removed_articles_are_missing(home: Path, embedded: StaticEmbedder) -> None:
    engine = Engine.open(home, embedded)
    coverage = engine.coverage
    of = [each for each in coverage.article_ids() if "Nordwind" in coverage.every_body(each)[0]]
    assert of
    coverage.remove(of)
    update_index(home, coverage, embedded)
    understood = engine.explain("How many flights will Nordwind operate?").explanation.understood
    coverage.close()
    assert understood
    assert {each.word: each.how for each in understood.words}["Nordwind"] is not How.FORM


def test_too_little_evidence_decides(engine: Engine) -> None:
    explanation = explained(engine, "How do I bake bread?")
    assert explanation.decision is Decision.EVIDENCE
    assert explanation.best
    assert explanation.best.needed is not None
    assert explanation.best.evidence < explanation.best.needed
    assert not any(each.shown for each in explanation.candidates)


def test_enough_evidence_decides(engine: Engine) -> None:
    best = explained(engine, FLIGHTS).best
    assert best
    assert best.needed is not None
    assert best.evidence >= best.needed
    only = explained(engine, "shells")
    assert only.decision is Decision.ANSWERED
    assert only.best
    assert only.best.needed is None


@pytest.mark.parametrize(
    ("question", "decision"),
    [
        ("thanks!", Decision.GREETING),
        ("What did TASS report?", Decision.LISTED),
    ],
)
def test_what_is_never_weighed(question: str, decision: Decision, engine: Engine) -> None:
    explanation = explained(engine, question)
    assert explanation.decision is decision
    assert explanation.candidates == ()
    assert explanation.best is None


def test_what_the_limits_left_out(engine: Engine) -> None:
    filters = Filters(outlets=("meridian",))
    explanation = explained(engine, "How many shells did North Korea give?", filters=filters)
    outside = not_shown(explanation, Reason.FILTERED)
    assert any("12 million shells" in each.quote.text for each in outside)
    assert all("Meridian" not in str(each.quote.article.source.outlet) for each in outside)
    assert all(
        "Meridian" in str(each.quote.article.source.outlet)
        for each in explanation.candidates
        if each.reason is not Reason.FILTERED
    )
    nobody = explained(engine, FLIGHTS, filters=Filters(outlets=("no such outlet",)))
    assert nobody.decision is Decision.NO_ARTICLES
    assert {each.reason for each in nobody.candidates} == {Reason.FILTERED}
    assert not not_shown(explained(engine, FLIGHTS), Reason.FILTERED)


def test_copies_are_said_to_be_some(engine: Engine) -> None:
    explanation = explained(engine, "متى وصل لافروف إلى وونسان؟")
    copies = not_shown(explanation, Reason.COPY)
    assert copies
    assert {each.same_as for each in copies} == {1}


def test_a_limit_leaves_some_out(engine: Engine) -> None:
    assert not_shown(explained(engine, "متى وصل لافروف إلى وونسان؟", limit=1), Reason.ENOUGH)


def test_without_a_time_beside_one_that_has_it(engine: Engine) -> None:
    lacking = not_shown(
        explained(engine, "Quand Poutine et Trump se sont-ils parlé au téléphone ?"), Reason.UNFIT
    )
    assert lacking
    assert not any(each.fits for each in lacking)


def test_the_terminal(pullquote: Pullquote, home: Path) -> None:
    plain = pullquote("ask", FLIGHTS, home=home)
    ran = pullquote("ask", FLIGHTS, "--explain", home=home)
    assert ran.returncode == plain.returncode == 0
    assert ran.stdout.startswith(plain.stdout)
    assert "The question asks for a number." in ran.stdout
    assert "Quote 1 · In another sign" in ran.stdout
    assert "Nordwind (⁨نوردويند⁩)" in ran.stdout
    silent = pullquote("ask", IRAN, "--explain", home=home)
    assert silent.returncode == 1
    assert "Not answered, because this is missing: Iran" in silent.stdout


def test_json(pullquote: Pullquote, home: Path) -> None:
    for question in QUESTIONS:
        plain = json.loads(pullquote("ask", question, "--json", home=home).stdout)
        ran = pullquote("ask", question, "--explain", "--json", home=home)
        told = json.loads(ran.stdout)
        validator("ask").validate(told)
        assert set(told) - set(plain) == {"explain", "candidates"}
        assert {**told, "took_ms": 0} == {**plain, "took_ms": 0} | {
            name: told[name] for name in ("explain", "candidates")
        }
        chosen = [each for each in told["candidates"] if each["chosen"]]
        if told["explain"]["decision"] != "listed":
            assert [each["text"] for each in chosen] == [each["text"] for each in told["quotes"]]
        for each in told["candidates"]:
            total = sum(part for _, part in each["for"]) - sum(part for _, part in each["against"])
            assert each["score"] == pytest.approx(min(max(total, 0), 1), abs=1e-4)
            shown = json.loads(pullquote("show", each["article"], "--json", home=home).stdout)
            assert shown[each["part"]][each["start"] : each["end"]] == each["text"]


def test_a_line_each(pullquote: Pullquote, home: Path) -> None:
    stdin = "\n".join((FLIGHTS, IRAN))
    lines = pullquote("ask", "-", "--explain", "--json", home=home, stdin=stdin).stdout.splitlines()
    assert [json.loads(line)["explain"]["decision"] for line in lines] == ["answered", "missing"]


def test_it_goes_with_no_format(pullquote: Pullquote, home: Path) -> None:
    ran = pullquote("ask", FLIGHTS, "--explain", "--format", "text", home=home)
    assert ran.returncode == 2
    assert ran.stderr == (
        "pullquote: --format and --explain cannot go together: leave one of them out\n"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_decision_and_reason_has_words(language: str, engine: Engine) -> None:
    explanation = explained(engine, FLIGHTS, limit=1)
    candidate = explanation.candidates[0]
    for reason in Reason:
        for wanted in ("number", "time"):
            other = replace(
                candidate, shown=None, reason=reason, same_as=1, beside=0.5, fits=wanted == "time"
            )
            made = replace(explanation, wanted=wanted, candidates=(other,))  # type: ignore[arg-type]
            explanation_view(made, language)
    for decision in Decision:
        explanation_view(replace(explanation, decision=decision), language)
    sentences = words(language).sentences
    every = [*candidate.score_parts, *candidate.judge_parts, *candidate.weighed.parts]
    assert all(f"evidence_{part.name}" in sentences for part in every)


def test_a_plain_answer_explains_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that is not to be explained pays nothing for it."""
    from retrieval.answer.explain import explain as module

    def refuse(*_: object) -> None:
        raise AssertionError("explained without being asked to")

    monkeypatch.setattr(module, "words_found", refuse)
    monkeypatch.setattr(module, "score_parts", refuse)
    monkeypatch.setattr(Calibration, "parts", refuse)
    assert engine.ask(FLIGHTS).answered
    with pytest.raises(AssertionError):
        engine.explain(FLIGHTS)
