"""Hints about the limits of a question: what there is to choose from, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale

from bot.words.catalogue import Words
from bot.words.coverage import OutletCount, listed, publisher_name
from bot.words.direction import name


def outlets_there(outlets: Iterable[OutletCount], interface: Words) -> str:
    """The outlets of the coverage, those with most articles first."""
    named = [outlet for outlet, _, _ in outlets if outlet]
    return interface.say("outlets_there", names=listed(named, interface, publisher_name))


def languages_there(codes: Iterable[str], interface: Words) -> str:
    """The languages of the articles: "ar (Arabic), en (English)"."""
    known = Locale.parse(interface.language).languages
    written = [f"{code} ({known[code]})" if code in known else code for code in sorted(codes)]
    return interface.say("languages_there", names=listed(written, interface))


def no_language_code(given: str, interface: Words) -> str:
    """That `given` is no code of a language."""
    return interface.say("no_language_code", given=name(given, interface.right_to_left))


def undated_left(number: int, interface: Words) -> str:
    """How many articles a limit by days leaves out because they are undated."""
    return interface.say("undated_left", articles=interface.count("articles", number))
