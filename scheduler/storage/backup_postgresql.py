"""Copies of a PostgreSQL database by its own programs: pg_dump of one state while others write,
pg_restore and psql in one transaction. The address goes to them by the environment alone, for it
may hold a password, and everybody sees the words of a command.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from psycopg.pq import Conninfo
from sqlalchemy import Connection, make_url

from scheduler.domain.errors import BadRequest
from scheduler.storage.database import shown, with_driver, without_password

INSTALL = (
    "Install PostgreSQL's client programs, of the server's version or a newer one: on Debian and"
    " Ubuntu apt-get install postgresql-client."
)
PATIENCE = "10s"
"""So long whoever holds a table that is to be replaced is waited for."""
_BEGINS = re.compile(rb'COPY ("[^"]+"|[\w$]+)\.("[^"]+"|[\w$]+) .*FROM stdin;\n')
_DEBIAN = Path("/usr/lib/postgresql")


def program(name: str) -> str:
    """Where a program of PostgreSQL's lies, the newest version first. Raises BadRequest with what
    to install.
    """
    found = sorted(
        _DEBIAN.glob(f"*/bin/{name}"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    on_path = shutil.which(name)
    if not found and on_path is None:
        raise BadRequest(f"The program {name} is not on this machine. {INSTALL}")
    return str(found[-1]) if found else str(on_path)


def surroundings(url: str) -> dict[str, str]:
    """Our environment with the address in the variables that PostgreSQL's programs read. Raises
    BadRequest for a setting that has none.
    """
    parsed = with_driver(make_url(url))
    given = {
        "host": parsed.host,
        "port": parsed.port,
        "user": parsed.username,
        "password": parsed.password,
        "dbname": parsed.database,
        **{
            name: ",".join((value,) if isinstance(value, str) else value)
            for name, value in parsed.query.items()
        },
    }
    variables = {
        option.keyword.decode(): option.envvar.decode()
        for option in Conninfo.get_defaults()
        if option.envvar
    }
    found = {}
    for name, value in given.items():
        if value is None or value == "":
            continue
        if name not in variables:
            raise BadRequest(
                f"The address {shown(url)} says {name}, which cannot be said to PostgreSQL's own"
                " programs. Leave it out for this."
            )
        found[variables[name]] = str(value)
    return {**os.environ, **found, "PGCONNECT_TIMEOUT": found.get("PGCONNECT_TIMEOUT", "10")}


def dump(url: str, connection: Connection, place: Path) -> None:
    """A copy of the state that the connection's transaction sees, which must be one that sees the
    same throughout. Raises BadRequest where it cannot be made.
    """
    seen = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
    _run(
        url,
        [
            program("pg_dump"),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--no-password",
            f"--snapshot={seen}",
            f"--file={place}",
        ],
        "The database cannot be copied",
    )


def rows_in(copy: Path, schema: str) -> dict[str, int]:
    """How many rows of each table of a schema a copy holds, read to its end. Raises BadRequest
    where it cannot be read.
    """
    found: Counter[str] = Counter()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [program("pg_restore"), "--file=-", str(copy)], stdout=subprocess.PIPE, stderr=said
        ) as process,
    ):
        assert process.stdout is not None
        table: str | None = None
        for line in process.stdout:
            if table is not None:
                if line == b"\\.\n":
                    table = None
                else:
                    found[table] += 1
            elif (begins := _BEGINS.fullmatch(line)) is not None:
                of, name = (part.decode().strip('"') for part in begins.groups())
                table = name if of == schema else f"{of}.{name}"
                found[table] += 0
        if process.wait():
            raise BadRequest(f"The copy cannot be read: {_told(said)}")
    return {name: count for name, count in found.items() if "." not in name}


def restore(url: str, copy: Path, rows: Mapping[str, int], replaced: Collection[str]) -> None:
    """Put a copy into a database in one transaction: all, with so many rows by table, or nothing.
    `replaced`: tables that are there and give way to it.

    Raises BadRequest where it cannot be done; then nothing was changed.
    """
    with (
        tempfile.TemporaryFile() as unread,
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=surroundings(url),
        ) as into,
        subprocess.Popen(
            [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(copy)],
            stdout=subprocess.PIPE,
            stderr=unread,
        ) as out_of,
    ):
        assert into.stdin is not None
        assert out_of.stdout is not None
        with suppress(BrokenPipeError):  # it has ended at an error, which it has told
            into.stdin.write(_before(replaced).encode())
            shutil.copyfileobj(out_of.stdout, into.stdin)
            out_of.stdout.close()
            # without the last word, everything is undone
            if out_of.wait() == 0:
                into.stdin.write(_after(rows).encode())
        with suppress(BrokenPipeError):
            into.stdin.close()
        out_of.stdout.close()
        failed = (into.wait(), out_of.wait())
        if any(failed):
            why = _told(said) or _told(unread)
            raise BadRequest(
                f"The backup cannot be restored to {shown(url)}: {without_password(why, url)}"
                " Nothing was changed."
            )


def _before(replaced: Collection[str]) -> str:
    names = ", ".join(_quoted(name) for name in sorted(replaced))
    drop = f"DROP TABLE {names} CASCADE;\n" if names else ""
    return (
        "BEGIN;\nSET LOCAL client_min_messages = warning;\n"
        f"SET LOCAL lock_timeout = '{PATIENCE}';\n{drop}"
    )


def _after(rows: Mapping[str, int]) -> str:
    """The last word is given only where every table holds what it should."""
    counts = "".join(
        f"  IF (SELECT count(*) FROM {_quoted(name)}) <> {int(count)} THEN\n"
        f"    RAISE EXCEPTION 'the table {name} does not hold its {int(count)} rows';\n"
        "  END IF;\n"
        for name, count in sorted(rows.items())
    )
    return f"\nRESET search_path;\nDO $counted$ BEGIN\n{counts}END $counted$;\nCOMMIT;\n"


def _quoted(name: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):  # none of ours is called otherwise
        raise BadRequest(f"The table {name!r} is none of this program.")
    return f'"{name}"'


def _run(url: str, command: list[str], failing: str) -> None:
    done = subprocess.run(
        command, env=surroundings(url), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace")
        raise BadRequest(f"{failing}: {without_password(_one_line(said), url)}")


def _told(stream: IO[bytes]) -> str:
    stream.seek(0)
    return _one_line(stream.read().decode(errors="replace"))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]
