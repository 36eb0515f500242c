"""python -m scheduler.rest.openapi FILE: the description of the API, as the repository holds it."""

import json
import sys
from pathlib import Path

from scheduler.rest.app import api


def described() -> str:
    """The OpenAPI document, the same text for the same API."""
    return json.dumps(api().openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(described(), encoding="utf-8")
