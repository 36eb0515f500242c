"""Stored rosters over the API: looked at, compared, approved, published."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi import Path as Address

from scheduler.rest.door import Asking
from scheduler.rest.paging import After, Limit, Page, page
from scheduler.rest.shapes import (
    AnswerGiven,
    Document,
    PublishedShape,
    PublishGiven,
    RosterHeadShape,
    RosterShape,
    SignOffShape,
    WithdrawGiven,
)
from scheduler.rest.tags import OTHER, EditionRead, tag_of
from scheduler.services.accounts.gate import allowed
from scheduler.services.data.aside import aside
from scheduler.services.documents.plain import plain
from scheduler.services.documents.rosters import header_document
from scheduler.services.documents.sign_off import state_document
from scheduler.services.publish import preview, publish, withdraw
from scheduler.services.sign_off import answer, offer
from scheduler.services.sign_off.standing import sign_off_state
from scheduler.services.versions import difference
from scheduler.services.view import look_up

routes = APIRouter(prefix="/rosters", tags=["rosters"])
RosterId = Annotated[str, Address(max_length=300)]
OnlyId = Annotated[str | None, Query(max_length=200)]


@routes.get("")
def list_rosters(
    asking: Asking,
    collaborative_id: OnlyId = None,
    status: Literal["draft", "published", "superseded", "withdrawn"] | None = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[RosterHeadShape]:
    """Stored rosters without their shifts, the newest period first."""
    found = look_up.rosters(asking, collaborative_id)
    wanted = [header for header in found if status in (None, header.status)]
    some, next_one = page(wanted, lambda header: header.id, limit, after)
    return Page(
        items=[RosterHeadShape.model_validate(header_document(header)) for header in some],
        next=next_one,
    )


@routes.get("/{roster_id}")
def read_roster(
    asking: Asking,
    response: Response,
    roster_id: RosterId,
    staff_id: OnlyId = None,
    day: Annotated[date | None, Query(alias="date")] = None,
    service_id: OnlyId = None,
    place_id: OnlyId = None,
    organisation_id: OnlyId = None,
) -> RosterShape:
    """A roster with its shifts and empty places, or those shifts that are asked for. Its ETag goes
    into `If-Match` where it is changed or published.
    """
    wanted = look_up.Wanted(staff_id, day, service_id, place_id, organisation_id)
    view = look_up.roster_view(asking, roster_id, wanted)
    header = view.stored.header
    document = {
        **header_document(header),
        "edition": header.edition,
        "summary": view.document.summary,
        "assignments": [line.model_dump(mode="json") for line in view.lines],
        "vacancies": [vacancy.model_dump(mode="json") for vacancy in view.document.vacancies],
    }
    response.headers["ETag"] = tag_of(document, header.edition)
    return RosterShape.model_validate(document)


@routes.get("/{roster_id}/difference/{other_id}")
def compare_rosters(asking: Asking, roster_id: RosterId, other_id: RosterId) -> Document:
    """What differs from one roster to another, for people, in places and in money, on the dates
    that both cover.
    """
    return plain(difference.to_json(aside(asking, difference.difference, roster_id, other_id)))


# --- approval


@routes.get("/{roster_id}/sign-off")
def how_approval_stands(asking: Asking, roster_id: RosterId) -> SignOffShape:
    """Who has to approve it, and who has."""
    return SignOffShape.model_validate(plain(state_document(sign_off_state(asking, roster_id))))


@routes.post("/{roster_id}/sign-off", responses=OTHER)
def answer_for_an_organisation(
    asking: Asking, roster_id: RosterId, given: AnswerGiven
) -> SignOffShape:
    """Approve a roster for an organisation, refuse it, or take an approval back. A refusal says why
    and may name the work that it is about; it opens a dispute.
    """
    match given.answer:
        case "approve":
            found = answer.approve(
                asking, roster_id, given.organisation_id, given.step, seen=given.seen
            )
        case "refuse":
            found = answer.refuse(
                asking,
                roster_id,
                given.organisation_id,
                given.step,
                given.reason,
                demand_ids=given.demand_ids,
                seen=given.seen,
            )
        case "take_back":
            found = answer.take_back(
                asking, roster_id, given.organisation_id, given.step, given.reason
            )
    return SignOffShape.model_validate(plain(state_document(found.state)))


@routes.post("/{roster_id}/offer")
def offer_roster(asking: Asking, roster_id: RosterId) -> RosterHeadShape:
    """Say that a draft may be looked at and approved."""
    return RosterHeadShape.model_validate(header_document(offer.offer(asking, roster_id)))


@routes.delete("/{roster_id}/offer")
def recall_roster(asking: Asking, roster_id: RosterId) -> RosterHeadShape:
    """A draft is not to be approved yet after all."""
    return RosterHeadShape.model_validate(header_document(offer.recall(asking, roster_id)))


# --- publication


@routes.get("/{roster_id}/publication")
def what_publishing_would_change(asking: Asking, roster_id: RosterId) -> Document:
    """What publishing it would change for whom, and what stands in its way."""
    return plain(preview.to_json(aside(asking, preview.preview, roster_id)))


@routes.post("/{roster_id}/publication", responses=OTHER)
def publish_roster(
    asking: Asking, roster_id: RosterId, given: PublishGiven, edition: EditionRead
) -> PublishedShape:
    """Publish a draft that stands, or again what was withdrawn. Whom it changes something for is
    told.
    """
    whole = given.anyway is not None or allowed(asking, "publish_rosters", "roster", roster_id)
    done = (
        publish.publish(
            asking, roster_id, anyway=given.anyway, reason=given.reason, edition=edition
        )
        if whole
        else publish.publish_signed(asking, roster_id, reason=given.reason, edition=edition)
    )
    document = {
        **header_document(done.header),
        "superseded": done.superseded,
        "shortened": [header_document(header) for header in done.shortened],
    }
    return PublishedShape.model_validate(document)


@routes.post("/{roster_id}/withdrawal")
def withdraw_roster(asking: Asking, roster_id: RosterId, given: WithdrawGiven) -> RosterHeadShape:
    """Take a publication back: on its dates what was published before counts again."""
    done = withdraw.withdraw(asking, roster_id, given.reason)
    return RosterHeadShape.model_validate(header_document(done.header))
