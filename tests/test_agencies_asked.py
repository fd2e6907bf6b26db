"""A question that names an agency is answered with what it signs or is cited in."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from tests.homes import indexed

NAMES = ("Reuters", "رويترز", "Рейтер")
TEXTS = {
    "en": "The port of Varna was shut on Tuesday after the storm broke its outer wall. Nobody was"
    " hurt, the mayor said.\n\nReuters reported that 340 containers had been left on the quay."
    "\n\nWorkers at the gate, who wait for their pay, counted ninety lorries in the rain.",
    "ar": "أُغلق ميناء فارنا يوم الثلاثاء بعد أن كسرت العاصفة جداره الخارجي. وقال رئيس البلدية إن"
    " أحدا لم يصب بأذى.\n\nوذكرت وكالة رويترز أن 340 حاوية بقيت على الرصيف.\n\nوأحصى العمال"
    " الذين ينتظرون أجورهم تسعين شاحنة عند البوابة تحت المطر.",
    "ru": "Порт Варны закрыли во вторник: шторм разрушил его внешнюю стену. Мэр сказал, что никто"
    " не пострадал.\n\nАгентство Рейтер сообщило, что на причале осталось 340 контейнеров."
    "\n\nРабочие, которые ждут зарплаты, насчитали у ворот под дождём девяносто грузовиков.",
    "fr": "Le port de Varna a été fermé mardi après que la tempête a brisé sa digue extérieure."
    " Personne n’a été blessé, selon le maire.\n\nSelon l’agence Reuters, 340 conteneurs sont"
    " restés sur le quai.\n\nLes ouvriers, qui attendent leur paie, ont compté à la porte"
    " quatre-vingt-dix camions sous la pluie.",
}
OTHER = (
    "The customs office counted 512 containers in the inner harbour, three of them open.\n\n"
    "Fishing boats were tied up along the river, and the market stayed empty all week."
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, embedded: StaticEmbedder) -> Engine:
    folder = tmp_path_factory.mktemp("varna")
    for name, text in {**TEXTS, "other": OTHER}.items():
        head = f'+++\noutlet = "Outlet {name}"\npublished = 2025-03-05\n+++\n'
        (folder / f"{name}.txt").write_text(f"{head}{text}\n", encoding="utf-8")
    return Engine.open(indexed(tmp_path_factory.mktemp("home"), embedded, folder), embedded)


@pytest.mark.parametrize(
    "question",
    [
        "According to Reuters, how many containers were left on the quay?",
        "According to Reuters, how many containers?",
        "How many containers, according to Reuters?",
        "How many containers does Reuters count?",
        "What does Reuters say about the containers?",
        "What is Reuters saying about the containers?",
        "Reuters: how many containers?",
        "بحسب رويترز، كم حاوية بقيت على الرصيف؟",
        "وفق وكالة رويترز كم عدد الحاويات؟",
        "ماذا تقول رويترز عن الحاويات؟",
        "كم حاوية بحسب ما أفادت به رويترز؟",
        "ماذا جاء في وكالة رويترز عن الحاويات؟",
        "По данным агентства Рейтер, сколько контейнеров осталось?",
        "Сколько контейнеров, по данным Рейтер?",
        "Что сообщает Рейтер о контейнерах?",
        "Selon Reuters, combien de conteneurs sont restés ?",
        "Combien de conteneurs, d’après Reuters ?",
        "Que dit Reuters sur les conteneurs ?",
        "Qu’a dit l’agence Reuters des conteneurs ?",
    ],
)
def test_what_cites_the_agency_answers(question: str, asked: Engine) -> None:
    answer = asked.ask(question)
    assert answer.filters.agencies == ("رويترز",)
    assert answer.answered
    assert "340" in answer.quotes[0].text
    for quote in answer.quotes:
        assert any(name in quote.text for name in NAMES), quote.text


@pytest.mark.parametrize(
    "question",
    [
        "According to Reuters, how many boats were tied up along the river?",
        "What does Reuters say about football?",
        "بحسب رويترز، كم لاعبا أصيب؟",
        "Сколько танков, по данным Рейтер?",
        "Selon Reuters, combien de députés ont voté ?",
        "How many containers, according to Interfax?",
    ],
)
def test_what_the_agency_does_not_say_is_not_answered(question: str, asked: Engine) -> None:
    answer = asked.ask(question)
    assert answer.filters.agencies
    assert not answer.answered, [quote.text for quote in answer.quotes]


@pytest.mark.parametrize(
    "question",
    [
        "According to Reuters, how many lorries were counted?",
        "Selon Reuters, combien de camions ?",
        "Сколько грузовиков, по данным Рейтер?",
        "بحسب رويترز، كم شاحنة؟",
    ],
)
def test_a_figure_beside_the_agencys_never_stands_without_it(question: str, asked: Engine) -> None:
    for quote in asked.ask(question).quotes:
        assert any(name in quote.text for name in NAMES), quote.text


def test_a_name_that_asks_in_another_language_is_no_list(
    demo_home: Path, embedded: StaticEmbedder
) -> None:
    """«Kim» is «who» in Turkish."""
    engine = Engine.open(demo_home, embedded)
    listed = engine.ask("What did KCNA report?").quotes
    assert {quote.score for quote in listed} == {1.0}
    for quote in engine.ask("What did KCNA report about Kim?").quotes:
        assert quote.score < 1
        assert any(name in quote.text for name in ("KCNA", "ЦТАК", "وكالة الأنباء المركزية"))
