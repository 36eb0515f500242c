"""Answers over the API: why places are empty and people work where they do, who could replace whom,
what demand can be met, what expires, what was tested, what is recharged.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi import Path as Address

from scheduler.rest.door import Asking
from scheduler.rest.paging import After, Limit, Page, page
from scheduler.rest.rosters import RosterId
from scheduler.rest.shapes import (
    AnswerHeadShape,
    Document,
    NamedShape,
    RechargesShape,
)
from scheduler.services.data.aside import aside
from scheduler.services.documents.expiries import expiries_document
from scheduler.services.documents.feasibility import feasibility_document
from scheduler.services.documents.plain import plain
from scheduler.services.documents.recharge import recharge_document
from scheduler.services.documents.replacements import replacements_document
from scheduler.services.documents.vacancies import list_document, place_document
from scheduler.services.documents.why import not_document, this_document
from scheduler.services.explain import replacements, why_person, why_vacant, why_vacant_words
from scheduler.services.explain.why_person import WhyThis
from scheduler.services.kpis.kpis import kpis
from scheduler.services.kpis.recharge_file import recharge_csv
from scheduler.services.kpis.recharge_lines import recharge_lines
from scheduler.services.outlook import expiries, feasibility
from scheduler.services.rosters.solve import Request
from scheduler.services.view import look_up
from solver.search.strategy import Limits

routes = APIRouter(tags=["answers"])
Work = Annotated[str, Query(max_length=300, description="Id of the work.")]
Person = Annotated[str, Query(max_length=200, description="Staff number.")]
Of = Annotated[str, Query(max_length=200)]
Seconds = Annotated[
    float, Query(gt=0, le=30, description="How long to search for what it would cost.")
]


@routes.get("/collaboratives")
def list_collaboratives(asking: Asking) -> list[NamedShape]:
    """Those within the token's reach."""
    return [NamedShape(id=one.id, name=one.name) for one in look_up.collaboratives(asking)]


@routes.get("/rosters/{roster_id}/vacancies")
def why_places_are_empty(asking: Asking, roster_id: RosterId) -> Document:
    """All empty required places, and the barriers behind them with the hours that each could
    fill.
    """
    return plain(list_document(aside(asking, why_vacant.why_vacancies, roster_id)))


@routes.get("/rosters/{roster_id}/vacancy")
def why_a_place_is_empty(asking: Asking, roster_id: RosterId, demand_id: Work) -> Document:
    """Who could have filled it and where they are instead, who is one barrier away, and what became
    of temporary supply.
    """
    found = aside(asking, why_vacant.why_vacancy, roster_id, demand_id)
    return plain(place_document(found, list(why_vacant_words.sentences(found))))


@routes.get("/rosters/{roster_id}/replacements")
def who_could_do_it(asking: Asking, roster_id: RosterId, demand_id: Work) -> Document:
    """Everybody who could do a piece of work, with what each would cost."""
    found = aside(asking, replacements.replacements, roster_id, demand_id)
    return plain(replacements_document(found))


@routes.get("/rosters/{roster_id}/why")
def why_somebody_does_it(
    asking: Asking, roster_id: RosterId, staff_id: Person, demand_id: Work, seconds: Seconds = 5.0
) -> Document:
    """Why somebody does a shift, or does not: every barrier and rule, or what the roster would
    lose.
    """
    found = aside(asking, why_person.why_person, roster_id, staff_id, demand_id, Limits(seconds))
    return plain(this_document(found) if isinstance(found, WhyThis) else not_document(found))


@routes.get("/feasibility")
def what_can_be_met(
    asking: Asking,
    collaborative_id: Of,
    start: date,
    days: Annotated[int, Query(ge=1, le=366)] = 7,
) -> Document:
    """Before anything is built: the hours that can be filled at most, and what nobody can fill."""
    found = aside(asking, feasibility.feasibility, Request(collaborative_id, start, days))
    return plain(feasibility_document(found))


@routes.get("/expiries")
def what_expires(
    asking: Asking,
    collaborative_id: Of,
    start: date,
    weeks: Annotated[int, Query(ge=1, le=expiries.MOST_WEEKS)] = 12,
) -> Document:
    """Which required hours become uncoverable as clearances lapse, and what to renew first."""
    found = aside(asking, expiries.expiries, collaborative_id, start, weeks)
    return plain(expiries_document(found))


@routes.get("/measures")
def how_weeks_have_gone(
    asking: Asking, collaborative_id: Of, first: date | None = None, last: date | None = None
) -> Document:
    """The measures of published weeks, with definitions and targets."""
    return plain(aside(asking, kpis, collaborative_id, first, last))


@routes.get("/recharge")
def what_is_recharged(
    asking: Asking, collaborative_id: Of, first: date | None = None, last: date | None = None
) -> RechargesShape:
    """What organisations lent each other by published rosters between two dates, and what that is
    recharged at.
    """
    document = recharge_document(aside(asking, kpis, collaborative_id, first, last))
    return RechargesShape.model_validate(document)


@routes.get(
    "/recharge/lines",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def what_is_recharged_shift_by_shift(
    asking: Asking,
    collaborative_id: Of,
    first: date | None = None,
    last: date | None = None,
    organisation_id: Annotated[
        str | None, Query(max_length=200, description="Only what this one lends or borrows.")
    ] = None,
) -> Response:
    """A CSV file with a line for each lent shift that begins on these dates, both included, for the
    finance departments of both sides. A line's `entry_id` is never to be paid twice.
    """
    found = aside(
        asking, recharge_lines, collaborative_id, first, last, organisation_id=organisation_id
    )
    return Response(
        recharge_csv(found.pairs),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="recharge.csv"'},
    )


@routes.get("/answers")
def list_answers(
    asking: Asking,
    collaborative_id: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[AnswerHeadShape]:
    """What was tested, the newest first: asked for as jobs."""
    found = look_up.comparisons(asking, collaborative_id)
    some, next_one = page(found, lambda one: one.id, limit, after)
    heads = [
        AnswerHeadShape(
            answer_id=one.id,
            kind=one.kind,
            collaborative_id=one.collaborative_id,
            start=one.start,
            days=one.days,
            created_at=one.created_at,
        )
        for one in some
    ]
    return Page(items=heads, next=next_one)


@routes.get("/answers/{answer_id}")
def read_answer(asking: Asking, answer_id: Annotated[str, Address(max_length=300)]) -> Document:
    """Scenarios side by side, what barriers are worth, a frontier, steps, or what partners gain."""
    return plain(look_up.comparison(asking, answer_id))
