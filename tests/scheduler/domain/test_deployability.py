"""Who may work where: every condition on every date by hand, and the same for everybody at once."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.domain.barrier import Barrier
from scheduler.domain.clock import dates_touched
from scheduler.domain.dataset import Dataset
from scheduler.domain.deployability import deployable_pairs, nearly_deployable
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.synthetic import DEFAULT_START, generate
from tests.factories import (
    ALL_CHECKS,
    MONDAY,
    Tables,
    joint,
    lending,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_tables,
    shift,
    true_to_life,
)

D = [str(MONDAY + timedelta(days=offset)) for offset in range(-1, 8)]
"""D[1] is Monday, D[2] Tuesday …"""


def barriers(tables: Tables, demand_id: str, contract_id: str = "C-P1") -> list[Barrier]:
    """What stands between a contract and a demand; the vectorised statement must agree about every
    pair.
    """
    problem = problem_of(tables)
    assert_agreement(problem)
    return problem.index.barriers(
        problem.index.contracts[contract_id], problem.duty_by_id[demand_id]
    )


def kinds(tables: Tables, demand_id: str, contract_id: str = "C-P1") -> list[str]:
    return sorted(barrier.kind for barrier in barriers(tables, demand_id, contract_id))


GROUPS = {
    "travel": "travel",
    "leave": "leave",
    "availability": "availability",
    "competency": "competency",
    "procedure": "procedure",
    "agreement": "lending",
    "passport": "lending",
    "consent": "lending",
}


def assert_agreement(problem: Problem) -> tuple[int, int, int]:
    """deployable_pairs and nearly_deployable say what the barriers say; how many pairs are able,
    near and neither.
    """
    contracts = list(problem.dataset.contract)
    rows, columns = deployable_pairs(problem.index, contracts, problem.duties)
    able = set(zip(rows.tolist(), columns.tolist(), strict=True))
    assert len(able) == len(rows)
    near = nearly_deployable(problem.index, contracts, problem.duties)
    count = [0, 0, 0]
    for j, duty in enumerate(problem.duties):
        for i, contract in enumerate(contracts):
            found = {barrier.kind for barrier in problem.index.barriers(contract, duty)}
            assert ((i, j) in able) == (not found), (contract, duty.id, found)
            one_away = "contract" not in found and len({GROUPS[kind] for kind in found}) == 1
            assert (i in near[j]) == one_away, (contract, duty.id, found)
            count[0 if not found else 1 if one_away else 2] += 1
    return count[0], count[1], count[2]


def own(**changes: Any) -> tuple[Tables, str]:
    """A nurse of A and an early on Monday that A hosts."""
    tables = plain_tables()
    person(tables, "P1", **changes)
    return tables, need(tables, 0, "E")


def lent(**changes: Any) -> tuple[Tables, str]:
    """A nurse of A with agreement and passport, and a night from Monday to Tuesday that B hosts."""
    tables = plain_tables()
    person(tables, "P1", **changes)
    lending(tables, ["P1"])
    return tables, need(tables, 0, "N", site_id="SB")


# --- 1. contract ----------------------------------------------------------------------------------


def test_the_hosts_own_staff_need_nothing_else() -> None:
    tables, row = own(accepts_other_hosts="no")
    assert kinds(tables, row) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"from_date": D[1]}, []),
        ({"from_date": D[2]}, ["contract"]),
        ({"to_date": D[1]}, []),
        ({"to_date": D[0]}, ["contract"]),
        ({"role_id": "HCA"}, ["contract"]),
    ],
)
def test_the_contract_is_live_and_its_role_fits(changes: dict[str, str], found: list[str]) -> None:
    tables, row = own(**changes)
    assert kinds(tables, row) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"to_date": D[1]}, ["contract"]),
        ({"to_date": D[2]}, []),
        ({"from_date": D[2]}, ["contract"]),
    ],
)
def test_a_night_needs_a_live_contract_on_both_dates(
    changes: dict[str, str], found: list[str]
) -> None:
    tables, _ = own(**changes)
    assert kinds(tables, need(tables, 0, "N")) == found


def test_role_cover_is_directed_and_not_transitive() -> None:
    tables, _ = own()
    tables["role"].append({"id": "PORTER", "name": "Porter", "staff_group": "support", "band": "2"})
    tables["role_cover"].append({"role_id": "HCA", "covers_role_id": "PORTER"})
    assert kinds(tables, need(tables, 1, "E", role_id="HCA")) == []
    assert kinds(tables, need(tables, 1, "E", role_id="PORTER")) == ["contract"]
    person(tables, "P2", role_id="HCA")
    assert kinds(tables, "SA-0111-E-RN", "C-P2") == ["contract"]


def test_a_bank_contract_is_a_contract() -> None:
    tables, row = own(kind="bank", hours="0")
    assert kinds(tables, row) == []


# --- 2. passport, agreement, consent --------------------------------------------------------------


def test_agreement_passport_and_consent_lend_a_person() -> None:
    tables, row = lent()
    assert kinds(tables, row) == []


@pytest.mark.parametrize("missing", ["agreement", "passport", "consent"])
def test_each_of_the_three_is_needed(missing: str) -> None:
    tables, row = lent(accepts_other_hosts="no" if missing == "consent" else "yes")
    if missing == "agreement":
        tables["sharing_agreement"] = []
    if missing == "passport":
        tables["passport"] = []
    assert kinds(tables, row) == [missing]


def test_without_agreement_any_good_passport_keeps_the_barrier_to_the_agreement() -> None:
    tables, row = lent()
    tables["sharing_agreement"] = []
    tables["passport"][0]["route"] = "secondment"
    assert kinds(tables, row) == ["agreement"]
    tables["passport"] = []
    assert kinds(tables, row) == ["agreement", "passport"]


def test_the_routes_of_agreement_and_passport_must_be_the_same() -> None:
    tables, row = lent()
    tables["passport"][0]["route"] = "honorary_contract"
    assert kinds(tables, row) == ["passport"]
    tables["sharing_agreement"].append(
        {**tables["sharing_agreement"][0], "route": "honorary_contract"}
    )
    assert kinds(tables, row) == []


def test_an_agreement_is_directed() -> None:
    tables, row = lent()
    tables["sharing_agreement"][0].update(home_organisation_id="B", host_organisation_id="A")
    assert kinds(tables, row) == ["agreement"]


def test_an_agreement_for_another_service_does_not_count() -> None:
    tables, row = lent()
    tables["service"].append({"id": "VW", "collaborative_id": "COL", "name": "Virtual ward"})
    tables["sharing_agreement"][0]["service_id"] = "VW"
    assert kinds(tables, row) == ["agreement"]
    tables["sharing_agreement"][0]["service_id"] = "UCR"
    assert kinds(tables, row) == []


@pytest.mark.parametrize("file", ["sharing_agreement", "passport"])
@pytest.mark.parametrize(
    ("first", "last", "good"),
    [(1, 2, True), (1, 1, False), (2, 2, False), (0, 0, False), (3, 7, False)],
)
def test_agreement_and_passport_must_hold_on_both_dates_of_a_night(
    file: str, first: int, last: int, good: bool
) -> None:
    tables, row = lent()
    names = ("from_date", "to_date") if file == "sharing_agreement" else ("valid_from", "valid_to")
    tables[file][0].update({names[0]: D[first], names[1]: D[last]})
    assert kinds(tables, row) == (
        [] if good else ["agreement" if file == "sharing_agreement" else "passport"]
    )


def test_each_date_may_stand_on_another_agreement_and_passport() -> None:
    tables, row = lent()
    lending(tables, ["P1"], route="secondment")
    tables["sharing_agreement"][0]["to_date"] = D[1]
    tables["sharing_agreement"][1]["from_date"] = D[2]
    assert kinds(tables, row) == []
    # the secondment passport ends before the secondment agreement begins
    tables["passport"][1]["valid_to"] = D[1]
    assert kinds(tables, row) == ["passport"]


@pytest.mark.parametrize("status", ["suspended", "revoked"])
def test_only_an_active_passport_counts(status: str) -> None:
    tables, row = lent()
    tables["passport"][0]["status"] = status
    found = barriers(tables, row)
    assert [barrier.kind for barrier in found] == ["passport"]
    assert f"is {status}" in found[0].sentence


def test_a_passport_for_another_host_does_not_count() -> None:
    tables, row = lent()
    tables["passport"][0]["host_organisation_id"] = "A"
    assert kinds(tables, row) == ["passport"]


@pytest.mark.parametrize("check", ALL_CHECKS.split("|"))
@pytest.mark.parametrize("role_id", ["RN", "HCA"])
def test_all_six_checks_are_needed_registration_only_where_the_demanded_role_is_registered(
    check: str, role_id: str
) -> None:
    tables, _ = lent()
    row = need(tables, 2, "E", role_id, "SB")
    tables["passport"][0]["checks"] = "|".join(c for c in ALL_CHECKS.split("|") if c != check)
    good = check == "registration" and role_id == "HCA"
    assert kinds(tables, row) == ([] if good else ["passport"])


def test_a_passport_without_checks_is_not_good() -> None:
    tables, row = lent()
    tables["passport"][0]["checks"] = ""
    assert kinds(tables, row) == ["passport"]


@pytest.mark.parametrize(
    ("membership", "good"),
    [
        ({}, True),
        ({"to_date": D[2]}, True),
        ({"to_date": D[1]}, False),
        ({"from_date": D[2]}, False),
        ({"collaborative_id": "OTHER"}, False),
    ],
)
def test_a_passport_without_a_host_is_good_for_members_of_the_services_collaborative_on_each_date(
    membership: dict[str, str], good: bool
) -> None:
    tables, row = lent()
    tables["collaborative"].append({"id": "OTHER", "name": "Another"})
    tables["passport"][0]["host_organisation_id"] = ""
    tables["membership"][1].update(membership)
    assert kinds(tables, row) == ([] if good else ["passport"])


def test_whether_the_employer_is_a_member_does_not_matter() -> None:
    tables, row = lent()
    tables["passport"][0]["host_organisation_id"] = ""
    del tables["membership"][0]
    assert kinds(tables, row) == []


def test_who_issued_the_passport_is_information_only() -> None:
    tables, row = lent()
    tables["passport"][0]["issued_by_organisation_id"] = ""
    assert kinds(tables, row) == []


def test_a_contract_with_the_host_does_not_replace_the_passport_of_another() -> None:
    tables, row = lent()
    second = joint(tables, "P1", "B", "10")
    tables["passport"] = []
    found = barriers(tables, row)
    assert [barrier.kind for barrier in found] == ["passport"]
    assert "Another contract of the person, with B itself" in found[0].sentence
    assert kinds(tables, row, second) == []


@pytest.mark.parametrize(
    "changes", [{"to_date": D[0]}, {"role_id": "HCA"}, {"organisation_id": "A"}]
)
def test_a_contract_with_the_host_that_would_not_do_is_not_named(changes: dict[str, str]) -> None:
    tables, row = lent()
    joint(tables, "P1", "B", "10")
    tables["contract"][1].update(changes)
    tables["passport"] = []
    tables["sharing_agreement"] = []
    assert all("Another contract" not in barrier.sentence for barrier in barriers(tables, row))


# --- 3. competency --------------------------------------------------------------------------------


def requiring(role_id: str = "") -> tuple[Tables, str]:
    tables, _ = own()
    tables["competency"] = [{"id": "CANN", "name": "Cannulation", "kind": "clinical"}]
    tables["service_competency"] = [
        {"service_id": "UCR", "role_id": role_id, "competency_id": "CANN"}
    ]
    return tables, need(tables, 0, "N")


def held(tables: Tables, first: str, last: str, staff_id: str = "P1") -> None:
    tables.setdefault("staff_competency", []).append(
        {"staff_id": staff_id, "competency_id": "CANN", "valid_from": first, "valid_to": last}
    )


@pytest.mark.parametrize("role_id", ["", "RN"])
def test_a_competency_of_the_role_or_of_every_role_is_required(role_id: str) -> None:
    tables, row = requiring(role_id)
    assert kinds(tables, row) == ["competency"]
    held(tables, "2020-01-01", "")
    assert kinds(tables, row) == []


def test_a_competency_of_another_role_that_the_person_holds_is_not_required() -> None:
    tables, _ = requiring("RN")
    assert kinds(tables, need(tables, 2, "E", role_id="HCA")) == []  # the demanded role decides


@pytest.mark.parametrize(
    ("first", "last", "good"),
    [(1, 2, True), (1, 1, False), (2, 3, False), (3, 4, False), (0, 0, False)],
)
def test_a_competency_must_be_held_on_both_dates_of_a_night(
    first: int, last: int, good: bool
) -> None:
    tables, row = requiring()
    held(tables, D[first], D[last])
    assert kinds(tables, row) == ([] if good else ["competency"])


def test_two_rows_one_after_the_other_hold_a_competency_throughout() -> None:
    tables, row = requiring()
    held(tables, D[0], D[1])
    held(tables, D[2], D[3])
    assert kinds(tables, row) == []


def test_every_competency_that_is_missing_is_a_barrier_of_its_own_once() -> None:
    tables, row = requiring()
    tables["competency"].append({"id": "IV", "name": "Intravenous", "kind": "clinical"})
    tables["service_competency"] += [
        {"service_id": "UCR", "role_id": "RN", "competency_id": c} for c in ("IV", "CANN")
    ]
    assert [barrier.missing for barrier in barriers(tables, row)] == ["CANN", "IV"]


# --- 4. procedure ---------------------------------------------------------------------------------


def standardised() -> tuple[Tables, str]:
    """UCR requires IPC; A works by v1, B by v2; a nurse of B, employed by the host of SB."""
    tables = plain_tables()
    person(tables, "P1", "B")
    tables["organisation"].append({"id": "X", "name": "Third", "kind": "charity"})
    tables["procedure"] = [{"id": "IPC", "name": "Infection prevention"}]
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": organisation,
            "version": version,
            "from_date": "2020-01-01",
            "to_date": "",
        }
        for organisation, version in (("A", "v1"), ("B", "v2"), ("X", "v3"))
    ]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    return tables, need(tables, 0, "N", site_id="SB")


def sign(
    tables: Tables, organisation_id: str, version: str, first: str = "2020-01-01", last: str = ""
) -> None:
    tables.setdefault("procedure_sign_off", []).append(
        {
            "staff_id": "P1",
            "procedure_id": "IPC",
            "organisation_id": organisation_id,
            "version": version,
            "valid_from": first,
            "valid_to": last,
        }
    )


def accept(
    tables: Tables, from_: str, host: str, first: str = "2020-01-01", last: str = ""
) -> None:
    tables.setdefault("procedure_equivalence", []).append(
        {
            "procedure_id": "IPC",
            "from_organisation_id": from_,
            "host_organisation_id": host,
            "from_date": first,
            "to_date": last,
            "concordat": "",
        }
    )


@pytest.mark.parametrize(
    ("organisation", "version", "good"),
    [("B", "v2", True), ("B", "v1", False), ("A", "v1", False), ("A", "v2", False)],
)
def test_a_sign_off_counts_in_the_hosts_current_version(
    organisation: str, version: str, good: bool
) -> None:
    tables, row = standardised()
    sign(tables, organisation, version)
    assert kinds(tables, row) == ([] if good else ["procedure"])


@pytest.mark.parametrize(
    ("from_", "host", "first", "last", "good"),
    [
        ("A", "B", D[1], D[2], True),
        ("A", "B", D[1], D[1], False),  # ends before the night does
        ("A", "B", D[2], "", False),
        ("B", "A", "2020-01-01", "", False),  # directed
        ("X", "B", "2020-01-01", "", False),
    ],
)
def test_a_host_accepts_anothers_version_while_it_says_so(
    from_: str, host: str, first: str, last: str, good: bool
) -> None:
    tables, row = standardised()
    sign(tables, "A", "v1")
    accept(tables, from_, host, first, last)
    assert kinds(tables, row) == ([] if good else ["procedure"])


def test_equivalence_is_not_transitive() -> None:
    tables, row = standardised()
    sign(tables, "X", "v3")
    accept(tables, "X", "A")
    accept(tables, "A", "B")
    assert kinds(tables, row) == ["procedure"]


def test_an_accepted_sign_off_must_be_in_the_version_by_which_its_organisation_works() -> None:
    tables, row = standardised()
    accept(tables, "A", "B")
    sign(tables, "A", "v0")
    assert kinds(tables, row) == ["procedure"]


def new_version(tables: Tables, organisation_id: str, version: str, day: int) -> None:
    """From D[day] on the organisation works by another version."""
    row = next(
        row for row in tables["procedure_version"] if row["organisation_id"] == organisation_id
    )
    tables["procedure_version"].append({**row, "version": version, "from_date": D[day]})
    row["to_date"] = D[day - 1]


def test_a_version_that_changes_at_midnight_asks_for_both() -> None:
    tables, row = standardised()
    new_version(tables, "B", "v2.1", 2)
    sign(tables, "B", "v2")
    assert kinds(tables, row) == ["procedure"]
    sign(tables, "B", "v2.1")
    assert kinds(tables, row) == []


def test_a_version_that_changes_in_mid_week_ends_an_old_sign_off() -> None:
    tables, row = standardised()
    new_version(tables, "B", "v2.1", 4)
    sign(tables, "B", "v2")
    later = need(tables, 3, "E", site_id="SB")
    assert kinds(tables, row) == []
    assert kinds(tables, later) == ["procedure"]


def test_each_date_may_stand_on_another_organisations_version() -> None:
    tables, row = standardised()
    accept(tables, "A", "B", D[2])
    sign(tables, "B", "v2", last=D[1])
    sign(tables, "A", "v1", first=D[2])
    assert kinds(tables, row) == []


def test_where_the_host_has_no_version_an_accepted_one_still_does() -> None:
    tables, row = standardised()
    del tables["procedure_version"][1]
    sign(tables, "B", "v2")
    assert kinds(tables, row) == ["procedure"]
    sign(tables, "A", "v1")
    accept(tables, "A", "B")
    assert kinds(tables, row) == []


def test_the_sign_offs_organisation_need_not_be_the_employer() -> None:
    tables, _ = standardised()
    sign(tables, "A", "v1")
    tables["service_host"][1]["organisation_id"] = "B"
    tables["service_host"][0]["organisation_id"] = "B"
    accept(tables, "A", "B")
    assert kinds(tables, need(tables, 2, "E")) == []


# --- 5. travel ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "good"), [("", True), ("30", True), ("29.9", False), ("31", True), ("0", False)]
)
def test_the_journey_from_home_is_within_the_limit(limit: str, good: bool) -> None:
    tables, row = own(home_site_id="SB", max_travel_minutes=limit)
    tables["travel_time"] = [{"from_site_id": "SB", "to_site_id": "SA", "minutes": "30"}]
    assert kinds(tables, row) == ([] if good else ["travel"])


@pytest.mark.parametrize(
    ("journeys", "good"),
    [
        ([("SB", "SA", "30")], True),
        ([("SA", "SB", "30")], True),  # the missing direction is read from the other one
        ([("SB", "SA", "31"), ("SA", "SB", "29")], False),
        ([("SB", "SA", "30"), ("SA", "SB", "90")], True),
    ],
)
def test_the_journey_is_measured_from_home_to_site(
    journeys: list[tuple[str, str, str]], good: bool
) -> None:
    tables, row = own(home_site_id="SB", max_travel_minutes="30")
    tables["travel_time"] = [
        {"from_site_id": a, "to_site_id": b, "minutes": minutes} for a, b, minutes in journeys
    ]
    assert kinds(tables, row) == ([] if good else ["travel"])


def test_an_estimated_journey_is_not_rounded() -> None:
    tables, row = own(home_site_id="SB")
    minutes = problem_of(tables).index.geography.minutes("SB", "SA")
    assert minutes != round(minutes)
    for limit, good in (
        (repr(minutes), True),
        (str(int(minutes)), False),
        (str(int(minutes) + 1), True),
    ):
        tables["staff"][0]["max_travel_minutes"] = limit
        assert kinds(tables, row) == ([] if good else ["travel"])


def test_at_home_any_limit_will_do() -> None:
    tables, row = own(max_travel_minutes="0")
    assert kinds(tables, row) == []


# --- 6. leave -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "away"),
    [(1, 1, True), (2, 2, True), (0, 0, False), (3, 3, False), (0, 5, True)],
)
def test_leave_on_either_date_of_a_night_is_a_barrier(first: int, last: int, away: bool) -> None:
    tables, _ = own()
    on_leave(tables, "P1", D[first], D[last])
    assert kinds(tables, need(tables, 0, "N")) == (["leave"] if away else [])


def test_a_shift_that_ends_at_midnight_touches_its_first_date_alone() -> None:
    tables, _ = own()
    on_leave(tables, "P1", D[2])
    assert kinds(tables, need(tables, 0, shift(tables, "16:00", "00:00"))) == []
    assert kinds(tables, need(tables, 0, shift(tables, "16:00", "00:01"))) == ["leave"]


def test_somebody_elses_leave_is_no_barrier() -> None:
    tables, row = own()
    person(tables, "P2")
    on_leave(tables, "P2", D[1])
    assert kinds(tables, row) == []


# --- barriers -------------------------------------------------------------------------------------


def test_each_barrier_says_who_can_lift_it_and_what_is_missing() -> None:
    tables, row = standardised()
    tables["contract"][0].update(organisation_id="A", role_id="HCA")
    tables["staff"][0].update(accepts_other_hosts="no", max_travel_minutes="0", home_site_id="SA")
    tables["competency"] = [{"id": "CANN", "name": "Cannulation", "kind": "clinical"}]
    tables["service_competency"] = [{"service_id": "UCR", "role_id": "", "competency_id": "CANN"}]
    on_leave(tables, "P1", D[1])
    found = {
        barrier.kind: (barrier.missing, barrier.lifted_by) for barrier in barriers(tables, row)
    }
    assert found == {
        "contract": ("RN", "A"),
        "agreement": ("A>B", "B"),
        "passport": ("B", "A"),
        "consent": ("B", "P1"),
        "competency": ("CANN", "A"),
        "procedure": ("IPC", "B"),
        "travel": ("SB", "P1"),
        "leave": (D[1], "A"),
    }


def test_a_lapsed_fact_says_since_when_and_one_to_come_until_when() -> None:
    tables, row = requiring()
    held(tables, "2020-01-01", "2026-12-31")
    held(tables, D[5], "")
    (found,) = barriers(tables, row)
    assert (found.since, found.until) == (date(2027, 1, 1), date.fromisoformat(D[5]))
    assert f"lapsed since 2027-01-01, available from {D[5]}" in found.sentence


def test_what_never_was_has_neither_date() -> None:
    tables, row = requiring()
    (found,) = barriers(tables, row)
    assert (found.since, found.until) == (None, None)


def test_a_passport_that_lacks_a_check_says_which() -> None:
    tables, row = lent()
    tables["passport"][0]["checks"] = ALL_CHECKS.replace("|dbs", "")
    (found,) = barriers(tables, row)
    assert "portability_agreement lacks dbs" in found.sentence


# --- for everybody at once ------------------------------------------------------------------------


@pytest.mark.parametrize(("staff", "seed"), [(40, 1), (60, 2), (80, 3)])
def test_vectors_agree_with_barriers_on_synthetic_counties(staff: int, seed: int) -> None:
    tables = generate(staff, seed)
    rng = random.Random(seed)
    dataset = Dataset.from_cells(tables)
    collaborative_id = tables["collaborative"][0]["id"]
    whole = build_problem(dataset, collaborative_id, Period(DEFAULT_START, 7))
    # the scalar statement is slow: some of the demand, all of the contracts
    some = rng.sample(range(len(whole.duties)), 40)
    duties = [whole.duties[i] for i in some]
    contracts = list(dataset.contract)
    rows, columns = deployable_pairs(whole.index, contracts, duties)
    able = set(zip(rows.tolist(), columns.tolist(), strict=True))
    expected = {
        (i, j)
        for j, duty in enumerate(duties)
        for i, contract in enumerate(contracts)
        if not whole.index.barriers(contract, duty)
    }
    assert able == expected
    assert expected
    assert len(expected) < len(contracts) * len(duties)


def scrambled(seed: int) -> Tables:
    """A random problem in which every kind of fact begins, ends or is missing around the days of
    the period.
    """
    rng = random.Random(seed)
    tables = random_tables(seed) if seed % 2 else true_to_life(seed)[0]
    tables["membership"] += [
        {
            "collaborative_id": "COL",
            "organisation_id": "X",
            "from_date": "2020-01-01",
            "to_date": "",
        }
    ]
    tables["organisation"].append({"id": "X", "name": "Third", "kind": "charity"})

    def open_or(day: int) -> str:
        return rng.choice(["", D[day]])

    def days() -> tuple[str, str]:
        first = rng.randrange(0, 8)
        return rng.choice(["2020-01-01", "2020-01-01", D[first]]), open_or(
            min(8, first + rng.randrange(0, 6))
        )

    for file, names in (
        ("membership", ("from_date", "to_date")),
        ("contract", ("from_date", "to_date")),
        ("sharing_agreement", ("from_date", "to_date")),
        ("passport", ("valid_from", "valid_to")),
    ):
        for row in tables[file]:
            if rng.random() < 0.5:
                row.update(zip(names, days(), strict=True))
    for row in tables["passport"]:
        row["host_organisation_id"] = rng.choice([row["host_organisation_id"], ""])
        row["status"] = rng.choice(["active"] * 5 + ["suspended"])
        row["checks"] = rng.choice(
            [ALL_CHECKS, ALL_CHECKS, ALL_CHECKS.replace("registration|", ""), "identity"]
        )
        row["route"] = rng.choice([row["route"], row["route"], "secondment"])
    for row in tables["sharing_agreement"]:
        row["service_id"] = rng.choice(["", "UCR"])
    for row in tables["staff"]:
        row["accepts_other_hosts"] = rng.choice(["yes", "yes", "no"])
        row["max_travel_minutes"] = rng.choice(["", "60", "5"])
    tables["competency"] = [{"id": c, "name": c, "kind": "clinical"} for c in ("C1", "C2")]
    tables["service_competency"] = [
        {"service_id": "UCR", "role_id": rng.choice(["", "RN", "HCA"]), "competency_id": c}
        for c in ("C1", "C2")
    ]
    people = [row["id"] for row in tables["staff"]]
    tables["staff_competency"] = []
    for staff_id in people:
        for competency_id in ("C1", "C2"):
            first, last = rng.choice([("2020-01-01", ""), ("2020-01-01", ""), days()])
            tables["staff_competency"].append(
                {
                    "staff_id": staff_id,
                    "competency_id": competency_id,
                    "valid_from": first,
                    "valid_to": last,
                }
            )
    tables["procedure"] = [{"id": "IPC", "name": "Infection prevention"}]
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": o,
            "version": "v1",
            "from_date": "2020-01-01",
            "to_date": D[4],
        }
        for o in "ABX"
    ] + [
        {
            "procedure_id": "IPC",
            "organisation_id": o,
            "version": rng.choice(["v1", "v2"]),
            "from_date": D[5],
            "to_date": "",
        }
        for o in "ABX"
    ]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    for staff_id in people:
        for organisation in rng.sample("ABX", 2):
            row = {
                "staff_id": staff_id,
                "procedure_id": "IPC",
                "organisation_id": organisation,
                "valid_from": "2020-01-01",
                "valid_to": open_or(6),
            }
            tables.setdefault("procedure_sign_off", []).extend(
                {**row, "version": v} for v in rng.sample(["v1", "v2"], rng.choice([1, 2]))
            )
    for one, other in (("A", "B"), ("B", "A"), ("X", "A"), ("X", "B")):
        if rng.random() < 0.7:
            accept(tables, one, other, *days())
    return tables


def test_vectors_agree_with_barriers_where_facts_begin_and_end_in_the_week() -> None:
    able = near = neither = 0
    for seed in range(40):
        counted = assert_agreement(problem_of(scrambled(seed)))
        able, near, neither = able + counted[0], near + counted[1], neither + counted[2]
    assert min(able, near, neither) > 200


def test_the_vectors_cover_shifts_of_both_kinds() -> None:
    problem = problem_of(scrambled(1))
    assert {len(dates_touched(duty.start, duty.end)) for duty in problem.duties} == {1, 2}


def test_nobody_and_nothing_give_no_pairs() -> None:
    problem = problem_of(own()[0])
    assert [len(part) for part in deployable_pairs(problem.index, [], problem.duties)] == [0, 0]
    assert [
        len(part) for part in deployable_pairs(problem.index, problem.dataset.contract, [])
    ] == [0, 0]
    assert nearly_deployable(problem.index, [], problem.duties) == [[]]
