"""Who approves rosters: a scheme of delegation between organisations of which none employs the
others' staff.
"""

from typing import Literal, Self, get_args

from pydantic import model_validator
from sqlmodel import Field

from scheduler.domain.facts.fact import (
    Day,
    Fact,
    Id,
    OptionalDay,
    OptionalId,
    OptionalNumber,
    Text,
    Whole,
    YesNo,
)

ApprovalStep = Literal["bank", "approve"]
"""`bank`: its own people are rostered as well as can be, what is left may go to the bank.
`approve`: the roster may be published.
"""
PostPower = Literal["bank", "approve", "backstop"]


class ApprovalScheme(Fact):
    """What members of a collaborative have agreed on how rosters are approved. No row = one
    approver of all members publishes.
    """

    file = "approval_scheme"
    required_file = False
    key = ("collaborative_id",)
    references = {"collaborative_id": "collaborative"}

    collaborative_id: Id = Field(description="whose scheme it is")
    notice_days: Whole = Field(
        ge=0,
        description="published work changed nearer than this to its beginning: short notice [days]",
    )
    answer_days: Whole = Field(
        gt=0, description="a refusal is answered within so many working days [days]"
    )
    unseen_hours: Whole = Field(
        ge=0,
        description=(
            "who has not seen a change so long before the shift is told of to managers [hours]"
        ),
    )


class ApprovalPost(Fact):
    """A post that may approve. Who holds it is said by a grant of access, never here.

    An organisation has to take those steps for which it has a post. The backstop is of the
    collaborative and decides what the organisations do not settle.
    """

    file = "approval_post"
    required_file = False
    references = {
        "collaborative_id": "collaborative",
        "organisation_id": "organisation",
        "deputy_for": "approval_post",
    }

    id: Id = Field(description="short code")
    name: Text = Field(description="name of the post, never of a person")
    collaborative_id: Id = Field(description="in whose scheme")
    power: PostPower = Field(
        description="fit to go to the bank, approve for publication, or decide disputes"
    )
    organisation_id: OptionalId = Field(
        default=None, description="for which organisation it approves; empty = the backstop"
    )
    most_hours: OptionalNumber = Field(
        default=None,
        ge=0,
        description=(
            "up to so many: for bank, required hours left empty; for approve, hours beyond contract"
            " [hours]; empty = any"
        ),
    )
    most_pounds: OptionalNumber = Field(
        default=None,
        ge=0,
        description="up to so much beyond contracted pay in one roster [£]; empty = any",
    )
    deputy_for: OptionalId = Field(
        default=None, description="it acts only while that post is away; empty = always"
    )

    @model_validator(mode="after")
    def the_backstop_is_of_no_member(self) -> Self:
        if self.power == "backstop" and self.organisation_id is not None:
            raise ValueError("organisation_id|empty for a backstop, which is of all members")
        if self.power != "backstop" and self.organisation_id is None:
            raise ValueError("organisation_id|the organisation for which the post approves")
        if self.deputy_for == self.id:
            raise ValueError("deputy_for|another post")
        return self


class PostAbsence(Fact):
    """Dates on which whoever holds a post is away, so that deputies act. Why is nobody's
    business here.
    """

    file = "post_absence"
    required_file = False
    key = ("post_id", "from_date")
    references = {"post_id": "approval_post"}

    post_id: Id = Field(description="the post")
    from_date: Day = Field(description="first date")
    to_date: OptionalDay = Field(default=None, description="last date; empty = open")


RequestKind = Literal["sick", "leave", "wish", "pattern", "consent"]
"""What staff tell of themselves: `consent` to work for other hosts, and the longest journey."""
REQUEST_KINDS: tuple[RequestKind, ...] = get_args(RequestKind)


class RequestRule(Fact):
    """Whether what an organisation's staff tell of themselves becomes a fact at once, or waits for
    an answer. No row = sickness, wishes and consent at once; leave and a base pattern wait.
    """

    file = "request_rule"
    required_file = False
    key = ("organisation_id", "kind")
    references = {"organisation_id": "organisation"}

    organisation_id: Id = Field(description="whose staff; of two employers both have to agree")
    kind: RequestKind = Field(description="what they tell")
    at_once: YesNo = Field(description="yes = it is a fact at once; no = somebody answers it")
