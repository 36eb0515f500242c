"""Who holds which post of a scheme of approval: as grants of access say."""

from scheduler.domain.access import Everywhere, HeldGrant
from scheduler.domain.facts import ApprovalPost
from scheduler.storage.repository import Repository

Posts = tuple[ApprovalPost, ...]


def held(repository: Repository, posts: Posts) -> Posts:
    """Those of these posts that whoever asks holds."""
    actor = repository.actor
    if actor.program:
        return posts
    return tuple(post for post in posts if any(gives(grant, post) for grant in actor.grants))


def gives(grant: HeldGrant, post: ApprovalPost) -> bool:
    """A grant that names no post gives all of the organisations that it covers, and the backstop
    where it is for all of the collaborative.
    """
    if grant.role != "approver":
        return False
    if isinstance(grant.organisations, Everywhere):
        return grant.post_id in ("", post.id)
    of_all = grant.collaborative_id == post.collaborative_id
    covered = (
        of_all if post.organisation_id is None else post.organisation_id in grant.organisations
    )
    return covered and grant.post_id in ("", post.id)
