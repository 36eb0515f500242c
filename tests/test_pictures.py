"""The pictures in the README and the guide show what the pages show today."""

import json
import re

from tests.browser.board_guide import AGAIN, FRONT, GUIDE, ROOT, TAKEN_OF, taken_of

MOST_BYTES = 200_000


def test_the_pictures_were_taken_of_the_pages_as_they_are() -> None:
    then, now = json.loads(TAKEN_OF.read_text(encoding="utf-8")), taken_of()
    changed = sorted(name for name in then | now if then.get(name) != now.get(name))
    assert not changed, (
        f"The pictures of the README and of docs/board.md are older than {', '.join(changed)}. Take"
        f" them again: {AGAIN}. Where nothing that can be seen in them has changed: python -m"
        " tests.browser.board_guide --still-true"
    )


def test_every_picture_is_there_small_and_shown() -> None:
    shown = {
        (page.parent / name).resolve()
        for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
        for name in re.findall(r"!\[[^]]+\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8"))
    }
    there = {path.resolve() for folder in (GUIDE, FRONT) for path in folder.glob("*.png")}
    assert shown == there
    assert [path.name for path in there if path.stat().st_size > MOST_BYTES] == []
