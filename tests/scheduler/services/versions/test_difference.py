"""What differs between two versions, against a plain recomputation from their lines."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.roster import AssignmentLine, VacancyLine
from scheduler.services.versions.difference import (
    EQUAL,
    CellChange,
    Difference,
    difference,
    to_json,
)
from scheduler.storage.repository import Repository
from tests.scheduler.storage import sample

MONDAY = date(2027, 1, 11)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository("sqlite://") as found:
        found.store(sample.dataset())
        yield found


def shift(staff_id: str, day: date = MONDAY, demand_id: str = "D1", **more: str) -> AssignmentLine:
    return sample.line(
        **{
            "demand_id": demand_id,
            "staff_id": staff_id,
            "contract_id": f"C{staff_id[1:]}",
            "start": f"{day}T07:00",
            "end": f"{day}T15:00",
            **more,
        }
    )


def call(demand_id: str = "D2", **more: str) -> AssignmentLine:
    made = {"temporary_supply_id": "AG1", "contract_id": "", "pay": "agency"} | more
    return shift("", demand_id=demand_id, contracted_minutes="0", **made)


def saved(
    repository: Repository,
    *lines: AssignmentLine,
    start: date = MONDAY,
    days: int = 7,
    vacancies: tuple[str, ...] = (),
) -> str:
    made = sample.document(shift("S5", demand_id="ALWAYS"), *lines, start=start, days=days)
    empty = tuple(
        VacancyLine(roster_id="new", demand_id=each, missing=1, cause="Nobody is free.")
        for each in vacancies
    )
    return repository.save_roster(replace(made, vacancies=empty), sample.dataset())


NURSE = "Nurse, Urgent community response"


def test_equal_versions_say_so(repository: Repository) -> None:
    lines = shift("S1"), call(), call()
    found = difference(repository, saved(repository, *lines), saved(repository, *lines[::-1]))
    assert (found.equal, found.sentence, found.cells) == (True, EQUAL, {})
    assert (found.people, found.moved, found.opened, found.filled) == ((), (), (), ())
    assert all(one.same for one in (*found.pay, *found.organisations))


def test_who_loses_and_gets_what(repository: Repository) -> None:
    before = saved(repository, shift("S1"), shift("S2", TUESDAY, "D3"), vacancies=("D2",))
    after = saved(
        repository,
        shift("S1", demand_id="D2", start="2027-01-11T19:30", end="2027-01-12T07:30"),
        shift("S3"),
        vacancies=("D3", "D2"),
    )
    found = difference(repository, before, after)
    early, tuesday = (
        f"{day} 07:00–15:00, {NURSE}, Brentwood Centre" for day in ("Mon 11 Jan", "Tue 12 Jan")
    )
    night = f"Mon 11 Jan 19:30–07:30, {NURSE}, Brentwood Centre"
    assert [
        (
            change.who,
            change.name,
            [one.words for one in change.loses],
            [one.words for one in change.gets],
        )
        for change in found.people
    ] == [
        ("S1", "Ada Åström", [early], [night]),
        ("S3", "Cara", [], [early]),
        ("S2", "Ben O'Neil", [tuesday], []),
    ]
    assert [(one.who, one.before.words, one.after.words) for one in found.moved] == [
        ("S1", early, night)
    ]
    assert [(one.shift.demand_id, one.places) for one in found.opened] == [("D3", 1)]
    assert [(one.shift.demand_id, one.places) for one in found.filled] == [("D2", 1)]
    assert found.cells == {
        ("S1", MONDAY): CellChange((early,), (night,)),
        ("S2", TUESDAY): CellChange((tuesday,), ()),
        ("S3", MONDAY): CellChange((), (early,)),
    }
    # D2 is twelve hours less an hour's break, D3 eight less half an hour
    assert (found.empty_before, found.empty_after) == (11.0, 18.5)
    assert found.sentence == "3 changed shifts of 3 people, 1 place opened, 1 place filled."


def test_a_shift_that_stays_may_be_another(repository: Repository) -> None:
    before = saved(repository, shift("S1"), shift("S3", TUESDAY, "D3"))
    after = saved(
        repository,
        shift("S1", end="2027-01-11T16:00"),
        shift("S3", TUESDAY, "D3", pay="overtime", cost_pence="900"),
    )
    found = difference(repository, before, after)
    assert (found.people, found.equal) == ((), False)
    assert [(one.who, one.what) for one in found.altered] == [("S1", ("time",)), ("S3", ("pay",))]
    assert set(found.cells) == {("S1", MONDAY)}, "how it is paid is no change of a day"
    assert found.pence == 900
    assert found.sentence == "1 changed shift of 1 person, 1 shift paid otherwise."


def test_places_of_a_demand_that_one_supply_fills_are_counted(repository: Repository) -> None:
    before, after = saved(repository, call(), call()), saved(repository, call(), call("D9"))
    [change] = difference(repository, before, after).people
    assert change.name == "Agency worker of First Trust (Nurse)"
    assert [one.demand_id for one in (*change.loses, *change.gets)] == ["D2", "D9"]
    found = difference(repository, before, after)
    assert (found.cells, found.moved) == ({}, ())
    assert found.sentence.startswith("2 changed calls of temporary workers, 1 place opened")


def test_only_dates_that_both_cover_count(repository: Repository) -> None:
    next_week = MONDAY + timedelta(days=7)
    before = saved(repository, shift("S1"), shift("S1", next_week, "D7"), days=14)
    after = repository.save_roster(
        sample.document(shift("S2", next_week, "D7"), start=next_week), sample.dataset()
    )
    found = difference(repository, before, after)
    assert found.dates == tuple(next_week + timedelta(days=offset) for offset in range(7))
    assert {change.who for change in found.people} == {"S1", "S2"}


def test_what_has_nothing_in_common(repository: Repository) -> None:
    one, later = saved(repository), saved(repository, start=MONDAY + timedelta(days=7))
    with pytest.raises(BadRequest, match="nothing to compare"):
        difference(repository, one, later)
    with pytest.raises(NotFound):
        difference(repository, one, "nothing")
    with pytest.raises(NotFound):
        difference(repository, "nothing", one)


def test_broken_rules_of_either_alone(repository: Repository) -> None:
    made = sample.document()
    ids = [
        repository.save_roster(
            replace(made, summary={**made.summary, "breaches": breaches}), sample.dataset()
        )
        for breaches in (["Both.", "Old."], [{"sentence": "Both."}, {"sentence": "New."}])
    ]
    found = difference(repository, *ids)
    assert (found.breaches_before, found.breaches_after) == (("Old.",), ("New.",))


LINES = st.lists(
    st.one_of(
        st.builds(
            lambda who, demand, offset, cost: shift(
                f"S{who}",
                MONDAY + timedelta(days=offset),
                f"D{demand}-{offset}",
                cost_pence=str(cost),
                host_organisation_id=f"R{1 + demand % 2}",
            ),
            st.integers(1, 4),
            st.integers(1, 3),
            st.integers(0, 3),
            st.integers(0, 1),
        ),
        st.builds(lambda demand: call(f"D{demand}-0"), st.integers(1, 3)),
    ),
    max_size=12,
    unique_by=lambda line: (line.staff_id or object(), line.demand_id),
)


def keys(lines: list[AssignmentLine]) -> Counter[tuple[str, str]]:
    return Counter((line.staff_id or "AG1", line.demand_id) for line in lines)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(LINES, LINES)
def test_it_is_what_a_plain_recomputation_says(
    repository: Repository, old: list[AssignmentLine], new: list[AssignmentLine]
) -> None:
    found = difference(repository, saved(repository, *old), saved(repository, *new))
    before, after = keys(old), keys(new)
    lost, got = before - after, after - before
    said = [
        Counter(
            (change.who, one.demand_id) for change in found.people for one in getattr(change, side)
        )
        for side in ("loses", "gets")
    ]
    assert said == [lost, got]
    demand = [Counter(line.demand_id for line in lines) for lines in (old, new)]
    assert (
        Counter({one.shift.demand_id: one.places for one in found.opened}) == demand[0] - demand[1]
    )
    assert (
        Counter({one.shift.demand_id: one.places for one in found.filled}) == demand[1] - demand[0]
    )
    assert _by_cell(found) == (
        {(who, demand_id[-1]) for who, demand_id in lost if who != "AG1"},
        {(who, demand_id[-1]) for who, demand_id in got if who != "AG1"},
    )
    same = [
        (line.staff_id, line.demand_id, line.cost_pence)
        for lines in (old, new)
        for line in lines
        if line.staff_id
    ]
    paid_otherwise = {
        (who, demand_id) for who, demand_id, cost in same if (who, demand_id, 1 - cost) in same
    }
    assert {(one.who, one.before.demand_id) for one in found.altered} == paid_otherwise
    for name, kind in (("pence", "cost_pence"), ("hosted", "paid_minutes")):
        for which, lines in (("before", [*old, shift("S5")]), ("after", [*new, shift("S5")])):
            total = sum(getattr(one, f"{name}_{which}") for one in found.organisations)
            plain = sum(getattr(line, kind) for line in lines)
            assert total == pytest.approx(plain if name == "pence" else plain / 60)
    minutes = sum(line.paid_minutes for line in [*new, shift("S5")])
    assert sum(one.hours_after for one in found.pay) == pytest.approx(minutes / 60)
    assert found.equal == (not lost and not got and not paid_otherwise)
    assert to_json(found)["equal"] == found.equal


def _by_cell(found: Difference) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Who loses and gets something on which day after Monday."""
    days = {key: str((key[1] - MONDAY).days) for key in found.cells}
    return (
        {(key[0], days[key]) for key, cell in found.cells.items() if cell.lost},
        {(key[0], days[key]) for key, cell in found.cells.items() if cell.got},
    )
