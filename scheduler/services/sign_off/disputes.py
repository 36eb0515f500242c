"""Disputes: what an organisation has refused is answered, and what is not settled the backstop of
the scheme decides.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from scheduler.domain.approval import Dispute
from scheduler.domain.errors import BadRequest, NotPermitted
from scheduler.domain.sentence import ref, said
from scheduler.services.accounts.gate import asks, open_to_all, require, thing_of
from scheduler.services.sign_off import letters
from scheduler.services.sign_off.answer import CALLED, answer_to, trying
from scheduler.services.sign_off.posts import held
from scheduler.services.sign_off.standing import scheme_of, state_of
from scheduler.storage.repository import Repository
from scheduler.storage.sign_offs import NewEvent

T = TypeVar("T")


@asks("see_rosters", each=lambda dispute: dispute.collaborative_id)
def disputes(
    repository: Repository, *, collaborative_id: str | None = None, roster_id: str | None = None
) -> list[Dispute]:
    """All disputes of the collaboratives that whoever asks may look at, the earliest first."""
    return repository.sign_offs.disputes(collaborative_id=collaborative_id, roster_id=roster_id)


@open_to_all
def answer_dispute(repository: Repository, dispute_id: int, words: str) -> Dispute:
    """Answer a refusal: what was changed, or why nothing is. Raises NotFound, NotPermitted, and
    BadRequest without words, and where it does not wait for an answer.
    """
    return _said(repository, dispute_id, lambda dispute: _answer(repository, dispute, words))


def _answer(repository: Repository, dispute: Dispute, words: str) -> None:
    _require_words(words, "To answer a dispute")
    thing = thing_of(repository, "collaborative", dispute.collaborative_id)
    require(repository, "settle_disputes", thing)
    if dispute.state(_now()) not in ("open", "escalated") or dispute.events[-1].deed != "raised":
        raise BadRequest(f"Dispute {dispute.id} does not wait for an answer.")
    repository.sign_offs.say(
        dispute.id,
        len(dispute.events),
        NewEvent("answered", "", words),
        letters=letters.of_answer(repository, dispute, words),
    )


@open_to_all
def insist(repository: Repository, dispute_id: int, words: str) -> Dispute:
    """For the organisation that refused: the answer does not do, the backstop decides. Raises
    NotFound, NotPermitted, and BadRequest without words and where there is no answer.
    """
    return _said(repository, dispute_id, lambda dispute: _insist(repository, dispute, words))


def _insist(repository: Repository, dispute: Dispute, words: str) -> None:
    _require_words(words, "To insist")
    require(repository, "sign_off", thing_of(repository, "organisation", dispute.organisation_id))
    if dispute.events[-1].deed != "answered":
        raise BadRequest(f"Dispute {dispute.id} has no answer yet that could be insisted against.")
    event = NewEvent("insisted", dispute.organisation_id, words.strip())
    scheme = scheme_of(repository, dispute.collaborative_id)
    told = letters.of_insisting(repository, dispute, scheme, words.strip())
    repository.sign_offs.say(dispute.id, len(dispute.events), event, letters=told)


@open_to_all
def decide(
    repository: Repository,
    dispute_id: int,
    words: str,
    *,
    upheld: bool,
    change_set: int | None = None,
) -> Dispute:
    """Decide what was not settled, as the backstop: the refusal is `upheld`, and the roster has to
    change, or the organisation's share counts as approved as it is. `change_set`: the change of
    facts that the decision has become.

    Raises NotFound, also for a change that there is not; NotPermitted for whoever holds no post of
    the backstop that acts today;
    BadRequest without words, where it is not the backstop's yet, and where the share that was
    refused is another by now.
    """
    return _said(
        repository,
        dispute_id,
        lambda dispute: _decide(repository, dispute, words, upheld, change_set),
    )


@open_to_all
def may_decide(repository: Repository, dispute_id: int) -> bool:
    """Whether whoever asks is the backstop of a dispute's scheme today. Raises NotFound."""
    dispute = repository.sign_offs.dispute(dispute_id)
    scheme = scheme_of(repository, dispute.collaborative_id)
    return scheme is not None and bool(held(repository, scheme.backstops))


def _decide(
    repository: Repository, dispute: Dispute, words: str, upheld: bool, change_set: int | None
) -> None:
    _require_words(words, "To decide a dispute")
    if change_set is not None:
        repository.change_set(change_set)
    scheme = scheme_of(repository, dispute.collaborative_id)
    posts = () if scheme is None else held(repository, scheme.backstops)
    if not posts:
        named = " or ".join(post.name for post in scheme.backstops) if scheme else ""
        raise NotPermitted(
            f"{repository.actor.name} is not the backstop of this scheme"
            + (f": that is {named}." if named else ", which has none that acts today.")
        )
    if dispute.state(_now()) != "escalated":
        raise BadRequest(
            f"Dispute {dispute.id} is not the backstop's to decide: it waits for others until"
            f" {dispute.due:%-d %B %Y}, or has ended."
        )
    event = NewEvent("decided", "", words.strip(), upheld, change_set)
    header = repository.roster_header(dispute.roster_id)
    told = letters.of_decision(repository, dispute, header, words.strip(), upheld=upheld)
    if upheld:
        repository.sign_offs.say(dispute.id, len(dispute.events), event, letters=told)
        return
    as_of = repository.state_of_things()
    state = state_of(repository, dispute.roster_id)
    standing = state.step(dispute.organisation_id, dispute.step)
    if standing is None or standing.share.digests[dispute.step] != dispute.digest:
        raise BadRequest(
            said(
                "What {organisation} refused is another by now: whether that is {called} is theirs"
                " to answer anew.",
                organisation=ref("organisation", dispute.organisation_id),
                called=CALLED[dispute.step],
            )
        )
    instead = answer_to(standing, "approved", post_id=posts[0].id, reason=words.strip())
    repository.sign_offs.say(
        dispute.id,
        len(dispute.events),
        event,
        instead=instead,
        as_of=as_of,
        edition=state.header.edition,
        letters=told,
    )


def _said(repository: Repository, dispute_id: int, say: Callable[[Dispute], None]) -> Dispute:
    trying(lambda: say(repository.sign_offs.dispute(dispute_id)))
    return repository.sign_offs.dispute(dispute_id)


def _require_words(words: str, what: str) -> None:
    if not words.strip():
        raise BadRequest(f"{what} needs words, which stay with it.")


def _now() -> datetime:
    return datetime.now(UTC)
