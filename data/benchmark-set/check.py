"""Judge a roster of the benchmark set: which hard rules it breaks, and what it costs.

    python check.py INSTANCE SOLUTION

Both are JSON, or JSON in gzip (a name that ends in .gz). Every broken rule is a line in words;
then the objective in whole pence, by rule. Ends with 0 where the roster is valid, 1 where it is
not, 2 where a file cannot be read. One file, Python 3.11 or later, nothing to install.
"""

import gzip
import hashlib
import json
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

DAY, WEEK = 24 * 60, 7
FORMAT = "rosters across organisations, 1"
RULES = (
    "minimum_cover",
    "preferred_cover",
    "pay",
    "agency_hours",
    "bank_hours",
    "overtime_hours",
    "unused_hours",
    "travel",
    "away_from_base",
    "preference",
)
"""What is priced, in the order in which it is shown."""
PER = 60 * 10_000
"""Pay is worked out in pence an hour x minutes x ten-thousandths."""


class Unreadable(Exception):
    """A file that is no instance, or no solution of this instance; says why."""


class Shift(NamedTuple):
    """A shift of one person, in order of time. `demand`: None for one worked before the period."""

    start: int
    end: int
    contract: int
    paid: int
    night: bool
    demand: int | None

    @property
    def day(self) -> int:
        """On which day it starts; -1 is the day before the period."""
        return self.start // DAY


class Judgement(NamedTuple):
    """`broken`: hard rules, each as (rule, words). `pence`: by rule of RULES."""

    broken: list[tuple[str, str]]
    pence: dict[str, int]

    @property
    def objective(self) -> int:
        """What the roster costs [pence]."""
        return sum(self.pence.values())


def read(path: Path) -> tuple[dict[str, Any], str]:
    """A file's content, and the SHA-256 of its JSON text. Raises Unreadable."""
    try:
        text = path.read_bytes()
        if path.name.endswith(".gz"):
            text = gzip.decompress(text)
        content = json.loads(text)
    except (OSError, EOFError, ValueError, RecursionError, zlib.error) as error:
        raise Unreadable(f"{path}: {error}") from None
    if not isinstance(content, dict):
        raise Unreadable(f"{path}: expected a JSON object")
    return content, hashlib.sha256(text).hexdigest()


def judge(instance: dict[str, Any], solution: dict[str, Any]) -> Judgement:
    """Check a solution against its instance. Raises Unreadable."""
    if instance.get("format") != FORMAT:
        raise Unreadable(f"the instance's format is {instance.get('format')!r}, not {FORMAT!r}")
    try:
        people, temporary = _rows(instance, solution)
        return Judgement(
            list(_broken(instance, people, temporary)), _pence(instance, people, temporary)
        )
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise Unreadable(f"something is missing or of the wrong kind: {error!r}") from None


def _rows(
    instance: dict[str, Any], solution: dict[str, Any]
) -> tuple[list[tuple[int, int, int | None]], list[tuple[int, int]]]:
    """(demand, contract, agreement or None) and (demand, supply) of every place that is filled."""
    demand, contracts = len(instance["demand"]), len(instance["contracts"])
    limits = (demand, contracts, len(instance["agreements"]))
    people = []
    for row in solution["people"]:
        if len(row) not in (2, 3) or not all(map(_within, row, limits)):
            raise Unreadable(f"people: {row} is not [demand, contract] or with an agreement behind")
        people.append((row[0], row[1], row[2] if len(row) == 3 else None))
    temporary = []
    for row in solution["temporary"]:
        if len(row) != 2 or not all(map(_within, row, (demand, len(instance["supplies"])))):
            raise Unreadable(f"temporary: {row} is not [demand, supply]")
        temporary.append((row[0], row[1]))
    return people, temporary


def _within(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < limit


# --- hard rules


def _broken(
    instance: dict[str, Any],
    people: Sequence[tuple[int, int, int | None]],
    temporary: Sequence[tuple[int, int]],
) -> Iterator[tuple[str, str]]:
    yield from _not_eligible(instance, people)
    for person, shifts in sorted(_by_person(instance, people).items()):
        name = instance["people"][person]
        for rule, words in _broken_by_one(instance["rules"], shifts):
            yield rule, f"{name} {words}"
    yield from _contract_hours(instance, people)
    yield from _lent(instance, people)
    yield from _supplied(instance, temporary)
    filled = Counter(row[0] for row in (*people, *temporary))
    for demand, count in sorted(filled.items()):
        if count > instance["demand"][demand]["wanted"]:
            yield (
                "most_wanted",
                f"{_at(demand)} has {count} people, {instance['demand'][demand]['wanted']} wanted",
            )


def _at(demand: int) -> str:
    return f"demand {demand}"


def _eligibility(instance: dict[str, Any]) -> dict[tuple[int, int], list[Any]]:
    """(contract, kind of work) -> its rows."""
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in instance["eligibility"]:
        found[row[0], row[1]].append(row)
    return found


def _row_on(rows: Sequence[Any], day: int) -> Any:
    """The row that holds on a day; None where none does."""
    return next((row for row in rows if row[2] <= day <= row[3]), None)


def _not_eligible(
    instance: dict[str, Any], people: Sequence[tuple[int, int, int | None]]
) -> Iterator[tuple[str, str]]:
    eligible = _eligibility(instance)
    missing = {(contract, kind): words for contract, kind, words in instance["missing"]}
    absent: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for person, since, until in instance["absences"]:
        absent[person].append((since, until))
    for d, c, agreement in people:
        demand, person = instance["demand"][d], instance["contracts"][c]["person"]
        name, start, end = instance["people"][person], demand["start"], demand["end"]
        rows = eligible.get((c, demand["kind"]), [])
        if not all(_row_on(rows, day) for day in range(start // DAY, (end - 1) // DAY + 1)):
            why = missing.get((c, demand["kind"]))
            yield (
                "eligible",
                f"{name} may not fill {_at(d)} through contract {c}"
                + (f": missing is {why}" if why else ""),
            )
            continue
        if any(since < end and start < until for since, until in absent[person]):
            yield "absent", f"{name} is away during {_at(d)}"
        usable = _row_on(rows, start // DAY)[6]
        if agreement not in (usable or [None]):
            yield (
                "agreement",
                f"{name} at {_at(d)}: the agreement is to be "
                + (f"named, one of {usable}" if usable else "left out"),
            )


def _by_person(
    instance: dict[str, Any], people: Sequence[tuple[int, int, int | None]]
) -> dict[int, list[Shift]]:
    """Everybody's shifts in order of time, of those who have any in this roster."""
    found: dict[int, list[Shift]] = defaultdict(list)
    for d, c, _ in people:
        demand = instance["demand"][d]
        found[instance["contracts"][c]["person"]].append(
            Shift(demand["start"], demand["end"], c, demand["paid"], bool(demand["night"]), d)
        )
    for person, start, end, paid, night in instance["before"]:
        if person in found:
            found[person].append(Shift(start, end, -1, paid, bool(night), None))
    return {person: sorted(shifts, key=lambda s: s[:3]) for person, shifts in found.items()}


def _broken_by_one(rules: dict[str, int], shifts: Sequence[Shift]) -> Iterator[tuple[str, str]]:
    """One person's shifts, by whichever contract. Only what this roster decides is held against
    it: of all shifts that break a rule together one at least must be in the period.
    """
    decided = [shift for shift in shifts if shift.demand is not None]
    for one in decided:
        position = shifts.index(one)
        for i, other in enumerate(shifts):
            if i == position or (other.demand is not None and i < position):
                continue
            first, second = (one, other) if position < i else (other, one)
            if second.start < first.end:
                yield "overlap", f"has two shifts at once, at minutes {first.start}, {second.start}"
            elif second.start - first.end < rules["rest_minutes"]:
                yield (
                    "rest",
                    f"has {second.start - first.end} minutes of rest before the shift at minute"
                    f" {second.start}",
                )
    weeks: Counter[int] = Counter()
    for shift in decided:
        weeks[shift.day // WEEK] += shift.paid
    for week, minutes in sorted(weeks.items()):
        if minutes > rules["week_minutes"]:
            yield "longest_week", f"works {minutes} minutes in week {week}"
    yield from _runs(rules, shifts)
    for first, second, third in zip(shifts, shifts[1:], shifts[2:], strict=False):
        if (
            any(shift.demand is not None for shift in (first, second, third))
            and first.night
            and second.night
            and second.day == first.day + 1
            and not (third.night and third.day == second.day + 1)
            and third.start - second.end < rules["rest_after_nights_minutes"]
        ):
            yield (
                "rest_after_nights",
                f"has {third.start - second.end} minutes of rest after nights, before the shift at"
                f" minute {third.start}",
            )


def _runs(rules: dict[str, int], shifts: Sequence[Shift]) -> Iterator[tuple[str, str]]:
    """Too many days, and too many nights, in a row."""
    days, most = {shift.day for shift in shifts}, rules["days_in_a_row"]
    for last in sorted(shift.day for shift in shifts if shift.demand is not None):
        if all(day in days for day in range(last - most, last)):
            yield "days_in_a_row", f"works more than {most} days in a row about day {last}"
            break
    run: list[Shift] = []
    for shift in shifts:
        if not shift.night:
            run = []
            continue
        run = [*run, shift] if run and shift.day - run[-1].day in (0, 1) else [shift]
        within = [one for one in run if one.day >= shift.day - rules["nights_in_a_row"]]
        if within[0].day == shift.day - rules["nights_in_a_row"] and any(
            one.demand is not None for one in within
        ):
            yield (
                "nights_in_a_row",
                f"works more than {rules['nights_in_a_row']} nights in a row to day {shift.day}",
            )


def _contract_hours(
    instance: dict[str, Any], people: Sequence[tuple[int, int, int | None]]
) -> Iterator[tuple[str, str]]:
    above = instance["rules"]["above_contract_minutes"]
    for (c, week), shifts in sorted(_by_contract(instance, people).items()):
        contract, minutes = instance["contracts"][c], sum(shift.paid for shift in shifts)
        if contract["kind"] == "substantive" and minutes > contract["owed"][week] + above:
            yield (
                "contract_hours",
                f"{instance['people'][contract['person']]} works {minutes} minutes through"
                f" contract {c} in week {week}, {contract['owed'][week]} + {above} allowed",
            )


def _by_contract(
    instance: dict[str, Any], people: Sequence[tuple[int, int, int | None]]
) -> dict[tuple[int, int], list[Shift]]:
    """(contract, week) -> its shifts in order of time."""
    found: dict[tuple[int, int], list[Shift]] = defaultdict(list)
    for shifts in _by_person(instance, people).values():
        for shift in shifts:
            if shift.demand is not None:
                found[shift.contract, shift.day // WEEK].append(shift)
    return found


def _lent(
    instance: dict[str, Any], people: Sequence[tuple[int, int, int | None]]
) -> Iterator[tuple[str, str]]:
    lent: Counter[tuple[int, int]] = Counter()
    for d, _, agreement in people:
        if agreement is not None:
            demand = instance["demand"][d]
            lent[agreement, demand["start"] // DAY // WEEK] += demand["paid"]
    for (agreement, week), minutes in sorted(lent.items()):
        most = instance["agreements"][agreement]["minutes_per_week"]
        if minutes > most:
            yield (
                "agreement_hours",
                f"agreement {agreement} lends {minutes} minutes in week {week}, {most} allowed",
            )


def _supplied(
    instance: dict[str, Any], temporary: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    used: Counter[tuple[int, int]] = Counter()
    for d, s in temporary:
        demand, supply = instance["demand"][d], instance["supplies"][s]
        used[s, demand["start"] // DAY // WEEK] += 1
        if demand["kind"] not in supply["kinds"]:
            yield "eligible", f"supply {s} may not be called for {_at(d)}"
    for (s, week), shifts in sorted(used.items()):
        most = instance["supplies"][s]["shifts_per_week"]
        if most is not None and shifts > most:
            yield "supply_limit", f"supply {s} gives {shifts} shifts in week {week}, it has {most}"


# --- prices


def _pence(
    instance: dict[str, Any],
    people: Sequence[tuple[int, int, int | None]],
    temporary: Sequence[tuple[int, int]],
) -> dict[str, int]:
    pence, rules = dict.fromkeys(RULES, 0), instance["rules"]
    filled = Counter(row[0] for row in (*people, *temporary))
    for d, demand in enumerate(instance["demand"]):
        count = filled[d]
        pence["minimum_cover"] += demand["empty_pence"] * max(0, demand["minimum"] - count)
        pence["preferred_cover"] += (
            rules["wanted_pence_per_minute"]
            * demand["paid"]
            * max(0, demand["wanted"] - max(demand["minimum"], count))
        )
    for (c, week), shifts in _by_contract(instance, people).items():
        contract, before = instance["contracts"][c], 0
        for shift in shifts:
            if contract["kind"] == "bank":
                minutes = {"bank": shift.paid}
            else:
                minutes = _kinds_of_pay(rules, contract["owed"][week], before, shift.paid)
            _pay(pence, rules, contract, minutes)
            before += shift.paid
    for d, s in temporary:
        supply = instance["supplies"][s]
        minutes = {supply["kind"]: instance["demand"][d]["paid"]}
        _pay(pence, rules, supply, minutes)
    worked: Counter[tuple[int, int]] = Counter()
    for (c, week), shifts in _by_contract(instance, people).items():
        worked[c, week] = sum(shift.paid for shift in shifts)
    for c, contract in enumerate(instance["contracts"]):
        if contract["counts_unused"]:
            for week, owed in enumerate(contract["owed"]):
                unused = max(0, owed - worked[c, week])
                pence["unused_hours"] += unused * rules["unused_pence_per_minute"]
    eligible = _eligibility(instance)
    for d, c, _ in people:
        demand = instance["demand"][d]
        row = _row_on(eligible.get((c, demand["kind"]), []), demand["start"] // DAY)
        pence["travel"] += row[4] if row else 0
        pence["away_from_base"] += row[5] if row else 0
    pence["preference"] = _wishes(instance, people)
    return pence


def _kinds_of_pay(rules: dict[str, int], owed: int, before: int, paid: int) -> dict[str, int]:
    """Minutes of a shift by kind of pay: those owed first, then up to full time, then overtime.
    `before`: paid minutes of the contract that come earlier in the week.
    """
    contracted = min(paid, max(0, owed - before))
    plain = min(paid, max(0, max(owed, rules["full_time_minutes"]) - before))
    return {"contracted": contracted, "extra": plain - contracted, "overtime": paid - plain}


def _pay(
    pence: dict[str, int], rules: dict[str, Any], paid_by: dict[str, Any], minutes: dict[str, int]
) -> None:
    """One shift through a contract or supply: its pay, all kinds together rounded half up, and the
    price of what is not wished for.
    """
    amount = sum(
        paid_by["hourly_pence"] * count * paid_by["pay_per_10000"][kind]
        for kind, count in minutes.items()
    )
    pence["pay"] += (2 * amount + PER) // (2 * PER)
    for kind in ("agency", "bank", "overtime"):
        pence[f"{kind}_hours"] += minutes.get(kind, 0) * rules[f"{kind}_pence_per_minute"]


def _wishes(instance: dict[str, Any], people: Sequence[tuple[int, int, int | None]]) -> int:
    shifts: set[tuple[int, int, str | None]] = set()
    for d, c, _ in people:
        demand, person = instance["demand"][d], instance["contracts"][c]["person"]
        for shift in (None, demand["shift"]):
            shifts.add((person, demand["start"] // DAY, shift))
    return sum(
        pence
        for person, day, shift, pence, wanted in instance["wishes"]
        if ((person, day, shift) in shifts) != bool(wanted)
    )


def main(arguments: Sequence[str]) -> int:
    """Judge the two files named; what was found goes to the output."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        instance, sha256 = read(Path(arguments[0]))
        solution, _ = read(Path(arguments[1]))
        if solution.get("sha256") not in (None, sha256):
            raise Unreadable(f"the solution is of an instance with SHA-256 {solution['sha256']}")
        judgement = judge(instance, solution)
    except Unreadable as error:
        print(f"Unreadable: {error}", file=sys.stderr)
        return 2
    for rule, words in judgement.broken:
        print(f"{rule}: {words}")
    print(f"valid: {'no' if judgement.broken else 'yes'}")
    for rule, pence in judgement.pence.items():
        print(f"{rule:16} {pence:>15}")
    print(f"{'objective_pence':16} {judgement.objective:>15}")
    return 1 if judgement.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
