"""What lets people work somewhere: procedures, agreements, and what groups of people hold or
accept.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from pydantic import Field

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import (
    Passport,
    ProcedureEquivalence,
    ProcedureSignOff,
    SharingAgreement,
    Staff,
    StaffCompetency,
)
from scheduler.domain.facts.clearance import CHECKS, Route
from scheduler.domain.geography import Geography
from scheduler.domain.problem import Period
from scheduler.services.scenarios.changes.part import (
    Named,
    PeopleGroup,
    ScenarioPart,
    Wrong,
    number,
)


class NewEquivalence(ScenarioPart):
    """A host accepts another organisation's version of a procedure from the period's first day."""

    title = "Procedures made equivalent"

    procedure_id: str = Field(description="the procedure")
    from_organisation_id: str = Field(description="whose version is accepted")
    host_organisation_id: str = Field(description="who accepts it")
    both_ways: bool = Field(False, description="also the other way round")

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        if self.from_organisation_id == self.host_organisation_id:
            yield Wrong(
                "host_organisation_id",
                self.host_organisation_id,
                "another organisation: each accepts its own version",
            )

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        ways = [(self.from_organisation_id, self.host_organisation_id)]
        if self.both_ways:
            ways.append((self.host_organisation_id, self.from_organisation_id))
        added = [
            ProcedureEquivalence(
                procedure_id=self.procedure_id,
                from_organisation_id=source,
                host_organisation_id=host,
                from_date=period.first,
                concordat="scenario",
            )
            for source, host in ways
        ]
        return dataset.with_facts(procedure_equivalence=[*dataset.procedure_equivalence, *added])

    def sentence(self, name: Named) -> str:
        one, two = name(self.from_organisation_id), name(self.host_organisation_id)
        if self.both_ways:
            return f"{one} and {two} accept each other's version of {name(self.procedure_id)}"
        return f"{two} accepts the version of {name(self.procedure_id)} of {one}"


class PassportGroup(PeopleGroup):
    """They get a passport with all checks."""

    title = "Passports for a group"

    route: Route = Field(description="by which route")
    host_organisation_id: str | None = Field(
        None, description="good for this host; without it for every member of the collaborative"
    )

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        added = [
            Passport(
                staff_id=staff_id,
                host_organisation_id=self.host_organisation_id,
                route=self.route,
                issued_by_organisation_id=employer,
                valid_from=period.first,
                valid_to=period.last + timedelta(days=7),  # shifts of the last day end later
                status="active",
                checks="|".join(CHECKS),
            )
            for staff_id, employer in self.members(dataset.contract, period)
        ]
        return dataset.with_facts(passport=[*dataset.passport, *added])

    def sentence(self, name: Named) -> str:
        host = self.host_organisation_id
        where = "every member" if host is None else name(host)
        return f"Passports ({_words(self.route)}) for {self.whom(name)}, good for {where}"


class CompetencyGroup(PeopleGroup):
    """They hold a competency from the period's first day."""

    title = "A competency for a group"

    competency_id: str = Field(description="which")

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        added = [
            StaffCompetency(
                staff_id=staff_id, competency_id=self.competency_id, valid_from=period.first
            )
            for staff_id, _ in self.members(dataset.contract, period)
        ]
        return dataset.with_facts(staff_competency=[*dataset.staff_competency, *added])

    def sentence(self, name: Named) -> str:
        return f"{name(self.competency_id)} for {self.whom(name)}"


class SignOffGroup(PeopleGroup):
    """They are signed off in the version of a procedure by which an organisation works."""

    title = "Sign-offs for a group"

    procedure_id: str = Field(description="the procedure")
    host_organisation_id: str = Field(description="in whose version")

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        # every version by which the host works at some time of the period
        versions = {
            row.version
            for row in dataset.procedure_version
            if (row.procedure_id, row.organisation_id)
            == (self.procedure_id, self.host_organisation_id)
            and row.from_date <= period.last + timedelta(days=1)
            and (row.to_date is None or row.to_date >= period.first)
        }
        added = [
            ProcedureSignOff(
                staff_id=staff_id,
                procedure_id=self.procedure_id,
                organisation_id=self.host_organisation_id,
                version=version,
                valid_from=period.first,
            )
            for staff_id, _ in self.members(dataset.contract, period)
            for version in sorted(versions)
        ]
        return dataset.with_facts(procedure_sign_off=[*dataset.procedure_sign_off, *added])

    def sentence(self, name: Named) -> str:
        return (
            f"Sign-offs in {name(self.procedure_id)} of {name(self.host_organisation_id)} for"
            f" {self.whom(name)}"
        )


class ConsentGroup(PeopleGroup):
    """They agree to work for other hosts."""

    title = "Consent of a group to work for other hosts"

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        update = {"accepts_other_hosts": True, "agreed_hosts": None}
        return with_staff(self, dataset, period, lambda _: update)

    def sentence(self, name: Named) -> str:
        return f"Consent to work for other hosts: {self.whom(name)}"


def everybody_asked(dataset: Dataset) -> Dataset:
    """The facts, were everybody asked for every host to which they have not agreed: as if consent
    lay in no one's way, and with what each has agreed to still to be told from it.
    """
    hosts = sorted({row.organisation_id for row in dataset.service_host})
    return dataset.with_facts(staff=[person.would_be_asked(hosts) for person in dataset.staff])


class JourneyGroup(PeopleGroup):
    """They accept a journey as long as the one from home to a site."""

    title = "Longer journeys of a group, as far as a site"

    site_id: str = Field(description="as far as there")

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        geography = Geography(dataset.site, dataset.travel_time)

        def update(person: Staff) -> dict[str, Any]:
            limit = person.max_travel_minutes
            if limit is None:
                return {}
            minutes = geography.minutes(person.home_site_id, self.site_id)
            return {"max_travel_minutes": max(limit, minutes)}

        return with_staff(self, dataset, period, update)

    def sentence(self, name: Named) -> str:
        return f"Journeys as far as {name(self.site_id)} accepted by {self.whom(name)}"


class TravelGroup(PeopleGroup):
    """The longest journey that they accept, or none."""

    title = "Travel limits of a group"

    max_travel_minutes: float | None = Field(
        None, ge=0, le=100_000, description="longest journey accepted [minutes]"
    )
    unlimited: bool = Field(False, description="in place of a number: no limit")

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        yield from _one_limit("max_travel_minutes", self.max_travel_minutes, self.unlimited)
        yield from super().faults(dataset, period)

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        return with_staff(
            self, dataset, period, lambda _: {"max_travel_minutes": self.max_travel_minutes}
        )

    def sentence(self, name: Named) -> str:
        most = self.max_travel_minutes
        limit = "no limit" if most is None else f"at most {number(most)} minutes"
        return f"Journeys of {self.whom(name)}: {limit}"


def with_staff(
    group: PeopleGroup,
    dataset: Dataset,
    period: Period,
    update: Callable[[Staff], dict[str, Any]],
) -> Dataset:
    """The facts with other values in the staff rows of a group."""
    members = dict(group.members(dataset.contract, period))
    return dataset.with_facts(
        staff=[
            person.model_copy(update=update(person)) if person.id in members else person
            for person in dataset.staff
        ]
    )


class NewAgreement(ScenarioPart):
    """A sharing agreement from the period's first day."""

    title = "New sharing agreements"

    home_organisation_id: str = Field(description="who lends")
    host_organisation_id: str = Field(description="who borrows")
    route: Route = Field(description="the passport route it runs by")
    service_id: str | None = Field(
        None, description="for this service; without it for every service"
    )
    max_hours_per_week: float | None = Field(
        None, ge=0, le=1_000_000, description="most hours lent in a week; without it unlimited [h]"
    )

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        if self.home_organisation_id == self.host_organisation_id:
            yield Wrong(
                "host_organisation_id",
                self.host_organisation_id,
                "another organisation: nobody lends to themselves",
            )

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        added = SharingAgreement(
            home_organisation_id=self.home_organisation_id,
            host_organisation_id=self.host_organisation_id,
            route=self.route,
            service_id=self.service_id,
            from_date=period.first,
            max_hours_per_week=self.max_hours_per_week,
        )
        return dataset.with_facts(sharing_agreement=[*dataset.sharing_agreement, added])

    def sentence(self, name: Named) -> str:
        service = "" if self.service_id is None else f" for {name(self.service_id)}"
        most = self.max_hours_per_week
        limit = "" if most is None else f", at most {number(most)} h a week"
        return (
            f"{name(self.home_organisation_id)} lends to {name(self.host_organisation_id)}"
            f"{service} ({_words(self.route)}{limit})"
        )


class ReleaseChange(ScenarioPart):
    """Another limit on the hours that may be lent under agreements, or none."""

    title = "Hours lent under an agreement"

    home_organisation_id: str | None = Field(None, description="only agreements of who lends")
    host_organisation_id: str | None = Field(None, description="only agreements of who borrows")
    service_id: str | None = Field(None, description="only agreements for this service")
    max_hours_per_week: float | None = Field(
        None, ge=0, le=1_000_000, description="most hours lent in a week under each [h]"
    )
    unlimited: bool = Field(False, description="in place of a number: no limit")

    def takes(self, agreement: SharingAgreement, period: Period) -> bool:
        """Whether an agreement is live in the period and fits all that is given."""
        return (
            self.home_organisation_id in (None, agreement.home_organisation_id)
            and self.host_organisation_id in (None, agreement.host_organisation_id)
            and self.service_id in (None, agreement.service_id)
            and agreement.from_date <= period.last
            and (agreement.to_date is None or agreement.to_date >= period.first)
        )

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        yield from _one_limit("max_hours_per_week", self.max_hours_per_week, self.unlimited)
        if not any(self.takes(agreement, period) for agreement in dataset.sharing_agreement):
            yield Wrong(
                "",
                "",
                "agreements of the period that fit all of home_organisation_id,"
                " host_organisation_id and service_id: there is none",
            )

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        update = {"max_hours_per_week": self.max_hours_per_week}
        return dataset.with_facts(
            sharing_agreement=[
                row.model_copy(update=update) if self.takes(row, period) else row
                for row in dataset.sharing_agreement
            ]
        )

    def sentence(self, name: Named) -> str:
        who = "Hours lent"
        if self.home_organisation_id is not None:
            who += f" by {name(self.home_organisation_id)}"
        if self.host_organisation_id is not None:
            who += f" to {name(self.host_organisation_id)}"
        if self.service_id is not None:
            who += f" under agreements for {name(self.service_id)}"
        most = self.max_hours_per_week
        if most is None:
            return f"{who}: no limit"
        return f"{who}: at most {number(most)} h a week under each agreement"


def _one_limit(key: str, limit: float | None, unlimited: bool) -> Iterator[Wrong]:
    if (limit is None) != unlimited:
        yield Wrong(key, "", f"either {key} or unlimited = true")


def _words(route: str) -> str:
    return route.replace("_", " ")
