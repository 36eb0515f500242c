"""What goes wrong, as problem documents (RFC 9457): the sentence that a person would be shown, and
what belongs to it in parts.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from scheduler.domain.errors import (
    BadInput,
    BadRequest,
    NotFound,
    NothingKeepsTheRules,
    NotPermitted,
    OtherEdition,
    RosterRefused,
    SchedulerError,
    Unavailable,
)
from scheduler.domain.wording import printable
from scheduler.engine.request_ids import request_id
from scheduler.services.accounts.accounts import NotSignedIn
from scheduler.services.data.import_export import ToConfirm
from scheduler.services.edit.edit import ChangedMeanwhile, Refused
from scheduler.services.publish.publish import DoesNotStand, NeedsReason, NotSignedOff

KIND = "application/problem+json"
TRY_AGAIN = "5"
"""Seconds."""
MOST_FAULTS = 100
LONGEST_VALUE = 200
"""Characters of what was sent that are said again."""


class FaultShape(BaseModel):
    """One thing in what was sent that cannot be taken."""

    file: str = Field(description="the file of facts; `query`, `path`, `header` or `body`")
    row: int = Field(description="of the file, its header is row 1; 0: the whole")
    column: str = Field(description="the column, or where in what was sent")
    value: str
    expected: str


class ProblemDocument(BaseModel):
    """Why something was not done."""

    type: str = Field(description="what kind of problem, the same for all of its kind")
    title: str
    status: int
    detail: str = Field(description="a sentence for a person, who can act on it")
    request_id: str | None = Field(
        default=None, description="by which whoever runs the server finds it in the log"
    )
    faults: list[FaultShape] | None = Field(default=None, description="each at once")
    broken: list[dict[str, Any]] | None = Field(default=None, description="the rules in its way")
    findings: list[str] | None = Field(default=None, description="what of the roster does not hold")
    waiting: list[dict[str, Any]] | None = Field(default=None, description="who has to approve")
    would_withdraw: list[dict[str, str]] | None = Field(
        default=None, description="rows that an import would withdraw, the first hundred"
    )


# the first that fits
KINDS: tuple[tuple[type[SchedulerError], int, str, str], ...] = (
    (NotSignedIn, 401, "not-signed-in", "Who asks is not known"),
    (NotPermitted, 403, "not-permitted", "That may not be done with this token"),
    (NotFound, 404, "not-found", "There is no such thing"),
    (OtherEdition, 412, "other-edition", "It has changed since it was read"),
    (Refused, 409, "breaks-rules", "It would break what must hold"),
    (ChangedMeanwhile, 409, "changed-meanwhile", "The same was changed meanwhile"),
    (ToConfirm, 409, "to-confirm", "It would withdraw what is stored"),
    (DoesNotStand, 409, "does-not-stand", "The roster does not stand"),
    (NeedsReason, 409, "needs-reason", "It takes a reason"),
    (NotSignedOff, 409, "not-signed-off", "Not all have approved it"),
    (RosterRefused, 409, "refused-by-the-check", "The independent check refuses it"),
    (NothingKeepsTheRules, 409, "facts-clash", "No roster keeps all rules"),
    (Unavailable, 503, "unavailable", "The database is not available at the moment"),
    (BadInput, 422, "faults", "What was sent has faults"),
    (BadRequest, 400, "no-meaning", "The request has no meaning"),
)
TYPE = "urn:workforce-deployment-scheduler:problem:"


def problem_of(error: SchedulerError) -> ProblemDocument:
    """An error as a problem document."""
    status, kind, title = next(
        ((status, kind, title) for of, status, kind, title in KINDS if isinstance(error, of)),
        (409, "refused", "It was refused"),
    )
    more: dict[str, Any] = {}
    match error:
        case BadInput():
            more["faults"] = [
                {name: value for name, value in asdict(fault).items() if name != "more"}
                for fault in error.faults
            ]
        case Refused():
            more["broken"] = [
                {"rule": one.rule, "title": one.title, "sentence": str(one.sentence)}
                for one in error.effect.broken
            ]
        case DoesNotStand():
            more["findings"] = [str(finding.whole) for finding in error.findings]
        case ToConfirm():
            more["would_withdraw"] = [
                {"file": fact.file, **fact.cells()} for fact in error.gone[:MOST_FAULTS]
            ]
        case NotSignedOff():
            more["waiting"] = [
                {"organisation_id": step.organisation_id, "step": step.step}
                for step in error.state.waiting
            ]
    return ProblemDocument(type=TYPE + kind, title=title, status=status, detail=str(error), **more)


def answer(problem: ProblemDocument, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem document as it goes out, with the id of the request."""
    said = problem.model_copy(update={"request_id": request_id()})
    return JSONResponse(
        said.model_dump(exclude_none=True), said.status, headers=headers, media_type=KIND
    )


def plain(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem of HTTP itself, such as an address at which there is nothing."""
    title = HTTPStatus(status).phrase
    kind = title.lower().replace(" ", "-")
    return answer(
        ProblemDocument(type=TYPE + kind, title=title, status=status, detail=detail), headers
    )


def documented(words: str) -> dict[str, Any]:
    """How the description of the API says that a problem document may come."""
    shape = {"schema": {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}}
    return {"model": ProblemDocument, "content": {KIND: shape}, "description": words}


def told_in(api: FastAPI) -> None:
    """Let an API answer whatever goes wrong by problem documents."""

    @api.exception_handler(SchedulerError)
    def refused(request: Request, error: SchedulerError) -> JSONResponse:
        problem = problem_of(error)
        headers = {}
        if problem.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if problem.status == 503:
            headers["Retry-After"] = TRY_AGAIN
        return answer(problem, headers)

    @api.exception_handler(RequestValidationError)
    def no_such_shape(request: Request, error: RequestValidationError) -> JSONResponse:
        found = error.errors()
        faults = [_fault(one) for one in found[:MOST_FAULTS]]
        words = "What was sent is not of the shape that is expected."
        if len(found) > len(faults):
            words += f" {len(found):,} faults, of which the first {len(faults)} are listed."
        problem = ProblemDocument(
            type=TYPE + "faults",
            title="What was sent has faults",
            status=422,
            detail=words,
            faults=faults,
        )
        return answer(problem)

    @api.exception_handler(HTTPException)
    def of_http(request: Request, error: HTTPException) -> JSONResponse:
        words = {
            404: "There is nothing at this address. The description of all of them is at"
            " /api/v1/openapi.json.",
            405: f"{request.method} has no meaning at this address.",
        }
        detail = words.get(error.status_code, str(error.detail))
        return plain(error.status_code, detail, error.headers)

    @api.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        # without the request: an address may name a person
        logging.getLogger(__name__).error("A fault of the program's own.", exc_info=error)
        words = "A fault of the program's own. Nothing was half done; its log says more."
        return plain(500, words)


def _fault(one: Mapping[str, Any]) -> FaultShape:
    where, *path = one["loc"]
    value = "" if where == "body" and not path else repr(one.get("input", ""))
    return FaultShape(
        file=str(where),
        row=0,
        column=".".join(map(str, path)),
        value=printable(value[:LONGEST_VALUE]),
        expected=printable(str(one["msg"])),
    )
