"""deploy/Containerfile: its rules, its health check, and that what it leaves out is not missed.

`make release` carries its build out in an empty environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import requires
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser
from packaging.requirements import Requirement

from bot.configuration import load
from bot.settings import PREFIX
from corpus.errors import ModelError
from retrieval.models.embed import load as load_embedder

ROOT = Path(__file__).parents[1]
FILE = ROOT / "deploy" / "Containerfile"
LEFT_OUT = {"sentence-transformers", "torch"}


@pytest.fixture(scope="module")
def parsed() -> DockerfileParser:
    return DockerfileParser(fileobj=BytesIO(FILE.read_bytes()))


@pytest.fixture(scope="module")
def final(parsed: DockerfileParser) -> list[tuple[str, str]]:
    """The instructions of the last stage."""
    every = [(each["instruction"], each["value"]) for each in parsed.structure]
    last = max(at for at, (name, _) in enumerate(every) if name == "FROM")
    return every[last:]


def values(final: list[tuple[str, str]], wanted: str) -> list[str]:
    return [value for name, value in final if name == wanted]


def test_it_runs_as_nobody_in_particular(final: list[tuple[str, str]]) -> None:
    (user,) = values(final, "USER")
    # by number, so that it can be seen not to be root
    assert all(int(part) >= 10_000 for part in user.split(":"))
    names = [name for name, _ in final]
    assert "RUN" not in names[names.index("USER") :]


def test_only_the_home_is_written_to(
    parsed: DockerfileParser, final: list[tuple[str, str]]
) -> None:
    assert values(final, "VOLUME") == [parsed.envs["PULLQUOTE_HOME"]] == values(final, "WORKDIR")
    (made,) = values(final, "RUN")
    assert f"--owner 10001 --group 10001 --mode 0700 {parsed.envs['PULLQUOTE_HOME']}" in made
    assert parsed.envs["PYTHONDONTWRITEBYTECODE"] == "1"
    # matplotlib is the one library that keeps a cache
    assert parsed.envs["MPLCONFIGDIR"].startswith("/tmp/")


def test_nothing_secret_and_nothing_from_elsewhere_goes_in(parsed: DockerfileParser) -> None:
    assert {each["instruction"] for each in parsed.structure} <= {
        *("COMMENT", "ARG", "FROM", "COPY", "RUN", "WORKDIR", "ENV", "VOLUME", "USER"),
        *("STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"),
    }
    text = FILE.read_text(encoding="utf-8")
    assert not [
        word
        for word in ("curl", "wget", "://", "sudo", "chmod 777")
        if word in text.replace("http://127.0.0.1", "")
    ]
    assert not [name for name in parsed.envs if "TOKEN" in name or "PASSWORD" in name]


def test_what_is_copied_is_there_and_let_through(parsed: DockerfileParser) -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    assert ignored[0] == "*"
    copied = [
        source
        for each in parsed.structure
        if each["instruction"] == "COPY" and "--from" not in each["value"]
        for source in each["value"].split()[:-1]
    ]
    assert "bot" in copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert any(fnmatch(source, pattern) for pattern in let_through), source


def test_environment_is_settings(
    parsed: DockerfileParser, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in parsed.envs.items():
        if name.startswith(PREFIX):
            monkeypatch.setenv(name, value)
    settings = load()
    assert (settings.log, settings.home) == ("json", Path("/data"))
    assert settings.telegram.health_port == 8081


class Health(BaseHTTPRequestHandler):
    """Answers as the bot's report does."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def report() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_health_check_tells_well_from_ill(
    final: list[tuple[str, str]], report: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (check,) = values(final, "HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    command[0] = sys.executable
    command[2] = command[2].replace(":8081/", f":{report.server_port}/")

    def status() -> int:
        return subprocess.run(command, stderr=subprocess.DEVNULL, timeout=30).returncode

    assert status() == 0
    monkeypatch.setattr(Health, "status", 503)
    assert status() == 1


def test_compose_uses_it_read_only() -> None:
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    for name in ("bot-1", "bot-2", "ingest"):
        service = compose["services"][name]
        assert ROOT / service["build"]["dockerfile"] == FILE
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "home:/data" in service["volumes"]
        assert service["tmpfs"] == ["/tmp"]


def listed(*extras: str) -> list[Requirement]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "deploy" / "requirements.py"), *extras],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return [Requirement(line) for line in done.stdout.splitlines()]


def test_all_but_what_other_models_need_is_installed() -> None:
    plain = {one.name for one in listed()}
    stated = [Requirement(line) for line in requires("pullquote") or ()]
    assert plain == {one.name for one in stated if one.marker is None} - LEFT_OUT
    assert {one.name for one in listed("postgres")} - plain == {"psycopg", "pgvector"}
    assert all(one.specifier for one in listed("postgres"))


_WITHOUT = """
import sys
for name in ("torch", "transformers", "sentence_transformers", "sklearn"):
    sys.modules[name] = None
from bot.cli import main
main()
"""


def test_what_is_left_out_is_not_missed(home: Path, tmp_path: Path) -> None:
    question = "Who was the first guest at the resort in Wonsan?"
    asked = subprocess.run(
        [sys.executable, "-c", _WITHOUT, "--home", str(home), "ask", question],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (asked.returncode, asked.stderr) == (0, "")


def test_another_model_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("modules.json", "config.json"):
        (tmp_path / name).write_text("[]" if name == "modules.json" else "{}")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.delitem(sys.modules, "retrieval.models.transformer", raising=False)
    with pytest.raises(ModelError, match="pip install sentence-transformers"):
        load_embedder(str(tmp_path), tmp_path)
