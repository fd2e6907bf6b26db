"""What the chats database keeps of choices, questions and people, and how it grew."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.state import (
    KEPT_SECONDS,
    SCHEMA_VERSION,
    TOLD_SECONDS,
    AnsweredQuestion,
    AnswerPart,
    ChatSettings,
    State,
)
from corpus.database import Place
from corpus.database.moving import names

BOT, USER, GROUP = 7, 1001, -5

# The file as schema version 1 made it.
VERSION_1 = """
CREATE TABLE taken (
    bot INTEGER NOT NULL,
    id INTEGER NOT NULL,
    body TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL,
    PRIMARY KEY (bot, id)
) WITHOUT ROWID;
CREATE TABLE answer (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    question INTEGER NOT NULL,
    part INTEGER NOT NULL,
    message INTEGER,
    taken INTEGER NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (bot, chat, question, part)
) WITHOUT ROWID;
CREATE TABLE moved (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    now INTEGER NOT NULL,
    PRIMARY KEY (bot, chat)
) WITHOUT ROWID;
CREATE INDEX taken_open ON taken (bot, id) WHERE body IS NOT NULL;
PRAGMA user_version = 1;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chats.sqlite"


def _schema(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return {" ".join(sql.split("--")[0].split()) for (sql,) in rows}


@pytest.mark.files
def test_file_of_version_1_is_brought_up_and_keeps_what_it_held(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(VERSION_1)
        connection.execute("INSERT INTO taken VALUES (7, 1, NULL, 0, 4e9), (7, 2, 'two', 1, 4e9)")
        connection.execute("INSERT INTO answer VALUES (7, 1001, 10, 0, 99, 1, 4e9)")
        connection.execute("INSERT INTO moved VALUES (7, -5, -1005)")
        connection.commit()
    with State.open(path) as state:
        assert state.take(BOT, [(1, "one"), (2, "two"), (3, "three")]) == [3]
        assert state.resume(BOT) == [(2, "two"), (3, "three")]
        assert state.answer(BOT, USER, 10) == {0: AnswerPart(99, 1)}
        assert state.current(BOT, GROUP) == -1005
        state.set_chat(BOT, GROUP, ChatSettings(language="ar"))
        assert state.chat_settings(BOT, -1005).language == "ar"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    State.open(path).close()


@pytest.mark.files
def test_file_brought_up_has_the_schema_of_a_new_one(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    State.open(path).close()
    new = tmp_path / "new.sqlite"
    State.open(new).close()
    names = "SELECT name FROM sqlite_schema ORDER BY name"
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(new)) as fresh:
        assert old.execute(names).fetchall() == fresh.execute(names).fetchall()
        for (table,) in fresh.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            columns = f"SELECT name, type, [notnull], pk FROM pragma_table_info('{table}')"
            assert old.execute(columns).fetchall() == fresh.execute(columns).fetchall(), table


@pytest.mark.files
def test_bringing_up_that_is_broken_off_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    before = _schema(path)
    statements = ["CREATE TABLE begun (id INTEGER)", "no statement at all"]
    monkeypatch.setattr("bot.state.database._statements", lambda version: iter(statements))
    with pytest.raises(Exception, match="cannot use the chats database"):
        State.open(path)
    assert _schema(path) == before
    monkeypatch.undo()
    with State.open(path) as state:
        assert state.chat_settings(BOT, GROUP) == ChatSettings()


BROUGHT_BY_4 = (
    "apart_setting",
    "followed",
    "alert",
    "quoted",
    "collected",
    "notice_setting",
    "watched",
    "chat_event",
    "message_event",
)

SETTINGS = st.builds(
    ChatSettings,
    language=st.sampled_from([None, "ar", "en", "ru", "fr"]),
    outlets=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4).map(tuple),
    length=st.sampled_from([None, "short", "full"]),
    chain=st.booleans(),
    follows=st.booleans(),
)


@settings(max_examples=30)
@given(one=SETTINGS, other=SETTINGS)
def test_settings_are_kept_as_they_were_set(
    tmp_path_factory: pytest.TempPathFactory, one: ChatSettings, other: ChatSettings
) -> None:
    path = tmp_path_factory.mktemp("state") / "chats.sqlite"
    with State.open(path) as state:
        state.set_chat(BOT, GROUP, one)
        state.set_chat(8, GROUP, other)
    with State.open(path) as state:
        assert state.chat_settings(BOT, GROUP) == one
        assert state.chat_settings(8, GROUP) == other
        state.set_chat(BOT, GROUP, other)
        assert state.chat_settings(BOT, GROUP) == other
        assert state.chat_settings(BOT, -6) == ChatSettings()


def test_settings_follow_a_group_that_moves(place: Place) -> None:
    mine = ChatSettings(language="ru", outlets=("Meridian",), chain=False, follows=False)
    with State.open(place) as state:
        state.set_chat(BOT, GROUP, mine)
        state.move(BOT, GROUP, -1005)
        assert state.chat_settings(BOT, -1005) == mine
        assert state.chat_settings(BOT, GROUP) == mine, "asked for by the id it had"
        # both service messages tell of it
        state.move(BOT, GROUP, -1005)
        assert state.chat_settings(BOT, -1005) == mine


@pytest.mark.files
@pytest.mark.parametrize(
    ("version", "later"),
    [(2, (*BROUGHT_BY_4, "channel")), (3, BROUGHT_BY_4)],
)
def test_older_file_is_brought_up_and_keeps_its_settings(
    path: Path, version: int, later: tuple[str, ...]
) -> None:
    chosen = ChatSettings(language="ru", length="short")
    with State.open(path) as state:
        state.set_chat(BOT, GROUP, chosen)
    with closing(sqlite3.connect(path)) as connection:
        for name in later:
            connection.execute(f"DROP TABLE {name}")
        connection.execute(f"PRAGMA user_version = {version}")
    with State.open(path) as state:
        assert state.chat_settings(BOT, GROUP) == chosen
        state.set_chat(BOT, GROUP, ChatSettings(follows=False))
        assert not state.chat_settings(BOT, GROUP).follows
        assert state.event_of(BOT, GROUP, None) is None
        state.choose_event(BOT, GROUP, None, "harbour")
        assert state.event_of(BOT, GROUP, 4) == "harbour"


def test_the_question_before_is_the_last_one_since_the_chat_started_afresh(place: Place) -> None:
    since = datetime.now(UTC) - timedelta(minutes=10)
    with State.open(place) as state:
        state.remember(BOT, USER, 1, "one?", ("a",), USER)
        state.remember(BOT, USER, 3, "two?", (), USER)
        assert state.asked_before(BOT, USER, 3, since) == AnsweredQuestion(1, "one?", ("a",))
        assert state.asked_before(BOT, USER, 9, since) == AnsweredQuestion(3, "two?")
        assert state.asked_before(BOT, USER, 9, datetime.now(UTC) + timedelta(seconds=9)) is None
        state.start_afresh(BOT, USER, 5, USER)
        assert state.asked_before(BOT, USER, 9, since) is None
        assert state.asked(BOT, USER, 5) is None
        assert state.asked_since(BOT, since) == 2
        state.take_back(BOT, USER, 5)
        assert state.asked_before(BOT, USER, 9, since) == AnsweredQuestion(3, "two?")


def test_choices_made_after_a_move_stay(place: Place) -> None:
    with State.open(place) as state:
        state.set_chat(BOT, GROUP, ChatSettings(language="ru", follows=False))
        state.set_chat(BOT, -1005, ChatSettings(language="fr"))
        state.move(BOT, GROUP, -1005)
        assert state.chat_settings(BOT, -1005) == ChatSettings(language="fr")
        state.set_chat(BOT, GROUP, ChatSettings(language="ar"))
        assert state.chat_settings(BOT, -1005).language == "ar"


def test_language_of_a_person(place: Place) -> None:
    with State.open(place) as state:
        assert state.user_language(BOT, USER) is None
        state.set_user_language(BOT, USER, "fr")
        state.set_user_language(BOT, USER, "ar")
        assert state.user_language(BOT, USER) == "ar"
        assert state.user_language(8, USER) is None
        state.set_user_language(BOT, USER, None)
        assert state.user_language(BOT, USER) is None


def test_question_is_found_by_its_message_and_by_those_that_answer_it(place: Place) -> None:
    with State.open(place) as state:
        state.remember(BOT, GROUP, 10, "when?", ["r1", "r2"], USER)
        state.note(BOT, GROUP, 10, 0, taken=1, message=11)
        state.note(BOT, GROUP, 10, 1, taken=1, message=12)
        known = AnsweredQuestion(10, "when?", ("r1", "r2"))
        assert known.receipt == "r1"
        for message in (10, 11, 12):
            assert state.asked(BOT, GROUP, message) == known
        assert state.asked(BOT, GROUP, 13) is None
        assert state.asked(BOT, -6, 10) is None
        state.remember(BOT, GROUP, 10, "where?", [], USER)
        assert state.asked(BOT, GROUP, 11) == AnsweredQuestion(10, "where?")
        assert AnsweredQuestion(10, "where?").receipt is None


def test_questions_of_a_day_are_counted(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = datetime(2025, 7, 12, 12, tzinfo=UTC)
    with State.open(place) as state:
        for number, hours in enumerate((-13, -11, 0)):
            monkeypatch.setattr("time.time", (noon + timedelta(hours=hours)).timestamp)
            state.remember(BOT, GROUP, number, "?", [], USER)
        state.remember(8, GROUP, 9, "?", [], USER)
        assert state.asked_since(BOT, noon.replace(hour=0)) == 2


def test_feedback_is_one_for_each_person_and_answer(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([100.0, 200.0, 300.0, 400.0])
    monkeypatch.setattr("time.time", lambda: next(moments))
    when, where = AnsweredQuestion(10, "when?", ("r1", "r2")), AnsweredQuestion(20, "where?")
    with State.open(place) as state:
        state.judge(BOT, USER, GROUP, when, good=True)
        state.judge(BOT, USER, GROUP, when, good=False)
        state.judge(BOT, 1002, GROUP, when, good=True)
        state.judge(BOT, USER, GROUP, where, good=False)
        assert state.count_feedback(BOT) == (1, 2)
        assert state.count_feedback(8) == (0, 0)
        found = [(one.question, one.receipt, one.good) for one in state.feedback()]
        assert found == [("when?", "r1", False), ("when?", "r1", True), ("where?", None, False)]
        assert [one.when.timestamp() for one in state.feedback(BOT)] == [200, 300, 400]
        assert state.feedback(8) == []


def test_pins_are_counted_by_case(place: Place) -> None:
    with State.open(place) as state:
        state.pin(BOT, GROUP, 10, "pinned-a")
        state.pin(BOT, GROUP, 20, "pinned-b")
        state.pin(BOT, USER, 5, "pinned-a")
        assert sorted(state.pinned(BOT)) == ["pinned-a", "pinned-b"]
        assert state.pinned(8) == []


def test_stranger_is_told_once_a_day(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000_000.0
    monkeypatch.setattr("time.time", lambda: now)
    with State.open(path) as state:
        assert state.turn_away(BOT, USER)
        assert not state.turn_away(BOT, USER)
        assert state.turn_away(BOT, 1002)
        now += TOLD_SECONDS - 1
        assert not state.turn_away(BOT, USER)
        now += 2
        assert state.turn_away(BOT, USER)
        now += TOLD_SECONDS + 1
        state.prune(BOT)
        assert state.connection.execute("SELECT * FROM turned_away").fetchall() == []


def test_questions_are_forgotten_after_a_week_and_choices_never(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000_000_000.0
    monkeypatch.setattr("time.time", lambda: now)
    with State.open(place) as state:
        state.remember(BOT, GROUP, 10, "?", [], USER)
        state.set_chat(BOT, GROUP, ChatSettings(chain=False))
        state.judge(BOT, USER, GROUP, AnsweredQuestion(10, "?"), good=True)
        now += KEPT_SECONDS + 1
        state.prune(BOT)
        assert state.asked(BOT, GROUP, 10) is None
        assert not state.chat_settings(BOT, GROUP).chain
        assert state.count_feedback(BOT) == (1, 0)


def _fill(state: State, user: int, secret: str) -> None:
    state.take(BOT, [(user, f'{{"message":{{"from":{{"id":{user}}},"text":"{secret}"}}}}')])
    state.take(8, [(user, f'{{"callback_query":{{"from":{{"id":{user}}},"data":"{secret}"}}}}')])
    state.set_chat(BOT, user, ChatSettings(outlets=(secret,)))
    state.set_chat(8, user, ChatSettings(outlets=(secret,)))
    state.set_user_language(BOT, user, "ar")
    state.remember(BOT, user, 10, secret, ["r"], user)
    state.remember(BOT, GROUP, user, secret, ["r"], user)
    state.note(BOT, user, 10, 0, taken=1, message=11)
    state.judge(BOT, user, GROUP, AnsweredQuestion(10, secret, ("r",)), good=False)
    state.pin(BOT, user, 10, f"pinned-{secret}")
    state.turn_away(BOT, user)


def test_forgetting_a_person_leaves_nothing_of_them_and_all_of_others(path: Path) -> None:
    with State.open(path) as state:
        _fill(state, USER, "alpenglow")
        _fill(state, 1002, "breakwater")
        state.finish(BOT, USER)
        state.forget_user(BOT, USER)
        assert state.chat_settings(BOT, USER) == ChatSettings()
        assert state.user_language(BOT, USER) is None
        assert state.asked(BOT, GROUP, USER) is None
        assert state.answer(BOT, USER, 10) == {}
        assert state.take(BOT, [(USER, "{}")]) == [], "no update is answered twice for it"
        assert state.take(8, [(USER, "{}")]) == []
        assert state.asked(BOT, GROUP, 1002) == AnsweredQuestion(1002, "breakwater", ("r",))
        assert state.answer(BOT, 1002, 10) == {0: AnswerPart(11, 1)}
        assert state.count_feedback(BOT) == (0, 1)
        if state.store is None:
            held = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
            assert b"alpenglow" not in held, "it is overwritten, not only unlinked"
            assert b"breakwater" in held
        for table in names(State):
            rows = state.connection.execute(f"SELECT * FROM {table}").fetchall()
            assert "alpenglow" not in str(rows)
            named = [row for row in rows if USER in row and table != "taken"]
            assert named == [], table


def test_what_is_in_hand_is_not_forgotten_under_it(place: Place) -> None:
    body = f'{{"message":{{"from":{{"id":{USER}}}}}}}'
    with State.open(place) as state:
        state.take(BOT, [(1, body), (2, "{}")])
        state.note(BOT, USER, 10, 0, taken=1)
        state.forget_user(BOT, USER)
        assert state.answer(BOT, USER, 10) == {0: AnswerPart(None, 1)}, "it may have been delivered"
        assert state.resume(BOT) == [(1, body), (2, "{}")]
