"""Whether what a program has is still as it is: ETag, If-None-Match and If-Match.

A stored roster's tag begins with its edition, so that a change can ask for exactly the edition that
was read.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scheduler.domain.errors import OtherEdition
from scheduler.rest.problems import documented

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def tag_of(document: Mapping[str, Any], edition: int | None = None) -> str:
    """The same exactly as long as the document is."""
    digest = sha256(json.dumps(document, sort_keys=True, default=str).encode()).hexdigest()[:24]
    return f'"{digest}"' if edition is None else f'"{edition}-{digest}"'


def _edition(
    given: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=200,
            description="The ETag of the roster as it was read: refused with 412 if it has been"
            " changed since.",
        ),
    ] = None,
) -> int | None:
    """The edition that the sender has read; None: whatever it is. Raises OtherEdition for a tag
    that no roster has.
    """
    if given is None or given.strip() == "*":
        return None
    found = re.fullmatch(r'"(\d{1,9})-[0-9a-f]{24}"', given.strip())
    if found is None:
        raise OtherEdition("No roster has this tag. Read it anew, and send the ETag that it has.")
    return int(found[1])


EditionRead = Annotated[int | None, Depends(_edition)]
OTHER: dict[int | str, dict[str, Any]] = {412: documented("It has changed since it was read.")}
"""What a route answers besides that takes an edition."""


class TagsAnswers:
    """Gives every document that is read a tag, and says that nothing has changed to whoever brings
    the same one. Pure ASGI: what comes in parts, such as events, goes through.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None
        parts: list[bytes] = []

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if message["status"] == 200 and kind.startswith(("application/json", "text/csv")):
                    start = message  # until the document is there
                    return
            elif start is not None:
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    await _send_tagged(start, b"".join(parts), asked, send)
                return
            await send(message)

        await self._app(scope, receive, sending)


async def _send_tagged(start: Message, body: bytes, asked: str, send: Send) -> None:
    headers = MutableHeaders(scope=start)
    if "etag" not in headers:
        headers["ETag"] = f'"{sha256(body).hexdigest()[:24]}"'
    headers["Cache-Control"] = "private, no-cache"
    known = asked.strip() == "*" or headers["ETag"].strip('"') in _TAG.findall(asked)
    if known:
        start = {**start, "status": 304}
        del headers["content-length"]
        start["headers"] = headers.raw
        body = b""
    await send(start)
    await send({"type": "http.response.body", "body": body})
