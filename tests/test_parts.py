"""The parts of an article beside its body: stored, quoted, verified, brought into older homes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from corpus.ingest import ingest, prepare
from corpus.reclean import reclean
from corpus.store import Coverage
from corpus.types import Article, PartKind, RawDocument, Source
from retrieval.answer.check.receipt import receipt_of
from retrieval.answer.check.verdict import VerdictKind
from retrieval.answer.check.verify import verify
from retrieval.types import Quote
from tests.conftest import Pullquote

TODAY = date(2025, 12, 31)
TITLE = "Ferries to Oskar Island stop for the winter"
LEAD = "From November on only the mail boat will call at the island, twice a week."
TEXT = (
    "The shipping office of Merrow will lay up both ferries on the last day of October.\n\n"
    "A helicopter is kept ready for the sick, the health board of the county promised.\n\n"
    "The following will be kept open:\n\n"
    "- the shop beside the quay\n- the school, on three days\n"
)
SAID = Source(path="ferries.txt", outlet="Merrow Bell", headline=TITLE, standfirst=LEAD)


def article() -> Article:
    made = prepare(RawDocument(TEXT, SAID), TODAY)
    assert isinstance(made, tuple)
    return made[0]


def test_parts_stand_behind_the_body_each_behind_a_cut() -> None:
    made = article()
    assert made.proper == TEXT.strip()
    told = {part.kind: made.body[part.start : part.end] for part in made.parts}
    assert told == {PartKind.STANDFIRST: LEAD, PartKind.HEADLINE: TITLE}
    assert {part.start for part in made.parts} <= set(made.cuts)
    assert made.part_at(0).kind is PartKind.BODY
    sentences = [(made.body[each.start : each.end], each.heading) for each in made.sentences]
    assert (LEAD, False) in sentences
    assert (TITLE, True) in sentences


def test_items_of_a_list_carry_the_line_above_them() -> None:
    made = article()
    items = [each for each in made.sentences if each.lead and not each.heading]
    assert [made.body[each.start : each.end] for each in items] == [
        "the shop beside the quay",
        "the school, on three days",
    ]
    quote = Quote(made, items[0].start, items[0].end, 1.0)
    assert quote.lead_in is not None
    assert quote.lead_in.text == "The following will be kept open:"


def test_headline_and_standfirst_verify_as_exact(pullquote: Pullquote, tmp_path: Path) -> None:
    file = tmp_path / "ferries.txt"
    head = f'+++\noutlet = "Merrow Bell"\nheadline = "{TITLE}"\nstandfirst = "{LEAD}"\n+++\n'
    file.write_text(head + TEXT)
    home = tmp_path / "home"
    assert pullquote("ingest", file, home=home).returncode == 0
    for text, part in ((TITLE, "headline"), (LEAD, "standfirst")):
        told = json.loads(pullquote("verify", text, "--json", home=home).stdout)
        (match,) = told["matches"]
        assert (told["verdict"], match["part"]) == ("exact", part)
        # from word to word, as of any text
        assert text[match["start"] : match["end"]] == match["text"]
    asked = pullquote("ask", "Which boat will call at Oskar Island?", "--json", home=home)
    answer = json.loads(asked.stdout)
    quotes = answer["quotes"] or [answer["absence"]["nearest"]]
    lead = next(quote for quote in quotes if quote["part"] == "standfirst")
    assert LEAD[lead["start"] : lead["end"]] == lead["text"]
    receipt = json.loads(pullquote("verify", lead["receipt"], "--json", home=home).stdout)
    assert (receipt["verdict"], receipt["matches"][0]["part"]) == ("exact", "standfirst")


def test_receipts_of_a_home_without_parts_still_verify(tmp_path: Path) -> None:
    file = tmp_path / "ferries.txt"
    head = f'+++\noutlet = "Merrow Bell"\nheadline = "{TITLE}"\nstandfirst = "{LEAD}"\n+++\n'
    file.write_text(head + TEXT)
    coverage = Coverage.open(tmp_path / "coverage.sqlite")
    ingest([str(file)], coverage, today=TODAY)
    (taken,) = coverage.articles()
    before = replace(
        taken,
        body=taken.proper,
        sentences=tuple(each for each in taken.sentences if each.end <= len(taken.proper)),
        cuts=(),
        parts=(),
    )
    with coverage.transaction():
        coverage.rewrite(before)
    (old,) = coverage.articles()
    assert old.parts == ()
    first = old.sentences[0]
    receipt = receipt_of(Quote(old, first.start, first.end, 1.0))
    assert reclean(coverage, today=TODAY).documents == 1
    (new,) = coverage.articles()
    assert (new.id, new.version, new.proper) == (old.id, old.version, old.body)
    assert [part.kind for part in new.parts] == [PartKind.STANDFIRST, PartKind.HEADLINE]
    for given in (receipt, LEAD):
        assert verify(given, coverage).kind is VerdictKind.EXACT
    assert not verify(receipt, coverage).matches[0].superseded
    coverage.close()
