"""Value: a table for people, a document for programs."""

import pytest

from tests.scheduler.cli.conftest import START, World


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


def test_barriers_ranked_with_their_worth(own_world: World) -> None:
    arguments = ("value", "-c", "COL", "-s", START, "--time-limit", 10, "--progress", "none")
    found = own_world.call(*arguments, "--json")
    assert found.code == 0, found.err
    document = found.json()
    ids = {lift_id for entry in document["lifts"] for lift_id in entry["ids"]}
    assert "passport:A:B:portability_agreement" in ids
    gains = [entry["gain_pence"]["found"] for entry in document["lifts"] if "gain_pence" in entry]
    assert gains == sorted(gains, reverse=True)
    said = own_world.call(*arguments, "--lift", "passport:A:B:portability_agreement", "--bundle", 2)
    assert said.code == 0, said.err
    assert "[passport:A:B:portability_agreement]" in said.out
    assert "1 barrier, 1 solved for" in said.out
    assert "Worths do not add up" in said.out


def test_an_unknown_barrier_is_bad_input(own_world: World) -> None:
    said = own_world.call(
        "value", "-c", "COL", "-s", START, "--lift", "passport:A:C:secondment", "--progress", "none"
    )
    assert said.code == 2
    assert "No barrier 'passport:A:C:secondment'" in said.err
