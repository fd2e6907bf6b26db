"""The methods that answer queries: pressed buttons, inline queries and guest messages."""

import re
import time

from bot.local_telegram.errors import bad, refuse
from bot.local_telegram.params import Params
from bot.local_telegram.rules import read_results
from bot.local_telegram.types import Json
from bot.local_telegram.utf16 import utf16_length
from bot.local_telegram.world import World

START_PARAMETER = re.compile(r"[A-Za-z0-9_-]*")


class Answering:
    def __init__(self, world: World) -> None:
        self.world = world

    def answer_callback_query(self, params: Params) -> bool:
        seconds = self.world.settings["callback_ttl"]
        query_id = params.text("callback_query_id")
        query = _answerable(self.world.callback_queries, query_id, seconds)
        text = params.text("text")
        refuse(utf16_length(text) > 200, "MESSAGE_TOO_LONG")
        query.update(answered=True, text=text, show_alert=params.flag("show_alert"))
        return True

    def answer_inline_query(self, params: Params) -> bool:
        seconds = self.world.settings["inline_ttl"]
        query_id = params.text("inline_query_id")
        query = _answerable(self.world.inline_queries, query_id, seconds)
        next_offset = params.text("next_offset")
        refuse(len(next_offset.encode()) > 64, "NEXT_OFFSET_INVALID")
        button = params.value("button", None)
        if button is not None:
            _check_button(button)
        query.update(
            answered=True,
            results=read_results(params, params.value("results", [])),
            next_offset=next_offset,
            button=button,
            cache_time=params.number("cache_time", 300),
            is_personal=params.flag("is_personal"),
        )
        return True

    def answer_guest_query(self, params: Params) -> Json:
        seconds = self.world.settings["callback_ttl"]
        query_id = params.text("guest_query_id")
        query = _answerable(self.world.inline_queries, query_id, seconds)
        results = read_results(params, [params.value("result", {})])
        query.update(answered=True, results=results)
        return {"inline_message_id": f"guest{query_id}"}


def _answerable(queries: dict[str, Json], query_id: str, seconds: float) -> Json:
    query = queries.get(query_id)
    if query is None or query["answered"] or time.time() - query["t"] > seconds:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    return query


def _check_button(button: Json) -> None:
    """A button above inline results: its text, and one thing that it does."""
    cant = "can't parse inline query results button: "
    refuse("text" not in button, cant + 'Can\'t find field "text"')
    refuse(
        len({"start_parameter", "web_app"} & set(button)) != 1,
        "InlineQueryResultsButton must have exactly one optional field",
    )
    refuse(not button["text"].strip(), "SWITCH_PM_TEXT_EMPTY")
    start = button.get("start_parameter")
    if start is not None:
        refuse(not start, "can't use empty start_parameter")
        refuse(len(start.encode()) > 64, "too long start_parameter specified")
        refuse(
            not START_PARAMETER.fullmatch(start),
            "unallowed characters in start_parameter are used",
        )
