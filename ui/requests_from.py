"""Who sends a request to this server, outside of Streamlit's sessions: the account in the cookie
that Streamlit's sign-in has set, or where nobody signs in the persona that the address names.

Streamlit's own functions read the cookie and verify its signature and its origin.
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection
from streamlit.web.server.starlette import starlette_websocket

from scheduler.domain.access import Actor
from scheduler.domain.errors import BadRequest, NotPermitted
from scheduler.services.accounts import accounts
from scheduler.services.accounts.accounts import NotSignedIn
from scheduler.services.accounts.personas import persona
from scheduler.services.data.open import Repository
from ui.guard import USER
from ui.providers import SignInSettings, from_this_machine

PERSONA_QUERY = ("as", "as_person")
"""What the address says of a persona, as on the pages."""


def asking(opened: Repository, request: HTTPConnection, settings: SignInSettings) -> Actor:
    """Who sends a request, with what they may do at this moment. Raises NotSignedIn where they have
    to sign in first, BadRequest where nobody is let in, NotPermitted from another machine where
    nobody signs in.
    """
    peer = request.client.host if request.client else None
    origin = f"pages from {peer or '127.0.0.1'}"
    if settings.faults:
        raise BadRequest("Sign-in is not set up as it must be, so nobody is let in.")
    if settings.demo:
        names = {name.lower() for name in request.headers}
        if not from_this_machine(request.headers.get("host"), peer, names):
            raise NotPermitted("Nobody can sign in here yet.")
        if request.query_params.get("as") != "staff":
            return persona("operations", origin)
        return persona("staff", origin, request.query_params.get("as_person") or None)
    claimed = claims(request.cookies, settings.public)
    if claimed.get("is_logged_in") is not True:
        raise NotSignedIn("Sign in to see this page.")
    return accounts.sign_in(opened, accounts.identity_of(claimed), origin)


def claims(cookies: dict[str, str], public: str) -> Mapping[str, Any]:
    """What the provider said in the ID token from which a cookie was made at this `public` origin;
    empty where there is none, or it is not Streamlit's own.
    """
    read = starlette_websocket._get_signed_cookie_with_chunks(cookies, USER)
    return starlette_websocket._parse_decoded_user_cookie(read, public) if read else {}


def persona_named(request: HTTPConnection, settings: SignInSettings) -> dict[str, str]:
    """What of an address has to stand in those that are reached from it, so that one goes on
    looking around as the same.
    """
    asked = request.query_params
    return {name: asked[name] for name in PERSONA_QUERY if settings.demo and name in asked}
