"""What `--policy` means: a file, or the name of a policy, for which the database is asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.cli.session import Session, note

if TYPE_CHECKING:
    from scheduler.services.data.saved_policies import NamedPolicy


def chosen_policy(
    called: Session, given: Path | None, collaborative: str | None = None
) -> "NamedPolicy":
    """The policy that is meant; what whoever uses it should know is told on stderr. A file needs no
    database, and neither does the default.
    """
    from scheduler.services.data import saved_policies

    if given is not None and given.is_file():
        return saved_policies.file_policy(given)
    with called.reading() as repository:
        found = saved_policies.given_policy(repository, given, collaborative)
    for remark in found.notes:
        note(f"Note: {remark}")
    return found


def policy_tables(
    called: Session, given: Path | None, collaborative: str | None = None
) -> Mapping[str, Any] | None:
    """Its tables over the default; None where none is given."""
    return None if given is None else chosen_policy(called, given, collaborative).tables
