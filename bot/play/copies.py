"""Which articles repeat whose text: for one article as a graph, for all as a list."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from aiohttp import web

from bot.play.filters import page_number
from bot.play.graph import MOST, Graph, Node, copy_graph
from bot.play.page import interface
from bot.play.room import room
from bot.play.told import gone, show
from bot.words import Words
from bot.words.coverage import outlet_name
from corpus.store import Coverage
from corpus.types import Article

_ON_PAGE = 50
_MOST_OUTLETS = 8


def routes() -> list[web.RouteDef]:
    return [
        web.get("/coverage/copies", _groups),
        web.get("/coverage/article/{id}/copies", _graph),
    ]


@dataclass(frozen=True, slots=True)
class Group:
    """A text that several articles contain: the earliest known of them, their number, and their
    outlets."""

    first: Article
    size: int
    outlets: tuple[str | None, ...]


async def _groups(request: web.Request) -> web.Response:
    at, said = room(request), interface(request)
    page = page_number(request.query)
    groups, every = await at.read(
        lambda: groups_of(at.engine.coverage, _ON_PAGE, (page - 1) * _ON_PAGE)
    )
    if every and not groups:  # a page after the last one
        raise web.HTTPSeeOther("/coverage/copies")
    return show(
        request,
        "groups.html",
        groups=[
            {
                "first": group.first,
                "size": group.size,
                "outlets": [outlet_name(outlet, said) for outlet in group.outlets],
            }
            for group in groups
        ],
        first=(page - 1) * _ON_PAGE + 1,
        page=page,
        pages=ceil(every / _ON_PAGE),
    )


def groups_of(coverage: Coverage, limit: int, offset: int) -> tuple[list[Group], int]:
    """Some of the texts that several articles carry, and how many there are. Blocks."""
    every = coverage.copy_groups()
    some = every[offset : offset + limit]
    articles = coverage.articles_by_id([each for group in some for each in group])
    made = []
    for group in some:
        known = [articles[each] for each in group if each in articles]
        outlets = dict.fromkeys(each.source.outlet for each in known)
        if known:
            made.append(Group(known[0], len(known), (*outlets,)[:_MOST_OUTLETS]))
    return made, len(every)


async def _graph(request: web.Request) -> web.Response:
    at, said = room(request), interface(request)
    found = await at.read(lambda: graph_of(at.engine.coverage, request.match_info["id"]))
    if found is None:
        name = request.match_info["id"][:40]
        return gone(request, said.say("coverage_unknown_article", name=name))
    article, graph = found
    named = {node.article.id: outlet_name(node.article.source.outlet, said) for node in graph.nodes}
    return show(
        request,
        "graph.html",
        article=article,
        graph=graph,
        named=named,
        node_text=lambda node: _node_text(node, named, said),
    )


def graph_of(coverage: Coverage, name: str) -> tuple[Article, Graph] | None:
    """An article and the graph of those that share text with it; `None` if there is none.
    Blocks."""
    article = coverage.article(name)
    if article is None:
        return None
    same = coverage.copies([name])[name]
    linked = [each.article for each in coverage.linked(name)]
    every = list(dict.fromkeys([name, *linked, *same]))
    ids = coverage.earliest(every[:MOST])
    articles = coverage.articles_by_id(ids)
    shown = [articles[each] for each in ids if each in articles]
    links = coverage.copy_links([each.id for each in shown])
    return article, copy_graph(shown, links, len(every) - len(shown))


def _node_text(node: Node, named: dict[str, str], said: Words) -> str:
    """A node in words."""
    day = node.article.source.published
    when = said.date(day) if day else said.say("coverage_day_unknown")
    parts = [named[node.article.id], when]
    if node.carries:
        parts.append(f"{node.share:.0%} · {named[node.carries]}")
    return " · ".join(parts)
