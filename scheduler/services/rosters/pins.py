"""Set a pin that can be kept: checked against the facts, the person's other pins, what is published
and how many the work takes.
"""

from datetime import timedelta

from scheduler.domain.clock import monday
from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Pin
from scheduler.domain.problem import Period, build_problem
from scheduler.domain.sentence import joined, ref, said
from scheduler.services.accounts.gate import asks, require, thing_of
from scheduler.services.rosters.solve import known_shifts
from scheduler.services.view.look_up import barriers_in
from scheduler.storage.repository import Repository
from solver.infeasible.conflicting_facts import conflict_of_pins, conflict_sentences
from solver.policy.policy import Policy


@asks("build_rosters", person="pin.staff_id")
def set_pin(repository: Repository, pin: Pin) -> None:
    """Raises NotFound for an unknown person or demand; BadRequest, with the reason and the ways
    out, for a pin that no roster could keep.
    """
    dataset = repository.dataset()
    asked = barriers_in(dataset, pin.staff_id, pin.demand_id)
    collaborative_id = next(
        row.collaborative_id for row in dataset.service if row.id == asked.duty.demand.service_id
    )
    # the next roster of that collaborative keeps it
    require(repository, "build_rosters", thing_of(repository, "collaborative", collaborative_id))
    if all(one.barriers for one in asked.contracts):
        why = [barrier.sentence for one in asked.contracts for barrier in one.barriers] or [
            said("The person has no contract then.")
        ]
        raise BadRequest(
            said(
                "{person} may not do {demand}, so a pin would leave no roster at all. {why}",
                person=ref("person", pin.staff_id),
                demand=ref("demand", pin.demand_id),
                why=joined(dict.fromkeys(why)),
            )
        )
    pins = [*(other for other in dataset.pin if other != pin), pin]
    here = sorted({other.staff_id for other in pins if other.demand_id == pin.demand_id})
    if len(here) > asked.duty.most:
        others = joined(
            (ref("person", staff_id) for staff_id in here if staff_id != pin.staff_id), ", "
        )
        raise BadRequest(
            said(
                "{demand} takes {most} at most, and {others} {are} pinned to it already. Remove one"
                " of the pins first.",
                demand=ref("demand", pin.demand_id),
                most=asked.duty.most,
                others=others,
                are="is" if len(here) == 2 else "are",
            )
        )
    # the person alone, over the weeks around: rest and runs reach beyond a week's edge
    period = Period(monday(asked.duty.date) - timedelta(days=7), 21)
    own = dataset.with_facts(
        contract=[row for row in dataset.contract if row.staff_id == pin.staff_id],
        pin=[other for other in pins if other.staff_id == pin.staff_id],
    )
    problem = build_problem(
        own, collaborative_id, period, known=known_shifts(repository, collaborative_id, period)
    )
    clash = conflict_of_pins(problem, Policy.from_tables({}))
    if clash.facts:
        lines = joined(
            [
                said("This pin cannot be kept beside what stands already:"),
                *conflict_sentences(clash),
            ],
            "\n",
        )
        raise BadRequest(lines)
    repository.add_pin(pin)


@asks("build_rosters", person="pin.staff_id")
def remove_pin(repository: Repository, pin: Pin) -> None:
    """Raises NotFound where there is no such pin."""
    repository.remove_pin(pin)
