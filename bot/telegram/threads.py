"""What a message continues: the question before it in its chat, or the question of the message
replied to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.state import AnsweredQuestion, State
from bot.telegram.client import Client
from bot.telegram.delivery import Destination
from retrieval.question.previous import FollowUp, Kind, follow_up, has_content, kind_of

SILENCE = timedelta(minutes=10)
"""After so long a private chat starts afresh; a reply says itself what it goes on with."""

LONGEST_FOLLOWED = 1_000
"""Characters of a message that a question may go on with."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message asks for. `before` is the question about which more is wanted; `followed` is
    what a question takes from the one before. `lost`: it continues something unknown. `empty`: its
    own words are not enough to search."""

    kind: Kind
    before: AnsweredQuestion | None = None
    followed: FollowUp | None = None
    empty: bool = False

    @property
    def lost(self) -> bool:
        if self.kind is Kind.MORE:
            return self.before is None
        return self.kind is Kind.FOLLOW_UP and self.followed is None


ALONE = Turn(Kind.OWN)
"""A question that stands by itself."""


def alone(text: str) -> Turn:
    """What `text` asks for by itself, even where it says that it goes on with something."""
    kind = kind_of(text)
    unclear = kind is Kind.MORE or (kind is Kind.FOLLOW_UP and not has_content(text))
    return Turn(kind, empty=True) if unclear else ALONE


class Threads:
    """Reads messages in their threads. Nothing is looked up for one that stands by itself."""

    def __init__(
        self,
        bot: Client,
        state: State,
        *,
        on: bool = True,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bot = bot
        self._state = state
        self._on = on
        self._now = now

    def turn(
        self, place: Destination, text: str, replied: int | None = None, about: str = ""
    ) -> Turn:
        """What `text`, sent at `place`, asks for; it replies to the message `replied`, which says
        `about`, if to any."""
        if not (self._on and self._state.chat_settings(self._bot.id, place.chat).follows):
            return ALONE
        kind = kind_of(text)
        if kind is Kind.OWN:
            return ALONE
        before = self._before(place, replied)
        earlier = before.question if before else about
        if kind is Kind.MORE:
            return Turn(kind, before, empty=True)
        usable = earlier and len(earlier) <= LONGEST_FOLLOWED
        followed = follow_up(earlier, text) if usable else None
        return Turn(kind, before, followed, empty=not has_content(text))

    def _before(self, place: Destination, replied: int | None) -> AnsweredQuestion | None:
        state, bot, chat = self._state, self._bot.id, place.chat
        if replied is not None:
            return state.asked(bot, chat, replied)
        if not place.is_private:
            return None
        return state.asked_before(bot, chat, place.message, self._now() - SILENCE)
