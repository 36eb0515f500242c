"""Approval of a roster by the organisations that are accountable for it: what of it is each one's,
who may approve that, and how it stands.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal, assert_never

from scheduler.domain.barrier import live
from scheduler.domain.clock import public_holidays
from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import LONDON, ApprovalPost, ApprovalScheme, ApprovalStep
from scheduler.domain.roster import AssignmentLine, VacancyLine

STEPS: tuple[ApprovalStep, ...] = ("bank", "approve")
"""In the order in which they are taken."""
TEMPORARY = ("bank", "agency")
Verdict = Literal["approved", "refused", "taken_back"]


# --- what of a roster is whose


@dataclass(frozen=True)
class ApprovalShare:
    """What of a roster an organisation is accountable for: the lines that it lends or hosts, and
    the places of its services that are empty.

    Hours are paid hours. `beyond`: those beyond contracts, extra, overtime, bank and agency;
    `pence`: what all its lines cost beyond contracted pay; `empty`: required hours without anybody.
    `digests`: step -> a mark of what that step approves; the same for the same. `work`: a mark of
    who does what of its lines, whatever that costs by the facts of now.
    """

    organisation_id: str
    shifts: int
    lent: float
    hosted: float
    beyond: float
    pence: int
    empty: float
    digests: Mapping[ApprovalStep, str]
    work: str

    def hours_of(self, step: ApprovalStep) -> float:
        """What a post's limit of hours is held against."""
        return self.empty if step == "bank" else self.beyond


Work = tuple[str, float]
"""(who hosts a demand, paid hours of one place of it)"""


def shares(
    period: Sequence[object],
    lines: Iterable[AssignmentLine],
    vacancies: Iterable[VacancyLine],
    work: Callable[[str], Work],
) -> dict[str, ApprovalShare]:
    """Organisation -> what of a roster is its own. `period`: of what the roster is; `work`: of a
    demand id.
    """
    own: dict[str, list[AssignmentLine]] = defaultdict(list)
    empty: dict[str, list[VacancyLine]] = defaultdict(list)
    for line in lines:
        for organisation_id in {line.employer_organisation_id, line.host_organisation_id}:
            own[organisation_id].append(line)
    for vacancy in vacancies:
        empty[work(vacancy.demand_id)[0]].append(vacancy)
    return {
        each: _share(period, each, own[each], empty[each], work)
        for each in sorted(own.keys() | empty.keys())
    }


def _share(
    period: Sequence[object],
    organisation_id: str,
    lines: Sequence[AssignmentLine],
    vacancies: Sequence[VacancyLine],
    work: Callable[[str], Work],
) -> ApprovalShare:
    def hours(some: Iterable[AssignmentLine]) -> float:
        return round(sum(line.paid_minutes for line in some) / 60, 2)

    apart = [line for line in lines if line.employer_organisation_id != line.host_organisation_id]
    # whoever fills what was left empty does not undo that it might go to the bank
    staff = [line for line in lines if line.pay not in TEMPORARY]
    begin = [*map(str, period), organisation_id]
    return ApprovalShare(
        organisation_id,
        shifts=len(lines),
        lent=hours(line for line in apart if line.employer_organisation_id == organisation_id),
        hosted=hours(line for line in lines if line.host_organisation_id == organisation_id),
        beyond=round(sum(line.paid_minutes - line.contracted_minutes for line in lines) / 60, 2),
        pence=sum(line.cost_pence for line in lines),
        empty=round(sum(v.missing * work(v.demand_id)[1] for v in vacancies), 2),
        digests={
            "bank": _digest(begin, staff, ()),
            "approve": _digest(begin, lines, vacancies),
        },
        work=_mark([begin, sorted(map(_who_does_what, lines))]),
    )


def _who_does_what(line: AssignmentLine) -> list[str]:
    who = line.staff_id or line.temporary_supply_id or ""
    return [who, line.contract_id or "", line.demand_id]


def _digest(
    begin: Sequence[str], lines: Iterable[AssignmentLine], vacancies: Iterable[VacancyLine]
) -> str:
    """Of what the lines say, in whichever order and of whichever roster they are."""
    told = sorted(_told(line.model_dump(mode="json")) for line in lines)
    missing = sorted((vacancy.demand_id, vacancy.missing) for vacancy in vacancies)
    return _mark([begin, told, missing])


def _mark(of: object) -> str:
    return sha256(json.dumps(of, separators=(",", ":")).encode()).hexdigest()


def _told(line: Mapping[str, object]) -> str:
    return json.dumps({name: line[name] for name in sorted(line) if name != "roster_id"})


# --- who may


@dataclass(frozen=True)
class Scheme:
    """The scheme of one collaborative on one day. `away`: ids of posts whose holder is away."""

    terms: ApprovalScheme
    posts: tuple[ApprovalPost, ...]
    away: frozenset[str]

    @classmethod
    def of(cls, dataset: Dataset, collaborative_id: str, day: date) -> "Scheme | None":
        """None where a collaborative has none."""
        for terms in dataset.approval_scheme:
            if terms.collaborative_id == collaborative_id:
                own = [p for p in dataset.approval_post if p.collaborative_id == collaborative_id]
                away = {row.post_id for row in dataset.post_absence if live(row, day)}
                return cls(terms, tuple(own), frozenset(away))
        return None

    def steps_of(self, organisation_id: str) -> tuple[ApprovalStep, ...]:
        """What an organisation has to take, in order."""
        powers = {post.power for post in self.posts if post.organisation_id == organisation_id}
        return tuple(step for step in STEPS if step in powers)

    def posts_for(self, organisation_id: str, step: ApprovalStep) -> tuple[ApprovalPost, ...]:
        """Those of an organisation that act for a step today: deputies only where whom they stand
        in for is away.
        """
        return tuple(
            post
            for post in self.posts
            if post.organisation_id == organisation_id and post.power == step and self.acts(post)
        )

    def acts(self, post: ApprovalPost) -> bool:
        """Whether a post acts today."""
        return post.id not in self.away and (
            post.deputy_for is None or post.deputy_for in self.away
        )

    @property
    def backstops(self) -> tuple[ApprovalPost, ...]:
        """Those that decide today what the organisations do not settle."""
        return tuple(post for post in self.posts if post.power == "backstop" and self.acts(post))


def within(post: ApprovalPost, share: ApprovalShare, step: ApprovalStep) -> bool:
    """Whether what is to be approved lies within a post's limits."""
    hours, pounds = share.hours_of(step), share.pence / 100
    return (post.most_hours is None or hours <= post.most_hours) and (
        step == "bank" or post.most_pounds is None or pounds <= post.most_pounds
    )


# --- how it stands


@dataclass(frozen=True)
class SignOff:
    """One answer of an organisation to one step, as it was given. `digest`: what it was about;
    `post_id`: as whom; `dispute_id`: the dispute that it ends, where the backstop has given it in
    the organisation's place.
    """

    id: int
    roster_id: str
    collaborative_id: str
    organisation_id: str
    step: ApprovalStep
    verdict: Verdict
    digest: str
    edition: int
    hours: float
    pence: int
    post_id: str
    account: str
    behind: str
    at: datetime
    reason: str = ""
    dispute_id: int | None = None


Standing = Literal["waits", "approved", "refused", "changed"]


@dataclass(frozen=True)
class StepStanding:
    """How one organisation's step stands. `last`: the answer that says so; of what has `changed`,
    the approval that it had before; `posts`: who could approve it today, their limits kept;
    `beyond_all`: it has posts, and what there is to approve lies beyond the limits of all.
    """

    organisation_id: str
    step: ApprovalStep
    standing: Standing
    share: ApprovalShare
    last: SignOff | None = None
    posts: tuple[ApprovalPost, ...] = ()
    beyond_all: bool = False


def standings(
    scheme: Scheme, found: Mapping[str, ApprovalShare], answers: Sequence[SignOff]
) -> tuple[StepStanding, ...]:
    """Every step that has to be taken. `answers`: in the order in which they were given, those to
    other versions too: what is the same is approved once.
    """
    return tuple(
        _standing(scheme, share, step, answers)
        for share in found.values()
        for step in scheme.steps_of(share.organisation_id)
    )


def _standing(
    scheme: Scheme, share: ApprovalShare, step: ApprovalStep, answers: Sequence[SignOff]
) -> StepStanding:
    organisation_id = share.organisation_id
    own = [a for a in answers if (a.organisation_id, a.step) == (organisation_id, step)]
    posts = scheme.posts_for(organisation_id, step)
    able = tuple(post for post in posts if within(post, share, step))

    def stands(standing: Standing, last: SignOff | None = None) -> StepStanding:
        beyond_all = bool(posts) and not able
        return StepStanding(
            organisation_id, step, standing, share, last=last, posts=able, beyond_all=beyond_all
        )

    same = [a for a in own if a.digest == share.digests[step]]
    if same:
        last = same[-1]
        return stands("waits" if last.verdict == "taken_back" else last.verdict, last)
    approved = [a for a in own if a.verdict == "approved"]
    return stands("changed", approved[-1]) if approved else stands("waits")


def complete(found: Iterable[StepStanding]) -> bool:
    """Whether all that the scheme asks for is approved."""
    return all(one.standing == "approved" for one in found)


# --- disputes


DisputeDeed = Literal["raised", "answered", "insisted", "settled", "decided"]


@dataclass(frozen=True)
class DisputeEvent:
    """Something that was said in a dispute. `upheld`: of a decision, whether the refusal stands;
    `change_set`: the change of facts that it has become.
    """

    number: int
    deed: DisputeDeed
    at: datetime
    account: str
    organisation_id: str
    words: str
    upheld: bool | None = None
    change_set: int | None = None


DisputeState = Literal["open", "answered", "escalated", "settled", "decided"]


@dataclass(frozen=True)
class Dispute:
    """A refusal, with what it is about as it was then: the roster's edition, its facts and policy
    and the version of the rules. `due`: until when it waits for an answer.
    """

    id: int
    roster_id: str
    collaborative_id: str
    organisation_id: str
    step: ApprovalStep
    digest: str
    edition: int
    snapshot_sha256: str
    policy_sha256: str
    rules_version: str
    demand_ids: tuple[str, ...]
    answer_days: int
    events: tuple[DisputeEvent, ...]

    @property
    def due(self) -> datetime:
        """Until when what was said last waits; after that it is the backstop's."""
        return due_after(self.events[-1].at, self.answer_days)

    def state(self, now: datetime) -> DisputeState:
        """What is neither answered nor taken up in time is the backstop's."""
        match self.events[-1].deed:
            case "raised":
                return "escalated" if now > self.due else "open"
            case "answered":
                return "escalated" if now > self.due else "answered"
            case "insisted":
                return "escalated"
            case "settled":
                return "settled"
            case "decided":
                return "decided"
            case _:
                assert_never(self.events[-1].deed)

    def waits_until(self, now: datetime) -> datetime:
        """When whoever has to act now should have done so: of what nobody took up in time, the
        backstop.
        """
        lapsed = self.state(now) == "escalated" and self.events[-1].deed != "insisted"
        return due_after(self.due, self.answer_days) if lapsed else self.due

    def overdue(self, now: datetime) -> bool:
        """Whether somebody has let it wait longer than the scheme lets anything wait."""
        return self.state(now) == "escalated" and now > self.due


def due_after(at: datetime, working_days: int) -> datetime:
    """The end of the working day, in London, by which something is due that was said at a moment:
    days on which it was said, weekends and public holidays do not count.
    """
    day = at.astimezone(LONDON).date()
    for _ in range(working_days):
        day = next(_working_days_after(day))
    return datetime.combine(day + timedelta(days=1), time(), LONDON)


def _working_days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in public_holidays(day.year):
            yield day
