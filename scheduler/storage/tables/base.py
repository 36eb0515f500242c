"""What all tables share: names of constraints, instants, and where a table is found."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import SQLModel

# before any table is made: names that migrations can rely on, the same in every database
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}

METADATA: sa.MetaData = SQLModel.metadata


class UtcInstant(sa.TypeDecorator[datetime]):
    """An aware date-time, kept in UTC also where the database knows no offsets."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To the database: in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """From the database: in UTC, also where it hands out no offset."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table(name: str) -> sa.Table:
    """The table of this name."""
    return METADATA.tables[name]
