"""Build a roster, list rosters, look at one, publish one."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import options
from scheduler.cli.policy_choice import policy_tables
from scheduler.cli.rendering import hours, pounds, print_table, say, summary_lines
from scheduler.cli.session import note, print_json, session
from scheduler.domain.errors import BadRequest
from scheduler.domain.wording import counted
from scheduler.services.view.proof_words import gap_in_words

if TYPE_CHECKING:
    from scheduler.domain.roster import AssignmentLine
    from scheduler.services.data.open import Repository
    from scheduler.services.limits.deadline import Deadline
    from scheduler.services.rosters.solve import Outcome, Request
    from scheduler.services.view.look_up import Designations, RosterHeader, RosterView
    from solver.search.strategy import Limits

CLASH = 4
MOST_VACANCIES = 20
"""Vacancies that a person is shown at once."""


def register(app: typer.Typer) -> None:
    app.command("solve")(solve)
    app.command("rosters")(rosters)
    app.command("show")(show)
    app.command("publish")(publish)


def solve(
    context: typer.Context,
    collaborative: options.Collaborative,
    start: options.Start,
    days: options.Days = 7,
    time_limit: options.TimeLimit = 60.0,
    memory_limit: options.MemoryLimit = None,
    workers: options.Workers = 8,
    seed: options.Seed = 1,
    deterministic: options.Deterministic = False,
    policy: options.PolicyFile = None,
    stable_against: Annotated[
        str | None,
        typer.Option(
            "--stable-against",
            metavar="ROSTER",
            help="A stored roster from which as little as possible changes.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FOLDER",
            file_okay=False,
            help="Also write assignment.csv, vacancy.csv, summary.json there.",
            show_default=False,
        ),
    ] = None,
    in_background: Annotated[
        bool,
        typer.Option(
            "--in-background",
            help="Submit a job and end: a worker builds the roster. See scheduler jobs.",
        ),
    ] = False,
    progress: options.Progress = options.ProgressStyle.auto,
    as_json: options.Json = False,
) -> None:
    """Build a roster, prove it and store it. Ctrl-C keeps the best so far."""
    from scheduler.cli.memory_limit import within_memory
    from scheduler.cli.stopping import stop_on_signal

    called = session(context, as_json)
    notes = note_on_start(start)
    if in_background:
        if out is not None:
            raise BadRequest(
                "--out cannot be written in the background: use scheduler export ROSTER --to FOLDER"
                " when the job is done."
            )
        if memory_limit is not None:
            raise BadRequest(
                "--memory-limit is for this program; a job's is its worker's: scheduler worker"
                " --memory GIB."
            )
        from scheduler.cli.job_commands import submit_solve

        submit_solve(
            called,
            collaborative,
            start,
            days,
            (time_limit, workers, seed, deterministic),
            policy,
            stable_against,
        )
        return
    # before the solver is loaded: threads of its libraries must be born with the signals held back
    with stop_on_signal() as asked, within_memory(memory_limit, asked) as should_stop:
        from scheduler.services.data import import_export
        from scheduler.services.limits.deadline import Deadline
        from scheduler.services.publish import publishable
        from scheduler.services.rosters import solve
        from solver.search.strategy import Limits

        tables = policy_tables(called, policy, collaborative)
        request = solve.Request(collaborative, start, days, tables, stable_against)
        with called.repository() as repository:
            for remark in publishable.only_drafted(repository, collaborative, start, days):
                notes.append(remark)
                note(remark)
            outcome = _solve(
                repository,
                request,
                Limits(time_limit, workers, seed, deterministic),
                Deadline.after(time_limit, called.began),
                progress,
                should_stop,
            )
            files = (
                []
                if out is None or outcome.document is None
                else import_export.export_roster(repository, outcome.roster_id, out, folder=True)
            )
    if outcome.document is None:
        print_clash(outcome, as_json)
        raise typer.Exit(CLASH)
    if as_json:
        print_json(
            {
                "status": outcome.document.summary["status"],
                "roster_id": outcome.roster_id,
                "notes": notes,
                "files": [str(file) for file in files],
                "assignments": len(outcome.document.assignments),
                "vacancies": len(outcome.document.vacancies),
                "summary": outcome.document.summary,
            }
        )
        return
    say(f"Roster {outcome.roster_id}")
    summary_lines(outcome.document.summary)
    if files:
        say("Wrote " + ", ".join(str(file) for file in files))
    say(
        f"Next: scheduler show {outcome.roster_id} · scheduler publish {outcome.roster_id} ·"
        " scheduler ui"
    )


def _solve(
    repository: "Repository",
    request: "Request",
    limits: "Limits",
    deadline: "Deadline",
    style: options.ProgressStyle,
    should_stop: Callable[[], bool],
) -> "Outcome":
    from scheduler.cli.progress import beforehand, telling
    from scheduler.services.limits.plan import SearchPlan
    from scheduler.services.rosters import solve

    if not limits.deterministic:  # steps take their time
        beforehand(style, SearchPlan(1).sentence(limits.seconds))
    with telling(style) as on_progress:
        try:
            return solve.solve(
                repository,
                request,
                limits,
                on_progress=on_progress,
                should_stop=should_stop,
                deadline=deadline,
            )
        except solve.NoRosterInTime:
            if should_stop():
                raise BadRequest(
                    "Stopped before there was any roster; nothing was stored."
                ) from None
            raise


def note_on_start(start: date) -> list[str]:
    """What is said of a start that is allowed but unusual."""
    if start.isoweekday() == 1:
        return []
    text = (
        f"{start} is a {start:%A}: rules on weeks count from Monday, so a period is usually whole"
        " weeks from a Monday."
    )
    note(text)
    return [text]


def print_clash(outcome: "Outcome", as_json: bool) -> None:
    """The facts that clash, a line each; or all of it, for a program."""
    if as_json:
        print_json({"status": "clash", **asdict(outcome.clash)})
        return
    from solver.infeasible.conflicting_facts import conflict_sentences

    say(
        "No roster can keep all hard rules. These facts clash; without any one of them the others"
        " can hold together:"
    )
    for sentence in conflict_sentences(outcome.clash):
        say(f"  {sentence}")


def rosters(
    context: typer.Context,
    collaborative: Annotated[
        str | None,
        typer.Option(
            "--collaborative", "-c", metavar="ID", help="Only this one's.", show_default=False
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """List stored rosters, newest period first."""
    from scheduler.services.publish import publish
    from scheduler.services.versions.versions import versions
    from scheduler.services.view import look_up

    with session(context, as_json).reading() as repository:
        look_up.rosters(repository, collaborative)  # says which there are
        found = versions(repository, collaborative)
    if as_json:
        from scheduler.services.documents.rosters import header_document

        print_json([{**header_document(one.header), "author": one.author} for one in found])
        return
    if not found:
        say("No roster yet. Build one: scheduler solve --collaborative ID --start DATE")
        return
    rows = [
        (
            h.id,
            h.kind,
            publish.standing(h),
            f"{h.start} to {h.last}",
            f"“{h.name}”: {h.reason}" if h.name else h.reason,
            version.author,
            version.made_from,
            hours(h.summary["hours"]["missing"]),
            pounds(h.summary["objective_pence"]),
            gap_in_words(h.summary).figure,
            f"{h.created_at:%Y-%m-%d %H:%M}",
        )
        for version in found
        for h in (version.header,)
    ]
    headings = ("roster", "kind", "status", "period", "why", "by", "from")
    figures = ("missing", "objective", "gap", "made (UTC)")
    print_table((*headings, *figures), rows, right=(7, 8, 9))


def show(
    context: typer.Context,
    roster: options.RosterId,
    staff: Annotated[
        str | None,
        typer.Option(
            "--staff", metavar="ID|NAME", help="Only this person's shifts.", show_default=False
        ),
    ] = None,
    day: Annotated[
        date | None,
        typer.Option(
            "--day",
            metavar="DATE",
            parser=options.parse_day,
            help="Only shifts that start on this day.",
            show_default=False,
        ),
    ] = None,
    service: Annotated[
        str | None,
        typer.Option("--service", metavar="ID|NAME", help="Only this service.", show_default=False),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option("--place", metavar="ID|NAME", help="Only this place.", show_default=False),
    ] = None,
    organisation: Annotated[
        str | None,
        typer.Option(
            "--organisation",
            metavar="ID|NAME",
            help="Only where it employs or hosts.",
            show_default=False,
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show a roster: its summary and vacancies, or the shifts of a person, day, service, place or
    organisation.
    """
    from scheduler.services.view import by_words, look_up

    with session(context, as_json).reading() as repository:
        named = {"staff": staff, "service": service, "place": place, "organisation": organisation}
        ids = {
            file: None if text is None else by_words.meant_or_itself(repository, file, text)
            for file, text in named.items()
        }
        wanted = look_up.Wanted(
            ids["staff"], day, ids["service"], ids["place"], ids["organisation"]
        )
        view = look_up.roster_view(repository, roster, wanted)
    if as_json:
        from scheduler.services.documents.rosters import header_document

        print_json(
            {
                **header_document(view.stored.header),
                "summary": view.document.summary,
                "assignments": [line.model_dump(mode="json") for line in view.lines],
                "vacancies": [
                    vacancy.model_dump(mode="json") for vacancy in view.document.vacancies
                ],
            }
        )
    elif wanted.any_given():
        print_shifts(view.lines, view.called)
    else:
        _print_roster(view)


def _print_roster(view: "RosterView") -> None:
    from scheduler.services.publish.publish import standing
    from scheduler.services.view.look_up import filled_by_service_and_place

    header = view.stored.header
    say(
        f"{header.id}: {header.kind}, {standing(header)}, {header.start} to {header.last},"
        f" {counted(len(view.lines), 'shift')}"
    )
    say(header.reason + (f" · called “{header.name}”" if header.name else ""))
    _print_anyway(header)
    summary_lines(
        view.document.summary, lambda organisation_id: view.called("organisation", organisation_id)
    )
    rows = [
        (view.called("service", service), view.called("place", place), shifts, hours(filled), moved)
        for service, place, shifts, filled, moved in filled_by_service_and_place(view.document)
    ]
    print_table(
        ("service", "place", "shifts filled", "hours", "lent or temporary"), rows, right=(2, 3, 4)
    )
    vacancies = view.document.vacancies
    if vacancies:
        print_table(
            ("vacancy", "missing", "cause"),
            [(v.demand_id, v.missing, v.cause) for v in vacancies[:MOST_VACANCIES]],
            right=(1,),
        )
        if len(vacancies) > MOST_VACANCIES:
            say(
                f"… and {len(vacancies) - MOST_VACANCIES} more; all of them with --json or in"
                " vacancy.csv (scheduler export)."
            )
    say("Shifts: --staff ID, --day DATE, --service ID, --place ID or --organisation ID.")


def _print_anyway(header: "RosterHeader") -> None:
    """What was written when it was published and withdrawn, and what did not hold then."""
    if header.published_reason is not None:
        say(f"Published over what was published before. Reason: {header.published_reason}")
    if header.withdrawn_reason is not None:
        say(f"Withdrawn. Reason: {header.withdrawn_reason}")
    if header.published_anyway is not None:
        say(f"Published although not all of it stood. Reason: {header.published_anyway.reason}")
        for finding in header.published_anyway.findings:
            say(f"  {finding}")


def print_shifts(lines: "tuple[AssignmentLine, ...]", called: "Designations") -> None:
    """Shifts as a table: when, who, what, where and for whom."""
    from scheduler.domain.facts import LONDON

    rows = []
    for line in lines:
        start, end = line.start.astimezone(LONDON), line.end.astimezone(LONDON)
        who = (
            called("staff", line.staff_id)
            if line.staff_id
            else f"{line.pay} worker ({line.temporary_supply_id})"
        )
        lent = line.employer_organisation_id != line.host_organisation_id
        host = called("organisation", line.host_organisation_id) + (
            f", from {called('organisation', line.employer_organisation_id)}" if lent else ""
        )
        what = (
            called("role", line.role_id),
            called("service", line.service_id),
            called("site", line.site_id),
        )
        rows.append(
            (
                f"{start:%a} {start.day} {start:%b %H:%M}–{end:%H:%M}",
                who,
                *what,
                host,
                line.pay,
                line.demand_id,
            )
        )
    print_table(("when", "who", "role", "service", "site", "host", "pay", "demand"), rows)
    say(f"{counted(len(lines), 'shift')}, {hours(sum(line.paid_minutes for line in lines) / 60)}.")


def publish(
    context: typer.Context,
    roster: options.RosterId,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Publish it although not all of it stands; needs --reason."),
    ] = False,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            metavar="TEXT",
            help="Why: needed with --anyway, and where published shifts change; kept with it.",
            show_default=False,
        ),
    ] = None,
    preview: Annotated[
        bool,
        typer.Option("--preview", help="Only say what would change for whom; publish nothing."),
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Publish a roster: history for later weeks, and fixed busy time for other collaboratives.

    It is checked first, under the facts of now and beside everything that is published. On its
    dates it takes the place of what was published before; a longer roster stays published on its
    other dates. Who changes shifts that are published says why. Where the collaborative has a
    scheme of approval, all whom it asks have to have approved (scheduler sign-off show).
    """
    from scheduler.services.accounts.gate import allowed
    from scheduler.services.publish import publish

    called = session(context, as_json)
    if preview:
        from scheduler.cli.version_commands import print_preview

        print_preview(called, roster, as_json)
        return
    if anyway and reason is None:
        raise BadRequest("Who publishes what does not stand says why: --anyway --reason TEXT.")
    with called.repository() as repository:
        if anyway or allowed(repository, "publish_rosters", "roster", roster):
            published = publish.publish(
                repository, roster, anyway=reason if anyway else None, reason=reason
            )
        else:
            published = publish.publish_signed(repository, roster, reason=reason)
    if as_json:
        from scheduler.services.documents.rosters import header_document

        shortened = [header_document(header) for header in published.shortened]
        print_json(
            {
                **header_document(published.header),
                "superseded": published.superseded,
                "shortened": shortened,
            }
        )
        return
    say(f"{roster} is published.")
    _print_anyway(published.header)
    for earlier in published.superseded:
        say(f"{earlier} is superseded.")
    for header in published.shortened:
        say(f"{header.id} stays {publish.standing(header)}.")
