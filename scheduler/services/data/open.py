"""Which database people mean, and a door to it."""

import os
from contextlib import AbstractContextManager
from pathlib import Path

from platformdirs import user_data_path

from scheduler.domain.access import THE_PROGRAM, Actor
from scheduler.services.accounts.gate import open_to_all
from scheduler.storage.repository import Repository as Repository

VARIABLE = "SCHEDULER_DB"
"""The environment variable that names the database where no option does."""


def default_file() -> Path:
    """The SQLite file in the user's data folder."""
    return user_data_path("workforce-deployment-scheduler", appauthor=False) / "scheduler.db"


def database_url(given: str | None = None) -> str:
    """The address of the database: as given, else from the environment, else the user's own
    file.
    """
    return given or os.environ.get(VARIABLE) or f"sqlite:///{default_file()}"


def open_repository(
    given: str | None = None, *, reading_only: bool = False, actor: Actor = THE_PROGRAM
) -> Repository:
    """To be used in a `with` statement. What is asked of services with it is asked by `actor`.
    Raises BadRequest and Unavailable where it cannot be opened.
    """
    return Repository(database_url(given), reading_only=reading_only, actor=actor)


@open_to_all
def at_one_moment(repository: Repository) -> AbstractContextManager[Repository]:
    """The same database as it is now, for one answer that asks many services: all of them see the
    same state, and each file of facts is read once. For reading, in one thread.
    """
    return repository.at_one_moment()
