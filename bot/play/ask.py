"""The page that asks: a private chat and a group with the real bot, and its inline mode."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from markupsafe import Markup
from PIL import Image, UnidentifiedImageError

from bot.local_telegram.html import parse_html
from bot.local_telegram.types import Json
from bot.local_telegram.world import USERNAME
from bot.play.entities import text_html
from bot.play.filters import whole_number
from bot.play.page import page_html, render, wants_data
from bot.play.room import Room, room
from bot.play.talk import ChatName, Conversation, Person, Shown, Talk, chat_name, talk
from bot.play.visitor import visitor
from bot.telegram.answers import Answers, Manner

_WAIT_SECONDS = 20.0
_PRESS_SECONDS = 2.0
_LONGEST_REPLIED = 120
_PICTURES = ((b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def routes() -> list[web.RouteDef]:
    return [
        web.get("/", _page),
        web.get("/chat/file/{file}", _file),
        web.get("/chat/{chat}", _news),
        web.post("/chat/inline", _choose),
        web.post("/chat/{chat}", _say),
        web.post("/chat/{chat}/press", _press),
    ]


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message. `at` is its place among all of them where the bot is told of a
    press; else it opens `url`, copies `copies`, or starts the bot with `start` in private."""

    text: str
    at: int | None = None
    url: str | None = None
    copies: str | None = None
    start: str | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message as the page shows it. `question` is the one that it answers, if it does."""

    id: int
    version: int
    mine: bool
    sender: str
    body: Markup
    replied: str
    question: str
    picture: tuple[str, int, int] | None
    document: tuple[str, str] | None
    rows: tuple[tuple[Button, ...], ...]


# ---------------------------------------------------------------- pages


async def _page(request: web.Request) -> web.Response:
    """The chat named by `chat`; with `q` the answer to a question, which changes nothing."""
    which = request.query.get("chat", ChatName.PRIVATE)
    question = request.query.get("q", "").strip()
    here, person = await _here(request)
    if which == "inline":
        results = await here.inline(person, question) if question else []
        return render(
            request,
            "ask/inline.html",
            chat=which,
            bot=here.bot,
            question=question,
            results=[_offered(each) for each in results],
        )
    name = chat_name(which)
    answer = await _answered(request, question) if question else ()
    conversation = here.conversation(person, name)
    return render(
        request,
        "ask/page.html",
        chat=name,
        bot=here.bot,
        question=question,
        answer=answer,
        mark=conversation.mark,
        typing=conversation.typing,
        bubbles=_bubbles(conversation, here),
        reply=_replied(conversation, request.query.get("reply", "")),
    )


async def _answered(request: web.Request, question: str) -> tuple[Markup, ...]:
    """The messages that answer a question, in the words of the bot."""
    at, language = room(request), visitor(request).language
    messages = await at.read(lambda: _messages(at, question, language))
    return tuple(Markup(text_html(*parse_html(each))) for each in messages)


def _messages(at: Room, question: str, language: str) -> list[str]:
    answers = Answers(at.engine, at.limit, at.zone, lambda: USERNAME)
    return [each.html for each in answers.answer(question, Manner(own=language)).messages]


# ---------------------------------------------------------------- what is done


async def _say(request: web.Request) -> web.StreamResponse:
    """A message to a chat, or a start that a button asked for."""
    form, name = await request.post(), chat_name(request.match_info["chat"])
    here, person = await _here(request)
    reply = whole_number(str(form.get("reply", "")))
    mark = here.conversation(person, name).mark
    text = str(form.get("text", "")).replace("\r\n", "\n")
    got = here.say(person, name, text, reply)
    if wants_data(request):
        return _data(request, here, here.conversation(person, name))
    if got:
        await here.settle(person, name, mark)
    raise web.HTTPSeeOther(f"/?chat={name}#end")


async def _press(request: web.Request) -> web.StreamResponse:
    """A button: `press` is the id of its message and its place, with a point between."""
    form, name = await request.post(), chat_name(request.match_info["chat"])
    message, at = map(whole_number, str(form.get("press", "")).partition(".")[::2])
    here, person = await _here(request)
    if message is None or at is None:
        raise web.HTTPBadRequest
    mark = here.conversation(person, name).mark
    told = await here.press(person, name, message, at)
    if wants_data(request):
        return _data(request, here, here.conversation(person, name), told)
    await here.settle(person, name, mark, _PRESS_SECONDS)
    raise web.HTTPSeeOther(f"/?chat={name}#m{message}")


async def _choose(request: web.Request) -> web.StreamResponse:
    """An inline result, sent into the group."""
    form = await request.post()
    here, person = await _here(request)
    question, chosen = str(form.get("q", "")), str(form.get("result", ""))
    results = await here.inline(person, question)
    found = next((each for each in results if each["id"] == chosen), None)
    if found is None:
        raise web.HTTPNotFound
    here.choose(person, found, question)
    raise web.HTTPSeeOther("/?chat=group#end")


async def _news(request: web.Request) -> web.StreamResponse:
    """What is in the chat, once the bot has done something there after `since`."""
    name, since = chat_name(request.match_info["chat"]), whole_number(request.query.get("since"))
    here, person = await _here(request)
    # a mark that is not reached yet is that of a server before this one
    if since is not None and since <= here.conversation(person, name).mark:
        await here.wait(person, name, since, _WAIT_SECONDS)
    return _data(request, here, here.conversation(person, name))


async def _file(request: web.Request) -> web.Response:
    """A file that the bot sent: pictures to look at, everything else to keep."""
    here, person = await _here(request)
    stored = here.file(person, request.match_info["file"])
    if stored is None:
        raise web.HTTPNotFound
    begins = (kind for beginning, kind in _PICTURES if stored.data.startswith(beginning))
    kind = next(begins, None)
    if kind:
        return web.Response(body=stored.data, content_type=kind)
    name = "".join(each if each.isascii() and each.isprintable() else "_" for each in stored.name)
    name = name.replace('"', "_").replace("\\", "_")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=stored.data, content_type="application/octet-stream", headers=headers)


async def _here(request: web.Request) -> tuple[Talk, Person]:
    """The chats, and whose they are."""
    here = await talk(request)
    return here, here.person(visitor(request))


def _data(
    request: web.Request, here: Talk, conversation: Conversation, told: str = ""
) -> web.Response:
    """The chat for the script of the page: its messages as HTML with their versions."""
    name = chat_name(request.match_info["chat"])
    bubbles = _bubbles(conversation, here)
    shown = [
        {
            "id": each.id,
            "version": each.version,
            "html": page_html(request, "ask/message.html", {"bubble": each, "chat": name}),
        }
        for each in bubbles
    ]
    mark, typing = conversation.mark, conversation.typing
    return web.json_response({"mark": mark, "typing": typing, "messages": shown, "told": told})


# ---------------------------------------------------------------- what is shown


def _bubbles(conversation: Conversation, here: Talk) -> list[Bubble]:
    return [_bubble(each, here) for each in conversation.messages]


def _bubble(shown: Shown, here: Talk) -> Bubble:
    message = shown.message
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    replied = _one_line(message.get("reply_to_message", {}))
    rows = _rows(message, here)
    return Bubble(
        shown.id,
        shown.version,
        shown.mine,
        message["from"]["first_name"],
        Markup(text_html(text, entities)),
        replied[:_LONGEST_REPLIED],
        _asked(replied, here) if rows and not shown.mine else "",
        _picture(message, here),
        _document(message),
        rows,
    )


def _one_line(message: Json) -> str:
    return " ".join(str(message.get("text") or message.get("caption") or "").split())


def _asked(text: str, here: Talk) -> str:
    """The question of a message, without the bot's name; a command asks nothing."""
    question = text.replace(f"@{here.bot}", "").strip()
    return "" if question.startswith("/") else question


def _picture(message: Json, here: Talk) -> tuple[str, int, int] | None:
    """The address of a picture, its width and height."""
    for size in message.get("photo", ()):
        stored = here.stored(size["file_id"])
        with suppress(UnidentifiedImageError):
            if stored:
                with Image.open(BytesIO(stored.data)) as image:
                    return f"/chat/file/{size['file_id']}", *image.size
    return None


def _document(message: Json) -> tuple[str, str] | None:
    """The address of a file and its name."""
    document = message.get("document")
    return (f"/chat/file/{document['file_id']}", document["file_name"]) if document else None


def _rows(message: Json, here: Talk) -> tuple[tuple[Button, ...], ...]:
    rows: Sequence[Sequence[Json]] = message.get("reply_markup", {}).get("inline_keyboard", ())
    shown, at = [], 0
    for row in rows:
        shown.append(tuple(_button(each, at + place, here) for place, each in enumerate(row)))
        at += len(row)
    return tuple(shown)


def _button(button: Json, at: int, here: Talk) -> Button:
    text = button["text"]
    if "callback_data" in button:
        return Button(text, at=at)
    if "copy_text" in button:
        return Button(text, copies=button["copy_text"]["text"])
    url = str(button.get("url", ""))
    split = urlsplit(url)
    if split.netloc == "t.me" and split.path == f"/{here.bot}":
        return Button(text, start=parse_qs(split.query).get("start", [""])[0])
    return Button(text, url=url or None)


def _replied(conversation: Conversation, reply: str) -> tuple[int, str] | None:
    """The message that is to be answered, by its id in the address."""
    for each in conversation.messages:
        if reply == str(each.id):
            return each.id, _one_line(each.message)[:_LONGEST_REPLIED]
    return None


def _offered(result: Json) -> tuple[str, str, str, Markup]:
    """The id of an inline result, its title and description, and what it would send."""
    rendered = result["rendered"]
    body = Markup(text_html(rendered["text"], rendered["entities"]))
    return result["id"], result.get("title", ""), result.get("description", ""), body
