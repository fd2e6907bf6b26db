"""Messages with buttons as the library has them."""

from __future__ import annotations

from collections.abc import Iterable

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.render.messages import Button, Keyboard, Message
from bot.telegram.delivery import Reply


def replies(messages: Iterable[Message]) -> list[Reply]:
    """Messages, to be sent."""
    return [
        Reply(
            message.html,
            markup(message.keyboard),
            message.photo,
            message.receipts,
            message.document,
        )
        for message in messages
    ]


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
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
