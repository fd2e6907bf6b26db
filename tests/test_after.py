"""More quotes, what stands around one, and how its copies word it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import InputError
from corpus.ingest import ingest
from corpus.split import sentences
from corpus.store import COVERAGE_FILE, Coverage
from corpus.types import Article, Source
from retrieval.answer.after import context, more, opened, quote_of, wordings
from retrieval.answer.check.receipt import Receipted, receipt_of
from retrieval.answer.silence import Calibration
from retrieval.engine import Engine, update_index
from retrieval.models.embed import StaticEmbedder
from retrieval.types import Quote

TODAY = date(2026, 2, 1)
LINES = (
    "The harbour authority opened a second quay on Monday after two years of work by night.",
    "What comes next",
    "Ferries from four towns along the coast will call at the new quay from the first of June.",
    "A ticket will cost as much as before, and children will travel free until the autumn.",
    "The old quay is to be taken down, and its stones will go into the wall of the north mole.",
)
BODY = "\n\n".join(LINES)
FERRIES = LINES[2]


def article(name: str, body: str, *cuts: int) -> Article:
    return Article(name, "v", Source(f"{name}.txt"), "en", body, sentences(body, "en"), cuts)


def quote(text: str, body: str = BODY, *cuts: int, copies: tuple[Article, ...] = ()) -> Quote:
    start = body.index(text)
    return Quote(article("a", body, *cuts), start, start + len(text), 1.0, copies=copies)


def around(one: Quote) -> list[str]:
    found = context(one)
    return [found.text(paragraph) for paragraph in found.paragraphs]


# ---------------------------------------------------------------- context


def test_the_paragraph_and_its_neighbours() -> None:
    assert around(quote("A ticket will cost as much as before")) == list(LINES[2:5])
    found = context(quote("A ticket will cost as much as before"))
    assert [paragraph.quoted for paragraph in found.paragraphs] == [False, True, False]
    assert not found.cut_before
    assert not found.cut_after


def test_headings_between_come_along_and_are_marked() -> None:
    one = quote(FERRIES)
    assert around(one) == list(LINES[:4])
    assert [paragraph.heading for paragraph in context(one).paragraphs] == [0, 1, 0, 0]


def test_at_the_ends_there_is_one_neighbour() -> None:
    assert around(quote("The harbour authority opened")) == list(LINES[:3])
    assert around(quote("The old quay")) == list(LINES[3:])
    assert around(quote(FERRIES, FERRIES)) == [FERRIES]


def test_nothing_comes_from_beyond_a_cut() -> None:
    cuts = BODY.index(FERRIES), BODY.index(LINES[3])
    found = context(quote(FERRIES, BODY, *cuts))
    assert [found.text(paragraph) for paragraph in found.paragraphs] == [FERRIES]
    assert found.cut_before
    assert found.cut_after
    later = context(quote(FERRIES, BODY, BODY.index(LINES[4])))
    assert [later.text(paragraph) for paragraph in later.paragraphs] == list(LINES[:4])
    assert not later.cut_before
    assert later.cut_after


def test_a_quote_over_two_paragraphs() -> None:
    text = BODY[BODY.index("from the first of June") : BODY.index("children")]
    assert around(quote(text)) == list(LINES)
    assert [each.quoted for each in context(quote(text)).paragraphs] == [0, 0, 1, 1, 0]


def test_of_a_body_cleaned_otherwise_since_only_the_lines_of_the_quote(coverage: Coverage) -> None:
    now = article("a", FERRIES)
    start = BODY.index("A ticket")
    found = Receipted(now, True, start, start + 8, BODY)
    made = quote_of(found, coverage)
    assert made.text == "A ticket"
    shown = context(made)
    assert [shown.text(paragraph) for paragraph in shown.paragraphs] == [LINES[3]]
    assert shown.cut_before
    assert shown.cut_after


# ---------------------------------------------------------------- wordings


def copy(name: str, text: str) -> Article:
    return article(name, f"It rained in town on that day too.\n{text}\nThe wind turned at night.")


def test_copies_of_one_wording_stand_together() -> None:
    edited = FERRIES.replace("four towns", "five towns")
    one = quote(
        FERRIES,
        copies=(copy("b", edited), copy("c", FERRIES), copy("d", edited), copy("e", FERRIES)),
    )
    same, other = wordings(one)
    assert (same.same, other.same) == (True, False)
    assert [(place.article.id, place.text) for place in same.places] == [
        ("c", FERRIES),
        ("e", FERRIES),
    ]
    assert [(place.article.id, place.text) for place in other.places] == [
        ("b", edited),
        ("d", edited),
    ]
    (change,) = (edit for edit in other.edits if not edit.equal)
    assert one.article.body[change.start : change.end] == "four"
    first = other.places[0].article.body
    assert first[change.other_start : change.other_end] == "five"


def test_what_was_changed_at_the_edges_is_told() -> None:
    edited = FERRIES.replace("Ferries", "Boats").replace("of June.", "of July.")
    (only,) = wordings(quote(FERRIES, copies=(copy("b", edited),)))
    assert only.places[0].text == edited
    body = only.places[0].article.body
    changed = [body[e.other_start : e.other_end] for e in only.edits if not e.equal]
    assert changed == ["Boats", "July"]


def test_signs_and_spellings_are_no_other_wording() -> None:
    body = "قال الوزير إنّ السفينة وصلت إلى الميناء الجديد مساء الأحد."
    other = "قال الوزير ان السفينة وصلت الى الميناء الجديد، مساء الاحد"
    (only,) = wordings(quote(body, body, copies=(article("b", other),)))
    assert only.same
    assert only.places[0].text == other


def test_a_quote_of_few_words_is_found_by_its_sentence() -> None:
    (only,) = wordings(quote("Talks failed.", "Talks failed.", copies=(copy("b", "Talks began."),)))
    assert only.places[0].text == "Talks began."
    assert not only.same


def test_without_copies_there_are_no_other_wordings() -> None:
    assert wordings(quote(FERRIES)) == ()


# ---------------------------------------------------------------- of an engine


def write(home: Path, bodies: list[str]) -> None:
    records = [
        {"outlet": f"Outlet {n}", "date": f"2025-07-{n + 1:02}", "id": f"https://a.example/{n}"}
        | {"body": body}
        for n, body in enumerate(bodies)
    ]
    file = home / "a.jsonl"
    file.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        ingest([str(file)], coverage, today=TODAY)


OTHERS = (
    "A painter spent the whole of June at the quay and sold eleven pictures of it.",
    "Nobody has fished from the quay since the lamp at its end went out in the spring.",
    "The quay was swept by a wave in the storm, and two carts of salt were lost.",
    "Under the quay divers found a bell, an anchor, and the hull of a river boat.",
    "Three banks offered to lend what the quay had cost, the mayor told the council.",
    "School classes may visit the quay on Thursdays, when no cargo is unloaded there.",
)


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, embedded: StaticEmbedder, talkative: Calibration
) -> Iterator[Engine]:
    home = tmp_path_factory.mktemp("followups")
    edited = BODY.replace("four towns", "five towns")
    copies = [BODY, *[f"{BODY}\n\nRain is expected in week {n}." for n in range(12)], edited]
    write(home, [*copies, *OTHERS])
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        update_index(home, coverage, embedded)
    opened = Engine.open(home, embedded, talkative)
    with closing(opened.coverage):
        yield opened


ASKED = "quay"


def test_more_goes_on_where_the_answer_ended(engine: Engine) -> None:
    whole = engine.ask(ASKED, limit=8).quotes
    assert len(whole) == 8
    for limit in (1, 2, 3, 5):
        assert engine.ask(ASKED, limit=limit).quotes == whole[:limit]
        further = more(engine.ask(ASKED, limit=limit + 3), limit, 2)
        assert further.quotes == whole[limit : limit + 2]
        assert further.left
    everything = more(engine.ask(ASKED, limit=41), 0, 40)
    assert not everything.left
    assert everything.quotes[:8] == whole
    shown = len(everything.quotes)
    assert more(engine.ask(ASKED, limit=shown + 4), shown, 3).quotes == ()


def test_beyond_copies_of_one_text_others_are_looked_for(engine: Engine) -> None:
    """The best passages, all that are looked into at first, are fourteen copies of one text."""
    quotes = engine.ask(ASKED, limit=20).quotes
    assert {len(quote.copies) for quote in quotes} == {0, 13}
    assert sum(not quote.copies for quote in quotes) >= 5


def test_wordings_and_context_of_a_receipt(engine: Engine) -> None:
    one = engine.ask("ferries from four towns along the coast", limit=1).quotes[0]
    receipt = receipt_of(one)
    held = opened(receipt, engine.coverage)
    assert held is not None
    quote, superseded = held
    assert not superseded
    found = context(quote)
    assert [found.text(each) for each in found.paragraphs] == list(LINES[:4])
    assert found.article.body[found.start : found.end] == one.text == FERRIES
    known = wordings(quote)
    assert known == wordings(one)
    assert [(each.same, len(each.places)) for each in known] == [(True, 12), (False, 1)]
    with pytest.raises(InputError):
        opened(receipt[:-1] + ("a" if receipt[-1] != "a" else "b"), engine.coverage)


def test_a_receipt_of_a_superseded_version_leads_to_what_stood_there(
    tmp_path: Path, embedded: StaticEmbedder, talkative: Calibration
) -> None:
    write(tmp_path, [BODY])
    with closing(Coverage.open(tmp_path / COVERAGE_FILE)) as coverage:
        update_index(tmp_path, coverage, embedded)
    engine = Engine.open(tmp_path, embedded, talkative)
    with closing(engine.coverage):
        receipt = receipt_of(engine.ask("ferries from four towns", limit=1).quotes[0])
        write(tmp_path, [BODY.replace("four towns", "nine towns")])
        held = opened(receipt, engine.coverage)
        assert held is not None
        quote, superseded = held
        assert superseded
        found = context(quote)
        assert found.article.body == BODY
        assert FERRIES in [found.text(paragraph) for paragraph in found.paragraphs]
        assert wordings(quote) == ()
        (engine_article,) = engine.coverage.articles()
        assert engine_article.body != BODY
