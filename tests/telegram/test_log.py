"""The log as JSON: an object a line, by the real process, without questions and the token."""

import json
import logging
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families as families

from bot.local_telegram import TOKEN, LocalTelegram
from bot.logs import _formatter
from bot.telegram.redaction import HIDDEN, redacted

QUESTION = "Who was the first foreign guest at the new resort in Wonsan?"


async def test_log_of_the_process_is_json_without_questions(
    tg: LocalTelegram, start: Any, home: Path, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (home / "config.toml").write_text('log = "json"\n')
    async with start(health_port=str(port)):
        await tg.ready()
        await tg.user(987654).say(QUESTION)
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"http://127.0.0.1:{port}/metrics") as response,
        ):
            found = {
                sample.name: sample.value
                for family in families(await response.text())
                for sample in family.samples
            }
    text = (tmp_path / "log").read_text(encoding="utf-8")
    records = [json.loads(line) for line in text.splitlines()]
    assert "answering as @NewsQuoteBot" in {record["message"] for record in records}
    for record in records:
        assert record.keys() - {"exc_info"} == {"time", "level", "logger", "message"}
        written = datetime.fromisoformat(record["time"])
        assert timedelta() <= datetime.now(UTC) - written < timedelta(minutes=2)
    assert not [secret for secret in ("Wonsan", "987654", TOKEN) if secret in text]
    # the search is in another process, and counted here
    assert found["pullquote_questions_total"] == found["pullquote_answers_total"] == 1


def test_fault_is_one_line_and_hides_the_token() -> None:
    with redacted("secret-token"):
        try:
            raise ValueError("at secret-token")
        except ValueError:
            record = logging.getLogRecordFactory()(
                "bot", logging.ERROR, __file__, 1, "failed: %s", ("ه",), sys.exc_info()
            )
        line = _formatter("json").format(record)
    read = json.loads(line)
    assert "\n" not in line
    assert read["message"] == "failed: ه"
    assert read["level"] == "ERROR"
    assert "Traceback" in read["exc_info"]
    assert HIDDEN in read["exc_info"]
    assert "secret-token" not in line
