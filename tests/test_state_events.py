"""Which event a chat, a topic and a message are about, whatever was chosen before."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.state import KEPT_SECONDS, AnsweredQuestion, Quoted, State

BOT, CHAT, USER = 7, -5, 1001
KEYS = st.sampled_from(["", "harbour", "railway"])
CHOICES = st.lists(
    st.tuples(st.sampled_from([CHAT, USER]), st.sampled_from([None, 1, 2]), KEYS), max_size=12
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chats.sqlite"


@settings(max_examples=40, deadline=None)
@given(choices=CHOICES)
def test_the_last_choice_of_the_topic_counts_else_that_of_its_chat(
    choices: list[tuple[int, int | None, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with State.open(Path(folder) / "chats.sqlite") as state:
            for chat, thread, key in choices:
                state.choose_event(BOT, chat, thread, key)
        last = {(chat, thread): key for chat, thread, key in choices}
        with State.open(Path(folder) / "chats.sqlite") as state:
            for chat in (CHAT, USER):
                whole = last.get((chat, None))
                for thread in (None, 1, 2):
                    assert state.event_of(BOT, chat, thread) == last.get((chat, thread), whole)
            assert state.event_of(BOT + 1, CHAT, None) is None


def test_an_answer_is_of_the_event_of_what_it_answers(path: Path) -> None:
    with State.open(path) as state:
        state.set_message_event(BOT, CHAT, 1, "harbour")
        state.note(BOT, CHAT, 1, 0, 5, 2)
        assert state.event_of_message(BOT, CHAT, 2) == "harbour"
        # a message in reply to the answer, such as a context, has its own row
        state.set_message_event(BOT, CHAT, 2, "railway")
        assert state.event_of_message(BOT, CHAT, 2) == "railway"
        assert state.event_of_message(BOT, CHAT, 3) is None


def test_a_group_takes_its_event_along(path: Path) -> None:
    with State.open(path) as state:
        state.choose_event(BOT, CHAT, None, "harbour")
        state.choose_event(BOT, CHAT, 3, "railway")
        state.move(BOT, CHAT, -1005)
        assert state.event_of(BOT, -1005, None) == "harbour"
        assert state.event_of(BOT, -1005, 3) == "railway"
        assert state.event_of(BOT, CHAT, None) is None


def test_what_is_forgotten_and_when(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(State.open(path)) as state:
        state.choose_event(BOT, USER, None, "harbour")
        for message in (1, 2):
            state.set_message_event(BOT, USER, message, "harbour")
        state.judge(BOT, USER, USER, AnsweredQuestion(1, "Who?"), good=True)
        now = time.time()
        monkeypatch.setattr("time.time", lambda: now + KEPT_SECONDS + 1)
        state.prune(BOT)
        # what was thought of an answer is kept, so is of which event it was
        assert state.event_of_message(BOT, USER, 1) == "harbour"
        assert state.event_of_message(BOT, USER, 2) is None
        assert [one.question for one in state.feedback(event="harbour")] == ["Who?"]
        assert state.feedback(event="railway") == []
        state.forget_user(BOT, USER)
        assert state.event_of(BOT, USER, None) is None
        assert state.event_of_message(BOT, USER, 1) is None


def test_events_are_watched_each_by_itself(path: Path) -> None:
    with State.open(path) as state:
        for message, key in ((7, "harbour"), (8, "railway")):
            state.watch(BOT, f"coverage of {key}", 1, key)
            state.quote(BOT, CHAT, message, [f"receipt of {key}"], key)
        state.quote(BOT, CHAT, 100, ["receipt of harbour"], "railway")
        state.changed(BOT, ["receipt of harbour"], "harbour")
        assert state.to_tell(BOT) == [Quoted(CHAT, 7, "receipt of harbour", "harbour")]
        # another coverage in the place of one says nothing of the other
        state.watch(BOT, "a new coverage", 9, "harbour")
        assert state.quoted_receipts(BOT, "harbour") == []
        assert sorted(state.quoted_receipts(BOT, "railway")) == [
            "receipt of harbour",
            "receipt of railway",
        ]
