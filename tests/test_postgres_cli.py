"""The command line over a store in PostgreSQL says what it says over one in the home, and several
processes take articles in at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from corpus.database import in_schema, postgres
from corpus.store import COVERAGE_FILE, Coverage
from tests.conftest import Pullquote
from tests.test_cli_events import EVENTS
from tests.two_events import (
    HARBOUR_ARTICLES,
    OF_BOTH,
    RAILWAY_ARTICLES,
    THREE_DAYS,
    TWO_WEEKS,
    write,
)

pytestmark = pytest.mark.files("about both stores")

ARTICLES = Path(__file__).parents[1] / "corpus" / "demo" / "articles"
QUESTIONS = [
    "What did Lavrov discuss in Wonsan?",
    "Что обсуждал Лавров в Вонсане?",
    "ماذا ناقش لافروف في وونسان؟",
    "How many cats were counted on Mars?",
]
# What a command needs is read once, by one over files; then the others begin at one time.
_AT_ONCE = """
import json, os, sys
from bot.cli.main import main

def run(command, said):
    try:
        with open(said, "w") as sys.stdout:
            main(command)
    except SystemExit as end:
        return end.code or 0

store, alone, *together = json.load(sys.stdin)
status = run(*alone)
os.environ["PULLQUOTE_STORE"] = store
children = []
for command in together:
    child = os.fork()
    if not child:
        os._exit(run(*command))
    children.append(child)
ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
sys.exit(status or max(ended, key=abs))
"""


@pytest.fixture
def both(
    pullquote: Pullquote, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Runs a command over either store and gives back what both say, as JSON without times."""

    def run(*arguments: str, as_json: bool = True) -> Any:
        said = []
        for place in ("", store):
            monkeypatch.setenv("PULLQUOTE_STORE", place)
            ran = pullquote(*arguments, home=tmp_path / f"home{bool(place)}")
            assert ran.returncode in (0, 1), ran.stderr
            shown = _timeless(json.loads(ran.stdout)) if as_json else ran.stdout
            said.append([ran.returncode, shown])
        assert said[0] == said[1]
        return said[0][1]

    return run


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        left_out = ("took_ms", "index")
        return {name: _timeless(each) for name, each in value.items() if name not in left_out}
    return [_timeless(each) for each in value] if isinstance(value, list) else value


def test_the_command_line_says_the_same(both: Callable[..., Any]) -> None:
    taken = both("ingest", str(ARTICLES), "--json")
    assert taken["added"] >= 10
    assert both("ingest", str(ARTICLES), "--json")["unchanged"] == taken["added"]
    articles = both("articles", "--json")
    answers = [both("ask", question, "--json") for question in QUESTIONS]
    assert any(answer["answered"] for answer in answers)
    quote = next(answer for answer in answers if answer["answered"])["quotes"][0]
    assert both("verify", quote["text"], "--json")["verdict"] == "exact"
    assert both("verify", quote["receipt"], "--json")["verdict"] == "exact"
    both("verify", quote["text"].replace(" ", " not ", 1), "--json")
    for article in articles:
        both("show", article["id"], "--json")
    both("timeline", "--json")
    both("articles", "--missing", "--json")
    both("correct", articles[0]["id"], "--outlet", "Harbour Post", as_json=False)
    both("remove", articles[1]["id"], as_json=False)
    both("remove", "--purge", articles[2]["id"], as_json=False)
    assert len(both("articles", "--json")) == len(articles) - 2
    both("ask", QUESTIONS[0], "--outlet", "Harbour Post", "--json")


def test_several_take_articles_in_at_once_and_nothing_is_doubled(
    store: str, tmp_path: Path, bare: Path
) -> None:
    files = sorted(str(file) for file in ARTICLES.rglob("*") if file.is_file())
    half = len(files) // 2
    # each the second half of one and the first of the next, and all of them everything
    shares = [files[:half], files[half:], files, files[::-1]]
    commands: list[tuple[list[str], str]] = [
        (["--home", str(tmp_path / f"home{at}"), "ingest", "--json", *share], f"said{at}")
        for at, share in enumerate([files, *shares])
    ]
    ran = subprocess.run(
        [sys.executable, "-c", _AT_ONCE],
        input=json.dumps([store, *commands]),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    _, *reports = [json.loads(Path(said).read_text()) for _, said in commands]
    with closing(Coverage.open(tmp_path / "home0" / COVERAGE_FILE)) as alone:
        expected = {article.id: article for article in alone.articles()}
        together = Coverage.open(store)
        # an article was read first by one process or another
        assert {each.id: each.body for each in together.articles()} == {
            each.id: each.body for each in expected.values()
        }
        assert together.count() == alone.count()
        assert together.copies(list(expected)) == alone.copies(list(expected))
    assert sum(report["added"] for report in reports) == len(expected)


def test_each_event_has_a_schema_of_its_own(
    pullquote: Pullquote, store: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / "config.toml").write_text(EVENTS)
    monkeypatch.setenv("PULLQUOTE_STORE", store)
    for name, articles in (("harbour", HARBOUR_ARTICLES), ("railway", RAILWAY_ARTICLES)):
        made = pullquote("--event", name, "ingest", str(write(bare / f"{name}-articles", articles)))
        assert made.returncode == 0, made.stderr
    for name, quote in (("harbour", THREE_DAYS), ("railway", TWO_WEEKS)):
        answer = json.loads(pullquote("--event", name, "ask", OF_BOTH, "--json").stdout)
        assert [each["text"] for each in answer["quotes"]] == [quote]
    asked = pullquote("ask", OF_BOTH)
    assert asked.returncode == 2
    assert "which event?" in asked.stderr
    schemas = {
        name
        for (name,) in postgres.connected(store).execute(
            "SELECT schemaname FROM pg_tables WHERE tablename = 'article'"
        )
    }
    assert {"harbour", "railway"} <= schemas
    assert postgres.connected(store).schema not in schemas


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://u@h/news",
        "postgresql:///news?host=/run/postgresql",
        "postgresql://h/news?options=-csearch_path%3Dbefore&sslmode=require",
        "postgresql://h/news?options=-c%20statement_timeout%3D5%20-c%20search_path%3Dbefore",
    ],
)
def test_a_schema_of_a_uri(uri: str) -> None:
    from psycopg.conninfo import conninfo_to_dict

    before, after = conninfo_to_dict(uri), conninfo_to_dict(in_schema(uri, "quay"))
    assert {**before, "options": ""} == {**after, "options": ""}
    options = str(after["options"])
    assert options.endswith("-csearch_path=quay")
    assert "before" not in options
    assert ("statement_timeout=5" in str(before.get("options"))) == (
        "statement_timeout=5" in options
    )
