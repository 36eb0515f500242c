"""Tokens on the command line: what lets other programs in over the API."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.accounts_commands import Account
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session

if TYPE_CHECKING:
    from scheduler.storage.access_tokens import AccessToken

tokens = typer.Typer(
    no_args_is_help=True,
    help="Tokens: what lets another program in over the API, as an account and with no more.",
)


def register(app: typer.Typer) -> None:
    app.add_typer(tokens, name="tokens")


@tokens.command("make")
def make(
    context: typer.Context,
    account: Account,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What it is for.", show_default=False)
    ],
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="Only this role of the account; several times for several.",
            show_default=False,
        ),
    ] = None,
    organisation: Annotated[
        list[str] | None,
        typer.Option(
            "--organisation",
            metavar="ID",
            help="Only within this one; several times for several.",
            show_default=False,
        ),
    ] = None,
    reading: Annotated[bool, typer.Option("--reading", help="It looks, and changes nothing.")] = (
        False
    ),
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long it holds.")] = 90,
    as_json: options.Json = False,
) -> None:
    """Make a token for an account. Its secret is shown this once.

    People make their own; of an account that is another program's (issuer "integration"), whoever
    administers it.
    """
    from scheduler.services.accounts import access_tokens as service

    with session(context, as_json).repository() as repository:
        made = service.make(
            repository,
            account,
            name,
            roles=role or [],
            organisation_ids=organisation or [],
            reading_only=reading,
            days=days,
        )
    if as_json:
        print_json({"status": "done", "secret": made.secret, **_document(made.token)})
        return
    say(made.secret)
    note(
        f"Token {made.token.id}, until {made.token.expires_at:%Y-%m-%d %H:%M} UTC. A program sends"
        " it as: Authorization: Bearer SECRET. It is not shown again."
    )


@tokens.command("list")
def list_tokens(
    context: typer.Context,
    account: Annotated[
        str | None,
        typer.Argument(metavar="ACCOUNT", help="Only of this account.", show_default=False),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Tokens that there are and were, until when, and when each was last used."""
    from scheduler.services.accounts import access_tokens as service
    from scheduler.services.accounts.accounts import who

    with session(context, as_json).reading() as repository:
        found = service.tokens(repository, account)
        names = {one.account_id: who(repository, one.account_id) for one in found}
    if as_json:
        print_json({"status": "done", "tokens": [_document(one) for one in found]})
        return
    if not found:
        say("There is no token.")
        note("To make one: scheduler tokens make ACCOUNT NAME")
        return
    rows = [
        (
            one.id,
            one.name,
            names[one.account_id],
            ", ".join(one.roles) or "all of its roles",
            ", ".join(one.organisations) or "wherever it reaches",
            "reading" if one.reading_only else "changing too",
            f"withdrawn {one.withdrawn_at:%Y-%m-%d}"
            if one.withdrawn_at
            else f"until {one.expires_at:%Y-%m-%d}",
            f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never",
        )
        for one in found
    ]
    headings = ("token", "for", "as", "roles", "within", "", "holds", "last used (UTC)")
    print_table(headings, rows)


@tokens.command("withdraw")
def withdraw(
    context: typer.Context,
    token: Annotated[
        str, typer.Argument(metavar="TOKEN", help="Its id, never its secret.", show_default=False)
    ],
    as_json: options.Json = False,
) -> None:
    """End a token: from now on it opens nothing."""
    from scheduler.services.accounts import access_tokens as service

    with session(context, as_json).repository() as repository:
        gone = service.withdraw(repository, token)
    if as_json:
        print_json({"status": "done", **_document(gone)})
        return
    say(f"Token {gone.id} ({gone.name}) opens nothing any more.")


def _document(token: "AccessToken") -> dict[str, Any]:
    times = ("given_at", "expires_at", "withdrawn_at", "last_used_at")
    return {
        "token_id": token.id,
        "account_id": token.account_id,
        "name": token.name,
        "roles": list(token.roles),
        "organisations": list(token.organisations),
        "reading_only": token.reading_only,
        **{
            name: None if (at := getattr(token, name)) is None else at.isoformat() for name in times
        },
    }
