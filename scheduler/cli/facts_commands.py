"""Stored facts on the command line: look at them, change them, end them, see what was changed, and
take it back.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.change_rendering import (
    MOST_LISTED,
    change_words,
    row_words,
    say_past,
    say_upsets,
)
from scheduler.cli.options import Json
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.errors import BadRequest
from scheduler.domain.wording import counted, maybe

if TYPE_CHECKING:
    from scheduler.domain.change_set import RowChange
    from scheduler.services.data.open import Repository
    from scheduler.services.facts.change import Changed, Proposed

facts = typer.Typer(
    no_args_is_help=True,
    help="Stored facts: look at them, change, end and withdraw them, see and take back changes.",
)

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="Which facts, by the name of their file: leave, contract, …",
        show_default=False,
    ),
]
Key = Annotated[
    list[str],
    typer.Argument(
        metavar="KEY…",
        help=(
            "Its key: an id, or what the file is keyed by, in order (staff, first date, kind)."
            " People, sites, services may be named in words."
        ),
        show_default=False,
    ),
]
Why = Annotated[
    str,
    typer.Option(
        "--why",
        metavar="TEXT",
        help="The reason, kept with the change; never why somebody is away.",
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would change and what it upsets; write nothing.")
]


def register(app: typer.Typer) -> None:
    app.add_typer(facts, name="facts")


# --- look


@facts.command("list")
def list_facts(
    context: typer.Context,
    file: File,
    key: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY]…", help="The beginning of their key.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """List stored facts of one file, by their key or its beginning."""
    from scheduler.services.facts.stored import find_facts

    with session(context, as_json).reading() as repository:
        found = find_facts(repository, file, key or [])
    rows = [fact.cells() for fact in found]
    if as_json:
        print_json({"status": "done", "file": file.removesuffix(".csv"), "rows": rows})
        return
    if not rows:
        say("None is stored.")
        return
    print_table(tuple(rows[0]), [tuple(row.values()) for row in rows[:MOST_LISTED]])
    if len(rows) > MOST_LISTED:
        say(f"… and {len(rows) - MOST_LISTED:,} more; say more of the key, or take --json.")


@facts.command("show")
def show(context: typer.Context, file: File, key: Key, as_json: Json = False) -> None:
    """Show one stored fact, what belongs to it, and how it came to be so."""
    from scheduler.services.facts.history import Search, history
    from scheduler.services.facts.stored import belonging, the_one

    with session(context, as_json).reading() as repository:
        fact = the_one(repository, file, key)
        own = belonging(repository, fact)
        cells = tuple(fact.cell(column) for column in fact.key)
        past = history(repository, Search(fact.file, cells, most=MOST_LISTED))
    if as_json:
        from scheduler.services.documents.facts import past_document

        print_json(
            {
                "status": "done",
                "file": fact.file,
                "row": fact.cells(),
                "belonging": {named: [row.cells() for row in rows] for named, rows in own.items()},
                "history": [past_document(one) for one in past],
            }
        )
        return
    width = max(map(len, fact.cells()))
    for column, cell in fact.cells().items():
        say(f"{column:<{width}}  {cell or '—'}")
    for named, rows in own.items():
        say()
        say(f"{named}: {counted(len(rows), 'row')}")
        for row in rows[:10]:
            say(f"  {row_words(row)}")
        if len(rows) > 10:
            say(f"  … and {len(rows) - 10:,} more: scheduler facts list {named}")
    say()
    say("Changed:" if past else "Not changed since before changes were kept.")
    for one in past:
        say_past(one)


@facts.command("history")
def history_of(
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="Of these facts alone.", show_default=False),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY]…", help="The beginning of their key.", show_default=False),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="ID|NAME", help="About this person.", show_default=False),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(
            "--change",
            metavar="N",
            min=1,
            max=2**62,
            help="This change, row by row.",
            show_default=False,
        ),
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help="At most so many.")] = 20,
    before: Annotated[
        int | None,
        typer.Option(
            "--before",
            metavar="N",
            min=1,
            max=2**62,
            help="Older than change N.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """What was changed: who, when, why; the newest first."""
    from scheduler.services.facts.history import Search, history, past_change
    from scheduler.services.facts.stored import known_file
    from scheduler.services.view.by_words import meant

    with session(context, as_json).reading() as repository:
        if number is not None:
            found = [past_change(repository, number)]
        else:
            staff_id = None if person is None else meant(repository, "staff", person)
            name = None if file is None else known_file(file)
            wanted = Search(name, tuple(key or ()), staff_id, None, before, most)
            found = history(repository, wanted)
    if as_json:
        from scheduler.services.documents.facts import past_document

        print_json({"status": "done", "changes": [past_document(one) for one in found]})
        return
    if not found:
        say("Nothing was changed of that.")
    for one in found:
        say_past(one, every_row=number is not None)


# --- change


@facts.command("add")
def add(
    context: typer.Context,
    file: File,
    cells: Annotated[
        list[str],
        typer.Argument(
            metavar="COLUMN=VALUE…", help="Its cells, as in the file.", show_default=False
        ),
    ],
    why: Why = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Add a fact: scheduler facts add passport staff_id=S1 route=digital_passport …

    Whoever or whatever a cell names may be named in words. For leave: scheduler leave.
    """
    from scheduler.services.facts.change import EditedRow, understood
    from scheduler.services.facts.stored import known_file, with_ids

    with _opened(context, as_json, dry_run) as repository:
        name = known_file(file)
        row = with_ids(repository, name, _cells(name, cells))
        changes, _ = understood(name, [EditedRow(1, None, row)])
        _done(repository, changes, why, dry_run, as_json)


@facts.command("change")
def change_fact(
    context: typer.Context,
    file: File,
    key: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY… COLUMN=VALUE…",
            help="Its key, then the cells that become others; COLUMN= empties one.",
            show_default=False,
        ),
    ],
    why: Why = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Change cells of a stored fact: scheduler facts change contract C-0115 hours_per_week=30"""
    from scheduler.services.facts.change import EditedRow, understood
    from scheduler.services.facts.stored import known_file, the_one, with_ids

    with _opened(context, as_json, dry_run) as repository:
        name = known_file(file)
        given = [word for word in key if _is_cell(name, word)]
        fact = the_one(repository, name, [word for word in key if word not in given])
        if not given:
            raise BadRequest(
                "Which cells become what? Say COLUMN=VALUE behind the key, such as"
                f" {fact.key[-1]}={fact.cell(fact.key[-1])}."
            )
        row = {**fact.cells(), **with_ids(repository, name, _cells(name, given))}
        changes, _ = understood(name, [EditedRow(1, fact, row)])
        _done(repository, changes, why, dry_run, as_json)


@facts.command("end")
def end(
    context: typer.Context,
    file: File,
    key: Key,
    on: Annotated[
        date,
        typer.Option(
            "--on",
            metavar="DATE",
            parser=options.parse_day,
            help="Its last day.",
            show_default=False,
        ),
    ],
    why: Why = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """End a fact, or a person or organisation with all of theirs: what was worked stays history."""
    from scheduler.services.facts.stored import end_of, the_one

    with _opened(context, as_json, dry_run) as repository:
        found = end_of(repository, the_one(repository, file, key), on)
        for sentence in found.notes:
            note(sentence)
        _done(repository, found.changes, why, dry_run, as_json)


@facts.command("remove")
def remove(
    context: typer.Context,
    file: File,
    key: Key,
    every: Annotated[
        bool, typer.Option("--all", help="All rows that the beginning of a key names.")
    ] = False,
    why: Why = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Withdraw a stored fact: leave that was cancelled, a row that never should have been there.

    Refused where other facts or history need it, with the way out. Stored rosters keep the facts
    that they were made from.
    """
    from scheduler.domain.change_set import RowChange
    from scheduler.services.facts.stored import the_ones

    with _opened(context, as_json, dry_run) as repository:
        found = the_ones(repository, file, key, every=every)
        _done(repository, [RowChange(fact, None) for fact in found], why, dry_run, as_json)


@facts.command("revert")
def revert(
    context: typer.Context,
    number: Annotated[
        int,
        typer.Argument(
            metavar="N",
            min=1,
            max=2**62,
            help="The change's number, as `facts history` says.",
            show_default=False,
        ),
    ],
    why: Why = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take a change back, all of it, as a new change."""
    from scheduler.services.facts import history

    with _opened(context, as_json, dry_run) as repository:
        proposed = history.propose_revert(repository, number)
        made = None if dry_run else history.revert(repository, number, why=why)
    _tell(proposed, made, as_json)


# --- what all of them share


def _opened(context: typer.Context, as_json: bool, dry_run: bool) -> Any:
    called = session(context, as_json)
    return called.reading() if dry_run else called.repository()


def _done(
    repository: "Repository",
    changes: "Sequence[RowChange]",
    why: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    from scheduler.services.facts.change import change, propose

    proposed = propose(repository, changes)
    made = None if dry_run else change(repository, changes, why=why)
    _tell(proposed, made, as_json)


def _tell(proposed: "Proposed", made: "Changed | None", as_json: bool) -> None:
    """`made`: None where it was to be tried alone."""
    if as_json:
        from scheduler.services.documents.facts import change_made_document

        print_json(change_made_document(proposed, made))
        return
    for one in proposed.changes[:MOST_LISTED]:
        say(change_words(one))
    if (more := len(proposed.changes) - MOST_LISTED) > 0:
        say(f"… and {counted(more, 'row')} more.")
    for sentence in proposed.notes:
        note(sentence)
    say_upsets(proposed, made is not None)
    if made:
        say(f"Change {made.number}. To take it back: scheduler facts revert {made.number}")
    else:
        say("Nothing was written.")


def _is_cell(file: str, word: str) -> bool:
    from scheduler.domain.facts import BY_FILE

    column, equals, _ = word.partition("=")
    return bool(equals) and column in BY_FILE[file].model_fields


def _cells(file: str, words: Sequence[str]) -> Mapping[str, str]:
    """Raises BadRequest, naming every word that is no COLUMN=VALUE."""
    from scheduler.domain.facts import BY_FILE

    known, found, wrong = BY_FILE[file].model_fields, {}, []
    for word in words:
        column, equals, value = word.partition("=")
        if equals and column in known:
            found[column] = value
        elif equals:
            wrong.append(f"{file}.csv has no column {column!r}. {maybe(column, known)}".rstrip())
        else:
            wrong.append(f"{word!r} is not COLUMN=VALUE, such as {next(iter(known))}=…")
    if wrong:
        raise BadRequest("\n".join([*wrong, f"Its columns are {', '.join(known)}."]))
    return found
