"""Trains the judge: which sentence answers a question, and whether any does.

Questions with known answers are asked of their coverage; so are questions that it does not answer,
and answerable ones with the answering sentences hidden. A small net over what is known of each
sentence learns by listwise softmax over those of a question (Cao et al., 2007), beginning from the
score of the search. A logistic line over what the nets make of questions they were not trained on
(stacking, Wolpert, 1992) learns whether any sentence answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import minimize
from torch import nn

from corpus.language.detect import detect
from corpus.store import Coverage
from retrieval.answer.ask import HITS
from retrieval.answer.judge.evidence import evidence
from retrieval.answer.judge.network import Judge, columns, summary
from retrieval.answer.quote.candidates import lines_of, scored_by_search, sentence_flags
from retrieval.index.features import Indexed
from retrieval.question.expand import expansions
from retrieval.question.understand import understand
from retrieval.search.search import pages, ranked
from retrieval.types import Embedder, Vectors

ANSWERABLE = "answerable"
# What a question counts when it is learned whether any sentence answers.
_COUNTS = {ANSWERABLE: 1.0, "near": 2.0, "removed": 0.5, "far": 1.0}
_HIDDEN, _DROPPED, _NETS = 32, 0.3, 5
_EPOCHS, _BATCH, _RATE, _DECAY = 20, 64, 3e-3, 0.02
_MEASURE = 20.0
_CLIP = 4.0
_RIDGE = 0.5
_PADDING = -1e4


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its `kind` (answerable, near or far) and the strings of which one is in
    whatever answers it."""

    text: str
    kind: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """What is known of each sentence found for a question of a `set`, and which of them answer,
    bool (m,). `kind` is also `removed`: answerable, with what answers hidden."""

    set: str
    kind: str
    known: Mapping[str, Vectors] = field(repr=False)
    good: npt.NDArray[np.bool_] = field(repr=False)


def instances(
    name: str,
    questions: Iterable[Asked],
    coverage: Coverage,
    generation: Indexed,
    embedder: Embedder,
) -> Iterator[Instance]:
    """The questions on a coverage, the answerable ones also with what answers hidden."""
    languages, index = coverage.languages(), generation.index
    for each in questions:
        others = expansions(each.text, None, languages)
        asked = understand(each.text, index, embedder, others)
        ranking = ranked(asked, generation, coverage)
        hits, articles = next(pages(ranking, generation, coverage, size=HITS, most=HITS), ([], {}))
        hidden: frozenset[int] = frozenset()
        for kind in (each.kind, "removed") if each.kind == ANSWERABLE else (each.kind,):
            lines = lines_of(hits, articles, ranking.sentences, hidden)
            if not lines:
                continue
            answers = [_flat(answer) for answer in each.answers]
            good = np.array([any(one in _flat(line.text) for one in answers) for line in lines])
            found = ranking.sentences.without(hidden)
            flags = sentence_flags(lines, found)
            scored = scored_by_search(lines, asked, index, found, flags)
            known = evidence(lines, scored, asked, index, found, flags, detect(each.text))
            yield Instance(name, kind, known, good)
            hidden = frozenset(
                line.row for line, is_good in zip(lines, good, strict=True) if is_good
            )
            if not hidden:
                break


def train(every: Sequence[Instance]) -> dict[str, Judge]:
    """A judge for each set, which has not seen it, and under the name "" the one from all."""
    sets = list(dict.fromkeys(each.set for each in every))
    nets = {name: _nets([each for each in every if each.set != name]) for name in sets}
    seen = [summary(each.known, nets[each.set].logits(each.known)) for each in every]
    made = {}
    for name in [*sets, ""]:
        rest = [at for at, each in enumerate(every) if each.set != name]
        head = _head([seen[at] for at in rest], [every[at].kind for at in rest])
        net = nets[name] if name else _nets(every)
        made[name] = Judge({**net.weights, **head})
    return made


class _Net(nn.Module):
    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.inner = nn.Linear(inputs, _HIDDEN)
        self.outer = nn.Linear(_HIDDEN, 1, bias=False)
        self.line = nn.Linear(inputs, 1, bias=False)
        self.measure = nn.Parameter(torch.tensor(_MEASURE))
        self.less, self.much = nn.Dropout(_DROPPED / 2), nn.Dropout(_DROPPED)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.line.weight)

    def forward(self, inputs: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
        inputs = self.less(inputs)
        hidden = self.much(nn.functional.gelu(self.inner(inputs), approximate="tanh"))
        added = self.line(inputs) + self.outer(hidden)
        made: torch.Tensor = self.measure * mean + added[..., 0]
        return made


def _nets(every: Sequence[Instance]) -> Judge:
    """Nets that differ by their seed, as one judge."""
    taken = [each for each in every if each.kind == ANSWERABLE and each.good.any()]
    all_columns = np.concatenate([columns(each.known) for each in taken])
    mean, scale = all_columns.mean(axis=0), all_columns.std(axis=0) + 1e-3
    padded = _padded(taken, mean, scale)
    nets = [_net(seed, padded) for seed in range(_NETS)]

    def stacked(name: str, *axes: int) -> Vectors:
        tensors = [net.state_dict()[name].numpy().astype(np.float32) for net in nets]
        made: Vectors = np.stack([np.transpose(each, axes) for each in tensors])
        return made

    return Judge(
        {
            "mean": mean.astype(np.float32),
            "scale": scale.astype(np.float32),
            "inner": stacked("inner.weight", 1, 0),
            "inner_bias": stacked("inner.bias", 0),
            "outer": stacked("outer.weight", 0, 1)[:, 0],
            "line": stacked("line.weight", 0, 1)[:, 0],
            "measure": stacked("measure"),
        }
    )


def _padded(
    taken: Sequence[Instance], mean: Vectors, scale: Vectors
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The inputs, the means, which places are empty, and which answer, of all questions."""
    most = max(len(each.good) for each in taken)
    inputs = np.zeros((len(taken), most, len(mean)), dtype=np.float32)
    means, good = (np.zeros((len(taken), most), dtype=np.float32) for _ in range(2))
    empty = np.full((len(taken), most), _PADDING, dtype=np.float32)
    for at, each in enumerate(taken):
        count = len(each.good)
        inputs[at, :count] = np.clip((columns(each.known) - mean) / scale, -_CLIP, _CLIP)
        means[at, :count], good[at, :count] = each.known["mean"], each.good
        empty[at, :count] = 0
    one, two, three, four = map(torch.from_numpy, (inputs, means, empty, good))
    return one, two, three, four


def _net(seed: int, padded: tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]) -> _Net:
    torch.manual_seed(seed)
    inputs, means, empty, good = padded
    net = _Net(inputs.shape[-1])
    optimizer = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY)
    steps = _EPOCHS * -(-len(inputs) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps)
    for _ in range(_EPOCHS):
        order = torch.randperm(len(inputs))
        for first in range(0, len(inputs), _BATCH):
            batch = order[first : first + _BATCH]
            chosen = torch.log_softmax(net(inputs[batch], means[batch]) + empty[batch], dim=1)
            right = torch.where(good[batch] > 0, chosen, torch.tensor(_PADDING))
            loss = -torch.logsumexp(right, dim=1).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return net.eval()


def _head(seen: Sequence[Vectors], kinds: Sequence[str]) -> dict[str, Vectors]:
    """A logistic line, held small."""
    every = np.stack(seen).astype(np.float64)
    mean, scale = every.mean(axis=0), every.std(axis=0) + 1e-3
    every = np.clip((every - mean) / scale, -_CLIP, _CLIP)
    signs = np.array([1.0 if kind == ANSWERABLE else -1.0 for kind in kinds])
    counts = np.array([_COUNTS[kind] for kind in kinds])
    counts /= counts.mean()
    inputs = every.shape[1]

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margins = signs * (every @ weights[:-1] + weights[-1])
        slopes = -signs * counts / (1 + np.exp(np.clip(margins, -30, 30))) / len(signs)
        gradient = np.append(every.T @ slopes + _RIDGE * weights[:-1], slopes.sum())
        missed = (counts * np.logaddexp(0, -margins)).mean()
        return float(missed + _RIDGE / 2 * (weights[:-1] ** 2).sum()), gradient

    found = minimize(loss, np.zeros(inputs + 1), jac=True, method="L-BFGS-B").x
    made = {"head_mean": mean, "head_scale": scale, "head": found[:-1], "head_bias": found[-1:]}
    return {name: each.astype(np.float32) for name, each in made.items()}


def _flat(text: str) -> str:
    return " ".join(text.split())
