"""Who asks: the account of the token that a request brings, with what it may do at this moment."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from scheduler.domain.access import Actor
from scheduler.domain.errors import NotPermitted
from scheduler.services.accounts.access_tokens import bearer
from scheduler.services.accounts.accounts import NotSignedIn
from scheduler.services.data.open import Repository
from scheduler.services.data.own_database import OwnDatabase

NOBODY_YET = Actor("api", "a program that asks", origin="api")
"""As whom the database is opened, before it is known who asks."""
LOOKING = frozenset({"GET", "HEAD"})
BRING_A_TOKEN = (
    "Bring a token: Authorization: Bearer SECRET. Whoever administers accounts makes one with"
    " scheduler tokens make."
)
READS_ALONE = "This token looks, and changes nothing. Ask for one that may change things."

scheme = HTTPBearer(
    auto_error=False, description="The secret of a token that `scheduler tokens make` has shown."
)


def asking(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(scheme)],
) -> Repository:
    """The database, as whoever brings the token. Raises NotSignedIn, NotPermitted."""
    if given is None:
        raise NotSignedIn(BRING_A_TOKEN)
    database: OwnDatabase = request.app.state.database
    opened = database.repository()
    peer = request.client.host if request.client else "somewhere"
    actor, token = bearer(opened, given.credentials, peer)
    if token.reading_only and request.method not in LOOKING:
        raise NotPermitted(READS_ALONE)
    request.state.account = actor.account
    return opened.acting(actor)


Asking = Annotated[Repository, Depends(asking)]
