"""A sign-off in the host's version of a procedure, or in one that the host accepts."""

import pytest

from tests.factories import (
    Tables,
    need,
)
from tests.scheduler.domain.deployability.world import D, accept, kinds, sign, standardised


@pytest.mark.parametrize(
    ("organisation", "version", "good"),
    [("B", "v2", True), ("B", "v1", False), ("A", "v1", False), ("A", "v2", False)],
)
def test_a_sign_off_counts_in_the_hosts_current_version(
    organisation: str, version: str, good: bool
) -> None:
    tables, row = standardised()
    sign(tables, organisation, version)
    assert kinds(tables, row) == ([] if good else ["procedure"])


@pytest.mark.parametrize(
    ("from_", "host", "first", "last", "good"),
    [
        ("A", "B", D[1], D[2], True),
        ("A", "B", D[1], D[1], False),  # ends before the night does
        ("A", "B", D[2], "", False),
        ("B", "A", "2020-01-01", "", False),  # directed
        ("X", "B", "2020-01-01", "", False),
    ],
)
def test_a_host_accepts_anothers_version_while_it_says_so(
    from_: str, host: str, first: str, last: str, good: bool
) -> None:
    tables, row = standardised()
    sign(tables, "A", "v1")
    accept(tables, from_, host, first, last)
    assert kinds(tables, row) == ([] if good else ["procedure"])


def test_equivalence_is_not_transitive() -> None:
    tables, row = standardised()
    sign(tables, "X", "v3")
    accept(tables, "X", "A")
    accept(tables, "A", "B")
    assert kinds(tables, row) == ["procedure"]


def test_an_accepted_sign_off_must_be_in_the_version_by_which_its_organisation_works() -> None:
    tables, row = standardised()
    accept(tables, "A", "B")
    sign(tables, "A", "v0")
    assert kinds(tables, row) == ["procedure"]


def new_version(tables: Tables, organisation_id: str, version: str, day: int) -> None:
    """From D[day] on the organisation works by another version."""
    row = next(
        row for row in tables["procedure_version"] if row["organisation_id"] == organisation_id
    )
    tables["procedure_version"].append({**row, "version": version, "from_date": D[day]})
    row["to_date"] = D[day - 1]


def test_a_version_that_changes_at_midnight_asks_for_both() -> None:
    tables, row = standardised()
    new_version(tables, "B", "v2.1", 2)
    sign(tables, "B", "v2")
    assert kinds(tables, row) == ["procedure"]
    sign(tables, "B", "v2.1")
    assert kinds(tables, row) == []


def test_a_version_that_changes_in_mid_week_ends_an_old_sign_off() -> None:
    tables, row = standardised()
    new_version(tables, "B", "v2.1", 4)
    sign(tables, "B", "v2")
    later = need(tables, 3, "E", site_id="SB")
    assert kinds(tables, row) == []
    assert kinds(tables, later) == ["procedure"]


def test_each_date_may_stand_on_another_organisations_version() -> None:
    tables, row = standardised()
    accept(tables, "A", "B", D[2])
    sign(tables, "B", "v2", last=D[1])
    sign(tables, "A", "v1", first=D[2])
    assert kinds(tables, row) == []


def test_where_the_host_has_no_version_an_accepted_one_still_does() -> None:
    tables, row = standardised()
    del tables["procedure_version"][1]
    sign(tables, "B", "v2")
    assert kinds(tables, row) == ["procedure"]
    sign(tables, "A", "v1")
    accept(tables, "A", "B")
    assert kinds(tables, row) == []


def test_the_sign_offs_organisation_need_not_be_the_employer() -> None:
    tables, _ = standardised()
    sign(tables, "A", "v1")
    tables["service_host"][1]["organisation_id"] = "B"
    tables["service_host"][0]["organisation_id"] = "B"
    accept(tables, "A", "B")
    assert kinds(tables, need(tables, 2, "E")) == []
