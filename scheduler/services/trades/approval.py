"""Approve or refuse a trade of shifts; when all have approved whom it concerns, it is made true as
a publication of its own, which tells those whose shifts change.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from scheduler.domain.errors import BadRequest, NotPermitted, SchedulerError
from scheduler.domain.roster import Assignment
from scheduler.domain.sentence import Sentence, joined, ref, said
from scheduler.domain.trade import Trade, TradeApproval
from scheduler.services.accounts.gate import allowed, open_to_all
from scheduler.services.edit import edit
from scheduler.services.edit.draft import OpenDraft, open_draft
from scheduler.services.edit.effect import EditEffect
from scheduler.services.publish.publish import NotSignedOff, publish_trade
from scheduler.services.publish.publishable import unkept
from scheduler.services.sign_off.answer import approve as sign
from scheduler.services.sign_off.posts import held
from scheduler.services.sign_off.standing import scheme_of, shares_of, state_of
from scheduler.services.trades.who_could import command_of, in_force, what_it_means
from scheduler.storage.outbox import NewLetter
from scheduler.storage.repository import Repository

REASON = "Shifts traded between members of staff"
NO_WORSE = "What does not hold did not before the trade either."
ALL = ""
"""Stands for all members together, where no scheme asks each organisation."""


@dataclass(frozen=True)
class TradeToApprove:
    """A trade that somebody has taken. `effect`: what it means for the roster that counts now, and
    `refusal` why it cannot come true by now; one of them is None. `missing`: organisations that
    have not approved it, of which whoever asks may approve `mine`.
    """

    trade: Trade
    effect: EditEffect | None
    refusal: SchedulerError | None
    missing: frozenset[str]
    mine: frozenset[str]


@open_to_all
def trades_to_approve(repository: Repository) -> list[TradeToApprove]:
    """What was taken and waits for whoever asks, the earliest first."""
    found = []
    for trade in repository.trades.taken(datetime.now(UTC)):
        if not allowed(repository, "see_rosters", "collaborative", trade.collaborative_id):
            continue
        one = look_at(repository, trade)
        if one.mine:
            found.append(one)
    return found


@open_to_all
def trades_perhaps_to_approve(repository: Repository) -> list[Trade]:
    """Those that may wait for whoever asks, by their posts alone: found at once, without looking at
    what each trade means and whom it concerns.
    """
    return [
        trade
        for trade in repository.trades.taken(datetime.now(UTC))
        if allowed(repository, "see_rosters", "collaborative", trade.collaborative_id)
        and any(_may(repository, trade, one) for one in _all_with_a_say(repository, trade))
    ]


def look_at(repository: Repository, trade: Trade) -> TradeToApprove:
    """How the approval of a trade stands."""
    try:
        draft = open_draft(repository, in_force(repository, trade).id)
        effect = what_it_means(draft, command_of(trade))
    except SchedulerError as error:
        concerned = _all_with_a_say(repository, trade)
        mine = frozenset(one for one in concerned if _may(repository, trade, one))
        return TradeToApprove(trade, None, error, concerned, mine)
    concerned = _concerned(repository, trade, draft, effect)
    missing = concerned - {one.organisation_id for one in trade.approvals}
    # where all have and it did not come true, whoever made it so was stopped: any of them may
    pence = effect.cash_pence
    mine = frozenset(one for one in missing or concerned if _may(repository, trade, one, pence))
    return TradeToApprove(trade, effect, None, missing, mine)


@open_to_all
def approve_trade(repository: Repository, trade_id: int) -> Trade:
    """Approve a trade for every organisation for which whoever asks may; once all have, it is
    published. Raises NotFound; NotPermitted; BadRequest where it is over, breaks a rule by now, or
    cannot be published.
    """
    trade = repository.trades.trade(trade_id)
    found = look_at(repository, trade)
    _require_mine(repository, found)
    if found.refusal is not None:
        raise found.refusal
    assert found.effect is not None
    if not found.effect.allowed:
        why = found.effect.broken[0].sentence
        raise BadRequest(said("By now a rule stands against it: {why}", why=why))
    trade = repository.trades.approve(trade_id, sorted(found.mine))
    return trade if found.missing - found.mine else _made_true(repository, trade)


@open_to_all
def refuse_trade(repository: Repository, trade_id: int, words: str) -> Trade:
    """Refuse a trade, with a reason for those whose it is: everything stays as it was. Raises
    NotFound, NotPermitted, and BadRequest without words and where it is over.
    """
    if not words.strip():
        raise BadRequest("To refuse needs a reason in words: those who wanted to trade read it.")
    trade = repository.trades.trade(trade_id)
    _require_mine(repository, look_at(repository, trade))
    told = said("Your trade of shifts was refused: {words}", words=words.strip())
    letters = _to(repository, (trade.giver, trade.taken_by), told)
    return repository.trades.end(trade_id, "refused", words=words.strip(), letters=letters)


def _require_mine(repository: Repository, found: TradeToApprove) -> None:
    if not found.mine:
        whom = sorted(one or "all members" for one in found.missing)
        raise NotPermitted(
            f"{repository.actor.name} does not approve this trade"
            + (f": it concerns {', '.join(whom)}." if whom else ".")
        )


# --- whom it concerns


def _concerned(
    repository: Repository, trade: Trade, draft: OpenDraft, effect: EditEffect
) -> frozenset[str]:
    """Who has to approve it: by the scheme each organisation that employs or hosts what changes,
    without one an approver of all.
    """
    scheme = scheme_of(repository, trade.collaborative_id)
    if scheme is None:
        return frozenset({ALL})
    touched = {
        organisation
        for assignment in (*effect.removed, *effect.added)
        for organisation in _whose(draft, assignment)
    }
    return frozenset(one for one in touched if scheme.steps_of(one)) or frozenset({ALL})


def _whose(draft: OpenDraft, assignment: Assignment) -> tuple[str, ...]:
    index = draft.problem.index
    employer = next(
        contract.organisation_id
        for contract in index.contracts_of[assignment.staff_id]
        if contract.id == assignment.contract_id
    )
    return employer, draft.problem.duty_by_id[assignment.demand_id].host_id


def _all_with_a_say(repository: Repository, trade: Trade) -> frozenset[str]:
    scheme = scheme_of(repository, trade.collaborative_id)
    posts = () if scheme is None else scheme.posts
    return frozenset(
        post.organisation_id for post in posts if post.organisation_id is not None
    ) or frozenset({ALL})


def _may(repository: Repository, trade: Trade, organisation_id: str, pence: int = 0) -> bool:
    """Whether whoever asks may approve for an organisation, in a post that acts today and may
    approve so much more pay.
    """
    if organisation_id == ALL:
        return allowed(repository, "publish_rosters", "collaborative", trade.collaborative_id)
    scheme = scheme_of(repository, trade.collaborative_id)
    if scheme is None or not allowed(repository, "sign_off", "organisation", organisation_id):
        return False
    posts = scheme.posts_for(organisation_id, "approve") or scheme.posts_for(
        organisation_id, "bank"
    )
    able = (post for post in posts if post.most_pounds is None or pence <= 100 * post.most_pounds)
    return bool(held(repository, tuple(able)))


# --- making it true


def _made_true(repository: Repository, trade: Trade) -> Trade:
    """Two lines change in what is published, everybody's approval of them stands with it, and it is
    published. All or nothing: where that does not work the draft is deleted.
    """
    repository.trades.begin(trade.id)
    # all who have to have said yes: whoever came last does it under their own name
    strong = repository.acting(replace(repository.actor, program=True))
    try:
        result = _published(strong, trade)
    except BaseException:
        repository.trades.not_yet(trade.id)
        raise
    return repository.trades.end(trade.id, "done", result=result)


def _published(strong: Repository, trade: Trade) -> str:
    header = in_force(strong, trade)
    known = {(one.rule, one.about) for one in unkept(strong, header.id)}
    draft_id = edit.edit(strong, header.id, command_of(trade)).roster_id
    try:
        strong.versions.rename(draft_id, None, REASON)
        agreed = {one.organisation_id: one for one in trade.approvals}
        # nothing is signed, nor a dispute settled by it, before it is sure that it will stand
        steps = state_of(strong, draft_id).waiting
        others = {one.organisation_id for one in steps} - agreed.keys()
        if changed := others - _untouched(strong, header.id, draft_id):
            raise BadRequest(_more_has_changed(changed))
        found = [one for one in unkept(strong, draft_id) if not one.accepted]
        worse = [one for one in found if (one.rule, one.about) not in known]
        if worse:
            raise BadRequest(said("By now it would not stand: {why}", why=worse[0].whole))
        for step in steps:
            if step.organisation_id in agreed:
                signer = _as_they_said(strong, agreed[step.organisation_id])
                sign(signer, draft_id, step.organisation_id, step.step)
        publish_trade(
            strong,
            draft_id,
            reason=REASON,
            anyway=NO_WORSE if found else None,
            untouched=others,
        )
    except NotSignedOff as error:
        strong.versions.delete_draft(draft_id)
        raise BadRequest(
            _more_has_changed({one.organisation_id for one in error.state.waiting})
        ) from None
    except SchedulerError:
        strong.versions.delete_draft(draft_id)
        raise
    return draft_id


def _untouched(strong: Repository, before_id: str, after_id: str) -> set[str]:
    """Organisations whose shifts are done by the same people in both rosters, whatever has become
    of their hours and pay by other facts.
    """
    before, after = (
        {one: share.work for one, share in shares_of(strong, header).items()}
        for header in map(strong.roster_header, (before_id, after_id))
    )
    return {one for one in before.keys() | after.keys() if before.get(one) == after.get(one)}


def _as_they_said(strong: Repository, approval: TradeApproval) -> Repository:
    """An organisation's approval of the lines is on record as theirs who gave it to the trade."""
    last = strong.actor.account
    behind = strong.actor.behind if approval.account == last else last
    return strong.acting(replace(strong.actor, account=approval.account, behind=behind))


def _more_has_changed(others: Collection[str]) -> Sentence:
    """What is published cannot all be kept by now, so that others than those who trade are
    concerned.
    """
    whom = joined((ref("organisation", each) for each in sorted(others)), " and ")
    return said(
        "More than this trade has changed since {whom} approved the roster. It has to be offered"
        " for approval and published anew first; then the trade can be approved.",
        whom=whom,
    )


def _to(repository: Repository, people: tuple[str | None, ...], words: Sentence) -> list[NewLetter]:
    return [
        NewLetter(account.id, None, words)
        for account in repository.book.accounts()
        if account.staff_id is not None and account.staff_id in people
    ]
