"""A year of one change of facts a minute, and how long it takes to read of it.

    python -m tests.bench.bench_changes

The change sets are written into the tables directly, one row of leave each, beside the example's
facts; they are read as the pages and commands read them. The results go to
data/benchmarks/<date>-changes.json.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from scheduler.services.facts.history import Search, history
from scheduler.services.facts.leave import tell_leave
from scheduler.storage.files import read_dataset
from scheduler.storage.repository import Repository
from scheduler.storage.tables import table
from tests.bench.bench_search import FOLDER, commit, machine

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "mid-and-south-essex"
YEAR = 366 * 24 * 60
ACCOUNTS = 40
PROTOCOL = (
    "SQLite; each reading once, after one that is not counted; seconds by the clock within the"
    " process, without its start. What is read: change sets with the first ten of their rows."
)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--changes", type=int, default=YEAR)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/year.db"
        with Repository(url) as repository:
            repository.store(read_dataset(EXAMPLE))
            people = [row.cell("id") for row in repository.facts("staff")]
            _fill(repository, people, given.changes)
            size = Path(url.removeprefix("sqlite:///")).stat().st_size
            read = _read(repository, people[5])
    document = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "machine": machine(),
        "protocol": PROTOCOL,
        "changes": given.changes,
        "database_mib": round(size / 2**20, 1),
        "seconds": read,
    }
    text = json.dumps(document, indent=2) + "\n"
    (FOLDER / f"{document['date']}-changes.json").write_text(text, encoding="utf-8")
    print(text)


def _fill(repository: Repository, people: Sequence[str], number: int) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    dice = random.Random(1)

    def sets() -> Iterator[dict[str, Any]]:
        for n in range(2, number + 2):
            yield {
                "number": n,
                "at": begin + timedelta(minutes=n),
                "account": f"account-{n % ACCOUNTS}",
                "behind": "",
                "why": "as asked",
                "kind": "change",
                "reverts": None,
                "row_count": 1,
                "files": '{"leave": {"added": 1}}',
            }

    def rows() -> Iterator[dict[str, Any]]:
        for n in range(2, number + 2):
            person = dice.choice(people)
            day = (begin + timedelta(days=dice.randrange(700))).date().isoformat()
            cells = {"staff_id": person, "from_date": day, "to_date": day, "kind": "annual"}
            yield {
                "change_set": n,
                "file": "leave",
                "key": json.dumps([person, day, "annual"]),
                "old_key": None,
                "staff_id": person,
                "before": None,
                "after": json.dumps(cells),
            }

    with repository._writing() as connection:
        for name, found in (("change_set", sets()), ("changed_row", rows())):
            while some := [row for _, row in zip(range(20_000), found, strict=False)]:
                connection.execute(sa.insert(table(name)), some)


def _read(repository: Repository, person: str) -> dict[str, float]:
    asked = {
        "the newest 50": Search(),
        "the newest 5,000": Search(most=5_000),
        "the oldest 50": Search(before=52),
        "of one person": Search(staff_id=person),
        "of one file": Search(file="leave"),
        "of a file that nobody changed": Search(file="site"),
        "of one person's leave": Search(file="leave", key=(person,)),
        "of one account": Search(account="account-3"),
        "of an account without any": Search(account="nobody"),
    }
    history(repository)
    found = {}
    for what, search in asked.items():
        begin = time.perf_counter()
        history(repository, search)
        found[what] = round(time.perf_counter() - begin, 3)
    begin = time.perf_counter()
    tell_leave(repository, person, date(2029, 1, 1), date(2029, 1, 1), "annual")
    found["to write one more"] = round(time.perf_counter() - begin, 3)
    return found


if __name__ == "__main__":
    main()
