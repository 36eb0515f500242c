"""Files of ESR, and of whatever comes after it: runs that follow each other, of which each says
what has changed, or everything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from scheduler.domain import consistency
from scheduler.domain.access import Thing
from scheduler.domain.change_set import RowChange
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, Fault, NotFound
from scheduler.domain.wording import counted
from scheduler.services.accounts.gate import asks, require
from scheduler.services.accounts.in_view import changes, touched
from scheduler.services.data import mappings
from scheduler.services.data.import_export import ImportReport
from scheduler.services.data.mappings import (
    SourcePreview,
    names_for,
    previewed_rows,
    unchanged,
)
from scheduler.services.data.run_effect import RunEffect, effect_of
from scheduler.storage.changing import about_stored
from scheduler.storage.files import Tell
from scheduler.storage.foreign.grid import Brought
from scheduler.storage.foreign.mapping import ColumnMapping
from scheduler.storage.foreign.origins import ParsedSource, parsed_source
from scheduler.storage.foreign.run_facts import StateFacts, facts_of
from scheduler.storage.foreign.run_file import RunFile, read_run
from scheduler.storage.foreign.run_layout import ESR, RunLayout, run_layout
from scheduler.storage.foreign.run_state import RunState, SheetsOf, after
from scheduler.storage.merging import merge
from scheduler.storage.repository import Repository
from scheduler.storage.source_runs import TakenIn, TakenRun, together
from scheduler.storage.withdrawing import ToConfirm as ToConfirm

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Found:
    """All that a file comes to, before anything is written."""

    run: RunFile
    last: TakenRun | None
    mapping: ColumnMapping
    state: RunState
    made: StateFacts
    parsed: ParsedSource
    effect: RunEffect


@asks("change_facts", organisation="organisation_id")
def preview(
    repository: Repository,
    brought: Brought,
    organisation_id: str,
    mapping: str | ColumnMapping = "",
) -> SourcePreview:
    """What a file would change, and all that stands against it. Nothing is written. `mapping`:
    whose code tables say what its codes mean, a saved one by its name or one that is not saved.
    Raises BadInput for what is no such file or was cut off, BadRequest for a run that does not
    follow, NotFound.
    """
    found = _found(repository, brought, organisation_id, mapping)
    about = _about(repository, found)
    faults = BadInput(against) if (against := _against(repository, found)) else None
    merged = merge(repository.dataset(), found.effect.change.new)
    counts = {file: part.counts for file, part in merged.files.items()}
    for fact in (*found.effect.change.gone, *found.effect.change.removed):
        counts[fact.file] = counts[fact.file]._replace(withdrawn=counts[fact.file].withdrawn + 1)
    mapped = found.made.mapped
    require(repository, "change_facts", about)
    return SourcePreview(
        label=found.run.label,
        headings=(),
        read=len(found.run.records),
        rows=previewed_rows(repository, mapped),
        made={file: len(rows) for file, rows in mapped.rows.items() if rows},
        left_out=dict(mapped.left_out),
        unused=(),
        missing=(),
        unknown=tuple(mapped.unknown_values(found.made.names)),
        faults=() if faults is None else tuple(faults.faults),
        more=0 if faults is None else faults.more,
        counts={}
        if faults is not None
        else {file: one for file, one in counts.items() if any(one)},
    )


@asks("change_facts", organisation="organisation_id")
def bring_in(
    repository: Repository,
    brought: Brought,
    organisation_id: str,
    mapping: str | ColumnMapping = "",
    *,
    confirmed: bool = False,
    progress: Tell = str,
    why: str = "",
    trial: bool = False,
) -> ImportReport:
    """Take in a run of ESR for an organisation, all of it or nothing. `mapping`: whose code tables
    say what its codes mean, as for `preview`; `why`: a reason, kept with the change; `trial`: say
    what would become of the facts, and write nothing.

    What the run says is no more ends where history needs it, and goes where it was never used; of
    people of other organisations nothing is touched. Raises BadInput with every fault, each by its
    line and field; BadRequest for a run that does not follow the last one; ToConfirm with what a
    full file lacks, unless that is `confirmed`; NotFound, NotPermitted.
    """
    progress("reading the file")
    found = _found(repository, brought, organisation_id, mapping)
    about = _about(repository, found)
    require(repository, "change_facts", about)
    if faults := found.parsed.faults:
        raise BadInput(faults)
    if found.effect.beyond and not confirmed:
        raise ToConfirm(found.effect.beyond)
    notes = [str(note) for note in found.parsed.notes]
    progress("holding the facts against each other and what is stored")
    run = found.run
    if trial:
        taken = _tried(repository, found, notes)
        return _report(taken, notes, found)
    taken = repository.runs.take_in(
        TakenRun(
            organisation_id=organisation_id,
            layout=ESR,
            number=run.number,
            mark=run.own,
            day=run.day,
            employer=run.employer,
            counting=_counting(run, found.last)[0],
            mapping=found.mapping,
            taken_by=repository.actor.account,
            taken_at=datetime.now(UTC),
        ),
        found.state,
        partial(_staff_of, run_layout(), found.made.staff_of),
        found.effect.change,
        follows=found.last,
        judge=found.parsed.contradictions,
        tell=lambda told: notes.extend(str(note) for note in found.parsed.labelled(told)),
        concerns=about.organisations,
        why=why,
    )
    return _report(taken, notes, found)


def _tried(repository: Repository, found: _Found, notes: list[str]) -> TakenIn:
    """What would become of a run, by reading alone. Raises BadInput as taking it in does."""
    if against := _against(repository, found):
        raise BadInput(against)
    going = [*found.effect.change.gone, *found.effect.change.removed]
    leaving = set(going)
    stored = Dataset.of(fact for fact in repository.dataset().facts() if fact not in leaving)
    merged = merge(stored, found.effect.change.new)
    changed = together([*(RowChange(fact, None) for fact in going), *merged.changes()])
    if changed:
        repository.try_change(changed)
    row_number = merged.row_number(found.effect.change.row_number)
    for told in (
        consistency.notes(merged.dataset, row_number),
        merged.reused_ids(found.effect.change.new, found.effect.change.row_number),
    ):
        notes.extend(str(note) for note in found.parsed.labelled(told))
    counts = {file: part.counts for file, part in merged.files.items()}
    for fact in going:
        counts[fact.file] = counts[fact.file]._replace(withdrawn=counts[fact.file].withdrawn + 1)
    return TakenIn(counts, changed, None)


def _report(taken: TakenIn, notes: Iterable[str], found: _Found) -> ImportReport:
    report = ImportReport(
        (),
        taken.counts,
        tuple(sorted({*notes, *_remarks(found)})),
        taken.changes,
        taken.number,
    )
    return mappings.with_remarks(report, found.run.label, found.made.mapped)


@asks("change_facts", organisation="organisation_id")
def last_run(repository: Repository, organisation_id: str) -> TakenRun | None:
    """The run that an organisation took in last; None where it has taken in none."""
    return repository.runs.last(organisation_id, ESR)


def _remarks(found: _Found) -> Iterable[str]:
    if found.effect.ended:
        yield (
            f"{counted(len(found.effect.ended), 'contract')} ended with the day before this run,"
            " for history needs them. Where a published roster goes on beyond that: scheduler"
            " repair."
        )
    for kind, lines in sorted(found.run.others.items()):
        yield f"{found.run.label}: {counted(lines, 'line')} of a kind that is not known: {kind}."


# --- what a file comes to


def _found(
    repository: Repository, brought: Brought, organisation_id: str, mapping: str | ColumnMapping
) -> _Found:
    if organisation_id not in {str(one.__dict__["id"]) for one in repository.facts("organisation")}:
        raise NotFound(f"There is no organisation {organisation_id!r}.")
    layout = run_layout()
    own: ColumnMapping | None
    if isinstance(mapping, ColumnMapping):
        own = mapping
    else:
        own = mappings.saved_one(repository, organisation_id, mapping).mapping if mapping else None
    if own is not None and own.layout != layout.name:
        raise BadRequest(
            f"The mapping {own.name!r} is for spreadsheets; code tables of {layout.title} say"
            f' layout = "{layout.name}".'
        )
    if own is not None and (faults := layout.faults(own)):
        raise BadInput(faults)
    tables = layout.with_tables(own)
    run = read_run(brought, layout, tables)
    last = repository.runs.last(organisation_id, ESR)
    _require_next(repository, run, last, organisation_id)
    before = repository.runs.state(organisation_id, ESR)
    state = after(before, run, layout)
    now = SheetsOf(
        layout=layout,
        mapping=tables,
        state=state,
        label=run.label,
        organisation_id=organisation_id,
        employer=run.employer,
        day=run.day,
    )
    still = unchanged(repository)
    made = facts_of(now, repository.facts, names_for(repository))
    parsed = parsed_source(made.mapped, run.label, still)
    earlier = Dataset()
    if last is not None:
        was = replace(now, mapping=last.mapping, state=before, employer=last.employer, day=last.day)
        earlier = parsed_source(
            facts_of(was, repository.facts, names_for(repository)).mapped
        ).dataset
    return _Found(
        run=run,
        last=last,
        mapping=tables,
        state=state,
        made=made,
        parsed=parsed,
        effect=effect_of(repository, parsed, earlier, run, organisation_id),
    )


def _require_next(
    repository: Repository, run: RunFile, last: TakenRun | None, organisation_id: str
) -> None:
    """Raises BadRequest for a run that does not follow, BadInput where its last line counts
    otherwise than those before it.
    """
    other = repository.runs.whose(ESR, run.employer)
    if other not in (None, organisation_id) or (last and last.employer != run.employer):
        mine = "" if last is None else f" Files of {organisation_id} are of {last.employer}."
        raise BadRequest(
            f"{run.label} is about employer {run.employer}, whose files"
            f" {'another organisation takes in' if other else 'nobody takes in'}.{mine}"
        )
    if last is None:
        if not run.full:
            raise BadRequest(
                f"{run.label} holds changes alone, and nothing was taken in before it: begin with a"
                " full file."
            )
        return
    if not _counting(run, last):
        expected = f"a number that counts {last.counting}, as in the files before it"
        raise BadInput([Fault(run.label, 0, "Record Count", "", expected)])
    there = f"run {last.number} of {last.day} was taken in last"
    if run.full:
        if run.number < last.number:
            raise BadRequest(f"{run.label} is run {run.number}, but {there}: it is out of date.")
        return
    if run.number <= last.number:
        raise BadRequest(f"{run.label} is run {run.number}, but {there}: nothing is new in it.")
    if run.before and last.mark:
        follows = run.before == last.mark
    else:
        follows = run.number == last.number + 1
    if not follows:
        missed = range(last.number + 1, run.number)
        words = (
            f"run {missed[0]} was not taken in"
            if len(missed) == 1
            else f"runs {missed[0]} to {missed[-1]} were not taken in"
            if missed
            else f"it says that it follows {run.before}, and that one was {last.mark}"
        )
        raise BadRequest(
            f"{run.label} is run {run.number}, but {there}: {words}. Take in what is missing first,"
            " or a full file."
        )


def _counting(run: RunFile, last: TakenRun | None) -> tuple[str, ...]:
    return tuple(one for one in run.counting if last is None or one == last.counting)


# --- whom it concerns, and what stands against it


def _about(repository: Repository, found: _Found) -> Thing:
    change = found.effect.change
    going = Dataset.of((*change.gone, *change.removed, *found.effect.ended))
    new = touched(repository, changes(repository, change.new))
    old = touched(repository, going) if any(going.facts()) else Thing()
    return Thing(
        new.organisations | old.organisations,
        new.to_come | old.to_come,
        everything=new.everything or old.everything,
    )


def _against(repository: Repository, found: _Found) -> list[Fault]:
    leaving = {*found.effect.change.gone, *found.effect.change.removed}
    stored = Dataset.of(fact for fact in repository.dataset().facts() if fact not in leaving)
    merged = merge(stored, found.effect.change.new)
    contradictions = consistency.faults(
        merged.dataset, merged.row_number(found.effect.change.row_number), found.parsed.bad_ids
    )
    return [
        about_stored(fault)
        for fault in (*found.parsed.faults, *found.parsed.contradictions(contradictions))
    ]


def _staff_of(
    layout: RunLayout, staff_of: Mapping[str, str], record: str, fields: Mapping[str, str]
) -> str | None:
    about = layout.records[record].about
    return staff_of.get(fields[about]) if about else None
