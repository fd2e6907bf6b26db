from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.split import PASSAGE_CHARACTERS, passages, sentences
from corpus.types import Sentence
from tests.growth import grows_slowly

LANGUAGES = ("ar", "en", "ru", "fr", "fa", "zh", "ja", "und")
_PIECES = (
    *("قال", "الوزير", "إن", "الزيارة", "تبدأ", "غدا", "د.", "أ.د.", "م.", "٢٠٢٥", "3.5"),
    *("the", "Minister", "said", "Dr.", "U.S.", "M.", "г.", "им.", "Москва", "встреча", "A."),
    *(".", "!", "?", "؟", "…", "。", "...", ":", "؛", '"', "«", "»", "”", "(", ")", "—", "،"),
    *("\n", "\n\n", "\n \n", "\r\n", "\t", "\u00a0", "\u2028", "\x0b", "\x85", "\0", "\ufeff"),
    *("🕊️", "👨‍👩‍👧", "🇷🇺", "\u0301", "\u064b", "\u0654", "\u200f", "\u202b", "e\u0301", "中文。"),
    "كلام طويل متصل لا نهاية له في هذا السطر " * 4,
    "A longer run of plain words that goes on for quite a while without any stop " * 3,
)
BODIES = st.one_of(
    st.lists(st.sampled_from(_PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(_PIECES), max_size=40).map("".join),
    st.text(max_size=120),
    st.lists(st.text(max_size=30), max_size=8).map("\n".join),
)


@st.composite
def with_cuts(draw: st.DrawFn) -> tuple[str, tuple[int, ...]]:
    """A body with cuts where cleaning makes them: at the beginnings of kept lines."""
    body = draw(BODIES)
    starts = [at + 1 for at, character in enumerate(body) if character == "\n"]
    chosen = draw(st.lists(st.sampled_from(starts), unique=True)) if starts else []
    return body, tuple(sorted(chosen))


def texts(body: str, language: str = "ar") -> list[str]:
    return [body[one.start : one.end] for one in sentences(body, language)]


def covered(body: str, found: tuple[Sentence, ...], cuts: tuple[int, ...]) -> list[list[Sentence]]:
    """The sentences of each passage; fails unless passages consist of whole sentences."""
    starts = {one.start: at for at, one in enumerate(found)}
    ends = {one.end: at for at, one in enumerate(found)}
    made = []
    for start, end in passages(body, found, cuts):
        assert start in starts
        assert end in ends
        made.append(list(found[starts[start] : ends[end] + 1]))
    return made


# ---------------------------------------------------------------- sentences


@settings(max_examples=150, deadline=None)
@given(BODIES, st.sampled_from(LANGUAGES))
def test_sentences_are_in_order_stripped_and_complete(body: str, language: str) -> None:
    found = sentences(body, language)
    assert all(0 <= one.start < one.end <= len(body) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    for one in found:
        text = body[one.start : one.end]
        assert text == text.strip()
        assert text
        assert "\n" not in text
    inside = {at for one in found for at in range(one.start, one.end)}
    left = "".join(character for at, character in enumerate(body) if at not in inside)
    assert not left.strip(), f"not in any sentence: {left!r}"


@settings(max_examples=100, deadline=None)
@given(BODIES, st.sampled_from(LANGUAGES))
def test_a_heading_is_a_whole_line_with_text_after_it(body: str, language: str) -> None:
    found = sentences(body, language)
    assert not found or not found[-1].heading
    for one in found:
        if one.heading:
            line_start = body.rfind("\n", 0, one.start) + 1
            line_end = body.find("\n", one.end)
            assert body[line_start:line_end].strip() == body[one.start : one.end]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("ar", "قال د. مدير المركز إن الزيارة بدأت."),
        ("ar", "وأضاف أ.د. رئيس الجامعة أن اللقاء تأجل."),
        ("ar", "حضر أ. د. عميد الكلية افتتاح المؤتمر."),
        ("ar", "بلغت الكلفة 3.5 مليون دولار هذا العام."),
        ("ru", "Встреча прошла в г. Москва в субботу."),
        ("ru", "Он приехал в 2025 г. в город у моря."),
        ("ru", "Канал им. Москвы закрыт до осени."),
        ("ru", "Об этом сообщил С. Лавров в субботу."),
        ("fr", "La visite de M. Lavrov commence samedi."),
        ("en", "The flight left St. Petersburg on Friday."),
        ("en", "Minister S. Lavrov arrived in Wonsan on Friday."),
        ("en", "It was, said Dr. Watson of the novel, elementary."),
    ],
)
def test_abbreviations_end_no_sentence(language: str, body: str) -> None:
    assert texts(body, language) == [body]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("ar", ["وصل الوزير أمس.", "وغادر اليوم!", "هل يعود غدا؟", "لا أحد يعلم."]),
        ("ar", ["قال: «لن نتراجع.»", "ثم غادر القاعة."]),
        ("en", ["He arrived on Friday.", "He left on Sunday.", "Why?"]),
        ("ru", ["Он прилетел в пятницу.", "Переговоры начались утром."]),
        ("fr", ["Il est arrivé vendredi.", "Il repart dimanche."]),
        ("zh", ["他星期五到达。", "他星期天离开。"]),
    ],
)
def test_sentences_end_where_they_end(language: str, parts: list[str]) -> None:
    assert texts(("" if language == "zh" else " ").join(parts), language) == parts


def test_a_line_feed_ends_a_sentence() -> None:
    assert texts("سطر أول بلا نقطة\nسطر ثان.") == ["سطر أول بلا نقطة", "سطر ثان."]


@pytest.mark.parametrize("marks", ["." * 8, "?!" * 4, "।" * 8, "。！" * 4, '."' * 4, "...”"])
def test_a_long_run_of_marks_is_read_in_time(marks: str) -> None:
    def prepared(size: int) -> Callable[[], object]:
        body = "It closed" + marks * (size // 8)
        return lambda: sentences(body, "en")

    assert grows_slowly(prepared, 1500)


def test_headings_are_told_from_sentences() -> None:
    body = "لقاء في ونسان\nوصل الوزير أمس.\n\nما بعد اللقاء\nغادر الوزير اليوم."
    assert [one.heading for one in sentences(body, "ar")] == [True, False, True, False]


def test_the_last_line_is_no_heading() -> None:
    assert not sentences("وصل الوزير أمس.\nسطر أخير قصير", "ar")[-1].heading


@pytest.mark.parametrize("body", ["", " ", "\n\n", " \n\t\n", "\u00a0"])
def test_nothing_has_no_sentences(body: str) -> None:
    assert sentences(body, "ar") == ()
    assert passages(body, ()) == []


# ---------------------------------------------------------------- passages


@settings(max_examples=150, deadline=None)
@given(with_cuts(), st.sampled_from(LANGUAGES))
def test_passages_are_whole_sentences_and_all_of_them(
    cut: tuple[str, tuple[int, ...]], language: str
) -> None:
    body, cuts = cut
    found = sentences(body, language)
    made = covered(body, found, cuts)
    held = {one for passage in made for one in passage}
    assert {one for one in found if not one.heading} <= held
    starts = [passage[0].start for passage in made]
    ends = [passage[-1].end for passage in made]
    assert starts == sorted(set(starts))
    assert ends == sorted(set(ends))


@settings(max_examples=150, deadline=None)
@given(with_cuts(), st.sampled_from(LANGUAGES))
def test_no_passage_crosses_a_cut(cut: tuple[str, tuple[int, ...]], language: str) -> None:
    body, cuts = cut
    for start, end in passages(body, sentences(body, language), cuts):
        assert not any(start < position < end for position in cuts)


@settings(max_examples=150, deadline=None)
@given(with_cuts(), st.sampled_from(LANGUAGES))
def test_a_heading_ends_no_passage(cut: tuple[str, tuple[int, ...]], language: str) -> None:
    """Unless there is nothing but headings between two cuts."""
    body, cuts = cut
    found = sentences(body, language)

    def block(position: int) -> int:
        return sum(cut <= position for cut in cuts)

    for passage in covered(body, found, cuts):
        if passage[-1].heading:
            same = [one for one in found if block(one.start) == block(passage[0].start)]
            assert all(one.heading for one in same), body[passage[0].start : passage[-1].end]


def test_a_heading_before_a_cut_ends_no_passage() -> None:
    body = "وصل الوزير أمس.\nاقرأ كذلك في الملف\nغادر الوزير اليوم."
    found = sentences(body, "ar")
    cut = found[2].start
    made = [body[start:end] for start, end in passages(body, found, (cut,))]
    assert made == ["وصل الوزير أمس.", "غادر الوزير اليوم."]


@settings(max_examples=100, deadline=None)
@given(with_cuts(), st.sampled_from(LANGUAGES))
def test_a_passage_is_long_only_where_a_sentence_is(
    cut: tuple[str, tuple[int, ...]], language: str
) -> None:
    body, cuts = cut
    found = sentences(body, language)
    for passage in covered(body, found, cuts):
        if passage[-1].end - passage[0].start > PASSAGE_CHARACTERS:
            assert sum(not one.heading for one in passage) <= 1


def test_a_heading_opens_its_passage() -> None:
    body = "وصل الوزير أمس.\nما بعد اللقاء\nغادر الوزير اليوم."
    made = [body[start:end] for start, end in passages(body, sentences(body, "ar"))]
    assert made == ["وصل الوزير أمس.", "ما بعد اللقاء\nغادر الوزير اليوم."]


def test_a_short_last_sentence_opens_the_next_passage() -> None:
    body = " ".join(f"{word} " + "كلمة " * 18 + "انتهت." for word in ("أولى", "ثانية") * 5)
    found = sentences(body, "ar")
    made = covered(body, found, ())
    assert len(made) > 1
    assert all(one[-1] == other[0] for one, other in pairwise(made))
