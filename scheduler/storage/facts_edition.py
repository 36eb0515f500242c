"""Which facts a database holds: a text that every change of facts replaces, in its own transaction,
by one that was never there before.
"""

import secrets

import sqlalchemy as sa
from sqlalchemy import Connection

from scheduler.storage.tables import table


def edition(connection: Connection) -> str:
    """The same text, the same facts: also after a change that was rolled back, and in a database
    that was restored.
    """
    return str(connection.execute(sa.select(table("facts_edition").c.edition)).scalar_one())


def replace_edition(connection: Connection) -> None:
    """To be called before the first row of a fact is written in a transaction."""
    connection.execute(sa.update(table("facts_edition")).values(edition=secrets.token_hex(16)))
