"""What of several cases is solved already, for whoever watches and need not wait for all."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from scheduler.services.scenarios.solve_scenario import SolvedCase

Rows = list[dict[str, Any]]
OnPartial = Callable[[Rows], None]


def told_to_nobody(rows: Rows) -> None:
    """Where nobody watches."""


class SoFar:
    """A row for each case and week that is solved: `name`, `start`, `status`, and where there is a
    roster `missing`, `agency`, `bank` minutes, `pence` beyond basic pay and `gap`.
    """

    def __init__(self, tell: OnPartial) -> None:
        self._tell, self._rows = tell, Rows()

    def add(self, case: SolvedCase, start: date) -> None:
        """One more; told at once."""
        self._rows.append(_row(case.document, start))
        self._tell([dict(row) for row in self._rows])


def _row(document: Mapping[str, Any], start: date) -> dict[str, Any]:
    row = {key: document[key] for key in ("name", "status")} | {"start": start.isoformat()}
    if "figures" not in document:
        return row
    figures = document["figures"]
    return {
        **row,
        "missing": figures["minutes"]["missing"],
        "agency": figures["minutes_by_pay"]["agency"],
        "bank": figures["minutes_by_pay"]["bank"],
        "pence": sum(figures["pence_by_pay"].values()),
        "gap": document["gap"],
    }
