"""Floors of quality: when a figure fails, and how floors move."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from math import log2
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Article, Source
from retrieval.models.embed import StaticEmbedder
from retrieval.types import Absence, Answer, Embedder, Filters, Quote
from tests.quality.answers import answers_in_quotes, quoted
from tests.quality.events import judged, questions_on_events
from tests.quality.floors import BESIDE, TOLERANCE, Pinned, Verdict, compare, moved, read, write
from tests.quality.measures import (
    ASKING,
    AVERAGED,
    MEASURES,
    Measure,
    headlines_over_bodies,
    questions_over_passages,
)
from tests.quality.run import FLOORS, main
from tests.quality.sets import HEADLINES

PINNED = Pinned({"a.gz": "11"}, {"x": 0.5, "y": 0.25})


def measured(**figures: float) -> Pinned:
    return Pinned({"a.gz": "11"}, figures)


def verdicts(now: Pinned, before: Pinned | None = PINNED) -> dict[str, Verdict]:
    return {line.name: line.verdict for line in compare("set", now, before)}


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (0.5, Verdict.HELD),
        (0.50004, Verdict.HELD),
        (0.5001, Verdict.ROSE),
        (0.4996, Verdict.HELD),
        (0.4994, Verdict.FELL),
    ],
)
def test_a_figure_beside_its_floor(figure: float, verdict: Verdict) -> None:
    assert verdicts(measured(x=figure, y=0.25)) == {"x": verdict, "y": Verdict.HELD}


def test_figures_without_floors_and_floors_without_figures() -> None:
    assert verdicts(measured(x=0.5, z=1.0)) == {
        "x": Verdict.HELD,
        "z": Verdict.NEW,
        "y": Verdict.GONE,
    }
    assert verdicts(measured(x=0.0), None) == {"x": Verdict.NEW}


def test_a_changed_set_says_nothing_of_the_figure() -> None:
    other = replace(measured(x=0.9, y=0.9), files={"a.gz": "22"})
    assert set(verdicts(other).values()) == {Verdict.CHANGED}


def test_what_fails() -> None:
    failing = {verdict for verdict in Verdict if verdict.fails}
    assert failing == {Verdict.FELL, Verdict.GONE, Verdict.CHANGED}


def test_raising_lowers_nothing() -> None:
    now = measured(x=0.7, y=0.1, z=0.33333)
    assert moved(now, PINNED, up=True, down=False) == measured(x=0.7, y=0.25, z=0.3333)


def test_lowering_raises_nothing() -> None:
    now = measured(x=0.7, y=0.1, z=0.3)
    assert moved(now, PINNED, up=False, down=True) == measured(x=0.5, y=0.1)
    assert moved(measured(x=0.5), PINNED, up=False, down=True) == measured(x=0.5)


def test_a_changed_set_is_taken_over_by_lowering_only() -> None:
    other = Pinned({"a.gz": "22"}, {"x": 0.9})
    assert moved(other, PINNED, up=True, down=False) == PINNED
    assert moved(other, PINNED, up=False, down=True) == other


def test_a_first_floor_is_a_raise() -> None:
    assert moved(PINNED, None, up=False, down=True) is None
    assert moved(PINNED, None, up=True, down=False) == PINNED


SHARE = st.floats(0, 1)
FIGURES = st.dictionaries(st.sampled_from("xyz"), SHARE, min_size=1)


@given(FIGURES, FIGURES, st.booleans(), st.booleans())
def test_floors_move_only_where_told(
    now: dict[str, float], before: dict[str, float], up: bool, down: bool
) -> None:
    floors = Pinned({}, {name: round(floor, 4) for name, floor in before.items()})
    after = moved(Pinned({}, now), floors, up=up, down=down)
    assert after
    for name, floor in floors.figures.items():
        assert down or after.figures[name] >= floor
        assert up or after.figures.get(name, 0) <= floor
    if up and down:
        assert set(after.figures) == set(now)
        assert not any(line.verdict.fails for line in compare("", Pinned({}, now), after))


def test_floors_are_read_as_written(tmp_path: Path) -> None:
    file = tmp_path / "floors.json"
    assert read(file) == {}
    write(file, {"b": PINNED, "a": Pinned()})
    assert read(file) == {"a": Pinned(), "b": PINNED}
    assert list(json.loads(file.read_text())) == ["a", "b"]


def test_the_floors_that_stand() -> None:
    """They are of the measures there are, with a digest of every file."""
    floors = read(FLOORS)
    files = {measure.name: set(measure.files) for measure in MEASURES}
    for name, pinned in floors.items():
        assert set(pinned.files) == files[name]
        assert all(len(digest) == 64 for digest in pinned.files.values())
        assert all(0 <= floor <= 1 for floor in pinned.figures.values())
    assert TOLERANCE < 1 / 1000


# Measures, on sets of a few lines


def _write(file: Path, rows: Sequence[object]) -> None:
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)


def test_questions_over_passages(embedded: Embedder, tmp_path: Path) -> None:
    """A passage asked about twice stands in the corpus once; a decoy comes before one of three."""
    loaves = "The bakery on the hill sells walnut bread and plum cake."
    bell = "An old ferry lies at the jetty; a ferry bell hangs in the chapel."
    ferry = "The ferry to the island leaves at seven."
    rows: list[object] = [
        {"question": "walnut bread", "passage": loaves},
        {"question": "plum cake", "passage": loaves},
        {"question": "ferry bell", "passage": ferry},
        {"question": "bell of the chapel", "passage": bell},
    ]
    _write(tmp_path / "few.gz", rows)
    found = questions_over_passages("few.gz", tmp_path, embedded)
    assert set(found) == {
        f"{channel} {name}"
        for channel in ("hybrid", "lexical", "dense")
        for name in ("ndcg@10", "recall@1")
    }
    assert found["lexical recall@1"] == 3 / 4
    assert found["lexical ndcg@10"] == pytest.approx((3 + 1 / log2(3)) / 4)


def test_headlines_over_bodies(embedded: Embedder, tmp_path: Path) -> None:
    bodies = ("فاض النهر ليلا فأغرق السوق.", "وصل القطار الأول إلى المحطة الجديدة.")
    asked = ("السوق والنهر", "القطار في المحطة")
    stories: list[object] = [
        {"headline": {**dict.fromkeys(ASKING, "xyz"), "ar": headline}, "body": {"ar": body}}
        for headline, body in zip(asked, bodies, strict=True)
    ]
    _write(tmp_path / f"{HEADLINES}.jsonl.gz", [*stories, {"headline": {}, "body": {"en": "a"}}])
    found = headlines_over_bodies(tmp_path, embedded)
    assert found["ar lexical recall@1"] == 1
    assert found["en lexical recall@1"] == 0
    assert len(found) == 6 * (len(ASKING) + 1)
    mean = sum(found[f"{language} dense ndcg@10"] for language in AVERAGED) / len(AVERAGED)
    assert found["mean dense ndcg@10"] == pytest.approx(mean)


def test_answers_in_quotes(embedded: Embedder, tmp_path: Path) -> None:
    """One answer in the best sentence, one spelled in another way, one that is not in the passage,
    and a question that finds other passages first."""
    quay = "Rain fell on the hill all day. The old ferry took the mayor to the island at seven."
    road = "وصل القطار إلى المحطّة. ثم غادر المسافرون نحو السوق القديم."
    rows: list[dict[str, Any]] = [
        {"question": "ferry to the island", "passage": quay, "answers": ["nine", "at seven"]},
        {"question": "القطار", "passage": road, "answers": ["الي المحطه"]},
        {"question": "mayor of the island", "passage": quay, "answers": ["at noon"]},
        *(
            {"question": "zebra", "passage": f"A zebra, said number {word}.", "answers": [word]}
            for word in (
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
            )
        ),
        {"question": "zebra", "passage": "Nothing of the kind.", "answers": ["kind"]},
    ]
    _write(tmp_path / "few.jsonl.gz", rows)
    shown = quoted(rows, embedded)
    assert [any(each.holds(quote.text) for quote in each.quotes) for each in shown[:3]] == [
        True,
        True,
        False,
    ]
    assert len(shown) == 3 + 10
    found = answers_in_quotes("few", tmp_path, embedded)
    assert found["in the first quote"] == found["in three quotes"] == 12 / 13
    lengths = [len(each.quotes[0].text) for each in shown]
    assert found[f"{BESIDE} length of the first"] == pytest.approx(sum(lengths) / 13)
    assert found["300 characters kept to"] == 1


def test_questions_on_events(embedded: Embedder, tmp_path: Path) -> None:
    """Right in first, right in second, wrong, refused with the answer as the nearest miss, and what
    must be refused."""
    folder = tmp_path / "events" / "harbour"
    folder.mkdir(parents=True)
    bodies = [
        "The harbour authority opened a second quay on Monday after two years of work.",
        "The mayor rode the first ferry to the island and praised the crew of the ship.",
        "Fishermen complained that the new quay had cost them their old places.",
    ]
    _write(
        folder / "articles.jsonl.gz",
        [
            {"headline": f"News {number}", "outlet": "Quay News", "body": body}
            for number, body in enumerate(bodies)
        ],
    )
    rows: list[dict[str, object]] = [
        {"kind": "answerable", "q": "Who opened a second quay?", "gold": ["harbour  authority"]},
        {"kind": "answerable", "q": "Who rode the first ferry?", "gold": ["fishermen"]},
        {"kind": "near", "q": "What did the mayor say about Iran?", "gold": []},
        {"kind": "far", "q": "How do I bake bread at home?", "gold": []},
    ]
    arabic: dict[str, object] = {
        "kind": "far",
        "q": "كيف أخبز الخبز في البيت؟",
        "gold": [],
        "lang": "ar-EG",
    }
    lines = [json.dumps({"lang": "en", **row}) for row in [*rows, arabic]]
    (folder / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert questions_on_events(tmp_path, embedded, ["harbour"]) == {
        "ar refused far": 1,
        "others answered": 1,
        "others first": 0.5,
        "others no noise": 1,
        "others refused far": 1,
        "others refused near": 1,
        "others right or nearest": 0.5,
        "others three": 0.5,
    }


def test_how_an_answer_on_an_event_is_judged() -> None:
    """By every quote, as blanks and marks of direction do not count, and by the nearest miss."""
    article = Article("a", "1", Source("a"), "en", "Nine\nships. Ten \u200fships.", ())
    nine, ten = Quote(article, 0, 11, 0.5), Quote(article, 12, 23, 0.5)
    answer = Answer("q", "en", (nine, ten), None, Filters(), (), "g", 0.0)
    case: dict[str, Any] = {"kind": "answerable", "gold": ["Ten ships"]}
    assert dict(judged(case, answer)) == {
        "answered": True,
        "first": False,
        "three": True,
        "right or nearest": True,
    }
    case["gold"] = ["Nine ships"]
    assert [good for name, good in judged(case, answer) if name == "no noise"] == [True, False]
    silent = replace(answer, quotes=(), absence=Absence(1, 1, None, None, 0, nine))
    assert dict(judged(case, silent)) == {
        "answered": False,
        "first": False,
        "three": False,
        "right or nearest": True,
    }
    assert dict(judged({"kind": "near"}, silent)) == {"refused near": True}
    assert dict(judged({"kind": "far"}, answer)) == {"refused far": False}


def test_quotes_that_are_too_long_are_told(embedded: Embedder, tmp_path: Path) -> None:
    long = "The ferry " + "went on and on " * 39 + "to the island."
    row: dict[str, Any] = {"question": "ferry", "passage": long, "answers": ["island"]}
    _write(tmp_path / "few.jsonl.gz", [row])
    found = answers_in_quotes("few", tmp_path, embedded)
    assert found["300 characters kept to"] == pytest.approx(300 / len(long))


def test_what_stands_beside_for_comparison_has_no_floor() -> None:
    name = f"{BESIDE} first sentences"
    now = Pinned(PINNED.files, {**PINNED.figures, name: 0.1})
    assert verdicts(now)[name] is Verdict.BESIDE
    assert not Verdict.BESIDE.fails
    assert moved(now, PINNED, up=True, down=True) == PINNED
    assert moved(now, None, up=True, down=False) == PINNED


# The tool

Quality = Callable[..., int]


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    folder = tmp_path / "sets"
    folder.mkdir()
    (folder / "a.gz").write_bytes(b"first")
    return folder


@pytest.fixture
def quality(
    sets: Path, tmp_path: Path, embedded: StaticEmbedder, monkeypatch: pytest.MonkeyPatch
) -> Quality:
    """`quality(figure, *options)`: the tool with one measure that gives this figure."""
    monkeypatch.setattr(StaticEmbedder, "read", lambda folder, name, **_: embedded)

    def run(figure: float, *options: str, name: str = "refused_far") -> int:
        measure = Measure("silence", ("a.gz",), lambda folder, embedder: {name: figure})
        floors = ["--floors", str(tmp_path / "floors.json")]
        return main(["--sets", str(sets), *floors, *options], [measure])

    return run


def floors(folder: Path) -> dict[str, Pinned]:
    return read(folder / "floors.json")


def test_nothing_moves_by_itself(quality: Quality, tmp_path: Path) -> None:
    assert quality(0.97) == 0
    assert floors(tmp_path) == {}
    assert quality(0.97, "--raise") == 0
    pinned = {"silence": Pinned({"a.gz": sha256(b"first").hexdigest()}, {"refused_far": 0.97})}
    assert floors(tmp_path) == pinned
    assert quality(0.99) == 0
    assert quality(0.9697) == 0
    assert floors(tmp_path) == pinned


def test_a_figure_that_fell(
    quality: Quality, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quality(0.97, "--raise")
    assert quality(0.5) == 1
    said = capsys.readouterr()
    assert "silence, refused_far: 0.5000 is under the floor 0.9700" in said.err
    assert "-0.4700" in said.out
    assert quality(0.5, "--raise") == 1
    assert floors(tmp_path)["silence"].figures == {"refused_far": 0.97}
    assert quality(0.5, "--lower") == 0
    assert floors(tmp_path)["silence"].figures == {"refused_far": 0.5}
    assert quality(0.5) == 0


def test_a_set_that_changed(
    quality: Quality, sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quality(0.97, "--raise")
    (sets / "a.gz").write_bytes(b"second")
    for options in ((), ("--raise",)):
        assert quality(0.99, *options) == 1
        assert "not the one its floor was taken on" in capsys.readouterr().err
    assert quality(0.99, "--lower") == 0
    taken = Pinned({"a.gz": sha256(b"second").hexdigest()}, {"refused_far": 0.99})
    assert floors(tmp_path)["silence"] == taken
    assert quality(0.99) == 0


def test_a_figure_that_is_gone(quality: Quality, capsys: pytest.CaptureFixture[str]) -> None:
    quality(0.97, "--raise")
    assert quality(0.97, name="refused_near") == 1
    assert "refused_far: is not measured any more" in capsys.readouterr().err
    assert quality(0.97, "--lower", "--raise", name="refused_near") == 0


def test_a_set_that_is_not_there(
    quality: Quality, sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its floor stays as it is."""
    quality(0.97, "--raise")
    pinned = floors(tmp_path)
    (sets / "a.gz").unlink()
    assert quality(0.1, "--raise", "--lower") == 0
    assert "a.gz is not among the development sets" in capsys.readouterr().out
    sets.rmdir()
    assert quality(0.1) == 0
    assert "skipped" in capsys.readouterr().out
    assert floors(tmp_path) == pinned
