"""Ranked replacements for one open place."""

from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, print_table, say, signed
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.explain.replacements import Candidate, Replacements, Share

MOST_SHOWN = 20


def register(app: typer.Typer) -> None:
    app.command("replacements")(replacements)


def replacements(
    context: typer.Context,
    roster: options.RosterId,
    demand: Annotated[
        str,
        typer.Argument(
            metavar="DEMAND",
            help="Id of the work, or words of its date, site, service and role.",
            show_default=False,
        ),
    ],
    as_json: options.Json = False,
) -> None:
    """Rank who could fill an open place of a roster: cost, travel, rest, fairness, and what each
    would leave open.
    """
    from scheduler.services.explain import replacements
    from scheduler.services.view.by_words import work_meant

    with session(context, as_json).reading() as repository:
        demand = work_meant(repository, roster, demand)
        found = replacements.replacements(repository, roster, demand)
    if as_json:
        from scheduler.services.documents.replacements import replacements_document

        print_json(replacements_document(found))
        return
    _print(found)


def _print(found: "Replacements") -> None:
    from scheduler.services.repair.repair import shift_words

    count = counted(found.open_places, "open place")
    priced = (
        "no price is set on leaving it empty"
        if found.empty_pence is None
        else f"priced at {exact_pounds(found.empty_pence)} each while empty"
    )
    say(f"{shift_words(found.duty)} in {found.roster_id}: {count}, {priced}.")
    offered = [one for one in found.candidates if one.offered]
    if offered:
        headers = (
            "who",
            "contract",
            "objective",
            "pay",
            "travel",
            "rest before",
            "after",
            "nights/fair",
            "weekends/fair",
            "would leave",
        )
        print_table(headers, [_row(one) for one in offered[:MOST_SHOWN]], right=(2, 3, 4, 5, 6))
    if len(offered) > MOST_SHOWN:
        say(f"… and {len(offered) - MOST_SHOWN} more, dearer; all with --json.")
    calls = [
        (
            offer.supply_id,
            offer.kind,
            _signed(offer.effect.objective_pence),
            _signed(offer.effect.cash_pence),
            "unlimited" if offer.left is None else offer.left,
        )
        for offer in found.supply
        if offer.offered
    ]
    if calls:
        print_table(
            ("temporary supply", "kind", "objective", "pay", "left this week"),
            calls,
            right=(2, 3, 4),
        )
    if not offered and not calls:
        say("Nobody and nothing can fill it without breaking a hard rule.")
    _print_blocked(found)
    if offered:
        say(
            "Objective: what the roster as a whole would cost more (+) or less (−) than with the"
            " place empty. Pay: with on-costs."
        )


def _print_blocked(found: "Replacements") -> None:
    blocked = [(one.staff_id, one.effect.blocked) for one in found.candidates if not one.offered]
    blocked += [
        (offer.supply_id, offer.effect.blocked) for offer in found.supply if not offer.offered
    ]
    if blocked:
        say(f"{len(blocked)} cleared, but kept from it by a hard rule:")
    for who, reasons in blocked[:MOST_SHOWN]:
        say(
            f"  {who}: {reasons[0].sentence} [{reasons[0].rule}]"
            + (f" and {len(reasons) - 1} more" if len(reasons) > 1 else "")
        )
    if len(blocked) > MOST_SHOWN:
        say(f"  … and {len(blocked) - MOST_SHOWN} more; all with --json.")


def _row(one: "Candidate") -> tuple[object, ...]:
    bank = " bank" if one.contract_kind == "bank" else ""
    lent = f", lent by {one.employer_organisation_id}" if one.lent else ""
    employer = f"{one.contract_id}{bank}{lent}"
    return (
        f"{one.staff_id} {one.name}",
        employer,
        _signed(one.effect.objective_pence),
        _signed(one.effect.cash_pence),
        "" if one.travel_minutes is None else f"{one.travel_minutes:.0f} min",
        _rest(one.rest_before),
        _rest(one.rest_after),
        _share(one.nights),
        _share(one.weekends),
        ", ".join(demand_id for demand_id, _ in one.leaves),
    )


def _rest(hours: float | None) -> str:
    return "free" if hours is None else "over a week" if hours > 7 * 24 else f"{hours:g} h"


def _share(share: "Share") -> str:
    return f"{share.now}/{'–' if share.fair is None else share.fair}"


def _signed(pence: float) -> str:
    return signed(pence, exact_pounds(pence))
