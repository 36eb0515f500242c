"""A row by its id, or the nearest id in the answer."""

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.errors import NotFound
from scheduler.domain.wording import maybe
from scheduler.storage.tables import table


def find(connection: Connection, table_name: str, wanted: str, what: str) -> None:
    """Raises NotFound, naming the nearest id, where a table has no row of this id."""
    ids = table(table_name).c.id
    if connection.execute(sa.select(ids).where(ids == wanted)).first() is not None:
        return
    known = list(connection.execute(sa.select(ids)).scalars())
    otherwise = (
        f"There are, for instance, {', '.join(sorted(known)[:5])}."
        if known
        else f"There is no {what} yet."
    )
    advice = maybe(wanted, known, otherwise, cutoff=0.5)
    raise NotFound(f"There is no {what} {wanted!r}. {advice}")
