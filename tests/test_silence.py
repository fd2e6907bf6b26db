from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import IndexDamaged, InputError
from corpus.types import Article, Source
from retrieval.answer.calibrate import Sample, SampleKind, calibrate
from retrieval.answer.quote.candidates import Candidate
from retrieval.answer.silence import SHIPPED, Calibration, Spoken
from retrieval.engine import Engine, calibration_for, ensure_calibrated
from retrieval.models.embed import StaticEmbedder
from retrieval.question.understand import is_greeting
from retrieval.types import Quote

CALIBRATION = Calibration(
    model="m",
    dense=1.0,
    lexical=1.0,
    words=2.0,
    names=1.0,
    unfit=0.5,
    elsewhere=0.75,
    few=0.0,
    told=0.5,
    same_language=2.0,
    across_languages=1.0,
    figures={},
)


def candidate(
    words: float = 0.5, dense: float = 0.5, language: str = "ar", **other: object
) -> Candidate:
    article = Article("a", "1", Source("a.txt"), language, "Text.", ())
    made = Candidate(Quote(article, 0, 5, 0.5), dense, 0.0, words, 0.0, 0.5, True, False, 0.25)
    return replace(made, **other)  # type: ignore[arg-type]


def test_evidence_is_the_weighted_sum() -> None:
    assert CALIBRATION.evidence(candidate()) == pytest.approx(1.5)
    assert CALIBRATION.evidence(candidate(fits=False)) == pytest.approx(1.0)
    assert CALIBRATION.evidence(candidate(elsewhere=True)) == pytest.approx(0.75)
    assert replace(CALIBRATION, few=2.0).evidence(candidate()) == pytest.approx(1.0)


def test_each_state_has_its_threshold() -> None:
    asked = Spoken(("two", "words"), "ar", frozenset({"ar"}))
    assert not CALIBRATION.answers(candidate(), asked)
    assert CALIBRATION.answers(candidate(words=0.8), asked)
    foreign = Spoken(("two", "words"), "en", frozenset({"ar"}))
    assert CALIBRATION.answers(candidate(), foreign)
    beside = Spoken(("two", "words"), "en", frozenset({"ar", "en"}))
    assert not CALIBRATION.answers(candidate(), beside)
    assert CALIBRATION.answers(candidate(words=0.6), beside)


def test_a_bare_word_that_is_found_is_answered() -> None:
    asked = Spoken(("لافروف",), "ar", frozenset({"ar"}))
    assert CALIBRATION.answers(candidate(words=1.0, dense=-1.0), asked)
    assert not CALIBRATION.answers(candidate(words=0.9, dense=0.0), asked)


def test_written_and_read_again(tmp_path: Path) -> None:
    CALIBRATION.write(tmp_path / "calibration.json")
    assert Calibration.read(tmp_path / "calibration.json") == CALIBRATION


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"model": "m"}', '{"dense": "x"'])
def test_a_file_that_is_no_calibration(tmp_path: Path, content: str) -> None:
    (tmp_path / "calibration.json").write_text(content)
    with pytest.raises(IndexDamaged, match="no calibration"):
        Calibration.read(tmp_path / "calibration.json")


def test_what_ships_is_of_the_model_that_ships(embedded: StaticEmbedder) -> None:
    shipped = Calibration.read(SHIPPED)
    assert shipped.model == embedded.digest
    assert shipped.across_languages < shipped.same_language
    assert min(shipped.dense, shipped.words, shipped.elsewhere) > 0


def test_calibration_tells_what_is_answerable_from_what_is_not(embedded: StaticEmbedder) -> None:
    samples = [
        Sample("set", kind, same, candidate(words=base + 0.01 * step, dense=base))
        for kind, base in (
            (SampleKind.ANSWERABLE, 0.7),
            (SampleKind.NEAR, 0.4),
            (SampleKind.FAR, 0.1),
        )
        for same in (True, False)
        for step in range(20)
    ]
    made = calibrate(samples, embedded)
    assert made.model == embedded.digest
    assert made.words > 0
    assert made.figures["far same_language answered"] == 0
    assert made.figures["near across_languages answered"] == 0
    assert made.figures["answerable same_language answered"] >= 0.9
    assert made.figures["answerable across_languages answered"] >= 0.9


class Renamed:
    """The embedded model under another digest: a model that is not the one that ships."""

    name = "other"
    digest = "0123456789abcdef"

    def __init__(self, embedder: StaticEmbedder) -> None:
        self.dimensions = embedder.dimensions
        self.embed_queries = embedder.embed_queries
        self.embed_passages = embedder.embed_passages


def test_another_model_is_calibrated_once_on_the_demo(home: Path, embedded: StaticEmbedder) -> None:
    other = Renamed(embedded)
    with pytest.raises(IndexDamaged, match="run `pullquote index`"):
        calibration_for(home, other)
    assert ensure_calibrated(home, other)
    assert not ensure_calibrated(home, other)
    made = calibration_for(home, other)
    assert made.model == other.digest
    assert made.figures["answerable same_language answered"] >= 0.9
    assert not ensure_calibrated(home, embedded)


@pytest.mark.parametrize(
    "text",
    ["Hello!", "hi, thanks", "شكرا جزيلا", "السلام عليكم", "صباح الخير!", "Спасибо большое",
     "merci beaucoup 🙏", "teşekkürler", "谢谢", "ok thank you"],
)  # fmt: skip
def test_greetings(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize(
    "text", ["", "؟", "Lavrov", "hello, when did he arrive?", "شكرا لمن؟", "Спасибо Лаврову"]
)
def test_no_greetings(text: str) -> None:
    assert not is_greeting(text)


def test_a_greeting_finds_nothing(home: Path, embedded: StaticEmbedder) -> None:
    engine = Engine.open(home, embedded)
    answer = engine.ask("شكرا جزيلا")
    assert not answer.answered
    assert answer.absence
    assert answer.absence.nearest is None
    engine.coverage.close()


@pytest.mark.parametrize("name", ["Лавров", "روبيو", "Rubio", "Wonsan", "拉夫罗夫"])
def test_a_bare_name_is_answered(home: Path, embedded: StaticEmbedder, name: str) -> None:
    engine = Engine.open(home, embedded)
    assert engine.ask(name).answered
    engine.coverage.close()


def test_a_question_without_words_is_refused(home: Path, embedded: StaticEmbedder) -> None:
    engine = Engine.open(home, embedded)
    with pytest.raises(InputError, match="no words"):
        engine.ask("؟!")
    engine.coverage.close()
