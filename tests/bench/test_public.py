"""The public format: a made-up instance, read, mapped, solved, and judged by a checker that knows
no rule of the catalogue.
"""

import random
from pathlib import Path

import pytest

from scheduler.domain.problem import Problem
from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import verify
from solver.search.direct import direct
from solver.search.strategy import Limits
from tests.bench import bench_public
from tests.bench.public.checker import broken, cost
from tests.bench.public.instance import Instance, NotAnInstance, read, read_roster, write_roster
from tests.bench.public.mapping import FIRST, demand_id, policy_of, problem_of, rows_of

MADE_UP = """
SECTION_HORIZON
14
SECTION_SHIFTS
# id, minutes, may not follow
E,480,
L,600,E
SECTION_STAFF
A,E=14|L=3,4320,1440,5,2,2,1
B,E=14|L=14,4320,1440,4,2,3,1
C,E=2|L=14,4800,960,5,1,2,2
D,E=14|L=0,2880,480,3,1,1,1
SECTION_DAYS_OFF
A,3
C,9,10
SECTION_SHIFT_ON_REQUESTS
A,0,E,2
B,5,L,15
D,12,E,1
SECTION_SHIFT_OFF_REQUESTS
C,1,L,3
D,4,E,25
SECTION_COVER
""" + "".join(
    f"{day},{shift},{1 + (day % 3 == 0)},100,{1 + day % 2}\n" for day in range(14) for shift in "EL"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "MadeUp.txt"
    file.write_text(MADE_UP, encoding="utf-8")
    return file


def random_rows(instance: Instance, rng: random.Random) -> dict[str, list[str | None]]:
    """Rows that often keep the rules: a few runs of one shift each."""
    rows: dict[str, list[str | None]] = {}
    for employee in instance.employees:
        row: list[str | None] = []
        while len(row) < instance.days:
            row += [rng.choice(["E", "E", "L"])] * rng.randint(1, 5) + [None] * rng.randint(1, 6)
        rows[employee.id] = row[: instance.days]
    return rows


def roster_of(problem: Problem, rows: dict[str, list[str | None]]) -> Roster:
    days = {(duty.date - FIRST).days: duty.date for duty in problem.duties}
    assert len(days) == 14
    return Roster.of(
        [
            Assignment(f"{day}-{cell}", who, f"C-{who}")
            for who, row in rows.items()
            for day, cell in enumerate(row)
            if cell
        ]
    )


def test_catalogue_and_checker_agree_on_every_roster(path: Path) -> None:
    """A whole roster is seldom kept by chance: here everybody but one keeps the rules."""
    instance = read(path)
    problem, policy = problem_of(instance), policy_of(instance)
    found = direct(problem, policy, Limits(seconds=60, workers=4), lambda _: None, lambda: False)
    assert found.status == "optimal"
    assert found.roster is not None
    good = rows_of(instance, problem, found.roster)
    rng = random.Random(9)
    seen = {True: 0, False: 0}
    for _ in range(600):
        rows = dict(good)
        who = rng.choice(instance.employees).id
        rows[who] = random_rows(instance, rng)[who]
        report = verify(problem, policy, roster_of(problem, rows))
        assert bool(report.breaches) == bool(broken(instance, rows)), (
            rows[who],
            report.breaches,
            broken(instance, rows),
        )
        seen[bool(report.breaches)] += 1
        if not report.breaches:
            assert report.objective == cost(instance, rows) * bench_public.UNIT
    assert min(seen.values()) >= 20


def test_the_program_solves_it_writes_the_roster_and_the_checker_finds_the_same_cost(
    path: Path, tmp_path: Path
) -> None:
    result = bench_public.solve(path, Limits(seconds=60, workers=4), tmp_path / "out")
    assert result["status"] == "optimal"
    assert result["cost"] == result["checker"] == result["bound"]
    assert result["broken"] == []
    rows = read_roster(tmp_path / "out" / "MadeUp.roster")
    assert cost(read(path), rows) == result["cost"]
    assert result["best_known"] is None


def test_demand_keeps_the_prices_of_the_format(path: Path) -> None:
    instance = read(path)
    problem = problem_of(instance)
    for cover in instance.cover:
        demand = problem.duty_by_id[demand_id(cover)].demand
        assert (demand.minimum, demand.under_pence, demand.over_pence) == (
            cover.required,
            100 * cover.under,
            100 * cover.over,
        )


def test_rosters_read_back_as_written(path: Path, tmp_path: Path) -> None:
    rows = random_rows(read(path), random.Random(1))
    write_roster(rows, tmp_path / "x.roster")
    assert read_roster(tmp_path / "x.roster") == rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing", "no SECTION_HORIZON"),
        ("SECTION_HORIZON\nx\n", "line 2: 'x'"),
        ("SECTION_HORIZON\n7\nSECTION_COVER\n0,D,1\n", "line 4: '0,D,1' has 3 cells; expected 5"),
        (
            "SECTION_HORIZON\n7\nSECTION_STAFF\nA,D=7,1,2\n",
            "line 4: 'A,D=7,1,2' has 4 cells; expected 8",
        ),
    ],
)
def test_a_file_of_another_format_is_named_with_its_line(
    tmp_path: Path, text: str, expected: str
) -> None:
    file = tmp_path / "other.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NotAnInstance, match=expected.replace("(", r"\(")):
        read(file)


def test_best_known_figures_are_read_and_none_is_below_its_bound() -> None:
    known = bench_public.best_known()
    assert known["Instance1"] == 607
    assert len(known) == 20
