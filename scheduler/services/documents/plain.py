"""Documents as JSON holds them."""

import json
from collections.abc import Mapping
from typing import Any


def plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document in which dates, moments and the like are texts."""
    found: dict[str, Any] = json.loads(json.dumps(document, default=str))
    return found
