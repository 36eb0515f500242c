"""What a collaborative looks like before anybody works in it: flat facts, no randomness."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

from scheduler.synthetic.service_kinds import ServiceKind

# the contract's estimate where no travel time is given
EARTH_KM, DETOUR, KM_AN_HOUR = (
    6371.0,
    1.3,
    45.0,
)


@dataclass(frozen=True)
class SyntheticOrganisation:
    """An employer or partner; `joined` is empty for a partner that is no member."""

    id: str
    name: str
    kind: str
    joined: date | None
    left: date | None = None


@dataclass(frozen=True)
class SyntheticPlace:
    """A neighbourhood; `pull` says how short (> 1) or well staffed (< 1) it is against the
    whole.
    """

    id: str
    name: str
    population: int
    need_weight: float
    pull: float
    fringe: bool = False


@dataclass(frozen=True)
class SyntheticSite:
    """Where work is done or people are based."""

    id: str
    name: str
    place_id: str
    postcode: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class SyntheticService:
    """A service of this collaborative, with competencies of its own beyond those of its kind."""

    id: str
    name: str
    kind: ServiceKind
    inductions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Team:
    """A service at a site; the weight shares out the staff."""

    service_id: str
    site_id: str
    weight: float
    without_roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class SyntheticVersion:
    """Which version an organisation works by, and when."""

    procedure_id: str
    organisation_id: str
    version: str
    from_date: date
    to_date: date | None = None


@dataclass(frozen=True)
class Equivalence:
    """The host accepts a sign-off in the other organisation's version."""

    procedure_id: str
    from_organisation_id: str
    host_organisation_id: str
    from_date: date
    to_date: date | None = None
    concordat: str = ""


@dataclass(frozen=True)
class Agreement:
    """Who may lend to whom, by which route, for which service."""

    home_organisation_id: str
    host_organisation_id: str
    route: str
    from_date: date
    to_date: date | None = None
    service_id: str | None = None
    max_hours_per_week: float | None = None
    recharge_percent: float | None = None


@dataclass(frozen=True)
class JointPost:
    """One person with two substantive contracts, each at (organisation, base site, hours a
    week).
    """

    id: str
    role_id: str
    service_ids: tuple[str, ...]
    halves: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class SyntheticPost:
    """A post that may approve; `organisation_id` is empty for the backstop."""

    id: str
    name: str
    power: str
    organisation_id: str | None = None
    most_hours: float | None = None
    most_pounds: float | None = None
    deputy_for: str | None = None


@dataclass(frozen=True)
class SyntheticScheme:
    """How rosters are approved: periods in days and hours, as the contract has them, and who
    approves; `desks`: (organisation id, name, telephone number) that people at work call.
    """

    notice_days: int
    answer_days: int
    unseen_hours: int
    posts: tuple[SyntheticPost, ...]
    desks: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class SyntheticTarget:
    """At least or at most so much of a measure, for all organisations."""

    measure: str
    at_least: float | None
    at_most: float | None
    source: str
    source_date: date
    from_date: date
    to_date: date | None
    confirmed: bool


@dataclass(frozen=True)
class Shape:
    """Everything about a collaborative that is not a person, a shift or a price."""

    collaborative_id: str
    name: str
    prefix: str  # of staff, contracts, demand and supply
    shared_prefix: str  # of competencies and procedures
    organisations: tuple[SyntheticOrganisation, ...]
    places: tuple[SyntheticPlace, ...]
    sites: tuple[SyntheticSite, ...]
    services: tuple[SyntheticService, ...]
    hosts: tuple[tuple[str, str, str], ...]  # (service, place, organisation)
    teams: tuple[Team, ...]
    versions: tuple[SyntheticVersion, ...]
    equivalences: tuple[Equivalence, ...]
    agreements: tuple[Agreement, ...]
    travel_times: tuple[tuple[str, str, float], ...] = ()
    joint_posts: tuple[JointPost, ...] = ()
    inductions: tuple[tuple[str, str], ...] = ()  # (competency id, name), besides the catalogue
    # employers whose old digital passports are kept
    past_passports: tuple[str, ...] = field(default=())
    scheme: SyntheticScheme | None = None
    targets: tuple[SyntheticTarget, ...] = ()

    @cached_property
    def site(self) -> dict[str, SyntheticSite]:
        """Site id -> site."""
        return {site.id: site for site in self.sites}

    @cached_property
    def place(self) -> dict[str, SyntheticPlace]:
        """Place id -> place."""
        return {place.id: place for place in self.places}

    @cached_property
    def service(self) -> dict[str, SyntheticService]:
        """Service id -> service."""
        return {service.id: service for service in self.services}

    @cached_property
    def host(self) -> dict[tuple[str, str], str]:
        """The accountable organisation by (service, place)."""
        return {(service, place): organisation for service, place, organisation in self.hosts}

    @cached_property
    def stated_minutes(self) -> dict[tuple[str, str], float]:
        """Journeys whose time is stated: (from site id, to site id) -> [minutes]."""
        return {(origin, goal): minutes for origin, goal, minutes in self.travel_times}

    def host_of(self, service_id: str, site_id: str) -> str:
        """Who is accountable for this service at this site."""
        return self.host[(service_id, self.site[site_id].place_id)]

    def minutes(self, origin: str, goal: str) -> float:
        """Travel time between two sites by the contract's rule [min]."""
        if origin == goal:
            return 0.0
        stated = self.stated_minutes.get((origin, goal), self.stated_minutes.get((goal, origin)))
        if stated is not None:
            return stated
        return great_circle_km(self.site[origin], self.site[goal]) * DETOUR / KM_AN_HOUR * 60


def great_circle_km(one: SyntheticSite, other: SyntheticSite) -> float:
    """Distance as the crow flies [km]."""
    north, south = radians(one.latitude), radians(other.latitude)
    rise = sin((south - north) / 2) ** 2
    run = cos(north) * cos(south) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(rise + run))
