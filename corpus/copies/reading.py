"""What the register of copies answers: which articles share text, and which contain a passage."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np

from corpus.copies.links import EVERYWHERE, Texts, holders
from corpus.copies.shared import Stretch, longest
from corpus.copies.shingles import both_kinds, shingles
from corpus.copies.words import WordRun
from corpus.database import Connection
from corpus.database.dialect import NUMBERS

T = TypeVar("T", bound=Hashable)

# The share of the words of the shorter of two texts from which one is a copy of the other.
WHOLE = 0.8
# The share of the words of a passage from which another article carries it.
CARRIED = 0.6
# A passage is looked for in no more texts than this, those first that have most of its shingles.
_LOOKED_INTO = 400


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article that shares text with an article. `held` is the share of the article's words
    that the other contains, `holds` the share of the other's words that the article contains, both
    0 to 1. The stretches are positions in the article."""

    article: str
    held: float
    holds: float
    stretches: tuple[Stretch, ...]

    @property
    def whole(self) -> bool:
        """Whether nearly all of the shorter text is in the longer."""
        return max(self.held, self.holds) >= WHOLE


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where an article contains a passage: `body[start:end]`. `share` is the share of the passage's
    words that are there, 0 to 1."""

    article: str
    start: int
    end: int
    share: float


@dataclass(frozen=True, slots=True)
class CopyLink:
    """Two articles that share text, and the share of each one's words that the other contains, 0 to
    1."""

    one: str
    other: str
    of_one: float
    of_other: float


def links_between(connection: Connection, articles: Sequence[str]) -> list[CopyLink]:
    """The links among these articles."""
    rows = connection.execute(
        "SELECT mine.article, theirs.article, equal, mine.words, theirs.words FROM json_each(?1)"
        " JOIN copy_current AS mine ON mine.article = value JOIN copy_link ON one = mine.number"
        " JOIN copy_current AS theirs ON theirs.number = other"
        " WHERE theirs.article IN (SELECT value FROM json_each(?1))",
        [json.dumps(list(articles))],
    )
    return [
        CopyLink(one, other, min(equal / words, 1.0), min(equal / others, 1.0))
        for one, other, equal, words, others in rows
    ]


def copies_of(connection: Connection, article: str) -> tuple[Copy, ...]:
    """All articles linked with this one: those that contain most of it first, then by id."""
    rows = connection.execute(
        "SELECT theirs.article, mine.words, theirs.words, mine.number = one, equal, stretches"
        " FROM copy_current AS mine JOIN copy_link ON one = mine.number OR other = mine.number"
        " JOIN copy_current AS theirs ON theirs.number = one + other - mine.number"
        " WHERE mine.article = ?",
        [article],
    )
    found = [
        Copy(other, min(equal / words, 1.0), min(equal / others, 1.0), _stretches(written, first))
        for other, words, others, first, equal, written in rows
    ]
    return tuple(sorted(found, key=lambda copy: (-copy.held, copy.article)))


def whole(connection: Connection, articles: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of one of these articles and another, where one of the two is a whole copy of the
    other."""
    return connection.execute(
        "SELECT mine.article, theirs.article FROM json_each(?)"
        " JOIN copy_current AS mine ON mine.article = value"
        " JOIN copy_link ON one = mine.number OR other = mine.number"
        " JOIN copy_current AS theirs ON theirs.number = one + other - mine.number"
        " WHERE equal >= ? * min(mine.words, theirs.words)",
        [json.dumps(list(articles)), WHOLE],
    ).fetchall()


def groups(connection: Connection) -> list[tuple[str, ...]]:
    """The articles that are whole copies of one text, each group with the earliest known first; no
    group of one. In the order of the first ones' ids."""
    rows = connection.execute(
        "SELECT mine.article, theirs.article FROM copy_link"
        " JOIN copy_current AS mine ON mine.number = one"
        " JOIN copy_current AS theirs ON theirs.number = other"
        " WHERE equal >= ? * min(mine.words, theirs.words)",
        [WHOLE],
    ).fetchall()
    joined = _joined(sorted({article for row in rows for article in row}), rows)
    order = _earliest(connection, [article for group in joined for article in group])
    return sorted(tuple(sorted(group, key=order.__getitem__)) for group in joined)


def earliest(connection: Connection, articles: Sequence[str]) -> list[str]:
    """These articles, the earliest known first; then undated ones, those with an outlet first."""
    order = _earliest(connection, articles)
    return sorted(articles, key=order.__getitem__)


def carriers(
    connection: Connection, article: str, start: int, end: int
) -> tuple[tuple[Carrier, ...], ...]:
    """The articles that contain `body[start:end]` of an article, in one group for each independent
    text.

    Copies of one text are in one group; articles that share nothing around a quotation are in
    different ones. The first group is that of the article, which is its first member. The others
    are ordered by their first member. Empty if the register does not have the article.
    """
    texts = Texts(connection)
    own = _number(connection, article)
    if own is None:
        return ()
    passage = texts(own)[1].between(start, end)
    found = []
    for number in _holding(connection, passage):
        other, words = texts(number)
        if other != article and (stretch := longest(passage, words)):
            share = stretch.equal / len(passage)
            span = stretch.other_start, stretch.other_end
            found.append((number, Carrier(other, *span, share)))
    found = [each for each in found if each[1].share >= CARRIED]
    found.sort(key=lambda each: (-each[1].share, each[1].article))
    every = dict([(own, Carrier(article, start, end, 1.0)), *found])
    joined = _joined(list(every), _links_between(connection, every))
    return tuple(tuple(every[number] for number in group) for group in joined)


def made_of_it(connection: Connection, article: str, start: int, end: int) -> tuple[Carrier, ...]:
    """The other articles that contain `body[start:end]` of an article and are copies of the same
    text: the article's group in `carriers`, found by its links alone, which is much faster."""
    own = _number(connection, article)
    if own is None:
        return ()
    linked = _linked_with(connection, own)
    if not linked:
        return ()
    texts = Texts(connection)
    passage = texts(own)[1].between(start, end)

    @cache
    def carried(other: int) -> Carrier | None:
        name, words = texts(other)
        stretch = longest(passage, words)
        if stretch is None or stretch.equal < CARRIED * len(passage):
            return None
        share = stretch.equal / len(passage)
        return Carrier(name, stretch.other_start, stretch.other_end, share)

    found = {own: Carrier(article, start, end, 1.0)}
    waiting = [own]
    while waiting:
        number = waiting.pop()
        near = linked if number == own else _linked_with(connection, number)
        for other, stretches in near.items():
            if other in found or (there := carried(other)) is None:
                continue
            if _by_what_they_carry(stretches, found[number], there):
                found[other] = there
                waiting.append(other)
    return tuple(found.values())[1:]


def _number(connection: Connection, article: str) -> int | None:
    """What the register calls the newest text of an article; nothing where it has none."""
    row = connection.execute(
        "SELECT number FROM copy_current WHERE article = ?", [article]
    ).fetchone()
    return None if row is None else int(row[0])


def _linked_with(connection: Connection, number: int) -> dict[int, tuple[Stretch, ...]]:
    """The texts linked with a text and what the two share, seen from the text."""
    rows = connection.execute(
        "SELECT theirs.number, one = ?1, stretches FROM copy_link"
        " JOIN copy_current AS theirs ON theirs.number = one + other - ?1"
        " WHERE one = ?1 OR other = ?1 ORDER BY theirs.number",
        [number],
    )
    return {other: _stretches(written, first) for other, first, written in rows}


def _holding(connection: Connection, passage: WordRun) -> list[int]:
    """The texts with most shingles of the passage, of those with any."""
    starts, numbers = holders(connection, both_kinds(shingles(passage.keys)))
    having = np.diff(starts)
    every, times = np.unique(numbers[np.repeat(having <= EVERYWHERE, having)], return_counts=True)
    order = np.lexsort((every, -times))[:_LOOKED_INTO]
    rows = connection.execute(
        f"SELECT number FROM copy_current WHERE number IN ({NUMBERS})",
        [json.dumps(every[order].tolist())],
    )
    return [number for (number,) in rows]


def _links_between(connection: Connection, found: dict[int, Carrier]) -> list[tuple[int, int]]:
    """The pairs of these texts that are linked by what they carry here."""
    rows = connection.execute(
        "SELECT one, other, stretches FROM json_each(?) JOIN copy_link"
        " ON one = CAST(value AS BIGINT)"
        " WHERE other IN (SELECT CAST(value AS BIGINT) FROM json_each(?1))",
        [json.dumps(list(found))],
    )
    return [
        (one, other)
        for one, other, written in rows
        if _by_what_they_carry(_stretches(written, True), found[one], found[other])
    ]


def _by_what_they_carry(stretches: Sequence[Stretch], one: Carrier, other: Carrier) -> bool:
    """Whether what two texts share reaches what either carries. Either is enough: a text may carry
    a passage at two places, and only the other place be linked."""
    return any(
        _overlap(each.start, each.end, one) or _overlap(each.other_start, each.other_end, other)
        for each in stretches
    )


def _overlap(start: int, end: int, carrier: Carrier) -> bool:
    return start < carrier.end and carrier.start < end


def _joined(members: Sequence[T], pairs: Iterable[tuple[T, T]]) -> list[list[T]]:
    """The members in groups such that each pair is in one group; order is kept."""
    group_of = {member: [member] for member in members}
    for one, other in pairs:
        kept, joining = group_of[one], group_of[other]
        if kept is not joining:
            kept += joining
            group_of.update(dict.fromkeys(joining, kept))
    place = {member: at for at, member in enumerate(members)}
    groups = {id(group): sorted(group, key=place.__getitem__) for group in group_of.values()}
    return list(groups.values())


def _earliest(
    connection: Connection, articles: Sequence[str]
) -> dict[str, tuple[bool, str, bool, str, str]]:
    rows = connection.execute(
        "SELECT article.id, published, outlet FROM json_each(?)"
        " JOIN article ON article.id = value JOIN version"
        " ON version.article = article.id AND version.version = article.version",
        [json.dumps(list(articles))],
    )
    return {
        article: (day is None, day or "", not outlet, outlet or "", article)
        for article, day, outlet in rows
    }


def _stretches(written: str, first: bool) -> tuple[Stretch, ...]:
    """The stretches of a link, seen from its first text or from the other."""
    stretches = (Stretch(*row) for row in json.loads(written))
    if first:
        return tuple(stretches)
    return tuple(sorted((each.turned() for each in stretches), key=lambda each: each.start))
