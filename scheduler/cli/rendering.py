"""Answers for people: numbers as they read them, and tables."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from scheduler.domain.wording import printable
from scheduler.services.view.proof_words import gap_in_words

PIPE_WIDTH = 220
"""Columns where the output is no terminal, so that nothing is cut off for a program that searches
it.
"""


def print_table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    right: Sequence[int] = (),
) -> None:
    """`right`: positions of columns that hold numbers. Names may hold brackets: no markup
    is read.
    """
    table = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for position, header in enumerate(headers):
        table.add_column(header, justify="right" if position in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else printable(str(cell)) for cell in row))
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(markup=False, highlight=False, emoji=False, width=width).print(table)


def say(text: str = "") -> None:
    """A text for people; what cannot be seen of it is written out."""
    typer.echo(printable(text))


def pounds(pence: float) -> str:
    """Pence in whole pounds."""
    return f"−£{-pence / 100:,.0f}" if pence < 0 else f"£{pence / 100:,.0f}"


def exact_pounds(pence: float) -> str:
    """To the penny."""
    return f"{'−' if pence < 0 else ''}£{abs(pence) / 100:,.2f}"


def hours(value: float) -> str:
    """Hours to one decimal."""
    return f"{'−' if value < 0 else ''}{abs(value):,.1f} h"


def percent(share: float) -> str:
    """A share of 1 in percent, to two decimals."""
    return f"{100 * share:.2f} %"


def signed(value: float, text: str) -> str:
    """A change: with its sign, and nothing for none."""
    return "±0" if not value else ("+" if value > 0 else "") + text


def summary_lines(summary: dict[str, Any], called: Callable[[str], str] = str) -> None:
    """Hours, money, objective of a roster. `called`: what people call an organisation."""
    total = summary["hours"]
    share = total["filled"] / total["required"] if total["required"] else 1.0
    say(
        f"Required {hours(total['required'])}: filled {hours(total['filled'])} ({percent(share)}),"
        f" missing {hours(total['missing'])}."
    )
    kinds = [
        kind
        for kind, found in summary["hours_by_pay"].items()
        if found or summary["cost_pence_by_pay"][kind]
    ]
    rows = [
        (kind, hours(summary["hours_by_pay"][kind]), pounds(summary["cost_pence_by_pay"][kind]))
        for kind in kinds
    ]
    rows.append(
        (
            "together",
            hours(sum(summary["hours_by_pay"].values())),
            pounds(sum(summary["cost_pence_by_pay"].values())),
        )
    )
    print_table(("pay", "hours", "cost"), rows, right=(1, 2))
    for pair in summary["lent"]:
        say(
            f"{called(pair['from'])} lends {called(pair['to'])} {hours(pair['hours'])}, recharged"
            f" at {pounds(pair['recharge_pence'])}."
        )
    objective, seconds = (
        f"Objective {pounds(summary['objective_pence'])}",
        f"after {summary['seconds']:.0f} s",
    )
    if "repair" in summary or (summary["bound_pence"] <= 0 and summary["gap"] > 0):
        say(f"{objective}, {seconds}. {gap_in_words(summary).words}")
    else:
        say(
            f"{objective}, proven bound {pounds(summary['bound_pence'])}, gap"
            f" {percent(summary['gap'])},"
            f" {'proven best' if summary['status'] == 'optimal' else 'not proven best'}, {seconds}."
        )
