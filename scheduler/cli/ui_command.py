"""Open the pages in a browser."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.session import session
from scheduler.domain.errors import BadRequest


def register(app: typer.Typer) -> None:
    app.command("ui")(ui)


def ui(
    context: typer.Context,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65_535, help="Port of the pages.")
    ] = 8501,
    address: Annotated[
        str,
        typer.Option(
            "--address",
            help=(
                "Who may reach the pages: localhost, or 0.0.0.0 for other machines, which takes"
                " sign-in."
            ),
        ),
    ] = "localhost",
    sign_in: Annotated[
        Path | None,
        typer.Option(
            "--sign-in",
            exists=True,
            dir_okay=False,
            help=(
                "A TOML file whose [auth] names by whom people sign in; without it"
                " .streamlit/secrets.toml, here or in the home folder."
            ),
        ),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open a browser too.")
    ] = True,
) -> None:
    """Open the pages on the same database; without sign-in as a demo, on this machine alone."""
    from scheduler.engine.surroundings import environment, python
    from scheduler.services.data.open import VARIABLE, database_url

    session(context).refuse_as()
    if find_spec("ui") is None:
        raise BadRequest("The pages are not installed with this program: there is no package ui.")
    url = database_url(session(context).database)
    command = [
        *python("ui.server", f"--port={port}", f"--address={address}"),
        *(["--browser"] if browser else []),
        *([f"--sign-in={sign_in.resolve()}"] if sign_in else []),
    ]
    settings = environment(**{VARIABLE: url})
    if os.name == "posix":
        # one process: whoever ends this one ends the pages
        os.execve(sys.executable, command, settings)
    raise typer.Exit(subprocess.call(command, env=settings))
