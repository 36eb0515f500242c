"""Policies that were saved under a name: found, listed, saved, withdrawn; every version stays.

Who may look: whoever may test scenarios in the collaborative, or change its facts. Who may save:
whoever may change the facts of all of it, for a policy says what its rosters mean to everybody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from scheduler.domain.access import Action
from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.sentence import Sentence
from scheduler.services.accounts.gate import asks, open_to_all, thing_of
from scheduler.services.data import policies
from scheduler.services.data.kept_versions import (
    SavedVersion,
    last_of,
    name_expected,
    newest,
    not_found,
    reason,
    says_the_same,
    to_withdraw,
    with_savers,
)
from scheduler.storage.repository import Repository
from scheduler.storage.stored_versions import KeptVersion, plain_name
from scheduler.storage.toml_file import read_tables
from solver.policy.policy import Policy

PolicyKind = Literal["default", "preset", "saved", "file"]
LOOKS: tuple[Action, ...] = ("test_scenarios", "change_facts")
"""Whoever may do any of these in a collaborative may look at its policies."""


@dataclass(frozen=True)
class NamedPolicy:
    """A policy that goes by a name, or the default, which has none. `tables`: rule -> what is said
    over the default; `version`: where it was saved; `notes`: what whoever uses it should know.
    """

    name: str
    kind: PolicyKind
    policy: Policy
    tables: Mapping[str, Any]
    version: KeptVersion | None = None
    notes: tuple[str | Sentence, ...] = ()

    @property
    def words(self) -> str:
        """What it is called within a sentence."""
        return policies.DEFAULT if self.kind == "default" else self.name


@dataclass(frozen=True)
class OfferedPolicy:
    """One from which to choose. `name`: by which `find_policy` finds it, empty for the default;
    `title`: for people; `about`: a sentence on it, where there is one.
    """

    name: str
    kind: PolicyKind
    title: str
    about: str


# --- look


@open_to_all
def offered(repository: Repository, collaborative_id: str) -> list[OfferedPolicy]:
    """What a roster of a collaborative may be built under: the default, those that come with the
    program, those that were saved and that the actor may look at. Of each name the one that counts.
    """
    saved = {plain_name(one.name): one for one in reversed(_newest(repository, collaborative_id))}
    found = [OfferedPolicy("", "default", "The default policy", "Nothing differs.")]
    for name, file in policies.named_policies().items():
        if name != "default" and plain_name(name) not in saved:
            title = name.replace("-", " ")
            title = f"{title[:1].upper()}{title[1:]} (comes with the program)"
            found.append(OfferedPolicy(name, "preset", title, _about(file)))
    for one in sorted(saved.values(), key=lambda one: plain_name(one.name)):
        whose = " (saved for all)" if one.collaborative_id is None else ""
        found.append(OfferedPolicy(one.name, "saved", f"{one.name}{whose}", one.why))
    return found


@open_to_all
def find_policy(
    repository: Repository, name: str, collaborative_id: str | None = None
) -> NamedPolicy:
    """The policy of this name: the newest version that was saved, of the collaborative first, then
    of all; else one that comes with the program. Empty: the default.

    Raises BadInput where there is none, or for values that no rule takes any more, BadRequest where
    several collaboratives have one and none is named.
    """
    if not name:
        return NamedPolicy("", "default", Policy.from_tables(), {})
    known = _newest(repository, collaborative_id)
    same = [one for one in known if plain_name(one.name) == plain_name(name)]
    preset = policies.named_policies().get(name)
    if not same:
        if preset is None:
            raise BadInput([policies.no_such_policy(name, [one.name for one in known])])
        return _of_file(name, "preset", preset)
    own = [one for one in same if one.collaborative_id is not None]
    if collaborative_id is None and len(own) > 1:
        of = ", ".join(sorted(str(one.collaborative_id) for one in own))
        raise BadRequest(
            f"Several collaboratives have a policy “{name}”: {of}. Say which one is meant"
            " (--collaborative)."
        )
    version = (own or same)[0]
    notes = list[str | Sentence]()
    if preset is not None:
        notes.append(
            f"A policy “{name}” comes with the program, and one was saved: the saved one counts,"
            f" its version {version.version}."
        )
    if len(same) > 1:
        notes.append(f"“{name}” was saved for all too: the collaborative's own counts.")
    return read_version(version, notes)


@open_to_all
def given_policy(
    repository: Repository, given: Path | None, collaborative_id: str | None = None
) -> NamedPolicy:
    """What `--policy` means: a file that is there, else a name. Raises as `find_policy`, and
    BadInput naming every fault of a file.
    """
    if given is None:
        return find_policy(repository, "")
    if given.is_file():
        return file_policy(given)
    known = {plain_name(one.name) for one in _newest(repository, collaborative_id)}
    if plain_name(str(given)) in known or not (given.suffix or len(given.parts) != 1):
        return find_policy(repository, str(given), collaborative_id)
    return file_policy(given)


def file_policy(given: Path) -> NamedPolicy:
    """A policy as it lies in a file. Raises BadInput naming every fault."""
    return _of_file(str(given), "file", given)


def _of_file(name: str, kind: PolicyKind, file: Path) -> NamedPolicy:
    tables = read_tables(file)
    source = name if kind == "file" else file.name
    return NamedPolicy(name, kind, Policy.from_tables(tables, source=source), tables)


@open_to_all
def saved_policies(
    repository: Repository, collaborative_id: str | None = None
) -> list[SavedVersion]:
    """The newest version of each policy that was saved for a collaborative or for all, by name, as
    far as the actor may look at them; those that were withdrawn are left out.
    """
    every = _seen(repository, collaborative_id)
    found = sorted(
        newest(every), key=lambda one: (plain_name(one.name), one.collaborative_id or "")
    )
    return with_savers(repository, found, every)


@open_to_all
def policy_history(
    repository: Repository, name: str, collaborative_id: str | None = None
) -> list[SavedVersion]:
    """Every version of a name that the actor may look at, the newest first, those of one
    collaborative together. Raises NotFound.
    """
    every = _seen(repository, collaborative_id)
    found = [one for one in every if plain_name(one.name) == plain_name(name)]
    if not found:
        raise not_found(name, every, "policy")
    found.sort(key=lambda one: (one.collaborative_id is None, one.collaborative_id or ""))
    return with_savers(repository, found, every)


def read_version(version: KeptVersion, notes: Iterable[str | Sentence] = ()) -> NamedPolicy:
    """A version as the catalogue of now understands it: what is no longer there is noted. Raises
    BadInput for values that no rule takes any more.
    """
    whole: dict[str, Any] = Policy.from_tables().to_tables()
    for rule_id, table in version.tables.items():
        whole[rule_id] = {**whole.get(rule_id, {}), **table}
    policy = Policy.from_stored(
        whole, source=f"the policy {version.name}, version {version.version}"
    )
    return NamedPolicy(
        version.name, "saved", policy, differing(policy), version, (*notes, *policy.notes)
    )


def differing(policy: Policy) -> dict[str, dict[str, Any]]:
    """Rule id -> what of it differs from the default: the least from which the same policy can be
    read again.
    """
    default = Policy.from_tables().to_tables()
    found = {}
    for rule_id, table in policy.to_tables().items():
        usual = default[rule_id]
        changed = {key: value for key, value in table.items() if usual.get(key) != value}
        if changed:
            found[rule_id] = changed
    return found


# --- change


@asks("change_facts", collaborative="collaborative_id")
def save_policy(
    repository: Repository,
    name: str,
    tables: Mapping[str, Any],
    *,
    collaborative_id: str | None = None,
    why: str = "",
    source: str = "policy",
) -> KeptVersion:
    """Save tables of rule id -> parameters under a name, as its next version, for a collaborative
    or for all.

    Raises BadInput naming every fault of the tables and the name, BadRequest for a reason that is
    too long and where the newest version says the same.
    """
    spoken, faults = " ".join(name.split()), list[Fault]()
    if wrong := name_expected(spoken, "policy"):
        faults.append(Fault(source, 0, "name", name, wrong))
    try:
        document = differing(Policy.from_tables(tables, source=source))
    except BadInput as error:
        raise BadInput([*faults, *error.faults]) from None
    if faults:
        raise BadInput(faults)
    says_the_same(last_of(repository.policies.versions(), spoken, collaborative_id), document)
    return repository.policies.add(collaborative_id, spoken, document, why=reason(why))


@asks("change_facts", collaborative="collaborative_id")
def withdraw_policy(
    repository: Repository, name: str, *, collaborative_id: str | None = None, why: str = ""
) -> KeptVersion:
    """Let nobody be offered a policy any more. Its versions stay: rosters were made under them, and
    saving it again is its next. Raises NotFound, and BadRequest where it was withdrawn already.
    """
    last = to_withdraw(repository.policies.versions(), name, collaborative_id, "policy")
    return repository.policies.add(
        collaborative_id, last.name, last.tables, why=reason(why), withdrawn=True
    )


# --- helpers


def _seen(repository: Repository, collaborative_id: str | None) -> list[KeptVersion]:
    """Versions that the actor may look at, the newest first: of a collaborative and of all, or
    where none is named of every one.
    """
    actor = repository.actor
    looks: dict[str | None, bool] = {None: any(actor.ever_may(action) for action in LOOKS)}

    def sees(whose: str | None) -> bool:
        if whose not in looks:
            thing = thing_of(repository, "collaborative", whose)
            looks[whose] = any(actor.may(action, thing) for action in LOOKS)
        return looks[whose]

    return [
        one
        for one in repository.policies.versions()
        if (collaborative_id is None or one.collaborative_id in (None, collaborative_id))
        and sees(one.collaborative_id)
    ]


def _newest(repository: Repository, collaborative_id: str | None) -> list[KeptVersion]:
    return newest(_seen(repository, collaborative_id))


def _about(file: Path) -> str:
    """The first paragraph of the comment with which a file begins."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        words = line.removeprefix("#").strip()
        if not line.startswith("#") or not words:
            break
        found.append(words)
    return " ".join(found)
