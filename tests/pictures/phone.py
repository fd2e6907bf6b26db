"""A chat as a phone shows it: the messages that the server stored, as a page of HTML.

Drawn is what a client makes of the text, the entities and the keyboard alone; nothing of the bot is
known here. Pure functions.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.play.entities import text_html

Json = Mapping[str, Any]

WIDTH = 390
"""CSS pixels, those of the most common phones."""

_MARKS = {"url": "opens", "copy_text": "copies"}
_COLOURS = 7


@dataclass(frozen=True, slots=True)
class Screen:
    """A chat: its title, the line below it, and its messages in order, as the Bot API gives them;
    `mine` is the id of the person who holds the phone."""

    title: str
    below: str
    messages: tuple[Json, ...]
    mine: int
    group: bool = False


def page(screen: Screen) -> str:
    """The whole page, which needs nothing from elsewhere."""
    bubbles = "\n".join(_message(message, screen) for message in screen.messages)
    title, below = html.escape(screen.title), html.escape(screen.below)
    style = (Path(__file__).parent / "phone.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<style>{style}</style></head>
<body style="width:{WIDTH}px">
<header><i class="back"></i>{_avatar(screen.title)}
<div><h1 dir="auto">{title}</h1><p dir="auto">{below}</p></div></header>
<main>
{bubbles}
</main>
</body></html>
"""


def _message(message: Json, screen: Screen) -> str:
    sender = message["from"]
    mine = sender["id"] == screen.mine
    name = _name(sender)
    shows_sender = screen.group and not mine
    head = f'<p class="sender c{_colour(name)}">{html.escape(name)}</p>' if shows_sender else ""
    avatar = _avatar(name) if shows_sender else ""
    body = text_html(message.get("text", ""), message.get("entities", ()))
    time = '<span class="time">10:24</span>'
    bubble = f'<div class="bubble">{head}{_reply(message, screen)}{body}{time}</div>'
    side = "out" if mine else "in"
    return (
        f'<section class="message {side}">{avatar}'
        f'<div class="stack">{bubble}{_keyboard(message)}</div></section>'
    )


def _reply(message: Json, screen: Screen) -> str:
    """The header of a reply, if the message is one."""
    replied = message.get("reply_to_message")
    if not replied:
        return ""
    name, text = _name(replied["from"]), " ".join(replied.get("text", "").split())
    return (
        f'<div class="reply c{_colour(name)}"><b dir="auto">{html.escape(name)}</b>'
        f'<span dir="auto">{html.escape(text)}</span></div>'
    )


def _keyboard(message: Json) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    if not rows:
        return ""
    shown = "".join(f'<div class="row">{"".join(map(_button, row))}</div>' for row in rows)
    return f'<div class="keyboard">{shown}</div>'


def _button(button: Json) -> str:
    marks = " ".join(name for key, name in _MARKS.items() if key in button)
    label = html.escape(button["text"])
    return f'<span class="button {marks}"><span dir="auto">{label}</span></span>'


def _avatar(name: str) -> str:
    return f'<span class="avatar c{_colour(name)}">{html.escape(name[:1])}</span>'


def _name(user: Json) -> str:
    return " ".join(user[key] for key in ("first_name", "last_name") if user.get(key))


@cache
def _colour(name: str) -> int:
    return sum(name.encode()) % _COLOURS
