"""The whole way of a roster through its approval on the command line, for people and programs."""

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.storage.repository import Repository
from tests.scheduler.cli.conftest import START, World
from tests.scheduler.services.sign_off.conftest import post, with_scheme


@pytest.fixture
def schemed(own_world: World) -> World:
    """The small collaborative with a scheme: A in two steps, B in one."""
    with Repository(own_world.db) as repository:
        tables = repository.dataset().to_cells()
        with_scheme(
            tables,
            post("A-BANK", "bank", "A"),
            post("A-COO", "approve", "A"),
            post("B-COO", "approve", "B"),
            post("CHAIR", "backstop"),
        )
        repository.store(Dataset.from_cells(tables))
    return own_world


def steps(world: World) -> list[tuple[str, str]]:
    found = world.call("sign-off", "show", world.roster_id, "--json").json()["steps"]
    return [(one["organisation_id"], one["step"]) for one in found]


def test_a_roster_is_approved_step_by_step_and_then_published(schemed: World) -> None:
    roster = schemed.roster_id
    shown = schemed.call("sign-off", "show", roster)
    assert "Next: scheduler sign-off approve" in shown.out
    refused = schemed.call("publish", roster)
    assert (refused.code, "not all have approved it" in refused.err) == (3, True)
    for organisation_id, step in steps(schemed):
        done = schemed.call("sign-off", "approve", roster, organisation_id, "--step", step)
        assert done.code == 0, done.err
    assert f"All have approved it. Next: scheduler publish {roster}" in done.out
    assert schemed.call("publish", roster).code == 0
    said = schemed.call("audit", "list").out
    assert "approved roster" in said


def test_a_mark_of_something_else_is_refused(schemed: World) -> None:
    (organisation_id, step), *_ = steps(schemed)
    said = schemed.call(
        "sign-off", "approve", schemed.roster_id, organisation_id, "--step", step, "--seen", "x"
    )
    assert (said.code, "changed since you looked" in said.err) == (3, True)


def test_a_refusal_is_answered_insisted_on_and_decided(schemed: World) -> None:
    roster = schemed.roster_id
    assert schemed.call("disputes", "list").out == "Nothing is in dispute.\n"
    organisation_id, step = steps(schemed)[-1]
    said = schemed.call(
        *("sign-off", "refuse", roster, organisation_id, "--step", step),
        *("--reason", "Nobody knows the ward", "--json"),
    ).json()
    number = said["dispute"]
    assert "Nobody knows the ward" in schemed.call("disputes", "list").out
    early = schemed.call("disputes", "decide", number, "overrule", "--reason", "So be it")
    assert (early.code, "waits for others" in early.err) == (2, True)
    assert schemed.call("disputes", "answer", number, "There is nobody else").code == 0
    assert schemed.call("disputes", "insist", number, "Then leave it empty").code == 0
    decided = schemed.call(
        "disputes", "decide", number, "overrule", "--reason", "They have been there", "--json"
    ).json()
    assert decided["state"] == "decided"
    assert [event["deed"] for event in decided["events"]] == [
        "raised",
        "answered",
        "insisted",
        "decided",
    ]
    found = schemed.call("sign-off", "show", roster, "--json").json()["steps"]
    assert found[-1]["standing"] == "approved"
    assert found[-1]["last"]["dispute_id"] == number
    listed = schemed.call("disputes", "list", "--all", "--json").json()["disputes"]
    assert [one["id"] for one in listed] == [number]


def test_an_approval_is_taken_back_with_a_reason(schemed: World) -> None:
    organisation_id, step = steps(schemed)[0]
    one = (schemed.roster_id, organisation_id, "--step", step)
    assert schemed.call("sign-off", "approve", *one).code == 0
    taken = schemed.call("sign-off", "take-back", *one, "--reason", "A second look", "--json")
    assert taken.json()["steps"][0]["standing"] == "waits"


def test_without_a_scheme_it_says_who_publishes(own_world: World) -> None:
    said = own_world.call("sign-off", "show", own_world.roster_id)
    assert "has no scheme of approval" in said.out
    refused = own_world.call("sign-off", "approve", own_world.roster_id, "A")
    assert (refused.code, "no scheme of approval" in refused.err) == (2, True)


def test_a_post_is_held_by_an_account_for_what_the_post_says(schemed: World) -> None:
    made = schemed.call("accounts", "add", "https://provider", "chief", "--json").json()
    account = made["account_id"]
    wrong = schemed.call("accounts", "give", account, "operations", "--post", "A-COO")
    assert (wrong.code, "is held by an approver" in wrong.err) == (2, True)
    given = schemed.call(
        "accounts", "give", account, "approver", "--post", "A-COO", "--json"
    ).json()
    assert (given["post_id"], given["organisation_id"]) == ("A-COO", "A")
    chair = schemed.call(
        "accounts", "give", account, "approver", "--post", "CHAIR", "--json"
    ).json()
    assert (chair["organisation_id"], chair["collaborative_id"]) == (None, "COL")
    strange = schemed.call("accounts", "give", account, "approver", "--post", "NONE")
    assert (strange.code, "no post 'NONE'" in strange.err) == (2, True)
    # acting as them on the command line
    asked = ("sign-off", "approve", schemed.roster_id, "A", "--step", "bank")
    bank = schemed.call("--as", account, *asked)
    assert (bank.code, "holds no post" in bank.err) == (5, True)


def test_what_was_changed_too_late_is_told(schemed: World) -> None:
    asked = ("short-notice", "-c", "COL", "--from", START, "--to", "2027-01-17")
    said = schemed.call(*asked)
    assert said.out == "0 of 0 changes came less than 14 days before the shift.\n"
    assert schemed.call(*asked, "--json").json()["late"] == []
