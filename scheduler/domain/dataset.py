"""A dataset: every fact that somebody brought, in the contract's files."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

from scheduler.domain import facts as f
from scheduler.domain.facts import BY_FILE, FACT_TYPES, Fact


def names_by_id(rows: Iterable[Fact]) -> dict[str, str]:
    """What facts of a kind with an id and a name are called."""
    return {str(row.__dict__["id"]): str(row.__dict__["name"]) for row in rows}


@dataclass(frozen=True)
class Dataset:
    """Facts by file. Each field is named as its file; empty where the file is missing."""

    collaborative: tuple[f.Collaborative, ...] = ()
    organisation: tuple[f.Organisation, ...] = ()
    membership: tuple[f.Membership, ...] = ()
    place: tuple[f.Place, ...] = ()
    site: tuple[f.Site, ...] = ()
    travel_time: tuple[f.TravelTime, ...] = ()
    service: tuple[f.Service, ...] = ()
    service_host: tuple[f.ServiceHost, ...] = ()
    role: tuple[f.Role, ...] = ()
    role_cover: tuple[f.RoleCover, ...] = ()
    staff: tuple[f.Staff, ...] = ()
    contract: tuple[f.Contract, ...] = ()
    competency: tuple[f.Competency, ...] = ()
    service_competency: tuple[f.ServiceCompetency, ...] = ()
    staff_competency: tuple[f.StaffCompetency, ...] = ()
    procedure: tuple[f.Procedure, ...] = ()
    procedure_version: tuple[f.ProcedureVersion, ...] = ()
    procedure_equivalence: tuple[f.ProcedureEquivalence, ...] = ()
    service_procedure: tuple[f.ServiceProcedure, ...] = ()
    procedure_sign_off: tuple[f.ProcedureSignOff, ...] = ()
    sharing_agreement: tuple[f.SharingAgreement, ...] = ()
    passport: tuple[f.Passport, ...] = ()
    shift_type: tuple[f.ShiftType, ...] = ()
    demand: tuple[f.Demand, ...] = ()
    demand_template: tuple[f.DemandTemplate, ...] = ()
    skill_mix: tuple[f.SkillMix, ...] = ()
    leave: tuple[f.Leave, ...] = ()
    leave_band: tuple[f.LeaveBand, ...] = ()
    unavailability: tuple[f.Unavailability, ...] = ()
    preference: tuple[f.Preference, ...] = ()
    worked_shift: tuple[f.WorkedShift, ...] = ()
    pin: tuple[f.Pin, ...] = ()
    work_limit: tuple[f.WorkLimit, ...] = ()
    shift_succession: tuple[f.ShiftSuccession, ...] = ()
    base_pattern: tuple[f.BasePattern, ...] = ()
    enhancement: tuple[f.Enhancement, ...] = ()
    temporary_supply: tuple[f.TemporarySupply, ...] = ()
    approval_scheme: tuple[f.ApprovalScheme, ...] = ()
    approval_post: tuple[f.ApprovalPost, ...] = ()
    post_absence: tuple[f.PostAbsence, ...] = ()
    service_contact: tuple[f.ServiceContact, ...] = ()
    request_rule: tuple[f.RequestRule, ...] = ()
    target: tuple[f.MeasureTarget, ...] = ()
    recharge_account: tuple[f.RechargeAccount, ...] = ()

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Self:
        """Sort facts of any kind into their files, keeping their order within a file."""
        sorted_facts: dict[str, list[Fact]] = {name: [] for name in BY_FILE}
        for fact in facts:
            sorted_facts[fact.file].append(fact)
        return cls(**{name: tuple(rows) for name, rows in sorted_facts.items()})  # type: ignore[arg-type]

    @classmethod
    def from_cells(cls, tables: Mapping[str, Iterable[Mapping[str, str]]]) -> Self:
        """Facts from cells that are known to be good: file -> rows of column -> text.

        Raises pydantic.ValidationError at the first bad cell; to report all of them, read files
        through scheduler.storage.files instead.
        """
        return cls.of(
            BY_FILE[name].model_validate(dict(row)) for name, rows in tables.items() for row in rows
        )

    def facts(self) -> Iterator[Fact]:
        """Every fact, file by file in the contract's order."""
        for fact_type in FACT_TYPES:
            yield from self.rows(fact_type.file)

    def rows(self, file: str) -> tuple[Fact, ...]:
        """The facts of a file, which is named without its ending."""
        rows: tuple[Fact, ...] = getattr(self, file)
        return rows

    def with_facts(self, **changed: Iterable[Any]) -> Self:
        """A copy in which the named files hold other facts."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        return type(self)(**{**kept, **{name: tuple(rows) for name, rows in changed.items()}})

    def to_cells(self) -> dict[str, list[dict[str, str]]]:
        """File -> rows of column -> text, as in the CSV files; files without rows are left out."""
        return {
            t.file: [fact.cells() for fact in self.rows(t.file)]
            for t in FACT_TYPES
            if self.rows(t.file)
        }

    def sha256(self) -> str:
        """A fingerprint of the facts that depends on no order of rows, nor on optional columns
        without a value. Found once: facts never change.
        """
        return self._sha256

    @cached_property
    def _sha256(self) -> str:
        filled = {
            file: [{name: cell for name, cell in row.items() if cell} for row in rows]
            for file, rows in self.to_cells().items()
        }
        canonical = {
            name: sorted(json.dumps(row, sort_keys=True) for row in rows)
            for name, rows in filled.items()
        }
        return hashlib.sha256(json.dumps(canonical, sort_keys=True).encode()).hexdigest()
