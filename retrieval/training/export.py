"""The model as a folder: what sentence-transformers and `retrieval.models.embed` both read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from corpus.errors import InputError
from retrieval.training.recipe import Recipe
from retrieval.training.sources import SOURCES

_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.models.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]
_SETTINGS = {
    "model_type": "SentenceTransformer",
    "prompts": {"query": "", "document": ""},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}
_NORMALIZE = {
    "module_input_name": "sentence_embedding",
    "module_output_name": "sentence_embedding",
}


def export(folder: Path, tokenizer: Tokenizer, vectors: npt.NDArray[np.float32]) -> None:
    """Write tokenizer and float16 vectors. Raises `InputError` when that cannot be done."""
    try:
        (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
        save_file({"embedding.weight": vectors.astype(np.float16)}, folder / "model.safetensors")
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        _write(folder / "modules.json", _MODULES)
        _write(folder / "config_sentence_transformers.json", _SETTINGS)
        _write(folder / "1_Normalize" / "config.json", _NORMALIZE)
    except OSError as error:
        raise InputError(f"cannot write the model folder {folder}: {error}") from error


def describe(
    folder: Path, recipe: Recipe, shape: tuple[int, int], figures: Mapping[str, float]
) -> None:
    """Write the model card: recipe, sources with their licences, development figures, limits.

    `shape` is (pieces, dimensions). Raises `InputError` when that cannot be done.
    """
    steps = recipe.steps
    text = Template((files("retrieval.training") / "card.md").read_text("utf-8")).substitute(
        pieces=f"{shape[0]:,}",
        dimensions=shape[1],
        affixes=" Arabic affixes are pieces of their own." if recipe.pieces.affixes_apart else "",
        seed=recipe.seed,
        steps=f"{steps.steps:,}",
        batch=f"{steps.batch:,}",
        rate=steps.rate,
        temperature=steps.temperature,
        dropped=f"{steps.dropped:.0%}",
        mixture=", ".join(f"{name} {share}" for name, share in recipe.mixture.items()),
        sources="\n".join(f"| {one.title} | {one.brought} | {one.licence} |" for one in SOURCES),
        figures=_table(figures) if figures else "Not measured.",
    )
    try:
        (folder / "README.md").write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write the model card in {folder}: {error}") from error


def _table(figures: Mapping[str, float]) -> str:
    rows = [f"| {name} | {value:.3f} |" for name, value in figures.items()]
    return "\n".join(["| set | nDCG@10 |", "|---|---|", *rows])


def _write(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
