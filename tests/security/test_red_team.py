"""Ways past the front door that somebody tried once: none leads anywhere."""

import asyncio
from typing import Any

import pytest

from ui.guard import Guard
from ui.providers import Provider, SignInSettings

PUBLIC = SignInSettings((Provider("county", "the county"),), "https://rota.example.org")


async def _nothing_there(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 400, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _answer(path: str) -> tuple[int, str]:
    """Status and the place to which somebody is sent who asks for this path, as a server has
    decoded it.
    """
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"rota.example.org")],
        "client": ("10.1.1.1", 5000),
    }
    asyncio.run(Guard(_nothing_there, PUBLIC)(scope, None, send))  # type: ignore[arg-type]
    headers = {name.lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers.get(b"location", "")


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/auth/login",
        "//evil.example/x/auth/login",
        "///evil.example/auth/login",
        "/\\evil.example/auth/login",
        "/\t/evil.example/auth/login",
        "/x\r\nSet-Cookie: a=b/auth/login",
        "https://evil.example/auth/login",
    ],
)
def test_a_link_to_sign_in_leads_nowhere_else(path: str) -> None:
    assert _answer(path) == (400, "")


@pytest.mark.parametrize("base", ["", "/rota", "/a/b"])
def test_a_provider_that_cannot_be_reached_leads_back_here(base: str) -> None:
    assert _answer(f"{base}/auth/login") == (302, f"{base}/?sign_in=failed")
