"""Replay cases: kept from an explanation, asked again, and shown against the blessed run."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from bot.desk import pinned_id
from bot.play.page import interface, render
from bot.play.replayed import replayed
from bot.play.replaying import Replaying, bless, kept
from bot.play.room import Room, room
from bot.replay.last import LastReplay
from bot.words.direction import name
from corpus.errors import InputError
from retrieval.answer.after import opened
from retrieval.question.understand import LONGEST_QUESTION

PAGE = "/why/cases"
REPLAYING = web.AppKey("replaying", Replaying)

# What is said on the page that a form leads to.
_NOTICES = ("why_gone", "cases_blessed")


def routes() -> list[web.RouteDef]:
    return [
        web.post("/why/keep", _keep),
        web.get(PAGE, _page),
        web.get(f"{PAGE}/progress", _progress),
        web.post(f"{PAGE}/replay", _replay),
        web.post(f"{PAGE}/bless", _bless),
    ]


def open_replays(app: web.Application, at: Room) -> None:
    """Let the pages replay, and end a replay that runs when they do."""
    app[REPLAYING] = Replaying(at.home, at.engine)
    app.on_cleanup.append(_stop)


async def _stop(app: web.Application) -> None:
    await app[REPLAYING].stop()


def notice(request: web.Request) -> str:
    """What the form did that led here."""
    words, said = interface(request), request.query.get("said", "")
    kept_as = request.query.get("kept")
    if kept_as and kept_as == pinned_id(request.query.get("q", "")):
        return words.say("why_kept", name=name(kept_as, words.right_to_left))
    return words.say(said) if said in _NOTICES else ""


async def _keep(request: web.Request) -> web.Response:
    """Keep the question with the quote that was picked, or that there is none."""
    form = await request.post()
    question, receipt = (str(form.get(each, "")).strip() for each in ("q", "right"))
    if len(question) > LONGEST_QUESTION or not any(map(str.isalnum, question)):
        raise web.HTTPBadRequest
    at = room(request)

    def done() -> dict[str, str]:
        text = None
        if receipt:
            try:
                found = opened(receipt, at.engine.coverage)
            except InputError:
                found = None
            if found is None or found[1]:
                return {"said": "why_gone"}
            text = found[0].text
        return {"kept": at.desk.keep_case(question, text).id}

    said = await at.write(done)
    raise web.HTTPSeeOther(f"/why?{urlencode({'q': question, **said})}")


async def _page(request: web.Request) -> web.Response:
    """The kept cases, a replay that runs, and the last one."""
    at, words, now = room(request), interface(request), request.app[REPLAYING]
    error = words.say("cases_failed", reason=now.problem) if now.problem else ""
    try:
        count = await at.read(lambda: len(kept(at.home)))
    except InputError as fault:
        count, error = 0, words.say("cases_failed", reason=str(fault))
    last = await at.read(lambda: LastReplay.read(at.home))
    return render(
        request,
        "why/cases.html",
        kept=count,
        running=now.running,
        done=now.done,
        total=now.total,
        progress_said=_said(request),
        last=last and replayed(last, words, at.zone),
        notice=notice(request),
        error=error,
    )


async def _progress(request: web.Request) -> web.Response:
    now = request.app[REPLAYING]
    shown = {"running": now.running, "done": now.done, "total": now.total, "said": _said(request)}
    return web.json_response(shown)


def _said(request: web.Request) -> str:
    words, now = interface(request), request.app[REPLAYING]
    return words.say("cases_running", done=words.number(now.done), total=words.number(now.total))


async def _replay(request: web.Request) -> web.Response:
    request.app[REPLAYING].start()
    raise web.HTTPSeeOther(PAGE)


async def _bless(request: web.Request) -> web.Response:
    at = room(request)
    await at.write(lambda: bless(at.home))
    raise web.HTTPSeeOther(f"{PAGE}?said=cases_blessed")
