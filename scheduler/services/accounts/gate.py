"""Asks, before a service does anything, whether whoever opened the database may have it done.

`@asks(action, roster="roster_id")` above a service says what it takes, and which of its arguments
names the thing. What somebody may is said in `scheduler.domain.access` alone; here things are
looked up: whose a roster is, who employs a person. What is refused is on record, and so is a look
at people of others.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar, cast

from scheduler.domain.access import (
    IN_WORDS,
    REACHES,
    Action,
    Actor,
    Everywhere,
    Thing,
    members,
    members_to_come,
)
from scheduler.domain.errors import NotPermitted
from scheduler.domain.facts import Contract
from scheduler.storage.repository import Repository

P = ParamSpec("P")
T = TypeVar("T")

ThingKind = Literal[
    "roster", "comparison", "job", "collaborative", "person", "organisation", "everything"
]
ONE_LOOK = timedelta(hours=12)
"""So long looks at the same thing count as one."""
FEW = 20
"""People whose contracts are read one by one."""

Arguments = Mapping[str, Any]
Asked = Action | Callable[[Arguments], Action]


@dataclass(frozen=True)
class Asks:
    """What a service asks for before it does anything: for tests, which go through all of them.

    `named`: kind of thing -> argument that names it. `listed`: it hands out those items only that
    the actor reaches. `open`: it hands out nothing of anybody's, or sees to it by itself.
    """

    action: Asked | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    listed: bool = False
    everything: bool = False
    open: bool = False


def asks(
    action: Asked,
    *,
    each: Callable[[Any], str] | None = None,
    everything: bool = False,
    looks: bool = False,
    **named: str,
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a service be called only by who may do `action` to what its arguments name:
    `roster="roster_id"`, or a part of one: `collaborative="request.collaborative_id"`. Several
    together are one thing.

    An argument that is None means all there are of it, as `everything` does. `each`: the service
    lists what anybody may ask for, and only those items are handed out whose collaborative, which
    `each` says, the actor reaches. `looks`: that somebody of another organisation looked is put on
    record. Raises NotPermitted.
    """

    def gated(service: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(service)

        @wraps(service)
        def asking(*arguments: P.args, **keywords: P.kwargs) -> T:
            given = signature.bind(*arguments, **keywords)
            given.apply_defaults()
            repository: Repository = given.arguments["repository"]
            if repository.actor.program:
                return service(*arguments, **keywords)
            wanted = action(given.arguments) if callable(action) else action
            if each is not None:
                found: Any = service(*arguments, **keywords)
                return cast(T, _within_reach(repository, wanted, found, each))
            thing = together(
                [Thing(everything=True)] * everything
                + [
                    thing_of(repository, cast(ThingKind, kind), _at(given.arguments, path))
                    for kind, path in named.items()
                ]
            )
            require(repository, wanted, thing)
            if looks:
                note_look(repository, wanted, thing)
            return service(*arguments, **keywords)

        asking.__dict__["asks"] = Asks(action, named, each is not None, everything)
        return asking

    return gated


def open_to_all(service: Callable[P, T]) -> Callable[P, T]:
    """A service that hands out nothing of anybody's, or that sees to it by itself what it may hand
    out: said, so that none is left out by mistake.
    """
    service.__dict__["asks"] = Asks(open=True)
    return service


def require(repository: Repository, action: Action, thing: Thing) -> None:
    """Raises NotPermitted, and puts that on record, unless the actor may do it to the thing."""
    actor = repository.actor
    if actor.may(action, thing):
        return
    if not repository.reading_only:
        repository.audit.note(action, _said(thing), "refused")
    raise NotPermitted(_refusal(actor, action, thing))


@open_to_all
def allowed(
    repository: Repository, action: Action, kind: ThingKind | None = None, named: str | None = None
) -> bool:
    """Whether the actor may do it to what an id names, or without one to anything: what a page
    offers.
    """
    if kind is None:
        return repository.actor.ever_may(action)
    return repository.actor.program or repository.actor.may(
        action, thing_of(repository, kind, named)
    )


def note_look(repository: Repository, action: Action, thing: Thing) -> None:
    """Put on record that somebody looked at what is not their own organisation's alone."""
    actor = repository.actor
    if actor.program or repository.reading_only or _own(actor, thing):
        return
    if not thing.everything and thing.organisations <= _home(actor):
        return
    repository.audit.note(action, _said(thing), unless_within=ONE_LOOK)


def _own(actor: Actor, thing: Thing) -> bool:
    return thing.staff_id is not None and thing.staff_id == actor.staff_id


def _said(thing: Thing) -> dict[str, Any]:
    """What a record says of it. An id of nothing that is there may be any text, such as a name, and
    would never be forgotten: of that, what kind of thing was meant.
    """
    if thing.everything or not thing.organisations:
        kinds = [*thing.ids, *(["person"] if thing.staff_id else [])]
        return {"unknown": kinds} if kinds else {}
    return {**thing.ids} | ({"staff_id": thing.staff_id} if thing.staff_id else {})


def _home(actor: Actor) -> frozenset[str]:
    """The organisations for which somebody holds a grant by name: all else is others'."""
    found: set[str] = set()
    for grant in actor.grants:
        if not isinstance(grant.organisations, Everywhere) and len(grant.organisations) == 1:
            found |= grant.organisations
    return frozenset(found)


def _refusal(actor: Actor, action: Action, thing: Thing) -> str:
    what = IN_WORDS[action] + (f" ({thing.words})" if thing.words else "")
    if not actor.grants:
        return (
            f"{actor.name} has no role here yet, and may not {what}. Whoever administers the"
            " accounts of your organisation can give one."
        )
    roles = ", ".join(sorted(actor.roles))
    able = sorted(REACHES[action])
    if actor.ever_may(action):
        return (
            f"{actor.name} ({roles}) may {IN_WORDS[action]} elsewhere, but not here"
            f"{f' ({thing.words})' if thing.words else ''}: the grant does not reach that far."
        )
    return (
        f"{actor.name} ({roles}) may not {what}."
        + (f" That takes the role {' or '.join(able)}." if able else "")
        + " Whoever administers the accounts of your organisation can give it."
    )


def _at(arguments: Mapping[str, Any], path: str) -> Any:
    first, *rest = path.split(".")
    value = arguments[first]
    for name in rest:
        value = getattr(value, name)
    return value


def _within_reach(
    repository: Repository, action: Action, found: Iterable[Any], each: Callable[[Any], str]
) -> Any:
    kept = [
        item
        for item in found
        if repository.actor.may(action, thing_of(repository, "collaborative", each(item)))
    ]
    return tuple(kept) if isinstance(found, tuple) else kept


# --- whose things are


def together(things: Sequence[Thing]) -> Thing:
    """Several things at once: whatever concerns any of them."""
    return Thing(
        frozenset().union(*(thing.organisations for thing in things)),
        frozenset().union(*(thing.to_come for thing in things)),
        next((thing.staff_id for thing in things if thing.staff_id), None),
        any(thing.everything for thing in things),
        {kind: thing_id for thing in things for kind, thing_id in thing.ids.items()},
    )


def thing_of(repository: Repository, kind: ThingKind, named: str | None) -> Thing:
    """The thing that an id names. What is not there, or not named, concerns everybody: who reaches
    that far is told that it is not there.
    """
    if named is None:
        return Thing(everything=True)
    match kind:
        case "everything":
            return Thing(everything=True)
        case "roster" | "comparison" | "job":
            owner = repository.collaborative_of(kind, named)
            if owner is None:
                return Thing(everything=True, ids={kind: named})
            return _of_members(repository, owner, ids={kind: named})
        case "collaborative":
            known = any(one.id == named for one in repository.collaboratives())
            return _of_members(repository, named, everything=not known, ids={kind: named})
        case "organisation":
            known = any(vars(one)["id"] == named for one in repository.facts(kind))
            return Thing(frozenset({named}), everything=not known, ids={kind: named})
        case "person":
            return Thing(employers(repository, [named])[named], staff_id=named)


def _of_members(repository: Repository, collaborative_id: str, **named: Any) -> Thing:
    rows, today = repository.book.memberships(), date.today()
    return Thing(
        members(rows, collaborative_id, today),
        members_to_come(rows, collaborative_id, today),
        **named,
    )


def employers(repository: Repository, staff_ids: Collection[str]) -> dict[str, frozenset[str]]:
    """Who employs each of these people, or did last."""
    wanted = frozenset(staff_ids)
    held: dict[str, list[Contract]] = {staff_id: [] for staff_id in wanted}
    if len(wanted) > FEW:
        found = repository.facts("contract")
    else:  # most questions are of one person
        found = tuple(row for one in wanted for row in repository.facts("contract", one))
    for row in cast(tuple[Contract, ...], found):
        if row.staff_id in wanted:
            held[row.staff_id].append(row)
    return {staff_id: employing(rows, date.today()) for staff_id, rows in held.items()}


def employing(contracts: Iterable[Contract], day: date) -> frozenset[str]:
    """Employers by contracts that are not over on a day; where all are, by all of them."""
    rows = list(contracts)
    live = [row for row in rows if row.to_date is None or row.to_date >= day]
    return frozenset(row.organisation_id for row in live or rows)
