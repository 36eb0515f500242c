"""Accounts on the command line: who they are, what they may do."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session

if TYPE_CHECKING:
    from scheduler.services.accounts.accounts import AccessGrant, AccountWithGrants

accounts = typer.Typer(
    no_args_is_help=True,
    help="Accounts: who signs in, and what they may do within which organisation.",
)

Account = Annotated[
    str,
    typer.Argument(
        metavar="ACCOUNT",
        help="Its id, its subject, or issuer and subject in one text.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    app.add_typer(accounts, name="accounts")


@accounts.command("list")
def list_accounts(context: typer.Context, as_json: options.Json = False) -> None:
    """Accounts with what they may do today; those without anything wait to be given it."""
    from scheduler.services.accounts import accounts as service

    with session(context, as_json).reading() as repository:
        found = service.accounts(repository)
    if as_json:
        print_json({"status": "done", "accounts": [_document(one) for one in found]})
        return
    if not found:
        say("There is no account yet.")
        note(
            "The first administrator: scheduler accounts add ISSUER SUBJECT, then scheduler"
            " accounts give SUBJECT administrator."
        )
        return
    rows = [
        (
            one.account.id,
            one.account.name,
            one.account.subject,
            one.account.issuer,
            one.account.staff_id or "",
            "; ".join(f"{grant.role} {_scope(grant)} [{grant.id}]" for grant in one.in_force_today)
            or "nothing yet",
        )
        for one in found
    ]
    print_table(("account", "name", "subject", "issuer", "person", "may, today"), rows)


@accounts.command("add")
def add(
    context: typer.Context,
    issuer: Annotated[
        str,
        typer.Argument(
            metavar="ISSUER",
            help="The provider's address, as its tokens say it.",
            show_default=False,
        ),
    ],
    subject: Annotated[
        str,
        typer.Argument(
            metavar="SUBJECT",
            help="Who it is there: the token's sub; of Microsoft's directories TENANT/OBJECT.",
            show_default=False,
        ),
    ],
    name: Annotated[str, typer.Option("--name", help="What people call them.")] = "",
    as_json: options.Json = False,
) -> None:
    """An account for somebody who has not signed in yet, such as the first administrator."""
    from scheduler.services.accounts import accounts as service

    with session(context, as_json).repository() as repository:
        made = service.add(repository, issuer, subject, name)
    if as_json:
        print_json({"status": "done", "account_id": made.id})
        return
    say(f"Account {made.id}: {made.name}. It may do nothing yet.")
    note(f"What it may do: scheduler accounts give {made.id} ROLE --organisation ID")


@accounts.command("give")
def give(
    context: typer.Context,
    account: Account,
    role: Annotated[
        str,
        typer.Argument(
            metavar="ROLE",
            help="operations, approver, director, auditor or administrator.",
            show_default=False,
        ),
    ],
    organisation: Annotated[
        str | None,
        typer.Option("--organisation", metavar="ID", help="Within one.", show_default=False),
    ] = None,
    collaborative: Annotated[
        str | None,
        typer.Option(
            "--collaborative",
            metavar="ID",
            help="Within all members of one. Without either: everywhere.",
            show_default=False,
        ),
    ] = None,
    post: Annotated[
        str | None,
        typer.Option(
            "--post",
            metavar="ID",
            help="An approver's post in a scheme of approval, which says for whom.",
            show_default=False,
        ),
    ] = None,
    from_date: Annotated[
        date | None,
        typer.Option(
            "--from",
            metavar="DATE",
            parser=options.parse_day,
            help="The first day; today unless said.",
            show_default=False,
        ),
    ] = None,
    to_date: Annotated[
        date | None,
        typer.Option(
            "--to",
            metavar="DATE",
            parser=options.parse_day,
            help="The last day; without it, until it is withdrawn.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Let an account do what a role does, from today on unless another day is said."""
    from scheduler.services.accounts import accounts as service

    with session(context, as_json).repository() as repository:
        given = service.give(
            repository,
            account,
            role,
            organisation_id=organisation,
            collaborative_id=collaborative,
            post_id=post,
            from_date=from_date,
            to_date=to_date,
        )
    if as_json:
        print_json({"status": "done", **_grant(given)})
        return
    until = f" to {given.to_date}" if given.to_date else ""
    say(
        f"Grant {given.id}: {given.account_id} is {given.role} {_scope(given)} from"
        f" {given.from_date}{until}."
    )


@accounts.command("withdraw")
def withdraw(
    context: typer.Context,
    grant: Annotated[
        str,
        typer.Argument(
            metavar="GRANT", help="Its id, as scheduler accounts list shows it.", show_default=False
        ),
    ],
    as_json: options.Json = False,
) -> None:
    """Take a grant back, from this moment on."""
    from scheduler.services.accounts import accounts as service

    with session(context, as_json).repository() as repository:
        gone = service.withdraw(repository, grant)
    if as_json:
        print_json({"status": "done", **_grant(gone)})
        return
    say(f"Withdrawn: {gone.account_id} is no longer {gone.role} {_scope(gone)}.")


@accounts.command("person")
def person(
    context: typer.Context,
    account: Account,
    staff: Annotated[
        str | None,
        typer.Argument(
            metavar="[STAFF]", help="The staff number, or words of the name.", show_default=False
        ),
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="It is no member of staff.")] = False,
    as_json: options.Json = False,
) -> None:
    """Say which member of staff an account is: they then see what is their own."""
    from scheduler.services.accounts import accounts as service
    from scheduler.services.view.by_words import meant_or_itself

    if (staff is None) != nobody:
        raise typer.BadParameter("Name a staff number, or say --nobody.")
    with session(context, as_json).repository() as repository:
        if staff is not None:
            staff = meant_or_itself(repository, "staff", staff)
        found = service.is_staff(repository, account, staff)
    if as_json:
        print_json({"status": "done", "account_id": found.id, "staff_id": found.staff_id})
        return
    say(f"Account {found.id} is {found.staff_id or 'no member of staff'}.")


@accounts.command("mail")
def mail(
    context: typer.Context,
    account: Account,
    address: Annotated[
        str | None,
        typer.Argument(metavar="[ADDRESS]", help="Where to.", show_default=False),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Tell them nothing by e-mail.")] = False,
    as_json: options.Json = False,
) -> None:
    """Tell somebody by e-mail how their shifts change and what waits for them, if they want it."""
    from scheduler.services.accounts import mail as service

    if (address is None) != none:
        raise typer.BadParameter("Name an address, or say --none.")
    with session(context, as_json).repository() as repository:
        found = service.tell_account(repository, account, address)
    if as_json:
        print_json({"status": "done", "account_id": found.id, "by_mail": found.mail_to is not None})
        return
    done = "told nothing by e-mail" if found.mail_to is None else "told by e-mail from now on"
    say(f"Account {found.id} is {done}.")


@accounts.command("roles")
def roles(as_json: options.Json = False) -> None:
    """Which role may do what, and how far that reaches."""
    from scheduler.domain.access import ACCESS_ROLES, ACTIONS, IN_WORDS, REACHES

    if as_json:
        print_json({"status": "done", "reaches": {action: REACHES[action] for action in ACTIONS}})
        return
    rows = [
        (IN_WORDS[action], *(REACHES[action].get(role, "") for role in ACCESS_ROLES))
        for action in ACTIONS
    ]
    print_table(("may", *ACCESS_ROLES), rows)
    say(
        "own: what is the person's own. part: whatever concerns an organisation of the grant."
        " whole: only what concerns none but those."
    )


def _scope(grant: "AccessGrant") -> str:
    if grant.post_id is not None:
        return f"as {grant.post_id}"
    if grant.organisation_id is not None:
        return f"within {grant.organisation_id}"
    if grant.collaborative_id is not None:
        return f"within all of {grant.collaborative_id}"
    return "of their own" if grant.role == "staff" else "everywhere"


def _grant(grant: "AccessGrant") -> dict[str, Any]:
    return {
        "grant_id": grant.id,
        "account_id": grant.account_id,
        "role": grant.role,
        "organisation_id": grant.organisation_id,
        "collaborative_id": grant.collaborative_id,
        "post_id": grant.post_id,
        "from_date": grant.from_date,
        "to_date": grant.to_date,
        "given_by": grant.given_by,
        "withdrawn_at": grant.withdrawn_at,
    }


def _document(one: "AccountWithGrants") -> dict[str, Any]:
    account = one.account
    return {
        "account_id": account.id,
        "issuer": account.issuer,
        "subject": account.subject,
        "name": account.name,
        "staff_id": account.staff_id,
        "grants": [_grant(grant) for grant in one.grants],
    }
