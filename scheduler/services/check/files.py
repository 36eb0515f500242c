"""The independent check on files alone: a roster that anybody made, against facts and a policy."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scheduler.domain.clock import minute, text
from scheduler.domain.dataset import Dataset
from scheduler.domain.duty import Duty
from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.known_shifts import known_shift
from scheduler.domain.pay import Parts
from scheduler.domain.problem import Period, Problem, build_problem
from scheduler.domain.roster import Assignment, AssignmentLine, Roster, VacancyLine, assignment_of
from scheduler.domain.sentence import Sentence, ref, said, worker
from scheduler.domain.wording import counted
from scheduler.services.check.published_files import known_from_files, named_roster, summary_beside
from scheduler.services.rosters.solve import require_collaborative
from scheduler.storage.files import read_assignments, read_dataset
from scheduler.storage.merging import merge
from scheduler.storage.parsing import parse_table
from scheduler.storage.raw_table import table_from_csv
from scheduler.storage.whole_file import Unreadable
from solver.constraints import catalogue
from solver.constraints.stability import Stability
from solver.evaluate.verify import Report, verify
from solver.policy.policy import Policy
from solver.search.strategy import gap


@dataclass(frozen=True)
class Given:
    """What the caller says beyond the files; None = as summary.json beside the assignments says."""

    collaborative_id: str | None = None
    start: date | None = None
    days: int | None = None
    policy: Mapping[str, Any] | None = None
    published: tuple[Path, ...] = ()
    """Assignment files of published rosters, the earliest first: history and busy time that facts
    alone do not hold.
    """
    more_facts: tuple[Path, ...] = ()
    """Further datasets that lay in the same database, such as a neighbouring collaborative's."""
    stable_against: Path | None = None
    """The roster from which little should change: its folder, or its assignment.csv."""


@dataclass(frozen=True)
class Breach:
    """Something that does not hold. `rule`: a rule's id, `well_formed`, `derived` for a column,
    `summary`; `where`: the row.
    """

    rule: str
    sentence: Sentence
    about: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True)
class Checked:
    """What the check found. The objective is missing where some row names nothing that exists.

    It is without the rule `stability` where the roster that this one was made to differ little from
    was not given.
    """

    collaborative_id: str
    start: date
    days: int
    assignments: int
    breaches: tuple[Breach, ...]
    objective_pence: float | None
    objective_by_rule: dict[str, float]
    notes: tuple[str, ...]


def check_files(dataset_path: Path, assignment_file: Path, given: Given = Given()) -> Checked:
    """Check assignment.csv against a dataset, both as files. Raises BadInput, BadRequest, NotFound
    for what cannot be read or is not said.
    """
    _require_there(dataset_path, assignment_file, given)
    summary = summary_beside(assignment_file)
    collaborative_id, period, policy = _question(given, summary)
    lines = read_assignments(assignment_file)
    dataset = _facts([dataset_path, *given.more_facts])
    require_collaborative(dataset, collaborative_id)
    known = known_from_files(given.published, collaborative_id, period)
    name = (
        None
        if summary is None or summary.get("stable_against") is None
        else str(summary["stable_against"])
    )
    reference = None if given.stable_against is None else named_roster(given.stable_against, name)
    before = _begun_before(summary)
    over = [line for line in lines if before is not None and minute(line.start) < before]
    problem = build_problem(
        dataset,
        collaborative_id,
        period,
        known=[*known, *map(known_shift, over)],
        terms=policy.pay.terms(),
        reference=reference,
        before=before,
    )
    found = _FileCheck(problem, policy, lines, over)
    # with a policy of the caller's own, the summary's objective is another question's answer
    stated = summary if summary is not None and given.policy is None else None
    unseen = name if reference is None and policy.rule(Stability) is not None else None
    breaches = [
        *found.malformed(),
        *found.rules(),
        *found.columns(),
        *_vacancy_breaches(assignment_file.parent / "vacancy.csv", problem, lines),
        *(
            _summary_breaches(
                stated, found.report, believed=_stated_stability(stated) if unseen else 0
            )
            if stated and found.report
            else ()
        ),
    ]
    notes = [f"Note: {note}" for note in policy.notes]
    if unseen is not None:
        notes.append(UNSEEN.format(name=unseen))
    if over:
        notes.append(
            f"Note: the roster is a repair: {counted(len(over), 'shift')} had begun before"
            f" {text(before or 0)}, taken as it stands, counted as history and not judged."
        )
    notes += _strangers(problem, lines)
    if (
        breaches
        and summary is not None
        and summary.get("input_sha256") not in (None, dataset.sha256())
    ):
        notes.append(
            "Note: the roster was not made from exactly these facts (input_sha256 of summary.json"
            " differs). Other datasets of the same database can be named with --with, published"
            " rosters that it counted with --published."
        )
    report = found.report
    return Checked(
        collaborative_id=collaborative_id,
        start=period.first,
        days=period.days,
        assignments=len(lines),
        breaches=tuple(breaches),
        objective_pence=None if report is None else report.objective_pence,
        objective_by_rule={}
        if report is None
        else {rule_id: cost / 60 for rule_id, cost in report.by_rule.items()},
        notes=tuple(notes),
    )


def _require_there(dataset_path: Path, assignment_file: Path, given: Given) -> None:
    """Raises BadInput naming every path that leads nowhere, before anything is said of what it
    should hold.
    """
    datasets, rosters = (dataset_path, *given.more_facts), (assignment_file, *given.published)
    faults = [
        Fault(
            str(path),
            0,
            "",
            "",
            "a folder of CSV files or an .xlsx workbook: there is nothing of this name",
        )
        for path in datasets
        if not path.exists()
    ]
    for path in rosters:
        if not path.exists():
            faults.append(
                Fault(str(path), 0, "", "", "a roster as assignment.csv: there is no such file")
            )
        elif path.is_dir():
            faults.append(
                Fault(
                    str(path),
                    0,
                    "",
                    "",
                    "a roster as assignment.csv, but this is a folder: name the file in it",
                )
            )
    if given.stable_against is not None and not given.stable_against.exists():
        faults.append(
            Fault(
                str(given.stable_against),
                0,
                "",
                "",
                "an exported folder or an assignment.csv: there is nothing of this name",
            )
        )
    if faults:
        raise BadInput(faults)


def _strangers(problem: Problem, lines: Sequence[AssignmentLine]) -> list[str]:
    """A hint where the roster holds people, temporary supply or demand that these facts do not: a
    neighbour's, mostly.
    """
    index = problem.index
    lacking = (
        (
            "person",
            "people",
            {line.staff_id for line in lines if line.staff_id} - index.staff.keys(),
        ),
        (
            "temporary supply",
            "temporary supplies",
            {line.temporary_supply_id for line in lines if line.temporary_supply_id}
            - index.supplies.keys(),
        ),
        (
            "contract",
            "contracts",
            {line.contract_id for line in lines if line.contract_id} - index.contracts.keys(),
        ),
    )
    named = [
        f"{counted(len(ids), one, many)}"
        f" ({', '.join(sorted(map(str, ids))[:3])}{' …' if len(ids) > 3 else ''})"
        for one, many, ids in lacking
        if ids
    ]
    if not named:
        return []
    listed = " and ".join(part for part in (", ".join(named[:-1]), named[-1]) if part)
    return [
        f"Note: the roster names {listed} that these facts do not hold. What belongs to another"
        " collaborative stands in its own dataset: name that as well, with --with DATASET."
    ]


UNSEEN = (
    "Note: the roster was made to differ little from {name}, and what its changes cost (rule"
    " stability) cannot be worked out without that one: give its exported folder with"
    " --stable-against. The objective here is without them; for the summary's, what it states of"
    " them is believed."
)


def _stated_stability(summary: Mapping[str, Any]) -> float | None:
    """What the summary says that the rule `stability` cost [pence]; None where it does not say."""
    shares = summary.get("objective_by_rule")
    return _number(shares.get(Stability.id)) if isinstance(shares, dict) else None


def _facts(paths: Sequence[Path]) -> Dataset:
    """Datasets as one, as in a database that holds them all. Raises BadInput for each that is
    faulty and where two contradict each other.
    """
    together = Dataset()
    for path in paths:
        new = read_dataset(path)
        merged = merge(together, new)
        clashes = merged.clashes(new, lambda _, index: index + 2)
        if clashes:
            raise BadInput(clashes)
        together = merged.dataset
    return together


# --- what is asked


def _question(given: Given, summary: dict[str, Any] | None) -> tuple[str, Period, Policy]:
    """Collaborative, period and policy: the caller's word first, then the summary's."""
    stated = summary or {}
    period = stated.get("period") if isinstance(stated.get("period"), dict) else {}
    assert period is not None
    collaborative_id = given.collaborative_id or stated.get("collaborative_id")
    start = given.start or _stated_day(period.get("start"))
    missing = [
        option
        for option, value in (("--collaborative", collaborative_id), ("--start", start))
        if value is None
    ]
    if missing:
        where = (
            "There is no summary.json beside the assignments that says so"
            if summary is None
            else "summary.json does not say it"
        )
        raise BadRequest(f"Which roster is this? {where}: give {' and '.join(missing)}.")
    assert start is not None
    days = given.days if given.days is not None else period.get("days", 7)
    if not isinstance(days, int):
        raise BadInput(
            [Fault("summary.json", 0, "period.days", str(days), "a whole number of days")]
        )
    if given.policy is not None:
        return str(collaborative_id), Period(start, days), Policy.from_tables(given.policy)
    tables = stated.get("policy", {})
    if not isinstance(tables, dict):
        raise BadInput(
            [
                Fault(
                    "summary.json",
                    0,
                    "policy",
                    str(tables)[:60],
                    "an object of rule id -> parameters",
                )
            ]
        )
    read = Policy.from_stored if _whole(tables) else Policy.from_tables
    return str(collaborative_id), Period(start, days), read(tables, source="summary.json")


def _whole(tables: Mapping[str, Any]) -> bool:
    """Whether tables are those of a whole policy, as a stored roster's are, and not some that a
    hand wrote over the default.
    """
    return all(
        rule_id in tables
        for rule_id, rule_class in catalogue().items()
        if not rule_class.may_be_off
    )


def _begun_before(summary: Mapping[str, Any] | None) -> int | None:
    """The minute before which everything had begun when the roster was made, if it is a repair or
    was changed by hand.
    """
    found = []
    for made in ("repair", "edited"):
        told = (summary or {}).get(made)
        stated = told.get("begun_before") if isinstance(told, dict) else None
        if stated is None:
            continue
        try:
            found.append(minute(datetime.fromisoformat(str(stated))))
        except (ValueError, OverflowError):
            raise BadInput(
                [Fault("summary.json", 0, f"{made}.begun_before", str(stated), "an ISO date-time")]
            ) from None
    return max(found, default=None)


def _stated_day(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadInput(
            [Fault("summary.json", 0, "period.start", str(value), "a date YYYY-MM-DD")]
        ) from None


# --- the check


class _FileCheck:
    """One roster's lines against one problem. `report` is None where no row is well formed enough
    to be judged.
    """

    def __init__(
        self,
        problem: Problem,
        policy: Policy,
        lines: Sequence[AssignmentLine],
        over: Sequence[AssignmentLine],
    ) -> None:
        self.problem = problem
        had_begun = {id(line) for line in over}
        self.rows = [
            (number, line, assignment_of(line))
            for number, line in enumerate(lines, start=2)
            if id(line) not in had_begun
        ]
        self._bad = [
            (number, line, fault) for number, line, a in self.rows for fault in self._faults(a)
        ]
        bad_rows = {number for number, _, _ in self._bad}
        self.good = [(number, line, a) for number, line, a in self.rows if number not in bad_rows]
        roster = Roster.of(a for _, _, a in self.good)
        self.sheet = EvaluatedRoster(problem, roster)
        self._judged = verify(problem, policy, roster)
        self.report: Report | None = None if bad_rows else self._judged

    def _faults(self, a: Assignment) -> Iterator[Sentence]:
        """What a row names that is not there."""
        index, period = self.problem.index, self.problem.period
        person, contract, supply = (
            ref("person", a.staff_id),
            ref("contract", a.contract_id),
            ref("supply", a.supply_id),
        )
        if a.demand_id not in self.problem.duty_by_id:
            yield said(
                "{demand} is not demand of {of} from {first} to {last}.",
                demand=ref("demand", a.demand_id),
                of=self.problem.collaborative_id,
                first=period.first,
                last=period.last,
            )
        if a.supply_id:
            if a.supply_id not in index.supplies:
                yield said("{supply} is not a temporary supply.", supply=supply)
            if a.contract_id:
                yield said(
                    "A temporary supply has no contract, but the row names {contract}.",
                    contract=contract,
                )
        elif a.staff_id not in index.staff:
            yield said("{person} is not a member of staff.", person=person)
        elif not a.contract_id:
            yield said("The row names no contract of {person}.", person=person)
        elif a.contract_id not in index.contracts:
            yield said("{contract} is not a contract.", contract=contract)
        elif index.contracts[a.contract_id].staff_id != a.staff_id:
            yield said(
                "{contract} is not a contract of {person}.", contract=contract, person=person
            )

    def malformed(self) -> Iterator[Breach]:
        for number, line, sentence in self._bad:
            yield Breach(
                "well_formed",
                sentence,
                (line.demand_id, line.staff_id or line.temporary_supply_id or ""),
                f"row {number}",
            )
        for a, count in Counter(a for _, _, a in self.good if a.staff_id).items():
            if count > 1:
                sentence = said(
                    "{person} fills {demand} {times} over.",
                    person=ref("person", a.staff_id),
                    demand=ref("demand", a.demand_id),
                    times=counted(count, "time"),
                )
                yield Breach("well_formed", sentence, (a.demand_id, a.staff_id))

    def rules(self) -> Iterator[Breach]:
        for violation in self._judged.breaches:
            yield Breach(violation.rule, violation.sentence, violation.about)

    def columns(self) -> Iterator[Breach]:
        """Every column that follows from the facts, where the file says otherwise."""
        expected = {a: (duty, parts) for a, duty, parts in self.sheet.paid}
        for number, line, a in self.good:
            duty, parts = expected[a]
            for column, stated, due in self._derived(line, a, duty, parts):
                if stated != due:
                    sentence = said(
                        "{column} is {stated}, but {due} follows from the facts ({worker} at"
                        " {demand}).",
                        column=column,
                        stated="empty" if stated is None else str(stated),
                        due="nothing" if due is None else str(due),
                        worker=worker(a.staff_id, a.supply_id),
                        demand=ref("demand", a.demand_id),
                    )
                    yield Breach(
                        "derived",
                        sentence,
                        (a.demand_id, a.staff_id or a.supply_id, column),
                        f"row {number}",
                    )

    def _derived(
        self, line: AssignmentLine, a: Assignment, duty: Duty, parts: Parts
    ) -> Iterable[tuple[str, object, object]]:
        """(column, as stated, as it follows)."""
        contract = self.problem.index.contracts.get(a.contract_id)
        employer = contract.organisation_id if contract else duty.host_id
        yield "employer_organisation_id", line.employer_organisation_id, employer
        yield "host_organisation_id", line.host_organisation_id, duty.host_id
        yield "place_id", line.place_id, duty.place_id
        yield "site_id", line.site_id, duty.demand.site_id
        yield "service_id", line.service_id, duty.demand.service_id
        yield "role_id", line.role_id, duty.demand.role_id
        yield "start", text(minute(line.start)), text(duty.start)
        yield "end", text(minute(line.end)), text(duty.end)
        yield "paid_minutes", line.paid_minutes, duty.paid
        yield "pay", line.pay, parts.label
        yield "cost_pence", line.cost_pence, parts.cost_pence
        if (
            line.contracted_minutes or line.extra_minutes or line.overtime_minutes
        ):  # optional columns
            for kind in ("contracted", "extra", "overtime"):
                yield (
                    f"{kind}_minutes",
                    getattr(line, f"{kind}_minutes"),
                    parts.minutes.get(kind, 0),
                )
        if line.route is not None:
            routes = (
                sorted(
                    {
                        agreement.route
                        for agreement in self.problem.index.agreements_used(contract, duty)
                    }
                )
                if contract and employer != duty.host_id
                else []
            )
            if line.route not in routes:  # where several fit, any is right
                yield "route", line.route, " or ".join(routes) or None


def _summary_breaches(
    summary: Mapping[str, Any], report: Report, *, believed: float | None
) -> Iterator[Breach]:
    """Where the summary's own figures do not agree with the roster, or with each other.

    `believed`: a part of its objective that cannot be worked out here [pence]; None = nor is it
    stated.
    """
    figures = {
        name: _number(summary[name])
        for name in ("objective_pence", "bound_pence", "gap")
        if summary.get(name) is not None
    }
    for name, figure in figures.items():
        if figure is None:
            yield _summary_breach(
                name, f"states a {name} of {summary[name]!r}, which is no number."
            )
    stated, bound, stated_gap = (
        figures.get(name) for name in ("objective_pence", "bound_pence", "gap")
    )
    found = None if believed is None else report.objective_pence + believed
    if stated is not None and found is not None and abs(stated - found) > 0.001:
        yield _summary_breach(
            "objective_pence",
            f"states an objective of {stated} pence, but {found} follow from roster, facts and"
            " policy.",
        )
    if bound is not None and found is not None and bound > found + 0.001:
        yield _summary_breach(
            "bound_pence", f"states a bound of {bound} pence, above the objective of {found}."
        )
    if stated is not None and bound is not None and stated_gap is not None:
        due = gap(stated, bound) if stated else 0.0
        if abs(due - stated_gap) > 1e-6:
            yield _summary_breach(
                "gap", f"states a gap of {stated_gap}, but its objective and bound give {due:.6f}."
            )


def _summary_breach(name: str, what: str) -> Breach:
    return Breach("summary", Sentence.plain(f"summary.json {what}"), (name,), "summary.json")


def _number(value: object) -> float | None:
    return (
        value
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        else None
    )


def _vacancy_breaches(
    file: Path, problem: Problem, lines: Sequence[AssignmentLine]
) -> Iterator[Breach]:
    """Where a vacancy.csv beside the assignments lists other gaps than they leave."""
    if not file.exists():
        return
    filled = Counter(line.demand_id for line in lines)
    stated = {line.demand_id: line.missing for line in read_vacancies(file)}
    due = {
        duty.id: duty.minimum - filled[duty.id]
        for duty in (*problem.begun, *problem.duties)
        if filled[duty.id] < duty.minimum
    }

    def people(number: int) -> str:
        return counted(number, "person is", "people are")

    for demand_id in sorted(stated.keys() | due.keys()):
        if stated.get(demand_id, 0) != due.get(demand_id, 0):
            sentence = said(
                "vacancy.csv says that {stated} missing at {demand}, where {due}.",
                stated=people(stated.get(demand_id, 0)),
                demand=ref("demand", demand_id),
                due=people(due.get(demand_id, 0)),
            )
            yield Breach("vacancy", sentence, (demand_id,), file.name)


def read_vacancies(file: Path) -> list[VacancyLine]:
    """The rows of a vacancy.csv. Raises BadInput."""
    try:
        parsed = parse_table(VacancyLine, table_from_csv(file), ignore_unknown=True)
    except Unreadable as error:
        raise BadInput([error.fault]) from None
    if parsed.faults:
        raise BadInput(parsed.faults)
    return [fact for fact in parsed.facts if isinstance(fact, VacancyLine)]
