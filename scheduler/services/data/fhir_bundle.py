"""A published roster as FHIR R4B resources, in one Bundle of the type collection.

A contract at a host is a PractitionerRole, its shifts are the busy Slots of one Schedule. No shift
is an Appointment, which is about patients. Ids are made of ours, so that the same thing has the
same id in every file.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from scheduler.domain.clock import local, local_date, minute
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Contract, Organisation
from scheduler.domain.roster import AssignmentLine
from scheduler.storage.stored_rosters import StoredRoster

Resource: TypeAlias = dict[str, Any]
OURS = UUID("5d7c2a4e-6f0b-5b0c-9a51-7d2f3c1e8b64")
"""What ids are made under."""
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
LOCAL = "urn:workforce-scheduler:"
"""Before the name of a file of facts: the system of ids that are the partners' own."""
TEST_DATA = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}
WITHOUT_CODE = ("local_authority", "charity")
"""Kinds of body whose ids need not be codes of the Organisation Data Service."""
SYNTHETIC = "Synthetic "
"""Every made-up person is called so first."""


def bundle_of(
    stored: StoredRoster, facts: Dataset, named: Collection[str] = frozenset()
) -> Resource:
    """`facts`: those that the roster was made from; `named`: whose names stand in it. Shifts of
    temporary supply are nobody's, and are left out. All resources bear the label of test data where
    everybody in it is synthetic. Raises BadRequest where nothing of the roster is in force.
    """
    if not stored.header.in_force:
        raise BadRequest(
            f"{stored.header.id} is not published, and only what is published is written as FHIR."
            f" Next: scheduler publish {stored.header.id}"
        )
    made = [*_Resources(stored, facts, named).all()]
    people = {row.id: row for row in facts.staff}
    there = {line.staff_id for line in stored.document.assignments if line.staff_id}
    synthetic = bool(there) and all(
        one in people and people[one].name.startswith(SYNTHETIC) for one in sorted(there)
    )
    label = {"meta": {"security": [TEST_DATA]}} if synthetic else {}
    bundle: Resource = {"resourceType": "Bundle", **label, "type": "collection"}
    if stored.header.published_at is not None:
        bundle["timestamp"] = stored.header.published_at.isoformat()
    bundle["entry"] = [
        {
            "fullUrl": f"urn:uuid:{one['id']}",
            "resource": {"resourceType": one["resourceType"], **label, **one},
        }
        for one in made
    ]
    return bundle


def _id(kind: str, *parts: str) -> str:
    return str(uuid5(OURS, "\n".join((kind, *parts))))


def _to(kind: str, *parts: str) -> Resource:
    return {"reference": f"urn:uuid:{_id(kind, *parts)}", "type": kind}


def _identifier(file: str, value: str) -> Resource:
    return {"system": f"{LOCAL}{file}", "value": value}


class _Resources:
    """What a roster comes to, kind by kind; only what its shifts name."""

    def __init__(self, stored: StoredRoster, facts: Dataset, named: Collection[str]) -> None:
        self._header, self._named = stored.header, named
        self._days = sorted(stored.header.in_force)
        self._lines = [
            line
            for line in stored.document.assignments
            if line.staff_id
            and line.contract_id
            and local_date(minute(line.start)) in stored.header.in_force
        ]
        self._organisations = {row.id: row for row in facts.organisation}
        self._sites = {row.id: row for row in facts.site}
        self._services = {row.id: row for row in facts.service}
        self._roles = {row.id: row for row in facts.role}
        self._contracts = {row.id: row for row in facts.contract}
        self._staff = {row.id: row for row in facts.staff}
        self._posts: Mapping[tuple[str, str], list[AssignmentLine]] = self._by_post()

    def _by_post(self) -> Mapping[tuple[str, str], list[AssignmentLine]]:
        found: dict[tuple[str, str], list[AssignmentLine]] = defaultdict(list)
        for line in sorted(self._lines, key=lambda one: (one.start, one.demand_id)):
            found[line.contract_id or "", line.host_organisation_id].append(line)
        return dict(sorted(found.items()))

    def all(self) -> Iterator[Resource]:
        """Each before what refers to it."""
        used = {line.host_organisation_id for line in self._lines}
        used |= {line.employer_organisation_id for line in self._lines}
        yield from (self._organisation(self._organisations[one]) for one in sorted(used))
        bases = {self._contracts[contract].base_site_id for contract, _ in self._posts}
        for site_id in sorted({line.site_id for line in self._lines} | bases):
            yield self._location(site_id)
        yield from self._healthcare_services()
        for staff_id in sorted({line.staff_id or "" for line in self._lines}):
            yield self._practitioner(staff_id)
        for (contract_id, host), lines in self._posts.items():
            yield self._role(self._contracts[contract_id], host, lines)
        for (contract_id, host), lines in self._posts.items():
            yield self._schedule(contract_id, host, lines)
            yield from (self._slot(contract_id, host, line) for line in lines)

    def _organisation(self, row: Organisation) -> Resource:
        coded = row.kind not in WITHOUT_CODE
        return {
            "resourceType": "Organization",
            "id": _id("Organization", row.id),
            "identifier": [
                {"system": ODS, "value": row.id} if coded else _identifier("organisation", row.id)
            ],
            "active": True,
            "name": row.name,
        }

    def _location(self, site_id: str) -> Resource:
        row = self._sites[site_id]
        return {
            "resourceType": "Location",
            "id": _id("Location", site_id),
            "identifier": [_identifier("site", site_id)],
            "status": "active",
            "name": row.name,
            "mode": "instance",
            "address": {"postalCode": row.postcode, "country": "GBR"},
            "position": {"longitude": row.longitude, "latitude": row.latitude},
        }

    def _healthcare_services(self) -> Iterator[Resource]:
        """A service under a host, at all sites at which the roster has it."""
        sites: dict[tuple[str, str], set[str]] = defaultdict(set)
        for line in self._lines:
            sites[line.service_id, line.host_organisation_id].add(line.site_id)
        for (service_id, host), at in sorted(sites.items()):
            yield {
                "resourceType": "HealthcareService",
                "id": _id("HealthcareService", service_id, host),
                "identifier": [_identifier("service", service_id)],
                "active": True,
                "providedBy": _to("Organization", host),
                "location": [_to("Location", one) for one in sorted(at)],
                "name": self._services[service_id].name,
            }

    def _practitioner(self, staff_id: str) -> Resource:
        found: Resource = {
            "resourceType": "Practitioner",
            "id": _id("Practitioner", staff_id),
            "identifier": [_identifier("staff", staff_id)],
            "active": True,
        }
        if staff_id in self._named and staff_id in self._staff:
            found["name"] = [{"use": "usual", "text": self._staff[staff_id].name}]
        return found

    def _role(self, contract: Contract, host: str, lines: list[AssignmentLine]) -> Resource:
        period = {"start": contract.from_date.isoformat()}
        if contract.to_date is not None:
            period["end"] = contract.to_date.isoformat()
        return {
            "resourceType": "PractitionerRole",
            "id": _id("PractitionerRole", contract.id, host),
            "identifier": [
                {
                    **_identifier("contract", contract.id),
                    # the employer, where the role is done for another organisation too
                    "assigner": _to("Organization", contract.organisation_id),
                }
            ],
            "active": True,
            "period": period,
            "practitioner": _to("Practitioner", contract.staff_id),
            "organization": _to("Organization", host),
            "code": [{"text": self._roles[contract.role_id].name}],
            "location": [_to("Location", contract.base_site_id)],
            "healthcareService": [
                _to("HealthcareService", one, host)
                for one in sorted({line.service_id for line in lines})
            ],
        }

    def _schedule(self, contract_id: str, host: str, lines: list[AssignmentLine]) -> Resource:
        return {
            "resourceType": "Schedule",
            "id": self._schedule_id(contract_id, host),
            "identifier": [_identifier("roster", self._header.id)],
            "active": True,
            "actor": [
                _to("PractitionerRole", contract_id, host),
                *(_to("Location", one) for one in sorted({line.site_id for line in lines})),
            ],
            "planningHorizon": {
                "start": self._days[0].isoformat(),
                "end": self._days[-1].isoformat(),
            },
        }

    def _slot(self, contract_id: str, host: str, line: AssignmentLine) -> Resource:
        begin, end = (local(minute(at)).isoformat() for at in (line.start, line.end))
        return {
            "resourceType": "Slot",
            "id": _id("Slot", self._header.id, contract_id, line.demand_id),
            "identifier": [_identifier("demand", line.demand_id)],
            "serviceType": [{"text": self._services[line.service_id].name}],
            "schedule": {
                "reference": f"urn:uuid:{self._schedule_id(contract_id, host)}",
                "type": "Schedule",
            },
            "status": "busy",
            "start": begin,
            "end": end,
            "comment": self._sites[line.site_id].name,
        }

    def _schedule_id(self, contract_id: str, host: str) -> str:
        return _id("Schedule", self._header.id, contract_id, host)
