"""Who may do what: roles, what people do, how far that reaches. `REACHES` is the only statement of
it; services ask it (`scheduler.services.accounts.gate`), and nothing else decides.

What somebody acts on is a `Thing`: the organisations that it concerns, and the person where it is
one person's. A grant covers organisations; a collaborative stands for its members.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from scheduler.domain.barrier import live
from scheduler.domain.facts import Membership

AccessRole = Literal["operations", "approver", "director", "staff", "auditor", "administrator"]
"""What somebody is to the program, whatever their post: `Role` is the post."""
ACCESS_ROLES: tuple[AccessRole, ...] = get_args(AccessRole)

Action = Literal[
    "see_rosters",
    "see_reasons",
    "see_people",
    "change_people",
    "tell_own",
    "acknowledge_changes",
    "trade_shifts",
    "keep_calendar",
    "build_rosters",
    "publish_rosters",
    "publish_signed_rosters",
    "override_rules",
    "sign_off",
    "settle_disputes",
    "change_facts",
    "test_scenarios",
    "ask_who_gains",
    "read_audit",
    "manage_accounts",
    "keep_personal_data",
    "run_program",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

Reach = Literal["own", "part", "whole"]
"""`own`: what is the person's own. `part`: whatever concerns one of the grant's organisations.
`whole`: only what concerns none but them.
"""

REACHES: Mapping[Action, Mapping[AccessRole, Reach]] = {
    # rosters, who works where, cover, vacancies, who could fill them
    "see_rosters": {
        "operations": "part",
        "approver": "part",
        "director": "part",
        "auditor": "part",
    },
    # why somebody does a shift or does not, and what keeps them from it
    "see_reasons": {
        "operations": "part",
        "approver": "part",
        "director": "part",
        "auditor": "part",
        "staff": "own",
    },
    # a person's facts in full: leave, clearance, wishes, contracts
    "see_people": {"operations": "part", "approver": "part", "staff": "own"},
    # what is told of one person: sickness, leave, wishes, a fixed pattern
    "change_people": {"operations": "part"},
    # the same, as the person says it themselves: a fact at once, or a request
    "tell_own": {"staff": "own"},
    # say that somebody knows how their shifts have changed
    "acknowledge_changes": {"operations": "part", "staff": "own"},
    # give a shift away, swap it, take one: nobody does that in somebody else's name
    "trade_shifts": {"staff": "own"},
    # the address under which a calendar program reads their shifts: nobody makes it for others
    "keep_calendar": {"staff": "own"},
    # order, cancel, repair, pin: what makes drafts
    "build_rosters": {"operations": "part"},
    # concerns everybody who works in it: a grant of the collaborative
    "publish_rosters": {"approver": "whole"},
    # what all have approved whom the scheme of a collaborative asks
    "publish_signed_rosters": {"operations": "part", "approver": "part"},
    # break a rule by hand where the policy lets somebody, with their name and a reason on it
    "override_rules": {"approver": "whole"},
    # approve or refuse, for one organisation, what of a roster is its own
    "sign_off": {"approver": "whole"},
    # answer what another has refused, and decide what is not settled: by the posts of the scheme
    "settle_disputes": {"operations": "part", "approver": "part"},
    # bring in, replace and withdraw facts of any kind
    "change_facts": {"operations": "whole", "administrator": "whole"},
    "test_scenarios": {"operations": "part", "director": "part"},
    # what each partner gains is every partner's own business
    "ask_who_gains": {"operations": "whole", "director": "whole"},
    "read_audit": {"auditor": "whole"},
    "manage_accounts": {"administrator": "whole"},
    # hand out all that is kept of a person, and forget who has left
    "keep_personal_data": {"administrator": "whole"},
    # what only the program itself does: work in the queue
    "run_program": {},
}

IN_WORDS: Mapping[Action, str] = {
    "see_rosters": "look at rosters",
    "see_reasons": "ask why somebody works where they do",
    "see_people": "look at what is kept of people",
    "change_people": "change what is kept of people",
    "tell_own": "tell for themselves what is kept of somebody",
    "acknowledge_changes": "say that somebody knows of their shifts",
    "trade_shifts": "offer, swap and take shifts",
    "keep_calendar": "make or end the address of somebody's calendar",
    "build_rosters": "build and repair rosters",
    "publish_rosters": "publish rosters",
    "publish_signed_rosters": "publish rosters that all have approved",
    "override_rules": "break a rule of the policy by hand",
    "sign_off": "approve or refuse a roster for an organisation",
    "settle_disputes": "answer and decide disputes",
    "change_facts": "change facts",
    "test_scenarios": "test scenarios",
    "ask_who_gains": "ask what each partner gains",
    "read_audit": "read what was done",
    "manage_accounts": "manage accounts",
    "keep_personal_data": "hand out or forget personal data",
    "run_program": "do the program's own work",
}


@dataclass(frozen=True)
class Everywhere:
    """All organisations, those to come too."""

    def __contains__(self, organisation_id: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


EVERYWHERE = Everywhere()
Organisations = frozenset[str] | Everywhere


@dataclass(frozen=True)
class Thing:
    """What is acted upon. `everything`: all that there is and will be, so that only a grant without
    a limit covers it wholly. `to_come`: organisations that it will concern, as members that join
    later: they cannot look yet, and nobody acts for them. `ids`: kind of thing -> its id, for
    refusals and the record.
    """

    organisations: frozenset[str] = frozenset()
    to_come: frozenset[str] = frozenset()
    staff_id: str | None = None
    everything: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What it is called in a refusal; empty where the action says it all."""
        return ", ".join(f"{kind} {thing_id}" for kind, thing_id in self.ids.items())


@dataclass(frozen=True)
class HeldGrant:
    """A grant that is in force, with the organisations for which it stands today, and those for
    which it will. `collaborative_id`: where it was given for one; `post_id`: the post that is held;
    empty where it is every post that the grant covers.
    """

    role: AccessRole
    organisations: Organisations
    to_come: frozenset[str] = frozenset()
    collaborative_id: str | None = None
    post_id: str = ""


@dataclass(frozen=True)
class Actor:
    """Who asks. `account`: under which id it is written down; `name`: what people call them.

    `program`: the program itself, or whoever runs it with the database in hand: nothing is refused.
    `origin`: from where, such as `command line` or `pages`; `behind`: who it truly is, where
    somebody acts as this account.
    """

    account: str
    name: str
    grants: tuple[HeldGrant, ...] = ()
    staff_id: str | None = None
    program: bool = False
    origin: str = ""
    behind: str = ""

    @property
    def roles(self) -> frozenset[AccessRole]:
        """The roles of all grants in force, wherever each holds."""
        return frozenset(grant.role for grant in self.grants)

    def organisations(self, action: Action) -> Organisations:
        """Those within which this actor may do it, other than for what is their own."""
        if self.program:
            return EVERYWHERE
        found: set[str] = set()
        for grant in self.grants:
            if REACHES[action].get(grant.role) in (None, "own"):
                continue
            if isinstance(grant.organisations, Everywhere):
                return EVERYWHERE
            found |= grant.organisations
        return frozenset(found)

    def may(self, action: Action, thing: Thing) -> bool:
        """Whether the table lets this actor do it to this thing."""
        return self.program or any(
            _reaches(REACHES[action].get(grant.role), grant, thing, self.staff_id)
            for grant in self.grants
        )

    def ever_may(self, action: Action) -> bool:
        """Whether there is anything to which this actor may do it: what a page is offered by."""
        return self.program or any(grant.role in REACHES[action] for grant in self.grants)


def _reaches(reach: Reach | None, grant: HeldGrant, thing: Thing, staff_id: str | None) -> bool:
    organisations = grant.organisations
    match reach:
        case None:
            return False
        case "own":
            return staff_id is not None and thing.staff_id == staff_id
        case "part":
            if isinstance(organisations, Everywhere):
                return True
            return not thing.organisations.isdisjoint(organisations)
        case "whole":
            if isinstance(organisations, Everywhere):
                return True
            return (
                not thing.everything
                and bool(thing.organisations)
                and thing.organisations | thing.to_come <= organisations | grant.to_come
            )


def members(rows: Iterable[Membership], collaborative_id: str, day: date) -> frozenset[str]:
    """Organisations that belong to a collaborative on a day; of one that is still being set up,
    those that will.
    """
    own = [row for row in rows if row.collaborative_id == collaborative_id]
    return frozenset(row.organisation_id for row in own if live(row, day)) or members_to_come(
        own, collaborative_id, day
    )


def members_to_come(rows: Iterable[Membership], collaborative_id: str, day: date) -> frozenset[str]:
    """Organisations that will belong to it after that day."""
    return frozenset(
        row.organisation_id
        for row in rows
        if row.collaborative_id == collaborative_id and row.from_date > day
    )


def operator(name: str, origin: str) -> Actor:
    """Whoever has the database in hand, as those have who run the program: nothing that it could
    refuse them would keep them from it, so what they do is written down instead.
    """
    return Actor(f"os:{name}", name, program=True, origin=origin)


THE_PROGRAM = Actor("program", "the program", program=True, origin="program")
"""Workers, tests, and programs that use this one as a library."""
