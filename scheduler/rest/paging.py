"""Lists in pieces: each says where the next begins."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from scheduler.domain.errors import BadRequest

T = TypeVar("T")
MOST = 1_000
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
After = Annotated[
    str | None,
    Query(
        max_length=2_000,
        description="What the answer before said is `next`; without it, from the beginning.",
    ),
]


class Page(BaseModel, Generic[T]):
    """A piece of a list."""

    items: list[T]
    next: str | None = Field(
        description="for `after`, to go on; null: there is no more", examples=[None]
    )


def page(
    rows: Sequence[T], key: Callable[[T], str], limit: int, after: str | None
) -> tuple[Sequence[T], str | None]:
    """The rows after a place, and where the next piece begins. `key`: what a row is known by.
    Raises BadRequest for a place that no answer has named, and where its row went meanwhile.
    """
    begin = 0
    if after is not None:
        last = _read(after)
        place = next((n for n, row in enumerate(rows) if key(row) == last), None)
        if place is None:
            raise BadRequest("What came last is not there any more. Begin again without `after`.")
        begin = place + 1
    found = rows[begin : begin + limit]
    more = begin + limit < len(rows)
    return found, _written(key(found[-1])) if found and more else None


def _written(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def _read(place: str) -> str:
    try:
        padded = place + "=" * (-len(place) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise BadRequest("`after` takes what the answer before said is `next`.") from None
