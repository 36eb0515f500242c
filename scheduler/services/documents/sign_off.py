"""How approval stands, as a document for programs."""

from dataclasses import asdict
from typing import Any

from scheduler.domain.approval import StepStanding
from scheduler.services.sign_off.standing import SignOffState


def step_document(one: StepStanding) -> dict[str, Any]:
    """How one step of the scheme stands, for a program. Hours are minutes in `share`."""
    return {
        "organisation_id": one.organisation_id,
        "step": one.step,
        "standing": one.standing,
        "mark": one.share.digests[one.step],
        "share": {k: v for k, v in asdict(one.share).items() if k != "digests"},
        "posts": [post.id for post in one.posts],
        "beyond_all": one.beyond_all,
        "last": None if one.last is None else {**asdict(one.last), "at": one.last.at.isoformat()},
    }


def state_document(state: SignOffState) -> dict[str, Any]:
    """How the approval of a roster stands, for a program."""
    return {
        "roster_id": state.header.id,
        "edition": state.header.edition,
        "scheme": state.scheme is not None,
        "complete": state.complete,
        "steps": [step_document(one) for one in state.steps],
    }
