"""An empty place explained in sentences, each of which follows from the data that it is made of."""

from collections import Counter
from collections.abc import Iterator
from typing import assert_never

from scheduler.domain import sentence
from scheduler.domain.clock import text
from scheduler.domain.duty import Duty, KnownShift
from scheduler.domain.near_misses import THE_PERSON, group_in_words
from scheduler.domain.sentence import Part, Sentence, duration, joined, moment, ref, said
from scheduler.domain.wording import counted
from scheduler.services.explain.why_vacant import ExplainedVacancy, NearMisses
from solver.evaluate.candidates import (
    Candidacy,
    CandidateChange,
    LeftOpenByMove,
    SupplyCandidacy,
    WhyNot,
)

EACH = 30
"""So many people of one kind get a sentence of their own; the data hold all."""

WHY_NOT: dict[WhyNot, tuple[str, str]] = {
    "works_elsewhere": ("works elsewhere then", "work elsewhere then"),
    "busy": ("is busy beyond this roster", "are busy beyond this roster"),
    "rule": ("is kept by a rule", "are kept by rules"),
    "free": ("is free", "are free"),
}
"""Of one, and of several."""


def money(amount: float) -> Part:
    """An amount without its sign, in pounds and pence."""
    return sentence.money(abs(amount), f"£{abs(amount) / 100:,.2f}")


def sentences(place: ExplainedVacancy) -> Iterator[Sentence]:
    """The whole answer, one statement after the other."""
    yield _what(place)
    yield from cleared_sentences(place)
    yield from nearby_sentences(place)
    yield from supply_sentences(place)
    yield from place.notes


def _what(place: ExplainedVacancy) -> Sentence:
    duty, demand = place.duty, place.duty.demand
    each = "it" if place.missing == 1 else "each"
    price = (
        said("")
        if place.empty_pence is None
        else said(
            " The roster counts {price} for {each}.", price=money(place.empty_pence), each=each
        )
    )
    return said(
        "{demand}, {role} for {service}, host {host}, priority {priority}: {missing} of {of} {need}"
        " {are} missing ({hours}).{price}",
        demand=_where(duty),
        role=ref("role", demand.role_id),
        service=ref("service", demand.service_id),
        host=ref("organisation", duty.host_id),
        priority=demand.priority,
        missing=place.missing,
        of=duty.minimum if place.required else duty.preferred,
        need="required" if place.required else "preferred",
        are="is" if place.missing == 1 else "are",
        hours=duration(place.missing * duty.paid),
        price=price,
    )


def _where(duty: Duty) -> Part:
    return ref(
        "demand",
        duty.id,
        f"{duty.id} ({text(duty.start)} to {text(duty.end)[-5:]} at {duty.demand.site_id})",
    )


def _person(place: ExplainedVacancy, staff_id: str) -> Part:
    return ref("person", staff_id, f"{staff_id} {place.index.staff[staff_id].name}")


# --- who is cleared


def cleared_sentences(place: ExplainedVacancy) -> Iterator[Sentence]:
    """How many more people are cleared and what keeps them, then the cheapest one by one."""
    if not place.cleared:
        yield said("Nobody else is cleared for it.")
        return
    kinds = Counter(standing.why_not for standing in place.cleared)
    listed = ", ".join(
        f"{kinds[kind]} {words[kinds[kind] > 1]}" for kind, words in WHY_NOT.items() if kinds[kind]
    )
    count = len(place.cleared)
    yield said(
        "{people} cleared for it: {listed}.",
        people=counted(count, "more person is", "more people are"),
        listed=listed,
    )
    for standing in sorted(place.cleared, key=_cheapest_first)[:EACH]:
        yield standing_sentence(place, standing)
    if count > EACH:
        yield said("… and {more} more, whom the data name.", more=count - EACH)


def _cheapest_first(standing: Candidacy) -> tuple[bool, float, str]:
    return (
        standing.change is None,
        standing.change.pence if standing.change else 0.0,
        standing.staff_id,
    )


def standing_sentence(place: ExplainedVacancy, standing: Candidacy) -> Sentence:
    """Where somebody cleared is instead, or which rule stands in the way, and the price of moving
    the person.
    """
    who, change = _person(place, standing.staff_id), standing.change
    rules = joined(dict.fromkeys(breach.sentence for breach in standing.rules))
    match standing.why_not:
        case "free":
            assert change is not None
            return said(
                "{person} is free then: putting them there would make the roster {price}.",
                person=who,
                price=_price(change),
            )
        case "busy":
            return said(
                "{person} is busy beyond this roster: {shifts}.",
                person=who,
                shifts=joined(map(_known, standing.known), ", "),
            )
        case "works_elsewhere":
            works = joined(map(_where, standing.works), " and ")
            if change is None:
                template = (
                    "{person} is at work then, on {works}; moving them would break a rule: {rules}"
                )
                return said(template, person=who, works=works, rules=rules)
            return said(
                "{person} is at work then, on {works}; moving them here would make the roster"
                " {price}{leaves}.",
                person=who,
                works=works,
                price=_price(change),
                leaves=_leaves(change),
            )
        case "rule":
            if change is None:
                return said("{person} is kept by a rule: {rules}", person=who, rules=rules)
            return said(
                "{person} is kept by a rule: {rules} Taken from {shifts} they could come, which"
                " would make the roster {price}{leaves}.",
                person=who,
                rules=rules,
                shifts=joined((ref("demand", a.demand_id) for a in change.removed), " and "),
                price=_price(change),
                leaves=_leaves(change),
            )
        case _:
            assert_never(standing.why_not)


def _known(shift: KnownShift) -> Sentence:
    return said(
        "{start} to {end} for {organisation}",
        start=moment(shift.start),
        end=text(shift.end)[-5:],
        organisation=ref("organisation", shift.host_organisation_id or shift.organisation_id),
    )


def _price(change: CandidateChange) -> Sentence:
    if not change.pence:
        return said("neither better nor dearer")
    if change.pence < 0:
        return said("{amount} better, which the search had not found", amount=money(change.pence))
    most = sorted(
        ((amount, rule) for rule, amount in change.by_rule.items() if amount > 0), reverse=True
    )[:3]
    rules = joined(
        (
            said("{rule} {amount}", rule=ref("rule", rule), amount=money(amount))
            for amount, rule in most
        ),
        ", ",
    )
    return said("{amount} dearer (above all {rules})", amount=money(change.pence), rules=rules)


def _leaves(change: CandidateChange) -> Sentence:
    """What becomes of the work that somebody is taken from: a piece for each, empty where there is
    none.
    """
    return joined((_left(left) for left in change.leaves), "")


def _left(left: LeftOpenByMove) -> Sentence:
    demand = ref("demand", left.duty.id)
    if not left.taken_from_required:
        return said(" and leave what is required at {demand} filled as it is", demand=demand)
    return said(
        " and leave {missing} of {minimum} required empty at {demand}",
        missing=left.missing,
        minimum=left.duty.minimum,
        demand=demand,
    )


# --- who is one barrier away


def nearby_sentences(place: ExplainedVacancy) -> Iterator[Sentence]:
    """A sentence for each group of people who are one barrier away, or one that there is nobody."""
    if not place.nearby:
        yield said("Nobody is one barrier away from it.")
    for nearby in place.nearby:
        yield nearby_sentence(place, nearby)


def nearby_sentence(place: ExplainedVacancy, nearby: NearMisses) -> Sentence:
    """What a group of people lacks, who can lift it, and who these people are."""
    group = nearby.group
    people = [
        said(
            "{person} ({standing})",
            person=_person(place, staff_id),
            standing="free then" if staff_id in nearby.free else NOT_FREE,
        )
        for staff_id in group.staff_ids[:EACH]
    ]
    count = len(group.staff_ids)
    by = ref("organisation", group.lifted_by) if group.lifted_by != THE_PERSON else None
    return said(
        "{people} only {lacked} ({lifted}): {who}{more}.",
        people=counted(count, "person lacks", "people lack"),
        lacked=group_in_words(place.index, group.kind, group.missing),
        lifted=said("each person decides") if by is None else said("{by} can lift it", by=by),
        who=joined(people, ", "),
        more=f" and {count - EACH} more" if count > EACH else "",
    )


NOT_FREE = "not free: other work then, or a rule"


# --- temporary supply


def supply_sentences(place: ExplainedVacancy) -> Iterator[Sentence]:
    """Whether temporary supply is exhausted, then a sentence for each that may be called."""
    if not place.supplies:
        yield said("No bank or agency supply may be called for it.")
        return
    yield said(
        "Temporary supply is exhausted: none that may fill it is left within its limits."
        if place.supply_exhausted
        else "Temporary supply is not exhausted."
    )
    for standing in place.supplies:
        yield supply_sentence(standing)


def supply_sentence(standing: SupplyCandidacy) -> Sentence:
    """How much of a supply is taken in the week, and why it does not fill the place."""
    supply, change = standing.supply, standing.change
    limit = supply.max_shifts_per_week
    head = said(
        "{supply} ({kind}): {taken} taken in the week",
        supply=ref("supply", supply.id),
        kind=supply.kind,
        taken=(
            f"{standing.used} of {counted(limit, 'shift')}"
            if limit is not None
            else f"{counted(standing.used, 'shift')}, of any number,"
        ),
    )
    costs = money(sum(amount for amount in change.by_rule.values() if amount > 0))
    saves = money(sum(amount for amount in change.by_rule.values() if amount < 0))
    match standing.state:
        case "used_up":
            return said("{supply}: used up.", supply=head)
        case "capped":
            caps = joined(dict.fromkeys(breach.sentence for breach in change.breaches))
            return said("{supply}, but a cap stands: {caps}", supply=head, caps=caps)
        case "dearer":
            return said(
                "{supply}. A place would cost {costs} and save {saves}: its price is not below the"
                " empty place's.",
                supply=head,
                costs=costs,
                saves=saves,
            )
        case "not_called":
            return said(
                "{supply}. A place would cost {costs} and save {saves}: the search had not"
                " called it.",
                supply=head,
                costs=costs,
                saves=saves,
            )
        case _:
            assert_never(standing.state)
