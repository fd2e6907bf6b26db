"""Requests that no page makes: each is answered with a page in words."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer
from lxml import html as lxml_html  # type: ignore[import-untyped]

from bot.cli.main import main
from bot.desk import Desk
from bot.play.app import application, listening
from bot.play.guard import TOKEN_FIELD
from bot.play.guesses import MOST, SECONDS, Guesses
from bot.play.room import Room
from bot.play.visitor import Visitors
from retrieval.engine import Engine
from retrieval.question.understand import LONGEST_QUESTION
from tests.play.pages import Browser, Client, said

DIGITS = "9" * 5_000
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=X"


async def _token(client: Client) -> str:
    found = re.search(rf'name="{TOKEN_FIELD}" value="(\w+)"', await (await client.get("/")).text())
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("kind", "body", "headers"),
    [
        (FORM, b"text=\xff\xfe", {}),
        (f"{FORM}; charset=none", b"text=hello", {}),
        (f"{FORM}; charset=utf-7", b"text=+2AA-", {}),
        (FORM, b"text=hello", {"Content-Encoding": "gzip"}),
        ("multipart/form-data", b"hello", {}),
        (PARTS, b"hello", {}),
        (PARTS, b'--X\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--X--\r\n', {}),
        (PARTS, b"--X\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--X--\r\n", {}),
    ],
)
async def test_a_form_that_cannot_be_read_is_refused(
    client: Client, kind: str, body: bytes, headers: dict[str, str]
) -> None:
    sent = {"Content-Type": kind, "Accept-Language": "en", **headers}
    answer = await client.post("/verify", data=body, headers=sent)
    assert answer.status == 400
    assert "The request cannot be read." in await answer.text()


async def test_an_origin_that_is_no_address_is_another_site(client: Client) -> None:
    data = {TOKEN_FIELD: await _token(client), "text": "hello"}
    answer = await client.post("/verify", data=data, headers={"Origin": "http://[bad"})
    assert answer.status == 403


@pytest.mark.parametrize(("field", "value"), [("reply", DIGITS), ("press", f"{DIGITS}.0")])
async def test_numbers_without_an_end_are_none(client: Client, field: str, value: str) -> None:
    data = {TOKEN_FIELD: await _token(client), "text": "hello", field: value}
    where = "/chat/private/press" if field == "press" else "/chat/private"
    answer = await client.post(where, data=data)
    assert answer.status == (400 if field == "press" else 200)


async def test_what_is_new_since_a_number_without_an_end_is_everything(client: Client) -> None:
    answer = await client.get(f"/chat/private?since={DIGITS}")
    assert answer.status == 200
    assert (await answer.json())["messages"] == []


async def test_a_page_of_a_server_before_this_one_is_told_at_once(client: Client) -> None:
    async with asyncio.timeout(5):
        assert (await client.get("/chat/private?since=100000")).status == 200


async def test_a_script_is_told_in_words(client: Client) -> None:
    headers = {"Accept": "application/json", "Accept-Language": "en"}
    old = {TOKEN_FIELD: "of a server before this one", "text": "hello"}
    answer = await client.post("/chat/private", data=old, headers=headers)
    assert answer.status == 403
    assert "Open the page again." in (await answer.json())["told"]
    gone = {TOKEN_FIELD: await _token(client), "press": "1.0"}
    answer = await client.post("/chat/private/press", data=gone, headers=headers)
    assert answer.status == 400
    assert "no such button" in (await answer.json())["told"]


@pytest.mark.parametrize("name", ["", "a" * 5_000, "%00", "..%2fguard.py", "none.css"])
async def test_there_are_no_other_files(browser: Browser, name: str) -> None:
    page = await browser.get(f"/static/{name}", 404)
    assert "There is no such page." in said(page, "main")[0]


@pytest.mark.parametrize("path", ["/coverage", "/coverage/timeline", "/coverage/compare"])
async def test_days_the_wrong_way_round_are_told(browser: Browser, path: str) -> None:
    page = await browser.get(f"{path}?q=Lavrov&since=2025-07-14&until=2025-07-11")
    assert said(page, ".error") == ["The first day is later than the last. Swap them."]


@pytest.mark.parametrize("path", ["/coverage", "/coverage/copies"])
async def test_behind_the_last_page_is_the_first(browser: Browser, path: str) -> None:
    page = await browser.get(f"{path}?page=99999")
    assert page.cssselect("ol.articles li")


@pytest.mark.parametrize("question", ["a" * (LONGEST_QUESTION + 1), "?!"])
async def test_what_cannot_be_asked_is_no_case(client: Client, question: str) -> None:
    data = {TOKEN_FIELD: await _token(client), "q": question}
    assert (await client.post("/why/keep", data=data)).status == 400


async def test_the_longest_question_fits_into_an_address(home: Path, engine: Engine) -> None:
    zone = ZoneInfo("UTC")
    room = Room(home, engine, Desk(home, engine, zone), zone)
    question = quote(("لافروف " * LONGEST_QUESTION)[:LONGEST_QUESTION])
    pages = application(room, Visitors())
    async with listening(pages, "127.0.0.1", 0) as address, ClientSession() as session:
        asked = f"{address}why?q={question}"
        answer = await session.get(asked, headers={"Referer": asked, "Accept-Language": "en"})
        assert answer.status == 200
        assert lxml_html.document_fromstring(await answer.text()).cssselect("main h1")
    room.close()


async def test_passwords_cannot_be_guessed_one_after_the_other(home: Path, engine: Engine) -> None:
    now = 0.0
    zone = ZoneInfo("UTC")
    room = Room(home, engine, Desk(home, engine, zone), zone)
    visitors = Visitors(password="the right one", guesses=Guesses(lambda: now))
    async with TestClient(TestServer(application(room, visitors))) as client:
        browser = Browser(client)
        form = await browser.get("/enter")
        for each in range(MOST):
            await browser.send(form, "/enter", 403, name="Desk", password=f"guess {each}")
        page = await browser.send(form, "/enter", 429, name="Desk", password="the right one")
        assert "Try again in a minute." in said(page, "main")[0]
        now = SECONDS
        await browser.send(form, "/enter", name="Desk", password="the right one")
        await browser.get("/coverage")
    room.close()


def test_the_addresses_of_wrong_passwords_are_apart() -> None:
    guesses = Guesses()
    for _ in range(MOST):
        guesses.wrong("192.0.2.1")
    assert not guesses.allows("192.0.2.1")
    assert guesses.allows("192.0.2.2")


def test_a_short_password_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "short")
    with pytest.raises(SystemExit, match="2"):
        main(["play", "--demo", "--password"])
    assert "8 characters" in capsys.readouterr().err


def test_the_demo_answers_and_leaves_no_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    command = [str(Path(sys.executable).with_name("pullquote")), "play", "--demo", "--no-browser"]
    with subprocess.Popen([*command, "--port", "0"], stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout
            address = served.stdout.readline().strip()
            assert list(tmp_path.iterdir())
            asked = f"{address}?q={quote('Who received Lavrov in Wonsan?')}"
            assert "<blockquote" in urlopen(asked, timeout=60).read().decode()
            served.send_signal(signal.SIGINT)
            assert served.wait(30) == 0
        finally:
            served.kill()
    assert list(tmp_path.iterdir()) == []
