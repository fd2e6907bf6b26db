"""Lists of articles as Telegram messages, and the answers to editors' commands. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.desk import Holdings
from bot.render.citation import particulars
from bot.render.reasons import reason_text
from bot.render.telegram_text import MOST_UNITS, directed, escape, link, note, sanitise, units
from bot.words import Words
from bot.words.coverage import BETWEEN, outlet_name
from bot.words.direction import name
from corpus.fetch import Kind, shown
from corpus.ingest import Report
from corpus.read import is_url
from corpus.types import Article

MOST_LISTED = 10
"""Articles or rejections in one list."""

MOST_UNDATED = 5
"""Articles without a day in the list of the newest."""

_LONGEST_HEADLINE = 200
_LONGEST_REASON = 160


def latest_html(articles: Sequence[Article], undated: Sequence[Article], interface: Words) -> str:
    """The newest articles, each with headline, outlet and date, then those without a day."""
    if not (articles or undated):
        return note(interface.say("latest_none"), interface)
    parts = list[str]()
    for key, listed in (("latest_title", articles), ("latest_undated", undated)):
        if listed:
            parts.append(note(interface.say(key), interface))
            parts += [_entry(article, interface) for article in listed]
    return _fitted(parts, "\n\n")


def linked_html(article: Article, interface: Words) -> str:
    """An article that somebody sent the address of."""
    title = note(interface.say("linked"), interface)
    return f"{title}\n\n{_entry(article, interface)}\n<code>{escape(article.id)}</code>"


def ingested_html(
    report: Report,
    articles: Sequence[Article],
    interface: Words,
    lists: Sequence[tuple[str, Kind]] = (),
) -> str:
    """What an ingest did: how many articles it took, which, and what it did not take and why; of
    links to `lists` of articles, how these are taken in."""
    counts = [
        interface.count(key, number)
        for key, number in (
            ("ingested_added", report.added),
            ("ingested_updated", report.updated),
            ("ingested_unchanged", report.unchanged),
            ("ingested_rejected", len(report.rejected)),
        )
        if number
    ]
    lines = []
    if counts or not lists:
        lines.append(note(BETWEEN.join(counts) or interface.say("ingested_nothing"), interface))
    lines += [
        f"{_entry(article, interface)}\n<code>{escape(article.id)}</code>"
        for article in articles[:MOST_LISTED]
    ]
    for rejection in report.rejected[:MOST_LISTED]:
        file = name(_source_name(rejection.source), interface.right_to_left)
        reason = _cut(reason_text(rejection.reason, interface), _LONGEST_REASON)
        lines.append(note(f"✗ {file}: {reason}", interface))
    for listing, kind in lists:
        key = "link_sitemap" if kind is Kind.SITEMAP else "link_feed"
        said = note(interface.say(key, name=_source_name(listing)), interface)
        lines.append(f"{said}\n<code>{escape(f'pullquote source add {listing}')}</code>")
    return _fitted(lines, "\n\n")


def removed_html(articles: Iterable[Article], interface: Words) -> str:
    """Which articles are withdrawn, and how that is undone."""
    gone = list(articles)
    lines = [note(interface.say("removed"), interface)]
    lines += [_entry(article, interface) for article in gone]
    undo = " ".join(["pullquote remove --undo", *(article.id for article in gone)])
    lines.append(f"{note(interface.say('removed_undo'), interface)}\n<code>{escape(undo)}</code>")
    return _fitted(lines, "\n\n")


def choice_html(articles: Iterable[Article], interface: Words) -> str:
    """Which articles an answer quotes, each with the command that withdraws it."""
    lines = [note(interface.say("remove_which"), interface)]
    for article in articles:
        command = f"/remove {article.id}"
        lines.append(f"{_entry(article, interface)}\n<code>{escape(command)}</code>")
    return _fitted(lines, "\n\n")


def stats_html(
    held: Holdings, today: int, thumbs: tuple[int, int], pinned: int, interface: Words
) -> str:
    """How much there is to quote, and what was asked and thought of it."""
    good, bad = (interface.number(count) for count in thumbs)
    lines = [
        interface.count("articles", held.articles),
        interface.count("outlets", held.outlets),
        interface.count("passages", held.passages),
        interface.say("stats_today", count=interface.number(today)),
        f"👍 {good}{BETWEEN}👎 {bad}",
        interface.say("stats_pinned", count=interface.number(pinned)),
        interface.say("stats_index", name=held.generation),
    ]
    return note("\n".join(lines), interface)


def _entry(article: Article, interface: Words) -> str:
    """Headline, linked where the address is known, and below it outlet and date."""
    source = article.source
    headline = name(_cut(source.headline or "", _LONGEST_HEADLINE), interface.right_to_left)
    shown = escape(headline or interface.say("no_headline"))
    url = link(source.url)
    below = BETWEEN.join([outlet_name(source.outlet, interface), *particulars(source, interface)])
    first = f'<a href="{escape(url)}">{shown}</a>' if url else f"<b>{shown}</b>"
    return f"{first}\n{escape(directed(below, interface))}"


def _source_name(source: str) -> str:
    """What a person knows a file or a link by: the path of a file is that of the server."""
    return shown(source) if is_url(source) else source.rpartition("/")[2]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rstrip() + "…"


def _fitted(parts: Sequence[str], between: str) -> str:
    """As many of the parts as a message holds, counted with their markup, which is more."""
    held, room = [], MOST_UNITS
    for part in parts:
        room -= units(sanitise(part)) + len(between)
        if room < 0:
            break
        held.append(part)
    return between.join(held)
