"""Numbers, dates and files of every command at the ends of what can be typed: a sentence and exit
code 2, never the program's own fault.
"""

import inspect
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
import typer
from typer.models import OptionInfo

from scheduler.cli.app import app
from tests.scheduler.cli.conftest import START, World, call

NUMBERS = ["inf", "-inf", "nan", "1e308", "1e400", "-1", "9" * 30, "0"]
DATES = [
    "0001-01-01",
    "9999-12-31",
    "0000-00-00",
    "1900-12-31",
    "2199-01-01",
    "99999-01-01",
    "２０２７-01-11",
]
LASTING = {"ui", "worker", "watch"}
"""Commands that go on until somebody ends them: only refused values are tried."""


@dataclass(frozen=True)
class Parameter:
    """An option (by its long name) or an argument of a command."""

    option: str
    types: tuple[object, ...]
    metavar: str
    required: bool


def parameters(callback: Callable[..., Any]) -> list[Parameter]:
    """Read off the function itself, as Typer does."""
    hints, found = get_type_hints(callback, include_extras=True), []
    for name, parameter in inspect.signature(callback).parameters.items():
        kind, *infos = (
            get_args(hints[name])[:2] if get_origin(hints[name]) is Annotated else (hints[name],)
        )
        if not infos:
            continue
        option = next(
            (word for word in infos[0].param_decls or () if word.startswith("--")), f"--{name}"
        )
        named = option.split("/")[0] if isinstance(infos[0], OptionInfo) else ""
        found.append(
            Parameter(
                named,
                get_args(kind) or (kind,),
                infos[0].metavar or "",
                parameter.default is inspect.Parameter.empty,
            )
        )
    return found


def commands(
    group: typer.Typer, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], list[Parameter]]]:
    for command in group.registered_commands:
        yield (*path, command.name or command.callback.__name__), parameters(command.callback)
    for inner in group.registered_groups:
        yield from commands(
            inner.typer_instance, (*path, inner.name or inner.typer_instance.info.name)
        )


CASES = [
    pytest.param(path, found, option, values, id=f"{' '.join(path)} {option.option}")
    for path, found in commands(app)
    for option in found
    if option.option
    for values in (
        [DATES] if date in option.types else [NUMBERS] if {int, float} & set(option.types) else []
    )
]


def filled(found: list[Parameter], but: Parameter, folder: Path) -> list[str]:
    """What the command needs besides."""
    words = []
    for one in found:
        if one.required and one != but:
            text = (
                START
                if date in one.types
                else (
                    "20"
                    if {int, float} & set(one.types)
                    else str(folder / "out")
                    if one.metavar == "FOLDER"
                    else "X"
                )
            )
            words += [one.option, text] if one.option else [text]
    return words


def test_there_are_numbers_and_dates_to_try() -> None:
    assert len(CASES) > 25


@pytest.mark.parametrize(("path", "found", "option", "values"), CASES)
def test_a_number_or_date_out_of_range_is_told(
    path: tuple[str, ...],
    found: list[Parameter],
    option: Parameter,
    values: list[str],
    tmp_path: Path,
) -> None:
    for value in values:
        if path[-1] in LASTING and value == "0":
            continue
        answer = call(*path, *filled(found, option, tmp_path), option.option, value)
        assert "Something went wrong" not in answer.err, (value, answer.err)
        assert answer.code == 2 or (
            value in ("0", "-1", "9" * 30) and answer.code == 0 and option.option == "--seed"
        ), (value, answer)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_of_sickness_have_a_range_too(world: World, day: str) -> None:
    for span in ((day, START), (START, day)):
        answer = world.call("repair", world.roster_id, "--sick", "P1", *span)
        assert (answer.code, "is too far away" in answer.err) == (2, True), answer


# --- TOML that never ends, or goes deep

BAD_TOML = {
    "lists": "a = " + "[" * 100_000,
    "closed lists": "a = " + "[" * 500 + "]" * 500,
    "keys": "[" + ".".join(["a"] * 100_000) + "]",
    "tables": "{a=" * 50_000,
    "dotted": ".".join(["a"] * 900) + " = 1",
    "digits": "[pay]\nweight = " + "9" * 10_000,
    "large": "# " + "x" * 2**20,
    "control": 'a = "\x1b"',
    "infinite": "[pay]\nweight = inf",
    "no number": "[daily_rest]\nhours = nan",
    "enormous": "[minimum_cover]\npounds_per_hour = [1e308, 1, 1, 1, 1]",
}


@pytest.fixture(params=[*BAD_TOML, "pipe", "device", "folder"])
def bad_toml(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "bad.toml"
    if request.param == "pipe":
        os.mkfifo(path)
    elif request.param == "device":
        path.symlink_to("/dev/zero")
    elif request.param == "folder":
        path.mkdir()
    else:
        path.write_text(BAD_TOML[request.param])
    return path


COMMANDS_WITH_TOML = {
    "policy check": ["policy", "check", "FILE"],
    "policy show": ["policy", "show", "FILE"],
    "policy diff": ["policy", "diff", "FILE", "FILE"],
    "solve": ["solve", "-c", "COL", "-s", START, "-p", "FILE"],
    "compare": ["compare", "-c", "COL", "-s", START, "FILE"],
    "background": ["solve", "-c", "COL", "-s", START, "--in-background", "-p", "FILE"],
}


@pytest.mark.parametrize("words", COMMANDS_WITH_TOML.values(), ids=COMMANDS_WITH_TOML)
def test_a_toml_file_without_end_or_bottom_is_told_and_leaves_nothing_behind(
    world: World, bad_toml: Path, words: list[str]
) -> None:
    before = world.call("rosters", "--json").out, world.call("jobs", "list", "--json").out
    answer = world.call(*(str(bad_toml) if word == "FILE" else word for word in words))
    assert answer.code == 2, answer
    assert "bad.toml" in answer.err or "policy, key " in answer.err
    assert "Something went wrong" not in answer.err
    assert len(answer.err) < 2_000
    assert before == (world.call("rosters", "--json").out, world.call("jobs", "list", "--json").out)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("name", ["assignment.csv", "vacancy.csv", "summary.json"])
def test_a_check_waits_for_no_pipe(own_world: World, name: str) -> None:
    (own_world.out / name).unlink()
    os.mkfifo(own_world.out / name)
    answer = own_world.call("check", own_world.folder, own_world.out / "assignment.csv")
    assert answer.code == 2
    assert f"{name}: expected a file, not a pipe" in answer.err


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a": ' * 100_000,
        "9" * 10_000,
        "NaN",
        '{"period": {"start": "0001-01-01", "days": 7}, "collaborative_id": "COL"}',
        '{"period": {"start": "2027-01-11", "days": 1e308}, "collaborative_id": "COL"}',
        '{"period": {"start": "9999-12-31", "days": 7}, "collaborative_id": "COL"}',
        (
            '{"period": {"start": "2027-01-11", "days": 7}, "collaborative_id": "COL", "repair":'
            ' {"begun_before": "0001-01-01T00:00"}}'
        ),
    ],
)
def test_a_summary_of_any_depth_or_date_is_told(own_world: World, text: str) -> None:
    (own_world.out / "summary.json").write_text(text)
    answer = own_world.call("check", own_world.folder, own_world.out / "assignment.csv")
    assert answer.code in (2, 3), answer
    assert "Something went wrong" not in answer.err
