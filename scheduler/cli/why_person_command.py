"""Why me, why not me: `scheduler why person` and `scheduler why assignment`."""

from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, print_table, say, signed
from scheduler.cli.repair_command import print_changes
from scheduler.cli.session import print_json, session

if TYPE_CHECKING:
    from scheduler.services.explain.replacements import Effect
    from scheduler.services.explain.why_person import Parts, WhyNot, WhyThis

StaffId = Annotated[
    str,
    typer.Argument(
        metavar="STAFF", help="The staff number, or words of the name.", show_default=False
    ),
]
DemandId = Annotated[
    str,
    typer.Argument(
        metavar="DEMAND",
        help="Id of the work, or words of its date, site, service and role.",
        show_default=False,
    ),
]
MOST_ALTERNATIVES = 12
"""Alternatives that a person is shown at once."""


def register(group: typer.Typer) -> None:
    group.command("person")(person)
    group.command("assignment")(assignment)


def person(
    context: typer.Context,
    roster: options.RosterId,
    staff: StaffId,
    demand: DemandId,
    time_limit: options.TimeLimit = 10.0,
    as_json: options.Json = False,
) -> None:
    """Why a person does not do a shift of a roster: every barrier and rule, or what the roster
    would lose. If they do it: why.
    """
    from scheduler.cli.stopping import stop_on_signal

    called = session(context, as_json)
    with stop_on_signal() as should_stop:
        from scheduler.services.explain import why_person
        from scheduler.services.view import by_words
        from solver.search.strategy import Limits

        with called.reading() as repository:
            staff = by_words.meant_or_itself(repository, "staff", staff)
            demand = by_words.work_meant(repository, roster, demand)
            found = why_person.why_person(
                repository, roster, staff, demand, Limits(time_limit), should_stop, called.began
            )
    if isinstance(found, why_person.WhyThis):
        _answer_this(found, as_json)
    else:
        _answer_not(found, as_json)


def assignment(
    context: typer.Context,
    roster: options.RosterId,
    staff: StaffId,
    demand: DemandId,
    as_json: options.Json = False,
) -> None:
    """Why somebody's shift was the best choice: everybody else in that place, and what each would
    cost.
    """
    from scheduler.services.explain import why_person
    from scheduler.services.view import by_words

    with session(context, as_json).reading() as repository:
        staff = by_words.meant_or_itself(repository, "staff", staff)
        demand = by_words.work_meant(repository, roster, demand)
        found = why_person.why_assignment(repository, roster, staff, demand)
    _answer_this(found, as_json)


# --- why not --------------------------------------------------------------------------------------


def _answer_not(found: "WhyNot", as_json: bool) -> None:
    if as_json:
        from scheduler.services.documents.why import not_document

        print_json(not_document(found))
        return
    from scheduler.services.repair.repair import shift_words

    say(
        f"Why does {found.name} ({found.staff_id}) not do {shift_words(found.duty)} in"
        f" {found.roster_id}?"
    )
    for note in found.notes:
        say(note)
    for own in found.contracts:
        if own.barriers:
            say(
                f"\nThrough contract {own.contract.id} ({own.contract.role_id},"
                f" {own.contract.organisation_id}) the person is not cleared:"
            )
            rows = [(b.kind, b.sentence, b.lifted_by) for b in own.barriers]
            print_table(("barrier", "what is missing", "who can lift it"), rows)
        else:
            say(
                f"\nThrough contract {own.contract.id} ({own.contract.role_id},"
                f" {own.contract.organisation_id}) the person is cleared."
            )
    if not found.deployable:
        say("So no roster could have put them there.")
        return
    say(f"There now: {', '.join(found.there_now) or 'nobody'}.")
    if found.instead:
        say(f"At that time they do {', '.join(found.instead)}.")
    for added in found.added:
        _say_added(added.contract_id, added.effect)
    _say_forced(found)


def _say_added(contract_id: str, effect: "Effect") -> None:
    if not effect.blocked:
        say(
            f"Simply added through {contract_id}, no hard rule breaks; the objective changes by"
            f" {money(effect.objective_pence)}."
        )
        return
    say(f"Simply added through {contract_id}, hard rules break:")
    for blocked in effect.blocked:
        say(f"  {blocked.sentence} [{blocked.rule}]")


def _say_forced(found: "WhyNot") -> None:
    forced = found.forced
    assert forced is not None
    if not forced.possible:
        within = (
            "no roster at all keeps every hard rule"
            if forced.exact
            else (
                f"no roster was found near this one that keeps every hard rule ({forced.scope});"
                " whether one further away does was not decided"
            )
        )
        say(f"\nPut there all the same, {within}.")
        return
    say("\nPut there all the same and solved again, against this roster:")
    least, most = money(forced.low_pence), money(forced.high_pence)
    if forced.exact:
        say(f"  the objective changes by {most}, proven the least among all rosters.")
    else:
        say(
            f"  the objective changes by at least {least} and at most {most}: among all rosters no"
            " more is proven."
        )
        if forced.proven:
            say(f"  {most} is proven the least {forced.scope}.")
    if not forced.exact:
        say(f"  Of the roster with {most}:")
    say(f"  pay with on-costs changes by {money(forced.cash_pence)}.")
    print_parts(forced.by_rule or {})
    print_changes(forced.changes)
    if forced.high_pence < 0:
        say("The roster would gain: it was not proven best.")


# --- why this -------------------------------------------------------------------------------------


def _answer_this(found: "WhyThis", as_json: bool) -> None:
    if as_json:
        from scheduler.services.documents.why import this_document

        print_json(this_document(found))
        return
    from scheduler.services.repair.repair import shift_words

    say(
        f"Why does {found.name} ({found.staff_id}) do {shift_words(found.duty)} in"
        f" {found.roster_id}, through contract {found.contract_id}?"
    )
    for note in found.notes:
        say(note)
    say(
        f"Left empty, the objective would change by {money(found.empty.objective_pence)}"
        f" ({part_words(found.parts_empty)})."
    )
    free = [one for one in found.alternatives if one.candidate.offered]
    blocked = [one for one in found.alternatives if not one.candidate.offered]
    if not found.alternatives:
        say("Nobody else is cleared for it.")
    rows = [
        (
            f"{c.staff_id} {c.name}",
            c.contract_id,
            money(c.effect.objective_pence),
            money(c.effect.cash_pence),
            part_words(one.parts),
            ", ".join(demand_id for demand_id, _ in c.leaves),
        )
        for one in free[:MOST_ALTERNATIVES]
        for c in [one.candidate]
    ]
    if rows:
        print_table(
            ("instead", "contract", "objective", "pay", "made of", "would leave"),
            rows,
            right=(2, 3),
        )
    if len(free) > MOST_ALTERNATIVES:
        say(f"… and {len(free) - MOST_ALTERNATIVES} more, dearer; all with --json.")
    for one in blocked[:MOST_ALTERNATIVES]:
        say(
            f"  {one.candidate.staff_id} may not: {one.candidate.effect.blocked[0].sentence}"
            f" [{one.candidate.effect.blocked[0].rule}]"
        )
    if len(blocked) > MOST_ALTERNATIVES:
        say(f"  … and {len(blocked) - MOST_ALTERNATIVES} more whom a hard rule keeps from it.")
    best = (
        "It was the best choice: no single exchange would cost less."
        if found.best
        else (
            "A single exchange would cost less: the roster was not proven best. See the first line."
        )
    )
    say(best)


def money(pence: float) -> str:
    """A change of so many pence, to the penny and with its sign."""
    return signed(pence, exact_pounds(pence))


def part_words(parts: "Parts") -> str:
    """The largest part first."""
    from scheduler.services.explain.why_person import PART_WORDS

    return (
        ", ".join(
            f"{PART_WORDS[part]} {money(cost)}"
            for part, cost in sorted(parts.items(), key=lambda item: -abs(item[1]))
        )
        or "nothing differs"
    )


def print_parts(by_rule: dict[str, float]) -> None:
    """What a change costs by rule, the largest first [pence]."""
    for rule, cost in sorted(by_rule.items(), key=lambda item: -abs(item[1])):
        say(f"    {rule}: {money(cost)}")
