"""What staff ask for, and the answers of those who keep their facts."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import print_json, session

if TYPE_CHECKING:
    from scheduler.domain.request import StaffRequest
    from scheduler.services.requests.answering import RequestCost
    from scheduler.storage.repository import Repository

RequestNumber = Annotated[
    int,
    typer.Argument(
        metavar="REQUEST", min=1, help="Its number: scheduler requests list.", show_default=False
    ),
]
Who = Annotated[
    str | None,
    typer.Option(
        "--person",
        metavar="STAFF",
        help="Of whom: staff number, or words of the name; without it of whoever --as is.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    requests = typer.Typer(help="What staff ask for, and its answers.", no_args_is_help=True)
    requests.command("list")(list_requests)
    requests.command("show")(show)
    requests.command("grant")(grant)
    requests.command("refuse")(refuse)
    app.add_typer(requests, name="requests")


# --- answers


def list_requests(
    context: typer.Context, person: Who = None, as_json: options.Json = False
) -> None:
    """What waits for an answer that whoever asks may give; of a person, all that they have told."""
    from scheduler.services.requests.answering import open_requests
    from scheduler.services.requests.telling import requests_of
    from scheduler.services.view.by_words import meant_or_itself

    with session(context, as_json).reading() as repository:
        found = (
            open_requests(repository)
            if person is None
            else requests_of(repository, meant_or_itself(repository, "staff", person))
        )
        documents = [_document(repository, one) for one in found]
    if as_json:
        print_json({"status": "done", "requests": documents})
        return
    if not found:
        say("Nothing waits." if person is None else "They have told nothing.")
        return
    print_table(
        ("request", "who", "told", "what", "state"),
        [
            (one["id"], one["staff_id"], f"{request.at:%Y-%m-%d %H:%M}", one["what"], one["is"])
            for one, request in zip(documents, found, strict=True)
        ],
        right=(0,),
    )


def show(context: typer.Context, request: RequestNumber, as_json: options.Json = False) -> None:
    """What granting an open request would cost the roster, by the facts of now."""
    from scheduler.cli.change_rendering import change_words
    from scheduler.services.documents.facts import change_document
    from scheduler.services.inbox.in_words import request_costs
    from scheduler.services.inbox.words import Wording
    from scheduler.services.requests.answering import what_it_costs

    with session(context, as_json).reading() as repository:
        cost = what_it_costs(repository, request)
        document = _document(repository, cost.request)
        costs = request_costs(cost, Wording.of(repository))
    if as_json:
        print_json(
            {
                "status": "done",
                **document,
                "costs": costs,
                "impossible": cost.impossible or None,
                "empty": _empty(cost),
                "hours": cost.hours,
                "beyond_the_band": list(cost.beyond),
                "rows": [change_document(one) for one in cost.changes],
            }
        )
        return
    say(f"{document['staff_id']} asks: {document['what']}.")
    for one in cost.changes:
        say(f"    {change_words(one)}")
    for answer, words in costs.items():
        say(f"    {answer}: {words}")
    say(f"Next: scheduler requests grant {request}, or refuse {request} --reason WHY")


def _empty(cost: "RequestCost") -> list[dict[str, Any]]:
    return [
        {
            "demand_id": line.demand_id,
            "start": line.start.isoformat(),
            "end": line.end.isoformat(),
            "paid_minutes": line.paid_minutes,
        }
        for line in cost.empty
    ]


def grant(
    context: typer.Context,
    request: RequestNumber,
    words: Annotated[
        str, typer.Option("--words", help="What the person reads with it.", show_default=False)
    ] = "",
    as_json: options.Json = False,
) -> None:
    """What was asked becomes a fact. Whoever answers first answers."""
    from scheduler.services.requests import answering

    with session(context, as_json).repository() as repository:
        print_request(repository, answering.grant(repository, request, words=words), as_json)


def refuse(
    context: typer.Context,
    request: RequestNumber,
    why: Annotated[
        str,
        typer.Option("--reason", help="The person reads it.", show_default=False),
    ],
    as_json: options.Json = False,
) -> None:
    """What was asked does not become a fact."""
    from scheduler.services.requests import answering

    with session(context, as_json).repository() as repository:
        print_request(repository, answering.refuse(repository, request, why), as_json)


def print_request(repository: "Repository", request: "StaffRequest", as_json: bool) -> None:
    """One request, with what has become of it."""
    document = _document(repository, request)
    if as_json:
        print_json({"status": "done", **document})
        return
    say(f"Request {request.id} of {request.staff_id}: {document['what']}: {document['is']}")
    if request.change_set is not None:
        say(f"Change {request.change_set} of facts.")


def _document(repository: "Repository", request: "StaffRequest") -> dict[str, Any]:
    from scheduler.services.inbox.words import Wording
    from scheduler.services.requests.words import asked_words, state_words

    return {
        **asdict(request),
        "at": request.at.isoformat(),
        "answered_at": None if request.answered_at is None else request.answered_at.isoformat(),
        "seen_at": None if request.seen_at is None else request.seen_at.isoformat(),
        "at_once": request.at_once,
        "what": asked_words(request.asked, Wording.of(repository).shift_type),
        "is": state_words(request),
    }
