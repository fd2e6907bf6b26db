"""Word by word: what finds what, in figures that can be worked out by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import IndexDamaged
from corpus.language.name_keys import script, written_names
from corpus.language.tokens import words
from retrieval.index.joined import gather
from retrieval.index.word_builder import WordTable
from retrieval.index.word_index import Matched, Sought, WordIndex, stems, weights
from retrieval.models.vectors import unit
from retrieval.types import Embedder, Rows, Vectors

# Words that stand nowhere here are found by form and name only.
PLACES = {
    "ship": (1.0, 0.0, 0.0),
    "boat": (0.8, 0.6, 0.0),
    "hill": (-1.0, 0.0, 0.0),
    "2025": (0.0, 0.0, 1.0),
    "2026": (0.0, 0.1, 1.0),
    "year": (0.0, 0.0, 1.0),
}
TEXTS = ("The ship left.", "", "A boat, a boat!", "؟!", "2025")


def word_index(sentences: Iterable[str], aligner: Embedder) -> WordIndex:
    """Index sentences; row numbers are their order."""
    table = WordTable()
    for sentence in sentences:
        table.add(sentence)
    return table.index(aligner)


class Places:
    """A few words are where `PLACES` says, all others nowhere."""

    name = "places"
    digest = "places"
    dimensions = 3

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        rows = [PLACES.get(text, (0.0, 0.0, 0.0)) for text in texts]
        return unit(np.array(rows, dtype=np.float32).reshape(-1, 3))

    embed_passages = embed_queries


def built(*sentences: str) -> WordIndex:
    return word_index(sentences, Places())


def every(sentences: Sequence[str]) -> Rows:
    return np.arange(len(sentences), dtype=np.int64)


def sought(
    index: WordIndex, question: str, *forms: tuple[tuple[int, ...], str], named: bool = False
) -> Sought:
    found = words(question)
    return Sought(
        tuple(found),
        Places().embed_queries(found),
        stems(found),
        tuple(index.named(word) if named else np.zeros(0, dtype=np.int64) for word in found),
        tuple((places, stems(words(form))) for places, form in forms),
    )


def meaning(
    question: str, *sentences: str, forms: Sequence[tuple[tuple[int, ...], str]] = ()
) -> list[list[float]]:
    """How well each word is found in each sentence, by form or meaning."""
    index = built(*sentences)
    made = gather([index], every(sentences)).matched(sought(index, question, *forms))
    assert made.name.shape == made.meaning.shape == (len(words(question)), len(sentences))
    assert not made.name.any()
    return [[round(value, 2) for value in row] for row in made.meaning.tolist()]


def held(index: WordIndex) -> list[Counter[str]]:
    """The words of every sentence and how often it has each."""
    vocabulary = index.vocabulary()
    rows = index.counts().toarray().astype(int)
    return [
        Counter({vocabulary[at]: int(row[at]) for at in np.flatnonzero(row).tolist()})
        for row in rows
    ]


# ---------------------------------------------------------------- names

NAMES = (
    ("lavrov", "лавров"),
    ("lavrov", "لافروف"),
    ("lavrov", "라브로프"),
    ("lawrow", "лавров"),
    ("lawrow", "لافروف"),
    ("лавров", "لافروف"),
    ("лавров", "라브로프"),
    ("لافروف", "라브로프"),
    ("rubio", "рубио"),
    ("rubio", "روبيو"),
    ("рубио", "روبيو"),
    ("nordwind", "нордвинд"),
    ("nordwind", "نوردويند"),
    ("wonsan", "вонсан"),
    ("wonsan", "ونسان"),
    ("вонсан", "ونسان"),
    ("lavrov", "ولافروف"),
)
PLAIN = (
    *("minister", "talks", "harbour", "monday", "people", "lawyer", "robin", "northern", "war"),
    *("محادثات", "ميناء", "الاثنين", "سفينة", "الناس", "عشرين", "مدينة", "مساء", "وصل"),
    *("встреча", "гавань", "понедельник", "корабль", "люди", "закон", "север", "вечер", "город"),
)


def named(asked: str, *written: str) -> set[str]:
    index = built(" ".join(written))
    return {index.word(number) for number in index.named(asked).tolist()}


@pytest.mark.parametrize(("one", "other"), NAMES)
def test_a_name_and_its_spelling_in_another_script_find_each_other(one: str, other: str) -> None:
    assert named(one, *PLAIN, other) == {other}
    assert named(other, *PLAIN, one) == {one}


@pytest.mark.parametrize("written", ["lavrov", "лавров", "لافروف"])
def test_a_chinese_name_is_found_among_the_words_of_a_question(written: str) -> None:
    found = [name for name in written_names("拉夫罗夫何时抵达？") if named(name, *PLAIN, written)]
    assert "拉夫罗夫" in found
    assert all(set(name) & set("拉夫罗") for name in found)


@pytest.mark.parametrize("word", ["lavrov", "лавров", "لافروف"])
def test_a_name_in_the_same_script_is_left_to_the_form(word: str) -> None:
    same = {"lavrov": "lawrow", "лавров": "лавроф", "لافروف": "لاوروف"}[word]
    assert script(word) == script(same)
    assert named(word, word, same) == set()


@pytest.mark.parametrize("word", PLAIN)
def test_common_words_are_no_names_of_one_another(word: str) -> None:
    assert named(word, *PLAIN, *(name for pair in NAMES for name in pair)) == set()


@pytest.mark.parametrize("word", ["", "7", "2025", "ب", "a", "山"])
def test_what_has_no_key_has_no_namesake(word: str) -> None:
    assert named(word, *PLAIN, "2025", "7") == set()


def test_names_are_found_apart_from_meaning() -> None:
    index = built("وصل لافروف", "Lavrov arrived")
    made = gather([index], every("ab")).matched(sought(index, "Lavrov", named=True))
    assert made.name.tolist() == [[1, 0]]
    assert made.meaning.tolist() == [[0, 1]]


# ---------------------------------------------------------------- matching


def test_a_word_is_found_as_itself_by_its_stem_and_by_its_meaning() -> None:
    assert meaning("ship", "a ship", "a boat", "a hill", "an island") == [[1, 0.8, 0, 0]]
    assert meaning("سفينة", "هذه السفينة", "والسفينة", "ميناء") == [[1, 1, 0]]


def test_the_nearest_word_of_a_sentence_counts() -> None:
    assert meaning("ship", "a boat and a ship on a hill") == [[1]]
    assert meaning("boat", "a hill", "a ship on a hill") == [[0, 0.8]]


def test_a_number_is_found_only_as_itself() -> None:
    assert meaning("2025", "in 2025", "in 2026", "that year") == [[1, 0, 0]]
    assert meaning("year", "in 2025", "that year") == [[1, 1]]
    assert meaning("٢٠٢٥", "2025") == [[1]]


def test_sentences_without_words_hold_nothing() -> None:
    assert meaning("ship", "", "a ship", "?!", "…", "a ship", "") == [[0, 1, 0, 0, 1, 0]]
    assert meaning("ship", "", "?!") == [[0, 0]]


def test_a_name_of_several_words_needs_all_of_them_in_one_sentence() -> None:
    forms = [((0,), "Halden Cove")]
    sentences = ("near Halden", "in the Cove", "in Halden Cove", "in the Cove of Halden")
    assert meaning("Seaport", *sentences, forms=forms) == [[0, 0, 1, 1]]


def test_a_form_stands_for_all_its_words_and_for_none_other() -> None:
    forms = [((0, 1), "HC"), ((2,), "trip")]
    assert meaning("Halden Cove visit", "HC", "trip", "Cove", forms=forms) == [
        [1, 0, 0],
        [1, 0, 1],
        [0, 1, 0],
    ]


def test_any_form_of_a_word_will_do() -> None:
    forms = [((0,), "quay"), ((0,), "mole")]
    assert meaning("pier", "quay", "mole", "pier", "pit", forms=forms) == [[1, 1, 1, 0]]


def test_pooled_is_the_best_of_neighbours() -> None:
    index = built("a boat", "a ship", "", "a boat", "لافروف")
    made = gather([index], every("abcde")).matched(sought(index, "ship lavrov", named=True))
    pooled = made.pooled(np.array([0, 2, 3]))
    expected = np.array([[1, 0, 0.8], [0, 0, 0]], dtype=np.float32)
    np.testing.assert_allclose(pooled.meaning, expected, atol=1e-3)
    assert pooled.name.tolist() == [[0, 0, 0], [0, 0, 1]]


def test_the_words_of_some_sentences_in_any_order() -> None:
    index = built(*TEXTS)
    asked = sought(index, "ship boat 2025")
    whole = gather([index], every(TEXTS)).matched(asked)
    for rows in ([0], [4, 0], [2, 2, 1], [3], [1, 3]):
        some = gather([index], np.array(rows)).matched(asked)
        np.testing.assert_array_equal(some.meaning, whole.meaning[:, rows])


# ---------------------------------------------------------------- weights


def figures(*rows: Sequence[float], names: Sequence[Sequence[float]] | None = None) -> Matched:
    made = np.array(rows, dtype=np.float32)
    return Matched(
        made, np.zeros_like(made) if names is None else np.array(names, dtype=np.float32)
    )


def test_a_word_weighs_what_it_tells_apart() -> None:
    nowhere, once, everywhere = weights(figures([0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 1, 1])).tolist()
    assert nowhere == pytest.approx(log(1 + 4.5 / 0.5))
    assert once == pytest.approx(log(1 + 3.5 / 1.5))
    assert everywhere == pytest.approx(0.2)  # never nothing


def test_a_near_word_counts_as_far_as_it_is_near() -> None:
    near, far = weights(figures([0.75, 0, 0, 0], [0.5, 0.4, 0, 0])).tolist()
    assert near == pytest.approx(log(1 + 4 / 1))
    assert far == pytest.approx(log(1 + 4.5 / 0.5))


def test_a_name_counts_as_the_word() -> None:
    by_name = weights(figures([0, 0, 0], names=[[1, 0, 0]]))
    np.testing.assert_allclose(by_name, weights(figures([1, 0, 0])))


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30))
def test_no_word_weighs_more_than_one_that_stands_nowhere(found: list[float]) -> None:
    some, none = weights(figures(found, [0.0] * len(found))).tolist()
    assert 0 < some <= none


# ---------------------------------------------------------------- kept and saved

_WORDS = st.sampled_from(
    [
        "ship",
        "boat",
        "2025",
        "لافروف",
        "Lavrov",
        "Лавров",
        "السفينة",
        "سفينة",
        "会谈",
        "g7",
        "e\u0301",
    ]
)
_SENTENCES = st.lists(st.lists(_WORDS, max_size=5).map(" ".join), min_size=1, max_size=8)
_ASKED = "ship Lavrov سفينة 2025 会谈"


def same(one: WordIndex, other: WordIndex, sentences: int) -> None:
    """Whether two indexes answer alike: the numbers of words may differ."""
    assert held(one) == held(other)
    rows = np.arange(sentences, dtype=np.int64)
    first, second = (
        gather([each], rows).matched(sought(each, _ASKED, ((0,), "boat"), named=True))
        for each in (one, other)
    )
    np.testing.assert_array_equal(first.meaning, second.meaning)
    np.testing.assert_array_equal(first.name, second.name)


@settings(max_examples=60, deadline=None)
@given(_SENTENCES, _SENTENCES, st.data())
def test_sentences_kept_are_as_good_as_new(
    before: list[str], fresh: list[str], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(before) - 1))
    last = data.draw(st.integers(first + 1, len(before)))
    table, earlier = WordTable(), built(*before)
    table.add(fresh[0])
    table.keep(earlier, first, last)
    for sentence in fresh[1:]:
        table.add(sentence)
    sentences = [fresh[0], *before[first:last], *fresh[1:]]
    same(table.index(Places()), built(*sentences), len(sentences))


def test_only_new_words_are_embedded() -> None:
    embedded: list[str] = []

    class Counting(Places):
        def embed_queries(self, texts: Sequence[str]) -> Vectors:
            embedded.extend(texts)
            return super().embed_queries(texts)

    table = WordTable()
    table.keep(built("a ship left"), 0, 1)
    table.add("a boat left")
    table.index(Counting())
    assert embedded == ["boat"]


@settings(max_examples=40, deadline=None)
@given(_SENTENCES)
def test_what_is_saved_is_opened_again(sentences: list[str]) -> None:
    made = built(*sentences)
    with TemporaryDirectory() as name:
        made.save(Path(name) / "words")
        opened = WordIndex.open(Path(name) / "words", len(sentences), 3)
        assert len(opened) == len(made)
        assert opened.vocabulary() == made.vocabulary()
        same(opened, made, len(sentences))


def test_no_sentences_at_all(tmp_path: Path) -> None:
    built().save(tmp_path / "words")
    opened = WordIndex.open(tmp_path / "words", 0, 3)
    assert opened.vocabulary() == []
    assert opened.named("lavrov").tolist() == []


# ---------------------------------------------------------------- damage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built(*TEXTS, "لافروف").save(tmp_path / "words")
    return tmp_path / "words"


def open_and_ask(folder: Path) -> None:
    index = WordIndex.open(folder, len(TEXTS) + 1, 3)
    made = gather([index], every((*TEXTS, "لافروف"))).matched(sought(index, _ASKED, named=True))
    assert np.isfinite(made.meaning).all()


def test_what_is_whole_is_opened(folder: Path) -> None:
    open_and_ask(folder)


@pytest.mark.parametrize(("sentences", "dimensions"), [(5, 3), (7, 3), (6, 2), (6, 4)])
def test_another_size_is_refused(folder: Path, sentences: int, dimensions: int) -> None:
    with pytest.raises(IndexDamaged):
        WordIndex.open(folder, sentences, dimensions)


FILES = ("spelled", "ends", "vectors", "held", "offsets", "stems", "keys", "keyed", "scripts")


def test_there_are_no_other_files(folder: Path) -> None:
    assert {file.name for file in folder.iterdir()} == set(FILES)


@pytest.mark.parametrize("spoil", ["missing", "empty", "shortened", "longer", "odd"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_length_is_refused(folder: Path, name: str, spoil: str) -> None:
    file = folder / name
    content = file.read_bytes()
    file.unlink()
    if spoil != "missing":
        written = {"empty": b"", "shortened": content[:-8], "longer": content + bytes(8)}
        file.write_bytes(written.get(spoil, content[:-1]))
    with pytest.raises(IndexDamaged):
        WordIndex.open(folder, len(TEXTS) + 1, 3)


@pytest.mark.parametrize("filled", [b"\xff", b"\x80", b"\x7f", b"\x00", b"\x11"])
@pytest.mark.parametrize("name", FILES)
def test_garbage_of_the_same_length_is_refused_or_does_no_harm(
    folder: Path, name: str, filled: bytes
) -> None:
    file = folder / name
    file.write_bytes(filled * len(file.read_bytes()))
    try:
        open_and_ask(folder)
    except IndexDamaged:
        return
    assert name not in ("ends", "offsets")


def test_vectors_that_are_no_numbers_are_refused(folder: Path) -> None:
    held = np.fromfile(folder / "vectors", dtype=np.float16)
    held[0] = np.nan
    held.tofile(folder / "vectors")
    with pytest.raises(IndexDamaged):
        open_and_ask(folder)
