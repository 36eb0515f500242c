"""Whether this process can do what it is asked: its database is there, and of this version."""

import logging

from scheduler.domain.errors import SchedulerError, Unavailable
from scheduler.services.data.own_database import OwnDatabase
from scheduler.storage.database import database_file

LOG = logging.getLogger(__name__)
NOT_OPENED = "The database cannot be opened."
NOT_REACHED = "The database is busy or cannot be reached."
GONE = "The database's file is gone."
OTHER_VERSION = "The database has tables of another version than this program's."


def why_not_ready(database: OwnDatabase) -> str:
    """Empty where all is well; else a sentence that names no address and no file. Like the pages,
    it makes or brings up to date a database where that is not done yet.
    """
    try:
        repository = database.repository()
    except Unavailable:
        return NOT_REACHED
    except SchedulerError as error:
        LOG.warning("Not ready.", exc_info=error)
        return NOT_OPENED
    file = database_file(repository.url)
    if file is not None and not file.exists():
        return GONE
    try:
        return "" if repository.is_of_this_version() else OTHER_VERSION
    except SchedulerError:
        return NOT_REACHED
