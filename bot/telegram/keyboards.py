"""Messages with buttons as the library has them."""

from __future__ import annotations

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.render.messages import Button, Keyboard
from bot.telegram.answers import Found
from bot.telegram.delivery import Reply


def replies(found: Found) -> list[Reply]:
    """What was found, to be sent."""
    return [
        Reply(message.html, _markup(message.keyboard), message.photo) for message in found.messages
    ]


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in keyboard])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.text,
        callback_data=button.data,
        url=button.url,
        copy_text=CopyTextButton(button.copy) if button.copy else None,
    )
