"""Which article of the coverage a document is, judging by where it comes from.

The address decides; otherwise the place it was read from; otherwise its text, if no existing file
has that text any more (the file was moved). Merging two articles hides one of them; splitting one
only shows it twice. So a doubtful document becomes a new article.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from corpus.database import Connection
from corpus.store.rows import body_digest
from corpus.types import Article

_NEWEST = (
    "SELECT article.id, place, url, outlet, headline, digest,"
    " (SELECT coalesce(json_group_array(name), '[]') FROM corrected"
    " WHERE corrected.article = article.id)"
    " FROM article JOIN version"
    " ON version.article = article.id AND version.version = article.version WHERE "
)


class _Known(NamedTuple):
    id: str
    place: str | None
    url: str | None
    outlet: str | None
    headline: str | None
    digest: str
    corrected: frozenset[str]


def known(connection: Connection, article: Article, place: str | None) -> str | None:
    """The id of the article with this origin, removed or not, or `None`.

    `place` is the absolute path of the file, with `#line` for a record; `None` for standard input.
    """

    def found(condition: str, value: str) -> list[_Known]:
        rows = connection.execute(f"{_NEWEST}{condition} ORDER BY removed, article.id", [value])
        return [
            _Known(name, at, url, outlet, headline, digest, frozenset(json.loads(corrected)))
            for name, at, url, outlet, headline, digest, corrected in rows
        ]

    if article.source.url and (same := found("url = ?", article.source.url)):
        return same[0].id
    here = found("place = ?", place) if place else []
    for one in here:
        if _same_text(one, article):
            return one.id
    later = [one for one in here if _may_follow(one, article, place)]
    if len(later) == 1:
        return later[0].id
    for one in found("digest = ?", body_digest(article.proper)):
        if _same_text(one, article) and _same_names(one, article) and _moved(one.place, place):
            return one.id
    return None


def _same_text(one: _Known, article: Article) -> bool:
    if one.digest != body_digest(article.proper):
        return False
    return "headline" in one.corrected or one.headline == article.source.headline


def _same_names(one: _Known, article: Article) -> bool:
    """Whether outlet and address agree, if both are known. A field corrected by hand is skipped,
    because what the document said is no longer known."""
    source = article.source
    pairs = {"outlet": (one.outlet, source.outlet), "url": (one.url, source.url)}
    return all(
        name in one.corrected or None in pair or pair[0] == pair[1] for name, pair in pairs.items()
    )


def _may_follow(one: _Known, article: Article, place: str | None) -> bool:
    """Whether another text at the same place is a newer version. Lines of a file of records move
    when others are inserted above, so their headlines must be equal."""
    source = article.source
    record = bool(place and not Path(place).is_file() and "#" in place)
    if record and (one.headline is None or one.headline != source.headline):
        return False
    return _same_names(one, article) and (source.url in (None, one.url) or "url" in one.corrected)


def _moved(before: str | None, place: str | None) -> bool:
    """Whether what was read from `before` may now be read from `place`: the old file is gone, or
    both are lines of one file."""
    if before is None or place is None:
        return before is None
    file = before.rpartition("#")[0] or before
    if file != before and file == place.rpartition("#")[0] and not Path(before).is_file():
        return True
    # the parents of an archive's member include the archive
    return not any(each.is_file() for each in (Path(before), Path(file), *Path(file).parents))
