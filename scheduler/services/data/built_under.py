"""Under which policy a stored roster was made: the default, one that goes by a name, or its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.domain.errors import BadInput
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks
from scheduler.services.data import policies
from scheduler.services.data.policies import PolicyDifference
from scheduler.services.data.saved_policies import PolicyKind, read_version
from scheduler.storage.repository import Repository
from scheduler.storage.toml_file import read_tables
from solver.constraints import catalogue
from solver.policy.policy import Policy


@dataclass(frozen=True)
class BuiltUnder:
    """The policy of a roster. `kind`: `file` where it has no name; `version`: of one that was
    saved; `difference`: from the default of now, in rules that the roster was made under.
    """

    kind: PolicyKind
    name: str
    version: int | None
    difference: PolicyDifference

    @property
    def sentence(self) -> str:
        """For people; empty for the default policy, which goes without saying."""
        if self.kind == "default":
            return ""
        rules = self.difference.changed_rules
        differs = f"differs from the default in {counted(len(rules), 'rule')}"
        listed = ", ".join(list(rules.values())[:4]) + (", …" if len(rules) > 4 else "")
        if self.kind == "file":
            return f"Built under a policy of its own, which {differs}: {listed}."
        which = f", version {self.version}" if self.version else ""
        return f"Built under the policy “{self.name}”{which}, which {differs}: {listed}."


@asks("see_rosters", roster="roster_id")
def built_under(repository: Repository, roster_id: str) -> BuiltUnder:
    """The policy that a stored roster was made under, named if it goes by a name still or did.
    Raises NotFound.
    """
    stored = repository.roster(roster_id)
    named = stored.document.summary["policy"]
    own = Policy.from_stored(named, source=f"policy of {roster_id}")
    rules = frozenset(named) & frozenset(catalogue())
    default = Policy.from_tables()
    difference = policies.difference_between(
        "the roster's policy", _on(rules, own), policies.DEFAULT, _on(rules, default)
    )
    if not difference.changes:
        return BuiltUnder("default", "", None, difference)

    def same(other: Policy) -> bool:
        return _tables(rules, other) == _tables(rules, own)

    for version in repository.policies.versions():
        if version.collaborative_id in (None, stored.header.collaborative_id):
            try:
                if same(read_version(version).policy):
                    return BuiltUnder("saved", version.name, version.version, difference)
            except BadInput:  # of before the catalogue was as it is: this roster has another
                continue
    for name, file in policies.named_policies().items():
        try:
            if same(Policy.from_tables(read_tables(file), source=file.name)):
                return BuiltUnder("preset", name, None, difference)
        except BadInput:  # somebody else's file below the working folder
            continue
    return BuiltUnder("file", "", None, difference)


def _tables(rules: frozenset[str], policy: Policy) -> Mapping[str, Mapping[str, Any]]:
    return {rule: table for rule, table in policy.to_tables().items() if rule in rules}


def _on(rules: frozenset[str], policy: Policy) -> Policy:
    """Of a policy these rules alone."""
    return Policy(
        {name: rule for name, rule in policy.rules.items() if name in rules}, pay=policy.pay
    )
