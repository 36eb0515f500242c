"""Offer rosters for approval, and approve them for the organisations that are accountable."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, hours, print_table, say
from scheduler.cli.session import print_json, session

if TYPE_CHECKING:
    from scheduler.domain.approval import StepStanding
    from scheduler.services.sign_off.standing import SignOffState
    from scheduler.services.view.look_up import RosterHeader
    from scheduler.storage.repository import Repository

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


def register(app: typer.Typer) -> None:
    sign_off = typer.Typer(
        help="How a roster's approval stands; approve or refuse it for an organisation.",
        no_args_is_help=True,
    )
    sign_off.command("show")(show)
    sign_off.command("offer")(offer)
    sign_off.command("recall")(recall)
    sign_off.command("approve")(approve)
    sign_off.command("refuse")(refuse)
    sign_off.command("take-back")(take_back)
    app.add_typer(sign_off, name="sign-off")


def show(context: typer.Context, roster: options.RosterId, as_json: options.Json = False) -> None:
    """Who has to approve a roster, who has, and what of it is each one's."""
    from scheduler.services.sign_off.standing import sign_off_state

    with session(context, as_json).reading() as repository:
        state = sign_off_state(repository, roster)
    _print_state(state, as_json)


def offer(context: typer.Context, roster: options.RosterId, as_json: options.Json = False) -> None:
    """Let a draft wait for approval, in the inbox of those whom the scheme asks."""
    from scheduler.services.sign_off import offer as service

    with session(context, as_json).repository() as repository:
        _print_offer(service.offer(repository, roster), as_json)


def recall(context: typer.Context, roster: options.RosterId, as_json: options.Json = False) -> None:
    """Let a draft wait no longer: something is still to be done. What was approved stays."""
    from scheduler.services.sign_off import offer as service

    with session(context, as_json).repository() as repository:
        _print_offer(service.recall(repository, roster), as_json)


def _print_offer(header: "RosterHeader", as_json: bool) -> None:
    at = header.offered_at
    if as_json:
        since = None if at is None else at.isoformat()
        print_json({"status": "done", "roster_id": header.id, "offered_at": since})
    elif at is None:
        say(f"{header.id} waits for nobody. Next: scheduler sign-off offer {header.id}")
    else:
        say(f"{header.id} waits for approval. Next: scheduler sign-off show {header.id}")


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
    reason: options.Reason,
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
    reason: options.Reason,
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
        from scheduler.services.documents.sign_off import state_document

        print_json({"status": "done", **state_document(state), **more})
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
