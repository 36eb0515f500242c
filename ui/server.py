"""The pages as they are served: `scheduler ui` runs this module; `streamlit run ui/server.py` and
`uvicorn ui.server:app` do as well.

Nothing is served where anybody could come in without signing in, or where a newer program has made
the database: that ends with status 2 and a sentence that says what to do.
"""

import sys
import webbrowser
from argparse import ArgumentParser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from streamlit.web import bootstrap

from scheduler.domain.errors import BadRequest, SchedulerError
from scheduler.engine.aside import close_aside, open_aside
from scheduler.engine.quiet_logs import keep_secrets_out
from scheduler.rest.app import AT, api
from scheduler.services.keep.newer import require_no_newer
from scheduler.services.limits.memory import (
    look_for_cycles_by_the_clock,
    look_for_cycles_seldom,
)
from scheduler.services.settings.settings import load
from ui.calendar_route import calendar_routes
from ui.guard import Guard
from ui.health_routes import health_routes
from ui.json_logs import write_logs_as_said
from ui.observed import Observed
from ui.own_config import own_config
from ui.providers import configured, is_loopback
from ui.small_cookies import keep_cookies_small
from ui.today_route import today_routes

OPTIONS = ("server.trustedUserHeaders", "server.enableAgentApi")
ALWAYS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
    "server.fileWatcherType": "none",
    "server.maxUploadSize": 20,  # MB: whoever has not signed in can fill no memory
    "server.showEmailPrompt": False,
}
"""Whatever the folder in which the pages are started says."""


LONG = ("scheduler.services.outlook.expiries", "scheduler.services.explain.why_person")
"""What is asked for beside the pages."""


@asynccontextmanager
async def _while_served(_: st.App) -> AsyncIterator[dict[str, Any]]:
    open_aside(*LONG)
    look_for_cycles_by_the_clock()
    if not st.get_option("server.headless"):
        page = f"http://localhost:{st.get_option('server.port')}"
        Thread(target=webbrowser.open, args=(page,), daemon=True).start()
    yield {}
    close_aside()


def refuse_where_settings_are_wrong() -> None:
    """Lets the file of settings hold, or ends this process with all that is wrong."""
    try:
        load()
    except SchedulerError as error:
        print("The pages are not served.", error, sep="\n", file=sys.stderr)
        raise SystemExit(2) from None


def refuse_where_open_to_all() -> None:
    """Ends this process where these settings let anybody in."""
    faults = configured().start_faults(
        st.get_option("server.address"), {name: st.get_option(name) for name in OPTIONS}
    )
    if faults:
        print("The pages are not served.", *faults, sep="\n", file=sys.stderr)
        raise SystemExit(2)


def refuse_a_newer_database() -> None:
    """Ends this process where a newer program has made the database."""
    try:
        require_no_newer()
    except BadRequest as error:
        print("The pages are not served.", error, sep="\n", file=sys.stderr)
        raise SystemExit(2) from None


look_for_cycles_seldom()
refuse_where_settings_are_wrong()
app = st.App(
    Path(__file__).with_name("streamlit_app.py"),
    routes=[*health_routes(), *calendar_routes(), *today_routes(), Mount(AT, api())],
    middleware=[Middleware(Observed), Middleware(Guard)],
    lifespan=_while_served,
)
keep_secrets_out()
AS_JSON = write_logs_as_said()
keep_cookies_small()


def main() -> None:
    """Serve the pages until somebody ends this process."""
    parser = ArgumentParser(prog="python -m ui.server", description=main.__doc__)
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="localhost")
    parser.add_argument("--browser", action="store_true", help="open one too")
    parser.add_argument("--sign-in", help="the file whose [auth] names the providers")
    given = parser.parse_args()
    options = {
        **own_config(),
        **ALWAYS,
        "server.port": given.port,
        "server.address": given.address,
        "server.headless": not given.browser,
        "logger.hideWelcomeMessage": AS_JSON,
        **({"secrets.files": [given.sign_in]} if given.sign_in else {}),
    }
    bootstrap.load_config_options(options)
    if not is_loopback(given.address):
        # else Streamlit asks a machine on the internet what this one is called there
        public = configured().public.partition("://")[2]
        options["browser.serverAddress"] = public.partition(":")[0] or given.address
    refuse_where_open_to_all()
    refuse_a_newer_database()
    if not AS_JSON:
        print("The pages end with Ctrl-C.", file=sys.stderr)
    app.run(config=options)


if __name__ == "__main__":
    main()
else:
    refuse_where_open_to_all()
    refuse_a_newer_database()
