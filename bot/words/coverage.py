"""What is said about the coverage and its outlets, as plain text for every renderer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from bot.words.catalogue import Words
from bot.words.direction import name
from corpus.attribution.agencies import names_of
from corpus.attribution.names import compact, known, shown_names
from corpus.language.name_keys import script
from corpus.language.text import normalise
from retrieval.types import Absence, Filters, Missing, MissingKind, Quote, Said, SaidKind

BETWEEN = " · "
"""Stands between particulars on one line."""

MISSING = ("missing", "missing_here", "missing_speaker")
"""The sentences that say what is missing: from the coverage, from what comes near, as a speaker."""

OutletCount = tuple[str | None, int, date | None]
"""An outlet, its number of articles and its newest known date."""

_LONGEST_NAME = 200
_MOST_NAMES = 8
_EVERYTHING = Filters()


def absence_text(
    absence: Absence, interface: Words, filters: Filters = _EVERYTHING, *, greets: bool = False
) -> str:
    """That nothing was found, and in what it was looked for under `filters`; where they leave
    nothing, why. To a message that only `greets`, what to do."""
    if greets:
        return interface.say("greeting")
    applied = filters_text(filters, interface)
    if not absence.articles:
        left = interface.say("nothing_left")
        empty = interface.say("coverage_empty") if filters == _EVERYTHING else left
        undated = interface.count("undated_articles", absence.undated) if absence.undated else ""
        missing = _missing(filters, interface)
        why = [missing] if missing else [empty, *applied]
        return "\n".join(filter(None, [*why, undated]))
    what = [
        interface.count("articles", absence.articles),
        interface.count("outlets", absence.outlets),
        *_span(absence.since, absence.until, interface),
    ]
    if absence.undated:
        what.append(interface.count("undated_articles", absence.undated))
    searched = interface.say("searched", what=BETWEEN.join(what))
    told = missing_text(absence.missing, interface) or [interface.say("nothing_found")]
    return "\n".join([*told, *applied, searched])


def missing_text(missing: Sequence[Missing], interface: Words) -> list[str]:
    """What is missing for an answer, a line for each way of being so."""
    nowhere, here, speaker = MISSING
    lines: dict[str, list[str]] = {}
    for each in missing:
        found = here if each.elsewhere else nowhere
        key = speaker if each.kind is MissingKind.SPEAKER else found
        lines.setdefault(key, []).append(each.asked)
    return [
        interface.say(key, names=listed(tuple(dict.fromkeys(names)), interface))
        for key, names in lines.items()
    ]


def filters_text(filters: Filters, interface: Words) -> list[str]:
    """What was applied, at most two lines; none where everything was searched."""
    what = []
    if filters.outlets:
        names = listed(filters.outlets, interface, publisher_name)
        what.append(interface.say("applied_outlets", names=names))
    if filters.agencies:
        names = listed(filters.agencies, interface, agency_name)
        what.append(interface.say("applied_agencies", names=names))
    if filters.since and filters.until:
        what += _span(filters.since, filters.until, interface)
    elif filters.since:
        what.append(interface.say("applied_since", day=interface.date(filters.since)))
    elif filters.until:
        what.append(interface.say("applied_until", day=interface.date(filters.until)))
    if filters.language:
        code = name(filters.language, interface.right_to_left)
        what.append(interface.say("applied_language", code=code))
    lines = [interface.say("applied", what=BETWEEN.join(what))] if what else []
    return [*lines, interface.say("day_undone")] if filters.undone else lines


def _missing(filters: Filters, interface: Words) -> str:
    """That the coverage has nothing of whom the filters name, where that alone leaves nothing."""
    named = bool(filters.outlets), bool(filters.agencies)
    both = filters.from_question and len(filters.outlets) > 1
    if filters.since or filters.until or filters.language or named[0] == named[1] or both:
        return ""
    if filters.outlets:
        return interface.say("no_outlet", names=_names(filters.outlets, interface))
    names = listed(filters.agencies, interface, agency_name)
    return interface.say("no_agency", names=names)


def _names(names: Sequence[str], interface: Words) -> str:
    """Names as the interface's language writes them, where that is known."""
    return listed([_written(each, interface) for each in names], interface)


def _written(each: str, interface: Words) -> str:
    wanted = {"ar": "arabic", "ru": "cyrillic"}.get(interface.language, "latin")
    group = next((one.names for one in known() if compact(each) in one.keys), ())
    own = (other for other in group if script(normalise(other)) == wanted)
    shown = shown_names().get(group[0], {}).get(interface.language) if group else None
    kept = script(normalise(each)) == wanted
    return shown or (each if kept else next(own, each))


def agency_name(agency: str, interface: Words) -> str:
    """The name by which the readers of this language know an agency. A name that the table does not
    carry, such as the editor's own for one of its agencies, stays as it is."""
    shown = shown_names().get(agency, {}).get(interface.language, agency)
    return short_name(shown, interface)


def is_outlet(agency: str, outlet: str | None) -> bool:
    """Whether an agency is the outlet itself."""
    return bool(outlet) and names_of().known_agency(outlet or "") == agency


def publisher_name(name: str, interface: Words) -> str:
    """Who published a text or passed it on: an agency by its name in this language, an outlet by
    its own."""
    carried = names_of().known_agency(name)
    return agency_name(carried, interface) if carried else short_name(name, interface)


def listed(
    names: Sequence[str], interface: Words, shown_as: Callable[[str, Words], str] | None = None
) -> str:
    """The first names, and how many more there are."""
    shown = [(shown_as or short_name)(each, interface) for each in names[:_MOST_NAMES]]
    more = [interface.count("more_outlets", left)] if (left := len(names) - len(shown)) else []
    return interface.say("between_names").join([*shown, *more])


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
    return (outlet and publisher_name(outlet, interface)) or interface.say("outlet_unknown")


def said_before(quote: Quote, interface: Words) -> str:
    """Who says a quote, to be before the name of its outlet: «Lavrov, via TASS, in »; nothing where
    the article does not say."""
    if not quote.said_by:
        return ""
    parts = _by_sentence(quote)
    said = " ".join(
        f"({number}) {_said(part, interface)}" if len(parts) > 1 else _said(part, interface)
        for number, part in parts.items()
    )
    known = quote.article.source.outlet is not None
    return interface.say("said_in" if known else "said_outlet_unknown", said=said) + " "


def _by_sentence(quote: Quote) -> dict[int, list[Said]]:
    """Who says a quote by its sentences, numbered from 1: all in the first where a sentence next to
    the quote names somebody, for what is said there is of the whole."""
    inside = [each for each in quote.article.sentences if quote.start <= each.start < quote.end]
    parts: dict[int, list[Said]] = {}
    for said in quote.said_by:
        if not quote.start <= said.start < quote.end:
            return {1: list(quote.said_by)}
        number = sum(each.start <= said.start for each in inside)
        parts.setdefault(number, []).append(said)
    return parts


def _said(part: Sequence[Said], interface: Words) -> str:
    media = [
        said.editors or _written(said.name, interface)
        for said in part
        if said.kind is SaidKind.AGENCY
    ]
    who = listed([said.name for said in part if said.kind is not SaidKind.AGENCY], interface)
    if not media:
        return who
    key = "said_via" if who else "carried_by"
    return interface.say(key, who=who, agencies=listed(media, interface))


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
