"""What is said about the coverage and its outlets, as plain text for every renderer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.words.catalogue import Words
from bot.words.direction import name
from retrieval.types import Absence

BETWEEN = " · "
"""Stands between particulars on one line."""

OutletCount = tuple[str | None, int, date | None]
"""An outlet, its number of articles and its newest known date."""

_LONGEST_NAME = 200


def absence_text(absence: Absence, interface: Words, *, filtered: bool = False) -> str:
    """That nothing was found, and in what it was looked for; `filtered` says that only a part of
    the coverage was asked."""
    if not absence.articles and not filtered:
        return interface.say("coverage_empty")
    what = [
        interface.count("articles", absence.articles),
        interface.count("outlets", absence.outlets),
        *_span(absence.since, absence.until, interface),
    ]
    if absence.undated:
        what.append(interface.count("undated_articles", absence.undated))
    searched = interface.say("searched", what=BETWEEN.join(what))
    return f"{interface.say('nothing_found')}\n{searched}"


def sources_text(outlets: Sequence[OutletCount], undated: int, shown: int, interface: Words) -> str:
    """The first `shown` outlets, a line each, how many more there are, and how many articles of
    all are undated."""
    if not outlets:
        return interface.say("coverage_empty")
    title = interface.say(
        "sources_title",
        articles=interface.count("articles", sum(count for _, count, _ in outlets)),
        outlets=interface.count("outlets", sum(outlet is not None for outlet, _, _ in outlets)),
    )
    lines = [_outlet_line(outlet, interface) for outlet in outlets[:shown]]
    if shown < len(outlets):
        lines.append("… " + interface.count("more_outlets", len(outlets) - shown))
    if undated:
        lines += ["", interface.count("undated_articles", undated)]
    return "\n".join([title, "", *lines])


def outlet_name(outlet: str | None, interface: Words) -> str:
    """The outlet's name, or that it is unknown."""
    return (outlet and short_name(outlet, interface)) or interface.say("outlet_unknown")


def short_name(known: str, interface: Words) -> str:
    """A name as one line of the interface, cut where it is far too long for one."""
    if len(known) > _LONGEST_NAME:
        known = known[:_LONGEST_NAME].rstrip() + "…"
    return name(known, interface.right_to_left)


def _outlet_line(outlet: OutletCount, interface: Words) -> str:
    known, count, newest = outlet
    when = (
        interface.say("sources_newest", day=interface.date(newest))
        if newest
        else interface.say("undated")
    )
    articles = interface.count("articles", count)
    return f"• {outlet_name(known, interface)} – {articles}{BETWEEN}{when}"


def _span(since: date | None, until: date | None, interface: Words) -> list[str]:
    if since is None or until is None:
        return []
    if since == until:
        return [interface.say("day", day=interface.date(since))]
    return [interface.say("span", since=interface.date(since), until=interface.date(until))]
