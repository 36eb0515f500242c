"""Hours and pounds on either side of a difference: by kind of pay, and by organisation."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.domain.roster import PAY_KINDS, AssignmentLine, PayKind
from scheduler.services.versions.sides import Calling


@dataclass(frozen=True)
class Amounts:
    """Of one kind of pay or one organisation: its hours and pounds on either side [h, pence].
    `hosted`: hours for which an organisation is accountable, whoever works them.
    """

    id: str
    name: str
    hours_before: float
    hours_after: float
    pence_before: int
    pence_after: int
    hosted_before: float = 0.0
    hosted_after: float = 0.0

    @property
    def same(self) -> bool:
        """Whether nothing of it differs."""
        return (self.hours_before, self.pence_before, self.hosted_before) == (
            self.hours_after,
            self.pence_after,
            self.hosted_after,
        )


def _minutes(line: AssignmentLine) -> dict[PayKind, int]:
    if not line.staff_id or line.pay in ("bank", "agency"):
        return {line.pay: line.paid_minutes}
    return {
        "contracted": line.contracted_minutes,
        "extra": line.extra_minutes,
        "overtime": line.overtime_minutes,
    }


def _hours(minutes: int) -> float:
    return round(minutes / 60, 2)


def by_pay(old: Sequence[AssignmentLine], new: Sequence[AssignmentLine]) -> tuple[Amounts, ...]:
    """Of every kind of pay that either side has."""
    minutes, pence = [Counter[str](), Counter[str]()], [Counter[str](), Counter[str]()]
    for which, lines in enumerate((old, new)):
        for line in lines:
            minutes[which].update(_minutes(line))
            pence[which][line.pay] += line.cost_pence
    return tuple(
        Amounts(
            kind,
            kind,
            _hours(minutes[0][kind]),
            _hours(minutes[1][kind]),
            pence[0][kind],
            pence[1][kind],
        )
        for kind in PAY_KINDS
        if any(each[kind] for each in (*minutes, *pence))
    )


def by_organisation(
    old: Sequence[AssignmentLine], new: Sequence[AssignmentLine], called: Calling
) -> tuple[Amounts, ...]:
    """Of every organisation that employs or hosts anybody on either side, by its id."""
    employed, hosted, pence = ([Counter[str](), Counter[str]()] for _ in range(3))
    for which, lines in enumerate((old, new)):
        for line in lines:
            employed[which][line.employer_organisation_id] += line.paid_minutes
            hosted[which][line.host_organisation_id] += line.paid_minutes
            pence[which][line.employer_organisation_id] += line.cost_pence
    return tuple(
        Amounts(
            each,
            called.organisation(each),
            hours_before=_hours(employed[0][each]),
            hours_after=_hours(employed[1][each]),
            pence_before=pence[0][each],
            pence_after=pence[1][each],
            hosted_before=_hours(hosted[0][each]),
            hosted_after=_hours(hosted[1][each]),
        )
        for each in sorted({key for side in (*employed, *hosted) for key in side})
    )
