"""What somebody is shown holds nothing that is others' private business: every reading command, as
every role, and what the pages read, searched for texts that were planted in private facts.
"""

import dataclasses
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from scheduler.domain.access import AccessRole
from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.services.accounts import accounts, personal_data
from scheduler.services.explain.why_person import WhyNot, WhyThis, why_person
from scheduler.services.facts.stored import find_facts
from scheduler.services.outlook.expiries import expiries
from scheduler.services.view import look_up, roster_grids, roster_tables
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.cli.conftest import call
from tests.scheduler.services.accounts.conftest import PRIVATE, Stored, holding

A = frozenset({"A"})
SATURDAY = MONDAY + timedelta(days=5)
ALLOWED: dict[AccessRole, set[str]] = {
    "operations": {"NA", "NA2", "NJ"},
    "approver": {"NA", "NA2", "NJ"},
    "director": set(),
    "staff": {"NA"},
    "auditor": set(),
    "administrator": set(),
}
"""Whose private facts each role within A may be shown; staff is NA."""


def _texts(value: Any) -> Iterator[str]:
    """Every text anywhere in what a service answers."""
    if isinstance(value, pd.DataFrame):
        yield value.to_csv()
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(key)
            yield from _texts(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _texts(one)
    elif dataclasses.is_dataclass(value):
        yield from _texts(vars(value))
    elif isinstance(value, Fact):
        yield from _texts(value.__dict__)
    else:
        yield str(value)


def _planted(text: str) -> set[str]:
    """Whose private texts are in it."""
    people = ("NA2", "NA", "NB2", "NB", "NC", "NJ")
    return {
        next(person for person in people if rest.split("of ", 1)[1].startswith(person))
        for rest in text.split(PRIVATE)[1:]
    }


def _accounts(world: Stored) -> dict[AccessRole, str]:
    """An account for each role, within A."""
    made = {}
    with Repository(f"sqlite:///{world.path}") as repository:
        for role in ALLOWED:
            account = accounts.add(repository, "https://provider", f"{role}-of-a", role)
            if role == "staff":
                accounts.is_staff(repository, account.id, "NA")
            else:
                accounts.give(repository, account.id, role, organisation_id="A")
            made[role] = account.id
    return made


def _commands(world: Stored) -> list[list[str]]:
    files = sorted(personal for personal in look_up_files())
    shifts = ["SB-0116-E-RN", "SA-0116-L-RN", "SB-0111-E-RN"]
    return [
        *(["facts", "list", file] for file in files),
        ["rosters"],
        ["show", world.published],
        ["show", world.draft],
        ["audit", "list"],
        ["people", "left"],
        ["accounts", "list"],
        ["feasibility", "-c", "COL", "-s", "2027-01-11"],
        ["expiries", "-c", "COL", "-s", "2027-01-11"],
        ["why", "vacancies", world.published],
        ["why", "vacancy", world.published, shifts[0]],
        ["replacements", world.published, shifts[0]],
        *(["why", "person", world.published, person, shifts[2]] for person in ("NA", "NB")),
        *(["barriers", person, shift] for person in ("NA", "NB", "NC") for shift in shifts[:1]),
    ]


def look_up_files() -> tuple[str, ...]:
    return tuple(fact_type.file for fact_type in FACT_TYPES if fact_type.file != "site")


@pytest.mark.parametrize("role", list(ALLOWED))
def test_no_command_shows_what_is_others_own(role: AccessRole, world: Stored) -> None:
    account, db = _accounts(world)[role], f"sqlite:///{world.path}"
    found, answered = set[str](), 0
    for command in _commands(world):
        for form in ([], ["--json"]):
            answer = call("--as", account, *command, *form, db=db)
            assert answer.code in (0, 2, 5), (command, answer.err)
            answered += answer.code == 0
            leaked = _planted(answer.out + answer.err) - ALLOWED[role]
            assert not leaked, (command, form)
            found |= _planted(answer.out)
    assert answered >= 3
    # what they may be shown they are shown: else nothing was looked for
    assert found == {person for person in ALLOWED[role] if person != "NA2"}


@pytest.mark.parametrize("role", list(ALLOWED))
def test_nothing_that_pages_read_holds_what_is_others_own(role: AccessRole, world: Stored) -> None:
    actor = holding(role, of=A, staff_id="NA" if role == "staff" else None)
    with world.opened(actor) as repository:
        facts = look_up.facts(repository).with_facts(site=())
        then = look_up.facts(repository, world.published).with_facts(site=())
        assert _all(_texts(facts)) <= ALLOWED[role]
        assert _all(_texts(then)) <= ALLOWED[role]
        if actor.ever_may("see_rosters"):
            tables = roster_tables.roster_tables(repository, world.published)
            grid = roster_grids.person_grid(tables)
            assert _all(_texts([tables.away, tables.people, grid])) <= ALLOWED[role]
            owed = tables.people.set_index("staff_id")["owed"]
            assert {who for who in owed.index if not pd.isna(owed[who])} == ALLOWED[role]
            assert {"NA", "NB", "NJ"} <= set(owed.index)
        if actor.ever_may("see_people") and role != "staff":
            assert (
                _all(_texts(expiries(repository, "COL", MONDAY, 2).dataset.leave)) <= ALLOWED[role]
            )


def _all(texts: Iterator[str]) -> set[str]:
    return set().union(*map(_planted, texts))


def test_of_others_on_a_roster_the_name_is_all_that_facts_hold(world: Stored) -> None:
    with world.opened(holding("operations", of=A)) as repository:
        facts = look_up.facts(repository)
        assert {row.id for row in facts.staff} == {"NA", "NA2", "NB", "NB2", "NJ"}  # not NC
        assert {row.staff_id for row in facts.contract} == {"NA", "NA2", "NJ"}
        other = next(row for row in facts.staff if row.id == "NB")
        assert (other.name, other.home_site_id) == ("Synthetic NB", "")
        assert {row.staff_id for row in find_facts(repository, "leave", [])} == {"NA", "NJ"}
    with world.opened(holding("director", of=A)) as repository:
        assert {row.id for row in look_up.facts(repository).staff} >= {"NB"}
        assert look_up.facts(repository).contract == ()
    with world.opened(holding("staff", of=None, staff_id="NA")) as repository:
        assert [row.id for row in look_up.facts(repository).staff] == ["NA"]
    with world.opened(holding()) as repository:
        assert not list(look_up.facts(repository).facts())


def test_staff_hear_why_without_colleagues(world: Stored) -> None:
    with Repository(f"sqlite:///{world.path}") as repository:
        lines = repository.roster(world.published).document.assignments
    own = next(line for line in lines if line.staff_id == "NA")
    other = next(
        line for line in lines if line.staff_id not in (None, "NA") and line.site_id == "SA"
    )
    with world.opened(holding("staff", staff_id="NA")) as repository:
        this = why_person(repository, world.published, "NA", own.demand_id)
        assert isinstance(this, WhyThis)
        assert this.alternatives
        # what they may not know is not there, rather than nought
        assert {one.candidate.travel_minutes for one in this.alternatives} == {None}
        assert {one.candidate.nights.now for one in this.alternatives} == {None}
        shown = " ".join(_texts([this.alternatives, this.empty, this.notes]))
        that = why_person(repository, world.published, "NA", other.demand_id)
        assert isinstance(that, WhyNot)
        shown += " ".join(_texts([that.there_now, that.added, that.forced, that.notes]))
        assert "a colleague" in shown
        assert not [who for who in ("NA2", "NB", "NB2", "NJ") if f"{who}" in shown.split()]
        assert "Synthetic NB" not in shown
        assert "Synthetic NJ" not in shown
        with pytest.raises(look_up.NotFound, match="not published"):
            why_person(repository, world.draft, "NA", own.demand_id)
    with world.opened(holding("operations", of=A)) as repository:
        whole = why_person(repository, world.published, "NA", own.demand_id)
        assert isinstance(whole, WhyThis)
        assert {one.candidate.staff_id for one in whole.alternatives} >= {"NA2"}


def test_ones_own_data_are_handed_out_whole(world: Stored) -> None:
    with world.opened(holding("staff", staff_id="NA")) as repository:
        found = personal_data.all_of(repository, "NA")
    assert found["facts"]["leave"][0]["kind"] == f"{PRIVATE} leave of NA"
    assert found["shifts"]
    assert {shift["staff_id"] for shift in found["shifts"]} == {"NA"}
    assert _planted(json.dumps(found, default=str)) == {"NA"}
    assert date.fromisoformat(found["facts"]["leave"][0]["from_date"]) == SATURDAY
