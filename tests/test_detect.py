from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.language.detect import SERVED, detect


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


def test_bare_names_are_not_left_to_chance() -> None:
    assert detect("Lavrov Wonsan") == "en"


@settings(deadline=None)  # the first Latin text loads the model
@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assert detect(text) in (*SERVED, "und")
