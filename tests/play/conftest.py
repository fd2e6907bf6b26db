"""The pages over the demo coverage, in this process, and one browser for all tests that need it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser as Chromium
from pytest_asyncio import is_async_test

from bot.desk import Desk
from bot.play.app import application
from bot.play.room import Room
from bot.play.visitor import Visitors
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from tests.pictures.browser import started
from tests.play.pages import Browser, Client

_SHARED = {"chromium", "engine"}
_ONE_LOOP = pytest.mark.asyncio(loop_scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser belongs to the event loop it was started in, so those that use it share one."""
    here = Path(__file__).parent
    for item in items:
        if here not in item.path.parents or not is_async_test(item):
            continue
        if _SHARED & set(item.fixturenames):
            item.add_marker(_ONE_LOOP, append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    """Started once: each test opens a context of its own, which shares nothing with others."""
    async with started() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def engine(home: Path, embedded: StaticEmbedder) -> AsyncIterator[Engine]:
    opened = Engine.open(home, embedded)
    yield opened
    opened.coverage.close()


@pytest_asyncio.fixture(loop_scope="session")
async def client(home: Path, engine: Engine) -> AsyncIterator[Client]:
    room = Room(home, engine, Desk(home, engine, ZoneInfo("UTC")), ZoneInfo("UTC"))
    async with TestClient(TestServer(application(room, Visitors()))) as opened:
        yield opened
    room.close()


@pytest.fixture
def browser(client: Client) -> Browser:
    return Browser(client)
