"""The judge: what it reads, what it makes of it, and how it is trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from retrieval.answer.judge.kinds import GIVES, WANTS, counts, packed, wanted_kinds
from retrieval.answer.judge.network import FILE, Judge, shipped, summary
from retrieval.models.embed import embedded_folder
from retrieval.training.judge import Instance, train


def given(text: str) -> dict[str, int]:
    found = counts(np.array([packed(text)], dtype=np.uint32))[0]
    return {name: int(count) for name, count in zip(GIVES, found, strict=True) if count}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It took twelve boats.", "number"),
        ("That was in 2016.", "year"),
        ("They met on Tuesday.", "time"),
        ("They flew to France.", "place"),
        ("It cost 40 dollars.", "unit"),
        ("The envoy said so.", "says"),
        ("He met Tillerson there.", "person"),
    ],
)
def test_what_a_sentence_gives(text: str, kind: str) -> None:
    assert given(text)[kind] == 1
    assert kind not in given("Nothing of that is here.")


def test_counts_stop_where_their_bits_do() -> None:
    assert given("One two three four five six.")["number"] == 3


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who signed it?", "who"),
        ("أين وقعت؟", "where"),
        ("Когда это было?", "when"),
        ("Combien de navires ?", "number"),
        ("لماذا انسحب الوفد؟", "why"),
    ],
)
def test_what_a_question_wants(question: str, kind: str) -> None:
    assert dict(zip(WANTS, wanted_kinds(question), strict=True))[kind] == 1


def instance(name: str, seed: int) -> Instance:
    """The sentence that answers is not the one with the best mean, but has the highest «sign»."""
    chance = np.random.default_rng(seed)
    count = int(chance.integers(4, 9))
    sign = chance.random(count).astype(np.float32)
    mean = (0.1 + 0.05 * chance.random(count)).astype(np.float32)
    known = {"mean": mean, "same": np.ones(count, dtype=np.float32), "sign": sign}
    return Instance(name, "answerable", known, sign == sign.max())


def far(name: str, seed: int) -> Instance:
    made = instance(name, seed)
    known = {**made.known, "mean": made.known["mean"] * np.float32(0.1)}
    return Instance(name, "far", known, np.zeros(len(made.good), dtype=bool))


def test_a_judge_learns_on_some_sets_what_holds_in_another() -> None:
    every = [
        one
        for name in ("a", "b", "c")
        for seed in range(70)
        for one in (instance(name, seed + 1000 * ord(name)), far(name, seed + 2000 * ord(name)))
    ]
    judges = train(every)
    assert set(judges) == {"a", "b", "c", ""}
    held = [one for one in every if one.set == "c"]
    asked = [one for one in held if one.kind == "answerable"]
    right = [one.good[np.argmax(judges["c"].judged(one.known).scores)] for one in asked]
    by_mean = [one.good[np.argmax(one.known["mean"])] for one in asked]
    assert np.mean(right) > 0.75 > 0.5 > np.mean(by_mean)
    told = {kind: [judges["c"].judged(one.known).told for one in held if one.kind == kind]
            for kind in ("answerable", "far")}  # fmt: skip
    assert np.median(told["answerable"]) > np.median(told["far"])


def test_the_best_is_as_high_as_the_best_mean() -> None:
    judge = train([instance("a", at) for at in range(80)] + [far("b", 1), instance("b", 2)])[""]
    known = instance("c", 5).known
    assert judge.judged(known).scores.max() == pytest.approx(known["mean"].max(), abs=1e-5)
    assert len(summary(known, judge.logits(known))) == 2 * len(known) + 4


def test_what_is_written_is_read(tmp_path: Path) -> None:
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    Judge({"inner": turned}, "made").write(tmp_path / "judge")
    read = Judge.read(tmp_path / "judge")
    assert read.model == "made"
    np.testing.assert_array_equal(read.weights["inner"], turned)


def test_what_ships_is_small_and_finite() -> None:
    assert (embedded_folder() / FILE).stat().st_size < 100_000
    assert all(np.isfinite(each).all() for each in shipped().weights.values())


def test_a_damaged_judge_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        Judge.read(tmp_path / "nowhere")
    (tmp_path / "bad").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="bad"):
        Judge.read(tmp_path / "bad")
