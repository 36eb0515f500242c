"""Policies: show a whole one, check one, say how two differ; with those that were saved."""

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import saved_policy_commands
from scheduler.cli.options import Json
from scheduler.cli.policy_choice import chosen_policy
from scheduler.cli.rendering import say
from scheduler.cli.saved_policy_commands import HELP, Whose
from scheduler.cli.session import print_json, session
from scheduler.domain.errors import BadInput

if TYPE_CHECKING:
    from scheduler.services.data.policies import PolicyDifference


def register(app: typer.Typer) -> None:
    policy = typer.Typer(
        no_args_is_help=True,
        help=(
            "Show a policy, check one, say how two differ; save one under a name, and say what it"
            " would make of a stored roster. A policy is data: TOML over the default."
        ),
    )
    policy.command("show")(show)
    policy.command("check")(check)
    policy.command("diff")(diff)
    saved_policy_commands.register(policy)
    app.add_typer(policy, name="policy")


def show(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE|NAME", help=HELP, show_default=False)
    ] = None,
    collaborative: Whose = None,
    as_json: Json = False,
) -> None:
    """Print the whole policy that results from the default with FILE over it, as TOML that reads
    back as the same policy.
    """
    from scheduler.services.data import policies

    called = session(context, as_json)
    found = chosen_policy(called, file, collaborative)
    shown = policies.shown(found.words, found.policy)
    if as_json:
        print_json({"policy": shown.name, "rules": shown.tables})
    else:
        say(shown.text.removesuffix("\n"))


def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE|NAME", help=HELP, show_default=False)],
    collaborative: Whose = None,
    as_json: Json = False,
) -> None:
    """Name every fault of a policy at once, each with what was expected; or say what the policy
    changes.
    """
    from scheduler.services.data import policies
    from solver.policy.policy import Policy

    given = chosen_policy(session(context, as_json), file, collaborative)
    found = policies.difference_between(
        given.words, given.policy, policies.DEFAULT, Policy.from_tables()
    )
    if as_json:
        print_json({"status": "done", **difference_document(found)})
        return
    changed = found.changed_rules
    if not changed:
        say(f"{found.one} has no fault and changes nothing: it is {found.other}.")
        return
    say(
        f"{found.one} has no fault. It changes {len(changed)} of {found.rules} rules:"
        f" {', '.join(changed.values())}."
    )
    print_changes(found)


def diff(
    context: typer.Context,
    one: Annotated[Path, typer.Argument(metavar="A", help=HELP, show_default=False)],
    other: Annotated[
        Path | None,
        typer.Argument(
            metavar="B",
            help="What it is held against; without it the default policy.",
            show_default=False,
        ),
    ] = None,
    collaborative: Whose = None,
    as_json: Json = False,
) -> None:
    """Say how policy A differs from policy B, rule by rule and parameter by parameter."""
    from scheduler.services.data import policies

    called = session(context, as_json)
    chosen, faults = [], []
    for given in (one, other):
        try:
            chosen.append(chosen_policy(called, given, collaborative))
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    first, second = chosen
    found = policies.difference_between(first.words, first.policy, second.words, second.policy)
    if as_json:
        print_json(difference_document(found))
    elif not found.changes:
        say(f"{found.one} and {found.other} are the same policy.")
    else:
        say(
            f"{found.one} differs from {found.other} in {len(found.changed_rules)} of {found.rules}"
            " rules."
        )
        print_changes(found)


def difference_document(found: "PolicyDifference") -> dict[str, Any]:
    """A difference for a program: values as TOML holds them, null where a policy has none."""
    return {
        "a": found.one,
        "b": found.other,
        "changes": [
            {
                "rule": change.rule,
                "title": change.title,
                "parameter": change.parameter,
                "meaning": change.meaning,
                "unit": change.unit,
                "a": change.one,
                "b": change.other,
            }
            for change in found.changes
        ],
    }


def print_changes(found: "PolicyDifference") -> None:
    """Rule by rule, each parameter with both values."""
    for rule_id, changes in groupby(found.changes, lambda change: change.rule):
        say(f"\n{found.changed_rules[rule_id]} [{rule_id}]")
        for change in changes:
            what = f"{change.meaning} ({change.parameter})" if change.meaning else change.parameter
            say(f"  {what}: {change.one_in_words}; in {found.other} {change.other_in_words}")
