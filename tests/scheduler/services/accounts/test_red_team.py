"""Ways around the table of who may do what that somebody tried once: none leads anywhere."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.access import THE_PROGRAM, AccessRole, Actor
from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound, NotPermitted, SchedulerError
from scheduler.domain.facts import Contract, Fact, Pin, Staff, WorkLimit
from scheduler.services.accounts import accounts, audit, personal_data
from scheduler.services.accounts.personas import persona
from scheduler.services.data.import_export import export_roster, import_data
from scheduler.services.explain.why_person import why_assignment, why_person
from scheduler.services.explain.why_vacant import why_vacancies
from scheduler.services.facts.stored import find_facts
from scheduler.services.jobs.jobs import cancel, latest, submit
from scheduler.services.jobs.order import Order
from scheduler.services.outlook.feasibility import feasibility
from scheduler.services.repair.disruption import Sick
from scheduler.services.repair.repair import repair
from scheduler.services.rosters.pins import set_pin
from scheduler.services.rosters.solve import Request, solve
from scheduler.services.view import look_up, roster_tables
from scheduler.storage.repository import Repository
from scheduler.storage.writing import write_folder
from solver.search.strategy import Limits
from tests.factories import MONDAY
from tests.scheduler.services.accounts.conftest import Stored, holding

A = frozenset({"A"})
QUICK = Limits(0.2, workers=1)


def _brought(folder: Path, dataset: Dataset) -> Path:
    """The facts as files: only those that hold any."""
    write_folder(dataset, folder)
    for file in folder.glob("*.csv"):
        if len(file.read_text(encoding="utf-8").splitlines()) < 2:
            file.unlink()
    return folder


def _stored(world: Stored) -> Dataset:
    with world.opened(THE_PROGRAM) as repository:
        return repository.dataset()


def _of(facts: Any, **wanted: str) -> Fact:
    return next(
        row for row in facts if all(getattr(row, name) == value for name, value in wanted.items())
    )


# --- importing as operations of one organisation

Attack = Callable[[Dataset], Dataset]


def _join_another_collaborative(facts: Dataset) -> Dataset:
    joining = facts.membership[0].model_copy(
        update={"collaborative_id": "ELSE", "organisation_id": "A"}
    )
    return Dataset(membership=(joining,))


def _change_demand_of_another(facts: Dataset) -> Dataset:
    row = _of(facts.demand, service_id="WARD").model_copy(update={"minimum": 5})
    return Dataset(demand=(row,))


def _change_rules_for_all(facts: Dataset) -> Dataset:
    row = facts.shift_type[0].model_copy(update={"unpaid_break_minutes": 1})
    return Dataset(shift_type=(row,))


def _employ_a_person_of_others(facts: Dataset) -> Dataset:
    row = _of(facts.contract, staff_id="NA").model_copy(
        update={"id": "C-STOLEN", "staff_id": "NB", "hours_per_week": 1}
    )
    return Dataset(contract=(row,))


def _take_a_contract_of_others(facts: Dataset) -> Dataset:
    own, other = _of(facts.contract, staff_id="NA"), _of(facts.contract, staff_id="NB")
    return Dataset(contract=(own.model_copy(update={"id": other.id}),))


def _move_a_service_of_others(facts: Dataset) -> Dataset:
    row = _of(facts.service, id="WARD").model_copy(update={"collaborative_id": "MINE"})
    return Dataset(service=(row,))


def _limit_everybody(facts: Dataset) -> Dataset:
    limit = WorkLimit(
        staff_id=None, measure="total_shifts", shift_type_id=None, minimum=None, maximum=1, days=7
    )
    return Dataset(work_limit=(limit,))


def _as_it_is(facts: Dataset, attack: Dataset) -> Dataset:
    return attack


def _beside_ones_own(facts: Dataset, attack: Dataset) -> Dataset:
    """With a change of one's own organisation, and a collaborative that concerns nobody."""
    own = _of(facts.organisation, id="A").model_copy(update={"name": "Trust A, renamed"})
    mine = facts.collaborative[0].model_copy(update={"id": "MINE", "name": "Mine alone"})
    return attack.with_facts(organisation=(own,), collaborative=(mine,))


ATTACKS = [
    _limit_everybody,
    _join_another_collaborative,
    _change_demand_of_another,
    _change_rules_for_all,
    _employ_a_person_of_others,
    _take_a_contract_of_others,
    _move_a_service_of_others,
]


@pytest.mark.parametrize("role", ["operations", "administrator"])
@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("disguise", [_as_it_is, _beside_ones_own])
def test_an_import_reaches_no_further_than_all_that_it_changes(
    disguise: Callable[[Dataset, Dataset], Dataset],
    attack: Attack,
    role: Any,
    world: Stored,
    tmp_path: Path,
) -> None:
    before = _stored(world)
    path = _brought(tmp_path / "data", disguise(before, attack(before)))
    with world.opened(holding(role, of=A)) as repository, pytest.raises(NotPermitted):
        import_data(repository, path, replace=True)
    assert _stored(world) == before


def test_what_a_complete_file_withdraws_is_changed_too(world: Stored, tmp_path: Path) -> None:
    before = _stored(world)
    own = tuple(row for row in before.leave if row.staff_id == "NA")
    path = _brought(tmp_path / "data", Dataset(leave=own))
    with world.opened(holding("operations", of=A)) as repository:
        # nor is it told whose leave that would be
        with pytest.raises(NotPermitted):
            import_data(repository, path, complete={"leave"})
        with pytest.raises(NotPermitted):
            import_data(repository, path, complete={"leave"}, confirmed=True)
    assert _stored(world) == before


def test_who_reaches_a_whole_collaborative_brings_in_what_is_its_own(
    world: Stored, tmp_path: Path
) -> None:
    facts = _stored(world)
    mine = replace_all(facts)
    path = _brought(tmp_path / "data", mine)
    with world.opened(holding("operations", of=frozenset({"A", "B"}))) as repository:
        import_data(repository, path, replace=True)
    assert _of(_stored(world).demand, id=mine.demand[0].id).minimum == 2


def replace_all(facts: Dataset) -> Dataset:
    """COL's demand changed, with the roles and kinds of shifts that all share, as they are."""
    row = facts.demand[0].model_copy(update={"minimum": 2})
    return Dataset(
        collaborative=tuple(row for row in facts.collaborative if row.id == "COL"),
        role=facts.role,
        shift_type=facts.shift_type,
        demand=(row,),
    )


# --- two things of which somebody reaches one


def _why(roster_id: str, staff_id: str, demand_id: str = "SC-0112-E-RN") -> Callable[..., object]:
    return lambda repository: why_person(repository, roster_id, staff_id, demand_id)


@pytest.mark.parametrize("role", ["operations", "approver", "director", "auditor", "staff"])
def test_why_somebody_does_no_shift_of_a_roster_that_is_others_own(
    role: AccessRole, world: Stored
) -> None:
    actor = holding(role, of=A, staff_id="NA" if role == "staff" else None)
    with world.opened(actor) as repository:
        for ask in (why_person, why_assignment):
            for roster_id in (world.elsewhere, "no such roster"):
                with pytest.raises(NotFound) as refused:
                    ask(repository, roster_id, "NA", "SC-0112-E-RN")
                assert str(refused.value).replace(roster_id, "") == (
                    "'' is not published, or not a roster that you may see."
                )


def test_why_somebody_who_is_nobody_here_does_no_shift(world: Stored) -> None:
    said = set()
    for role in ("operations", "director", "auditor"):
        with world.opened(holding(role, of=A)) as repository:
            for staff_id in ("NC", "NCC"):
                with pytest.raises(NotFound) as refused:
                    why_person(repository, world.published, staff_id, "SB-0116-E-RN")
                said.add(str(refused.value).replace(f"'{staff_id}'", ""))
            why_person(repository, world.published, "NB", "SB-0116-E-RN")
    assert len(said) == 1  # whether there is such a person is not told


@pytest.mark.parametrize(
    "order",
    [
        lambda world: Order("solve", "COL", MONDAY, stable_against=world.elsewhere),
        lambda world: Order("solve", "COL", MONDAY, stable_against="ELSE-2027"),
        lambda world: Order(
            "repair",
            "COL",
            MONDAY,
            repair={"roster_id": world.elsewhere, "since": "2027-01-11", "away": []},
        ),
    ],
)
def test_a_job_for_ones_own_works_on_no_roster_of_others(
    order: Callable[[Stored], Order], world: Stored
) -> None:
    with world.opened(holding("operations", of=A)) as repository:
        with pytest.raises(NotPermitted, match="does not reach that far"):
            submit(repository, order(world))
        assert latest(repository) == []


def test_no_job_is_for_a_roster_of_another_collaborative(world: Stored) -> None:
    """Also not for whoever reaches both: it would stand among the wrong collaborative's."""
    repair = {"roster_id": world.elsewhere, "since": "2027-01-11", "away": []}
    with (
        world.opened(holding("operations")) as repository,
        pytest.raises(BadRequest, match="says nothing about COL"),
    ):
        submit(repository, Order("repair", "COL", MONDAY, repair=repair))


def test_a_roster_of_others_is_no_reference(world: Stored) -> None:
    request = Request("COL", MONDAY, stable_against=world.elsewhere)
    with world.opened(holding("operations", of=A)) as repository:
        for ask in (feasibility, lambda *given: solve(*given, Limits(0.2, workers=1))):
            with pytest.raises(NotPermitted):
                ask(repository, request)


# --- whether something is there


def _told(actor: Actor, world: Stored, ask: Callable[[Repository, str], object], name: str) -> str:
    with world.opened(actor) as repository:
        try:
            return f"answered {ask(repository, name)}"
        except SchedulerError as error:
            return f"{type(error).__name__} {error}".replace(name, "…")


PEOPLE: list[Callable[[Stored], Callable[[Repository, str], object]]] = [
    lambda world: (
        lambda s, who: look_up.roster_view(s, world.published, look_up.Wanted(staff_id=who)).lines
    ),
    lambda world: (
        lambda s, who: export_roster(
            s, world.published, world.path.with_suffix(".ics"), staff_id=who
        )
    ),
    lambda world: (
        lambda s, who: repair(
            s, world.published, sick=[Sick(who, MONDAY, MONDAY)], since=MONDAY, limits=QUICK
        )
    ),
    lambda world: (
        lambda s, who: submit(
            s,
            Order(
                "repair",
                "COL",
                MONDAY,
                repair={
                    "roster_id": world.published,
                    "since": "2027-01-11",
                    "away": [Sick(who, MONDAY, MONDAY).to_json()],
                },
            ),
        )
    ),
]


@pytest.mark.parametrize("ask", PEOPLE)
def test_whether_somebody_is_there_whom_one_may_not_see_is_not_told(
    ask: Callable[[Stored], Callable[[Repository, str], object]], world: Stored
) -> None:
    actor = holding("operations", of=A)
    there, not_there = (_told(actor, world, ask(world), who) for who in ("NC", "NCX"))
    assert there == not_there
    assert "Maybe" not in there
    assert not there.startswith("answered")


@pytest.mark.parametrize("role", [None, "staff", "director", "administrator"])
def test_whether_a_roster_is_there_that_one_may_not_see_is_not_told(
    role: AccessRole | None, world: Stored
) -> None:
    staff_id = "NA" if role == "staff" else None
    actor = holding(*([role] if role else []), of=A, staff_id=staff_id)
    for ask in (look_up.dates_of, look_up.facts, look_up.facts_under, look_up.header):
        there, not_there = (
            _told(actor, world, ask, roster_id) for roster_id in (world.elsewhere, "ELSE-2027")
        )
        assert there == not_there
        assert "2027-01" not in there
    if role == "staff":
        assert "not published" in _told(actor, world, look_up.dates_of, world.draft)
        assert "answered" in _told(actor, world, look_up.dates_of, world.published)
    for listed in () if role == "staff" else (look_up.rosters, latest):  # staff know of all
        assert "ELSE" not in _told(actor, world, listed, "ELS")
        there, not_there = (_told(actor, world, listed, name) for name in ("ELSE", "NONE"))
        assert there == not_there


# --- accounts


def _account(world: Stored, subject: str = "olive") -> accounts.Account:
    with world.opened(THE_PROGRAM) as repository:
        return accounts.add(repository, "https://provider", subject, subject.title())


def test_who_manages_no_accounts_changes_none_and_is_not_told_which_there_are(
    world: Stored,
) -> None:
    account = _account(world)
    with world.opened(THE_PROGRAM) as repository:
        staff = accounts.give(repository, account.id, "staff")
    calls: list[Callable[[Repository, str], object]] = [
        lambda s, name: accounts.is_staff(s, name, None),
        lambda s, name: accounts.is_staff(s, name, "NA"),
        lambda s, name: accounts.withdraw(s, name),
    ]
    for ask in calls:
        for actor in (holding(), holding("director", of=A)):
            for name in (account.id, staff.id, f"{account.id[:-1]}x", f"{staff.id[:-1]}x"):
                told = _told(actor, world, ask, name)
                assert told.startswith("NotPermitted")
                assert "Maybe" not in told
    with world.opened(THE_PROGRAM) as repository:
        assert repository.book.grants(account.id) == [staff]


def test_who_administers_one_organisation_unlinks_nobody_of_none(world: Stored) -> None:
    account = _account(world)
    with world.opened(THE_PROGRAM) as repository:
        given = accounts.give(repository, account.id, "staff")
    with world.opened(holding("administrator", of=A)) as repository:
        with pytest.raises(NotPermitted):
            accounts.is_staff(repository, account.id, None)
        assert repository.book.grants(account.id) == [given]


def test_nobody_gives_themselves_a_role(world: Stored) -> None:
    """Who administers until the end of the year would otherwise administer for ever."""
    account = _account(world)
    with world.opened(THE_PROGRAM) as repository:
        accounts.give(repository, account.id, "administrator", to_date=date.max)
        actor = accounts.actor_of(repository, account, "a test")
    other = _account(world, "other")
    with world.opened(actor) as repository:
        accounts.give(repository, other.id, "director")
        with pytest.raises(NotPermitted, match="to themselves"):
            accounts.give(repository, account.id, "administrator")
        with pytest.raises(NotPermitted, match="which member of staff they are"):
            accounts.is_staff(repository, account.id, "NA")
        assert len(repository.book.grants(account.id)) == 1


def test_who_adds_an_account_that_is_there_gives_it_no_other_name(world: Stored) -> None:
    account = _account(world)
    with world.opened(holding("administrator", of=A)) as repository:
        added = accounts.add(repository, account.issuer, account.subject, "Somebody Else")
        assert added == account
        assert repository.book.account(account.id).name == "Olive"


# --- the record


def test_a_name_that_changes_is_on_record_without_the_name(world: Stored) -> None:
    account = _account(world)
    with world.opened(THE_PROGRAM) as repository:
        before = len(repository.audit.entries())
        repository.book.enter(account.issuer, account.subject, "Olive Newname")
        [entry] = repository.audit.entries()[before:]
        assert json.loads(entry.thing) == {"account": account.id, "change": "renamed"}


def test_what_is_over_is_not_put_on_record_as_cancelled(world: Stored) -> None:
    with world.opened(THE_PROGRAM) as repository:
        job = submit(repository, Order("solve", "COL", MONDAY)).job
        cancel(repository, job.id)
        before = repository.audit.entries()
        assert json.loads(before[-1].thing) == {"change": "cancelled", "job": job.id}
        assert cancel(repository, job.id).state == "cancelled"
        assert repository.audit.entries() == before


# --- who signs in


def _claims(**more: Any) -> dict[str, Any]:
    return {"iss": "https://identity.example.org", "sub": "ada", "exp": 2e9, "iat": 1e9, **more}


@pytest.mark.parametrize("issuer", ["https://identity.example.org", "https://t1.example.org/x"])
def test_what_people_write_of_themselves_makes_nobody_of_another_subject(issuer: str) -> None:
    """`oid` and `tid` of any but Microsoft's issuers, whose addresses hold the `tid`."""
    victim = accounts.identity_of(_claims(iss=issuer, sub="t1/ada"))
    attacker = accounts.identity_of(_claims(iss=issuer, sub="mallory", tid="t1", oid="ada"))
    assert (victim.subject, attacker.subject) == ("t1/ada", "mallory")


def test_microsofts_people_are_known_by_what_stays_the_same() -> None:
    tenant = "9122040d-6c67-4c5b-b112-36a304b66dad"
    for issuer in (
        f"https://login.microsoftonline.com/{tenant}/v2.0",
        f"https://sts.windows.net/{tenant}/",
    ):
        found = accounts.identity_of(_claims(iss=issuer, tid=tenant, oid="o-1"))
        assert found.subject == f"{tenant}/o-1"
        for odd in ([], {}, 1, True, ""):
            assert accounts.identity_of(_claims(iss=issuer, tid=tenant, oid=odd)).subject == "ada"


def test_a_token_that_ends_with_time_itself_is_one(world: Stored) -> None:
    identity = accounts.identity_of(_claims())
    forever = replace(identity, expires=datetime.max.replace(tzinfo=UTC))
    with world.opened(THE_PROGRAM) as repository:
        assert accounts.sign_in(repository, forever, "a test").grants == ()


# --- who is forgotten

LEFT, LATER = date(2027, 3, 31), date(2033, 4, 1)


def _called(world: Stored, staff_id: str, name: str) -> None:
    with world.opened(THE_PROGRAM) as repository:
        person = _of(repository.facts("staff"), id=staff_id)
        repository.store(
            Dataset(staff=(person.model_copy(update={"name": name}),)),
            replace=True,
        )


def _leaves(repository: Repository, staff_id: str) -> None:
    ended = tuple(
        row.model_copy(update={"to_date": LEFT})
        for row in repository.facts("contract")
        if isinstance(row, Contract) and row.staff_id == staff_id
    )
    repository.store(Dataset(contract=ended), replace=True)


def _noted(repository: Repository, note: Any) -> str:
    """A comparison that says this."""
    return repository.save_comparison(
        {
            "collaborative_id": "COL",
            "period": {"start": "2027-01-11", "days": 7},
            "note": note,
        }
    )


def test_what_somebody_was_called_once_is_forgotten_too(world: Stored) -> None:
    _called(world, "NB", "Ada Maiden")
    with world.opened(THE_PROGRAM) as repository:
        solve(repository, Request("COL", MONDAY), QUICK)
        noted = _noted(repository, "Ada Maiden was lent, and Ada Maiden-Name was not.")
    _called(world, "NB", "Ada Married")
    _called(world, "NB2", "Ada Maiden-Name")
    with world.opened(THE_PROGRAM) as repository:
        _leaves(repository, "NB")
        personal_data.forget(repository, "NB", LATER)
        said = repository.comparison(noted)["note"]
        # facts that differ in the name alone are the same ones then
        for header in repository.rosters():
            assert repository.snapshot(header.id).sha256() == header.snapshot_sha256
    assert said == "Somebody who left was lent, and Ada Maiden-Name was not."


def test_a_contract_that_was_withdrawn_since_goes_by_one_mark_everywhere(world: Stored) -> None:
    with world.opened(THE_PROGRAM) as repository:
        old = _of(repository.facts("contract"), staff_id="NB")
        empty = len(why_vacancies(repository, world.published).lines)
        repository.change([RowChange(old, None)])
        repository.store(
            Dataset(contract=(old.model_copy(update={"id": "C2-NB", "to_date": LEFT}),))
        )
        personal_data.forget(repository, "NB", LATER)
        for roster_id in (world.published, world.draft):
            lines = repository.roster(roster_id).document.assignments
            known = {row.id for row in repository.snapshot(roster_id).contract}
            assert {line.contract_id for line in lines if line.contract_id} <= known
            assert "C-NB" not in {line.contract_id for line in lines}
        assert len(why_vacancies(repository, world.published).lines) == empty
        assert audit.verify(repository).broken == ()


def test_ids_and_names_of_others_that_hold_one_that_goes_stay(world: Stored) -> None:
    """Ids may be anything: `N` and `N.1`, or that of a site."""
    with world.opened(THE_PROGRAM) as repository:
        facts = repository.dataset()
        person, contract = _of(facts.staff, id="NA2"), _of(facts.contract, staff_id="NA2")
        for staff_id, name in (("SB", "Ann Lee"), ("SB.1", "Ann Lee Smith"), ('Ö"(+', "Bo")):
            there = {"id": staff_id, "name": name}
            employed = {"id": f"K {staff_id}", "staff_id": staff_id}
            repository.store(
                Dataset(
                    staff=(person.model_copy(update=there),),
                    contract=(contract.model_copy(update=employed),),
                )
            )
        text = 'SB and SB.1, Ann Lee and Ann Lee Smith, K SB and K SB.1, Ö"(+'
        noted = _noted(repository, [text, {"site_id": "SB", "staff_id": "SB"}])
        for staff_id in ("SB", 'Ö"(+'):
            _leaves(repository, staff_id)
        marks = [personal_data.forget(repository, who, LATER).mark for who in ("SB", 'Ö"(+')]
        assert repository.comparison(noted)["note"] == [
            f"{marks[0]} and SB.1, Somebody who left and Ann Lee Smith, {marks[0]}-1 and K SB.1,"
            f" {marks[1]}",
            {"site_id": "SB", "staff_id": marks[0]},
        ]


def test_who_was_forgotten_can_come_back_and_be_forgotten_again(world: Stored) -> None:
    with world.opened(holding("administrator")) as repository:
        personal = repository.dataset()
        person, contract = _of(personal.staff, id="NB"), _of(personal.contract, staff_id="NB")
    with world.opened(THE_PROGRAM) as repository:
        _leaves(repository, "NB")
        first = personal_data.forget(repository, "NB", LATER)
        with pytest.raises(NotFound):
            personal_data.forget(repository, "NB", LATER)
        repository.store(Dataset(staff=(person,), contract=(contract,)))
        with world.opened(holding("operations")) as looking:
            look_up.barriers(looking, "NB", "SA-0111-E-RN")
        assert isinstance(_of(repository.facts("staff"), id="NB"), Staff)
        _leaves(repository, "NB")
        second = personal_data.forget(repository, "NB", LATER)
        assert first.mark != second.mark
        assert audit.verify(repository).broken == ()
        assert "NB" not in repository.audit.people().values()


def test_nobody_is_put_under_a_mark_while_a_job_holds_the_facts_of_before(world: Stored) -> None:
    with world.opened(THE_PROGRAM) as repository:
        _leaves(repository, "NB")
        submit(repository, Order("solve", "COL", MONDAY))
        job = repository.jobs.claim("w", timedelta(minutes=5))
        assert job is not None
        before = len(repository.audit.entries())
        with pytest.raises(BadRequest, match="job is running"):
            personal_data.forget(repository, "NB", LATER)
        assert len(repository.audit.entries()) == before
        repository.jobs.fail(job, "lost", "Lost.")
        assert personal_data.forget(repository, "NB", LATER).mark


def test_ones_own_data_hold_no_drafts_for_staff(world: Stored) -> None:
    def statuses(actor: Actor) -> set[str]:
        with world.opened(actor) as repository:
            return {shift["status"] for shift in personal_data.all_of(repository, "NA")["shifts"]}

    assert statuses(holding("staff", staff_id="NA")) == {"published"}
    assert statuses(holding("operations", of=A)) == {"published", "draft"}


def test_the_record_holds_no_text_that_somebody_made_up(world: Stored) -> None:
    """What is asked for and is not there may be a name; and what is recorded is never forgotten."""
    name = "Zoe Zimmermann"
    with world.opened(holding("operations", "administrator", "staff", of=A)) as repository:
        asked: list[Callable[[], object]] = [
            lambda: look_up.header(repository, name),
            lambda: roster_tables.weeks(repository, name),
            lambda: look_up.barriers(repository, name, "X"),
            lambda: why_person(repository, world.published, name, "X"),
            lambda: why_person(repository, name, "NA", "X"),
            lambda: accounts.give(repository, "a", "director", organisation_id=name),
            lambda: accounts.give(repository, "a", "director", collaborative_id=name),
            lambda: personal_data.forget(repository, name),
        ]
        for ask in asked:
            with pytest.raises((NotPermitted, NotFound)):
                ask()
    with world.opened(THE_PROGRAM) as repository:
        entries = repository.audit.entries()
        assert len([entry for entry in entries if entry.outcome == "refused"]) == 6
        assert name not in json.dumps([vars(entry) for entry in entries])
        assert name not in repository.audit.people().values()


def test_a_look_at_others_facts_is_on_record(world: Stored) -> None:
    def seen(actor: Actor, file: str, *key: str) -> list[dict[str, Any]]:
        with world.opened(THE_PROGRAM) as repository:
            before = len(repository.audit.entries())
        with world.opened(actor) as repository:
            assert find_facts(repository, file, key)
        with world.opened(THE_PROGRAM) as repository:
            marks = repository.audit.people()
            new = [json.loads(entry.thing) for entry in repository.audit.entries()[before:]]
        return [{name: marks.get(value, value) for name, value in thing.items()} for thing in new]

    everywhere = holding("operations")
    assert seen(everywhere, "leave") == [{"facts": "leave"}]
    assert seen(everywhere, "leave") == []  # one look
    assert seen(everywhere, "leave", "NB") == [{"facts": "leave", "staff_id": "NB"}]
    assert seen(everywhere, "role") == []
    assert seen(holding("operations", of=A), "leave", "NA") == []
    assert seen(holding("staff", staff_id="NA"), "leave") == []


def test_whoever_is_handed_all_that_is_kept_of_somebody_is_on_record(world: Stored) -> None:
    with world.opened(holding("operations", of=A)) as repository:
        before = len(repository.audit.entries())
        personal_data.export_all_of(repository, "NA", world.path.with_suffix(".json"))
        [entry] = repository.audit.entries()[before:]
        marks = repository.audit.people()
    document = json.loads(entry.thing)
    assert (entry.action, document.pop("handed_out")) == ("keep_personal_data", "all")
    assert marks[document["staff_id"]] == "NA"


def test_a_persona_of_another_version_breaks_no_record(world: Stored) -> None:
    with world.opened(Actor("demo:wizard", "A wizard")) as repository, pytest.raises(NotPermitted):
        look_up.header(repository, world.published)
    with world.opened(THE_PROGRAM) as repository:
        assert audit.deeds(repository)[-1].who == "somebody in the demo"


def test_ones_own_person_is_pinned_to_no_work_of_others(world: Stored) -> None:
    pin = Pin(staff_id="NA", demand_id="SC-0112-E-RN")
    with (
        world.opened(holding("operations", of=A)) as repository,
        pytest.raises(NotPermitted, match="collaborative ELSE"),
    ):
        set_pin(repository, pin)
    with (
        world.opened(holding("operations")) as repository,
        pytest.raises(BadRequest, match="No agreement"),
    ):
        set_pin(repository, pin)


def test_a_persona_writes_no_staff_id_into_the_record(world: Stored) -> None:
    with (
        world.opened(persona("staff", "a test", "NA")) as repository,
        pytest.raises(NotPermitted),
    ):
        look_up.header(repository, world.published)
    with world.opened(THE_PROGRAM) as repository:
        [*_, entry] = repository.audit.entries()
    assert (entry.account, entry.outcome) == ("demo:staff", "refused")
    assert "NA" not in json.dumps(vars(entry))
