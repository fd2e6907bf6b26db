"""The pages of a home, asked by a client that keeps cookies as a browser does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestClient, TestServer
from lxml import html  # type: ignore[import-untyped]

from bot.desk import Desk
from bot.play.app import application
from bot.play.room import Room
from bot.play.visitor import Visitors
from corpus.fetch import Fetcher
from retrieval.engine import Engine
from retrieval.types import Embedder

ZONE = ZoneInfo("Asia/Beirut")


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: where a redirection led, and the page as a tree."""

    status: int
    path: str
    text: str
    tree: html.HtmlElement

    def said(self, path: str) -> list[str]:
        """The texts of all elements of an XPath, a space between their pieces."""
        return [" ".join(" ".join(each.itertext()).split()) for each in self.tree.xpath(path)]

    @property
    def main(self) -> str:
        return self.said("//main")[0]


class Pages:
    """A browser without scripts."""

    def __init__(self, client: TestClient, room: Room, visitors: Visitors) -> None:  # type: ignore[type-arg]
        self.client = client
        self.room = room
        self.visitors = visitors

    async def get(self, path: str, language: str = "en") -> Page:
        return await _page(await self.client.get(path, headers={"Accept-Language": language}))

    async def post(self, path: str, seen: str, language: str = "en", **fields: object) -> Page:
        """Send a form that stands on the page `seen`, with its token."""
        shown = await self.get(seen, language)
        token = shown.tree.xpath("//main//input[@name='token']/@value")[0]
        data = {"token": token, **fields}
        sent = await self.client.post(path, data=data, headers={"Accept-Language": language})
        return await _page(sent)

    async def sign_in(self, name: str = "Desk") -> None:
        invitation = self.visitors.invitation
        assert invitation
        done = await self.post("/enter", f"/enter/{invitation}", name=name, invitation=invitation)
        assert done.status == 200, done.main


async def _page(response: object) -> Page:
    text = await response.text()  # type: ignore[attr-defined]
    tree = html.fromstring(text)
    return Page(response.status, response.url.path, text, tree)  # type: ignore[attr-defined]


def room_of(home: Path, embedder: Embedder, fetcher: Fetcher | None = None) -> Room:
    engine = Engine.open(home, embedder)
    return Room(home, engine, Desk(home, engine, ZONE, fetcher), ZONE)


@asynccontextmanager
async def opened(
    home: Path, embedder: Embedder, fetcher: Fetcher | None = None
) -> AsyncIterator[Pages]:
    """The pages of a home, served on this machine."""
    room, visitors = room_of(home, embedder, fetcher), Visitors()
    async with TestClient(TestServer(application(room, visitors))) as client:
        yield Pages(client, room, visitors)
    room.close()
