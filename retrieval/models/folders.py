"""Where a model's folder is and what is in it, told from its files; opens no connection."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from corpus.errors import ModelError

Kind = Literal["static", "transformer", "reranker", "other"]

# What loading a model with torch never reads; it is not fetched either.
UNUSED = ("onnx", "openvino")

_STATIC = "StaticEmbedding"
_PAIRS = "ForSequenceClassification"
_HUB_NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")
_BLOCK = 1 << 20


def find(name: str, beside: Path, setting: str) -> Path:
    """The folder that the value `name` of `setting` means: a folder, or a downloaded hub model.

    A relative folder is looked for under `beside`. Raises `ModelError`.
    """
    folder = (beside / Path(name).expanduser()).absolute()
    if folder.is_dir():
        return folder
    if name.startswith((".", "/", "~")) or not _HUB_NAME.fullmatch(name):
        raise ModelError(f"no model folder {folder}; correct {setting} in the settings")
    fetched = downloaded(name)
    if fetched is None:
        raise ModelError(
            f"no folder {folder} and no downloaded model {name}; correct {setting},"
            f" or fetch it on purpose: pullquote model download {name}"
        )
    return fetched


def downloaded(name: str) -> Path | None:
    """The folder of a hub model in the local cache, if it was fetched."""
    from huggingface_hub import try_to_load_from_cache

    for repository in repositories(name):
        for file in ("modules.json", "config.json"):
            found = try_to_load_from_cache(repository, file)
            if isinstance(found, str):
                return Path(found).parent
    return None


def repositories(name: str) -> tuple[str, ...]:
    """The hub's names for a model's short name, as the library completes it, best first."""
    if "/" in name:
        return (name,)
    return (f"sentence-transformers/{name}", f"cross-encoder/{name}", name)


def kind_of(folder: Path) -> Kind:
    """What a model folder holds: vectors without torch, vectors with it, scores of pairs."""
    if is_static(folder):
        return "static"
    declared = _read(folder / "config_sentence_transformers.json").get("model_type")
    if declared == "CrossEncoder":
        return "reranker"
    if declared not in (None, "SentenceTransformer"):
        return "other"
    if (folder / "modules.json").exists():
        return "transformer"
    if not (folder / "config.json").exists():
        return "other"
    architectures = _read(folder / "config.json").get("architectures")
    names = architectures if isinstance(architectures, list) else []
    return "reranker" if any(str(each).endswith(_PAIRS) for each in names) else "transformer"


def is_static(folder: Path) -> bool:
    """Whether a sentence-transformers folder holds a StaticEmbedding and at most a Normalize."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
        flat = modules[0].get("path", "") == ""
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return False
    return flat and kinds in ([_STATIC], [_STATIC, "Normalize"])


def contents(folder: Path) -> list[Path]:
    """The files of a model that decide what it computes, in a fixed order."""
    found = []
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in inside)
        if file.is_file() and file.suffix != ".md" and not hidden and inside[0] not in UNUSED:
            found.append(file)
    return found


def digest_of(folder: Path, *settings: object) -> str:
    """A hash of every file that decides what the model computes, and of `settings`."""
    made = sha256(repr(settings).encode())
    for file in contents(folder):
        made.update(str(file.relative_to(folder)).encode())
        with file.open("rb") as content:
            while block := content.read(_BLOCK):
                made.update(block)
    return made.hexdigest()[:16]


def size_of(folder: Path) -> int:
    """Bytes on disk of all files of a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _read(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
