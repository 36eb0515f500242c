"""The pages as they are served: `streamlit run ui/server.py`, which is what `scheduler ui` does.

Nothing is served where anybody could come in without signing in: that ends with status 2 and a
sentence that says what to configure.
"""

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui.guard import Guard
from ui.providers import configured
from ui.quiet_logs import keep_secrets_out

OPTIONS = ("server.trustedUserHeaders", "server.enableAgentApi")

settings = configured()
faults = settings.start_faults(
    st.get_option("server.address"), {name: st.get_option(name) for name in OPTIONS}
)
if faults:
    print("The pages are not served:", *faults, sep="\n", file=sys.stderr)
    raise SystemExit(2)

keep_secrets_out()
app = st.App(
    Path(__file__).with_name("streamlit_app.py"),
    middleware=[
        Middleware(
            Guard, settings=settings, origins=tuple(st.get_option("server.corsAllowedOrigins"))
        )
    ],
)
