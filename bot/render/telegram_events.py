"""Messages about the events of a bot: the choice between them, and from which an answer is. Pure
functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.render.messages import Button, Message
from bot.render.telegram_text import MOST_UNITS, directed, note, plain, units
from bot.words import Words
from bot.words.coverage import BETWEEN
from bot.words.direction import name

PREFIX = "e:"
"""What the data of these buttons begins with; behind it `a` to have what was asked answered from
the event, or `c` to choose it for the chat, a colon and the event's name."""

ANSWER, CHOOSE = "a", "c"

_CHOSEN = "✓ "
_MOST_OF_CAPTION = 1024


@dataclass(frozen=True, slots=True)
class EventShown:
    """An event as people see it. `newest` is the last day of publication in its `articles`."""

    name: str
    title: str
    articles: int = 0
    newest: date | None = None


def which_message(key: str, events: Sequence[EventShown], interface: Words) -> Message:
    """The sentence `key`, and a button for each event that has what was asked answered from it."""
    rows = tuple((_button(ANSWER, one, interface),) for one in events)
    return Message(note(interface.say(key), interface), rows)


def choice_message(
    key: str,
    events: Sequence[EventShown],
    chosen: EventShown | None,
    interface: Words,
    press: str = CHOOSE,
) -> Message:
    """The sentence `key`, which may have the title of the `chosen` event in it, what there is of
    each event, and a button for each."""
    shown = chosen and name(chosen.title, interface.right_to_left)
    told = interface.say(key, title=shown or "").strip()
    lines = "\n".join(f"• {held(one, interface)}" for one in events)
    rows = tuple((_button(press, one, interface, chosen=one == chosen),) for one in events)
    return Message(note(f"{told}\n\n{lines}", interface), rows)


def held(event: EventShown, interface: Words) -> str:
    """The title of an event, how many articles there are and how fresh they are."""
    facts = [interface.count("articles", event.articles)]
    if event.newest:
        facts.append(interface.say("sources_newest", day=interface.date(event.newest)))
    return f"{name(event.title, interface.right_to_left)}: {BETWEEN.join(facts)}"


def labelled(messages: Sequence[Message], title: str, interface: Words) -> tuple[Message, ...]:
    """The messages of an answer, the first of which says from which event it is; a message of its
    own does if there is no room."""
    shown = name(title, interface.right_to_left)
    label = note(interface.say("event_from", title=shown), interface)
    first, *others = messages
    html = f"{label}\n\n{first.html}"
    most = _MOST_OF_CAPTION if first.photo or first.document else MOST_UNITS
    if units(plain(html)) <= most:
        return replace(first, html=html), *others
    return Message(label), *messages


def _button(press: str, event: EventShown, interface: Words, *, chosen: bool = False) -> Button:
    label = (_CHOSEN if chosen else "") + event.title
    return Button(directed(label, interface), f"{PREFIX}{press}:{event.name}")
