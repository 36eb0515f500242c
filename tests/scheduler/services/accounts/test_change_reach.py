"""A set of changes is let through only where each person in it is within reach, and what is kept of
it stands under each of them.
"""

import json
from datetime import date, datetime, timedelta

import pytest

from scheduler.domain.access import THE_PROGRAM
from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadInput, BadRequest, NotFound, NotPermitted
from scheduler.domain.facts import Contract, Fact, Leave, Pin, Staff
from scheduler.services.accounts import personal_data
from scheduler.services.facts.change import change, propose
from scheduler.services.facts.history import Search, history, revert
from scheduler.services.facts.stored import withdrawal_of
from scheduler.services.view.by_words import meant
from scheduler.storage.repository import Repository
from scheduler.storage.stored_changes import ChangeSet
from tests.scheduler.services.accounts.conftest import Stored, holding

A = frozenset({"A"})
DAY = date(2027, 5, 3)


def away(staff_id: str) -> Leave:
    return Leave(staff_id=staff_id, from_date=DAY, to_date=DAY, kind="annual")


def stored(repository: Repository, file: str, row_id: str) -> Fact:
    [found] = [row for row in repository.facts(file) if row.cell("id") == row_id]
    return found


def test_one_of_ones_own_people_opens_no_door_to_others(world: Stored) -> None:
    own, others = RowChange(None, away("NA")), RowChange(None, away("NC"))
    with world.opened(holding("operations", of=A)) as repository:
        before = repository.dataset()
        for changes in ([others], [own, others], [others, own, RowChange(None, away("NJ"))]):
            for act in (propose, change):
                with pytest.raises(NotPermitted):
                    act(repository, changes)
        pins = [Pin(staff_id=one, demand_id="SA-0112-E-RN") for one in ("NA2", "NB2")]
        with pytest.raises(NotPermitted):
            change(repository, [RowChange(None, pin) for pin in pins])
        assert repository.dataset() == before
        change(repository, [own, RowChange(None, away("NJ"))])
    with world.opened(THE_PROGRAM) as repository:
        both = change(repository, [RowChange(None, away("NA2")), others]).number
    with world.opened(holding("operations", of=A)) as repository, pytest.raises(NotPermitted):
        revert(repository, both)


def test_somebody_new_may_come_with_leave_and_go_again(world: Stored) -> None:
    with world.opened(holding("operations", of=A)) as repository:
        person, contract = (
            stored(repository, "staff", "NA2"),
            stored(repository, "contract", "C-NA2"),
        )
        new = person.model_copy(update={"id": "NEW", "name": "Somebody new"})
        held = contract.model_copy(update={"id": "C-NEW", "staff_id": "NEW"})
        change(repository, [RowChange(None, fact) for fact in (new, held, away("NEW"))])
        gone = change(repository, withdrawal_of(repository, new)).number
        revert(repository, gone)
        assert away("NEW") in repository.facts("leave")
        with pytest.raises(NotPermitted):
            change(
                repository,
                [
                    RowChange(None, held.model_copy(update={"id": "C-X", "staff_id": "NC"})),
                    RowChange(None, away("NC")),
                ],
            )


def test_words_name_no_contracts_of_people_out_of_view(world: Stored) -> None:
    with world.opened(holding("operations", of=A)) as repository:
        with pytest.raises(BadRequest) as several:
            meant(repository, "contract", "substantive")
        with pytest.raises(NotFound) as nearest:
            meant(repository, "contract", "C-NCX")
        for said in (str(several.value), str(nearest.value)):
            assert "C-NA" in said
            assert not {"C-NB:", "C-NC:", "C-NC?", "C-NB"} & set(said.split())


def test_a_row_that_goes_to_another_person_is_kept_and_forgotten_with_each(world: Stored) -> None:
    with world.opened(THE_PROGRAM) as repository:
        change(repository, [RowChange(None, away("NA"))])
        moved = change(repository, [RowChange(away("NA"), away("NC"))]).number
        for person in ("NA", "NC"):
            [own] = [
                one
                for one in personal_data.all_of(repository, person)["changes"]
                if one["change"] == moved
            ]
            assert json.dumps(own).count(f'"{person}"') == 1
            assert moved in [
                one.change_set.number for one in history(repository, Search(staff_id=person))
            ]
        back = revert(repository, moved).number
        assert away("NA") in repository.facts("leave")
        assert away("NC") not in repository.facts("leave")
        assert repository.change_set(back).rows == 2
        [person] = [one for one in repository.facts("staff") if one.cell("id") == "NC"]
        assert isinstance(person, Staff)
        repository.forget(person, ["leave"], anonymise=False)
        kept = repository.changed_rows([moved, back])
        assert not [
            one for rows in kept.values() for one in rows.changes if "NC" in str(one.fact.cells())
        ]


def test_a_contract_goes_to_another_person_only_while_nothing_was_worked_under_it(
    world: Stored,
) -> None:
    with world.opened(THE_PROGRAM) as repository:
        free = stored(repository, "contract", "C-NA2")
        assert isinstance(free, Contract)
        used = {
            line.contract_id
            for header in repository.rosters()
            for line in repository.roster(header.id).document.assignments
        }
        worked = stored(repository, "contract", next(one for one in sorted(used) if one))
        number = change(
            repository,
            [
                RowChange(free, None),
                RowChange(None, free.model_copy(update={"staff_id": "NC"})),
            ],
        ).number
        revert(repository, number)
        assert stored(repository, "contract", "C-NA2") == free
        begun_shift(repository, worked)
        with pytest.raises(BadInput, match="of the same staff_id: it stands in 1 shift"):
            change(repository, [RowChange(worked, worked.model_copy(update={"staff_id": "NC"}))])


def begun_shift(repository: Repository, contract: Fact) -> None:
    """A published roster of a week ago in which somebody has worked under a contract."""
    header = next(one for one in repository.rosters() if one.status == "published")
    document = repository.roster(header.id).document
    line = next(one for one in document.assignments if one.contract_id == contract.cell("id"))
    days = timedelta(days=-(-(line.start.date() - date.today()).days // 7) * 7 + 7)
    past = line.model_copy(update={"start": line.start - days, "end": line.end - days})
    assert past.start < datetime.now(past.start.tzinfo)
    kept = document.__class__(
        document.collaborative_id,
        document.start - days,
        document.days,
        (past,),
        (),
        document.summary,
    )
    repository.publish(repository.save_roster(kept, repository.dataset()))


def test_who_sees_little_of_a_long_history_does_not_look_through_it_page_by_page(
    world: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.opened(THE_PROGRAM) as repository:
        change(repository, [RowChange(None, away("NA"))])
        for number in range(120):
            day = DAY + timedelta(days=number)
            row = away("NC").model_copy(update={"from_date": day, "to_date": day})
            change(repository, [RowChange(None, row)])
    asked: list[Search | None] = []
    read = Repository.change_sets

    def counting(repository: Repository, search: Search | None = None) -> list[ChangeSet]:
        asked.append(search)
        return read(repository, search)

    monkeypatch.setattr(Repository, "change_sets", counting)
    with world.opened(holding("operations", of=A)) as repository:
        found = history(repository, Search("leave", most=2))
        assert found[0].changes[0].after == away("NA")
        assert len(asked) < 10
        assert history(repository, Search(staff_id="NC")) == []
