"""A row by its id, or the nearest id in the answer."""

from difflib import get_close_matches

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.domain.errors import NotFound
from scheduler.storage.tables import table


def find(connection: Connection, table_name: str, wanted: str, what: str) -> None:
    """Raises NotFound, naming the nearest id, where a table has no row of this id."""
    ids = table(table_name).c.id
    if connection.execute(sa.select(ids).where(ids == wanted)).first() is not None:
        return
    known = list(connection.execute(sa.select(ids)).scalars())
    nearest = get_close_matches(wanted, known, n=1, cutoff=0.5)
    advice = (
        f"Maybe {nearest[0]}?"
        if nearest
        else f"There is no {what} yet."
        if not known
        else f"There are, for instance, {', '.join(sorted(known)[:5])}."
    )
    raise NotFound(f"There is no {what} {wanted!r}. {advice}")
