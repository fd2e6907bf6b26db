"""A quote is exact, altered or absent, however programs carried it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.render.telegram_text import sanitise
from bot.render.telegram_verdict import verdict_messages
from bot.render.verdict import verdict_json, verdict_view
from bot.words import words
from corpus.errors import InputError
from corpus.language.pasted import folded
from corpus.split import sentences
from corpus.store import COVERAGE_FILE, Coverage
from corpus.types import Article, DateKind, RawDocument, Source, SourceDate
from retrieval.answer.check.aligned import FoldedText, aligned
from retrieval.answer.check.draft import quotations
from retrieval.answer.check.receipt import receipt_of
from retrieval.answer.check.search import MOST_MATCHES
from retrieval.answer.check.verdict import Verdict, VerdictKind
from retrieval.answer.check.verify import MOST_CHARACTERS, verify
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from retrieval.types import Quote
from tests.benchmark.verify import _AROUND, _CHANGES
from tests.test_shapes import validator

Pullquote = Callable[..., CompletedProcess[str]]

BODY = (
    "The harbour authority opened a second quay on Monday after two years of work. "
    'It will "take ferries" from four towns along the coast – the northern one first.\n'
    "A captain who asked not to be named said that nobody had told him of any plan to close "
    "the old pier… The mayor had no comment.\n"
    "Fishermen sold their catch beside the road all morning while the police looked on."
)
WORD = re.compile(r"\w+")


def make(id: str = "a", body: str = BODY, version: str = "v1", day: date | None = None) -> Article:
    dates = (SourceDate(DateKind.PUBLISHED, day, str(day)),) if day else ()
    source = Source(path=f"{id}.txt", outlet="Harbour Post", dates=dates)
    return Article(id, version, source, "en", body, sentences(body, "en"))


def add(coverage: Coverage, *articles: Article) -> None:
    with coverage.transaction():
        for one in articles:
            coverage.add(one, RawDocument(one.body, one.source), None)


def texts(verdict: Verdict) -> list[str]:
    return [match.text for match in verdict.matches]


@pytest.fixture(scope="module")
def demo(demo_home: Path) -> Coverage:
    return Coverage.open(demo_home / COVERAGE_FILE)


def drawn_quote(coverage: Coverage, data: st.DataObject, fewest: int) -> str:
    body = data.draw(st.sampled_from([article.body for article in coverage.articles()]))
    words = list(re.finditer(r"\S+", body))
    first = data.draw(st.integers(0, len(words) - fewest))
    last = data.draw(st.integers(first + fewest - 1, min(first + 60, len(words) - 1)))
    return body[words[first].start() : words[last].end()]


# ---------------------------------------------------------------- exact


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_what_programs_change_stays_exact(demo: Coverage, data: st.DataObject) -> None:
    text = drawn_quote(demo, data, 3)
    changes = data.draw(st.lists(st.sampled_from(_CHANGES), max_size=4))
    changed, rng = text, random.Random(data.draw(st.integers(0, 2**32)))
    for change in changes:
        changed = change(changed, rng)
    verdict = verify(data.draw(st.sampled_from(_AROUND)).format(changed), demo)
    assert verdict.kind is VerdictKind.EXACT
    for match in verdict.matches:
        assert match.diff is None
        assert match.body == match.article.body
    assert any(text in match.body and match.text in text for match in verdict.matches)


def test_every_place_is_told_newest_first(coverage: Coverage) -> None:
    add(coverage, make("a", day=date(2025, 7, 1)), make("b", day=date(2025, 7, 3)), make("c"))
    add(coverage, make("d", "The mayor had no comment. Then: the mayor had no comment."))
    verdict = verify("The mayor had no comment.", coverage)
    assert verdict.kind is VerdictKind.EXACT
    assert [match.article.id for match in verdict.matches] == ["b", "a", "c", "d"]
    assert set(texts(verdict)) == {"The mayor had no comment."}
    assert len(verify("mayor had no comment", coverage).matches) == 5


def test_no_more_places_are_told_than_anyone_reads(coverage: Coverage) -> None:
    add(coverage, *(make(str(n), f"No comment, said number {n}.") for n in range(MOST_MATCHES + 9)))
    assert len(verify("No comment", coverage).matches) == MOST_MATCHES


def test_superseded_and_former_texts_are_found_and_said_to_be(coverage: Coverage) -> None:
    add(coverage, make())
    second = make(body=BODY.replace("second quay", "third quay"), version="v2")
    add(coverage, second)
    old = verify("The harbour authority opened a second quay on Monday", coverage)
    assert old.kind is VerdictKind.EXACT
    assert [(each.article.version, each.superseded) for each in old.matches] == [("v1", True)]
    both = verify("The mayor had no comment.", coverage)
    told = [(each.article.version, each.superseded) for each in both.matches]
    assert told == [("v2", False), ("v1", True)]
    shorter = second.body.partition("\n")[0]
    with coverage.transaction():
        coverage.rewrite(replace(second, body=shorter, sentences=sentences(shorter, "en")))
    former = verify("Fishermen sold their catch beside the road", coverage)
    assert {(each.article.version, each.superseded) for each in former.matches} == {
        ("v1", True),
        ("v2", True),
    }
    assert set(texts(former)) == {"Fishermen sold their catch beside the road"}


def test_what_is_removed_is_absent(coverage: Coverage) -> None:
    add(coverage, make())
    receipt = receipt_of(Quote(make(), 0, 30, 0.0))
    assert verify(receipt, coverage).kind is verify(BODY[:30], coverage).kind is VerdictKind.EXACT
    coverage.remove(["a"])
    assert verify(BODY[:30], coverage) == Verdict(VerdictKind.ABSENT, ())
    assert verify(receipt, coverage) == Verdict(VerdictKind.ABSENT, (), receipt=True, removed=True)


def test_what_telegram_takes_out_of_an_article_is_no_change(coverage: Coverage) -> None:
    body = (
        "The mayor\u202e said\u2028that the <b>harbour</b>\u200b \u2066is\u2069 closed go\xadod.\n"
        "A\u030angstro\u0308m was told\u2029/start of it by *someone* in the harbour."
    )
    add(coverage, make(body=body))
    for text in (body, sanitise(body), *body.split("\n"), *sanitise(body).split("\n")):
        verdict = verify(text, coverage)
        assert verdict.kind is VerdictKind.EXACT
        assert sanitise(verdict.matches[0].text) == sanitise(text)


def test_a_word_is_never_cut(coverage: Coverage) -> None:
    add(coverage, make())
    assert (
        verify("arbour authority opened a second quay on Mon", coverage).kind is VerdictKind.ALTERED
    )


def test_scripts_without_spaces_are_quoted_from_any_character(coverage: Coverage) -> None:
    add(coverage, make(body="外交部长星期五抵达元山,开始为期三天的访问。"))
    verdict = verify("星期五抵达元山", coverage)
    assert (verdict.kind, texts(verdict)) == (VerdictKind.EXACT, ["星期五抵达元山"])
    assert verify("外交部长星期六抵达元山", coverage).kind is VerdictKind.ALTERED


# ---------------------------------------------------------------- spelled otherwise

SHIPS = "قال الوزيرُ إنّ ١٬٩٠٠ سفينة وصلت إلى الجهة الشرقية.\nوأضاف أن المدرسة **مغلقة** حتى الأحد."


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ("إن 1900 سفينه وصلت", "إنّ ١٬٩٠٠ سفينة وصلت"),
        ("1.900 سفينة", "١٬٩٠٠ سفينة"),
        ("قال الوزير", "قال الوزيرُ"),
        ("> - وصلت إلى _الجھۃ_ الشرقية.", "وصلت إلى الجهة الشرقية."),
        ("أن المدرسة مغلقة حتي الأحد", "أن المدرسة **مغلقة** حتى الأحد"),
        ("«أن المدرسه» — Harbour Post · 2025", "أن المدرسة"),
    ],
)
def test_a_spelling_is_no_change_and_told(given: str, stands: str, coverage: Coverage) -> None:
    add(coverage, make(body=SHIPS))
    verdict = verify(given, coverage)
    assert (verdict.kind, verdict.spelled) == (VerdictKind.EXACT, True)
    (match,) = verdict.matches
    assert match.text == stands == SHIPS[match.start : match.end]
    assert match.diff
    assert "".join(text for kind, text in match.diff if kind != "insert") == stands
    told = "".join("".join(text.split()) for kind, text in match.diff if kind != "delete")
    assert told in "".join(given.split())


@pytest.mark.parametrize(
    "given",
    [
        "إن 1.9 سفينة وصلت إلى الجهة الشرقية",
        "إن 1901 سفينة وصلت إلى الجهة الشرقية",
        "أن ١٬٩٠٠ سفينة وصلت إلى الجهة الشرقية",
        "إنَّ ١٬٩٠٠ سفينة وصلت إلى الجهة الشرقية",
        "إن 1900 سفينة وصلت، إلى الجهة الشرقية",
    ],
)
def test_another_word_or_mark_is_a_change(given: str, coverage: Coverage) -> None:
    add(coverage, make(body=SHIPS))
    assert verify(given, coverage).kind is VerdictKind.ALTERED


def test_where_it_stands_as_given_no_spelling_is_told(coverage: Coverage) -> None:
    add(coverage, make("a", body=SHIPS), make("b", body="وصلت الي الجهه الشرقيه 1900 سفينة امس."))
    verdict = verify("الجهه الشرقيه", coverage)
    assert [match.article.id for match in verdict.matches] == ["b"]
    assert not verdict.spelled


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_other_keyboards_write_the_same_quote(demo: Coverage, data: st.DataObject) -> None:
    text = drawn_quote(demo, data, 4)
    typed = text.translate(_TYPED)
    verdict = verify(typed, demo)
    assert verdict.kind is VerdictKind.EXACT
    assert verdict.spelled is (typed != text and folded(typed) != folded(text))
    assert any(text in match.body for match in verdict.matches)


_TYPED = str.maketrans("0123456789ةهيى", "۰۱۲۳۴۵۶۷۸۹ۃھیی")


def test_terminal_and_telegram_tell_a_spelling(coverage: Coverage) -> None:
    add(coverage, make(body=SHIPS))
    verdict = verify("إن 1900 سفينة وصلت", coverage)
    printed = StringIO()
    Console(width=200, file=printed, highlight=False).print(verdict_view(verdict))
    assert printed.getvalue().startswith("exact: it stands word for word, spelled otherwise,")
    assert "{+إن 1900+}" in printed.getvalue()
    said = verdict_messages(verdict, words("en"))[0].html
    assert "spelled differently" in said
    assert "<s>إن 1900</s>" in said
    value = verdict_json(verdict)
    validator("verify").validate(value)
    assert (value["verdict"], value["matches"][0]["text"]) == ("exact", "إنّ ١٬٩٠٠ سفينة وصلت")


# ---------------------------------------------------------------- altered


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_changed_word_is_altered_and_shown(demo: Coverage, data: st.DataObject) -> None:
    text = drawn_quote(demo, data, 10)
    words = list(WORD.finditer(text))
    word = data.draw(st.sampled_from(words))
    changed = f"{text[: word.start()]}Zanzibar{text[word.end() :]}"
    verdict = verify(changed, demo)
    if len(words) < 8:
        return
    if verdict.kind is VerdictKind.EXACT:  # the word was next to a quotation
        assert any("Zanzibar" in part.text for part in verdict.own)
        assert list(quotations(changed))
        return
    assert verdict.kind is VerdictKind.ALTERED
    (match,) = verdict.matches
    assert match.diff
    assert any(kind == "insert" and "Zanzibar" in piece for kind, piece in match.diff)
    kept = "".join(piece for kind, piece in match.diff if kind != "insert")
    given = "".join(piece for kind, piece in match.diff if kind != "delete")
    assert kept == match.text == match.body[match.start : match.end]
    assert "".join(given.split()) == "".join(changed.split())


def diff_of(text: str, coverage: Coverage) -> list[tuple[str, str]]:
    verdict = verify(text, coverage)
    assert verdict.kind is VerdictKind.ALTERED, verdict
    assert verdict.matches[0].diff
    return list(verdict.matches[0].diff)


def test_the_diff_reads_as_it_was_changed(coverage: Coverage) -> None:
    add(coverage, make())
    assert diff_of("opened a third quay on Monday after two years of work", coverage) == [
        ("equal", "opened a "),
        ("delete", "second "),
        ("insert", "third "),
        ("equal", "quay on Monday after two years of work"),
    ]


def test_at_the_edges_the_word_that_was_there_is_shown(coverage: Coverage) -> None:
    add(coverage, make())
    first = diff_of("Our harbour authority opened a second quay", coverage)
    assert first[:2] == [("delete", "The "), ("insert", "Our ")]
    last = diff_of("all morning while the police looked away.", coverage)
    assert last[-3:] == [("delete", "on"), ("insert", "away"), ("equal", ".")]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("The harbour", "the harbour", ("insert", "the ")),
        ("quay", "Quay", ("insert", "Quay ")),
        ("work.", "work!", ("insert", "!")),
    ],
)
def test_a_spelling_is_shown_too(
    before: str, after: str, shown: tuple[str, str], coverage: Coverage
) -> None:
    add(coverage, make())
    text = "The harbour authority opened a second quay on Monday after two years of work."
    assert shown in diff_of(text.replace(before, after), coverage)


def test_vowel_signs_are_changes(coverage: Coverage) -> None:
    add(coverage, make(body="قال الوزير إن 12 سفينة وصلت إلى الميناء الجديد صباح الجمعة."))
    pieces = diff_of("قال الوزيرُ إن 12 سفينة وصلت إلى الميناء الجديد", coverage)
    assert ("insert", "الوزيرُ ") in pieces


@pytest.mark.parametrize("left_out", ["…", "...", "[...]", "(…)"])
def test_what_was_left_out_is_shown(left_out: str, coverage: Coverage) -> None:
    add(coverage, make())
    text = f"The harbour authority opened a second quay {left_out} from four towns along the coast"
    pieces = diff_of(text, coverage)
    assert pieces[0] == ("equal", "The harbour authority opened a second quay ")
    assert pieces[-1] == ("equal", "from four towns along the coast")
    deleted = "".join(piece for kind, piece in pieces if kind == "delete")
    assert deleted.startswith("on Monday after two years of work. It will")


def test_sentences_that_never_stand_together_are_not_exact(coverage: Coverage) -> None:
    other = "Nothing moved in the yard that night. The watchman heard one engine and no voices."
    add(coverage, make(), make("b", other))
    ours, theirs = "The mayor had no comment.", "The watchman heard one engine and no voices."
    far = BODY[: BODY.index(". ") + 1]
    pieces = diff_of(f"{far} {theirs}", coverage)
    assert ("equal", far) in [(kind, piece.strip()) for kind, piece in pieces]
    assert any(kind == "insert" and "watchman" in piece for kind, piece in pieces)
    turned = diff_of(f"{ours} {far}", coverage)
    assert any(kind == "insert" and "mayor" in piece for kind, piece in turned)


def test_of_several_originals_the_nearest_is_told(coverage: Coverage) -> None:
    add(coverage, make(), make("b", BODY.replace("second quay on Monday", "second quay on Sunday")))
    verdict = verify("The harbour authority opened one second quay on Sunday after two", coverage)
    assert [match.article.id for match in verdict.matches] == ["b"]


@given(st.text("ab \n.-", max_size=60), st.text("ab \n.-", max_size=60))
def test_a_diff_makes_up_both_texts(one: str, other: str) -> None:
    tokens = FoldedText.of(other)
    found = aligned(tokens, FoldedText.of(one)) if tokens.words else None
    if found is None:
        return
    kept = "".join(piece for kind, piece in found.diff if kind != "insert")
    given = "".join(piece for kind, piece in found.diff if kind != "delete")
    assert kept == one[found.start : found.end]
    assert "".join(given.split()) == "".join(other.split()) or "--" in other
    assert 0 < found.words <= len(tokens.words)


# ---------------------------------------------------------------- absent, and unusable


@pytest.mark.parametrize(
    "text",
    [
        "No such thing was ever written in this town by anybody at all.",
        "the coast of the road and the pier to the mayor of work",
        "zebra",
        "zebra crossing",
    ],
)
def test_what_is_nowhere_is_absent(text: str, coverage: Coverage) -> None:
    add(coverage, make())
    assert verify(text, coverage) == Verdict(VerdictKind.ABSENT, ())


def test_a_line_with_a_dash_is_no_citation(coverage: Coverage) -> None:
    """Of a dialogue the last line begins with a dash too."""
    add(coverage, make())
    text = "The mayor had no comment.\n— Nobody believed it, not even in the harbour."
    verdict = verify(text, coverage)
    assert verdict.attributions == ()
    assert [part.text for part in verdict.own] == text.splitlines()[1:]


@pytest.mark.parametrize("text", ["", " \n ", "…", "«»", "\u200f", "x" * (MOST_CHARACTERS + 1)])
def test_what_cannot_be_verified_is_refused(text: str, coverage: Coverage) -> None:
    add(coverage, make())
    with pytest.raises(InputError):
        verify(text, coverage)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_judged_or_refused(demo: Coverage, text: str) -> None:
    try:
        verdict = verify(text, demo)
    except InputError:
        return
    assert bool(verdict.matches) is (verdict.kind is not VerdictKind.ABSENT)


def test_the_engine_verifies(demo_home: Path, embedded: StaticEmbedder) -> None:
    engine = Engine.open(demo_home, embedded)
    quote = engine.ask("When did Lavrov arrive in Wonsan?").quotes[0]
    assert texts(engine.verify(receipt_of(quote))) == [quote.text]
    assert quote.text in texts(engine.verify(quote.text))


# ---------------------------------------------------------------- the command


def asked(pullquote: Pullquote, home: Path) -> dict[str, str]:
    said = pullquote("ask", "When did Lavrov arrive in Wonsan?", "--json", home=home).stdout
    quote: dict[str, str] = json.loads(said)["quotes"][0]
    return quote


def test_the_command_verifies_what_ask_gives(pullquote: Pullquote, home: Path) -> None:
    quote = asked(pullquote, home)
    for text in (quote["receipt"], quote["text"], f"«{quote['text']}»"):
        ran = pullquote("verify", text, "--json", home=home)
        said = json.loads(ran.stdout)
        validator("verify").validate(said)
        assert (ran.returncode, said["verdict"]) == (0, "exact")
        assert (quote["article"], quote["text"]) in [
            (match["article"], match["text"]) for match in said["matches"]
        ]


@pytest.mark.parametrize("form", ["text", "markdown"])
@pytest.mark.parametrize("question", ["متى وصل لافروف إلى وونسان؟", "Кого принял Ким?"])
def test_the_command_verifies_a_plain_copy(
    form: str, question: str, pullquote: Pullquote, home: Path
) -> None:
    copied = pullquote("ask", question, "--limit", "1", "--format", form, home=home).stdout
    ran = pullquote("verify", "-", home=home, stdin=copied)
    assert ran.returncode == 0, (copied, ran)
    assert ran.stdout.startswith("exact")


def test_the_command_shows_what_was_changed(pullquote: Pullquote, home: Path) -> None:
    words = asked(pullquote, home)["text"].split()
    words[4] = "Zanzibar"
    text = " ".join(words)
    ran = pullquote("verify", "-", home=home, stdin=text)
    assert ran.returncode == 1
    assert ran.stdout.startswith("altered")
    assert "{+Zanzibar+}" in ran.stdout
    said = json.loads(pullquote("verify", text, "--json", home=home).stdout)
    validator("verify").validate(said)
    assert said["verdict"] == "altered"
    assert ["insert", "Zanzibar "] in said["matches"][0]["diff"]


def test_the_command_says_what_is_absent(pullquote: Pullquote, home: Path) -> None:
    text = "Nothing of the kind was ever printed anywhere"
    ran = pullquote("verify", text, "--json", home=home)
    absent = {"verdict": "absent", "matches": [], "sentences": [], "attributions": [], "own": []}
    assert (ran.returncode, json.loads(ran.stdout)) == (1, {**absent, "purged": None})
    quote = asked(pullquote, home)
    pullquote("remove", quote["article"], home=home)
    ran = pullquote("verify", quote["receipt"], home=home)
    assert ran.returncode == 1
    assert "has been removed" in ran.stdout


def test_the_command_refuses_what_it_cannot_use(
    refused: Callable[..., str], pullquote: Pullquote, home: Path, tmp_path: Path
) -> None:
    receipt = asked(pullquote, home)["receipt"]
    other = "a" if receipt[3] != "a" else "b"
    assert "mistyped" in refused("verify", receipt[:3] + other + receipt[4:], home=home)
    assert "no words" in refused("verify", "", home=home)
    assert "no words" in refused("verify", "-", home=home, stdin="\n")
    assert "not UTF-8" in refused("verify", "-", home=home, stdin=b"\xff\xfe")
    assert "there is no " in refused("verify", "some words", home=tmp_path / "empty")
    assert "Missing argument" in refused("verify", home=home)
