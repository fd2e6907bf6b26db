"""The network that judges which sentence answers, and whether any does, without torch.

A layer over what is known of each sentence adds to its score by the ranking; the sums are the
logits of a choice among the sentences (listwise softmax). Whether any answers is a logistic line
over what is known of the best ones and how clear the choice is. `retrieval.training.judge` trains
both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from corpus.errors import ModelError
from retrieval.models.embed import embedded_folder
from retrieval.types import Vectors

FILE = "judge.safetensors"
# What the file says it was trained on.
MODEL = "model"
_CLIP = 4.0
_BEST = 3

Weights = Mapping[str, Vectors]


@dataclass(frozen=True, slots=True)
class Judged:
    """How clearly each of m sentences answers, in the measure of the ranking's scores, float32
    (m,): the best as high as the best mean; how clearly any of them does, a logit; and how clearly
    the best one does by itself, in the measure of `Judge.logits`, where a judge says so."""

    scores: Vectors
    told: float
    clear: float | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """The weights by their names, and the digest of the model whose search they were trained on.
    Several nets, if there are, are averaged."""

    weights: Weights
    model: str = ""

    @classmethod
    def read(cls, file: Path) -> Judge:
        """Raises `ModelError` for a file that is missing or damaged."""
        try:
            with safe_open(file, "numpy") as opened:
                found = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
                model = (opened.metadata() or {}).get(MODEL, "")
        except (OSError, SafetensorError, ValueError) as error:
            raise ModelError(f"cannot read the judge in {file}: {error}") from error
        return cls({name: each.astype(np.float32) for name, each in found.items()}, model)

    def write(self, file: Path) -> None:
        # safetensors takes an array that is not contiguous for one that is
        held = {name: np.ascontiguousarray(each) for name, each in self.weights.items()}
        save_file(held, file, {MODEL: self.model})

    def logits(self, known: Mapping[str, Vectors]) -> Vectors:
        """The logits of a choice among the sentences, in the measure of the ranking's scores."""
        logits: Vectors = known["mean"] + self.added(self.inputs(known))
        return logits

    def inputs(self, known: Mapping[str, Vectors]) -> Vectors:
        """What the network reads of m sentences, float32 (m, names)."""
        w = self.weights
        made: Vectors = np.clip((columns(known) - w["mean"]) / w["scale"], -_CLIP, _CLIP)
        return made

    def added(self, inputs: Vectors) -> Vectors:
        """What the network adds to the score of each sentence, float32 (m,)."""
        w = self.weights
        # no product by BLAS, whose rounding depends on where the arrays lie
        inner = np.stack([np.einsum("md,dh->mh", inputs, net) for net in w["inner"]])
        hidden = _gelu(inner + w["inner_bias"][:, None])
        made = np.einsum("nmh,nh->m", hidden, w["outer"])
        made += np.einsum("md,d->m", inputs, w["line"].sum(axis=0))
        added: Vectors = made / w["measure"].sum()
        return added

    def judged(self, known: Mapping[str, Vectors]) -> Judged:
        """How clearly each sentence answers, and whether any does."""
        w = self.weights
        logits = self.logits(known)
        best = logits + (known["mean"].max() - logits.max())
        clear = round(float(logits.max()), 4)
        if "head" not in w:
            return Judged(best, 0.0, clear)
        seen = (summary(known, logits) - w["head_mean"]) / w["head_scale"]
        told = float(np.einsum("d,d", np.clip(seen, -_CLIP, _CLIP), w["head"]) + w["head_bias"][0])
        return Judged(best, round(told, 4), clear)


def columns(known: Mapping[str, Vectors]) -> Vectors:
    """What is known of m sentences, float32 (m, names)."""
    return np.stack(list(known.values()), axis=1).astype(np.float32)


def summary(known: Mapping[str, Vectors], logits: Vectors) -> Vectors:
    """What tells whether any sentence answers: what is known of the best one, the most that is
    known of the best few, and how clear the choice is."""
    every = columns(known)
    order = np.argsort(-logits, kind="stable")
    few = order[:_BEST]
    chances = np.exp((logits - logits.max()) * 10)
    chances /= chances.sum()
    clear = [
        chances.max(),
        -float((chances * np.log(chances + 1e-9)).sum()),
        logits[few[-1]] - logits[few[0]],
        every[order[0]][0] * known["same"][order[0]],
    ]
    made: Vectors = np.concatenate([every[order[0]], every[few].max(axis=0), clear])
    return made.astype(np.float32)


@cache
def shipped() -> Judge:
    """The judge that ships."""
    return Judge.read(embedded_folder() / FILE)


def judge_for(model: str) -> Judge | None:
    """The judge for the search of a model, by its digest: none for other models than the one that
    ships, whose scores it would misread."""
    judge = shipped()
    return judge if judge.model == model else None


def _gelu(values: Vectors) -> Vectors:
    cubes = values * values * values  # a power takes a hundred times as long
    made: Vectors = values * 0.5 * (1 + np.tanh(0.7978846 * (values + 0.044715 * cubes)))
    return made
