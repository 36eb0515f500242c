"""Published shifts, as a finished roster writes them down."""

from datetime import date
from typing import Any

from scheduler.domain.clock import local
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import hours_of
from scheduler.domain.roster import AssignmentLine


def line(
    dataset: Dataset,
    day: date,
    shift_type_id: str = "E",
    contract_id: str = "C-P",
    site_id: str = "SA",
    **changes: Any,
) -> AssignmentLine:
    """A shift of whoever holds the contract, on a date, paid as contracted; `changes`: cells that
    are otherwise.
    """
    kind = next(row for row in dataset.shift_type if row.id == shift_type_id)
    contract = next(row for row in dataset.contract if row.id == contract_id)
    hours = hours_of(kind, day)
    place_id = next(row.place_id for row in dataset.site if row.id == site_id)
    host = next(row for row in dataset.service_host if row.place_id == place_id)
    cells: dict[str, Any] = {
        "roster_id": "R",
        "demand_id": f"{site_id}-{day:%m%d}-{shift_type_id}-RN",
        "staff_id": contract.staff_id,
        "contract_id": contract_id,
        "employer_organisation_id": contract.organisation_id,
        "host_organisation_id": host.organisation_id,
        "place_id": place_id,
        "site_id": site_id,
        "service_id": host.service_id,
        "role_id": contract.role_id,
        "start": local(hours.start),
        "end": local(hours.end),
        "paid_minutes": hours.paid,
        "pay": "bank" if contract.kind == "bank" else "contracted",
        "cost_pence": 0,
        "contracted_minutes": 0 if contract.kind == "bank" else hours.paid,
        "shift_type_id": shift_type_id,
    }
    return AssignmentLine(**{**cells, **changes})
