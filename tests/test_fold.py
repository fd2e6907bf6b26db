from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from corpus.split import passages, sentences
from corpus.store import Coverage, Selection
from corpus.types import Article, DateKind, RawDocument, Source, SourceDate
from retrieval.answer.quote.candidates import Candidate
from retrieval.answer.quote.fold import fold
from retrieval.index.index import Index, Text
from retrieval.question.understand import Question, understand
from retrieval.types import Answer, Filters, Quote
from tests.embedders import embedder

FRIDAY, SATURDAY = date(2025, 7, 11), date(2025, 7, 12)
BODY = "War began in the north. Peace talks failed. The harbour was closed to all ships."
SENTENCE = "Peace talks failed."
FERRY = (
    "The harbour authority opened a second quay on Monday after two years of work, and ferries"
    " from four towns along the coast will call there every morning from June."
)
SPEECH = (
    "«We have waited long for this quay, and every town along our coast will prosper by it for as"
    " long as ships are built and sailors come home again»"
)


def asked(question: str) -> Question:
    found = sentences(BODY, "en")
    text = Text(BODY, found, passages(BODY, found))
    return understand(question, Index.build([text], embedder(), embedder()), embedder())


def make(
    id: str = "a", body: str = BODY, outlet: str | None = None, day: date | None = None
) -> Article:
    dates = (SourceDate(DateKind.PUBLISHED, day, str(day)),) if day else ()
    source = Source(path=f"{id}.txt", outlet=outlet, dates=dates)
    return Article(id, f"v{id}", source, "en", body, sentences(body, "en"))


def quoted(article: Article, text: str, score: float = 1.0) -> Candidate:
    start = article.body.index(text)
    quote = Quote(article, start, start + len(text), score)
    return Candidate(quote, 0.5, 0.5, 0.5, 0.5, 0.5, fits=True, elsewhere=False, few=0.5)


def folded(
    coverage: Coverage,
    found: Sequence[Candidate],
    others: Sequence[Article] = (),
    *,
    question: str = "harbour",
    limit: int = 3,
    selection: Selection | None = None,
) -> list[Candidate]:
    """Fold candidates of a coverage that has their articles and these others."""
    articles = {each.quote.article.id: each.quote.article for each in found}
    with coverage.transaction():
        for article in [*articles.values(), *others]:
            coverage.add(article, RawDocument(article.body, article.source), None)
    coverage.link()
    return fold([found], coverage, asked(question), limit=limit, selection=selection)


def ids(copies: Sequence[Article]) -> list[str]:
    return [copy.id for copy in copies]


# ---------------------------------------------------------------- copies of one text


def test_the_earliest_known_is_quoted_and_the_others_are_its_copies(coverage: Coverage) -> None:
    late = make("a", outlet="Gulf Online", day=SATURDAY)
    early = make("c", outlet="Harbour Post", day=FRIDAY)
    undated = make("b")
    (one,) = folded(coverage, [quoted(each, SENTENCE) for each in (late, early, undated)])
    assert one.quote.article == early
    assert one.quote.copies == (late, undated)


def test_of_undated_ones_the_one_with_an_outlet_is_quoted(coverage: Coverage) -> None:
    bare, named = make("a"), make("b", outlet="Harbour Post")
    (one,) = folded(coverage, [quoted(bare, SENTENCE), quoted(named, SENTENCE)])
    assert one.quote.article == named
    assert one.quote.copies == (bare,)


def test_spelling_and_marks_do_not_part_copies(coverage: Coverage) -> None:
    one = make("a", "قال الوزير: «إنّ السلام قريب».")
    other = make("b", 'قال الوزير : "ان السلام قريب" .')
    assert len(folded(coverage, [quoted(one, one.body), quoted(other, other.body)])) == 1


def test_other_words_are_another_quote(coverage: Coverage) -> None:
    one, other = make("a"), make("b", BODY.replace("failed", "began"))
    found = folded(coverage, [quoted(one, SENTENCE), quoted(other, "Peace talks began.")])
    assert len(found) == 2


def test_small_edits_do_not_part_copies_but_another_text_stands_alone(coverage: Coverage) -> None:
    told = "The envoy arrived in the port on Friday for talks on grain that will last three days."
    edited = told.replace("three days", "four days")
    other = "The envoy arrived in the capital on Monday and left again before the talks had begun."
    made = [
        quoted(make(name, text), text, score)
        for name, text, score in (("a", told, 3.0), ("b", edited, 2.0), ("c", other, 1.0))
    ]
    first, second = folded(coverage, made)
    assert ids(first.quote.copies) == ["b"]
    assert second.quote.article.id == "c"
    assert second.quote.copies == ()


def test_overlapping_quotes_of_one_article_fold_into_the_better_one(coverage: Coverage) -> None:
    article = make()
    better = quoted(article, "War began in the north. Peace talks failed.", 0.9)
    worse = quoted(article, SENTENCE, 0.5)
    assert [one.quote for one in folded(coverage, [better, worse])] == [better.quote]


def test_the_best_score_of_the_copies_is_kept(coverage: Coverage) -> None:
    better = quoted(make("a", day=SATURDAY), SENTENCE, 0.9)
    (one,) = folded(coverage, [better, quoted(make("b", day=FRIDAY), SENTENCE, 0.8)])
    assert one.quote.score == 0.9
    assert one.quote.article.id == "b"


def test_an_article_is_no_copy_of_itself(coverage: Coverage) -> None:
    (one,) = folded(coverage, [quoted(make(), SENTENCE), quoted(make(), SENTENCE)])
    assert one.quote.copies == ()


def test_a_sentence_that_stands_twice_in_an_article_is_quoted_once(coverage: Coverage) -> None:
    article = make(body=f"{SENTENCE} It rained all day in the harbour. {SENTENCE}")
    second = article.body.rindex(SENTENCE)
    first = quoted(article, SENTENCE)
    again = replace(first, quote=Quote(article, second, second + len(SENTENCE), 1.0))
    (one,) = folded(coverage, [first, again])
    assert one.quote.start == 0
    assert one.quote.copies == ()


# ---------------------------------------------------------------- the whole coverage


def test_copies_are_those_of_the_whole_coverage(coverage: Coverage) -> None:
    late = make("a", FERRY, day=SATURDAY)
    early = make("b", f"QUAYSIDE, Friday.\n{FERRY}\nRain is expected.", "Harbour Post", FRIDAY)
    (one,) = folded(coverage, [quoted(late, FERRY)], [early, make("c")])
    assert (one.quote.article, one.quote.text) == (early, FERRY)
    assert ids(one.quote.copies) == ["a"]
    assert one.quote.score == 1.0


def test_what_is_removed_is_no_copy_any_more(coverage: Coverage) -> None:
    late, early = make("a", FERRY, day=SATURDAY), make("b", f"{FERRY}\nRain.", day=FRIDAY)
    assert ids(folded(coverage, [quoted(late, FERRY)], [early])[0].quote.copies) == ["a"]
    coverage.remove(["b"])
    (one,) = fold([[quoted(late, FERRY)]], coverage, asked("harbour"), limit=3)
    assert (one.quote.article.id, one.quote.copies) == ("a", ())


def test_a_copy_that_lost_what_is_asked_for_is_not_quoted(coverage: Coverage) -> None:
    late = make("a", FERRY, day=SATURDAY)
    early = make("b", FERRY.replace("four towns", "some towns"), day=FRIDAY)
    (one,) = folded(coverage, [quoted(late, FERRY)], [early], question="four towns?")
    assert one.quote.article.id == "a"
    assert ids(one.quote.copies) == ["b"]


def test_with_filters_copies_are_told_of_but_not_quoted(coverage: Coverage) -> None:
    late = make("a", FERRY, day=SATURDAY)
    early = make("b", f"{FERRY}\nRain.", day=FRIDAY)
    (one,) = folded(coverage, [quoted(late, FERRY)], [early], selection=Selection(since=SATURDAY))
    assert one.quote.article.id == "a"
    assert ids(one.quote.copies) == ["b"]


def test_speech_in_independent_reports_is_quoted_of_each(coverage: Coverage) -> None:
    one = make("a", f"The mayor spoke at noon on the steps of the town hall. {SPEECH}, she said.")
    other = make("b", f"To applause from the crowd came this: {SPEECH}. Then it rained.")
    made = [quoted(one, f"{SPEECH}, she said."), quoted(other, SPEECH)]
    found = folded(coverage, made)
    assert [(each.quote.article.id, each.quote.copies) for each in found] == [("a", ()), ("b", ())]


@pytest.mark.parametrize("longer_first", [True, False])
def test_a_part_of_what_is_quoted_is_no_other_text(coverage: Coverage, longer_first: bool) -> None:
    """A carries two sentences and B one of the two: whichever is better, it is quoted alone."""
    more = "Three captains said that they would come. They asked for tugs and for pilots too."
    longer, shorter = make("a", f"{FERRY} {more}"), make("b", f"It was hot. {FERRY}")
    made = [quoted(longer, f"{FERRY} {more}"), quoted(shorter, FERRY)]
    (one,) = folded(coverage, made if longer_first else made[::-1])
    assert {one.quote.article.id, *ids(one.quote.copies)} == {"a", "b"}


def test_no_more_texts_than_asked_for(coverage: Coverage) -> None:
    made = [
        quoted(make(name, f"{name} {n}. {BODY}"), f"{name} {n}.") for n, name in enumerate("abcd")
    ]
    assert [each.quote.article.id for each in folded(coverage, made, limit=2)] == ["a", "b"]


# ---------------------------------------------------------------- what comes along


QUAY = (
    "Ferries will call there every morning from June. They bring bread. The mayor was late again."
)


def among_others(article: Article, text: str, scores: Sequence[float]) -> Candidate:
    return replace(quoted(article, text), around=dict(enumerate(scores)))


def test_what_likely_answers_too_is_quoted_with_it(coverage: Coverage) -> None:
    candidate = among_others(make(), SENTENCE, (0.9, 1.0, 0.1))
    (one,) = folded(coverage, [candidate])
    assert one.quote.text == "War began in the north. Peace talks failed."


def test_a_sentence_that_leans_is_quoted_with_the_one_before(coverage: Coverage) -> None:
    candidate = quoted(make(body=QUAY), "They bring bread.")
    (one,) = folded(coverage, [candidate])
    assert one.quote.text == "Ferries will call there every morning from June. They bring bread."


def test_what_came_along_is_not_quoted_again(coverage: Coverage) -> None:
    article = make()
    first = among_others(article, SENTENCE, (0.9, 1.0, 0.1))
    along = among_others(article, "War began in the north.", (0.9, 1.0, 0.1))
    other = among_others(article, "The harbour was closed to all ships.", (0.9, 1.0, 0.1))
    found = [each.quote.text for each in folded(coverage, [first, along, other])]
    assert found == [
        "War began in the north. Peace talks failed.",
        "The harbour was closed to all ships.",
    ]


def test_of_two_sentences_of_which_one_came_along_the_other_is_quoted(coverage: Coverage) -> None:
    article = make()
    first = among_others(article, "War began in the north.", (1.0, 0.9, 0.1))
    both = quoted(article, "Peace talks failed. The harbour was closed to all ships.", 0.5)
    found = folded(coverage, [first, both])
    assert found[1].quote.text == "The harbour was closed to all ships."


def test_two_texts_do_not_become_overlapping_quotes_of_one_article(coverage: Coverage) -> None:
    """The first is quoted from the earlier article, where the second is best."""
    more = "The mayor of the old port praised the plan in a speech on the same day at noon."
    late = make("a", f"{FERRY} Rain is expected.", day=SATURDAY)
    early = make("b", f"{FERRY} {more}", day=FRIDAY)
    one, other = folded(coverage, [quoted(late, FERRY, 0.9), among_others(early, more, (1.0, 1.0))])
    assert (one.quote.article.id, one.quote.text) == ("b", FERRY)
    assert (other.quote.article.id, other.quote.text) == ("b", more)


@pytest.mark.parametrize("between", [" ", "\n"])
def test_a_copy_is_quoted_with_what_comes_along(coverage: Coverage, between: str) -> None:
    more = "They bring bread from the mills of the valley and take fish back in the evening."
    late = make("a", f"{FERRY} {more}", day=SATURDAY)
    early = make("b", f"QUAYSIDE, Friday.\n{FERRY}{between}{more}", day=FRIDAY)
    (one,) = folded(coverage, [quoted(late, more)], [early])
    assert (one.quote.article, one.quote.text) == (early, f"{FERRY}{between}{more}")
    assert ids(one.quote.copies) == ["a"]


def test_a_copy_of_what_answers_is_one_though_it_lacks_what_came_along(coverage: Coverage) -> None:
    more = "Bread and fish of all kinds will be sold on the quay in the first week, people said."
    late = make("a", f"{FERRY} {more}", day=SATURDAY)
    early = make("b", f"{FERRY}\nRain is expected.", day=FRIDAY)
    (one,) = folded(coverage, [among_others(late, FERRY, (1.0, 1.0))], [early])
    assert (one.quote.article.id, one.quote.text) == ("b", FERRY)
    assert ids(one.quote.copies) == ["a"]


def test_what_a_copy_of_told_words_says_else_is_quoted_alone(coverage: Coverage) -> None:
    """The second text stands in a copy of the first, whose words must not be quoted again."""
    more = "The mayor of the old port praised the plan in a speech on the same day at noon."
    first = make("a", f"{FERRY} Rain is expected.", day=FRIDAY)
    copy = make("b", f"{FERRY} {more}", day=SATURDAY)
    one, other = folded(coverage, [quoted(first, FERRY), among_others(copy, more, (1.0, 1.0))])
    assert (one.quote.article.id, ids(one.quote.copies)) == ("a", ["b"])
    assert (other.quote.article.id, other.quote.text) == ("b", more)


# ---------------------------------------------------------------- independent texts


def test_quotes_of_copies_of_one_text_are_not_independent() -> None:
    a, b, c, d = (make(name) for name in "abcd")
    quotes = (
        Quote(a, 0, 5, 1.0, copies=(c,)),
        Quote(b, 6, 9, 1.0, copies=(d,)),
        Quote(d, 6, 9, 1.0),
        Quote(a, 9, 12, 1.0),
    )
    for count, expected in ((0, 0), (1, 1), (2, 2), (3, 2), (4, 2)):
        answer = Answer("q", "en", quotes[:count], None, Filters(), (), "g000001", 1.0)
        assert answer.independent == expected
