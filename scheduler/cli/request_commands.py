"""What staff tell of themselves, and the answers of those who keep their facts."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import print_json, session
from scheduler.domain.errors import BadRequest

if TYPE_CHECKING:
    from scheduler.domain.request import Asked, AskedLeave, StaffRequest
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
    tell = typer.Typer(
        help="Tell of oneself: a fact at once, or a request, as the employer's rule says.",
        no_args_is_help=True,
    )
    tell.command("sick")(sick)
    tell.command("leave")(leave)
    tell.command("wish")(wish)
    tell.command("pattern")(pattern)
    tell.command("consent")(consent)
    tell.command("take-back")(take_back)
    tell.command("know")(know)
    app.add_typer(tell, name="tell")


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
    from scheduler.cli.change_rendering import change_document, change_words
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
        _print(repository, answering.grant(repository, request, words=words), as_json)


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
        _print(repository, answering.refuse(repository, request, why), as_json)


# --- telling


def sick(
    context: typer.Context,
    first: Annotated[
        date | None,
        typer.Argument(
            metavar="[FROM]",
            parser=options.parse_day,
            help="First day; without it today.",
            show_default=False,
        ),
    ] = None,
    last: options.LastDay = None,
    person: Who = None,
    as_json: options.Json = False,
) -> None:
    """Somebody is sick: scheduler --as ACCOUNT tell sick"""
    from scheduler.domain.request import SickAsked
    from scheduler.services.requests.telling import today_here

    begin = first or today_here()
    _tell(context, person, SickAsked(begin, last or begin), as_json)


def leave(
    context: typer.Context,
    first: options.FirstDay,
    last: options.LastDay = None,
    kind: Annotated[
        Literal["annual", "study", "parental", "carer", "other"],
        typer.Option("--kind", "-k", help="Which leave."),
    ] = "annual",
    person: Who = None,
    as_json: options.Json = False,
) -> None:
    """Somebody would be away: scheduler --as ACCOUNT tell leave 2027-02-01 2027-02-05"""
    from scheduler.domain.request import LeaveAsked

    which: AskedLeave = kind
    _tell(context, person, LeaveAsked(first, last or first, which), as_json)


def wish(
    context: typer.Context,
    day: Annotated[
        date,
        typer.Argument(
            metavar="DATE",
            parser=options.parse_day,
            help="On which the shift begins.",
            show_default=False,
        ),
    ],
    weight: Annotated[
        float | None,
        typer.Argument(
            metavar="[POINTS]",
            parser=options.parse_number(-10, 10),
            help="1 to 10 to work then, -1 to -10 not to; without it the wish is taken back.",
            show_default=False,
        ),
    ] = None,
    shift: Annotated[
        str | None,
        typer.Option(
            "--shift",
            metavar="ID|NAME",
            help="Only this shift; without it any.",
            show_default=False,
        ),
    ] = None,
    person: Who = None,
    as_json: options.Json = False,
) -> None:
    """A wish for a day; before points below 0 stands --: tell wish 2027-02-01 -- -3"""
    from scheduler.domain.request import WishAsked

    _tell(context, person, WishAsked(day, shift, weight), as_json)


def pattern(
    context: typer.Context,
    start: Annotated[
        date,
        typer.Argument(
            metavar="FROM",
            parser=options.parse_day,
            help="First date: day 1 of the first cycle.",
            show_default=False,
        ),
    ],
    days: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DAY:SHIFT ...]",
            help="Day of the cycle and shift, such as 1:E 9:L; none: no pattern any more.",
            show_default=False,
        ),
    ] = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=52, help="Of the cycle.")] = 1,
    person: Who = None,
    as_json: options.Json = False,
) -> None:
    """Days and shifts that come back: scheduler --as ACCOUNT tell pattern 2027-02-01 1:E 3:L"""
    from scheduler.domain.request import PatternAsked

    worked = []
    for text in days or ():
        day, _, shift = text.partition(":")
        if not day.isdecimal() or not shift:
            raise BadRequest(f"{text!r} is no day and shift, such as 1:E.")
        worked.append((int(day), shift))
    _tell(context, person, PatternAsked(start, weeks, tuple(worked)), as_json)


def consent(
    context: typer.Context,
    others: Annotated[
        Literal["yes", "no"],
        typer.Argument(help="Whether they work for other hosts.", show_default=False),
    ],
    minutes: Annotated[
        float | None,
        typer.Option(
            "--most-minutes",
            metavar="MINUTES",
            parser=options.parse_number(0, 1440),
            help="Longest journey; without it no limit.",
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(
            "--host",
            metavar="ID|NAME",
            help="Only for this one; can be repeated. Without it for any.",
            show_default=False,
        ),
    ] = None,
    most_shifts: Annotated[
        int | None,
        typer.Option(
            "--most-shifts",
            metavar="NUMBER",
            min=0,
            help="At most so many shifts for them in a calendar month; without it no limit.",
            show_default=False,
        ),
    ] = None,
    person: Who = None,
    as_json: options.Json = False,
) -> None:
    """Whether somebody works for other hosts, for which, how often, and how far they travel."""
    from scheduler.domain.request import ConsentAsked

    accepts = others == "yes"
    if not accepts and (host or most_shifts is not None):
        raise BadRequest("Whoever works for no other host names none, and no number of shifts.")
    asked = ConsentAsked(accepts, minutes, tuple(host or ()), most_shifts)
    _tell(context, person, asked, as_json)


def take_back(
    context: typer.Context,
    request: RequestNumber,
    person: Who = None,
    as_json: options.Json = False,
) -> None:
    """What waits for an answer is not asked for any more."""
    from scheduler.services.requests import telling

    with session(context, as_json).repository() as repository:
        found = telling.take_back(repository, _whom(repository, person), request)
        _print(repository, found, as_json)


def know(
    context: typer.Context,
    request: RequestNumber,
    person: Who = None,
    as_json: options.Json = False,
) -> None:
    """They have seen the answer."""
    from scheduler.services.requests import telling

    with session(context, as_json).repository() as repository:
        found = telling.know_answer(repository, _whom(repository, person), request)
        _print(repository, found, as_json)


def _tell(context: typer.Context, person: str | None, asked: "Asked", as_json: bool) -> None:
    from dataclasses import replace

    from scheduler.domain.request import ConsentAsked, WishAsked
    from scheduler.services.requests.telling import ask
    from scheduler.services.view.by_words import meant

    with session(context, as_json).repository() as repository:
        if isinstance(asked, WishAsked) and asked.shift_type_id is not None:
            shift = meant(repository, "shift_type", asked.shift_type_id)
            asked = replace(asked, shift_type_id=shift)
        if isinstance(asked, ConsentAsked):
            hosts = tuple(meant(repository, "organisation", one) for one in asked.hosts)
            asked = replace(asked, hosts=hosts)
        _print(repository, ask(repository, _whom(repository, person), asked), as_json)


def _whom(repository: "Repository", person: str | None) -> str:
    from scheduler.services.requests.telling import whoever_tells
    from scheduler.services.view.by_words import meant_or_itself

    if person is not None:
        return meant_or_itself(repository, "staff", person)
    own = whoever_tells(repository)
    if own is None:
        raise BadRequest("Say of whom: --person STAFF, or --as an account that is somebody's.")
    return own


def _print(repository: "Repository", request: "StaffRequest", as_json: bool) -> None:
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
