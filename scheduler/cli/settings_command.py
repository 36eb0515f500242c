"""How this installation is set up."""

from typing import Annotated

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session


def register(app: typer.Typer) -> None:
    app.command("settings")(settings)


def settings(
    context: typer.Context,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="The page of all settings, for the documentation.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Every setting with its meaning, and what holds now: from the environment, a file, or as it
    comes. What is wrong is named, all of it.
    """
    from dataclasses import asdict

    from scheduler.services.settings import settings as service
    from scheduler.services.settings.where import places, settings_file

    session(context, as_json)
    if markdown:
        typer.echo(service.page(), nl=False)
        return
    found, file = service.described(), settings_file()
    if as_json:
        rows = [{**asdict(one), "variable": service.variable(one.name)} for one in found]
        print_json(
            {"status": "done", "file": None if file is None else str(file), "settings": rows}
        )
        return
    print_table(
        ("setting", "now", "from"),
        [(service.variable(one.name), one.value, one.source or "as it comes") for one in found],
    )
    for one in found:
        say(f"{service.variable(one.name)}: {one.meaning}")
    where = " or ".join(map(str, places()))
    note(f"Settings are read from {file}." if file else f"There is no file of settings: {where}.")
