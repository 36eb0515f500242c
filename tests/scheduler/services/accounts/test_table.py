"""Every cell of the table of who may do what, for every service that pages, commands and programs
call: refused exactly where the table, as it stands here once more in other words, says so.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import count, product
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from scheduler.domain.access import ACCESS_ROLES, ACTIONS, REACHES, THE_PROGRAM
from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import NotFound, NotPermitted, SchedulerError
from scheduler.domain.facts import Pin, Preference
from scheduler.domain.request import WishAsked
from scheduler.services.accounts.gate import Asks
from scheduler.services.edit.commands import Seat, unassign
from scheduler.services.facts.history import Search
from scheduler.services.jobs.jobs import submit
from scheduler.services.jobs.order import Order
from scheduler.services.keep.backup import BackupManifest
from scheduler.services.repair.disruption import Sick
from scheduler.services.rosters.solve import Request
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY
from tests.scheduler.services.accounts.conftest import Stored, holding

ROOT = Path(__file__).parents[4]
MAY = {
    "operations": (
        "see_rosters see_reasons see_people change_people acknowledge_changes build_rosters"
        " test_scenarios publish_signed_rosters settle_disputes"
    ),
    "approver": "see_rosters see_reasons see_people publish_signed_rosters settle_disputes",
    "director": "see_rosters see_reasons test_scenarios",
    "auditor": "see_rosters see_reasons",
}
"""What a role may do to whatever touches one of its organisations."""
MAY_WHOLLY = {
    "operations": "change_facts ask_who_gains",
    "director": "ask_who_gains",
    "approver": "publish_rosters override_rules sign_off",
    "auditor": "read_audit",
    "administrator": "change_facts manage_accounts keep_personal_data",
}
"""What it may do only to what touches no other organisation."""
OWN = {"staff": ("see_reasons see_people tell_own acknowledge_changes trade_shifts keep_calendar")}

TOUCHES = {
    "COL": {"A", "B"},
    "ELSE": {"C"},
    "NA": {"A"},
    "NB": {"B"},
    "NJ": {"A", "B"},
    "NC": {"C"},
    "everything": {"A", "B", "C", "others to come"},
}
"""What each thing of the world touches."""
REACH: dict[str, frozenset[str] | None] = {
    "A": frozenset({"A"}),
    "COL": frozenset({"A", "B"}),
    "everywhere": None,
}


def expected(role: str, action: str, reach: frozenset[str] | None, thing: str, own: str) -> bool:
    if action in OWN.get(role, "").split():
        return thing == own
    if action in MAY_WHOLLY.get(role, "").split():
        return reach is None or reach >= TOUCHES[thing]
    if action in MAY.get(role, "").split():
        return reach is None or bool(reach & TOUCHES[thing])
    return False


def test_the_table_here_and_there_name_the_same() -> None:
    here = {
        (role, action)
        for table in (MAY, MAY_WHOLLY, OWN)
        for role, actions in table.items()
        for action in actions.split()
    }
    assert here == {(role, action) for action in ACTIONS for role in REACHES[action]}


Call = Callable[[Repository, Stored, str], Any]


def _roster(world: Stored, thing: str) -> str:
    return {"COL": world.published, "ELSE": world.elsewhere}.get(thing, "no such roster")


def _job(repository: Repository, thing: str) -> str:
    return f"{thing}-2027-01-11-J1"


QUICK = Limits(0.2, workers=1)
NOWHERE = date(2031, 1, 6)
"""A week without demand: what may build ends there at once, with a sentence."""

NOBODY = Seat("nobody", "X")

ON_COLLABORATIVES: dict[str, tuple[str, Call]] = {
    "data.import_export.calendar_remark": (
        "see_rosters",
        lambda s, w, t: s(_roster(w, t)),
    ),
    "data.import_export.export_roster": (
        "see_rosters",
        lambda s, w, t: s(_roster(w, t), w.path.with_suffix(".xlsx")),
    ),
    "edit.board.edition": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "edit.board.get_ready": ("build_rosters", lambda s, w, t: s(_roster(w, t))),
    "edit.board.put_by_hand": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "edit.board.tables_in_hand": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "edit.candidates.candidates": ("see_rosters", lambda s, w, t: s(_roster(w, t), "X")),
    "edit.edit.edit": ("build_rosters", lambda s, w, t: s(_roster(w, t), unassign(NOBODY))),
    "edit.edit.may_override": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "edit.edit.try_edit": ("build_rosters", lambda s, w, t: s(_roster(w, t), unassign(NOBODY))),
    "edit.fill.fill": ("build_rosters", lambda s, w, t: s(_roster(w, t), ["X"], limits=QUICK)),
    "edit.fill.improve": ("build_rosters", lambda s, w, t: s(_roster(w, t), ["X"], limits=QUICK)),
    "edit.history.edits_of": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "edit.history.redo": ("build_rosters", lambda s, w, t: s(_roster(w, t))),
    "edit.history.restore_published": ("build_rosters", lambda s, w, t: s(_roster(w, t))),
    "edit.history.undo": ("build_rosters", lambda s, w, t: s(_roster(w, t))),
    "edit.verdicts.where_it_may_go": ("build_rosters", lambda s, w, t: s(_roster(w, t), "X")),
    "edit.verdicts.where_they_may_go": ("build_rosters", lambda s, w, t: s(_roster(w, t), "X")),
    "explain.replacements.replacements": ("see_rosters", lambda s, w, t: s(_roster(w, t), "X")),
    "explain.why_vacant.why_vacancy": ("see_rosters", lambda s, w, t: s(_roster(w, t), "X")),
    "explain.why_vacant.why_vacancies": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "jobs.jobs.submit": ("build_rosters", lambda s, w, t: s(Order("solve", t, MONDAY))),
    "jobs.jobs.show": ("see_rosters", lambda s, w, t: s(_job(s, t))),
    "jobs.jobs.watch": ("see_rosters", lambda s, w, t: s(_job(s, t))),
    "jobs.jobs.cancel": ("build_rosters", lambda s, w, t: s(_job(s, t))),
    "jobs.jobs.release": ("build_rosters", lambda s, w, t: s(_job(s, t))),
    "jobs.jobs.retry": ("build_rosters", lambda s, w, t: s(_job(s, t))),
    "jobs.jobs.failed_last": ("see_rosters", lambda s, w, t: s(t, "solve")),
    "kpis.recharge_lines.recharge_lines": ("see_rosters", lambda s, w, t: s(t, MONDAY, MONDAY)),
    "kpis.kpis.kpis": ("see_rosters", lambda s, w, t: s(t, MONDAY, MONDAY)),
    "outlook.expiries.expiries": ("see_people", lambda s, w, t: s(t, MONDAY, 1)),
    "outlook.feasibility.feasibility": ("see_rosters", lambda s, w, t: s(Request(t, NOWHERE))),
    "pack.pack.pack_of": ("test_scenarios", lambda s, w, t: s(t, MONDAY, MONDAY)),
    "pack.pack.pack_file": ("test_scenarios", lambda s, w, t: s(t, MONDAY, MONDAY, (), "pdf")),
    "publish.publish.publish": ("publish_rosters", lambda s, w, t: s(_roster(w, t))),
    "publish.publish.publish_trade": (
        "publish_rosters",
        lambda s, w, t: s(_roster(w, t), reason="traded"),
    ),
    "publish.publish.publish_signed": (  # without a scheme; with one: tests of sign_off
        "publish_rosters",
        lambda s, w, t: s(_roster(w, t)),
    ),
    "publish.short_notice.short_notice": (
        "see_rosters",
        lambda s, w, t: s(t, MONDAY, MONDAY),
    ),
    "sign_off.standing.latest_answer": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "sign_off.standing.signed_places": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "sign_off.standing.sign_off_state": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "publish.preview.preview": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "publish.withdraw.withdraw": (
        "publish_rosters",
        lambda s, w, t: s(_roster(w, t), "the wrong week"),
    ),
    "publish.publishable.only_drafted": ("see_rosters", lambda s, w, t: s(t, MONDAY, 7)),
    "publish.publishable.unkept": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "repair.repair.repair": ("build_rosters", lambda s, w, t: s(_roster(w, t), limits=QUICK)),
    "rosters.solve.solve": ("build_rosters", lambda s, w, t: s(Request(t, NOWHERE), QUICK)),
    "data.built_under.built_under": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "data.saved_policies.save_policy": (
        "change_facts",
        lambda s, w, t: s("Name", {}, collaborative_id=t),
    ),
    "data.saved_policies.withdraw_policy": (
        "change_facts",
        lambda s, w, t: s("Name", collaborative_id=t),
    ),
    "rosters.policy_effect.what_it_would_cost": (
        "test_scenarios",
        lambda s, w, t: s(_roster(w, t), {}),
    ),
    "scenarios.compare.compare": (
        "test_scenarios",
        lambda s, w, t: s(Request(t, NOWHERE), [], QUICK),
    ),
    "scenarios.kept.kept_scenarios": ("test_scenarios", lambda s, w, t: s(t)),
    "scenarios.kept.scenario_history": ("test_scenarios", lambda s, w, t: s("Name", t)),
    "scenarios.kept.find_scenario": ("test_scenarios", lambda s, w, t: s("Name", t)),
    "scenarios.kept.try_scenario": ("test_scenarios", lambda s, w, t: s("Name", {}, t)),
    "scenarios.kept.tables_given": ("test_scenarios", lambda s, w, t: s(Path("Name"), t)),
    "scenarios.kept.save_scenario": (
        "test_scenarios",
        lambda s, w, t: s("Name", {"alone": True}, t),
    ),
    "scenarios.kept.withdraw_scenario": ("test_scenarios", lambda s, w, t: s("Name", t)),
    "kpis.goals.hours_goals": ("test_scenarios", lambda s, w, t: s(t, NOWHERE, "agency")),
    "scenarios.frontier.frontier": (
        "test_scenarios",
        # whoever is let in is told that this makes no sense, and nothing is searched for
        lambda s, w, t: s(Request(t, NOWHERE), "agency", "agency", QUICK),
    ),
    "scenarios.waterfall.waterfall": (
        "test_scenarios",
        lambda s, w, t: s(Request(t, NOWHERE), [], QUICK),
    ),
    "scenarios.partners.partners": (
        "ask_who_gains",
        lambda s, w, t: s(Request(t, NOWHERE), QUICK),
    ),
    "scenarios.partners.plan_for": (
        "ask_who_gains",
        lambda s, w, t: s(t, NOWHERE, 7, 1, changed=False),
    ),
    "scenarios.value_interventions.value": (
        "test_scenarios",
        lambda s, w, t: s(Request(t, NOWHERE), QUICK),
    ),
    "versions.difference.difference": (
        "see_rosters",
        lambda s, w, t: s(_roster(w, t), _roster(w, t)),
    ),
    "versions.versions.delete_draft": ("build_rosters", lambda s, w, t: s(_roster(w, t))),
    "versions.versions.rename_version": ("build_rosters", lambda s, w, t: s(_roster(w, t), "A")),
    "view.look_up.comparison": ("test_scenarios", lambda s, w, t: s(f"{t}-2027-01-11-C1")),
    "view.look_up.header": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "view.look_up.roster_view": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "view.roster_tables.roster_tables": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "view.roster_tables.weeks": ("see_rosters", lambda s, w, t: s(t)),
    # what is listed is refused by not being there
    "jobs.jobs.latest": ("see_rosters", lambda s, w, t: _has(s(), t)),
    "versions.versions.versions": (
        "see_rosters",
        lambda s, w, t: _has([one.header for one in s()], t),
    ),
    "sign_off.standing.scheme_of_roster": ("see_rosters", lambda s, w, t: s(_roster(w, t))),
    "sign_off.offer.offer": ("build_rosters", lambda s, w, t: s(_roster(w, t))),
    "sign_off.offer.recall": ("build_rosters", lambda s, w, t: s(_roster(w, t))),
    "view.look_up.rosters": ("see_rosters", lambda s, w, t: _has(s(), t)),
    "view.look_up.comparisons": ("test_scenarios", lambda s, w, t: _has(s(), t)),
}
"""Service -> (what it takes, a call of it on what is a collaborative's)."""
ON_PEOPLE: dict[str, tuple[str, Call]] = {
    "data.import_export.calendar_bytes": ("see_people", lambda s, w, t: s(t)),
    "data.calendar_feed.address_state": ("keep_calendar", lambda s, w, t: s(t)),
    "data.calendar_feed.issue": ("keep_calendar", lambda s, w, t: s(t)),
    "data.calendar_feed.withdraw": ("keep_calendar", lambda s, w, t: s(t)),
    "explain.why_person.why_assignment": (
        "see_reasons",
        lambda s, w, t: s("no such roster", t, "X"),
    ),
    "explain.why_person.why_person": ("see_reasons", lambda s, w, t: s("no such roster", t, "X")),
    "trades.trades.offer_shift": ("trade_shifts", lambda s, w, t: s(t, "X")),
    "trades.trades.ask_swap": ("trade_shifts", lambda s, w, t: s(t, "X")),
    "trades.trades.take_open": ("trade_shifts", lambda s, w, t: s(t, "no such roster", "X")),
    "trades.trades.accept": ("trade_shifts", lambda s, w, t: s(t, 1)),
    "trades.trades.decline": ("trade_shifts", lambda s, w, t: s(t, 1)),
    "trades.trades.take_back": ("trade_shifts", lambda s, w, t: s(t, 1)),
    "trades.trades.colleagues": ("trade_shifts", lambda s, w, t: s(t)),
    "trades.trades.trades_of": ("trade_shifts", lambda s, w, t: s(t)),
    "trades.who_could.open_places": ("trade_shifts", lambda s, w, t: s(t)),
    "inbox.notices.notices": ("see_people", lambda s, w, t: s(t)),
    "inbox.notices.acknowledge": ("acknowledge_changes", lambda s, w, t: s(t, 1)),
    "inbox.known_endings.told_endings": ("see_people", lambda s, w, t: s(t, MONDAY)),
    "inbox.known_endings.known_since": ("see_people", lambda s, w, t: s(t)),
    "inbox.known_endings.know_endings": ("acknowledge_changes", lambda s, w, t: s(t, {"0" * 16})),
    "facts.credentials.signed_of": ("see_people", lambda s, w, t: s(t)),
    "facts.credentials.issue": (
        "see_people",
        lambda s, w, t: s(t, "A", Path("no such key"), Path("nowhere")),
    ),
    "requests.telling.ask": ("tell_own", lambda s, w, t: s(t, WishAsked(MONDAY, weight=2))),
    "requests.telling.tell_well": ("tell_own", lambda s, w, t: s(t, MONDAY)),
    "requests.sickness.own_sickness": ("see_people", lambda s, w, t: s(t)),
    "requests.telling.take_back": ("tell_own", lambda s, w, t: s(t, 1)),
    "requests.telling.know_answer": ("tell_own", lambda s, w, t: s(t, 1)),
    "requests.telling.requests_of": ("see_people", lambda s, w, t: s(t)),
    "requests.telling.becomes_fact": ("see_people", lambda s, w, t: s(t, "leave")),
    "repair.record_sickness.record_sickness": (
        "change_people",
        lambda s, w, t: s([Sick(t, MONDAY, MONDAY)]),
    ),
    "rosters.pins.set_pin": ("build_rosters", lambda s, w, t: s(Pin(staff_id=t, demand_id="X"))),
    "rosters.pins.remove_pin": ("build_rosters", lambda s, w, t: s(Pin(staff_id=t, demand_id="X"))),
    "view.look_up.barriers": ("see_reasons", lambda s, w, t: s(t, "X")),
    "view.my_clearance.my_clearance": ("see_people", lambda s, w, t: s(t, MONDAY)),
    "view.my_time.my_time": ("see_people", lambda s, w, t: s(t, MONDAY, MONDAY)),
    "view.person_tables.published_shifts": ("see_people", lambda s, w, t: s(t, MONDAY, MONDAY)),
    "view.my_day.next_shift": (
        "see_people",
        lambda s, w, t: s(t, datetime(2027, 1, 11, tzinfo=UTC)),
    ),
    "view.person_tables.published_weeks": ("see_people", lambda s, w, t: s(t)),
    "view.person_tables.shifts_to_ask_about": (
        "see_people",
        lambda s, w, t: s(t, MONDAY, MONDAY),
    ),
    "accounts.personal_data.forget": ("keep_personal_data", lambda s, w, t: s(t)),
    "accounts.personal_data.all_of": ("see_people", lambda s, w, t: s(t)),
    "accounts.personal_data.export_all_of": (
        "see_people",
        lambda s, w, t: s(t, w.path.with_suffix(".json")),
    ),
    "facts.stored.find_facts": ("see_people", lambda s, w, t: _has(s("contract", []), t)),
    "facts.stored.remove_facts": ("change_people", lambda s, w, t: _there(lambda: s("leave", [t]))),
    "facts.stored.the_ones": (
        "see_people",
        lambda s, w, t: _there(lambda: s("contract", [f"C-{t}"])),
    ),
    "facts.stored.the_one": (
        "see_people",
        lambda s, w, t: _there(lambda: s("contract", [f"C-{t}"])),
    ),
    "facts.change.change": ("change_people", lambda s, w, t: s(_wish(t))),
    "facts.change.propose": ("change_people", lambda s, w, t: s(_wish(t))),
    "facts.history.history": (
        "see_people",
        lambda s, w, t: _there(lambda: _some(s(Search(staff_id=t)))),
    ),
    "facts.leave.propose_leave": (
        "change_people",
        lambda s, w, t: s(t, NOWHERE, NOWHERE, "annual"),
    ),
    "facts.leave.tell_leave": ("change_people", lambda s, w, t: s(t, NOWHERE, NOWHERE, "annual")),
    "facts.leave.take_leave_back": ("change_people", lambda s, w, t: s(t, NOWHERE, NOWHERE)),
    "view.look_up.people_in_full": ("see_people", lambda s, w, t: _in(s(), t)),
    "view.look_up.facts": ("see_people", lambda s, w, t: _has(s().contract, t)),
}
A_BACKUP = BackupManifest(
    form=1,
    kind="sqlite",
    revision="0001",
    program="0",
    taken_at=datetime(2027, 1, 11, tzinfo=UTC),
    rows={},
    entries=None,
    entry_hash=None,
    size=0,
    sha256="0" * 64,
)
ON_EVERYTHING: dict[str, tuple[str, Call]] = {
    "accounts.accounts.acting_as": ("manage_accounts", lambda s, w, t: s("nobody")),
    "accounts.audit.verify": ("read_audit", lambda s, w, t: s()),
    "accounts.audit.export": ("read_audit", lambda s, w, t: s(w.path.with_suffix(".jsonl"))),
    "accounts.accounts.give": ("manage_accounts", lambda s, w, t: s("nobody", "auditor")),
    "inbox.mailing.outbox": ("run_program", lambda s, w, t: s()),
    "inbox.mailing.send": ("run_program", lambda s, w, t: s(None)),
    "keep.backup.record": ("run_program", lambda s, w, t: s(A_BACKUP)),
}
BY_THEMSELVES = {
    "data.open.at_one_moment",
    "data.calendar_feed.feed",
    "accounts.accounts.accounts",
    "accounts.accounts.add",
    "accounts.accounts.is_staff",
    "accounts.accounts.sign_in",
    "accounts.accounts.sign_out",
    "accounts.accounts.who",
    "accounts.mail.my_mail",
    # by whose account it is: tests/scheduler/services/accounts/test_access_tokens.py
    "accounts.access_tokens.make",
    "accounts.access_tokens.tokens",
    "accounts.access_tokens.withdraw",
    "accounts.access_tokens.bearer",
    "accounts.once.once",
    "accounts.mail.tell_account",
    "accounts.mail.tell_me",
    "accounts.accounts.withdraw",
    "accounts.audit.deeds",
    "accounts.personal_data.leavers",
    "data.import_export.import_data",
    "data.saved_policies.find_policy",
    "data.saved_policies.given_policy",
    "data.saved_policies.offered",
    "data.saved_policies.policy_history",
    "data.saved_policies.saved_policies",
    "facts.arriving.arriving",
    "facts.organisation_codes.check_codes",
    "facts.credentials.verify",
    "facts.arriving.try_import",
    "facts.change.propose_edited",
    "facts.demand_week.propose_copy",
    "facts.demand_week.propose_dates",
    "facts.demand_week.propose_weekdays",
    "facts.permission.files_to_change",
    "facts.stored.with_ids",
    "facts.stored.belonging",
    "facts.stored.end_of",
    "facts.stored.withdrawal_of",
    "facts.history.past_change",
    "facts.history.propose_revert",
    "facts.history.revert",
    "facts.leave.team_leave",
    "view.by_words.meant",
    "view.by_words.meant_or_itself",
    "view.by_words.work_meant",
    "data.mappings.saved",
    "data.mappings.saved_one",
    "data.mappings.save",
    "data.mappings.remove",
    "data.mappings.guess",
    "data.mappings.preview",
    "data.mappings.bring_in",
    "data.esr.preview",
    "data.esr.bring_in",
    "data.esr.last_run",
    # an organisation's own, and the backstop's: tests/scheduler/services/sign_off
    "sign_off.answer.approve",
    "sign_off.answer.refuse",
    "sign_off.answer.take_back",
    "sign_off.disputes.answer_dispute",
    "sign_off.disputes.decide",
    "sign_off.disputes.disputes",
    "sign_off.disputes.insist",
    "sign_off.disputes.may_decide",
    # an approver's, of what concerns them: tests/scheduler/services/trades
    "trades.approval.approve_trade",
    "trades.approval.refuse_trade",
    "trades.approval.trades_to_approve",
    # by whose request it is: tests/scheduler/services/requests
    "requests.answering.grant",
    "requests.answering.open_requests",
    "requests.answering.refuse",
    "requests.answering.what_it_costs",
    "requests.telling.whoever_tells",
    # what waits for whoever asks: tests/scheduler/services/inbox
    "inbox.inbox.how_many",
    "inbox.inbox.inbox",
    "inbox.notices.untold",
    "jobs.jobs.ensure_worker",
    "jobs.jobs.live_workers",
    "jobs.jobs.waiting",
    "jobs.measures.queue_measures",
    "jobs.measures.room_left",
    "keep.last_backup.last_backup",
    "view.look_up.collaboratives",
    "view.look_up.dates_of",
    "view.look_up.facts_stamp",
    "view.look_up.facts_under",
    "view.look_up.published_stamp",
    "accounts.gate.allowed",
}
"""Services that hand out nothing of anybody's, or whose answer is tried by a test of their own."""


class Refused(Exception):
    """What was listed does not hold it."""


def _has(found: Any, thing: str) -> None:
    if not any(
        thing in (vars(one).get("collaborative_id"), vars(one).get("staff_id")) for one in found
    ):
        raise Refused


def _in(found: Any, thing: str) -> None:
    if thing not in found:
        raise Refused


def _some(found: list[Any]) -> None:
    if not found:
        raise Refused


def _wish(staff_id: str) -> list[RowChange]:
    return [RowChange(None, Preference(staff_id=staff_id, date=NOWHERE, weight=1))]


def _there(call: Callable[[], Any]) -> None:
    """What is out of view is not there."""
    try:
        call()
    except NotFound:
        raise Refused from None


class _Called:
    """A service with its repository put in."""

    def __init__(self, name: str, repository: Repository) -> None:
        self.repository = repository
        module, _, function = name.rpartition(".")
        self.service = getattr(import_module(f"scheduler.services.{module}"), function)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.service(self.repository, *arguments, **named)


def _permitted(name: str, call: Call, world: Stored, repository: Repository, thing: str) -> bool:
    try:
        call(_Called(name, repository), world, thing)
    except (NotPermitted, Refused):
        return False
    except SchedulerError:
        return True  # it was let in, and then found no such thing
    return True


def _cells() -> Iterator[tuple[str, str]]:
    for name, (action, _) in {**ON_COLLABORATIVES, **ON_PEOPLE, **ON_EVERYTHING}.items():
        yield name, action


@pytest.mark.parametrize(("name", "action"), list(_cells()))
def test_every_cell_of_the_table_for_every_service(name: str, action: str, world: Stored) -> None:
    with world.opened(THE_PROGRAM) as everybody:
        for collaborative in ("COL", "ELSE"):
            submit(everybody, Order("solve", collaborative, MONDAY))
            everybody.save_comparison(
                {"collaborative_id": collaborative, "period": {"start": "2027-01-11", "days": 7}}
            )
    tables: dict[str, dict[str, tuple[str, Call]]] = {
        "COL ELSE": ON_COLLABORATIVES,
        "NA NB NJ NC": ON_PEOPLE,
        "everything": ON_EVERYTHING,
    }
    things, call = next(
        (things.split(), table[name][1]) for things, table in tables.items() if name in table
    )
    wrong = []
    cells = product(ACCESS_ROLES, REACH.values(), things)
    for trial in _trials(world):
        # what is refused changes nothing: the next one may ask the same database
        with trial.opened(THE_PROGRAM) as opened:
            for role, reach, thing in cells:
                own = "NA" if role == "staff" else ""
                actor = holding(role, of=reach, staff_id=own or None)
                found = _permitted(name, call, trial, opened.acting(actor), thing)
                due = expected(role, action, reach, thing, own)
                if found != due:
                    wrong.append((role, reach, thing, found))
                if found:
                    break
            else:
                break
    assert not wrong


def _trials(world: Stored) -> Iterator[Stored]:
    for number in count():
        trial = replace(world, path=world.path.with_name(f"trial{number}.db"))
        copyfile(world.path, trial.path)
        yield trial


@pytest.mark.parametrize(("name", "action"), list(_cells()))
def test_without_a_role_nothing_is_handed_out(name: str, action: str, world: Stored) -> None:
    calls = {**ON_COLLABORATIVES, **ON_PEOPLE, **ON_EVERYTHING}
    things = ("COL", "NA", "everything")
    with world.opened(holding()) as repository:
        assert not any(
            _permitted(name, calls[name][1], world, repository, thing) for thing in things
        )


def _imported() -> set[str]:
    """Services with a repository that pages, commands and the front door name."""
    found = set()
    for path in [
        *ROOT.glob("ui/**/*.py"),
        *ROOT.glob("scheduler/cli/**/*.py"),
        ROOT / "scheduler/api.py",
    ]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        modules: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "scheduler.services"
            ):
                for alias in node.names:
                    modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        used = set(modules.values()) | {
            f"{modules[node.value.id]}.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in modules
        }
        for full in used:
            module, _, name = full.rpartition(".")
            try:
                function = getattr(import_module(module), name, None)
            except ImportError:
                continue
            if (
                inspect.isfunction(function)
                and "repository" in inspect.signature(function).parameters
            ):
                found.add(full.removeprefix("scheduler.services."))
    return found


def test_every_service_that_somebody_can_reach_asks_first_and_is_tried_here() -> None:
    known = {*ON_COLLABORATIVES, *ON_PEOPLE, *ON_EVERYTHING, *BY_THEMSELVES}
    reached = _imported()
    assert len(reached) > 30
    assert reached <= known
    for name in known:
        module, _, function = name.rpartition(".")
        found = getattr(import_module(f"scheduler.services.{module}"), function)
        assert isinstance(found.asks, Asks), name
