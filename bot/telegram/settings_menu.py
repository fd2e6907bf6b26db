"""The menu of /settings: its screens, and what its buttons carry. Pure functions.

Callback data is `s:` and a screen, with a page where it has several, and after another colon the
change that the button makes: `s:m`, `s:o2`, `s:m:n=short`, `s:o2:t=17.k3x5aq`. An outlet is meant
by its number in the list and a check of its name: 64 bytes hold no name, and the list may have
changed since the button was sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from babel import Locale
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.render.telegram_text import directed, note
from bot.state import ChatSettings, Length
from bot.telegram import notice_menu
from bot.words import LANGUAGES, Words
from bot.words.coverage import short_name
from corpus.store import code

PREFIX = "s:"

_MAIN, _LANGUAGE, _OUTLETS, _DONE = "m", "l", "o", "x"
_DATA = re.compile(r"s:([mlox])([0-9]{0,4})(?::([lntcf])=([a-z0-9.-]{1,20}))?")
_A_PAGE = 8
_LONGEST_LABEL = 40
_CHECK = 6
_CHOSEN = "✓ "

Button = InlineKeyboardButton
Rows = list[list[Button]]


@dataclass(frozen=True, slots=True)
class Press:
    """What a button of the menu asks for: a screen, and before it a change."""

    screen: str
    page: int
    change: tuple[str, str] | None

    @property
    def closes(self) -> bool:
        return self.screen == _DONE


@dataclass(frozen=True, slots=True)
class Menu:
    """The choices of a chat as they are shown; in a `private` one the language is the person's.
    `outlets` are those of the coverage and those that are chosen, in order."""

    chosen: ChatSettings
    private: bool
    outlets: tuple[str, ...]

    @property
    def length(self) -> Length:
        return self.chosen.length or ("full" if self.private else "short")


@cache
def endonym(language: str) -> str:
    """A language's name for itself. Babel reads two megabytes for it, of the languages shown."""
    return (Locale.parse(language).get_display_name(language) or language).capitalize()


def read(data: str) -> Press | None:
    """What callback data asks for; `None` for what no button of the menu carries."""
    found = _DATA.fullmatch(data)
    if found is None:
        return None
    screen, page, kind, value = found.groups()
    return Press(screen, int(page or 0), (kind, value) if kind else None)


def changed(menu: Menu, change: tuple[str, str]) -> ChatSettings | None:
    """The choices after a change; `None` if it is none that can be made."""
    match change:
        case ("l", value) if value in (*LANGUAGES, "-"):
            return replace(menu.chosen, language=None if value == "-" else value)
        case ("n", "short" | "full" as length):
            return replace(menu.chosen, length=length)
        case ("c", "0" | "1" as chain) if not menu.private:
            return replace(menu.chosen, chain=chain == "1")
        case ("f", "0" | "1" as follows):
            return replace(menu.chosen, follows=follows == "1")
        case ("t", "all"):
            return replace(menu.chosen, outlets=())
        case ("t", value):
            return _toggled(menu, value)
    return None


def _toggled(menu: Menu, value: str) -> ChatSettings | None:
    number, _, check = value.partition(".")
    place = int(number) if number.isdecimal() else len(menu.outlets)
    if place >= len(menu.outlets) or check != code(menu.outlets[place], _CHECK):
        return None
    outlets = {*menu.chosen.outlets} ^ {menu.outlets[place]}
    return replace(menu.chosen, outlets=tuple(sorted(outlets)))


def screen(menu: Menu, press: Press, interface: Words) -> tuple[str, InlineKeyboardMarkup | None]:
    """A screen as HTML and its buttons."""
    if press.screen == _LANGUAGE:
        return note(interface.say("settings_language_hint"), interface), _languages(menu, interface)
    if press.screen == _OUTLETS:
        return _outlets(menu, press.page, interface)
    text = note(_summary(menu, interface), interface)
    return text, None if press.closes else _main(menu, interface)


def first(menu: Menu, interface: Words) -> tuple[str, InlineKeyboardMarkup | None]:
    """What /settings shows."""
    return screen(menu, Press(_MAIN, 0, None), interface)


def _summary(menu: Menu, interface: Words) -> str:
    chosen, say = menu.chosen, interface.say
    language = endonym(chosen.language) if chosen.language else say("settings_automatic")
    names = [short_name(name, interface) for name in chosen.outlets[:_A_PAGE]]
    if more := len(chosen.outlets) - len(names):
        names.append(interface.count("more_outlets", more))
    lines = [
        say("settings_private" if menu.private else "settings_group"),
        "",
        say("settings_language", value=language),
        say("settings_outlets", value=" · ".join(names) or say("settings_all")),
        say("settings_length", value=say(f"settings_{menu.length}")),
    ]
    lines.append(say("settings_follows_on" if chosen.follows else "settings_follows_off"))
    if not menu.private:
        lines.append(say("settings_chain_on" if chosen.chain else "settings_chain_off"))
    return "\n".join(lines)


def _main(menu: Menu, interface: Words) -> InlineKeyboardMarkup:
    rows: Rows = [
        [
            _button("button_language", _LANGUAGE, interface),
            _button("button_outlets", f"{_OUTLETS}0", interface),
        ],
        [
            _choice(f"settings_{length}", f"n={length}", menu.length == length, interface)
            for length in ("short", "full")
        ],
    ]
    for key, value in (("button_follows_on", True), ("button_follows_off", False)):
        rows.append([_choice(key, f"f={value:d}", menu.chosen.follows == value, interface)])
    if not menu.private:
        for key, value in (("button_chain_on", True), ("button_chain_off", False)):
            rows.append([_choice(key, f"c={value:d}", menu.chosen.chain == value, interface)])
    notices = directed(interface.say("button_notices"), interface)
    rows.append([Button(notices, callback_data=f"{notice_menu.PREFIX}m")])
    return InlineKeyboardMarkup([*rows, [_button("button_done", _DONE, interface)]])


def _languages(menu: Menu, interface: Words) -> InlineKeyboardMarkup:
    automatic = directed(interface.say("settings_automatic"), interface)
    labels = {"-": automatic} | {language: endonym(language) for language in LANGUAGES}
    current = menu.chosen.language or "-"
    buttons = [
        Button((_CHOSEN if value == current else "") + label, callback_data=f"s:l:l={value}")
        for value, label in labels.items()
    ]
    rows = [buttons[:1], buttons[1:3], buttons[3:]]
    return InlineKeyboardMarkup([*rows, [_button("button_back", _MAIN, interface)]])


def _outlets(menu: Menu, page: int, interface: Words) -> tuple[str, InlineKeyboardMarkup]:
    pages = max(1, -(-len(menu.outlets) // _A_PAGE))
    page = min(page, pages - 1)
    shown = range(page * _A_PAGE, min((page + 1) * _A_PAGE, len(menu.outlets)))
    rows = [[_outlet(menu, number, page)] for number in shown]
    turns = [("«", page - 1)] * (page > 0) + [("»", page + 1)] * (page < pages - 1)
    rows.append([Button(sign, callback_data=f"s:o{other}") for sign, other in turns])
    every = directed(interface.say("settings_all"), interface)
    mark = "" if menu.chosen.outlets else _CHOSEN
    rows.append(
        [
            Button(mark + every, callback_data=f"s:o{page}:t=all"),
            _button("button_back", _MAIN, interface),
        ]
    )
    text = interface.say("settings_outlets_hint")
    if pages > 1:
        number, of = interface.number(page + 1), interface.number(pages)
        text += "\n" + interface.say("settings_page", page=number, pages=of)
    return note(text, interface), InlineKeyboardMarkup([row for row in rows if row])


def _outlet(menu: Menu, number: int, page: int) -> Button:
    name = menu.outlets[number]
    label = name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"
    mark = _CHOSEN if name in menu.chosen.outlets else ""
    return Button(mark + label, callback_data=f"s:o{page}:t={number}.{code(name, _CHECK)}")


def _button(key: str, data: str, interface: Words) -> Button:
    return Button(directed(interface.say(key), interface), callback_data=PREFIX + data)


def _choice(key: str, change: str, chosen: bool, interface: Words) -> Button:
    label = directed(interface.say(key), interface)
    return Button((_CHOSEN if chosen else "") + label, callback_data=f"s:{_MAIN}:{change}")


def outlets_of(names: Sequence[str], chosen: ChatSettings) -> tuple[str, ...]:
    """The outlets to choose from: those of the coverage, and those chosen that it lost since."""
    return tuple(sorted({*names, *chosen.outlets}))
