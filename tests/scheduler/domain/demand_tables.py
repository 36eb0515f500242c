"""Demand and templates for tests of grids and copies, and changes made to facts."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from scheduler.domain.consistency import faults
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_changes import BeforeAfter
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.facts import Demand
from scheduler.domain.service_demand import most_of, wanted_of
from tests.factories import MONDAY, Tables, need, plain_tables

TUESDAY = MONDAY + timedelta(days=1)
NEXT = MONDAY + timedelta(days=7)
Asked = Counter[tuple[str, str, str]]
"""(site, shift, role) -> people."""


def template(tables: Tables, weekday: int, shift_type_id: str = "E", **changes: Any) -> None:
    row = {
        "service_id": "UCR",
        "site_id": "SA",
        "weekday": str(weekday),
        "shift_type_id": shift_type_id,
        "role_id": "RN",
        "minimum": "2",
        "preferred": "",
        "priority": "3",
    }
    tables.setdefault("demand_template", []).append(
        row | {column: str(value) for column, value in changes.items()}
    )


def dated(tables: Tables, day: date | int, shift_type_id: str = "E", **changes: Any) -> str:
    texts = {column: str(value) for column, value in changes.items()}
    return need(tables, day, shift_type_id, **{"minimum": "2", **texts})


def after(dataset: Dataset, changes: Iterable[BeforeAfter]) -> Dataset:
    """The facts after a change, which must fit together and name rows that are there."""
    rows = {file: list(dataset.rows(file)) for file in ("demand", "demand_template", "pin")}
    for before, new in changes:
        file = (before or new).file  # type: ignore[union-attr]
        if before is not None:
            rows[file].remove(before)
        if new is not None:
            rows[file].append(type(new).model_validate(new.cells()))
    changed = dataset.with_facts(**rows)
    assert not faults(changed, lambda _, index: index + 2)
    return changed


def rows_on(dataset: Dataset, day: date) -> list[Demand]:
    return list(demand_in_period(dataset, day, 1, frozenset({"UCR"})))


def asked_on(dataset: Dataset, day: date) -> tuple[Asked, Asked, Asked]:
    """What the problem of a date requires, prefers and takes at most."""
    required, preferred, most = Asked(), Asked(), Asked()
    for row in rows_on(dataset, day):
        work = (row.site_id, row.shift_type_id, row.role_id)
        required[work] += row.minimum
        preferred[work] += wanted_of(row)
        most[work] += most_of(row)
    return +required, +preferred, +most


numbers = st.fixed_dictionaries(
    {
        "minimum": st.integers(0, 3),
        "preferred": st.sampled_from(["", 0, 1, 4]),
        "priority": st.integers(1, 5),
    }
)
extra = st.fixed_dictionaries(
    {"maximum": st.sampled_from(["", 0, 2, 6]), "over_pence": st.sampled_from(["", 0, 30])}
)
works = st.tuples(st.sampled_from(["SA", "SB"]), st.sampled_from("EN"))


@st.composite
def demand_tables(draw: st.DrawFn) -> Tables:
    """Templates and dated demand of three weeks at two sites, with several rows for the same."""
    tables = plain_tables()
    for weekday in range(1, 8):
        for site_id, kind in draw(st.sets(works, max_size=2)):
            template(tables, weekday, kind, site_id=site_id, **draw(numbers))
    for number in range(draw(st.integers(0, 12))):
        site_id, kind = draw(works)
        dated(
            tables,
            draw(st.integers(0, 20)),
            kind,
            site_id=site_id,
            id=f"D{number}",
            **draw(numbers),
            **draw(extra),
        )
    return tables
