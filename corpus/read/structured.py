"""The structured data of a page (JSON-LD), also if they are not quite JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from corpus.read.blocks import HtmlElement, letters_of

Node = dict[str, Any]

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report)$")
# What stands for an article on pages that state none.
_OTHER_TYPES = re.compile(r"(?:WebPage|ClaimReview|CreativeWork)$")
_LIVE = "LiveBlogPosting"
# Deep nesting of structured data is no page's need.
_DEPTH = 8
# What a node of another kind may hold the article in; lists of teasers are not looked into.
_HOLDS = ("@graph", "mainEntity", "mainEntityOfPage")
_WRAPPED = re.compile(
    r"^\s*(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?://|/\*)?\s*(?:\]\]>|-->)(?:\s*\*/)?\s*$"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a live blog: when it was published, as written, its text and its address."""

    published: str
    text: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Structured:
    """What structured data say of the article of a page; `dates` are (key, value) as written."""

    headline: str | None = None
    description: str | None = None
    text: str = ""
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    publisher: str | None = None
    dates: tuple[tuple[str, str], ...] = ()
    live: bool = False
    entries: tuple[Entry, ...] = ()
    address: str | None = None


def read_structured(page: HtmlElement, title: str | None) -> Structured:
    """The structured data of the article called `title`."""
    nodes = list(_nodes(page))
    known = {str(node["@id"]): node for node in nodes if len(node) > 1 and "@id" in node}
    articles = _of_title([node for node in nodes if _is(_ARTICLE_TYPES, node)], title)
    articles = articles or [
        node for node in nodes if _is(_OTHER_TYPES, node) and "datePublished" in node
    ]
    if not articles:
        return Structured()
    authors = [one for node in articles for one in _parties(node.get("author"), known)]
    publishers = [one for node in articles for one in _parties(node.get("publisher"), known)]
    return Structured(
        headline=_first(articles, "headline"),
        description=_first(articles, "description"),
        text=_first(articles, "articleBody") or "",
        authors=tuple(name for name, body in authors if not body),
        organisations=tuple(name for name, body in authors if body),
        publisher=next((name for name, _ in publishers), None),
        dates=tuple(
            (key, str(node[key]))
            for node in articles
            for key in ("datePublished", "dateModified")
            if isinstance(node.get(key), str)
        ),
        live=any(_has_type(node, _LIVE) for node in articles),
        entries=tuple(entry for node in articles for entry in _entries(node)),
        address=next(filter(None, map(_address, articles)), None),
    )


def _of_title(articles: list[Node], title: str | None) -> list[Node]:
    """Of several articles those that the page is about: the ones of its title."""
    wanted = letters_of(title or "").lower()
    same = [
        node
        for node in articles
        if wanted
        and letters_of(text_of_value(node.get("headline")) or "").lower() in wanted
        and node.get("headline")
    ]
    return same or articles


def _entries(node: Node) -> Iterator[Entry]:
    listed = node.get("liveBlogUpdate")
    for entry in listed if isinstance(listed, list) else [listed]:
        if isinstance(entry, dict) and isinstance(entry.get("datePublished"), str):
            said = (entry.get("headline"), entry.get("articleBody"))
            text = "\n".join(filter(None, map(text_of_value, said)))
            yield Entry(entry["datePublished"], text, _address(entry))


def _address(node: Node) -> str | None:
    return next((node[key] for key in ("url", "@id") if isinstance(node.get(key), str)), None)


def _nodes(page: HtmlElement) -> Iterator[Node]:
    for script in page.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            yield from _walked(_parsed(script.text or ""), 0)


def _parsed(written: str) -> object:
    """JSON as pages write it: with line breaks inside texts, commas too many, comments around."""
    written = _WRAPPED.sub("", written).strip()
    try:
        return json.loads(written, strict=False)
    except (ValueError, RecursionError):
        # Lazily: most pages need no more than the standard library.
        import chompjs

        try:
            return chompjs.parse_js_object(written, loader_kwargs={"strict": False})
        except (ValueError, RecursionError, TypeError):
            return None


def _walked(value: object, depth: int) -> Iterator[Node]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for one in value:
            yield from _walked(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in _HOLDS:
            yield from _walked(value.get(key), depth + 1)
        for key in ("author", "publisher"):
            if isinstance(value.get(key), dict) and "@id" in value[key]:
                yield value[key]


def _is(wanted: re.Pattern[str], node: Node) -> bool:
    return any(wanted.search(one) for one in _types(node))


def _has_type(node: Node, name: str) -> bool:
    return name in _types(node)


def _types(node: Node) -> list[str]:
    types = node.get("@type")
    listed = types if isinstance(types, list) else [types]
    return [one for one in listed if isinstance(one, str)]


def _parties(value: object, known: dict[str, Node], depth: int = 0) -> list[tuple[str, bool]]:
    """The names in an author or publisher, and whether each is an organisation."""
    if depth > _DEPTH:
        return []
    if isinstance(value, list):
        return [one for each in value for one in _parties(each, known, depth + 1)]
    if isinstance(value, dict):
        if "name" not in value:
            value = known.get(str(value.get("@id")), value)
        body = any("Organization" in one for one in _types(value))
        named = value.get("name")
        listed = named if isinstance(named, list) else [named]
        return [(name, body) for each in listed if (name := text_of_value(each))]
    return [(text, False)] if (text := text_of_value(value)) else []


def _first(nodes: list[Node], key: str) -> str | None:
    return next((text for node in nodes if (text := text_of_value(node.get(key)))), None)


def text_of_value(value: object) -> str | None:
    """A text of structured data on one line, its entities decoded once."""
    return (" ".join(html.unescape(value).split()) or None) if isinstance(value, str) else None
