from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.split import sentences
from corpus.types import Article, Sentence, Source
from retrieval.answer.quote.span import QUOTE_CHARACTERS, quotable
from retrieval.answer.quote.whole import leans, quotations, whole


def make(body: str, language: str = "en", cuts: tuple[int, ...] = ()) -> Article:
    return Article("a", "v", Source("a.txt"), language, body, sentences(body, language), cuts)


def shown(article: Article, text: str) -> str:
    """What is shown of some whole sentences of an article."""
    start = article.body.index(text)
    first, last = whole(article, start, start + len(text))
    return article.body[first:last]


# ---------------------------------------------------------------- the sentence before


@pytest.mark.parametrize(
    ("language", "before", "leaning"),
    [
        ("en", "The mayor opened the quay.", "He added that ferries would come."),
        ("en", "The mayor opened the quay.", "“They will come,” she said."),
        ("ar", "افتتح الوزير الرصيف.", "وأضاف أن العبّارات ستصل."),
        ("ar", "افتتح الوزير الرصيف.", "كما قال إن العبّارات ستصل."),
        ("ar", "افتتح الوزير الرصيف.", "وهذه أول مرّة منذ سنتين."),
        ("ar", "افتتح الوزير الرصيف.", "وأشارَ إلى أن العبّارات ستصل."),
        ("ru", "Министр открыл причал.", "Он добавил, что паромы придут."),
        ("ru", "Министр открыл причал.", "Её слова передало агентство."),
        ("fr", "Le ministre a ouvert le quai.", "Il a ajouté que les bacs viendraient."),
        ("fr", "Le ministre a ouvert le quai.", "C’est le premier depuis deux ans."),
        ("es", "El ministro abrió el muelle.", "Él añadió que vendrían los barcos."),
        ("tr", "Bakan iskeleyi açtı.", "Bu, iki yıldan beri ilk."),
        ("fa", "وزیر اسکله را گشود.", "وی افزود که کشتی‌ها می‌آیند."),
        ("de", "Der Minister eröffnete den Kai.", "Er fügte hinzu, dass Fähren kommen."),
    ],
)
@pytest.mark.parametrize("between", [" ", "\n", "\n\n"])
def test_a_sentence_that_leans_brings_the_one_before(
    language: str, before: str, leaning: str, between: str
) -> None:
    article = make(f"{before}{between}{leaning}", language)
    assert len(article.sentences) == 2
    assert shown(article, leaning) == article.body


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This week the harbour was closed."),
        ("en", "Heavy rain fell on the quay."),
        ("en", "Those who came were many."),
        ("ar", "وقال لافروف إن السفن وصلت."),
        ("ar", "هذا العام أغلق الميناء."),
        ("ru", "В этом году порт закрыт."),
        ("ru", "Онежское озеро замёрзло."),
        ("fr", "Il y a deux quais dans le port."),
        ("es", "El ministro abrió el muelle."),
        ("tr", "Bu yıl liman kapandı."),
        ("xx", "He added that ferries would come."),
    ],
)
def test_a_sentence_that_stands_for_itself_stands_alone(language: str, sentence: str) -> None:
    assert not leans(sentence, language)
    article = make(f"Nobody came on Monday.\n{sentence}", language)
    assert shown(article, sentence) == sentence


def test_one_that_leans_on_one_that_leans_brings_both() -> None:
    article = make("The mayor spoke. He was glad. He added that ferries would come.")
    assert shown(article, "He added that ferries would come.") == article.body


def test_the_first_sentence_leans_on_nothing() -> None:
    assert shown(make("He spoke. It rained."), "He spoke.") == "He spoke."


def test_what_would_not_fit_is_not_brought() -> None:
    long = "The mayor " + "walked on and on " * 23 + "to the quay."
    article = make(f"{long} He spoke there.")
    assert len(article.body) > QUOTE_CHARACTERS
    assert shown(article, "He spoke there.") == "He spoke there."


def test_nothing_is_brought_across_a_heading_or_a_cut() -> None:
    assert shown(make("The mayor came.\nThe speech\nHe spoke."), "He spoke.") == "He spoke."
    body = "The mayor came.\nHe spoke."
    assert shown(make(body, cuts=(body.index("He"),)), "He spoke.") == "He spoke."


# ---------------------------------------------------------------- quotations


@pytest.mark.parametrize(
    "marks", [("«", "»"), ("“", "”"), ("„", "“"), ("”", "“"), ('"', '"'), ("「", "」")]
)
def test_a_quotation_is_quoted_whole(marks: tuple[str, str]) -> None:
    opening, closing = marks
    between = " " if marks == ("”", "“") else "\n"
    first, last = f"The mayor said: {opening}Ferries come.", f"Rain goes{closing}."
    article = make(f"Nobody was there.\n{first}{between}{last}\nThen all left.")
    spoken = f"{first}{between}{last}"
    for each in article.sentences[1:-1]:
        assert shown(article, article.body[each.start : each.end]) == spoken


def test_a_quotation_that_does_not_fit_is_left_open() -> None:
    long = "Ferries " + "come and go " * 35 + "always."
    article = make(f"The mayor said: «Rain goes.\n{long}\nAll is well».")
    assert shown(article, "The mayor said: «Rain goes.") == "The mayor said: «Rain goes."


def test_of_two_quotations_both_are_made_whole() -> None:
    article = make("He: «One came.\nTwo came», and she: «Three came.\nFour came». The rest left.")
    assert shown(article, "He: «One came.").endswith("Four came».")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('He said "yes" and "no".', ['"yes"', '"no"']),
        ('A 5" pipe.\nHe said "yes".', ['"yes"']),
        ('He said "one.\nTwo" and left.', ['"one.\nTwo"']),
        ("«One» ‹two› “three” „four“ ”five“", ["«One»", "‹two›", "“three”", "„four“", "”five“"]),
        ("It opens « and never closes.", []),
    ],
)
def test_quotations(body: str, found: list[str]) -> None:
    assert [body[start:end] for start, end in quotations(body)] == found


# ---------------------------------------------------------------- any article

PIECE = st.sampled_from(
    ["He spoke", "Ferries «came", "all left» then", "It «rained» there", "Rain"]
)
SENTENCE = st.tuples(PIECE, st.integers(0, 14)).map(lambda made: made[0] + " on" * made[1] + ".")
LINE = st.one_of(
    st.lists(SENTENCE, min_size=1, max_size=3).map(" ".join), st.just("A heading of its own")
)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    lines = draw(st.lists(LINE, min_size=1, max_size=7))
    body = "\n".join(lines)
    starts = [sum(len(line) + 1 for line in lines[:at]) for at in range(1, len(lines))]
    return make(body, cuts=tuple(start for start in starts if draw(st.integers(0, 4)) == 0))


def runs(article: Article) -> list[tuple[Sentence, ...]]:
    every = article.sentences
    made = [every[i : j + 1] for i in range(len(every)) for j in range(i, len(every))]
    return [run for run in made if quotable(article, run)]


def parts_a_quotation(article: Article, start: int, end: int) -> bool:
    marked = quotations(article.body)
    return any(low < end and start < high and (low < start or end < high) for low, high in marked)


@settings(max_examples=300)
@given(articles(), st.data())
def test_what_is_shown_is_a_run_of_whole_sentences(article: Article, data: st.DataObject) -> None:
    possible = runs(article)
    if not possible:
        return
    chosen = data.draw(st.sampled_from(possible))
    start, end = whole(article, chosen[0].start, chosen[-1].end)
    inside = [each for each in article.sentences if start <= each.start and each.end <= end]
    assert (inside[0].start, inside[-1].end) == (start, end)
    assert start <= chosen[0].start
    assert chosen[-1].end <= end
    assert len(inside) == 1 or end - start <= QUOTE_CHARACTERS
    assert not any(each.heading for each in inside)
    gaps = [(one.end, other.start) for one, other in pairwise(inside)]
    assert not any(low <= cut <= high for cut in article.cuts for low, high in gaps)
    around = [run for run in possible if run[0].start <= start and end <= run[-1].end]
    if parts_a_quotation(article, start, end):
        assert all(parts_a_quotation(article, run[0].start, run[-1].end) for run in around)
