"""What lapses cost: planted answers, and the definition worked out the long way on random facts."""

import random
from datetime import date, timedelta

import pytest

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
        d.id: {(c.staff_id, c.id) for c in dataset.contract if not index.barriers(c, d)}
        for d in duties
        if d.minimum
    }


def scrambled(seed: int) -> Tables:
    """Random facts over three weeks in which much lapses, of every kind."""
    rng = random.Random(seed)
    tables = random_tables(seed, days=20) if seed % 2 else true_to_life(seed, days=20)[0]
    shift(tables, "22:00", "06:00")

    def day() -> str:
        return str(MONDAY + timedelta(days=rng.randrange(21)))

    tables["procedure"] = [{"id": "IPC", "name": "Infection control"}]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    tables["competency"] = [{"id": "BLS", "name": "Life support", "kind": "mandatory"}]
    tables["service_competency"] = [
        {"service_id": "UCR", "role_id": rng.choice(["", "RN"]), "competency_id": "BLS"}
    ]
    change = MONDAY + timedelta(days=rng.randrange(5, 15))
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": "A",
            "version": "3",
            "from_date": "2024-01-01",
            "to_date": str(change - timedelta(days=1)),
        },
        {
            "procedure_id": "IPC",
            "organisation_id": "A",
            "version": "4",
            "from_date": str(change),
            "to_date": "",
        },
        {
            "procedure_id": "IPC",
            "organisation_id": "B",
            "version": "B1",
            "from_date": "2024-01-01",
            "to_date": rng.choice(["", day()]),
        },
    ]
    tables["procedure_equivalence"] = [
        {
            "procedure_id": "IPC",
            "from_organisation_id": one,
            "host_organisation_id": other,
            "from_date": "2024-01-01",
            "to_date": rng.choice(["", day()]),
            "concordat": "",
        }
        for one, other in ("AB", "BA")
    ]
    tables["staff_competency"], tables["procedure_sign_off"] = [], []
    for row in tables["staff"]:
        tables["staff_competency"].append(
            {
                "staff_id": row["id"],
                "competency_id": "BLS",
                "valid_from": "2025-01-01",
                "valid_to": rng.choice(["", day()]),
            }
        )
        for organisation_id, version in (("A", "3"), ("A", "4"), ("B", "B1")):
            if rng.random() < 0.7:
                tables["procedure_sign_off"].append(
                    {
                        "staff_id": row["id"],
                        "procedure_id": "IPC",
                        "organisation_id": organisation_id,
                        "version": version,
                        "valid_from": "2025-01-01",
                        "valid_to": rng.choice(["", day()]),
                    }
                )
    for row in tables["passport"]:
        row["valid_to"] = rng.choice(["", day()])
    tables["sharing_agreement"][0]["to_date"] = rng.choice(["", day()])
    return tables


@pytest.mark.parametrize("seed", range(8))
def test_every_figure_follows_from_its_definition(seed: int) -> None:
    dataset = Dataset.from_cells(scrambled(seed))
    found = expiries_in(dataset, "COL", MONDAY, 3)
    ending = lapses(dataset, MONDAY, found.period.last)
    duties = {d.id: d for d in build_problem(dataset, "COL", found.period).duties if d.minimum}
    standing, renewed = cleared(dataset, dataset, 3), cleared(undone(dataset, ending), dataset, 3)
    short = {d: max(0, duties[d].minimum - len({who for who, _ in standing[d]})) for d in duties}
    never = {d: max(0, duties[d].minimum - len({who for who, _ in renewed[d]})) for d in duties}
    assert found.minutes_never == sum(never[d] * duties[d].paid for d in duties)
    assert {lost.duty.id: lost.missing for lost in found.lost} == {
        d: short[d] - never[d] for d in duties if short[d] > never[d]
    }
    expected: dict[tuple[Lapse, str], tuple[int, int, int, date]] = {}
    for lapse in ending:
        without = cleared(
            undone(dataset, [other for other in ending if other != lapse]), dataset, 3
        )
        alone = cleared(undone(dataset, [lapse]), dataset, 3)
        taken: dict[str, dict[str, set[str]]] = {}
        for d in duties:
            for who, contract_id in renewed[d] - standing[d]:
                if (who, contract_id) not in without[d] or (who, contract_id) in alone[d]:
                    employer = next(
                        c.organisation_id for c in dataset.contract if c.id == contract_id
                    )
                    acting = (
                        employer if lapse.kind in ("passport", "competency") else duties[d].host_id
                    )
                    taken.setdefault(acting, {}).setdefault(d, set()).add(who)
        for acting, rows in taken.items():
            expected[lapse, acting] = (
                len(set().union(*rows.values())),
                sum(min(len(who), duties[d].minimum) * duties[d].paid for d, who in rows.items()),
                sum(min(len(who), short[d] - never[d]) * duties[d].paid for d, who in rows.items()),
                min(duties[d].date for d in rows),
            )
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
