"""The database as a whole, for whoever runs the program: back it up, restore it, see if it is
well.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.errors import BadRequest
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.keep.backup import BackupManifest
    from scheduler.services.keep.forgotten import ForgottenSince

NOT_WELL = 3
"""Exit code where something is wrong with the database."""


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("doctor")(doctor)


def backup(
    context: typer.Context,
    to: Annotated[
        Path,
        typer.Option(
            "--to",
            metavar="FILE",
            help="The backup; one of this name is replaced.",
            show_default=False,
        ),
    ],
    as_json: options.Json = False,
) -> None:
    """Back the database up while others go on working: one file, whole or not at all, read again
    after it was written. It holds everybody's data, so keep it where only its owner reads it.

    Never copy the file of a database in use instead: what was written last lies beside it.
    """
    from scheduler.services.keep.backup import back_up

    called = session(context, as_json)
    called.refuse_as()
    done = back_up(called.database, to)
    if as_json:
        print_json(
            {
                "status": "done",
                "file": str(to),
                **_about(done.manifest),
                "on_record": not done.unrecorded,
            }
        )
    else:
        say(f"{_in_words(done.manifest)}, in {to}.")
        say("It was read again after it was written, and holds what the database held.")
    if done.unrecorded:
        note(f"That it was taken is not on record in the database: {done.unrecorded}")


def restore(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="What scheduler backup has written.", show_default=False
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="URL",
            help="The database to put it into; the one that is named anyway, without it.",
            show_default=False,
        ),
    ] = None,
    over: Annotated[
        bool,
        typer.Option("--over", help="Also over a database that holds something, which is lost."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --over: do not ask first.")] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="An export of the record of what was done, younger than the backup: it says who"
            " has to be forgotten again.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Put a backup in the place of a database, all of it or nothing, and bring it to this version.
    End pages and workers first.
    """
    from scheduler.services.accounts.audit import exported
    from scheduler.services.keep import restore as service

    called = session(context, as_json)
    called.refuse_as()
    target = to or called.database
    later = None if record is None else exported(record)
    service.about(file)
    lost = service.would_replace(target) if over and not yes else ""
    if lost and not typer.confirm(f"Put {file} in the place of {lost}?", err=True):
        raise BadRequest("Nothing was restored.")
    done = service.restore(file, target, over=over, later=later)
    if as_json:
        print_json(
            {
                "status": "done",
                "database": done.where,
                **_about(done.manifest),
                "migrated": done.migrated,
                "broken": list(done.broken),
                "forgotten_since": None
                if done.forgotten is None
                else list(done.forgotten.staff_ids),
                "forgotten_nameless": None if done.forgotten is None else done.forgotten.nameless,
            }
        )
    else:
        say(f"{_in_words(done.manifest)}, is in {done.where}.")
        if done.migrated:
            say("It was brought to this program's version.")
        for sentence in done.broken:
            say(sentence)
        _say_forgotten(done.forgotten)
        say("See whether it is well: scheduler doctor")
    if done.broken:
        raise typer.Exit(NOT_WELL)


def _say_forgotten(found: "ForgottenSince | None") -> None:
    if found is None:
        say(
            "Who was forgotten after the backup was taken is in it again, and nobody can tell here"
            " who that was: go through scheduler people left, and forget again who is due."
        )
        return
    for staff_id in found.staff_ids:
        say(f"Forgotten since, and in it again: scheduler people forget {staff_id}")
    if found.nameless:
        say(
            f"{counted(found.nameless, 'person', 'people')} more had been forgotten since of whom"
            " nobody can say who: go through scheduler people left."
        )
    if not found.staff_ids and not found.nameless:
        say("Nobody was forgotten since it was taken.")


def doctor(context: typer.Context, as_json: options.Json = False) -> None:
    """See whether the database is well, and what to do where it is not. Nothing is changed.

    Exit code 3 where something is wrong; what somebody should only look at is told and is 0.
    """
    from scheduler.services.keep.checkup import worst
    from scheduler.services.keep.doctor import examine

    called = session(context, as_json)
    called.refuse_as()
    found = examine(called.database)
    verdict = worst(found)
    if as_json:
        status = {"ok": "done", "look": "look", "wrong": "wrong"}[verdict]
        print_json({"status": status, "checks": [vars(one) for one in found]})
    else:
        rows = [
            (one.state, one.what, "\n".join(filter(None, (one.said, one.todo)))) for one in found
        ]
        print_table(("", "what", "found, and what to do"), rows)
        said = {
            "ok": "All is well.",
            "look": "Nothing is wrong; somebody should look at what is marked.",
            "wrong": "Something is wrong.",
        }
        say(said[verdict])
    if verdict == "wrong":
        raise typer.Exit(NOT_WELL)


def _about(manifest: "BackupManifest") -> dict[str, Any]:
    return {
        "kind": manifest.kind,
        "tables": manifest.revision,
        "program": manifest.program,
        "taken_at": manifest.taken_at.isoformat(),
        "rows": manifest.rows,
        "bytes": manifest.size,
        "sha256": manifest.sha256,
        "last_entry": None
        if manifest.entries is None
        else f"{manifest.entries}:{manifest.entry_hash}",
    }


def _in_words(manifest: "BackupManifest") -> str:
    return (
        f"The database as it was at {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC,"
        f" {manifest.held:,} rows in {counted(len(manifest.rows), 'table')}"
    )
