"""The manifest of a generation: what it was built from and with, and its files."""

from __future__ import annotations

import json
import os
from collections.abc import Container
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from corpus.errors import IndexDamaged

FORMAT = 7
REBUILD = "run `pullquote index --rebuild`"

FILE = "manifest.json"
Files = dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from and with. `parts` are their names and the recall of their
    dense channels; `files` are sizes in bytes and SHA-256 digests."""

    format: int
    model: str
    model_digest: str
    dimensions: int
    aligner_digest: str
    coverage: str
    revision: int
    passages: int
    parameters: dict[str, float]
    parts: dict[str, float]
    files: Files

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a generation. Raises `IndexDamaged`."""
        file = folder / FILE
        try:
            fields = json.loads(file.read_text(encoding="utf-8"))
            if fields["format"] != FORMAT:
                raise IndexDamaged(f"{folder} has the index format {fields['format']}: {REBUILD}")
            files = {
                str(name): (int(size), str(sha)) for name, (size, sha) in fields["files"].items()
            }
            parts = {str(name): float(recall) for name, recall in fields["parts"].items()}
            return cls(**{**fields, "files": files, "parts": parts})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged(f"{file} cannot be read ({error}): {REBUILD}") from error

    def write(self, folder: Path) -> None:
        write(folder / FILE, json.dumps(asdict(self), indent=1))

    def of(self, parts: Container[str]) -> Files:
        """The files of these parts."""
        return {name: kept for name, kept in self.files.items() if name.partition("/")[0] in parts}

    def misfit(self, folder: Path) -> str | None:
        """A file that is missing or has another size, in words; `None` if there is none."""
        for name, (size, _) in self.files.items():
            try:
                held = (folder / name).stat().st_size
            except OSError:
                return f"{folder / name} is missing"
            if held != size:
                return f"{folder / name} has {held} bytes instead of {size}"
        return None


def changed(folder: Path, files: Files) -> list[Path]:
    """The files that differ from what is recorded."""
    return [folder / name for name, (_, sha) in files.items() if _digest(folder / name) != sha]


def files_of(folder: Path, known: Container[str]) -> Files:
    """The files of a generation that are not `known`, flushed to disk."""
    found = {}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name not in known:
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
            found[name] = (file.stat().st_size, _digest(file))
    return found


def write(file: Path, text: str) -> None:
    """Write a text and wait until it is on disk."""
    with file.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
