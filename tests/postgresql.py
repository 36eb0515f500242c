"""A throw-away PostgreSQL server from the system's own packages, reached through a socket in a folder of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from scheduler.storage.repository import Repository

MISSING = "no PostgreSQL server on this machine: apt-get install postgresql"
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=60")


def programs() -> Path | None:
    """Where the newest version's programs lie; Debian keeps them off the path."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0
    )
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def account() -> str | None:
    """The server refuses to run as root: as whom it runs instead. None = as ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@dataclass
class Server:
    """A running server. `folder` holds its socket."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, name: str) -> str:
        return f"postgresql://scheduler@/{name}?host={self.folder}"

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(f"host={self.folder} user=scheduler dbname=postgres", autocommit=True)

    def empty_database(self) -> str:
        """The address of a new database without any tables."""
        name = f"empty{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        return self.url(name)

    def new_database(self) -> str:
        """The address of a new database with the tables of this version: a copy, which is quicker than the migrations."""
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'pattern'").fetchone() is None:
                connection.execute("CREATE DATABASE pattern")
                Repository(self.url("pattern")).close()
            name = f"copy{next(self._numbers)}"
            connection.execute(f"CREATE DATABASE {name} TEMPLATE pattern")  # type: ignore[arg-type]
        return self.url(name)


@contextmanager
def running() -> Iterator[Server]:
    """A server that sorts texts as English people do, which its users' servers may do as well."""
    where = programs()
    assert where is not None, MISSING
    user = account()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # the path of a socket may have no more than some 100 characters
    if user is not None:
        shutil.chown(folder, user)
    try:
        make = [
            str(where / "initdb"),
            "-D",
            str(folder / "data"),
            "-U",
            "scheduler",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        ]
        english = [*make, "--locale-provider=icu", "--icu-locale=en-GB"]  # from version 15 on
        if subprocess.run(english, user=user, capture_output=True, cwd="/", check=False).returncode:
            shutil.rmtree(folder / "data", ignore_errors=True)
            subprocess.run(make, user=user, capture_output=True, cwd="/", check=True)
        options = [part for option in _FAST for part in ("-c", option)]
        process = subprocess.Popen(
            [str(where / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *options],
            user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            server = Server(folder, process)
            _wait(server)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # a shutdown that does not wait for those who are connected
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Server) -> None:
    for _ in range(300):
        try:
            server.connect().close()
            return
        except psycopg.OperationalError:
            assert server.process.poll() is None, "the server ended at once"
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")
