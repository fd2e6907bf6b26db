"""The chats database with all its rooms."""

from __future__ import annotations

from bot.state.asked import Questions
from bot.state.choices import Choices
from bot.state.collected import Dossiers
from bot.state.followed import Following
from bot.state.forgetting import Forgetting
from bot.state.notices import NoticeSettings
from bot.state.quoted import Quotations
from bot.state.sending import Places
from bot.state.updates import Updates


class State(
    Updates,
    Choices,
    Questions,
    Forgetting,
    Following,
    Quotations,
    NoticeSettings,
    Dossiers,
    Places,
):
    """The chats database. It is keyed by bot, for one home may see several tokens in turn.

    Used by one thread. Errors: `HomeError` when the file cannot be opened.
    """
