"""A scenario: named changes to facts and policy, read from TOML, applied to a dataset without
touching the stored one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, Field, ValidationError

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import (
    Passport,
    ProcedureEquivalence,
    ProcedureSignOff,
    SharingAgreement,
    Staff,
    StaffCompetency,
    TemporarySupply,
)
from scheduler.domain.facts.clearance import CHECKS, Route
from scheduler.domain.geography import Geography
from scheduler.domain.pay import exact, half_up
from scheduler.domain.problem import Period
from scheduler.domain.wording import either, nearest
from scheduler.services.scenarios.changes import (
    CompetencyGroup,
    ConsentGroup,
    JourneyGroup,
    NewAgreement,
    NewEquivalence,
    PassportGroup,
    PeopleGroup,
    ScenarioPart,
    SignOffGroup,
    SupplyChange,
)
from scheduler.storage.toml_file import read_tables
from solver.policy.policy import Policy


class Scenario(ScenarioPart):
    """Named changes. Everything else stays as it is in the base."""

    name: str = Field(min_length=1, max_length=200, description="what it is called")
    description: str = Field("", description="what it is about")
    alone: bool = Field(False, description="no sharing agreement is used")
    supply: tuple[SupplyChange, ...] = Field((), description="changes to bank and agency")
    equivalence: tuple[NewEquivalence, ...] = Field((), description="procedures made equivalent")
    passport: tuple[PassportGroup, ...] = Field((), description="passports for groups")
    agreement: tuple[NewAgreement, ...] = Field((), description="new sharing agreements")
    competency: tuple[CompetencyGroup, ...] = Field((), description="competencies for groups")
    sign_off: tuple[SignOffGroup, ...] = Field((), description="sign-offs for groups")
    consent: tuple[ConsentGroup, ...] = Field(
        (), description="groups that agree to work for other hosts"
    )
    journey: tuple[JourneyGroup, ...] = Field((), description="groups that accept a longer journey")
    policy: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="rules that differ: rule id -> parameters"
    )

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        """The facts as the scenario has them."""
        return dataset.with_facts(
            sharing_agreement=[
                *([] if self.alone else dataset.sharing_agreement),
                *self._agreements(period.first),
            ],
            procedure_equivalence=[
                *dataset.procedure_equivalence,
                *self._equivalences(period.first),
            ],
            passport=[*dataset.passport, *self._passports(dataset, period)],
            staff_competency=[*dataset.staff_competency, *self._competencies(dataset, period)],
            procedure_sign_off=[*dataset.procedure_sign_off, *self._sign_offs(dataset, period)],
            staff=self._staff(dataset, period),
            temporary_supply=[self._changed(supply) for supply in dataset.temporary_supply],
        )

    def caps(self, dataset: Dataset, base_minutes: Mapping[str, int]) -> list[dict[str, Any]]:
        """Caps for the rule `temporary_limit`. `base_minutes`: minutes that the base roster takes
        from each supply.
        """
        caps = []
        for change in self.supply:
            if change.hours_percent is not None:
                ids = [supply.id for supply in dataset.temporary_supply if change.takes(supply)]
                taken = sum(base_minutes.get(supply_id, 0) for supply_id in ids)
                minutes = int(taken * exact(change.hours_percent) / 100)
                caps.append({"supply_ids": ids, "hours": _hours_not_below(minutes)})
        return caps

    def _agreements(self, first: date) -> Iterator[SharingAgreement]:
        for new in self.agreement:
            yield SharingAgreement(
                home_organisation_id=new.home_organisation_id,
                host_organisation_id=new.host_organisation_id,
                route=new.route,
                service_id=new.service_id,
                from_date=first,
                max_hours_per_week=new.max_hours_per_week,
            )

    def _equivalences(self, first: date) -> Iterator[ProcedureEquivalence]:
        for new in self.equivalence:
            ways = [(new.from_organisation_id, new.host_organisation_id)]
            if new.both_ways:
                ways.append((new.host_organisation_id, new.from_organisation_id))
            for source, host in ways:
                yield ProcedureEquivalence(
                    procedure_id=new.procedure_id,
                    from_organisation_id=source,
                    host_organisation_id=host,
                    from_date=first,
                    concordat=f"scenario: {self.name}",
                )

    def _passports(self, dataset: Dataset, period: Period) -> Iterator[Passport]:
        for group in self.passport:
            for staff_id, employer in group.members(dataset.contract, period):
                yield Passport(
                    staff_id=staff_id,
                    host_organisation_id=group.host_organisation_id,
                    route=group.route,
                    issued_by_organisation_id=employer,
                    valid_from=period.first,
                    valid_to=period.last + timedelta(days=7),  # shifts of the last day end later
                    status="active",
                    checks="|".join(CHECKS),
                )

    def _competencies(self, dataset: Dataset, period: Period) -> Iterator[StaffCompetency]:
        for group in self.competency:
            for staff_id, _ in group.members(dataset.contract, period):
                yield StaffCompetency(
                    staff_id=staff_id, competency_id=group.competency_id, valid_from=period.first
                )

    def _sign_offs(self, dataset: Dataset, period: Period) -> Iterator[ProcedureSignOff]:
        """In every version by which the host works at some time of the period."""
        for group in self.sign_off:
            versions = {
                row.version
                for row in dataset.procedure_version
                if (row.procedure_id, row.organisation_id)
                == (group.procedure_id, group.host_organisation_id)
                and row.from_date <= period.last + timedelta(days=1)
                and (row.to_date is None or row.to_date >= period.first)
            }
            for staff_id, _ in group.members(dataset.contract, period):
                for version in sorted(versions):
                    yield ProcedureSignOff(
                        staff_id=staff_id,
                        procedure_id=group.procedure_id,
                        organisation_id=group.host_organisation_id,
                        version=version,
                        valid_from=period.first,
                    )

    def _staff(self, dataset: Dataset, period: Period) -> Sequence[Staff]:
        consents = {
            staff_id
            for group in self.consent
            for staff_id, _ in group.members(dataset.contract, period)
        }
        sites = [
            (group.site_id, dict(group.members(dataset.contract, period))) for group in self.journey
        ]
        if not consents and not sites:
            return dataset.staff
        geography = Geography(dataset.site, dataset.travel_time)
        changed = []
        for person in dataset.staff:
            update: dict[str, Any] = (
                {"accepts_other_hosts": True, "agreed_hosts": None} if person.id in consents else {}
            )
            if person.max_travel_minutes is not None:
                journeys = [
                    geography.minutes(person.home_site_id, site_id)
                    for site_id, group in sites
                    if person.id in group
                ]
                update["max_travel_minutes"] = max([person.max_travel_minutes, *journeys])
            changed.append(person.model_copy(update=update))
        return changed

    def _changed(self, supply: TemporarySupply) -> TemporarySupply:
        for change in self.supply:
            if change.takes(supply):
                update: dict[str, Any] = {}
                if change.hourly_percent is not None:
                    update["hourly_pence"] = half_up(
                        supply.hourly_pence * exact(change.hourly_percent) / 100
                    )
                if change.max_shifts_per_week is not None:
                    update["max_shifts_per_week"] = change.max_shifts_per_week
                supply = supply.model_copy(update=update)
        return supply


CHANGES: dict[str, type[ScenarioPart]] = {
    name: part
    for name, field in Scenario.model_fields.items()
    for part in get_args(field.annotation)[:1]
    if isinstance(part, type) and issubclass(part, ScenarioPart)
}
"""What a scenario may change: the key of each kind of change, and what one of them is."""


def _hours_not_below(minutes: int) -> float:
    """Hours that the rule reads back as these whole minutes, although it cuts off the fraction."""
    hours = minutes / 60
    return hours if int(hours * 60) >= minutes else (minutes + 1e-6) / 60


# --- reading


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario and what its file is called."""

    file: str
    scenario: Scenario


def read_scenarios(
    paths: Sequence[Path], dataset: Dataset, period: Period, policy: Mapping[str, Any] | None
) -> list[ScenarioFile]:
    """Scenarios that fit the dataset and the policy. Raises BadInput with every fault of every
    file.
    """
    faults: list[Fault] = []
    found = []
    for path in paths:
        try:
            scenario = parse_scenario(read_tables(path), path.name)
            wrong = [
                *_unknown_ids(scenario, dataset, path.name),
                *_empty_groups(scenario, dataset, period, path.name),
            ]
            if wrong:
                raise BadInput(wrong)
            Policy.from_tables(policy or {}, scenario.policy, source=f"{path.name} [policy]")
        except BadInput as error:
            faults += error.faults
        else:
            found.append(ScenarioFile(path.name, scenario))
    if faults:
        raise BadInput(faults)
    return found


def parse_scenario(tables: Mapping[str, Any], source: str) -> Scenario:
    """Raises BadInput naming every key that is unknown, missing or has no meaning."""
    try:
        return Scenario.model_validate(dict(tables))
    except ValidationError as error:
        raise BadInput([_fault(source, item) for item in error.errors()]) from None


def _fault(source: str, item: Any) -> Fault:
    location: list[str | int] = list(item["loc"])
    column = "".join(
        f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location
    ).lstrip(".")
    if item["type"] == "missing":
        return Fault(source, 0, column, "", "a value: this key is needed")
    if item["type"] == "extra_forbidden":
        known = list(_model_at(location[:-1]).model_fields)
        return Fault(
            source,
            0,
            column,
            "",
            f"a known key{_nearest(str(location[-1]), known)}; known are {', '.join(known)}",
        )
    expected = item["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if column.endswith("route"):
        expected += _nearest(str(item["input"]), get_args(Route))
    return Fault(source, 0, column, str(item["input"])[:80], expected)


def _model_at(location: Sequence[str | int]) -> type[BaseModel]:
    """The part of a scenario that a location lies in."""
    return CHANGES.get(str(location[0]), Scenario) if location else Scenario


_REFERENCES = {
    "procedure_id": "procedure",
    "role_id": "role",
    "service_id": "service",
    "competency_id": "competency",
    "site_id": "site",
}


def _unknown_ids(scenario: Scenario, dataset: Dataset, source: str) -> Iterator[Fault]:
    ids: dict[str, list[str]] = {}
    for name in CHANGES:
        for number, change in enumerate(getattr(scenario, name), start=1):
            for column, value in change:
                file = (
                    "temporary_supply"
                    if column == "id"
                    else "staff"
                    if column == "staff_ids"
                    else _REFERENCES.get(column, "")
                )
                file = "organisation" if column.endswith("organisation_id") else file
                if not file or value is None:
                    continue
                known = ids.setdefault(file, [getattr(fact, "id") for fact in dataset.rows(file)])  # noqa: B009
                for wanted in value if isinstance(value, tuple) else (value,):
                    if wanted not in known:
                        yield Fault(
                            source,
                            0,
                            f"{name}[{number}].{column}",
                            wanted,
                            f"the id of a row of {file}.csv{_nearest(wanted, known)}",
                        )


def _empty_groups(
    scenario: Scenario, dataset: Dataset, period: Period, source: str
) -> Iterator[Fault]:
    """Changes that would change nothing, or that do not say whom they mean."""
    for number, change in enumerate(scenario.supply, start=1):
        if (
            change.hours_percent is None
            and change.hourly_percent is None
            and change.max_shifts_per_week is None
        ):
            yield Fault(
                source,
                0,
                f"supply[{number}]",
                "",
                "hours_percent, hourly_percent or max_shifts_per_week: nothing would change",
            )
        elif not any(change.takes(supply) for supply in dataset.temporary_supply):
            yield Fault(
                source,
                0,
                f"supply[{number}]",
                "",
                "supplies that fit all of kind, organisation_id and id: there is none",
            )
    kinds = [name for name, part in CHANGES.items() if issubclass(part, PeopleGroup)]
    groups = [
        (f"{kind}[{number}]", group)
        for kind in kinds
        for number, group in enumerate(getattr(scenario, kind), start=1)
    ]
    for place, group in groups:
        if group.organisation_id is None and group.role_id is None and group.staff_ids is None:
            yield Fault(
                source, 0, place, "", "organisation_id, role_id or staff_ids: whom it is for"
            )
        elif not group.members(dataset.contract, period):
            yield Fault(
                source,
                0,
                place,
                "",
                "people who fit all of organisation_id, role_id and staff_ids in the period: there"
                " is nobody",
            )
    if scenario.alone and scenario.agreement:
        yield Fault(
            source,
            0,
            "agreement",
            "",
            "no new agreement where `alone = true`: no agreement is used then",
        )
    for number, new in enumerate(scenario.equivalence, start=1):
        if new.from_organisation_id == new.host_organisation_id:
            yield Fault(
                source,
                0,
                f"equivalence[{number}].host_organisation_id",
                new.host_organisation_id,
                "another organisation: each accepts its own version",
            )


def _nearest(name: str, known: Iterable[str]) -> str:
    found = nearest(name, known)
    return f" (nearest: {either(found)})" if found else ""
