"""Signed credentials on the command line: make a key, issue, verify, and list what is signed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.people_commands import StaffId
from scheduler.cli.rendering import print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.facts.credentials import CheckedCredential

credentials = typer.Typer(
    no_args_is_help=True,
    help="Passports, competencies and sign-offs as signed credentials, which others can verify.",
)


def register(app: typer.Typer) -> None:
    app.add_typer(credentials, name="credentials")


@credentials.command("key")
def key(
    context: typer.Context,
    to: Annotated[
        Path,
        typer.Option(
            "--to", metavar="FILE", help="The private key: keep it secret.", show_default=False
        ),
    ],
    public: Annotated[
        Path,
        typer.Option(
            "--public", metavar="FILE", help="The public key, for others.", show_default=False
        ),
    ],
    as_json: options.Json = False,
) -> None:
    """Make a pair of keys for an organisation. Neither is kept here."""
    from scheduler.services.facts.credential_form import make_key

    session(context, as_json)
    make_key(to, public)
    if as_json:
        print_json({"status": "done", "private": str(to), "public": str(public)})
        return
    say(f"The private key is in {to}, readable by you alone; the public one in {public}.")


@credentials.command("issue")
def issue(
    context: typer.Context,
    staff: StaffId,
    issuer: Annotated[
        str,
        typer.Option(
            "--issuer", metavar="ORGANISATION", help="Who signs, by its id.", show_default=False
        ),
    ],
    key: Annotated[
        Path,
        typer.Option("--key", metavar="FILE", help="Its private key, as PEM.", show_default=False),
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE", help="A file of JSON.", show_default=False)
    ],
    as_json: options.Json = False,
) -> None:
    """Sign what an organisation has given somebody: passports, sign-offs, and as an employer
    competencies.
    """
    from scheduler.services.facts import credentials as service

    with session(context, as_json).repository() as repository:
        found = service.issue(repository, staff, issuer, key, to)
    if as_json:
        facts = [{"file": one.file, **one.cells()} for one in found]
        print_json({"status": "done", "file": str(to), "signed": facts})
        return
    say(f"{counted(len(found), 'credential')} of {staff}, signed by {issuer}: {to}.")


@credentials.command("verify")
def verify(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Signed credentials.", show_default=False)
    ],
    trust: Annotated[
        Path,
        typer.Option(
            "--trust",
            metavar="FILE",
            help="JSON: the id of each organisation that is trusted, with its public keys (JWKS).",
            show_default=False,
        ),
    ],
    keep: Annotated[
        bool, typer.Option("--keep", help="Remember which facts here are signed.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Say of each credential whether it is valid, and whether a fact here says the same."""
    from scheduler.services.facts import credentials as service

    opened = session(context, as_json)
    with opened.repository() if keep else opened.reading() as repository:
        found = service.verify(repository, file, trust, keep=keep)
    if as_json:
        print_json({"status": "done", "credentials": [_document(one) for one in found]})
        return
    rows = []
    for one in found:
        of = one.claims.fact if one.claims else None
        who, what = (of.cell("staff_id"), of.file.replace("_", " ")) if of else ("", "")
        rows.append((who, what, one.verdict, one.sentence))
    print_table(("staff", "what", "", "which is to say"), rows)
    valid = sum(one.verdict == "valid" for one in found)
    say(f"{valid} of {counted(len(found), 'credential')} valid.")
    if keep:
        same = sum(one.here == "same" for one in found)
        say(f"{counted(same, 'fact')} here kept as signed.")


@credentials.command("list")
def list_signed(context: typer.Context, staff: StaffId, as_json: options.Json = False) -> None:
    """What somebody holds: signed by whom and when, or only entered."""
    from scheduler.services.facts import credentials as service

    with session(context, as_json).reading() as repository:
        found = service.signed_of(repository, staff)
    if as_json:
        facts = [
            {
                "file": one.fact.file,
                **one.fact.cells(),
                "state": one.state,
                "signed_by": one.organisation or None,
                "signed_at": one.signed_at.isoformat() if one.signed_at else None,
            }
            for one in found
        ]
        print_json({"status": "done", "facts": facts})
        return
    if not found:
        say(f"No passport, competency or sign-off of {staff} is known.")
        return
    print_table(
        ("what", "which", "is"),
        [
            (
                one.fact.file.replace("_", " "),
                ", ".join(one.fact.cell(name) for name in one.fact.key[1:]),
                one.words,
            )
            for one in found
        ],
    )
    note("What is signed is remembered by: scheduler credentials verify FILE --trust FILE --keep")


def _document(one: "CheckedCredential") -> dict[str, Any]:
    claims = one.claims
    return {
        "verdict": one.verdict,
        "sentence": one.sentence,
        "credential_id": claims.credential_id if claims else None,
        "issuer": claims.organisation_id if claims else None,
        "file": claims.fact.file if claims else None,
        "fact": claims.fact.cells() if claims else None,
        "here": one.here,
        "otherwise": {
            name: {"signed": theirs, "stored": ours}
            for name, (theirs, ours) in (one.cells or {}).items()
        },
    }
