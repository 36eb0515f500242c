"""Build a roster or a comparison in a process of its own: start it, watch it, stop it and keep the best.

Each build is a folder of its own in the user's data folder: `order.json` says what was asked for, `progress.jsonl`
grows while the process lives, `stop` asks it to end early, `outcome.json` says how it ended. Whoever opens the pages
later finds a running build there again, whether or not it was they who started it. A file, not a signal, asks for the
end: it needs no process id, which may belong to somebody else by then, and is heard in every phase.
"""

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from scheduler.domain.errors import BadRequest, SchedulerError
from scheduler.services.opening import VARIABLE, database_url, default_file, open_repository
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits, Progress
from solver.verify import pence

BuildKind = Literal["roster", "comparison"]
BuildStatus = Literal["running", "done", "clash", "failed"]

BEAT_SECONDS = 0.5
SILENT_SECONDS = 20.0
"""A process that has written nothing for so long is gone: it beats twice a second as long as it lives."""

_children: dict[str, "subprocess.Popen[bytes]"] = {}


def builds_folder() -> Path:
    """Beside the user's own database, whichever database the builds are for."""
    return default_file().parent / "builds"


@dataclass(frozen=True)
class Order:
    """What to build. `scenarios`: name of the file -> its TOML text; of a comparison only."""

    kind: BuildKind
    collaborative_id: str
    start: date
    days: int = 7
    seconds: float = 60.0
    workers: int = 8
    seed: int = 1
    scenarios: Mapping[str, str] = field(default_factory=dict)

    @property
    def limits(self) -> Limits:
        return Limits(self.seconds, self.workers, self.seed)

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "start": self.start.isoformat()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Order":
        stored = json.loads(text)
        return cls(**{**stored, "start": date.fromisoformat(stored["start"])})


@dataclass(frozen=True)
class Beat:
    """Where a build stood at one moment. `best_pence`, `bound_pence`: None = none yet."""

    phase: str
    seconds: float
    best_pence: float | None = None
    bound_pence: float | None = None
    gap: float | None = None


@dataclass(frozen=True)
class Build:
    """A build as its folder tells it. `made_id`: the roster or comparison that was stored; `message`: why there is none."""

    id: str
    order: Order
    status: BuildStatus
    beats: tuple[Beat, ...] = ()
    stopping: bool = False
    made_id: str = ""
    message: str = ""

    @property
    def latest(self) -> Beat:
        return self.beats[-1] if self.beats else Beat("starting", 0.0)


# --- for those who order and watch


def start_build(url: str, order: Order) -> str:
    """Start a process for an order; the build's id. Raises BadRequest while one of the same kind is running there."""
    for running in builds(url, order.collaborative_id, order.kind):
        if running.status == "running":
            raise BadRequest(f"A {order.kind} for {order.collaborative_id} is being built already: wait for it, or stop it first.")
    build_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    folder = _folder(build_id)
    folder.mkdir(parents=True)
    (folder / "database").write_text(_fingerprint(url), encoding="utf-8")
    (folder / "progress.jsonl").touch()
    (folder / "order.json").write_text(order.to_json(), encoding="utf-8")
    with (folder / "output.log").open("wb") as log:
        # in a session of its own, so that it outlives the pages; the address may hold a password and goes by the environment
        _children[build_id] = subprocess.Popen(
            [sys.executable, "-m", "scheduler.services.building", str(folder)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, env={**os.environ, VARIABLE: url},
        )  # fmt: skip
    return build_id


def builds(url: str, collaborative_id: str | None = None, kind: BuildKind | None = None, most: int = 20) -> list[Build]:
    """The latest builds of a database, newest first."""
    found: list[Build] = []
    folder = builds_folder()
    for path in sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []:
        if len(found) == most:
            break
        if _read(path / "database") != _fingerprint(url) or not _read(path / "order.json"):
            continue
        order = Order.from_json(_read(path / "order.json"))
        if collaborative_id in (None, order.collaborative_id) and kind in (None, order.kind):
            found.append(_state(path, order))
    return found


def build(build_id: str) -> Build:
    """Where a build stands. Raises BadRequest for one that is not there."""
    order = _read(_folder(build_id) / "order.json")
    if not order:
        raise BadRequest(f"There is no build {build_id!r} any more.")
    return _state(_folder(build_id), Order.from_json(order))


def stop_build(build_id: str) -> None:
    """Ask a build to end now and keep the best that it has; nothing happens where it has ended."""
    (_folder(build_id) / "stop").touch()


def _state(folder: Path, order: Order) -> Build:
    beats = tuple(Beat(**json.loads(line)) for line in _read(folder / "progress.jsonl").splitlines() if line.endswith("}"))
    stopping = (folder / "stop").exists()
    outcome = _read(folder / "outcome.json")
    child = _children.get(folder.name)
    ended = child is not None and child.poll() is not None
    outcome = outcome or (_read(folder / "outcome.json") if ended else "")  # it may have ended since the first look
    if outcome:
        return Build(folder.name, order, beats=beats, stopping=stopping, **json.loads(outcome))
    silent = time.time() - (folder / "progress.jsonl").stat().st_mtime > SILENT_SECONDS
    if ended or silent:
        said = _read(folder / "output.log").strip().splitlines()
        return Build(
            folder.name, order, "failed", beats, stopping, message=f"The process ended without a result. {said[-1] if said else ''}".strip()
        )
    return Build(folder.name, order, "running", beats, stopping)


def _folder(build_id: str) -> Path:
    return builds_folder() / Path(build_id).name


def _fingerprint(url: str) -> str:
    return sha256(url.encode()).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


# --- the process itself


class _Teller:
    """Writes the latest progress down twice a second, which also shows that the process lives."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._began = time.monotonic()
        self._latest = Progress("reading the facts", 0.0)
        self._over = threading.Event()

    def tell(self, progress: Progress) -> None:
        self._latest = progress

    def beat(self) -> None:
        latest = self._latest
        line = Beat(
            latest.phase, round(time.monotonic() - self._began, 2),
            None if latest.best is None else pence(latest.best), None if latest.bound is None else pence(latest.bound), latest.gap,
        )  # fmt: skip
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")

    @contextmanager
    def beating(self) -> Iterator[None]:
        def beats() -> None:
            while not self._over.wait(BEAT_SECONDS):
                self.beat()

        thread = threading.Thread(target=beats, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self.beat()


def run_build(folder: Path, url: str) -> dict[str, str]:
    """Do what a build's folder orders, in this process; how it ended."""
    order = Order.from_json(_read(folder / "order.json"))
    teller = _Teller(folder / "progress.jsonl")
    try:
        with teller.beating(), open_repository(url) as repository:
            return _run(folder, repository, order, teller)
    except SchedulerError as error:
        return {"status": "failed", "message": str(error)}


def _run(folder: Path, repository: Repository, order: Order, teller: _Teller) -> dict[str, str]:
    # imported here: whoever only starts and watches builds loads no solver
    from scheduler.services.comparing import compare
    from scheduler.services.rostering import Request, solve

    request, stopped = Request(order.collaborative_id, order.start, order.days), (folder / "stop").exists
    if order.kind == "comparison":
        document = compare(repository, request, _written_scenarios(folder, order), order.limits, tell=teller.tell, stopped=stopped)
        return {"status": "done", "made_id": document["id"]}
    outcome = solve(repository, request, order.limits, tell=teller.tell, stopped=stopped)
    if outcome.document is None:
        return {"status": "clash", "message": "\n".join(fact.sentence for fact in outcome.clash)}
    return {"status": "done", "made_id": outcome.roster_id}


def _written_scenarios(folder: Path, order: Order) -> list[Path]:
    """The order's scenarios as files; whoever named them, they lie in the build's own folder."""
    paths = []
    for name, text in order.scenarios.items():
        path = folder / "scenarios" / Path(name).name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def main() -> None:
    folder = Path(sys.argv[1])
    outcome = run_build(folder, database_url())
    whole = folder / "outcome.json.part"  # renamed when complete: whoever watches never reads half of it
    whole.write_text(json.dumps(outcome, ensure_ascii=False), encoding="utf-8")
    whole.replace(folder / "outcome.json")


if __name__ == "__main__":
    main()
