"""A fictional county's collaborative, as large as its staff: three or four employers, towns on a
grid, dated agreements.

Above about 450 staff the county falls into patches of some 300: each has services, inductions and
sites of its own, as large collaboratives have, so that a bigger county is not one where everybody
may work everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, permutations
from math import ceil

from scheduler.synthetic.catalogue import PROCEDURES
from scheduler.synthetic.service_kinds import KIND
from scheduler.synthetic.shape import (
    Agreement,
    Equivalence,
    JointPost,
    Shape,
    SyntheticOrganisation,
    SyntheticPlace,
    SyntheticService,
    SyntheticSite,
    SyntheticVersion,
    Team,
)

PATCH_STAFF, PLACE_STAFF, SITE_STAFF = 270, 600, 34
PULLS = (1.16, 0.86, 1.04, 0.94)
NEEDS = (1.3, 1.0, 1.1, 1.0)
COMPASS = ("North", "East", "South", "West")
# services by size of the collaborative, and in how many of four places each of them runs
KINDS_FROM = (
    ("DN", 0),
    ("UCR", 15),
    ("BEDS", 40),
    ("VW", 120),
    ("EOL", 150),
    ("THER", 180),
    ("RESP", 240),
    ("WHEEL", 260),
    ("TVN", 260),
)
SPREAD = {
    "DN": 4,
    "UCR": 4,
    "BEDS": 2,
    "VW": 2,
    "THER": 2,
    "EOL": 2,
    "RESP": 2,
    "WHEEL": 1,
    "TVN": 1,
}


@dataclass(frozen=True)
class Patch:
    """Part of the county with services of its own: its places, and its sites in each of them."""

    name: str
    places: tuple[SyntheticPlace, ...]
    sites: tuple[tuple[SyntheticSite, ...], ...]


def collaborative_id(staff: int, seed: int) -> str:
    """Id of the generated collaborative, e.g. `G300-7-COLLAB`."""
    return f"{_prefix(staff, seed)}COLLAB"


def _prefix(staff: int, seed: int) -> str:
    return f"G{staff}-{seed}-"


def county_shape(staff: int, seed: int, start: date, employers: int | None = None) -> Shape:
    """The fictional collaborative for so many staff, its dated facts around the week of `start`.

    `employers`: how many, at most eight; None = three in small counties, else four.
    """
    prefix = _prefix(staff, seed)
    organisations = _organisations(prefix, employers or (4 if staff >= 150 else 3), start)
    identities = [organisation.id for organisation in organisations]
    places = _places(prefix, staff)
    sites = _sites(staff, places)
    patches = _patches(staff, places, sites)
    services, hosts, teams, inductions = _services(prefix, staff, patches, identities)
    return Shape(
        collaborative_id=collaborative_id(staff, seed),
        name=f"Synthetic County Collaborative, {staff} staff, seed {seed}",
        prefix=prefix,
        shared_prefix=prefix,
        organisations=organisations,
        places=places,
        sites=tuple(site for group in sites for site in group),
        services=services,
        hosts=hosts,
        teams=teams,
        versions=_versions(prefix, identities, start),
        equivalences=_equivalences(prefix, identities, start),
        agreements=_agreements(identities, services, start),
        travel_times=_travel_times(sites),
        joint_posts=_joint_posts(prefix, staff, hosts, teams),
        inductions=inductions,
    )


def _organisations(prefix: str, count: int, start: date) -> tuple[SyntheticOrganisation, ...]:
    joined = start - timedelta(days=1200)
    named = (
        ("SYN01", "Synthetic Northern Community NHS Trust", "nhs_trust"),
        ("SYN02", "Synthetic Southern Community NHS Trust", "nhs_trust"),
        ("SYN03", "Synthetic Care Community Interest Company", "cic"),
        ("SYN04", "Synthetic Ambulance SyntheticService NHS Trust", "ambulance_trust"),
        ("SYN05", "Synthetic Hospice", "charity"),
        ("SYN06", "Synthetic County Council", "local_authority"),
        ("SYN07", "Synthetic Primary Care Alliance", "primary_care"),
        ("SYN08", "Synthetic Western Community NHS Trust", "nhs_trust"),
    )
    return tuple(
        SyntheticOrganisation(f"{prefix}{identity}", name, kind, joined)
        for identity, name, kind in named[:count]
    )


def _places(prefix: str, staff: int) -> tuple[SyntheticPlace, ...]:
    count = 4 if staff < 3000 else max(5, ceil(staff / PLACE_STAFF))
    return tuple(
        SyntheticPlace(
            f"{prefix}P{number + 1:02d}",
            f"Synthetic {COMPASS[number % 4]} {number // 4 + 1}",
            60 * max(1000, staff * 1000 // count // 60),
            NEEDS[number % 4],
            PULLS[number % 4],
            fringe=number % 4 == 1,
        )
        for number in range(count)
    )


def _sites(staff: int, places: tuple[SyntheticPlace, ...]) -> list[tuple[SyntheticSite, ...]]:
    """Sites of each place, spiralling out from its centre; places lie on a grid of about 19 km."""
    each = max(1, round(staff / SITE_STAFF / len(places)))
    wide = ceil(len(places) ** 0.5)
    grouped = []
    for number, place in enumerate(places):
        north, east = 52.3 + 0.17 * (number // wide), 0.15 + 0.27 * (number % wide)
        grouped.append(
            tuple(
                SyntheticSite(
                    f"{place.id}-L{index + 1:02d}",
                    f"{place.name}, site {index + 1}",
                    place.id,
                    # ZZ: no real postcode area
                    f"ZZ{number + 1} {index % 9 + 1}{'ABDEFGHJLN'[index // 9 % 10]}A",
                    round(north + 0.014 * index**0.5 * (1, 0, -1, 0)[index % 4], 5),
                    round(east + 0.022 * index**0.5 * (0, 1, 0, -1)[index % 4], 5),
                )
                for index in range(each)
            )
        )
    return grouped


def _patches(
    staff: int, places: tuple[SyntheticPlace, ...], sites: list[tuple[SyntheticSite, ...]]
) -> list[Patch]:
    """Whole places together while the county is small, parts of one place when it is large."""
    wanted = max(1, round(staff / PATCH_STAFF))
    if wanted < len(places):
        size = len(places) if staff < 450 else ceil(len(places) / wanted)
        return [
            Patch(
                f"area {first // size + 1}",
                places[first : first + size],
                tuple(sites[first : first + size]),
            )
            for first in range(0, len(places), size)
        ]
    split = max(1, round(wanted / len(places)))
    return [
        Patch(f"{place.name[10:]}, locality {part + 1}", (place,), (group[part::split],))
        for place, group in zip(places, sites, strict=True)
        for part in range(min(split, len(group)))
    ]


def _services(
    prefix: str, staff: int, patches: list[Patch], employers: list[str]
) -> tuple[
    tuple[SyntheticService, ...],
    tuple[tuple[str, str, str], ...],
    tuple[Team, ...],
    tuple[tuple[str, str], ...],
]:
    """Services, hosts, teams and inductions; the place's main host runs most, not all, of its
    services.
    """
    services: list[SyntheticService] = []
    hosts: list[tuple[str, str, str]] = []
    teams: list[Team] = []
    inductions: list[tuple[str, str]] = []
    for patch_number, patch in enumerate(patches):
        for kind_number, key in enumerate(key for key, least in KINDS_FROM if staff >= least):
            identity = f"{prefix}{key}" + (f"-{patch_number + 1:02d}" if len(patches) > 1 else "")
            own: tuple[str, ...] = ()
            if len(patches) > 1:
                own = (f"{prefix}C-INDUCTION-{key}-{patch_number + 1:02d}",)
                inductions.append((own[0], f"Induction: {KIND[key].name}, {patch.name}"))
            label = f", {patch.name}" if len(patches) > 1 else ""
            services.append(SyntheticService(identity, f"{KIND[key].name}{label}", KIND[key], own))
            # four team-sites for a service that runs everywhere, however many places the patch has
            spread = max(1, SPREAD[key] // len(patch.places)) if len(patch.places) < 4 else 1
            for index, place in enumerate(patch.places):
                if len(patch.places) >= 4 and (index + kind_number) % 4 >= SPREAD[key]:
                    continue
                place_number = int(place.id.removeprefix(f"{prefix}P")) - 1
                host = employers[_host_number(place_number, key, kind_number, len(employers))]
                hosts.append((identity, place.id, host))
                group = patch.sites[index]
                for team in range(min(spread, len(group))):
                    teams.append(
                        Team(
                            identity,
                            group[(kind_number + team) % len(group)].id,
                            1.0 + 0.1 * (index % 3),
                        )
                    )
    return tuple(services), tuple(hosts), tuple(teams), tuple(inductions)


def _host_number(place_number: int, key: str, kind_number: int, employers: int) -> int:
    if employers not in (3, 4):  # in turn, by place and service
        return (place_number + 4 * kind_number) % employers
    if employers > 3 and key == "UCR" and place_number % 4 == 1:
        return 3  # the ambulance trust answers urgent calls in the east
    shift = 1 if key in ("EOL", "THER", "RESP") else 0
    return (place_number + shift) % 3


def _versions(prefix: str, employers: list[str], start: date) -> tuple[SyntheticVersion, ...]:
    """Every employer's own version of everything; the second trust changes one in the middle of the
    week.
    """
    long_ago = start - timedelta(days=900)
    versions = []
    for key, _ in PROCEDURES:
        for number, organisation in enumerate(employers):
            procedure = f"{prefix}{key}"
            if (key, number) == ("P-IPC", 1):
                changed = start + timedelta(days=3)
                versions.append(
                    SyntheticVersion(
                        procedure, organisation, "V3", long_ago, changed - timedelta(days=1)
                    )
                )
                versions.append(SyntheticVersion(procedure, organisation, "V4", changed))
            else:
                versions.append(
                    SyntheticVersion(procedure, organisation, f"V{number + 2}", long_ago)
                )
    return tuple(versions)


def _equivalences(prefix: str, employers: list[str], start: date) -> tuple[Equivalence, ...]:
    """Lone working is harmonised everywhere, infection prevention in some directions, the pump
    hardly.
    """
    begun, concordat = start - timedelta(days=300), "Synthetic quality concordat 1"
    same = [
        Equivalence(f"{prefix}P-LONE", one, other, begun, None, concordat)
        for one in employers
        for other in employers
        if one != other
    ]
    if len(employers) < 3:
        return tuple(same)
    one, two, three = employers[:3]
    for procedure, source, host, ends in (
        ("P-IPC", one, two, None),  # one direction only
        ("P-IPC", three, one, None),
        ("P-IPC", two, three, start - timedelta(days=20)),  # run out
        ("P-IPC", one, three, start + timedelta(days=3)),  # runs out in the week
        ("P-MEDS", one, two, None),
        ("P-MEDS", two, one, None),
        ("P-DETERIORATE", one, two, None),
        ("P-DETERIORATE", two, one, None),
        ("P-DETERIORATE", two, three, None),
        ("P-VOED", two, one, None),
        ("P-PUMP", three, two, start + timedelta(days=200)),
    ):
        same.append(Equivalence(f"{prefix}{procedure}", source, host, begun, ends, concordat))
    if len(employers) > 3:
        same.append(Equivalence(f"{prefix}P-IPC", employers[3], one, begun, None, concordat))
        same.append(Equivalence(f"{prefix}P-IPC", two, employers[3], begun, None, ""))
    for before, after in pairwise(employers[3:]):  # the further ones accept each other's in turn
        same.append(Equivalence(f"{prefix}P-IPC", before, after, begun, None, concordat))
        same.append(Equivalence(f"{prefix}P-IPC", after, one, begun, None, concordat))
        same.append(Equivalence(f"{prefix}P-MEDS", after, before, begun, None, concordat))
    return tuple(same)


def _agreements(
    employers: list[str], services: tuple[SyntheticService, ...], start: date
) -> tuple[Agreement, ...]:
    """Trusts by portability, the company by licence and honorary contract; one ends in the week,
    one has ended.
    """
    begun = start - timedelta(days=400)
    if len(employers) < 3:
        return tuple(
            Agreement(home, host, "portability_agreement", begun)
            for home, host in permutations(employers, 2)
        )
    one, two, three = employers[:3]
    agreements = [
        Agreement(one, two, "portability_agreement", begun),
        Agreement(
            two,
            one,
            "portability_agreement",
            begun,
            max_hours_per_week=60.0 * max(1, len(services) // 6),
        ),
        Agreement(one, three, "licence_to_attend", begun, recharge_percent=105.0),
        Agreement(
            three, one, "honorary_contract", begun, start + timedelta(days=3)
        ),  # ends on Thursday
        Agreement(two, three, "digital_passport", begun, start - timedelta(days=30)),  # has ended
    ]
    for service in services:
        if service.kind.key in ("DN", "BEDS", "EOL"):
            agreements.append(
                Agreement(
                    home_organisation_id=three,
                    host_organisation_id=two,
                    route="honorary_contract",
                    from_date=begun,
                    to_date=None,
                    service_id=service.id,
                    max_hours_per_week=45.0,
                    recharge_percent=110.0,
                )
            )
        if service.kind.key in ("UCR", "VW", "THER"):
            agreements.append(
                Agreement(two, three, "licence_to_attend", begun, None, service.id, 60.0)
            )
    if len(employers) > 3:
        agreements.append(Agreement(employers[3], one, "secondment", begun))
        agreements.append(
            Agreement(one, employers[3], "secondment", begun, max_hours_per_week=37.5)
        )
    for home, host in permutations(
        employers, 2
    ):  # with the further ones by portability, always limited
        if home in employers[4:] or host in employers[4:]:
            agreements.append(
                Agreement(home, host, "portability_agreement", begun, max_hours_per_week=40.0)
            )
    return tuple(agreements)


def _travel_times(sites: list[tuple[SyntheticSite, ...]]) -> tuple[tuple[str, str, float], ...]:
    """Measured journeys between the centres of neighbouring places; every second one in one
    direction only.
    """
    times: list[tuple[str, str, float]] = []
    for number, (here, there) in enumerate(pairwise(sites)):
        times.append((here[0].id, there[0].id, 31.0 + number % 5))
        if number % 2:
            times.append((there[0].id, here[0].id, 28.5 + number % 5))
    return tuple(times)


def _joint_posts(
    prefix: str, staff: int, hosts: tuple[tuple[str, str, str], ...], teams: tuple[Team, ...]
) -> tuple[JointPost, ...]:
    """One joint district nurse per 100 staff, shared by two hosts of district nursing."""
    if staff < 30:
        return ()
    posts = []
    nursing = [host for host in hosts if host[0].startswith(f"{prefix}DN")]
    for number in range(max(1, staff // 100)):
        first = nursing[number % len(nursing)]
        second = next(
            (host for host in nursing[number % len(nursing) :] + nursing if host[2] != first[2]),
            None,
        )
        if second is None:
            break
        halves = []
        for (service, place, organisation), hours in zip(
            (first, second), (22.5, 15.0), strict=True
        ):
            site = next(
                t.site_id
                for t in teams
                if t.service_id == service and t.site_id.startswith(f"{place}-")
            )
            halves.append((organisation, site, hours))
        posts.append(
            JointPost(f"{prefix}J{number + 1:03d}", "DN6", (first[0], second[0]), tuple(halves))
        )
    return tuple(posts)
