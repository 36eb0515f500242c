"""What is kept of a sign-in in people's browsers: who it is and until when, and nothing else.

Streamlit keeps all that a provider says. Two hundred groups make headers of twenty thousand
characters, with which no browser could open the pages any more; and what we do not read is not ours
to keep.
"""

from typing import Any

from streamlit.web.server.starlette import starlette_auth_routes

WHO = ("iss", "sub", "oid", "tid", "iat", "exp")
NAMES = ("name", "preferred_username", "email")
STREAMLITS_OWN = ("origin", "is_logged_in", "provider")
LONGEST_NAME = 200
LONGEST_HINT = 2_000
"""Characters of an ID token that is kept to tell the provider who signs out; without it the
provider asks.
"""


def needed(said: dict[str, Any]) -> dict[str, Any]:
    """Of what a provider and Streamlit say, what is read later."""
    names = {key: said[key][:LONGEST_NAME] for key in NAMES if isinstance(said.get(key), str)}
    return {key: said[key] for key in (*WHO, *STREAMLITS_OWN) if key in said} | names


def keep_cookies_small() -> None:
    """In this process, from here on."""
    set_cookies = starlette_auth_routes._set_auth_cookie
    if getattr(set_cookies, "keeps_cookies_small", False):
        return

    async def set_small_cookies(
        response: Any, user_info: dict[str, Any], tokens: dict[str, Any]
    ) -> None:
        hint = str(tokens.get("id_token", ""))
        await set_cookies(
            response,
            needed(user_info),
            {"id_token": hint} if 0 < len(hint) <= LONGEST_HINT else {},
        )

    set_small_cookies.__dict__["keeps_cookies_small"] = True
    starlette_auth_routes._set_auth_cookie = set_small_cookies
