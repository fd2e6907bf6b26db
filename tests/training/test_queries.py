from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from corpus.language.tokens import words
from retrieval.training import queries
from retrieval.training.lexicon import Lexicon
from retrieval.training.sources import LANGUAGES, Story

STORY = Story(
    "خبر قصير عن النهر",
    "موجز",
    tuple(f"جملة رقم {number} تقول شيئا عن النهر والجسر والمدينة" for number in range(9)),
)
LEXICON = Lexicon(
    {
        "نهر": {"en": {"river": 1.0}, "ar": {"وادي": 1.0}},
        "جسر": {"en": {"bridge": 1.0}},
        "مدينه": {"en": {"city": 1.0}},
        "جمله": {"en": {"sentence": 1.0}},
        "قصير": {"en": {"short": 1.0}},
        "خبر": {"en": {"news": 1.0}},
    }
)


def test_every_language_has_asking_words() -> None:
    assert all(queries.openers(language) for language in LANGUAGES)


def test_passages_hold_all_sentences_in_order() -> None:
    assert " ".join(queries.passages(STORY)) == " ".join(STORY.sentences)


@given(st.integers())
def test_a_fragment_keeps_words_and_their_order(seed: int) -> None:
    sentence = STORY.sentences[0]
    left = iter(words(sentence))
    assert all(word in left for word in queries.fragment(sentence, Random(seed)))


@given(st.integers())
def test_coverage_pairs_hold_texts_of_the_article(seed: int) -> None:
    pairs = list(queries.coverage(STORY, Random(seed)))
    assert [pair[0] for pair in pairs[:3]] == [STORY.headline, STORY.headline, STORY.summary]
    context = pairs[-1]
    assert context[0] in STORY.sentences
    assert context[0] not in context[1]


@given(st.integers())
def test_made_queries_are_in_the_language_asked_for(seed: int) -> None:
    for query, passage in queries.crossed(STORY, LEXICON, ["en"], 4, Random(seed)):
        known = {"river", "bridge", "city", "sentence", "short", "news"}
        known |= {word for opener in queries.openers("en") for word in opener.split()}
        kept = set(words(STORY.headline + " " + " ".join(STORY.sentences)))
        assert set(query.split()) <= known | kept
        assert any(sentence in passage for sentence in STORY.sentences)


@given(st.integers())
def test_fragments_stand_in_their_passage(seed: int) -> None:
    bare = Lexicon({})
    for query, passage in queries.fragments(STORY, bare, {}, 3, Random(seed)):
        opener = {word for one in queries.openers("ar") for word in words(one)}
        assert set(words(query)) <= set(words(passage)) | opener


@given(st.integers())
def test_words_stand_as_in_the_coverage_beside_their_translations(seed: int) -> None:
    counted = Counter(word for text in STORY.sentences for word in words(text))
    pairs = list(queries.forms(counted, LEXICON, ["en"], Random(seed)))
    assert {("والمدينه", "city"), ("النهر", "river")} <= set(pairs)
    counts = Counter(word for word, _ in pairs)
    assert counts["والمدينه"] == (9).bit_length()
    assert "خبر" not in counts  # only in the headline


def test_a_query_may_have_another_form_of_a_word() -> None:
    counted = Counter({"النهر": 5, "بالنهر": 3, "نهر": 9, "نهره": 1, "الجسور": 4})
    inflected = queries.by_stem(counted)
    assert inflected == {"نهر": ["النهر", "بالنهر"], "جسور": ["الجسور"]}
    made = {
        word
        for seed in range(40)
        for query, _ in queries.fragments(STORY, Lexicon({}), inflected, 8, Random(seed))
        for word in query.split()
    }
    assert "بالنهر" in made
