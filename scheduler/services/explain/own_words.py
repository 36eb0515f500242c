"""Why a person does a shift, or does not, in sentences for the person: no ids, no name of a
colleague, and no word of ours without its meaning beside it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from scheduler.domain.barrier import Barrier, BarrierKind
from scheduler.domain.sentence import Part, Sentence
from scheduler.domain.wording import counted
from scheduler.services.explain.names import Naming
from scheduler.services.explain.why_person import (
    PART_WORDS,
    Forced,
    Parts,
    WhyNot,
    WhyThis,
    parts_of,
)

MOST_COLLEAGUES = 3
WEIGHED = (
    "How rosters are compared: each is weighed in pounds, by what it pays and by so much for every"
    " place left empty, every journey, every wish not met and every unfair share. The lightest is"
    " the best."
)
NOTED = "Some of the rules that this roster was made by can no longer be judged."
IN_THE_WAY: Mapping[BarrierKind, str] = {
    "contract": "Your contract",
    "agreement": "An agreement between the two employers",
    "passport": "A passport, which is leave to work for another employer",
    "consent": "Your own consent to work for other employers",
    "competency": "A competency, which is what you are trained or registered for",
    "procedure": "A sign-off, which says that you know how a procedure is done there",
    "travel": "The longest journey that you accept",
    "leave": "Leave",
    "availability": "The hours that you have agreed to work",
}

TO_YOU: Mapping[str, str] = {
    "Does not hold {competency} on {day}{when}.": "You do not hold {competency} on {day}{when}.",
    "Has not agreed to work for other hosts.": "You have not agreed to work for other employers.",
    "Has agreed to work for other hosts, but not for {host}.": (
        "You have agreed to work for some other employers, but not for {host}."
    ),
    "The journey from home takes {takes} min; the person accepts {most} min.": (
        "The journey from home takes {takes} min; you accept {most} min."
    ),
    "Cannot work then by agreement: {times}.": "You cannot work then, as agreed: {times}.",
    "On leave on {day}.": "You are on leave on {day}.",
    "On leave from {first} to {last}.": "You are on leave from {first} to {last}.",
    "{held} does not cover the role {needed}.": (
        "Your role, {held}, does not cover that of {needed}."
    ),
    "Contract {contract} is not live on {day}{when}.": (
        "Your contract {contract} does not run on {day}{when}."
    ),
    "No sign-off for {procedure} that {host} accepts on {day} (works by {wanted};"
    " signed off: {signed}){when}.": (
        "You have no sign-off for {procedure} that {host} accepts on {day}: it works by {wanted},"
        " and you are signed off for {signed}{when}."
    ),
    "No passport{by} good for {host} on {day}: {reasons}.{hint}": (
        "You have no passport{by} good for {host} on {day}: {reasons}.{hint}"
    ),
    " Another contract of the person, with {host} itself, needs neither agreement nor passport.": (
        " Another contract of yours, with {host} itself, needs neither agreement nor passport."
    ),
}
"""What stands in somebody's way, as it is said of them -> as it is said to them."""
RULES_TO_YOU: Mapping[str, str] = {
    "{person} works {total} for other hosts in {month}; {most} a month agreed.": (
        "You have said {most} a month for other employers; with this you would have {total} in"
        " {month}."
    ),
}
"""What a rule finds of somebody's shifts, as it is said of them -> as it is said to them."""
HELD_WORDS: Mapping[str, str] = {"holds none": "you hold none", "none": "nothing"}


def to_you(sentence: Sentence) -> Sentence:
    """What stands in the way, said to the person whom it is about."""
    return Sentence(
        TO_YOU.get(sentence.template, sentence.template),
        {
            key: to_you(value)
            if isinstance(value, Sentence)
            else HELD_WORDS.get(value, value)
            if isinstance(value, str)
            else value
            for key, value in sentence.arguments.items()
        },
    )


@dataclass(frozen=True)
class OwnAnswer:
    """A question with its answer; `points` stand under the sentence before them."""

    question: str
    paragraphs: tuple[tuple[str, tuple[str, ...]], ...]
    """(a sentence or several, points under it)"""

    def sentences(self) -> Iterator[str]:
        """All that is read, in order."""
        yield self.question
        for words, points in self.paragraphs:
            yield words
            yield from points


def own_answer(found: WhyNot | WhyThis, names: Naming) -> OwnAnswer:
    """The answer for the person whom it is about."""
    spoken = _Spoken(names)
    asked = "Why do I do" if isinstance(found, WhyThis) else "Why do I not do"
    told = list(_why_this(found, spoken) if isinstance(found, WhyThis) else _why_not(found, spoken))
    if found.notes:
        told.append((NOTED, []))
    return OwnAnswer(
        f"{asked} {names.work(found.duty.id)}?",
        tuple((words, tuple(points)) for words, points in told),
    )


Paragraph = tuple[str, list[str]]


@dataclass(frozen=True)
class _Spoken:
    """Sentences with names; what has none is said in general."""

    names: Naming

    def said(self, sentence: Sentence) -> str:
        return sentence.written(self._part)

    def _part(self, part: Part | date) -> str:
        if isinstance(part, date):
            return self.names.part(part)
        known, name_id = self.names, str(part.id)
        match part.kind:
            case "contract":
                return known.contracts.get(name_id, "of another kind")
            case "roster":
                return "this roster"
            case "demand":
                return known.demand.get(name_id, "another shift")
            case "person":
                return known.staff.get(name_id, "a colleague")
            case "supply":
                return known.other.get(name_id, "a temporary worker")
            case _:
                return known.part(part)


# --- why not


def _why_not(found: WhyNot, spoken: _Spoken) -> Iterator[Paragraph]:
    if not found.deployable:
        yield "You are not cleared for it, so no roster could have put you there.", []
    said = {}
    for own in found.contracts:
        if own.barriers:
            contract = spoken.names.contracts.get(own.contract.id, "of yours")
            points = _in_the_way(own.barriers, found.staff_id, spoken)
            said[f"By your contract {contract}, this stands in the way:"] = points
    yield from said.items()
    if not found.deployable:
        return
    there = len(found.there_now)
    yield (
        (
            (
                f"You are cleared for it; {counted(there, 'colleague', 'colleagues')} or temporary"
                f" {'worker does' if there == 1 else 'workers do'} it."
            )
            if there
            else "You are cleared for it, and nobody does it."
        ),
        [],
    )
    if found.instead:
        yield (
            "At that time you do "
            f"{' and '.join(spoken.names.work(demand_id) for demand_id in found.instead)}.",
            [],
        )
    if found.forced is not None or any(not added.effect.blocked for added in found.added):
        yield WEIGHED, []
    for added in found.added:
        if added.effect.blocked:
            yield (
                "With it beside all else that you do, a rule that must be kept would break:",
                list(
                    dict.fromkeys(
                        spoken.said(_kept_from_you(one.sentence, found.staff_id))
                        for one in added.effect.blocked
                    )
                ),
            )
        else:
            yield (
                "With it beside all else that you do, no rule that must be kept would break, and"
                f" the roster would weigh {in_pounds(added.effect.objective_pence)}.",
                [],
            )
    if found.forced is not None:
        yield from _forced(found, found.forced, spoken)


def _kept_from_you(sentence: Sentence, staff_id: str) -> Sentence:
    """What a rule finds, said to them where it is about them."""
    who = sentence.arguments.get("person")
    if isinstance(who, Part) and who.id == staff_id and sentence.template in RULES_TO_YOU:
        return Sentence(RULES_TO_YOU[sentence.template], sentence.arguments)
    return sentence


def _in_the_way(barriers: Iterable[Barrier], staff_id: str, spoken: _Spoken) -> list[str]:
    """A point for each; what such a thing is stands before the first of its kind."""
    found: list[str] = []
    known: set[BarrierKind] = set()
    for barrier in barriers:
        who = (
            "That is yours to change."
            if barrier.lifted_by == staff_id
            else f"Who can change that: {spoken.names.who(barrier.lifted_by)}."
        )
        meaning = "" if barrier.kind in known else f"{IN_THE_WAY[barrier.kind]}. "
        known.add(barrier.kind)
        found.append(f"{meaning}{spoken.said(to_you(barrier.sentence))} {who}")
    return found


def _forced(found: WhyNot, forced: Forced, spoken: _Spoken) -> Iterator[Paragraph]:
    if not forced.possible:
        yield (
            (
                "With you there, no roster at all would keep every rule that must be kept."
                if forced.exact
                else (
                    "With you there, no roster was found that keeps every rule that must be kept;"
                    " not all of them were looked at."
                )
            ),
            [],
        )
        return
    most = in_pounds(forced.high_pence)
    yield (
        (
            (
                f"With you there, the best of all rosters would weigh {most}."
                if forced.exact
                else (
                    f"With you there, the best roster that was found would weigh {most};"
                    f" {_at_best(forced)}"
                )
            )
            + f" Its pay would be {in_pounds(forced.cash_pence)}."
            + _made_of(parts_of(forced.by_rule or {}))
        ),
        [],
    )
    others = sum(change.who != found.staff_id for change in forced.changes)
    moved = [
        f"{word} {shift}."
        for change in forced.changes
        if change.who == found.staff_id
        for word, shifts in (
            ("You would no longer do", change.loses),
            ("You would do", change.gets),
        )
        for shift in (spoken.names.work(one.demand_id) for one in shifts)
    ]
    if others:
        moved.append(
            f"{counted(others, 'colleague or temporary worker', 'colleagues or temporary workers')}"
            " would have other shifts."
        )
    if moved:
        yield "What would change:", moved
    if forced.high_pence < 0:
        yield "So a better roster was possible: this one is not proven to be the best.", []


def _at_best(forced: Forced) -> str:
    least = round(forced.low_pence / 100)
    if least >= 0:
        return f"none would weigh less than {in_pounds(forced.low_pence)}."
    return f"whether one would be lighter, by at most £{-least:,}, is not known."


# --- why this


def _why_this(found: WhyThis, spoken: _Spoken) -> Iterator[Paragraph]:
    yield (
        (
            "You were the best choice: neither somebody else in your place nor an empty place"
            " would make a better roster."
            if found.best
            else (
                "A better roster was possible with somebody else in your place, or with nobody:"
                " this one is not proven to be the best."
            )
        ),
        [],
    )
    yield WEIGHED, []
    if found.empty.blocked:
        yield (
            "Left empty, a rule that must be kept would break:",
            [spoken.said(one.sentence) for one in found.empty.blocked],
        )
    else:
        yield (
            (
                "Left empty, the roster would weigh"
                f" {in_pounds(found.empty.objective_pence)}.{_made_of(found.parts_empty)}"
            ),
            [],
        )
    able = [one for one in found.alternatives if one.candidate.offered]
    kept = len(found.alternatives) - len(able)
    if able:
        who = counted(len(able), "colleague", "colleagues")
        first = f", the nearest {MOST_COLLEAGUES} of them" if len(able) > MOST_COLLEAGUES else ""
        yield (
            f"{who} could do it instead. With each{first}, the roster would weigh:",
            [
                f"{in_pounds(one.candidate.effect.objective_pence)}.{_made_of(one.parts)}"
                for one in able[:MOST_COLLEAGUES]
            ],
        )
    if kept:
        yield (
            (
                f"{counted(kept, 'more colleague is', 'more colleagues are')} cleared, but kept"
                " from it by a rule that must be kept, such as rest between shifts."
            ),
            [],
        )
    if not found.alternatives:
        yield "Nobody else is cleared for it.", []


def in_pounds(pence: float) -> str:
    """`£12 more`, `£12 less`, `as much as now`."""
    whole = round(pence / 100)
    if not whole:
        return "as much as now"
    return f"£{abs(whole):,} {'more' if whole > 0 else 'less'}"


def _made_of(parts: Parts) -> str:
    said = [
        f"{PART_WORDS[part]} {in_pounds(cost)}"
        for part, cost in sorted(parts.items(), key=lambda item: -abs(item[1]))
        if round(cost / 100)
    ]
    return f" That is made of: {', '.join(said)}." if said else ""
