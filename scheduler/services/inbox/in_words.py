"""An item of the inbox in words: what it is, what each answer costs, and the command that gives
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from scheduler.domain.sentence import Part, Sentence, ref, said
from scheduler.domain.trade import Trade
from scheduler.domain.wording import counted
from scheduler.services.inbox.inbox import (
    DisputeTurn,
    WaitingApproval,
    WaitingDispute,
    WaitingItem,
    WaitingNotice,
    WaitingPublication,
    WaitingTrade,
    WaitingUntold,
)
from scheduler.services.inbox.request_items import WaitingAnswer, WaitingCover, WaitingRequest
from scheduler.services.inbox.words import Wording, moment, title
from scheduler.services.requests.answering import RequestCost
from scheduler.services.requests.words import asked_words, state_words
from scheduler.services.sign_off.standing import STEP_WORDS

TURNS: Mapping[DisputeTurn, str] = {
    "answer": "waits for an answer",
    "take_up": "is answered, and waits for those who refused to approve it or to insist",
    "decide": "waits for a decision",
}


@dataclass(frozen=True)
class ItemWords:
    """`costs`: answer -> what it would cost; `ids`: what it is about, for a program."""

    kind: str
    what: str
    costs: Mapping[str, str]
    command: str
    due: datetime | None = None
    ids: Mapping[str, object] = field(default_factory=dict)


def told_of(item: WaitingItem, wording: Wording) -> ItemWords:
    """What an item of the inbox says."""
    match item:
        case WaitingApproval():
            step = item.step
            what = said(
                "{roster} waits for {organisation} to say whether its share is {step}.",
                roster=_roster(item.header.id),
                organisation=ref("organisation", step.organisation_id),
                step=STEP_WORDS[step.step],
            )
            return ItemWords(
                "approval",
                wording.said(what),
                _said(item.costs, wording),
                f"scheduler sign-off approve {item.header.id} {step.organisation_id}"
                f" --step {step.step}",
                ids={
                    "roster_id": item.header.id,
                    "organisation_id": step.organisation_id,
                    "step": step.step,
                    "mark": step.share.digests[step.step],
                },
            )
        case WaitingDispute():
            dispute = item.dispute
            what = said(
                "Dispute {number}: what {organisation} refused of {roster} {turn}, until {until}:"
                " {words}",
                number=dispute.id,
                organisation=ref("organisation", dispute.organisation_id),
                roster=_roster(dispute.roster_id),
                turn=TURNS[item.turn],
                until=moment(item.due),
                words=dispute.events[-1].words,
            )
            command = {"answer": "answer", "take_up": "insist", "decide": "decide"}[item.turn]
            return ItemWords(
                item.turn,
                wording.said(what),
                _said(item.costs, wording),
                f"scheduler disputes {command} {dispute.id} …",
                item.due,
                {"dispute": dispute.id, "roster_id": dispute.roster_id},
            )
        case WaitingPublication():
            what = said("All have approved {roster}.", roster=_roster(item.header.id))
            return ItemWords(
                "publication",
                wording.said(what),
                _said(item.costs, wording),
                f"scheduler publish {item.header.id}",
                ids={"roster_id": item.header.id},
            )
        case WaitingTrade():
            trade = item.waiting.trade
            return ItemWords(
                "trade",
                wording.said(traded(trade)),
                _said(item.costs, wording),
                f"scheduler trades approve {trade.id}",
                trade.until,
                {"trade": trade.id, "roster_id": trade.roster_id},
            )
        case WaitingUntold():
            person = item.person
            return ItemWords(
                "untold",
                f"{person.name} has not seen yet how their shift of {moment(person.first_start)}"
                " has changed: tell them.",
                {},
                f"scheduler notices seen {person.staff_id} --up-to {person.up_to}",
                person.first_start,
                {"staff_id": person.staff_id, "up_to": person.up_to},
            )
        case WaitingNotice():
            notice = item.notice
            return ItemWords(
                "notice",
                f"{title(notice)}.",
                {},
                f"scheduler notices seen {notice.staff_id} --up-to {notice.id}",
                ids={"staff_id": notice.staff_id, "up_to": notice.id},
            )
        case WaitingRequest():
            asked = asked_words(item.request.asked, wording.shift_type)
            return ItemWords(
                "request",
                f"{item.name} asks: {asked}.",
                request_costs(item.cost, wording),
                f"scheduler requests grant {item.request.id}",
                ids={"request": item.request.id, "staff_id": item.request.staff_id},
            )
        case WaitingCover():
            shifts = "; ".join(wording.line(line) for line in item.shifts)
            return ItemWords(
                "cover",
                f"{cover_words(item)}: {shifts}.",
                {},
                f"scheduler repair {item.header.id}",
                item.shifts[0].start,
                {
                    "staff_id": item.staff_id,
                    "roster_id": item.header.id,
                    "demand_ids": [line.demand_id for line in item.shifts],
                },
            )
        case WaitingAnswer():
            asked = asked_words(item.request.asked, wording.shift_type)
            return ItemWords(
                "answer",
                f"You asked: {asked}. It is {state_words(item.request).removesuffix('.')}.",
                {},
                f"scheduler tell know {item.request.id}",
                ids={"request": item.request.id, "staff_id": item.request.staff_id},
            )
        case _:
            assert_never(item)


def traded(trade: Trade) -> Sentence:
    """Who gives which shift to whom, in a sentence."""
    taker = ref("person", trade.taken_by or "")
    work = ref("demand", trade.demand_id)
    if trade.giver is None:
        return said("{taker} wants to take {work}, which nobody does.", taker=taker, work=work)
    giver = ref("person", trade.giver)
    if trade.taken_for is None:
        return said("{giver} gives {work} to {taker}.", giver=giver, work=work, taker=taker)
    return said(
        "{giver} does {other} for {taker}, who does {work}.",
        giver=giver,
        other=ref("demand", trade.taken_for),
        taker=taker,
        work=work,
    )


def cover_words(item: WaitingCover) -> str:
    """Who is sick and how many shifts that leaves, without naming them."""
    number = counted(len(item.shifts), "published shift has", "published shifts have")
    return f"{item.name} is sick: {number} nobody"


def request_costs(cost: RequestCost, wording: Wording) -> dict[str, str]:
    """What each answer to a request would cost the roster."""
    granting = granting_words(cost)
    if cost.empty:
        granting += f": {'; '.join(wording.line(line) for line in cost.empty)}"
    return {"grant": " ".join([f"{granting}.", *cost.beyond]), "refuse": "nothing changes."}


def granting_words(cost: RequestCost) -> str:
    """What granting a request does, without naming the shifts and what is beyond a band."""
    if cost.impossible:
        return f"it cannot be granted any more: {cost.impossible.removesuffix('.')}"
    if not cost.changes:
        return "it is a fact already"
    if not cost.empty:
        return "no published shift changes"
    number = counted(len(cost.empty), "published shift")
    return f"{number} would have nobody, {cost.hours:g} h"


def _said(costs: Mapping[str, Sentence], wording: Wording) -> dict[str, str]:
    return {answer: wording.said(cost) for answer, cost in costs.items()}


def _roster(roster_id: str) -> Part:
    return ref("roster", roster_id)
