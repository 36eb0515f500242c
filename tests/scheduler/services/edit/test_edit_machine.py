"""Two people change one draft at random, take back, bring again and restore; a plain model says
each time what the roster must be. No edit is ever lost or doubled, and what is worked out step by
step is what is worked out anew.
"""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from scheduler.domain.access import Actor, HeldGrant
from scheduler.domain.errors import SchedulerError
from scheduler.domain.roster import Assignment, assignment_of
from scheduler.domain.roster_edit import RosterEdit
from scheduler.services.edit import draft as drafts
from scheduler.services.edit import edit, history
from scheduler.services.edit.commands import EditCommand, Seat, swap
from scheduler.services.edit.draft import open_draft
from scheduler.storage.repository import Repository
from solver.evaluate.delta import DeltaEvaluation
from solver.evaluate.verify import verify
from solver.result.edited import EditedRoster
from tests.at_random import examples
from tests.scheduler.services.edit.test_verdicts import draft_of

EXAMPLES = examples(4)
ACCOUNTS = ("one", "other")
GRANT = HeldGrant("operations", frozenset({"A", "B"}), collaborative_id="COL")


class TwoEditors(RuleBasedStateMachine):
    """Each of them sees the draft as it was when they looked last."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.repository = Repository(url)

    @initialize(seed=st.sampled_from(range(5)))
    def begin(self, seed: int) -> None:
        self.roster_id = draft_of(self.repository, seed)
        draft = open_draft(self.repository, self.roster_id)
        self.people = [person.id for person in draft.problem.people]
        self.demand = [duty.id for duty in draft.problem.duties]
        self.model = Counter(draft.roster)
        self.seen = [0, 0]
        self.done: list[tuple[Counter[Assignment], Counter[Assignment]]] = []
        self.piles: list[tuple[list[int], list[int]]] = [([], []), ([], [])]

    def teardown(self) -> None:
        if hasattr(self, "model"):
            self._replay()
        self.repository.close()

    def _actor(self, who: int) -> Repository:
        return self.repository.acting(Actor(ACCOUNTS[who], ACCOUNTS[who], (GRANT,)))

    def _replay(self) -> None:
        """What was written down, undone from the end, is what it began with."""
        edits = self.repository.edits.edits(self.roster_id)
        assert [one.number for one in edits] == list(range(1, len(self.done) + 1))
        for one, (gone, come) in zip(edits, self.done, strict=True):
            assert (Counter(one.removed), Counter(one.added)) == (gone, come)

    @rule(who=st.integers(0, 1))
    def look(self, who: int) -> None:
        self.seen[who] = len(self.done)

    @rule(who=st.integers(0, 1), data=st.data(), looked=st.booleans())
    def change(self, who: int, data: st.DataObject, looked: bool) -> None:
        there = sorted(self.model.elements())
        leave = data.draw(
            st.lists(st.sampled_from(there), max_size=2, unique=True) if there else st.just([])
        )
        take = data.draw(
            st.lists(
                st.tuples(st.sampled_from(self.people), st.sampled_from(self.demand)),
                max_size=2,
                unique=True,
            )
        )
        command = EditCommand(
            "move",
            tuple(Seat(a.staff_id or a.supply_id, a.demand_id) for a in leave),
            tuple(Seat(*one) for one in take),
        )
        self._try(who, command, base=self.seen[who] if looked else None)

    @rule(who=st.integers(0, 1), data=st.data())
    def exchange(self, who: int, data: st.DataObject) -> None:
        there = sorted(a for a in self.model if a.staff_id)
        if len(there) > 1:
            one, other = data.draw(st.permutations(there))[:2]
            places = [Seat(a.staff_id, a.demand_id) for a in (one, other)]
            self._try(who, swap(*places), base=None)

    def _try(self, who: int, command: EditCommand, base: int | None) -> None:
        before = self.model.copy()
        try:
            done = edit.edit(self._actor(who), self.roster_id, command, base=base)
        except SchedulerError:
            assert len(self.repository.edits.edits(self.roster_id)) == len(self.done)
            return
        gone, come = Counter(done.effect.removed), Counter(done.effect.added)
        assert gone <= before
        assert {(a.staff_id or a.supply_id, a.demand_id) for a in come} == {
            (place.who, place.demand_id) for place in command.take
        }
        self._count(gone, come)
        mine, taken_back = self.piles[who]
        mine.append(len(self.done))
        taken_back.clear()

    def _count(self, gone: Counter[Assignment], come: Counter[Assignment]) -> None:
        self.model.subtract(gone)
        self.model.update(come)
        self.model = +self.model
        self.done.append((gone, come))

    @rule(who=st.integers(0, 1))
    def undo(self, who: int) -> None:
        mine, taken_back = self.piles[who]
        try:
            done = history.undo(self._actor(who), self.roster_id)
        except SchedulerError:
            return  # nothing of theirs, or others have gone on from it
        number = mine.pop()
        taken_back.append(number)
        gone, come = self.done[number - 1]
        assert (Counter(done.effect.removed), Counter(done.effect.added)) == (come, gone)
        self._count(come, gone)

    @rule(who=st.integers(0, 1))
    def redo(self, who: int) -> None:
        mine, taken_back = self.piles[who]
        try:
            done = history.redo(self._actor(who), self.roster_id)
        except SchedulerError:
            return
        number = taken_back.pop()
        mine.append(number)
        gone, come = self.done[number - 1]
        assert (Counter(done.effect.removed), Counter(done.effect.added)) == (gone, come)
        self._count(gone, come)

    @rule()
    def lose_what_was_in_hand(self) -> None:
        """Another process takes over."""
        drafts._kept.clear()

    @invariant()
    def what_is_stored_is_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        lines = self.repository.roster(self.roster_id).document.assignments
        assert Counter(map(assignment_of, lines)) == self.model

    @invariant()
    def step_by_step_is_as_worked_out_anew(self) -> None:
        if not hasattr(self, "model"):
            return
        draft = open_draft(self.repository, self.roster_id)
        same_as_anew(draft.edited)
        stored = self.repository.roster(self.roster_id).document
        summary = {**stored.summary}
        if self.done:
            assert summary["objective_by_rule"] == draft.edited.figures()["objective_by_rule"]
            assert summary["hours"] == draft.edited.figures()["hours"]
            told = {line.model_copy(update={"roster_id": "draft"}) for line in stored.assignments}
            assert told == set(draft.edited.all_lines())
            missing = {(line.demand_id, line.missing, line.cause) for line in stored.vacancies}
            vacancies, _ = draft.edited.vacancies
            assert missing == {(line.demand_id, line.missing, line.cause) for line in vacancies}


def same_as_anew(edited: EditedRoster) -> None:
    """Lines, money, prices and breaches are those of the same roster written down from nothing."""
    evaluation = edited.evaluation
    anew = EditedRoster.of(
        DeltaEvaluation(evaluation.problem, evaluation.policy, evaluation.roster), edited.begun
    )
    assert anew.found == edited.found
    assert {rule: cost for rule, cost in anew.by_rule.items() if cost} == {
        rule: cost for rule, cost in edited.by_rule.items() if cost
    }
    assert anew.totals.summary() == edited.totals.summary()
    assert anew.lines == edited.lines
    report = verify(evaluation.problem, evaluation.policy, evaluation.roster)
    assert Counter(report.breaches) == Counter(edited.breaches)
    assert report.objective_pence == edited.objective_pence


@pytest.mark.at_random
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_at_random_by_turns(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    numbers: Iterator[int] = iter(range(1_000_000))

    def machine() -> TwoEditors:
        if database == "postgresql":
            return TwoEditors(request.getfixturevalue("postgresql_server").new_database())
        return TwoEditors(f"sqlite:///{tmp_path}/{next(numbers)}.db")

    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # Hypothesis gives it no types
        machine,
        settings=settings(
            max_examples=max(2, EXAMPLES // 4) if database == "postgresql" else EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_two_at_the_very_same_time(tmp_path: Path) -> None:
    """Each changes the same draft as fast as they can; what was confirmed is all there is."""
    url = f"sqlite:///{tmp_path}/x.db"
    with Repository(url) as repository:
        roster_id = draft_of(repository, 1)
        draft = open_draft(repository, roster_id)
        start = Counter(draft.roster)
        people = [person.id for person in draft.problem.people]
        demand = [duty.id for duty in draft.problem.duties]
    confirmed: list[list[int]] = [[], []]

    def work(who: int) -> None:
        dice = random.Random(who)
        with Repository(url) as own:
            acting = own.acting(Actor(ACCOUNTS[who], ACCOUNTS[who], (GRANT,)))
            for number in range(25):
                there = sorted(open_draft(acting, roster_id).roster)
                leave = [dice.choice(there)] if there and dice.random() < 0.5 else []
                take = [] if leave else [Seat(dice.choice(people), dice.choice(demand))]
                places = tuple(Seat(a.staff_id or a.supply_id, a.demand_id) for a in leave)
                try:
                    done = edit.edit(
                        acting,
                        roster_id,
                        EditCommand("move", places, tuple(take)),
                        command_id=f"{who}-{number}",
                    )
                except SchedulerError:
                    continue
                confirmed[who].append(done.number)

    threads = [Thread(target=work, args=(who,)) for who in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Repository(url) as repository:
        edits = repository.edits.edits(roster_id)
        assert sorted([*confirmed[0], *confirmed[1]]) == [one.number for one in edits]
        assert confirmed[0]
        assert confirmed[1]
        lines = repository.roster(roster_id).document.assignments
        assert Counter(map(assignment_of, lines)) == _after(start, edits)


def _after(start: Counter[Assignment], edits: list[RosterEdit]) -> Counter[Assignment]:
    found = start.copy()
    for one in edits:
        found.subtract(one.removed)
        found.update(one.added)
    return +found
