"""The facts of the data contract: one class = one file = one table = one grid."""

from scheduler.domain.facts.clearance import (
    Competency,
    Passport,
    Procedure,
    ProcedureEquivalence,
    ProcedureSignOff,
    ProcedureVersion,
    ServiceCompetency,
    ServiceProcedure,
    SharingAgreement,
    StaffCompetency,
)
from scheduler.domain.facts.demand import (
    Demand,
    DemandTemplate,
    Leave,
    LeaveBand,
    Pin,
    Preference,
    ShiftType,
    SkillMix,
    Unavailability,
    WorkedShift,
)
from scheduler.domain.facts.fact import LONDON as LONDON
from scheduler.domain.facts.fact import Fact
from scheduler.domain.facts.geography import (
    Collaborative,
    Membership,
    Organisation,
    Place,
    Service,
    ServiceContact,
    ServiceHost,
    Site,
    TravelTime,
)
from scheduler.domain.facts.governance import REQUEST_KINDS as REQUEST_KINDS
from scheduler.domain.facts.governance import ApprovalPost, ApprovalScheme, PostAbsence, RequestRule
from scheduler.domain.facts.governance import ApprovalStep as ApprovalStep
from scheduler.domain.facts.governance import RequestKind as RequestKind
from scheduler.domain.facts.money import Enhancement, RechargeAccount, TemporarySupply
from scheduler.domain.facts.people import BAND_ORDER as BAND_ORDER
from scheduler.domain.facts.people import Contract, Role, RoleCover, Staff
from scheduler.domain.facts.targets import TARGET_MEASURES as TARGET_MEASURES
from scheduler.domain.facts.targets import MeasureTarget
from scheduler.domain.facts.targets import TargetMeasure as TargetMeasure
from scheduler.domain.facts.targets import unit_of as unit_of
from scheduler.domain.facts.working_pattern import BasePattern, ShiftSuccession, WorkLimit

FACT_TYPES: tuple[type[Fact], ...] = (
    Collaborative,
    Organisation,
    Membership,
    Place,
    Site,
    TravelTime,
    Service,
    ServiceHost,
    Role,
    RoleCover,
    Staff,
    Contract,
    Competency,
    ServiceCompetency,
    StaffCompetency,
    Procedure,
    ProcedureVersion,
    ProcedureEquivalence,
    ServiceProcedure,
    ProcedureSignOff,
    SharingAgreement,
    Passport,
    ShiftType,
    Demand,
    DemandTemplate,
    SkillMix,
    Leave,
    LeaveBand,
    Unavailability,
    Preference,
    WorkedShift,
    Pin,
    WorkLimit,
    ShiftSuccession,
    BasePattern,
    Enhancement,
    TemporarySupply,
    ApprovalScheme,
    ApprovalPost,
    PostAbsence,
    ServiceContact,
    RequestRule,
    MeasureTarget,
    RechargeAccount,
)
"""In the contract's order, which is also an order in which every reference points backwards."""

BY_FILE: dict[str, type[Fact]] = {fact_type.file: fact_type for fact_type in FACT_TYPES}
