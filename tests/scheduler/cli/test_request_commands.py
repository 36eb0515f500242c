"""Staff tell and managers answer on the command line."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from scheduler.domain.change_set import RowChange
from scheduler.services.accounts import accounts
from scheduler.services.facts.change import change
from scheduler.services.publish.publish import publish
from scheduler.services.requests.telling import today_here
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.cli.conftest import call
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.requests.conftest import EARLY, LATE, LENT, NIGHT, week


@pytest.fixture
def db(tmp_path: Path) -> str:
    """With accounts of P1 and of a manager of A."""
    url = f"sqlite:///{tmp_path}/x.db"
    with Repository(url) as repository:
        work = (("P1", EARLY), ("P1", LATE), ("P4", NIGHT), ("P2", LENT))
        publish(repository, stored(repository, week(), *work))
        own = accounts.add(repository, "https://provider", "p1", "Synthetic P1")
        accounts.is_staff(repository, own.id, "P1")
        op = accounts.add(repository, "https://provider", "op", "Op")
        accounts.give(repository, op.id, "operations", organisation_id="A")
    return url


def test_leave_is_asked_for_shown_with_its_cost_and_granted(db: str) -> None:
    asked = call("--as", "p1", "tell", "leave", MONDAY, "-k", "study", "--json", db=db).json()
    assert (asked["status"], asked["state"], asked["staff_id"]) == ("done", "open", "P1")
    assert asked["asked"] == {
        "first": "2027-01-11",
        "last": "2027-01-11",
        "leave": "study",
        "kind": "leave",
    }
    listed = call("--as", "op", "requests", "list", db=db)
    assert "study leave, Mon 11 January" in listed.out
    shown = call("--as", "op", "requests", "show", 1, "--json", db=db).json()
    assert [one["demand_id"] for one in shown["empty"]] == [EARLY]
    assert (shown["hours"], shown["impossible"], len(shown["rows"])) == (7.5, None, 1)
    assert "1 published shift would have nobody, 7.5 h" in shown["costs"]["grant"]
    waiting = call("--as", "op", "inbox", "--json", db=db).json()["waiting"]
    assert [(one["kind"], one["request"]) for one in waiting] == [("request", 1)]
    assert call("--as", "p1", "requests", "grant", 1, db=db).code == 5
    done = call("--as", "op", "requests", "grant", 1, "--words", "Well done", "--json", db=db)
    assert (done.json()["state"], done.json()["words"]) == ("granted", "Well done")
    late = call("--as", "op", "requests", "refuse", 1, "--reason", "no", "--json", db=db)
    assert (late.code, "granted already" in late.out) == (2, True)
    told = call("--as", "p1", "inbox", "--json", db=db).json()["waiting"]
    assert [one["kind"] for one in told if one["kind"] != "notice"] == ["answer"]
    known = call("--as", "p1", "tell", "know", 1, "--json", db=db).json()
    assert known["seen_at"]


def test_sickness_of_today_needs_nothing_but_the_word(db: str) -> None:
    told = call("--as", "p1", "tell", "sick", "--json", db=db).json()
    today = today_here().isoformat()
    assert (told["asked"]["first"], told["asked"]["last"]) == (today, today)
    assert (told["state"], told["at_once"]) == ("granted", True)
    shown = call("facts", "list", "leave", "--json", db=db).json()
    assert str(today) in str(shown)


def test_each_kind_is_told(db: str) -> None:
    later = MONDAY + timedelta(days=7)
    for words, what in (
        (["wish", later, "-s", "x"], None),
        (["wish", later, "3", "--shift", "Early"], "a wish to work Early on Mon 18 January"),
        (["wish", later, "--shift", "E", "--", "-3"], "a wish not to work Early"),
        (["wish", later, "--shift", "E"], "no wish any more about Early"),
        (["pattern", later, "1:E", "9:L", "--weeks", "2"], "week 2: Tue Late"),
        (["consent", "no", "--most-minutes", "40"], "no work for other hosts"),
    ):
        answer = call("--as", "p1", "tell", *words, db=db)
        if what is None:
            assert answer.code == 2
            continue
        assert (answer.code, what in answer.out) == (0, True), answer
    said = ("--as", "p1", "tell", "consent")
    few = call(*said, "yes", "--host", "CIC B", "--most-shifts", 3, db=db)
    assert "work for other hosts (1 of them), at most 3 shifts a month" in few.out
    for refused in (("no", "--most-shifts", 3), ("no", "--host", "B"), ("yes", "--host", "NO")):
        assert call(*said, *refused, db=db).code == 2, refused
    assert "at most 3 shifts a month" in call("my", "clearance", "P1", db=db).out
    assert "Change" in call(*said, "yes", db=db).out
    back = call("--as", "p1", "tell", "take-back", 4, "--json", db=db).json()
    assert back["state"] == "taken_back"
    mine = call("--as", "p1", "requests", "list", "--person", "P1", "--json", db=db).json()
    assert [one["asked"]["kind"] for one in mine["requests"]] == [
        *("consent", "consent", "consent", "pattern", "wish", "wish", "wish"),
    ]


def test_without_an_account_somebody_is_named(db: str) -> None:
    nobody = call("tell", "sick", db=db)
    assert (nobody.code, "--person" in nobody.err) == (2, True)
    done = call("tell", "leave", date(2027, 2, 1), "--person", "Synthetic P4", db=db)
    assert (done.code, "of P4" in done.out) == (0, True)
    wrong = call("tell", "pattern", MONDAY, "E", "--person", "P4", db=db)
    assert (wrong.code, "no day and shift" in wrong.err) == (2, True)


def test_the_rule_of_an_employer_is_a_fact_like_any_other(db: str) -> None:
    added = call(
        *("facts", "add", "request_rule", "organisation_id=A", "kind=leave", "at_once=yes"), db=db
    )
    assert added.code == 0, added
    told = call("--as", "p1", "tell", "leave", MONDAY, "--json", db=db).json()
    assert (told["state"], told["at_once"]) == ("granted", True)
    with Repository(db) as repository:
        assert len(repository.facts("leave")) == 1


def test_what_ends_is_listed_with_what_changed_and_known_by_the_same_command(db: str) -> None:
    today = today_here()
    with Repository(db) as repository:
        contract = next(row for row in repository.dataset().contract if row.id == "C-PJ")
        ending = contract.model_copy(update={"to_date": today})
        change(repository, [RowChange(contract, ending)])
    listed = call("notices", "list", "PJ", db=db)
    assert f"ends on {today} (not seen)" in listed.out
    assert "Next: scheduler notices seen PJ --endings" in listed.out
    (one,) = call("notices", "list", "PJ", "--json", db=db).json()["endings"]
    assert (one["kind"], one["until"], one["ended"]) == ("contract", str(today), False)
    nothing = call("notices", "seen", "PJ", db=db)
    assert (nothing.code, "--endings" in nothing.err + nothing.out) == (2, True)
    assert call("--as", "p1", "notices", "seen", "PJ", "--endings", db=db).code == 5
    seen = call("--as", "op", "notices", "seen", "PJ", "--endings", "--json", db=db).json()
    assert (seen["endings"], seen["seen"]) == (1, [])
    assert "knows of 0 endings more" in call("notices", "seen", "PJ", "--endings", db=db).out
    assert call("notices", "list", "PJ", db=db).out == "They know of everything.\n"
    assert "(seen " in call("notices", "list", "PJ", "--all", db=db).out
    assert "You know since " in call("my", "clearance", "PJ", db=db).out
