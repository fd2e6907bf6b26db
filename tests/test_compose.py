"""deploy/compose.yaml: what its bots are told are settings, and the proxy finds them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.configuration import load

FILE = Path(__file__).parents[1] / "deploy" / "compose.yaml"
GIVEN = {"TOKEN": "1:abc", "DATABASE_PASSWORD": "pw", "HOST": "bot.example.org"}


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def filled(value: str) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda found: GIVEN[found[1]], value)


@pytest.mark.parametrize("name", ["bot-1", "bot-2", "ingest"])
def test_what_a_service_is_told_are_settings(
    compose: Any, name: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in compose["services"][name]["environment"].items():
        monkeypatch.setenv(variable, filled(value))
    settings = load()
    assert settings.store == "postgresql://pullquote:pw@database/pullquote"
    if name != "ingest":
        assert settings.telegram.token
        assert settings.telegram.webhook_url == "https://bot.example.org/telegram"


def test_the_proxy_hands_on_to_every_bot(compose: Any) -> None:
    bots = {name for name in compose["services"] if name.startswith("bot-")}
    caddy = compose["configs"]["caddy"]["content"]
    assert set(re.findall(r"(bot-\d+):8080", caddy)) == bots
    assert len(bots) == 2
    ports = {
        compose["services"][bot]["environment"]["PULLQUOTE_TELEGRAM__WEBHOOK_PORT"] for bot in bots
    }
    assert ports == {"8080"}
    assert "handle /telegram" in caddy


def test_everything_that_has_to_be_given_is_named(compose: Any) -> None:
    said = FILE.read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{(\w+)\}", said))
    assert used == set(GIVEN)
    assert all(f"#   {name}=" in said for name in used)
