"""Organisations, and where their services are."""

from typing import Literal

from sqlmodel import Field

from scheduler.domain.facts.fact import (
    Day,
    Fact,
    Id,
    Number,
    OptionalDay,
    OptionalId,
    Text,
    Whole,
)

OrganisationKind = Literal[
    "nhs_trust", "ambulance_trust", "cic", "local_authority", "charity", "primary_care"
]


class Collaborative(Fact):
    """A partnership that rosters together. It employs nobody."""

    file = "collaborative"

    id: Id = Field(description="short code of the partnership")
    name: Text = Field(description="its name")


class Organisation(Fact):
    """A body that employs staff or hosts services."""

    file = "organisation"

    id: Id = Field(description="ODS code where there is one")
    name: Text = Field(description="its name")
    kind: OrganisationKind = Field(description="kind of body")


class Membership(Fact):
    """An organisation belongs to a collaborative. Gives meaning to a passport without a host."""

    file = "membership"
    key = ("collaborative_id", "organisation_id", "from_date")
    references = {"collaborative_id": "collaborative", "organisation_id": "organisation"}
    one_at_a_time = ("collaborative_id", "organisation_id")

    collaborative_id: Id = Field(description="the partnership")
    organisation_id: Id = Field(description="the member")
    from_date: Day = Field(description="first day of membership")
    to_date: OptionalDay = Field(
        default=None, description="last day; empty = open, without a last day"
    )


class Place(Fact):
    """A part of the collaborative's area with a population of its own."""

    file = "place"
    references = {"collaborative_id": "collaborative"}

    id: Id = Field(description="short code of the place")
    collaborative_id: Id = Field(description="the partnership that serves it")
    name: Text = Field(description="its name")
    population: Whole = Field(ge=0, description="people who live there [people]")
    need_weight: Number = Field(
        ge=1, description="how much more a gap hurts here [factor, 1 or more]"
    )


class Site(Fact):
    """Where work is done or where a person is based."""

    file = "site"
    references = {"place_id": "place"}

    id: Id = Field(description="short code of the site")
    name: Text = Field(description="its name")
    place_id: Id = Field(description="the place it lies in")
    postcode: Text = Field(description="its postcode")
    latitude: Number = Field(ge=49, le=61, description="WGS84, within Great Britain [degrees]")
    longitude: Number = Field(ge=-9, le=2, description="WGS84, within Great Britain [degrees]")


class TravelTime(Fact):
    """A measured journey; a missing direction is read from the other one."""

    file = "travel_time"
    required_file = False
    key = ("from_site_id", "to_site_id")
    references = {"from_site_id": "site", "to_site_id": "site"}

    from_site_id: Id = Field(description="where the journey begins")
    to_site_id: Id = Field(description="where it ends")
    minutes: Number = Field(ge=0, description="how long it takes [minutes]")


class Service(Fact):
    """Something that the collaborative does for its population."""

    file = "service"
    references = {"collaborative_id": "collaborative"}

    id: Id = Field(description="short code of the service")
    collaborative_id: Id = Field(description="the partnership that runs it")
    name: Text = Field(description="its name")


class ServiceHost(Fact):
    """Who is accountable for a service in a place: exactly one organisation."""

    file = "service_host"
    key = ("service_id", "place_id")
    references = {"service_id": "service", "place_id": "place", "organisation_id": "organisation"}

    service_id: Id = Field(description="the service")
    place_id: Id = Field(description="the place")
    organisation_id: Id = Field(description="the host: accountable for the service in this place")


class ServiceContact(Fact):
    """Whom somebody at work calls: a desk or a post that answers, never a person's own number."""

    file = "service_contact"
    required_file = False
    key = ("organisation_id", "service_id", "place_id")
    references = {
        "organisation_id": "organisation",
        "service_id": "service",
        "place_id": "place",
    }

    organisation_id: Id = Field(
        description="whose desk it is: the host of the work, or an employer"
    )
    service_id: OptionalId = Field(
        default=None, description="optional: only for this service; empty = for any"
    )
    place_id: OptionalId = Field(
        default=None, description="optional: only in this place; empty = in any"
    )
    name: Text = Field(description="what it is called, such as Duty desk")
    phone: Text = Field(description="its telephone number")
