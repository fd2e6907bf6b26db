"""Questions answered in a process beside the bot: the same answers, also after that process dies,
and none left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.telegram.search_process import SearchProcess, searching
from corpus.demo.coverage import DEMO_DAY
from corpus.errors import InputError
from retrieval.engine import Engine
from retrieval.models.embed import load
from retrieval.types import Filters

QUESTIONS = ("متى وصل لافروف إلى وونسان؟", "How many flights a week?", "Who won the tennis final?")
ARABIC = Filters(language="ar")
PATIENCE = 30.0


def opened(home: Path) -> Engine:
    return Engine.open(home, load("embedded", Path()))


@pytest.fixture
def process(engine: Engine, demo_home: Path) -> Iterator[SearchProcess]:
    with searching(engine, partial(opened, demo_home)) as made:
        assert isinstance(made, SearchProcess)
        yield made


def started(process: SearchProcess) -> int:
    """The number of the process that searches."""
    assert process._searcher._pool
    (number,) = process._searcher._pool._processes
    return number


def test_the_answers_are_those_of_the_engine(process: SearchProcess, engine: Engine) -> None:
    for question in QUESTIONS:
        ask = partial(engine.ask, question, limit=2, filters=ARABIC, today=DEMO_DAY)
        ours, beside = ask(), process.ask(*ask.args, **ask.keywords)
        assert beside.quotes == ours.quotes
        assert beside.absence == ours.absence
        assert (beside.filters, beside.language) == (ours.filters, ours.language)
    assert process.coverage is engine.coverage
    assert process.verify("x" * 30) == engine.verify("x" * 30)


def test_what_the_engine_refuses_is_refused(process: SearchProcess) -> None:
    with pytest.raises(InputError):
        process.ask(" ")


@pytest.mark.files
def test_a_process_that_dies_is_replaced(
    process: SearchProcess, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    first = started(process)
    os.kill(first, signal.SIGKILL)
    for question in QUESTIONS:
        assert process.ask(question).quotes == engine.ask(question).quotes
    assert [record.message for record in caplog.records] == [
        "the process that searches has ended; another is started"
    ]
    assert started(process) != first


@pytest.mark.files
def test_no_process_is_left_behind(engine: Engine, demo_home: Path) -> None:
    with searching(engine, partial(opened, demo_home)) as made:
        assert isinstance(made, SearchProcess)
        number = started(made)
    until = time.monotonic() + PATIENCE
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
