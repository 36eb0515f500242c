"""An empty workbook to fill in: every sheet, every column with a note, drop-down lists where a
choice is limited.
"""

from pathlib import Path

from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.storage.columns import Column, columns
from scheduler.storage.files import NOTES_SHEET
from scheduler.storage.writing import Book, Sheet, add_sheet, open_workbook, write_header

LAST_ROW = 20_000
"""Down to here a sheet offers lists."""

_CELL_FORMATS = {"whole": "0", "number": "General", "date": "yyyy-mm-dd"}


def write_template(file: Path) -> None:
    """An .xlsx workbook that can be imported as soon as it is filled."""
    with open_workbook(file) as book:
        _notes(book)
        for fact_type in FACT_TYPES:
            sheet = add_sheet(book, fact_type, ())
            for position, column in enumerate(columns(fact_type)):
                # text format, so that 007 stays 007, 07:00 stays 07:00 and =A stays =A while
                # somebody types
                cell_format = book.add_format({"num_format": _CELL_FORMATS.get(column.kind, "@")})
                sheet.set_column(position, position, max(12, len(column.name) + 2), cell_format)
                sheet.write_comment(0, position, _note(column), {"x_scale": 2})
                _offer_list(sheet, position, column)
        book.get_worksheet_by_name(FACT_TYPES[0].file).activate()


def _note(column: Column) -> str:
    return (
        f"{column.description}\n{'required' if column.required else 'may be empty'}:"
        f" {allowed(column)}"
    )


def allowed(column: Column) -> str:
    """What a cell may hold, in words."""
    return f"the id of a row of {column.references}" if column.references else column.plain()


def _offer_list(sheet: Sheet, position: int, column: Column) -> None:
    if column.kind in ("choice", "yes_no"):
        source: object = list(column.choices or ("yes", "no"))
    elif column.references:
        id_column = "A"  # where the contract has an id, it is the first column
        source = f"={column.references}!${id_column}$2:${id_column}${LAST_ROW}"
    else:
        return
    title = "Not in the list"
    options = {
        "validate": "list",
        "source": source,
        "ignore_blank": True,
        "error_title": title,
        "error_message": f"Expected {allowed(column)}."[:255],
    }
    # a reference may be typed before the row that it names: a warning is enough
    sheet.data_validation(
        1,
        position,
        LAST_ROW - 1,
        position,
        options | {"error_type": "warning" if column.references else "stop"},
    )


def _notes(book: Book) -> None:
    sheet = book.add_worksheet(NOTES_SHEET)
    write_header(
        book,
        sheet,
        (
            "file",
            "what a row says",
            "sheet may be missing",
            "column",
            "required",
            "description",
            "allowed values",
        ),
    )
    row = 1
    for fact_type in FACT_TYPES:
        for column in columns(fact_type):
            cells = (
                fact_type.file,
                _sentence(fact_type),
                "no" if fact_type.required_file else "yes",
                column.name,
                "yes" if column.required else "no",
                column.description,
                allowed(column),
            )
            for position, cell in enumerate(cells):
                sheet.write_string(row, position, cell)
            row += 1
    sheet.autofilter(0, 0, row - 1, 6)
    sheet.set_column(1, 1, 50)
    sheet.set_column(5, 6, 60)


def _sentence(fact_type: type[Fact]) -> str:
    return (fact_type.__doc__ or "").strip().split("\n")[0]
