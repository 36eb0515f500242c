"""Approve and refuse, for one organisation, what of a roster is its own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from hashlib import sha256
from math import inf
from typing import TypeVar

from scheduler.domain.approval import STEPS, StepStanding, Verdict
from scheduler.domain.errors import BadRequest, NotPermitted, OtherEdition
from scheduler.domain.facts import ApprovalPost, ApprovalStep
from scheduler.domain.sentence import Part, Sentence, ref, said
from scheduler.services.accounts.gate import asks
from scheduler.services.sign_off import letters
from scheduler.services.sign_off.posts import held
from scheduler.services.sign_off.standing import SignOffState, state_of
from scheduler.storage.repository import Repository
from scheduler.storage.roster_edits import EditedMeanwhile
from scheduler.storage.sign_offs import NewDispute, NewSignOff
from scheduler.storage.stored_jobs import canonical
from scheduler.storage.stored_rosters import OtherStateOfThings
from solver.result.document import versions

ATTEMPTS = 5
CALLED = {"bank": "fit to go to the bank", "approve": "approved for publication"}
"""Step -> what a roster is when it is taken."""
AGAIN = (
    "The roster or the facts changed each time while this was written down. Look at it again and"
    " answer then."
)


T = TypeVar("T")


def trying(make: Callable[[], T]) -> T:
    """What is written down under what it was judged by, or tried again where that has changed
    meanwhile. Raises BadRequest where it changes each time, and whatever `make` raises.
    """
    for _ in range(ATTEMPTS):
        try:
            return make()
        except (EditedMeanwhile, OtherStateOfThings):
            continue
    raise BadRequest(AGAIN)


@dataclass(frozen=True)
class Answered:
    """How the roster stands after an answer. `dispute_id`: which a refusal has opened."""

    state: SignOffState
    dispute_id: int | None = None


@asks("sign_off", organisation="organisation_id")
def approve(
    repository: Repository,
    roster_id: str,
    organisation_id: str,
    step: ApprovalStep,
    *,
    seen: str | None = None,
) -> Answered:
    """Approve an organisation's share of a draft. `seen`: the mark of the share that was looked at;
    None: whatever it is.

    Raises NotFound; BadRequest where the scheme does not ask for it, an earlier step is not taken,
    the share is another than was seen, or the roster is no draft; NotPermitted where no post of
    whoever asks may approve so much.
    """
    return trying(lambda: _approved(repository, roster_id, organisation_id, step, seen))


def _approved(
    repository: Repository,
    roster_id: str,
    organisation_id: str,
    step: ApprovalStep,
    seen: str | None,
) -> Answered:
    as_of = repository.state_of_things()
    state = state_of(repository, roster_id)
    standing = _required(state, organisation_id, step)
    _require_as_seen(standing, seen)
    if standing.standing == "approved":
        raise BadRequest(
            said("{organisation} has approved exactly this already.", organisation=_ref(standing))
        )
    for earlier in STEPS[: STEPS.index(step)]:
        before = state.step(organisation_id, earlier)
        if before is not None and before.standing != "approved":
            raise BadRequest(
                said(
                    "{organisation} has not said yet that its share is {called}: that comes first.",
                    organisation=_ref(standing),
                    called=CALLED[earlier],
                )
            )
    post = _acting(repository, state, standing)
    new = answer_to(standing, "approved", post_id=post)
    repository.sign_offs.answer(
        roster_id,
        new,
        as_of=as_of,
        edition=state.header.edition,
        letters=letters.of_approval(repository, state, standing),
    )
    return Answered(state_of(repository, roster_id))


@asks("sign_off", organisation="organisation_id")
def refuse(
    repository: Repository,
    roster_id: str,
    organisation_id: str,
    step: ApprovalStep,
    reason: str,
    *,
    demand_ids: Collection[str] = (),
    seen: str | None = None,
) -> Answered:
    """Refuse an organisation's share of a draft: that opens a dispute, which keeps what it is about
    as it is now. `demand_ids`: the work that it is about; none: all of the share.

    Raises NotFound; BadRequest without a reason, and as `approve` does; NotPermitted where whoever
    asks holds no post of the organisation that acts today.
    """
    if not reason.strip():
        raise BadRequest("To refuse needs a reason in words: those who made it answer that.")
    why, named = reason.strip(), tuple(demand_ids)
    return trying(lambda: _refused(repository, roster_id, organisation_id, step, why, named, seen))


def _refused(
    repository: Repository,
    roster_id: str,
    organisation_id: str,
    step: ApprovalStep,
    reason: str,
    demand_ids: tuple[str, ...],
    seen: str | None,
) -> Answered:
    as_of = repository.state_of_things()
    state = state_of(repository, roster_id)
    standing = _required(state, organisation_id, step)
    _require_as_seen(standing, seen)
    assert state.scheme is not None
    posts = held(repository, state.scheme.posts_for(organisation_id, step))
    if not posts:
        raise NotPermitted(_no_post(repository, organisation_id, step))
    document = repository.roster(roster_id).document
    known = {line.demand_id for line in document.assignments}
    known |= {line.demand_id for line in document.vacancies}
    strange = [demand_id for demand_id in demand_ids if demand_id not in known]
    if strange:
        raise BadRequest(f"The roster has no work {', '.join(strange)}.")
    new = answer_to(standing, "refused", post_id=posts[0].id, reason=reason)
    policy = canonical(document.summary.get("policy", {}))
    dispute = NewDispute(
        snapshot_sha256=state.header.snapshot_sha256,
        policy_sha256=sha256(policy.encode()).hexdigest(),
        rules_version=versions()["workforce-deployment-scheduler"],
        demand_ids=demand_ids,
        answer_days=state.scheme.terms.answer_days,
    )
    _, opened = repository.sign_offs.answer(
        roster_id,
        new,
        as_of=as_of,
        edition=state.header.edition,
        dispute=dispute,
        letters=letters.of_refusal(repository, state.header, organisation_id, reason),
    )
    return Answered(state_of(repository, roster_id), opened)


@asks("sign_off", organisation="organisation_id")
def take_back(
    repository: Repository, roster_id: str, organisation_id: str, step: ApprovalStep, reason: str
) -> Answered:
    """Take an organisation's approval back, while nothing is published. Raises NotFound, and
    BadRequest without a reason and where it has not approved.
    """
    if not reason.strip():
        raise BadRequest("To take an approval back needs a reason in words.")

    def taken() -> Answered:
        as_of = repository.state_of_things()
        state = state_of(repository, roster_id)
        standing = _required(state, organisation_id, step)
        if standing.standing != "approved":
            raise BadRequest(
                said(
                    "{organisation} has not approved this: nothing is taken back.",
                    organisation=_ref(standing),
                )
            )
        if standing.last is not None and standing.last.dispute_id is not None:
            raise BadRequest(
                said(
                    "The backstop has decided this in the place of {organisation}: that is not"
                    " taken back.",
                    organisation=_ref(standing),
                )
            )
        new = answer_to(standing, "taken_back", reason=reason.strip())
        repository.sign_offs.answer(roster_id, new, as_of=as_of, edition=state.header.edition)
        return Answered(state_of(repository, roster_id))

    return trying(taken)


# --- what is asked, and who may


def answer_to(
    standing: StepStanding, verdict: Verdict, *, post_id: str = "", reason: str = ""
) -> NewSignOff:
    """An answer to a step as it stands, to be written down."""
    share, step = standing.share, standing.step
    return NewSignOff(
        organisation_id=standing.organisation_id,
        step=step,
        verdict=verdict,
        digest=share.digests[step],
        hours=share.hours_of(step),
        pence=share.pence,
        post_id=post_id,
        reason=reason,
    )


def _required(state: SignOffState, organisation_id: str, step: ApprovalStep) -> StepStanding:
    if state.scheme is None:
        raise BadRequest(
            f"{state.header.collaborative_id} has no scheme of approval (approval_scheme.csv): an"
            " approver of all its members publishes."
        )
    found = state.step(organisation_id, step)
    if found is None:
        raise BadRequest(
            f"Nothing of this roster waits for {organisation_id} to say that it is {CALLED[step]}:"
            " the scheme does not ask for that."
        )
    return found


def _require_as_seen(standing: StepStanding, seen: str | None) -> None:
    if seen not in (None, standing.share.digests[standing.step]):
        raise OtherEdition(
            said(
                "What concerns {organisation} has changed since you looked. Look at it again, and"
                " answer then.",
                organisation=_ref(standing),
            )
        )


def _ref(standing: StepStanding) -> Part:
    return ref("organisation", standing.organisation_id)


def _acting(repository: Repository, state: SignOffState, standing: StepStanding) -> str:
    """As which post whoever asks approves. Raises NotPermitted."""
    assert state.scheme is not None
    organisation_id, step = standing.organisation_id, standing.step
    able = held(repository, standing.posts)
    if able:
        return min(able, key=_limit).id
    if standing.beyond_all:  # nobody of the organisation may: the backstop's
        backstops = held(repository, state.scheme.backstops)
        if backstops:
            return backstops[0].id
    own = held(repository, state.scheme.posts_for(organisation_id, step))
    if not own:
        raise NotPermitted(_no_post(repository, organisation_id, step))
    named = [post.name for post in (standing.posts or state.scheme.backstops)]
    share = standing.share
    raise NotPermitted(
        f"{_limits(own[-1])}, and this is {share.hours_of(step):,g} h and"
        f" £{share.pence / 100:,.2f} beyond contracted pay. It waits for"
        f" {' or '.join(named) or 'a post that the scheme does not have'}."
    )


def _limit(post: ApprovalPost) -> tuple[float, float]:
    """Whoever holds several posts approves as the one that may do least."""
    limits = (post.most_hours, post.most_pounds)
    hours, pounds = (inf if limit is None else float(limit) for limit in limits)
    return hours, pounds


def _limits(post: ApprovalPost) -> str:
    hours = [] if post.most_hours is None else [f"{post.most_hours:g} h"]
    pounds = [] if post.most_pounds is None else [f"£{post.most_pounds:,.2f}"]
    return f"{post.name} may approve up to {' and '.join([*hours, *pounds])}"


def _no_post(repository: Repository, organisation_id: str, step: ApprovalStep) -> Sentence:
    return said(
        "{who} holds no post that says today for {organisation} whether its share is {called}.",
        who=repository.actor.name,
        organisation=ref("organisation", organisation_id),
        called=CALLED[step],
    )
