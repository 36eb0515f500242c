"""Facts over the API: found, changed, brought in, and how they came to be so."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, File, Query, UploadFile
from fastapi import Path as Address

from scheduler.domain.change_set import RowChange
from scheduler.domain.errors import BadInput, BadRequest, Fault
from scheduler.domain.facts import BY_FILE, FACT_TYPES, Fact
from scheduler.rest.door import Asking
from scheduler.rest.door import asking as asking_at_all
from scheduler.rest.once import BEFORE, OnceOnly
from scheduler.rest.paging import After, Limit, Page, page
from scheduler.rest.shapes import (
    Cells,
    ChangeGiven,
    ChangeMadeShape,
    ChangesGiven,
    ColumnShape,
    FileShape,
    ImportShape,
    PastChangeShape,
    Why,
)
from scheduler.services.accounts.once import OnceOutcome
from scheduler.services.data.import_export import import_data
from scheduler.services.documents.facts import (
    change_made_document,
    import_document,
    past_document,
)
from scheduler.services.facts import history
from scheduler.services.facts.change import EditedRow, change, propose, understood
from scheduler.services.facts.history import Search
from scheduler.services.facts.stored import find_facts, known_file
from scheduler.services.facts.words import FILES

routes = APIRouter(prefix="/facts", tags=["facts"])
MOST_FILES = 60
Trial = Annotated[
    bool, Query(alias="dry_run", description="Say what would come of it, and write nothing.")
]
Number = Annotated[int, Address(ge=1, le=2**31 - 1)]


@routes.get("", dependencies=[Depends(asking_at_all)])
def kinds_of_facts() -> list[FileShape]:
    """The kinds of facts that there are, with their columns."""
    return [
        FileShape(
            file=of.file,
            title=FILES[of.file],
            key=list(of.key),
            columns=[
                ColumnShape(
                    name=name,
                    description=field.description or "",
                    required=field.is_required(),
                    references=of.references.get(name),
                )
                for name, field in of.model_fields.items()
            ],
        )
        for of in FACT_TYPES
    ]


@routes.get("/changes")
def changes_of_facts(
    asking: Asking,
    file: Annotated[str | None, Query(max_length=200)] = None,
    staff_id: Annotated[str | None, Query(max_length=200)] = None,
    before: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Only older than this change.")
    ] = None,
    limit: Limit = 20,
) -> list[PastChangeShape]:
    """What was changed, by whom and why, the newest first, as far as the token's account may see
    it. To go on: `before` the number of the last.
    """
    name = None if file is None else known_file(file)
    search = Search(name, (), staff_id, None, before, limit)
    return [_past(one) for one in history.history(asking, search)]


@routes.get("/changes/{number}")
def change_of_facts(asking: Asking, number: Number) -> PastChangeShape:
    """One change set."""
    return _past(history.past_change(asking, number))


@routes.post("/changes", status_code=201, responses=BEFORE)
def change_facts(
    asking: Asking, once: OnceOnly, given: ChangesGiven, dry_run: Trial = False
) -> ChangeMadeShape:
    """Change rows, all or none. `before` is the row as it was read: where it is another by now,
    nothing is done.
    """
    changes = _understood(given.changes)

    def do() -> OnceOutcome:
        proposed = propose(asking, changes)
        made = None if dry_run else change(asking, changes, why=given.why)
        document = change_made_document(proposed, made)
        return OnceOutcome(f"/facts/changes/{made.number}" if made else "/facts/changes", document)

    found: ChangeMadeShape = once(do, given.model_dump_json())
    return found


@routes.post("/changes/{number}/revert", status_code=201, responses=BEFORE)
def take_change_back(
    asking: Asking, once: OnceOnly, number: Number, given: Why, dry_run: Trial = False
) -> ChangeMadeShape:
    """Take a change back, all of it, as a new change."""

    def do() -> OnceOutcome:
        proposed = history.propose_revert(asking, number)
        made = None if dry_run else history.revert(asking, number, why=given.why)
        document = change_made_document(proposed, made)
        return OnceOutcome(f"/facts/changes/{made.number}" if made else "/facts/changes", document)

    found: ChangeMadeShape = once(do, given.model_dump_json())
    return found


@routes.post("/imports", status_code=201, responses=BEFORE)
def bring_in_facts(
    asking: Asking,
    once: OnceOnly,
    files: Annotated[
        list[UploadFile],
        File(description="CSV files under their names, such as staff.csv, or one .xlsx workbook."),
    ],
    dry_run: Trial = False,
    complete: Annotated[
        list[str] | None,
        Query(
            max_length=MOST_FILES,
            description="Files that hold all there is: what is stored and not in them goes.",
        ),
    ] = None,
    confirmed: Annotated[
        bool, Query(description="What `complete` files do not hold any more may go.")
    ] = False,
    why: Annotated[str, Query(max_length=500)] = "",
) -> ImportShape:
    """Take in a dataset, all of it or nothing; every fault is named at once. Where `complete` files
    would withdraw rows, that is refused with the rows until it is `confirmed`.
    """
    with TemporaryDirectory() as folder:
        path, digests = _laid_down(files, Path(folder))

        def do() -> OnceOutcome:
            report = import_data(
                asking,
                path,
                complete=complete or (),
                confirmed=confirmed,
                why=why,
                trial=dry_run,
            )
            at = f"/facts/changes/{report.number}" if report.number else "/facts/changes"
            return OnceOutcome(at, import_document(report, dry_run))

        found: ImportShape = once(do, digests)
    return found


@routes.get("/{file}")
def rows_of_facts(
    asking: Asking,
    file: Annotated[str, Address(max_length=200)],
    key: Annotated[
        list[str] | None,
        Query(max_length=10, description="The beginning of a key, cell by cell."),
    ] = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[Cells]:
    """Stored rows of one kind, in the order of their keys, as far as the token's account may look
    at them.
    """
    rows = find_facts(asking, file, key or [])
    found, next_one = page(rows, _key, limit, after)
    return Page(items=[fact.cells() for fact in found], next=next_one)


def _key(fact: Fact) -> str:
    return "\x1f".join(fact.cell(column) for column in fact.key)


def _past(found: history.PastChange) -> PastChangeShape:
    return PastChangeShape.model_validate(past_document(found))


def _understood(given: Iterable[ChangeGiven]) -> list[RowChange]:
    """The changes as rows. Raises NotFound for a file that there is not, BadRequest for a change of
    nothing, and BadInput with every cell of all of them that is not what its column needs.
    """
    found: list[RowChange] = []
    faults: list[Fault] = []
    for number, one in enumerate(given, start=1):
        file = known_file(one.file)
        columns = BY_FILE[file].model_fields
        expected = f"one of {', '.join(columns)}"
        faults += [
            Fault(f"{file}.csv", number, column, "", expected)
            for column in sorted({*(one.before or {}), *(one.after or {})} - columns.keys())
        ]
        try:
            before = None if one.before is None else _row(file, number, one.before)
            changes, _ = understood(file, [EditedRow(number, before, one.after)])
            found += changes
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    return found


def _row(file: str, number: int, cells: Cells) -> Fact:
    """A row as it was read. Raises BadInput."""
    [one], _ = understood(file, [EditedRow(number, None, cells)])
    assert one.after is not None
    return one.after


def _laid_down(files: list[UploadFile], folder: Path) -> tuple[Path, str]:
    """Where the files lie now, as an import reads them, and what tells them from others. Raises
    BadRequest for names that mean nothing.
    """
    if len(files) > MOST_FILES:
        raise BadRequest(f"Send at most {MOST_FILES} files at once.")
    digests: dict[str, str] = {}
    for one in files:
        name = one.filename or ""
        stem, dot, ending = name.rpartition(".")
        if not dot or ending not in ("csv", "xlsx") or (ending == "csv" and stem not in BY_FILE):
            raise BadRequest(
                f"{name[:100]!r} is no file of facts: send staff.csv and the like, or one .xlsx"
                " workbook."
            )
        if name in digests or (ending == "xlsx" and len(files) > 1):
            raise BadRequest("Send each file once, and a workbook alone.")
        content = one.file.read()
        digests[name] = sha256(content).hexdigest()
        (folder / ("facts.xlsx" if ending == "xlsx" else name)).write_bytes(content)
    workbook = folder / "facts.xlsx"
    return workbook if workbook.exists() else folder, repr(sorted(digests.items()))
