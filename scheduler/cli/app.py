"""The command line: parse, call a service, render. Exit codes: 0 done, 2 bad input, 3 breaches
found, 4 facts that clash, 5 not permitted.
"""

from importlib.metadata import version
from typing import Annotated

import typer

from scheduler.cli import (
    accounts_commands,
    audit_commands,
    calendar_commands,
    check_commands,
    credentials_commands,
    data_commands,
    demo,
    director_commands,
    dispute_commands,
    edit_commands,
    expiries_command,
    facts_commands,
    feasibility_command,
    fill_command,
    inbox_commands,
    job_commands,
    keep_commands,
    kept_scenario_commands,
    kpis_command,
    leave_commands,
    mapping_commands,
    my_commands,
    organisation_commands,
    pack_command,
    people_commands,
    policy_commands,
    recharge_command,
    repair_command,
    replacements_command,
    request_commands,
    roster_commands,
    rules_command,
    scenario_commands,
    settings_command,
    sign_off_commands,
    tell_commands,
    token_commands,
    trade_commands,
    ui_command,
    value_command,
    version_commands,
    why_commands,
)
from scheduler.cli.rendering import say
from scheduler.cli.session import CommandGroup, Session
from scheduler.engine.surroundings import trust_no_current_folder
from scheduler.services.limits.memory import look_for_cycles_seldom

app = typer.Typer(
    name="scheduler",
    cls=CommandGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Decides who works where: shared clinical staff across neighbouring health organisations.",
    epilog=(
        "Exit codes: 0 done, 2 bad input, 3 breaches found or roster refused, 4 facts that clash,"
        " 5 not permitted."
    ),
)


def _say_version(asked: bool) -> None:
    if asked:
        say(version("workforce-deployment-scheduler"))
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    db: Annotated[
        str | None,
        typer.Option(
            "--db",
            metavar="URL",
            envvar="SCHEDULER_DB",
            help="The database, such as sqlite:///path/to/file.db; "
            "without it, a file in your data folder.",
            show_default=False,
        ),
    ] = None,
    acting: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="ACCOUNT",
            help="Do it with the rights of this account; both are on record.",
            show_default=False,
        ),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_say_version,
            is_eager=True,
            help="Say which version this is.",
        ),
    ] = False,
) -> None:
    context.obj = Session(database=db, acting=acting)


for commands in (
    data_commands,
    facts_commands,
    leave_commands,
    mapping_commands,
    roster_commands,
    edit_commands,
    fill_command,
    version_commands,
    sign_off_commands,
    dispute_commands,
    inbox_commands,
    trade_commands,
    request_commands,
    tell_commands,
    job_commands,
    feasibility_command,
    why_commands,
    replacements_command,
    repair_command,
    check_commands,
    expiries_command,
    kpis_command,
    pack_command,
    recharge_command,
    organisation_commands,
    credentials_commands,
    keep_commands,
    kept_scenario_commands,
    scenario_commands,
    value_command,
    director_commands,
    policy_commands,
    rules_command,
    accounts_commands,
    audit_commands,
    people_commands,
    calendar_commands,
    token_commands,
    my_commands,
    settings_command,
    demo,
    ui_command,
):
    commands.register(app)


def main() -> None:
    """The entry point of the installed program."""
    trust_no_current_folder()
    look_for_cycles_seldom()
    app()


if __name__ == "__main__":
    main()
