"""What staff tell of themselves."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from scheduler.cli import options
from scheduler.cli.request_commands import RequestNumber, Who, print_request
from scheduler.cli.session import session
from scheduler.domain.errors import BadRequest

if TYPE_CHECKING:
    from scheduler.domain.request import Asked, AskedLeave
    from scheduler.storage.repository import Repository


def register(app: typer.Typer) -> None:
    tell = typer.Typer(
        help="Tell of oneself: a fact at once, or a request, as the employer's rule says.",
        no_args_is_help=True,
    )
    tell.command("sick")(sick)
    tell.command("well")(well)
    tell.command("leave")(leave)
    tell.command("wish")(wish)
    tell.command("pattern")(pattern)
    tell.command("consent")(consent)
    tell.command("take-back")(take_back)
    tell.command("know")(know)
    app.add_typer(tell, name="tell")


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


def well(
    context: typer.Context,
    first: Annotated[
        date | None,
        typer.Argument(
            metavar="[FROM]",
            parser=options.parse_day,
            help="First day on which they are well again; without it today.",
            show_default=False,
        ),
    ] = None,
    person: Who = None,
    as_json: options.Json = False,
) -> None:
    """Sickness that somebody has told ends sooner: scheduler --as ACCOUNT tell well"""
    from scheduler.services.requests.telling import tell_well, today_here

    with session(context, as_json).repository() as repository:
        whom = _whom(repository, person)
        print_request(repository, tell_well(repository, whom, first or today_here()), as_json)


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
        print_request(repository, found, as_json)


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
        print_request(repository, found, as_json)


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
        print_request(repository, ask(repository, _whom(repository, person), asked), as_json)


def _whom(repository: "Repository", person: str | None) -> str:
    from scheduler.services.requests.telling import whoever_tells
    from scheduler.services.view.by_words import meant_or_itself

    if person is not None:
        return meant_or_itself(repository, "staff", person)
    own = whoever_tells(repository)
    if own is None:
        raise BadRequest("Say of whom: --person STAFF, or --as an account that is somebody's.")
    return own
