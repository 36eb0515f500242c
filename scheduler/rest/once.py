"""A request that carries an Idempotency-Key is done once: a repeat is answered by 303 and the
address at which the outcome is.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.responses import RedirectResponse

from scheduler.rest.door import Asking
from scheduler.services.accounts.once import OnceOutcome, once

LONGEST_KEY = 200
"""Characters."""


class Once:
    """Of one request."""

    def __init__(
        self,
        request: Request,
        response: Response,
        asking: Asking,
        key: Annotated[
            str | None,
            Header(
                alias="Idempotency-Key",
                min_length=1,
                max_length=LONGEST_KEY,
                pattern=r"^[\x21-\x7e]+$",
                description="Any text that is this request's own: it is then done once, however"
                " often it is sent within a week. A repeat is answered by 303 and the address of"
                " the outcome.",
            ),
        ] = None,
    ) -> None:
        self._request, self._response = request, response
        self._repository, self.key = asking, key

    @property
    def command_id(self) -> str | None:
        """What a change is called where it is stored: another program may have the same key."""
        return None if self.key is None else f"{self._repository.actor.account}:{self.key}"

    def __call__(self, do: Callable[[], OnceOutcome], asked: str = "") -> Any:
        """The document of the answer, with its address in `Location`, or where it is if that was
        done before. `asked`: what tells this request from others at the same address.
        """
        url = self._request.url
        what = f"{self._request.method} {url.path}?{url.query}\n{asked}"
        found = do() if self.key is None else once(self._repository, self.key, what, do)
        location = f"{self._request.scope.get('root_path', '')}{found.location}"
        if found.document is None:
            return RedirectResponse(location, 303)
        self._response.headers["Location"] = location
        return found.document


OnceOnly = Annotated[Once, Depends()]
BEFORE: dict[int | str, dict[str, Any]] = {
    303: {
        "description": "It was done before under this Idempotency-Key; `Location` is where the"
        " outcome is."
    }
}
"""What a route answers besides whose requests may be sent twice."""
