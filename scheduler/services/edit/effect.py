"""What a change of a draft means: rules broken and mended, money, places."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scheduler.domain.roster import Assignment
from scheduler.domain.sentence import Sentence
from scheduler.services.edit.draft import OpenDraft
from solver.constraints import catalogue
from solver.evaluate.delta import CostDelta
from solver.rule.constraint import Violation

Change = tuple[tuple[Assignment, ...], tuple[Assignment, ...]]
"""What goes and what comes."""


@dataclass(frozen=True)
class Broken:
    """A hard rule that a change breaks, in a sentence. `overridable`: whether the policy lets an
    approver accept it with a reason.
    """

    rule: str
    title: str
    about: tuple[str, ...]
    sentence: Sentence
    overridable: bool


@dataclass(frozen=True)
class PlacesLeft:
    """Required places of a demand row that are empty, before a change and after it."""

    demand_id: str
    before: int
    after: int


@dataclass(frozen=True)
class EditEffect:
    """What a change means for the whole roster, against as it is [pence].

    `cash_pence`: pay with on-costs; `by_rule`: only rules whose price differs; `paid_for`: what
    comes at a price, in sentences; `mended`: what was broken before and is not any more.
    """

    removed: tuple[Assignment, ...]
    added: tuple[Assignment, ...]
    broken: tuple[Broken, ...] = ()
    mended: tuple[Sentence, ...] = ()
    objective_pence: float = 0.0
    cash_pence: int = 0
    by_rule: dict[str, float] = field(default_factory=dict)
    paid_for: tuple[Sentence, ...] = ()
    places: tuple[PlacesLeft, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether no hard rule stands against it."""
        return not self.broken

    @property
    def overridable(self) -> bool:
        """Whether whoever may override rules may do it all the same."""
        return all(one.overridable for one in self.broken)


def effect_of(draft: OpenDraft, change: Change, difference: CostDelta) -> EditEffect:
    """A difference as it is told."""
    rules = draft.policy.rules
    hard = {rule.id for rule in rules.values() if rule.hard}
    return EditEffect(
        *change,
        broken=tuple(broken(draft, violation) for violation in difference.breaches),
        mended=(
            tuple(v.sentence for v in difference.gone if v.rule in hard)
            if difference.mended and not difference.breaches
            else ()
        ),
        objective_pence=difference.objective_pence,
        cash_pence=difference.cash_pence,
        by_rule={rule: cost / 60 for rule, cost in difference.by_rule.items()},
        paid_for=tuple(
            v.sentence
            for v in difference.come
            if v.rule not in hard and rules[v.rule].asked_as not in ("pay", "cover")
        ),
        places=tuple(_places(draft, change)),
    )


def broken(draft: OpenDraft, violation: Violation) -> Broken:
    """A violation of a hard rule as it is told."""
    rule = draft.policy.rules[violation.rule]
    return Broken(
        rule.id, catalogue()[rule.id].title, violation.about, violation.sentence, rule.override
    )


def _places(draft: OpenDraft, change: Change) -> Iterator[PlacesLeft]:
    filled = draft.evaluation.sheet.filled
    for demand_id in dict.fromkeys(a.demand_id for side in change for a in side):
        duty = draft.problem.duty_by_id[demand_id]
        gone, come = (sum(a.demand_id == demand_id for a in side) for side in change)
        before = max(0, duty.minimum - filled[demand_id])
        after = max(0, duty.minimum - filled[demand_id] - come + gone)
        if before != after:
            yield PlacesLeft(demand_id, before, after)
