"""Every setting, read from options, the environment and `config.toml`, in this order."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from corpus.database import Place, is_uri
from corpus.errors import ConfigurationError

CONFIG_FILE = "config.toml"
PREFIX = "PULLQUOTE_"
NESTED = "__"

_LARGEST_ID = 2**52
UserId = Annotated[int, Field(strict=True, gt=0, lt=_LARGEST_ID)]
ChatId = Annotated[int, Field(strict=True, gt=-_LARGEST_ID, lt=_LARGEST_ID)]


class Section(BaseModel):
    """A table of the file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Retrieval(Section):
    model: str = Field(default="embedded", min_length=1)
    bridge: bool = True
    query_prompt: str = ""
    passage_prompt: str = ""
    reranker: str = ""

    @property
    def prompts(self) -> tuple[str | None, str | None]:
        return (self.query_prompt or None, self.passage_prompt or None)


class AnswerShape(Section):
    limit: int = Field(default=3, ge=1, le=20)
    follow_ups: bool = True


class Telegram(Section):
    token: SecretStr | None = None
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"
    concurrency: int = Field(default=2, ge=1, le=64)
    search_process: bool = True
    queue: int = Field(default=64, ge=1, le=10_000)
    editors: tuple[UserId, ...] = ()
    access: Literal["open", "listed"] = "open"
    allowed: tuple[ChatId, ...] = ()
    log_questions: bool = False
    per_user: int = Field(default=30, ge=0, le=10_000)
    per_chat: int = Field(default=30, ge=0, le=10_000)
    paced: bool = True
    webhook_url: str = ""
    webhook_listen: str = Field(default="127.0.0.1", min_length=1)
    webhook_port: int = Field(default=8080, ge=1, le=65_535)
    webhook_path: str = ""
    webhook_secret: SecretStr | None = None
    health_port: int = Field(default=0, ge=0, le=65_535)

    @model_validator(mode="after")
    def _somebody_may_ask(self) -> Self:
        if self.access == "listed" and not (self.allowed or self.editors):
            raise ValueError("access is listed, and nobody is: fill telegram.allowed or editors")
        return self

    @field_validator("webhook_url")
    @classmethod
    def _public_address(cls, url: str) -> str:
        if url and not ((url.startswith("https://") and urlsplit(url).hostname) or _is_local(url)):
            raise ValueError("write the public address, https://…, or leave it empty to poll")
        return url

    @field_validator("webhook_path")
    @classmethod
    def _path(cls, path: str) -> str:
        if path and not re.fullmatch(r"/[\w./~-]*", path, re.ASCII):
            raise ValueError("write a path like /telegram, or leave it empty")
        return path

    @field_validator("webhook_secret")
    @classmethod
    def _allowed_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and not re.fullmatch(r"[\w-]{16,256}", secret.get_secret_value(), re.ASCII):
            raise ValueError("16 to 256 letters, digits, _ and -; or leave it out")
        return secret


class Fetch(Section):
    allow_private: bool = False
    timeout_s: float = Field(default=30.0, gt=0, le=600)
    max_bytes: int = Field(default=20_000_000, ge=1000, le=50_000_000)
    redirects: int = Field(default=5, ge=0, le=20)
    pace_s: float = Field(default=1.0, ge=0, le=3600)
    poll_s: float = Field(default=300.0, ge=1, le=86_400)
    user_agent: str = Field(default="pullquote", min_length=1, pattern=r"^[!-~][ -~]*$")


class FollowedSource(Section):
    name: str = Field(min_length=1, max_length=80, pattern=r"^\S(.*\S)?$")
    url: str = Field(min_length=1)
    outlet: str | None = Field(default=None, min_length=1)
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}$")
    words: tuple[str, ...] = ()

    @field_validator("words")
    @classmethod
    def _not_blank(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if any(not word.strip() for word in words):
            raise ValueError("a word is blank; leave it out")
        return words


class Settings(BaseSettings):
    """All settings. `beside` is the folder that relative paths are resolved against."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=NESTED, extra="forbid", frozen=True
    )

    home: Path = Path(".pullquote")
    store: str = ""
    store_read: str = ""
    timezone: str = "UTC"
    retrieval: Retrieval = Retrieval()
    answer: AnswerShape = AnswerShape()
    telegram: Telegram = Telegram()
    fetch: Fetch = Fetch()
    sources: tuple[FollowedSource, ...] = ()
    beside: Path = Field(default=Path(), exclude=True)

    @field_validator("sources")
    @classmethod
    def _named_once(cls, sources: tuple[FollowedSource, ...]) -> tuple[FollowedSource, ...]:
        names = [source.name for source in sources]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two sources are called {twice}; give each its own name")
        return sources

    @field_validator("home", mode="before")
    @classmethod
    def _named_home(cls, home: object) -> object:
        if isinstance(home, str) and not home.strip():
            raise ValueError("it is empty; name a folder or leave it out")
        return home

    @field_validator("store", "store_read")
    @classmethod
    def _uri(cls, store: str) -> str:
        if store and not is_uri(store):
            raise ValueError("write postgresql://…, or leave it out to keep all in the home")
        return store

    @field_validator("store_read")
    @classmethod
    def _replica_of_a_store(cls, replica: str, settings: ValidationInfo) -> str:
        if replica and not settings.data.get("store"):
            raise ValueError("it names a replica of store, and that is not set")
        return replica

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("no such time zone; write one like Asia/Beirut")
        return name

    def place(self, file: str) -> Place:
        """Where a part of the store lies: in a file of the home, or in the database."""
        return self.store or self.home / file

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over what `load` read from the file."""
        return env_settings, init_settings


def load(config: Path | None = None, home: Path | None = None) -> Settings:
    """The settings of `config`, or of `config.toml` in the working directory if it is there, under
    the environment, under `home`. Raises `ConfigurationError` naming the setting."""
    file = config or Path(CONFIG_FILE)
    values = _read(file, required=config is not None)
    for name in ("token", "webhook_secret"):
        if name in values.get("telegram", {}):
            variable = f"{PREFIX}TELEGRAM{NESTED}{name.upper()}"
            raise ConfigurationError(
                f"{file}: telegram.{name} does not belong in a file; set {variable}"
            )
    if "beside" in values:
        raise ConfigurationError(f"{file}: unknown setting beside; remove it")
    beside = file.absolute().parent
    _refuse_unknown_variables()
    try:
        settings = Settings(**values, beside=beside)
    except ValidationError as error:
        raise ConfigurationError(_reason(error, file)) from None
    except Exception as error:  # pydantic-settings' own kinds for a malformed variable
        raise ConfigurationError(f"the settings cannot be read: {error}") from None
    chosen = home.expanduser().absolute() if home else beside / settings.home.expanduser()
    return settings.model_copy(update={"home": chosen})


def _is_local(url: str) -> bool:
    """A Bot API server of one's own on this machine may deliver without encryption."""
    return re.match(r"http://(127\.0\.0\.1|localhost|\[::1\])[:/]", url) is not None


def _read(file: Path, *, required: bool) -> dict[str, Any]:
    try:
        with file.open("rb") as content:
            return tomllib.load(content)
    except FileNotFoundError:
        if required:
            raise ConfigurationError(
                f"no configuration file {file}; correct --config or leave it out"
            ) from None
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}; correct it") from None


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields if name != "beside"}
    for variable in os.environ:
        if not variable.startswith(PREFIX):
            continue
        if variable.split(NESTED)[0] not in known:
            raise ConfigurationError(f"unknown setting {variable} in the environment; unset it")


def _reason(error: ValidationError, file: Path) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    variable = PREFIX + NESTED.join(str(part) for part in first["loc"]).upper()
    where = f"{variable} in the environment" if variable in os.environ else f"{name} in {file}"
    if first["type"] == "extra_forbidden":
        return f"unknown setting {where}; config.toml of pullquote lists them all"
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"
