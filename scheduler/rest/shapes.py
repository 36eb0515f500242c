"""The shapes of what the API takes and gives. Money is in pence, times are ISO dates and instants,
and rows of facts are cells by column, as text, as in the files.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.domain.access import AccessRole
from scheduler.domain.facts import ApprovalStep
from scheduler.domain.reach import LONGEST_SEARCH, MOST_WORKERS
from scheduler.domain.roster import AssignmentLine, VacancyLine
from scheduler.services.facts.change import LONGEST_REASON
from scheduler.services.jobs.jobs import JobKind, JobState
from scheduler.services.scenarios.frontier import MOST_POINTS, Against, Reduce

Cells = dict[str, str]
Document = dict[str, Any]
"""An answer of which the parts are described in the documentation of its service."""
Id = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(max_length=LONGEST_REASON)]


class FromProgram(BaseModel):
    """What a program sends: a name that means nothing is a fault, and not passed over."""

    model_config = ConfigDict(extra="forbid")


# --- who asks


class GrantShape(BaseModel):
    """A role, and within which organisations."""

    role: AccessRole
    organisations: list[str] | None = Field(description="null: everywhere")


class WhoShape(BaseModel):
    """Who a token speaks as."""

    account_id: str
    name: str
    staff_id: str | None
    grants: list[GrantShape]


# --- facts


class ColumnShape(BaseModel):
    """A column of a file of facts."""

    name: str
    description: str
    required: bool
    references: str | None = Field(description="the file whose id it holds")


class FileShape(BaseModel):
    """A kind of facts."""

    file: str
    title: str
    key: list[str] = Field(description="the columns by which a row is known")
    columns: list[ColumnShape]


class ChangeGiven(FromProgram):
    """A row before and after: without `before` it is new, without `after` it is withdrawn."""

    file: Id
    before: Cells | None = None
    after: Cells | None = None


class ChangesGiven(FromProgram):
    """Changes that are made together or not at all."""

    changes: Annotated[list[ChangeGiven], Field(min_length=1, max_length=10_000)]
    why: Words = ""


class Why(FromProgram):
    """A reason, which is kept."""

    why: Words = ""


class RowChangeShape(BaseModel):
    """A row before and after a change; null where there is none."""

    file: str
    what: Literal["added", "changed", "removed"]
    before: Cells | None
    after: Cells | None


class UpsetShape(BaseModel):
    """What of a published roster does not stand any more."""

    roster: str
    sentences: list[str]


class ChangeMadeShape(BaseModel):
    """What a change comes to. `change`: the number of the change set; null where it was tried."""

    status: Literal["done", "would_do"]
    change: int | None
    rows: list[RowChangeShape]
    notes: list[str]
    upsets: list[UpsetShape]


class PastChangeShape(BaseModel):
    """A change set, with those of its rows that may be seen."""

    change: int
    at: datetime
    by: str
    why: str
    kind: str
    reverts: int | None
    reverted_by: int | None
    rows: list[RowChangeShape]
    rows_in_all: int
    hidden: int


class CountsShape(BaseModel):
    """Rows by what became of them."""

    added: int
    same: int
    replaced: int
    withdrawn: int


class NamedShape(BaseModel):
    """What people call what an id stands for."""

    id: str
    name: str


class ImportShape(BaseModel):
    """What an import brought; with `dry_run`, what it would bring, row by row."""

    status: Literal["done", "would_do"]
    change: int | None
    collaboratives: list[NamedShape]
    total: CountsShape
    files: dict[str, CountsShape]
    notes: list[str]
    rows: list[RowChangeShape]


# --- jobs


class LimitsGiven(FromProgram):
    """How long and with what each search may work."""

    seconds: Annotated[float, Field(gt=0, le=LONGEST_SEARCH)] = 60.0
    workers: Annotated[int, Field(ge=1, le=MOST_WORKERS)] = 8
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1


class AwayGiven(FromProgram):
    """Somebody who cannot work on these days."""

    staff_id: Id
    first: date
    last: date


class ScenarioGiven(FromProgram):
    """A scenario as TOML (docs/scenarios.md)."""

    name: Id
    toml: Annotated[str, Field(min_length=1, max_length=100_000)]


class OrderGiven(FromProgram):
    """What a worker is to do. `kind`: a roster (`solve`), a `repair`, or an answer: `compare`,
    `value`, `frontier`, `waterfall`, `partners`.
    """

    kind: JobKind
    collaborative_id: Id
    start: date
    days: Annotated[int, Field(ge=1, le=366)] = 7
    limits: LimitsGiven = LimitsGiven()
    policy: dict[Id, Document] | None = Field(
        default=None, description="rule id -> parameters over the default policy"
    )
    stable_against: Id | None = Field(default=None, description="of a roster: change little of it")
    scenarios: Annotated[list[ScenarioGiven], Field(max_length=20)] = Field(
        default=[], description="of compare, waterfall (in their order) and partners"
    )
    weeks: Annotated[int, Field(ge=1, le=53)] = 1
    bundle: Annotated[int, Field(ge=0, le=3)] = Field(default=0, description="of value")
    reduce: Reduce = Field(default="agency", description="of a frontier")
    against: Against = Field(default="cover", description="of a frontier")
    points: Annotated[int, Field(ge=2, le=MOST_POINTS)] = Field(
        default=20, description="of a frontier"
    )
    roster_id: Id | None = Field(default=None, description="of a repair: which roster")
    since: date | None = Field(default=None, description="of a repair: null: from now on")
    away: list[AwayGiven] = Field(default=[], description="of a repair: who cannot work")


class MilestoneShape(BaseModel):
    """How far a job was at a moment."""

    seconds: float
    phase: str
    best_pence: float | None
    bound_pence: float | None


class JobShape(BaseModel):
    """A job and how far it is."""

    job_id: str
    kind: JobKind
    state: JobState
    collaborative_id: str
    request: Document
    created_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    lease_until: datetime | None
    attempts: int
    worker: str | None
    cancel_requested: bool
    silent: bool
    seconds: float
    phase: str
    best_pence: float | None
    bound_pence: float | None
    gap: float | None
    roster_id: str | None = Field(description="what it made: /rosters/{roster_id}")
    comparison_id: str | None = Field(description="what it found: /answers/{answer_id}")
    failure: str | None
    message: str | None
    request_id: str | None = Field(
        default=None, description="of the request that ordered it, as its log lines say it"
    )
    course: list[MilestoneShape]


# --- rosters


class SpanShape(BaseModel):
    """Dates, both included."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")


class RosterHeadShape(BaseModel):
    """A stored roster without its shifts. Hours by what became of them."""

    roster_id: str
    collaborative_id: str
    start: date
    days: int
    version: int
    kind: Literal["roster", "scenario"]
    status: Literal["draft", "published", "superseded", "withdrawn"]
    created_at: datetime
    published_at: datetime | None
    in_force: list[SpanShape]
    published_anyway: Document | None
    published_reason: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    name: str | None
    reason: str
    made_from: str | None
    objective_pence: float | None
    bound_pence: float | None
    gap: float | None
    seconds: float | None
    hours: dict[str, float] | None


class RosterShape(RosterHeadShape):
    """A stored roster, or those of its shifts that were asked for."""

    edition: int
    summary: Document
    assignments: list[AssignmentLine]
    vacancies: list[VacancyLine]


class SeatGiven(FromProgram):
    """Somebody at a piece of work. `who`: a person's id, or a temporary supply's."""

    who: Id
    demand_id: Id
    contract_id: Annotated[str, Field(max_length=200)] = ""


class EditGiven(FromProgram):
    """Who leaves which work and who takes which, all of it one change. Somebody who takes work
    keeps what they do unless they leave it.
    """

    leave: Annotated[list[SeatGiven], Field(max_length=1_000)] = []
    take: Annotated[list[SeatGiven], Field(max_length=1_000)] = []
    override: Annotated[str | None, Field(max_length=LONGEST_REASON)] = Field(
        default=None, description="why a rule may be broken that the policy lets somebody break"
    )


class UndoGiven(FromProgram):
    """`undo`: a change of one's own, or `number`; `redo`: what was undone last; `published`: all of
    it as it is published.
    """

    what: Literal["undo", "redo", "published"] = "undo"
    number: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    override: Annotated[str | None, Field(max_length=LONGEST_REASON)] = None


class SeatShape(BaseModel):
    """Somebody at a piece of work: a person through a contract, or a temporary supply."""

    demand_id: str
    staff_id: str
    contract_id: str
    supply_id: str


class BrokenShape(BaseModel):
    """A rule that a change breaks; `overridable`: an approver may accept it with a reason."""

    rule: str
    title: str
    about: list[str]
    sentence: str
    overridable: bool


class PlacesShape(BaseModel):
    """Required places of a piece of work that are empty, before and after."""

    demand_id: str
    before: int
    after: int


class EffectShape(BaseModel):
    """What a change of a roster means, against as it is."""

    removed: list[SeatShape]
    added: list[SeatShape]
    broken: list[BrokenShape]
    mended: list[str]
    objective_pence: float
    cash_pence: int
    by_rule: dict[str, float]
    paid_for: list[str]
    places: list[PlacesShape]


class EditedShape(BaseModel):
    """A change that was made. `roster_id`: the draft that holds it; `fell`: what went with it since
    the facts do not name it any more. With `dry_run` nothing was made, and `change` is null.
    """

    status: Literal["done", "would_do", "would_be_refused"]
    roster_id: str
    change: int | None
    fell: list[str]
    effect: EffectShape


class EditShape(BaseModel):
    """One change of a draft by hand."""

    roster_id: str
    number: int
    kind: str
    at: datetime
    account: str
    behind: str
    removed: list[SeatShape]
    added: list[SeatShape]
    undoes: int | None
    reason: str
    overridden: list[str]
    command_id: str | None


class StepShape(BaseModel):
    """One step of the scheme, for one organisation. `mark`: of what there is to approve; send it
    back as `seen`.
    """

    organisation_id: str
    step: ApprovalStep
    standing: str
    mark: str
    share: Document
    posts: list[str]
    beyond_all: bool
    last: Document | None


class SignOffShape(BaseModel):
    """How the approval of a roster stands. `scheme`: whether the collaborative has one."""

    roster_id: str
    edition: int
    scheme: bool
    complete: bool
    steps: list[StepShape]


class AnswerGiven(FromProgram):
    """An organisation's answer. `seen`: the mark of what was looked at: refused if it is another by
    now.
    """

    organisation_id: Id
    step: ApprovalStep = "approve"
    answer: Literal["approve", "refuse", "take_back"]
    reason: Words = ""
    demand_ids: Annotated[list[Id], Field(max_length=1_000)] = []
    seen: Annotated[str | None, Field(max_length=200)] = None


class PublishGiven(FromProgram):
    """`anyway`: publish although not all of it stands, for this reason; `reason`: why published
    shifts change.
    """

    anyway: Annotated[str | None, Field(max_length=LONGEST_REASON)] = None
    reason: Annotated[str | None, Field(max_length=LONGEST_REASON)] = None


class WithdrawGiven(FromProgram):
    """Why a publication is taken back."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class PublishedShape(RosterHeadShape):
    """The roster as it stands now. `superseded`: those that count on no date any more; `shortened`:
    those that lost some dates.
    """

    superseded: list[str]
    shortened: list[RosterHeadShape]


# --- answers


class AnswerHeadShape(BaseModel):
    """What was tested, without the answer."""

    answer_id: str
    kind: Literal["compare", "value", "frontier", "waterfall", "partners"]
    collaborative_id: str
    start: date
    days: int
    created_at: datetime


class RechargeShape(BaseModel):
    """What one organisation lent another, and what that is recharged at."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    home: str = Field(alias="from")
    home_name: str = Field(alias="from_name")
    host: str = Field(alias="to")
    host_name: str = Field(alias="to_name")
    minutes: int
    recharge_pence: int


class RechargesShape(BaseModel):
    """Of published rosters, between two dates."""

    collaborative_id: str
    first: date | None = Field(description="null: nothing is published then")
    last: date | None
    pairs: list[RechargeShape]
