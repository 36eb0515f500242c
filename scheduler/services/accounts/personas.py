"""Who one may be where nobody signs in: for looking around on one's own machine, with made-up
people.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from scheduler.domain.access import EVERYWHERE, AccessRole, Actor, HeldGrant
from scheduler.domain.errors import BadRequest

PersonaKind = Literal[
    "operations",
    "one_organisation",
    "approver",
    "director",
    "staff",
    "auditor",
    "administrator",
]
PERSONAS: tuple[PersonaKind, ...] = get_args(PersonaKind)
OF_ONE: tuple[PersonaKind, ...] = ("one_organisation", "approver")
"""Those who are of one organisation, which is chosen by name."""

IN_WORDS: Mapping[PersonaKind, str] = {
    "operations": "Operations group of all organisations",
    "one_organisation": "Operations of one organisation",
    "approver": "Approver of one organisation",
    "director": "Workforce director",
    "staff": "Member of staff",
    "auditor": "Auditor",
    "administrator": "Administrator of accounts",
}
_ROLES: Mapping[PersonaKind, tuple[AccessRole, ...]] = {
    "operations": ("operations", "approver"),
    "one_organisation": ("operations",),
    "approver": ("approver",),
    "director": ("director",),
    "staff": ("staff",),
    "auditor": ("auditor",),
    "administrator": ("administrator",),
}


def persona_kind(named: str) -> PersonaKind:
    """The kind of a persona by what stands behind `demo:` in its account. Raises BadRequest."""
    kind = named.partition(":")[0]
    for known in PERSONAS:
        if known == kind:
            return known
    raise BadRequest(f"There is no persona {kind!r}: {', '.join(PERSONAS)} are those there are.")


def persona(kind: PersonaKind, origin: str, named: str | None = None) -> Actor:
    """Somebody of this kind. `named`: the organisation or the person that they are of; without it
    they are of none, and reach nothing. Raises BadRequest for a kind that there is not.
    """
    persona_kind(kind)
    own = frozenset({named} if named else ()) if kind in OF_ONE else EVERYWHERE
    # a record never loses what was written, so no member of staff is named in it
    shown = f":{named}" if named and kind in OF_ONE else ""
    return Actor(
        f"demo:{kind}{shown}",
        IN_WORDS[kind],
        tuple(HeldGrant(role, own) for role in _ROLES[kind]),
        named if kind == "staff" else None,
        origin=origin,
    )
