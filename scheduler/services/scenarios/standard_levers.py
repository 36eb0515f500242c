"""The two levers that every collaborative asks about, from its own facts: passports for all whom an
agreement would let work elsewhere, and procedures that every partner accepts from every other.
"""

from collections.abc import Iterator
from itertools import combinations

from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period
from scheduler.services.scenarios.changes.clearance import NewEquivalence, PassportGroup
from scheduler.services.scenarios.scenario import Scenario


def standard_levers(dataset: Dataset, collaborative_id: str, period: Period) -> list[Scenario]:
    """Those of the two that would change anything for the partners of these dates, passports
    first.
    """
    partners = {
        row.organisation_id
        for row in dataset.membership
        if row.collaborative_id == collaborative_id
        and row.from_date <= period.last
        and (row.to_date is None or row.to_date >= period.first)
    }
    passports = tuple(_passports(dataset, period, partners))
    equivalences = tuple(_equivalences(dataset, period, partners))
    found = []
    if passports:
        found.append(
            Scenario(
                name="Passports for all whom an agreement covers",
                description="Everybody of an organisation that lends holds the passport for it.",
                passport=passports,
            )
        )
    if equivalences:
        found.append(
            Scenario(
                name="All procedures harmonised",
                description="Each partner accepts every other's version of every procedure.",
                equivalence=equivalences,
            )
        )
    return found


def _passports(dataset: Dataset, period: Period, partners: set[str]) -> Iterator[PassportGroup]:
    ways = {
        (row.home_organisation_id, row.host_organisation_id, row.route)
        for row in dataset.sharing_agreement
        if {row.home_organisation_id, row.host_organisation_id} <= partners
        and row.from_date <= period.last
        and (row.to_date is None or row.to_date >= period.first)
    }
    employers = {
        row.organisation_id
        for row in dataset.contract
        if row.from_date <= period.last and (row.to_date is None or row.to_date >= period.first)
    }
    for home, host, route in sorted(ways):
        if home in employers:
            yield PassportGroup(organisation_id=home, host_organisation_id=host, route=route)


def _equivalences(dataset: Dataset, period: Period, partners: set[str]) -> Iterator[NewEquivalence]:
    versions: dict[str, set[str]] = {}
    for row in dataset.procedure_version:
        if row.from_date <= period.last and (row.to_date is None or row.to_date >= period.first):
            versions.setdefault(row.procedure_id, set()).add(row.organisation_id)
    for procedure_id, having in sorted(versions.items()):
        for one, other in combinations(sorted(having & partners), 2):
            yield NewEquivalence(
                procedure_id=procedure_id,
                from_organisation_id=one,
                host_organisation_id=other,
                both_ways=True,
            )
