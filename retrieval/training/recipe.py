"""What a training run is told: a TOML file, every setting of which has its default here."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, ValidationError

from corpus.errors import ConfigurationError

Group = Literal[
    "coverage",
    "fragments",
    "crossed",
    "forms",
    "words",
    "sentences",
    "arabic_sentences",
    "topics",
    "names",
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pieces(_Part):
    """How texts are cut; see `pieces`."""

    count: int = Field(default=64_000, ge=100)
    affixes_apart: bool = False
    marked: bool = True


class Queries(_Part):
    """How many queries are made from each article, and into which languages."""

    fragments: int = Field(default=3, ge=0)
    crossed: int = Field(default=6, ge=0)
    languages: dict[str, int]


class Steps(_Part):
    """How the vectors are trained.

    The loss is taken at all `dimensions`; `dropped` is the share of pieces that a batch leaves out,
    others each time, so that no single piece is relied on. One thread adds up in one order, and
    so gives the same model on machines with more or fewer cores.
    """

    dimensions: tuple[int, ...] = (256,)
    batch: int = Field(default=2048, ge=2)
    steps: int = Field(default=2600, ge=1)
    warmup: int = Field(default=50, ge=1)
    rate: float = Field(default=0.03, gt=0)
    temperature: float = Field(default=0.05, gt=0)
    spread: float = Field(default=0.05, gt=0)
    rarity: float = Field(default=0.0, ge=0)
    dropped: float = Field(default=0.0, ge=0, lt=1)
    longest: int = Field(default=200, ge=1)
    threads: int = Field(default=1, ge=1)


class Recipe(_Part):
    """Everything that a model depends on besides the data."""

    seed: int = 1
    pieces: Pieces
    queries: Queries
    steps: Steps
    mixture: dict[Group, PositiveFloat] = Field(min_length=1)


def read(file: Path | None) -> Recipe:
    """The package's recipe, with what `file` says instead; a mixture is taken as a whole.

    Raises `ConfigurationError`.
    """
    try:
        own = tomllib.loads((files("retrieval.training") / "recipe.toml").read_text("utf-8"))
        given = tomllib.loads(file.read_text(encoding="utf-8")) if file else {}
        return Recipe.model_validate({name: _laid(name, own, given) for name in own | given})
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read the recipe {file}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigurationError(f"{place} in the recipe {file}: {first['msg']}") from error


def _laid(name: str, own: dict[str, Any], given: dict[str, Any]) -> Any:
    if name not in given or name not in own:
        return own.get(name, given.get(name))
    if name == "mixture" or not isinstance(given[name], dict) or not isinstance(own[name], dict):
        return given[name]
    return own[name] | given[name]
