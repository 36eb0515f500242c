"""Where no roster exists: the facts that clash, and none that need not be named."""

from itertools import combinations
from random import Random

import pytest

from scheduler.domain.problem import Problem
from solver.infeasible.conflicting_facts import (
    BURDEN,
    ConflictingFact,
    conflict_of,
    conflict_sentences,
    conflicting_facts,
)
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.strategy import Limits
from tests.at_random import seeds
from tests.factories import (
    Tables,
    joint,
    lending,
    limit,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    worked,
)

DEFAULT = Policy.from_tables()


def named(tables: Tables, policy: Policy = DEFAULT) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((fact.kind, fact.ids) for fact in facts(tables, policy))


def facts(tables: Tables, policy: Policy = DEFAULT) -> list[ConflictingFact]:
    return conflicting_facts(problem_of(tables), policy, seconds=10)


def pinned(tables: Tables, staff_id: str, *rows: str) -> None:
    tables.setdefault("pin", []).extend({"staff_id": staff_id, "demand_id": row} for row in rows)


def test_two_pins_that_overlap_are_named_and_a_third_is_not() -> None:
    tables = plain_tables()
    person(tables, "P1")
    early, late, other = need(tables, 0, "E"), need(tables, 0, "L"), need(tables, 4, "E")
    pinned(tables, "P1", early, late, other)
    assert named(tables) == [("pin", ("P1", early)), ("pin", ("P1", late))]


def test_pins_of_two_people_that_overlap_do_not_clash() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    pinned(tables, "P1", need(tables, 0, "E"))
    pinned(tables, "P2", need(tables, 0, "L"))
    assert named(tables) == []


def test_a_pin_against_history_names_both_and_not_the_rest_of_the_history() -> None:
    tables = plain_tables()
    person(tables, "P1")
    worked(tables, "P1", "2027-01-07T08:00", "2027-01-07T16:00", 450)
    worked(tables, "P1", "2027-01-10T20:00", "2027-01-11T06:00", 540)
    early = need(tables, 0, "E")
    pinned(tables, "P1", early)
    found = facts(tables)
    assert sorted((fact.kind, fact.ids) for fact in found) == [
        ("pin", ("P1", early)),
        ("worked_shift", ("P1",)),
    ]
    assert "Sun 10 Jan 20:00" in next(
        fact.sentence for fact in found if fact.kind == "worked_shift"
    )


def test_a_pin_of_somebody_who_is_not_cleared_says_what_is_missing() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2", "B")
    row = need(tables, 0, "E", site_id="SB")
    pinned(tables, "P1", row)
    (fact,) = facts(tables)
    assert (fact.kind, fact.ids) == ("pin", ("P1", row))
    assert "Not cleared for it: No agreement under which A lends staff to B" in fact.sentence


def test_a_pin_of_somebody_without_a_contract_says_so() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    del tables["contract"][0]
    pinned(tables, "P1", need(tables, 0, "E"))
    (fact,) = facts(tables)
    assert "has no contract" in fact.sentence


def test_three_pins_above_an_agreements_limit_of_which_any_two_fit() -> None:
    tables = plain_tables()
    for staff_id in ("P1", "P2", "P3"):
        person(tables, staff_id)
    lending(tables, ["P1", "P2", "P3"], limit="15")
    rows = [need(tables, day, "E", site_id="SB") for day in range(3)]
    for staff_id, row in zip(("P1", "P2", "P3"), rows, strict=True):
        pinned(tables, staff_id, row)
    pinned(tables, "P1", need(tables, 4, "E"))
    assert named(tables) == [
        ("pin", (staff_id, row)) for staff_id, row in zip(("P1", "P2", "P3"), rows, strict=True)
    ]


def test_three_pins_above_a_contracts_hours_of_which_any_two_fit() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="3")  # 15 h a week at most
    rows = [need(tables, day, "E") for day in (0, 2, 4)]
    pinned(tables, "P1", *rows)
    assert named(tables) == [("pin", ("P1", row)) for row in rows]


def test_a_second_contract_that_can_take_a_pin_leaves_nothing_to_clash() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="3")
    joint(tables, "P1", "B", "3")
    tables["contract"][1]["organisation_id"] = "A"
    pinned(tables, "P1", *(need(tables, day, "E") for day in (0, 2, 4)))
    assert named(tables) == []


def test_two_pins_for_more_people_than_are_wanted() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    row = need(tables, 0, "E")
    pinned(tables, "P1", row)
    pinned(tables, "P2", row)
    assert named(tables) == [("pin", ("P1", row)), ("pin", ("P2", row))]


def test_without_pins_a_default_problem_never_clashes_whatever_the_history() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for day in range(1, 15):
        worked(
            tables,
            "P1",
            f"2027-01-{day:02}T07:00",
            f"2027-01-{day:02}T23:00",
            900,
            contract_id="C-P1",
        )
    need(tables, 0, "E")
    assert named(tables) == []


def test_where_rules_alone_leave_no_roster_they_are_named() -> None:
    tables = plain_tables()
    person(tables, "P1")
    for shift_type_id in ("E", "L"):
        need(tables, 0, shift_type_id)
    policy = Policy.from_tables({"minimum_cover": {"weight": "hard"}})
    assert named(tables, policy) == [("rule", ("minimum_cover",))]
    tables["demand"] = []
    need(tables, 0, "L")
    need(tables, 1, "E")
    assert named(tables, policy) == [("rule", ("daily_rest",)), ("rule", ("minimum_cover",))]


def test_pins_that_are_soft_do_not_clash() -> None:
    tables = plain_tables()
    person(tables, "P1")
    pinned(tables, "P1", need(tables, 0, "E"), need(tables, 0, "L"))
    assert named(tables, Policy.from_tables({"pinned": {"weight": 50}})) == []


# --- agreed limits --------------------------------------------------------------------------------


def status(problem: Problem) -> str:
    return direct(
        problem,
        DEFAULT,
        Limits(seconds=20, workers=2),
        on_progress=lambda _: None,
        should_stop=lambda: False,
    ).status


def verified(tables: Tables) -> list[tuple[str, tuple[str, ...]]]:
    """What is named, after making sure that there is a roster without any one of the limits and
    pins named, and none with them.
    """
    found = named(tables)
    assert status(problem_of(tables)) == ("clash" if found else "optimal")
    for kind, ids in found:
        fewer = {name: list(rows) for name, rows in tables.items()}
        if kind == "work_limit":
            fewer["work_limit"] = [
                row
                for row in tables["work_limit"]
                if (row["staff_id"] or ids[0], row["measure"]) != ids[:2]
            ]
        elif kind == "pin":
            fewer["pin"] = [
                row for row in tables["pin"] if (row["staff_id"], row["demand_id"]) != ids
            ]
        assert kind in ("work_limit", "pin", "worked_shift")
        assert kind == "worked_shift" or status(problem_of(fewer)) == "optimal", (kind, ids)
    return found


def three_earlies() -> tuple[Tables, list[str]]:
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    return tables, [need(tables, day, "E") for day in (0, 2, 4)]


def test_a_minimum_that_cannot_be_reached_is_named_alone() -> None:
    tables, _ = three_earlies()
    limit(tables, "total_shifts", "P1", minimum=4)
    limit(tables, "total_shifts", "P2", minimum=2)
    limit(tables, "total_minutes", "P1", maximum=2000)
    assert verified(tables) == [("work_limit", ("P1", "total_shifts"))]
    (fact,) = facts(tables)
    assert fact.sentence == "Agreed for P1: at least 4 shifts."


def test_a_minimum_that_can_just_be_reached_does_not_clash() -> None:
    tables, _ = three_earlies()
    limit(tables, "total_shifts", "P1", minimum=3)
    assert verified(tables) == []


def test_two_limits_that_exclude_each_other() -> None:
    tables, _ = three_earlies()
    need(tables, 3, "L")
    limit(tables, "total_shifts", "P1", "E", minimum=3)
    limit(tables, "total_minutes", "P1", maximum=1000)
    limit(tables, "total_minutes", "P2", minimum=300, maximum=450)
    limit(tables, "run_of_work", maximum=5)
    assert verified(tables) == [
        ("work_limit", ("P1", "total_minutes")),
        ("work_limit", ("P1", "total_shifts", "E")),
    ]
    assert {fact.sentence for fact in facts(tables)} == {
        "Agreed for P1: at least 3 shifts of E.",
        "Agreed for P1: at most 16.67 h.",
    }


def test_minima_of_two_people_who_cannot_both_have_the_only_shifts() -> None:
    tables, _ = three_earlies()
    for staff_id in ("P1", "P2"):
        limit(tables, "total_shifts", staff_id, minimum=2)
    assert verified(tables) == [
        ("work_limit", ("P1", "total_shifts")),
        ("work_limit", ("P2", "total_shifts")),
    ]


def test_of_a_limit_for_everybody_it_is_said_whom_it_hits() -> None:
    tables, _ = three_earlies()
    on_leave(tables, "P2", "2027-01-11", "2027-01-13")
    limit(tables, "total_minutes", minimum=600, days=7)
    assert named(tables) == [("work_limit", ("P2", "total_minutes"))]
    (fact,) = facts(tables)
    assert (
        fact.sentence
        == "Agreed for everybody, so also for P2: at least 10 h over the 7 dates that end with the"
        " period."
    )


def test_a_pin_against_a_maximum_and_a_pin_that_shortens_a_run() -> None:
    tables, rows = three_earlies()
    pinned(tables, "P1", *rows[:2])
    limit(tables, "total_shifts", "P1", maximum=1)
    assert verified(tables) == [
        ("pin", ("P1", rows[0])),
        ("pin", ("P1", rows[1])),
        ("work_limit", ("P1", "total_shifts")),
    ]
    tables["work_limit"] = []
    limit(tables, "run_of_work", minimum=2)
    found = verified(tables)
    assert found == [("pin", ("P1", rows[1])), ("work_limit", ("P1", "run_of_work"))]


def test_pins_that_clash_without_the_limits_name_no_limit() -> None:
    tables, rows = three_earlies()
    late = need(tables, 0, "L")
    pinned(tables, "P1", rows[0], late)
    limit(tables, "total_shifts", "P1", maximum=2)
    limit(tables, "total_shifts", "P1", minimum=1)
    assert verified(tables) == [("pin", ("P1", rows[0])), ("pin", ("P1", late))]


def test_known_shifts_that_fill_a_maximum_are_named_with_it() -> None:
    tables, rows = three_earlies()
    worked(tables, "P1", "2027-01-05T07:00", "2027-01-05T15:00", 450)
    worked(tables, "P1", "2027-01-07T07:00", "2027-01-07T15:00", 450)
    worked(tables, "P1", "2026-12-20T07:00", "2026-12-20T15:00", 450)  # before the dates counted
    pinned(tables, "P1", rows[2])
    limit(tables, "total_minutes", "P1", maximum=1000, days=14)
    assert verified(tables) == [
        ("pin", ("P1", rows[2])),
        ("work_limit", ("P1", "total_minutes")),
        ("worked_shift", ("P1",)),
        ("worked_shift", ("P1",)),
    ]


def test_a_known_shift_that_helps_to_reach_a_minimum_is_not_named() -> None:
    """Without the known shifts the minimum alone could not be reached: what clashes is what else
    keeps P1 from the last shift.
    """
    tables, _ = three_earlies()
    for day in ("2027-01-05", "2027-01-06"):
        worked(tables, "P1", f"{day}T07:00", f"{day}T15:00", 450)
    limit(tables, "total_shifts", "P1", minimum=5, days=14)
    assert verified(tables) == []
    limit(tables, "total_weekends", "P1", maximum=0)
    limit(tables, "run_of_days_off", "P1", minimum=2)
    assert verified(tables) == [
        ("work_limit", ("P1", "run_of_days_off")),
        ("work_limit", ("P1", "total_shifts")),
    ]


def test_a_known_shift_before_the_period_is_named_with_the_limit_and_no_other() -> None:
    tables, rows = three_earlies()
    for day in ("2027-01-02", "2027-01-03", "2027-01-09"):
        worked(tables, "P1", f"{day}T07:00", f"{day}T15:00", 450)
    pinned(tables, "P1", rows[0])
    # Sunday the 10th lies alone between the 9th and the pin
    limit(tables, "run_of_days_off", "P1", minimum=2)
    limit(tables, "total_shifts", "P1", minimum=4, days=16)
    assert verified(tables) == [
        ("pin", ("P1", rows[0])),
        ("work_limit", ("P1", "run_of_days_off")),
        ("worked_shift", ("P1",)),
    ]
    assert "Sat 9 Jan" in next(
        fact.sentence for fact in facts(tables) if fact.kind == "worked_shift"
    )


@pytest.mark.parametrize("weight", [100, 0])
def test_limits_that_are_priced_do_not_clash(weight: float) -> None:
    tables, _ = three_earlies()
    limit(tables, "total_shifts", "P1", minimum=4)
    assert named(tables, Policy.from_tables({"total_shifts": {"weight": weight}})) == []
    assert named(tables, Policy.from_tables({"total_shifts": {"off": True}})) == []


def test_rules_that_leave_no_roster_are_named_though_a_limit_cannot_be_kept_either() -> None:
    tables, _ = three_earlies()
    need(tables, 0, "L", minimum="3")
    limit(tables, "total_shifts", "P1", minimum=4)
    assert named(tables, Policy.from_tables({"minimum_cover": {"weight": "hard"}})) == [
        ("rule", ("minimum_cover",))
    ]


# --- ways out -------------------------------------------------------------------------------------


def ways(tables: Tables) -> list[list[tuple[str, tuple[str, ...]]]]:
    found = conflict_of(problem_of(tables), DEFAULT, seconds=10)
    return [sorted((fact.kind, fact.ids) for fact in way) for way in found.ways_out]


def test_of_two_pins_that_overlap_either_is_a_way_out() -> None:
    tables = plain_tables()
    person(tables, "P1")
    early, late = need(tables, 0, "E"), need(tables, 0, "L")
    pinned(tables, "P1", early, late)
    assert sorted(ways(tables)) == [[("pin", ("P1", early))], [("pin", ("P1", late))]]


def test_a_pin_is_given_up_rather_than_a_limit_and_history_last() -> None:
    tables, rows = three_earlies()
    worked(tables, "P1", "2027-01-05T07:00", "2027-01-05T15:00", 450)
    pinned(tables, "P1", rows[0])
    limit(tables, "total_minutes", "P1", maximum=600, days=14)
    assert ways(tables) == [
        [("pin", ("P1", rows[0]))],
        [("work_limit", ("P1", "total_minutes"))],
        [("worked_shift", ("P1",))],
    ]
    sentences = conflict_sentences(conflict_of(problem_of(tables), DEFAULT, seconds=10))
    assert "1. Take this pin away: Pin: P1 does" in sentences[4]
    assert sentences[6].startswith(
        "3. Correct this shift, if it is wrong or can be moved: P1 works from Tue 5 Jan 07:00"
    )


def test_two_clashes_apart_need_a_fact_of_each() -> None:
    tables, rows = three_earlies()
    late = need(tables, 4, "L")
    pinned(tables, "P1", rows[2], late)
    limit(tables, "total_shifts", "P2", minimum=4)
    assert sorted(ways(tables)) == [
        [("pin", ("P1", row)), ("work_limit", ("P2", "total_shifts"))]
        for row in sorted([late, rows[2]])
    ]


@pytest.mark.at_random
@seeds(3, range(6))
def test_the_first_way_out_is_the_least_that_any_search_finds(seed: int) -> None:
    """Every set of the pins and limits is tried."""
    random = Random(seed)
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    rows = [need(tables, day, shift) for day in range(3) for shift in ("E", "L")]
    for staff_id in ("P1", "P2"):
        pinned(tables, staff_id, *random.sample(rows, 2))
        limit(tables, "total_shifts", staff_id, maximum=random.choice([0, 1]))
    facts = [("pin", row) for row in tables["pin"]] + [
        ("work_limit", row) for row in tables["work_limit"]
    ]

    def possible(given_up: tuple[tuple[str, dict[str, str]], ...]) -> bool:
        fewer = dict(tables)
        for file in ("pin", "work_limit"):
            fewer[file] = [row for row in tables[file] if (file, row) not in given_up]
        return status(problem_of(fewer)) != "clash"

    def burden(given_up: tuple[tuple[str, dict[str, str]], ...]) -> int:
        return sum(BURDEN[file] for file, _ in given_up)

    least = min(
        burden(chosen)
        for size in range(len(facts) + 1)
        for chosen in combinations(facts, size)
        if possible(chosen)
    )
    found = conflict_of(problem_of(tables), DEFAULT, seconds=10)
    assert bool(found.facts) == (least > 0)
    assert sum(BURDEN[fact.kind] for fact in (found.ways_out[0] if found.ways_out else ())) == least
    for way in found.ways_out:
        chosen = tuple(
            (file, row)
            for file, row in facts
            if (file, (row["staff_id"], row.get("demand_id") or row["measure"]))
            in {(fact.kind, fact.ids) for fact in way}
        )
        assert len(chosen) == len(way)
        assert possible(chosen)
        assert not any(
            possible(tuple(one for one in chosen if one is not back)) for back in chosen
        ), "none can be had back"
