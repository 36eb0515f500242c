"""Policies that are kept under a name: list them, save one, withdraw one, see its versions; and
what a policy would make of a stored roster.
"""

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import Json, RosterId
from scheduler.cli.policy_choice import chosen_policy
from scheduler.cli.rendering import exact_pounds, print_table, say
from scheduler.cli.session import note, print_json, session
from scheduler.domain.wording import counted

if TYPE_CHECKING:
    from scheduler.services.data.kept_versions import KeptVersion, SavedVersion
    from scheduler.services.rosters.policy_effect import PolicyEffect

HELP = (
    "A TOML file with rules that differ from the default, or the name of a policy: saved, or in"
    " data/policies."
)
HEADINGS = ("name", "whose", "version", "changes", "saved", "by", "why")
MOST_BREACHES = 20
"""Breaches that a person is shown at once."""
Whose = Annotated[
    str | None,
    typer.Option(
        "--collaborative",
        "-c",
        metavar="ID",
        help="Whose policies, with those of all; otherwise every one that you may look at.",
        show_default=False,
    ),
]
SavedFor = Annotated[
    str | None,
    typer.Option(
        "--collaborative",
        "-c",
        metavar="ID",
        help="Whose it is; otherwise it is everybody's.",
        show_default=False,
    ),
]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Under which it is kept.", show_default=False)
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with it.")]


def register(policy: typer.Typer) -> None:
    policy.command("list")(list_policies)
    policy.command("save")(save)
    policy.command("withdraw")(withdraw)
    policy.command("history")(history)
    policy.command("effect")(effect)


def list_policies(
    context: typer.Context, collaborative: Whose = None, as_json: Json = False
) -> None:
    """List the policies that go by a name: saved ones, and those that come with the program."""
    from scheduler.services.data.policies import named_policies
    from scheduler.services.data.saved_policies import saved_policies

    with session(context, as_json).reading() as repository:
        found = saved_policies(repository, collaborative)
    presets = list(named_policies())
    if as_json:
        print_json(
            {
                "status": "done",
                "saved": [version_document(one.version, one.by) for one in found],
                "presets": presets,
            }
        )
        return
    if found:
        print_table(
            ("name", "whose", "version", "changes", "saved", "by", "why"),
            map(_row, found),
            right=(2,),
        )
    else:
        say("None is saved yet: scheduler policy save NAME FILE --why REASON")
    say(f"With the program come: {', '.join(presets)}.")


def save(
    context: typer.Context,
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE|NAME", help=HELP, show_default=False)],
    collaborative: SavedFor = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Save a policy under a name, as the next version of it: `--policy NAME` finds it from then on,
    and so do the pages. Rosters keep the policy that they were made under.
    """
    from scheduler.services.data.saved_policies import save_policy

    called = session(context, as_json)
    given = chosen_policy(called, file, collaborative)
    with called.repository() as repository:
        made = save_policy(
            repository,
            name,
            given.tables,
            collaborative_id=collaborative,
            why=why,
            source=given.words,
        )
    if as_json:
        print_json({"status": "done", **version_document(made)})
        return
    say(
        f"Saved as “{made.name}”, version {made.version}, {_whose(made)}; it changes"
        f" {counted(len(made.tables), 'rule')} of the default. Use it: --policy '{made.name}'"
    )


def withdraw(
    context: typer.Context,
    name: Name,
    collaborative: SavedFor = None,
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Let nobody be offered a saved policy any more; its versions stay."""
    from scheduler.services.data.saved_policies import withdraw_policy

    with session(context, as_json).repository() as repository:
        made = withdraw_policy(repository, name, collaborative_id=collaborative, why=why)
    if as_json:
        print_json({"status": "done", **version_document(made)})
        return
    say(f"Withdrew “{made.name}”, {_whose(made)}. What was built under it stays as it is.")


def history(
    context: typer.Context, name: Name, collaborative: Whose = None, as_json: Json = False
) -> None:
    """Show every version of a saved policy, the newest first, and what each changed of the one
    before.
    """
    from scheduler.cli.policy_commands import print_changes
    from scheduler.services.data.policies import difference_between
    from scheduler.services.data.saved_policies import policy_history, read_version

    with session(context, as_json).reading() as repository:
        found = policy_history(repository, name, collaborative)
    if as_json:
        print_json(
            {
                "status": "done",
                "versions": [version_document(one.version, one.by) for one in found],
            }
        )
        return
    print_table(HEADINGS, map(_row, found), right=(2,))
    for one, before in pairwise(found):
        if one.collaborative_id == before.collaborative_id:
            pair = [read_version(each.version) for each in (one, before)]
            words = [f"version {each.version.version}" for each in (one, before)]
            changes = difference_between(words[0], pair[0].policy, words[1], pair[1].policy)
            if changes.changes:
                say(f"\n{words[0].capitalize()} differs from {words[1]}:")
                print_changes(changes)


def effect(
    context: typer.Context,
    roster_id: RosterId,
    file: Annotated[Path, typer.Argument(metavar="FILE|NAME", help=HELP, show_default=False)],
    as_json: Json = False,
) -> None:
    """Say what another policy would make of a stored roster: its objective rule by rule under both,
    and what would break a hard rule.
    """
    from scheduler.services.rosters.policy_effect import MAY_BE_BETTER, what_it_would_cost
    from scheduler.services.view import look_up

    called = session(context, as_json)
    with called.reading() as repository:
        of = look_up.header(repository, roster_id).collaborative_id
    given = chosen_policy(called, file, of)
    with called.reading() as repository:
        found = what_it_would_cost(repository, roster_id, given.tables)
    if as_json:
        print_json(effect_document(found))
        return
    say(
        f"{roster_id}: {exact_pounds(found.before)} under its own policy,"
        f" {exact_pounds(found.after)} under {given.words}"
        f" ({'+' if found.difference > 0 else ''}{exact_pounds(found.difference)})."
    )
    if found.changed:
        print_table(
            ("rule", "counts", "would count", "before", "after", "difference", "hard breaches"),
            [
                (
                    rule.title,
                    rule.counts_before,
                    rule.counts_after,
                    _cost(rule.before),
                    _cost(rule.after),
                    exact_pounds(rule.difference),
                    f"{rule.broken_before} → {rule.broken_after}",
                )
                for rule in found.changed
            ],
            right=(3, 4, 5, 6),
        )
    if found.new_breaches:
        say(f"{counted(len(found.new_breaches), 'breach', 'breaches')} of a hard rule more:")
        for breach in found.new_breaches[:MOST_BREACHES]:
            say(f"  {breach.sentence}")
        if (more := len(found.new_breaches) - MOST_BREACHES) > 0:
            say(f"  … and {more:,} more")
    for remark in found.notes:
        note(f"Note: {remark}")
    say(MAY_BE_BETTER)


def effect_document(found: "PolicyEffect") -> dict[str, Any]:
    """For a program: pence, null where a rule has no price."""
    return {
        "status": "done",
        "roster_id": found.roster_id,
        "before_pence": found.before,
        "after_pence": found.after,
        "difference_pence": found.difference,
        "rules": [{**vars(rule), "difference": rule.difference} for rule in found.changed],
        "new_breaches": [
            {"rule": breach.rule, "sentence": breach.sentence, "about": list(breach.about)}
            for breach in found.new_breaches
        ],
        "notes": list(found.notes),
    }


def version_document(version: "KeptVersion", by: str = "") -> dict[str, Any]:
    """A version for a program."""
    return {
        "name": version.name,
        "collaborative": version.collaborative_id,
        "version": version.version,
        "withdrawn": version.withdrawn,
        "at": version.at.isoformat(timespec="seconds"),
        **({"by": by} if by else {}),
        "why": version.why,
        "rules": version.tables,
    }


def _row(one: "SavedVersion") -> tuple[object, ...]:
    version = one.version
    return (
        version.name,
        version.collaborative_id or "everybody",
        f"{version.version}{' (withdrawn)' if version.withdrawn else ''}",
        counted(len(version.tables), "rule"),
        f"{version.at:%Y-%m-%d %H:%M} UTC",
        one.by,
        version.why,
    )


def _whose(version: "KeptVersion") -> str:
    return "everybody's" if version.collaborative_id is None else f"of {version.collaborative_id}"


def _cost(pence: float | None) -> str:
    return "–" if pence is None else exact_pounds(pence)
