"""What has history ends, and is not deleted; what never began goes."""

from datetime import date

import pytest

from scheduler.domain.change_set import changed_dataset
from scheduler.domain.consistency import faults
from scheduler.domain.errors import BadRequest
from scheduler.services.facts.ending import ending
from tests.scheduler.storage import sample

DATASET = sample.dataset()
LAST = date(2027, 1, 31)


def test_a_person_ends_with_all_that_is_dated_of_theirs() -> None:
    [person] = [row for row in DATASET.staff if row.id == "S1"]
    found = ending(DATASET, person, LAST)
    after = changed_dataset(DATASET, found.changes)
    assert after.staff == DATASET.staff, "they stay known"
    assert not faults(after, lambda *_: 1)
    for file in ("contract", "passport", "staff_competency", "procedure_sign_off", "leave"):
        for row in after.rows(file):
            if row.cell("staff_id") == "S1":
                end = row.cell("to_date") or row.cell("valid_to")
                assert end, row
                assert end <= str(LAST), row
    others = [row for row in after.contract if row.staff_id != "S1"]
    assert others == [row for row in DATASET.contract if row.staff_id != "S1"]
    with pytest.raises(BadRequest, match="has ended"):
        ending(after, person, LAST)


def test_what_would_begin_later_is_withdrawn_and_what_ended_before_stays() -> None:
    [person] = [row for row in DATASET.staff if row.id == "S1"]
    first = min(row.from_date for row in DATASET.contract if row.staff_id == "S1")
    gone = ending(DATASET, person, first.replace(year=first.year - 1)).changes
    assert {change.what for change in gone if change.file == "contract"} == {"removed"}


def test_an_organisation_ends_and_what_has_no_dates_is_named() -> None:
    [organisation] = [row for row in DATASET.organisation if row.id == "R1"]
    found = ending(DATASET, organisation, LAST)
    assert {"membership", "contract", "procedure_version"} <= {one.file for one in found.changes}
    assert any("service host" in note for note in found.notes)


def test_a_dated_row_ends_by_itself_and_others_say_why_they_cannot() -> None:
    [contract] = [row for row in DATASET.contract if row.id == "C1"]
    [change] = ending(DATASET, contract, LAST).changes
    assert change.after is not None
    assert change.after.cell("to_date") == str(LAST)
    assert change.differing() == ["to_date"]
    with pytest.raises(BadRequest, match="ends on 2027-01-31 already"):
        ending(DATASET, change.after, LAST)
    with pytest.raises(BadRequest, match="no last day"):
        ending(DATASET, DATASET.site[0], LAST)
