"""What the bot remembers about its chats, in `chats.sqlite`; one class for each kind.

Belongs here: SQL and the rows of chats.
Does not: the coverage (corpus/store).
"""

from bot.state.asked import AnsweredQuestion, Feedback
from bot.state.choices import ChatSettings, Length
from bot.state.collected import MOST_COLLECTED
from bot.state.database import FILE, SCHEMA_VERSION
from bot.state.followed import MOST_FOLLOWED, Alert, Followed, Stage
from bot.state.forgetting import TOLD_SECONDS
from bot.state.notices import Hours, Notices
from bot.state.quoted import QUOTED_SECONDS, Quoted
from bot.state.store import State
from bot.state.updates import KEPT_SECONDS, MOST_TRIES, AnswerPart, TakenOver

__all__ = [
    "FILE",
    "KEPT_SECONDS",
    "MOST_COLLECTED",
    "MOST_FOLLOWED",
    "MOST_TRIES",
    "QUOTED_SECONDS",
    "SCHEMA_VERSION",
    "TOLD_SECONDS",
    "Alert",
    "AnswerPart",
    "AnsweredQuestion",
    "ChatSettings",
    "Feedback",
    "Followed",
    "Hours",
    "Length",
    "Notices",
    "Quoted",
    "Stage",
    "State",
    "TakenOver",
]
