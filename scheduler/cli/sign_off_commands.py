"""Approve rosters for the organisations that are accountable for them; answer and decide
disputes.
"""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, hours, print_table, say
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.domain.approval import Dispute, StepStanding
    from scheduler.services.sign_off.standing import SignOffState
    from scheduler.storage.repository import Repository

LONDON = ZoneInfo("Europe/London")
"""As the facts have it, which take long to load."""

Organisation = Annotated[
    str,
    typer.Argument(
        metavar="ORGANISATION", help="For which organisation: id or name.", show_default=False
    ),
]
Step = Annotated[
    Literal["bank", "approve"],
    typer.Option("--step", help="bank: fit to go to the bank; approve: for publication."),
]
Number = Annotated[
    int,
    typer.Argument(metavar="DISPUTE", min=1, help="The dispute's number.", show_default=False),
]
Words = Annotated[
    str, typer.Argument(metavar="TEXT", help="In words, which stay with it.", show_default=False)
]
Reason = Annotated[
    str,
    typer.Option("--reason", metavar="TEXT", help="Why, in words; kept.", show_default=False),
]


def register(app: typer.Typer) -> None:
    sign_off = typer.Typer(
        help="How a roster's approval stands; approve or refuse it for an organisation.",
        no_args_is_help=True,
    )
    sign_off.command("show")(show)
    sign_off.command("approve")(approve)
    sign_off.command("refuse")(refuse)
    sign_off.command("take-back")(take_back)
    app.add_typer(sign_off, name="sign-off")
    disputes = typer.Typer(help="Answer and decide what was refused.", no_args_is_help=True)
    disputes.command("list")(list_disputes)
    disputes.command("answer")(answer)
    disputes.command("insist")(insist)
    disputes.command("decide")(decide)
    app.add_typer(disputes, name="disputes")
    app.command("short-notice")(short_notice)


def show(context: typer.Context, roster: options.RosterId, as_json: options.Json = False) -> None:
    """Who has to approve a roster, who has, and what of it is each one's."""
    from scheduler.services.sign_off.standing import sign_off_state

    with session(context, as_json).reading() as repository:
        state = sign_off_state(repository, roster)
    _print_state(state, as_json)


def approve(
    context: typer.Context,
    roster: options.RosterId,
    organisation: Organisation,
    step: Step = "approve",
    seen: Annotated[
        str | None,
        typer.Option(
            "--seen",
            metavar="MARK",
            help="The mark of what was looked at (show --json): refused where it is another.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Approve what of a draft an organisation lends or hosts."""
    from scheduler.services.sign_off import answer as service

    with session(context, as_json).repository() as repository:
        named = _organisation(repository, organisation)
        done = service.approve(repository, roster, named, step, seen=seen)
    _print_state(done.state, as_json)


def refuse(
    context: typer.Context,
    roster: options.RosterId,
    organisation: Organisation,
    reason: Reason,
    step: Step = "approve",
    demand: Annotated[
        list[str] | None,
        typer.Option(
            "--demand",
            metavar="DEMAND",
            help="Work that it is about; may be said several times.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Refuse what of a draft an organisation lends or hosts: that opens a dispute."""
    from scheduler.services.sign_off import answer as service

    with session(context, as_json).repository() as repository:
        named = _organisation(repository, organisation)
        done = service.refuse(repository, roster, named, step, reason, demand_ids=demand or ())
    if as_json:
        _print_state(done.state, as_json, dispute=done.dispute_id)
        return
    say(f"Refused; dispute {done.dispute_id} is open. Next: scheduler disputes list")
    _print_state(done.state, as_json)


def take_back(
    context: typer.Context,
    roster: options.RosterId,
    organisation: Organisation,
    reason: Reason,
    step: Step = "approve",
    as_json: options.Json = False,
) -> None:
    """Take an organisation's approval back, as long as nothing is published."""
    from scheduler.services.sign_off import answer as service

    with session(context, as_json).repository() as repository:
        named = _organisation(repository, organisation)
        done = service.take_back(repository, roster, named, step, reason)
    _print_state(done.state, as_json)


def _organisation(repository: "Repository", text: str) -> str:
    from scheduler.services.view.by_words import meant_or_itself

    return meant_or_itself(repository, "organisation", text)


def _print_state(state: "SignOffState", as_json: bool, **more: Any) -> None:
    roster = state.header.id
    if as_json:
        print_json(
            {
                "status": "done",
                "roster_id": roster,
                "edition": state.header.edition,
                "scheme": state.scheme is not None,
                "complete": state.complete,
                "steps": [_step_document(one) for one in state.steps],
                **more,
            }
        )
        return
    if state.scheme is None:
        say(
            f"{state.header.collaborative_id} has no scheme of approval (approval_scheme.csv): an"
            " approver of all its members publishes."
        )
        return
    print_table(
        ("organisation", "step", "stands", "lent", "hosted", "beyond contract", "empty", "may"),
        [_step_row(one) for one in state.steps],
        right=(3, 4, 5, 6),
    )
    if state.header.status == "published":
        say(f"{roster} is published.")
    elif state.complete:
        say(f"All have approved it. Next: scheduler publish {roster}")
    else:
        first = state.waiting[0]
        say(
            f"Next: scheduler sign-off approve {roster} {first.organisation_id} --step {first.step}"
        )


def _step_row(one: "StepStanding") -> tuple[object, ...]:
    share = one.share
    by = "" if one.last is None else f" ({one.last.post_id or one.last.account})"
    able = (
        "beyond all posts: the backstop"
        if one.beyond_all
        else ", ".join(post.id for post in one.posts)
    )
    return (
        one.organisation_id,
        one.step,
        f"{one.standing}{by}",
        hours(share.lent),
        hours(share.hosted),
        f"{hours(share.beyond)}, {exact_pounds(share.pence)}",
        hours(share.empty),
        able,
    )


def _step_document(one: "StepStanding") -> dict[str, Any]:
    return {
        "organisation_id": one.organisation_id,
        "step": one.step,
        "standing": one.standing,
        "mark": one.share.digests[one.step],
        "share": {k: v for k, v in asdict(one.share).items() if k != "digests"},
        "posts": [post.id for post in one.posts],
        "beyond_all": one.beyond_all,
        "last": None if one.last is None else {**asdict(one.last), "at": one.last.at.isoformat()},
    }


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


# --- disputes


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
    reason: Reason,
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
