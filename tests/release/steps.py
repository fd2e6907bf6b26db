"""Commands of a release: what they print is shown only where they fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What a command in an empty environment may know of this one: how to reach an index of packages.
_KEPT = ("PIP_", "SSL_", "HTTP", "http", "NO_PROXY", "no_proxy", "LANG", "LC_")


class ReleaseError(Exception):
    """Why there is no release, in words."""


def run(module: str, *arguments: str | Path, seconds: float = 600, **variables: str) -> str:
    """Run a module of this environment in the checkout. Raises `ReleaseError`; says nothing."""
    called([sys.executable, "-m", module, *arguments], ROOT, os.environ | variables, seconds)
    return ""


def called(
    command: list[str | Path],
    folder: Path,
    environment: dict[str, str] | os._Environ[str],
    seconds: float = 600,
) -> str:
    """What a command prints. Raises `ReleaseError` where it fails."""
    done = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    if done.returncode:
        shown = " ".join(str(each) for each in command[:6])
        last = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise ReleaseError(f"{shown} … left with {done.returncode}:\n{last}")
    return done.stdout


def bare(home: Path, **variables: str) -> dict[str, str]:
    """An environment with nothing of this checkout, whose user has an empty folder at `home`."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
    plain = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home)}
    return kept | plain | variables


def megabytes(folder: Path) -> int:
    """The size of the files below, each counted once."""
    every = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return round(sum(file.stat().st_size for file in every) / 1e6)
