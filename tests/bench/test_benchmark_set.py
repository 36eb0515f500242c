"""The benchmark set: its checker, which knows nothing of our program, and our independent check
agree to the penny; what is published is what it says.
"""

import ast
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.roster import Assignment, Roster
from solver.evaluate.verify import verify
from solver.policy.policy import Policy
from solver.search.direct import direct
from solver.search.strategy import Limits
from tests.bench import bench_set
from tests.bench.benchmark_set.instance import (
    DAY,
    FOLDER,
    RECIPES,
    Flattening,
    Recipe,
    benchmark_policy,
    sha256_of,
    text_of,
)
from tests.bench.benchmark_set.record import (
    NotBetter,
    best_known,
    instance_file,
    offer_bound,
    offer_roster,
    roster_file,
    write_best_known,
)
from tests.bench.benchmark_set.solution import checker, solution_of

CHECK = checker()
HARD = {
    "eligible": "deployable",
    "absent": "deployable",
    "overlap": "one_place_at_a_time",
    "rest": "daily_rest",
    "longest_week": "longest_week",
    "days_in_a_row": "consecutive_days",
    "nights_in_a_row": "consecutive_nights",
    "rest_after_nights": "rest_after_nights",
    "contract_hours": "contract_hours",
    "agreement_hours": "release_limit",
    "supply_limit": "supply_limit",
    "most_wanted": "maximum_cover",
}
"""What the checker calls a rule -> what our catalogue does."""


@dataclass(frozen=True)
class Made:
    """An instance made in the test, both ways."""

    flat: Flattening
    policy: Policy
    instance: dict[str, Any]

    def agree(self, roster: Roster) -> set[str]:
        """The hard rules that are broken, by both: that they agree, in them and in every price."""
        report = verify(self.flat.problem, self.policy, roster)
        found = CHECK.judge(self.instance, solution_of(self.flat, roster, ""))
        broken = {HARD[rule] for rule, _ in found.broken}
        own = {breach.rule for breach in report.breaches}
        prices = {rule: sixtieths // 60 for rule, sixtieths in report.by_rule.items()}
        assert all(sixtieths % 60 == 0 for sixtieths in report.by_rule.values())
        for rule, pence in found.pence.items():
            if "deployable" not in own or rule not in ("travel", "away_from_base"):
                assert pence == prices.pop(rule, 0), rule
        if not own:
            assert not any(prices.values())
            assert found.objective == report.objective_pence
        # who has two shifts at once has no rest between them either, which ours says as well
        implied = {"daily_rest"} if "one_place_at_a_time" in broken else set()
        assert broken | implied == own
        return own


NIGHTS = {"consecutive_nights", "rest_after_nights"}
MADE = {
    Recipe("usual", 30): {"release_limit", *NIGHTS},
    Recipe("tight-agreements", 60): set[str](),
    Recipe("usual", 12, 3, days=14): {"consecutive_days", "release_limit", *NIGHTS},
}
"""Instances made here -> rules that nothing in them breaks: without nights there are none in a row.
"""


@pytest.fixture(scope="module", params=MADE, ids=lambda recipe: recipe.name)
def made(request: pytest.FixtureRequest) -> Made:
    policy = benchmark_policy()
    flat = Flattening(request.param, request.param.problem(policy), policy)
    return Made(flat, policy, flat.instance())


def random_roster(made: Made, rng: random.Random, places: int) -> list[Assignment]:
    """People who may fill it at so many places, whatever else they do: hardly ever valid."""
    problem = made.flat.problem
    found = []
    for _ in range(places):
        k = rng.randrange(len(problem.pairs_duty))
        one = problem.employments[problem.pairs_employment[k]]
        found.append(
            Assignment(
                problem.duties[problem.pairs_duty[k]].id,
                problem.person_of_employment[one.index].id,
                one.id,
            )
        )
    return list(dict.fromkeys(found))


def valid_roster(made: Made, rng: random.Random, tries: int) -> list[Assignment]:
    """Random places and calls of temporary supply, one after another, where our check allows it."""
    problem, chosen = made.flat.problem, list[Assignment]()
    offers = random_roster(made, rng, tries) + random_calls(made, rng, tries // 3)
    rng.shuffle(offers)
    for offer in offers:
        trial = Roster.of([*chosen, offer])
        if not CHECK.judge(made.instance, solution_of(made.flat, trial, "")).broken:
            chosen.append(offer)
    assert not verify(problem, made.policy, Roster.of(chosen)).breaches
    return chosen


def random_calls(made: Made, rng: random.Random, calls: int) -> list[Assignment]:
    """Calls of temporary supply, not all of which may be made."""
    supplies, duties = made.flat.supplies, made.flat.problem.duties
    return [
        Assignment(rng.choice(duties).id, supply_id=rng.choice(supplies)[0].id)
        for _ in range(calls)
    ]


def not_eligible(made: Made, rng: random.Random, places: int) -> list[Assignment]:
    """Anybody anywhere."""
    problem = made.flat.problem
    return [
        Assignment(
            rng.choice(problem.duties).id, problem.person_of_employment[one.index].id, one.id
        )
        for one in rng.choices(problem.employments, k=places)
    ]


def nights_in_turn(made: Made, rng: random.Random) -> list[Assignment]:
    """One person's nights, often too many in a row, and perhaps another shift soon after."""
    problem = made.flat.problem
    own: dict[int, list[int]] = {}
    for row, column in zip(problem.pairs_employment, problem.pairs_duty, strict=True):
        own.setdefault(int(row), []).append(int(column))
    nights = {
        row: {problem.duties[c].date: c for c in columns if problem.duties[c].night}
        for row, columns in own.items()
    }
    longest = sorted(nights, key=lambda row: -len(nights[row]))
    row = rng.choice(longest[:3])
    days = sorted(nights[row])
    first = rng.randrange(2)
    chosen = [nights[row][day] for day in days[first : first + rng.randrange(2, 7)]]
    chosen += rng.choices(own[row], k=1)
    one = problem.employments[row]
    person = problem.person_of_employment[row].id
    return [Assignment(problem.duties[c].id, person, one.id) for c in chosen]


def disturbed(made: Made, valid: list[Assignment], rng: random.Random) -> Iterator[Roster]:
    """A valid roster with a part left out and something put in that often breaks a rule."""
    for _ in range(5):
        kept = rng.sample(valid, rng.randrange(len(valid) // 2, len(valid)))
        some = rng.sample(valid, len(valid) // 4)
        yield Roster.of({*kept, *random_roster(made, rng, rng.randrange(1, 4))})
        yield Roster.of({*kept, *not_eligible(made, rng, 2)})
        yield Roster.of([*kept, *random_calls(made, rng, 3)])
        yield Roster.of({*some, *nights_in_turn(made, rng)})
        yield Roster.of(nights_in_turn(made, rng))
    yield Roster.of(random_roster(made, rng, 40))
    yield Roster.of(random_roster(made, rng, 300))
    yield Roster.of(random_calls(made, rng, 200))


def test_both_checks_agree_to_the_penny_on_our_rosters_and_on_random_ones(made: Made) -> None:
    rng, broken = random.Random(5), Counter[str]()
    found = direct(made.flat.problem, made.policy, Limits(1.0, 1, 1), lambda _: None, lambda: False)
    assert found.roster is not None
    for valid in (list(found.roster), valid_roster(made, rng, 45)):
        assert made.agree(Roster.of(valid)) == set()
        for roster in disturbed(made, valid, rng):
            broken.update(made.agree(roster) or {""})
    assert broken.keys() >= set(HARD.values()) - MADE[made.flat.recipe]
    assert broken[""] >= 3  # some of what was disturbed is still valid


def test_clearance_in_intervals_is_every_pair_that_we_allow(made: Made) -> None:
    problem = made.flat.problem
    allowed = set(zip(problem.pairs_employment.tolist(), problem.pairs_duty.tolist(), strict=True))
    every = {(one.index, duty.index) for one in problem.employments for duty in problem.duties}
    for one in problem.employments:
        rows = [(duty.index, one.index, None) for duty in problem.duties]
        every -= {
            (one.index, int(words.partition("demand ")[2].split()[0]))
            for rule, words in CHECK._not_eligible(made.instance, rows)
            if rule in ("eligible", "absent")
        }
    assert every == allowed


RULES = {
    "rest_minutes": 660,
    "week_minutes": 3600,
    "above_contract_minutes": 1800,
    "days_in_a_row": 6,
    "nights_in_a_row": 4,
    "rest_after_nights_minutes": 2760,
    "full_time_minutes": 900,
    "agency_pence_per_minute": 25,
    "bank_pence_per_minute": 5,
    "overtime_pence_per_minute": 15,
    "unused_pence_per_minute": 10,
    "wanted_pence_per_minute": 10,
}
SHIFT = {"kind": 0, "paid": 600, "minimum": 1, "wanted": 2, "priority": 1, "empty_pence": 9000}
BY_HAND = {
    "format": CHECK.FORMAT,
    "rules": RULES,
    "people": ["P"],
    "contracts": [
        {
            "person": 0,
            "kind": "substantive",
            "hourly_pence": 2001,
            "pay_per_10000": {"contracted": 0, "extra": 13900, "overtime": 17325},
            "owed": [300],
            "counts_unused": 1,
        }
    ],
    "kinds": [{}],
    "demand": [
        SHIFT | {"start": day * DAY + 480, "end": day * DAY + 1110, "shift": "D", "night": 0}
        for day in (0, 2)
    ],
    "eligibility": [[0, 0, 0, 6, 7, 200, [0, 1]]],
    "missing": [],
    "absences": [],
    "agreements": [{"minutes_per_week": 600}, {"minutes_per_week": 600}],
    "supplies": [],
    "wishes": [[0, 2, "D", 400, 0], [0, 1, None, 600, 1], [0, 0, None, 800, 1]],
    "before": [],
}
"""One person who may be lent to two shifts of ten hours, each under either of two agreements."""


def test_the_checker_prices_as_was_worked_out_by_hand() -> None:
    found = CHECK.judge(BY_HAND, {"people": [[0, 0, 0], [1, 0, 1]], "temporary": []})
    assert found.broken == []
    # five hours are owed and ten more plain: 300 of the first shift's minutes are extra, then 300
    # of the second's, and its other 300 overtime
    first = 300 * 2001 * 139 / 6000
    second = 300 * 2001 * (1.39 + 1.7325) / 60
    assert (first, round(second, 4)) == (13906.95, 31240.6125)
    assert found.pence == {
        "minimum_cover": 0,
        "preferred_cover": 2 * 600 * 10,
        "pay": 13907 + 31241,
        "agency_hours": 0,
        "bank_hours": 0,
        "overtime_hours": 300 * 15,
        "unused_hours": 0,
        "travel": 14,
        "away_from_base": 400,
        "preference": 400 + 600,
    }
    empty = CHECK.judge(BY_HAND, {"people": [], "temporary": []})
    assert empty.objective == 2 * 9000 + 2 * 6000 + 300 * 10 + 600 + 800


def test_the_checker_wants_the_agreement_named_and_kept() -> None:
    def broken(*rows: list[int]) -> list[str]:
        return [rule for rule, _ in CHECK.judge(BY_HAND, {"people": rows, "temporary": []}).broken]

    assert broken([0, 0], [1, 0, 1]) == ["agreement"]
    assert broken([0, 0, 0], [1, 0, 0]) == ["agreement_hours"]


def test_the_checker_asks_for_nothing_but_python() -> None:
    tree = ast.parse((FOLDER / "check.py").read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert "json" in imported
    assert imported <= sys.stdlib_module_names


def test_the_checker_ends_with_what_it_found(tmp_path: Path) -> None:
    (tmp_path / "instance.json").write_text(json.dumps(BY_HAND), encoding="utf-8")

    def ended(text: str) -> tuple[int, str, str]:
        (tmp_path / "solution.json").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "-S", FOLDER / "check.py", "instance.json", "solution.json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    code, said, _ = ended('{"people": [], "temporary": []}')
    assert (code, said.split()[-2:]) == (0, ["objective_pence", "34400"])
    code, said, _ = ended('{"people": [[0, 0]], "temporary": []}')
    assert code == 1
    assert "agreement: P at demand 0: the agreement is to be named, one of [0, 1]" in said
    for wrong in ("{", "[]", "{}", '{"people": [[5, 0]], "temporary": []}'):
        code, _, said = ended(wrong)
        assert (code, said[:11]) == (2, "Unreadable:"), wrong
    code, _, said = ended('{"people": [], "temporary": [], "sha256": "0"}')
    assert (code, "of an instance with SHA-256 0" in said) == (2, True)


@pytest.mark.parametrize("name", best_known())
def test_every_roster_of_the_record_is_valid_and_costs_what_it_says(name: str) -> None:
    entry = best_known()[name]
    if "objective_pence" not in entry:  # so large that no roster has been published yet
        assert entry["staff"] > 1000
        return
    cost = entry["objective_pence"]
    assert {"bound_pence", "bound", "gap"} <= entry.keys() or not entry.keys() & {"bound", "gap"}
    bound = entry.get("bound_pence", 0)  # of some there is none that is proven
    assert 0 <= bound <= cost
    assert entry.get("gap", 1.0) == pytest.approx((cost - bound) / cost, abs=1e-6)
    if entry["file"] is None:
        return
    instance, sha256 = CHECK.read(FOLDER / entry["file"])
    solution, _ = CHECK.read(roster_file(name))
    assert sha256 == solution["sha256"] == entry["sha256"]
    found = CHECK.judge(instance, solution)
    assert found.broken == []
    assert found.pence == entry["by_rule"]
    assert found.objective == cost


def test_an_instance_is_made_anew_as_it_was_published() -> None:
    recipe, policy = RECIPES["usual-300"], benchmark_policy()
    text = text_of(Flattening(recipe, recipe.problem(policy), policy).instance())
    assert sha256_of(text) == best_known()["usual-300"]["sha256"]
    assert json.loads(text)["name"] == "usual-300"


def test_the_set_is_small_enough_to_be_taken_along() -> None:
    files = [file for file in FOLDER.rglob("*") if file.is_file()]
    assert len(files) > 10
    assert sum(file.stat().st_size for file in files) < 5 * 2**20


def test_only_what_is_better_and_valid_goes_into_the_record(tmp_path: Path) -> None:
    entry: dict[str, Any] = {"instance": "by-hand"}
    some: dict[str, Any] = {"people": [[0, 0, 0]], "temporary": []}
    none: dict[str, Any] = {"people": [], "temporary": []}
    assert offer_roster(entry, BY_HAND, some, {"by": "one"}, tmp_path)
    assert offer_roster(entry, BY_HAND, none, {"by": "another"}, tmp_path)
    cost = entry["objective_pence"]
    assert not offer_roster(entry, BY_HAND, some, {"by": "one"}, tmp_path)
    assert (entry["objective_pence"], entry["roster"]) == (cost, {"by": "another"})
    assert CHECK.read(roster_file("by-hand", tmp_path))[0] == none
    with pytest.raises(NotBetter, match="agreement is to be named"):
        offer_roster(entry, BY_HAND, {"people": [[0, 0]], "temporary": []}, {}, tmp_path)
    assert offer_bound(entry, cost - 10.5, {"by": "one"})
    assert (entry["bound_pence"], entry["bound"]) == (cost - 10, {"by": "one"})
    assert not offer_bound(entry, cost - 11, {"by": "another"})
    with pytest.raises(NotBetter, match="above a valid roster"):
        offer_bound(entry, cost + 1, {})
    with pytest.raises(NotBetter, match="below the bound"):
        offer_roster({**entry, "bound_pence": cost + 1}, BY_HAND, none, {}, tmp_path)


def test_a_roster_that_somebody_else_found_is_taken_where_it_is_better(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "usual-30"
    for file in (instance_file(name), roster_file(name), FOLDER / "best-known.json"):
        copy = tmp_path / file.relative_to(FOLDER)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
    take = ["take", name, "--to", str(tmp_path), "--by", "somebody", "--solution"]
    bench_set.main([*take, str(roster_file(name))])
    assert "not better" in capsys.readouterr().out
    record = best_known(tmp_path)
    record[name]["objective_pence"] += 1
    write_best_known(record, tmp_path)
    bench_set.main([*take, str(roster_file(name))])
    assert "taken" in capsys.readouterr().out
    assert best_known(tmp_path)[name]["roster"]["by"] == "somebody"
    assert best_known(tmp_path)[name]["objective_pence"] == best_known()[name]["objective_pence"]
