"""People who are not there yet: hired, in joint posts, or agency workers who become bank or are
employed. All of them are made up and say so in their names.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar

from pydantic import Field

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import (
    Contract,
    ProcedureSignOff,
    Staff,
    StaffCompetency,
)
from scheduler.domain.pay import exact, half_up
from scheduler.domain.problem import Period
from scheduler.domain.wording import counted
from scheduler.services.scenarios.changes.part import (
    Named,
    ScenarioPart,
    Wrong,
    is_live,
    number,
)

Thing = TypeVar("Thing", bound=Hashable)

MOST_PEOPLE = 1000
"""Who hires more at once has typed something else."""


class PostOffered(NamedTuple):
    """What one employer gives a person: hours owed in a week [h], basic pay [pence per hour]."""

    organisation_id: str
    role_id: str
    hours_per_week: float
    hourly_pence: int
    base_site_id: str


def employed(
    dataset: Dataset,
    period: Period,
    posts: Sequence[PostOffered],
    *,
    people: int,
    home_site_id: str,
    accepts_other_hosts: bool,
) -> Dataset:
    """The facts with so many made-up people more, each in all of these posts from the period's
    first day.

    They hold what more than half of those in the role hold on that day at any of the employers:
    competencies, and sign-offs in a version of a procedure.
    """
    staff, contracts = list(dataset.staff), list(dataset.contract)
    held, signed = list(dataset.staff_competency), list(dataset.procedure_sign_off)
    competencies, sign_offs = _usual(dataset, period, posts)
    taken = {person.id for person in staff}
    role = next(role.name for role in dataset.role if role.id == posts[0].role_id)
    place = 0
    for _ in range(people):
        place += 1
        while (staff_id := f"HIRED-{place:04}") in taken:
            place += 1
        taken.add(staff_id)
        staff.append(
            Staff(
                id=staff_id,
                name=f"Hired {role[:1].lower()}{role[1:]} {place} (scenario)",
                home_site_id=home_site_id,
                accepts_other_hosts=accepts_other_hosts,
                wtr_opt_out=False,
            )
        )
        contracts += [
            Contract(
                id=f"{staff_id}-{letter}",
                staff_id=staff_id,
                organisation_id=post.organisation_id,
                role_id=post.role_id,
                kind="substantive",
                hours_per_week=post.hours_per_week,
                base_site_id=post.base_site_id,
                hourly_pence=post.hourly_pence,
                from_date=period.first,
                joint_post_id=f"{staff_id}-J" if len(posts) > 1 else None,
            )
            for letter, post in zip("ABCDEFGH", posts, strict=False)
        ]
        held += [
            StaffCompetency(staff_id=staff_id, competency_id=competency_id, valid_from=period.first)
            for competency_id in competencies
        ]
        signed += [
            ProcedureSignOff(
                staff_id=staff_id,
                procedure_id=procedure_id,
                organisation_id=organisation_id,
                version=version,
                valid_from=period.first,
            )
            for procedure_id, organisation_id, version in sign_offs
        ]
    return dataset.with_facts(
        staff=staff, contract=contracts, staff_competency=held, procedure_sign_off=signed
    )


def _usual(
    dataset: Dataset, period: Period, posts: Sequence[PostOffered]
) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Competencies and (procedure, organisation, version) that most hold of those in the role, at
    any of the employers.
    """
    competencies, sign_offs = dict[str, None](), dict[tuple[str, str, str], None]()
    for post in posts:
        colleagues = {
            contract.staff_id
            for contract in _contracts(dataset, period, post.organisation_id, post.role_id)
        }
        competencies |= dict.fromkeys(
            _of_most(
                colleagues,
                (
                    (row.staff_id, row.competency_id)
                    for row in dataset.staff_competency
                    if _holds(row, period)
                ),
            )
        )
        sign_offs |= dict.fromkeys(
            _of_most(
                colleagues,
                (
                    (row.staff_id, (row.procedure_id, row.organisation_id, row.version))
                    for row in dataset.procedure_sign_off
                    if _holds(row, period)
                ),
            )
        )
    return sorted(competencies), sorted(sign_offs)


def _of_most(colleagues: set[str], held: Iterable[tuple[str, Thing]]) -> Iterator[Thing]:
    count = Counter(thing for who, thing in set(held) if who in colleagues)
    return (thing for thing, holders in count.items() if 2 * holders > len(colleagues))


def _holds(row: StaffCompetency | ProcedureSignOff, period: Period) -> bool:
    return row.valid_from <= period.first and (row.valid_to is None or row.valid_to >= period.first)


def _contracts(
    dataset: Dataset, period: Period, organisation_id: str, role_id: str
) -> list[Contract]:
    return [
        contract
        for contract in dataset.contract
        if contract.organisation_id == organisation_id
        and contract.role_id == role_id
        and is_live(contract, period)
    ]


def usual_pence(dataset: Dataset, period: Period, organisation_id: str, role_id: str) -> int | None:
    """The median of what an organisation pays in a role [pence per hour], half a penny upwards; of
    its bank contracts where there are no others. None where there are none either.
    """
    contracts = _contracts(dataset, period, organisation_id, role_id)
    owing = [contract for contract in contracts if contract.kind == "substantive"]
    pence = sorted(contract.hourly_pence for contract in owing or contracts)
    if not pence:
        return None
    return half_up(Fraction(pence[(len(pence) - 1) // 2] + pence[len(pence) // 2], 2))


def usual_base(dataset: Dataset, period: Period, organisation_id: str, role_id: str) -> str | None:
    """The base of most of an organisation's people in a role, a site id; None where there are
    none.
    """
    bases = Counter(
        contract.base_site_id for contract in _contracts(dataset, period, organisation_id, role_id)
    )
    return min(bases, key=lambda site_id: (-bases[site_id], site_id), default=None)


def _no_pay(key: str) -> Wrong:
    return Wrong(
        key,
        "",
        "a rate: that organisation has no contract in this role from which one would follow",
    )


def basic_pay(people: int, posts: Iterable[PostOffered]) -> str:
    """What the posts cost whether or not anybody works, in a sentence."""
    weekly = people * sum(
        (exact(post.hours_per_week) * post.hourly_pence for post in posts), Fraction(0)
    )
    return (
        f"The basic pay of {counted(people, 'person', 'people')} more, about £"
        f"{half_up(weekly / 100):,} a week without on-costs, is not in these figures: hours owed"
        " are paid whether or not they are worked."
    )


class Hire(ScenarioPart):
    """Made-up people whom one organisation employs from the period's first day. They hold the
    competencies and sign-offs that more than half of its people in the role hold that day.
    """

    title = "People hired"

    organisation_id: str = Field(description="who employs them")
    role_id: str = Field(description="in which role")
    people: int = Field(1, ge=1, le=MOST_PEOPLE, description="how many [people]")
    hours_per_week: float = Field(37.5, gt=0, le=168, description="hours owed by each [h]")
    home_site_id: str = Field(description="the site nearest to their homes")
    base_site_id: str | None = Field(
        None, description="contractual base; without it the site nearest to home"
    )
    hourly_pence: int | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description=(
            "basic pay; without it the median of the organisation's contracts in the role [pence]"
        ),
    )
    accepts_other_hosts: bool = Field(False, description="they agree to work for other hosts")

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        if self._pence(dataset, period) is None:
            yield _no_pay("hourly_pence")

    def _pence(self, dataset: Dataset, period: Period) -> int | None:
        if self.hourly_pence is not None:
            return self.hourly_pence
        return usual_pence(dataset, period, self.organisation_id, self.role_id)

    def _posts(self, dataset: Dataset, period: Period) -> list[PostOffered]:
        return [
            PostOffered(
                self.organisation_id,
                self.role_id,
                self.hours_per_week,
                self._pence(dataset, period) or 0,
                self.base_site_id or self.home_site_id,
            )
        ]

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        return employed(
            dataset,
            period,
            self._posts(dataset, period),
            people=self.people,
            home_site_id=self.home_site_id,
            accepts_other_hosts=self.accepts_other_hosts,
        )

    def notes(self, dataset: Dataset, period: Period) -> Iterator[str]:
        yield basic_pay(self.people, self._posts(dataset, period))

    def sentence(self, name: Named) -> str:
        return (
            f"{name(self.organisation_id)} hires {counted(self.people, 'person', 'people')} as"
            f" {name(self.role_id)}, {number(self.hours_per_week)} h a week each, near"
            f" {name(self.home_site_id)}"
        )


class NewJointPost(ScenarioPart):
    """Made-up people whom two organisations employ together, each for some of the hours. They hold
    what more than half of those in the role hold at either.
    """

    title = "Joint posts"

    organisation_ids: tuple[str, str] = Field(description="the two employers")
    role_id: str = Field(description="in which role")
    people: int = Field(1, ge=1, le=MOST_PEOPLE, description="how many [people]")
    hours_per_week: tuple[float, float] = Field(
        description="hours owed by each person to the one and to the other [h]"
    )
    home_site_id: str = Field(description="the site nearest to their homes")
    hourly_pence: int | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description=(
            "basic pay; without it at each employer the median of its contracts in the role [pence]"
        ),
    )
    accepts_other_hosts: bool = Field(
        False, description="they agree to work for others than the two"
    )

    def faults(self, dataset: Dataset, period: Period) -> Iterator[Wrong]:
        if len(set(self.organisation_ids)) < 2:
            yield Wrong("organisation_ids", ", ".join(self.organisation_ids), "two employers")
        for place, hours in enumerate(self.hours_per_week, start=1):
            if not 0 < hours <= 168:
                yield Wrong(f"hours_per_week[{place}]", number(hours), "hours above 0, at most 168")
        if self.hourly_pence is None and any(
            usual_pence(dataset, period, organisation_id, self.role_id) is None
            for organisation_id in self.organisation_ids
        ):
            yield _no_pay("hourly_pence")

    def _posts(self, dataset: Dataset, period: Period) -> list[PostOffered]:
        return [
            PostOffered(
                organisation_id,
                self.role_id,
                hours,
                self.hourly_pence
                if self.hourly_pence is not None
                else usual_pence(dataset, period, organisation_id, self.role_id) or 0,
                usual_base(dataset, period, organisation_id, self.role_id) or self.home_site_id,
            )
            for organisation_id, hours in zip(
                self.organisation_ids, self.hours_per_week, strict=True
            )
        ]

    def apply(self, dataset: Dataset, period: Period) -> Dataset:
        return employed(
            dataset,
            period,
            self._posts(dataset, period),
            people=self.people,
            home_site_id=self.home_site_id,
            accepts_other_hosts=self.accepts_other_hosts,
        )

    def notes(self, dataset: Dataset, period: Period) -> Iterator[str]:
        yield basic_pay(self.people, self._posts(dataset, period))

    def sentence(self, name: Named) -> str:
        parts = " and ".join(
            f"{number(hours)} h a week for {name(organisation_id)}"
            for organisation_id, hours in zip(
                self.organisation_ids, self.hours_per_week, strict=True
            )
        )
        return (
            f"{counted(self.people, 'joint post')} as {name(self.role_id)}, {parts}, near"
            f" {name(self.home_site_id)}"
        )
