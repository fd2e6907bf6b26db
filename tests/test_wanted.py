from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.wanted import Wanted, gives, wanted


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("كم عدد القذائف؟", Wanted.NUMBER),
        ("بكم التذكرة؟", Wanted.NUMBER),
        ("How many flights a week?", Wanted.NUMBER),
        ("Сколько дней продлится визит?", Wanted.NUMBER),
        ("Combien de soldats ?", Wanted.NUMBER),
        ("Wie viele Flüge gibt es?", Wanted.NUMBER),
        ("Kuzey Kore kaç mermi verdi?", Wanted.NUMBER),
        ("有多少士兵?", Wanted.NUMBER),
        ("متى وصل الوزير؟", Wanted.TIME),
        ("When did he arrive?", Wanted.TIME),
        ("Когда прибыл министр?", Wanted.TIME),
        ("Wann kam er an?", Wanted.TIME),
        ("他什么时候到的?", Wanted.TIME),
        ("من استقبل الوزير؟", None),
        ("Who whenever?", None),
        ("التحكم", None),  # «كم» inside a word asks nothing
        ("", None),
    ],
)
def test_what_a_question_wants(question: str, kind: Wanted | None) -> None:
    assert wanted(question) is kind


@pytest.mark.parametrize(
    ("kind", "text", "given_"),
    [
        (Wanted.NUMBER, "سلّم 12 مليون قذيفة", True),
        (Wanted.NUMBER, "زيارة تستمر ثلاثة أيام", True),
        (Wanted.NUMBER, "رحلتين أسبوعيا", True),
        (Wanted.NUMBER, "two flights a week", True),
        (Wanted.NUMBER, "десять тысяч солдат", True),
        (Wanted.NUMBER, "وصل الوزير إلى المدينة", False),
        (Wanted.NUMBER, "He arrived with his staff.", False),
        (Wanted.TIME, "وصل يوم الجمعة", True),
        (Wanted.TIME, "في أواخر حزيران/يونيو", True),
        (Wanted.TIME, "в июле", True),
        (Wanted.TIME, "in 2024", True),
        (Wanted.TIME, "vendredi", True),
        (Wanted.TIME, "12 مليون قذيفة", False),
        (Wanted.TIME, "They met in the city.", False),
    ],
)
def test_whether_a_text_gives_it(kind: Wanted, text: str, given_: bool) -> None:
    assert gives(kind, text) is given_


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    assert wanted(text) in (None, *Wanted)
    assert all(gives(kind, text) in (True, False) for kind in Wanted)
