"""What waits for somebody, what people were told of their shifts, and e-mail that says so."""

import os
import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.domain.notice import Notice, ToldShift
    from scheduler.services.inbox.inbox import WaitingItem
    from scheduler.services.inbox.mailing import Letter, Sent
    from scheduler.services.inbox.words import Wording


def register(app: typer.Typer) -> None:
    app.command("inbox")(inbox)
    notices = typer.Typer(
        help="What people were told of their published shifts.", no_args_is_help=True
    )
    notices.command("list")(list_notices)
    notices.command("seen")(seen)
    notices.command("untold")(untold)
    app.add_typer(notices, name="notices")
    outbox = typer.Typer(help="E-mail that waits to be sent.", no_args_is_help=True)
    outbox.command("list")(list_outbox)
    outbox.command("send")(send)
    app.add_typer(outbox, name="outbox")


def inbox(context: typer.Context, as_json: options.Json = False) -> None:
    """All that waits for whoever asks, the oldest first, with what each answer would cost; without
    --as, all that waits for anybody.
    """
    from scheduler.services.inbox.in_words import told_of
    from scheduler.services.inbox.inbox import inbox as service
    from scheduler.services.inbox.words import Wording

    with session(context, as_json).reading() as repository:
        found, wording = service(repository), Wording.of(repository)
    if as_json:
        print_json({"status": "done", "waiting": [_item(one, wording) for one in found]})
        return
    if not found:
        say("Nothing waits.")
    for one in found:
        words = told_of(one, wording)
        say(f"{one.since:%Y-%m-%d %H:%M}  {words.what}")
        for answer, cost in words.costs.items():
            say(f"    {answer}: {cost}")
        say(f"    $ {words.command}")


def _item(one: "WaitingItem", wording: "Wording") -> dict[str, Any]:
    from scheduler.services.inbox.in_words import told_of

    words = told_of(one, wording)
    return {
        "kind": words.kind,
        "since": one.since.isoformat(),
        "due": None if words.due is None else words.due.isoformat(),
        "what": words.what,
        "costs": words.costs,
        "command": words.command,
        **words.ids,
    }


def list_notices(
    context: typer.Context,
    person: options.Person,
    everything: Annotated[bool, typer.Option("--all", help="Also what they know already.")] = False,
    as_json: options.Json = False,
) -> None:
    """What somebody was told and has not said yet that they know."""
    from scheduler.services.inbox.notices import notices
    from scheduler.services.inbox.words import Wording
    from scheduler.services.view.by_words import meant_or_itself

    with session(context, as_json).reading() as repository:
        staff_id = meant_or_itself(repository, "staff", person)
        found = notices(repository, staff_id, unseen=not everything)
        wording = Wording.of(repository)
    if as_json:
        print_json({"status": "done", "notices": [_notice(one) for one in found]})
        return
    if not found:
        say("They know of everything." if not everything else "They were never told anything.")
    for one in found:
        _print_notice(one, wording)
    if found and not everything:
        say(f"Next: scheduler notices seen {staff_id} --up-to {found[-1].id}")


def _print_notice(one: "Notice", wording: "Wording") -> None:
    from scheduler.services.inbox.words import title

    known = "not seen" if one.seen_at is None else f"seen {one.seen_at:%Y-%m-%d %H:%M}"
    say(f"{one.id}  {one.at:%Y-%m-%d %H:%M}  {title(one)} ({known})")
    for word, shifts in (("no longer", one.lost), ("new", one.got)):
        for shift in shifts:
            say(f"      {word}: {wording.shift(shift)}")


def _notice(one: "Notice") -> dict[str, Any]:
    def shifts(some: "tuple[ToldShift, ...]") -> list[dict[str, Any]]:
        return [
            {
                **shift._asdict(),
                "start": shift.start.isoformat(),
                "end": shift.end.isoformat(),
            }
            for shift in some
        ]

    return {
        "id": one.id,
        "staff_id": one.staff_id,
        "roster_id": one.roster_id,
        "at": one.at.isoformat(),
        "lost": shifts(one.lost),
        "got": shifts(one.got),
        "seen_at": _iso(one.seen_at),
        "seen_by": one.seen_by,
    }


def seen(
    context: typer.Context,
    person: options.Person,
    up_to: Annotated[
        int,
        typer.Option(
            "--up-to",
            metavar="NOTICE",
            min=1,
            help="The last notice that they know of.",
            show_default=False,
        ),
    ],
    as_json: options.Json = False,
) -> None:
    """Somebody knows of everything that they were told up to a notice."""
    from scheduler.services.inbox.notices import acknowledge
    from scheduler.services.view.by_words import meant_or_itself

    with session(context, as_json).repository() as repository:
        staff_id = meant_or_itself(repository, "staff", person)
        found = acknowledge(repository, staff_id, up_to)
    if as_json:
        print_json({"status": "done", "seen": [one.id for one in found]})
        return
    say(f"{staff_id} knows of {counted(len(found), 'notice')} more.")


def untold(context: typer.Context, as_json: options.Json = False) -> None:
    """Who does not know of a change so near to a shift that somebody has to tell them."""
    from scheduler.services.inbox.notices import untold as service
    from scheduler.services.inbox.words import moment

    with session(context, as_json).reading() as repository:
        found = service(repository)
    if as_json:
        rows = [
            {
                "staff_id": one.staff_id,
                "name": one.name,
                "employers": sorted(one.employers),
                "first_start": one.first_start.isoformat(),
                "notices": [notice.id for notice in one.notices],
            }
            for one in found
        ]
        print_json({"status": "done", "untold": rows})
        return
    if not found:
        say("Everybody knows of what is near.")
        return
    print_table(
        ("who", "name", "employed by", "first shift", "notices"),
        [
            (
                one.staff_id,
                one.name,
                ", ".join(sorted(one.employers)),
                moment(one.first_start),
                ", ".join(str(notice.id) for notice in one.notices),
            )
            for one in found
        ],
    )


# --- e-mail


def list_outbox(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also what is done.")] = False,
    as_json: options.Json = False,
) -> None:
    """What waits to be sent, and why it was not yet."""
    from scheduler.services.inbox.mailing import outbox

    with session(context, as_json).reading() as repository:
        found = outbox(repository, waiting=not everything)
    if as_json:
        print_json({"status": "done", "letters": [_letter(one) for one in found]})
        return
    if not found:
        say("No e-mail waits.")
        return
    print_table(
        ("letter", "account", "since", "tries", "not before", "state"),
        [
            (
                one.id,
                one.account_id,
                f"{one.at:%Y-%m-%d %H:%M}",
                one.tries,
                "" if one.done_at is not None else f"{one.next_at:%Y-%m-%d %H:%M}",
                one.outcome or "waits",
            )
            for one in found
        ],
        right=(0, 3),
    )


def _letter(one: "Letter") -> dict[str, Any]:
    return {
        "id": one.id,
        "account_id": one.account_id,
        "at": one.at.isoformat(),
        "notice_id": one.notice_id,
        "roster_id": one.roster_id,
        "tries": one.tries,
        "next_at": one.next_at.isoformat(),
        "done_at": _iso(one.done_at),
        "outcome": one.outcome,
    }


def send(
    context: typer.Context,
    every: Annotated[
        float | None,
        typer.Option(
            "--every",
            metavar="SECONDS",
            parser=options.parse_number(1, 86_400),
            help="Go on for ever, and look for more so often.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Send what is due, by the server that SCHEDULER_SMTP names (smtp://user:password@host:587), as
    SCHEDULER_MAIL_FROM; SCHEDULER_PAGES is where people open the pages.
    """
    from scheduler.services.inbox.mailing import MailSettings
    from scheduler.services.inbox.mailing import send as service

    settings = MailSettings.of(os.environ)
    with session(context, as_json).repository() as repository:
        while True:
            _print_sent(service(repository, settings), as_json)
            if every is None:
                return
            time.sleep(every)


def _print_sent(done: "Sent", as_json: bool) -> None:
    if as_json:
        print_json({"status": "done", **vars(done)})
        return
    say(
        f"{counted(done.sent, 'message')} sent, {done.needless} needless,"
        f" {done.failed} to be tried again" + "".join(f"\n  {why}" for why in done.why)
    )


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
