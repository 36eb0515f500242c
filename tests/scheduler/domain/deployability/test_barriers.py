"""What a barrier says: who can lift it, what is missing, since when and until when."""

from datetime import date

from tests.factories import (
    ALL_CHECKS,
    on_leave,
)
from tests.scheduler.domain.deployability.world import (
    D,
    barriers,
    held,
    lent,
    requiring,
    standardised,
)


def test_each_barrier_says_who_can_lift_it_and_what_is_missing() -> None:
    tables, row = standardised()
    tables["contract"][0].update(organisation_id="A", role_id="HCA")
    tables["staff"][0].update(accepts_other_hosts="no", max_travel_minutes="0", home_site_id="SA")
    tables["competency"] = [{"id": "CANN", "name": "Cannulation", "kind": "clinical"}]
    tables["service_competency"] = [{"service_id": "UCR", "role_id": "", "competency_id": "CANN"}]
    on_leave(tables, "P1", D[1])
    found = {
        barrier.kind: (barrier.missing, barrier.lifted_by) for barrier in barriers(tables, row)
    }
    assert found == {
        "contract": ("RN", "A"),
        "agreement": ("A>B", "B"),
        "passport": ("B", "A"),
        "consent": ("B", "P1"),
        "competency": ("CANN", "A"),
        "procedure": ("IPC", "B"),
        "travel": ("SB", "P1"),
        "leave": (D[1], "A"),
    }


def test_a_lapsed_fact_says_since_when_and_one_to_come_until_when() -> None:
    tables, row = requiring()
    held(tables, "2020-01-01", "2026-12-31")
    held(tables, D[5], "")
    (found,) = barriers(tables, row)
    assert (found.since, found.until) == (date(2027, 1, 1), date.fromisoformat(D[5]))
    assert f"lapsed since 2027-01-01, available from {D[5]}" in found.sentence


def test_what_never_was_has_neither_date() -> None:
    tables, row = requiring()
    (found,) = barriers(tables, row)
    assert (found.since, found.until) == (None, None)


def test_a_passport_that_lacks_a_check_says_which() -> None:
    tables, row = lent()
    tables["passport"][0]["checks"] = ALL_CHECKS.replace("|dbs", "")
    (found,) = barriers(tables, row)
    assert "portability_agreement lacks dbs" in found.sentence
