"""--event: one of the events that the settings list, for every command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.configuration import load
from bot.state import FILE, AnsweredQuestion, State
from corpus.errors import ConfigurationError
from tests.embedders import embedder
from tests.two_events import FERRIES, OF_BOTH, OF_HARBOUR, THREE_DAYS, TWO_WEEKS, two_homes

Pullquote = Callable[..., CompletedProcess[str]]
Refused = Callable[..., str]

EVENTS = """
[[events]]
name = "harbour"
title = "The harbour of Saltmere"
home = "harbour"

[[events]]
name = "railway"
home = "railway"
languages = ["en", "ru"]
"""


@pytest.fixture
def both(bare: Path) -> Path:
    """A working directory with the settings and the homes of two events."""
    two_homes(bare, embedder())
    (bare / "config.toml").write_text(EVENTS)
    return bare


def test_one_event_is_asked(both: Path, pullquote: Pullquote) -> None:
    for name, quote in (("harbour", THREE_DAYS), ("railway", TWO_WEEKS)):
        answer = json.loads(pullquote("--event", name, "ask", OF_BOTH, "--json").stdout)
        assert [each["text"] for each in answer["quotes"]] == [quote]
    assert pullquote("--event", "railway", "ask", OF_HARBOUR).returncode == 1


def test_the_event_may_stand_in_the_environment(
    both: Path, pullquote: Pullquote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULLQUOTE_EVENT", "harbour")
    assert FERRIES in pullquote("ask", OF_HARBOUR).stdout
    # an option wins over the environment
    assert TWO_WEEKS in pullquote("--event", "railway", "ask", OF_BOTH).stdout
    assert TWO_WEEKS in pullquote("ask", OF_BOTH, home=both / "railway").stdout


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "Who?"],
        ["articles"],
        ["show", "abc"],
        ["remove", "abc"],
        ["verify", "x y z"],
        ["timeline"],
        ["compare", "Who?"],
        ["index"],
        ["ingest", "."],
        ["source", "list"],
        ["backup", "x.tar"],
        ["dossier"],
        ["replay", "x.jsonl"],
        ["correct", "abc", "--outlet", "Post"],
    ],
)
def test_commands_on_one_event_ask_for_it(command: list[str], both: Path, refused: Refused) -> None:
    (both / "x.jsonl").write_text('{"id": "a", "question": "Who?", "expect": {"answered": true}}')
    said = refused(*command)
    assert "harbour, railway" in said
    assert "--event NAME" in said


def test_a_mistyped_event_lists_those_there_are(both: Path, refused: Refused) -> None:
    assert "no event 'harbor': there are harbour, railway" in refused("--event", "harbor", "index")


def test_event_and_home_contradict_each_other(both: Path, refused: Refused) -> None:
    assert "contradict" in refused("--event", "harbour", "index", home=both / "harbour")


def test_without_events_there_is_none(bare: Path, refused: Refused) -> None:
    assert "lists none" in refused("--event", "harbour", "index")


def test_one_event_alone_is_chosen(both: Path, pullquote: Pullquote) -> None:
    (both / "config.toml").write_text(EVENTS[: EVENTS.index("[[events]]", 5)])
    assert FERRIES in pullquote("ask", OF_HARBOUR).stdout


def test_doctor_looks_at_every_event(both: Path, pullquote: Pullquote) -> None:
    checks = json.loads(pullquote("doctor", "--json").stdout)["checks"]
    found = {check["name"]: check["detail"] for check in checks}
    assert found["index of harbour"].startswith("2 articles")
    assert found["index of railway"].startswith("2 articles")
    assert "index" not in found
    alone = json.loads(pullquote("--event", "harbour", "doctor", "--json").stdout)["checks"]
    assert {"home of harbour", "token"} <= {check["name"] for check in alone}
    assert "home of railway" not in {check["name"] for check in alone}


def test_feedback_is_that_of_an_event_or_of_all(both: Path, pullquote: Pullquote) -> None:
    with State.open(both / ".pullquote" / FILE) as state:
        for message, event in ((1, "harbour"), (2, "railway")):
            state.set_message_event(7, 1001, message, event)
            asked = AnsweredQuestion(message, f"About the {event}?")
            state.judge(7, 1001, 1001, asked, good=False)
    everything = json.loads(pullquote("feedback", "--json").stdout)
    assert len(everything) == 2
    [one] = json.loads(pullquote("--event", "railway", "feedback", "--json").stdout)
    assert one["question"] == "About the railway?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EVENTS.replace('"railway"', '"harbour"', 1), "two events are called harbour"),
        (EVENTS.replace('home = "railway"', 'home = "./harbour"'), "a home is one event"),
        (EVENTS.replace('name = "railway"', 'name = "The Railway"'), "events.1.name"),
        (EVENTS + 'title = "the HARBOUR of Saltmere"\n', "people could not tell them apart"),
        (EVENTS.replace('home = "railway"', 'home = " "'), "it is empty"),
        (EVENTS + '[[sources]]\nname = "post"\nurl = "feed"\n', "not set: write one of harbour"),
        (
            EVENTS + '[[sources]]\nname = "post"\nurl = "feed"\nevent = "circus"\n',
            "circus: write one of harbour",
        ),
        ('[[sources]]\nname = "p"\nurl = "f"\nevent = "x"\n', "there is none; leave it out"),
    ],
)
def test_events_that_cannot_be_meant_are_refused(text: str, said: str, bare: Path) -> None:
    (bare / "config.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        load()


def test_a_source_belongs_to_its_event(bare: Path) -> None:
    sources = "".join(
        f'[[sources]]\nname = "post"\nurl = "{name}"\nevent = "{name}"\n'
        for name in ("harbour", "railway")
    )
    (bare / "config.toml").write_text(EVENTS + sources)
    for name in ("harbour", "railway"):
        settings = load(event=name)
        assert [source.url for source in settings.sources] == [name]
        assert settings.home == bare / name
        assert settings.bot_home == bare / ".pullquote"
        assert settings.event_key == name
    assert [one.event for one in load().each()] == ["harbour", "railway"]
    # the one in the bot's own home keeps what its chats had before there were names
    (bare / "config.toml").write_text('home = "harbour"\n' + EVENTS)
    assert [one.event_key for one in load().each()] == ["", "railway"]
