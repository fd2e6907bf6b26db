"""Every setting with its default; `bot.configuration` reads them."""

from __future__ import annotations

import os
import re
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from corpus.database import Place, in_schema, is_uri

PREFIX = "PULLQUOTE_"
NESTED = "__"

HIDDEN = ("beside", "bot_home")
"""Worked out, never set."""

_LARGEST_ID = 2**52
UserId = Annotated[int, Field(strict=True, gt=0, lt=_LARGEST_ID)]
ChatId = Annotated[int, Field(strict=True, gt=-_LARGEST_ID, lt=_LARGEST_ID)]

LogFormat = Literal["text", "json"]

Name = TypeVar("Name", bound=Hashable)


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
    guests: bool = False
    per_user: int = Field(default=30, ge=0, le=10_000)
    per_chat: int = Field(default=30, ge=0, le=10_000)
    paced: bool = True
    webhook_url: str = ""
    webhook_listen: str = Field(default="127.0.0.1", min_length=1)
    webhook_port: int = Field(default=8080, ge=1, le=65_535)
    webhook_path: str = ""
    webhook_secret: SecretStr | None = None
    health_listen: str = Field(default="127.0.0.1", min_length=1)
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


SHORTEST_PASSWORD = 8
"""Characters of the password of the pages."""


class Play(Section):
    password: SecretStr | None = Field(default=None, min_length=SHORTEST_PASSWORD)


class FollowedSource(Section):
    name: str = Field(min_length=1, max_length=80, pattern=r"^\S(.*\S)?$")
    url: str = Field(min_length=1)
    event: str | None = None
    outlet: str | None = Field(default=None, min_length=1)
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}$")
    words: tuple[str, ...] = ()

    @field_validator("words")
    @classmethod
    def _not_blank(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if any(not word.strip() for word in words):
            raise ValueError("a word is blank; leave it out")
        return words


class EventSettings(Section):
    """One event of several: `name` is what the command line calls it, `title` what people read."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")
    home: Path
    title: str = Field(default="", max_length=60)
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ()

    @field_validator("home", mode="before")
    @classmethod
    def _named_home(cls, home: object) -> object:
        return _not_blank(home)

    @property
    def shown(self) -> str:
        """The title, else the name."""
        return self.title.strip() or self.name


class Settings(BaseSettings):
    """All settings. Relative paths are resolved against the folder `beside`. `bot_home` holds the
    chats. `home` is the home of the event in use; if there are several and none is chosen, it is
    `bot_home`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=NESTED, extra="forbid", frozen=True
    )

    home: Path = Path(".pullquote")
    store: str = ""
    store_read: str = ""
    timezone: str = "UTC"
    log: LogFormat = "text"
    retrieval: Retrieval = Retrieval()
    answer: AnswerShape = AnswerShape()
    telegram: Telegram = Telegram()
    fetch: Fetch = Fetch()
    play: Play = Play()
    sources: tuple[FollowedSource, ...] = ()
    events: tuple[EventSettings, ...] = ()
    event: str | None = None
    beside: Path = Field(default=Path(), exclude=True)
    bot_home: Path = Field(default=Path(), exclude=True)

    @field_validator("sources")
    @classmethod
    def _named_once(cls, sources: tuple[FollowedSource, ...]) -> tuple[FollowedSource, ...]:
        if two := twice((source.event, source.name) for source in sources):
            raise ValueError(f"two sources are called {two[1]}; give each its own name")
        return sources

    @field_validator("events")
    @classmethod
    def _one_event_a_name(cls, events: tuple[EventSettings, ...]) -> tuple[EventSettings, ...]:
        if two := twice(event.name for event in events):
            raise ValueError(f"two events are called {two}; give each its own name")
        if two := twice(event.shown.casefold() for event in events):
            raise ValueError(f"two events have the title {two}; people could not tell them apart")
        return events

    @field_validator("home", mode="before")
    @classmethod
    def _named_home(cls, home: object) -> object:
        return _not_blank(home)

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

    @property
    def event_store(self) -> str:
        """The URI of the event's own schema, called as the event; that of the event in `bot_home`
        is `store` itself. Empty where the home holds everything."""
        return (
            in_schema(self.store, self.event_key) if self.store and self.event_key else self.store
        )

    def place(self, file: str) -> Place:
        """Where a part of the event's store lies: in a file of the home, or in the database."""
        return self.event_store or self.home / file

    def bot_place(self, file: str) -> Place:
        """Where what belongs to no event lies: in a file of `bot_home`, or in the database."""
        return self.store or self.bot_home / file

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def event_key(self) -> str:
        """What the chats know the event by: its name, or nothing for the one in `bot_home`, whose
        chats may be older than the names."""
        mine, bot = os.path.realpath(self.home), os.path.realpath(self.bot_home)
        return "" if mine == bot else self.event or ""

    @property
    def is_open(self) -> bool:
        """Whether there are several events and none of them is chosen."""
        return len(self.events) > 1 and self.event is None

    def each(self) -> tuple[Settings, ...]:
        """The settings of every event; of the one that is chosen or alone, these."""
        return tuple(map(self.of, self.events)) if self.is_open else (self,)

    def of(self, event: EventSettings) -> Settings:
        """The settings with which this event is worked on."""
        home = self.beside / event.home.expanduser()
        mine = tuple(one for one in self.sources if one.event in (None, event.name))
        return self.model_copy(update={"home": home, "event": event.name, "sources": mine})

    @property
    def title(self) -> str:
        """What people read of the event that is chosen; empty if there is none to choose."""
        return next((one.shown for one in self.events if one.name == self.event), "")

    @property
    def languages(self) -> tuple[str, ...]:
        """Those in which people ask about the event; none for all."""
        return next((one.languages for one in self.events if one.name == self.event), ())

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


def _not_blank(home: object) -> object:
    if isinstance(home, str) and not home.strip():
        raise ValueError("it is empty; name a folder or leave it out")
    return home


def twice(names: Iterable[Name]) -> Name | None:
    """The first that is there more than once."""
    seen = set[Name]()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _is_local(url: str) -> bool:
    """A Bot API server of one's own on this machine may deliver without encryption."""
    return re.match(r"http://(127\.0\.0\.1|localhost|\[::1\])[:/]", url) is not None
