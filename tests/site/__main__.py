"""python -m tests.site [FOLDER]: build the documentation's site, into build/site as it comes.

Nothing is fetched. What is broken, a link, an anchor, a page that stands nowhere in the navigation,
ends it with exit code 1 and no site.
"""

import sys
from pathlib import Path

from tests.site.building import SiteFault, build
from tests.site.pages import ROOT, BrokenLink


def main(arguments: list[str]) -> int:
    to = Path(arguments[0]) if arguments else ROOT / "build" / "site"
    try:
        build(to)
    except (BrokenLink, SiteFault) as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"The site is in {to}: open {to / 'index.html'}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
