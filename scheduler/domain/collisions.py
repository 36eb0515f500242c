"""Ids that collide when they are put together, and one piece of work or one contract under
two ids.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import template_id_parts, work_of
from scheduler.domain.errors import Fault
from scheduler.domain.facts import Contract
from scheduler.domain.note import Note

RowNumber = Callable[[str, int], int]
"""(file, index in the dataset) -> row number in the file, 0 where it is stored."""

_DAY_IN_ID = re.compile(r"(?=:(\d{4}-\d{2}-\d{2}):)")


def faults(dataset: Dataset, row_number: RowNumber) -> Iterator[Fault]:
    """What is certainly a mistake."""
    yield from _generated_ids(dataset, row_number)
    for first, index in _twin_contracts(dataset):
        one, other = dataset.contract[first], dataset.contract[index]
        if row_number("contract", index) and one.values()[1:] == other.values()[1:]:
            expected = (
                f"one row for each contract: row {row_number('contract', first)} has the same under"
                f" the id {one.id}, and its hours would be owed twice. Where two posts are meant,"
                " give one row the hours of both"
            )
            yield Fault("contract.csv", row_number("contract", index), "id", other.id, expected)


def notes(dataset: Dataset, row_number: RowNumber) -> Iterator[Note]:
    """What may be meant, and may not."""
    first: dict[tuple[object, ...], int] = {}
    for index, demand in enumerate(dataset.demand):
        seen = first.setdefault(work_of(demand), index)
        if seen != index and row_number("demand", index):
            earlier = dataset.demand[seen]
            people = earlier.minimum + demand.minimum
            text = (
                f"{demand.id} asks for the same service, site, date, shift and role as"
                f" {_earlier(earlier.id, row_number('demand', seen))}. Both count: together they"
                f" require {people} {'person' if people == 1 else 'people'}."
            )
            yield Note("demand.csv", row_number("demand", index), "id", text)
    for seen, index in _twin_contracts(dataset):
        one, other = dataset.contract[seen], dataset.contract[index]
        if row_number("contract", index) and one.values()[1:] != other.values()[1:]:
            text = (
                f"{other.id} and {_earlier(one.id, row_number('contract', seen))} are the same"
                " person's, with the same employer, role and kind, on some of the same dates. Both"
                f" count{': the hours of each are owed' if other.kind == 'substantive' else ''}."
            )
            yield Note("contract.csv", row_number("contract", index), "id", text)


def _earlier(row_id: str, row: int) -> str:
    return f"{row_id} in row {row}" if row else f"{row_id}, which is stored"


def _generated_ids(dataset: Dataset, row_number: RowNumber) -> Iterator[Fault]:
    """Ids of template demand are put together of others, so that "A:B" at "C" and "A" at "B:C" make
    the same one.
    """
    makers: dict[tuple[str, str, int], int] = {}
    for index, template in enumerate(dataset.demand_template):
        seen = makers.setdefault((*template_id_parts(template), template.weekday), index)
        other = dataset.demand_template[seen]
        if other.identity() != template.identity() and row_number("demand_template", index):
            made = "{date}".join(template_id_parts(template))
            expected = (
                f"ids that differ from those of row {row_number('demand_template', seen)} when they"
                f" are put together: both rows make demand of the id {made}. Leave the colons out"
                " of ids"
            )
            yield Fault(
                "demand_template.csv",
                row_number("demand_template", index),
                "service_id",
                template.service_id,
                expected,
            )
    for index, demand in enumerate(dataset.demand):
        if not demand.id.startswith("T:"):
            continue
        for found in _DAY_IN_ID.finditer(demand.id):
            try:
                day = date.fromisoformat(found[1])
            except ValueError:
                continue
            head, tail = demand.id[: found.start(1)], demand.id[found.end(1) :]
            maker = makers.get((head, tail, day.isoweekday()))
            if maker is None or not (
                row_number("demand", index) or row_number("demand_template", maker)
            ):
                continue
            template = dataset.demand_template[maker]
            if work_of(demand) != (
                template.service_id,
                template.site_id,
                day,
                template.shift_type_id,
                template.role_id,
            ):
                expected = (
                    "an id that demand_template.csv does not make: its row"
                    f" {row_number('demand_template', maker)} makes this one for other work"
                )
                yield Fault("demand.csv", row_number("demand", index), "id", demand.id, expected)


def _twin_contracts(dataset: Dataset) -> Iterator[tuple[int, int]]:
    """Indexes of an earlier and a later contract that give one person the same role with the same
    employer on some same date.
    """
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, contract in enumerate(dataset.contract):
        earlier = alike[
            contract.staff_id, contract.organisation_id, contract.role_id, contract.kind
        ]
        for seen in earlier:
            if _share_a_date(dataset.contract[seen], contract):
                yield seen, index
        earlier.append(index)


def _share_a_date(one: Contract, other: Contract) -> bool:
    return max(one.from_date, other.from_date) <= min(
        one.to_date or date.max, other.to_date or date.max
    )
