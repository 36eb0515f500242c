"""A process that tries: whatever becomes of it, the numbers on its stdout say how far it came. SEED
FIRST LAST MEBIBYTES FOLDER.
"""

import json
import os
import resource
import shutil
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from scheduler.cli.app import app
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import SchedulerError
from scheduler.domain.problem import Period
from scheduler.services.rosters.solve import Request, solve
from scheduler.services.scenarios.read_scenarios import read_scenarios
from scheduler.storage.repository import Repository
from scheduler.storage.writing import write_folder
from solver.search.strategy import Limits
from tests.fuzz.trying import Maker, Try, mutated_roster
from tests.scheduler.cli.conftest import START, call, small_tables

GOOD = {0, 2, 3, 4}
MIB = 2**20
AFTER_IMPORT = [
    ["feasibility", "-c", "COL", "-s", START],
    ["expiries", "-c", "COL", "-s", START],
    ["barriers", "P1", "SA-0111-E-RN"],
]


class Place:
    """A folder with the small collaborative in a database, with a roster and its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dataset = Dataset.from_cells(small_tables())
        self.pattern, self.empty = folder / "pattern.db", folder / "empty.db"
        if not (folder / "ready").exists():
            Repository(f"sqlite:///{self.empty}").close()
            with Repository(f"sqlite:///{self.pattern}") as repository:
                repository.store(self.dataset)
                solve(repository, Request("COL", date.fromisoformat(START)), Limits(5, workers=1))
            call(
                "export",
                f"COL-{START}-1",
                "--to",
                folder / "roster",
                db=f"sqlite:///{self.pattern}",
            )
            write_folder(self.dataset, folder / "data")
            (folder / "ready").touch()
        self.roster = {path.name: path.read_bytes() for path in (folder / "roster").iterdir()}

    def run(self, one: Try, work: Path) -> str:
        """What is wrong; empty where all is well."""
        for name, content in one.files.items():
            if name != "_mutate":
                (work / name).parent.mkdir(exist_ok=True)
                (work / name).write_bytes(content)
        if seed := one.files.get("_mutate"):
            (work / "out").mkdir()
            for name, content in mutated_roster(self.roster, seed).items():
                (work / "out" / name).write_bytes(content)
        db = work.parent / "work.db"
        for end in ("-wal", "-shm"):
            db.with_name(db.name + end).unlink(missing_ok=True)
        shutil.copyfile(self.pattern if one.kind == "command" or one.number % 2 else self.empty, db)
        try:
            if not one.words:
                return self._scenario(work / "scenario.toml")
            answer = call(
                *(word.replace("FOLDER", str(work)) for word in one.words), db=f"sqlite:///{db}"
            )
            if (
                one.kind.startswith("import") and answer.code == 0
            ):  # what was taken in has to be of use
                for words in AFTER_IMPORT:
                    answer = call(*words, db=f"sqlite:///{db}") if answer.code in GOOD else answer
        except BaseException:
            return traceback.format_exc()
        said = answer.out + answer.err
        if answer.code not in GOOD or "Something went wrong" in said or "Traceback (most" in said:
            return f"exit code {answer.code}: {said[-2000:]}"
        return ""

    def _scenario(self, file: Path) -> str:
        period = Period(date.fromisoformat(START), 7)
        try:
            for found in read_scenarios([file], self.dataset, period, None):
                found.scenario.apply(self.dataset, period)
                found.scenario.caps(self.dataset, {"bank": 6000, "agency": 6000})
        except SchedulerError as error:
            return "" if str(error) else "an error without words"
        except BaseException:
            return traceback.format_exc()
        return ""


def _peak() -> int:
    """Bytes held at most since the last call."""
    found = 0
    with suppress(OSError):  # only where there is /proc
        status = Path("/proc/self/status").read_text()
        found = int(status.split("VmHWM:")[1].split()[0]) * 1024
        Path("/proc/self/clear_refs").write_text("5")
    return found


def _planted(number: int, faults: str) -> None:
    """For the tests of this tool itself: FUZZ_PLANT says what is to go wrong in which tries."""
    what = next(
        (
            what
            for what, _, at in (one.partition(":") for one in faults.split(","))
            if at == str(number)
        ),
        "",
    )
    if what == "abort":
        os.abort()
    elif what == "memory":
        bytearray(400 * MIB)
    elif what == "traceback":
        raise RuntimeError("planted")


def main() -> None:
    seed, first, last, most = (int(word) for word in sys.argv[1:5])
    folder = Path(sys.argv[5])
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    say: Callable[[object], None] = lambda words: print(json.dumps(words), file=out, flush=True)  # noqa: E731
    os.environ["XDG_DATA_HOME"] = str(folder)
    os.environ["SCHEDULER_ENGINE"] = "inline"
    maker, place = Maker(seed, folder), Place(folder)
    assert app.registered_commands
    for words in (
        ["rules"],
        ["feasibility", "-c", "COL", "-s", START],
        ["check", folder / "data", folder / "roster" / "assignment.csv"],
    ):
        call(*words, db=f"sqlite:///{place.pattern}")  # loads what is loaded at first use
    _peak()
    held = _peak()
    with suppress(ValueError, OSError):
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        # what would take the machine along
        resource.setrlimit(resource.RLIMIT_AS, (mapped + 4 * most * MIB,) * 2)
    fault = os.environ.get("FUZZ_PLANT", "")
    for number in range(first, last + 1):
        work = folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        os.chdir(work)
        say(["begun", number])
        one = maker.make(number)
        try:
            _planted(number, fault)
            wrong = place.run(one, work)
        except RuntimeError:
            wrong = traceback.format_exc()
        peak = _peak()
        if peak - held > most * MIB:
            say(["memory", number, one.kind, f"{(peak - held) // MIB} MiB more than before"])
            held = _peak()
        if wrong:
            say(["memory" if "MemoryError" in wrong else "traceback", number, one.kind, wrong])
    say(["end", last])
    os._exit(0)


if __name__ == "__main__":
    main()
