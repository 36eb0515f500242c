"""Two people change, end, bring in and take back facts at once, at random; a plain model
says each time what must come of it. Nothing is ever lost, or half-written.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, SchedulerError
from scheduler.domain.facts import Competency, Fact, Leave, StaffCompetency
from scheduler.services.facts.change import change
from scheduler.services.facts.history import revert
from scheduler.services.facts.stored import end_of
from scheduler.storage.repository import Repository
from scheduler.storage.stored_changes import Search
from tests.at_random import examples
from tests.factories import person, plain_tables

PEOPLE, SKILLS, KINDS = ("P1", "P2"), ("K1", "K2", "K3"), ("annual", "sick")
DAY0 = date(2027, 3, 1)
FILES = ("leave", "competency", "staff_competency", "contract")
days = st.integers(0, 9).map(lambda offset: DAY0 + timedelta(days=offset))


def start() -> Dataset:
    tables = plain_tables()
    for name in PEOPLE:
        person(tables, name)
    return Dataset.from_cells(tables)


@st.composite
def leaves(draw: Callable[..., date]) -> Leave:
    first = draw(days)
    last = max(first, draw(days))
    return Leave(
        staff_id=draw(st.sampled_from(PEOPLE)),
        from_date=first,
        to_date=last,
        kind=draw(st.sampled_from(KINDS)),
    )


@st.composite
def skills(draw: Callable[..., str]) -> Competency:
    return Competency(
        id=draw(st.sampled_from(SKILLS)), name=draw(st.sampled_from(("X", "Y"))), kind="clinical"
    )


@st.composite
def holdings(draw: Callable[..., date]) -> StaffCompetency:
    return StaffCompetency(
        staff_id=draw(st.sampled_from(PEOPLE)),
        competency_id=draw(st.sampled_from(SKILLS)),
        valid_from=draw(days),
    )


rows = st.one_of(leaves(), skills(), holdings())
Model = Counter[Fact]


def sound(model: Model, new: Sequence[Fact]) -> bool:
    """The rules of the contract that matter here, said in other words than the program's."""
    ids = [fact.cell("id") for fact in model.elements() if fact.file == "competency"]
    if len(ids) != len(set(ids)) or any(number > 1 for number in model.values()):
        return False
    held = [fact for fact in model if isinstance(fact, StaffCompetency)]
    if any(fact.competency_id not in ids for fact in held):
        return False
    away = [fact for fact in model if isinstance(fact, Leave)]
    for one in [fact for fact in new if isinstance(fact, Leave)]:
        for other in away:
            apart = other.to_date < one.from_date or one.to_date < other.from_date
            if other.staff_id == one.staff_id and other.kind != one.kind and not apart:
                return False
    for one in [fact for fact in new if isinstance(fact, StaffCompetency)]:
        for other in held:
            if other != one and _contradict(one, other):
                return False
    return True


def _contradict(one: StaffCompetency, other: StaffCompetency) -> bool:
    """One person holds one competency once at a time, unless the rows say the same."""
    if not StaffCompetency.one_at_a_time:
        return False
    same = (one.staff_id, one.competency_id) == (other.staff_id, other.competency_id)
    return (
        same
        and not StaffCompetency.overlapping_is_one
        and max(one.valid_from, other.valid_from)
        <= min(one.valid_to or date.max, other.valid_to or date.max)
    )


class TwoPeople(RuleBasedStateMachine):
    """Each of them changes what they read last, which the other may have changed since."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.repository = Repository(url)

    @initialize()
    def begin(self) -> None:
        self.repository.store(start())
        self.model: Model = Counter(fact for file in FILES for fact in start().rows(file))
        self.read: list[list[Fact]] = [list(self.model), list(self.model)]
        self.sets: list[tuple[RowChange, ...]] = []
        self.taken_back: dict[int, int] = {}

    def teardown(self) -> None:
        if hasattr(self, "sets"):
            self._replay()
        self.repository.close()

    def _replay(self) -> None:
        """What was written down, done once more from nothing, is what is stored."""
        sets = self.repository.change_sets(Search(most=10_000))
        kept = self.repository.changed_rows([one.number for one in sets])
        found: Counter[Fact] = Counter()
        for one in reversed(sets):
            assert kept[one.number].number == one.rows
            for row in kept[one.number].changes:
                if row.before is not None:
                    assert found[row.before] == 1
                    found[row.before] -= 1
                if row.after is not None:
                    found[row.after] += 1
        assert +found == Counter(self.repository.dataset().facts())

    @rule(who=st.integers(0, 1))
    def look(self, who: int) -> None:
        self.read[who] = [fact for file in FILES for fact in self.repository.facts(file)]

    @rule(who=st.integers(0, 1), new=st.lists(rows, max_size=3), data=st.data())
    def change_some(self, who: int, new: list[Fact], data: st.DataObject) -> None:
        """Some rows that were read become others or go, some are new."""
        seen = self.read[who]
        old = data.draw(
            st.lists(st.sampled_from(seen), max_size=2, unique=True) if seen else st.just([])
        )
        changes = [RowChange(fact, None) for fact in old if fact.file != "contract"]
        for fact in new:
            place = next(
                (
                    number
                    for number, one in enumerate(changes)
                    if one.after is None and one.file == fact.file and one.before != fact
                ),
                None,
            )
            if place is None:
                changes.append(RowChange(None, fact))
            else:
                changes[place] = RowChange(changes[place].before, fact)
        if changes:
            self._try(changes, lambda: change(self.repository, changes))

    @rule(who=st.integers(0, 1), last=days, data=st.data())
    def end_one(self, who: int, last: date, data: st.DataObject) -> None:
        contracts = [fact for fact in self.read[who] if fact.file == "contract"]
        fact = data.draw(st.sampled_from(contracts))
        try:
            found = end_of(self.repository, fact, last)
        except BadRequest:
            return
        self._try(list(found.changes), lambda: change(self.repository, found.changes))

    @rule(new=st.lists(rows, max_size=4))
    def bring_in(self, new: list[Fact]) -> None:
        """What an import takes out of the way is the import's to say; it must be sound, whole, and
        hold all of the new rows, or change nothing.
        """
        try:
            made = self.repository.store(Dataset.of(new), replace=True)
        except BadInput:
            return
        if made.number is None:
            return
        after = Counter(fact for file in FILES for fact in self.repository.facts(file))
        assert all(after[fact] for fact in new)
        assert sound(after, new)
        self.model = after
        self.sets.append(made.arrival.changes)
        assert made.number == len(self.sets) + 1

    @precondition(lambda self: bool(self.sets))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(self.sets) - 1))
        changes = [one.reversed for one in self.sets[place]]
        if self._holds_no_more(place):
            with pytest.raises(BadRequest, match="taken back already"):
                revert(self.repository, place + 2)
            return
        before = len(self.sets)
        self._try(changes, lambda: revert(self.repository, place + 2))
        if len(self.sets) > before:
            self.taken_back[place] = len(self.sets) - 1

    def _holds_no_more(self, place: int) -> bool:
        later = self.taken_back.get(place)
        return later is not None and not self._holds_no_more(later)

    def _try(self, changes: list[RowChange], act: Callable[[], object]) -> None:
        before = Counter(one.before for one in changes if one.before is not None)
        new = [one.after for one in changes if one.after is not None]
        left = self.model.copy()
        left.subtract(before)
        there = not any(number < 0 for number in left.values())
        left = +left
        fresh = [one.after for one in changes if one.after is not None and one.after != one.before]
        twice = any(left[fact] for fact in fresh) or len(fresh) != len(set(fresh))
        after = left + Counter(new)
        if there and not twice and sound(after, new):
            act()
            self.model = after
            self.sets.append(tuple(changes))
        else:
            with pytest.raises(BadInput):
                act()

    @invariant()
    def what_is_stored_is_what_the_model_says(self) -> None:
        if hasattr(self, "model"):
            found = Counter(fact for file in FILES for fact in self.repository.facts(file))
            assert found == +self.model


@pytest.mark.at_random
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_at_random_by_turns(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    numbers: Iterator[int] = iter(range(1_000_000))

    def machine() -> TwoPeople:
        if database == "postgresql":
            return TwoPeople(request.getfixturevalue("postgresql_server").new_database())
        return TwoPeople(f"sqlite:///{tmp_path}/{next(numbers)}.db")

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=examples(2 if database == "postgresql" else 5),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_what_is_left_of_a_row_is_not_stored_beside_the_same_row(tmp_path: Path) -> None:
    """Leave of one kind may overlap; cut down by leave of another, two rows may become one."""

    def away(first: int, last: int, kind: str) -> Leave:
        begin, end = DAY0 + timedelta(days=first), DAY0 + timedelta(days=last)
        return Leave(staff_id="P1", from_date=begin, to_date=end, kind=kind)

    with Repository(f"sqlite:///{tmp_path}/x.db") as repository:
        repository.store(start())
        whole = [away(0, 2, "annual"), away(1, 2, "annual"), away(2, 2, "annual")]
        repository.store(Dataset.of(whole))
        repository.store(Dataset.of([away(1, 1, "sick")]), replace=True)
        found = Counter(repository.facts("leave"))
        assert found == Counter([away(0, 0, "annual"), away(1, 1, "sick"), away(2, 2, "annual")])
        revert(repository, 3)
        assert Counter(repository.facts("leave")) == Counter(whole)


def test_two_at_the_very_same_time(tmp_path: Path) -> None:
    """Each adds and withdraws leave of the same people as fast as it can; whatever was confirmed is
    there, and what was refused is not.
    """
    url = f"sqlite:///{tmp_path}/x.db"
    with Repository(url) as repository:
        repository.store(start())
    confirmed: list[list[RowChange]] = [[], []]

    def work(who: int) -> None:
        dice = random.Random(who)
        with Repository(url) as own:
            for _ in range(60):
                seen = own.facts("leave")
                if seen and dice.random() < 0.5:
                    one = RowChange(dice.choice(seen), None)
                else:
                    first = DAY0 + timedelta(days=dice.randrange(40))
                    kind = dice.choice(KINDS)
                    new = Leave(
                        staff_id=dice.choice(PEOPLE), from_date=first, to_date=first, kind=kind
                    )
                    one = RowChange(None, new)
                try:
                    change(own, [one])
                except SchedulerError:
                    continue
                confirmed[who].append(one)

    threads = [Thread(target=work, args=(who,)) for who in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected: Counter[Fact] = Counter()
    for one in (*confirmed[0], *confirmed[1]):
        expected.update([one.after] if one.after is not None else [])
        expected.subtract([one.before] if one.before is not None else [])
    with Repository(url) as repository:
        assert Counter(repository.facts("leave")) == +expected
        sets = repository.change_sets(Search(most=1_000))
    assert len(sets) == 1 + len(confirmed[0]) + len(confirmed[1])
    assert sorted(one.number for one in sets) == list(range(1, len(sets) + 1))
