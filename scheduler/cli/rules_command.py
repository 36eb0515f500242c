"""The catalogue of rules: for people, for programs, as a page."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli.options import Json
from scheduler.cli.rendering import say
from scheduler.cli.session import print_json, session
from scheduler.domain.errors import BadRequest

if TYPE_CHECKING:
    from solver.policy.describe import Parameter, RuleDescription


def register(app: typer.Typer) -> None:
    app.command("rules")(rules)


def rules(
    context: typer.Context,
    rule: Annotated[
        str | None,
        typer.Argument(metavar="RULE", help="Only this one, in detail.", show_default=False),
    ] = None,
    markdown: Annotated[
        bool,
        typer.Option(
            "--markdown", help="Print the catalogue as a page, as in data/policies/RULES.md."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Print the catalogue of rules: what each means, where it comes from, its parameters and what a
    policy may make of it.
    """
    from scheduler.services.data import policies

    session(context, as_json)
    if markdown and (as_json or rule is not None):
        raise BadRequest(
            "--markdown prints the whole catalogue as a page: leave out RULE and --json."
        )
    found = policies.rules(rule)
    if as_json:
        documents = [rule_document(description) for description in found]
        print_json(documents if rule is None else documents[0])
    elif markdown:
        from scheduler.cli.rules_page import page

        typer.echo(page(found), nl=False)
    elif rule is not None:
        _print_detail(found[0], policies.sample(found[0]))
    else:
        for description in found:
            _print_rule(description)
        say(f"{len(found)} rules. One in detail: scheduler rules {found[0].id}")


def rule_document(rule: "RuleDescription") -> dict[str, Any]:
    """A rule for a program; its parameters with their paths, parts such as `on_cost_percent.bank`
    among them.
    """
    names = (
        "id",
        "title",
        "meaning",
        "remarks",
        "source",
        "scope",
        "unit",
        "weight",
        "price_unit",
        "may_be_hard",
        "may_be_soft",
        "may_be_off",
    )
    return {
        **{name: getattr(rule, name) for name in names},
        "parameters": [
            _parameter_document(path, part)
            for parameter in rule.parameters
            for path, part in parameter.flat()
        ],
    }


def _parameter_document(path: str, parameter: "Parameter") -> dict[str, Any]:
    names = ("meaning", "kind", "unit", "default", "needed")
    return {"name": path, **{name: getattr(parameter, name) for name in names}, **parameter.bounds}


def parameter_line(path: str, parameter: "Parameter") -> str:
    """A parameter in a line: what it means, its unit, type, range and default."""
    from solver.policy.describe import plain

    unit = f" [{parameter.unit}]" if parameter.unit else ""
    default = (
        ", has to be given"
        if parameter.needed
        else (
            ""
            if parameter.default is None or parameter.parts
            else f", default {plain(parameter.default)}"
        )
    )
    return f"{path}: {parameter.meaning}{unit}; {parameter.kind}{default}"


def _print_parameters(rule: "RuleDescription") -> None:
    for parameter in rule.parameters:
        for path, part in parameter.flat():
            say(f"    {parameter_line(path, part)}")


def _print_rule(rule: "RuleDescription") -> None:
    say(f"{rule.id}: {rule.title}")
    say(f"  {rule.meaning}")
    say(
        f"  Source: {rule.source}. Scope: {rule.scope}. Counted in {rule.unit}. By default"
        f" {rule.default}; may be {rule.may_be}."
    )
    _print_parameters(rule)
    say()


def _print_detail(rule: "RuleDescription", sample: str) -> None:
    say(f"{rule.id}: {rule.title}\n\n{rule.meaning}")
    if rule.remarks:
        say(f"\n{rule.remarks}")
    say()
    facts = [
        ("source", rule.source),
        ("scope", rule.scope),
        ("counted in", rule.unit),
        ("by default", rule.default),
        ("may be", rule.may_be),
        (
            "a price is",
            (
                "a factor: the amount is money already"
                if rule.price_unit == "factor"
                else f"in {rule.price_unit}"
            ),
        ),
    ]
    for name, text in facts if rule.may_be_soft else facts[:-1]:
        say(f"  {name + ':':<12}{text}")
    if rule.parameters:
        say("  parameters:")
        _print_parameters(rule)
    say(f"\nIn a policy file, with its defaults:\n\n{sample}")
