"""The version, the changelog, and the two files that are built."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from zipfile import ZipFile

from tests.release.steps import ROOT, ReleaseError, run

_HEADING = re.compile(r"^## \[(.+?)\](?: - (\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)
_NEEDED = (
    *("retrieval/model/model.safetensors", "retrieval/model/tokenizer.json"),
    *("corpus/demo/cases.jsonl", "corpus/demo/shown.txt"),
    *("bot/words/en.toml", "corpus/language/ar.toml", "bot/py.typed"),
)


def version() -> str:
    """That of pyproject.toml."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(stated["project"]["version"])


def refuse_unfit_tree(*, draft: bool = False) -> str:
    """The version and its day, where the changelog is cut for it and, unless it is a draft, all is
    committed and no tag has its name. Raises `ReleaseError`."""
    wanted = version()
    day = cut((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), wanted)
    if not draft and (ROOT / ".git").exists():
        if _git("status", "--porcelain"):
            raise ReleaseError("not everything is committed: commit it, or try with --draft")
        if _git("tag", "--list", f"v{wanted}"):
            raise ReleaseError(f"the tag v{wanted} is there already: raise the version")
    return f"{wanted} of {day}"


def cut(changelog: str, wanted: str) -> str:
    """The day of this version in a changelog whose next one is still empty. Raises
    `ReleaseError`."""
    headings = list(_HEADING.finditer(changelog))
    if [one[1] for one in headings[:2]] != ["Unreleased", wanted]:
        raise ReleaseError(
            f"CHANGELOG.md must begin with [Unreleased] and then [{wanted}]: cut it for the"
            " version of pyproject.toml"
        )
    if changelog[headings[0].end() : headings[1].start()].strip():
        raise ReleaseError(f"[Unreleased] is not empty: move its lines to [{wanted}]")
    if not headings[1][2]:
        raise ReleaseError(f"[{wanted}] has no day: write ## [{wanted}] - YYYY-MM-DD")
    return headings[1][2]


def build(dist: Path) -> str:
    """A sdist, and a wheel made from that, checked as an index of packages would."""
    shutil.rmtree(dist, ignore_errors=True)
    run("build", "--outdir", dist, ROOT)
    files = sorted(dist.iterdir())
    if [file.suffix for file in files] != [".whl", ".gz"]:
        raise ReleaseError(f"one wheel and one sdist were to be built, not {files}")
    run("twine", "check", "--strict", *files)
    return ", ".join(f"{file.name} {file.stat().st_size / 1e6:.1f} MB" for file in files)


def wheel_in(dist: Path) -> Path:
    """The wheel that was built."""
    (wheel,) = dist.glob("pullquote-*.whl")
    return wheel


def refuse_unfit_wheel(dist: Path) -> str:
    """Raises `ReleaseError` where the wheel lacks anything, or the demo differs from ours."""
    with ZipFile(wheel_in(dist)) as archive:
        held = set(archive.namelist())
        if missing := [name for name in _NEEDED if name not in held]:
            raise ReleaseError(f"the wheel lacks {', '.join(missing)}")
        for file in sorted((ROOT / "corpus" / "demo").rglob("*")):
            name = file.relative_to(ROOT).as_posix()
            if not file.is_file() or "__pycache__" in name:
                continue
            if name not in held or archive.read(name) != file.read_bytes():
                raise ReleaseError(f"the wheel has another {name}, or none")
    roots = {name.partition("/")[0] for name in held} - {"bot", "corpus", "retrieval"}
    if strange := sorted(root for root in roots if not root.endswith(".dist-info")):
        raise ReleaseError(f"the wheel also holds {', '.join(strange)}")
    return f"{len(held)} files"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
