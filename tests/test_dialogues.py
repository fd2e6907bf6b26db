"""What is reached in conversations: figures on dialogues and claims labelled apart from the rules,
and what no rule may give up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.claim import Stance, against
from retrieval.question.previous import Kind, asks_whether_so, follow_up, is_claim, kind_of
from tests.quality import claims, dialogues

FIRST = "When did Lavrov arrive in North Korea?"


@pytest.fixture(scope="module")
def asked(
    tmp_path_factory: pytest.TempPathFactory,
) -> list[tuple[dialogues.Dialogue, dialogues.Outcome]]:
    return dialogues.measured(tmp_path_factory.mktemp("dialogues") / "home")


@pytest.mark.parametrize("held", [False, True])
def test_dialogues_reach_their_floors(
    asked: list[tuple[dialogues.Dialogue, dialogues.Outcome]], held: bool
) -> None:
    told = dialogues.figures(outcome for one, outcome in asked if one.held is held)
    assert told.follow_ups_found >= 0.80
    assert told.left_alone >= 0.97
    assert told.follow_ups_known >= (0.82 if held else 0.94)
    assert told.more_known == 1.0
    assert told.own_found >= 0.93
    assert told.nothing_silent >= (0.66 if held else 0.83)


def test_claims_reach_their_floors(tmp_path: Path) -> None:
    every = claims.measured(tmp_path / "home")
    for held, floor in ((False, 0.95), (True, 0.70)):
        part = [each for each in every if each.held is held]
        assert sum(each.told == each.kind for each in part) / len(part) >= floor
        # what is not covered is never said to be so
        assert all(each.told == each.kind for each in part if each.kind == "not covered")


@pytest.mark.parametrize(
    ("question", "query", "understood"),
    [
        ("And why?", "Lavrov arrive North Korea: why?", "Lavrov, arrive, North Korea: why?"),
        ("ومن استقبله؟", "Lavrov North Korea: ومن استقبله؟", "Lavrov, North Korea: ومن استقبله؟"),
        ("А Ким?", "When did Ким arrive in North Korea?", "arrive, North Korea: Ким?"),
        ("Et à Moscou ?", "When did Lavrov arrive in Moscou?", "Lavrov, arrive: à Moscou ?"),
    ],
)
def test_what_is_taken(question: str, query: str, understood: str) -> None:
    assert kind_of(question) is Kind.FOLLOW_UP
    followed = follow_up(FIRST, question)
    assert followed is not None
    assert (followed.query, followed.understood) == (query, understood)


@pytest.mark.parametrize(
    "question",
    [
        "Did Lavrov extend his visit?",
        "Is there a letter from Putin?",
        "Will Seoul and Tokyo protest this week?",
        "What did the minister tell reporters?",
        "ما الذي كتبه كيم في رده على بوتين؟",
        "هل هناك رسالة من بوتين؟",
        "کره شمالی چند موشک به روسیه داده است؟",
        "¿Cuántos son los soldados enviados?",
        "Wann ist er in Wonsan angekommen?",
        "Kim kimi kabul etti?",
        "Кто принял Лаврова и где его встретили?",
        "Combien de soldats la Corée du Nord a-t-elle envoyés ?",
        "Что сказал министр?",
        "thanks",
        "?",
        "",
    ],
)
def test_what_stands_by_itself(question: str) -> None:
    assert kind_of(question) is Kind.OWN


def test_nothing_is_taken_from_what_has_nothing() -> None:
    assert follow_up("why?", "and when?") is None


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_word_is_written_that_nobody_wrote(earlier: str, question: str) -> None:
    kind_of(question)
    followed = follow_up(earlier, question)
    if followed:
        assert all(piece in earlier for piece in followed.taken)
        assert followed.asked in question


@pytest.mark.parametrize(
    ("message", "claims_something"),
    [
        ("Lavrov handed Kim a letter.", True),
        ("وصل لافروف يوم الجمعة إلى وونسان", True),
        ("Did Lavrov hand Kim a letter?", False),
        ("thank you very much", False),
        ("nice pictures", False),
    ],
)
def test_what_is_a_claim(message: str, claims_something: bool) -> None:
    assert is_claim(message) is claims_something


def test_asking_whether_it_is_so() -> None:
    assert asks_whether_so("Is this true?")
    assert asks_whether_so("هل هذا صحيح؟")
    assert not asks_whether_so("Is this true of Lavrov?")


def test_no_quote_holds_nothing_against_a_claim() -> None:
    assert against("Lavrov arrived on Friday.", ()) == ()
    assert list(Stance)[-1] is Stance.NEAR
