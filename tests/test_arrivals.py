"""Which followed questions new articles answer, and what has become of quotes."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import HomeError
from corpus.store import COVERAGE_FILE, Coverage
from retrieval.answer import arrivals
from retrieval.answer.arrivals import Followed
from retrieval.answer.changed import ChangeKind, Changes, change_of
from retrieval.answer.check.receipt import receipt_of
from retrieval.engine import Engine
from retrieval.types import Quote
from tests.embedders import embedder
from tests.homes import indexed

QUESTION = "When was the lamp of the Saltmere lighthouse lit?"
NEWS = (
    "The lighthouse of Saltmere opens again\n\n"
    "The keeper of the Saltmere lighthouse lit its lamp on Monday after nine dark years.\n"
    "Repairs cost four million crowns, the harbour board of Saltmere said.\n"
    "Boats from the whole coast had come to see it.\n"
)


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    opened = Engine.open(home, embedder())
    yield opened
    opened.coverage.close()


def _take(home: Path, folder: Path, text: str, name: str = "saltmere.txt") -> None:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    indexed(home, embedder(), file)


def _found(engine: Engine, since: int, *shown: str) -> Quote | None:
    [found] = engine.news([Followed(QUESTION, since, shown=shown)]).found
    return found.quote if found else None


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever answers is clear enough."""
    monkeypatch.setattr(arrivals, "CLEAR", -9.0)


@pytest.mark.usefixtures("told")
def test_only_what_is_new_answers(engine: Engine, home: Path, tmp_path: Path) -> None:
    since = engine.newest()
    assert _found(engine, since) is None
    _take(home, tmp_path, NEWS)
    quote = _found(engine, since)
    assert quote is not None
    assert "lit its lamp on Monday" in quote.text
    assert quote.text == quote.article.body[quote.start : quote.end]
    assert _found(engine, since, receipt_of(quote)) is None, "it was shown"
    assert _found(engine, engine.newest()) is None


def test_what_may_answer_is_found_where_it_is_wanted(
    engine: Engine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = engine.newest()
    _take(home, tmp_path, NEWS)
    asked = Followed(QUESTION, since), Followed(QUESTION, since, possible=True)
    for clear, possible, expected in [
        (-9.0, -9.0, [True, True]),
        (9.0, -9.0, [None, False]),
        (9.0, 9.0, [None, None]),
    ]:
        monkeypatch.setattr(arrivals, "CLEAR", clear)
        monkeypatch.setattr(arrivals, "POSSIBLE", possible)
        found = engine.news(asked).found
        assert [each and each.clear for each in found] == expected


@pytest.mark.usefixtures("told")
def test_copies_and_unchanged_sentences_are_not_new(
    engine: Engine, home: Path, tmp_path: Path
) -> None:
    _take(home, tmp_path, NEWS)
    since = engine.newest()
    _take(home, tmp_path, NEWS + "More about this later.\n", "copy.txt")
    assert _found(engine, since) is None
    _take(home, tmp_path, NEWS.replace("four million", "five million"))
    assert _found(engine, since) is None, "another sentence of the article was corrected"


def test_an_answer_that_is_not_clear_is_not_told(
    engine: Engine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = engine.newest()
    _take(home, tmp_path, NEWS)
    monkeypatch.setattr(arrivals, "CLEAR", 9.0)
    assert _found(engine, since) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (NEWS.replace("on Monday after nine", "on Tuesday after ten"), ChangeKind.CORRECTED),
        (NEWS.replace("four million", "five million"), None),
        (NEWS.replace("The keeper", "Yesterday crowds came.\nThe keeper"), None),
        ("The lighthouse of Saltmere opens again\n\n" + NEWS.split("years.\n")[1],
         ChangeKind.TAKEN_OUT),
    ],
)  # fmt: skip
def test_what_has_become_of_a_quote(
    engine: Engine, home: Path, tmp_path: Path, text: str, kind: ChangeKind | None
) -> None:
    _take(home, tmp_path, NEWS)
    receipt = receipt_of(engine.ask(QUESTION).quotes[0])
    changes = Changes(engine.coverage)
    assert changes.of([receipt]) == {}
    _take(home, tmp_path, text)
    found = changes.of([receipt]).get(receipt)
    assert found == change_of(receipt, engine.coverage)
    assert (found and found.kind) == kind
    assert changes.of([receipt]) == {}, "each change is found once"
    if found and found.now:
        assert found.now.text in text
        stands = [piece for how, piece in found.diff if how != "insert"]
        assert "".join(stands) == found.now.text


def test_what_could_not_be_looked_at_is_looked_at_again(
    engine: Engine, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _take(home, tmp_path, NEWS)
    receipt = receipt_of(engine.ask(QUESTION).quotes[0])
    changes = Changes(engine.coverage)
    assert changes.of([receipt]) == {}
    _take(home, tmp_path, NEWS.replace("on Monday after nine", "on Tuesday after ten"))

    def fails(*_: object) -> None:
        raise HomeError("the coverage is locked")

    with monkeypatch.context() as patched:
        patched.setattr("retrieval.answer.changed.receipted", fails)
        with pytest.raises(HomeError):
            changes.of([receipt])
    assert changes.of([receipt])[receipt].kind is ChangeKind.CORRECTED


def test_a_removed_article_is_told_as_withdrawn(engine: Engine, home: Path, tmp_path: Path) -> None:
    _take(home, tmp_path, NEWS)
    quote = engine.ask(QUESTION).quotes[0]
    with closing(Coverage.open(home / COVERAGE_FILE)) as coverage:
        coverage.remove([quote.article.id])
    change = change_of(receipt_of(quote), engine.coverage)
    assert change is not None
    assert change.kind is ChangeKind.WITHDRAWN
    assert change.article is not None
    assert change.article.id == quote.article.id
