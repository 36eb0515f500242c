"""Who fills the work, what stays empty, what it is paid, and who lends to whom."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from scheduler.domain.clock import Hours, is_night, minute
from scheduler.domain.duty import asleep_in
from scheduler.domain.facts import Contract, SharingAgreement
from scheduler.domain.known_shifts import known_shift
from scheduler.domain.pay import Rate, exact
from scheduler.domain.roster import AssignmentLine
from scheduler.services.kpis.measures import Tally
from scheduler.services.kpis.published_week import Asked, PublishedWeek
from scheduler.services.versions.sides import day_of

SOURCES = ("own", "lent", "extra", "overtime", "bank", "agency", "unfilled")
Cell = tuple[str, str, str]
"""(source, registered or unregistered, day, night or weekend)"""


@dataclass
class CoverFigures:
    """Of one organisation, or of all. `fill`: minutes by source; `beyond`: those rostered above the
    minimum, so that all of `fill` less these is what is required; `priority`, `service`, `place`:
    minutes without anybody; `lent`, `recharge`: (home, host) -> minutes, and exact pence.
    """

    fill: Counter[Cell] = field(default_factory=Counter)
    beyond: int = 0
    priority: Counter[str] = field(default_factory=Counter)
    service: Counter[str] = field(default_factory=Counter)
    place: Counter[str] = field(default_factory=Counter)
    lent: Counter[tuple[str, str]] = field(default_factory=Counter)
    recharge: dict[tuple[str, str], Fraction] = field(default_factory=dict)

    def add(self, other: "CoverFigures") -> None:
        """Let it count for both."""
        for name in ("fill", "priority", "service", "place", "lent"):
            getattr(self, name).update(getattr(other, name))
        self.beyond += other.beyond
        for pair, pence in other.recharge.items():
            self.recharge[pair] = self.recharge.get(pair, Fraction(0)) + pence


def cover_of(
    week: PublishedWeek, organisation_id: str | None
) -> tuple[dict[str, Tally], CoverFigures]:
    """Measures by their codes, and the figures behind them; `organisation_id` None: of all."""
    found = CoverFigures()
    asked = [one for one in week.asked if organisation_id in (None, one.host)]
    for one in asked:
        if one.missing:
            registered = week.books[week.in_force[one.demand.date].id].index.roles
            group = _group(registered[one.demand.role_id].registered)
            found.fill["unfilled", group, _when(one.demand.date.weekday(), one.hours.night)] += (
                one.missing
            )
            found.priority[str(one.demand.priority)] += one.missing
            found.service[one.demand.service_id] += one.missing
            found.place[one.place_id] += one.missing
    rostered = 0
    for line in week.lines:
        if organisation_id in (None, line.host_organisation_id):
            rostered += line.paid_minutes
            _fill(week, line, found)
        pair = (line.employer_organisation_id, line.host_organisation_id)
        if is_lent(line) and organisation_id in (None, *pair):
            found.lent[pair] += line.paid_minutes
            found.recharge[pair] = found.recharge.get(pair, Fraction(0)) + recharge(week, line)
    required, missing = (sum(map(each, asked)) for each in (_required, _missing))
    found.beyond = rostered + missing - required
    return (
        {"fill_share": Tally(required - missing, required), **_pay(week, organisation_id)},
        found,
    )


def _required(one: Asked) -> int:
    return one.required


def _missing(one: Asked) -> int:
    return one.missing


def _group(registered: bool) -> str:
    return "registered" if registered else "unregistered"


def _when(weekday: int, night: bool) -> str:
    """A shift of the weekend is one whenever it lies: nothing is counted twice."""
    return "weekend" if weekday >= 5 else "night" if night else "day"


def _fill(week: PublishedWeek, line: AssignmentLine, found: CoverFigures) -> None:
    index = week.books_of(line).index
    start = minute(line.start)
    asleep = asleep_in(start, index.shift_types.get(line.shift_type_id or ""))
    when = _when(day_of(line).weekday(), is_night(start, minute(line.end), asleep))
    group = _group(index.roles[line.role_id].registered)
    for source, minutes in minutes_by_source(line).items():
        if minutes:
            found.fill[source, group, when] += minutes


def minutes_by_source(line: AssignmentLine) -> dict[str, int]:
    """A shift's paid minutes by where they come from."""
    if not line.staff_id or line.pay in ("bank", "agency"):
        return {line.pay: line.paid_minutes}
    lent = line.employer_organisation_id != line.host_organisation_id
    return {
        "lent" if lent else "own": line.contracted_minutes,
        "extra": line.extra_minutes,
        "overtime": line.overtime_minutes,
    }


def _pay(week: PublishedWeek, organisation_id: str | None) -> dict[str, Tally]:
    minutes, paid, total = Counter[str](), Counter[str](), 0
    for line in week.lines:
        if organisation_id not in (None, line.employer_organisation_id):
            continue
        contract = week.books_of(line).index.contracts.get(line.contract_id or "")
        basic = 0 if contract is None else contract.hourly_pence * line.contracted_minutes
        cost = line.cost_pence * 60 + basic
        total += cost
        if line.pay in ("bank", "agency"):
            minutes[line.pay] += line.paid_minutes
            paid[line.pay] += cost
    return {
        "agency_hours": Tally(minutes["agency"], 1),
        "bank_hours": Tally(minutes["bank"], 1),
        "agency_share": Tally(paid["agency"], total),
        "bank_share": Tally(paid["bank"], total),
        "temporary_share": Tally(paid["agency"] + paid["bank"], total),
    }


def is_lent(line: AssignmentLine) -> bool:
    """Whether somebody of one organisation does it for another."""
    return bool(line.staff_id) and line.employer_organisation_id != line.host_organisation_id


@dataclass(frozen=True)
class LentAt:
    """What a lent shift is recharged at, in its parts: `hourly_pence` for its paid minutes, with
    `enhancement` on top [exact pence], of that `percent`. `agreement`: under which it was lent;
    None where none is found.
    """

    contract: Contract
    hourly_pence: int
    basic: Fraction
    enhancement: Fraction
    percent: Fraction
    agreement: SharingAgreement | None

    @property
    def pence(self) -> Fraction:
        """Exact."""
        return (self.basic + self.enhancement) * self.percent / 100


def lent_at(week: PublishedWeek, line: AssignmentLine) -> LentAt | None:
    """By the agreement of its route; None where its contract is not known any more."""
    books = week.books_of(line)
    contract = books.index.contracts.get(line.contract_id or "")
    if contract is None:
        return None
    start = minute(line.start)
    asleep = asleep_in(start, books.index.shift_types.get(line.shift_type_id or ""))
    hours = Hours(start, minute(line.end), line.paid_minutes, asleep)
    rate = Rate(contract.hourly_pence, books.index.roles[contract.role_id].band)
    if contract.kind == "bank":
        of_work = books.index.roles[line.role_id].band
        rate = books.payroll.bank_rate(
            rate, of_work, hours.start, hours.end, hours.paid, hours.asleep
        )
    under = next(iter(books.index.agreements_of(known_shift(line))), None)
    stated = None if under is None else under.recharge_percent
    full = books.payroll.full_pence(rate, hours.start, hours.end, hours.paid, hours.asleep)
    basic = Fraction(rate.hourly_pence * hours.paid, 60)
    percent = exact(100.0 if stated is None else stated)
    return LentAt(contract, rate.hourly_pence, basic, full - basic, percent, under)


def recharge(week: PublishedWeek, line: AssignmentLine) -> Fraction:
    """What a lent shift is recharged at [pence]."""
    found = lent_at(week, line)
    return Fraction(0) if found is None else found.pence
