"""Generated datasets: the same every time, apart from each other, and honest about the working
week.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from scheduler.domain import consistency
from scheduler.domain.approval import STEPS, Scheme
from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.problem import Period, build_problem
from scheduler.synthetic import (
    CONTRACT,
    DEFAULT_START,
    EXAMPLES,
    NATURES,
    collaborative_id,
    generate,
    generate_example,
)

EXAMPLE_FOLDERS = Path(__file__).parents[3] / "data" / "examples"
SAME_EVERYWHERE = ("role", "role_cover", "shift_type", "enhancement")
Tables = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def county() -> Tables:
    return generate(300, 7)


@pytest.fixture(scope="module", params=["county", *EXAMPLES])
def dataset(request: pytest.FixtureRequest) -> Tables:
    return generate(300, 7) if request.param == "county" else generate_example(request.param)


def by_key(tables: Tables, stem: str) -> dict[tuple[str, ...], dict[str, str]]:
    columns = ("id",) if "id" in CONTRACT[stem] else CONTRACT[stem]
    return {tuple(row[column] for column in columns): row for row in tables[stem]}


def test_same_arguments_give_the_same_rows(county: Tables) -> None:
    assert generate(300, 7) == county


def test_another_seed_gives_other_people(county: Tables) -> None:
    assert generate(300, 8)["staff"] != county["staff"]


@pytest.mark.parametrize("staff", [5, 6, 17, 60, 450, 3000])
def test_has_exactly_the_staff_asked_for(staff: int) -> None:
    tables = generate(staff, 3)
    assert len(tables["staff"]) == staff
    assert tables["collaborative"][0]["id"] == collaborative_id(staff, 3)
    assert tables["demand"] or tables["demand_template"]


@pytest.mark.parametrize(
    ("staff", "start"), [(4, DEFAULT_START), (5, DEFAULT_START + timedelta(days=1))]
)
def test_refuses_too_few_staff_and_weeks_that_begin_on_another_day(staff: int, start: date) -> None:
    with pytest.raises(ValueError, match="must be"):
        generate(staff, 1, start=start)


def test_every_file_is_there_with_its_columns(dataset: Tables) -> None:
    assert list(dataset) == list(CONTRACT)
    for stem, rows in dataset.items():
        assert {tuple(row) for row in rows} <= {CONTRACT[stem]}


@pytest.mark.parametrize(("staff", "seed"), [(300, 8), (100, 7)])
def test_two_generated_datasets_share_only_the_catalogue(
    county: Tables, staff: int, seed: int
) -> None:
    other = generate(staff, seed)
    for stem in CONTRACT:
        if stem in SAME_EVERYWHERE:
            assert other[stem] == county[stem]
        else:
            assert not by_key(county, stem).keys() & by_key(other, stem).keys(), stem


def test_the_examples_agree_on_what_they_share() -> None:
    one, other = (generate_example(name) for name in EXAMPLES)
    for stem in CONTRACT:
        first, second = by_key(one, stem), by_key(other, stem)
        assert all(first[key] == second[key] for key in first.keys() & second.keys()), stem
    for stem in (*SAME_EVERYWHERE, "competency", "procedure"):
        assert one[stem] == other[stem]
    eput = [
        [row for row in tables["procedure_version"] if row["organisation_id"] == "R1L"]
        for tables in (one, other)
    ]
    assert eput[0] == eput[1]
    assert not by_key(one, "staff").keys() & by_key(other, "staff").keys()


def test_in_the_examples_scheme_every_step_has_somebody_who_may_and_somebody_who_decides() -> None:
    dataset = Dataset.from_cells(generate_example("mid-and-south-essex"))
    scheme = Scheme.of(dataset, "MSECC", DEFAULT_START)
    assert scheme is not None
    for member in dataset.membership:
        assert scheme.steps_of(member.organisation_id) == STEPS
        for step in STEPS:
            own = scheme.posts_for(member.organisation_id, step)
            director, chief = own
            assert director.most_hours is not None
            assert (chief.most_hours, chief.most_pounds) == (None, None), "up to any amount"
            away = replace(scheme, away=frozenset({chief.id}))
            _, deputy = away.posts_for(member.organisation_id, step)
            assert deputy.deputy_for == chief.id
    assert scheme.steps_of("THURROCK-COUNCIL") == (), "a partner that is no member"
    assert len(scheme.backstops) == 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_files_are_what_the_generator_makes(name: str) -> None:
    tables = generate_example(name)
    on_disk = {path.stem for path in (EXAMPLE_FOLDERS / name).glob("*.csv")}
    assert on_disk == {stem for stem, rows in tables.items() if rows}
    for stem in sorted(on_disk):
        with (EXAMPLE_FOLDERS / name / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert list(reader) == tables[stem], stem
            assert tuple(reader.fieldnames or ()) == CONTRACT[stem]


def test_no_period_ends_before_it_begins(dataset: Tables) -> None:
    for stem, rows in dataset.items():
        for begin, end in (("from_date", "to_date"), ("valid_from", "valid_to"), ("start", "end")):
            if {begin, end} <= set(CONTRACT[stem]):
                assert all(not row[end] or row[begin] <= row[end] for row in rows), stem


def test_joint_posts_are_one_person_with_several_employers(dataset: Tables) -> None:
    posts = defaultdict(list)
    for contract in dataset["contract"]:
        if contract["joint_post_id"]:
            posts[contract["joint_post_id"]].append(contract)
    assert posts
    for contracts in posts.values():
        assert len({contract["staff_id"] for contract in contracts}) == 1
        assert len({contract["organisation_id"] for contract in contracts}) == len(contracts) >= 2
        assert {contract["kind"] for contract in contracts} == {"substantive"}


def test_every_demand_has_a_host(dataset: Tables) -> None:
    place = {site["id"]: site["place_id"] for site in dataset["site"]}
    hosts = {(host["service_id"], host["place_id"]) for host in dataset["service_host"]}
    for row in dataset["demand"] + dataset["demand_template"]:
        assert (row["service_id"], place[row["site_id"]]) in hosts


def test_pins_name_demand_of_the_week(dataset: Tables) -> None:
    start = DEFAULT_START
    known = {row["id"] for row in dataset["demand"]}
    replaced = {tuple(row[c] for c in CONTRACT["demand"][1:6]) for row in dataset["demand"]}
    for row in dataset["demand_template"]:
        day = (start + timedelta(days=int(row["weekday"]) - 1)).isoformat()
        key = (row["service_id"], row["site_id"], day, row["shift_type_id"], row["role_id"])
        if key not in replaced:
            known.add("T:" + ":".join(key))
    assert dataset["pin"]
    assert {pin["demand_id"] for pin in dataset["pin"]} <= known


def test_required_hours_are_about_what_is_owed(dataset: Tables) -> None:
    required, owed = required_hours(dataset), owed_hours(dataset)
    assert 0.95 <= required / owed <= 1.05


def test_history_keeps_the_working_time_rules(dataset: Tables) -> None:
    worked = defaultdict(list)
    for row in dataset["worked_shift"]:
        shift = (
            datetime.fromisoformat(row["start"]),
            datetime.fromisoformat(row["end"]),
            int(row["paid_minutes"]),
        )
        worked[row["staff_id"]].append(shift)
    assert 0.6 <= len(worked) / len(dataset["staff"]) <= 0.85
    for staff_id, shifts in worked.items():
        assert not list(faults(shifts)), staff_id
    monday = datetime.fromisoformat(f"{DEFAULT_START}T00:00:00+00:00")
    ends = [end for shifts in worked.values() for _, end, _ in shifts]
    assert any(end > monday for end in ends)


def required_hours(tables: Tables) -> float:
    """Minimum times paid hours over the week, with dated rows instead of the template rows they
    replace [h].
    """
    paid = {row["id"]: paid_minutes(row) for row in tables["shift_type"]}
    week: dict[tuple[str, ...], int] = {}
    for row in tables["demand_template"]:
        day = (DEFAULT_START + timedelta(days=int(row["weekday"]) - 1)).isoformat()
        week[row["service_id"], row["site_id"], day, row["shift_type_id"], row["role_id"]] = int(
            row["minimum"]
        )
    for row in tables["demand"]:
        key = (row["service_id"], row["site_id"], row["date"], row["shift_type_id"], row["role_id"])
        week[key] = int(row["minimum"])
    return sum(minimum * paid[key[3]] for key, minimum in week.items()) / 60


def paid_minutes(shift_type: dict[str, str]) -> int:
    start, end = (
        int(shift_type[c][:2]) * 60 + int(shift_type[c][3:]) for c in ("start_time", "end_time")
    )
    return (end - start) % 1440 - int(shift_type["unpaid_break_minutes"])


def owed_hours(tables: Tables) -> float:
    """Contract hours by weekday on which the contract is live and its holder not on leave [h]."""
    weekdays = [(DEFAULT_START + timedelta(days=day)).isoformat() for day in range(5)]
    away = {
        (leave["staff_id"], day)
        for leave in tables["leave"]
        for day in weekdays
        if leave["from_date"] <= day <= leave["to_date"]
    }
    return sum(
        float(contract["hours_per_week"]) / 5
        for contract in tables["contract"]
        for day in weekdays
        if contract["from_date"] <= day <= (contract["to_date"] or "9999")
        and (contract["staff_id"], day) not in away
    )


def faults(shifts: list[tuple[datetime, datetime, int]]) -> list[str]:
    """What one person's shifts break of rest, runs, nights and weeks."""
    found = []
    run = nights = 1
    for (start, end, _), (next_start, _, _) in pairwise(shifts):
        rest = (next_start - end) / timedelta(hours=1)
        next_day = next_start.date() - start.date() == timedelta(days=1)
        in_nights = next_day and start.hour == next_start.hour == 19
        if rest < 11:
            found.append(f"rest of {rest} h after {end}")
        if start.hour == 19 and nights >= 2 and not in_nights and rest < 46:
            found.append(f"rest of {rest} h after {nights} nights to {end}")
        run = run + 1 if next_day else 1
        nights = nights + 1 if in_nights else 1
        if run > 6 or nights > 4:
            found.append(f"{run} days, {nights} nights in a row at {next_start}")
    weeks: Counter[date] = Counter()
    for start, _, paid in shifts:
        weeks[start.date() - timedelta(days=start.weekday())] += paid
    found += [
        f"{minutes / 60} h in the week of {week}"
        for week, minutes in weeks.items()
        if minutes > 60 * 60
    ]
    blocks = (DEFAULT_START - min(weeks)).days // 7
    if sum(weeks.values()) > 48 * 60 * blocks:
        found.append(f"more than 48 h on average over {blocks} weeks")
    return found


def test_in_a_dense_collaborative_only_contract_and_leave_stand_between_people_and_their_role() -> (
    None
):
    dataset = Dataset.from_cells(generate(100, 7, nature=NATURES["dense"]))
    assert consistency.faults(dataset, lambda _, index: index + 2) == []
    problem = build_problem(dataset, dataset.collaborative[0].id, Period(DEFAULT_START, 7))
    index = problem.index
    contracts = [
        contract
        for contract in dataset.contract
        if contract.staff_id in {person.id for person in problem.people}
    ]
    kinds = {
        barrier.kind
        for contract in contracts
        for duty in problem.duties
        if (contract.role_id, duty.demand.role_id) in index.covers
        for barrier in barriers_of(index, contract, duty)
    }
    assert kinds <= {"contract", "leave"}
    usual = Dataset.from_cells(generate(100, 7))
    less = build_problem(usual, usual.collaborative[0].id, Period(DEFAULT_START, 7))
    assert len(problem.duties) == len(less.duties)
    assert len(problem.pairs_duty) > 2 * len(less.pairs_duty)
