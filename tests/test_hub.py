"""`model download` against a hub on this machine: what it fetches, and what it says without one."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.hub import unread
from retrieval.models.embed import embedded_folder

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Serves repositories, `held[name][file]`, as the hub's API does, and keeps what was asked."""

    daemon_threads = True

    def __init__(self, held: dict[str, dict[str, bytes]]) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.held = held
        self.fetched: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.strip("/")
        for name, files in self.server.held.items():
            if path.startswith(f"api/models/{name}"):
                self._send(json.dumps(self._listing(name, files, "/tree/" in path)).encode())
                return
            if path.startswith(f"{name}/resolve/"):
                file = path.split("/", 4)[4]
                if self.command == "GET":
                    self.server.fetched.append(file)
                self._send(files[file], sha256(files[file]).hexdigest())
                return
        self._send(b'{"error": "Repository not found"}', code="RepoNotFound")

    def _listing(self, name: str, files: dict[str, bytes], tree: bool) -> object:
        if tree:
            return [
                {"type": "file", "path": file, "size": len(content), "oid": "0" * 40}
                for file, content in files.items()
            ]
        return {"id": name, "sha": COMMIT, "siblings": [{"rfilename": file} for file in files]}

    def _send(self, content: bytes, tag: str = "", code: str = "") -> None:
        self.send_response(404 if code else 200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Repo-Commit", COMMIT)
        if tag:
            self.send_header("ETag", f'"{tag}"')
        if code:
            self.send_header("X-Error-Code", code)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


@pytest.fixture
def hub() -> Iterator[Hub]:
    embedded = {
        str(file.relative_to(embedded_folder())): file.read_bytes()
        for file in embedded_folder().rglob("*")
        if file.is_file()
    }
    twice = {"onnx/model.onnx": b"x" * 99, "pytorch_model.bin": b"x" * 99}
    served = Hub(
        {"nobody/static": embedded | twice, "nobody/words": {"README.md": b"words", "a.txt": b"a"}}
    )
    with served:
        thread = threading.Thread(target=served.serve_forever, args=(0.02,))
        thread.start()
        yield served
        served.shutdown()
        thread.join()


def pullquote(
    cache: Path, hub: str, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own: the client reads the environment when it is imported."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    given = {"HF_HOME": str(cache), "HF_ENDPOINT": hub, "HF_HUB_DISABLE_XET": "1"}
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli.main import main; main()", *arguments],
        capture_output=True,
        text=True,
        env=kept | given | variables,
        timeout=60,
        check=False,
    )


def test_a_model_is_fetched_and_then_read_by_name(hub: Hub, tmp_path: Path) -> None:
    ran = pullquote(tmp_path / "cache", hub.address, "model", "download", "nobody/static")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert 'retrieval.model = "nobody/static"' in ran.stdout
    assert " dimensions, " in ran.stdout
    assert "pullquote index --rebuild" in ran.stdout
    assert "model.safetensors" in hub.fetched
    assert not {"onnx/model.onnx", "pytorch_model.bin"} & set(hub.fetched)
    ran = pullquote(
        tmp_path / "cache",
        "http://127.0.0.1:1",
        *("--home", str(tmp_path / "home"), "model", "info", "--json"),
        PULLQUOTE_RETRIEVAL__MODEL="nobody/static",
    )
    assert ran.returncode == 0, ran.stderr
    info = json.loads(ran.stdout)
    assert (info["model"], info["kind"]) == ("nobody/static", "static")


def test_what_is_there_already_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    for _ in range(2):
        ran = pullquote(tmp_path / "cache", hub.address, "model", "download", "nobody/static")
        assert ran.returncode == 0
    assert len(hub.fetched) == len(set(hub.fetched))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nobody/nothing", "the hub has no model nobody/nothing"),
        ("nothing", "the hub has no model nothing"),
        ("nobody/words", "holds no sentence-transformers model"),
        ("a b", "is no hub name"),
        ("./folder", "names a folder"),
        ("embedded", "ships with pullquote"),
    ],
)
def test_what_cannot_be_fetched_is_refused_in_words(
    hub: Hub, tmp_path: Path, name: str, said: str
) -> None:
    ran = pullquote(tmp_path / "cache", hub.address, "model", "download", name)
    assert (ran.returncode, ran.stdout) == (2, "")
    (line,) = ran.stderr.splitlines()
    assert said in line
    assert hub.fetched == []


def test_without_a_network_it_says_so_at_once(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        ran = pullquote(tmp_path / "cache", address, "model", "download", "nobody/static")
    assert (ran.returncode, ran.stdout) == (2, "")
    (line,) = ran.stderr.splitlines()
    assert "the hub cannot be reached" in line


def test_a_client_told_to_stay_offline_says_so(hub: Hub, tmp_path: Path) -> None:
    ran = pullquote(
        *(tmp_path / "cache", hub.address, "model", "download", "nobody/static"),
        HF_HUB_OFFLINE="1",
    )
    assert ran.returncode == 2
    assert "unset it" in ran.stderr
    assert hub.fetched == []


def test_what_loading_does_not_read() -> None:
    files = [
        *("config.json", "model.safetensors", "pytorch_model.bin", "onnx/model.onnx"),
        *("2_Dense/pytorch_model.bin", "3_Dense/pytorch_model.bin", "3_Dense/model.safetensors"),
        *("openvino/openvino_model.bin", "tf_model.h5", "vocab.txt"),
    ]
    assert unread(files) == [
        *("pytorch_model.bin", "onnx/model.onnx", "3_Dense/pytorch_model.bin"),
        *("openvino/openvino_model.bin", "tf_model.h5"),
    ]
