"""How the queue of work fares, in figures for whoever watches over the program: of nobody's things,
and without a name.
"""

import shutil

from scheduler.services.accounts.gate import open_to_all
from scheduler.storage.database import database_file
from scheduler.storage.queue_measures import MOST_ENDED as MOST_ENDED
from scheduler.storage.queue_measures import EndedJob as EndedJob
from scheduler.storage.queue_measures import QueueMeasures as QueueMeasures
from scheduler.storage.repository import Repository


@open_to_all
def queue_measures(repository: Repository) -> QueueMeasures:
    """As it stands at this moment. Raises Unavailable."""
    return repository.jobs.measures()


@open_to_all
def room_left(repository: Repository) -> int | None:
    """Bytes that are free on the disk of the database's file; None where it is on a server of its
    own.
    """
    file = database_file(repository.url)
    try:
        return None if file is None else shutil.disk_usage(file.parent).free
    except OSError:
        return None
