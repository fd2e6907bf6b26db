"""The model as a folder: what sentence-transformers and `retrieval.embed` both read."""

from __future__ import annotations

import json
from pathlib import Path

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


def export(
    folder: Path, tokenizer: Tokenizer, vectors: npt.NDArray[np.float32], recipe: Recipe
) -> None:
    """Write tokenizer, float16 vectors and card. Raises `InputError` when that cannot be done."""
    try:
        (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
        save_file({"embedding.weight": vectors.astype(np.float16)}, folder / "model.safetensors")
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        _write(folder / "modules.json", _MODULES)
        _write(folder / "config_sentence_transformers.json", _SETTINGS)
        _write(folder / "1_Normalize" / "config.json", _NORMALIZE)
        (folder / "README.md").write_text(card(recipe, vectors.shape), encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write the model folder {folder}: {error}") from error


def _write(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def card(recipe: Recipe, shape: tuple[int, ...]) -> str:
    """The model card: recipe, sources with their licences, limits."""
    steps = recipe.steps
    sources = "\n".join(f"| {one.title} | {one.brought} | {one.licence} |" for one in SOURCES)
    affixes = " Arabic affixes are pieces of their own." if recipe.pieces.affixes_apart else ""
    return f"""---
library_name: sentence-transformers
tags: [sentence-similarity, static-embedding, multilingual, arabic, news]
---
# The embedded model

A sentence-transformers StaticEmbedding: {shape[0]:,} unigram pieces × {shape[1]} dimensions,
float16. A text's vector is the mean of its pieces' vectors, divided by its length. Spelling is
folded by the tokenizer's own normalizers (NFKC, lower case, hamza and alef variants, Persian
letters, Arabic and Persian digits, vowel signs and invisible marks removed), so the folder needs
nothing beside it.{affixes}

## Recipe
Trained from nothing with `python -m retrieval.training`, seed {recipe.seed}: contrastive loss
(InfoNCE) with in-batch negatives over pairs of texts that belong together, Adam on the rows in use,
{steps.steps:,} steps of {steps.batch:,} pairs, rate {steps.rate}, temperature {steps.temperature}.
Queries in other languages are made from Arabic coverage, word by word, with dictionaries and with
word translations aligned in sentence pairs.

## Data
Weights and pieces only; no text of any source is in this folder.

| source | what it brought | licence |
|---|---|---|
{sources}

## Figures
docs/evaluation.md of the project gives them, with the command.

## Limits
The order of words does not count. It is best in Arabic and on news; between languages it finds the
matter but often not the exact sentence.
"""
