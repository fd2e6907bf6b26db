"""The steps of deploy/Containerfile without a container: the same commands in an empty environment,
then the demo where nothing but a folder for its home can be written to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

from dockerfile_parse import DockerfileParser

from tests.release.steps import ROOT, ReleaseError, bare, called, megabytes

FILE = ROOT / "deploy" / "Containerfile"
_INSTALLED = "/opt/pullquote"


def build_and_run(folder: Path) -> str:
    """Carry the first stage out in `folder` and run the demo from it. Raises `ReleaseError`."""
    made, sources, scratch = folder / "opt", folder / "src", folder / "tmp"
    for each in (sources, scratch):
        each.mkdir(parents=True)
    environment = bare(folder / "user", MODELS="embedded")
    environment["PATH"] = f"{Path(sys.executable).resolve().parent}:{environment['PATH']}"
    for instruction, value in first_stage():
        if instruction == "COPY":
            *given, target = value.split()
            for one in given:
                _copy(ROOT / one, sources / (one if target == "./" else target))
        elif instruction == "RUN":
            # in this order: what takes their places is below /tmp itself
            command = value.replace("/tmp/", f"{scratch}/").replace(_INSTALLED, str(made))
            called(["sh", "-ec", command], sources, environment)
    size = megabytes(made)
    _refuse_unfit(made)
    told = _read_only([made / "bin" / "pullquote", "demo"], folder)
    if "?" not in told:
        raise ReleaseError(f"the demo asked nothing: {told}")
    return f"{size} MB installed, without sentence-transformers and torch"


def first_stage() -> list[tuple[str, str]]:
    """The instructions up to the second FROM."""
    parser = DockerfileParser(fileobj=BytesIO(FILE.read_bytes()))
    every = [(each["instruction"], each["value"]) for each in parser.structure]
    second = [at for at, (name, _) in enumerate(every) if name == "FROM"][1]
    return every[:second]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _refuse_unfit(made: Path) -> None:
    held = {folder.name for folder in made.glob("lib/*/site-packages/*")}
    if missing := {"bot", "corpus", "retrieval", "psycopg", "faiss"} - held:
        raise ReleaseError(f"the image lacks {', '.join(sorted(missing))}")
    if found := held & {"torch", "transformers", "sentence_transformers", "pip"}:
        raise ReleaseError(f"the image also holds {', '.join(sorted(found))}")


def _read_only(command: list[str | Path], folder: Path) -> str:
    """Run where only /tmp can be written to; without the right to mount, where the installation
    cannot be."""
    environment = bare(folder / "user", PYTHONDONTWRITEBYTECODE="1", MPLCONFIGDIR="/tmp/matplotlib")
    shown = [str(each) for each in command]
    if _may_mount():
        # /tmp is empty then, so what is run lies elsewhere for a moment
        inside = (
            "mount --make-rprivate / && mount --bind / / && mount --bind $0 /mnt"
            " && mount -o remount,ro,bind / && mount -o remount,ro,bind /mnt"
            " && mount -t tmpfs tmpfs /tmp && mkdir -p $0 && mount --bind /mnt $0"
            " && mount -o remount,ro,bind $0 && cd /"
            ' && ! touch $0/x 2>&- && ! touch /x 2>&- && exec "$@"'
        )
        return called(
            ["unshare", "--mount", "sh", "-ec", inside, str(folder), *shown], folder, environment
        )
    for entry in (folder / "opt", *(folder / "opt").rglob("*")):
        if not entry.is_symlink():
            entry.chmod(entry.stat().st_mode & ~0o222)
    return called(list(shown), folder / "user", environment)


def _may_mount() -> bool:
    if os.geteuid() or not shutil.which("unshare"):
        return False
    done = subprocess.run(["unshare", "--mount", "true"], capture_output=True)
    return done.returncode == 0
