"""Checks whether everything a run needs is there, and says what to do if it is not."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.home import is_closed, is_shared
from bot.settings import Settings
from bot.state import FILE as CHATS_FILE
from corpus.attribution import aliases
from corpus.database import Place, checks, postgres
from corpus.database.replica import Replica
from corpus.database.sqlite import damage
from corpus.errors import PullquoteError
from corpus.sources.book import FILE as SOURCES_FILE
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.engine import INDEX_FOLDER
from retrieval.index.service import check
from retrieval.models.embed import EMBEDDED, load
from retrieval.models.rerank import load_reranker
from retrieval.question.synonyms import FILE, Synonyms
from retrieval.types import Embedder

PACKAGES = ("python-telegram-bot", "sentence-transformers", "faiss-cpu", "tokenizers")
_FOR_OTHERS = "sentence-transformers"  # for models other than the embedded one


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `advice` says what to do and is absent when nothing is."""

    name: str
    ok: bool
    detail: str
    advice: str | None = None


_UNCHECKED = Check(
    "index", False, "cannot be checked: a database is damaged", "restore the database first"
)


def examine(settings: Settings) -> list[Check]:
    """All checks, in the order in which they matter."""
    model, embedder = _model(settings)
    return [
        _python(),
        *_packages(settings),
        model,
        *_reranker(settings),
        *_store(settings),
        *_database(settings.bot_place(CHATS_FILE)),
        *(check for one in settings.each() for check in _of_event(one, embedder)),
        _token(settings),
    ]


def _of_event(settings: Settings, embedder: Embedder | None) -> list[Check]:
    """What is in one home, named by its event where there are several."""
    home = settings.home
    databases = [
        *_database(settings.place(COVERAGE_FILE)),
        *_database(settings.place(SOURCES_FILE)),
    ]
    whole = all(each.ok for each in databases)
    index = _index(settings, embedder) if whole else _UNCHECKED
    made = [
        _home(home),
        *_privacy(home),
        *databases,
        *_synonyms(home),
        *_aliases(home),
        index,
    ]
    if len(settings.events) < 2:
        return made
    return [replace(each, name=f"{each.name} of {settings.event}") for each in made]


def _python() -> Check:
    good = sys.version_info >= (3, 11)
    return Check("python", good, platform.python_version(), None if good else "install 3.11+")


def _packages(settings: Settings) -> Iterator[Check]:
    retrieval = settings.retrieval
    for package in PACKAGES:
        try:
            yield Check(package, True, version(package))
        except PackageNotFoundError:
            if package == _FOR_OTHERS and (retrieval.model, retrieval.reranker) == (EMBEDDED, ""):
                yield Check(package, True, "not installed, and not needed for the embedded model")
                continue
            yield Check(package, False, "not installed", "install pullquote again with pip")


def _model(settings: Settings) -> tuple[Check, Embedder | None]:
    retrieval = settings.retrieval
    try:
        embedder = load(retrieval.model, settings.beside, retrieval.prompts)
    except PullquoteError as error:
        return Check("model", False, str(error), "correct retrieval.model"), None
    detail = f"{embedder.name}, {embedder.dimensions} dimensions, digest {embedder.digest}"
    return Check("model", True, detail), embedder


def _reranker(settings: Settings) -> Iterator[Check]:
    try:
        found = load_reranker(settings.retrieval.reranker, settings.beside)
        if found:
            found.read()
            yield Check("reranker", True, f"{found.name}, digest {found.digest}")
    except PullquoteError as error:
        yield Check("reranker", False, str(error), "correct retrieval.reranker")


def _synonyms(home: Path) -> Iterator[Check]:
    try:
        groups = len(Synonyms.read(home / FILE).groups)
        if groups:
            yield Check("synonyms", True, f"{groups} groups of names")
    except PullquoteError as error:
        yield Check("synonyms", False, str(error), f"correct {FILE} in the home")


def _aliases(home: Path) -> Iterator[Check]:
    """Only where there are any: most homes have none."""
    file = home / aliases.FILE
    if file.exists():
        try:
            aliases.Aliases.read(file)
            yield Check("aliases", True, "names of outlets and agencies")
        except PullquoteError as error:
            yield Check("aliases", False, str(error), f"correct {aliases.FILE} in the home")


def _home(home: Path) -> Check:
    if not home.exists():
        return Check("home", True, f"{home} (not there yet)", "ingest some articles first")
    if not (home.is_dir() and os.access(home, os.W_OK | os.X_OK)):
        advice = "make it a folder this user may write to, or choose another --home"
        return Check("home", False, f"{home} cannot be written", advice)
    return Check("home", True, str(home))


def _database(place: Place) -> Iterator[Check]:
    """Only of a file that is there: whether all of its pages can be read."""
    if isinstance(place, Path) and place.exists():
        found = damage(place)
        detail = f"damaged: {found}" if found else "whole"
        advice = "restore it from a backup; `pullquote ingest` makes what is missing anew"
        yield Check(place.name, not found, detail, advice if found else None)


def _privacy(home: Path) -> Iterator[Check]:
    """Who can read the home; people's questions are in it."""
    if not home.is_dir():
        return
    if is_closed(home):
        yield Check("privacy", True, "only its owner can read the home")
        return
    mode = f"its mode is {home.stat().st_mode & 0o777:o}"
    if is_shared(home):
        advice = "give pullquote a folder of its own, with mode 700"
        yield Check("privacy", False, f"others can look into the home ({mode})", advice)
    else:
        advice = f"chmod -R go= {shlex.quote(str(home))}; every command but doctor does so too"
        yield Check("privacy", False, f"others can read the home ({mode})", advice)


def _store(settings: Settings) -> Iterator[Check]:
    """Only where it is in a database."""
    if not settings.store:
        return
    try:
        for found in checks.examine(postgres.connected(settings.store)):
            yield Check(*found)
    except PullquoteError as error:
        yield Check("store", False, str(error), "correct store, or start the server")
    if settings.store_read:
        yield _replica(settings)


def _replica(settings: Settings) -> Check:
    try:
        replica = Replica(postgres.connected(settings.store), settings.store_read)
        behind = replica.behind()
    except PullquoteError as error:
        return Check("store_read", False, str(error), "correct store_read, or start the server")
    if behind is None:
        return Check("store_read", False, "no replica of the store", "correct store_read")
    return Check("store_read", True, f"{behind} bytes behind")


def _index(settings: Settings, embedder: Embedder | None) -> Check:
    home, place = settings.home, settings.place(COVERAGE_FILE)
    if isinstance(place, Path) and not place.exists():
        return Check("index", True, "no articles yet", "pullquote ingest FOLDER")
    if embedder is None:
        return Check("index", False, "cannot be checked without the model", "mend the model first")
    try:
        coverage = Coverage.open(place)
        articles, passages = coverage.count()
        problems = check(home / INDEX_FOLDER, embedder, coverage) if passages else []
        coverage.close()
    except PullquoteError as error:
        advice = "check the store" if settings.store else "check the home's permissions"
        return Check("index", False, str(error), advice)
    if problems:
        return Check("index", False, "; ".join(problems), "pullquote index --rebuild")
    return Check("index", True, f"{articles} articles, {passages} passages")


def _token(settings: Settings) -> Check:
    if settings.telegram.token:
        return Check("token", True, "present")
    advice = "only `pullquote run` needs it: set PULLQUOTE_TELEGRAM__TOKEN"
    return Check("token", True, "not set", advice)
