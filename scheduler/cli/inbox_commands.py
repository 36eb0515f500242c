"""What waits for somebody, what people were told of their shifts, and e-mail that says so."""

import os
import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import print_json, session
from scheduler.domain.errors import BadRequest
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.domain.notice import Notice, ToldShift
    from scheduler.services.inbox.inbox import WaitingItem
    from scheduler.services.inbox.known_endings import ToldEnding
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
    """What somebody was told, or holds that ends, and has not said yet that they know."""
    from scheduler.services.inbox.known_endings import told_endings
    from scheduler.services.inbox.notices import notices
    from scheduler.services.inbox.words import Wording
    from scheduler.services.view.by_words import meant_or_itself

    with session(context, as_json).reading() as repository:
        staff_id = meant_or_itself(repository, "staff", person)
        found = notices(repository, staff_id, unseen=not everything)
        ends = [one for one in told_endings(repository, staff_id) if everything or one.is_news]
        wording = Wording.of(repository)
    if as_json:
        print_json(
            {
                "status": "done",
                "notices": [_notice(one) for one in found],
                "endings": [_ending(one) for one in ends],
            }
        )
        return
    if not found and not ends:
        say("They know of everything." if not everything else "They were never told anything.")
    for one in found:
        _print_notice(one, wording)
    for end in ends:
        _print_ending(end)
    if (found or ends) and not everything:
        up_to = f" --up-to {found[-1].id}" if found else ""
        say(f"Next: scheduler notices seen {staff_id}{up_to}{' --endings' if ends else ''}")


def _print_notice(one: "Notice", wording: "Wording") -> None:
    from scheduler.services.inbox.words import title

    known = "not seen" if one.seen_at is None else f"seen {one.seen_at:%Y-%m-%d %H:%M}"
    say(f"{one.id}  {one.at:%Y-%m-%d %H:%M}  {title(one)} ({known})")
    for word, shifts in (("no longer", one.lost), ("new", one.got)):
        for shift in shifts:
            say(f"      {word}: {wording.shift(shift)}")


def _print_ending(one: "ToldEnding") -> None:
    from scheduler.services.view.my_words import thing

    known = "not seen" if one.known_since is None else f"seen {one.known_since:%Y-%m-%d %H:%M}"
    ends = "ended" if one.ending.ended else "ends"
    say(f"{thing(one.ending.kind, one.what)} {ends} on {one.ending.until} ({known})")


def _ending(one: "ToldEnding") -> dict[str, Any]:
    return {
        **one.ending._asdict(),
        "until": one.ending.until.isoformat(),
        "what": one.what,
        "who": one.who,
        "seen_at": _iso(one.known_since),
    }


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
        int | None,
        typer.Option(
            "--up-to",
            metavar="NOTICE",
            min=1,
            help="The last notice that they know of.",
            show_default=False,
        ),
    ] = None,
    endings: Annotated[
        bool, typer.Option("--endings", help="All that ends for them, as the list shows it.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Somebody knows of everything that they were told up to a notice, or that ends for them."""
    from scheduler.services.inbox.known_endings import know_endings, told_endings
    from scheduler.services.inbox.notices import acknowledge
    from scheduler.services.view.by_words import meant_or_itself

    if up_to is None and not endings:
        raise BadRequest("Say what they know of: --up-to NOTICE, --endings, or both.")
    with session(context, as_json).repository() as repository:
        staff_id = meant_or_itself(repository, "staff", person)
        found = [] if up_to is None else acknowledge(repository, staff_id, up_to)
        ends = []
        if endings:
            marks = {one.ending.mark for one in told_endings(repository, staff_id)}
            ends = know_endings(repository, staff_id, marks)
    if as_json:
        print_json({"status": "done", "seen": [one.id for one in found], "endings": len(ends)})
        return
    if up_to is not None:
        say(f"{staff_id} knows of {counted(len(found), 'notice')} more.")
    if endings:
        say(f"{staff_id} knows of {counted(len(ends), 'ending')} more.")


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
