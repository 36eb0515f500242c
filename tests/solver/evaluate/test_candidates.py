"""What stands between people or supply and an empty place: the same as the whole check of the
changed roster says.
"""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from scheduler.domain.barrier import Barrier
from scheduler.domain.conditions import barriers_of
from scheduler.domain.duty import Duty
from scheduler.domain.near_misses import NearMiss
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.candidates import Trials, candidacies, free_then, supply_candidacies
from solver.evaluate.verify import pence, verify
from solver.policy.policy import Policy
from tests.at_random import seeds
from tests.factories import (
    MONDAY,
    Tables,
    does,
    limit,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    random_tables,
    supply,
    worked,
)
from tests.solver.edges.solving import best

DEFAULT = Policy.from_tables({})


class Rostered:
    """A random week with vacancies, its best roster, and what the whole check says of changes."""

    def __init__(self, seed: int) -> None:
        tables = random_tables(seed)
        tables["pin"], tables["work_limit"] = [], []
        for row in tables["demand"]:
            row |= {"minimum": "2", "preferred": "", "maximum": "", "over_pence": ""}
        self.problem = problem_of(tables)
        document = best(self.problem).document
        assert document is not None
        self.roster = document.decision()
        self.vacant = [self.problem.duty_by_id[line.demand_id] for line in document.vacancies]
        self.cost = verify(self.problem, DEFAULT, self.roster).objective

    def changed(self, added: Assignment, removed: Sequence[Assignment] = ()) -> float | None:
        """What the roster costs more with a change [pence]; None where it breaks a rule."""
        roster = Roster.of([*(a for a in self.roster if a not in removed), added])
        report = verify(self.problem, DEFAULT, roster)
        return None if report.breaches else pence(report.objective - self.cost)

    def own_at(self, staff_id: str, duty: Duty) -> tuple[list[Assignment], list[Assignment]]:
        """(what the person works in all, what of it overlaps a duty)."""
        own = list(self.roster.by_person.get(staff_id, []))
        duties = self.problem.duty_by_id
        return own, [a for a in own if _overlap(duties[a.demand_id], duty)]

    def contracts(self, staff_id: str, duty: Duty) -> list[str]:
        """Those through which the person may do it."""
        index = self.problem.index
        return [c.id for c in index.contracts_of[staff_id] if not barriers_of(index, c, duty)]


@pytest.mark.at_random
@seeds(4, range(10))
def test_every_candidacy_is_what_the_whole_check_says(seed: int) -> None:
    """Each way to come: as things are, or without one shift; instead of what overlaps, if any."""
    week = Rostered(seed)
    trials = Trials(week.problem, DEFAULT, week.roster)
    found = [(duty, one) for duty in week.vacant for one in candidacies(trials, duty)]
    assert found or not week.vacant
    for duty, one in found:
        own, overlapping = week.own_at(one.staff_id, duty)
        assert [work.id for work in one.works] == [a.demand_id for a in overlapping]
        ways = [overlapping] if overlapping else [[], *([a] for a in own)]
        prices = [
            [week.changed(Assignment(duty.id, one.staff_id, contract_id), way) for way in ways]
            for contract_id in week.contracts(one.staff_id, duty)
        ]
        possible = [price for of_contract in prices for price in of_contract if price is not None]
        as_things_are = any(of_contract[0] is not None for of_contract in prices)
        if one.change is None:
            assert possible == []
            assert one.rules
            assert one.why_not != "free"
            continue
        assert one.change.pence in possible
        assert sum(one.change.by_rule.values()) == pytest.approx(one.change.pence)
        is_free = as_things_are and not overlapping and not one.change.removed
        assert (one.why_not == "free") == is_free
        assert is_free or one.change.pence == min(possible)


@pytest.mark.at_random
@seeds(4, range(10))
def test_every_call_of_supply_is_what_the_whole_check_says(seed: int) -> None:
    week = Rostered(seed)
    trials = Trials(week.problem, DEFAULT, week.roster)
    for duty in week.vacant:
        for offer in supply_candidacies(trials, duty):
            report = verify(
                week.problem,
                DEFAULT,
                Roster.of([*week.roster, Assignment(duty.id, supply_id=offer.supply.id)]),
            )
            assert offer.change.possible == (not report.breaches)
            assert offer.change.pence == pence(report.objective - week.cost)


def _overlap(one: object, other: object) -> bool:
    return one.start < other.end and other.start < one.end  # type: ignore[attr-defined]


def test_busy_beyond_the_roster() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", f"{MONDAY}T12:00", f"{MONDAY}T18:00", 360)
    place = need(tables, 0, "E")
    problem = problem_of(tables)
    [found] = candidacies(Trials(problem, DEFAULT, does(problem)), problem.duty_by_id[place])
    assert (found.why_not, [shift.paid for shift in found.known], found.change) == (
        "busy",
        [360],
        None,
    )


def test_a_hard_rule_that_links_people_stands_in_the_way() -> None:
    tables = plain_tables()
    person(tables, "P1")
    supply(tables, "AG", max_shifts_per_week="1")
    first, second = need(tables, 0, "E"), need(tables, 1, "E")
    problem = problem_of(tables)
    [offer] = supply_candidacies(
        Trials(problem, DEFAULT, does(problem, ("AG", first))), problem.duty_by_id[second]
    )
    assert (offer.state, offer.used, offer.change.possible) == ("used_up", 1, False)
    capped = Policy.from_tables({"temporary_limit": {"caps": [{"supply_ids": ["AG"], "hours": 5}]}})
    [offer] = supply_candidacies(Trials(problem, capped, does(problem)), problem.duty_by_id[second])
    assert (offer.state, [breach.rule for breach in offer.change.breaches]) == (
        "capped",
        ["temporary_limit"],
    )


def test_supply_dearer_than_the_empty_place_and_supply_that_was_not_called() -> None:
    tables = plain_tables()
    person(tables, "P1", "B")
    supply(tables, "AG")  # £30 an hour: £225 for 7.5 h, and £15 an hour on top, £112.50
    place = need(tables, 0, "E")
    problem = problem_of(tables)
    for price, state in ((44, "dearer"), (46, "not_called")):
        policy = Policy.from_tables(
            {
                "minimum_cover": {"pounds_per_hour": [price] * 5},
                "place_equity": {"off": True},
                "skill_mix": {"off": True},
            }
        )
        trials = Trials(problem, policy, does(problem))
        [offer] = supply_candidacies(trials, problem.duty_by_id[place])
        assert offer.state == state
        assert offer.change.by_rule["pay"] == 22500
        assert offer.change.pence == 33750 - price * 750


def test_who_is_free_then_without_being_cleared() -> None:
    tables = plain_tables()
    for staff_id in ("IDLE", "BUSY", "TIRED"):
        person(tables, staff_id, "A")
    person(tables, "HOST", "B")
    busy, late = need(tables, 1, "E"), need(tables, 0, "L")
    place = need(tables, 1, "E", site_id="SB")
    problem = problem_of(tables)
    trials = Trials(problem, DEFAULT, does(problem, ("BUSY", busy), ("TIRED", late)))
    ways = [
        NearMiss(staff_id, f"C-{staff_id}", Barrier("passport", "B", "", "A"))
        for staff_id in ("IDLE", "BUSY", "TIRED")
    ]
    assert free_then(trials, ways, problem.duty_by_id[place]) == {"IDLE": ways[0]}


AWAY = Barrier("leave", "2027-01-11", "", "A", MONDAY, MONDAY + timedelta(days=6))


def back(tables: Tables, place: str, *work: tuple[str, str]) -> bool:
    """Whether S1, away all week, would be free for the place once back."""
    problem = problem_of(tables)
    trials = Trials(problem, DEFAULT, does(problem, *work))
    return "S1" in free_then(trials, [NearMiss("S1", "C-S1", AWAY)], problem.duty_by_id[place])


def away_all_week(hours: str = "37.5") -> Tables:
    tables = plain_tables()
    person(tables, "S1", hours=hours)
    on_leave(tables, "S1", MONDAY, MONDAY + timedelta(days=6))
    return tables


def test_once_back_a_person_owes_hours_again() -> None:
    """16 h before the leave began are known: 12 h above none owed leave no room, 12 h above 37.5 h
    leave 33.5 h.
    """
    for hours, free in (("37.5", True), ("10", False)):
        tables = away_all_week(hours)
        for day in (11, 12):
            worked(
                tables,
                "S1",
                f"2027-01-{day}T07:00",
                f"2027-01-{day}T15:00",
                480,
                contract_id="C-S1",
            )
        assert back(tables, need(tables, 3, "E")) is free, hours


def test_another_leave_stays() -> None:
    """Four weeks of which 20 days were another leave: 48 h / 7 days * 8 days are 3,291 minutes, 450
    of which the place takes.
    """
    for minutes, free in (("2841", True), ("2842", False)):
        tables = away_all_week()
        on_leave(tables, "S1", MONDAY - timedelta(days=21), MONDAY - timedelta(days=2))
        worked(tables, "S1", "2026-12-21T07:00", "2026-12-21T23:00", int(minutes))
        assert back(tables, need(tables, 2, "E")) is free, minutes


def test_once_back_other_rules_stand() -> None:
    tables = away_all_week()
    worked(tables, "S1", f"{MONDAY}T12:00", f"{MONDAY}T18:00", 360)
    assert not back(tables, need(tables, 0, "E"))
    assert back(tables, need(tables, 2, "E"))


def test_a_limit_that_is_kept_no_better_without_the_shift_is_not_held_against_it() -> None:
    """Three shifts are agreed at least, Saturday's is there: with one more the person is nearer to
    it than before.
    """
    tables = plain_tables()
    person(tables, "S1")
    on_leave(tables, "S1", MONDAY, MONDAY + timedelta(days=2))
    limit(tables, "total_shifts", "S1", minimum=3)
    saturday, place = need(tables, 5, "E"), need(tables, 2, "E")
    problem = problem_of(tables)
    trials = Trials(problem, DEFAULT, does(problem, ("S1", saturday)))
    way = NearMiss(
        "S1", "C-S1", Barrier("leave", "2027-01-11", "", "A", MONDAY, MONDAY + timedelta(days=2))
    )
    assert trials.report.breaches
    assert "S1" in free_then(trials, [way], problem.duty_by_id[place])
