"""Whether this program knows the tables of a database, before it is opened for work."""

from contextlib import suppress

from scheduler.domain.errors import BadRequest, Unavailable
from scheduler.services.data.open import database_url
from scheduler.storage import schema
from scheduler.storage.as_it_lies import looking


def require_no_newer(given: str | None = None) -> None:
    """Raises BadRequest where the database was made by a newer program. One that is not there yet,
    or does not answer, is for whoever opens it to tell.
    """
    found = None
    with suppress(BadRequest, Unavailable), looking(database_url(given)) as connection:
        found = schema.revision(connection)
    if found is not None:
        schema.require_known(found)
