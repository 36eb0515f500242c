"""Many people at once on one machine, with a roster being built beside them.

    python -m tests.bench.bench_load --phones 200 --managers 20 --minutes 3

A generated collaborative with a published week. First one phone and one manager alone, each page
once cold and then again; then so many of each at once, for so many minutes, while a worker builds
the next week. Phones open `/today` as members of staff; managers go from page to page, each in a
session of their own, which is spoken to on the wire (`streamlit_visit`): what a browser takes to
draw is not in it. Everything runs on this machine's own address, the visitors too, so that they
take time from what they measure. Prints a table; all figures go to build/bench_load.json.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import httpx
import pandas as pd
import psutil
from websockets.exceptions import WebSocketException

from scheduler.engine.surroundings import environment, python
from scheduler.services.data.generate import generate_folder
from scheduler.services.jobs import jobs
from scheduler.services.jobs.order import Order
from scheduler.services.publish.publish import publish
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.files import read_parsed
from scheduler.storage.repository import Repository
from scheduler.synthetic.generate import DEFAULT_START
from solver.search.strategy import Limits
from tests.bench.bench_search import commit, machine
from tests.bench.streamlit_visit import Visit
from tests.browser.test_walk import SERVER, running

BUILD = Path(__file__).parents[2] / "build"
PATIENCE = 120.0
"""Seconds after which a page counts as an error."""
COLD = ", cold"
SEED = 20_261_130


@dataclass
class Heard:
    """Seconds of each kind of page, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lock: Lock = field(default_factory=Lock)

    def note(self, kind: str, seconds: float, error: str = "") -> None:
        with self.lock:
            (self.errors[kind].append(error) if error else self.seconds[kind].append(seconds))


@dataclass(frozen=True)
class County:
    """What the visitors come for."""

    collaborative: str
    staff: list[str]
    week: date

    def pages(self) -> list[tuple[str, str, dict[str, str]]]:
        """Name, page and address of what managers go through."""
        week = {"collaborative": self.collaborative, "week": self.week.isoformat()}
        return [
            ("board", "", week),
            ("coverage", "", {**week, "view": "Coverage"}),
            ("vacancies", "", {**week, "view": "Vacancies"}),
            ("feasibility", "", {**week, "view": "Feasibility"}),
            ("inbox", "inbox", {}),
            ("renewals", "renewals", {"collaborative": self.collaborative}),
            ("facts", "facts", {}),
            ("measures", "director", {**week, "view": "Measures over time"}),
        ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--managers", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--pause", type=float, default=15, help="seconds between two pages")
    parser.add_argument("--seconds", type=float, default=20, help="for the search of a roster")
    parser.add_argument("--database", help="an empty PostgreSQL database; without it SQLite")
    parser.add_argument("--note", default="")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/bench.db"
        county = _prepared(url, Path(folder), given)
        home = f"{folder}/home"
        with running(SERVER, SCHEDULER_DB=url, XDG_DATA_HOME=home) as address:
            alone = Heard()
            _alone(address, county, alone)
            with _building(url, county, given.minutes * 60):
                together, load = Heard(), _Load()
                with load:
                    _together(address, county, together, given)
        document = {
            "date": datetime.now(UTC).date().isoformat(),
            "commit": commit(),
            "machine": machine(),
            "note": given.note,
            **{name: getattr(given, name) for name in ("people", "phones", "managers", "minutes")},
            "pause": given.pause,
            "database": "PostgreSQL" if given.database else "SQLite",
            "busy_share_of_cores": load.share,
            "most_memory_of_pages_mib": load.most,
            "alone": _figures(alone),
            "together": _figures(together),
            "errors": {kind: found[:5] for kind, found in together.errors.items() if found},
        }
    _print(document)
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench_load.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    if any(together.errors.values()) or any(alone.errors.values()):
        sys.exit("Somebody met an error.")


def _prepared(url: str, folder: Path, given: argparse.Namespace) -> County:
    generate_folder(given.people, 1, folder / "county")
    with Repository(url) as repository:
        repository.store(read_parsed(folder / "county").dataset)
        (collaborative,) = [str(row.cell("id")) for row in repository.facts("collaborative")]
        made = solve(
            repository, Request(collaborative, DEFAULT_START, 7), Limits(given.seconds, workers=2)
        )
        if made.roster_id is None:
            sys.exit(f"No roster of {given.people} people was found in {given.seconds:g} s.")
        publish(repository, made.roster_id)
        staff = sorted(str(row.cell("id")) for row in repository.facts("staff"))
    return County(collaborative, staff, DEFAULT_START)


@contextmanager
def _building(url: str, county: County, seconds: float) -> Iterator[None]:
    """The week after the published one is built by a worker all the time."""
    with Repository(url) as repository:
        for week in range(1, 9):
            start = county.week + timedelta(days=7 * week)
            order = Order("solve", county.collaborative, start, 7, Limits(60, workers=2))
            jobs.submit(repository, order)
    worker = subprocess.Popen(
        python("scheduler.cli.app", "worker"),
        env=environment(SCHEDULER_DB=url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _new_phone() -> httpx.Client:
    """No line stays open between two looks at the page."""
    return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))


def _phone(client: httpx.Client, address: str, person: str, kind: str, heard: Heard) -> None:
    began = time.monotonic()
    try:
        answer = client.get(
            f"{address}/today", params={"as": "staff", "as_person": person}, timeout=PATIENCE
        )
        well = answer.status_code == 200 and "</html>" in answer.text
        heard.note(kind, time.monotonic() - began, "" if well else str(answer.status_code))
    except httpx.HTTPError as error:
        heard.note(kind, 0, type(error).__name__)


def _page(visit: Visit, name: str, page: str, asked: dict[str, str], heard: Heard) -> None:
    try:
        seconds, well = visit.open(page, **asked)
        heard.note(name, seconds, "" if well else "a fault on the page")
    except (TimeoutError, WebSocketException) as error:
        heard.note(name, 0, type(error).__name__)


def _alone(address: str, county: County, heard: Heard) -> None:
    """Each page cold, then a few times again."""
    with _new_phone() as client:
        _phone(client, address, county.staff[0], f"today{COLD}", heard)
        for person in county.staff[1:6]:
            _phone(client, address, person, "today", heard)
    with Visit(address, PATIENCE) as visit:
        for turn in range(4):
            for name, page, asked in county.pages():
                _page(visit, name if turn else f"{name}{COLD}", page, asked, heard)


def _together(address: str, county: County, heard: Heard, given: argparse.Namespace) -> None:
    until = time.monotonic() + 60 * given.minutes

    def pauses(seed: int) -> Iterator[random.Random]:
        chance = random.Random(SEED + seed)
        time.sleep(chance.uniform(0, given.pause))
        while time.monotonic() < until:
            yield chance
            time.sleep(chance.uniform(0.5, 1.5) * given.pause)

    def phone(number: int) -> None:
        person = county.staff[number % len(county.staff)]
        with _new_phone() as client:
            for _ in pauses(number):
                _phone(client, address, person, "today", heard)

    def manager(number: int) -> None:
        try:
            with Visit(address, PATIENCE) as visit:
                for chance in pauses(1_000 + number):
                    _page(visit, *chance.choice(county.pages()), heard)
        except (OSError, WebSocketException) as error:
            heard.note("coming in", 0, type(error).__name__)

    visitors = [Thread(target=phone, args=(number,)) for number in range(given.phones)]
    visitors += [Thread(target=manager, args=(number,)) for number in range(given.managers)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()


class _Load:
    """How busy the machine is meanwhile, and how much memory the pages' process holds."""

    def __enter__(self) -> "_Load":
        self.share, self.most, self._over = 0.0, 0, False
        psutil.cpu_percent()
        self._watching = Thread(target=self._watch)
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._watching.join()
        self.share = round(psutil.cpu_percent() / 100, 3)

    def _watch(self) -> None:
        pages = [one for one in psutil.Process().children() if "streamlit" in one.cmdline()]
        while not self._over:
            self.most = max(self.most, *(one.memory_info().rss // 2**20 for one in pages))
            time.sleep(1)


def _figures(heard: Heard) -> dict[str, dict[str, float]]:
    found = {}
    for kind in sorted({*heard.seconds, *heard.errors}):
        seconds = sorted(heard.seconds[kind])
        found[kind] = {
            "number": len(seconds),
            "errors": len(heard.errors[kind]),
            **{
                name: round(seconds[min(len(seconds) - 1, int(share * len(seconds)))], 2)
                for name, share in (("median", 0.5), ("95th", 0.95), ("longest", 1.0))
                if seconds
            },
        }
    return found


def _print(document: dict[str, Any]) -> None:
    memory = document["most_memory_of_pages_mib"]
    print(f"cores busy {document['busy_share_of_cores']:.0%}, the pages' process {memory:,} MiB")
    table = pd.DataFrame(
        {
            "alone, cold": {
                kind.removesuffix(COLD): of["median"]
                for kind, of in document["alone"].items()
                if kind.endswith(COLD) and "median" in of
            },
            "alone": {kind: of.get("median") for kind, of in document["alone"].items()},
            **pd.DataFrame(document["together"]).T.to_dict(),
        }
    )
    print(table.loc[[kind for kind in table.index if not kind.endswith(COLD)]].to_string())
    for kind, errors in document["errors"].items():
        print(f"{kind}: {', '.join(errors)}")


if __name__ == "__main__":
    main()
