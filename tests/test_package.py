"""What the wheel holds: all data that the code reads, and no tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "corpus", "retrieval")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*.egg-info")

pytestmark = pytest.mark.skipif(
    find_spec("setuptools") is None or find_spec("pip") is None,
    reason="a wheel is built with pip and setuptools, which are not installed here",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    copy, made = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for package in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / package, copy / package, ignore=_LEFT_OUT)
    for file in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / file, copy)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*command, "--no-index", "--wheel-dir", str(made), str(copy)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (built,) = made.glob("pullquote-*.whl")
    with ZipFile(built) as archive:
        return set(archive.namelist())


def sources(*endings: str) -> set[str]:
    """Files of the packages with these endings, as the wheel names them."""
    return {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.suffix in endings and not any(part.startswith(".") for part in file.parts)
    }


@pytest.mark.parametrize(
    "name",
    [
        *(
            "corpus/store/schema.sql",
            "corpus/clean/furniture.toml",
            "corpus/attribution/agencies.toml",
        ),
        *(
            "corpus/language/cldr.tsv",
            "corpus/language/cldr_additions.toml",
            "corpus/language/ar.toml",
        ),
        *("retrieval/model/model.safetensors", "retrieval/model/tokenizer.json"),
        *("retrieval/model/modules.json", "retrieval/model/1_Normalize/config.json"),
        *(f"bot/words/{language}.toml" for language in ("ar", "en", "fr", "ru")),
        *(f"{package}/py.typed" for package in PACKAGES),
    ],
)
def test_data_is_in_the_wheel(wheel: set[str], name: str) -> None:
    assert name in wheel


def test_the_whole_demo_is_in_the_wheel(wheel: set[str]) -> None:
    demo = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "corpus" / "demo").rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    assert any(name.startswith("corpus/demo/articles/") for name in demo)
    assert demo <= wheel


def test_the_whole_model_is_in_the_wheel(wheel: set[str]) -> None:
    model = ROOT / "retrieval" / "model"
    held = {file.relative_to(ROOT).as_posix() for file in model.rglob("*") if file.is_file()}
    assert held <= wheel


def test_every_module_and_table_is_in_the_wheel(wheel: set[str]) -> None:
    assert sources(".py", ".toml", ".sql", ".tsv") <= wheel


def test_nothing_else_is_in_the_wheel(wheel: set[str]) -> None:
    roots = {name.partition("/")[0] for name in wheel}
    assert {root for root in roots if not root.endswith(".dist-info")} == set(PACKAGES)
    assert not [name for name in wheel if "test" in name.rpartition("/")[2].lower()]
    assert not [name for name in wheel if name.endswith((".pyc", ".sqlite", ".lock"))]


def test_the_wheel_has_its_licenses_and_its_command(wheel: set[str]) -> None:
    endings = {name.partition(".dist-info/")[2] for name in wheel if ".dist-info/" in name}
    assert {"licenses/LICENSE", "licenses/NOTICE", "entry_points.txt", "METADATA"} <= endings
