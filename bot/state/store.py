"""The chats database with all its classes."""

from __future__ import annotations

from bot.state.asked import Questions
from bot.state.choices import Choices
from bot.state.collected import Dossiers
from bot.state.events import ChosenEvents
from bot.state.followed import Following
from bot.state.forgetting import Forgetting
from bot.state.notices import NoticeSettings
from bot.state.quoted import Quotations
from bot.state.sending import Places
from bot.state.updates import Updates


class State(
    Updates,
    Choices,
    ChosenEvents,
    Questions,
    Forgetting,
    Following,
    Quotations,
    NoticeSettings,
    Dossiers,
    Places,
):
    """The chats database. Its keys include the bot, because one home may be used with several
    tokens in turn.

    Use it from one thread. Errors: `HomeError` if the file cannot be opened.
    """
