"""The API as an application of its own, to be mounted where the pages are served."""

from fastapi import FastAPI
from fastapi.middleware import Middleware

from scheduler.rest import answers, drafts, facts, jobs, problems, rosters
from scheduler.rest.crowd import Crowd
from scheduler.rest.door import NOBODY_YET, Asking
from scheduler.rest.shapes import GrantShape, WhoShape
from scheduler.rest.tags import TagsAnswers
from scheduler.services.data.own_database import OwnDatabase

AT = "/api/v1"
VERSION = "1.0.0"
"""Of what is described here: what works with 1.0 works with all of 1. The program's own version is
another matter.
"""
DESCRIPTION = """\
Who works where, across organisations that share staff: facts, jobs, rosters, answers.

Everything that people do on the pages, for programs, under the same table of permissions: a token
(`scheduler tokens make`) speaks as an account and may do no more than that account.

Money is in pence, times are ISO 8601, rows of facts are cells by column as in the files. What goes
wrong is a problem document (RFC 9457) whose `detail` a person can read. Lists come in pieces:
`next` goes into `after`. What is read has an `ETag`; a roster's goes into `If-Match` where it is
changed or published. A request with an `Idempotency-Key` is done once, however often it is sent.
"""
TAGS = (
    ("facts", "What is known of people, organisations and demand."),
    ("jobs", "Work in the background: rosters, repairs, answers."),
    ("rosters", "Stored rosters: looked at, compared, approved, published."),
    ("drafts", "Changes by hand, checked at once against every rule."),
    ("answers", "Why, who else, what can be met, what expires, what is worth what."),
)

WHY = {
    400: "The request has no meaning.",
    401: "No token, or one that opens nothing.",
    403: "That may not be done with this token.",
    404: "There is no such thing, or none that the token may see.",
    408: "What is sent comes too slowly.",
    409: "It was refused: rules, approvals or what happened meanwhile stand against it.",
    413: "Too much was sent at once.",
    422: "What was sent has faults; all of them are listed.",
    503: "Not at the moment; `Retry-After` says when.",
}


def api(database: OwnDatabase | None = None) -> FastAPI:
    """The API over the database that is named when somebody asks."""
    made = FastAPI(
        title="Workforce deployment scheduler",
        version=VERSION,
        description=DESCRIPTION,
        openapi_tags=[{"name": name, "description": words} for name, words in TAGS],
        # a page that tries it out would load scripts from elsewhere
        docs_url=None,
        redoc_url=None,
        responses={status: problems.documented(words) for status, words in WHY.items()},
        middleware=[Middleware(Crowd), Middleware(TagsAnswers)],
        root_path_in_servers=False,
        servers=[{"url": AT}],
    )
    made.state.database = database or OwnDatabase(NOBODY_YET)
    problems.told_in(made)

    @made.get("/me", tags=["answers"])
    def who_asks(asking: Asking) -> WhoShape:
        """Who the token speaks as, and what it may."""
        actor = asking.actor
        return WhoShape(
            account_id=actor.account,
            name=actor.name,
            staff_id=actor.staff_id,
            grants=[
                GrantShape(
                    role=grant.role,
                    organisations=sorted(grant.organisations)
                    if isinstance(grant.organisations, frozenset)
                    else None,
                )
                for grant in actor.grants
            ],
        )

    for room in (facts, jobs, rosters, drafts, answers):
        made.include_router(room.routes)
    return made
