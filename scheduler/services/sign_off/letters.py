"""Who is told of what in sign-off: those who can act next, and those who are waiting to hear."""

from collections.abc import Iterable

from scheduler.domain.approval import STEPS, Dispute, Scheme, StepStanding
from scheduler.domain.facts import ApprovalPost
from scheduler.domain.sentence import Part, Sentence, ref, said
from scheduler.services.accounts.accounts import actor_of
from scheduler.services.sign_off.posts import gives
from scheduler.services.sign_off.standing import STEP_WORDS, SignOffState
from scheduler.storage.outbox import NewLetter
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import RosterHeader


def to_holders(
    repository: Repository, roster_id: str, posts: Iterable[ApprovalPost], words: Sentence
) -> list[NewLetter]:
    """To whoever holds one of these posts, but for whoever does it."""
    wanted = tuple(posts)
    return [
        NewLetter(account.id, roster_id, words)
        for account in repository.book.accounts()
        if account.mail_to is not None
        and account.id != repository.actor.account
        and any(
            gives(grant, post)
            for grant in actor_of(repository, account, "").grants
            for post in wanted
        )
    ]


def to_account(
    repository: Repository, roster_id: str, account_id: str | None, words: Sentence
) -> list[NewLetter]:
    """To one account, unless it is theirs who does it."""
    if account_id is None or account_id == repository.actor.account:
        return []
    return [NewLetter(account_id, roster_id, words)]


def now_waiting(repository: Repository, state: SignOffState) -> list[NewLetter]:
    """To those who can take a step now: the first of each organisation that is not taken."""
    if state.scheme is None:
        return []
    found: list[NewLetter] = []
    for step in next_steps(state):
        words = said(
            "{roster} waits for you: {organisation} has to say whether its share is {step}.",
            roster=ref("roster", state.header.id),
            organisation=ref("organisation", step.organisation_id),
            step=STEP_WORDS[step.step],
        )
        found += to_holders(repository, state.header.id, who_may(state.scheme, step), words)
    return found


def next_steps(state: SignOffState) -> tuple[StepStanding, ...]:
    """Of each organisation the first step that is not approved; none of those who have refused it
    as it is, for they wait for an answer.
    """
    found = []
    for organisation_id in dict.fromkeys(one.organisation_id for one in state.steps):
        own = [one for one in state.steps if one.organisation_id == organisation_id]
        waiting = [one for one in own if one.standing != "approved"]
        first = min(waiting, key=lambda one: STEPS.index(one.step), default=None)
        if first is not None and first.standing != "refused":
            found.append(first)
    return tuple(found)


def who_may(scheme: Scheme, step: StepStanding) -> tuple[ApprovalPost, ...]:
    """The posts that can take a step today: beyond the limits of all its own, the backstop's."""
    return scheme.backstops if step.beyond_all else step.posts


def of_approval(
    repository: Repository, state: SignOffState, approved: StepStanding
) -> list[NewLetter]:
    """After an approval: to those whose turn it is then in that organisation, or where nothing is
    missing any more to whoever has offered the roster.
    """
    header, scheme = state.header, state.scheme
    if scheme is None:
        return []
    if all(one.standing == "approved" or one == approved for one in state.steps):
        words = said("All have approved {roster}: it can be published.", roster=_roster(header))
        return to_account(repository, header.id, header.offered_by or header.made_by, words)
    later = STEPS[STEPS.index(approved.step) + 1 :]
    following = [state.step(approved.organisation_id, step) for step in later]
    return [
        letter
        for step in following
        if step is not None and step.standing != "approved"
        for letter in to_holders(
            repository,
            header.id,
            who_may(scheme, step),
            said(
                "{roster} waits for you: {organisation} has to say whether its share is {step}.",
                roster=_roster(header),
                organisation=ref("organisation", step.organisation_id),
                step=STEP_WORDS[step.step],
            ),
        )
    ]


def of_refusal(
    repository: Repository, header: RosterHeader, organisation_id: str, reason: str
) -> list[NewLetter]:
    """To whoever has offered the roster, or made it."""
    words = said(
        "{organisation} has refused {roster}, and waits for an answer: {reason}",
        organisation=ref("organisation", organisation_id),
        roster=_roster(header),
        reason=reason,
    )
    return to_account(repository, header.id, header.offered_by or header.made_by, words)


def of_answer(repository: Repository, dispute: Dispute, words: str) -> list[NewLetter]:
    """To whoever has refused."""
    told = said(
        "What you refused of {roster} is answered: {words}",
        roster=ref("roster", dispute.roster_id),
        words=words,
    )
    return to_account(repository, dispute.roster_id, dispute.events[0].account, told)


def of_insisting(
    repository: Repository, dispute: Dispute, scheme: Scheme | None, words: str
) -> list[NewLetter]:
    """To the backstop."""
    told = said(
        "{organisation} asks you to decide on {roster}: {words}",
        organisation=ref("organisation", dispute.organisation_id),
        roster=ref("roster", dispute.roster_id),
        words=words,
    )
    posts = () if scheme is None else scheme.backstops
    return to_holders(repository, dispute.roster_id, posts, told)


def of_decision(
    repository: Repository, dispute: Dispute, header: RosterHeader, words: str, *, upheld: bool
) -> list[NewLetter]:
    """To whoever has refused, and to whoever has offered the roster."""
    told = said(
        "It is decided on {roster}: what {organisation} refused {decision}. {words}",
        roster=_roster(header),
        organisation=ref("organisation", dispute.organisation_id),
        decision="has to change" if upheld else "counts as approved",
        words=words,
    )
    found = to_account(repository, header.id, dispute.events[0].account, told)
    return found + to_account(repository, header.id, header.offered_by or header.made_by, told)


def _roster(header: RosterHeader) -> Part:
    return ref("roster", header.id)
