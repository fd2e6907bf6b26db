from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.language.text import normalise
from retrieval.training.pieces import PADDING, UNKNOWN, choose, complete, folding

# Without Greek: Python alone knows the sigma that ends a word.
LETTERS = st.one_of(
    st.characters(min_codepoint=0x20, max_codepoint=0x24F),
    st.characters(min_codepoint=0x400, max_codepoint=0x52F),
    st.characters(min_codepoint=0x600, max_codepoint=0x6FF),
)
TEXTS = ["البيت الكبير", "بيت كبير", "the big house", "большой дом"] * 5


@given(st.text(LETTERS))
def test_folding_is_that_of_the_corpus(text: str) -> None:
    assert folding().normalize_str(text) == normalise(text)


def words(text: str, affixes_apart: bool) -> list[str]:
    """The words of a text as the tokenizer parts them."""
    tokenizer = complete(choose(TEXTS, 100, affixes_apart, marked=False))
    assert tokenizer.pre_tokenizer
    assert tokenizer.normalizer
    folded = tokenizer.normalizer.normalize_str(text)
    return [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(folded)]


def test_affixes_can_be_words_of_their_own() -> None:
    text = "والمدينة قال الى مصري المصرية"
    assert words(text, affixes_apart=False) == ["والمدينه", "قال", "الي", "مصري", "المصريه"]
    apart = ["وال", "مدين", "ه", "قال", "الي", "مصر", "ي", "ال", "مصر", "يه"]
    assert words(text, affixes_apart=True) == apart


def test_special_pieces_come_first() -> None:
    tokenizer = choose(TEXTS, 100, affixes_apart=False, marked=True)
    assert [tokenizer.token_to_id(piece) for piece in (UNKNOWN, PADDING)] == [0, 1]
    assert tokenizer.get_vocab_size() <= 100


def test_pieces_join_to_the_folded_words() -> None:
    folded = [normalise(text) for text in TEXTS]
    tokenizer = complete(choose(folded, 100, affixes_apart=True, marked=True))
    found = tokenizer.encode("البيت", add_special_tokens=False).tokens
    assert "".join(found).replace("▁", " ").split() == ["ال", "بيت"]
