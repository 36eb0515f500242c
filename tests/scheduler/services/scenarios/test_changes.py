"""What each kind of change of a scenario does to the facts and to the rules."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.domain.consistency import faults
from scheduler.domain.dataset import Dataset
from scheduler.domain.demand_rows import demand_in_period
from scheduler.domain.errors import BadInput
from scheduler.domain.facts import Demand
from scheduler.domain.problem import Period, build_problem
from scheduler.services.scenarios.read_scenarios import parse_scenario, read_scenarios
from scheduler.services.scenarios.scenario import CHANGES, Scenario
from scheduler.services.scenarios.scenario_text import scenario_text
from scheduler.services.scenarios.scenario_words import names_in
from solver.policy.policy import Policy
from tests.factories import (
    MONDAY,
    Tables,
    lending,
    need,
    person,
    plain_tables,
    problem_of,
    rows,
    supply,
)

WEEK = Period(MONDAY, 7)


@pytest.fixture
def tables() -> Tables:
    """Two nurses of A, one of whom may be lent to B, agency and bank at both, a template."""
    tables = plain_tables()
    tables["competency"] = rows("id name kind", "NEWS | Early warning score | clinical")
    tables["procedure"] = rows("id name", "IPC | Infection prevention")
    tables["procedure_version"] = rows(
        "procedure_id organisation_id version from_date to_date",
        "IPC | A | A1 | 2020-01-01 |",
        "IPC | B | B1 | 2020-01-01 |",
    )
    person(tables, "P1", hourly_pence="1800", max_travel_minutes="5")
    person(tables, "P2", hourly_pence="1901")
    person(tables, "P3", kind="bank", hours="0", hourly_pence="9000")
    lending(tables, ["P1"], limit="20")
    tables["staff_competency"] = rows(
        "staff_id competency_id valid_from valid_to",
        "P1 | NEWS | 2026-01-01 |",
        "P2 | NEWS | 2026-01-01 |",
    )
    tables["procedure_sign_off"] = rows(
        "staff_id procedure_id organisation_id version valid_from valid_to",
        "P1 | IPC | A | A1 | 2026-01-01 |",
        "P2 | IPC | A | A1 | 2026-01-01 | 2027-01-10",
    )
    supply(tables, "AGA", max_shifts_per_week="5")
    supply(tables, "AGA2", max_shifts_per_week="3", place_id="PA")
    supply(tables, "AGB", organisation_id="B", hourly_pence="4000")
    supply(tables, "BKA", "bank", hourly_pence="2000", max_shifts_per_week="2")
    need(tables, 0, "E", minimum="3")
    need(tables, 1, "E", site_id="SB")
    tables["demand_template"] = rows(
        "service_id site_id weekday shift_type_id role_id minimum preferred priority",
        "UCR | SA | 1 | E | RN | 9 | | 3",  # replaced by the row of that Monday
        "UCR | SA | 3 | E | RN | 1 | 3 | 4",
        "UCR | SB | 3 | L | HCA | 2 | | 3",
    )
    return tables


def scenario(**parts: Any) -> Scenario:
    return parse_scenario({"name": "x"} | parts, "x.toml")


def changed(tables: Tables, **parts: Any) -> Dataset:
    return scenario(**parts).apply(Dataset.from_cells(tables), WEEK)


def policy(tables: Tables, **parts: Any) -> Policy:
    found = scenario(**parts)
    facts = found.apply(Dataset.from_cells(tables), WEEK)
    return found.policy_over({}, facts, WEEK, {})


def sentence(tables: Tables, **parts: Any) -> str:
    [found] = scenario(**parts).sentences(names_in(Dataset.from_cells(tables)))
    return found


# --- supply


def prices(dataset: Dataset) -> dict[str, int]:
    return {row.id: row.hourly_pence for row in dataset.temporary_supply}


def test_a_price_in_pence_and_hours_in_the_period(tables: Tables) -> None:
    parts = {"supply": [{"kind": "agency", "hourly_pence": 2500, "hours": 15}]}
    assert prices(changed(tables, **parts)) == {
        "AGA": 2500,
        "AGA2": 2500,
        "AGB": 2500,
        "BKA": 2000,
    }
    [cap] = policy(tables, **parts).to_tables()["temporary_limit"]["caps"]
    assert cap == {"supply_ids": ["AGA", "AGA2", "AGB"], "hours": 15}
    assert sentence(tables, **parts) == "Agency: at most 15 h in the period, price £25.00 an hour"


PATH = [
    {"from_date": date(2027, 1, 11), "hourly_percent": 95},
    {"from_date": date(2027, 2, 1), "hourly_percent": 90},
]


@pytest.mark.parametrize(
    ("first", "pence"),
    [
        (date(2027, 1, 10), 4000),  # the day before the first step
        (date(2027, 1, 11), 3800),
        (date(2027, 1, 31), 3800),  # the first day counts, whatever the path says later
        (date(2027, 2, 1), 3600),
    ],
)
def test_a_path_has_the_percent_of_the_periods_first_day(
    tables: Tables, first: date, pence: int
) -> None:
    found = scenario(supply=[{"id": "AGB", "path": PATH}])
    facts = found.apply(Dataset.from_cells(tables), Period(first, 7))
    assert prices(facts)["AGB"] == pence


def test_a_path_in_words(tables: Tables) -> None:
    assert sentence(tables, supply=[{"kind": "agency", "path": PATH}]) == (
        "Agency price down to 95 % from 11 January 2027, down to 90 % from 1 February 2027"
    )


# --- transfers


def test_agency_workers_who_become_bank_take_their_shifts_with_them(tables: Tables) -> None:
    found = changed(
        tables,
        transfer=[
            {
                "organisation_id": "A",
                "role_id": "RN",
                "people": 2,
                "shifts_per_week": 3,
                "to": "bank",
            }
        ],
    )
    most = {row.id: row.max_shifts_per_week for row in found.temporary_supply}
    # of six shifts five go from the larger, one from the other
    assert most == {"AGA": 0, "AGA2": 2, "AGB": None, "BKA": 8}


def test_at_a_price_of_their_own_they_are_a_supply_of_their_own(tables: Tables) -> None:
    transfer = {"id": "AGB", "people": 1, "shifts_per_week": 4, "to": "bank", "hourly_pence": 2200}
    found = changed(tables, transfer=[transfer])
    before, added = found.temporary_supply[:4], found.temporary_supply[4]
    assert before == Dataset.from_cells(tables).temporary_supply  # AGB has no limit to lose of
    assert (added.kind, added.organisation_id, added.role_id) == ("bank", "B", "RN")
    assert (added.hourly_pence, added.max_shifts_per_week) == (2200, 4)
    assert sentence(tables, transfer=[transfer]) == (
        "1 agency worker (agency (Nurse) of Trust B) becomes bank, 4 shifts a week each, at £22.00"
        " an hour"
    ).replace("Trust B", "CIC B")


def test_agency_workers_who_are_employed(tables: Tables) -> None:
    found = changed(
        tables,
        transfer=[
            {
                "id": "AGA",
                "people": 1,
                "shifts_per_week": 4,
                "to": "substantive",
                "hours_per_week": 30,
            }
        ],
    )
    assert found.temporary_supply[0].max_shifts_per_week == 1
    [contract] = found.contract[3:]
    assert (contract.kind, contract.hours_per_week, contract.base_site_id) == (
        "substantive",
        30,
        "SA",
    )
    assert contract.hourly_pence == 1851  # the median of 1800 and 1901, half a penny upwards


# --- people


def test_people_hired_hold_what_most_of_their_colleagues_hold_that_day(tables: Tables) -> None:
    parts = {
        "hire": [
            {"organisation_id": "A", "role_id": "RN", "people": 2, "home_site_id": "SA"},
            {"organisation_id": "A", "role_id": "RN", "home_site_id": "SB", "hourly_pence": 1700},
        ]
    }
    found = changed(tables, **parts)
    new = found.staff[3:]
    assert [one.name for one in new] == [f"Hired nurse {n} (scenario)" for n in (1, 2, 3)]
    assert len({one.id for one in found.staff}) == len(found.staff)
    assert [c.hourly_pence for c in found.contract[3:]] == [1851, 1851, 1700]
    ids = {one.id for one in new}
    # two of three hold it; the sign-off of one of the two has ended the day before
    assert {r.staff_id for r in found.staff_competency if r.competency_id == "NEWS"} >= ids
    assert not {r.staff_id for r in found.procedure_sign_off} & ids
    problem = problem_of(found.to_cells())
    assert ids <= problem.person_by_id.keys()
    assert sentence(tables, hire=parts["hire"][:1]) == (
        "Trust A hires 2 people as Nurse, 37.5 h a week each, near Site A"
    )
    [note, _] = scenario(**parts).notes(Dataset.from_cells(tables), WEEK)
    assert "2 people more, about £1,388 a week" in note  # 2 x 37.5 h x £18.51


def test_a_joint_post_has_two_contracts_of_one_person(tables: Tables) -> None:
    post = {
        "organisation_ids": ["A", "B"],
        "role_id": "RN",
        "hours_per_week": [20, 17.5],
        "home_site_id": "SB",
        "hourly_pence": 2000,
    }
    found = changed(tables, joint_post=[post])
    one, two = found.contract[3:]
    assert one.staff_id == two.staff_id
    assert one.joint_post_id == two.joint_post_id is not None
    assert [(c.organisation_id, c.hours_per_week, c.base_site_id) for c in (one, two)] == [
        ("A", 20, "SA"),
        ("B", 17.5, "SB"),
    ]
    problem = problem_of(found.to_cells())
    hosts = {duty.host_id for employment, duty in problem.pairs() if employment.id == two.id}
    assert hosts == {"B"}


# --- demand


def asked(dataset: Dataset, first: date = MONDAY, days: int = 7) -> dict[tuple[Any, ...], int]:
    """(day from MONDAY, site, shift, role) -> people required, wherever that comes from."""
    found = list(demand_in_period(dataset, first, days, frozenset({"UCR"})))
    assert len({row.id for row in found}) == len(found)
    assert len({row.id for row in dataset.demand}) == len(dataset.demand)
    return {_work(row): row.minimum for row in found if row.minimum}


def _work(row: Demand) -> tuple[Any, ...]:
    return (row.date.day - MONDAY.day, row.site_id, row.shift_type_id, row.role_id)


NOW = {(0, "SA", "E", "RN"): 3, (1, "SB", "E", "RN"): 1} | {
    (2, "SA", "E", "RN"): 1,
    (2, "SB", "L", "HCA"): 2,
}


def test_demand_raised_row_by_row_from_dates_and_templates(tables: Tables) -> None:
    assert asked(Dataset.from_cells(tables)) == NOW
    found = changed(tables, demand=[{"percent": 150}])
    assert asked(found) == {
        (0, "SA", "E", "RN"): 5,  # 4.5
        (1, "SB", "E", "RN"): 2,  # 1.5
        (2, "SA", "E", "RN"): 2,
        (2, "SB", "L", "HCA"): 3,
    }
    wednesday = next(row for row in found.demand if row.date.day == 13 and row.site_id == "SA")
    assert (wednesday.preferred, wednesday.priority) == (5, 4)  # 4.5 of 3
    # the next week is as the template has it
    assert asked(found, date(2027, 1, 18))[7, "SA", "E", "RN"] == 9


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"add": 1, "role_id": "HCA"}, {(2, "SB", "L", "HCA"): 3}),
        ({"add": -1, "site_id": "SA"}, {(0, "SA", "E", "RN"): 2, (2, "SA", "E", "RN"): 0}),
        ({"percent": 0, "shift_type_id": "L"}, {(2, "SB", "L", "HCA"): 0}),
    ],
)
def test_only_demand_that_fits_changes(
    tables: Tables, change: dict[str, Any], differs: dict[tuple[Any, ...], int]
) -> None:
    want = {work: people for work, people in (NOW | differs).items() if people}
    assert asked(changed(tables, demand=[change])) == want


def test_demand_that_moves_leaves_nothing_behind_and_displaces_nothing(tables: Tables) -> None:
    tables["demand_template"].append(
        {**tables["demand_template"][1], "site_id": "SB", "minimum": "4", "preferred": ""}
    )
    monday = tables["demand"][0]["id"]
    tables["pin"] = [
        {"staff_id": "P1", "demand_id": monday},
        {"staff_id": "P2", "demand_id": "T:UCR:SB:2027-01-13:E:RN"},
    ]
    found = changed(tables, demand=[{"site_id": "SA", "move_to_site_id": "SB"}])
    rows_ = list(demand_in_period(found, MONDAY, 7, frozenset({"UCR"})))
    people = sorted((row.date.day, row.site_id, row.minimum) for row in rows_ if row.minimum)
    # Monday's template (9) stays covered; Wednesday at SB has its own four and the one that came
    assert people == [
        (11, "SB", 3),
        (12, "SB", 1),
        (13, "SB", 1),
        (13, "SB", 2),
        (13, "SB", 4),
    ]
    there = {row.id: row for row in rows_}
    pinned = {pin.staff_id: there[pin.demand_id] for pin in found.pin}
    assert (pinned["P1"].date.day, pinned["P1"].site_id) == (11, "SB")
    assert (pinned["P2"].date.day, pinned["P2"].minimum) == (13, 4)
    # the week after is as it was
    week = {"first": date(2027, 1, 18), "days": 7}
    assert asked(found, **week) == asked(Dataset.from_cells(tables), **week)


# --- limits, overtime, calls, pay


@pytest.mark.parametrize(
    ("group", "limits"),
    [
        ({"staff_ids": ["P1"], "max_travel_minutes": 12}, [12, None, None]),
        ({"organisation_id": "A", "max_travel_minutes": 12}, [12, 12, 12]),
        ({"organisation_id": "A", "unlimited": True}, [None, None, None]),
    ],
)
def test_travel_limits(tables: Tables, group: dict[str, Any], limits: list[float | None]) -> None:
    assert [p.max_travel_minutes for p in changed(tables, travel=[group]).staff] == limits


@pytest.mark.parametrize(
    ("release", "limit"),
    [
        ({"max_hours_per_week": 5}, 5),
        ({"home_organisation_id": "A", "host_organisation_id": "B", "unlimited": True}, None),
    ],
)
def test_hours_lent(tables: Tables, release: dict[str, Any], limit: float | None) -> None:
    [row] = changed(tables, release=[release]).sharing_agreement
    assert row.max_hours_per_week == limit


def test_overtime_forbidden_or_at_a_price(tables: Tables) -> None:
    assert policy(tables, overtime={"allowed": False}).rules["overtime_hours"].hard
    assert policy(tables, overtime={"hourly_pounds": 12}).rules["overtime_hours"].weight == 12
    assert sentence(tables, overtime={"hourly_pounds": 12}) == (
        "Overtime costs £12 an hour on top of its pay"
    )


def test_agency_is_called_only_so_many_days_ahead(tables: Tables) -> None:
    table = policy(tables, call_notice=[{"days": 14, "planned_days_ahead": 20}]).to_tables()
    assert table["call_notice"]["kinds"] == ["agency"]
    assert (table["call_notice"]["days"], table["call_notice"]["planned_on"]) == (14, "2026-12-22")


def test_pay_at_the_grade_of_the_work_follows_the_bank_where_no_rate_is_given(
    tables: Tables,
) -> None:
    terms = policy(tables, grade_of_work={}).pay.terms()
    assert terms.bank_pence_by_band == (("5", 5500),)  # between P3's 9000 and BKA's 2000
    given = {"hourly_pence_by_band": {"band_3": 1400}}
    assert policy(tables, grade_of_work=given).pay.terms().bank_pence_by_band == (("3", 1400),)


def test_own_rules_of_a_scenario_go_before_its_changes(tables: Tables) -> None:
    found = policy(tables, overtime={"hourly_pounds": 12}, policy={"overtime_hours": {"weight": 3}})
    assert found.rules["overtime_hours"].weight == 3


# --- what holds of all

EVERY: dict[str, list[dict[str, Any]]] = {
    "hire": [{"organisation_id": "A", "role_id": "RN", "home_site_id": "SA"}],
    "joint_post": [
        {
            "organisation_ids": ["A", "B"],
            "role_id": "RN",
            "hours_per_week": [20, 10],
            "home_site_id": "SA",
            "hourly_pence": 1900,
        }
    ],
    "transfer": [{"id": "AGA", "people": 1, "shifts_per_week": 2, "to": "bank"}],
    "supply": [{"kind": "agency", "hourly_percent": 90}],
    "equivalence": [
        {"procedure_id": "IPC", "from_organisation_id": "A", "host_organisation_id": "B"}
    ],
    "passport": [{"organisation_id": "A", "route": "secondment"}],
    "agreement": [
        {"home_organisation_id": "B", "host_organisation_id": "A", "route": "secondment"}
    ],
    "release": [{"max_hours_per_week": 10}],
    "competency": [{"staff_ids": ["P3"], "competency_id": "NEWS"}],
    "sign_off": [{"role_id": "RN", "procedure_id": "IPC", "host_organisation_id": "B"}],
    "consent": [{"organisation_id": "A"}],
    "journey": [{"staff_ids": ["P1"], "site_id": "SB"}],
    "travel": [{"role_id": "RN", "max_travel_minutes": 20}],
    "demand": [{"percent": 120}],
    "call_notice": [{"days": 3}],
    "overtime": [{"allowed": False}],
    "grade_of_work": [{}],
}
"""One change of each kind that changes something here."""


def test_every_kind_of_change_is_tried_here() -> None:
    assert EVERY.keys() == CHANGES.keys()


@pytest.mark.parametrize("key", EVERY)
def test_a_change_leaves_the_facts_as_they_are_and_says_what_it_does(
    tables: Tables, key: str
) -> None:
    tables["staff"][0]["accepts_other_hosts"] = "no"
    dataset = Dataset.from_cells(tables)
    before = Dataset.from_cells(tables).sha256()
    found = scenario(**{key: EVERY[key]})
    applied = found.apply(dataset, WEEK)
    found.overlays(applied, WEEK)
    found.notes(dataset, WEEK)
    assert Dataset.from_cells(dataset.to_cells()).sha256() == before
    if key != "joint_post":
        assert not found.changes_nothing(dataset, WEEK)
    assert scenario(**tomllib.loads(scenario_text(found)) | {"name": "x"}) == found
    [said] = found.sentences(names_in(dataset))
    assert said[:1].isupper() or said[:1].isdigit()
    for name in ("AGA", "IPC", "SB", "P1", "P3", "NEWS", "RN"):
        assert name not in said.split()
    assert "_" not in said
    assert CHANGES[key].title


@pytest.mark.parametrize("key", EVERY)
def test_a_change_that_is_half_written_has_a_sentence_too(tables: Tables, key: str) -> None:
    """A page says what a scenario comes to after every field that somebody fills."""
    called = names_in(Dataset.from_cells(tables))
    whole, kind = EVERY[key][0], CHANGES[key]
    needed = {name for name, field in kind.model_fields.items() if field.is_required()}
    for kept in (needed, *(needed | {name} for name in whole)):
        half = {name: value for name, value in whole.items() if name in kept}
        try:
            found = scenario(**{key: [half]})
        except BadInput:
            continue  # not even a scenario yet
        [said] = found.sentences(called)
        assert not said.rstrip().endswith(":")


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"supply": [{"kind": "agency", "hourly_percent": 100}]},
        {"supply": [{"path": [{"from_date": "2027-03-01", "hourly_percent": 50}]}]},
        {"release": [{"max_hours_per_week": 20}]},
        {"travel": [{"staff_ids": ["P1"], "max_travel_minutes": 5}]},
        {"demand": [{"percent": 100}]},
        {"overtime": {"hourly_pounds": 8}},
        {"policy": {"overtime_hours": {"weight": 8.0}}},
    ],
)
def test_what_changes_nothing_here_is_known(tables: Tables, parts: dict[str, Any]) -> None:
    dataset = Dataset.from_cells(tables)
    assert scenario(**parts).changes_nothing(dataset, WEEK)
    other = {"overtime_hours": {"weight": 1.0}}
    assert scenario(**parts).changes_nothing(dataset, WEEK, other) is not any(
        key in parts for key in ("overtime", "policy")
    )


# --- faults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[[supply]]\nkind="agency"\nhourly_percent=90\nhourly_pence=3', "a price is said once"),
        (
            "[[supply]]\npath=[{from_date=2027-02-01,hourly_percent=9},"
            "{from_date=2027-02-01,hourly_percent=8}]",
            "supply[1].path[2].from_date: '2027-02-01': expected a date after 2027-02-01",
        ),
        (
            "[[supply]]\npath=[{from_date=2027-02-01,hourly_percent=9,hourly_percnt=9}]",
            "nearest: hourly_percent",
        ),
        (
            '[[transfer]]\npeople=1\nshifts_per_week=1\nto="bank"',
            "agency of one host and one role",
        ),
        ('[[transfer]]\nid="BKA"\npeople=1\nshifts_per_week=1\nto="bank"', "there is none"),
        (
            '[[transfer]]\nid="AGB"\npeople=1\nshifts_per_week=1\nto="bank"',
            "transfer[1].hourly_pence: expected a price",
        ),
        ('[[transfer]]\nid="AGB"\npeople=1\nshifts_per_week=1\nto="bnk"', "transfer[1].to"),
        (
            '[[hire]]\norganisation_id="B"\nrole_id="RN"\nhome_site_id="SB"',
            "hire[1].hourly_pence: expected a rate",
        ),
        (
            '[[hire]]\norganisation_id="A"\nrole_id="RN"\nhome_site_id="SC"',
            "key hire[1].home_site_id: 'SC': expected the id of a row of site.csv",
        ),
        (
            '[[joint_post]]\norganisation_ids=["A","A"]\nrole_id="RN"\nhours_per_week=[1,1]\n'
            'home_site_id="SA"',
            "two employers",
        ),
        (
            '[[joint_post]]\norganisation_ids=["A","C"]\nrole_id="RN"\nhours_per_week=[1,1]\n'
            'home_site_id="SA"',
            "joint_post[1].organisation_ids: 'C': expected the id of a row of organisation.csv",
        ),
        ("[[demand]]\npercent=5\nrole_id='HCA'\nsite_id='SA'", "there is none"),
        ("[[demand]]\nrole_id='HCA'", "nothing would change"),
        ("[[travel]]\nstaff_ids=['P1']", "either max_travel_minutes or unlimited"),
        ("[[release]]\nmax_hours_per_week=1\nhome_organisation_id='B'", "there is none"),
        ("[overtime]\nallowed=true", "either allowed = false or hourly_pounds"),
        ("[overtime]\nalowed=true", "nearest: allowed"),
        ("[[call_notice]]\nkind='agency'", "key call_notice[1].days: expected a value"),
    ],
)
def test_each_fault_is_named(tables: Tables, tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "one.toml"
    file.write_text(f'name = "x"\n{text}\n')
    with pytest.raises(BadInput) as caught:
        read_scenarios([file], Dataset.from_cells(tables), WEEK, None)
    assert expected in str(caught.value.faults[0])


def test_demand_moves_only_where_somebody_hosts_the_service(tables: Tables, tmp_path: Path) -> None:
    tables["service_host"] = tables["service_host"][:1]
    file = tmp_path / "one.toml"
    file.write_text('name = "x"\n[[demand]]\nsite_id = "SA"\nmove_to_site_id = "SB"\n')
    with pytest.raises(BadInput, match="where somebody hosts the service"):
        read_scenarios([file], Dataset.from_cells(tables), WEEK, None)


def test_a_group_may_be_of_those_who_are_hired(tables: Tables, tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text(
        'name = "x"\n[[hire]]\norganisation_id = "B"\nrole_id = "RN"\nhome_site_id = "SB"\n'
        'hourly_pence = 1700\n[[passport]]\norganisation_id = "B"\nroute = "secondment"\n'
    )
    dataset = Dataset.from_cells(tables)
    [found] = read_scenarios([file], dataset, WEEK, None)
    assert found.scenario.apply(dataset, WEEK).passport[-1].staff_id == "HIRED-0001"


# --- whatever is put together

PAIRS = [(key, change) for key, changes in EVERY.items() for change in changes] + [
    ("demand", {"site_id": "SA", "move_to_site_id": "SB"}),
    ("demand", {"add": -1}),
    ("transfer", {"id": "AGA", "people": 3, "shifts_per_week": 2, "to": "substantive"}),
    ("transfer", {"id": "AGB", "people": 1, "shifts_per_week": 2, "to": "bank", "hourly_pence": 9}),
    ("hire", {"organisation_id": "A", "role_id": "RN", "people": 2, "home_site_id": "SB"}),
]
GRANTED = {"equivalence", "passport", "agreement", "competency", "sign_off"}
"""What these add may be held already for a part of the period, which counts once."""


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PAIRS), max_size=6))
def test_changes_together_leave_the_facts_alone_and_make_facts_that_fit(
    tables: Tables, chosen: list[tuple[str, dict[str, Any]]]
) -> None:
    dataset = Dataset.from_cells(tables)
    before, cells = Dataset.from_cells(tables), dataset.to_cells()
    parts: dict[str, list[dict[str, Any]]] = {}
    for key, change in chosen:
        parts.setdefault(key, []).append(change)
    found = scenario(**parts)
    applied = found.apply(dataset, WEEK)
    assert dataset == before
    assert dataset.to_cells() == cells
    if not GRANTED & parts.keys():
        assert faults(applied, lambda file, index: index) == []
    assert found.apply(dataset, WEEK) == applied
    terms = found.policy_over({}, applied, WEEK, {}).pay.terms()
    build_problem(applied, "COL", WEEK, terms=terms)
