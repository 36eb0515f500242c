"""How quick the board is on large rosters, beside a plain table of the same rows.

    python -m tests.bench.bench_ui --cases 2000:1 310:4

Each case is PEOPLE:WEEKS of a generated collaborative, its roster the first that a short search
finds. One browser, one after the other: the board on the page Operations, then `st.dataframe` of
the same people × days on a page of its own. Prints a table; all figures go to build/bench_ui.json.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from playwright.sync_api import Browser, Page, sync_playwright

from scheduler.services.data.generate import generate_folder
from scheduler.services.rosters.solve import Request, solve
from scheduler.services.view.roster_grids import person_grid
from scheduler.services.view.roster_tables import day_label, roster_tables
from scheduler.storage.files import read_parsed
from scheduler.storage.repository import Repository
from scheduler.synthetic.generate import DEFAULT_START
from solver.search.strategy import Limits
from tests.bench.bench_search import commit, machine
from tests.browser.test_walk import ARGUMENTS, CHROMIUM, SERVER, running

BUILD = Path(__file__).parents[2] / "build"
PLAIN = """import pandas as pd
import streamlit as st

st.set_page_config(layout="wide")
st.dataframe(pd.read_pickle({file!r}), height=700)
"""
"""A page with nothing but a table."""
SCROLLING = """async (name) => {
  const roots = [document, ...[...document.querySelectorAll("*")].map(one => one.shadowRoot)];
  const scroll = roots.map(root => root && root.querySelector(name)).find(Boolean);
  let frames = 0, longest = 0, last = performance.now();
  const until = last + 3000;
  await new Promise(done => {
    const step = now => {
      longest = Math.max(longest, now - last);
      last = now;
      frames += 1;
      scroll.scrollTop += 40;
      if (scroll.scrollTop + scroll.clientHeight >= scroll.scrollHeight - 1) scroll.scrollTop = 0;
      if (now < until) requestAnimationFrame(step); else done();
    };
    requestAnimationFrame(step);
  });
  return [frames / 3, longest];
}"""
HEAP = "() => { globalThis.gc && gc(); return performance.memory.usedJSHeapSize / 2 ** 20; }"
PATIENCE = 120_000
TURNS = 5
"""Of each figure that is a median."""
GOALS = ".board .body .line > .yes, .board .body .line > .price"
MOST_PICKS = 40
"""Shifts that are picked up to find some that can go elsewhere in sight."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cases", nargs="+", default=["2000:1", "310:4"], metavar="PEOPLE:WEEKS")
    parser.add_argument("--edits", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=30, help="for the search of a roster")
    parser.add_argument("--note", default="")
    given = parser.parse_args(arguments)
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, "--js-flags=--expose-gc", "--enable-precise-memory-info"],
        )
        for case in given.cases:
            people, weeks = (int(number) for number in case.split(":"))
            with tempfile.TemporaryDirectory() as folder:
                found += _case(browser, Path(folder), people, weeks, given)
            _print(found[-2:])
        browser.close()
    document = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "machine": machine(),
        "note": given.note,
        "edits": given.edits,
        "found": found,
    }
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench_ui.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _case(
    browser: Browser, folder: Path, people: int, weeks: int, given: argparse.Namespace
) -> list[dict[str, Any]]:
    url = f"sqlite:///{folder / 'bench.db'}"
    generate_folder(people, 1, folder / "county")
    with Repository(url) as repository:
        repository.store(read_parsed(folder / "county").dataset)
        (collaborative,) = [str(row.cell("id")) for row in repository.facts("collaborative")]
        request = Request(collaborative, DEFAULT_START, 7 * weeks)
        made = solve(repository, request, Limits(given.seconds))
        if made.roster_id is None:
            sys.exit(f"No roster of {people} people was found in {given.seconds:g} s.")
        tables = roster_tables(repository, made.roster_id)
    case = {"people": people, "days": 7 * weeks}
    link = f"collaborative={collaborative}&week={DEFAULT_START}&weeks={weeks}"
    home = str(folder / "home")
    with (
        running(SERVER, SCHEDULER_DB=url, XDG_DATA_HOME=home) as address,
        _window(browser) as page,
    ):
        board = _of_the_board(page, f"{address}/?{link}", weeks, given.edits)
    _as_text(person_grid(tables), tables.days).to_pickle(folder / "rows.pickle")
    script = folder / "plain.py"
    script.write_text(PLAIN.format(file=str(folder / "rows.pickle")), encoding="utf-8")
    with running(str(script)) as address, _window(browser) as page:
        plain = _of_a_table(page, address)
    return [{**case, "what": "board", **board}, {**case, "what": "st.dataframe", **plain}]


def _as_text(grid: pd.DataFrame, days: Sequence[date]) -> pd.DataFrame:
    """The same rows, a line of text in each cell."""
    shown = grid[["name", "hours"]].copy()
    for day in days:
        shown[day_label(day)] = [
            "; ".join(f"{entry.top} {entry.low}" for entry in cell) for cell in grid[day_label(day)]
        ]
    return shown


@contextmanager
def _window(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 1080})
    page.set_default_timeout(PATIENCE)
    yield page
    page.close()


def _timed(*steps: Callable[[], object]) -> float:
    """Milliseconds of all."""
    start = time.perf_counter()
    for step in steps:
        step()
    return (time.perf_counter() - start) * 1_000


def _of_a_table(page: Page, address: str) -> dict[str, Any]:
    table = page.locator("[data-testid=stDataFrame] canvas").first
    times = []
    for _ in range(TURNS):
        page.goto("about:blank")
        times.append(_timed(lambda: page.goto(address), table.wait_for))
    page.wait_for_timeout(2_000)
    rate, longest = page.evaluate(SCROLLING, ".dvn-scroller")
    return {
        "first_ms": times[0],
        "again_ms": statistics.median(times[1:]),
        "frames": rate,
        "longest_ms": longest,
        "heap_mib": page.evaluate(HEAP),
        "server_mib": _server_mib(),
    }


def _of_the_board(page: Page, address: str, weeks: int, edits: int) -> dict[str, Any]:
    line = page.locator(".board .body .line").first
    times = []
    for _ in range(TURNS):
        page.goto("about:blank")
        times.append(_timed(lambda: page.goto(address), line.wait_for))
    whole = _timed(lambda: _whole(page, weeks)) if weeks > 1 else None
    page.wait_for_timeout(4_000)
    rate, longest = page.evaluate(SCROLLING, ".board .scroll")
    page.locator(".board .scroll").evaluate("scroll => { scroll.scrollTop = 0 }")
    page.wait_for_timeout(1_000)
    picks, drops = [], []
    for turn in range(MOST_PICKS):
        if _picked(page, turn, picks):
            _placed(page, drops)
        if len(drops) == TURNS:
            break
    heap, server = page.evaluate(HEAP), _server_mib()
    took = _many(page, edits) if drops else 0.0
    return {
        "first_ms": times[0],
        "again_ms": statistics.median(times[1:]),
        "whole_ms": whole,
        "frames": rate,
        "longest_ms": longest,
        "pick_to_verdicts_ms": statistics.median(picks) if picks else None,
        "drop_to_answer_ms": statistics.median(drops) if drops else None,
        "edit_ms": took / edits if edits and drops else None,
        "heap_mib": heap,
        "server_mib": server,
        "heap_after_mib": page.evaluate(HEAP),
        "server_after_mib": _server_mib(),
    }


def _whole(page: Page, weeks: int) -> None:
    """All weeks at once, where the page shows the first."""
    page.get_by_text(f"All {7 * weeks} days", exact=True).click()
    page.locator(f".board .head > div:nth-child({7 * weeks + 2})").wait_for()


def _picked(page: Page, turn: int, picks: list[float]) -> bool:
    """Picks a shift up; whether there is somewhere else in sight for it."""
    cells = page.locator(".board .body [role=gridcell]:has(.chip.own)")
    cells.nth(turn % max(1, cells.count())).focus()
    page.locator(".board .body .verdict").first.wait_for(state="detached")
    states = ("no", "yes", "price", "instead")  # of cells; the legend has the same names
    verdicts = page.locator(", ".join(f".board .body .line > .{one}" for one in states)).first
    picks.append(_timed(lambda: page.keyboard.press("Space"), verdicts.wait_for))
    if page.locator(GOALS).count():
        return True
    page.keyboard.press("Escape")
    return False


def _placed(page: Page, drops: list[float]) -> None:
    """Places what is picked up, and takes it back."""
    goal = page.locator(GOALS).first
    goal.focus()
    drops.append(_timed(lambda: page.keyboard.press("Space"), lambda: _answer(page, "Done:")))
    page.keyboard.press("Control+z")
    _answer(page, "Taken back:")


def _many(page: Page, edits: int) -> float:
    """Redo and undo in turn; milliseconds of all."""
    start = time.perf_counter()
    for number in range(edits):
        page.keyboard.press("Control+z" if number % 2 else "Control+y")
        _answer(page, "Taken back:" if number % 2 else "Done again:")
    return (time.perf_counter() - start) * 1_000


def _answer(page: Page, words: str) -> None:
    page.locator(".board .answer", has_text=words).wait_for()


def _server_mib() -> float:
    """What the pages that this process serves hold of memory."""
    pages = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":", 1) for line in status.read_text().splitlines())
            command = (status.parent / "cmdline").read_text()
        except OSError:
            continue
        if int(told["PPid"]) == _own() and "streamlit" in command:
            pages += int(told["VmRSS"].split()[0])
    return pages / 1_024


def _own() -> int:
    return int(Path("/proc/self").resolve().name)


def _print(found: Sequence[dict[str, Any]]) -> None:
    for one in found:
        figures = "  ".join(
            f"{name} {value:,.0f}"
            for name, value in one.items()
            if isinstance(value, (int, float)) and name not in ("people", "days")
        )
        print(f"{one['people']:,} × {one['days']} {one['what']}: {figures}", flush=True)


if __name__ == "__main__":
    main()
