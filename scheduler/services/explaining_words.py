"""An empty place explained in sentences, each of which follows from the data that it is made of."""

from collections import Counter
from collections.abc import Iterator

from scheduler.domain.clock import hours, text
from scheduler.domain.duty import Duty
from scheduler.domain.unlocking import THE_PERSON, group_in_words
from scheduler.domain.wording import counted
from scheduler.services.explaining import EmptyPlace, Nearby
from solver.standing import Change, Standing, SupplyStanding, WhyNot

EACH = 30
"""So many people of one kind get a sentence of their own; the data hold all."""

WHY_NOT: dict[WhyNot, tuple[str, str]] = {
    "works_elsewhere": ("works elsewhere then", "work elsewhere then"),
    "busy": ("is busy beyond this roster", "are busy beyond this roster"),
    "rule": ("is kept by a rule", "are kept by rules"),
    "free": ("is free", "are free"),
}
"""Of one, and of several."""


def money(amount: float) -> str:
    """An amount without its sign, in pounds and pence."""
    return f"£{abs(amount) / 100:,.2f}"


def sentences(place: EmptyPlace) -> Iterator[str]:
    """The whole answer, one statement after the other."""
    yield _what(place)
    yield from cleared_sentences(place)
    yield from nearby_sentences(place)
    yield from supply_sentences(place)
    yield from place.notes


def _what(place: EmptyPlace) -> str:
    duty, need = place.duty, "required" if place.required else "preferred"
    of = duty.minimum if place.required else duty.preferred
    price = (
        "" if place.empty_pence is None else f" The roster counts {money(place.empty_pence)} for {'it' if place.missing == 1 else 'each'}."
    )
    return (
        f"{_where(duty)}, {duty.demand.role_id} for {duty.demand.service_id}, host {duty.host_id}, priority {duty.demand.priority}: "
        f"{place.missing} of {of} {need} {'is' if place.missing == 1 else 'are'} missing ({hours(place.missing * duty.paid)}).{price}"
    )


def _where(duty: Duty) -> str:
    return f"{duty.id} ({text(duty.start)} to {text(duty.end)[-5:]} at {duty.demand.site_id})"


def _person(place: EmptyPlace, staff_id: str) -> str:
    return f"{staff_id} {place.index.staff[staff_id].name}"


# --- who is cleared


def cleared_sentences(place: EmptyPlace) -> Iterator[str]:
    if not place.cleared:
        yield "Nobody else is cleared for it."
        return
    kinds = Counter(standing.why_not for standing in place.cleared)
    listed = ", ".join(f"{kinds[kind]} {words[kinds[kind] > 1]}" for kind, words in WHY_NOT.items() if kinds[kind])
    count = len(place.cleared)
    yield f"{counted(count, 'more person is', 'more people are')} cleared for it: {listed}."
    for standing in sorted(place.cleared, key=_cheapest_first)[:EACH]:
        yield standing_sentence(place, standing)
    if count > EACH:
        yield f"… and {count - EACH} more, whom the data name."


def _cheapest_first(standing: Standing) -> tuple[bool, float, str]:
    return (standing.change is None, standing.change.pence if standing.change else 0.0, standing.staff_id)


def standing_sentence(place: EmptyPlace, standing: Standing) -> str:
    """Where somebody cleared is instead, or which rule stands in the way, and the price of moving the person."""
    who, change = _person(place, standing.staff_id), standing.change
    rules = " ".join(dict.fromkeys(breach.sentence for breach in standing.rules))
    if standing.why_not == "free":
        assert change is not None
        return f"{who} is free then: putting them there would make the roster {_price(change)}."
    if standing.why_not == "busy":
        shifts = ", ".join(
            f"{text(k.start)} to {text(k.end)[-5:]} for {k.host_organisation_id or k.organisation_id}" for k in standing.known
        )
        return f"{who} is busy beyond this roster: {shifts}."
    if standing.why_not == "works_elsewhere":
        head = f"{who} is at work then, on {' and '.join(_where(duty) for duty in standing.works)}"
        if change is None:
            return f"{head}; moving them would break a rule: {rules}"
        return f"{head}; moving them here would make the roster {_price(change)}{_leaves(change)}."
    if change is None:
        return f"{who} is kept by a rule: {rules}"
    taken = " and ".join(a.demand_id for a in change.take)
    return f"{who} is kept by a rule: {rules} Taken from {taken} they could come, which would make the roster {_price(change)}{_leaves(change)}."


def _price(change: Change) -> str:
    if not change.pence:
        return "neither better nor dearer"
    if change.pence < 0:
        return f"{money(change.pence)} better, which the search had not found"
    most = sorted(((amount, rule) for rule, amount in change.by_rule.items() if amount > 0), reverse=True)[:3]
    return f"{money(change.pence)} dearer (above all {', '.join(f'{rule} {money(amount)}' for amount, rule in most)})"


def _leaves(change: Change) -> str:
    parts = [
        f"leave {left.missing} of {left.duty.minimum} required empty at {left.duty.id}"
        if left.taken_from_required
        else f"leave what is required at {left.duty.id} filled as it is"
        for left in change.leaves
    ]
    return "".join(f" and {part}" for part in parts)


# --- who is one barrier away


def nearby_sentences(place: EmptyPlace) -> Iterator[str]:
    if not place.nearby:
        yield "Nobody is one barrier away from it."
    for nearby in place.nearby:
        yield nearby_sentence(place, nearby)


def nearby_sentence(place: EmptyPlace, nearby: Nearby) -> str:
    group = nearby.group
    names = [
        _person(place, staff_id) + (" (free then)" if staff_id in nearby.free else " (not free: other work then, or a rule)")
        for staff_id in group.staff_ids[:EACH]
    ]
    more = f" and {len(group.staff_ids) - EACH} more" if len(group.staff_ids) > EACH else ""
    count = len(group.staff_ids)
    lifted = "each person decides" if group.lifted_by == THE_PERSON else f"{group.lifted_by} can lift it"
    lacked = group_in_words(place.index, group.kind, group.missing)
    return f"{counted(count, 'person lacks', 'people lack')} only {lacked} ({lifted}): {', '.join(names)}{more}."


# --- temporary supply


def supply_sentences(place: EmptyPlace) -> Iterator[str]:
    if not place.supplies:
        yield "No bank or agency supply may be called for it."
        return
    yield (
        "Temporary supply is exhausted: none that may fill it is left within its limits."
        if place.supply_exhausted
        else "Temporary supply is not exhausted."
    )
    for standing in place.supplies:
        yield supply_sentence(standing)


def supply_sentence(standing: SupplyStanding) -> str:
    supply, change = standing.supply, standing.change
    limit = supply.max_shifts_per_week
    taken = f"{standing.used} of {counted(limit, 'shift')}" if limit is not None else f"{counted(standing.used, 'shift')}, of any number,"
    head = f"{supply.id} ({supply.kind}): {taken} taken in the week"
    if standing.state == "used_up":
        return f"{head}: used up."
    if standing.state == "capped":
        return f"{head}, but a cap stands: {' '.join(dict.fromkeys(breach.sentence for breach in change.breaches))}"
    costs = sum(amount for amount in change.by_rule.values() if amount > 0)
    saves = -sum(amount for amount in change.by_rule.values() if amount < 0)
    if standing.state == "dearer":
        return f"{head}. A place would cost {money(costs)} and save {money(saves)}: its price is not below the empty place's."
    return f"{head}. A place would cost {money(costs)} and save {money(saves)}: the search had not called it."
