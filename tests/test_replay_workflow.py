"""The workflow that a newsroom copies: its commands are run, one after the other."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.demo.coverage import demo_articles

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW = ROOT / "deploy" / "replay-workflow.yml"
CASES = Path(demo_articles()).parent / "cases.jsonl"


@pytest.fixture(scope="module")
def job() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert read["permissions"] == {"contents": "read"}
    (found,) = read["jobs"].values()
    assert isinstance(found, dict)
    return found


def test_every_action_has_a_version(job: dict[str, Any]) -> None:
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert used
    assert all("@v" in action for action in used)
    assert job["timeout-minutes"] <= 60


def test_its_commands_pass_and_then_fail(job: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(demo_articles(), tmp_path / "coverage")
    shutil.copy(CASES.with_name("baseline.json"), tmp_path)
    cases = CASES.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "cases.jsonl").write_text("".join(cases[:2]), encoding="utf-8")
    commands = [step["run"] for step in job["steps"] if "run" in step]
    install, ingest, *replays = commands
    assert install == "pip install -r requirements.txt"
    assert [_status(each, tmp_path) for each in (ingest, *replays)] == [0, 0, 0]
    for report in ("engine.xml", "engine.html", "telegram.xml", "telegram.html"):
        assert (tmp_path / report).stat().st_size
    broken = cases[0].replace('"answered": true', '"answered": false')
    (tmp_path / "cases.jsonl").write_text(broken, encoding="utf-8")
    assert _status(replays[0], tmp_path) == 1


def _status(command: str, folder: Path) -> int:
    there = str(Path(sys.executable).parent)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PULLQUOTE_")}
    environment["PATH"] = os.pathsep.join((there, environment["PATH"]))
    return subprocess.run(
        ["bash", "-e", "-c", command], cwd=folder, env=environment, check=False, capture_output=True
    ).returncode
