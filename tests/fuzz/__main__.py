"""python -m tests.fuzz --tries 10000 --seed 1: what broke, with the input that broke it. Exit code
1 where anything did.
"""

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.running import keep, run


def main() -> None:
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # words may hold halves of characters
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--tries", type=int, default=10_000)
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="the same seed brings the same tries"
    )
    parser.add_argument("--only", type=int, help="this try alone")
    parser.add_argument("--memory", type=int, default=512, metavar="MIB", help="what one may take")
    parser.add_argument(
        "--keep",
        type=Path,
        default=Path("build/fuzz"),
        metavar="FOLDER",
        help="where the input that broke is put",
    )
    asked = parser.parse_args()
    first, last = (asked.only, asked.only) if asked.only is not None else (0, asked.tries - 1)
    began = time.monotonic()
    print(f"Seed {asked.seed}, tries {first} to {last}.", flush=True)
    report = run(
        asked.seed, first, last, mebibytes=asked.memory, said=lambda text: print(text, flush=True)
    )
    for one in report.broken:
        place, words = keep(asked.seed, one.number, asked.keep)
        print(
            f"\n{one.what} in try {one.number} of seed {asked.seed}"
            f" ({place})\n{words[:500]}\n{one.words}"
        )
    counts = report.counts()
    print(
        f"\n{report.tries} tries in {time.monotonic() - began:.0f} s: {counts['traceback']}"
        f" tracebacks, {counts['abort']} aborts, {counts['memory']} over {asked.memory} MiB,"
        f" {counts['hang']} without an end."
    )
    sys.exit(1 if report.broken else 0)


if __name__ == "__main__":
    main()
