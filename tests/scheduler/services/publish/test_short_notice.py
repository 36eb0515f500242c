"""What was changed too late is counted from every publication there ever was."""

from datetime import timedelta

import pytest

from scheduler.services.edit import commands, edit
from scheduler.services.edit.commands import Seat
from scheduler.services.publish.publish import publish
from scheduler.services.publish.short_notice import short_notice
from scheduler.services.publish.withdraw import withdraw
from scheduler.services.sign_off.answer import approve
from scheduler.services.sign_off.standing import sign_off_state
from scheduler.storage.repository import Repository
from tests.conftest import NewDatabase
from tests.factories import MONDAY
from tests.scheduler.services.handmade import stored
from tests.scheduler.services.sign_off.conftest import HOME, LENT, THERE, week

SUNDAY = MONDAY + timedelta(days=6)


def published(repository: Repository, roster_id: str, reason: str | None = None) -> None:
    for one in sign_off_state(repository, roster_id).waiting:
        approve(repository, roster_id, one.organisation_id, one.step)
    publish(repository, roster_id, reason=reason)


@pytest.mark.parametrize(("notice", "late"), [("3650", 1), ("0", 0)])
def test_a_change_within_the_notice_period_counts_and_no_later_version_hides_it(
    notice: str, late: int, new_database: NewDatabase
) -> None:
    with Repository(new_database()) as repository:
        tables = week()
        tables["approval_scheme"][0]["notice_days"] = notice
        first = stored(repository, tables, ("P1", HOME), ("P2", LENT), ("P3", THERE))
        published(repository, first)
        found = short_notice(repository, "COL", MONDAY, SUNDAY)
        assert (found.changes, found.late) == (0, ()), "published for the first time"
        done = edit.edit(repository, first, commands.unassign(Seat("P2", LENT)))
        published(repository, done.roster_id, "P2 is needed at home")
        found = short_notice(repository, "COL", MONDAY, SUNDAY)
        assert (found.changes, len(found.late)) == (1, late)
        if late:
            (one,) = found.late
            assert (one.staff_id, one.day, one.got) == ("P2", MONDAY, ())
            assert one.reason == "P2 is needed at home"
            assert one.ahead > timedelta(0)
        again = edit.edit(repository, done.roster_id, commands.assign("P2", LENT))
        published(repository, again.roster_id, "There again")
        found = short_notice(repository, "COL", MONDAY, SUNDAY)
        assert (found.changes, len(found.late)) == (2, 2 * late), "as it was is a change too"
        assert not short_notice(repository, "COL", SUNDAY, SUNDAY).changes


def test_what_is_withdrawn_is_a_change_of_those_who_had_it(new_database: NewDatabase) -> None:
    with Repository(new_database()) as repository:
        tables = week()
        tables["approval_scheme"][0]["notice_days"] = "3650"
        first = stored(repository, tables, ("P1", HOME), ("P3", THERE))
        published(repository, first)
        withdraw(repository, first, "The wrong week")
        found = short_notice(repository, "COL", MONDAY, SUNDAY)
        assert {(one.staff_id, one.reason) for one in found.late} == {
            ("P1", "The wrong week"),
            ("P3", "The wrong week"),
        }
        assert all(one.lost and not one.got for one in found.late)


def test_what_is_published_again_does_not_hide_that_it_was_withdrawn(
    new_database: NewDatabase,
) -> None:
    with Repository(new_database()) as repository:
        tables = week()
        tables["approval_scheme"][0]["notice_days"] = "3650"
        first = stored(repository, tables, ("P1", HOME), ("P3", THERE))
        for again in range(3):
            published(repository, first, f"for the {again + 1}. time")
            withdraw(repository, first, f"taken back {again + 1}")
        published(repository, first, "for good")
        found = short_notice(repository, "COL", MONDAY, SUNDAY)
        told = [(one.staff_id, bool(one.lost), one.reason) for one in found.late]
        assert [one for one in told if one[0] == "P1"] == [
            ("P1", True, "taken back 1"),
            ("P1", True, "taken back 2"),
            ("P1", True, "taken back 3"),
        ]
        header = repository.roster_header(first)
        assert (header.status, header.published_reason) == ("published", "for good")
        earlier = repository.earlier_publications([header])
        assert [one.published_reason for one in earlier] == [
            f"for the {again + 1}. time" for again in range(3)
        ]
        assert [len(one.lost) + len(one.got) for one in repository.notices.of_person("P1")] == (
            [1] * 7
        )


def test_without_a_scheme_nothing_is_short(new_database: NewDatabase) -> None:
    with Repository(new_database()) as repository:
        tables = week()
        tables["approval_scheme"], tables["approval_post"] = [], []
        first = stored(repository, tables, ("P1", HOME))
        published(repository, first)
        done = edit.edit(repository, first, commands.unassign(Seat("P1", HOME)))
        published(repository, done.roster_id, "Not needed")
        found = short_notice(repository, "COL", MONDAY, SUNDAY)
        assert (found.notice_days, found.changes, found.late) == (None, 1, ())
