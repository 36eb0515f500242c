"""Open the pages in a browser."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.session import note, session
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
            "--address", help="Who may reach the pages: localhost, or 0.0.0.0 for other machines."
        ),
    ] = "localhost",
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open a browser too.")
    ] = True,
) -> None:
    """Open the pages on the same database."""
    from scheduler.engine.surroundings import environment, python
    from scheduler.services.data.open import VARIABLE, database_url

    url = database_url(session(context).database)
    command = [
        *python("streamlit", "run", str(_page())),
        f"--server.port={port}",
        f"--server.address={address}",
        f"--server.headless={'false' if browser else 'true'}",
        "--server.showEmailPrompt=false",
        "--browser.gatherUsageStats=false",
        "--runner.magicEnabled=false",
    ]
    note(
        f"Pages on http://{'localhost' if address == '0.0.0.0' else address}:{port}; end with"
        " Ctrl-C."
    )
    settings = environment(**{VARIABLE: url})
    if os.name == "posix":
        # one process: whoever ends this one ends the pages
        os.execve(sys.executable, command, settings)
    raise typer.Exit(subprocess.call(command, env=settings))


def _page() -> Path:
    found = find_spec("ui")
    for folder in (found.submodule_search_locations or []) if found else []:
        page = Path(folder) / "streamlit_app.py"
        if page.exists():
            return page
    raise BadRequest(
        "The pages are not installed with this program: ui/streamlit_app.py is missing."
    )
