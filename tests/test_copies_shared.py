"""What two texts share, and how one was edited into the other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.copies.shared import SENTENCE_WORDS, STRETCH_WORDS, Stretch, common_runs, shared
from corpus.copies.worddiff import edits
from corpus.copies.words import words_of

FERRY = (
    "The harbour authority opened a second quay on Monday after two years of work, and ferries"
    " from four towns along the coast will call there every morning from the first of June."
)
SPEECH = "we have waited long for this quay and the towns along our coast will prosper by it always"
BODIES = st.lists(
    st.lists(st.sampled_from("abcdefghij"), max_size=40).map(" ".join), min_size=1, max_size=4
).map(". ".join)


def between(one: str, other: str) -> tuple[Stretch, ...]:
    return shared(words_of(one), words_of(other))


def words(count: int, name: str = "w") -> str:
    return " ".join(f"{name}{number}" for number in range(count))


def test_a_paragraph_that_stands_in_both_is_found_to_the_character() -> None:
    one, other = f"Quite another opening here.\n{FERRY}", f"{FERRY}\nAnd a last line of its own."
    (found,) = between(one, other)
    assert one[found.start : found.end] + "." == FERRY
    assert other[found.other_start : found.other_end] + "." == FERRY
    assert found.equal == len(words_of(FERRY))


def test_an_edit_does_not_break_a_stretch() -> None:
    edited = FERRY.replace("after two years of work", "when two years of labour had passed")
    (found,) = between(FERRY, edited)
    assert found.equal == len(words_of(FERRY)) - 2
    assert FERRY[found.start : found.end] + "." == FERRY


def test_a_whole_sentence_is_enough() -> None:
    sentence = words(SENTENCE_WORDS)
    assert between(f"{words(9, 'a')}. {sentence}.", f"{words(9, 'b')}. {sentence}.")


def test_a_phrase_within_longer_sentences_is_not() -> None:
    phrase = words(STRETCH_WORDS - 1)
    assert not between(
        f"{words(20, 'a')} {phrase} {words(20, 'c')}.", f"{words(20, 'b')} {phrase} {words(20)}."
    )


def test_a_long_run_is_enough_wherever_it_stands() -> None:
    run = words(STRETCH_WORDS)
    assert between(f"{words(20, 'a')} {run} {words(20, 'c')}", f"{words(20, 'b')} {run}, {run}.")


def test_a_short_sentence_is_not() -> None:
    sentence = words(SENTENCE_WORDS - 1)
    assert not between(f"{words(9, 'a')}. {sentence}.", f"{words(9, 'b')}. {sentence}.")


@pytest.mark.parametrize("marks", ["«»", "“”", '""', "‹›"])
def test_speech_that_two_reporters_carry_is_no_copy(marks: str) -> None:
    said = f"{marks[0]}{SPEECH}, {words(20)}{marks[1]}"
    one = f"The mayor told us on the quay: {said}. She then walked home through the old town."
    other = f"Speaking to the crowd the mayor said {said}, and the band played until the evening."
    assert not between(one, other)


def test_speech_counts_where_the_text_around_it_agrees() -> None:
    one = f"{FERRY}\n{words(20, 'a')}. The mayor: «{SPEECH}». Nobody answered her."
    other = f"{FERRY}\n{words(20, 'b')}. Later, to applause: «{SPEECH}». It rained."
    assert [one[each.start : each.end].strip("«»") for each in between(one, other)] == [
        FERRY[:-1],
        SPEECH,
    ]


def test_paragraphs_that_changed_places_are_both_found() -> None:
    second = " ".join(f"z{number}" for number in range(30))
    found = between(f"{FERRY}\n{words(20)}\n{second}", f"{second}\n{words(20, 'b')}\n{FERRY}")
    assert len(found) == 2
    assert found[0].other_start > found[1].other_start


def test_a_refrain_takes_no_time() -> None:
    refrain = " ".join(["la"] * 50_000)
    assert between(refrain, refrain) == ()


@settings(deadline=None)
@given(BODIES, BODIES)
def test_spans_lie_in_the_bodies_and_counts_fit(one: str, other: str) -> None:
    for found in between(one, other):
        assert 0 <= found.start < found.end <= len(one)
        assert 0 <= found.other_start < found.other_end <= len(other)
        here, there = one[found.start : found.end], other[found.other_start : found.other_end]
        assert SENTENCE_WORDS <= found.equal <= min(len(words_of(here)), len(words_of(there)))
        assert found.turned().turned() == found


@settings(deadline=None)
@given(BODIES, BODIES)
def test_runs_are_equal_words_and_share_none(one: str, other: str) -> None:
    mine, its = words_of(one).keys, words_of(other).keys
    runs = common_runs(mine, its)
    for run in runs:
        here, there = slice(run.one, run.one + run.length), slice(run.other, run.other + run.length)
        assert (mine[here] == its[there]).all()
    for at in ("one", "other"):
        places = [p for r in runs for p in range(getattr(r, at), getattr(r, at) + r.length)]
        assert len(set(places)) == len(places)


def test_edits_are_ranges_of_both_bodies() -> None:
    one, other = "وقع ذلك العام الفائت في حزيران/يونيو.", "وقع ذلك العام الماضي في يونيو!"
    assert [
        (edit.equal, one[edit.start : edit.end], other[edit.other_start : edit.other_end])
        for edit in edits(one, other)
    ] == [
        (True, "وقع ذلك العام", "وقع ذلك العام"),
        (False, "الفائت", "الماضي"),
        (True, "في حزيران/يونيو", "في يونيو"),
    ]


def test_edits_of_a_part_count_from_the_beginning_of_the_bodies() -> None:
    one, other = "x y. A b c d", "q A c d e"
    found = edits(one, other, (5, 12), (2, 9))
    assert [
        (edit.equal, one[edit.start : edit.end], other[edit.other_start : edit.other_end])
        for edit in found
    ] == [(True, "A", "A"), (False, "b", ""), (True, "c d", "c d"), (False, "", "e")]


@settings(deadline=None)
@given(BODIES, BODIES)
def test_equal_edits_have_equal_words_and_all_words_are_in_an_edit(one: str, other: str) -> None:
    mine, its = list[int](), list[int]()
    found = edits(one, other)
    for edit in found:
        here = words_of(one[edit.start : edit.end]).keys.tolist()
        there = words_of(other[edit.other_start : edit.other_end]).keys.tolist()
        assert (here == there) == edit.equal
        mine += here
        its += there
    assert mine == words_of(one).keys.tolist()
    assert its == words_of(other).keys.tolist()
    assert all(a.equal != b.equal for a, b in pairwise(found))


@settings(deadline=None)
@given(BODIES)
def test_a_text_is_not_edited_into_itself(body: str) -> None:
    assert all(edit.equal for edit in edits(body, body))
