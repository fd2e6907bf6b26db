"""Every setting, read from options, the environment and `config.toml`, in this order."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from corpus.errors import ConfigurationError

CONFIG_FILE = "config.toml"
PREFIX = "PULLQUOTE_"
NESTED = "__"


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


class Telegram(Section):
    token: SecretStr | None = None
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"
    concurrency: int = Field(default=2, ge=1, le=64)
    queue: int = Field(default=64, ge=1, le=10_000)


class Settings(BaseSettings):
    """All settings. `beside` is the folder that relative paths are resolved against."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=NESTED, extra="forbid", frozen=True
    )

    home: Path = Path(".pullquote")
    timezone: str = "UTC"
    retrieval: Retrieval = Retrieval()
    answer: AnswerShape = AnswerShape()
    telegram: Telegram = Telegram()
    beside: Path = Field(default=Path(), exclude=True)

    @field_validator("home", mode="before")
    @classmethod
    def _named_home(cls, home: object) -> object:
        if isinstance(home, str) and not home.strip():
            raise ValueError("it is empty; name a folder or leave it out")
        return home

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("no such time zone; write one like Asia/Beirut")
        return name

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
    if "token" in values.get("telegram", {}):
        raise ConfigurationError(
            f"{file}: telegram.token does not belong in a file; set {PREFIX}TELEGRAM{NESTED}TOKEN"
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
