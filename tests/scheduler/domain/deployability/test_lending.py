"""A person lent: agreement, passport and consent, on every date."""

import pytest

from tests.factories import (
    ALL_CHECKS,
    joint,
    lending,
    need,
)
from tests.scheduler.domain.deployability.world import D, barriers, kinds, lent


def test_agreement_passport_and_consent_lend_a_person() -> None:
    tables, row = lent()
    assert kinds(tables, row) == []


@pytest.mark.parametrize("missing", ["agreement", "passport", "consent"])
def test_each_of_the_three_is_needed(missing: str) -> None:
    tables, row = lent(accepts_other_hosts="no" if missing == "consent" else "yes")
    if missing == "agreement":
        tables["sharing_agreement"] = []
    if missing == "passport":
        tables["passport"] = []
    assert kinds(tables, row) == [missing]


@pytest.mark.parametrize(
    ("agreed", "kept_from"), [("", []), ("B", []), ("A|B", []), ("A", ["consent"])]
)
def test_consent_may_be_to_some_hosts_alone(agreed: str, kept_from: list[str]) -> None:
    tables, row = lent(agreed_hosts=agreed)
    assert kinds(tables, row) == kept_from
    if kept_from:
        (found,) = barriers(tables, row)
        assert str(found.sentence) == "Has agreed to work for other hosts, but not for B."


def test_without_agreement_any_good_passport_keeps_the_barrier_to_the_agreement() -> None:
    tables, row = lent()
    tables["sharing_agreement"] = []
    tables["passport"][0]["route"] = "secondment"
    assert kinds(tables, row) == ["agreement"]
    tables["passport"] = []
    assert kinds(tables, row) == ["agreement", "passport"]


def test_the_routes_of_agreement_and_passport_must_be_the_same() -> None:
    tables, row = lent()
    tables["passport"][0]["route"] = "honorary_contract"
    assert kinds(tables, row) == ["passport"]
    tables["sharing_agreement"].append(
        {**tables["sharing_agreement"][0], "route": "honorary_contract"}
    )
    assert kinds(tables, row) == []


def test_an_agreement_is_directed() -> None:
    tables, row = lent()
    tables["sharing_agreement"][0].update(home_organisation_id="B", host_organisation_id="A")
    assert kinds(tables, row) == ["agreement"]


def test_an_agreement_for_another_service_does_not_count() -> None:
    tables, row = lent()
    tables["service"].append({"id": "VW", "collaborative_id": "COL", "name": "Virtual ward"})
    tables["sharing_agreement"][0]["service_id"] = "VW"
    assert kinds(tables, row) == ["agreement"]
    tables["sharing_agreement"][0]["service_id"] = "UCR"
    assert kinds(tables, row) == []


@pytest.mark.parametrize("file", ["sharing_agreement", "passport"])
@pytest.mark.parametrize(
    ("first", "last", "good"),
    [(1, 2, True), (1, 1, False), (2, 2, False), (0, 0, False), (3, 7, False)],
)
def test_agreement_and_passport_must_hold_on_both_dates_of_a_night(
    file: str, first: int, last: int, good: bool
) -> None:
    tables, row = lent()
    names = ("from_date", "to_date") if file == "sharing_agreement" else ("valid_from", "valid_to")
    tables[file][0].update({names[0]: D[first], names[1]: D[last]})
    assert kinds(tables, row) == (
        [] if good else ["agreement" if file == "sharing_agreement" else "passport"]
    )


def test_each_date_may_stand_on_another_agreement_and_passport() -> None:
    tables, row = lent()
    lending(tables, ["P1"], route="secondment")
    tables["sharing_agreement"][0]["to_date"] = D[1]
    tables["sharing_agreement"][1]["from_date"] = D[2]
    assert kinds(tables, row) == []
    # the secondment passport ends before the secondment agreement begins
    tables["passport"][1]["valid_to"] = D[1]
    assert kinds(tables, row) == ["passport"]


@pytest.mark.parametrize("status", ["suspended", "revoked"])
def test_only_an_active_passport_counts(status: str) -> None:
    tables, row = lent()
    tables["passport"][0]["status"] = status
    found = barriers(tables, row)
    assert [barrier.kind for barrier in found] == ["passport"]
    assert f"is {status}" in found[0].sentence


def test_a_passport_for_another_host_does_not_count() -> None:
    tables, row = lent()
    tables["passport"][0]["host_organisation_id"] = "A"
    assert kinds(tables, row) == ["passport"]


@pytest.mark.parametrize("check", ALL_CHECKS.split("|"))
@pytest.mark.parametrize("role_id", ["RN", "HCA"])
def test_all_six_checks_are_needed_registration_only_where_the_demanded_role_is_registered(
    check: str, role_id: str
) -> None:
    tables, _ = lent()
    row = need(tables, 2, "E", role_id, "SB")
    tables["passport"][0]["checks"] = "|".join(c for c in ALL_CHECKS.split("|") if c != check)
    good = check == "registration" and role_id == "HCA"
    assert kinds(tables, row) == ([] if good else ["passport"])


def test_a_passport_without_checks_is_not_good() -> None:
    tables, row = lent()
    tables["passport"][0]["checks"] = ""
    assert kinds(tables, row) == ["passport"]


@pytest.mark.parametrize(
    ("membership", "good"),
    [
        ({}, True),
        ({"to_date": D[2]}, True),
        ({"to_date": D[1]}, False),
        ({"from_date": D[2]}, False),
        ({"collaborative_id": "OTHER"}, False),
    ],
)
def test_a_passport_without_a_host_is_good_for_members_of_the_services_collaborative_on_each_date(
    membership: dict[str, str], good: bool
) -> None:
    tables, row = lent()
    tables["collaborative"].append({"id": "OTHER", "name": "Another"})
    tables["passport"][0]["host_organisation_id"] = ""
    tables["membership"][1].update(membership)
    assert kinds(tables, row) == ([] if good else ["passport"])


def test_whether_the_employer_is_a_member_does_not_matter() -> None:
    tables, row = lent()
    tables["passport"][0]["host_organisation_id"] = ""
    del tables["membership"][0]
    assert kinds(tables, row) == []


def test_who_issued_the_passport_is_information_only() -> None:
    tables, row = lent()
    tables["passport"][0]["issued_by_organisation_id"] = ""
    assert kinds(tables, row) == []


def test_a_contract_with_the_host_does_not_replace_the_passport_of_another() -> None:
    tables, row = lent()
    second = joint(tables, "P1", "B", "10")
    tables["passport"] = []
    found = barriers(tables, row)
    assert [barrier.kind for barrier in found] == ["passport"]
    assert "Another contract of the person, with B itself" in found[0].sentence
    assert kinds(tables, row, second) == []


@pytest.mark.parametrize(
    "changes", [{"to_date": D[0]}, {"role_id": "HCA"}, {"organisation_id": "A"}]
)
def test_a_contract_with_the_host_that_would_not_do_is_not_named(changes: dict[str, str]) -> None:
    tables, row = lent()
    joint(tables, "P1", "B", "10")
    tables["contract"][1].update(changes)
    tables["passport"] = []
    tables["sharing_agreement"] = []
    assert all("Another contract" not in barrier.sentence for barrier in barriers(tables, row))
