"""Whether the facts of a dataset fit together: references, uniqueness, one at a time, joint
posts.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

from scheduler.domain import alike, base_patterns, collisions, overlaps
from scheduler.domain.clock import skipped
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import template_demand_exists
from scheduler.domain.errors import MOST_LISTED, Fault
from scheduler.domain.facts import BAND_ORDER, FACT_TYPES, Fact
from scheduler.domain.note import Note
from scheduler.domain.wording import either, nearest

RowNumber = Callable[[str, int], int]
"""(file, index in the dataset) -> row number in the file, 0 where it is not from a file."""


def faults(
    dataset: Dataset, row_number: RowNumber, bad_ids: Mapping[str, Collection[str]] | None = None
) -> list[Fault]:
    """Every contradiction between facts.

    `bad_ids` (file -> ids) names rows that were there but could not be read, so that what refers to
    them is not reported a second time.
    """
    check = _DatasetCheck(dataset, row_number, bad_ids or {})
    return [
        *check.references(),
        *check.unique_ids(),
        *check.single_rows(),
        *check.joint_posts(),
        *check.hosts(),
        *check.hours(),
        *check.pins(),
        *check.split_duties(),
        *check.enhancements(),
        *check.role_covers(),
        *check.agreed_hosts(),
        *check.deputies(),
        *alike.faults(dataset, row_number),
        *collisions.faults(dataset, row_number),
        *overlaps.faults(dataset, row_number),
        *base_patterns.faults(dataset, row_number),
    ]


def notes(dataset: Dataset, row_number: RowNumber) -> list[Note]:
    """What of the new facts may not be meant."""
    return [*alike.notes(dataset, row_number), *collisions.notes(dataset, row_number)]


class _DatasetCheck:
    def __init__(
        self, dataset: Dataset, row_number: RowNumber, bad_ids: Mapping[str, Collection[str]]
    ) -> None:
        self.dataset = dataset
        self.row_number = row_number
        self.ids: dict[str, set[str]] = {
            t.file: (
                {getattr(fact, "id") for fact in dataset.rows(t.file)}  # noqa: B009
                | set(bad_ids.get(t.file, ()))
            )
            for t in FACT_TYPES
            if t.key == ("id",)
        }
        self.written: dict[str, dict[str, str]] = {}

    def _fault(self, fact_file: str, index: int, column: str, expected: str) -> Fault:
        value = self.dataset.rows(fact_file)[index].cell(column)
        return Fault(f"{fact_file}.csv", self.row_number(fact_file, index), column, value, expected)

    def _nearest(self, value: str, file: str) -> str:
        """The id that is most likely meant, where there is one."""
        if file not in self.written:
            self.written[file] = alike.by_likeness(self.ids[file])
        if written := self.written[file].get(alike.in_one_case(value)):
            return (
                f": {value!r} is written {written!r} there, which differs only in"
                f" {alike.difference(value, written)}"
            )
        known = self.ids[file]
        # else too slow to be worth it
        found = nearest(value, known, cutoff=0.75) if len(known) <= 2_000 else []
        return f" (nearest: {either(found)})" if found else ""

    def references(self) -> Iterator[Fault]:
        for fact_type in FACT_TYPES:
            for column, target in fact_type.references.items():
                known = self.ids[target]
                found = 0
                for index, fact in enumerate(self.dataset.rows(fact_type.file)):
                    value = getattr(fact, column)
                    if value is not None and value not in known:
                        # what is near takes long to find, and is said of those that are listed
                        found += 1
                        near = self._nearest(value, target) if found <= MOST_LISTED else ""
                        yield self._fault(
                            fact_type.file, index, column, f"the id of a row of {target}.csv{near}"
                        )

    def unique_ids(self) -> Iterator[Fault]:
        for fact_type in FACT_TYPES:
            if fact_type.key == ("id",):
                first: dict[str, int] = {}
                for index, fact in enumerate(self.dataset.rows(fact_type.file)):
                    seen = first.setdefault(getattr(fact, "id"), index)  # noqa: B009
                    if seen != index:
                        yield self._fault(
                            fact_type.file,
                            index,
                            "id",
                            "an id that is not used before (row"
                            f" {self.row_number(fact_type.file, seen)} has it)",
                        )

    def single_rows(self) -> Iterator[Fault]:
        """Facts without an id of which the contract allows one for a key."""
        for file in (
            "service_host",
            "travel_time",
            "demand_template",
            "leave_band",
            "approval_scheme",
            "request_rule",
        ):
            first: dict[tuple[object, ...], int] = {}
            for index, fact in enumerate(self.dataset.rows(file)):
                seen = first.setdefault(fact.identity(), index)
                if seen != index and self.dataset.rows(file)[seen].values() != fact.values():
                    yield self._fault(
                        file,
                        index,
                        fact.key[-1],
                        f"one row for each {', '.join(fact.key)} (row {self.row_number(file, seen)}"
                        " says otherwise)",
                    )

    def agreed_hosts(self) -> Iterator[Fault]:
        known = {row.id for row in self.dataset.organisation}
        for index, person in enumerate(self.dataset.staff):
            if not set((person.agreed_hosts or "").split("|")) - {""} <= known:
                yield self._fault(
                    "staff",
                    index,
                    "agreed_hosts",
                    "ids of organisations that there are, with | between",
                )

    def deputies(self) -> Iterator[Fault]:
        posts = {post.id: post for post in self.dataset.approval_post}
        for index, post in enumerate(self.dataset.approval_post):
            chief = posts.get(post.deputy_for or "")
            alike = ("collaborative_id", "organisation_id", "power")
            if chief is not None and any(
                getattr(post, name) != getattr(chief, name) for name in alike
            ):
                yield self._fault(
                    "approval_post",
                    index,
                    "deputy_for",
                    f"a post with the same {', '.join(alike[:-1])} and {alike[-1]}",
                )

    def joint_posts(self) -> Iterator[Fault]:
        first: dict[str, int] = {}
        employers: dict[tuple[str, str], int] = {}
        for index, contract in enumerate(self.dataset.contract):
            post = contract.joint_post_id
            if post is None:
                continue
            if contract.kind == "bank":
                yield self._fault(
                    "contract",
                    index,
                    "joint_post_id",
                    "an empty cell: a joint role is made of substantive contracts",
                )
            seen = first.setdefault(post, index)
            if self.dataset.contract[seen].staff_id != contract.staff_id:
                yield self._fault(
                    "contract",
                    index,
                    "joint_post_id",
                    f"one person in a joint role (row {self.row_number('contract', seen)} is"
                    " somebody else's)",
                )
            twin = employers.setdefault((post, contract.organisation_id), index)
            if twin != index and _overlap(self.dataset.contract[twin], contract):
                yield self._fault(
                    "contract",
                    index,
                    "organisation_id",
                    f"different employers in a joint role (row {self.row_number('contract', twin)}"
                    " has the same)",
                )

    def hosts(self) -> Iterator[Fault]:
        place_of = {site.id: site.place_id for site in self.dataset.site}
        hosted = {(host.service_id, host.place_id) for host in self.dataset.service_host}
        for file in ("demand", "demand_template"):
            for index, fact in enumerate(self.dataset.rows(file)):
                service_id, site_id = getattr(fact, "service_id"), getattr(fact, "site_id")  # noqa: B009
                place_id = place_of.get(site_id)
                if (
                    place_id
                    and service_id in self.ids["service"]
                    and (service_id, place_id) not in hosted
                ):
                    yield self._fault(
                        file,
                        index,
                        "site_id",
                        f"a place with a host: service_host.csv has no row for service {service_id}"
                        f" in place {place_id}",
                    )

    def hours(self) -> Iterator[Fault]:
        """Dated demand in the hour that the clocks skip; what a template makes of itself is named
        before a roster is looked for.
        """
        shifts = {shift.id: shift for shift in self.dataset.shift_type}
        for index, row in enumerate(self.dataset.demand):
            shift = shifts.get(row.shift_type_id)
            if shift is not None and skipped(row.date, shift.start_time, shift.end_time):
                yield self._fault(
                    "demand",
                    index,
                    "shift_type_id",
                    f"a shift with hours on {row.date}: {shift.start_time:%H:%M} to"
                    f" {shift.end_time:%H:%M} starts and ends in the hour that the clocks skip"
                    " then; name another shift type for that date, or leave the row out",
                )

    def pins(self) -> Iterator[Fault]:
        for index, pin in enumerate(self.dataset.pin):
            if pin.demand_id not in self.ids["demand"] and not template_demand_exists(
                self.dataset, pin.demand_id
            ):
                yield self._fault(
                    "pin",
                    index,
                    "demand_id",
                    "the id of a row of demand.csv, or of demand that a template"
                    f" makes{self._nearest(pin.demand_id, 'demand')}",
                )

    def split_duties(self) -> Iterator[Fault]:
        """Each half of a split duty has one other half."""
        other: dict[str, tuple[str, int]] = {}
        for index, shift in enumerate(self.dataset.shift_type):
            for half, partner in ((shift.id, shift.split_with), (shift.split_with, shift.id)):
                if half is None or partner is None:
                    continue
                seen, row = other.setdefault(half, (partner, index))
                if seen != partner:
                    expected = (
                        f"one other half for {half} (row {self.row_number('shift_type', row)} joins"
                        f" it with {seen})"
                    )
                    yield self._fault("shift_type", index, "split_with", expected)

    def enhancements(self) -> Iterator[Fault]:
        first: dict[tuple[str, str], int] = {}
        for index, enhancement in enumerate(self.dataset.enhancement):
            for band in BAND_ORDER:
                if enhancement.applies_to(band):
                    seen = first.setdefault((enhancement.day_kind, band), index)
                    if seen != index and self.dataset.enhancement[seen] != enhancement:
                        yield self._fault(
                            "enhancement",
                            index,
                            "band_from",
                            f"bands that no other row for {enhancement.day_kind} has (row"
                            f" {self.row_number('enhancement', seen)} has band {band})",
                        )
                        break

    def role_covers(self) -> Iterator[Fault]:
        for index, cover in enumerate(self.dataset.role_cover):
            if cover.role_id == cover.covers_role_id:
                yield self._fault(
                    "role_cover", index, "covers_role_id", "another role: each covers itself"
                )


def _overlap(one: Fact, other: Fact) -> bool:
    begin = max(getattr(one, "from_date"), getattr(other, "from_date"))  # noqa: B009
    end = min(getattr(one, "to_date") or date.max, getattr(other, "to_date") or date.max)  # noqa: B009
    return bool(begin <= end)
