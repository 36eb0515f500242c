"""What somebody tells: at once or as a request, of one employer or two, judged as it is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound, NotPermitted
from scheduler.domain.facts import REQUEST_KINDS, RequestRule
from scheduler.domain.request import (
    Asked,
    ConsentAsked,
    LeaveAsked,
    PatternAsked,
    SickAsked,
    WishAsked,
    from_text,
    to_text,
)
from scheduler.services.accounts import audit
from scheduler.services.facts.history import history
from scheduler.services.facts.leave import KINDS, KeptAlready, tell_leave
from scheduler.services.requests.answering import open_requests
from scheduler.services.requests.telling import (
    AT_ONCE,
    ask,
    becomes_fact,
    know_answer,
    requests_of,
    take_back,
)
from scheduler.services.requests.words import asked_words
from scheduler.storage.repository import Repository
from tests.factories import MONDAY
from tests.scheduler.services.requests.conftest import NOON, a_day, as_staff, manager, rows_of

TUESDAY = MONDAY + timedelta(days=1)
EVERY: tuple[Asked, ...] = (
    SickAsked(MONDAY, TUESDAY),
    LeaveAsked(MONDAY, TUESDAY, "study"),
    WishAsked(TUESDAY, "E", -3),
    WishAsked(TUESDAY),
    PatternAsked(MONDAY, 2, ((1, "E"), (9, "L"))),
    ConsentAsked(False, 40),
    ConsentAsked(True),
    ConsentAsked(True, None, ("B",), 3),
)


def rule(repository: Repository, organisation_id: str, kind: str, *, at_once: bool) -> None:
    row = RequestRule.model_validate(
        {"organisation_id": organisation_id, "kind": kind, "at_once": at_once}
    )
    repository.store(Dataset(request_rule=(row,)))


@pytest.mark.parametrize("asked", EVERY, ids=str)
def test_what_is_told_comes_back_from_its_text(asked: Asked) -> None:
    assert from_text(to_text(asked)) == asked


def test_every_kind_has_its_default_and_leave_its_kinds() -> None:
    assert set(AT_ONCE) == set(REQUEST_KINDS)
    for kind in ("annual", "study", "parental", "carer", "other"):
        assert kind in KINDS
        # a loop loses that these are the very kinds
        asked = from_text(to_text(LeaveAsked(MONDAY, MONDAY, kind)))  # type: ignore[arg-type]
        assert isinstance(asked, LeaveAsked)
        assert asked.leave == kind


def test_sickness_is_a_fact_at_once_with_its_request(repository: Repository) -> None:
    own = as_staff(repository, "P1")
    told = ask(own, "P1", SickAsked(MONDAY, TUESDAY), NOON)
    assert (told.state, told.answered_by, told.at_once) == ("granted", None, True)
    assert told.seen_at == told.answered_at == told.at
    assert rows_of(repository, "leave", "P1") == [
        {"staff_id": "P1", "from_date": a_day(0), "to_date": a_day(1), "kind": "sick"}
    ]
    [latest, *_] = history(repository)
    assert (latest.change_set.number, latest.change_set.account) == (told.change_set, "os:P1")
    deed = audit.deeds(repository)[-1]
    assert deed.what == (
        f"told request {told.id}, of person P1, which became change {told.change_set} at once"
    )
    assert "sick" not in deed.what
    assert requests_of(own, "P1") == [told]


def test_leave_waits_and_no_fact_changes(repository: Repository) -> None:
    own = as_staff(repository, "P1")
    before = repository.dataset().sha256()
    told = ask(own, "P1", LeaveAsked(MONDAY, TUESDAY), NOON)
    assert (told.state, told.change_set, told.at_once) == ("open", None, False)
    assert ask(own, "P1", LeaveAsked(MONDAY, TUESDAY), NOON) == told, "said twice, it is one"
    assert repository.dataset().sha256() == before
    assert open_requests(manager(repository, "op", "A")) == [told]


def test_a_wish_comes_changes_and_goes(repository: Repository) -> None:
    own = as_staff(repository, "P1")
    for weight, cell in ((2, "2"), (-3, "-3")):
        assert ask(own, "P1", WishAsked(TUESDAY, "E", weight), NOON).state == "granted"
        assert [row["weight"] for row in rows_of(repository, "preference", "P1")] == [cell]
    ask(own, "P1", WishAsked(TUESDAY, None, 1), NOON)
    assert len(rows_of(repository, "preference", "P1")) == 2, "any work that day is another wish"
    with pytest.raises(KeptAlready, match="kept already"):
        ask(own, "P1", WishAsked(TUESDAY, "E", -3), NOON)
    ask(own, "P1", WishAsked(TUESDAY, "E"), NOON)
    with pytest.raises(KeptAlready, match="no such wish"):
        ask(own, "P1", WishAsked(TUESDAY, "E"), NOON)
    assert [row["shift_type_id"] for row in rows_of(repository, "preference", "P1")] == [""]


def test_consent_may_be_to_some_hosts_alone(repository: Repository) -> None:
    own = as_staff(repository, "P1")
    ask(own, "P1", ConsentAsked(True, None, ("B",)), NOON)
    [row] = rows_of(repository, "staff", "P1")
    assert row["agreed_hosts"] == "B"
    with pytest.raises(BadRequest, match="organisations that there are"):
        ask(own, "P1", ConsentAsked(True, None, ("B", "ELSEWHERE")), NOON)
    ask(own, "P1", ConsentAsked(True, None), NOON)
    [row] = rows_of(repository, "staff", "P1")
    assert row["agreed_hosts"] == "", "any again"


def test_consent_may_be_to_so_many_shifts_a_month(repository: Repository) -> None:
    own = as_staff(repository, "P1")
    ask(own, "P1", ConsentAsked(True, most_shifts=0), NOON)
    assert rows_of(repository, "staff", "P1")[0]["most_shifts_elsewhere"] == "0"
    for number in (-1, 63):
        with pytest.raises(BadRequest, match="from 0 to 62"):
            ask(own, "P1", ConsentAsked(True, most_shifts=number), NOON)
    with pytest.raises(KeptAlready):
        ask(own, "P1", ConsentAsked(True, most_shifts=0), NOON)
    ask(own, "P1", ConsentAsked(True), NOON)
    assert rows_of(repository, "staff", "P1")[0]["most_shifts_elsewhere"] == "", "any number again"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (ConsentAsked(True), "work for other hosts, no limit on the journey"),
        (
            ConsentAsked(True, 40, ("B",), 1),
            "work for other hosts (1 of them), at most 1 shift a month, journeys up to 40 minutes",
        ),
        (
            ConsentAsked(True, None, (), 0),
            "work for other hosts, at most 0 shifts a month, no limit on the journey",
        ),
        (ConsentAsked(False, None, (), 3), "no work for other hosts, no limit on the journey"),
    ],
)
def test_consent_in_words(asked: Asked, words: str) -> None:
    assert asked_words(asked, str) == words


def test_consent_changes_these_columns_alone(repository: Repository) -> None:
    [before] = rows_of(repository, "staff", "P1")
    ask(as_staff(repository, "P1"), "P1", ConsentAsked(False, 40), NOON)
    [after] = rows_of(repository, "staff", "P1")
    changed = {name: cell for name, cell in after.items() if before[name] != cell}
    assert changed == {"accepts_other_hosts": "no", "max_travel_minutes": "40"}
    with pytest.raises(KeptAlready, match="agreed already"):
        ask(as_staff(repository, "P1"), "P1", ConsentAsked(False, 40), NOON)


def test_a_pattern_ends_the_one_before_and_none_begins_after_it(repository: Repository) -> None:
    rule(repository, "A", "pattern", at_once=True)
    own = as_staff(repository, "P1")

    def told(asked: PatternAsked) -> list[tuple[str, ...]]:
        assert ask(own, "P1", asked, NOON).state == "granted"
        names = ("from_date", "to_date", "cycle_days", "day", "shift_type_id")
        found = rows_of(repository, "base_pattern", "P1")
        return sorted(tuple(row[name] for name in names) for row in found)

    later = MONDAY + timedelta(days=28)
    assert told(PatternAsked(later, 1, ((1, "E"),))) == [(str(later), "", "7", "1", "E")]
    first = (str(MONDAY), "", "14", "1", "E"), (str(MONDAY), "", "14", "9", "L")
    assert told(PatternAsked(MONDAY, 2, ((9, "L"), (1, "E")))) == sorted(first)
    eve = str(later - timedelta(days=1))
    ended = [(row[0], eve, *row[2:]) for row in sorted(first)]
    assert told(PatternAsked(later, 1, ((2, "D"),))) == sorted(
        [*ended, (str(later), "", "7", "2", "D")]
    )
    assert told(PatternAsked(later, 1)) == ended, "no pattern from then on"
    with pytest.raises(KeptAlready, match="is that already"):
        ask(own, "P1", PatternAsked(later, 1), NOON)
    last = later - timedelta(days=1)
    cut = sorted((row[0], str(last - timedelta(days=1)), *row[2:]) for row in ended)
    assert told(PatternAsked(last, 1)) == cut, "it would have ended on that very day"


def test_of_two_employers_both_have_to_agree(repository: Repository) -> None:
    assert not becomes_fact(repository, "PJ", "leave")
    rule(repository, "A", "leave", at_once=True)
    assert becomes_fact(repository, "P1", "leave")
    assert not becomes_fact(repository, "PJ", "leave")
    assert not becomes_fact(repository, "P3", "leave"), "B has said nothing"
    rule(repository, "B", "leave", at_once=True)
    assert becomes_fact(repository, "PJ", "leave")
    rule(repository, "B", "wish", at_once=False)
    assert not becomes_fact(repository, "PJ", "wish")
    asked = WishAsked(TUESDAY, "E", 2)
    assert ask(as_staff(repository, "PJ"), "PJ", asked, NOON).state == "open"
    assert ask(as_staff(repository, "P1"), "P1", asked, NOON).state == "granted"


def test_one_row_an_employer_and_kind(repository: Repository) -> None:
    rule(repository, "A", "leave", at_once=True)
    with pytest.raises(BadInput, match="request_rule"):
        rule(repository, "A", "leave", at_once=False)


def test_nobody_tells_for_another(repository: Repository) -> None:
    for acting in (as_staff(repository, "P2"), manager(repository, "op", "A")):
        with pytest.raises(NotPermitted):
            ask(acting, "P1", SickAsked(MONDAY, MONDAY), NOON)
    told = ask(as_staff(repository, "P1"), "P1", LeaveAsked(MONDAY, MONDAY), NOON)
    other = as_staff(repository, "P2")
    for deed in (take_back, know_answer):
        with pytest.raises(NotPermitted):
            deed(other, "P1", told.id)
        with pytest.raises(NotFound, match="of theirs"):
            deed(other, "P2", told.id)
    with pytest.raises(NotPermitted):
        requests_of(other, "P1")
    with pytest.raises(NotFound):
        ask(repository, "P9", SickAsked(MONDAY, MONDAY), NOON)


def test_what_waits_is_taken_back_once(repository: Repository) -> None:
    own = as_staff(repository, "P1")
    told = ask(own, "P1", LeaveAsked(MONDAY, MONDAY), NOON)
    back = take_back(own, "P1", told.id)
    assert (back.state, back.seen_at is None) == ("taken_back", False)
    assert open_requests(repository) == []
    with pytest.raises(BadRequest, match="taken back already"):
        take_back(own, "P1", told.id)
    assert audit.deeds(repository)[-1].what == f"took back request {told.id}, of person P1"
    again = ask(own, "P1", LeaveAsked(MONDAY, MONDAY), NOON)
    assert again.id != told.id


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (SickAsked(TUESDAY, MONDAY), ["lies before the first"]),
        (SickAsked(MONDAY, MONDAY + timedelta(days=28)), ["longer than 28 days"]),
        (SickAsked(MONDAY - timedelta(days=7), MONDAY), ["from a week ago until tomorrow"]),
        (SickAsked(MONDAY + timedelta(days=2), MONDAY + timedelta(days=2)), ["until tomorrow"]),
        (LeaveAsked(MONDAY - timedelta(days=1), MONDAY), ["Sun 10 January, is over"]),
        (LeaveAsked(date(2072, 1, 1), date(2072, 1, 2)), ["is the year right"]),
        (WishAsked(date(2026, 1, 1), "X", 11), ["is over", "no shift 'X'", "11"]),
        (WishAsked(TUESDAY, "E", 0), ["not 0"]),
        (WishAsked(TUESDAY, "E", float("nan")), ["not nan"]),
        (PatternAsked(MONDAY, 0), ["1 to 52 weeks"]),
        (PatternAsked(MONDAY, 1, ((8, "E"),)), ["beyond its 7 days"]),
        (PatternAsked(MONDAY, 1, ((1, "E"), (1, "E"))), ["twice on the same day"]),
        (PatternAsked(MONDAY, 1, ((1, "E"), (1, "D"))), ["does not overlap"]),
        (PatternAsked(MONDAY, 1, ((1, "X"), (2, "Y"))), ["no shift 'X'", "no shift 'Y'"]),
        (ConsentAsked(True, -1), ["a number of minutes"]),
        (ConsentAsked(True, float("nan")), ["a number of minutes"]),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_at_once_and_nothing_is_kept(
    repository: Repository, asked: Asked, words: list[str]
) -> None:
    before = repository.dataset().sha256()
    with pytest.raises(BadRequest) as refused:
        ask(repository, "P1", asked, NOON)
    for each in words:
        assert each in str(refused.value)
    assert ".csv" not in str(refused.value)
    assert repository.requests.of_person("P1") == []
    assert repository.dataset().sha256() == before


def test_the_edges_of_sickness_are_taken(repository: Repository) -> None:
    asked = SickAsked(MONDAY - timedelta(days=6), MONDAY + timedelta(days=21))
    assert ask(repository, "P1", asked, NOON).state == "granted"
    tomorrow = SickAsked(TUESDAY, TUESDAY)
    assert ask(repository, "P2", tomorrow, NOON).state == "granted"


def test_sickness_takes_the_place_of_leave(repository: Repository) -> None:
    tell_leave(repository, "P1", MONDAY, MONDAY + timedelta(days=4), "annual")
    ask(as_staff(repository, "P1"), "P1", SickAsked(TUESDAY, TUESDAY), NOON)
    found = [(row["kind"], row["from_date"]) for row in rows_of(repository, "leave", "P1")]
    assert sorted(found) == [("annual", a_day(0)), ("annual", a_day(2)), ("sick", a_day(1))]
    with pytest.raises(KeptAlready):
        ask(as_staff(repository, "P1"), "P1", SickAsked(TUESDAY, TUESDAY), NOON)


def test_today_is_londons_also_where_the_clocks_change(repository: Repository) -> None:
    """Half past midnight of 29 March in London, when summer time begins an hour later, and of 28
    June, which is the evening before by UTC."""
    for now, today in (
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), date(2027, 3, 28)),
        (datetime(2027, 6, 27, 23, 30, tzinfo=UTC), date(2027, 6, 28)),
    ):
        with pytest.raises(BadRequest, match="is over"):
            ask(repository, "P1", LeaveAsked(today - timedelta(days=1), today), now)
        assert ask(repository, "P1", LeaveAsked(today, today), now).state == "open"


def test_nothing_is_told_by_half(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts and the request are one transaction."""
    monkeypatch.setattr("scheduler.storage.staff_requests.to_text", lambda asked: None)
    before = repository.dataset().sha256()
    with pytest.raises(Exception, match="(?i)null"):
        ask(repository, "P1", SickAsked(MONDAY, MONDAY), NOON)
    assert repository.dataset().sha256() == before
    assert repository.change_sets()[0].kind == "import"
