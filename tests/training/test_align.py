from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.training.align import aligned

NOUNS = [("سفينه", "ship"), ("جسر", "bridge"), ("قمح", "wheat"), ("نهر", "river")]
VERBS = [("رايت", "saw"), ("نسيت", "forgot"), ("بعت", "sold")]
PAIRS = [([verb, noun], [v, "the", n]) for verb, v in VERBS for noun, n in NOUNS]


def test_words_that_go_together_are_found() -> None:
    found = aligned(PAIRS, least=0.2)
    for arabic, english in NOUNS + VERBS:
        assert max(found[arabic], key=lambda other: found[arabic][other]) == english


def test_what_is_seen_once_is_left_out() -> None:
    assert "ريح" not in aligned([*PAIRS, (["ريح"], ["wind"])], least=0.2)
    assert aligned([*PAIRS, (["ريح"], ["wind"])], least=0.2, seen=1.0)["ريح"] == {"wind": 1.0}


def test_nothing_gives_nothing() -> None:
    assert aligned([], least=0.1) == {}


WORDS = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=12))
def test_weights_are_shares(pairs: list[tuple[list[str], list[str]]]) -> None:
    found = aligned(pairs, least=0.3, seen=0.5)
    assert all(0.3 <= weight <= 1 + 1e-9 for row in found.values() for weight in row.values())
    together = {(one, other) for left, right in pairs for one in left for other in right}
    assert {(one, other) for one, row in found.items() for other in row} <= together
