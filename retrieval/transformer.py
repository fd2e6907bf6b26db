"""Any sentence-transformers model as an embedder. The only module that imports the library."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from corpus.errors import ModelError
from retrieval.embed import Prompts, Vectors, unit

_BATCH = 32


class TransformerEmbedder:
    """A SentenceTransformer with its own query and passage prompts, unit vectors out."""

    def __init__(
        self,
        name: str,
        model: SentenceTransformer,
        digest: str,
        prompts: Prompts = (None, None),
    ):
        self.name = name
        self.digest = digest
        self.dimensions = int(model.get_embedding_dimension() or 0)
        self._model = model
        self._prompts = prompts

    @classmethod
    def read(cls, path: str, name: str, prompts: Prompts = (None, None)) -> TransformerEmbedder:
        """Read a folder or a downloaded model; opens no connection. Raises `ModelError`."""
        try:
            model = SentenceTransformer(path, device="cpu", local_files_only=True)
        except Exception as error:  # the library raises many kinds for a damaged folder
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(f"cannot read the model {name}: {reason}") from error
        return cls(name, model, _digest(path, prompts), prompts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, "query", self._prompts[0])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, "document", self._prompts[1])

    def _embed(self, texts: Sequence[str], task: str, prompt: str | None) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        encode = self._model.encode_query if task == "query" else self._model.encode_document
        vectors = encode(
            list(texts),
            prompt=prompt,
            batch_size=_BATCH,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return unit(np.asarray(vectors, dtype=np.float32))


def _digest(path: str, prompts: Prompts) -> str:
    """A hash of what decides the vectors: every file of a folder, or the name of a hub model."""
    made = sha256(repr(prompts).encode())
    folder = Path(path)
    if not folder.is_dir():
        return sha256(f"{path}{prompts}".encode()).hexdigest()[:16]
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix != ".md":
            made.update(str(file.relative_to(folder)).encode())
            with file.open("rb") as content:
                while block := content.read(1 << 20):
                    made.update(block)
    return made.hexdigest()[:16]
