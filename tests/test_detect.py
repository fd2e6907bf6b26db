from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.language.detect import SERVED, detect, is_open


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ماذا قال الوزير؟", "ar"),
        ("لافروف", "ar"),
        ("ما موقف DW من زيارة Sergei Lavrov؟", "ar"),
        ("اليونيسف UNICEF", "ar"),
        ("وزیر خارجه چه گفت", "fa"),
        ("لاوروف در کره شمالی چه گفت", "fa"),
        ("Что сказал министр?", "ru"),
        ("Лавров", "ru"),
        ("Що сказав міністр про війну", "uk"),
        ("What did the minister say?", "en"),
        ("shells for Russia", "en"),
        ("Qu'a dit le ministre ?", "fr"),
        ("Combien d'obus", "fr"),
        ("¿Qué dijo el ministro?", "es"),
        ("Was sagte der Minister?", "de"),
        ("Bakan ne dedi?", "tr"),
        ("Cosa ha detto il ministro?", "it"),
        ("O que disse o ministro?", "pt"),
        ("장관은 무엇을 말했나", "ko"),
        ("外长说了什么", "zh"),
        ("外相は何を言ったか", "ja"),
        ("מה אמר השר", "he"),
    ],
)
def test_short_questions(text: str, code: str) -> None:
    assert detect(text) == code


def test_arabic_typed_with_persian_letters_stays_arabic() -> None:
    assert detect("کوریا الشمالیة") == "ar"


@pytest.mark.parametrize("text", ["", " ", "12 / 7", "…?!", "🙂", "ไทย"])
def test_without_known_letters_there_is_no_language(text: str) -> None:
    assert detect(text) == "und"


def test_only_the_languages_asked_for_are_answered() -> None:
    four = ("ar", "en", "ru", "fr")
    assert detect("Was sagte der Minister?", four) in ("en", "fr")
    assert detect("외무상", four) == "und"
    assert detect("وزیر خارجه چه گفت", four) == "ar"


# Labelled before the rules were written: what a person would say; "" where nobody could.
FEW_WORDS = [
    *(("Lavrov visit", "en"), ("Kim visit", "en"), ("Lavrov Kim meeting", "en")),
    *(("Wonsan resort", "en"), ("Nordwind flights", "en"), ("Kursk engineers", "en")),
    *(("Trump Putin summit", "en"), ("missile test", "en"), ("Rubio statement", "en")),
    *(("Lavrov Wonsan visit date", "en"), ("Kim Putin treaty text", "en")),
    *(("Putin invitation", ""), ("Lavrov message", ""), ("Lavrov date", ""), ("sanctions", "")),
    *(("Kim Jong Un", ""), ("Macron budget", ""), ("Lavrov Wonsan", "")),
    *(("Kim Jong Un visit", "en"), ("Kim Jong Un Lavrov", "")),
    *(("Lavrov visite", "fr"), ("rencontre Lavrov Kim", "fr"), ("Macron discours", "fr")),
    *(("sanctions américaines", "fr"), ("ingénieurs Koursk", "fr"), ("accord Paris", "fr")),
    *(("Lavrov Besuch", "de"), ("Lavrov Kim Treffen", "de"), ("Lavrov visita", "es")),
    *(("reunión Lavrov Kim", "es"), ("Lavrov ziyareti", "tr"), ("viagem Lavrov", "pt")),
]
TOLD = [
    *(("When did Lavrov arrive?", "en"), ("Who met Kim?", "en"), ("Kim and Lavrov", "en")),
    *(("Quand arrive Lavrov ?", "fr"), ("Qui a rencontré Kim ?", "fr"), ("Kim et Lavrov", "fr")),
    *(("¿Cuándo llegó Lavrov?", "es"), ("Wann kam Lavrov an?", "de"), ("Kim görüşmesi", "tr")),
    *(("Kim öldü?", "tr"), ("Kim söyledi?", "tr"), ("Kim istifa etti?", "tr")),
    *(("kim geldi", "tr"), ("كيم", "ar"), ("визит Лаврова", "ru"), ("金正恩", "zh")),
]


@pytest.mark.parametrize(("text", "code"), FEW_WORDS)
def test_few_words_without_a_word_of_one_language_are_open(text: str, code: str) -> None:
    assert is_open(text)


@pytest.mark.parametrize(("text", "code"), TOLD)
def test_what_one_word_or_letter_or_the_script_tells_is_not_open(text: str, code: str) -> None:
    assert not is_open(text)
    assert detect(text) == code


def test_a_guess_from_few_words_is_english_unless_the_model_is_sure() -> None:
    wrong = [text for text, code in FEW_WORDS if code == "en" and detect(text) != "en"]
    assert wrong == ["Rubio statement", "Lavrov Wonsan visit date"]
    wrong = [text for text, code in FEW_WORDS if code == "fr" and detect(text) != "fr"]
    assert wrong == ["Lavrov visite", "accord Paris"]


def test_a_text_of_several_sentences_is_never_open() -> None:
    assert not is_open("Lavrov visit " * 3)
    assert not is_open("")
    assert not is_open("?! 2025")


def test_bare_names_are_not_left_to_chance() -> None:
    assert detect("Lavrov Wonsan") == "en"


@settings(deadline=None)  # the first Latin text loads the model
@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assert detect(text) in (*SERVED, "und")
