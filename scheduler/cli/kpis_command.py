"""How published weeks have gone: measures with their targets, and what cannot be said."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, hours, print_table, say
from scheduler.cli.session import print_json, session

if TYPE_CHECKING:
    from scheduler.services.kpis.kpis import Document
    from scheduler.storage.repository import Repository

OVER_WEEKS = ("lead_days", "notice_days", "fill_share", "temporary_share", "unused_hours_share")
"""Measures that the table of weeks has room for."""


def register(app: typer.Typer) -> None:
    app.command("kpis")(kpis)


def kpis(
    context: typer.Context,
    collaborative: options.Collaborative,
    first: Annotated[
        date | None,
        typer.Option(
            "--from",
            metavar="DATE",
            parser=options.parse_day,
            help="First day; without it the first that is published.",
            show_default=False,
        ),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option(
            "--to",
            metavar="DATE",
            parser=options.parse_day,
            help="Last day; without it the last that is published.",
            show_default=False,
        ),
    ] = None,
    organisation: Annotated[
        str | None,
        typer.Option(
            "--organisation",
            metavar="ORGANISATION",
            help="Of this one alone: id or name.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Say how published weeks have gone: notice, cover, temporary staffing, hours not used, leave
    and wishes, each beside its target, and what cannot be said.
    """
    from scheduler.services.kpis import kpis as service

    with session(context, as_json).reading() as repository:
        found = service.kpis(repository, collaborative, first, last)
        named = None if organisation is None else _organisation(repository, organisation)
    if named is not None:
        found = _of_one(found, named)
    if as_json:
        print_json(found)
    else:
        _print(found)


def _organisation(repository: "Repository", text: str) -> str:
    from scheduler.services.view.by_words import meant_or_itself

    return meant_or_itself(repository, "organisation", text)


def _of_one(found: "Document", organisation_id: str) -> "Document":
    """Its rows alone; of one that has none, none."""
    only: dict[str, Any] = {
        name: [row for row in found[name] if row["organisation_id"] == organisation_id]
        for name in ("rows", "totals")
    }
    organisations = [one for one in found["organisations"] if one["id"] == organisation_id]
    return {**found, **only, "organisations": organisations, "all_together": False}


def _print(found: "Document") -> None:
    from scheduler.services.kpis.words import TOGETHER, target_words, value_words, verdict_words

    if not found["totals"]:
        say(
            f"Nothing is published of {found['collaborative_id']} on these dates that you may see."
            " Next: scheduler publish ROSTER"
        )
        return
    names = {None: TOGETHER} | {one["id"]: one["name"] for one in found["organisations"]}
    weeks = found["weeks"]
    say(
        f"{found['name']}: {len(weeks)} published {'week' if len(weeks) == 1 else 'weeks'}, the"
        f" first of {weeks[0]}, the last of {weeks[-1]}."
    )
    for total in found["totals"]:
        print_table(
            ("measure", "value", "target", "which is"),
            [
                (
                    measure["title"],
                    value_words(total["measures"][measure["measure"]], measure["unit"]),
                    target_words(total["measures"][measure["measure"]]["target"]),
                    verdict_words(total["measures"][measure["measure"]]),
                )
                for measure in found["measures"]
            ],
            title=names[total["organisation_id"]],
        )
        _print_details(total)
    _print_weeks(found, names)
    say("What these measures are:")
    for measure in found["measures"]:
        say(f"  {measure['title']}: {measure['definition']}")
    say("What cannot be said, and why:")
    for one in found["cannot"]:
        say(f"  {one['title']}: {one['why']} What would bring it: {one['bring']}")


def _print_details(total: "Document") -> None:
    if total["changes"]["by_reason"]:
        print_table(
            ("changed after publication because", "shifts"),
            [
                (one["reason"] or "no reason was given", one["shifts"])
                for one in total["changes"]["by_reason"]
            ],
            right=(1,),
        )
    if total["lending"]:
        print_table(
            ("lends", "to", "hours", "recharge"),
            [
                (
                    one["from_name"],
                    one["to_name"],
                    hours(one["minutes"] / 60),
                    exact_pounds(one["recharge_pence"]),
                )
                for one in total["lending"]
            ],
            right=(2, 3),
        )


def _print_weeks(found: "Document", names: dict[str | None, str]) -> None:
    from scheduler.services.kpis.words import value_words

    shown = [one for one in found["measures"] if one["measure"] in OVER_WEEKS]
    print_table(
        ("week", "of", *(one["title"] for one in shown)),
        [
            (
                row["week"],
                names[row["organisation_id"]],
                *(value_words(row["measures"][one["measure"]], one["unit"]) for one in shown),
            )
            for row in found["rows"]
        ],
    )
