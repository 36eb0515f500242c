"""Tries in batches, each batch in a process of its own: what becomes of that process belongs to the
try that it was at.
"""

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.trying import Maker

PATIENCE = 120.0
"""Seconds after which a try counts as one that does not end."""
BATCH = 500


@dataclass
class Broken:
    """A try that broke something: `what` is traceback, abort, memory or hang."""

    number: int
    what: str
    words: str


@dataclass
class Report:
    tries: int = 0
    broken: list[Broken] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        found = Counter(one.what for one in self.broken)
        return {what: found[what] for what in ("traceback", "abort", "memory", "hang")}


CHILD = (sys.executable, "-m", "tests.fuzz.child")


def run(
    seed: int,
    first: int,
    last: int,
    *,
    mebibytes: int = 512,
    patience: float = PATIENCE,
    said: Callable[[str], None] = lambda _: None,
    child: Sequence[str] = CHILD,
) -> Report:
    """The tries from `first` to `last`. `mebibytes`: what one may take beyond what the program
    holds before it.
    """
    report = Report()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        number = first
        while number <= last:
            known = len(report.broken)
            number = (
                _batch(
                    seed=seed,
                    first=number,
                    last=min(last, number + BATCH - 1),
                    mebibytes=mebibytes,
                    patience=patience,
                    folder=Path(folder),
                    report=report,
                    child=child,
                )
                + 1
            )
            for one in report.broken[known:]:
                said(f"{one.what} in try {one.number}: {one.words[:300]}")
            said(
                f"{report.tries} tries:"
                f" {', '.join(f'{count} {what}' for what, count in report.counts().items())}"
            )
    return report


def _batch(
    seed: int,
    first: int,
    last: int,
    mebibytes: int,
    patience: float,
    folder: Path,
    report: Report,
    child: Sequence[str],
) -> int:
    """The number of the last one that was tried: the process may not live to the end."""
    with (folder / "stderr").open("w+") as stderr:
        process = subprocess.Popen(
            [*child, *map(str, (seed, first, last, mebibytes, folder))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(process, heard), daemon=True).start()
        at = first - 1
        while True:
            try:
                line = heard.get(timeout=patience)
            except queue.Empty:
                process.kill()
                process.wait()
                report.broken.append(Broken(at, "hang", f"no end after {patience:g} s"))
                return at
            if line is None:
                break
            what, number, *words = json.loads(line)
            if what == "end":
                process.wait()
                return int(number)
            if what == "begun":
                at, report.tries = number, report.tries + 1
            else:
                report.broken.append(Broken(number, what, ": ".join(words)))
        code = process.wait()
        stderr.seek(0)
        last_words = f"ended with code {code}\n{stderr.read()[-2000:]}"
        if at < first:
            raise RuntimeError(f"the process of the tries did not begin: {last_words}")
        report.broken.append(Broken(at, "abort", last_words))
        return at


def _listen(process: "subprocess.Popen[str]", heard: "queue.SimpleQueue[str | None]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        heard.put(line)
    heard.put(None)


def keep(seed: int, number: int, folder: Path) -> tuple[Path, str]:
    """Write the files of a try for whoever looks into it; where they are, and the words."""
    place = folder / f"{seed}-{number}"
    with tempfile.TemporaryDirectory() as pattern:
        one = Maker(seed, Path(pattern)).make(number)
    for name, content in one.files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place, f"{one.kind}: scheduler {' '.join(one.words)}"
