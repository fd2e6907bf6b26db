"""A message as it is sent: its HTML, and the rows of buttons under it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """A button with one of three ends: `data` comes back to the bot, `url` is opened, `copy` is put
    where the person pastes from."""

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


Row = tuple[Button, ...]
Keyboard = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """HTML in the server's dialect, and buttons; with a `photo`, a PNG, or a `document` it is what
    is below it. `receipts` are those of the quotes in it."""

    html: str
    keyboard: Keyboard = ()
    photo: bytes | None = None
    receipts: tuple[str, ...] = ()
    document: Document | None = None
