"""The five raw texts, from the file to the answer; they are not part of the repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Pullquote = Callable[..., CompletedProcess[str]]

SEEDS = Path(__file__).resolve().parent.parent.parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed texts are not there")


@pytest.fixture
def seeds_home(pullquote: Pullquote, tmp_path: Path) -> Path:
    home = tmp_path / "seeds"
    ran = pullquote("ingest", SEEDS, "--json", home=home)
    assert ran.returncode == 0
    assert ran.stderr == ""
    report = json.loads(ran.stdout)
    assert (report["added"], report["rejected"]) == (5, [])
    return home


def test_taken_once(pullquote: Pullquote, seeds_home: Path) -> None:
    again = json.loads(pullquote("ingest", SEEDS, "--json", home=seeds_home).stdout)
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 5)
    assert len(json.loads(pullquote("articles", "--json", home=seeds_home).stdout)) == 5
    assert pullquote("index", "--check", home=seeds_home).returncode == 0


@pytest.mark.parametrize(
    "question",
    [
        "متى وصل لافروف إلى مدينة وونسان؟",
        "When did Lavrov arrive in the city of Wonsan?",
        "Когда Лавров прибыл в город Вонсан?",
    ],
    ids=["ar", "en", "ru"],
)
def test_day_of_arrival(question: str, pullquote: Pullquote, seeds_home: Path) -> None:
    ran = pullquote("ask", question, "--limit", "3", "--json", home=seeds_home)
    answer = json.loads(ran.stdout)
    assert ran.returncode == 0, answer["absence"]
    assert any("يوم الجمعة" in quote["text"] for quote in answer["quotes"]), answer["quotes"]
    for quote in answer["quotes"]:
        shown = json.loads(pullquote("show", quote["article"], "--json", home=seeds_home).stdout)
        assert shown[quote["part"]][quote["start"] : quote["end"]] == quote["text"]


def test_what_they_do_not_say(pullquote: Pullquote, seeds_home: Path) -> None:
    ran = pullquote("ask", "من فاز بكأس العالم لكرة القدم؟", "--json", home=seeds_home)
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["quotes"] == []
