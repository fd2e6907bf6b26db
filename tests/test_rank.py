"""The ranking: what each channel brings in, what it adds, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.split import sentences
from retrieval.index.index import Index, Text
from retrieval.question.expand import Expansion
from retrieval.question.understand import Question, understand
from retrieval.search.rank import DENSE, HEADLINE, LEXICAL, NAMES, WORDS, Ranking, rank
from retrieval.types import Channel, Embedder
from tests.embedders import Axes, embedder

FILLER = ("It rained all day.", "Nobody came.", "Wheat was sown late.", "The choir sang again.")


AXES = Axes({"storm": 1, "gale": 1, "calm": -1}, rest=0.01)


def index(
    *bodies: str, headlines: Sequence[str | None] = (), model: Embedder | None = None
) -> Index:
    """Each body is one passage."""
    titles = [*headlines, *[None] * (len(bodies) - len(headlines))]
    texts = [
        Text(body, sentences(body, "en"), [(0, len(body))], headline)
        for body, headline in zip(bodies, titles, strict=True)
    ]
    return Index.build(texts, model or AXES, embedder())


def ask(
    question: str,
    over: Index,
    *expansions: Expansion,
    model: Embedder | None = None,
    bridge: bool = True,
) -> Question:
    return understand(question, over, model or AXES, expansions, bridge=bridge)


def ranked(question: str, *bodies: str, channel: Channel = Channel.HYBRID) -> Ranking:
    over = index(*bodies)
    return rank(ask(question, over), over, channel=channel)


# ---------------------------------------------------------------- what is proposed


def test_each_channel_proposes() -> None:
    """The nearest vector, the shared word, and the name in another script, one passage each."""
    over = index("A gale came.", "Grain of Halden was sold.", "وصل لافروف مساء.", *FILLER * 3)
    asked = ask("storm grain Lavrov", over)
    found = rank(asked, over, proposed=1)
    assert {0, 1, 2} <= set(found.rows.tolist())
    assert len(found.rows) <= 3
    by_row = {row: at for at, row in enumerate(found.rows.tolist())}
    assert found.dense[by_row[0]] > 0.9
    assert found.lexical[by_row[1]] > 0
    assert found.names[by_row[2]] > 0
    assert found.names[by_row[0]] == found.names[by_row[1]] == 0


@pytest.mark.parametrize(
    ("question", "word", "counts"),
    [
        # «kim» asks in Turkish, « un » is an article in French
        ("Who did Kim meet?", "kim", True),
        ("What did the UN report?", "un", True),
        ("Bu mektubu kim yazdı?", "kim", False),
        ("Combien de soldats un bateau a-t-il sauvés ?", "un", False),
        ("WHO DID KIM MEET?", "kim", False),
    ],
)
def test_a_name_counts_where_its_word_asks_in_another_language(
    question: str, word: str, counts: bool
) -> None:
    assert (word in ask(question, index("war")).sought.words) is counts


def test_without_a_bridge_no_name_is_looked_for_in_another_script() -> None:
    over = index("وصل لافروف مساء.", *FILLER)
    bare = rank(ask("Lavrov", over, bridge=False), over)
    assert not bare.names.any()
    assert rank(ask("Lavrov", over), over).names.max() == pytest.approx(1)


def test_other_names_of_what_is_asked_for_are_found() -> None:
    bodies = ("The HC opened.", *FILLER)
    over = index(*bodies)
    plain = rank(ask("Halden Cove", over), over)
    expanded = rank(ask("Halden Cove", over, Expansion("Halden Cove", ("HC",), 0, 11)), over)
    assert expanded.rows[0] == 0
    assert expanded.words[0] == pytest.approx(1)
    assert plain.words[plain.rows.tolist().index(0)] < 0.9


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("allowed", [(), (3,), (1, 4), (0, 1, 2, 3, 4)])
def test_only_allowed_rows_are_ranked(channel: Channel, allowed: tuple[int, ...]) -> None:
    over = index("A storm.", "A storm came.", "The storm is over.", "Storm", "Calm storm")
    rows = np.array(allowed, dtype=np.int64)
    found = rank(ask("storm", over), over, rows, channel=channel)
    assert sorted(found.rows.tolist()) == list(allowed)
    whole = rank(ask("storm", over), over, channel=channel)
    scores = dict(zip(whole.rows.tolist(), whole.scores.tolist(), strict=True))
    for row, score in zip(found.rows.tolist(), found.scores.tolist(), strict=True):
        assert score == pytest.approx(scores[row], abs=1e-6)


def test_as_many_are_proposed_as_are_asked_for() -> None:
    over = index(*(f"A storm number {number}." for number in range(30)))
    asked = ask("storm", over)
    for channel in Channel:
        for proposed in (1, 7, 30, 99):
            found = rank(asked, over, channel=channel, proposed=proposed)
            assert len(found.rows) >= min(proposed, 30)
            assert len(set(found.rows.tolist())) == len(found.rows)


# ---------------------------------------------------------------- scores


@cache
def real() -> Index:
    bodies = (
        "The ferry left at seven. It carried wheat! The harbour stayed open.",
        "وصل لافروف إلى ونسان مساء الجمعة. وبدأت المحادثات صباح السبت.",
        "Лавров прибыл в Вонсан. Встреча прошла в порту.",
        "拉夫罗夫抵达元山。会谈于周六开始。",
        "1 2 3. 2025.",
        *FILLER,
    )
    return index(*bodies, headlines=(None, "لافروف في ونسان", "Порт"), model=embedder())


_WORDS = st.sampled_from(
    [
        "ferry",
        "wheat",
        "Lavrov",
        "لافروف",
        "Лавров",
        "المحادثات",
        "会谈",
        "拉夫罗夫",
        "2025",
        "seven",
        "copper",
        "من",
        "the",
    ]
)
_QUESTIONS = st.lists(_WORDS, min_size=1, max_size=6).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(_QUESTIONS, st.sampled_from(list(Channel)))
def test_all_scores_lie_between_0_and_1(question: str, channel: Channel) -> None:
    found = rank(ask(question, real(), model=embedder()), real(), channel=channel)
    for values in (found.scores, found.dense, found.lexical, found.words, found.names):
        assert values.dtype == np.float32
        assert len(values) == len(found.rows)
        assert (values >= 0).all()
        assert (values <= 1 + 1e-6).all()


@settings(max_examples=60, deadline=None)
@given(_QUESTIONS, st.sampled_from(list(Channel)))
def test_the_best_come_first_and_always_the_same(question: str, channel: Channel) -> None:
    asked = ask(question, real(), model=embedder())
    found = rank(asked, real(), channel=channel)
    keys = list(zip((-found.scores).tolist(), found.rows.tolist(), strict=True))
    assert keys == sorted(keys)
    again = rank(ask(question, real(), model=embedder()), real(), channel=channel)
    assert again.rows.tolist() == found.rows.tolist()
    assert again.scores.tolist() == found.scores.tolist()


def test_the_score_is_the_weighted_mean_of_the_parts() -> None:
    assert abs(DENSE + LEXICAL + WORDS + NAMES - 1) < 1e-9
    found = ranked("storm Lavrov", "A storm.", "وصل لافروف.", *FILLER)
    expected = (
        DENSE * found.dense + LEXICAL * found.lexical + WORDS * found.words + NAMES * found.names
    )
    np.testing.assert_allclose(found.scores, expected, atol=1e-6)


@pytest.mark.parametrize("number", [2, 3, 8, 13, 40])
def test_equal_passages_have_equal_scores_and_fall_by_row(number: int) -> None:
    for channel in Channel:
        found = ranked("storm at sea", *["A storm at sea. It was dark."] * number, channel=channel)
        assert len(set(found.scores.tolist())) == 1
        assert found.rows.tolist() == list(range(number))


def test_a_vector_that_points_away_counts_as_none() -> None:
    found = ranked("storm", "calm calm", *FILLER)
    assert dict(zip(found.rows.tolist(), found.dense.tolist(), strict=True))[0] == 0


def test_the_best_window_of_a_long_passage_counts() -> None:
    """A passage that says it in one sentence goes before one that spreads it over all."""
    together = "The old pilot guided the ferry. " + " ".join(FILLER)
    spread = " ".join(["The old mill.", FILLER[0], "A pilot.", FILLER[1], FILLER[2], "One ferry."])
    found = ranked("old pilot ferry", spread, together)
    assert found.rows[0] == 1
    assert found.words[0] > found.words[1]


def test_two_neighbouring_sentences_are_one_window() -> None:
    near = ["The pilot was old.", "He took the ferry.", FILLER[0], FILLER[1]]
    apart = ["The pilot was old.", FILLER[0], FILLER[1], "He took the ferry."]
    found = ranked("old pilot ferry", " ".join(apart), " ".join(near))
    assert found.rows[0] == 1
    assert found.words[0] > found.words[1]


def test_a_window_does_not_reach_into_the_next_passage() -> None:
    over = index("The pilot was old.", "He took the ferry.", *FILLER)
    asked = ask("old pilot ferry", over)
    beside = rank(asked, over, np.array([0, 1]))
    for row in (0, 1):
        (alone,) = rank(asked, over, np.array([row])).words
        assert alone < 1
        assert beside.words[beside.rows.tolist().index(row)] == pytest.approx(alone, abs=1e-6)


# ---------------------------------------------------------------- the headline


def test_a_word_of_the_headline_counts_a_little() -> None:
    bodies = ("It opened on Monday.", "It opened on Monday.", "The regatta opened on Monday.")
    over = index(*bodies, headlines=(None, "Regatta"))
    found = rank(ask("regatta", over), over)
    words = dict(zip(found.rows.tolist(), found.words.tolist(), strict=True))
    assert words[0] < words[1] < words[2]
    # half of it is the best window, which the headline does not lend to
    assert words[1] == pytest.approx((HEADLINE + words[0]) / 2, abs=0.02)


def test_a_name_of_the_headline_counts_a_little() -> None:
    over = index(FILLER[0], FILLER[0], "وصل لافروف.", headlines=(None, "لافروف"))
    found = rank(ask("Lavrov", over), over)
    names = dict(zip(found.rows.tolist(), found.names.tolist(), strict=True))
    assert names == {0: 0, 1: pytest.approx(HEADLINE), 2: pytest.approx(1)}


# ---------------------------------------------------------------- one channel alone


def test_where_the_words_are_silent_the_vectors_carry() -> None:
    found = ranked("storm", "A gale came.", "Nobody came.", "Wheat.")
    assert found.rows[0] == 0
    assert not found.lexical.any()
    assert not found.names.any()


def test_where_the_vectors_are_silent_the_words_carry() -> None:
    found = ranked("wheat", *FILLER)
    assert found.rows[0] == 2
    assert len(set(found.dense.tolist())) == 1
    assert found.lexical[0] > found.lexical[1:].max()


def test_the_lexical_channel_alone_knows_no_meaning() -> None:
    assert ranked("storm", "A gale came.", *FILLER, channel=Channel.LEXICAL).rows.tolist() == []
    found = ranked("storm wheat", "A gale came.", *FILLER, channel=Channel.LEXICAL)
    assert found.rows.tolist() == [3]


def test_the_lexical_channel_alone_finds_names_in_other_scripts() -> None:
    found = ranked("Lavrov", "وصل لافروف.", *FILLER, channel=Channel.LEXICAL)
    assert found.rows.tolist() == [0]
    assert 0 < found.scores[0] <= 1


def test_the_dense_channel_alone_counts_no_shared_terms() -> None:
    found = ranked("storm wheat", "A gale.", *FILLER, channel=Channel.DENSE)
    expected = (DENSE * found.dense + WORDS * found.words) / (DENSE + WORDS)
    np.testing.assert_allclose(found.scores, expected, atol=1e-6)
    assert len(found.rows) == 1 + len(FILLER)


def test_nothing_in_common_and_no_vectors_is_an_empty_ranking() -> None:
    found = ranked("quarterly accounts", *FILLER, channel=Channel.LEXICAL)
    assert all(
        len(values) == 0
        for values in (found.rows, found.scores, found.dense, found.lexical, found.words)
    )


def test_passages_without_words_are_ranked_last() -> None:
    found = ranked("storm", "1 2 3.", "A storm.", "7.")
    assert found.rows[0] == 1
    assert (found.scores[1:] < found.scores[0]).all()
