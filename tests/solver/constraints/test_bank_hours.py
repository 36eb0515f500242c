"""Bank hours, through bank contracts and from bank supply."""

from solver.evaluate.verify import verify
from tests.factories import alone, amount, does, need, person, plain_tables, problem_of, supply


def test_hours_of_bank_contracts_and_bank_supply_count() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0", kind="bank")
    person(tables, "P2")
    supply(tables, "AG")
    supply(tables, "BK", "bank")
    day, night = need(tables, 0, "E", minimum="4"), need(tables, 8, "N")
    problem = problem_of(tables, days=14)
    assert amount(problem, "bank_hours", does(problem, ("P2", day), ("AG", day))) == 0
    assert (
        amount(
            problem,
            "bank_hours",
            does(problem, ("P1", day), ("P1", night), ("BK", day), ("BK", day), ("P2", day)),
        )
        == 3 * 450 + 660
    )


def test_each_violation_names_the_person_or_the_supply() -> None:
    tables = plain_tables()
    person(tables, "P1", hours="0", kind="bank")
    supply(tables, "BK", "bank")
    row = need(tables, 0, "E", minimum="2")
    problem = problem_of(tables)
    found = verify(
        problem, alone("bank_hours", weight=1), does(problem, ("P1", row), ("BK", row))
    ).priced["bank_hours"]
    assert {violation.about for violation in found} == {("P1", row), ("BK", row)}
