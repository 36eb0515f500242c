"""Arguments and options that several commands share, with how they are understood."""

import math
import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from scheduler.domain.reach import FIRST_DAY, LAST_DAY, LONGEST_SEARCH, MOST_WORKERS


def parse_day(text: str) -> date:
    """A date as people and programs write it. Raises BadParameter for anything else."""
    if isinstance(text, date):
        return text
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
            return _within_reach(date.fromisoformat(text.strip()))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date that exists.") from None
    raise typer.BadParameter(f"{text!r} is not a date. Expected YYYY-MM-DD, such as 2027-01-11.")


def _within_reach(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise typer.BadParameter(
            f"{day} is too far away. Expected a date from {FIRST_DAY} to {LAST_DAY}."
        )
    return day


def parse_number(least: float, most: float) -> Callable[[str], float]:
    """A parser of numbers in this range. It raises BadParameter, with the range, for what is none,
    or none that is finite.
    """

    def parse(text: str | float) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not least <= number <= most:  # never so for nan
            raise typer.BadParameter(f"{text!r} is not a number from {least:,g} to {most:,.0f}.")
        return number

    return parse


class ProgressStyle(StrEnum):
    """How a solve tells of its progress, always on stderr."""

    auto = "auto"
    live = "live"
    plain = "plain"
    json = "json"
    none = "none"


Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")
]
Collaborative = Annotated[
    str,
    typer.Option(
        "--collaborative", "-c", metavar="ID", help="The collaborative's id.", show_default=False
    ),
]
Start = Annotated[
    date,
    typer.Option(
        "--start",
        "-s",
        metavar="DATE",
        parser=parse_day,
        help="First day, YYYY-MM-DD; usually a Monday.",
        show_default=False,
    ),
]
Days = Annotated[
    int, typer.Option("--days", "-d", min=1, max=366, help="Length of the period in days.")
]
TimeLimit = Annotated[
    float,
    typer.Option(
        "--time-limit",
        "-t",
        metavar="SECONDS",
        parser=parse_number(0.1, LONGEST_SEARCH),
        help="How long it may take, with building, checking and storing.",
    ),
]
MemoryLimit = Annotated[
    float | None,
    typer.Option(
        "--memory-limit",
        metavar="GIB",
        parser=parse_number(0.1, 1_000_000),
        help=(
            "Most memory that it may take, with its own processes: shortly before, it ends with the"
            " best so far; beyond, with nothing."
        ),
        show_default=False,
    ),
]
Workers = Annotated[
    int,
    typer.Option(
        "--workers",
        "-w",
        min=1,
        max=MOST_WORKERS,
        help="Search workers; more than there are cores is right.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help="Seed of the search.")]
Deterministic = Annotated[
    bool,
    typer.Option(
        "--deterministic",
        help=(
            "The same roster for the same input, seed and version, however busy the machine, with"
            " two workers at most: the limit then counts the solver's steps, of which a second"
            " holds roughly one, and takes longer on the clock."
        ),
    ),
]
PolicyFile = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        "-p",
        metavar="FILE|NAME",
        help=(
            "TOML with rules that differ from the default, or the name of a policy: one that was"
            " saved, of the collaborative first, else one in data/policies."
        ),
        show_default=False,
    ),
]
Progress = Annotated[
    ProgressStyle,
    typer.Option(
        "--progress",
        help="How progress is told, on stderr; auto is live on a terminal, else plain.",
    ),
]
RosterId = Annotated[
    str,
    typer.Argument(
        metavar="ROSTER",
        help="The roster's id, as `scheduler rosters` lists it.",
        show_default=False,
    ),
]
Reason = Annotated[
    str,
    typer.Option("--reason", metavar="TEXT", help="Why, in words; kept.", show_default=False),
]
Person = Annotated[
    str,
    typer.Argument(metavar="STAFF", help="Staff number, or words of the name.", show_default=False),
]
FirstDay = Annotated[
    date,
    typer.Argument(metavar="FROM", parser=parse_day, help="First day.", show_default=False),
]
LastDay = Annotated[
    date | None,
    typer.Argument(
        metavar="[TO]",
        parser=parse_day,
        help="Last day; without it, that day alone.",
        show_default=False,
    ),
]
