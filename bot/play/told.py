"""How the pages of the coverage say what is known: names, days, times, rules, reasons."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from babel import Locale
from babel.dates import format_datetime, format_skeleton
from babel.numbers import format_percent
from markupsafe import Markup, escape

from bot.desk import CHANNELS
from bot.play.filters import ListState
from bot.play.page import interface, render
from bot.play.room import room
from bot.render.plain import opening, visible, web_address
from bot.render.reasons import reason_text
from bot.words import Words
from bot.words.coverage import agency_name, outlet_name, short_name
from corpus.read.html import OTHER_OUTLET
from corpus.store import COMMAND_LINE, FOLLOWED
from corpus.store.listing import WITHDRAWN

SECTIONS = (
    ("/coverage", "coverage_articles_title"),
    ("/coverage/copies", "coverage_copies_title"),
    ("/coverage/timeline", "coverage_timeline"),
    ("/coverage/compare", "coverage_compare"),
    ("/coverage/sources", "coverage_followed"),
    ("/coverage/changes", "coverage_journal"),
)
"""The parts of the coverage: their addresses and names."""

ON_PAGE = "page: "
"""What stands before the name of an editor who acts on these pages."""

_ACTORS = {
    COMMAND_LINE: "coverage_actor_command_line",
    FOLLOWED: "coverage_actor_followed",
    CHANNELS: "coverage_actor_channels",
}
_FLAGS = tuple(
    (re.compile(form), f"coverage_flag_{key}")
    for form, key in (
        (rf"{re.escape(OTHER_OUTLET)}(?P<name>.*)", "outlet"),
        (r"only (?P<share>\d+%) of the text that the page states", "share"),
        (r"(?P<empty>\d+) of (?P<pages>\d+) pages hold no text", "pages"),
        (
            rf"{WITHDRAWN}: its page was not there on (?P<first>\S+) and (?P<second>\S+) .*",
            "withdrawn",
        ),
    )
)
_SHORT = 24


def show(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    error: str = "",
    **values: Any,
) -> web.Response:
    """A page of the coverage."""
    said = interface(request)
    return render(
        request,
        f"coverage/{template}",
        status=status,
        error=error,
        sections=SECTIONS,
        **ways(said, room(request).zone),
        **values,
    )


def gone(request: web.Request, told_of: str, status: int = 404) -> web.Response:
    """A page that says that there is nothing, and why."""
    return show(request, "gone.html", status=status, told_of=told_of)


def ways(said: Words, zone: ZoneInfo) -> dict[str, Callable[..., Any]]:
    """What the templates say things with."""
    return {
        "visible": visible,
        "web": web_address,
        "opening": opening,
        "tail": lambda path: path.rstrip("/").rpartition("/")[2] or path,
        "item_key": lambda state: str(state).partition(" ")[0],
        "short": lambda name: name if len(name) <= _SHORT else name[: _SHORT - 1] + "…",
        "outlet_shown": lambda outlet: outlet_name(outlet, said),
        "agency_shown": lambda agency: agency_name(agency, said),
        "rule_shown": lambda rule: rule_text(rule, said),
        "flag_shown": lambda flag: flag_text(flag, said),
        "reason_shown": lambda reason: reason_text(reason, said),
        "actor_shown": lambda actor: actor_text(actor, said),
        "language_shown": lambda code: language_text(code, said),
        "percent": lambda share: str(format_percent(share, locale=said.language)),
        "day_short": lambda day: str(format_skeleton("MMMd", day, locale=said.language)),
        "time": lambda at: str(
            format_datetime(at.astimezone(zone), "medium", locale=said.language)
        ),
        "told": lambda key, **values: told(said, key, **values),
    }


def days_problem(state: ListState, said: Words) -> str:
    """What is wrong with the days that a reader chose; empty where nothing is."""
    if state.problem:
        return said.say("coverage_no_day", text=state.problem)
    return said.say("why_days_exchanged") if state.exchanged else ""


def told(said: Words, key: str, **values: object) -> Markup:
    """A sentence with pieces of a page in it; text among the values is escaped."""
    return Markup(escape(said.sentences[key])).format_map(values)


def rule_text(rule: str, said: Words) -> str:
    """What cleaning cut by this rule; as the rule calls itself where no word is known for it."""
    return said.sentences.get(f"coverage_rule_{rule.replace(' ', '_')}", rule)


def flag_text(flag: str, said: Words) -> str:
    """What an editor should look at; as it is in the coverage where no words are known for it."""
    for form, key in _FLAGS:
        if found := form.fullmatch(flag):
            return said.say(key, **found.groupdict())
    return flag


def actor_text(actor: str, said: Words) -> str:
    """Who made a change."""
    if actor.startswith(ON_PAGE):
        name = short_name(actor.removeprefix(ON_PAGE), said)
        return said.say("coverage_actor_page", name=name)
    return said.say(_ACTORS[actor]) if actor in _ACTORS else actor


def language_text(code: str, said: Words) -> str:
    """A language in words."""
    known = Locale.parse(said.language).languages.get(code)
    return str(known) if known else short_name(code, said)


def days_text(days: list[date], said: Words) -> str:
    """Days in a row."""
    return said.say("between_names").join(said.date(day) for day in days)


def moment(seconds: float | None) -> datetime | None:
    """A time of the book of sources."""
    return None if seconds is None else datetime.fromtimestamp(seconds).astimezone()
