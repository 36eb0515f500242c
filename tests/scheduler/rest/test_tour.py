"""All that a program does with the API, one after the other, as an integrator would try it."""

from tests.scheduler.rest.conftest import ROSTER, Program


def test_a_program_finds_its_way(program: Program) -> None:
    asks = program("operations")
    for path in (
        "/me",
        "/collaboratives",
        "/facts",
        "/facts/staff",
        "/facts/changes",
        "/facts/changes/1",
        "/jobs",
        "/rosters",
        f"/rosters/{ROSTER}",
        f"/rosters/{ROSTER}/edits",
        f"/rosters/{ROSTER}/sign-off",
        f"/rosters/{ROSTER}/publication",
        f"/rosters/{ROSTER}/vacancies",
        f"/rosters/{ROSTER}/difference/{ROSTER}",
        "/feasibility?collaborative_id=COL&start=2027-01-11",
        "/expiries?collaborative_id=COL&start=2027-01-11",
        "/measures?collaborative_id=COL",
        "/recharge?collaborative_id=COL",
        "/answers",
    ):
        answer = asks.get(path)
        print(path, answer.status_code, answer.text[:300])
        assert answer.status_code == 200, (path, answer.text)
