"""Everything that waits for whoever asks, in one list, the oldest first: worked out from how things
stand, so that nothing stays on it that is done, and nothing falls off that is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, TypeAlias

from scheduler.domain.approval import Dispute, StepStanding
from scheduler.domain.notice import Notice
from scheduler.domain.sentence import Sentence, joined, of_error, said
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import allowed, open_to_all
from scheduler.services.inbox.notices import Untold, notices, untold
from scheduler.services.inbox.request_items import (
    WaitingAnswer,
    WaitingCover,
    WaitingRequest,
    answers_unseen,
    cover_waiting,
    requests_waiting,
)
from scheduler.services.publish.preview import changes
from scheduler.services.sign_off.disputes import disputes, may_decide
from scheduler.services.sign_off.letters import next_steps, who_may
from scheduler.services.sign_off.posts import held
from scheduler.services.sign_off.standing import SignOffState, state_of
from scheduler.services.trades.approval import (
    TradeToApprove,
    trades_perhaps_to_approve,
    trades_to_approve,
)
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader

DisputeTurn = Literal["answer", "take_up", "decide"]
"""Of whoever builds rosters, of the organisation that refused, of the backstop."""


@dataclass(frozen=True)
class WaitingApproval:
    """A roster that is offered, and what one organisation has to say of it next."""

    since: datetime
    header: RosterHeader
    step: StepStanding

    @property
    def costs(self) -> dict[str, Sentence]:
        """What each answer would cost."""
        return {
            "approve": _price(self.step),
            "refuse": said(
                "a dispute: nothing is published until it is settled, and the roster {begins}.",
                begins=_begins(self.header),
            ),
        }


@dataclass(frozen=True)
class WaitingDispute:
    """Something that was refused, and waits for whoever asks. `turn`: what they can do about it;
    `step`: how what was refused stands now, None where the scheme does not ask for it any more.
    """

    since: datetime
    due: datetime
    header: RosterHeader
    dispute: Dispute
    turn: DisputeTurn
    step: StepStanding | None

    @property
    def costs(self) -> dict[str, Sentence]:
        """What each answer would cost."""
        begins = _begins(self.header)
        wait = said("nothing is published until it is settled, and the roster {b}.", b=begins)
        approved = {} if self.step is None else {"approve": _price(self.step)}
        match self.turn:
            case "answer":
                return {"answer": wait}
            case "take_up":
                return {**approved, "insist": said("the backstop decides; {wait}", wait=wait)}
            case "decide":
                change = said("the roster has to change, and it {b}.", b=begins)
                return {**approved, "uphold": change}


@dataclass(frozen=True)
class WaitingPublication:
    """A roster that all have approved. `what`: whose shifts it would make known or change."""

    since: datetime
    header: RosterHeader
    what: str

    @property
    def costs(self) -> dict[str, Sentence]:
        """What publishing it does."""
        return {"publish": Sentence.plain(self.what or "nothing changes for anybody")}


@dataclass(frozen=True)
class WaitingUntold:
    """Somebody who has to be told by a person how their near shifts have changed."""

    since: datetime
    person: Untold


@dataclass(frozen=True)
class WaitingNotice:
    """What whoever asks was told of their own shifts, and has not said yet that they know."""

    since: datetime
    notice: Notice


@dataclass(frozen=True)
class WaitingTrade:
    """Shifts that two people want to trade, or that somebody wants to take."""

    since: datetime
    waiting: TradeToApprove

    @property
    def costs(self) -> dict[str, Sentence]:
        """What each answer would cost."""
        effect, refusal = self.waiting.effect, self.waiting.refusal
        if effect is None:
            assert refusal is not None
            return {"approve": said("cannot be done any more: {why}", why=of_error(refusal))}
        stays = {"refuse": Sentence.plain("everything stays as it was.")}
        if effect.broken:
            why = effect.broken[0].sentence
            return {"approve": said("cannot be done any more: {why}", why=why), **stays}
        comes = joined(effect.paid_for, " ")
        return {"approve": said("{pay}. {comes}", pay=self.pay, comes=comes), **stays}

    @property
    def pay(self) -> str:
        """What becomes of pay: `£12.30 more pay`."""
        pence = 0 if self.waiting.effect is None else self.waiting.effect.cash_pence
        if not pence:
            return "pay stays as it is"
        return f"£{abs(pence) / 100:,.2f} {'more' if pence > 0 else 'less'} pay"


WaitingItem: TypeAlias = (
    WaitingApproval
    | WaitingDispute
    | WaitingPublication
    | WaitingTrade
    | WaitingUntold
    | WaitingNotice
    | WaitingRequest
    | WaitingCover
    | WaitingAnswer
)


@open_to_all
def inbox(repository: Repository, now: datetime | None = None) -> list[WaitingItem]:
    """All that waits for whoever asks and that they may answer, the oldest first. Of the program
    itself, which may do everything: all that waits for anybody, but people's own notices and
    answers.
    """
    moment = now or datetime.now(UTC)
    found = [
        *_quickly(repository, moment),
        *(WaitingTrade(one.trade.taken_at or one.trade.at, one) for one in _trades(repository)),
    ]
    return sorted(found, key=lambda item: item.since)


@open_to_all
def how_many(repository: Repository, now: datetime | None = None) -> int:
    """How many things wait for whoever asks, for a page that does not wait for what each trade
    means: a trade that concerns others alone may be counted too.
    """
    trades = trades_perhaps_to_approve(repository) if _approves(repository) else []
    return len(_quickly(repository, now or datetime.now(UTC))) + len(trades)


def _quickly(repository: Repository, moment: datetime) -> list[WaitingItem]:
    """All but trades, in any order."""
    found: list[WaitingItem] = [
        *_of_rosters(repository, moment),
        *_of_disputes(repository, moment),
        *(
            WaitingUntold(min(notice.at for notice in one.notices), one)
            for one in untold(repository, moment)
        ),
        *requests_waiting(repository, moment),
        *cover_waiting(repository, moment),
    ]
    own = repository.actor.staff_id
    if own is not None and allowed(repository, "see_people", "person", own):
        found += [WaitingNotice(one.at, one) for one in notices(repository, own, unseen=True)]
        found += answers_unseen(repository, own)
    return found


def _of_rosters(repository: Repository, now: datetime) -> Iterator[WaitingItem]:
    for header in repository.rosters():
        if header.offered_at is None or header.status not in ("draft", "withdrawn"):
            continue
        if header.last < now.date() or not allowed(repository, "see_rosters", "roster", header.id):
            continue
        state = state_of(repository, header.id)
        if state.scheme is None:
            continue
        yield from _approvals(repository, state)
        if state.complete and allowed(repository, "publish_signed_rosters", "roster", header.id):
            last = max((one.last.at for one in state.steps if one.last), default=header.offered_at)
            what = changes(repository, repository.roster(header.id), date.today()).what
            yield WaitingPublication(max(header.offered_at, last), header, what)


def _approvals(repository: Repository, state: SignOffState) -> Iterator[WaitingApproval]:
    header, scheme = state.header, state.scheme
    assert scheme is not None
    assert header.offered_at is not None
    for step in next_steps(state):
        if not allowed(repository, "sign_off", "organisation", step.organisation_id):
            continue
        if not held(repository, who_may(scheme, step)):
            continue
        earlier = [
            one.last.at
            for one in state.steps
            if one.organisation_id == step.organisation_id and one is not step and one.last
        ]
        yield WaitingApproval(max([header.offered_at, *earlier]), header, step)


def _trades(repository: Repository) -> list[TradeToApprove]:
    """Those that whoever asks may approve; whoever approves nothing is not made to wait for it."""
    return trades_to_approve(repository) if _approves(repository) else []


def _approves(repository: Repository) -> bool:
    actor = repository.actor
    return actor.ever_may("sign_off") or actor.ever_may("publish_rosters")


def _of_disputes(repository: Repository, now: datetime) -> Iterator[WaitingDispute]:
    headers: dict[str, RosterHeader] | None = None
    for dispute in disputes(repository):
        turn = _turn(repository, dispute, now)
        if turn is None:
            continue
        if headers is None:
            headers = {header.id: header for header in repository.rosters()}
        header = headers.get(dispute.roster_id)
        if header is not None:
            step = state_of(repository, header.id).step(dispute.organisation_id, dispute.step)
            last = dispute.events[-1].at
            yield WaitingDispute(last, dispute.waits_until(now), header, dispute, turn, step)


def _turn(repository: Repository, dispute: Dispute, now: datetime) -> DisputeTurn | None:
    """What whoever asks can do about a dispute; None where it has ended, or is another's. What is
    late is the backstop's, and those who let it wait may still do what they should have done.
    """
    if dispute.state(now) == "escalated" and may_decide(repository, dispute.id):
        return "decide"
    match dispute.events[-1].deed:
        case "raised":
            one = dispute.collaborative_id
            # an approver may answer too, but it does not wait for them
            theirs = allowed(repository, "build_rosters", "collaborative", one)
            return "answer" if theirs else None
        case "answered":
            one = dispute.organisation_id
            return "take_up" if allowed(repository, "sign_off", "organisation", one) else None
        case "insisted" | "settled" | "decided":
            return None


def _price(step: StepStanding) -> Sentence:
    """What approving a step comes to."""
    share = step.share
    empty = f"{share.empty:,.4g} required hours stay empty"
    if step.step == "bank":
        return said("{empty}: they may go to the bank.", empty=empty)
    return said(
        "{hours} h beyond contracts, {beyond}; {empty}.",
        hours=f"{share.beyond:,.4g}",
        beyond=f"£{share.pence / 100:,.0f} beyond contracted pay",
        empty=empty,
    )


def _begins(header: RosterHeader) -> str:
    days = (header.start - date.today()).days
    if days < 0:
        return f"began {counted(-days, 'day')} ago"
    return "begins today" if days == 0 else f"begins in {counted(days, 'day')}"
