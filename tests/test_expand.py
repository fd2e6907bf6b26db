"""Expansions of questions: names of the table, the editor's synonyms, and both together."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.attribution.by_hand import LARGEST
from corpus.errors import ConfigurationError
from retrieval.question.expand import Expansion, expansions
from retrieval.question.synonyms import Synonyms, current

ARABIC = frozenset({"ar"})
FOUR = frozenset({"ar", "en", "fr", "ru"})
EDITOR = Synonyms(
    (
        ("كيم جونغ أون", "Kim Jong Un", "Ким Чен Ын", "金正恩", "김정은"),
        ("الشمال", "كوريا الشمالية"),
        ("Вагнер", "فاغنر", "Wagner Group"),
    )
)


def forms(
    question: str, languages: frozenset[str] = ARABIC, synonyms: Synonyms | None = None
) -> dict[str, tuple[str, ...]]:
    return {one.asked: one.forms for one in expansions(question, synonyms, languages)}


@pytest.mark.parametrize(
    "question",
    [
        "When did he go to North Korea?",
        "Когда он был в Северной Корее?",
        "Quand la Corée du Nord a-t-elle répondu ?",
        "Kuzey Kore'ye ne zaman gitti?",
        "他什么时候去朝鲜？",
        "いつ北朝鮮に行ったか",
        "북한에 언제 갔나",
        "کره شمالی چه گفت",
    ],
)
def test_a_state_is_looked_for_in_the_language_of_the_coverage(question: str) -> None:
    ((asked, others),) = forms(question).items()
    assert asked in question
    assert others[0] == "كوريا الشمالية"


def test_only_languages_of_the_coverage_are_looked_for() -> None:
    assert forms("North Korea", frozenset({"ru"})) == {"North Korea": ("КНДР", "Северная Корея")}
    assert forms("North Korea", frozenset()) == {}


def test_a_name_is_not_looked_for_in_its_own_language() -> None:
    assert forms("كوريا الشمالية") == {}
    assert forms("North Korea and the DPRK", frozenset({"en"})) == {}


def test_another_language_of_the_same_script_counts() -> None:
    assert forms("Germany", frozenset({"fr"})) == {"Germany": ("Allemagne",)}
    assert forms("Nigeria", frozenset({"fr"})) == {}


@pytest.mark.parametrize(
    ("asked", "others"),
    [
        ("تموز", {"يوليو", "جويلية", "يوليوز"}),
        ("يوليو", {"تموز", "جويلية", "يوليوز"}),
        ("جويلية", {"يوليو", "تموز", "يوليوز"}),
    ],
)
def test_arabic_months_are_looked_for_under_their_other_names(asked: str, others: set[str]) -> None:
    assert set(forms(f"ماذا جرى في {asked}")[asked]) == others
    assert set(forms(f"و{asked}")[f"و{asked}"]) >= others


def test_chinese_asks_for_the_adjective_too() -> None:
    (others,) = forms("俄罗斯外长").values()
    assert {"روسيا", "روسي"} <= set(others)


def test_places_are_code_points_of_the_question() -> None:
    question = "🙂 هل زارت وكوريا الشمالية؟"
    (one,) = expansions(question, None, FOUR)
    assert question[one.start : one.end] == one.asked == "وكوريا الشمالية"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("ماذا قال كيم جونغ أون؟", "كيم جونغ أون"),
        ("ماذا قال كيم جونغ اون", "كيم جونغ اون"),
        ("زيارة لكيم جونغ أون", "لكيم جونغ أون"),
        ("What did KIM JONG UN say", "KIM JONG UN"),
        ("Kim Jong-un’s visit", "Kim Jong-un"),
        ("встреча с Ким Чен Ыном", "Ким Чен Ыном"),
        ("金正恩说了什么", "金正恩"),
        ("김정은은", "김정은은"),
    ],
)
def test_synonyms_are_found_in_every_script(question: str, asked: str) -> None:
    found = forms(question, frozenset(), EDITOR)
    assert list(found) == [asked]
    assert 4 <= len(found[asked]) <= 5


def test_synonyms_work_within_a_script_and_both_ways() -> None:
    assert forms("للشمال", synonyms=EDITOR)["للشمال"][:2] == ("الشمال", "كوريا الشمالية")
    assert forms("كوريا الشمالية", synonyms=EDITOR) == {"كوريا الشمالية": ("الشمال",)}
    assert forms("شمالي", synonyms=EDITOR) == {}


def test_both_sources_serve_the_same_words() -> None:
    others = forms("كوريا الشمالية", frozenset({"ar", "en"}), EDITOR)["كوريا الشمالية"]
    assert others[:2] == ("الشمال", "North Korea")


def test_the_longest_name_counts_whichever_source_has_it() -> None:
    editor = Synonyms((("Korea", "كوريا"), ("Bank of China", "بنك الصين")))
    assert list(forms("North Korea", synonyms=editor)) == ["North Korea"]
    assert forms("the Bank of China", synonyms=editor) == {"Bank of China": ("بنك الصين",)}


def test_a_question_without_names_has_no_expansions() -> None:
    assert expansions("ماذا قال الوزير؟", EDITOR, FOUR) == ()
    assert expansions("", EDITOR, FOUR) == ()


NAMES = st.sampled_from(
    (
        *("كوريا الشمالية", "North Korea", "金正恩", "в июле", "\u200f", "é", "ﷺ", "للصين"),
        *("Вагнера", "7月", "\u1112\u1161\u11ab", "e\u0301", "U.S."),
    )
)


@given(st.lists(st.text(max_size=8) | NAMES, max_size=12), st.sampled_from(["", " "]))
def test_expansions_of_any_text_stand_where_they_say(parts: list[str], between: str) -> None:
    question = between.join(parts)
    last = 0
    for one in expansions(question, EDITOR, FOUR):
        assert isinstance(one, Expansion)
        assert last <= one.start < one.end
        assert question[one.start : one.end] == one.asked
        assert one.forms
        assert len(set(one.forms)) == len(one.forms)
        last = one.end


WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)


@given(WORDS, WORDS)
def test_any_pair_of_words_can_be_synonyms(one: str, other: str) -> None:
    found = Synonyms(((one, other),)).found(f"{one} {other}")
    assert all(f"{one} {other}"[named.start : named.end] == named.asked for named in found)


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_bytes("\ufeff# الأسماء\n\n  الشمال =  كوريا   الشمالية \r\na=b=c\n".encode())
    assert Synonyms.read(file).groups == (("الشمال", "كوريا الشمالية"), ("a", "b", "c"))


def test_without_a_file_there_are_no_synonyms(tmp_path: Path) -> None:
    assert Synonyms.read(tmp_path / "synonyms.txt").groups == ()
    assert current(tmp_path / "synonyms.txt")[1] is None


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"a = b\nalone\n", 2, "no = stands there"),
        (b"a = \n", 1, "an empty name"),
        (b"a = = b\n", 1, "an empty name"),
        (b"a = !?\n", 1, "without letters"),
        (b"# ok\n\xff\xfe = b\n", 2, "not UTF-8"),
        (b"a = b\n\nB = c\n", 3, "already stands on line 1"),
        (b"a = " + b"b" * 121, 1, "more than 120 characters"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: bytes, line: int, what: str) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        Synonyms.read(file)
    assert f"synonyms.txt, line {line}: " in str(caught.value)
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        Synonyms.read(tmp_path)
    large = tmp_path / "synonyms.txt"
    large.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(ConfigurationError, match="bytes: shorten it"):
        Synonyms.read(large)


def write(file: Path, text: str, age: int) -> None:
    file.write_text(text, encoding="utf-8")
    moment = time.time() - age
    os.utime(file, (moment, moment))


def test_the_file_is_read_anew_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    write(file, "a = b\n", age=9)
    first, problem = current(file)
    assert (first.groups, problem) == ((("a", "b"),), None)
    assert current(file)[0] is first
    write(file, "a = c\n", age=5)
    assert current(file)[0].groups == (("a", "c"),)
    file.unlink()
    assert current(file)[0].groups == ()


def test_a_bad_file_leaves_the_last_good_one_in_use(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    write(file, "a = b\n", age=9)
    good, _ = current(file)
    write(file, "alone\n", age=5)
    kept, problem = current(file)
    assert kept is good
    assert problem is not None
    assert "line 1" in problem
    assert current(file) == (good, problem)
    write(file, "a = d\n", age=1)
    assert current(file)[1] is None
    assert current(file)[0].groups == (("a", "d"),)


def test_a_folder_in_its_place_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    synonyms, problem = current(tmp_path)
    assert synonyms.groups == ()
    assert problem is not None
    assert "cannot be read" in problem
