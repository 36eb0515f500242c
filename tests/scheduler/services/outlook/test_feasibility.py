"""What can be said before solving: planted answers."""

from datetime import date

from scheduler.services.outlook.feasibility import (
    DemandSlice,
    Feasibility,
    feasibility_of,
    skipped_sentence,
)
from solver.policy.policy import Policy
from tests.factories import (
    MONDAY,
    Tables,
    lending,
    need,
    on_leave,
    person,
    plain_tables,
    problem_of,
    supply,
)


def asked(tables: Tables, days: int = 7) -> Feasibility:
    return feasibility_of(problem_of(tables, MONDAY, days), Policy.from_tables({}))


def named(parts: tuple[DemandSlice, ...]) -> dict[str, tuple[float, float, float]]:
    """Name -> hours (required, by staff at most, with supply at most)."""
    return {
        " ".join(part.name): (part.required / 60, part.by_staff / 60, part.with_supply / 60)
        for part in parts
    }


def test_demand_that_nobody_can_ever_fill_and_why() -> None:
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    lending(tables, [])
    need(tables, 0, "E")
    never = need(tables, 1, "E", site_id="SB", minimum="2")
    [found] = asked(tables).unfillable
    assert ([duty.id for duty in found.duties], found.host_id, found.minutes / 60) == (
        [never],
        "B",
        15.0,
    )
    assert [(*group.key, group.staff_ids) for group in found.nearly] == [
        ("passport", "B", "A", ("P1", "P2"))
    ]
    assert (found.supply_ids, found.nearest) == ((), None)


def test_demand_with_nobody_near_says_who_is_least_far() -> None:
    tables = plain_tables()
    person(tables, "P1")  # neither agreement nor passport
    need(tables, 1, "E", site_id="SB")
    supply(tables, "AG", organisation_id="B")
    [found] = asked(tables).unfillable
    assert found.nearly == ()
    assert found.nearest is not None
    assert (found.nearest.staff_id, [barrier.kind for barrier in found.nearest.barriers]) == (
        "P1",
        ["agreement", "passport"],
    )
    assert found.supply_ids == ("AG",)


def test_fewer_people_than_required_counts_only_who_is_lacking() -> None:
    tables = plain_tables()
    person(tables, "P1", "B")
    need(tables, 1, "E", site_id="SB", minimum="3")
    [found] = asked(tables).unfillable
    assert found.minutes / 60 == 15.0


def test_a_role_short_by_known_hours() -> None:
    tables = plain_tables()
    person(tables, "N1", hours="18")  # and 12 more: 30 h, four shifts
    person(tables, "N2", hours="18")
    person(tables, "S1", role_id="HCA")
    for day in range(5):
        need(tables, day, "E", minimum="2")  # 75 h of nurses
    need(tables, 0, "E", "HCA")
    found = asked(tables)
    assert named(found.by_role) == {"HCA": (7.5, 7.5, 7.5), "RN": (75.0, 60.0, 60.0)}
    nurses = next(part for part in found.by_role if part.name == ("RN",))
    assert (nurses.short / 60, nurses.people, nurses.owed, nurses.allowed) == (
        15.0,
        2,
        36 * 60,
        60 * 60,
    )
    assert (found.whole.required / 60, found.whole.by_staff / 60) == (82.5, 67.5)
    supply(tables, "AG", max_shifts_per_week="1")
    assert named(asked(tables).by_role)["RN"] == (75.0, 60.0, 67.5)


def test_a_day_and_a_place_short_though_the_week_has_hours_enough() -> None:
    tables = plain_tables()
    person(tables, "P1", "A")
    need(tables, 0, "E", minimum="2")
    need(tables, 1, "E")
    need(tables, 1, "E", site_id="SB")
    found = asked(tables)
    assert named(found.by_day) == {"2027-01-11": (15.0, 7.5, 7.5), "2027-01-12": (15.0, 7.5, 7.5)}
    assert named(found.by_place) == {"PA": (22.5, 15.0, 15.0), "PB": (7.5, 0.0, 0.0)}
    assert named(found.by_role_and_place)["RN PB"] == (7.5, 0.0, 0.0)
    assert found.by_day[0].owed is None


def test_who_has_no_possible_shift_and_why() -> None:
    tables = plain_tables()
    person(tables, "WORKS")
    person(tables, "AWAY")
    on_leave(tables, "AWAY", "2027-01-11", "2027-01-17")
    person(tables, "OTHER", "B")
    person(tables, "NOROLE", role_id="HCA")
    need(tables, 0, "E")
    found = {without.staff.id: without.sentence for without in asked(tables).without_shift}
    assert found == {
        "AWAY": "On leave for the whole period.",
        "NOROLE": "There is no demand for the role Support worker.",
        "OTHER": (
            "2 barriers from the nearest work (UCR at SA): No agreement under which B lends staff"
            " to A for Urgent community response on 2027-01-11. Lacking as well: passport."
        ),
    }


def test_what_ends_in_the_period() -> None:
    tables = plain_tables()
    person(tables, "P1", to_date="2027-01-14")
    person(tables, "P2")
    lending(tables, ["P1", "P2"])
    tables["sharing_agreement"][0]["to_date"] = "2027-01-15"
    tables["passport"][0]["valid_to"] = "2027-01-13"
    tables["passport"][1]["valid_to"] = "2027-01-18"  # after the period
    need(tables, 0, "E", site_id="SB")
    assert [(lapse.kind, lapse.staff_id, lapse.last) for lapse in asked(tables).ending] == [
        ("passport", "P1", date(2027, 1, 13)),
        ("contract", "P1", date(2027, 1, 14)),
        ("agreement", "", date(2027, 1, 15)),
    ]


def test_a_period_without_demand() -> None:
    tables = plain_tables()
    person(tables, "P1")
    found = asked(tables)
    assert (found.whole.required, found.by_role, found.unfillable) == (0, (), ())
    assert [without.sentence for without in found.without_shift] == [
        "There is no demand for the role Nurse."
    ]


def test_demand_of_a_template_in_the_hour_that_the_clocks_skip_is_named() -> None:
    tables = plain_tables()
    person(tables, "P1")
    tables["shift_type"].append(
        {
            "id": "SKIP",
            "name": "Short",
            "start_time": "01:15",
            "end_time": "01:45",
            "unpaid_break_minutes": "0",
        }
    )
    tables["demand_template"] = [
        {
            "service_id": "UCR",
            "site_id": "SA",
            "weekday": "7",
            "shift_type_id": "SKIP",
            "role_id": "RN",
            "minimum": "1",
            "preferred": "",
            "priority": "3",
        }
    ]
    found = feasibility_of(problem_of(tables, date(2027, 3, 22), 14), Policy.from_tables({}))
    [duty] = found.skipped
    assert duty.date == date(2027, 3, 28)
    assert (
        "Sun 28 Mar, 01:15 to 01:45) starts and ends in the hour that the clocks skip"
        in skipped_sentence(found.problem, duty)
    )
