from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch
from torch.nn import functional

from retrieval.training.learn import Encoded, EncodedTexts, Table, batches, contrast, rate
from retrieval.training.recipe import Steps

STEPS = Steps(dimensions=(4, 2), batch=4, steps=40, warmup=10, rate=0.1, temperature=0.1)
TEXTS = EncodedTexts(np.array([5, 6, 7, 8, 9, 1]), np.array([0, 2, 3, 6]))


def test_bags_are_the_pieces_of_the_rows() -> None:
    pieces, sizes = TEXTS.bags(np.array([2, 0]))
    assert pieces.tolist() == [8, 9, 1, 5, 6]
    assert sizes.tolist() == [3, 2]


def encoded() -> Encoded:
    groups = {"few": np.arange(12).reshape(6, 2), "many": np.arange(40).reshape(20, 2)}
    return Encoded(TEXTS, groups)


def test_batches_keep_to_the_shares_and_go_through_all_pairs() -> None:
    mixture = {"few": 0.1, "many": 0.9}
    drawn = list(batches(encoded(), mixture, STEPS, seed=1))
    assert len(drawn) == 40
    many = [rows for name, rows in drawn if name == "many"]
    assert len(many) > 25
    assert len(np.unique(np.concatenate(many[:5]), axis=0)) == 20


def test_batches_repeat_with_their_seed() -> None:
    def first(seed: int) -> list[list[list[int]]]:
        drawn = batches(encoded(), {"few": 1.0, "many": 1.0}, STEPS, seed)
        return [rows.tolist() for _, rows in islice(drawn, 5)]

    assert first(1) == first(1)
    assert first(1) != first(2)


def test_the_rate_rises_and_falls() -> None:
    rates = [rate(step, STEPS) for step in range(40)]
    assert rates[0] < rates[5] < rates[9]
    assert rates[9] > rates[20] > rates[39] > 0
    assert max(rates) <= STEPS.rate


def test_descending_is_sparse_adam() -> None:
    torch.manual_seed(0)
    start = torch.randn(6, 3)
    ours = Table.of(start.clone())
    theirs = torch.nn.Parameter(start.clone())
    adam = torch.optim.SparseAdam([theirs], lr=0.05)
    for step, rows in enumerate(([0, 2], [0, 2], [0, 2])):
        chosen, gradient = torch.tensor(rows), torch.randn(2, 3)
        ours.descend(chosen, gradient, 0.05, step)
        theirs.grad = torch.sparse_coo_tensor(chosen[None], gradient, (6, 3), check_invariants=True)
        adam.step()  # type: ignore[no-untyped-call]
    torch.testing.assert_close(ours.vectors, theirs.detach(), atol=1e-5, rtol=1e-4)


def reference(found: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    """The loss as torch has it."""
    target = torch.arange(len(found) // 2)
    losses = []
    for dimensions in STEPS.dimensions:
        unit = functional.normalize(found[:, :dimensions])
        scores = unit[: len(target)] @ unit[len(target) :].T / STEPS.temperature
        scores = scores.masked_fill(same, -1e4)
        losses += [functional.cross_entropy(one, target) for one in (scores, scores.T)]
    return torch.stack(losses).mean()


def test_loss_and_slope_are_those_of_torch() -> None:
    torch.manual_seed(0)
    found = torch.randn(12, 4, requires_grad=True)
    same = torch.zeros(6, 6, dtype=torch.bool)
    same[1, 4] = same[4, 1] = True
    loss, slope = contrast(found.detach(), same, STEPS)
    theirs = reference(found, same)
    theirs.backward()  # type: ignore[no-untyped-call]
    assert loss == pytest.approx(float(theirs.detach()), rel=1e-5)
    torch.testing.assert_close(slope, found.grad, atol=1e-5, rtol=1e-4)


def test_pairs_that_share_a_text_are_no_negatives() -> None:
    found = torch.ones(4, 4)
    all_same = ~torch.eye(2, dtype=torch.bool)
    assert contrast(found, all_same, STEPS)[0] == pytest.approx(0, abs=1e-6)
    none = torch.zeros(2, 2, dtype=torch.bool)
    assert contrast(found, none, STEPS)[0] == pytest.approx(float(np.log(2)), abs=1e-6)
