"""The database for what is answered beside the pages: opened once, and apart from that of the
pages, so that what waits there takes no connection of theirs.
"""

from threading import Lock

from scheduler.domain.access import Actor
from scheduler.services.data.open import Repository, database_url, open_repository


class OwnDatabase:
    """Opened for an actor who may do nothing, until it is known who asks."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._opening = Lock()
        self._opened: Repository | None = None

    def repository(self, url: str | None = None) -> Repository:
        """That at this address, or that which is named at this moment. Raises BadRequest where it
        cannot be opened.
        """
        url = database_url(url)
        with self._opening:
            if self._opened is None or self._opened.url != url:
                if self._opened is not None:
                    self._opened.close()
                self._opened = open_repository(url, actor=self._actor)
            return self._opened
