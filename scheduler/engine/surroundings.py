"""Processes that this program starts take their code from where it is installed, never from the
folder in which they are started.
"""

import os
import sys
from collections.abc import Mapping


def trust_no_current_folder() -> None:
    """For every Python process that is started from here on, by us or by a library."""
    os.environ["PYTHONSAFEPATH"] = "1"


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module in a process of its own."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment(**settings: str) -> Mapping[str, str]:
    """Ours, with these settings, for such a process."""
    return {**os.environ, "PYTHONSAFEPATH": "1", **settings}
