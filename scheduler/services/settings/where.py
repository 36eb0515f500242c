"""Where settings stand. Apart from what they mean, so that a command that only explains itself
loads no library for them.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import site_config_path, user_config_path

from scheduler.domain.errors import BadRequest

PREFIX = "SCHEDULER_"
FILE = "SCHEDULER_SETTINGS"
"""The environment variable that names the file."""
FOLDER = "workforce-deployment-scheduler"


def settings_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file of settings; None where there is none. Raises BadRequest where one is named that is
    not there.
    """
    if named := environment.get(FILE):
        if not Path(named).is_file():
            raise BadRequest(f"{FILE} names {named}: there is no such file.")
        return Path(named)
    return next((file for file in places() if file.is_file()), None)


def places() -> tuple[Path, ...]:
    """Where it is looked for, one after the other."""
    folders = (user_config_path(FOLDER, appauthor=False), site_config_path(FOLDER, appauthor=False))
    return tuple(folder / "settings.toml" for folder in folders)


def anything_set(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether anything but the database is set at all. Raises BadRequest as `settings_file`."""
    return settings_file(environment) is not None or any(
        name.startswith(PREFIX) and name != f"{PREFIX}DB" for name in environment
    )
