"""Where a setting comes from, and what a relative path is relative to."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from pydantic import SecretStr

from bot.configuration import load
from bot.settings import Settings
from corpus.errors import ConfigurationError

Pullquote = Callable[..., CompletedProcess[str]]

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "12345:not-to-be-shown"

pytestmark = pytest.mark.usefixtures("bare")


def names(value: dict[str, Any], before: str = "") -> set[str]:
    """The dotted names of all settings in nested tables."""
    found: set[str] = set()
    for name, inner in value.items():
        found |= names(inner, f"{before}{name}.") if isinstance(inner, dict) else {before + name}
    return found


def test_config_of_the_repository_holds_every_default() -> None:
    held = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    assert Settings(**held) == Settings()
    # a token never stands there, and [[sources]] and [[events]] only as examples
    left_out = {"telegram.token", "telegram.webhook_secret", "sources", "events", "event"}
    assert names(held) == names(Settings().model_dump(exclude={"beside", "bot_home"})) - left_out


def test_defaults_without_a_file(bare: Path) -> None:
    settings = load()
    assert settings.home == bare / ".pullquote"
    assert settings.beside == bare
    assert settings.telegram.token is None
    assert settings.zone.key == "UTC"
    assert settings.retrieval.prompts == (None, None)


def test_option_over_environment_over_file_over_default(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load().home == bare / ".pullquote"
    (bare / "config.toml").write_text("home = 'of-file'\n[answer]\nlimit = 4\n")
    assert load().home == bare / "of-file"
    assert load().answer.limit == 4
    monkeypatch.setenv("PULLQUOTE_HOME", str(bare / "of-environment"))
    monkeypatch.setenv("PULLQUOTE_ANSWER__LIMIT", "5")
    assert load().home == bare / "of-environment"
    assert load().answer.limit == 5
    assert load(home=Path("of-option")).home == bare / "of-option"


def test_environment_leaves_the_rest_of_a_table(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / "config.toml").write_text("[telegram]\nqueue = 7\nconcurrency = 3\n")
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__QUEUE", "9")
    telegram = load().telegram
    assert telegram.token is not None
    assert telegram.token.get_secret_value() == TOKEN
    assert (telegram.concurrency, telegram.queue) == (3, 9)


@pytest.mark.parametrize(
    ("variable", "table", "name"),
    [
        ("PULLQUOTE_TELEGRAM__BASE_URL", "telegram", "base_url"),
        ("PULLQUOTE_TELEGRAM__BASE_FILE_URL", "telegram", "base_file_url"),
        ("PULLQUOTE_RETRIEVAL__MODEL", "retrieval", "model"),
        ("PULLQUOTE_RETRIEVAL__RERANKER", "retrieval", "reranker"),
    ],
)
def test_names_of_the_contract(
    variable: str, table: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:8081/bot")
    assert getattr(getattr(load(), table), name) == "http://127.0.0.1:8081/bot"


def test_paths_are_relative_to_the_file(bare: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine.toml").write_text("home = 'data/home'\n")
    settings = load(elsewhere / "mine.toml")
    assert settings.home == elsewhere / "data" / "home"
    assert settings.beside == elsewhere
    (elsewhere / "bare.toml").write_text("")
    assert load(elsewhere / "bare.toml").home == elsewhere / ".pullquote"
    (elsewhere / "absolute.toml").write_text(f"home = '{tmp_path / 'there'}'\n")
    assert load(elsewhere / "absolute.toml").home == tmp_path / "there"


def test_model_folder_is_relative_to_the_file(pullquote: Pullquote, tmp_path: Path) -> None:
    from retrieval.models.embed import embedded_folder

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "model").symlink_to(embedded_folder())
    (elsewhere / "mine.toml").write_text("[retrieval]\nmodel = 'model'\n")
    ran = pullquote("--config", elsewhere / "mine.toml", "model", "info", "--json")
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["model"] == "model"


def test_config_wins_over_the_file_of_the_working_directory(bare: Path, tmp_path: Path) -> None:
    (bare / "config.toml").write_text("[answer]\nlimit = 4\n")
    (tmp_path / "other.toml").write_text("[answer]\nlimit = 6\n")
    assert load().answer.limit == 4
    assert load(tmp_path / "other.toml").answer.limit == 6


def test_limit_is_used_and_the_option_wins(pullquote: Pullquote, home: Path, bare: Path) -> None:
    (bare / "config.toml").write_text("[answer]\nlimit = 1\n")
    question = "What did Kim tell Lavrov?"
    one = json.loads(pullquote("ask", question, "--json", home=home).stdout)
    more = json.loads(pullquote("ask", question, "--json", "--limit", "2", home=home).stdout)
    assert (len(one["quotes"]), len(more["quotes"])) == (1, 2)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("nothing = 1", "nothing"),
        ("beside = 'x'", "beside"),
        ("[answer]\nlimits = 1", "answer.limits"),
        ("[telegram]\nTOKEN = 'x'", "telegram.TOKEN"),
        ("[made_up]\na = 1", "made_up"),
    ],
)
def test_unknown_name_in_the_file(content: str, name: str, bare: Path) -> None:
    (bare / "config.toml").write_text(content)
    with pytest.raises(ConfigurationError, match=name):
        load()


@pytest.mark.parametrize(
    "variable",
    ["PULLQUOTE_", "PULLQUOTE_BESIDE", "PULLQUOTE_TOKEN", "PULLQUOTE_ANSWER__LIMITS"],
)
def test_unknown_name_in_the_environment(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(ConfigurationError, match=variable):
        load()


def test_bad_value_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULLQUOTE_ANSWER__LIMIT", "lots")
    with pytest.raises(ConfigurationError, match="PULLQUOTE_ANSWER__LIMIT in the environment"):
        load()


@pytest.mark.parametrize("name", ["token", "webhook_secret"])
def test_secrets_are_refused_in_the_file(name: str, bare: Path) -> None:
    (bare / "config.toml").write_text(f'[telegram]\n{name} = "abcdefghijklmnopqrst"\n')
    variable = f"PULLQUOTE_TELEGRAM__{name.upper()}"
    with pytest.raises(ConfigurationError, match=f"does not belong in a file; set {variable}$"):
        load()


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("webhook_url", "https://bot.example.org/tg", "http://bot.example.org/tg"),
        ("webhook_url", "http://127.0.0.1:80/x", "https://"),
        ("webhook_path", "/a/b-c", "no/slash"),
        ("webhook_secret", "0123456789abcdef", "spaces are not allowed"),
        ("webhook_secret", "0123456789abcdef", "short"),
        ("webhook_port", "443", "0"),
        ("health_port", "0", "65536"),
        ("per_user", "0", "-1"),
    ],
)
def test_settings_of_the_webhook_are_checked(
    name: str, good: str, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = f"PULLQUOTE_TELEGRAM__{name.upper()}"
    monkeypatch.setenv(variable, good)
    value = getattr(load().telegram, name)
    assert (value.get_secret_value() if isinstance(value, SecretStr) else str(value)) == good
    monkeypatch.setenv(variable, bad)
    with pytest.raises(ConfigurationError, match=variable) as error:
        load()
    assert "secret" not in name or bad not in str(error.value)


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_OF_PULLQUOTE", "x")
    assert load() == load()


def test_token_is_never_shown(
    pullquote: Pullquote, home: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__TOKEN", TOKEN)
    assert TOKEN not in repr(load())
    for arguments in (("doctor",), ("doctor", "--json"), ("articles",), ("--limt",)):
        ran = pullquote(*arguments, home=home)
        assert TOKEN not in ran.stdout + ran.stderr
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__QUEUE", "none")
    ran = pullquote("articles", home=home)
    assert ran.returncode == 2
    assert TOKEN not in ran.stderr
    monkeypatch.delenv("PULLQUOTE_TELEGRAM__TOKEN")
    monkeypatch.setenv("PULLQUOTE_TELEGRAM", f'{{"token": "{TOKEN}"')
    ran = pullquote("articles", home=home)
    assert ran.returncode == 2
    assert TOKEN not in ran.stderr


def test_people_and_chats_are_named_by_number(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "config.toml").write_text(
        '[telegram]\neditors = [12]\naccess = "listed"\nallowed = [-1001, 7]\n'
    )
    telegram = load().telegram
    assert (telegram.editors, telegram.access, telegram.allowed) == ((12,), "listed", (-1001, 7))
    assert telegram.log_questions is False
    monkeypatch.setenv("PULLQUOTE_TELEGRAM__EDITORS", "[12, 13]")
    assert load().telegram.editors == (12, 13)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('access = "listed"', "nobody is"),
        ('access = "some"', "telegram.access"),
        ("editors = [-12]", "telegram.editors.0"),
        ('editors = ["12"]', "telegram.editors.0"),
        ("editors = [true]", "telegram.editors.0"),
        ("allowed = [1.5]", "telegram.allowed.0"),
        ("editors = 12", "telegram.editors"),
    ],
)
def test_access_that_cannot_be_meant_is_refused(bare: Path, line: str, said: str) -> None:
    (bare / "config.toml").write_text(f"[telegram]\n{line}\n")
    with pytest.raises(ConfigurationError, match=said) as refusal:
        load()
    assert "\n" not in str(refusal.value)
