"""What a log says of a fault of the program: where it arose, and of what kind it is, without what
the error says, which may name people.
"""

import os
import traceback

DEBUG = "SCHEDULER_DEBUG"
"""The environment variable with which errors are logged whole: never where people's data are
real.
"""


def told(error: BaseException) -> str:
    """The error with the way to it and what led to it, an error before its cause."""
    if os.environ.get(DEBUG):
        return "".join(traceback.format_exception(error)).rstrip("\n")
    lines: list[str] = []
    while True:
        lines = [
            "Traceback (most recent call last):\n",
            *traceback.format_tb(error.__traceback__),
            f"{type(error).__module__}.{type(error).__qualname__}\n",
            *(["\nof which came:\n\n"] if lines else []),
            *lines,
        ]
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is None:
            return "".join(lines).rstrip("\n")
        error = cause
