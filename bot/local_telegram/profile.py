"""The methods that set what the bot shows about itself: commands, name and descriptions."""

import re

from bot.local_telegram.errors import bad, refuse
from bot.local_telegram.params import Params
from bot.local_telegram.types import Json
from bot.local_telegram.world import World

LANGUAGE = re.compile("[a-z]{2}")
COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}
FIELD_LIMITS = {"name": 64, "description": 512, "short_description": 120}


class Profile:
    def __init__(self, world: World) -> None:
        self.world = world

    def set_my_commands(self, params: Params) -> bool:
        key = self._commands_key(params)
        commands = params.value("commands", [])
        refuse(len(commands) > 100, "BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            name, description = command.get("command", ""), command.get("description", "")
            refuse(not COMMAND.fullmatch(name), "BOT_COMMAND_INVALID")
            refuse(
                not description.strip() or len(description) > 256,
                "BOT_COMMAND_DESCRIPTION_INVALID",
            )
        self.world.commands[key] = commands
        return True

    def get_my_commands(self, params: Params) -> list[Json]:
        commands: list[Json] = self.world.commands.get(self._commands_key(params), [])
        return commands

    def delete_my_commands(self, params: Params) -> bool:
        self.world.commands.pop(self._commands_key(params), None)
        return True

    def set_my_name(self, params: Params) -> bool:
        return self._set_field(params, "name")

    def set_my_description(self, params: Params) -> bool:
        return self._set_field(params, "description")

    def set_my_short_description(self, params: Params) -> bool:
        return self._set_field(params, "short_description")

    def _set_field(self, params: Params, field: str) -> bool:
        value = params.text(field)
        refuse(len(value) > FIELD_LIMITS[field], f"bot {field} is too long")
        self.world.profile[f"{field}/{_language(params)}"] = value
        return True

    def _commands_key(self, params: Params) -> str:
        scope = params.value("scope", None) or {"type": "default"}
        language = _language(params)
        kind = scope.get("type")
        if kind not in SCOPES:
            raise bad("can't parse BotCommandScope: Unsupported type specified")
        chat_id = str(scope.get("chat_id", ""))
        if kind.startswith("chat"):
            refuse(chat_id not in map(str, self.world.chats), "chat not found")
        return "/".join([kind, chat_id, language])


def _language(params: Params) -> str:
    language = params.text("language_code")
    refuse(language and not LANGUAGE.fullmatch(language), "invalid language code specified")
    return language
