"""The screens of /settings on alerts and corrections, and what their buttons carry. Pure functions.

Callback data is `a:` and a screen, with a page where it has several, and after another colon the
change that the button makes: `a:m`, `a:z1`, `a:m:c=0`, `a:q:q=22-7`, `a:z1:z=17`. A time zone is
meant by its number in `ZONES`, which only grows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from babel import Locale
from babel.dates import get_timezone_location
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.render.telegram_text import directed, note
from bot.state import Hours, Notices
from bot.telegram.quiet_hours import DIGEST_HOUR, zone_of
from bot.words import Words

PREFIX = "a:"

ZONES = (
    "UTC",
    "Africa/Casablanca",
    "Africa/Algiers",
    "Africa/Tunis",
    "Africa/Tripoli",
    "Africa/Cairo",
    "Africa/Khartoum",
    "Asia/Jerusalem",
    "Asia/Beirut",
    "Asia/Damascus",
    "Asia/Amman",
    "Asia/Baghdad",
    "Asia/Riyadh",
    "Asia/Kuwait",
    "Asia/Qatar",
    "Asia/Aden",
    "Asia/Dubai",
    "Asia/Tehran",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Europe/Kyiv",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Asia/Tashkent",
    "Asia/Yekaterinburg",
    "Asia/Vladivostok",
)
"""The time zones to choose from, by their names in the IANA's database."""

QUIET: tuple[Hours, ...] = ((21, 7), (22, 7), (22, 8), (23, 7), (23, 8), (0, 8))
"""The quiet hours to choose from."""

_MAIN, _QUIET, _ZONES = "m", "q", "z"
_DATA = re.compile(r"a:([mqz])([0-9]{0,2})(?::([cdqz])=([0-9-]{1,5}))?")
_A_PAGE = 8
_IN_A_ROW = 2
_CHOSEN = "✓ "

Button = InlineKeyboardButton


@dataclass(frozen=True, slots=True)
class Press:
    """What a button asks for: a screen, and before it a change."""

    screen: str
    page: int
    change: tuple[str, str] | None


MAIN = Press(_MAIN, 0, None)


def read(data: str) -> Press | None:
    """What callback data asks for; `None` for what no button of these screens carries."""
    found = _DATA.fullmatch(data)
    if found is None:
        return None
    screen, page, kind, value = found.groups()
    return Press(screen, int(page or 0), (kind, value) if kind else None)


def changed(chosen: Notices, change: tuple[str, str]) -> Notices | None:
    """The choices after a change; `None` if it is none that can be made."""
    match change:
        case ("c", "0" | "1" as value):
            return replace(chosen, corrections=value == "1")
        case ("d", "0" | "1" as value):
            return replace(chosen, daily=value == "1")
        case ("q", "-"):
            return replace(chosen, quiet=None)
        case ("q", value):
            hours = next((each for each in QUIET if _packed(each) == value), None)
            return hours and replace(chosen, quiet=hours)
        case ("z", "-"):
            return replace(chosen, zone=None)
        case ("z", value) if value.isdecimal() and int(value) < len(ZONES):
            return replace(chosen, zone=ZONES[int(value)])
    return None


def screen(
    chosen: Notices, press: Press, newsroom: tzinfo, interface: Words
) -> tuple[str, InlineKeyboardMarkup]:
    """A screen as HTML and its buttons; `newsroom` is the time zone where none is chosen."""
    if press.screen == _QUIET:
        return note(interface.say("notices_quiet_hint"), interface), _quiet(chosen, interface)
    if press.screen == _ZONES:
        return note(interface.say("notices_zone_hint"), interface), _zones(
            chosen, press.page, interface
        )
    return note(_summary(chosen, newsroom, interface), interface), _main(chosen, interface)


def _summary(chosen: Notices, newsroom: tzinfo, interface: Words) -> str:
    say = interface.say
    now = datetime.now(UTC).astimezone(zone_of(chosen, newsroom))
    quiet = _hours(chosen.quiet) if chosen.quiet else say("notices_no_quiet")
    zone = _city(chosen.zone, interface) if chosen.zone else say("notices_newsroom")
    return "\n".join(
        [
            say("notices_title"),
            "",
            say("notices_daily", hour=f"{DIGEST_HOUR}:00")
            if chosen.daily
            else say("notices_at_once"),
            say("notices_quiet", hours=quiet),
            say("notices_zone", zone=zone, time=f"{now:%H:%M}"),
            say("notices_corrections_on" if chosen.corrections else "notices_corrections_off"),
        ]
    )


def _main(chosen: Notices, interface: Words) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [
                _choice("button_at_once", "m:d=0", not chosen.daily, interface),
                _choice("button_daily", "m:d=1", chosen.daily, interface),
            ],
            [
                _choice("button_corrections_on", "m:c=1", chosen.corrections, interface),
                _choice("button_corrections_off", "m:c=0", not chosen.corrections, interface),
            ],
            [
                _button("button_quiet", _QUIET, interface),
                _button("button_zone", f"{_ZONES}0", interface),
            ],
            # back to the screen of bot.telegram.settings_menu
            [Button(directed(interface.say("button_back"), interface), callback_data="s:m")],
        ]
    )


def _quiet(chosen: Notices, interface: Words) -> InlineKeyboardMarkup:
    labels = [(_hours(each), _packed(each), each == chosen.quiet) for each in QUIET]
    none = (directed(interface.say("notices_no_quiet"), interface), "-", chosen.quiet is None)
    buttons = [
        Button(_CHOSEN * ticked + label, callback_data=f"{PREFIX}{_QUIET}:q={value}")
        for label, value, ticked in (none, *labels)
    ]
    rows = [buttons[:1], *_rows(buttons[1:])]
    return InlineKeyboardMarkup([*rows, [_button("button_back", _MAIN, interface)]])


def _zones(chosen: Notices, page: int, interface: Words) -> InlineKeyboardMarkup:
    pages = -(-len(ZONES) // _A_PAGE)
    page = min(page, pages - 1)
    shown = range(page * _A_PAGE, min((page + 1) * _A_PAGE, len(ZONES)))
    buttons = [
        Button(
            _CHOSEN * (ZONES[number] == chosen.zone) + _city(ZONES[number], interface),
            callback_data=f"{PREFIX}{_ZONES}{page}:z={number}",
        )
        for number in shown
    ]
    turns = [("«", page - 1)] * (page > 0) + [("»", page + 1)] * (page < pages - 1)
    newsroom = directed(interface.say("notices_newsroom"), interface)
    return InlineKeyboardMarkup(
        [
            *_rows(buttons),
            [Button(sign, callback_data=f"{PREFIX}{_ZONES}{other}") for sign, other in turns],
            [
                Button(
                    _CHOSEN * (chosen.zone is None) + newsroom,
                    callback_data=f"{PREFIX}{_ZONES}{page}:z=-",
                ),
                _button("button_back", _MAIN, interface),
            ],
        ]
    )


def _rows(buttons: list[Button]) -> list[list[Button]]:
    return [buttons[at : at + _IN_A_ROW] for at in range(0, len(buttons), _IN_A_ROW)]


def _city(zone: str, interface: Words) -> str:
    if zone == "UTC":
        return zone
    locale = Locale.parse(interface.language)
    return str(get_timezone_location(zone, locale=locale, return_city=True))


def _hours(hours: Hours) -> str:
    return f"{hours[0]}:00–{hours[1]}:00"


def _packed(hours: Hours) -> str:
    return f"{hours[0]}-{hours[1]}"


def _button(key: str, data: str, interface: Words) -> Button:
    return Button(directed(interface.say(key), interface), callback_data=PREFIX + data)


def _choice(key: str, change: str, chosen: bool, interface: Words) -> Button:
    label = directed(interface.say(key), interface)
    return Button(_CHOSEN * chosen + label, callback_data=PREFIX + change)
