"""The names of the commands in Telegram's menus, in every language and for whom they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterator, Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, TelegramError

from bot.telegram.client import Client, reason
from bot.words import FALLBACK, LANGUAGES, words

log = logging.getLogger(__name__)

GROUP_COMMANDS = (
    *("ask", "timeline", "compare", "latest", "sources", "verify", "dossier", "help", "privacy"),
)
"""The commands that everybody in a group may use."""

_ADMINISTRATORS = (*GROUP_COMMANDS[:-2], "follow", "following", "settings", *GROUP_COMMANDS[-2:])
_PRIVATE = (*_ADMINISTRATORS, "new", "start")
_EDITORS = ("ingest", "channel", "remove", "stats", "pin")

_OF_SEVERAL = ("event",)

_SCOPES: tuple[tuple[BotCommandScope, tuple[str, ...]], ...] = (
    (BotCommandScopeDefault(), GROUP_COMMANDS),
    (BotCommandScopeAllPrivateChats(), _PRIVATE),
    (BotCommandScopeAllGroupChats(), GROUP_COMMANDS),
    (BotCommandScopeAllChatAdministrators(), _ADMINISTRATORS),
)

Menu = tuple[BotCommandScope, tuple[str, ...]]


async def set_menus(bot: Client, editors: Collection[int], *, several: bool = False) -> None:
    """Tell Telegram the commands in every language; English where a client has another one. A
    failure is logged: the commands work without their menus. With `several` events one chooses
    between them."""
    await _set(
        bot,
        [
            (scope, (*names, *_OF_SEVERAL) if several and names is not GROUP_COMMANDS else names)
            for scope, names in _SCOPES
        ],
    )
    for editor in sorted(editors):
        await set_editor_menu(bot, editor, several=several)


async def set_editor_menu(bot: Client, editor: int, *, several: bool = False) -> None:
    """The menu of the chat with an editor, which is there only once they have written."""
    names = (*_PRIVATE, *(_OF_SEVERAL if several else ()), *_EDITORS)
    await _set(bot, [(BotCommandScopeChat(editor), names)])


async def _set(bot: Client, menus: Sequence[Menu]) -> None:
    results = await asyncio.gather(
        *(
            bot.set_my_commands(commands, scope=scope, language_code=code)
            for scope, names in menus
            for code, commands in _localised(names)
        ),
        return_exceptions=True,
    )
    faults = [result for result in results if isinstance(result, BaseException)]
    for fault in faults:
        if not isinstance(fault, TelegramError):
            raise fault
    if faults and not _is_unmet(faults[0]):
        log.warning("the command menus could not be set: %s", reason(faults[0]))


def _localised(names: tuple[str, ...]) -> Iterator[tuple[str | None, list[BotCommand]]]:
    for code, language in [(None, FALLBACK), *((code, code) for code in LANGUAGES)]:
        say = words(language).say
        yield code, [BotCommand(name, say(f"command_{name}")) for name in names]


def _is_unmet(fault: BaseException) -> bool:
    return isinstance(fault, BadRequest) and "chat not found" in str(fault).lower()
