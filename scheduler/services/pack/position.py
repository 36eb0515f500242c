"""What people work on average against the law, and what ends soon: counted, never named."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from scheduler.domain.dataset import Dataset
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.known_shifts import in_full, known_by_person, known_shift
from scheduler.domain.wording import counted
from scheduler.services.outlook.expiries import expiries_in
from scheduler.services.pack.tables import Section, count, day_words, section, table, words
from scheduler.services.view.averages import averages
from scheduler.storage.repository import Repository
from solver.constraints.average_week import AverageWeek
from solver.constraints.night_average import NightAverage
from solver.rule.reference_period import reference_start

WEEKS_AHEAD = 13
"""In which what ends is counted: the least whole weeks that hold 90 days."""
BANDS = ((0, 40), (40, 44), (44, 48))
KINDS = {
    "passport": "Passports",
    "sign_off": "Sign-offs for procedures",
    "competency": "Competencies",
    "procedure_version": "Versions of procedures",
    "acceptance": "Acceptances of others’ procedures",
    "agreement": "Sharing agreements",
    "contract": "Contracts",
}


@dataclass
class WorkingTime:
    """People by their average week: by band, above the limit with and without opting out, night
    workers and those above theirs; `short`: of whom fewer weeks are known than the law looks at.
    """

    bands: Counter[tuple[int, int]] = field(default_factory=Counter)
    opted_out: int = 0
    over: int = 0
    night_workers: int = 0
    over_at_night: int = 0
    short: int = 0

    @property
    def people(self) -> int:
        """All of them."""
        return self.bands.total() + self.opted_out + self.over


@dataclass
class EndingSoon:
    """What ends and has to be renewed by one organisation, or by all: facts by kind, with the first
    day on which each kind is missed; `lost`: required minutes that too few are then cleared for.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    first: dict[str, date] = field(default_factory=dict)
    lost: int = 0


def working_time(
    repository: Repository, dataset: Dataset, people: Mapping[str, frozenset[str]], last: date
) -> dict[str | None, WorkingTime]:
    """By organisation, and None: all, each person once. `people`: staff id -> employers, of those
    with published shifts; `last`: the last date of the reference period.
    """
    index = FactIndex(dataset)
    since = reference_start(last, date.min, AverageWeek().blocks)
    published = [
        in_full(index, known_shift(line))
        for _, lines in repository.published(first=since - timedelta(days=1), last=last)
        for line in lines
        if line.staff_id in people
    ]
    known = known_by_person(index, published)
    found: dict[str | None, WorkingTime] = defaultdict(WorkingTime)
    for staff_id, employers in sorted(people.items()):
        shifts = [one for one in known.get(staff_id, ()) if one.date <= last]
        if staff_id not in index.staff or not shifts:
            continue
        week, night, _, _ = averages(index, staff_id, shifts, last)
        for one in (None, *sorted(employers)):
            _count(found[one], week.hours, week.limit_hours, week.over)
            found[one].night_workers += night.limit_hours is not None
            found[one].over_at_night += night.over
            found[one].short += bool(week.unknown)
    return found


def _count(found: WorkingTime, hours: float | None, limit: float | None, over: bool) -> None:
    worked = hours or 0.0
    if over:
        found.over += 1
    elif limit is None and worked > BANDS[-1][1]:
        found.opted_out += 1
    else:
        band = next((band for band in BANDS if worked <= band[1]), BANDS[-1])
        found.bands[band] += 1


def working_time_section(found: WorkingTime, last: date) -> Section:
    """The fourth."""
    weekly, nightly = AverageWeek(), NightAverage()
    rows = [
        [
            words(f"Up to {high} h a week" if not low else f"Over {low} to {high} h"),
            count(found.bands[low, high]),
        ]
        for low, high in BANDS
    ]
    rows += [
        [words(f"Over {weekly.hours:g} h, opted out of the limit"), count(found.opted_out)],
        [words(f"Over {weekly.hours:g} h, not opted out"), count(found.over)],
        [words("Night workers"), count(found.night_workers)],
        [words(f"Night workers over {nightly.hours:g} h in 24"), count(found.over_at_night)],
    ]
    if not found.people:
        return section(
            4, "Working-time position", "Nobody employed here has a published shift in these weeks."
        )
    over = found.over + found.over_at_night
    beyond = f"{counted(over, 'person', 'people')} above" if over else "Nobody is above"
    sentence = (
        f"{beyond} a legal average, of {counted(found.people, 'person', 'people')} with published"
        f" shifts, over the {weekly.blocks} weeks to {day_words(last)}."
    )
    if found.short:
        sentence += f" Of {found.short:,}, work before is not known for all of these weeks."
    made = table("People by average week", ("On average", "People"), rows, right=(1,))
    return section(4, "Working-time position", sentence, [made])


def ending(
    dataset: Dataset, collaborative_id: str, first: date, organisations: Iterable[str] | None
) -> dict[str | None, EndingSoon]:
    """What ends in the weeks from `first`, by who has to act; None: all. `organisations`: those
    that may be told of; None: all of them.
    """
    told = None if organisations is None else frozenset(organisations)
    report = expiries_in(dataset, collaborative_id, first, WEEKS_AHEAD)
    found: dict[str | None, EndingSoon] = defaultdict(EndingSoon)
    counted_once: set[tuple[str, object]] = set()
    for renewal in report.renewals:
        if told is not None and renewal.organisation_id not in told:
            continue
        kind = renewal.lapse.kind
        whose: list[str | None] = [renewal.organisation_id]
        key = (kind, renewal.lapse.fact)
        if key not in counted_once:
            counted_once.add(key)
            whose.append(None)
        for one in whose:
            found[one].kinds[kind] += 1
        for one in (renewal.organisation_id, None):
            day = found[one].first.get(kind, renewal.first_day)
            found[one].first[kind] = min(day, renewal.first_day)
    for lost in report.lost:
        for one in (lost.duty.host_id, None):
            if one is None or told is None or one in told:
                found[one].lost += lost.minutes
    return found


def ending_section(found: EndingSoon, first: date) -> Section:
    """The fifth. `first`: the day after the last of the weeks."""
    last = first + timedelta(days=7 * WEEKS_AHEAD - 1)
    span = f"In the {WEEKS_AHEAD} weeks to {day_words(last)}"
    if not found.kinds and not found.lost:
        return section(
            5, "What ends in 90 days", f"{span} nothing ends that required work depends on."
        )
    rows = [
        [words(title), count(found.kinds[kind]), words(day_words(found.first[kind]))]
        for kind, title in KINDS.items()
        if found.kinds[kind]
    ]
    rows.append([words("Together"), count(found.kinds.total()), words("")])
    many = counted(found.kinds.total(), "clearance or contract", "clearances and contracts")
    end = "ends" if found.kinds.total() == 1 else "end"
    sentence = (
        f"{span} {many} {end} that required work depends on; unless they are"
        f" renewed, too few are cleared for {found.lost / 60:,.1f} h of work accountable"
        " for here."
    )
    made = table(
        "To be renewed, by who has to act",
        ("What ends", "How many", "Missed from"),
        rows,
        right=(1,),
    )
    return section(5, "What ends in 90 days", sentence, [made])


def people_of(pairs: Sequence[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """(staff id, employer) pairs as staff id -> employers."""
    found: dict[str, set[str]] = defaultdict(set)
    for staff_id, employer in pairs:
        found[staff_id].add(employer)
    return {staff_id: frozenset(own) for staff_id, own in found.items()}
