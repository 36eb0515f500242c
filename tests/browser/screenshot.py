"""Take the picture of the README again: python -m tests.browser.screenshot http://localhost:8501
data/screenshots/operations.png
"""

import sys

from playwright.sync_api import sync_playwright

from tests.browser.test_walk import ARGUMENTS, CHROMIUM

ROWS_DOWN = 175  # where the example shows nights, lent shifts and leave together


def take(address: str, file: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 1080})
        page.goto(address)
        page.locator(".board [role=row]").nth(5).wait_for()
        page.wait_for_timeout(1500)  # charts and fonts settle
        page.locator(".board .scroll").evaluate(
            f"board => {{ board.scrollTop = {ROWS_DOWN} * 58 }}"
        )
        page.wait_for_timeout(800)
        page.screenshot(path=file)
        browser.close()


if __name__ == "__main__":
    take(*sys.argv[1:3])
