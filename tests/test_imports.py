"""The arrows between the packages, read from every module's syntax tree."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "corpus", "retrieval")
# Rooms of retrieval from the lowest up: none imports one that stands after it.
ROOMS = ("types", "models", "index", "question", "search", "answer", "engine", "api")
# Rooms of retrieval/answer, likewise; modules that stand in none of them import all.
ANSWER_ROOMS = ("judge", "quote", "speakers", "days")
# Beside the others: evaluation measures what ranks, training makes the model.
BESIDE = {"evaluation": "search", "training": "answer"}
MODULES = sorted(
    str(file.relative_to(ROOT)) for package in PACKAGES for file in (ROOT / package).rglob("*.py")
)


@cache
def imported(module: str) -> frozenset[str]:
    """The full names of everything a module imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are banned"
            assert node.module
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def roots(module: str) -> set[str]:
    return {name.partition(".")[0] for name in imported(module)}


def importers(library: str) -> list[str]:
    return [module for module in MODULES if library in roots(module)]


def run(code: str, **environment: str) -> str:
    inherited = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=inherited | environment,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_there_are_modules_to_look_at() -> None:
    assert "corpus/split.py" in MODULES
    assert "retrieval/engine.py" in MODULES
    assert "bot/cli/main.py" in MODULES


@pytest.mark.parametrize("module", [one for one in MODULES if one.startswith("corpus/")])
def test_corpus_imports_nothing_of_ours(module: str) -> None:
    assert not roots(module) & {"bot", "retrieval"}


@pytest.mark.parametrize("module", [one for one in MODULES if one.startswith("retrieval/")])
def test_retrieval_imports_corpus_only(module: str) -> None:
    assert "bot" not in roots(module)


def rooms_of(module: str, package: str) -> set[str]:
    """The rooms of a package that a module imports."""
    depth = package.count(".") + 1
    names = (name.split(".") for name in imported(module) if name.startswith(f"{package}."))
    return {name[depth] for name in names}


@pytest.mark.parametrize("module", [one for one in MODULES if one.startswith("retrieval/")])
def test_rooms_of_retrieval_import_lower_ones_only(module: str) -> None:
    room = Path(module).parts[1].removesuffix(".py")
    if room == "__init__":
        return
    assert room in ROOMS or room in BESIDE, f"{module} stands in no room that has a place"
    highest = ROOMS.index(BESIDE.get(room, room))
    allowed = {*ROOMS[: highest + 1], *({room} if room in BESIDE else ())}
    assert rooms_of(module, "retrieval") <= allowed


@pytest.mark.parametrize("room", ANSWER_ROOMS)
def test_rooms_of_answer_import_lower_ones_only(room: str) -> None:
    inside = [one for one in MODULES if one.startswith(f"retrieval/answer/{room}/")]
    assert inside
    for module in inside:
        found = rooms_of(module, "retrieval.answer")
        assert found <= set(ANSWER_ROOMS[: ANSWER_ROOMS.index(room) + 1]), module


@pytest.mark.parametrize("room", ["figures", "check"])
def test_rooms_of_answer_that_stand_alone(room: str) -> None:
    for module in MODULES:
        if module.startswith(f"retrieval/answer/{room}/"):
            assert rooms_of(module, "retrieval.answer") <= {room}, module


@pytest.mark.parametrize("module", [one for one in MODULES if one.endswith("__init__.py")])
def test_every_room_says_what_belongs_in_it_and_what_does_not(module: str) -> None:
    said = ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8"))) or ""
    parts = re.fullmatch(r"(.+?)\n\nBelongs here: (.+?)\nDoes not: (.+)", said, re.DOTALL)
    assert parts, f"{module} does not say what belongs in it and what does not"


@pytest.mark.parametrize("module", [one for one in MODULES if one.startswith("bot/local_telegram")])
def test_local_telegram_imports_nothing_else_of_ours(module: str) -> None:
    ours = {name for name in imported(module) if name.partition(".")[0] in PACKAGES}
    assert all(name.startswith("bot.local_telegram") for name in ours)


@pytest.mark.parametrize("module", MODULES)
def test_no_module_imports_the_tests(module: str) -> None:
    assert not roots(module) & {"tests", "pytest", "hypothesis"}


def test_sentence_transformers_is_imported_in_one_place() -> None:
    assert importers("sentence_transformers") == ["retrieval/models/transformer.py"]


def test_transformers_is_imported_in_one_place() -> None:
    assert importers("transformers") == ["retrieval/models/transformer.py"]


def test_torch_is_imported_for_training_only() -> None:
    """Elsewhere the libraries that need it bring it along."""
    assert importers("torch") == ["retrieval/training/judge.py", "retrieval/training/learn.py"]
    trainers = [
        module
        for module in MODULES
        if any(name.startswith("retrieval.training") for name in imported(module))
    ]
    assert all(module.startswith("retrieval/training/") for module in trainers), trainers


def test_the_hub_is_asked_for_what_was_fetched_and_for_what_shall_be() -> None:
    """Nothing is ever fetched but on purpose, and that is the bot's."""
    assert importers("huggingface_hub") == ["bot/hub.py", "retrieval/models/folders.py"]


def test_faiss_is_imported_in_one_place() -> None:
    assert importers("faiss") == ["retrieval/index/dense.py"]


def test_telegram_is_imported_in_one_package() -> None:
    found = importers("telegram")
    assert found
    assert all(module.startswith("bot/telegram/") for module in found)


def test_the_clients_of_networks_stay_in_the_bot_and_in_the_room_of_links() -> None:
    clients = {"aiohttp", "httpx", "httpcore", "requests", "urllib.request", "http.client"}
    found = [module for module in MODULES if imported(module) & (clients | {"socket", "ssl"})]
    assert all(module.startswith(("bot/", "corpus/fetch/")) for module in found), found


@pytest.mark.parametrize("module", [one for one in MODULES if one.endswith("__init__.py")])
def test_init_files_only_re_export(module: str) -> None:
    for position, node in enumerate(ast.parse((ROOT / module).read_text(encoding="utf-8")).body):
        docstring = position == 0 and isinstance(node, ast.Expr)
        exported = (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "__all__"
        )
        assert docstring or exported or isinstance(node, ast.Import | ast.ImportFrom), (
            f"{module}:{node.lineno} does something"
        )


def test_the_engine_and_the_embedded_model_need_no_torch() -> None:
    code = (
        "import sys; from pathlib import Path; import retrieval.engine;"
        "from retrieval.models.embed import load; load('embedded', Path('.')).embed_queries(['a']);"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    assert run(code) == "[]"


def test_the_number_of_threads_is_set_before_faiss_loads() -> None:
    code = """
import os, sys
seen = []
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "faiss":
            seen.append(os.environ.get("OMP_NUM_THREADS"))
sys.meta_path.insert(0, Watch())
import numpy as np
from retrieval.index.dense import DenseIndex
before = len(seen)
DenseIndex.build(np.ones((1, 4), dtype=np.float32))
print(before, seen[0], os.environ["OMP_NUM_THREADS"])
"""
    assert run(code) == "0 1 1"


def test_a_number_of_threads_that_was_set_stays() -> None:
    code = "import os, retrieval.index.dense; print(os.environ['OMP_NUM_THREADS'])"
    assert run(code, OMP_NUM_THREADS="3") == "3"


def test_metrics_are_imported_by_the_bot_alone() -> None:
    assert importers("prometheus_client") == ["bot/telegram/metrics.py"]
