"""The pages over the demo coverage, in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.desk import Desk
from bot.play.app import application
from bot.play.room import Room
from bot.play.visitor import Visitors
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from tests.play.pages import Browser, Client


@pytest.fixture
async def engine(home: Path, embedded: StaticEmbedder) -> AsyncIterator[Engine]:
    opened = Engine.open(home, embedded)
    yield opened
    opened.coverage.close()


@pytest.fixture
async def client(home: Path, engine: Engine) -> AsyncIterator[Client]:
    room = Room(home, engine, Desk(home, engine, ZoneInfo("UTC")), ZoneInfo("UTC"))
    async with TestClient(TestServer(application(room, Visitors()))) as opened:
        yield opened
    room.close()


@pytest.fixture
def browser(client: Client) -> Browser:
    return Browser(client)
