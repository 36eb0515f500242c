"""Every command with the rights of every role: refused, with its exit code, exactly where the table
says so.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scheduler.cli.app import app
from scheduler.domain.access import ACCESS_ROLES, THE_PROGRAM, AccessRole
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import Leave
from scheduler.domain.request import LeaveAsked
from scheduler.services.accounts import access_tokens, accounts
from scheduler.services.data import mappings
from scheduler.services.jobs.jobs import submit
from scheduler.services.jobs.order import Order
from scheduler.storage.repository import Repository
from scheduler.storage.writing import write_folder
from tests.factories import MONDAY
from tests.scheduler.cli.conftest import call
from tests.scheduler.cli.signing import credentials_of
from tests.scheduler.cli.test_ranges import commands
from tests.scheduler.cli.test_reading import WITHOUT_DATABASE
from tests.scheduler.services.accounts.conftest import Stored
from tests.scheduler.services.accounts.test_table import MAY, MAY_WHOLLY, OWN

NOBODY = "nobody"
"""What no role may: what whoever runs the program does alone."""
TAKES: dict[tuple[str, ...], tuple[str, list[str]]] = {
    ("show",): ("see_rosters", ["ROSTER"]),
    ("export",): ("see_rosters", ["ROSTER", "--to", "PLACE/out"]),
    ("jobs", "show"): ("see_rosters", ["JOB"]),
    ("jobs", "watch"): ("see_rosters", ["ENDED"]),
    ("jobs", "cancel"): ("build_rosters", ["JOB"]),
    ("jobs", "retry"): ("build_rosters", ["JOB"]),
    ("jobs", "release"): ("build_rosters", ["JOB"]),
    ("barriers",): ("see_reasons", ["NB", "SB-0111-E-RN"]),
    ("feasibility",): ("see_rosters", ["-c", "COL", "-s", "2027-01-11"]),
    ("expiries",): ("see_people of others", ["-c", "COL", "-s", "2027-01-11", "--weeks", "1"]),
    ("why", "vacancies"): ("see_rosters", ["ROSTER"]),
    ("why", "vacancy"): ("see_rosters", ["ROSTER", "SA-0116-L-RN"]),
    ("why", "person"): ("see_reasons", ["ROSTER", "NB", "SB-0111-E-RN"]),
    ("why", "assignment"): ("see_reasons", ["ROSTER", "NB", "SB-0111-E-RN"]),
    ("replacements",): ("see_rosters", ["ROSTER", "SA-0116-L-RN"]),
    ("facts", "remove"): ("change_people", ["leave", "NB"]),
    ("facts", "show"): ("see_people of others", ["contract", "C-NB"]),
    ("facts", "add"): (
        "change_people",
        ["preference", "staff_id=NB", "date=2031-01-06", "weight=2"],
    ),
    ("facts", "change"): ("change_facts", ["site", "SB", "postcode=SS9 9ZZ"]),
    ("facts", "end"): ("change_facts", ["membership", "COL", "B", "--on", "2031-01-06"]),
    ("facts", "revert"): (NOBODY, ["1"]),  # the import of more than COL
    ("leave", "add"): ("change_people", ["NB", "2031-01-06"]),
    ("leave", "remove"): ("change_people", ["NB", "2027-01-06", "2027-12-31"]),
    ("mappings", "guess"): ("change_facts", ["SHEET", "--organisation", "B"]),
    ("mappings", "save"): ("change_facts", ["MAPPING"]),
    ("mappings", "remove"): ("change_facts", ["Leave of B", "--organisation", "B"]),
    ("import",): ("change_facts", ["DATA"]),
    ("solve",): ("build_rosters", ["-c", "COL", "-s", "2031-01-06", "-t", "1"]),
    ("publish",): ("publish_rosters", ["DRAFT", "--reason", "asked for"]),
    ("sign-off", "show"): ("see_rosters", ["ROSTER"]),
    ("sign-off", "offer"): ("build_rosters", ["DRAFT"]),
    ("sign-off", "recall"): ("build_rosters", ["DRAFT"]),
    ("sign-off", "approve"): ("sign_off", ["DRAFT", "A"]),
    ("sign-off", "refuse"): ("sign_off", ["DRAFT", "A", "--reason", "too few"]),
    ("sign-off", "take-back"): ("sign_off", ["DRAFT", "A", "--reason", "a second look"]),
    ("short-notice",): (
        "see_rosters",
        ["-c", "COL", "--from", "2027-01-11", "--to", "2027-01-17"],
    ),
    ("kpis",): ("see_rosters", ["-c", "COL", "--from", "2027-01-11"]),
    ("recharge",): ("see_rosters", ["-c", "COL", "--from", "2027-01-11"]),
    ("pack",): ("test_scenarios", ["-c", "COL", "--to", "PLACE/pack.pdf"]),
    ("edit",): ("build_rosters", ["ROSTER", "--unassign", "NB", "SB-0111-E-RN"]),
    ("undo",): ("build_rosters", ["ROSTER"]),
    ("edits",): ("see_rosters", ["ROSTER"]),
    ("where",): ("build_rosters", ["ROSTER", "SA-0116-L-RN"]),
    ("fill",): ("build_rosters", ["ROSTER", "--demand", "SA-0116-L-RN", "-t", "1"]),
    ("diff",): ("see_rosters", ["ROSTER", "DRAFT"]),
    ("versions", "rename"): ("build_rosters", ["DRAFT", "Plan B"]),
    ("versions", "delete"): ("build_rosters", ["DRAFT"]),
    ("versions", "withdraw"): ("publish_rosters", ["ROSTER", "--reason", "the wrong week"]),
    ("compare",): ("test_scenarios", ["-c", "COL", "-s", "2031-01-06", "-t", "1", "SCENARIO"]),
    ("value",): ("test_scenarios", ["-c", "COL", "-s", "2031-01-06", "-t", "1"]),
    ("frontier",): ("test_scenarios", ["-c", "COL", "-s", "2031-01-06", "-t", "1"]),
    ("partners",): ("ask_who_gains", ["-c", "COL", "-s", "2031-01-06", "-t", "1"]),
    ("waterfall",): ("test_scenarios", ["-c", "COL", "-s", "2031-01-06", "-t", "1", "SCENARIO"]),
    ("policy", "effect"): ("test_scenarios", ["ROSTER", "fair-shares"]),
    ("policy", "save"): ("change_facts", ["Mine", "fair-shares", "-c", "COL"]),
    ("policy", "withdraw"): ("change_facts", ["Kept", "-c", "COL"]),
    ("scenario", "list"): ("test_scenarios", ["-c", "COL"]),
    ("scenario", "show"): ("test_scenarios", ["Kept", "-c", "COL"]),
    ("scenario", "history"): ("test_scenarios", ["Kept", "-c", "COL"]),
    ("scenario", "save"): ("test_scenarios", ["Mine", "SCENARIO", "-c", "COL"]),
    ("scenario", "withdraw"): ("test_scenarios", ["Kept", "-c", "COL"]),
    ("repair",): ("build_rosters", ["ROSTER", "--sick", "NB", "2027-01-15", "2027-01-15"]),
    ("accounts", "list"): ("manage_accounts", []),
    ("accounts", "add"): ("manage_accounts", ["https://provider", "somebody"]),
    ("accounts", "give"): ("manage_accounts", ["other", "auditor", "--organisation", "A"]),
    ("accounts", "withdraw"): ("manage_accounts", ["GRANT"]),
    ("accounts", "person"): ("manage_accounts", ["other", "NB2"]),
    ("accounts", "mail"): ("manage_accounts", ["other", "other@example.org"]),
    ("tokens", "make"): ("manage_accounts", ["payroll", "wages"]),
    ("tokens", "withdraw"): ("manage_accounts", ["TOKEN"]),
    ("notices", "list"): ("see_people of others", ["NB"]),
    ("notices", "seen"): ("acknowledge_changes of others", ["NB", "--up-to", "9"]),
    ("requests", "show"): ("change_people", ["REQUEST"]),
    ("requests", "grant"): ("change_people", ["REQUEST"]),
    ("requests", "refuse"): ("change_people", ["REQUEST", "--reason", "too few"]),
    ("tell", "sick"): (NOBODY, ["--person", "NB"]),
    ("tell", "well"): (NOBODY, ["--person", "NB"]),
    ("tell", "leave"): (NOBODY, ["2027-01-20", "--person", "NB"]),
    ("tell", "wish"): (NOBODY, ["2027-01-20", "2", "--person", "NB"]),
    ("tell", "pattern"): (NOBODY, ["2027-01-20", "1:E", "--person", "NB"]),
    ("tell", "consent"): (NOBODY, ["no", "--person", "NB"]),
    ("tell", "take-back"): (NOBODY, ["1", "--person", "NB"]),
    ("tell", "know"): (NOBODY, ["1", "--person", "NB"]),
    ("outbox", "list"): (NOBODY, []),
    ("trades", "list"): (NOBODY, ["NB"]),
    ("trades", "offer"): (NOBODY, ["NB", "SB-0111-E-RN"]),
    ("trades", "open"): (NOBODY, ["NB"]),
    ("trades", "take-open"): (NOBODY, ["NB", "ROSTER", "SB-0111-E-RN"]),
    ("trades", "accept"): (NOBODY, ["NB", "1"]),
    ("trades", "decline"): (NOBODY, ["NB", "1"]),
    ("trades", "take-back"): (NOBODY, ["NB", "1"]),
    ("outbox", "send"): (NOBODY, []),
    ("audit", "list"): ("read_audit", []),
    ("audit", "verify"): (NOBODY, []),  # a grant of two organisations is not one of everything
    ("audit", "export"): (NOBODY, ["--to", "PLACE/out.jsonl"]),
    ("people", "forget"): ("keep_personal_data", ["NB"]),
    ("people", "export"): ("see_people of others", ["NB", "--to", "PLACE/nb.json"]),
    ("credentials", "list"): ("see_people of others", ["NB"]),
    ("credentials", "issue"): (
        "see_people of others",
        ["NB", "--issuer", "B", "--key", "PLACE/b.pem", "--to", "PLACE/nb.json"],
    ),
    ("credentials", "verify"): (
        "change_people",
        ["PLACE/signed.json", "--trust", "PLACE/trust.json", "--keep"],
    ),
    # one's own alone
    ("calendar", "issue"): ("keep_calendar of others", ["NB"]),
    ("calendar", "withdraw"): ("keep_calendar of others", ["NB"]),
    ("calendar", "show"): ("keep_calendar of others", ["NB"]),
    ("my", "time"): ("see_people of others", ["NB", "--from", "2027-01-11"]),
    ("my", "clearance"): ("see_people of others", ["NB", "--on", "2027-01-11"]),
    ("worker",): (NOBODY, ["--once"]),
    ("backup",): (NOBODY, ["--to", "PLACE/backup"]),
    ("restore",): (NOBODY, ["PLACE/backup"]),
    ("doctor",): (NOBODY, []),
    ("ui",): (NOBODY, ["--no-browser"]),
}
"""Command -> (what it takes, its arguments), about what belongs to the whole of COL or to NB, who
is nobody of these roles.
"""
NOT_THERE = {
    ("mappings", "remove"),
    ("facts", "remove"),
    ("facts", "show"),
    ("leave", "add"),
    ("leave", "remove"),
}
"""What somebody may not see is not there for them."""
LISTS = {
    ("rosters",),
    ("jobs", "list"),
    ("disputes", "list"),
    ("inbox",),
    ("tokens", "list"),
    ("requests", "list"),
    ("notices", "untold"),
    ("trades", "waiting"),
    ("facts", "list"),
    ("facts", "history"),
    ("leave", "team"),
    ("mappings", "list"),
    ("mappings", "show"),
    ("people", "left"),
    ("policy", "list"),
    ("policy", "history"),
    ("policy", "show"),
    ("policy", "check"),
    ("policy", "diff"),
    ("organisations", "check"),
}
"""Those that list, to everybody, what they may see of it: tried by the tests of services."""


IN_DISPUTE = {
    ("disputes", "answer"),
    ("disputes", "insist"),
    ("disputes", "decide"),
    ("trades", "approve"),
    ("trades", "refuse"),
}
"""Those that need a dispute or a trade to be there first: tried in the tests of services/sign_off
and services/trades.
"""


def test_every_command_is_tried() -> None:
    tried = {*TAKES, *LISTS, *IN_DISPUTE, *WITHOUT_DATABASE}
    assert {path for path, _ in commands(app)} == tried


@pytest.fixture
def ready(world: Stored) -> dict[str, str]:
    """What arguments stand for."""
    place = world.path.parent
    (place / "alone.toml").write_text('name = "Alone"\nalone = true\n')
    credentials_of("NB", place)
    with Repository(f"sqlite:///{world.path}") as repository:
        away = Leave(staff_id="NB", from_date=date(2027, 2, 1), to_date=date(2027, 2, 1), kind="x")
        write_folder(Dataset(leave=(away,)), place / "data")
        (place / "sheet.csv").write_text("Staff No,From,To,Reason\nNB,2031-01-06,2031-01-06,al\n")
        guess = mappings.guess(repository, place / "sheet.csv", "B", name="Leave of B").mapping
        (place / "mapping.toml").write_text(mappings.written(guess))
        mappings.save(repository, guess)
        job = submit(repository, Order("solve", "COL", MONDAY)).job
        ended = submit(repository, Order("solve", "COL", MONDAY.replace(year=2031))).job
        repository.jobs.cancel(ended.id)
        repository.policies.add("COL", "Kept", {"daily_rest": {"hours": 12}}, why="")
        repository.scenarios.add("COL", "Kept", {"alone": True}, why="")
        for role in ACCESS_ROLES:
            made = accounts.add(repository, "https://provider", f"{role}-of-col", role)
            if role == "staff":
                accounts.is_staff(repository, made.id, "NA")
            else:
                accounts.give(repository, made.id, role, collaborative_id="COL")
        day = date(2027, 1, 20)
        asked = repository.requests.ask("NB", LeaveAsked(day, day), datetime.now(UTC))
        other = accounts.add(repository, "https://provider", "other", "Other")
        grant = accounts.give(repository, other.id, "auditor", organisation_id="A")
        payroll = accounts.add(repository, access_tokens.INTEGRATION, "payroll", "Payroll")
        accounts.give(repository, payroll.id, "director", collaborative_id="COL")
        token = access_tokens.make(repository, payroll.id, "wages").token
    return {
        "ROSTER": world.published,
        "DRAFT": world.draft,
        "JOB": job.id,
        "ENDED": ended.id,
        "GRANT": grant.id,
        "TOKEN": token.id,
        "REQUEST": str(asked.id),
        "SCENARIO": str(place / "alone.toml"),
        "DATA": str(place / "data"),
        "SHEET": str(place / "sheet.csv"),
        "MAPPING": str(place / "mapping.toml"),
        "PLACE": str(place),
    }


def _may(role: AccessRole, action: str) -> bool:
    action, _, of_others = action.partition(" of ")
    tables = (MAY, MAY_WHOLLY) if of_others else (MAY, MAY_WHOLLY, OWN)
    own_alone = action in OWN.get(role, "").split()
    return any(action in table.get(role, "").split() for table in tables) and not own_alone


@pytest.mark.parametrize("path", list(TAKES), ids=" ".join)
def test_each_role_is_refused_exactly_what_the_table_does_not_give(
    path: tuple[str, ...], world: Stored, ready: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.execve", lambda *_: None)
    action, arguments = TAKES[path]
    filled = [
        Path(text.replace("PLACE", ready["PLACE"])) if "PLACE" in text else ready.get(text, text)
        for text in arguments
    ]
    db = f"sqlite:///{world.path}"
    before = world.path.read_bytes()
    wrong = []
    for role in ACCESS_ROLES:
        for file in world.path.parent.glob(f"{world.path.name}-*"):
            file.unlink()
        world.path.write_bytes(before)
        answer = call("--as", f"{role}-of-col", *path, *filled, db=db)
        refused = answer.code == 5 or (path in NOT_THERE and answer.code == 2)
        if refused == _may(role, action):
            wrong.append((role, answer.code, answer.err))
        assert answer.code in (0, 2, 3, 5), answer.err
    assert not wrong
    with world.opened(THE_PROGRAM) as repository:
        assert repository.audit.verify().broken == ()
