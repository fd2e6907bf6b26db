"""The simulated day in short. `python -m tests.sources.day` is the whole one."""

from pathlib import Path

import pytest

from tests.sources.day import simulate


@pytest.mark.files("the processes of the day are given a home of files")
def test_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    day, figures = simulate(tmp_path / "home", feeds=6, items=96, every=70)
    assert figures.kills >= 1
    assert len(day.corrected) == 9
    assert len(day.gone) == 1
