"""Who works there: the staff of every team, their contracts, homes and consent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from scheduler.synthetic.catalogue import ENTRY, MIDDLE, ROLE, TOP, hourly_pence
from scheduler.synthetic.nature import CollaborativeNature
from scheduler.synthetic.service_kinds import RHYTHMS, Post
from scheduler.synthetic.shape import JointPost, Shape, Team
from scheduler.synthetic.tables import Tables

LONG_SHIFT_HOURS: Final = (37.5, 37.5, 37.5, 37.5, 34.5, 30.0, 24.0, 23.0, 11.5)
SHORT_SHIFT_HOURS: Final = (37.5, 37.5, 37.5, 37.5, 30.0, 30.0, 22.5, 18.75, 15.0)
TRAVEL_LIMITS: Final = (20, 25, 30, 35, 40, 45, 50, 60)

BANK_ONLY, OWN_BANK, REFUSES, OPTED_OUT = 0.05, 0.07, 0.3, 0.05
KNOWS_WITHIN: Final = 50  # how far away a further service that somebody knows may be [min]
LIVES_AT_BASE = 0.6
STARTS_MIDWEEK, ENDS_MIDWEEK, HAD_EARLIER_CONTRACT = 0.012, 0.02, 0.03


@dataclass(frozen=True)
class SyntheticContract:
    """One contract; hours are 0 for a bank contract."""

    id: str
    organisation_id: str
    role_id: str
    kind: str
    hours: float
    base_site_id: str
    hourly_pence: int
    from_date: date
    to_date: date | None
    joint_post_id: str | None = None

    def live(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)


@dataclass(frozen=True)
class PostLine:
    """A post of a team: what its people mainly do. Index order: team, post."""

    team: Team
    post: Post

    @property
    def shift_type_ids(self) -> tuple[str, ...]:
        """Ids of the shift types in the post's rhythm, each once."""
        return tuple(dict.fromkeys(slot.shift_type_id for slot in RHYTHMS[self.post.rhythm]))


@dataclass(frozen=True)
class SyntheticPerson:
    """A made-up member of staff, and the lines that this person knows (the first is the own
    one).
    """

    id: str
    number: int
    role_id: str
    lines: tuple[PostLine, ...]
    home_site_id: str
    max_travel_minutes: int | None
    accepts_other_hosts: bool
    wtr_opt_out: bool
    contracts: tuple[SyntheticContract, ...]

    @property
    def name(self) -> str:
        """A name that says that nobody bears it: `Synthetic`, the role and a number."""
        return f"Synthetic {ROLE[self.role_id].called} {self.number:04d}"

    @property
    def joint(self) -> bool:
        """Whether the person holds a joint post."""
        return self.contracts[0].joint_post_id is not None

    @property
    def own_lines(self) -> tuple[PostLine, ...]:
        """What this person was hired for: one line, or every line of a joint post."""
        return self.lines if self.joint else self.lines[:1]

    def live_contracts(self, day: date) -> tuple[SyntheticContract, ...]:
        """Those that hold on a day."""
        return tuple(contract for contract in self.contracts if contract.live(day))


def lines_of(shape: Shape) -> list[PostLine]:
    """Every post of every team, in the order of the shape."""
    return [
        PostLine(team, post)
        for team in shape.teams
        for post in shape.service[team.service_id].kind.posts
        if post.role_id not in team.without_roles
    ]


def share_out(total: int, weights: list[float]) -> list[int]:
    """Split a number of people by weight: largest remainders, the earlier on a tie."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    counts = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: total - sum(counts)]:
        counts[i] += 1
    return counts


def make_workforce(
    shape: Shape, staff: int, start: date, nature: CollaborativeNature, rng: Random
) -> list[SyntheticPerson]:
    """Exactly `staff` people: the joint posts first, then the teams by weight."""
    lines = lines_of(shape)
    joint = shape.joint_posts[:staff]
    counts = share_out(staff - len(joint), [line.team.weight * line.post.weight for line in lines])
    people = [
        _joint_person(shape, number, post, lines, start, rng)
        for number, post in enumerate(joint, 1)
    ]
    nearest: dict[str, list[str]] = {}
    for line, count in zip(lines, counts, strict=True):
        base = line.team.site_id
        if count and base not in nearest:
            nearest[base] = _nearest_sites(shape, base)
        near = _near_lines(shape, line, lines) if count else []
        for _ in range(count):
            people.append(
                _person(
                    shape=shape,
                    number=len(people) + 1,
                    line=line,
                    near=near,
                    nearest=nearest[base],
                    start=start,
                    nature=nature,
                    rng=rng,
                )
            )
    return people


def _nearest_sites(shape: Shape, base: str) -> list[str]:
    """The three sites nearest to a base: where its staff live who do not live around the base
    itself.
    """
    others = (site.id for site in shape.sites if site.id != base)
    return sorted(others, key=lambda site_id: (round(shape.minutes(base, site_id), 3), site_id))[:3]


def _near_lines(shape: Shape, own: PostLine, lines: list[PostLine]) -> list[PostLine]:
    """Lines of the same role in other services within reach."""
    return [
        line
        for line in lines
        if line.post.role_id == own.post.role_id
        and line.team.service_id != own.team.service_id
        and shape.minutes(own.team.site_id, line.team.site_id) <= KNOWS_WITHIN
    ]


def _person(
    shape: Shape,
    number: int,
    line: PostLine,
    near: list[PostLine],
    nearest: list[str],
    start: date,
    nature: CollaborativeNature,
    rng: Random,
) -> SyntheticPerson:
    identity = f"{shape.prefix}S{number:05d}"
    base = line.team.site_id
    # most live around their base, the others around one of the nearest sites
    home = base if not nearest or rng.random() < LIVES_AT_BASE else rng.choice(nearest)
    return SyntheticPerson(
        id=identity,
        number=number,
        role_id=line.post.role_id,
        lines=(line, *_further_lines(near, rng)),
        home_site_id=home,
        max_travel_minutes=_travel_limit(shape, home, base, nature.travel_limited, rng),
        accepts_other_hosts=rng.random() >= REFUSES,
        wtr_opt_out=rng.random() < OPTED_OUT,
        contracts=_contracts(shape, number, line, start, rng),
    )


def _joint_person(
    shape: Shape, number: int, post: JointPost, lines: list[PostLine], start: date, rng: Random
) -> SyntheticPerson:
    identity = f"{shape.prefix}S{number:05d}"
    bases = {site for _, site, _ in post.halves}
    own = [
        line
        for line in lines
        if line.post.role_id == post.role_id
        and line.team.service_id in post.service_ids
        and line.team.site_id in bases
    ]
    base = post.halves[0][1]
    begun = start - timedelta(days=300 + rng.randrange(600))
    contracts = tuple(
        SyntheticContract(
            id=f"{shape.prefix}K{number:05d}{letter}",
            organisation_id=organisation,
            role_id=post.role_id,
            kind="substantive",
            hours=hours,
            base_site_id=site,
            hourly_pence=_pay(shape, post.role_id, site, MIDDLE),
            from_date=begun,
            to_date=None,
            joint_post_id=post.id,
        )
        for letter, (organisation, site, hours) in zip("ABC", post.halves, strict=False)
    )
    return SyntheticPerson(
        id=identity,
        number=number,
        role_id=post.role_id,
        lines=tuple(own),
        home_site_id=base,
        max_travel_minutes=None,
        accepts_other_hosts=True,
        wtr_opt_out=False,
        contracts=contracts,
    )


def _further_lines(near: list[PostLine], rng: Random) -> tuple[PostLine, ...]:
    """Up to three further services of the same role that this person has been trained and inducted
    for.
    """
    wanted = rng.choice((0, 1, 1, 2, 2, 3))
    left = list(near)
    chosen: dict[str, PostLine] = {}
    while left and len(chosen) < wanted:
        line = left.pop(rng.randrange(len(left)))
        chosen.setdefault(line.team.service_id, line)
    return tuple(chosen.values())


def _travel_limit(shape: Shape, home: str, base: str, share: float, rng: Random) -> int | None:
    """A limit, if any, always lets a person reach the own base."""
    if rng.random() >= share:
        return None
    journey = shape.minutes(home, base)
    return rng.choice([limit for limit in TRAVEL_LIMITS if limit >= journey] or [90])


def _pay(shape: Shape, role_id: str, site_id: str, point: int) -> int:
    return hourly_pence(ROLE[role_id], point, shape.place[shape.site[site_id].place_id].fringe)


def _contracts(
    shape: Shape, number: int, line: PostLine, start: date, rng: Random
) -> tuple[SyntheticContract, ...]:
    base, role = line.team.site_id, line.post.role_id
    employer = shape.host_of(line.team.service_id, base)
    long = any(shift in ("LONGDAY", "RESPONSE", "NIGHT") for shift in line.shift_type_ids)
    hours = rng.choice(LONG_SHIFT_HOURS if long else SHORT_SHIFT_HOURS)
    point = rng.choice((ENTRY, MIDDLE, MIDDLE, TOP))
    begun, ended = _dates(start, rng)
    main = SyntheticContract(
        id=f"{shape.prefix}K{number:05d}A",
        organisation_id=employer,
        role_id=role,
        kind="substantive",
        hours=hours,
        base_site_id=base,
        hourly_pence=_pay(shape, role, base, point),
        from_date=begun,
        to_date=ended,
    )
    kind = rng.random()
    bank_pay = _pay(shape, role, base, MIDDLE)
    if kind < BANK_ONLY:
        return (replace(main, kind="bank", hours=0.0, hourly_pence=bank_pay),)
    if kind < BANK_ONLY + OWN_BANK:
        bank = replace(
            main,
            id=f"{shape.prefix}K{number:05d}B",
            kind="bank",
            hours=0.0,
            hourly_pence=bank_pay,
            organisation_id=_bank_employer(shape, line, employer, rng),
            to_date=None,
        )
        return (main, bank)
    if rng.random() < HAD_EARLIER_CONTRACT and begun < start:
        earlier = replace(
            main,
            id=f"{shape.prefix}K{number:05d}Z",
            from_date=begun - timedelta(days=730),
            to_date=begun - timedelta(days=1),
            hours=37.5,
        )
        return (earlier, main)
    return (main,)


def _bank_employer(shape: Shape, line: PostLine, employer: str, rng: Random) -> str:
    """Mostly the own employer's bank; now and then that of another host of the same service."""
    hosts = [
        organisation for service, _, organisation in shape.hosts if service == line.team.service_id
    ]
    others = [organisation for organisation in dict.fromkeys(hosts) if organisation != employer]
    return rng.choice(others) if others and rng.random() < 0.35 else employer


def _dates(start: date, rng: Random) -> tuple[date, date | None]:
    """Contract from and to: a few begin or end in the middle of the week."""
    chance = rng.random()
    if chance < STARTS_MIDWEEK:
        return start + timedelta(days=rng.randrange(1, 5)), None
    begun = start - timedelta(days=200 + rng.randrange(3000))
    if chance < STARTS_MIDWEEK + ENDS_MIDWEEK:
        return begun, start + timedelta(days=rng.randrange(1, 5))
    if chance > 0.92:
        return begun, start + timedelta(days=rng.randrange(60, 500))
    return begun, None


def add_workforce(tables: Tables, people: list[SyntheticPerson]) -> None:
    """Write `staff` and `contract`."""
    for person in people:
        tables.add(
            "staff",
            person.id,
            person.name,
            person.home_site_id,
            person.max_travel_minutes,
            person.accepts_other_hosts,
            person.wtr_opt_out,
        )
        for contract in person.contracts:
            tables.add(
                "contract",
                contract.id,
                person.id,
                contract.organisation_id,
                contract.role_id,
                contract.kind,
                contract.hours,
                contract.base_site_id,
                contract.hourly_pence,
                contract.from_date,
                contract.to_date,
                contract.joint_post_id,
            )
