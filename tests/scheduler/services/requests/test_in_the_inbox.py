"""What of requests stands in whose inbox, in which words, and what makes it fall off."""

from datetime import datetime, timedelta

from scheduler.domain.change_set import RowChange
from scheduler.domain.request import (
    Asked,
    ConsentAsked,
    LeaveAsked,
    PatternAsked,
    SickAsked,
    StaffRequest,
    WishAsked,
)
from scheduler.services.facts.leave import take_leave_back, tell_leave
from scheduler.services.inbox.in_words import ItemWords, told_of
from scheduler.services.inbox.inbox import WaitingItem, WaitingNotice, WaitingUntold, inbox
from scheduler.services.inbox.request_items import WaitingAnswer, WaitingCover, WaitingRequest
from scheduler.services.inbox.words import Wording
from scheduler.services.requests.answering import grant, refuse
from scheduler.services.requests.telling import ask, know_answer
from scheduler.services.requests.words import asked_words, state_words
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.services.requests.conftest import BEFORE, NOON, as_staff, manager

TUESDAY = MONDAY + timedelta(days=1)


def waiting(repository: Repository, now: datetime = BEFORE) -> list[WaitingItem]:
    """But what publishing tells."""
    notices = (WaitingNotice, WaitingUntold)
    return [one for one in inbox(repository, now) if not isinstance(one, notices)]


def words(repository: Repository, item: WaitingItem) -> ItemWords:
    return told_of(item, Wording.of(repository))


def test_a_request_waits_with_what_granting_it_would_cost(repository: Repository) -> None:
    own, op = as_staff(repository, "P1"), manager(repository, "op", "A")
    told = ask(own, "P1", LeaveAsked(MONDAY, TUESDAY), BEFORE)
    tell_leave(repository, "P4", TUESDAY, TUESDAY, "annual")
    [item] = waiting(op)
    assert isinstance(item, WaitingRequest)
    assert item.request == told
    said = words(repository, item)
    assert said.what == "Synthetic P1 asks: annual leave, Mon 11 to Tue 12 January."
    assert said.costs["grant"].startswith(
        "2 published shifts would have nobody, 15 h: Mon 11 Jan 07:00–15:00, Nurse, Urgent"
        " community response, Site A; Tue 12 Jan 13:30–21:30"
    )
    assert "2 people would be away on Tue 12 Jan; at most 1 may be." in said.costs["grant"]
    assert said.costs["refuse"] == "nothing changes."
    assert str(told.id) in said.command
    assert waiting(manager(repository, "b", "B")) == []
    assert waiting(own) == []
    grant(op, told.id)
    assert waiting(op) == []


def test_a_request_that_costs_nothing_or_cannot_be_says_so(repository: Repository) -> None:
    later = MONDAY + timedelta(days=7)
    ask(as_staff(repository, "P1"), "P1", LeaveAsked(later, later), NOON)
    [item] = waiting(repository)
    assert words(repository, item).costs["grant"] == "no published shift changes."
    repository.requests.ask("P2", PatternAsked(MONDAY, 1, ((1, "N"),)), BEFORE)
    night = next(row for row in repository.facts("shift_type") if row.cell("id") == "N")
    nights = [row for row in repository.facts("demand") if row.cell("shift_type_id") == "N"]
    repository.change([RowChange(row, None) for row in (*nights, night)])
    other, _ = waiting(repository)
    cannot = words(repository, other).costs["grant"]
    assert cannot == "it cannot be granted any more: There is no shift 'N' any more."


def test_who_is_sick_leaves_shifts_to_cover_until_they_are(repository: Repository) -> None:
    op = manager(repository, "op", "A")
    ask(as_staff(repository, "P1"), "P1", SickAsked(MONDAY, TUESDAY), NOON)
    [item] = waiting(op, NOON)
    assert isinstance(item, WaitingCover)
    said = words(repository, item)
    assert said.what.startswith("Synthetic P1 is sick: 2 published shifts have nobody: Mon 11 Jan")
    assert said.ids["demand_ids"] == ["SA-0111-E-RN", "SA-0112-L-RN"]
    assert item.header.id in said.command
    assert waiting(manager(repository, "b", "B"), NOON) == []
    after = NOON + timedelta(hours=4)
    [left] = waiting(op, after)
    assert isinstance(left, WaitingCover)
    assert [line.demand_id for line in left.shifts] == ["SA-0112-L-RN"]
    assert waiting(op, NOON + timedelta(days=2)) == []
    take_leave_back(repository, "P1", MONDAY, TUESDAY)
    assert waiting(op, NOON) == [], "they are back"


def test_other_leave_in_the_place_of_sickness_is_no_sickness(repository: Repository) -> None:
    ask(as_staff(repository, "P1"), "P1", SickAsked(MONDAY, TUESDAY), NOON)
    tell_leave(repository, "P1", MONDAY, TUESDAY, "carer")
    assert waiting(repository, NOON) == []


def test_sickness_over_midnight_leaves_the_night_open(repository: Repository) -> None:
    """Told at two in the morning, of a shift that began the day before."""
    night = NOON + timedelta(hours=14)
    ask(as_staff(repository, "P4"), "P4", SickAsked(TUESDAY, TUESDAY), night)
    [item] = waiting(repository, night)
    assert isinstance(item, WaitingCover)
    assert [line.demand_id for line in item.shifts] == ["SA-0111-N-RN"]


def test_sickness_without_shifts_waits_for_nobody(repository: Repository) -> None:
    ask(as_staff(repository, "P1"), "P1", SickAsked(TUESDAY, TUESDAY), NOON)
    ask(as_staff(repository, "PJ"), "PJ", SickAsked(MONDAY, TUESDAY), NOON)
    assert [type(item).__name__ for item in waiting(repository, NOON)] == ["WaitingCover"]


def test_an_answer_waits_for_the_person_until_they_know(repository: Repository) -> None:
    own = as_staff(repository, "P1")
    yes = ask(own, "P1", LeaveAsked(MONDAY, MONDAY), BEFORE)
    no = ask(own, "P1", LeaveAsked(TUESDAY, TUESDAY, "other"), BEFORE)
    ask(own, "P1", WishAsked(MONDAY, "E", 2), BEFORE)
    grant(repository, yes.id)
    refuse(repository, no.id, "Two are away already.")
    items = waiting(own)
    assert [one.request.id for one in items if isinstance(one, WaitingAnswer)] == [yes.id, no.id]
    assert [words(repository, one).what for one in items] == [
        "You asked: annual leave, Mon 11 January. It is granted.",
        "You asked: leave, Tue 12 January. It is refused: Two are away already.",
    ]
    know_answer(own, "P1", yes.id)
    know_answer(own, "P1", no.id)
    assert waiting(own) == []


def test_everything_that_is_told_has_words() -> None:
    names = {"E": "Early", "L": "Late"}
    told: dict[str, Asked] = {
        "sickness, Mon 11 January": SickAsked(MONDAY, MONDAY),
        "study leave, Mon 11 to Tue 12 January": LeaveAsked(MONDAY, TUESDAY, "study"),
        "a wish not to work Early on Mon 11 January (3 points)": WishAsked(MONDAY, "E", -3),
        "a wish to work any shift on Mon 11 January (1 point)": WishAsked(MONDAY, None, 1),
        "no wish any more about Late on Mon 11 January": WishAsked(MONDAY, "L"),
        "no fixed pattern any more, from Mon 11 January": PatternAsked(MONDAY),
        "a pattern of 1 week from Mon 11 January: Mon Early, Sun Late": PatternAsked(
            MONDAY, 1, ((7, "L"), (1, "E"))
        ),
        "a pattern of 3 weeks from Tue 12 January: week 1: Tue Early; week 2: off;"
        " week 3: Mon Late": PatternAsked(TUESDAY, 3, ((1, "E"), (21, "L"))),
        "no work for other hosts, no limit on the journey": ConsentAsked(False),
        "work for other hosts, journeys up to 40 minutes": ConsentAsked(True, 40),
    }
    for text, asked in told.items():
        assert asked_words(asked, names.__getitem__) == text
    states = {
        "waits for an answer": StaffRequest(1, "P1", SickAsked(MONDAY, MONDAY), NOON),
        "done": StaffRequest(1, "P1", SickAsked(MONDAY, MONDAY), NOON, "granted"),
        "granted: well": StaffRequest(
            1, "P1", SickAsked(MONDAY, MONDAY), NOON, "granted", NOON, "a", "well"
        ),
        "taken back": StaffRequest(1, "P1", SickAsked(MONDAY, MONDAY), NOON, "taken_back"),
    }
    assert {state_words(one) for one in states.values()} == set(states)
