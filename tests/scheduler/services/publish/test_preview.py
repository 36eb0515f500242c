"""What publishing changes is said before, and who changes what counts already says why."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from scheduler.domain.errors import BadRequest
from scheduler.domain.roster import AssignmentLine
from scheduler.services.accounts.audit import deeds
from scheduler.services.publish.preview import preview, to_json
from scheduler.services.publish.publish import NeedsReason, publish, standing
from scheduler.services.publish.withdraw import withdraw
from scheduler.storage.repository import Repository
from tests.scheduler.storage import sample

TODAY = date.today()
FIRST = TODAY + timedelta(days=10)
WEEKS = [FIRST + timedelta(days=7 * week) for week in range(4)]

pytestmark = pytest.mark.usefixtures("any_roster_stands")


@pytest.fixture
def repository() -> Iterator[Repository]:
    with Repository("sqlite://") as found:
        found.store(sample.dataset())
        yield found


def shift(staff_id: str, day: date, **more: str) -> AssignmentLine:
    return sample.line(
        **{
            "demand_id": f"{day}",
            "staff_id": staff_id,
            "contract_id": f"C{staff_id[1:]}",
            "start": f"{day}T07:00",
            "end": f"{day}T15:00",
            **more,
        }
    )


def saved(repository: Repository, first: date, days: int, *lines: AssignmentLine) -> str:
    return repository.save_roster(sample.document(*lines, start=first, days=days), sample.dataset())


@pytest.fixture
def long_id(repository: Repository) -> str:
    """Four weeks, published: S1 on the first day of each."""
    roster_id = saved(repository, FIRST, 28, *(shift("S1", week) for week in WEEKS))
    publish(repository, roster_id)
    return roster_id


def test_what_is_published_for_the_first_time(repository: Repository) -> None:
    roster_id = saved(repository, FIRST, 7, shift("S1", FIRST), shift("S2", FIRST))
    found = preview(repository, roster_id)
    assert (found.replaces, found.told, found.needs_reason) == ((), (), False)
    assert (found.fresh_shifts, found.fresh_people) == (2, 2)
    assert found.what == "2 shifts of 2 people"
    [sentence] = found.sentences
    assert sentence.endswith("nothing is published yet: 2 shifts of 2 people become known.")


def test_the_same_again_changes_nothing_for_anybody(repository: Repository, long_id: str) -> None:
    again = saved(repository, WEEKS[1], 7, shift("S1", WEEKS[1]))
    found = preview(repository, again)
    assert found.difference is not None
    assert found.difference.equal
    assert (found.needs_reason, found.what) == (False, "")
    [sentence] = found.sentences
    assert sentence.startswith("Nothing changes for anybody on ")
    assert publish(repository, again).header.published_reason is None


def test_against_what_counts_on_each_date(repository: Repository, long_id: str) -> None:
    """The second week was published into four; what comes now spans its border and goes beyond."""
    second = saved(repository, WEEKS[1], 7, shift("S2", WEEKS[1]))
    publish(repository, second, reason="S1 is away")
    draft = saved(
        repository,
        WEEKS[0],
        35,
        shift("S1", WEEKS[0], start=f"{FIRST}T09:00"),
        shift("S3", WEEKS[1]),
        shift("S1", WEEKS[2] + timedelta(days=1)),
        shift("S1", WEEKS[3]),
        shift("S4", WEEKS[3] + timedelta(days=9)),
    )
    found = preview(repository, draft)
    assert {header.id for header in found.replaces} == {long_id, second}
    assert (len(found.replaced), len(found.fresh)) == (28, 7)
    told = {
        one.staff_id: [
            (shift.days_ahead, bool(shift.lost), bool(shift.got)) for shift in one.shifts
        ]
        for one in found.told
    }
    assert told == {
        "S1": [(10, True, True), (24, True, False), (25, False, True)],
        "S2": [(17, True, False)],
        "S3": [(17, False, True)],
    }
    assert [one.name for one in found.told] == ["Ada Åström", "Ben O'Neil", "Cara"]
    first = found.told[0].shifts[0]
    assert first.soon == "in 10 days"
    assert first.sentence.startswith("works ")
    assert " 09:00–15:00, " in first.sentence
    assert " instead of " in first.sentence
    assert found.told[1].shifts[0].sentence.startswith("no longer works ")
    assert found.what == "5 changed shifts of 3 people and 1 new shift of 1 person"
    assert found.sentences[1] == "5 published shifts of 3 people change, the first in 10 days."
    assert to_json(found)["told"][1]["shifts"][0]["days_ahead"] == 17


def test_who_changes_what_counts_says_why(repository: Repository, long_id: str) -> None:
    draft = saved(repository, WEEKS[1], 7, shift("S2", WEEKS[1]))
    for reason in (None, "  "):
        with pytest.raises(NeedsReason, match="2 changed shifts of 2 people") as caught:
            publish(repository, draft, reason=reason)
    assert caught.value.preview.changed_shifts == 2
    assert repository.roster_header(draft).status == "draft"
    header = publish(repository, draft, reason=" S1 is away ").header
    assert header.published_reason == "S1 is away"
    said = deeds(repository)[-1].what
    assert said == f"published roster {draft}, over what was published before: S1 is away"


def test_calls_of_temporary_workers_want_a_reason_too(repository: Repository, long_id: str) -> None:
    supply = {"temporary_supply_id": "AG1", "contract_id": "", "pay": "agency"}
    lines = shift("S1", WEEKS[1]), shift("", WEEKS[1], demand_id="X", **supply)
    found = preview(repository, saved(repository, WEEKS[1], 7, *lines))
    assert (found.told, found.calls, found.needs_reason) == ((), 1, True)
    assert found.what == "1 changed call of temporary workers"
    assert found.sentences == ("1 published call of temporary workers changes.",)


def test_what_cannot_be_published_says_why_beforehand(repository: Repository, long_id: str) -> None:
    assert "published already" in str(preview(repository, long_id).refusal)
    scenario = repository.save_roster(sample.document(), sample.dataset(), kind="scenario")
    assert "scenario" in str(preview(repository, scenario).refusal)


def test_a_withdrawn_publication_gives_way_to_those_before_it(
    repository: Repository, long_id: str
) -> None:
    second = saved(repository, WEEKS[1], 7, shift("S2", WEEKS[1]))
    publish(repository, second, reason="S1 is away")
    with pytest.raises(BadRequest, match="a reason in words"):
        withdraw(repository, second, " ")
    done = withdraw(repository, second, "the wrong week")
    assert [header.id for header in done.again] == [long_id]
    assert standing(done.header) == "withdrawn"
    assert standing(done.again[0]) == "published"
    assert deeds(repository)[-1].what == (
        f"withdrew the publication of roster {second}: the wrong week"
    )
    found = preview(repository, second)
    assert (found.refusal, found.changed_shifts) == (None, 2)
    assert publish(repository, second, reason="the right one").header.status == "published"
