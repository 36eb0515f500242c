"""A scenario: named changes to facts and policy, applied to a dataset without touching the stored
one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from scheduler.domain import wording
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, Fault
from scheduler.domain.facts import BY_FILE
from scheduler.domain.problem import Period
from scheduler.services.scenarios.changes.clearance import (
    CompetencyGroup,
    ConsentGroup,
    JourneyGroup,
    NewAgreement,
    NewEquivalence,
    PassportGroup,
    ReleaseChange,
    SignOffGroup,
    TravelGroup,
)
from scheduler.services.scenarios.changes.demand import DemandChange
from scheduler.services.scenarios.changes.part import Named, Overlay, ScenarioPart
from scheduler.services.scenarios.changes.people import Hire, NewJointPost
from scheduler.services.scenarios.changes.rules import GradeOfWork, OvertimeChange
from scheduler.services.scenarios.changes.supply import CallNoticeChange, SupplyChange
from scheduler.services.scenarios.changes.transfer import Transfer
from solver.constraints.temporary_limit import TemporaryLimit
from solver.policy.policy import Policy


def _several(value: object) -> object:
    return (value,) if isinstance(value, Mapping) else value


MOST_LETTERS = 200
"""Of a name."""
ONE_TABLE = BeforeValidator(_several)
"""What is said once may be written as one table, `[overtime]`."""


class Scenario(BaseModel):
    """Named changes. Everything else stays as it is in the base. Parts change the facts in the
    order of these fields, so that groups of people include those who were hired.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_by_name=True
    )

    name: str = Field(min_length=1, max_length=MOST_LETTERS, description="what it is called")
    description: str = Field("", description="what it is about")
    based_on: tuple[str, ...] = Field(
        (),
        alias="with",
        description="scenarios whose changes come first, by their names or those of their files",
    )
    alone: bool = Field(False, description="no sharing agreement is used")
    hire: tuple[Hire, ...] = Field((), description="people hired")
    joint_post: tuple[NewJointPost, ...] = Field((), description="people with two employers")
    transfer: tuple[Transfer, ...] = Field(
        (), description="agency workers who become bank or substantive"
    )
    supply: tuple[SupplyChange, ...] = Field((), description="changes to bank and agency")
    equivalence: tuple[NewEquivalence, ...] = Field((), description="procedures made equivalent")
    passport: tuple[PassportGroup, ...] = Field((), description="passports for groups")
    agreement: tuple[NewAgreement, ...] = Field((), description="new sharing agreements")
    release: tuple[ReleaseChange, ...] = Field((), description="hours lent under agreements")
    competency: tuple[CompetencyGroup, ...] = Field((), description="competencies for groups")
    sign_off: tuple[SignOffGroup, ...] = Field((), description="sign-offs for groups")
    consent: tuple[ConsentGroup, ...] = Field(
        (), description="groups that agree to work for other hosts"
    )
    journey: tuple[JourneyGroup, ...] = Field((), description="groups that accept a longer journey")
    travel: tuple[TravelGroup, ...] = Field((), description="travel limits of groups")
    demand: tuple[DemandChange, ...] = Field((), description="demand raised, lowered or moved")
    call_notice: Annotated[tuple[CallNoticeChange, ...], ONE_TABLE] = Field(
        (), description="how early agency may be called"
    )
    overtime: Annotated[tuple[OvertimeChange, ...], ONE_TABLE] = Field(
        (), description="overtime, forbidden or at another price"
    )
    grade_of_work: Annotated[tuple[GradeOfWork, ...], ONE_TABLE] = Field(
        (), description="bank paid at the grade of the work"
    )
    policy: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="rules that differ: rule id -> parameters"
    )

    def parts(self) -> Iterator[tuple[str, int, ScenarioPart]]:
        """(key, number from 1, change) of all changes, in the order in which they are made."""
        for key in CHANGES:
            for number, part in enumerate(getattr(self, key), start=1):
                yield key, number, part

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        """The facts as the scenario has them."""
        changed = dataset.with_facts(sharing_agreement=()) if self.alone else dataset
        for _, _, part in self.parts():
            changed = part.apply(changed, period)
        return changed

    def caps(self, dataset: Dataset, base_minutes: Mapping[str, int]) -> list[dict[str, Any]]:
        """Caps for the rule `temporary_limit`. `base_minutes`: minutes that the base roster takes
        from each supply.
        """
        return [cap for change in self.supply for cap in change.caps(dataset, base_minutes)]

    def overlays(self, dataset: Dataset, period: Period) -> list[Overlay]:
        """Rules that differ, as tables over the base's policy, the later over the earlier; without
        caps on supply, which follow from the base's roster.
        """
        return [*(part.overlay(dataset, period) for _, _, part in self.parts()), self.policy]

    def policy_over(
        self,
        base: Mapping[str, Any],
        dataset: Dataset,
        period: Period,
        base_minutes: Mapping[str, int],
    ) -> Policy:
        """The base's policy with the scenario's tables over it; its caps on supply are added to
        those that there are. `dataset`: the facts as the scenario has them. Raises BadInput.
        """
        overlays, rule_id = self.overlays(dataset, period), TemporaryLimit.id
        caps = self.caps(dataset, base_minutes)
        if caps:
            merged = {**base.get(rule_id, {}), **self.policy.get(rule_id, {})}
            overlays.append(
                {rule_id: {**merged, "off": False, "caps": [*merged.get("caps", ()), *caps]}}
            )
        return Policy.from_tables(base, *overlays)

    def changes_nothing(
        self, dataset: Dataset, period: Period, policy: Mapping[str, Any] | None = None
    ) -> bool:
        """Whether facts and rules stay as they are here. A cap on supply is a change, whatever it
        allows.
        """
        changed = self.apply(dataset, period)
        if not _same_facts(dataset, changed) or self.caps(changed, {}):
            return False
        before, after = (
            Policy.from_tables(policy or {}),
            self.policy_over(policy or {}, changed, period, {}),
        )
        return before.rules == after.rules and before.pay == after.pay

    def notes(self, dataset: Dataset, period: Period) -> list[str]:
        """What whoever reads the figures has to know, in sentences."""
        return [note for _, _, part in self.parts() for note in part.notes(dataset, period)]

    def sentences(self, name: Named) -> list[str]:
        """What it changes, each change in plain English without ids. `name`: id -> what people call
        it.
        """
        found = ["No sharing agreement is used: each organisation alone"] if self.alone else []
        found += [part.sentence(name) for _, _, part in self.parts()]
        if self.policy:
            found.append(f"Other rules: {', '.join(name(rule_id) for rule_id in self.policy)}")
        return found


def _same_facts(one: Dataset, other: Dataset) -> bool:
    return all(
        one.rows(file) is other.rows(file)
        or one.rows(file) == other.rows(file)
        or Counter(one.rows(file)) == Counter(other.rows(file))
        for file in BY_FILE
    )


def _part_of(annotation: Any) -> type[ScenarioPart] | None:
    part = next(iter(get_args(annotation)), None)
    return part if isinstance(part, type) and issubclass(part, ScenarioPart) else None


CHANGES: dict[str, type[ScenarioPart]] = {
    name: part
    for name, field in Scenario.model_fields.items()
    if (part := _part_of(field.annotation)) is not None
}
"""What a scenario may change: the key of each kind of change, and what one of them is."""


def composed(
    scenario: Scenario,
    find: Callable[[str], Scenario | None],
    *,
    source: str = "scenario",
    known: Iterable[str] = (),
) -> Scenario:
    """The scenario with the changes of those that it names (`with`), which come first, each once
    however often it is named; its own name, its own changes last. Its own rules go before theirs.

    `find`: by the name that a scenario has in `with`; `known`: names, of which the nearest is
    offered. Raises BadInput for names that nobody knows and for scenarios that name each other in a
    circle.
    """
    order = in_order(scenario, find, source=source, known=known)
    if len(order) == 1:
        return scenario
    policy: dict[str, dict[str, Any]] = {}
    for one in order:
        for rule_id, table in one.policy.items():
            policy[rule_id] = {**policy.get(rule_id, {}), **table}
    parts = {key: tuple(part for one in order for part in getattr(one, key)) for key in CHANGES}
    alone = any(one.alone for one in order)
    return scenario.model_copy(update={"based_on": (), "alone": alone, "policy": policy, **parts})


def in_order(
    scenario: Scenario,
    find: Callable[[str], Scenario | None],
    *,
    source: str = "scenario",
    known: Iterable[str] = (),
) -> list[Scenario]:
    """The scenarios of which one is composed, in the order of their changes: itself last. Raises
    BadInput as `composed` does.
    """
    order: list[Scenario] = []
    faults: list[Fault] = []
    there = list(known)

    def add(one: Scenario, above: tuple[Scenario, ...], names: tuple[str, ...]) -> None:
        for place, wanted in enumerate(one.based_on, start=1):
            key = " of ".join([f"with[{place}]", *reversed(names)])
            other = find(wanted)
            if other is None:
                meant = wording.nearest(wanted, there)
                advice = f" (nearest: {wording.either(meant)})" if meant else ""
                faults.append(Fault(source, 0, key, wanted, f"the name of a scenario{advice}"))
            elif other in (*above, one):
                expected = "a scenario that does not name this one in its turn"
                faults.append(Fault(source, 0, key, wanted, expected))
            elif other not in order:
                add(other, (*above, one), (*names, wanted))
        order.append(one)

    add(scenario, (), ())
    if faults:
        raise BadInput(faults)
    return order
