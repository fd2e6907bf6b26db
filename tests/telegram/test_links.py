"""Links in chats: an editor's are fetched, nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.desk import Desk
from bot.local_telegram import LocalTelegram, User
from bot.telegram.access import Rules
from bot.telegram.client import App
from bot.words import LANGUAGES, words
from corpus.fetch import Fetcher, Limits
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from tests.web import Answer, Handler, Web, page

EDITOR, GROUP = 5001, -1001
BODY = (
    "The harbour authority opened a second quay on Monday after two years of work.",
    "It will take ferries from four towns along the coast, the authority said.",
)
FERRIES = "Where will ferries from four towns land?"
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>'
SITEMAP = "<urlset><url><loc>https://a.example/</loc></url></urlset>"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        server.routes["/story"] = Answer(page("A second quay", *BODY))
        server.routes["/other"] = Answer(page("Another quay", *(f"{one} Later." for one in BODY)))
        server.routes["/feed"] = Answer(FEED)
        server.routes["/map"] = Answer(SITEMAP)
        yield server


@pytest.fixture
def engine(home: Path, embedded: StaticEmbedder) -> Engine:
    return Engine.open(home, embedded)


@pytest.fixture
async def newsroom(serve: Any, engine: Engine, home: Path, tg: LocalTelegram) -> AsyncIterator[App]:
    fetcher = Fetcher(Limits(seconds=4, bytes=100_000), allow_private=True)
    desk = Desk(home, engine, ZoneInfo("UTC"), fetcher)
    async with serve(engine, desk=desk, rules=Rules(editors=frozenset({EDITOR}))) as application:
        await tg.ready()
        yield application


@pytest.fixture
def editor(tg: LocalTelegram) -> User:
    return tg.user(EDITOR, language_code="en")


@pytest.mark.parametrize("form", ["{}", "/ingest {}", "  {}\n"])
async def test_a_link_of_an_editor_is_quoted_at_once(
    tg: LocalTelegram, newsroom: App, editor: User, engine: Engine, web: Web, form: str
) -> None:
    link = web.url("/story")
    [told] = await editor.say(form.format(link))
    assert told.text.startswith("1 article added"), told.text
    assert link in told.links
    [answer] = await tg.user().say(FERRIES)
    assert "ferries from four towns" in answer.quotes[0]
    assert link in answer.links


async def test_several_links_and_a_message_of_links_replied_to(
    tg: LocalTelegram, newsroom: App, editor: User, web: Web
) -> None:
    [told] = await editor.say(f"{web.url('/story')}\n{web.url('/other')} {web.url('/story')}")
    assert told.text.startswith("2 articles added"), told.text
    await tg.group(GROUP)
    sent = await tg.user().send(web.url("/story"), chat=GROUP)
    [told] = await editor.say("/ingest", chat=GROUP, reply_to=sent["message"]["message_id"])
    assert told.text.startswith("1 was here already"), told.text


async def test_nobody_else_makes_the_bot_fetch_anything(
    tg: LocalTelegram, newsroom: App, web: Web, engine: Engine
) -> None:
    before = engine.coverage.count()
    link = web.url("/story")
    stranger = tg.user(language_code="en")
    await stranger.say(link)
    [refusal] = await stranger.say(f"/ingest {link}")
    assert refusal.text == words("en").say("editors_only")
    await stranger.say(f"/ask {link}")
    await stranger.say(f"/verify {link}")
    sent = await stranger.send(link)
    await tg.wait(sent["mark"], stranger.id)
    await stranger.say("/ingest", reply_to=sent["message"]["message_id"])
    await stranger.inline(link)
    await tg.group(GROUP)
    await stranger.say(f"@NewsQuoteBot {link}", chat=GROUP)
    # in the name of a group it may be anybody
    hidden = tg.user(EDITOR).say(f"/ingest {link}", chat=GROUP, anonymous=True, n=0, settle=0.3)
    assert await hidden == []
    assert web.asked == []
    assert engine.coverage.count() == before


async def test_an_editors_question_with_a_link_in_it_is_a_question(
    tg: LocalTelegram, newsroom: App, editor: User, web: Web
) -> None:
    await editor.say(f"What does {web.url('/story')} say?")
    assert web.asked == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_feed_and_a_sitemap_are_said_to_be_one(
    tg: LocalTelegram, newsroom: App, web: Web, language: str
) -> None:
    editor = tg.user(EDITOR, language_code=language)
    for path, key in (("/feed", "link_feed"), ("/map", "link_sitemap")):
        [told] = await editor.say(web.url(path))
        said = words(language).say(key, name=web.url(path))
        assert told.text.replace("\u2066", "").replace("\u2069", "").startswith(said)
        assert told.spans("code") == [f"pullquote source add {web.url(path)}"]


async def test_what_cannot_be_fetched_is_said_with_its_reason(
    tg: LocalTelegram, newsroom: App, editor: User, web: Web
) -> None:
    [told] = await editor.say(web.url("/none?token=geheim"))
    assert told.text.startswith("1 not taken")
    assert "the server answers 404" in told.text
    assert "geheim" not in told.text
    [told] = await editor.say("http://169.254.169.254/latest/meta-data")
    assert "it does not lead to a public address" in told.text


async def test_questions_are_answered_while_a_server_is_slow(
    tg: LocalTelegram, newsroom: App, editor: User, web: Web
) -> None:
    def slow(request: Handler) -> None:
        web.stopped.wait(10)

    web.routes["/slow"] = slow
    sent = await editor.send(web.url("/slow"))
    [answer] = await tg.user().say(FERRIES)
    assert answer.quotes
    assert len(await tg.calls("sendMessage", since=sent["mark"])) == 1  # the editor still waits
    [told] = await tg.wait(sent["mark"], editor.id)
    assert "it did not answer within 4 s" in told.text
    await asyncio.sleep(0)
