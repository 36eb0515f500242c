"""Where no roster exists: the facts that clash, and none that need not be named."""

from solver.clash import ClashingFact, clashing_facts
from solver.policy import Policy
from tests.factories import Tables, joint, lending, need, person, plain_tables, problem_of, worked

DEFAULT = Policy.from_tables()


def named(tables: Tables, policy: Policy = DEFAULT) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((fact.kind, fact.ids) for fact in facts(tables, policy))


def facts(tables: Tables, policy: Policy = DEFAULT) -> list[ClashingFact]:
    return clashing_facts(problem_of(tables), policy, seconds=10)


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
    assert sorted((fact.kind, fact.ids) for fact in found) == [("pin", ("P1", early)), ("worked_shift", ("P1",))]
    assert "Sun 10 Jan 20:00" in next(fact.sentence for fact in found if fact.kind == "worked_shift")


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
    assert named(tables) == [("pin", (staff_id, row)) for staff_id, row in zip(("P1", "P2", "P3"), rows, strict=True)]


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
        worked(tables, "P1", f"2027-01-{day:02}T07:00", f"2027-01-{day:02}T23:00", 900, contract_id="C-P1")
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
