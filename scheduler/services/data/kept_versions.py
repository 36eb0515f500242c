"""What policies and scenarios that are kept under a name have in common: which names there are,
which version counts, what may be a name and a reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.domain.errors import BadRequest, NotFound
from scheduler.domain.wording import hides, maybe
from scheduler.services.accounts.accounts import who
from scheduler.storage.repository import Repository
from scheduler.storage.stored_versions import KeptVersion as KeptVersion
from scheduler.storage.stored_versions import VersionKind
from scheduler.storage.stored_versions import plain_name as plain_name

LONGEST_NAME = 60
"""Characters of a name."""
LONGEST_WHY = 500
"""Characters of the reason that is kept with a version."""


@dataclass(frozen=True)
class SavedVersion:
    """A version of something saved with what people call whoever saved it, and how many versions
    its name has.
    """

    version: KeptVersion
    by: str
    versions: int

    @property
    def name(self) -> str:
        """Under which it was saved."""
        return self.version.name

    @property
    def collaborative_id(self) -> str | None:
        """Whose it is; None: everybody's."""
        return self.version.collaborative_id


def with_savers(
    repository: Repository, found: Iterable[KeptVersion], every: Iterable[KeptVersion]
) -> list[SavedVersion]:
    """Versions as they are shown, in the order given. `every`: of which those of the same name are
    counted.
    """
    known = list(every)
    return [SavedVersion(one, who(repository, one.account), _count(known, one)) for one in found]


def newest(every: Iterable[KeptVersion]) -> list[KeptVersion]:
    """The newest version of each name that was not withdrawn; a collaborative's before those of
    all. `every`: the newest first.
    """
    last: dict[tuple[str | None, str], KeptVersion] = {}
    for one in every:
        last.setdefault((one.collaborative_id, plain_name(one.name)), one)
    found = [one for one in last.values() if not one.withdrawn]
    return sorted(found, key=lambda one: one.collaborative_id is None)


def last_of(
    every: Iterable[KeptVersion], name: str, collaborative_id: str | None
) -> KeptVersion | None:
    """The newest version of exactly this collaborative's, or of all's, withdrawn or not."""
    return next(
        (
            one
            for one in every
            if one.collaborative_id == collaborative_id and plain_name(one.name) == plain_name(name)
        ),
        None,
    )


def to_withdraw(
    every: Iterable[KeptVersion], name: str, collaborative_id: str | None, kind: VersionKind
) -> KeptVersion:
    """The version that can be withdrawn. Raises NotFound, and BadRequest where it was already."""
    known = [one for one in every if one.collaborative_id == collaborative_id]
    last = last_of(known, name, collaborative_id)
    if last is None:
        raise not_found(name, known, kind)
    if last.withdrawn:
        raise BadRequest(f"“{last.name}” was withdrawn already, by its version {last.version}.")
    return last


def says_the_same(last: KeptVersion | None, tables: object) -> None:
    """Raises BadRequest where the newest version holds just that."""
    if last is not None and not last.withdrawn and last.tables == tables:
        raise BadRequest(f"“{last.name}” says the same already, in its version {last.version}.")


def name_expected(name: str, kind: VersionKind) -> str:
    """What a name should be instead; empty where it can be one."""
    if not name:
        return f"a name under which the {kind} is found again"
    if len(name) > LONGEST_NAME:
        return f"a name of at most {LONGEST_NAME} characters"
    if kind == "policy" and name.casefold() == "default":
        return "another name: that one is the default policy's"
    if kind == "scenario" and name.casefold() == "as it is":
        return "another name: the weeks without any change are called that"
    if hides(name):
        return "a name of characters that can be seen"
    if not name.strip(".") or (
        set("/\\") & set(name) or name.startswith("-") or name.casefold().endswith(".toml")
    ):
        return (
            "a name that is not taken for a file or an option: no / or \\, no - before it,"
            " no .toml after it"
        )
    return ""


def reason(why: str) -> str:
    """As it is kept. Raises BadRequest where it is too long."""
    found = " ".join(why.split())
    if len(found) > LONGEST_WHY:
        raise BadRequest(
            f"The reason has {len(found):,} characters; {LONGEST_WHY} are kept. Say it shorter."
        )
    return found


def not_found(name: str, known: Iterable[KeptVersion], kind: VersionKind) -> NotFound:
    """No version has this name; the nearest is named."""
    names = sorted({one.name for one in known})
    otherwise = f"There are: {', '.join(names)}." if names else "None was saved yet."
    meant = maybe(name, names, otherwise, cutoff=0.5)
    return NotFound(f"No {kind} was saved as “{name}”. {meant}")


def _count(every: Iterable[KeptVersion], of: KeptVersion) -> int:
    return sum(
        (one.collaborative_id, plain_name(one.name)) == (of.collaborative_id, plain_name(of.name))
        for one in every
    )
