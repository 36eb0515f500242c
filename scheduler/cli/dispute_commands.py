"""Answer and decide what was refused; what of published work has changed at short notice."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.domain.approval import Dispute

LONDON = ZoneInfo("Europe/London")
"""As the facts have it, which take long to load."""

Number = Annotated[
    int,
    typer.Argument(metavar="DISPUTE", min=1, help="The dispute's number.", show_default=False),
]
Words = Annotated[
    str, typer.Argument(metavar="TEXT", help="In words, which stay with it.", show_default=False)
]


def register(app: typer.Typer) -> None:
    disputes = typer.Typer(help="Answer and decide what was refused.", no_args_is_help=True)
    disputes.command("list")(list_disputes)
    disputes.command("answer")(answer)
    disputes.command("insist")(insist)
    disputes.command("decide")(decide)
    app.add_typer(disputes, name="disputes")
    app.command("short-notice")(short_notice)


def short_notice(
    context: typer.Context,
    collaborative: options.Collaborative,
    first: Annotated[
        date,
        typer.Option("--from", metavar="DATE", parser=options.parse_day, show_default=False),
    ],
    last: Annotated[
        date,
        typer.Option("--to", metavar="DATE", parser=options.parse_day, show_default=False),
    ],
    as_json: options.Json = False,
) -> None:
    """What of published work was changed nearer to its beginning than the scheme's notice
    period.
    """
    from scheduler.services.publish import short_notice as service

    with session(context, as_json).reading() as repository:
        found = service.short_notice(repository, collaborative, first, last)
    if as_json:
        late = [
            {**asdict(one), "at": one.at.isoformat(), "ahead": one.ahead.total_seconds() / 3600}
            for one in found.late
        ]
        print_json({"status": "done", **asdict(found), "late": late})
        return
    if found.notice_days is None:
        say(f"{collaborative} has no scheme of approval, which names the notice period.")
        return
    say(
        f"{len(found.late):,} of {counted(found.changes, 'change')} came less than"
        f" {counted(found.notice_days, 'day')} before the shift."
    )
    rows = [
        (
            f"{one.at.astimezone(LONDON):%Y-%m-%d %H:%M}",
            f"{one.staff_id} {one.name}",
            f"{one.ahead.total_seconds() / 3600:,.0f} h",
            "; ".join(one.lost),
            "; ".join(one.got),
            one.reason,
        )
        for one in found.late
    ]
    if rows:
        print_table(("known at", "who", "ahead", "no longer", "now", "why"), rows, right=(2,))


def list_disputes(
    context: typer.Context,
    collaborative: Annotated[
        str | None,
        typer.Option("--collaborative", metavar="ID", help="Of this one.", show_default=False),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    as_json: options.Json = False,
) -> None:
    """What was refused, for whom it waits and until when."""
    from scheduler.services.sign_off.disputes import disputes

    with session(context, as_json).reading() as repository:
        found = disputes(repository, collaborative_id=collaborative)
    now = datetime.now(UTC)
    shown = [one for one in found if everything or one.state(now) not in ("settled", "decided")]
    if as_json:
        print_json({"status": "done", "disputes": [_document(one, now) for one in shown]})
        return
    if not shown:
        say("Nothing is in dispute." if not everything else "Nothing was ever refused.")
        return
    print_table(
        ("dispute", "roster", "organisation", "step", "state", "waits until", "said last"),
        [
            (
                one.id,
                one.roster_id,
                one.organisation_id,
                one.step,
                f"{one.state(now)}{', overdue' if one.overdue(now) else ''}",
                f"{one.waits_until(now).astimezone(LONDON):%Y-%m-%d %H:%M}",
                one.events[-1].words,
            )
            for one in shown
        ],
        right=(0,),
    )


def answer(
    context: typer.Context, dispute: Number, words: Words, as_json: options.Json = False
) -> None:
    """Answer a refusal: what was changed, or why nothing is."""
    from scheduler.services.sign_off import disputes as service

    with session(context, as_json).repository() as repository:
        done = service.answer_dispute(repository, dispute, words)
    _print_dispute(done, as_json)


def insist(
    context: typer.Context, dispute: Number, words: Words, as_json: options.Json = False
) -> None:
    """For whoever refused: the answer does not do, and the backstop decides."""
    from scheduler.services.sign_off import disputes as service

    with session(context, as_json).repository() as repository:
        done = service.insist(repository, dispute, words)
    _print_dispute(done, as_json)


def decide(
    context: typer.Context,
    dispute: Number,
    verdict: Annotated[
        Literal["uphold", "overrule"],
        typer.Argument(
            metavar="VERDICT",
            help="uphold: the roster has to change; overrule: it counts as approved as it is.",
            show_default=False,
        ),
    ],
    reason: options.Reason,
    change: Annotated[
        int | None,
        typer.Option(
            "--change",
            metavar="NUMBER",
            min=1,
            help="The change of facts that the decision has become (scheduler facts history).",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Decide, as the backstop, what was not settled."""
    from scheduler.services.sign_off import disputes as service

    with session(context, as_json).repository() as repository:
        done = service.decide(
            repository, dispute, reason, upheld=verdict == "uphold", change_set=change
        )
    _print_dispute(done, as_json)


def _print_dispute(dispute: "Dispute", as_json: bool) -> None:
    now = datetime.now(UTC)
    if as_json:
        print_json({"status": "done", **_document(dispute, now)})
        return
    say(f"Dispute {dispute.id} on {dispute.roster_id} is {dispute.state(now)}.")
    for event in dispute.events:
        by = event.organisation_id or "for the scheme"
        say(f"  {event.at.astimezone(LONDON):%Y-%m-%d %H:%M} {event.deed} ({by}): {event.words}")


def _document(dispute: "Dispute", now: datetime) -> dict[str, Any]:
    return {
        **asdict(dispute),
        "events": [{**asdict(event), "at": event.at.isoformat()} for event in dispute.events],
        "state": dispute.state(now),
        "overdue": dispute.overdue(now),
        "waits_until": dispute.waits_until(now).isoformat(),
    }
