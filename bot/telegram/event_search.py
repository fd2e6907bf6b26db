"""What is asked is looked for in its event or, where none was chosen, in all that it may be
about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.render.telegram_events import EventShown, labelled, which_message
from bot.telegram.answers import Answers, Found, Manner
from bot.telegram.delivery import Destination
from bot.telegram.events import Event, Events
from bot.words import Words
from corpus.errors import PullquoteError

Search = Callable[[Answers, Manner], Found]
"""What is looked for in one event."""

Tried = list[tuple[Event, Found]]
"""What was found in each event."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What to answer, at a place that knows the event."""

    place: Destination
    what: Found


class EventSearch:
    """Searches of one question in several events. But for `settled` all of it is work for a
    thread."""

    def __init__(self, events: Events, answers: Callable[[Event], Answers]) -> None:
        self._events = events
        self._answers = {event.key: answers(event) for event in events}

    @property
    def limit(self) -> int:
        """Quotes in an answer."""
        return next(iter(self._answers.values())).limit

    def answers(self, event: Event) -> Answers:
        return self._answers[event.key]

    def fitting(self, search: Search, own: Event | None, text: str, manner: Manner) -> Tried:
        """What is found in the `own` event of who asks; where that is open, in each that has
        anything, or else, without having anything, in each. Raises `PullquoteError`."""
        if own:
            return [(own, self._in(own, search, manner))]
        tried = self._tried(search, self._events.for_question(text), manner)
        return [(event, found) for event, found in tried if found.fits] or tried

    def first(self, search: Search, own: Event | None, text: str, manner: Manner) -> Tried:
        """What is found in the own event or, where it has nothing, in the first other one that has.
        Raises `PullquoteError`."""
        order = sorted(self._events, key=lambda event: event is not own)
        tried = self._tried(search, order, manner, enough=1)
        return [(event, found) for event, found in tried if found.fits][:1] or tried[:1]

    def settled(
        self, place: Destination, own: Event | None, tried: Tried, interface: Words
    ) -> Settled:
        """What to answer of what was `tried`: that of one event, which is named unless it is the
        own one; of several the choice."""
        if len(tried) == 1:
            [(event, found)] = tried
            if event is not own and found.fits:
                messages = labelled(found.messages, event.title, interface)
                found = replace(found, messages=messages)
            return Settled(self._events.at(place, event), found)
        key = "event_which" if tried[0][1].fits else "event_none"
        events = [EventShown(event.name, event.title) for event, _ in tried]
        return Settled(place, Found((which_message(key, events, interface),), ()))

    def _tried(
        self, search: Search, events: Sequence[Event], manner: Manner, enough: int = 0
    ) -> Tried:
        """What is found in each that can be searched, until `enough` have anything. Raises
        `PullquoteError` where none can."""
        tried: Tried = []
        failed: PullquoteError | None = None
        for event in events:
            try:
                tried.append((event, self._in(event, search, manner)))
            except PullquoteError as error:
                failed = error
            if enough and sum(found.fits for _, found in tried) >= enough:
                break
        if failed and not tried:
            raise failed
        return tried

    def _in(self, event: Event, search: Search, manner: Manner) -> Found:
        outlets = self._events.outlets(event, manner.outlets)
        return search(self._answers[event.key], replace(manner, outlets=outlets))
