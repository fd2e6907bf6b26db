"""Downloads a model from the hub, on request. Nothing else in pullquote does."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import InputError, ModelError
from retrieval.models.folders import UNUSED, repositories

if TYPE_CHECKING:
    from huggingface_hub import HfApi

# How long the hub may take to say that it is there, in seconds.
ANSWER_SECONDS = 10.0

_WEIGHTS = {"pytorch_model.bin": "model.safetensors"}
_FORMATS = (".onnx", ".h5", ".msgpack", ".ot", ".gguf", ".tflite", ".ckpt", ".mlmodel", ".pt")


def fetch(name: str, *, bars: bool) -> Path:
    """Fetch the model `name` into the hub's own cache and give its folder; `bars` shows progress
    on standard error.

    A short name is completed as the library does. What is there already is not fetched again.
    Raises `InputError` for a name that cannot be one, and `ModelError`.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils.tqdm import disable_progress_bars, enable_progress_bars

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    try:
        if not bars:
            disable_progress_bars()
        repository, files = _listed(HfApi(), name)
        if not {"modules.json", "config.json"} & set(files):
            raise ModelError(f"{repository} holds no sentence-transformers model; nothing fetched")
        return Path(snapshot_download(repository, ignore_patterns=unread(files)))
    except HFValidationError as error:
        raise InputError(
            f"{name!r} is no hub name; write it like intfloat/multilingual-e5-small"
        ) from error
    except ModelError:
        raise
    except Exception as error:  # the client of the hub hands on what its transport raises
        raise ModelError(f"cannot fetch the model {name}: {_reason(error)}") from error
    finally:
        if not bars:
            enable_progress_bars()


def unread(files: list[str]) -> list[str]:
    """Of a repository's files those that loading with torch leaves aside: other formats, and
    weights that are there a second time."""
    held = set(files)
    found = []
    for file in files:
        folder, slash, last = file.rpartition("/")
        twice = _WEIGHTS.get(last)
        if (
            file.partition("/")[0] in UNUSED
            or file.endswith(_FORMATS)
            or (twice is not None and f"{folder}{slash}{twice}" in held)
        ):
            found.append(file)
    return found


def _listed(hub: HfApi, name: str) -> tuple[str, list[str]]:
    """The repository that `name` means, and the names of its files."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    for repository in repositories(name):
        try:
            held = hub.model_info(repository, timeout=ANSWER_SECONDS).siblings
        except GatedRepoError:
            raise
        except RepositoryNotFoundError:
            continue
        return repository, [file.rfilename for file in held or []]
    raise ModelError(f"the hub has no model {name}, or it is private; correct the name")


def _reason(error: Exception) -> str:
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled

    if isinstance(error, OfflineModeIsEnabled):
        return "HF_HUB_OFFLINE is set; unset it"
    if isinstance(error, GatedRepoError):
        return "its authors ask for an account; accept its terms on the hub and set HF_TOKEN"
    said = str(error).strip().splitlines()
    what = said[0] if said else type(error).__name__
    if isinstance(error, HfHubHTTPError):
        return what
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error}; check the room and permissions there"
    return f"the hub cannot be reached ({what}); check the network and run this again"
