"""A throw-away PostgreSQL server from the system's own packages, reached through a socket in a
folder of its own.
"""

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
_FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=",
    "max_connections=60",
)


def programs() -> Path | None:
    """Where the newest version's programs lie; Debian keeps them off the path."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
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
    """A server that runs, or was killed and may be begun again. `folder` holds its socket and its
    data.
    """

    folder: Path
    options: tuple[str, ...]
    prefix: tuple[str, ...] = ()
    """Put before the command, such as for a network namespace."""
    process: "subprocess.Popen[bytes]" = field(init=False)
    _numbers: Iterator[int] = field(default_factory=count)

    def start(self) -> None:
        """Begin it, on the data that is there, and wait until it answers."""
        where = programs()
        assert where is not None, MISSING
        options = [part for option in self.options for part in ("-c", option)]
        command = [
            str(where / "postgres"),
            "-D",
            str(self.folder / "data"),
            "-k",
            str(self.folder),
            *options,
        ]
        user = account()
        if self.prefix:  # which only root may put there
            command, user = [*self.prefix, "setpriv", "--reuid", str(user), *command], None
        for _ in range(
            100
        ):  # after a kill, its own processes may hold the shared memory for a moment
            self.process = subprocess.Popen(
                command, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            if _answers(self):
                return
            time.sleep(0.1)
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """As `kill -9` does; the processes that it has started see it and end."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """At once: it waits for nobody, and writes nothing of what will be thrown away."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def url(self, name: str) -> str:
        return f"postgresql://scheduler@/{name}?host={self.folder}"

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            f"host={self.folder} user=scheduler dbname=postgres", autocommit=True
        )

    def empty_database(self) -> str:
        """The address of a new database without any tables."""
        name = f"empty{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        return self.url(name)

    def new_database(self) -> str:
        """The address of a new database with the tables of this version: a copy, which is quicker
        than the migrations.
        """
        with self.connect() as connection:
            if (
                connection.execute("SELECT 1 FROM pg_database WHERE datname = 'pattern'").fetchone()
                is None
            ):
                connection.execute("CREATE DATABASE pattern")
                Repository(self.url("pattern")).close()
            name = f"copy{next(self._numbers)}"
            connection.execute(f"CREATE DATABASE {name} TEMPLATE pattern")  # type: ignore[arg-type]
        return self.url(name)


@contextmanager
def running(
    options: tuple[str, ...] = _FAST, prefix: tuple[str, ...] = (), folder: Path | None = None
) -> Iterator[Server]:
    """A server that sorts texts as English people do, which its users' servers may do as well.
    `folder`: where its data go.
    """
    where = programs()
    assert where is not None, MISSING
    user = account()
    folder = folder or Path(
        tempfile.mkdtemp(prefix="pg-")
    )  # the path of a socket may have no more than some 100 characters
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
        server = Server(folder, options, prefix)
        server.start()
        try:
            yield server
        finally:
            server.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(server: Server) -> bool:
    """Waits for it; False where it has ended instead."""
    for _ in range(300):
        try:
            server.connect().close()
            return True
        except psycopg.OperationalError:
            if server.process.poll() is not None:
                return False
            time.sleep(0.1)
    return False
