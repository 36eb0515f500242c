"""Offer a shift, ask for a swap, take an open place; say yes or no to what is asked."""

from datetime import UTC, datetime

from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Staff
from scheduler.domain.sentence import Sentence, joined, said
from scheduler.domain.trade import Trade, TradeAsked
from scheduler.services.accounts.gate import asks
from scheduler.services.edit.commands import assign
from scheduler.services.edit.draft import open_draft
from scheduler.services.edit.effect import EditEffect
from scheduler.services.trades.who_could import (
    command_of,
    could_swap,
    could_take,
    in_force,
    own_shift,
    what_it_means,
)
from scheduler.storage.outbox import NewLetter
from scheduler.storage.repository import Repository
from scheduler.storage.trades import NewTrade


@asks("trade_shifts", person="staff_id")
def offer_shift(repository: Repository, staff_id: str, demand_id: str) -> Trade:
    """Offer a published shift to everybody who could take it, and to nobody else. Raises BadRequest
    where it is none of theirs, is on offer already, or nobody could take it.
    """
    own = own_shift(repository, staff_id, demand_id)
    draft = open_draft(repository, own.header.id)
    asked = could_take(draft, staff_id, demand_id)
    if not asked:
        raise BadRequest(
            "Nobody else may do that shift: everybody is without clearance for it, works at the"
            " time or would break a rule. Ask your manager."
        )
    new = NewTrade(
        "give",
        own.header.collaborative_id,
        own.header.id,
        staff_id,
        demand_id,
        own.line.start,
        asked,
    )
    return repository.trades.offer(new, _letters(repository, asked))


@asks("trade_shifts", person="staff_id")
def ask_swap(repository: Repository, staff_id: str, demand_id: str) -> Trade:
    """Offer a published shift for one of somebody else's, to everybody with whom that would keep
    all rules. Raises BadRequest as `offer_shift`.
    """
    own = own_shift(repository, staff_id, demand_id)
    draft = open_draft(repository, own.header.id)
    asked = could_swap(draft, staff_id, demand_id)
    if not asked:
        raise BadRequest(
            "There is nobody with whom that shift could be swapped within the rules. Offer it"
            " without a swap, or ask your manager."
        )
    first = min(
        [own.line.start]
        + [
            datetime.fromtimestamp(draft.problem.duty_by_id[one.demand_id].start * 60, UTC)
            for one in asked
            if one.demand_id is not None
        ]
    )
    new = NewTrade(
        "swap", own.header.collaborative_id, own.header.id, staff_id, demand_id, first, asked
    )
    return repository.trades.offer(new, _letters(repository, asked))


@asks("trade_shifts", person="staff_id")
def take_open(repository: Repository, staff_id: str, roster_id: str, demand_id: str) -> Trade:
    """Ask to fill a place of a published roster that nobody fills. Raises NotFound, and BadRequest
    where they may not, or somebody is there by now.
    """
    draft = open_draft(repository, roster_id)
    effect = what_it_means(draft, assign(staff_id, demand_id))
    _require_allowed(effect)
    duty = draft.problem.duty_by_id[demand_id]
    if duty.date not in draft.header.in_force:
        raise BadRequest("That roster does not count on this day any more. Look again.")
    if len(draft.roster.by_demand.get(demand_id, ())) >= duty.most:
        raise BadRequest("Somebody was quicker: the place is filled.")
    new = NewTrade(
        "open",
        draft.header.collaborative_id,
        roster_id,
        None,
        demand_id,
        datetime.fromtimestamp(duty.start * 60, UTC),
        (TradeAsked(staff_id),),
        taken_by=staff_id,
    )
    return repository.trades.offer(new)


@asks("trade_shifts", person="staff_id")
def accept(
    repository: Repository, staff_id: str, trade_id: int, *, taken_for: str | None = None
) -> Trade:
    """Say yes to a shift that is offered, in a swap for one of one's own. The first to say so has
    it; it still waits for approval. Raises NotFound, and BadRequest where somebody was quicker,
    where they are not asked, and where a rule stands against it by now.
    """
    trade = repository.trades.trade(trade_id)
    if not any(one.demand_id == taken_for for one in trade.asks(staff_id)):
        raise BadRequest("You are not asked to take that shift.")
    if trade.state(datetime.now(UTC)) == "open":
        draft = open_draft(repository, in_force(repository, trade).id)
        _require_allowed(what_it_means(draft, command_of(trade, staff_id, taken_for)))
    return repository.trades.take(trade_id, staff_id, taken_for)


@asks("trade_shifts", person="staff_id")
def decline(repository: Repository, staff_id: str, trade_id: int) -> Trade:
    """Say no to what is asked: it is not asked again. Raises NotFound."""
    return repository.trades.decline(trade_id, staff_id)


@asks("trade_shifts", person="staff_id")
def take_back(repository: Repository, staff_id: str, trade_id: int) -> Trade:
    """Whoever offers a shift, or has taken one that is not approved yet, does not want to any more.
    Raises NotFound, and BadRequest where it is not theirs or is over.
    """
    trade = repository.trades.trade(trade_id)
    if staff_id not in (trade.giver, trade.taken_by):
        raise BadRequest("That is no trade of yours.")
    return repository.trades.end(trade_id, "withdrawn")


@asks("trade_shifts", person="staff_id")
def trades_of(repository: Repository, staff_id: str) -> list[Trade]:
    """Those in which somebody gives, takes or is asked; the latest first."""
    return repository.trades.of_person(staff_id)


@asks("trade_shifts", person="staff_id")
def colleagues(repository: Repository, staff_id: str) -> dict[str, str]:
    """Staff number -> name of those who offer somebody a shift, or have taken theirs."""
    wanted = {
        each
        for trade in repository.trades.of_person(staff_id)
        for each in (trade.giver, trade.taken_by)
    }
    return {
        row.id: row.name
        for row in repository.facts("staff")
        if isinstance(row, Staff) and row.id in wanted
    }


def _require_allowed(effect: EditEffect) -> None:
    if not effect.allowed:
        raise BadRequest(
            said(
                "The rules do not let you take it: {why}",
                why=joined((broken.sentence for broken in effect.broken), " "),
            )
        )


def _letters(repository: Repository, asked: tuple[TradeAsked, ...]) -> list[NewLetter]:
    wanted = {one.staff_id for one in asked}
    words = Sentence.plain("A colleague offers a shift that you could take.")
    return [
        NewLetter(account.id, None, words)
        for account in repository.book.accounts()
        if account.staff_id in wanted and account.mail_to is not None
    ]
