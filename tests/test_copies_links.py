"""The register of copies: what it says, and that it does not depend on how it came to be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.copies import carriers, copies_of, earliest, groups, link, links, made_of_it, rebuild
from corpus.copies.shared import Stretch, shared
from corpus.copies.words import WordRun, words_of

FERRY = (
    "The harbour authority opened a second quay on Monday after two years of work, and ferries"
    " from four towns along the coast will call there every morning from the first of June."
)
MARKET = (
    "Fishermen sold the whole of their night's catch on the steps of the old customs house, where"
    " a market had last been held before the war, an elderly baker remembered with some pride."
)
SPEECH = (
    "«We have waited long for this quay, and every town along our coast will prosper by it for as"
    " long as ships are built and sailors come home again»"
)
STORY = f"{FERRY}\n{MARKET}"
# Parts of bodies that recombine into copies, partial copies, formulas and texts of their own.
PARTS = [FERRY, MARKET, f"The mayor said: {SPEECH}.", f"To applause she added {SPEECH}, he wrote."]
PARTS += [" ".join(f"{name}{number}" for number in range(24)) + "." for name in "abc"]
BODY = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("\n".join)
BODIES = st.dictionaries(st.sampled_from("abcdefgh"), BODY, max_size=8)


class Shelf:
    """Articles in a coverage database, and their copies."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        schema = files("corpus.store").joinpath("schema.sql").read_text(encoding="utf-8")
        self.connection.executescript(schema)

    def put(
        self, article: str, body: str, published: str | None = None, outlet: str | None = None
    ) -> None:
        version = sha256(body.encode()).hexdigest()[:16]
        self.connection.execute(
            "INSERT OR IGNORE INTO version (article, version, raw, number, path, outlet, published,"
            " language, body, sentences, cuts, digest)"
            " VALUES (?1, ?2, '', 1, '', ?3, ?4, 'en', ?5, '[]', '[]', ?2)",
            [article, version, outlet, published, body],
        )
        self.connection.execute(
            "INSERT INTO article (id, version) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET version = excluded.version, removed = 0",
            [article, version],
        )

    def remove(self, article: str) -> None:
        self.connection.execute("UPDATE article SET removed = 1 WHERE id = ?", [article])

    def link(self, batch: int = links.BATCH) -> int:
        return link(self.connection, batch=batch)

    def linked(self, article: str) -> dict[str, tuple[float, float]]:
        found = copies_of(self.connection, article)
        return {copy.article: (round(copy.held, 2), round(copy.holds, 2)) for copy in found}

    def carried(self, article: str, body: str, text: str) -> list[list[str]]:
        """The groups of articles that carry `text`, which stands in this article's body."""
        start = body.index(text)
        found = carriers(self.connection, article, start, start + len(text))
        return [[carrier.article for carrier in group] for group in found]


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    made = Shelf()
    yield made
    made.connection.close()


def everything(shelf: Shelf) -> object:
    """All that the register says, without the numbers of texts."""
    articles = [row[0] for row in shelf.connection.execute("SELECT id FROM article ORDER BY id")]
    prints = shelf.connection.execute(
        "SELECT article, print FROM copy_print JOIN copy_text ON number = text ORDER BY 1, 2"
    ).fetchall()
    copies = [copies_of(shelf.connection, article) for article in articles]
    carried = [carriers(shelf.connection, article, 0, 200) for article in articles]
    return copies, groups(shelf.connection), carried, prints


def filled(bodies: dict[str, str], order: Sequence[str], batch: int) -> object:
    made = Shelf()
    for article in order:
        made.put(article, bodies[article])
        if batch == 1:
            made.link()
    made.link(batch)
    said = everything(made)
    made.connection.close()
    return said


@settings(max_examples=40, deadline=None)
@given(BODIES)
def test_the_words_of_linked_texts_are_kept(bodies: dict[str, str]) -> None:
    shelf = Shelf()
    for article, body in bodies.items():
        shelf.put(article, body)
    shelf.link()
    rows = shelf.connection.execute("SELECT article, run FROM copy_text").fetchall()
    for article, run in rows:
        assert (run is not None) == bool(copies_of(shelf.connection, article))
        if run:
            held, made = WordRun.unpacked(run), words_of(bodies[article])
            for name in ("keys", "starts", "ends", "spoken", "sentences"):
                np.testing.assert_array_equal(getattr(held, name), getattr(made, name))
    shelf.connection.close()


def test_a_part_of_another_text_is_a_whole_copy_of_it(shelf: Shelf) -> None:
    shelf.put("long", STORY)
    shelf.put("short", FERRY)
    shelf.put("other", "Quite another text, which nobody has copied yet from anyone else at all.")
    assert shelf.link() == 3
    part = round(len(words_of(FERRY)) / len(words_of(STORY)), 2)
    assert shelf.linked("long") == {"short": (part, 1.0)}
    assert shelf.linked("short") == {"long": (1.0, part)}
    assert all(copy.whole for copy in copies_of(shelf.connection, "short"))
    assert shelf.linked("other") == {}
    assert shelf.linked("nowhere") == {}


def test_a_paragraph_in_common_is_a_copy_in_part(shelf: Shelf) -> None:
    shelf.put("one", f"{FERRY}\n{PARTS[4]}\n{PARTS[5]}")
    shelf.put("two", f"{PARTS[6]}\n{MARKET}\n{FERRY}")
    shelf.link()
    (copy,) = copies_of(shelf.connection, "two")
    assert not copy.whole
    (stretch,) = copy.stretches
    assert f"{PARTS[6]}\n{MARKET}\n{FERRY}"[stretch.start : stretch.end] == FERRY[:-1]
    assert (stretch.other_start, stretch.other_end) == (0, len(FERRY) - 1)
    assert groups(shelf.connection) == []


def test_groups_begin_with_the_earliest_known(shelf: Shelf) -> None:
    shelf.put("a", STORY)
    shelf.put("b", STORY, None, "An outlet")
    shelf.put("c", STORY, "2025-07-12")
    shelf.put("d", STORY, "2025-07-11")
    shelf.link()
    assert groups(shelf.connection) == [("d", "c", "b", "a")]
    assert earliest(shelf.connection, ["a", "c"]) == ["c", "a"]


def test_what_is_removed_is_no_copy_at_once(shelf: Shelf) -> None:
    shelf.put("one", STORY)
    shelf.put("two", STORY)
    shelf.link()
    shelf.remove("two")
    assert shelf.linked("one") == {}
    assert groups(shelf.connection) == []
    assert shelf.carried("one", STORY, FERRY) == [["one"]]
    assert shelf.link() == 0
    shelf.put("two", STORY)
    assert shelf.link() == 1
    assert shelf.linked("one") == {"two": (1.0, 1.0)}


def test_a_new_version_has_links_of_its_own(shelf: Shelf) -> None:
    shelf.put("one", STORY)
    shelf.put("two", FERRY)
    shelf.link()
    shelf.put("two", f"{PARTS[4]} {PARTS[5]}")
    assert shelf.link() == 1
    assert shelf.linked("one") == {}
    assert shelf.link() == 0


def test_a_passage_and_who_carries_it(shelf: Shelf) -> None:
    edited = STORY.replace("after two years", "after three years")
    shelf.put("one", STORY)
    shelf.put("two", f"{PARTS[4]}\n{edited}")
    shelf.put("three", PARTS[5])
    shelf.link()
    ((first, second),) = carriers(shelf.connection, "one", 0, len(FERRY))
    assert (first.article, first.start, first.end, first.share) == ("one", 0, len(FERRY), 1.0)
    body = f"{PARTS[4]}\n{edited}"
    assert body[second.start : second.end] == edited[: len(FERRY) + 1]
    assert 0.9 < second.share < 1
    assert carriers(shelf.connection, "nowhere", 0, 10) == ()


def test_reporters_that_share_a_quotation_only_are_independent(shelf: Shelf) -> None:
    one, two = f"{MARKET}\nThe mayor said: {SPEECH}.", f"{PARTS[4]}\nWith a smile: {SPEECH}."
    shelf.put("one", one)
    shelf.put("copy", one)
    shelf.put("two", two)
    shelf.link()
    assert shelf.linked("two") == {}
    assert shelf.carried("one", one, SPEECH) == [["one", "copy"], ["two"]]
    assert shelf.carried("two", two, SPEECH) == [["two"], ["copy", "one"]]


def test_an_article_that_changed_is_no_copy_until_it_is_linked_again(shelf: Shelf) -> None:
    shelf.put("one", STORY)
    shelf.put("two", STORY)
    shelf.link()
    shelf.put("two", PARTS[4])
    assert shelf.linked("one") == {}
    assert shelf.carried("one", STORY, FERRY) == [["one"]]
    assert carriers(shelf.connection, "two", 0, 50) == ()


def test_what_stands_in_very_many_texts_makes_no_copies(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "COMMON", 3)
    sentence = "Write to us and tell us what you have seen with your own eyes out there."
    for number in range(3):
        shelf.put(f"a{number}", f"{' '.join(f'{number}x{i}' for i in range(20))}.\n{sentence}")
    shelf.link()
    assert len(shelf.linked("a0")) == 2
    shelf.put("a3", f"{' '.join(f'yy{i}' for i in range(20))}.\n{sentence}")
    shelf.link()
    assert shelf.linked("a0") == shelf.linked("a3") == {}
    shelf.remove("a1")
    shelf.link()
    assert len(shelf.linked("a0")) == len(shelf.linked("a3")) == 2


def test_a_text_that_very_many_carry_is_still_one(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "COMMON", 3)
    for number in range(6):
        shelf.put(f"a{number}", STORY)
    shelf.link()
    assert [len(group) for group in groups(shelf.connection)] == [6]


def test_a_killed_link_leaves_a_register_that_is_completed(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for article in "abcdef":
        shelf.put(article, STORY if article < "e" else MARKET)
    calls = iter([True, True, True, False])

    def fails(one: WordRun, other: WordRun) -> tuple[Stretch, ...]:
        if next(calls):
            return shared(one, other)
        raise KeyboardInterrupt

    monkeypatch.setattr(links, "shared", fails)
    with pytest.raises(KeyboardInterrupt):
        shelf.link(batch=2)
    assert shelf.linked("a") == {"b": (1.0, 1.0)}
    assert not shelf.connection.in_transaction
    monkeypatch.undo()
    assert shelf.link() == 4
    completed = everything(shelf)
    assert rebuild(shelf.connection) == 6
    assert everything(shelf) == completed


def test_a_register_made_by_other_rules_is_made_anew(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put("one", STORY)
    shelf.link()
    assert shelf.link() == 0
    monkeypatch.setattr(links, "RULES", links.RULES + 1)
    assert shelf.link() == 1


@settings(deadline=None, max_examples=20)
@given(BODIES, st.data())
def test_neither_order_nor_batches_matter(bodies: dict[str, str], data: st.DataObject) -> None:
    order = data.draw(st.permutations(sorted(bodies)))
    batch = data.draw(st.integers(1, 8))
    with pytest.MonkeyPatch.context() as changed:
        # so few that the bodies cross them
        changed.setattr(links, "COMMON", 3)
        changed.setattr(links, "SEVERAL", 5)
        changed.setattr(links, "EVERYWHERE", 5)
        assert filled(bodies, order, batch) == filled(bodies, sorted(bodies), 99)


@settings(deadline=None, max_examples=20)
@given(BODIES, BODIES, st.sets(st.sampled_from("abcdefgh")))
def test_nor_does_what_was_there_before(
    before: dict[str, str], bodies: dict[str, str], gone: set[str]
) -> None:
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(links, "COMMON", 3)
        changed.setattr(links, "SEVERAL", 5)
        changed.setattr(links, "EVERYWHERE", 5)
        shelf = Shelf()
        for filling in (before, bodies):
            for article, body in filling.items():
                shelf.put(article, body)
            shelf.link(3)
        for article in gone:
            shelf.remove(article)
        shelf.link()
        left = {article: body for article, body in (before | bodies).items() if article not in gone}
        for article in gone:
            shelf.connection.execute("DELETE FROM article WHERE id = ?", [article])
        assert everything(shelf) == filled(left, sorted(left), 99)
        shelf.connection.close()


@settings(deadline=None, max_examples=20)
@given(BODIES)
def test_links_are_seen_from_both_sides(bodies: dict[str, str]) -> None:
    shelf = Shelf()
    for article, body in bodies.items():
        shelf.put(article, body)
    shelf.link()
    for article, body in bodies.items():
        for copy in copies_of(shelf.connection, article):
            assert 0 < copy.held <= 1
            assert 0 < copy.holds <= 1
            (back,) = (c for c in copies_of(shelf.connection, copy.article) if c.article == article)
            assert (back.held, back.holds, back.whole) == (copy.holds, copy.held, copy.whole)
            assert {each.turned() for each in back.stretches} == set(copy.stretches)
            assert all(0 <= each.start < each.end <= len(body) for each in copy.stretches)
    shelf.connection.close()


@settings(deadline=None, max_examples=20)
@given(BODIES, st.integers(0, 300), st.integers(0, 300))
def test_carriers_stand_in_their_bodies_and_once(bodies: dict[str, str], at: int, to: int) -> None:
    shelf = Shelf()
    for article, body in bodies.items():
        shelf.put(article, body)
    shelf.link()
    for article in bodies:
        found = carriers(shelf.connection, article, min(at, to), max(at, to))
        assert found[0][0].article == article
        every = [carrier for group in found for carrier in group]
        assert len({carrier.article for carrier in every}) == len(every)
        for carrier in every[1:]:
            assert 0 <= carrier.start < carrier.end <= len(bodies[carrier.article])
            assert 0.6 <= carrier.share <= 1
    shelf.connection.close()


def test_a_text_carried_twice_belongs_to_the_copy_that_is_linked_at_the_other_place() -> None:
    one, other = PARTS[0], PARTS[1]
    shelf = Shelf()
    shelf.put("a", f"{one}\n{one}")
    shelf.put("b", f"{one}\n{other}\n{one}\n{one}")
    shelf.link()
    (group,) = carriers(shelf.connection, "a", 0, len(one))
    assert [carrier.article for carrier in group] == ["a", "b"]
    found = made_of_it(shelf.connection, "a", 0, len(one))
    assert [carrier.article for carrier in found] == ["b"]
    shelf.connection.close()


@settings(max_examples=60, deadline=None)
@given(BODIES, st.sampled_from(PARTS), st.sets(st.sampled_from("abcdefgh"), max_size=2))
def test_by_links_alone_the_group_of_an_article_is_the_same(
    bodies: dict[str, str], part: str, gone: set[str]
) -> None:
    shelf = Shelf()
    for article, body in bodies.items():
        shelf.put(article, body)
    shelf.link()
    for article in gone:
        shelf.remove(article)
    for article, body in bodies.items():
        if part not in body or article in gone:
            continue
        start = body.index(part)
        ((_, *own), *_) = carriers(shelf.connection, article, start, start + len(part))
        found = made_of_it(shelf.connection, article, start, start + len(part))
        assert set(found) == set(own)
    shelf.connection.close()
