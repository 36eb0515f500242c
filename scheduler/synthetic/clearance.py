"""Who may work where: competencies, sign-offs and passports of every person, with the gaps of real
life.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from scheduler.synthetic.catalogue import COMPETENCY, REGISTRATION, ROLE, ROLE_COVER
from scheduler.synthetic.nature import CollaborativeNature
from scheduler.synthetic.shape import Agreement, Shape, SyntheticService, SyntheticVersion
from scheduler.synthetic.tables import Tables
from scheduler.synthetic.workforce import SyntheticPerson

CHECKS: Final = (
    "identity",
    "right_to_work",
    "dbs",
    "registration",
    "occupational_health",
    "mandatory_training",
)
HOST_SPECIFIC, SECOND_ROUTE, CHECK_MISSING = 0.25, 0.6, 0.05
SIGNED_FOR_HOST, FOLLOWS_NEW_VERSION = 0.4, 0.7
# of competencies and sign-offs: out of date, ends in the week, begins in the week; the rest holds
# throughout
LAPSED, ENDS, BEGINS = 0.006, 0.012, 0.004


class Clearance:
    """Writes the clearance files of one dataset and remembers who has no gap at all."""

    def __init__(
        self, shape: Shape, start: date, nature: CollaborativeNature, rng: Random, tables: Tables
    ) -> None:
        self.shape, self.start, self.nature, self.rng, self.tables = (
            shape,
            start,
            nature,
            rng,
            tables,
        )
        self.week = (start, start + timedelta(days=6))
        self.flawless: set[str] = set()  # staff whose competencies and sign-offs hold all week
        self.hosts: dict[str, list[str]] = {}
        for service_id, _, host in shape.hosts:
            self.hosts.setdefault(service_id, []).append(host)
        self.covers: dict[str, list[str]] = {}
        for role_id, covered in ROLE_COVER:
            self.covers.setdefault(role_id, []).append(covered)
        self.versions: dict[tuple[str, str], list[SyntheticVersion]] = {}
        for version in shape.versions:
            self.versions.setdefault((version.procedure_id, version.organisation_id), []).append(
                version
            )
        self.agreements: dict[str, list[Agreement]] = {}
        for agreement in shape.agreements:
            if agreement.to_date is None or agreement.to_date >= start:
                self.agreements.setdefault(agreement.home_organisation_id, []).append(agreement)

    def add(self, people: list[SyntheticPerson]) -> None:
        """Write `staff_competency`, `procedure_sign_off` and `passport` of everybody."""
        for person in people:
            sound = [self._competency(person, key) for key in self._needed(person)]
            sound += [self._sign_offs(person, procedure) for procedure in self._procedures(person)]
            if all(sound):
                self.flawless.add(person.id)
            self._passports(person)

    def _services(self, person: SyntheticPerson) -> list[SyntheticService]:
        return [self.shape.service[line.team.service_id] for line in person.lines]

    def _needed(self, person: SyntheticPerson) -> list[str]:
        """Competency ids for the own role, and the roles it covers, in every service that the
        person knows.
        """
        roles = [person.role_id, *self.covers.get(person.role_id, [])]
        keys: list[str] = []
        for service in self._services(person):
            keys += service.kind.mandatory
            keys += [competency for role in roles for competency in service.kind.required(role)]
            keys += service.inductions
        if ROLE[person.role_id].registered:
            keys.append(REGISTRATION[ROLE[person.role_id].staff_group])
        return list(dict.fromkeys(keys))

    def _procedures(self, person: SyntheticPerson) -> list[str]:
        keys = [
            procedure for service in self._services(person) for procedure in service.kind.procedures
        ]
        return list(dict.fromkeys(keys))

    def _period(self, months: int) -> tuple[date, date | None, bool]:
        """Valid from and to, and whether it holds all week."""
        chance, days = self.rng.random(), months * 30
        age = self.rng.randrange(7, days)
        if chance < LAPSED:
            return (
                self.start - timedelta(days=days + age % 60),
                self.start - timedelta(days=1 + age % 60),
                False,
            )
        if chance < LAPSED + ENDS:
            ends = self.start + timedelta(days=self.rng.randrange(1, 5))
            return ends - timedelta(days=days), ends, False
        if chance < LAPSED + ENDS + BEGINS:
            begins = self.start + timedelta(days=self.rng.randrange(1, 4))
            return begins, begins + timedelta(days=days), False
        begins = self.start - timedelta(days=age)
        return begins, begins + timedelta(days=days + 7), True

    def _competency(self, person: SyntheticPerson, key: str) -> bool:
        known = COMPETENCY.get(key)
        begins, ends, sound = self._period(known.months if known else 36)
        identity = f"{self.shape.shared_prefix}{key}" if known else key
        self.tables.add("staff_competency", person.id, identity, begins, ends)
        return sound

    def _sign_offs(self, person: SyntheticPerson, procedure: str) -> bool:
        """Sign-offs with every own employer, and for some with another host."""
        own = list(dict.fromkeys(contract.organisation_id for contract in person.contracts))
        hosts = dict.fromkeys(
            host for line in person.lines for host in self.hosts[line.team.service_id]
        )
        further = [
            host for host in hosts if host not in own and self.rng.random() < SIGNED_FOR_HOST
        ]
        sound = True
        for organisation in own + further:
            sound = self._sign_off(person, procedure, organisation) and sound
        return sound

    def _sign_off(self, person: SyntheticPerson, procedure: str, organisation: str) -> bool:
        """A sign-off in every version that lives in the week; some have not followed to the new
        one.
        """
        key = (f"{self.shape.shared_prefix}{procedure}", organisation)
        first, last = self.week
        live = [
            version
            for version in self.versions.get(key, [])
            if version.from_date <= last and (version.to_date is None or version.to_date >= first)
        ]
        begins, ends, sound = self._period(24)
        sound = sound and bool(live)
        for version in live:
            if version.from_date > self.start and self.rng.random() >= FOLLOWS_NEW_VERSION:
                sound = False
                continue
            signed = max(begins, version.from_date)
            if ends is None or signed <= ends:
                self.tables.add(
                    "procedure_sign_off",
                    person.id,
                    key[0],
                    organisation,
                    version.version,
                    signed,
                    ends,
                )
        return sound

    def _passports(self, person: SyntheticPerson) -> None:
        """Passports for what the employer has agreed; some for one host, some suspended, some
        running out.
        """
        employer = person.contracts[0].organisation_id
        if employer in self.shape.past_passports and self.rng.random() < 0.1:
            issued = date(2024, 1, 15) + timedelta(days=self.rng.randrange(300))
            self.tables.add(
                "passport",
                person.id,
                None,
                "digital_passport",
                employer,
                issued,
                date(2025, 12, 5),
                "active",
                "|".join(self._checks(person, complete=True)),
            )
        agreements = self.agreements.get(employer, [])
        if not agreements or (self.rng.random() >= self.nature.with_passport and not person.joint):
            return
        routes = list(dict.fromkeys(agreement.route for agreement in agreements))
        first = self.rng.randrange(len(routes))
        chosen = [routes[first]]
        if len(routes) > 1 and self.rng.random() < SECOND_ROUTE:
            chosen.append(routes[(first + 1) % len(routes)])
        for route in chosen:
            hosts = [a.host_organisation_id for a in agreements if a.route == route]
            host = self.rng.choice(hosts) if self.rng.random() < HOST_SPECIFIC else None
            begins, ends, status = self._standing()
            complete = self.rng.random() >= CHECK_MISSING
            self.tables.add(
                "passport",
                person.id,
                host,
                route,
                employer,
                begins,
                ends,
                status,
                "|".join(self._checks(person, complete)),
            )

    def _standing(self) -> tuple[date, date | None, str]:
        """Valid from, valid to and status of a passport."""
        begins = self.start - timedelta(days=self.rng.randrange(20, 700))
        chance = self.rng.random()
        if chance < 0.05:
            return begins, begins + timedelta(days=1000), "suspended"
        if chance < 0.07:
            return begins, begins + timedelta(days=1000), "revoked"
        if chance < 0.13:
            return begins, self.start + timedelta(days=self.rng.randrange(1, 5)), "active"
        if chance < 0.15:
            return self.start + timedelta(days=self.rng.randrange(1, 4)), None, "active"
        if chance < 0.18:
            return (
                begins,
                max(begins, self.start - timedelta(days=self.rng.randrange(1, 15))),
                "active",
            )
        return (
            begins,
            None if chance < 0.4 else self.start + timedelta(days=self.rng.randrange(20, 700)),
            "active",
        )

    def _checks(self, person: SyntheticPerson, complete: bool) -> list[str]:
        """The checks that are warranted: registration only for registered roles, one missing if not
        complete.
        """
        checks = [
            check for check in CHECKS if check != "registration" or ROLE[person.role_id].registered
        ]
        if not complete:
            checks.remove(self.rng.choice(("dbs", "occupational_health", "mandatory_training")))
        return checks
