"""The second client library complains of what is wrong, and not of what the demo cases send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.local_telegram import LocalTelegram
from bot.replay import chat
from bot.replay.cases import read
from retrieval.engine import Engine
from retrieval.models.embed import StaticEmbedder
from tests.second_client import ABSENT, SecondClient

pytestmark = pytest.mark.skipif(not SecondClient.is_there(), reason=ABSENT)

USER = {"id": 1001, "is_bot": False, "first_name": "User"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "User"}
MESSAGE = {"message_id": 5, "date": 1_750_000_000, "chat": PRIVATE, "from": USER, "text": "x"}


def sending(result: Any = MESSAGE, method: str = "sendMessage", **params: Any) -> dict[str, Any]:
    """A call as the local server records it."""
    params = {"chat_id": "1001", "text": "x"} | params
    return {"method": method, "params": params, "files": {}, "ok": True, "result": result}


def test_right_traffic_is_read(second_client: SecondClient) -> None:
    keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "q:m:3"}]]}
    link = {"is_disabled": True}
    calls = [sending(), sending(reply_markup=keyboard, link_preview_options=link)]
    refused = {"ok": False, "error_code": 429, "description": "d", "parameters": {"retry_after": 3}}
    updates = [{"update_id": 1, "message": MESSAGE}]
    assert second_client.complaints([*calls, sending() | refused], updates) == []


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"reply_to": 5}, "sendMessage.reply_to: no such field"),
        ({"chat_id": {"id": 1}}, "sendMessage: chat_id.int: "),
        ({"link_preview_options": {"disabled": True}}, ".disabled: no such field"),
        ({"reply_parameters": {"quote": "x"}}, "reply_parameters.message_id: Field required"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "x", "data": "y"}]]}},
            "inline_keyboard[0][0].data: no such field",
        ),
        ({"method": "sendQuote"}, "sendQuote: no such method"),
    ],
)
def test_wrong_parameter_is_found(
    second_client: SecondClient, params: dict[str, Any], complaint: str
) -> None:
    found = second_client.complaints([sending(**params)], [])
    assert any(complaint in each for each in found), found


@pytest.mark.parametrize(
    ("result", "complaint"),
    [
        (True, "sendMessage gives: "),
        (MESSAGE | {"bot_reaction": []}, "sendMessage gives.bot_reaction: no such field"),
        ({"message_id": 5, "date": 1}, "chat: Field required"),
        (MESSAGE | {"message_id": "5"}, "message_id: '5' is read as 5"),
        (MESSAGE | {"chat": PRIVATE | {"name": "User"}}, "chat.name: no such field"),
    ],
)
def test_wrong_result_is_found(second_client: SecondClient, result: Any, complaint: str) -> None:
    found = second_client.complaints([sending(result)], [])
    assert any(complaint in each for each in found), found


@pytest.mark.parametrize(
    ("update", "complaint"),
    [
        ({"message": MESSAGE | {"via": USER}}, "update (message).message.via: no such field"),
        ({"quote": MESSAGE}, "update (quote).quote: no such field"),
        ({"message": {"message_id": 5}}, "message.date: Field required"),
        ({"message": MESSAGE, "edited_message": MESSAGE}, "not of one kind"),
        ({"message_reaction": {"chat": PRIVATE, "message_id": 5}}, "new_reaction: Field required"),
    ],
)
def test_wrong_update_is_found(
    second_client: SecondClient, update: dict[str, Any], complaint: str
) -> None:
    found = second_client.complaints([], [{"update_id": 1} | update])
    assert any(complaint in each for each in found), found


def test_demo_cases_are_understood(
    second_client: SecondClient,
    demo_home: Path,
    embedded: StaticEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []
    counts: list[int] = []

    class Watched(LocalTelegram):
        async def __aexit__(self, *ended: Any) -> None:
            seen.extend(await second_client.complaints_of(self))
            counts.extend([len(await self.calls("sendMessage")), len(await self.updates())])
            await super().__aexit__(*ended)

    monkeypatch.setattr(chat, "LocalTelegram", Watched)
    cases = read(Path("corpus/demo/cases.jsonl"))
    results = chat.run_chats(cases, Engine.open(demo_home, embedded))
    assert [each for each in results if not each.passed] == []
    assert min(counts) >= len(cases) > 0
    assert seen == []
