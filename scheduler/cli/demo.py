"""The demo, step by step: scheduler demo

Every step is a command that anybody may type, and is said before it is done; only whom it concerns
is read from the roster that was built. A step whose result is there already is left out, so that
doing it twice, or going on after a stop, piles nothing up.
"""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.cli import options
from scheduler.cli.rendering import exact_pounds, hours, percent, say, signed
from scheduler.cli.session import session
from scheduler.domain.reach import LONGEST_SEARCH
from scheduler.engine.surroundings import environment, python

NAME = "Tried by hand"
"""What the draft with changes by hand is called: by that it is found again."""
REFUSED = "Those who take over these shifts have not been asked yet."
"""Why one organisation refuses that draft, until somebody answers."""
MOST_ASKED = 8
"""People for whom the demo asks who could stand in, until it has found somebody twice."""
HANDED_OVER = 2
EXAMPLES = ("mid-and-south-essex", "north-east-essex")
FIRST_DAY = date(2027, 1, 11)
SECONDS_OF_A_REPAIR = 8
Line = dict[str, Any]


class StepFailed(Exception):
    """A step that did not work; what it said stands on stderr."""


def told(*arguments: object) -> Any:
    """What a command answers in JSON. Raises StepFailed where it does not work."""
    done = _run([*arguments, "--json"], stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def _run(
    arguments: Sequence[object], *, stdout: int | None = None
) -> "subprocess.CompletedProcess[str]":
    words = [str(one) for one in arguments]
    done = subprocess.run(
        python("scheduler.cli.app", *words), stdout=stdout, text=True, env=environment()
    )
    if done.returncode:
        raise StepFailed(f"Stopped: scheduler {shlex.join(words)} did not work.")
    return done


def typed(*arguments: object) -> Any:
    """As `told`, of a command that is shown as one would type it."""
    say(f"   $ scheduler {shlex.join(str(one) for one in arguments)}")
    return told(*arguments)


@dataclass(frozen=True)
class Demo:
    """What the demo is of. `seconds`: for the build of the week; `compared`: for each search of the
    comparison; `out`: where the roster is written as files.
    """

    folders: tuple[Path, ...]
    collaborative: str
    start: date
    seconds: float
    compared: float
    scenarios: tuple[Path, ...]
    out: Path

    def rosters(self) -> list[Line]:
        """All that are stored of this week, the newest first."""
        found = told("rosters", "--collaborative", self.collaborative)
        return [one for one in found if one["start"] == self.start.isoformat()]

    def day(self, number: int) -> str:
        """So many days after the first."""
        return (self.start + timedelta(days=number)).isoformat()


def play(demo: Demo) -> None:
    """All steps, and where to look then. Raises StepFailed."""
    _load(demo)
    before = demo.rosters()
    week = _published(demo, before)
    lines = [one for one in told("show", week)["assignments"] if one["staff_id"]]
    sick = _sick(demo, lines)
    nurse = _away_later(demo, lines, sick["staff_id"])
    # before the sickness is known: a draft of the whole week would break what it forbids
    _by_hand(before, week, lines, {sick["staff_id"], nurse["staff_id"]})
    disputed = _disputed(demo, lines)
    _repaired(demo, before, week, sick)
    _compared(demo, before)
    _where_to_look(demo, nurse, disputed=disputed)


def _load(demo: Demo) -> None:
    say("1. Facts: loading the examples into one database (all staff are synthetic) ...")
    known = {row["id"] for row in told("facts", "list", "collaborative")["rows"]}
    if demo.collaborative in known:
        say("   Loaded before: left as they are, with all that was changed since.")
        return
    for folder in demo.folders:
        typed("import", folder)


def _published(demo: Demo, before: Sequence[Line]) -> str:
    """The id of the week's published roster."""
    found = [one for one in before if one["kind"] == "roster"]
    say(f"2. A week: building the roster of {demo.start:%-d %B %Y}, at most {demo.seconds:g} s ...")
    for one in found:
        if one["status"] == "published":
            say(f"   Published before: {one['roster_id']}.")
            return str(one["roster_id"])
    built = next((one["roster_id"] for one in found if one["made_from"] is None), None)
    if built is None:
        made = typed(
            *("solve", "--collaborative", demo.collaborative, "--start", demo.start),
            *("--time-limit", f"{demo.seconds:g}", "--out", demo.out),
        )
        built, summary = made["roster_id"], made["summary"]
        covered = summary["hours"]
        say(
            f"   {built}: {hours(covered['filled'])} of {hours(covered['required'])} required are"
            f" filled, proven within {percent(summary['gap'])} of the best possible."
        )
        say("   Checking it again from the files alone ...")
        beside = [word for folder in demo.folders[1:] for word in ("--with", folder)]
        typed("check", demo.folders[0], demo.out / "assignment.csv", *beside)
    say("   Each organisation approves what it lends or hosts, as the scheme of approval asks ...")
    for step in _waiting(built):
        _approve(built, step)
    typed("publish", built)
    return str(built)


def _waiting(roster: str) -> list[Line]:
    """Steps of a roster's approval that are not taken, in the order in which they can be."""
    steps = told("sign-off", "show", roster)["steps"]
    return [one for one in steps if one["standing"] != "approved"]


def _approve(roster: str, step: Line) -> None:
    typed("sign-off", "approve", roster, step["organisation_id"], "--step", step["step"])


def _sick(demo: Demo, lines: Sequence[Line]) -> Line:
    """A shift in the middle of the week, of somebody who will be sick then."""
    middle = demo.day(2)
    return min(
        (one for one in lines if one["start"][:10] == middle),
        key=lambda one: str(one["staff_id"]),
        default=lines[0],
    )


def _away_later(demo: Demo, lines: Sequence[Line], but: str) -> Line:
    """Somebody with a shift for another organisation if there is one, and a week's leave for them
    a fortnight later.
    """

    def lent(one: Line) -> bool:
        return bool(one["employer_organisation_id"] != one["host_organisation_id"])

    other = [one for one in lines if one["staff_id"] != but]
    nurse = min(other, key=lambda one: (not lent(one), str(one["staff_id"])), default=lines[0])
    who = nurse["staff_id"]
    say(f"3. Requests: {who} wishes a day off, and is away in the week of {demo.day(14)} ...")
    if any(row["from_date"] == demo.day(14) for row in told("facts", "list", "leave", who)["rows"]):
        say("   Told before.")
        return nurse
    wish = (f"staff_id={who}", f"date={demo.day(11)}", "weight=-5")
    typed("facts", "add", "preference", *wish, "--why", "asked for by themselves")
    typed("leave", "add", who, demo.day(14), demo.day(20), "--why", "asked for by themselves")
    return nurse


def _disputed(demo: Demo, lines: Sequence[Line]) -> bool:
    """Of the draft by hand, whose lines have changed are asked again; one that employs somebody who
    takes a shift over refuses. `lines`: of the week as it was. Whether that waits for an answer.
    """
    say("5. Sign-off: whose shifts that draft changes is asked again, and one refuses ...")
    draft = next((one["roster_id"] for one in _drafts(demo) if one["name"] == NAME), None)
    if draft is None:
        say("   There is no such draft: there is nothing to approve.")
        return False
    known = told("disputes", "list", "--collaborative", demo.collaborative, "--all")["disputes"]
    before = [one["state"] for one in known if one["roster_id"] == draft]
    if before:
        say("   Refused before: scheduler disputes list --all")
        return "open" in before
    waiting = _waiting(draft)
    if not waiting:
        say(
            "   Nothing of it waits for anybody. Where this database was made before there was a"
            " scheme: make clean demo"
        )
        return False
    employers = _employers_asked(draft, lines)
    # the last step of one that employs such people, or the last of all
    own = [step for step in waiting if step["organisation_id"] in employers]
    refused = (own or waiting)[-1]
    for step in waiting:
        if step is not refused:
            _approve(draft, step)
    third = refused["organisation_id"]
    refusal = (third, "--step", refused["step"], "--reason", REFUSED)
    typed("sign-off", "refuse", draft, *refusal)
    name = told("facts", "show", "organisation", third)["row"]["name"]
    say(
        f"   {name} refuses: “{REFUSED}”\n"
        "   All others have approved. Until that is answered and settled the draft stays a draft."
    )
    return True


def _employers_asked(draft: str, lines: Sequence[Line]) -> set[str]:
    """The employers of people who have a shift in a draft that they had not before."""
    had = {(one["staff_id"], one["demand_id"]) for one in lines}
    return {
        one["employer_organisation_id"]
        for one in told("show", draft)["assignments"]
        if one["staff_id"] and (one["staff_id"], one["demand_id"]) not in had
    }


def _drafts(demo: Demo) -> list[Line]:
    return [one for one in demo.rosters() if one["status"] == "draft"]


def _repaired(demo: Demo, before: Sequence[Line], week: str, sick: Line) -> None:
    who, first, last = sick["staff_id"], sick["start"][:10], demo.day(3)
    say(f"6. Sickness: {who} calls in sick from {first} on; the published week is repaired ...")
    for one in before:
        if one["made_from"] == week and one["name"] != NAME:
            say(f"   Repaired before: {one['roster_id']} ({one['reason']}).")
            return
    found = typed(
        *("repair", week, "--sick", who, first, max(first, last), "--from", demo.start),
        *("--time-limit", SECONDS_OF_A_REPAIR, "--record"),
    )
    say(
        f"   {found['roster_id']} is a draft beside the published week; what staff see has not"
        " changed."
        if found["roster_id"]
        else "   Nothing of the week is disturbed by that."
    )


def _by_hand(before: Sequence[Line], week: str, lines: Sequence[Line], but: set[str]) -> None:
    say("4. By hand: some shifts go to somebody else, in a draft of their own ...")
    if any(one["name"] == NAME for one in before):
        say(f"   Done before: the draft “{NAME}”.")
        return
    draft = week
    for line, other, pence in _hand_overs(week, lines, but):
        work = line["demand_id"]
        done = typed("edit", draft, "--hand-over", line["staff_id"], work, other)
        say(f"   {signed(pence, exact_pounds(pence))} on the whole.")
        if draft == week:
            draft = done["roster_id"]
            typed("versions", "rename", draft, NAME, "--why", "To see what a change by hand means")
    if draft == week:
        say("   Nobody could take a shift from anybody: nothing was changed.")


def _hand_overs(
    week: str, lines: Sequence[Line], but: set[str]
) -> Iterator[tuple[Line, str, float]]:
    """Shifts that somebody else may do, who that is, and what it means [pence]; nobody twice."""
    met, taken = set(but), 0
    for asked, line in enumerate(one for one in lines if one["staff_id"] not in but):
        if taken == HANDED_OVER or asked == MOST_ASKED:
            return
        if line["staff_id"] in met:
            continue
        where = told("where", week, line["demand_id"], "--staff", line["staff_id"])["cells"]
        free = [
            (cell["pence"], cell["staff_id"])
            for cell in where
            if cell["date"] == line["start"][:10]
            and cell["state"] in ("yes", "price")
            and cell["staff_id"] not in met | {line["staff_id"]}
        ]
        if free:
            pence, other = min(free)
            met |= {line["staff_id"], other}
            taken += 1
            yield line, other, pence


def _compared(demo: Demo, before: Sequence[Line]) -> None:
    say("7. What if: the same week under another agreement, side by side ...")
    if any(one["kind"] == "scenario" for one in before):
        say("   Compared before.")
        return
    found = typed(
        *("compare", "--collaborative", demo.collaborative, "--start", demo.start),
        *("--time-limit", f"{demo.compared:g}", *demo.scenarios),
    )
    for case in found["scenarios"]:
        say(f"   {case['name']}: {_missing(found['base'], case)}")


def _missing(base: Line, case: Line) -> str:
    from scheduler.services.scenarios.scenario_words import unsolved_words

    if "hours" not in case:
        return unsolved_words(str(case["status"]))
    before, after = base["hours"]["missing"], case["hours"]["missing"]
    return f"{hours(after)} required are empty, {hours(before)} as things are."


def _where_to_look(demo: Demo, nurse: Line, *, disputed: bool) -> None:
    who = nurse["staff_id"]
    name = told("facts", "show", "staff", who)["row"]["name"]
    by_make = "MAKELEVEL" in os.environ
    again = "The same again changes nothing that is there" + (
        ";\nmake clean demo begins anew." if by_make else "."
    )
    dispute = (
        f"""
             Under Publish of “{NAME}”: who has approved it, and the dispute that waits for your
             answer: docs/sign-off.md."""
        if disputed
        else ""
    )
    say(
        f"""
Now: {"make ui" if by_make else "scheduler ui"}, and choose at the top as whom you look around.
  Manager    Operations group, page Operations: the published week, and two drafts beside it under
             Versions: the repair and “{NAME}”. Open one and drag a shift: docs/board.md.{dispute}
  Nurse      Member of staff, {name} ({who}), page My shifts: the week's shifts, why them,
             and leave in the week of {demo.day(14)}.
  Director   Workforce director, page Director: what the comparison found, in hours and pounds.
The roster is in {demo.out} as files. {again}"""
    )


def register(app: typer.Typer) -> None:
    app.command("demo")(main)


def main(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FOLDER …",
            help="The facts; without any the two examples that come with the program.",
            show_default=False,
        ),
    ] = None,
    collaborative: Annotated[
        str, typer.Option("--collaborative", "-c", metavar="ID", help="Whose week.")
    ] = "MSECC",
    start: Annotated[
        date,
        typer.Option("--start", "-s", parser=options.parse_day, metavar="DATE", help="Its Monday."),
    ] = FIRST_DAY,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FOLDER", file_okay=False, help="Where the roster goes as files."
        ),
    ] = Path("demo-roster"),
    scenario: Annotated[
        list[Path] | None,
        typer.Option(
            "--scenario",
            metavar="FILE",
            help="What the week is compared with; without any, each organisation by itself.",
            show_default=False,
        ),
    ] = None,
    time_limit: options.TimeLimit = 60.0,
    compared: Annotated[
        float,
        typer.Option(
            "--compared",
            metavar="SECONDS",
            parser=options.parse_number(0.1, LONGEST_SEARCH),
            help="For each search of the comparison.",
        ),
    ] = 20.0,
) -> None:
    """Bring a database to life: facts, a week that is built, approved, published, repaired, changed
    and compared; then say where to look. Three minutes. Every step is a command that it shows.
    """
    from scheduler.services.data.open import VARIABLE, database_url
    from scheduler.services.data.shipped import shipped

    called = session(context)
    called.refuse_as()
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = database_url(called.database)
    examples = shipped("examples")
    facts = folders or [examples / name for name in EXAMPLES]
    wanted = scenario or [examples / EXAMPLES[0] / "scenarios" / "each-alone.toml"]
    try:
        play(Demo(tuple(facts), collaborative, start, time_limit, compared, tuple(wanted), out))
    except StepFailed as failed:
        say(str(failed))
        raise typer.Exit(1) from None
    finally:
        os.environ.pop(VARIABLE)
        if before is not None:
            os.environ[VARIABLE] = before
