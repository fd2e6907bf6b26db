"""The events that a bot serves, and which of them a chat, a topic or a message is about.

With one event nothing is chosen and nothing is kept: every question is about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from telegram import Message

from bot.desk import Desk
from bot.render.messages import Message as Rendered
from bot.render.telegram_events import ANSWER, EventShown, choice_message
from bot.state import State
from bot.telegram.answers import Answering
from bot.telegram.client import Client
from bot.telegram.delivery import Destination
from bot.telegram.languages import asked_in
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Event:
    """One coverage and what is said of it. `key` is what the chats database knows it by, `name`
    what buttons do, `title` what people read. Questions in other `languages` are not looked for in
    it unless it was chosen; none means all. With a `desk` editors change its coverage."""

    engine: Answering
    home: Path = Path()
    key: str = ""
    name: str = ""
    title: str = ""
    languages: tuple[str, ...] = ()
    desk: Desk | None = None


class Events:
    """Finds the event. A message that was answered from one stays with it, else its topic's counts,
    else that of its chat."""

    def __init__(self, events: Sequence[Event], bot: Client, state: State) -> None:
        self._events = tuple(events)
        self._bot = bot
        self._state = state
        self._pressed: dict[tuple[int, int], Event] = {}

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    @property
    def several(self) -> bool:
        return len(self._events) > 1

    def named(self, name: str) -> Event | None:
        """The event with this name, else with this title, in any case."""
        wanted = name.casefold()
        found = [one for one in self._events if wanted in (one.name, one.title.casefold())]
        return min(found, key=lambda one: one.name != wanted, default=None)

    def keyed(self, key: str | None) -> Event | None:
        return next((one for one in self._events if one.key == key), None)

    def chosen(self, chat: int, thread: int | None = None) -> Event | None:
        """The event of a topic or its chat; `None` if none was chosen."""
        if not self.several:
            return self._events[0]
        now = self._state.current(self._bot.id, chat)
        return self.keyed(self._state.event_of(self._bot.id, now, thread))

    def choose(self, chat: int, thread: int | None, event: Event) -> None:
        """From now on a topic, or with no `thread` a chat, is about this event."""
        now = self._state.current(self._bot.id, chat)
        self._state.choose_event(self._bot.id, now, thread, event.key)

    def of_message(self, chat: int, message: int) -> Event | None:
        """The event of an answer or of what it answers; `None` if that is not known."""
        if not self.several:
            return self._events[0]
        return self.keyed(self._state.event_of_message(self._bot.id, chat, message))

    def keep(self, key: str, sent: Message) -> None:
        """One of the bot's messages, which answers none, is from the event with this key."""
        if self.several:
            self._state.set_message_event(self._bot.id, sent.chat_id, sent.message_id, key)

    def is_gone(self, chat: int, message: int) -> bool:
        """Whether a message is about an event that is served no more."""
        if not self.several:
            return False
        key = self._state.event_of_message(self._bot.id, chat, message)
        return key is not None and self.keyed(key) is None

    def of(self, place: Destination) -> Event | None:
        """The event that what is asked at `place` is about; `None` if that is open."""
        if place.event is not None:
            return self.keyed(place.event)
        if pressed := self._pressed.get((place.chat, place.message)):
            return pressed
        chosen = self.chosen(place.chat, place.thread)
        # a question that is edited stays with the event of its answer, unless none was chosen
        return chosen and (self.of_message(place.chat, place.message) or chosen)

    def under(self, place: Destination) -> Event | None:
        """The event of the answer at `place`, under which a button was pressed. What was answered
        before there were several is of the one that has no key."""
        return (
            self.of_message(place.chat, place.message)
            or self.keyed("")
            or self.chosen(place.chat, place.thread)
        )

    @contextmanager
    def pressed(self, chat: int, message: int, event: Event) -> Iterator[None]:
        """Inside, what `message` asks is about this event."""
        key = chat, message
        self._pressed[key] = event
        try:
            yield
        finally:
            self._pressed.pop(key, None)

    def at(self, place: Destination, event: Event) -> Destination:
        """`place`, to be answered from this event; kept only where there is another one."""
        if not self.several and not event.key:
            return place
        return replace(place, event=event.key)

    def for_question(self, text: str) -> Sequence[Event]:
        """Those in which a question is looked for, by its language. Work for a thread: telling one
        may read a model."""
        if not any(one.languages for one in self._events):
            return self._events
        language = asked_in(text)
        fitting = [one for one in self._events if not one.languages or language in one.languages]
        return fitting or self._events

    def outlets(self, event: Event, chosen: tuple[str, ...]) -> tuple[str, ...]:
        """Of the outlets that a chat has chosen those that count in an event: chosen for one, they
        do not restrict another that lacks them. It reads the coverage: work for a thread."""
        if not (self.several and chosen):
            return chosen
        here = set(event.engine.coverage.outlet_names())
        return tuple(outlet for outlet in chosen if outlet in here)

    def which(self, interface: Words) -> Rendered:
        """The choice of an event in which what was asked is done. It reads the coverages: work for
        a thread."""
        events = [self.shown(event) for event in self]
        return choice_message("event_choose", events, None, interface, ANSWER)

    def shown(self, event: Event) -> EventShown:
        """An event as people see it now. It reads the coverage: work for a thread."""
        coverage = event.engine.coverage
        return EventShown(event.name, event.title, coverage.count()[0], coverage.span()[1])
