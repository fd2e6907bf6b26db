"""Vectors of pieces trained so that texts that belong together have near means.

The loss is InfoNCE with in-batch negatives (van den Oord et al., 2018) in both directions, also at
shorter dimensions when asked (Kusupati et al., 2022); the optimiser is Adam on the rows in use.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import csr_array
from tokenizers import Tokenizer

from corpus.language.text import normalise
from retrieval.training.groups import Groups
from retrieval.training.recipe import Steps

Numbers = npt.NDArray[np.int64]
Report = Callable[[int, float, dict[str, float]], None]

_ENCODED_AT_ONCE = 20_000
_LEAST_RATE = 0.02
_DECAY = (0.9, 0.999)
_TINY = 1e-8
# Texts this short keep all their pieces.
_FEW_PIECES = 4


@dataclass(frozen=True, slots=True)
class EncodedTexts:
    """Distinct texts as runs of piece numbers: text i is `pieces[starts[i]:starts[i + 1]]`."""

    pieces: Numbers
    starts: Numbers

    def bags(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """The pieces of the texts `rows` in one run, and how many each has."""
        sizes = self.starts[rows + 1] - self.starts[rows]
        begins = np.cumsum(sizes) - sizes
        places = np.repeat(self.starts[rows] - begins, sizes) + np.arange(sizes.sum())
        return self.pieces[places], sizes


@dataclass(frozen=True, slots=True)
class Table:
    """The vectors of all pieces, and Adam's running moments of their gradients."""

    vectors: torch.Tensor
    first: torch.Tensor
    second: torch.Tensor

    @classmethod
    def of(cls, vectors: torch.Tensor) -> Table:
        return cls(vectors, torch.zeros_like(vectors), torch.zeros_like(vectors))

    def descend(self, rows: torch.Tensor, gradient: torch.Tensor, rate: float, step: int) -> None:
        """Adam (Kingma and Ba, 2015) on some rows; the moments of the others stand still."""
        vectors, first, second = (one.index_select(0, rows) for one in self._parts())
        first.lerp_(gradient, 1 - _DECAY[0])
        second.mul_(_DECAY[1]).addcmul_(gradient, gradient, value=1 - _DECAY[1])
        spread = (second / (1 - _DECAY[1] ** (step + 1))).sqrt_().add_(_TINY)
        vectors.addcdiv_(first, spread, value=-rate / (1 - _DECAY[0] ** (step + 1)))
        for whole, part in zip(self._parts(), (vectors, first, second), strict=True):
            whole.index_copy_(0, rows, part)

    def _parts(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return self.vectors, self.first, self.second


@dataclass(frozen=True, slots=True)
class Encoded:
    """The pairs of each group as rows of `texts`, (pairs, 2)."""

    texts: EncodedTexts
    groups: dict[str, Numbers]


def encode(tokenizer: Tokenizer, groups: Groups, longest: int) -> Encoded:
    """Fold and cut each text once, into at most `longest` pieces; an empty one is the unknown."""
    numbers: dict[str, int] = {}
    pairs = {
        name: np.array(
            [[numbers.setdefault(text, len(numbers)) for text in pair] for pair in group],
            dtype=np.int64,
        )
        for name, group in groups.items()
    }
    texts = list(numbers)
    runs: list[npt.NDArray[np.int32]] = []
    for first in range(0, len(texts), _ENCODED_AT_ONCE):
        batch = [normalise(text) for text in texts[first : first + _ENCODED_AT_ONCE]]
        encoded = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        runs += [np.array(one.ids[:longest] or [0], dtype=np.int32) for one in encoded]
    starts = np.cumsum([0, *map(len, runs)], dtype=np.int64)
    return Encoded(EncodedTexts(np.concatenate(runs).astype(np.int64), starts), pairs)


def train(
    encoded: Encoded,
    mixture: Mapping[str, float],
    pieces: int,
    steps: Steps,
    seed: int,
    report: Report,
) -> npt.NDArray[np.float32]:
    """The vectors (pieces, dimensions). `report` is told step, seconds and losses by group."""
    torch.set_num_threads(steps.threads)
    torch.manual_seed(seed)
    table = Table.of(_initial(encoded, pieces, steps))
    random = np.random.default_rng(seed)
    began, losses = time.monotonic(), dict[str, float]()
    with _tiny_numbers_as_zero():
        for step, (name, rows) in enumerate(batches(encoded, mixture, steps, seed)):
            means, chosen = _means(encoded.texts, rows, pieces, steps.dropped, random)
            vectors = torch.from_numpy(means @ table.vectors.index_select(0, chosen).numpy())
            loss, slope = contrast(vectors, _same(rows), steps)
            gradient = torch.from_numpy(means.T.tocsr() @ slope.numpy())
            table.descend(chosen, gradient, rate(step, steps), step)
            losses[name] = 0.9 * losses.get(name, loss) + 0.1 * loss
            report(step, time.monotonic() - began, losses)
    learned: npt.NDArray[np.float32] = table.vectors.numpy()
    return learned


@contextmanager
def _tiny_numbers_as_zero() -> Iterator[None]:
    """Many times as fast, but a setting of the whole thread."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def rate(step: int, steps: Steps) -> float:
    """Rising over the warm-up, then falling in a straight line."""
    falling = max(_LEAST_RATE, 1 - step / steps.steps)
    return steps.rate * min(1.0, (step + 1) / steps.warmup) * falling


def batches(
    encoded: Encoded, mixture: Mapping[str, float], steps: Steps, seed: int
) -> Iterator[tuple[str, Numbers]]:
    """`steps.steps` batches of pairs, groups drawn by their share, each group in shuffled turns."""
    random = np.random.default_rng(seed)
    names = list(encoded.groups)
    shares = np.array([mixture[name] for name in names])
    orders = {name: random.permutation(len(encoded.groups[name])) for name in names}
    places = dict.fromkeys(names, 0)
    for _ in range(steps.steps):
        name = names[random.choice(len(names), p=shares / shares.sum())]
        if places[name] and places[name] + steps.batch > len(orders[name]):
            orders[name], places[name] = random.permutation(len(orders[name])), 0
        chosen = orders[name][places[name] : places[name] + steps.batch]
        places[name] += steps.batch
        yield name, encoded.groups[name][chosen]


def _initial(encoded: Encoded, pieces: int, steps: Steps) -> torch.Tensor:
    """Normal vectors; with rarity a, those of a piece of share p times a / (a + p).

    The weights of Arora, Liang and Ma (2017).
    """
    vectors = torch.randn(pieces, max(steps.dimensions)) * steps.spread
    if steps.rarity:
        counts = np.bincount(encoded.texts.pieces, minlength=pieces)
        weight = steps.rarity / (steps.rarity + counts / counts.sum())
        vectors *= torch.from_numpy(weight.astype(np.float32))[:, None]
    return vectors


def _means(
    texts: EncodedTexts, rows: Numbers, pieces: int, dropped: float, random: np.random.Generator
) -> tuple[csr_array, torch.Tensor]:
    """The matrix that makes the batch's texts, queries first, of the vectors of its pieces.

    Also the numbers of those pieces. scipy multiplies it several times as fast as torch its bags.
    """
    bags = [texts.bags(rows[:, side]) for side in (0, 1)]
    flat = np.concatenate([found for found, _ in bags])
    sizes = np.concatenate([sizes for _, sizes in bags])
    used = np.zeros(pieces, dtype=bool)
    used[flat] = True
    places = (np.cumsum(used) - 1)[flat]
    shares = np.repeat((1 / sizes).astype(np.float32), sizes)
    if dropped:
        few = np.repeat(sizes <= _FEW_PIECES, sizes)
        shares *= few | (random.random(len(flat)) >= dropped)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    made = csr_array((shares, places, starts), shape=(len(sizes), int(used.sum())))
    return made, torch.from_numpy(np.flatnonzero(used))


def _same(rows: Numbers) -> torch.Tensor:
    """Which pairs of a batch share a text and so are no negatives of each other."""
    shared = np.zeros((len(rows), len(rows)), dtype=bool)
    for side in (0, 1):
        _, inverse, counts = np.unique(rows[:, side], return_inverse=True, return_counts=True)
        for number in np.flatnonzero(counts > 1):
            places = np.flatnonzero(inverse == number)
            shared[np.ix_(places, places)] = True
    np.fill_diagonal(shared, False)
    return torch.from_numpy(shared)


def contrast(found: torch.Tensor, same: torch.Tensor, steps: Steps) -> tuple[float, torch.Tensor]:
    """The loss of a batch and its slope by `found`, (queries then passages, dimensions).

    The mean over both directions and all `dimensions`; pairs that are the `same` are no negatives.
    """
    loss, slope = 0.0, torch.zeros_like(found)
    for dimensions in steps.dimensions:
        one_loss, one_slope = _contrast(found[:, :dimensions], same, steps.temperature)
        loss += one_loss / len(steps.dimensions)
        slope[:, :dimensions] += one_slope / len(steps.dimensions)
    return loss, slope


def _contrast(
    found: torch.Tensor, same: torch.Tensor, temperature: float
) -> tuple[float, torch.Tensor]:
    """By hand, because the matrix of scores is then gone through once instead of six times."""
    pairs = len(found) // 2
    lengths = found.norm(dim=1, keepdim=True).clamp_min_(_TINY)
    unit = found / lengths
    left, right = unit[:pairs], unit[pairs:]
    # cosines end at one, so that nothing overflows
    odds = (left @ right.T).sub_(1).div_(temperature).exp_().masked_fill_(same, 0)
    across, down = odds.sum(1), odds.sum(0)
    own = (left * right).sum(1).sub_(1).div_(temperature)
    loss = float(((across.log() + down.log()) / 2 - own).mean())
    slope = odds.mul_((1 / across)[:, None] + 1 / down)
    slope.diagonal().sub_(2)
    slope.div_(2 * pairs * temperature)
    turned = torch.cat([slope @ right, slope.T @ left])
    return loss, (turned - (turned * unit).sum(1, keepdim=True) * unit) / lengths
