"""Makes `cldr.tsv` of the CLDR that babel ships and of `cldr_additions.toml`.

    python -m corpus.language.cldr_build

A line: the anchor of `retrieval.nametable`, the spelling, its group, its languages, its guard.
Groups: two letters or three digits (states, continents), n- (adjectives and inhabitants of a
state, and its language), l- (languages of more than one state), m- (months), d- (weekdays),
c- (cities), x- (others).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel import Locale

from corpus.language.name_finder import ALWAYS, CAPITAL, NEVER, PLACED, Name, lines_of

LOCALES = (
    *("ar", "en", "ru", "fr", "es", "de", "tr", "fa", "zh_Hans", "zh_Hant", "ko", "ja", "he", "uk"),
    *("it", "pt", "id", "hi", "ur", "pl", "nl", "el", "sv"),
)
ARABIC_MONTHS = ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_MR")
CONTINENTS = ("002", "003", "005", "142", "143", "150", "419")
# Dependencies and codes that news seldom names, or, Hong Kong and Macao, CLDR only at length.
_LEFT_OUT = (
    "AC AI AQ AS AW AX BL BM BQ BV CC CK CP CQ CW CX DG EA EZ FK FO GF GG GP GS HK HM IC IM IO JE "
    "KY MF MO MP MQ MS NC NF NU PF PM PN QO RE SH SJ SX TA TC TF TK UM VG VI WF XA XB YT ZZ"
)
_NATIONAL_LANGUAGES = {
    "ru": "RU", "zh": "CN", "ja": "JP", "uk": "UA", "fr": "FR", "de": "DE", "tr": "TR",
    "pl": "PL", "it": "IT", "es": "ES", "vi": "VN", "el": "GR", "be": "BY",
}  # fmt: skip
_OTHER_LANGUAGES = ("ar", "en", "ko", "fa", "he", "hi", "ur", "ku", "pt")
_BY_HAND = ("ar", "en", "ru", "fr", "es", "de", "tr", "fa")
# States are the adjective there: 俄罗斯外长 is the Russian foreign minister.
_WITHOUT_ADJECTIVES = ("zh", "ja", "ko")
_ZONES = (
    *("Europe/Moscow", "Europe/Kiev", "Europe/London", "Europe/Paris", "Europe/Berlin"),
    *("Europe/Brussels", "Europe/Vienna", "Europe/Istanbul", "Europe/Rome", "Europe/Madrid"),
    *("Europe/Warsaw", "Europe/Minsk", "Asia/Pyongyang", "Asia/Seoul", "Asia/Tokyo"),
    *("Asia/Vladivostok", "Asia/Jerusalem", "Asia/Tehran", "Asia/Baghdad", "Asia/Damascus"),
    *("Asia/Beirut", "Asia/Gaza", "Africa/Cairo", "Asia/Riyadh", "Asia/Dubai", "Asia/Kabul"),
    *("Africa/Tripoli", "Africa/Khartoum", "Africa/Algiers", "Asia/Shanghai", "America/New_York"),
)  # fmt: skip
_IN_BRACKETS = re.compile(r"(.+?)\s*[(（](.+)[)）]")

Spelling = tuple[str, str, str]
"""Group, language, text."""


def main() -> None:
    Path(str(files("corpus.language"))).joinpath("cldr.tsv").write_text(table(), encoding="utf-8")


def table() -> str:
    """The whole file."""
    merged: dict[tuple[str, str], list[str]] = {}
    for group, language, text in _spellings():
        languages = merged.setdefault((group, text), [])
        if language not in languages:
            languages.append(language)
    names = (
        Name(text.strip("<>"), group, tuple(codes), NEVER if text[0] == "<" else _guard(text))
        for (group, text), codes in merged.items()
    )
    return "".join(f"{line}\n" for name in names for line in lines_of(name))


def _spellings() -> Iterator[Spelling]:
    yield from _states()
    yield from _adjectives()
    for code in _OTHER_LANGUAGES:
        yield from _language(code, f"l-{code}")
    yield from _months()
    yield from _weekdays()
    for zone in _ZONES:
        group = "c-" + zone.rpartition("/")[2].lower().replace("_", "-")
        for language, locale in _locales():
            city = locale.time_zones.get(zone, {}).get("city")
            # English is the zone's own name, where CLDR gives no other.
            city = city or (zone.rpartition("/")[2].replace("_", " ") if language == "en" else None)
            if city:
                yield group, language, city
    for name, texts in _additions()["others"].items():
        yield from _by_hand(f"x-{name}", texts)


def _states() -> Iterator[Spelling]:
    by_hand, left_out = _additions()["states"], _LEFT_OUT.split()
    known = map(str, Locale("en").territories)
    codes = [code for code in known if re.fullmatch("[A-Z]{2}", code)]
    for group in (*(code for code in codes if code not in left_out), *CONTINENTS):
        for language, locale in _locales():
            yield from ((group, language, text) for text in _in_cldr(locale, group))
        yield from _by_hand(group, by_hand.get(group, {}))
    yield from _by_hand("HK", by_hand["HK"])


def _in_cldr(locale: Locale, group: str) -> list[str]:
    text = locale.territories.get(group, "")
    found = _IN_BRACKETS.fullmatch(text)
    if found:
        # What is left of the two Congos without the brackets is the other one too.
        return [] if group in ("CD", "CG") else [found[1], found[2]]
    return [text] if text else []


def _adjectives() -> Iterator[Spelling]:
    languages = {group: code for code, group in _NATIONAL_LANGUAGES.items()}
    for state, texts in _additions()["nationalities"].items():
        group = f"n-{state}"
        for language, line in zip(_BY_HAND, texts.split("\n"), strict=True):
            yield from ((group, language, text) for text in line.split("|") if text)
        if state in languages:
            yield from _language(languages[state], group)
        for language, locale in _locales():
            if language in _WITHOUT_ADJECTIVES:
                yield from ((group, language, f"<{text}>") for text in _in_cldr(locale, state))


def _language(code: str, group: str) -> Iterator[Spelling]:
    """The names of a language; in Arabic as the adjective they are: «الروسية» gives «روسي»."""
    for language, locale in _locales():
        text = locale.languages.get(code, "")
        if language == "ar":
            text = text.removeprefix("ال").removesuffix("ة")
        if text and not _IN_BRACKETS.fullmatch(text):
            yield group, language, text


def _months() -> Iterator[Spelling]:
    for number in range(1, 13):
        group = f"m-{number}"
        for language, locale in _locales():
            for width in ("stand-alone", "format"):
                text = locale.months[width]["wide"][number]
                yield from ((group, language, form) for form in _cases(language, text))
            if language in _WITHOUT_ADJECTIVES:
                yield group, language, f"{number}{'월' if language == 'ko' else '月'}"
        for code in ARABIC_MONTHS:
            yield group, "ar", Locale.parse(code).months["format"]["wide"][number]


def _cases(language: str, month: str) -> list[str]:
    """A month and, of a Slavic genitive, the form that «in» asks for."""
    if language == "ru" and month[-1] in "ая":
        return [month, month[:-1] + "е"]
    if language == "uk" and month.endswith("я"):
        return [month, month[:-1] + "і"]
    if language == "uk" and month.endswith("ого"):
        return [month, month[:-3] + "ому"]
    return [month]


def _weekdays() -> Iterator[Spelling]:
    for number in range(7):
        group = f"d-{number + 1}"
        for language, locale in _locales():
            text = locale.days["stand-alone"]["wide"][number]
            yield group, language, text
            if language == "zh":
                yield from ((group, "zh", week + text[-1]) for week in "周週")
            if language == "ja":
                yield group, "ja", text.removesuffix("日")


def _by_hand(group: str, texts: dict[str, str]) -> Iterator[Spelling]:
    return ((group, language, text) for language, line in texts.items() for text in line.split("|"))


@cache
def _locales() -> tuple[tuple[str, Locale], ...]:
    return tuple((code.partition("_")[0], Locale.parse(code)) for code in LOCALES)


@cache
def _additions() -> dict[str, Any]:
    text = files("corpus.language").joinpath("cldr_additions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _guards() -> dict[str, str]:
    kinds = {"capital": CAPITAL, "placed": PLACED, "never": NEVER}
    return {
        text: guard
        for kind, guard in kinds.items()
        for text in re.split(r"[|\n]", _additions()["guards"][kind])
    }


def _guard(text: str) -> str:
    return _guards().get(text, ALWAYS)


if __name__ == "__main__":
    main()
