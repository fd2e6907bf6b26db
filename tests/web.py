"""A real web server on the loopback whose answers a test writes, also wrong, slow and endless
ones."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Handler = BaseHTTPRequestHandler


@dataclass
class Answer:
    """An answer: a status, headers and a body, which may be sent under an ETag."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    type: str = "text/html; charset=utf-8"
    etag: str | None = None

    def send(self, request: Handler) -> None:
        known = self.etag and request.headers.get("If-None-Match") == self.etag
        body = self.body.encode() if isinstance(self.body, str) else self.body
        request.send_response(304 if known else self.status)
        headers = {"Content-Type": self.type, "Content-Length": str(len(body)), **self.headers}
        if self.etag:
            headers["ETag"] = self.etag
        if known:
            headers.pop("Content-Length")
        for name, value in headers.items():
            if value:
                request.send_header(name, value)
        request.end_headers()
        if not known:
            request.wfile.write(body)


Route = Answer | Callable[[Handler], Any]


class Web:
    """Routes by path; `asked` holds the path of every request and its headers."""

    def __init__(self, trust: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._lock = threading.Lock()
        self._server = _Server((host, 0), self._handler())
        self._host = host
        self._scheme = "http"
        if trust:
            self._scheme = "https"
            self._server.socket = trust.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def stopped(self) -> threading.Event:
        """Set when the server ends: what answers for long has to look."""
        return self._server.stopped

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"{self._scheme}://{host or self._host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def _handler(web: Self) -> type[Handler]:  # noqa: N805
        class Requests(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with web._lock:
                    web.asked.append((self.path, dict(self.headers)))
                path = self.path if self.path in web.routes else self.path.partition("?")[0]
                route = web.routes.get(path, Answer("gone", 404))
                if isinstance(route, Answer):
                    route.send(self)
                else:
                    route(self)

            def log_message(self, *_: object) -> None:
                pass

        return Requests


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *args: Any) -> None:
        self.stopped = threading.Event()
        super().__init__(*args)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever fetches may break off."""


def names(**hosts: str | list[str]) -> Callable[..., list[Any]]:
    """A resolver that knows these hosts, each with its address or addresses; `_` stands for `.` and
    `-` in a name. Numbers are looked up as the system does, other names are none."""
    known = {name.replace("_", "."): at for name, at in hosts.items()}

    def look_up(host: str, port: int, *rest: int) -> list[Any]:
        if host not in known:
            if any(character.isalpha() for character in host.replace("x", "").replace("f", "")):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return list(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
        at = known[host]
        found = [at] if isinstance(at, str) else at
        return [row for each in found for row in socket.getaddrinfo(each, port, *rest)]

    return look_up


def page(title: str, *paragraphs: str, head: str = "", language: str = "en") -> str:
    """A page of news with these paragraphs."""
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:title" content="{title}">{head}</head><body><article><h1>{title}</h1>'
        f"{text}</article></body></html>"
    )
