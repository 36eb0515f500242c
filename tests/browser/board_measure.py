"""How quick the board is, on its stage: python -m tests.browser.board_measure

Milliseconds from new data to painted rows, frames a second while it is scrolled, and what the
browser's heap holds.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.test_walk import ARGUMENTS, CHROMIUM, running

STAGE = str(Path(__file__).with_name("board_stage.py"))
SIZES = ((60, 7), (2_000, 7), (310, 28))
SCROLLING = """async () => {
  const scroll = [...document.querySelectorAll("*")].map(one => one.shadowRoot)
    .find(root => root && root.querySelector(".board")).querySelector(".scroll");
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
DRAWING = """async () => {
  const root = [...document.querySelectorAll("*")].map(one => one.shadowRoot)
    .find(one => one && one.querySelector(".board")).querySelector(".board");
  const times = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const data = structuredClone(root.board.data);
    data.rows.forEach(row => { row[1] += " ."; });
    const start = performance.now();
    root.board.take(data);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - start);
  }
  return times.sort((one, other) => one - other)[2];
}"""
HEAP = "() => { globalThis.gc && gc(); return performance.memory.usedJSHeapSize / 1e6; }"


def measure(page: Page, address: str, people: int, days: int) -> None:
    page.goto("about:blank")
    page.goto(f"{address}/?people={people}&days={days}")
    page.locator(".board .body .line").first.wait_for()
    first = page.evaluate("performance.now()")
    page.wait_for_timeout(2_000)
    drawn = page.evaluate(DRAWING)
    rate, longest = page.evaluate(SCROLLING)
    heap = page.evaluate(HEAP)
    print(
        f"{people:5} × {days:2}: first rows {first:5.0f} ms after opening, new data drawn in"
        f" {drawn:4.0f} ms, {rate:3.0f} frames/s (longest {longest:3.0f} ms), {heap:3.0f} MB heap"
    )


def main() -> None:
    """All sizes, at a desk's and a phone's width."""
    with (
        running(STAGE, PYTHONPATH=str(Path(__file__).parents[2])) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, "--js-flags=--expose-gc"]
        )
        for width, height in ((1440, 1000), (390, 844)):
            print(f"{width} × {height}")
            for people, days in SIZES:
                page = browser.new_page(viewport={"width": width, "height": height})
                measure(page, address, people, days)
                page.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
