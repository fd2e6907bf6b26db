"""The HTTP server: Bot API calls and files for the bot, control verbs for drivers."""

import asyncio
import inspect
import re
from collections.abc import Callable
from typing import Any

from aiohttp import BodyPartReader, web

from bot.local_telegram.answering import Answering
from bot.local_telegram.control import Control
from bot.local_telegram.editing import Editing
from bot.local_telegram.errors import ApiError
from bot.local_telegram.members import Members
from bot.local_telegram.params import Params, Upload
from bot.local_telegram.polling import Polling
from bot.local_telegram.profile import Profile
from bot.local_telegram.sending import Sending
from bot.local_telegram.types import Json
from bot.local_telegram.webhook import Webhooks
from bot.local_telegram.world import World

Handler = Callable[[Params], Any]

LARGEST_REQUEST = 64 << 20
SHUTDOWN_SECONDS = 1.0
TOKEN_SHAPE = re.compile(r"\d+:[\w-]{3,}")
FLOOD_CONTROLLED = {
    "sendmessage",
    "sendphoto",
    "senddocument",
    "editmessagetext",
    "editmessagereplymarkup",
}


def _method_table(world: World, webhooks: Webhooks) -> dict[str, Handler]:
    """Every method by its name in small letters, since the server ignores the case of names."""
    members, profile = Members(world), Profile(world)
    sending, editing, answering = Sending(world), Editing(world), Answering(world)
    return {
        "getme": members.get_me,
        "getupdates": Polling(world.updates, world.stats).get_updates,
        "setwebhook": webhooks.set_webhook,
        "deletewebhook": webhooks.delete_webhook,
        "getwebhookinfo": webhooks.get_webhook_info,
        "sendmessage": sending.send_message,
        "sendphoto": sending.send_photo,
        "senddocument": sending.send_document,
        "sendchataction": sending.send_chat_action,
        "sendmessagedraft": sending.send_message_draft,
        "getfile": sending.get_file,
        "editmessagetext": editing.edit_message_text,
        "editmessagereplymarkup": editing.edit_message_reply_markup,
        "deletemessage": editing.delete_message,
        "setmessagereaction": editing.set_message_reaction,
        "getchat": members.get_chat,
        "getchatmember": members.get_chat_member,
        "getchatadministrators": members.get_chat_administrators,
        "getchatmembercount": members.get_chat_member_count,
        "leavechat": members.leave_chat,
        "answercallbackquery": answering.answer_callback_query,
        "answerinlinequery": answering.answer_inline_query,
        "answerguestquery": answering.answer_guest_query,
        "setmycommands": profile.set_my_commands,
        "getmycommands": profile.get_my_commands,
        "deletemycommands": profile.delete_my_commands,
        "setmyname": profile.set_my_name,
        "setmydescription": profile.set_my_description,
        "setmyshortdescription": profile.set_my_short_description,
        "setchatmenubutton": _agree,
        "logout": _agree,
        "close": _agree,
    }


def _agree(params: Params) -> bool:
    return True


class Server:
    """Answers one bot's calls from a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.webhooks = Webhooks(world.updates, lambda: world.settings["insecure_webhook"])
        self.methods = _method_table(world, self.webhooks)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        control = Control(self.world, self.webhooks)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self.handle)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self.file)
        app.router.add_route("*", "/control/{verb}", control.handle)
        app.on_shutdown.append(self._stop)
        return app

    async def _stop(self, app: web.Application) -> None:
        # a long poll that still waits, for a bot that may be gone, would hold up the end
        self.world.updates.changed.set()
        await self.webhooks.close()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One Bot API call."""
        try:
            raw, files = await _read(request)
        except ConnectionError:
            return web.Response(status=400)  # the bot was ended while it called; nobody reads this
        method = request.match_info["method"]
        name = method.lower()
        self.world.stats[name] += 1
        token = request.match_info["token"]
        if token != self.world.token:
            shaped = TOKEN_SHAPE.fullmatch(token)
            return _refusal(ApiError(401, "Unauthorized") if shaped else ApiError(404, "Not Found"))
        fault = self.world.faults.take(name)
        params = Params(raw, files, method=method, request=request)
        log = self.world.calls
        call = log.begin(params)
        try:
            return await self._answer(name, params, call, fault, request)
        except ApiError as error:
            call.update(_body(error))
            return _refusal(error)
        except Exception as error:  # parameters so malformed that no rule foresaw them
            call.update(ok=False, error_code=500, description=f"local server: {error!r}")
            return _refusal(ApiError(500, f"Internal Server Error: {error!r}"))
        finally:
            log.end(call)

    async def _answer(
        self, name: str, params: Params, call: Json, fault: Json | None, request: web.Request
    ) -> web.StreamResponse:
        if fault:
            call["fault"] = fault["kind"]
            self.world.stats["fault_" + fault["kind"]] += 1
            broken = await _suffer(fault, request)
            if broken:
                return broken
        if self.world.settings["latency"]:
            await asyncio.sleep(self.world.settings["latency"])
        result = await self._run(name, params)
        call.update(ok=True, result=dict(result) if isinstance(result, dict) else result)
        if fault and fault["kind"] == "lost":
            return _cut_off(request)
        return web.json_response({"ok": True, "result": result})

    async def _run(self, name: str, params: Params) -> Any:
        if name not in self.methods:
            raise ApiError(404, "Not Found: method not found")
        if name in FLOOD_CONTROLLED:
            self._check_flood(params)
        result = self.methods[name](params)
        return await result if inspect.isawaitable(result) else result

    def _check_flood(self, params: Params) -> None:
        chat = str(params.raw.get("chat_id", "inline"))
        seconds = self.world.flood.wait_needed(self.world.settings["flood"] or {}, chat)
        if seconds:
            self.world.stats["flood"] += 1
            raise _too_many(seconds)

    async def file(self, request: web.Request) -> web.Response:
        """The bytes of a file that getFile told of."""
        path = request.match_info["path"]
        stored = next((file for file in self.world.files.values() if file.path == path), None)
        if request.match_info["token"] != self.world.token or stored is None:
            return _refusal(ApiError(404, "Not Found"))
        return web.Response(body=stored.data, content_type="application/octet-stream")


async def serve(world: World, host: str = "127.0.0.1", port: int = 0) -> tuple[web.AppRunner, str]:
    """Start a server (port 0: any free one); answers its runner, to clean up, and its URL."""
    # a slow fault or a driver that still waits must not hold up the end for long
    runner = web.AppRunner(Server(world).app(), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner, f"http://{host}:{runner.addresses[0][1]}"


async def _read(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    """The parameters and files of a call in any of the encodings that the server takes."""
    raw: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type.startswith("multipart/"):
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            if part.filename is None:
                raw[part.name] = await part.text()
            else:
                files[part.name] = Upload(part.filename, bytes(await part.read()))
    elif request.content_type == "application/json" and request.can_read_body:
        raw.update(await request.json())
    elif request.method == "POST":
        raw.update(await request.post())
    return raw, files


async def _suffer(fault: Json, request: web.Request) -> web.Response | None:
    """What the fault answers in place of the method; None where the method still runs."""
    kind = fault["kind"]
    if kind in ("timeout", "slow"):
        await asyncio.sleep(fault.get("delay", 30))
    if kind in ("timeout", "reset"):
        return _cut_off(request)
    if kind == "error":
        status = fault.get("status", 500)
        description = fault.get("description", "Internal Server Error")
        raise ApiError(status, description, **fault.get("parameters", {}))
    if kind == "flood":
        raise _too_many(fault.get("retry_after", 1))
    if kind == "html":
        page = "<html><h1>502 Bad Gateway</h1></html>"
        return web.Response(status=fault.get("status", 502), text=page, content_type="text/html")
    if kind == "malformed":
        text = '{"ok":true,"result":{"message_id":'
        return web.Response(text=text, content_type="application/json")
    return None


def _too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _cut_off(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)


def _refusal(error: ApiError) -> web.Response:
    return web.json_response(_body(error), status=error.code)


def _body(error: ApiError) -> Json:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return body
