"""Where somebody wants to be told by e-mail: by their own choice, at an address that whoever
vouches for them has verified, or that an administrator has written down.
"""

from email.errors import MessageError
from email.headerregistry import Address

from scheduler.domain.errors import BadRequest
from scheduler.services.accounts.accounts import Account, all_of_it, find_account
from scheduler.services.accounts.gate import open_to_all, require
from scheduler.storage.repository import Repository

LONGEST_ADDRESS = 254
"""RFC 5321, 4.5.3.1.3."""


@open_to_all
def my_mail(repository: Repository) -> str | None:
    """Where whoever asks is told by e-mail; None where nowhere, or where they have no account."""
    account = _own(repository)
    return None if account is None else account.mail_to


@open_to_all
def tell_me(repository: Repository, address: str | None) -> None:
    """Tell whoever asks by e-mail from now on, or no longer. Raises BadRequest for what is no
    address, and for whoever has no account.
    """
    account = _own(repository)
    if account is None:
        raise BadRequest("Only who signs in with an account of their own can be told by e-mail.")
    repository.book.mail_to(account.id, None if address is None else checked(address))


@open_to_all
def tell_account(repository: Repository, named: str, address: str | None) -> Account:
    """As `tell_me`, for another account, by whoever administers it. Raises NotFound, BadRequest and
    NotPermitted.
    """
    account = find_account(repository, named)
    if account.id != repository.actor.account:
        require(repository, "manage_accounts", all_of_it(repository, account))
    return repository.book.mail_to(account.id, None if address is None else checked(address))


def checked(address: str) -> str:
    """An address as it is written to. Raises BadRequest."""
    text = address.strip()
    try:
        parsed = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        parsed = Address()
    plain = text.isascii() and text.isprintable() and not any(map(str.isspace, text))
    if not (parsed.username and "." in parsed.domain and plain and len(text) <= LONGEST_ADDRESS):
        raise BadRequest(f"{address!r} is no e-mail address such as name@example.org.")
    return text


def _own(repository: Repository) -> Account | None:
    wanted = repository.actor.account
    return next((one for one in repository.book.accounts() if one.id == wanted), None)
