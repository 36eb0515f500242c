"""What another policy would make of a stored roster: the same shifts, judged and priced again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.domain.sentence import Sentence, said
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks
from scheduler.services.data.policies import ParameterChange, difference_between
from scheduler.services.rosters.reopen import policy_of, reopen
from scheduler.storage.repository import Repository
from solver.constraints import catalogue
from solver.evaluate.verify import Report, pence, verify
from solver.policy.describe import weight_in_words
from solver.policy.policy import Policy
from solver.rule.constraint import Violation

MAY_BE_BETTER = (
    "These are the same shifts, priced again: a search under the new policy may find a better"
    " roster, and where something would break a hard rule it has to find another."
)
"""What must stand beside the figures."""


@dataclass(frozen=True)
class RuleEffect:
    """One rule under both policies. `before` and `after`: what it costs [pence], None where it has
    no price, for being hard or off; `counts_before` and `counts_after`: how it counts, in words,
    with the parameters that are different; `broken_before` and `broken_after`: how often it is
    broken where it is hard.
    """

    rule: str
    title: str
    counts_before: str
    counts_after: str
    before: float | None
    after: float | None
    broken_before: int
    broken_after: int

    @property
    def difference(self) -> float:
        """What the new policy adds to its price [pence]."""
        return (self.after or 0.0) - (self.before or 0.0)

    @property
    def same(self) -> bool:
        """Whether nothing of it is different."""
        return (
            self.before == self.after
            and self.counts_before == self.counts_after
            and self.broken_before == self.broken_after
        )


@dataclass(frozen=True)
class PolicyEffect:
    """A roster under its own policy and under another. `before`, `after`: the objective [pence];
    `new_breaches`: what would break a hard rule and did not.
    """

    roster_id: str
    before: float
    after: float
    rules: tuple[RuleEffect, ...]
    new_breaches: tuple[Violation, ...]
    notes: tuple[Sentence, ...]

    @property
    def difference(self) -> float:
        """After less before [pence]."""
        return round(self.after - self.before, 4)

    @property
    def changed(self) -> tuple[RuleEffect, ...]:
        """Rules of which something is different, the dearest difference first."""
        found = (rule for rule in self.rules if not rule.same)
        return tuple(sorted(found, key=lambda rule: (-abs(rule.difference), rule.title)))


@asks("test_scenarios", roster="roster_id")
def what_it_would_cost(
    repository: Repository, roster_id: str, tables: Mapping[str, Any]
) -> PolicyEffect:
    """The objective of a stored roster, rule by rule, under its own policy and under that of these
    tables over the default; the facts are those that it was made from.

    Raises NotFound, and BadInput naming every fault of the tables.
    """
    new = Policy.from_tables(tables)
    stored = repository.roster(roster_id)
    own = policy_of(stored)
    reports = []
    for policy in (own, new):
        opened = reopen(repository, roster_id, policy)
        reports.append(verify(opened.problem, policy, opened.roster))
    one, other = reports
    differs = difference_between("its own", own, "another", new).changes
    return PolicyEffect(
        roster_id,
        one.objective_pence,
        other.objective_pence,
        tuple(_rule(rule_id, (own, one), (new, other), differs) for rule_id in catalogue()),
        _added(one, other),
        (*own.notes, *_since(stored.document.summary, one)),
    )


def _rule(
    rule_id: str,
    old: tuple[Policy, Report],
    new: tuple[Policy, Report],
    differs: Iterable[ParameterChange],
) -> RuleEffect:
    own = [one for one in differs if one.rule == rule_id and one.parameter != "weight"]
    return RuleEffect(
        rule_id,
        catalogue()[rule_id].title,
        counts_before="; ".join(
            [_counts(rule_id, old[0]), *(_said(one, one.one, one.one_in_words) for one in own)]
        ),
        counts_after="; ".join(
            [_counts(rule_id, new[0]), *(_said(one, one.other, one.other_in_words) for one in own)]
        ),
        before=_price(rule_id, *old),
        after=_price(rule_id, *new),
        broken_before=_broken(rule_id, old[1]),
        broken_after=_broken(rule_id, new[1]),
    )


def _said(change: ParameterChange, value: Any, words: str) -> str:
    """A parameter's value in words; of tables how many there are."""
    tables = isinstance(value, list) and any(isinstance(one, Mapping) for one in value)
    return f"{change.meaning}: {len(value) if tables else words}"


def _counts(rule_id: str, policy: Policy) -> str:
    rule = policy.rules.get(rule_id)
    return "off" if rule is None else weight_in_words(type(rule), rule.weight)


def _price(rule_id: str, policy: Policy, report: Report) -> float | None:
    rule = policy.rules.get(rule_id)
    return None if rule is None or rule.hard else pence(report.by_rule.get(rule_id, 0))


def _broken(rule_id: str, report: Report) -> int:
    return sum(breach.rule == rule_id for breach in report.breaches)


def _added(one: Report, other: Report) -> tuple[Violation, ...]:
    """Breaches under the new policy without those that the roster has anyway."""
    known = Counter((breach.rule, breach.about, breach.quantity) for breach in one.breaches)
    found = []
    for breach in other.breaches:
        key = (breach.rule, breach.about, breach.quantity)
        if known[key]:
            known[key] -= 1
        else:
            found.append(breach)
    return tuple(found)


def _since(summary: Mapping[str, Any], own: Report) -> list[Sentence]:
    """Where the roster is judged otherwise now than when it was made."""
    notes = list[Sentence]()
    if abs(float(summary["objective_pence"]) - own.objective_pence) > 0.01:
        notes.append(
            said(
                "What was published since the roster was made counts here, so that its objective is"
                " not quite the one that it was stored with."
            )
        )
    if own.breaches:
        notes.append(
            said(
                "Under its own policy it has {breaches} of hard rules already.",
                breaches=counted(len(own.breaches), "breach", "breaches"),
            )
        )
    return notes
