"""Evaluation on judged sets in BEIR form, with figures worked out by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from math import log2
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import html  # type: ignore[import-untyped]

from bot.render.chart import BANDS, ranks_chart, shares
from bot.render.page import SHOWN_CHARACTERS, SHOWN_LOSSES, evaluation_page
from corpus.errors import InputError
from retrieval.evaluation import ranking
from retrieval.evaluation.beir import JudgedText, Question, read
from retrieval.evaluation.evaluate import DEPTH, Outcome, Placing, evaluate, prepare
from retrieval.evaluation.losses import Loss, RankedText, losses, matches
from retrieval.evaluation.measure import MEASURES, figures
from retrieval.types import Channel, Embedder

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

SCHEMA = Path(__file__).resolve().parent.parent / "docs" / "schema" / "evaluate.json"

CORPUS = (
    {"_id": "bakery", "title": "", "text": "The bakery on the hill sells walnut bread."},
    {"_id": "ferry", "title": "Ferries", "text": "The ferry to the island leaves at seven."},
    {"_id": "jetty", "text": "An old ferry lies at the jetty; a ferry bell hangs in the chapel."},
    {"_id": "well", "title": None, "text": "حفر أهل القرية بئرا جديدة قرب المدرسة."},
    {"_id": "mill", "title": "الطاحونة", "text": "أغلقت الطاحونة القديمة أبوابها بعد الفيضان."},
)
QUERIES = (
    {"_id": "bread", "text": "walnut bread"},
    {"_id": "bell", "text": "ferry bell"},
    {"_id": "digging", "text": "بئرا قرب المدرسة"},
    {"_id": "nothing", "text": "quarterly accounts"},
)
# By shared words: found first, found second (jetty has the bell too), found first, not found.
JUDGED = (
    ("bread", "bakery", "1"),
    ("bell", "ferry", "1"),
    ("digging", "well", "1"),
    ("nothing", "mill", "1"),
)
RECIPROCAL = (1 + 1 / 2 + 1 + 0) / 4
GAIN = (1 + 1 / log2(3) + 1 + 0) / 4


@pytest.fixture
def beir(tmp_path: Path) -> Callable[..., Path]:
    """Write a set; what is left out is the small set above. Texts are written as they are."""

    def write(
        corpus: Sequence[Any] = CORPUS,
        queries: Sequence[Any] = QUERIES,
        judged: Sequence[Any] = JUDGED,
        *,
        header: bool = True,
        qrels: str = "qrels.tsv",
    ) -> Path:
        folder = tmp_path / "set"
        (folder / qrels).parent.mkdir(parents=True, exist_ok=True)
        for name, lines in (("corpus", corpus), ("queries", queries)):
            text = "".join(_line(line) + "\n" for line in lines)
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
        rows = ["query-id\tcorpus-id\tscore"] if header else []
        rows += [line if isinstance(line, str) else "\t".join(line) for line in judged]
        (folder / qrels).write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        return folder

    return write


def _line(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@pytest.fixture
def measured(pullquote: Pullquote) -> Callable[..., Any]:
    """`evaluate --json`, held to its schema."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    def run(folder: Path, *options: str | Path) -> Any:
        ran = pullquote("evaluate", folder, "--json", *options)
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
        assert ran.stdout.count("\n") == 1
        value = json.loads(ran.stdout)
        Draft202012Validator(schema).validate(value)
        return value

    return run


def test_figures_by_hand(beir: Callable[..., Path], measured: Callable[..., Any]) -> None:
    found = measured(beir(), "--channel", "lexical")
    assert (found["queries"], found["passages"], found["channel"]) == (4, 5, "lexical")
    assert found["ndcg@10"] == pytest.approx(GAIN, abs=1e-6)
    assert found["mrr@10"] == pytest.approx(RECIPROCAL)
    assert found["recall@1"] == 2 / 4
    assert found["recall@5"] == found["recall@10"] == found["recall@100"] == 3 / 4
    assert 0 < found["query_ms_p50"] <= found["query_ms_p95"]


def test_json_is_hybrid_unless_told(
    beir: Callable[..., Path], measured: Callable[..., Any]
) -> None:
    folder = beir()
    assert measured(folder)["channel"] == "hybrid"
    dense = measured(folder, "--channel", "dense")
    assert dense["channel"] == "dense"
    assert dense["recall@10"] == 1  # the dense channel ranks all five passages


def test_no_home_is_needed_or_made(
    beir: Callable[..., Path], measured: Callable[..., Any], bare: Path
) -> None:
    measured(beir())
    assert list(bare.iterdir()) == []


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("qrels", ["qrels.tsv", "qrels/dev.tsv", "qrels/test.tsv"])
def test_where_judgments_may_stand(header: bool, qrels: str, beir: Callable[..., Path]) -> None:
    found = read(beir(header=header, qrels=qrels))
    assert found.judgments == {question: {entry: 1} for question, entry, _ in JUDGED}
    assert [entry.headline for entry in found.corpus] == [None, "Ferries", None, None, "الطاحونة"]


def test_of_several_splits_the_test_one_counts(beir: Callable[..., Path]) -> None:
    beir(judged=JUDGED[:1], qrels="qrels/train.tsv")
    folder = beir(judged=JUDGED[1:2], qrels="qrels/test.tsv")
    assert list(read(folder).judgments) == ["bell"]
    (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "dev.tsv")
    assert set(read(folder).judgments) == {"bell", "bread"}


def test_what_real_sets_have(beir: Callable[..., Path]) -> None:
    """A byte order mark, blank lines, CRLF, numbers as ids, separators inside a text."""
    odd = '\ufeff{"_id": 7, "title": "", "text": "one\u2028two", "url": "x"}\r\n'
    found = read(beir([odd, ""], ['{"_id": "q", "text": "one"}\r'], ["q\t7\t2.0\r", ""]))
    assert found.corpus == (JudgedText("7", None, "one\u2028two"),)
    assert found.judgments == {"q": {"7": 2}}


def test_queries_without_judgments_are_left_out(
    beir: Callable[..., Path], pullquote: Pullquote
) -> None:
    folder = beir(judged=(*JUDGED[:2], ("digging", "well", "0")))
    ran = pullquote("evaluate", folder, "--json")
    assert ran.stderr == "pullquote: queries left out, without a relevant passage: 2\n"
    assert json.loads(ran.stdout)["queries"] == 2


def test_queries_that_cannot_be_asked_count_as_lost(
    beir: Callable[..., Path], pullquote: Pullquote
) -> None:
    queries = ({"_id": "bread", "text": "walnut bread"}, {"_id": "marks", "text": "?!"})
    folder = beir(queries=queries, judged=(JUDGED[0], ("marks", "mill", "1")))
    ran = pullquote("evaluate", folder, "--json")
    assert (
        "queries that cannot be asked and count as lost: 1; marks: the question has no"
        in ran.stderr
    )
    assert json.loads(ran.stdout)["recall@100"] == 1 / 2


def test_a_long_text_counts_once(beir: Callable[..., Path], measured: Callable[..., Any]) -> None:
    """Every part of `long` is nearer to the question than `short`, which still comes second."""
    part = "The lighthouse keeper counts the herons of the bay before breakfast. " * 9
    long = {"_id": "long", "text": "\n\n".join([part] * 12)}
    short = {"_id": "short", "text": "Herons stand in the bay and nobody counts anything there."}
    rest = [{"_id": f"rest{i}", "text": "Nothing of that kind is said."} for i in range(20)]
    query = {"_id": "q", "text": "the lighthouse keeper counts herons before breakfast"}
    folder = beir([long, short, *rest], [query], [("q", "short", "1")])
    found = measured(folder, "--channel", "lexical")
    assert found["passages"] == 22
    assert found["mrr@10"] == 1 / 2


def test_depth_is_reached_past_long_texts(embedded: Embedder) -> None:
    """Forty parts of one text do not push the others out of the first hundred."""
    sentence = "A heron stands in the reeds of the northern bay and waits for the tide to turn. "
    texts = [sentence * 6 + "\n\n"] * 40
    corpus = [JudgedText("long", None, "".join(texts))]
    corpus += [JudgedText(f"short{i:03}", None, f"A heron waits, number {i}.") for i in range(150)]
    prepared = prepare(corpus, embedded)
    question = Question("q", "a heron stands in the reeds")
    judgments = {"q": {entry.id: 1 for entry in corpus}}
    for channel in Channel:
        outcome = evaluate(prepared, [question], judgments, channel)
        assert outcome.figures["recall@100"] == pytest.approx(DEPTH / 151)


def test_ties_fall_by_id_whatever_the_order_of_lines(
    beir: Callable[..., Path], measured: Callable[..., Any]
) -> None:
    twins = [{"_id": name, "text": "The same words stand in all of these."} for name in "dacb"]
    query = {"_id": "q", "text": "the same words"}
    for channel in Channel:
        reached = []
        for corpus in (twins, twins[::-1]):
            folder = beir(corpus, [query], [("q", "c", "1")])
            reached.append(measured(folder, "--channel", channel)["mrr@10"])
        assert reached == [pytest.approx(1 / 3, abs=1e-6)] * 2


def test_an_entry_without_a_text_stands_for_its_headline(
    beir: Callable[..., Path], measured: Callable[..., Any]
) -> None:
    corpus = (*CORPUS, {"_id": "bare", "title": "Regatta postponed", "text": " "})
    folder = beir(corpus, [{"_id": "q", "text": "regatta postponed"}], [("q", "bare", "1")])
    assert measured(folder)["recall@1"] == 1


@pytest.mark.parametrize("channel", [Channel.HYBRID, Channel.LEXICAL])
def test_a_name_is_found_as_another_script_spells_it(
    channel: Channel, beir: Callable[..., Path], measured: Callable[..., Any]
) -> None:
    corpus = (*CORPUS, {"_id": "visit", "text": "وصل لافروف إلى الميناء صباحا."})
    folder = beir(corpus, [{"_id": "q", "text": "Lavrov"}], [("q", "visit", "1")])
    assert measured(folder, "--channel", channel)["recall@1"] == 1


def test_a_word_of_the_headline_alone_breaks_the_tie(
    beir: Callable[..., Path], measured: Callable[..., Any]
) -> None:
    text = "It was opened on Monday by the mayor."
    corpus = [{"_id": name, "title": "", "text": text} for name in "abc"]
    corpus.append({"_id": "last", "title": "Regatta", "text": text})
    folder = beir(corpus, [{"_id": "q", "text": "regatta"}], [("q", "last", "1")])
    assert measured(folder)["recall@1"] == 1


def test_headlines_and_texts_go_together(embedded: Embedder) -> None:
    with pytest.raises(ValueError, match="one headline"):
        ranking.build(["a", "b"], [None], embedded)


def test_table_shows_all_channels(beir: Callable[..., Path], pullquote: Pullquote) -> None:
    folder = beir()
    ran = pullquote("evaluate", folder)
    assert ran.returncode == 0
    assert ran.stderr == ""
    assert re.findall(r"^ *(hybrid|lexical|dense)", ran.stdout, re.M) == list(Channel)
    assert f"{GAIN:.3f}" in ran.stdout
    assert "4 queries over 5 passages" in ran.stdout
    alone = pullquote("evaluate", folder, "--channel", "lexical").stdout
    assert "lexical" in alone
    assert "dense" not in alone


# Figures


@given(st.lists(st.one_of(st.none(), st.integers(1, 120)), min_size=1, max_size=12))
@example([1, 5, 6, 10, 11, 100, 101, None])
def test_figures_of_one_relevant_text(ranks: list[int | None]) -> None:
    """With one relevant text everything follows from its rank."""
    rankings = [
        [0 if place == rank else place for place in range(1, 121)] if rank else [] for rank in ranks
    ]
    found = figures(rankings, [{0: 1}] * len(ranks))
    there = [rank for rank in ranks if rank]
    count = len(ranks)
    gain = sum(1 / log2(1 + rank) for rank in there if rank <= 10) / count
    assert set(found) == set(MEASURES)
    assert found["ndcg@10"] == pytest.approx(gain)
    assert found["mrr@10"] == pytest.approx(sum(1 / r for r in there if r <= 10) / count)
    for depth in (1, 5, 10, 100):
        assert found[f"recall@{depth}"] == pytest.approx(sum(r <= depth for r in there) / count)


def test_figures_of_grades() -> None:
    """Grades 2, 0 and 1 at the places 2, 1 and 4; trec_eval's gain is the grade itself."""
    found = figures([[7, 8, 9, 6]], [{8: 2, 6: 1, 7: 0, 5: -1}])
    ideal = 2 / log2(2) + 1 / log2(3)
    assert found["ndcg@10"] == pytest.approx((2 / log2(3) + 1 / log2(5)) / ideal)
    assert found["mrr@10"] == 1 / 2
    assert found["recall@1"] == 0
    assert found["recall@5"] == 1


def test_our_order_stands_however_near_the_scores() -> None:
    """trec_eval reads scores in single precision; it is given places instead."""
    ranking = list(range(99, -1, -1))
    assert figures([ranking], [{99: 1}])["recall@1"] == 1
    assert figures([ranking], [{0: 1}])["recall@100"] == 1


# What cannot be read


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "one JSON object"),
        ('{"text": "a"}', '"_id"'),
        ('{"_id": "", "text": "a"}', '"_id"'),
        ('{"_id": true, "text": "a"}', '"_id"'),
        ('{"_id": "x"}', '"text"'),
        ('{"_id": "x", "text": null}', '"text"'),
        ('{"_id": "x", "text": "\\ud800"}', "surrogate"),
        ('{"_id": "first", "text": "a"}', "the id first stands twice"),
    ],
)
@pytest.mark.parametrize("file", ["corpus", "queries"])
def test_bad_line_is_named(
    file: str, line: str, why: str, beir: Callable[..., Path], refused: Refused
) -> None:
    folder = beir(**{file: [{"_id": "first", "text": "a"}, "", line]})
    said = refused("evaluate", folder)
    assert f"{folder / file}.jsonl line 3" in said
    assert why in said


def test_bad_title_is_named(beir: Callable[..., Path], refused: Refused) -> None:
    folder = beir([{"_id": "x", "title": 3, "text": "a"}])
    assert 'corpus.jsonl line 1: "title"' in refused("evaluate", folder)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("bell ferry 1", "1 columns"),
        ("bell\t0\tferry\t1", "4 columns"),
        ("bells\tferry\t1", "no query bells"),
        ("bell\tferries\t1", "no passage ferries"),
        ("bell\tferry\tyes", "'yes' is no whole number"),
        ("bell\tferry\t0.5", "'0.5' is no whole number"),
        ("bell\tferry\tnan", "'nan' is no whole number"),
        ("bell\tferry\t1e9", "'1e9' is no whole number"),
        ("bread\tbakery\t1", "judged twice"),
        ("query-id\tcorpus-id\tscore", "no query query-id"),
    ],
)
def test_bad_judgment_is_named(
    row: str, why: str, beir: Callable[..., Path], refused: Refused
) -> None:
    folder = beir(judged=[JUDGED[0], row])
    said = refused("evaluate", folder)
    assert f"{folder / 'qrels.tsv'} line 3" in said
    assert why in said


def test_a_bad_first_judgment_is_no_header(beir: Callable[..., Path], refused: Refused) -> None:
    folder = beir(judged=["bread\tbakery\tyes", JUDGED[1]], header=False)
    assert "qrels.tsv line 1: the score 'yes'" in refused("evaluate", folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_missing_file(name: str, beir: Callable[..., Path], refused: Refused) -> None:
    folder = beir()
    (folder / name).unlink()
    said = refused("evaluate", folder)
    assert f"no {name}" in said
    assert "BEIR form" in said


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("corpus.jsonl", "no texts"),
        ("queries.jsonl", "no queries"),
        ("qrels.tsv", "no query has a relevant passage"),
    ],
)
def test_empty_file(file: str, why: str, beir: Callable[..., Path], refused: Refused) -> None:
    folder = beir(judged=())
    (folder / file).write_text("\n")
    assert why in refused("evaluate", folder)


def test_texts_of_nothing(beir: Callable[..., Path], refused: Refused) -> None:
    folder = beir(corpus=[{"_id": "bakery", "text": " \n"}], judged=JUDGED[:1])
    assert "no texts" in refused("evaluate", folder)


def test_only_zero_grades(beir: Callable[..., Path], refused: Refused) -> None:
    folder = beir(judged=[("bread", "bakery", "0"), ("bell", "ferry", "-1")])
    assert "no query has a relevant passage" in refused("evaluate", folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_not_utf8(name: str, beir: Callable[..., Path], refused: Refused) -> None:
    folder = beir()
    with (folder / name).open("ab") as file:
        file.write(b"\xff\xfe\n")
    assert f"{name} line" in refused("evaluate", folder)


def test_no_folder(refused: Refused, tmp_path: Path) -> None:
    assert "no folder" in refused("evaluate", tmp_path / "none")
    file = tmp_path / "file"
    file.write_text("")
    assert "no folder" in refused("evaluate", file)


def test_unknown_channel(refused: Refused, beir: Callable[..., Path]) -> None:
    assert "channel" in refused("evaluate", beir(), "--channel", "sparse")


@pytest.mark.parametrize("name", ["", "none/page.html"])
def test_page_without_a_place(
    name: str, beir: Callable[..., Path], refused: Refused, tmp_path: Path
) -> None:
    assert "cannot write" in refused("evaluate", beir(), "--html", tmp_path / name)


# Losing queries and their page


def test_losses_are_worst_first(embedded: Embedder) -> None:
    corpus = [JudgedText(str(each["_id"]), None, str(each["text"])) for each in CORPUS]
    prepared = prepare(corpus, embedded)
    questions = [Question(each["_id"], each["text"]) for each in QUERIES]
    judgments = {question: {entry: 1} for question, entry, _ in JUDGED}
    channels = (Channel.LEXICAL, Channel.DENSE)
    outcomes = [evaluate(prepared, questions, judgments, channel) for channel in channels]
    nothing, bell = losses(prepared, outcomes)
    assert nothing.question.id == "nothing"
    assert nothing.ranks[0] is None
    assert nothing.first is None
    assert bell.ranks[0] == 2
    assert bell.first
    assert (bell.relevant.entry.id, bell.first.entry.id) == ("ferry", "jetty")
    named = [bell.first.entry.text[start:end] for start, end in bell.first.matches]
    assert named == ["ferry", "ferry", "bell"]


def test_the_relevant_text_ranked_best_counts(embedded: Embedder) -> None:
    corpus = [JudgedText("a", None, "Snow fell."), JudgedText("b", None, "Snow fell on the pass.")]
    prepared = prepare([*corpus, JudgedText("c", None, "A goat slept.")], embedded)
    question = Question("q", "snow on the pass")
    outcome = evaluate(prepared, [question], {"q": {"a": 2, "b": 1, "c": 3}}, Channel.LEXICAL)
    (placing,) = outcome.placings
    assert (placing.rank, prepared.entries[placing.relevant].id) == (1, "b")
    lost = evaluate(prepared, [Question("q", "tea")], {"q": {"a": 1, "c": 3}}, Channel.LEXICAL)
    assert prepared.entries[lost.placings[0].relevant].id == "c"


@pytest.mark.parametrize(
    ("asked", "text", "marked"),
    [
        ({"harbour"}, "Harbour, harbours; the Harbour!", ["Harbour", "Harbour"]),
        ({"مدرسه"}, "بنيت المَدْرَسَة والمدرسة", ["المَدْرَسَة", "والمدرسة"]),
        ({"lavrov"}, "وصل لافروف اليوم", ["لافروف"]),
        ({"лавров"}, "Lavrov arrived", ["Lavrov"]),
        ({"港口城市"}, "这个港口很大", ["港口"]),
        ({"tea"}, "nothing here", []),
        (set(), "nothing here", []),
    ],
)
def test_matches(asked: set[str], text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in matches(frozenset(asked), text)] == marked


@given(st.text(max_size=60), st.text(max_size=60))
def test_matches_are_ranges_in_order(question: str, text: str) -> None:
    asked = ranking.asked_words(question)
    done = 0
    for start, end in matches(asked, text):
        assert done <= start < end <= len(text)
        done = end


def _outcome(ranks: Sequence[int | None]) -> Outcome:
    placings = [Placing(Question("q", "q"), 0, rank, 0, 1.0) for rank in ranks]
    return Outcome(Channel.HYBRID, 1, dict.fromkeys(MEASURES, 0.5), tuple(placings))


def test_chart_shows_shares() -> None:
    outcome = _outcome([1, 1, 1, 1, 2, 3, 4, 10, 100, None])
    assert shares(outcome.placings) == [0.4, 0.2, 0.2, 0.1, 0.1]
    svg = html.fragment_fromstring(ranks_chart([outcome]))
    assert svg.get("role") == "img"
    titles = [title.text for title in svg.iter("title")]
    assert titles[0] == "rank 1: 40.0%"
    assert len(titles) == len(BANDS)
    bars = [float(bar.get("width", "")) for bar in svg.iter("rect") if len(bar)]
    assert [round(bar / sum(bars), 2) for bar in bars] == [0.4, 0.2, 0.2, 0.1, 0.1]


@given(st.lists(st.one_of(st.none(), st.integers(1, 100)), min_size=1))
def test_shares_are_of_one(ranks: list[int | None]) -> None:
    assert sum(shares(_outcome(ranks).placings)) == pytest.approx(1)


HOSTILE = "<script>alert('x')</script> & <img src=http://example.com/a.png> ferry\x00\x1b[31m"


@pytest.fixture
def page(beir: Callable[..., Path], pullquote: Pullquote, tmp_path: Path) -> Any:
    """The page of the small set with hostile texts added, parsed."""
    corpus = (*CORPUS, {"_id": "<b>", "title": HOSTILE, "text": f"{HOSTILE} ferry bell ferry bell"})
    queries = (*QUERIES, {"_id": '"><i>', "text": HOSTILE})
    folder = beir(corpus, queries, (*JUDGED, ('"><i>', "mill", "1")))
    file = tmp_path / "page.html"
    ran = pullquote("evaluate", folder, "--html", file)
    assert ran.returncode == 0, ran.stderr
    return html.document_fromstring(file.read_bytes())


def test_page_needs_nothing_beside_it(page: Any) -> None:
    tags = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "link", "img", "iframe", "object", "i"}
    assert not page.xpath("//@src | //@href | //@onclick")
    (style,) = page.xpath("//style")
    assert "url(" not in style.text
    assert "@import" not in style.text
    assert "prefers-color-scheme:dark" in style.text
    assert page.xpath("//meta[@charset='utf-8']")


def test_page_shows_figures_and_losses(page: Any) -> None:
    rows = page.xpath("//tbody/tr")
    assert [row.xpath("string(th)") for row in rows] == list(Channel)
    assert all(len(row.xpath("td")) == len(MEASURES) + 2 for row in rows)
    assert len(page.xpath("//svg/text[not(@class)][@x='0']")) == len(Channel)
    articles = page.xpath("//article")
    assert articles
    assert f"{len(articles)} of 5 queries do not have" in page.text_content()
    for article in articles:
        assert article.xpath("string(h3/@dir)") == "auto"
        assert article.xpath(".//section/div[@dir='auto']")
        assert re.search(r"rank: hybrid \S+ · lexical \S+ · dense \S+$", article.xpath("string(p)"))
    assert any(article.xpath(".//mark") for article in articles)


def test_page_shows_texts_as_they_are(page: Any) -> None:
    asked = page.xpath("//article[contains(h3, 'alert')]")
    assert len(asked) == 1
    said = asked[0].xpath("string(h3)")
    assert said == HOSTILE.replace("\x00", " ").replace("\x1b", " ")
    assert '"><i>' in asked[0].xpath("string(p/bdi)")
    shown = {section.xpath("string(p/bdi)"): section for section in page.xpath("//section")}
    assert shown["mill"].xpath("string(div)") == CORPUS[4]["text"]
    assert shown["mill"].xpath("string(p/b)") == CORPUS[4]["title"]


def test_long_pages_are_cut_and_say_so() -> None:
    text = "ab " * SHOWN_CHARACTERS
    edge = (SHOWN_CHARACTERS - 1, SHOWN_CHARACTERS + 1)
    shown = RankedText(JudgedText("a", None, text), ((0, 2), edge, (len(text) - 3, len(text) - 1)))
    loss = Loss(Question("q", "ab?"), (None,), shown, None, "no words")
    written = evaluation_page("set", [_outcome([1, None])], [loss] * (SHOWN_LOSSES + 1))
    page = html.document_fromstring(written)
    articles = page.xpath("//article")
    assert len(articles) == SHOWN_LOSSES
    assert f"The {SHOWN_LOSSES} worst are shown" in page.text_content()
    (part,) = articles[0].xpath(".//section/div")
    assert part.text_content() == text[:SHOWN_CHARACTERS] + " …"
    assert [mark.text for mark in part.iter("mark")] == ["ab"]
    assert "nothing found" in articles[0].text_content()
    assert "no words" in articles[0].text_content()


def test_page_gives_the_ranks_that_json_gives(
    beir: Callable[..., Path], pullquote: Pullquote, tmp_path: Path
) -> None:
    """--html measures every channel, and the one asked for is still what is printed."""
    folder, file = beir(), tmp_path / "page.html"
    ran = pullquote("evaluate", folder, "--html", file, "--json", "--channel", "lexical")
    assert json.loads(ran.stdout)["ndcg@10"] == pytest.approx(GAIN, abs=1e-6)
    parsed = html.document_fromstring(file.read_bytes())
    (row,) = parsed.xpath("//tbody/tr[th='lexical']")
    assert row.xpath("string(td)") == f"{GAIN:.3f}"
    heads = [article.xpath("string(h3)") for article in parsed.xpath("//article")]
    assert set(heads) <= {query["text"] for query in QUERIES}
    assert "quarterly accounts" in heads


def test_broken_sets_do_not_leave_a_page(
    beir: Callable[..., Path], refused: Refused, tmp_path: Path
) -> None:
    refused("evaluate", beir(judged=()), "--html", tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_reading_raises_what_a_person_can_read(beir: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=re.escape("line 6: no query tea")):
        read(beir(judged=[*JUDGED, ("tea", "mill", "1")]))
