"""Full dates in a text, in the languages and forms news pages use.

A date is full when day, month and year stand there: a bare year, a month with a year, and relative
words («أمس») are none. Numbers are read day first unless only month first is possible.

The month tables are our own: general parsers miss the Levantine and Maghrebi names and the double
form «يوليو/ تموز», and make a date of a bare year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.text import normalise

# One string a month; names of all languages side by side. Multi-word names have one space.
_MONTHS = (
    "يناير|كانون الثاني|جانفي|ژانویه|january|jan|январь|января|янв|січня|janvier|janv"
    "|januar|jänner|enero|gennaio|janeiro|ocak",
    "فبراير|شباط|فيفري|فوریه|february|feb|февраль|февраля|фев|февр|лютого|février|févr|fév"
    "|februar|febrero|febbraio|fevereiro|şubat",
    "مارس|آذار|مارث|march|mar|март|марта|мар|березня|mars|märz|marzo|março|mart",
    "أبريل|نيسان|أفريل|آوریل|april|apr|апрель|апреля|апр|квітня|avril|avr|abril|aprile|nisan",
    "مايو|أيار|ماي|مه|may|май|мая|травня|mai|mayo|maggio|maio|mayıs",
    "يونيو|يونيه|حزيران|جوان|ژوئن|june|jun|июнь|июня|июн|червня|juin|juni|junio|giugno|junho"
    "|haziran",
    "يوليو|يوليه|يوليوز|تموز|جويلية|ژوئیه|ژوئيه|july|jul|июль|июля|июл|липня|juillet|juil|juli"
    "|julio|luglio|julho|temmuz",
    "أغسطس|آب|أوت|غشت|اوت|august|aug|август|августа|авг|серпня|août|aout|agosto|ağustos",
    "سبتمبر|أيلول|شتنبر|سپتامبر|september|sept|sep|сентябрь|сентября|сен|сент|вересня|septembre"
    "|septiembre|settembre|setembro|eylül",
    "أكتوبر|تشرين الأول|اكتوبر|اکتبر|october|oct|октябрь|октября|окт|жовтня|octobre|oktober"
    "|octubre|ottobre|outubro|ekim",
    "نوفمبر|تشرين الثاني|نونبر|نوامبر|november|nov|ноябрь|ноября|ноя|нояб|листопада|novembre"
    "|noviembre|novembro|kasım",
    "ديسمبر|كانون الأول|دجنبر|دسامبر|december|dec|декабрь|декабря|дек|грудня|décembre|déc"
    "|dezember|diciembre|dicembre|dezembro|aralık",
)
_NUMBER_OF_MONTH = {
    normalise(name): number
    for number, names in enumerate(_MONTHS, start=1)
    for name in names.split("|")
}
_NAME = "|".join(
    re.escape(name).replace(r"\ ", " ")
    for name in sorted(_NUMBER_OF_MONTH, key=lambda name: (-len(name), name))
)
_MONTH = rf"(?:{_NAME})(?![^\W\d_])"
# «يوليو/ تموز» names one month twice.
_MONTHS_TWICE = rf"(?P<month>{_MONTH})(?: ?/ ?{_MONTH})?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?<![\d.,:])(?P<day>\d{1,2})"
_BETWEEN = r"[ .,،/-]{1,3}"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # 13 يوليو 2025; 11-Jul-2025; 1er juillet 2025; 11 de julio de 2025; RFC 822
        rf"{_DAY}(?:st|nd|rd|th|er|º|-?го|-?е)?{_BETWEEN}(?:of |de |من |شهر )?"
        rf"{_MONTHS_TWICE}{_BETWEEN}(?:de |عام |سنه )?{_YEAR}",
        # July 11, 2025; يوليو 19, 2025
        rf"(?<![^\W\d_]){_MONTHS_TWICE}{_BETWEEN}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
        rf"{_BETWEEN}{_YEAR}",
        # ISO, with any of three separators
        r"(?<![\d./-])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)"
        r"(?P<day>\d{1,2})(?![\d/-])",
        # 11-07-2025; 1/19/2026
        rf"(?<![\d./-])(?P<day>\d{{1,2}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark){_YEAR}"
        r"(?![/-]|\.\d)",
        # 2025年7月11日; 2025년 7월 11일
        r"(?<!\d)(?P<year>(?:19|20)\d\d) ?[年년] ?(?P<month>\d{1,2}) ?[月월]"
        r" ?(?P<day>\d{1,2}) ?[日일]",
    )
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A full date and where it stands: `text[start:end]`."""

    start: int
    end: int
    value: date


def find_dates(text: str) -> tuple[FoundDate, ...]:
    """All full dates of `text` in the order they stand there, none overlapping another."""
    folded, origins = _fold(text)
    found: list[FoundDate] = []
    taken = bytearray(len(folded))
    for form in _FORMS:
        for match in form.finditer(folded):
            value = _value(match["year"], match["month"], match["day"])
            start, end = match.span()
            if value is None or any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(FoundDate(origins[start], origins[end - 1] + 1, value))
    return tuple(sorted(found, key=lambda one: one.start))


def parse_date(text: str) -> date | None:
    """The one full date `text` names, or `None` if it names none or more than one."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        values = {found.value for found in find_dates(text)}
        return values.pop() if len(values) == 1 else None


def _value(year: str, month: str, day: str) -> date | None:
    named = _NUMBER_OF_MONTH.get(month)
    months, days = (named or int(month)), int(day)
    if named is None and months > 12:
        months, days = days, months
    try:
        return date(int(year), months, days)
    except ValueError:
        return None


def _fold(text: str) -> tuple[str, list[int]]:
    """`text` normalised character by character, and for each character where it came from.

    Runs of white space become one space, so that the forms need not allow for them.
    """
    letters: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(text):
        for letter in _fold_character(character):
            if letter == " " and letters and letters[-1] == " ":
                continue
            letters.append(letter)
            origins.append(position)
    return "".join(letters), origins


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    return " " if character.isspace() else normalise(character)
