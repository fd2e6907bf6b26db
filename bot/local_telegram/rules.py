"""The rules for texts, keyboards and inline results that hold in every chat."""

import re
from typing import Any

from bot.local_telegram.entities import ENTITY_TYPES, clean, detect
from bot.local_telegram.errors import bad, refuse
from bot.local_telegram.html import parse_html
from bot.local_telegram.markdown import parse_markdown_v2
from bot.local_telegram.params import Params
from bot.local_telegram.types import Json
from bot.local_telegram.utf16 import utf16_length

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
MOST_RAW_BYTES = 1 << 15
BUTTON_LOOKS = ("text", "style", "icon_custom_emoji_id")
BUTTON_URL = re.compile(r"(https?|tg)://[^\s/]+\S*$|[\w-]+(\.[\w-]+)+\S*$")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def read_text(params: Params, key: str = "text") -> tuple[str, list[Json]]:
    """The message text and its entities as stored; limits are in UTF-16 units after parsing."""
    text, entities = _parse(params, key, "entities")
    text, entities = clean(text, entities, params.warnings, "Text")
    if utf16_length(text) > TEXT_LIMIT:
        editing = params.method.lower().startswith("edit")
        raise bad("MESSAGE_TOO_LONG" if editing else "message is too long")
    return text, detect(text, entities)


def read_caption(params: Params) -> tuple[str, list[Json]]:
    """The caption and its entities as stored."""
    text, entities = _parse(params, "caption", "caption_entities")
    text, entities = clean(text, entities, params.warnings, "Caption")
    refuse(utf16_length(text) > CAPTION_LIMIT, "message caption is too long")
    return text, detect(text, entities)


def _parse(params: Params, key: str, entities_key: str) -> tuple[str, list[Json]]:
    raw = params.text(key)
    refuse(LONE_SURROGATE.search(raw), "text must be encoded in UTF-8")
    refuse(len(raw.encode()) > MOST_RAW_BYTES, "text is too long")
    mode = params.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(raw)
    elif mode in ("", "none"):
        text, entities = raw, params.value(entities_key, [])
        for entity in entities:
            unknown = entity.get("type") not in ENTITY_TYPES
            refuse(unknown, "can't parse MessageEntity: Unsupported type specified")
    elif mode == "markdownv2":
        text, entities = parse_markdown_v2(raw)
    elif mode == "markdown":
        raise bad("local server: legacy Markdown is not supported here")
    else:
        raise bad("unsupported parse_mode")
    refuse(LONE_SURROGATE.search(text), "text must be encoded in UTF-8")
    return text, entities


def read_markup(params: Params) -> Json:
    """{"reply_markup": ...} for an inline keyboard, nothing for other markup: it is not stored."""
    markup = params.value("reply_markup", None)
    if markup is None:
        return {}
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        known = {"keyboard", "remove_keyboard", "force_reply"} & set(markup)
        refuse(not known, "can't parse reply keyboard markup JSON object")
        return {}
    for row in rows:
        for button in row:
            _check_button(button)
    refuse(sum(map(len, rows)) > 100, "reply markup is too long")
    return {"reply_markup": {"inline_keyboard": rows}} if any(rows) else {}


def _check_button(button: Json) -> None:
    if not button.get("text"):
        missing = "can't parse inline keyboard button: Can't find field \"text\""
        raise bad("BUTTON_TEXT_EMPTY" if "text" in button else missing)
    kinds = [key for key in button if key not in BUTTON_LOOKS]
    refuse(
        len(kinds) != 1,
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    )
    value = button[kinds[0]]
    if kinds[0] == "callback_data":
        refuse(not 1 <= len(value.encode()) <= 64, "BUTTON_DATA_INVALID")
    elif kinds[0] == "url":
        refuse(not BUTTON_URL.match(value), "BUTTON_URL_INVALID")
    elif kinds[0] == "copy_text":
        refuse(not 1 <= len(value.get("text", "")) <= 256, "BUTTON_COPY_TEXT_INVALID")


def read_options(params: Params) -> Json:
    """The stored fields of the options that a text message can carry."""
    fields: Json = {}
    link = params.value("link_preview_options", None)
    refuse(
        link is not None and not isinstance(link, dict),
        "object expected as link preview options",
    )
    if link:
        fields["link_preview_options"] = link
    if params.text("message_effect_id"):
        fields["effect_id"] = params.text("message_effect_id")
    return fields


def read_results(params: Params, results: Any) -> list[Json]:
    """Inline results, each text one with its "rendered" text and entities."""
    if not isinstance(results, list):
        raise bad("expected an Array of inline query results")
    refuse(len(results) > 50, "too many inline query results specified")
    refuse(len({r.get("id") for r in results}) != len(results), "RESULT_ID_DUPLICATE")
    checked = [dict(result) for result in results]  # what was sent stays as it is on record
    for result in checked:
        _check_result(params, result)
    return checked


def _check_result(params: Params, result: Json) -> None:
    number = str(result.get("id", ""))
    refuse(not number, "RESULT_ID_EMPTY")
    refuse(len(number.encode()) > 64, "RESULT_ID_INVALID")
    content = result.get("input_message_content")
    markup = read_markup(Params({"reply_markup": result.get("reply_markup")}))
    cant = "can't parse inline query result: "
    if result.get("type") == "article":
        refuse("title" not in result, cant + 'Can\'t find field "title"')
        refuse(not str(result["title"]).strip(), "ARTICLE_TITLE_EMPTY")
        refuse(not content, cant + "Input message content is not specified")
    if content and "message_text" in content:
        refuse(not content["message_text"], cant + "Message text is empty")
        text, entities = read_text(Params(content, warnings=params.warnings), "message_text")
        rendered = {"text": text, "entities": entities} | read_options(Params(content))
        result["rendered"] = rendered | markup
