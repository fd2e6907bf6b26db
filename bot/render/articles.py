"""Lists of articles, and one article with all that is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from rich.cells import cell_len, set_cell_size
from rich.table import Table
from rich.text import Text

from bot.render.plain import opening, visible
from corpus.copies import Copy
from corpus.store import Version
from corpus.types import Article, DateKind

_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# On a narrower terminal what is said of an article is in one column, a line each.
WIDE = 90
# Columns between two cells, and the fewest that a cell which may be cut is cut to.
_BETWEEN, _FEWEST = 2, 12
_OUTLET, _AGENCY = 24, 16
_COLUMNS = ("article", "published", "outlet", "agency", "language", "headline")


def articles_table(articles: Iterable[Article], width: int) -> Table:
    """A table for a terminal `width` columns wide; `?` stands for what is unknown, `!` before dates
    that disagree. Cells are cut to fit, but never ids and dates."""
    titles: Sequence[str] = _COLUMNS
    rows: list[tuple[str, ...]] = [(each.id, _days(each), *_names(each)) for each in articles]
    if width < WIDE:
        titles = (*_COLUMNS[:2], "outlet, agency, headline")
        rows = [(*row[:2], "\n".join(_worth_a_line(row[2:]))) for row in rows]
    else:
        rows = [(*row[:2], _cut(row[2], _OUTLET), _cut(row[3], _AGENCY), *row[4:]) for row in rows]
    columns = list(zip(titles, *rows, strict=True))[:-1]
    taken = [
        max(cell_len(line) for cell in cells for line in cell.split("\n")) for cells in columns
    ]
    rest = max(width - sum(taken) - _BETWEEN * len(taken), _FEWEST)
    table = Table(box=None, header_style="bold", padding=(0, _BETWEEN, 0, 0), pad_edge=False)
    for title in titles:
        table.add_column(_cut(title, rest), no_wrap=True, overflow="ignore")
    for name, days, *cells, last in rows:
        ends = "\n".join(_isolated(_cut(line, rest)) for line in last.split("\n"))
        style = {"?": "yellow", "!": "red"}.get(days[0], "")
        table.add_row(
            name, Text(days, style), *(Text(_isolated(cell)) for cell in cells), Text(ends)
        )
    return table


def articles_lines(articles: Iterable[Article]) -> Iterator[str]:
    """A line an article: id, date, outlet, agency, language and headline, with tabs between."""
    for article in articles:
        yield "\t".join((article.id, _days(article).replace("\n ", ","), *_names(article)))


def summary(articles: Sequence[Article]) -> str:
    """How many articles of how many outlets, of which days, and how many are undated."""
    outlets = {article.source.outlet for article in articles} - {None}
    days = sorted(day for article in articles if (day := article.source.published))
    conflicting = sum(bool(_published(article)[1:]) for article in articles)
    undated = len(articles) - len(days) - conflicting
    parts = [_counted(len(articles), "article"), _counted(len(outlets), "outlet")]
    if days:
        parts.append(f"published {days[0]}" + (f" to {days[-1]}" if days[1:] else ""))
    if undated:
        parts.append(f"{undated} of an unknown day")
    if conflicting:
        parts.append(f"{conflicting} with dates that disagree")
    return ", ".join(parts)


def article_lines(
    article: Article,
    passages: int,
    copies: Sequence[str],
    partial: Sequence[Copy],
    versions: Sequence[Version],
    by_hand: Mapping[str, date],
) -> Iterator[str]:
    """All that is known of an article, what is unknown named as such, then its body."""
    source = article.source
    shown = next(each for each in versions if each.version == article.version)
    yield f"article: {article.id}"
    yield f"version: {article.version}" + ("" if shown.newest else " (superseded)")
    for name in ("headline", "standfirst", "outlet", "via", "agency", "byline", "url"):
        if (value := getattr(source, name)) or name in ("headline", "outlet"):
            said = f" (by hand, {by_hand[name]})" if name in by_hand else ""
            yield f"{name}: {visible(value or '?')}{said}"
    if source.published is None:
        yield "published: ?" + (" (dates disagree)" if _published(article) else "")
    for found in source.dates:
        yield f"{found.kind}: {found.value} (from: {visible(found.evidence)})"
    for conflict in source.conflicts:
        yield f"! {conflict}"
    yield from (f"! {flag}" for flag in article.flags)
    yield f"language: {article.language}"
    yield f"characters: {len(article.proper)}, in {_counted(passages, 'passage')}"
    yield f"read from: {visible(source.path)}"
    for copy in copies:
        yield f"same text: {copy}"
    for each in partial:
        yield f"partial copy: {each.article} carries {each.held:.0%} of this text"
    if len(versions) > 1:
        yield from (_version_line(article.id, each) for each in versions)
    yield ""
    yield from (visible(line) for line in article.proper.split("\n"))


def _version_line(article: str, each: Version) -> str:
    taken = f", taken {each.taken}" if each.taken else ""
    newest = ", the newest" if each.newest else ""
    return f"text: {article}@{each.version}, {each.characters} characters{taken}{newest}"


def _names(article: Article) -> tuple[str, str, str, str]:
    """Outlet, agency, language and headline, or the first words in brackets."""
    source = article.source
    outlet = _one_line(source.outlet or "?")
    headline = _one_line(source.headline or f"[{opening(article.proper)}]")
    return outlet, _one_line(source.agency or ""), article.language, headline


def _one_line(text: str) -> str:
    """`text` without what would break a line or turn the direction of what follows it."""
    return " ".join(visible(_DIRECTIONS.sub("", text)).split())


def _worth_a_line(names: Sequence[str]) -> Iterator[str]:
    outlet, agency, _, headline = names
    yield outlet
    yield from (name for name in (agency, headline) if name not in ("", "?"))


def _published(article: Article) -> list[str]:
    """All days of publication that are claimed."""
    dates = article.source.dates
    return sorted({str(found.value) for found in dates if found.kind is DateKind.PUBLISHED})


def _days(article: Article) -> str:
    """The day of publication; days that disagree one below the other."""
    days = _published(article)
    return "! " + "\n  ".join(days) if days[1:] else (*days, "?")[0]


def _cut(text: str, width: int) -> str:
    """`text` in at most `width` columns of a terminal."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _isolated(text: str) -> str:
    """`text` between marks that keep a right-to-left name from reordering the columns next to
    it."""
    return f"\u2068{text}\u2069" if text else ""


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
