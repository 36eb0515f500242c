"""What lapses cost: planted answers, and the definition worked out the long way on random facts."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.domain.expiries import Lapse, lapses, undone
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.problem import Period, build_problem
from scheduler.services.outlook.expiries import Expiries, expiries_in
from tests.factories import (
    MONDAY,
    Tables,
    lending,
    need,
    person,
    plain_tables,
    random_tables,
    rows,
    shift,
    true_to_life,
)

IN_WEEK_5 = MONDAY + timedelta(days=28)


def lent(*staff_ids: str) -> Tables:
    """People of A who may be lent to B, where two people are needed for 12 hours on Tuesday of week
    5; one of B's own is there.
    """
    tables = plain_tables()
    tables["shift_type"].append(
        {
            "id": "T",
            "name": "Twelve",
            "start_time": "07:00",
            "end_time": "19:00",
            "unpaid_break_minutes": "0",
        }
    )
    person(tables, "OWN", "B")
    for staff_id in staff_ids:
        person(tables, staff_id)
    lending(tables, list(staff_ids))
    for week in range(12):
        if week in (3, 4):
            need(tables, MONDAY + timedelta(days=7 * week + 1), "T", site_id="SB", minimum="2")
            need(tables, MONDAY + timedelta(days=7 * week + 3), "T", site_id="SB", minimum="2")
    return tables


def ends(tables: Tables, staff_id: str, last: str) -> None:
    next(row for row in tables["passport"] if row["staff_id"] == staff_id)["valid_to"] = last


def asked(tables: Tables, weeks: int = 12) -> Expiries:
    return expiries_in(Dataset.from_cells(tables), "COL", MONDAY, weeks)


def figures(found: Expiries) -> list[tuple[str, str, float, float]]:
    """(person or kind, who must act, hours uncoverable, hours at risk)"""
    return [
        (
            r.lapse.staff_id or r.lapse.kind,
            r.organisation_id,
            r.minutes_uncoverable / 60,
            r.minutes_at_risk / 60,
        )
        for r in found.renewals
    ]


def test_one_passport_makes_exactly_24_required_hours_uncoverable_in_week_5() -> None:
    tables = lent("P1", "SPARE")
    tables["passport"][1]["valid_to"] = "2027-01-10"  # never good in the period
    ends(tables, "P1", str(IN_WEEK_5 - timedelta(days=1)))
    found = asked(tables)
    assert (found.minutes_required, found.minutes_never, found.minutes_lost) == (
        96 * 60,
        0,
        24 * 60,
    )
    assert [(lost.duty.date, lost.missing, lost.may_be_supplied) for lost in found.lost] == [
        (IN_WEEK_5 + timedelta(days=1), 1, False),
        (IN_WEEK_5 + timedelta(days=3), 1, False),
    ]
    assert figures(found) == [("P1", "A", 24.0, 24.0)]
    assert found.renewals[0].first_day == IN_WEEK_5 + timedelta(days=1)


def test_what_others_can_still_fill_is_at_risk_and_not_uncoverable() -> None:
    tables = lent("P1", "P2")
    ends(tables, "P1", str(IN_WEEK_5 - timedelta(days=1)))
    found = asked(tables)
    assert (found.minutes_lost, figures(found)) == (0, [("P1", "A", 0.0, 24.0)])


def test_two_that_lapse_together_each_add_somebody() -> None:
    tables = lent("P1", "P2")
    ends(tables, "P1", str(IN_WEEK_5 - timedelta(days=1)))
    ends(tables, "P2", str(IN_WEEK_5 + timedelta(days=1)))
    found = asked(tables)
    assert found.minutes_lost == 12 * 60
    assert figures(found) == [("P1", "A", 12.0, 24.0), ("P2", "A", 12.0, 12.0)]


def test_either_of_two_passports_would_do() -> None:
    tables = lent("P1")
    ends(tables, "P1", str(IN_WEEK_5 - timedelta(days=1)))
    other = {
        **tables["passport"][0],
        "host_organisation_id": "",
        "valid_to": str(IN_WEEK_5 - timedelta(days=8)),
    }
    tables["passport"].append(other)
    assert figures(asked(tables)) == [("P1", "A", 24.0, 24.0), ("P1", "A", 24.0, 24.0)]


def test_an_agreement_is_the_hosts_to_renew_and_counts_required_places_only() -> None:
    tables = lent("P1", "P2", "P3")
    tables["sharing_agreement"][0]["to_date"] = str(IN_WEEK_5 - timedelta(days=1))
    assert figures(asked(tables)) == [("agreement", "B", 24.0, 48.0)]


def test_what_was_missing_already_is_not_laid_at_a_lapse() -> None:
    tables = lent("P1")
    for row in tables["demand"]:
        row["minimum"] = "3"
    ends(tables, "P1", str(IN_WEEK_5 - timedelta(days=1)))
    found = asked(tables)
    assert (found.minutes_never, found.minutes_lost) == (48 * 60, 24 * 60)


def test_templates_make_the_demand_of_every_week() -> None:
    tables = lent("P1")
    tables["demand"] = []
    tables["demand_template"] = [
        {
            "service_id": "UCR",
            "site_id": "SB",
            "weekday": "2",
            "shift_type_id": "T",
            "role_id": "RN",
            "minimum": "2",
            "preferred": "",
            "priority": "3",
        }
    ]
    ends(tables, "P1", str(IN_WEEK_5 - timedelta(days=1)))
    found = asked(tables)
    assert (found.minutes_required, found.minutes_lost) == (12 * 24 * 60, 8 * 12 * 60)


def test_weeks_that_have_no_meaning() -> None:
    with pytest.raises(BadRequest, match="expected 1 to 52"):
        asked(plain_tables(), 0)


# --- the definition, one person, one demand, one lapse at a time


def cleared(
    dataset: Dataset, problem_dataset: Dataset, weeks: int
) -> dict[str, set[tuple[str, str]]]:
    """Demand id -> (staff id, contract id) without a barrier."""
    index = FactIndex(dataset)
    duties = build_problem(problem_dataset, "COL", Period(MONDAY, 7 * weeks)).duties
    return {
        d.id: {(c.staff_id, c.id) for c in dataset.contract if not barriers_of(index, c, d)}
        for d in duties
        if d.minimum
    }


def scrambled(seed: int) -> Tables:
    """Random facts over three weeks in which much lapses, of every kind."""
    rng = random.Random(seed)
    tables = random_tables(seed, days=20) if seed % 2 else true_to_life(seed, days=20)[0]
    shift(tables, "22:00", "06:00")

    def sometime() -> str:
        return rng.choice(["", str(MONDAY + timedelta(days=rng.randrange(21)))])

    tables["procedure"] = rows("id name", "IPC | Infection control")
    tables["service_procedure"] = rows("service_id procedure_id", "UCR | IPC")
    tables["competency"] = rows("id name kind", "BLS | Life support | mandatory")
    tables["service_competency"] = rows(
        "service_id role_id competency_id", f"UCR | {rng.choice(['', 'RN'])} | BLS"
    )
    change = MONDAY + timedelta(days=rng.randrange(5, 15))
    tables["procedure_version"] = rows(
        "procedure_id organisation_id version from_date to_date",
        f"IPC | A | 3 | 2024-01-01 | {change - timedelta(days=1)}",
        f"IPC | A | 4 | {change} |",
        f"IPC | B | B1 | 2024-01-01 | {sometime()}",
    )
    tables["procedure_equivalence"] = rows(
        "procedure_id from_organisation_id host_organisation_id from_date to_date concordat",
        *(f"IPC | {one} | {other} | 2024-01-01 | {sometime()} |" for one, other in ("AB", "BA")),
    )
    held, signed = [], []
    for who in (row["id"] for row in tables["staff"]):
        held.append(f"{who} | BLS | 2025-01-01 | {sometime()}")
        for version in ("A | 3", "A | 4", "B | B1"):
            if rng.random() < 0.7:
                signed.append(f"{who} | IPC | {version} | 2025-01-01 | {sometime()}")
    tables["staff_competency"] = rows("staff_id competency_id valid_from valid_to", *held)
    tables["procedure_sign_off"] = rows(
        "staff_id procedure_id organisation_id version valid_from valid_to", *signed
    )
    for row in tables["passport"]:
        row["valid_to"] = sometime()
    tables["sharing_agreement"][0]["to_date"] = sometime()
    return tables


def people(pairs: set[tuple[str, str]]) -> set[str]:
    return {staff_id for staff_id, _ in pairs}


class Defined:
    """Expiries as they are defined: `standing` pairs of a demand are able as the facts end,
    `renewed` ones were nothing to end.
    """

    def __init__(self, dataset: Dataset, weeks: int) -> None:
        period = Period(MONDAY, 7 * weeks)
        self.dataset, self.weeks = dataset, weeks
        self.ending = lapses(dataset, MONDAY, period.last)
        duties = build_problem(dataset, "COL", period).duties
        self.duties = {duty.id: duty for duty in duties if duty.minimum}
        self.standing, self.renewed = self.able(()), self.able(self.ending)
        self.short = {d: self.lacking(d, self.standing[d]) for d in self.duties}
        self.never = {d: self.lacking(d, self.renewed[d]) for d in self.duties}

    def able(self, renewing: Sequence[Lapse]) -> dict[str, set[tuple[str, str]]]:
        return cleared(undone(self.dataset, renewing), self.dataset, self.weeks)

    def lacking(self, demand_id: str, pairs: set[tuple[str, str]]) -> int:
        return max(0, self.duties[demand_id].minimum - len(people(pairs)))

    def lost_by(self, lapse: Lapse) -> dict[str, set[tuple[str, str]]]:
        """Demand id -> pairs that end, and that it alone keeps or that it keeps with others."""
        others = self.able([other for other in self.ending if other != lapse])
        alone = self.able([lapse])
        return {
            d: {
                pair
                for pair in self.renewed[d] - self.standing[d]
                if pair not in others[d] or pair in alone[d]
            }
            for d in self.duties
        }

    def acting(self, lapse: Lapse, demand_id: str, contract_id: str) -> str:
        """Employers renew passports and competencies, hosts all else."""
        if lapse.kind in ("passport", "competency"):
            contracts = {contract.id: contract for contract in self.dataset.contract}
            return contracts[contract_id].organisation_id
        return self.duties[demand_id].host_id

    def figures(self) -> dict[tuple[Lapse, str], tuple[int, int, int, date]]:
        """(people, minutes at risk, minutes uncoverable, first day) of each lapse and who acts."""
        found = {}
        for lapse in self.ending:
            taken: dict[str, dict[str, set[str]]] = {}
            for d, pairs in self.lost_by(lapse).items():
                for staff_id, contract_id in pairs:
                    acting = self.acting(lapse, d, contract_id)
                    taken.setdefault(acting, {}).setdefault(d, set()).add(staff_id)
            for acting, by_demand in taken.items():
                found[lapse, acting] = (
                    len(set().union(*by_demand.values())),
                    self.minutes(by_demand, {d: self.duties[d].minimum for d in by_demand}),
                    self.minutes(by_demand, {d: self.short[d] - self.never[d] for d in by_demand}),
                    min(self.duties[d].date for d in by_demand),
                )
        return found

    def minutes(self, by_demand: dict[str, set[str]], most: dict[str, int]) -> int:
        """Of each demand so many people's hours at most."""
        return sum(min(len(by_demand[d]), most[d]) * self.duties[d].paid for d in by_demand)


@pytest.mark.parametrize("seed", range(8))
def test_every_figure_follows_from_its_definition(seed: int) -> None:
    dataset = Dataset.from_cells(scrambled(seed))
    found, defined = expiries_in(dataset, "COL", MONDAY, 3), Defined(dataset, 3)
    short, never = defined.short, defined.never
    assert found.minutes_never == sum(never[d] * duty.paid for d, duty in defined.duties.items())
    assert {lost.duty.id: lost.missing for lost in found.lost} == {
        d: short[d] - never[d] for d in defined.duties if short[d] > never[d]
    }
    expected = defined.figures()
    assert expected
    assert {
        (r.lapse, r.organisation_id): (
            r.people,
            r.minutes_at_risk,
            r.minutes_uncoverable,
            r.first_day,
        )
        for r in found.renewals
    } == expected
    ranks = [(r.minutes_uncoverable, r.minutes_at_risk) for r in found.renewals]
    assert ranks == sorted(ranks, reverse=True)
