"""The catalogue of rules as a page in Markdown: data/policies/RULES.md."""

from collections.abc import Iterator, Sequence

from solver.policy.describe import RuleDescription, plain

HEAD = """\
# The rules

Made by `make docs` from the rules' own classes (`solver/constraints`, one file each): do not edit
it by hand.

Which rules hold, at what price and with what parameters is a *policy*: a TOML file with a table for
each rule that differs from the default, in this folder or anywhere. `weight = "hard"` makes a rule
hard, a number gives it a price, `off = true` switches it off; other keys are the rule's parameters.

```
scheduler policy check FILE      # every fault at once, or what it changes
scheduler policy show FILE       # the whole policy that results
scheduler policy diff A B        # what differs, rule by rule
scheduler rules RULE             # one rule of this page, with a table to copy
scheduler solve --policy FILE …  # a roster under it
```
"""


def page(rules: Sequence[RuleDescription]) -> str:
    """The whole page: a table of all rules, then a section for each, those that are hard by default
    first.
    """
    hard = [rule for rule in rules if rule.weight == "hard"]
    priced = [rule for rule in rules if rule.weight != "hard"]
    blocks = [HEAD]
    for title, group in (("Hard by default", hard), ("Priced by default", priced)):
        blocks.append(f"## {title}\n\n" + "\n".join(_overview(group)) + "\n")
        blocks += ["\n".join(_section(rule)) + "\n" for rule in group]
    return "\n".join(blocks)


def _overview(rules: Sequence[RuleDescription]) -> Iterator[str]:
    yield "| rule | id | default | concerns |"
    yield "|---|---|---|---|"
    for rule in rules:
        yield _row(f"[{rule.title}](#{rule.id})", f"`{rule.id}`", rule.default, rule.scope)


def _section(rule: RuleDescription) -> Iterator[str]:
    # headed by the id, so that the address of a section outlives a change of the title
    yield f"### {rule.id}\n\n**{rule.title}.** {rule.meaning}\n"
    if rule.remarks:
        yield f"{rule.remarks}\n"
    price = (
        ""
        if not rule.may_be_soft
        else (
            "; a price is a factor"
            if rule.price_unit == "factor"
            else f"; a price is in {rule.price_unit}"
        )
    )
    yield f"- Source: {rule.source}"
    yield f"- Concerns: {rule.scope}; counted in {rule.unit}"
    yield f"- By default {rule.default}; may be {rule.may_be}{price}"
    if rule.parameters:
        yield "\n| parameter | meaning | unit | type and range | default |"
        yield "|---|---|---|---|---|"
        for parameter in rule.parameters:
            for path, part in parameter.flat():
                default = (
                    "has to be given"
                    if part.needed
                    else (
                        ""
                        if part.parts
                        else "none"
                        if part.default is None
                        else plain(part.default)
                    )
                )
                yield _row(f"`{path}`", part.meaning, part.unit, part.kind, default)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
