"""What the pages of the documentation show can be typed: every command line in them is one that the
program knows, and blocks of TOML, YAML and Python read as such. The tour of the README is taken.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import typer
import yaml

from scheduler.cli.app import app
from tests.scheduler.cli.conftest import call
from tests.site.pages import ROOT, pages

PAGES = [page for page in pages() if page.endswith(".md") and page != "docs/commands.md"]
"""All pages of the site but the one that is made of the commands themselves."""
BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"^    (?P<text>(?:\.venv/bin/)?scheduler .*)$", re.MULTILINE)
INLINE = re.compile(r"(?<!`)`(?P<text>scheduler (?:[^`\n]|\n(?!\s*\n))+)`(?!`)")
LINE = re.compile(r"^(?:[\w/]*\.venv/bin/|\S+=\S+ )?(?P<text>scheduler .+)$")
LEFT_OUT = re.compile(r"…|\||\[|(?<![\w.-])\.\.\.")
"""In a line that is no whole command: something is left out, or one of several is meant."""


@cache
def root() -> Any:
    return typer.main.get_command(app)


def lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """The command lines of a page, each with whether it stands in a block, to be typed as it is."""
    for block in BLOCK.finditer(text):
        for line in block["text"].replace("\\\n", " ").splitlines():
            if found := LINE.match(line.strip()):
                yield found["text"], True
    prose = BLOCK.sub("", text)
    for found in INDENTED.finditer(prose):
        yield found["text"].removeprefix(".venv/bin/"), True
    for found in INLINE.finditer(prose):
        yield " ".join(found["text"].split()), False


def faults(line: str, to_be_typed: bool) -> list[str]:
    """What the program does not know of a command line."""
    words = shlex.split(line, comments=True)[1:]
    whole = to_be_typed and not LEFT_OUT.search(" ".join(words))
    while words and words[0] in ("--db", "--as"):
        words = words[2:]
    commands, path = [root()], []
    while words and hasattr(commands[0], "commands") and not words[0].startswith(("-", "…")):
        names = words.pop(0).split("|")
        if unknown := [name for name in names if name not in commands[0].commands]:
            return [f"{line}: no command {' '.join([*path, *unknown])}"]
        commands = [commands[0].commands[name] for name in names]
        path.append(names[0])
    if whole and hasattr(commands[0], "commands"):
        return [f"{line}: a command has to follow"]
    known = {"--help", "-h"} | {
        option for command in commands for one in command.params for option in names_of(one)
    }
    typed = [part for word in words for part in word.strip("[]").split("|")]
    left_to_right = typed[: typed.index("--")] if "--" in typed else typed
    found = [
        f"{line}: {' '.join(path)} has no {word.partition('=')[0]}"
        for word in left_to_right
        if re.match(r"--?[a-z]", word) and word.partition("=")[0] not in known
    ]
    if whole and not found:
        try:
            commands[0].make_context(path[-1], list(words))
        except Exception as fault:
            found = [f"{line}: {fault.format_message() if hasattr(fault, 'exit_code') else fault}"]
    return found


def names_of(parameter: Any) -> list[str]:
    return [*parameter.opts, *parameter.secondary_opts]


@pytest.mark.parametrize("name", PAGES)
def test_every_command_line_of_a_page_is_one_that_the_program_knows(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [fault for line, typed in lines_of(text) for fault in faults(line, typed)] == []


def test_command_lines_are_found_in_prose_and_in_blocks() -> None:
    found = [line for page in PAGES for line in lines_of((ROOT / page).read_text("utf-8"))]
    assert sum(typed for _, typed in found) > 40
    assert sum(not typed for _, typed in found) > 100


@pytest.mark.parametrize(
    ("line", "typed", "told"),
    [
        ("scheduler paint", False, "no command paint"),
        ("scheduler facts list|paint", False, "no command facts paint"),
        ("scheduler solve --colour red", False, "solve has no --colour"),
        ("scheduler kpis [--weeks N|--colour]", False, "kpis has no --"),
        ("scheduler solve --start 2027-01-11", True, "Missing option"),
        ("scheduler solve -c COL --start Monday", True, "Monday"),
        ("scheduler facts", True, "a command has to follow"),
    ],
)
def test_what_the_program_does_not_know_would_be_seen(line: str, typed: bool, told: str) -> None:
    (fault, *_) = faults(line, typed)
    assert told in fault


@pytest.mark.parametrize("name", PAGES)
def test_blocks_read_as_what_they_are_called(name: str) -> None:
    readers = {
        "toml": tomllib.loads,
        "yaml": yaml.safe_load,
        "python": lambda text: compile(text, name, "exec"),
        "": lambda text: None,
    }
    for block in BLOCK.finditer((ROOT / name).read_text(encoding="utf-8")):
        readers[block["language"]](dedent(block["text"]))


# --- the README, taken at its word ------------------------------------------------------------


def readme_block(heading: str) -> str:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split(f"\n## {heading}\n")[1]
    block = BLOCK.search(section)
    assert block is not None
    return block["text"]


def test_the_tour_can_be_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line by line, with less time for the search than a reader would give it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build").mkdir()
    lines = [line for line, _ in lines_of(f"```\n{readme_block('A five-minute tour')}```")]
    assert len(lines) == 9
    assert lines.pop() == "scheduler ui"
    for line in lines:
        words = shlex.split(line.replace("--time-limit 20", "--time-limit 3"), comments=True)[1:]
        answer = call(*words, db="sqlite:///build/tour.db")
        assert answer.code == 0, (line, answer.err)
    assert (tmp_path / "build" / "roster.xlsx").stat().st_size > 1000


def test_the_example_for_programs_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    source = readme_block("From a program")
    assert "seconds=30" in source
    left: dict[str, Any] = {}
    exec(compile(source.replace("seconds=30", "seconds=3"), "README.md", "exec"), left)
    week, printed = left["week"], capsys.readouterr().out
    assert week.bound_pence <= week.objective_pence
    assert printed.startswith(f"{week.gap} ")
    assert "MSE-S" in printed
