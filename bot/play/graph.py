"""Which articles repeat whose text, as a graph to draw: a row for each article, the earliest first,
a column for each day, and an arrow from the text that an article most likely repeats. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corpus.copies import CopyLink
from corpus.copies.reading import WHOLE
from corpus.types import Article

MOST = 40
"""Articles in a graph; of others the number is told."""

ROW, COLUMN, LEFT, TOP = 44, 110, 24, 44
"""Pixels from row to row and column to column, and of the edges."""

_NAMES = 260
_MOST_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Node:
    """An article at its place, in pixels from the side where reading begins. `carries` is the
    article whose text it carries and `share` how much of its own words that is, 0 to 1; both are
    not known of the first."""

    article: Article
    x: int
    y: int
    carries: str | None = None
    share: float = 1.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the text to the article that contains it."""

    x: int
    y: int
    to_x: int
    to_y: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """`columns` are the days and their places; the day is none for undated articles."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    columns: tuple[tuple[date | None, int], ...]
    width: int
    height: int
    left_out: int = 0


def copy_graph(articles: Sequence[Article], links: Sequence[CopyLink], left_out: int = 0) -> Graph:
    """The graph of articles that come earliest first."""
    order = {article.id: number for number, article in enumerate(articles)}
    columns = _columns(articles)
    sources = _sources(order, links)
    nodes: dict[str, Node] = {}
    arrows = []
    for row, article in enumerate(articles):
        x, y = columns[_day(article, columns)], TOP + ROW * row + ROW // 2
        link = sources.get(article.id)
        if link is None:
            nodes[article.id] = Node(article, x, y)
            continue
        first = link.one if link.other == article.id else link.other
        share = link.of_other if link.other == article.id else link.of_one
        whole = max(link.of_one, link.of_other) >= WHOLE
        nodes[article.id] = Node(article, x, y, first, share, whole)
        arrows.append(Arrow(nodes[first].x, nodes[first].y, x, y, whole))
    width = LEFT + COLUMN * len(columns) + _NAMES
    height = TOP + ROW * len(articles) + 8
    return Graph(
        tuple(nodes.values()), tuple(arrows), tuple(columns.items()), width, height, left_out
    )


def _columns(articles: Sequence[Article]) -> dict[date | None, int]:
    """A column for each day, or for so many first ones; undated articles are in the last."""
    days = sorted({day for each in articles if (day := each.source.published)})
    shown: list[date | None] = [*days[:_MOST_COLUMNS]]
    if any(each.source.published is None for each in articles):
        shown.append(None)
    return {day: LEFT + COLUMN * number + COLUMN // 2 for number, day in enumerate(shown)}


def _day(article: Article, columns: dict[date | None, int]) -> date | None:
    """The column of an article: later days are in the last of those that are drawn."""
    day = article.source.published
    if day is None or day in columns:
        return day
    return max(each for each in columns if each)


def _sources(order: dict[str, int], links: Sequence[CopyLink]) -> dict[str, CopyLink]:
    """For each article the link to the earlier one that has most of its words, of those with as
    many the earliest."""
    best: dict[str, tuple[float, int, CopyLink]] = {}
    for link in links:
        earlier, later = sorted((link.one, link.other), key=order.__getitem__)
        share = link.of_one if later == link.one else link.of_other
        key = share, -order[earlier]
        if later not in best or key > best[later][:2]:
            best[later] = *key, link
    return {article: link for article, (_, _, link) in best.items()}
