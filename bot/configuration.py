"""Reading the settings: options over the environment over `config.toml` over defaults."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.settings import HIDDEN, NESTED, PREFIX, Settings, twice
from corpus.errors import ConfigurationError

CONFIG_FILE = "config.toml"

# They are in the environment and never in a file.
_SECRETS = (("telegram", "token"), ("telegram", "webhook_secret"), ("play", "password"))


def load(
    config: Path | None = None, home: Path | None = None, event: str | None = None
) -> Settings:
    """The settings of `config`, or of `config.toml` in the working directory if it is there, under
    the environment, under `home` or `event`. Raises `ConfigurationError` naming the setting."""
    if home and event:
        raise ConfigurationError(
            "--event and --home contradict each other: an event has its home in the configuration;"
            " leave one of them out"
        )
    file = config or Path(CONFIG_FILE)
    values = _read(file, required=config is not None)
    for table, name in _SECRETS:
        if name in values.get(table, {}):
            variable = f"{PREFIX}{table.upper()}{NESTED}{name.upper()}"
            raise ConfigurationError(
                f"{file}: {table}.{name} does not belong in a file; set {variable}"
            )
    if hidden := next((name for name in HIDDEN if name in values), None):
        raise ConfigurationError(f"{file}: unknown setting {hidden}; remove it")
    beside = file.absolute().parent
    _refuse_unknown_variables()
    try:
        settings = Settings(**values, beside=beside)
    except ValidationError as error:
        raise ConfigurationError(_reason(error, file)) from None
    except Exception as error:  # pydantic-settings' own kinds for a malformed variable
        raise ConfigurationError(f"the settings cannot be read: {error}") from None
    if home:
        alone = {"events": (), "event": None, "sources": ()} if settings.events else {}
        there = home.expanduser().absolute()
        return settings.model_copy(update={"home": there, "bot_home": there} | alone)
    there = beside / settings.home.expanduser()
    settings = settings.model_copy(update={"home": there, "bot_home": there})
    return _chosen(settings, event or settings.event or None, file)


def _chosen(settings: Settings, name: str | None, file: Path) -> Settings:
    """The settings of the event called `name`, or of the only one. Raises `ConfigurationError`."""
    events = settings.events
    names = [event.name for event in events]
    if name is not None and name not in names:
        there = f"there are {', '.join(names)}" if names else f"{file} lists none as [[events]]"
        raise ConfigurationError(f"no event {name!r}: {there}")
    if two := twice(os.path.realpath(settings.of(event).home) for event in events):
        raise ConfigurationError(f"{file}: two events have the home {two}; a home is one event")
    for source in settings.sources:
        if source.event not in names and (source.event or len(names) > 1):
            there = f"write one of {', '.join(names)}" if names else "there is none; leave it out"
            raise ConfigurationError(
                f"{file}: the event of the source {source.name} is"
                f" {source.event or 'not set'}: {there}"
            )
    if name is None and len(events) == 1:
        name = names[0]
    settings = settings.model_copy(update={"event": None})
    return settings.of(events[names.index(name)]) if name else settings


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
    known = {PREFIX + name.upper() for name in Settings.model_fields if name not in HIDDEN}
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
