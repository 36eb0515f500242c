"""Processes that tests start."""

import subprocess
from typing import Any

PATIENCE = 10.0
"""Seconds in which a process ends that is asked to; on a busy machine some need longer."""


def end(process: "subprocess.Popen[Any]") -> None:
    """Ask it to end, and end it where it does not hear."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
