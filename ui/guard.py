"""What stands between the pages and the network: which requests are let in, and the headers with
which every answer goes out.
"""

import base64
import re
from collections.abc import Set as AbstractSet
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.providers import (
    CALLBACK,
    SignInSettings,
    configured,
    from_this_machine,
    is_loopback,
)

CLOSED = (
    "These pages have no sign-in yet, so they are open only on the machine that runs them, under"
    " http://localhost. Whoever runs it can name a provider for sign-in in"
    " .streamlit/secrets.toml.\n"
)
FOR_THIS_MACHINE = "These figures are for the machine that runs these pages.\n"
STRANGE = "This connection does not come from these pages. Open them in a browser.\n"

ALWAYS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(),"
        " gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = "max-age=31536000"
BEFORE = "scheduler_before_sign_in"
"""The cookie that says which page somebody was looking for when they went to sign in."""
SIGN_IN = "/auth/login"
USER = "_streamlit_user"
"""Streamlit's cookie of who is signed in."""
FAILED = "sign_in=failed"
"""What an address says after a way to a provider from which nobody came back signed in."""
OWN_FIGURES = "/_stcore/metrics"
"""What Streamlit says of its memory and sessions to whoever asks; ours are at /metrics."""
FILES = "/media/"
"""Where downloads lie until they are fetched."""


def inline_scripts(page: str) -> list[str]:
    """What a policy calls the scripts that stand in a page itself."""
    return [
        f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
        for text in re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    ]


def content_security_policy() -> str:
    """What the pages may load and run: their own, and nothing from anywhere else."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    scripts = " ".join(inline_scripts(page.read_text(encoding="utf-8")))
    return "; ".join(
        (
            "default-src 'self'",
            # the board comes as a module out of the page's own memory; Arrow's tables are
            # compiled in the browser
            f"script-src 'self' {scripts} blob: 'wasm-unsafe-eval'",
            # Streamlit writes styles as it draws
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """Pure ASGI, so that it sees websockets too."""

    def __init__(self, app: ASGIApp, settings: SignInSettings | None = None) -> None:
        """`settings`: where None, those that the pages are served with."""
        self._app = app
        self._settings = configured() if settings is None else settings
        self._policy = content_security_policy()
        # a websocket may be opened from the pages' own public address, and where else one says
        others = streamlit.get_option("server.corsAllowedOrigins")
        self._origins = frozenset((self._settings.public, *others)) - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            if refusal:
                await _refuse_websocket(refusal, scope, send)
            else:
                await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(message, scope, headers)
            await send(message)

        if refusal:
            await PlainTextResponse(refusal, 403)(scope, receive, sending)
        else:
            await self._app(scope, receive, sending)

    def _refusal(self, scope: Scope, headers: Headers) -> str:
        """Why this request is not let in; empty if it is."""
        peer = (scope.get("client") or (None,))[0]
        here = from_this_machine(headers.get("host"), peer, {name.lower() for name in headers})
        if self._settings.demo and not here:
            return CLOSED
        if scope["path"].rstrip("/").endswith(OWN_FIGURES) and not here:
            return FOR_THIS_MACHINE
        if scope["type"] == "websocket" and not from_these_pages(headers, self._origins):
            return STRANGE
        return ""

    def _dress(self, message: Message, scope: Scope, asked: Headers) -> None:
        """Put our headers on an answer."""
        headers = MutableHeaders(scope=message)
        for name, value in ALWAYS.items():
            headers[name] = value
        headers["Content-Security-Policy"] = self._policy
        _remember_the_way(headers, scope, asked)
        home = f"{scope['path'].removesuffix(SIGN_IN)}/"
        if scope["path"].endswith(SIGN_IN) and message["status"] >= 400 and _is_page(home):
            # a provider that cannot be reached: back to where it says what to do
            message["status"] = 302
            headers["Location"] = f"{home}?{FAILED}"
        if scope["path"].startswith(FILES):
            headers["Cache-Control"] = "private, no-store"
        if self._over_the_network(asked):
            headers["Strict-Transport-Security"] = A_YEAR
            message["headers"] = [
                (name, _secure(value) if name.lower() == b"set-cookie" else value)
                for name, value in message["headers"]
            ]

    def _over_the_network(self, asked: Headers) -> bool:
        return self._settings.public.startswith("https://") or not is_loopback(asked.get("host"))


def _secure(cookie: bytes) -> bytes:
    parts = [part.strip().lower() for part in cookie.split(b";")]
    return cookie if b"secure" in parts else cookie + b"; Secure"


def from_these_pages(headers: Headers, origins: AbstractSet[str]) -> bool:
    """Whether a request says that a page of ours sends it; `origins`: those that are ours besides
    the one that it asks.
    """
    origin, host = headers.getlist("origin"), headers.get("host")
    if len(origin) != 1 or not host:
        return False
    parts = urlsplit(origin[0])
    if parts.scheme not in ("http", "https"):
        return False
    return parts.netloc == host or origin[0] in origins


async def _refuse_websocket(words: str, scope: Scope, send: Send) -> None:
    if "websocket.http.response" in scope.get("extensions", {}):
        kind = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "websocket.http.response.start", "status": 403, "headers": kind})
        await send({"type": "websocket.http.response.body", "body": words.encode()})
    else:  # before it is accepted: servers say 403
        await send({"type": "websocket.close", "code": 1008})


# --- the page that was asked for, over the way to the provider and back


def _remember_the_way(answer: MutableHeaders, scope: Scope, asked: Headers) -> None:
    """Streamlit comes back from a provider to the first page, and without a word where it did not
    let somebody in. A link to another page is kept in a cookie over the way, and the sign-in page
    is told what has failed.
    """
    path, query = scope["path"], parse_qs(scope["query_string"].decode("latin-1"))
    if path.endswith(SIGN_IN):
        wanted = _page_within(asked.get("referer", ""), asked.get("host", ""))
        if wanted and FAILED not in wanted:
            answer.append("Set-Cookie", _cookie(wanted, 600))
    elif path.endswith(CALLBACK):
        home = answer.get("location", "")
        if home.rstrip("/") != path.removesuffix(CALLBACK):
            return
        if _signs_in(answer):
            answer["location"] = _kept_page(asked.get("cookie", "")) or home
            answer.append("Set-Cookie", _cookie("", 0))
        elif "code" in query or "error" in query:
            answer["location"] = f"{home}?{FAILED}"


def _signs_in(answer: MutableHeaders) -> bool:
    """Whether the cookie of who is signed in is set, and not taken away."""
    return any(
        cookie.startswith(f"{USER}=") and "max-age=0" not in cookie.lower()
        for cookie in answer.getlist("set-cookie")
    )


def _cookie(value: str, seconds: int) -> str:
    safe = base64.urlsafe_b64encode(value.encode()).decode()
    return f"{BEFORE}={safe}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"


def _kept_page(cookies: str) -> str:
    try:
        kept = SimpleCookie(cookies).get(BEFORE)
        page = base64.urlsafe_b64decode(kept.value).decode() if kept else ""
    except (CookieError, ValueError):
        return ""
    return page if _is_page(page) else ""


def _page_within(address: str, host: str) -> str:
    """The path and query of an address of these pages; empty for any other."""
    parts = urlsplit(address)
    page = parts.path + (f"?{parts.query}" if parts.query else "")
    return page if host and parts.netloc == host and _is_page(page) else ""


def _is_page(page: str) -> bool:
    """A path of our own: nothing that a browser takes for another host."""
    return bool(re.fullmatch(r"/(?![/\\])[\x21-\x7e]{0,1500}", page)) and "\\" not in page
