"""All commands as a page in Markdown: docs/commands.md, written by

python -m scheduler.cli.commands_page docs/commands.md
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from scheduler.cli.app import app

NAME = "scheduler"
ALONE = "Commands of one word"
TYPES = {
    "<int>": "NUMBER",
    "<int range>": "NUMBER",
    "<float>": "NUMBER",
    "<float range>": "NUMBER",
    "<path>": "PATH",
    "<str>": "TEXT",
}
"""What Typer says of a value where its command says nothing -> what the page says."""
NOTES = re.compile(r"  \[(?P<notes>[^\[\]]+)\]$")
"""What Typer adds to an option's meaning: its default, its range, that it has to be given."""
BOUNDS = re.compile(r"(?:(?P<least>-?[\d.]+)<=)?x(?:(?P<sign><=|>=)(?P<most>-?[\d.]+))?")
JSON = "--json"
"""Said once for all commands that know it."""


@dataclass(frozen=True)
class DescribedParameter:
    """An option or argument in words: as it is typed, what it means, what holds without it."""

    typed: str
    meaning: str
    default: str


@dataclass(frozen=True)
class DescribedCommand:
    """A command by its words without `scheduler`, its sentences, and what it takes."""

    words: tuple[str, ...]
    meaning: str
    arguments: tuple[DescribedParameter, ...]
    options: tuple[DescribedParameter, ...]
    usage: str
    speaks_json: bool

    @property
    def first_sentence(self) -> str:
        """What stands of it in the table of its group."""
        return re.split(r"(?<=[.!?])\s", self.meaning, maxsplit=1)[0]

    @property
    def title(self) -> str:
        """As it is typed, without what it takes."""
        return " ".join((NAME, *self.words))


def described() -> list[DescribedCommand]:
    """Every command of the program in the order of its help."""
    return [_described(words, command) for words, command in _walk(typer.main.get_command(app), ())]


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if command.hidden:
        return
    if not hasattr(command, "commands"):
        yield words, command
        return
    for name, inner in command.commands.items():
        yield from _walk(inner, (*words, name))


def _described(words: tuple[str, ...], command: Any) -> DescribedCommand:
    context = command.make_context(words[-1], [], resilient_parsing=True)
    arguments, options, usage = [], [], []
    for parameter in command.params:
        told = parameter.get_help_record(context)
        if told is None:
            continue
        found = _parameter(*told)
        if parameter.param_type_name == "argument":
            name = found.typed.split(" ")[0].strip("[]").upper()
            arguments.append(DescribedParameter(name, found.meaning, found.default))
            name += " …" if parameter.nargs != 1 else ""
            usage.append(name if parameter.required else f"[{name}]")
        else:
            options.append(found)
            if parameter.required:
                long = re.sub(r"^-\w, ", "", found.typed)
                usage.append(long)
    return DescribedCommand(
        words=words,
        meaning=" ".join((command.help or "").split()),
        arguments=tuple(arguments),
        options=tuple(one for one in options if one.typed != JSON),
        usage=" ".join((NAME, *words, *usage, *(["[OPTIONS]"] if options else []))),
        speaks_json=any(one.typed == JSON for one in options),
    )


def _parameter(typed: str, told: str) -> DescribedParameter:
    for theirs, ours in TYPES.items():
        typed = typed.replace(theirs, ours)
    typed = re.sub(r"<([^<>]+)>", r"\1", typed)
    found = NOTES.search(told)
    meaning = " ".join((told[: found.start()] if found else told).split())
    default = ""
    for note in found["notes"].split("; ") if found else ():
        if note == "required":
            default = "has to be given"
        elif note.startswith("default: "):
            default = f"`{note.removeprefix('default: ').strip('()')}`"
        elif bounds := BOUNDS.fullmatch(note):
            meaning += f" {_range(bounds)}."
        elif not note.startswith("env var: "):
            meaning += f" ({note})"
    return DescribedParameter(typed, meaning, default)


def _range(bounds: re.Match[str]) -> str:
    least, most = bounds["least"], bounds["most"]
    if bounds["sign"] == ">=":
        return f"{most} or more"
    if least is None:
        return f"{most} at most"
    return f"{least} or more" if most is None else f"{least} to {most}"


def page() -> str:
    """The whole page: how all commands are called, a table of each group, then every command."""
    commands = described()
    root = typer.main.get_command(app)
    blocks = ["\n".join(_head(root))]
    groups: dict[str, list[DescribedCommand]] = {}
    for one in commands:
        groups.setdefault(one.words[0] if len(one.words) > 1 else "", []).append(one)
    for group, members in groups.items():
        meaning = root.commands[group].help if group else ""  # type: ignore[attr-defined]  # a group
        title = f"{NAME} {group}" if group else ALONE
        lines = [f"## {title}", ""]
        if meaning:
            lines += [" ".join(meaning.split()), ""]
        lines += ["| command | what it does |", "|---|---|"]
        lines += [
            _row(f"[`{one.title}`](#{one.title.replace(' ', '-')})", one.first_sentence)
            for one in members
        ]
        blocks.append("\n".join(lines) + "\n")
        blocks += ["\n".join(_section(one)) + "\n" for one in members]
    return "\n".join(blocks)


def _head(root: Any) -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "<!-- written by `make docs` from the command line itself, scheduler/cli -->"
    yield ""
    yield (
        "Every command with all that it takes. On the terminal, `--help` after a command says the"
        " same. Commands that speak JSON take `--json`: one document on stdout and nothing else,"
        " errors too. An option whose value has several words is said again for several of them."
    )
    yield ""
    yield " ".join(root.epilog.split()) + " 1 is a fault of the program itself."
    yield ""
    yield "Before the command stand, where they are wanted:"
    yield ""
    context = root.make_context(NAME, [], resilient_parsing=True)
    told = [one.get_help_record(context) for one in root.params]
    shown = [
        one
        for one in (_parameter(*record) for record in told if record)
        if "completion" not in one.typed
    ]
    yield from _table("option", shown)
    yield ""


def _section(command: DescribedCommand) -> Iterator[str]:
    yield f"### {command.title}"
    yield ""
    meaning = _plain(command.meaning)
    yield meaning if meaning.endswith((".", "!", "?")) else f"{meaning}."
    if command.speaks_json:
        yield "Speaks JSON."
    yield ""
    yield "```"
    yield command.usage
    yield "```"
    if command.arguments:
        yield ""
        yield from _table("argument", command.arguments)
    if command.options:
        yield ""
        yield from _table("option", command.options)


def _table(what: str, parameters: tuple[DescribedParameter, ...] | list[Any]) -> Iterator[str]:
    yield f"| {what} | meaning | without it |"
    yield "|---|---|---|"
    for one in parameters:
        yield _row(f"`{one.typed}`", _plain(one.meaning), one.default)


def _plain(text: str) -> str:
    """A sentence that Markdown would read otherwise, as it is meant."""
    return text.replace("<", "&lt;").replace("*", "\\*")


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
