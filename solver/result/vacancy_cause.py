"""Why a required place is empty, in a sentence."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar, assert_never

from scheduler.domain.barrier import NATURES, Barrier
from scheduler.domain.clock import dates_touched
from scheduler.domain.conditions import barriers_of
from scheduler.domain.deployability import deployable_pairs, nearly_deployable
from scheduler.domain.duty import Duty
from scheduler.domain.evaluated_roster import EvaluatedRoster
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Contract, TemporarySupply
from scheduler.domain.near_misses import employed
from scheduler.domain.problem import Employment, Person, Problem
from scheduler.domain.roster import Assignment, Roster
from scheduler.domain.sentence import Part, Sentence, joined, ref, said
from scheduler.domain.wording import counted
from solver.constraints.call_notice import CallNotice
from solver.constraints.temporary_limit import TemporaryLimit
from solver.policy.policy import Policy
from solver.rule.constraint import Constraint

T = TypeVar("T")

DETAILED = 40
"""So many people are looked at one by one for a vacancy; the rest are counted alone."""


def vacancy_causes(
    problem: Problem, policy: Policy, roster: Roster, only: Collection[str] | None = None
) -> Iterator[tuple[Duty, int, Sentence]]:
    """(duty, people missing, cause) for every duty below its minimum, in the problem's order;
    `only`: of these demand ids.
    """
    filled = Counter(a.demand_id for a in roster)
    vacancies = [
        duty
        for duty in problem.duties
        if filled[duty.id] < duty.minimum and (only is None or duty.id in only)
    ]
    if not vacancies:
        return
    personal = [r for r in policy.applying(problem) if r.hard and r.links.one_person]
    cleared_of = {
        duty.id: {employment.contract.staff_id for employment in problem.cleared_for(duty)}
        for duty in vacancies
    }
    anybody_else = {
        duty.id: bool(cleared_of[duty.id] - {a.staff_id for a in roster.by_demand.get(duty.id, ())})
        for duty in vacancies
    }
    near = _by_duty(problem, "near", _near, vacancies)
    nobody_else = [duty for duty in vacancies if not anybody_else[duty.id]]
    away = _by_duty(problem, "away", _away, nobody_else)
    for duty in vacancies:
        able, cleared = problem.cleared_for(duty), cleared_of[duty.id]
        others = [contract for contract in near[duty.id] if contract.staff_id not in cleared]
        anybody = anybody_else[duty.id]
        sentences = [
            (
                _cleared(problem, personal, roster, duty, able)
                if anybody
                else _nobody(problem, roster, duty, away[duty.id] - cleared)
            ),
            _supply(problem, policy, roster, duty),
            _almost(problem, duty, others, absent=anybody),
        ]
        yield (
            duty,
            duty.minimum - filled[duty.id],
            joined(sentence for sentence in sentences if sentence),
        )


def touched_by(
    problem: Problem, vacancies: Iterable[str], changes: Sequence[Assignment]
) -> set[str]:
    """Of these vacancies, those whose cause may be another once assignments have gone or come: who
    is cleared for it may be busy now or free, and a supply used up.
    """
    changed = {a.demand_id for a in changes}
    people = {a.staff_id for a in changes if a.staff_id}
    supplied = {(a.supply_id, problem.duty_by_id[a.demand_id].week) for a in changes if a.supply_id}
    found = set[str]()
    for demand_id in vacancies:
        duty = problem.duty_by_id[demand_id]
        if (
            demand_id in changed
            or any(e.contract.staff_id in people for e in problem.cleared_for(duty))
            or any((offer.id, duty.week) in supplied for offer in problem.supplies_for(duty))
        ):
            found.add(demand_id)
    return found


def _by_duty(
    problem: Problem,
    what: str,
    make: Callable[[Problem, Sequence[Duty]], Mapping[str, T]],
    duties: Sequence[Duty],
) -> Mapping[str, T]:
    """Demand id -> what follows of a duty from the facts alone; while a roster is edited, the same
    are asked for again and again.
    """
    known: dict[str, T] = problem.index.remember(what, dict)
    new = [duty for duty in duties if duty.id not in known]
    if new:
        known |= make(problem, new)
    return known


def _near(problem: Problem, duties: Sequence[Duty]) -> dict[str, list[Contract]]:
    """Contracts whose role fits and that fail exactly one kind of condition."""
    contracts = employed(problem)  # also of people who can fill nothing as things are
    found = nearly_deployable(problem.index, contracts, duties)
    return {
        duty.id: [contracts[position] for position in positions]
        for duty, positions in zip(duties, found, strict=True)
    }


def _away(problem: Problem, duties: Sequence[Duty]) -> dict[str, set[str]]:
    """Who could fill a duty, were nobody on leave and no time off agreed."""
    contracts = employed(problem)
    everybody = FactIndex(problem.dataset.with_facts(leave=(), unavailability=()))
    found: dict[str, set[str]] = {duty.id: set() for duty in duties}
    rows, columns = deployable_pairs(everybody, contracts, duties)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        found[duties[column].id].add(contracts[row].staff_id)
    return found


def _nobody(problem: Problem, roster: Roster, duty: Duty, away: set[str]) -> Sentence:
    """Nobody else is cleared; `away`: those who would be, were they not on leave or at an agreed
    time off.
    """
    here = bool(roster.by_demand.get(duty.id))
    if not away:
        return said("Nobody else is cleared for it." if here else "Nobody is cleared for it.")
    index, dates = problem.index, dates_touched(duty.start, duty.end)
    on_leave = [not index.leave_dates(staff_id).isdisjoint(dates) for staff_id in away]
    agreed = [
        any(True for _ in index.unavailable(staff_id, duty.start, duty.end)) for staff_id in away
    ]
    why = " or ".join(
        words
        for words, found in (("on leave", any(on_leave)), ("not available", any(agreed)))
        if found
    )
    if len(away) == 1:
        return said(
            "The only {one} who could is {why} then.", one="other" if here else "one", why=why
        )
    return said(
        "{number} {others}who could are {why} then.",
        number=f"{len(away):,}",
        others="others " if here else "",
        why=why,
    )


def _cleared(
    problem: Problem,
    personal: Sequence[Constraint],
    roster: Roster,
    duty: Duty,
    able: list[Employment],
) -> Sentence:
    """`personal`: the hard rules about one person alone."""
    here = {a.staff_id for a in roster.by_demand.get(duty.id, ())}
    by_person: dict[int, list[Employment]] = defaultdict(list)
    for employment in able:
        person = problem.person_of_employment[employment.index]
        if person.id not in here:
            by_person[person.index].append(employment)
    reasons: Counter[str] = Counter()
    for person_index, employments in sorted(by_person.items())[:DETAILED]:
        reasons[
            _reason(problem, personal, roster, duty, problem.people[person_index], employments)
        ] += 1
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return said(
        "{people} cleared{beyond}: {reasons}.",
        people=counted(len(by_person), "more person is", "more people are"),
        beyond=f" (of the first {DETAILED})" if len(by_person) > DETAILED else "",
        reasons=joined(
            (said("{count} {reason}", count=count, reason=reason) for reason, count in ordered),
            "; ",
        ),
    )


def _reason(
    problem: Problem,
    personal: Sequence[Constraint],
    roster: Roster,
    duty: Duty,
    person: Person,
    employments: Sequence[Employment],
) -> str:
    """What keeps a cleared person from it: another shift at that time, or a personal rule that
    would break through each contract.
    """
    own = roster.by_person.get(person.id, [])
    for assignment in own:
        other = problem.duty_by_id[assignment.demand_id]
        if other.start < duty.end and duty.start < other.end:
            return "working elsewhere then"
    if any(known.start < duty.end and duty.start < known.end for known in person.known):
        return "busy then"
    alone = problem.of_people({person.id})
    held = []
    for employment in employments:
        sheet = EvaluatedRoster(
            alone, Roster.of([*own, Assignment(duty.id, person.id, employment.on(duty.date).id)])
        )
        rule = next((rule for rule in personal if any(True for _ in rule.check(sheet))), None)
        if rule is None:
            return "free, but the roster as a whole is better (or not yet better) without"
        held.append(rule)
    return f"held back by “{held[0].title.lower()}”"


def _supply(problem: Problem, policy: Policy, roster: Roster, duty: Duty) -> Sentence:
    offers = problem.supplies_for(duty)
    if not offers:
        return said("No bank or agency supply can be called for it.")
    notice = policy.hard_rule(CallNotice)
    if notice is not None:
        offers = [offer for offer in offers if not notice.too_early(offer, duty)]
        if not offers:
            return said("It is too early to call bank or agency for it.")
    used = Counter(
        a.supply_id
        for a in roster
        if a.supply_id and problem.duty_by_id[a.demand_id].week == duty.week
    )
    used.update({offer.id: problem.supplied[offer.id, duty.week] for offer in offers})
    left = [
        o for o in offers if o.max_shifts_per_week is None or used[o.id] < o.max_shifts_per_week
    ]
    if not left:
        return said("Temporary supply is used up ({supplies}).", supplies=_listed(offers))
    limit = policy.rule(TemporaryLimit)
    if any(
        offer.id in cap.supply_ids
        for offer in left
        for cap in (() if limit is None else limit.caps)
    ):
        return said("Temporary supply is capped.")
    return said(
        "Temporary supply has shifts left ({supplies}), at a price above that of the empty place or"
        " not yet called.",
        supplies=_listed(left),
    )


def _listed(offers: Iterable[TemporarySupply]) -> Sentence:
    return joined((ref("supply", offer.id) for offer in offers), ", ")


def _almost(problem: Problem, duty: Duty, almost: Sequence[Contract], absent: bool) -> Sentence:
    """Who is one barrier away, each person once, whatever their contracts. `absent`: also who is
    only not there then; else another sentence has said so.
    """
    by_person: dict[str, list[Contract]] = defaultdict(list)
    for contract in almost:
        by_person[contract.staff_id].append(contract)
    kinds: Counter[Sentence] = Counter()
    for contracts in list(by_person.values())[:DETAILED]:
        single = [
            barriers[0]
            for barriers in (barriers_of(problem.index, contract, duty) for contract in contracts)
            if len(barriers) == 1
        ]
        ways = dict.fromkeys(
            _barrier_words(problem.index, barrier)
            for barrier in single
            if absent or not NATURES[barrier.kind].absence
        )
        if ways:
            kinds[joined(ways, " or ")] += 1
    if not kinds:
        return said("")
    listed = joined(
        (said("{count} by {kind}", count=count, kind=kind) for kind, count in kinds.most_common(4)),
        "; ",
    )
    return said("One barrier away: {barriers}.", barriers=listed)


def _barrier_words(index: FactIndex, barrier: Barrier) -> Sentence:
    if barrier.kind == "leave":
        return said("leave")
    by = "each person" if NATURES[barrier.kind].own else ref("organisation", barrier.lifted_by)
    return said(
        "{kind} ({missing}, {by} can lift it)",
        kind=barrier.kind,
        missing=_missing(index, barrier),
        by=by,
    )


def _missing(index: FactIndex, barrier: Barrier) -> Part | str:
    """What a barrier says is missing, as something with an id."""
    match barrier.kind:
        case "passport" | "consent":
            return ref("organisation", barrier.missing)
        case "competency" | "procedure":
            return ref(barrier.kind, barrier.missing)
        case "travel":
            return ref("site", barrier.missing)
        case "contract":
            # a contract that is not live, or the role that it does not cover
            return ref("role" if barrier.missing in index.roles else "contract", barrier.missing)
        case "agreement" | "availability" | "leave":
            return barrier.missing
        case _:
            assert_never(barrier.kind)
