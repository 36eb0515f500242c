"""Scenarios that are kept under a name: list them, show one, save one, withdraw one, see its
versions.
"""

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import Collaborative, Json
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.data.kept_versions import KeptVersion, SavedVersion

HEADINGS = ("name", "version", "changes", "saved", "by", "why")
NOT_CHANGES = {"description", "with"}
"""What a scenario says beside its changes."""
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Under which it is kept.", show_default=False)
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with it.")]


def register(app: typer.Typer) -> None:
    scenario = typer.Typer(
        no_args_is_help=True,
        help=(
            "Keep scenarios under a name within a collaborative: list them, show one, save one,"
            " withdraw one, see its versions. `scheduler compare` takes their names beside files."
        ),
    )
    scenario.command("list")(list_scenarios)
    scenario.command("show")(show)
    scenario.command("save")(save)
    scenario.command("withdraw")(withdraw)
    scenario.command("history")(history)
    app.add_typer(scenario, name="scenario")


def list_scenarios(
    context: typer.Context, collaborative: Collaborative, as_json: Json = False
) -> None:
    """List the scenarios that are kept, each in its newest version."""
    from scheduler.services.scenarios.kept import kept_scenarios

    with session(context, as_json).reading() as repository:
        found = kept_scenarios(repository, collaborative)
    if as_json:
        print_json(
            {
                "status": "done",
                "scenarios": [version_document(one.version, one.by) for one in found],
            }
        )
    elif found:
        print_table(HEADINGS, map(_row, found), right=(1,))
    else:
        say(f"None is kept yet: scheduler scenario save NAME FILE -c {collaborative} --why REASON")


def show(
    context: typer.Context,
    name: Name,
    collaborative: Collaborative,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="With the changes of those on which it is built."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Print a kept scenario as TOML that reads back as the same scenario."""
    from scheduler.services.scenarios.kept import find_scenario
    from scheduler.services.scenarios.scenario_words import names_in
    from scheduler.services.view import look_up

    with session(context, as_json).reading() as repository:
        found = find_scenario(repository, name, collaborative)
        changes = found.whole.sentences(names_in(look_up.facts(repository))) if as_json else []
    text = found.whole_text if whole else found.text
    if as_json:
        document = version_document(found.version)
        print_json({"status": "done", **document, "toml": text, "changes": changes})
    else:
        say(text.removesuffix("\n"))


def save(
    context: typer.Context,
    name: Name,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|NAME",
            help="A TOML file, or the name of another that is kept.",
            show_default=False,
        ),
    ],
    collaborative: Collaborative,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Save a scenario under a name, as the next version of it: `scheduler compare NAME` finds it
    from then on, and so do the pages. Comparisons keep the scenario that they were made with.
    """
    from scheduler.services.scenarios.kept import save_scenario, tables_given

    called = session(context, as_json)
    with called.repository() as repository:
        tables = tables_given(repository, file, collaborative)
        made = save_scenario(repository, name, tables, collaborative, why=why, source=file.name)
    for remark in made.notes:
        note(f"Note: {remark}")
    if as_json:
        print_json({"status": "done", **version_document(made.version), "notes": list(made.notes)})
        return
    version = made.version
    say(
        f"Saved as “{version.name}”, version {version.version}, of {collaborative}. Test it:"
        f" scheduler compare '{version.name}' -c {collaborative} --start DATE"
    )


def withdraw(
    context: typer.Context,
    name: Name,
    collaborative: Collaborative,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Let nobody be offered a kept scenario any more; its versions stay."""
    from scheduler.services.scenarios.kept import withdraw_scenario

    with session(context, as_json).repository() as repository:
        made = withdraw_scenario(repository, name, collaborative, why=why)
    if as_json:
        print_json({"status": "done", **version_document(made)})
        return
    say(f"Withdrew “{made.name}” of {collaborative}. Comparisons made with it stay as they are.")


def history(
    context: typer.Context, name: Name, collaborative: Collaborative, as_json: Json = False
) -> None:
    """Show every version of a kept scenario, the newest first, and what each changed of the one
    before.
    """
    from scheduler.services.scenarios.kept import differences, scenario_history

    with session(context, as_json).reading() as repository:
        found = scenario_history(repository, name, collaborative)
    if as_json:
        print_json(
            {
                "status": "done",
                "versions": [version_document(one.version, one.by) for one in found],
            }
        )
        return
    print_table(HEADINGS, map(_row, found), right=(1,))
    for one, before in pairwise(found):
        lines = differences(before.version, one.version)
        if lines:
            words = f"Version {one.version.version} differs from version {before.version.version}:"
            say("\n".join(["", words, *(f"  {line}" for line in lines)]))


def version_document(version: "KeptVersion", by: str = "") -> dict[str, Any]:
    """A version for a program."""
    return {
        "name": version.name,
        "collaborative": version.collaborative_id,
        "version": version.version,
        "withdrawn": version.withdrawn,
        "at": version.at.isoformat(timespec="seconds"),
        **({"by": by} if by else {}),
        "why": version.why,
        "scenario": version.tables,
    }


def _row(one: "SavedVersion") -> tuple[object, ...]:
    version = one.version
    changes = sum(
        len(value) if isinstance(value, (list, dict)) else 1
        for key, value in version.tables.items()
        if key not in NOT_CHANGES
    )
    built = list(version.tables.get("with", ()))
    return (
        version.name,
        f"{version.version}{' (withdrawn)' if version.withdrawn else ''}",
        counted(changes, "change") + (f", with {', '.join(built)}" if built else ""),
        f"{version.at:%Y-%m-%d %H:%M} UTC",
        one.by,
        version.why,
    )
