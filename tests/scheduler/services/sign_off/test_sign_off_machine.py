"""Three people of two organisations approve, refuse, edit, dispute and publish at random while the
scheme changes under them. A plain model says each time what has been approved; nothing is ever
published without all that the scheme asks, nor kept from it when all is there.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from scheduler.domain import approval
from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import SchedulerError
from scheduler.services.edit import commands, edit
from scheduler.services.edit.commands import Seat
from scheduler.services.publish.publish import NotSignedOff, publish
from scheduler.services.sign_off import disputes
from scheduler.services.sign_off.answer import approve, refuse, take_back
from scheduler.services.sign_off.standing import sign_off_state
from scheduler.storage.repository import Repository
from tests.at_random import examples
from tests.conftest import NewDatabase
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.sign_off.conftest import (
    HOME,
    LENT,
    THERE,
    acting,
    approver,
    operations,
    post,
    week,
)

PLACES = (("P1", HOME), ("P2", LENT), ("P3", THERE))
POSTS = {"A-BANK": ("bank", "A"), "A-COO": ("approve", "A"), "B-COO": ("approve", "B")}
OTHERS = {"B-BANK": ("bank", "B"), "CHAIR": ("backstop", "")}
HOSTS = {"SA": "A", "SB": "B"}
Content = frozenset[tuple[Any, ...]]


class ThreeApprovers(RuleBasedStateMachine):
    """Each acts with the grants of their own."""

    def __init__(self, repository: Repository) -> None:
        super().__init__()
        self.repository = repository

    @initialize()
    def begin(self) -> None:
        self.posts = {**POSTS, "CHAIR": OTHERS["CHAIR"]}
        self._scheme(week())
        self.roster_id = stored(self.repository, self._scheme(week()), *PLACES)
        self.said: dict[tuple[str, str, Content], str] = {}
        self.open: dict[int, tuple[str, str, Content]] = {}
        self.argued: set[int] = set()
        # what the backstop has approved in an organisation's place: theirs to take back no more
        self.decided: set[tuple[str, str, Content]] = set()
        a, b = (
            acting(self.repository, "a", approver("A")),
            acting(self.repository, "b", approver("B")),
        )
        chair = acting(self.repository, "chair", approver("A", "B", post_id="CHAIR"))
        self.people = {"A": a, "B": b, "chair": chair}
        self.builder = acting(self.repository, "op", operations())

    def _scheme(self, tables: dict[str, Any]) -> dict[str, Any]:
        tables["approval_post"] = [post(each, *told) for each, told in self.posts.items()]
        return tables

    # --- the model

    def content(self, organisation_id: str, step: str) -> Content:
        """What an organisation's step is about: said otherwise than the program says it."""
        document = self.repository.roster(self.roster_id).document
        found = {
            (line.staff_id, line.demand_id, line.pay, line.cost_pence, line.contracted_minutes)
            for line in document.assignments
            if organisation_id in (line.employer_organisation_id, line.host_organisation_id)
        }
        if step == "approve":
            found |= {
                (vacancy.demand_id, vacancy.missing)
                for vacancy in document.vacancies
                if HOSTS[vacancy.demand_id[:2]] == organisation_id
            }
        return frozenset(found)

    def due(self) -> dict[tuple[str, str], bool]:
        """Each step that the scheme asks for, and whether the model holds it approved."""
        asked = [(of, step) for step, of in self.posts.values() if of]
        return {
            (of, step): self.said.get((of, step, self.content(of, step))) == "approved"
            for of, step in asked
            if self.content(of, "approve")
        }

    # --- what people do

    @rule(of=st.sampled_from("AB"), step=st.sampled_from(("bank", "approve")))
    def approves(self, of: str, step: Any) -> None:
        due = self.due()
        first = due.get((of, "bank"), True) or step == "bank"
        fits = (of, step) in due and not due[of, step] and first
        try:
            approve(self.people[of], self.roster_id, of, step)
        except SchedulerError:
            assert not fits
            return
        assert fits
        self.said[of, step, self.content(of, step)] = "approved"
        self.decided.discard((of, step, self.content(of, step)))
        self._end(of, step)

    @rule(of=st.sampled_from("AB"), step=st.sampled_from(("bank", "approve")))
    def refuses(self, of: str, step: Any) -> None:
        here = (of, step, self.content(of, step))
        fits = (of, step) in self.due() and here not in self.open.values()
        try:
            done = refuse(self.people[of], self.roster_id, of, step, "No")
        except SchedulerError:
            assert not fits
            return
        assert fits
        self._end(of, step)
        self.said[here] = "refused"
        assert done.dispute_id is not None
        self.open[done.dispute_id] = here

    def _end(self, of: str, step: str) -> None:
        for number, (other, its, _) in list(self.open.items()):
            if (other, its) == (of, step):
                del self.open[number]

    @rule(of=st.sampled_from("AB"))
    def takes_back(self, of: str) -> None:
        own = (of, "approve", self.content(of, "approve")) not in self.decided
        fits = own and self.due().get((of, "approve"), False)
        try:
            take_back(self.people[of], self.roster_id, of, "approve", "A second look")
        except SchedulerError:
            assert not fits
            return
        assert fits
        self.said[of, "approve", self.content(of, "approve")] = "taken back"

    @rule(place=st.sampled_from(PLACES))
    def edits(self, place: tuple[str, str]) -> None:
        lines = self.repository.roster(self.roster_id).document.assignments
        there = place in {(line.staff_id, line.demand_id) for line in lines}
        wish = commands.unassign(Seat(*place)) if there else commands.assign(*place)
        edit.edit(self.builder, self.roster_id, wish)

    @rule(data=st.data(), upheld=st.booleans())
    def settles(self, data: st.DataObject, upheld: bool) -> None:
        if not self.open:
            return
        number = data.draw(st.sampled_from(sorted(self.open)))
        of, step, about = self.open[number]
        if number not in self.argued:
            disputes.answer_dispute(self.builder, number, "There is nobody else")
            disputes.insist(self.people[of], number, "All the same")
            self.argued.add(number)
        same = about == self.content(of, step) and (of, step) in self.due()
        fits = "CHAIR" in self.posts and (upheld or same)
        try:
            disputes.decide(self.people["chair"], number, "So it is", upheld=upheld)
        except SchedulerError:
            assert not fits
            late = datetime.now(UTC) + timedelta(days=30)
            assert self.repository.sign_offs.dispute(number).overdue(late), "it never rests"
            return
        assert fits
        del self.open[number]
        if not upheld:
            self.said[of, step, about] = "approved"
            self.decided.add((of, step, about))

    @rule(named=st.sampled_from(sorted({**POSTS, **OTHERS})))
    def the_scheme_changes(self, named: str) -> None:
        if named in self.posts:
            del self.posts[named]
        else:
            self.posts[named] = {**POSTS, **OTHERS}[named]
        old = self.repository.facts("approval_post")
        if old:
            self.repository.change([RowChange(row, None) for row in old])
        rows = [post(each, *told) for each, told in self.posts.items()]
        self.repository.store(Dataset.from_cells({"approval_post": rows}))

    @rule()
    def publishes(self) -> None:
        complete = all(self.due().values())
        state = sign_off_state(self.repository, self.roster_id)
        assert state.complete == complete
        try:
            publish(self.repository, self.roster_id, reason="Changed")
        except NotSignedOff:
            assert not complete
            return
        assert complete
        assert approval.complete(state.steps)
        # and on with a new version, for which what is the same is approved already
        document = self.repository.roster(self.roster_id).document
        self.roster_id = self.repository.save_roster(
            document, self.repository.snapshot(self.roster_id)
        )


@pytest.mark.at_random
def test_at_random(new_database: NewDatabase, database_kind: str) -> None:
    def made() -> ThreeApprovers:
        return ThreeApprovers(Repository(new_database()))

    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # Hypothesis gives it no types
        made,
        settings=settings(
            max_examples=examples(2 if database_kind == "postgresql" else 4),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
