"""The same numbers as a workbook: a sheet for each section, pages below each other in one table."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from scheduler.services.pack.tables import FORMATS, Cell
from scheduler.storage.formulas import guarded
from scheduler.storage.writing import Book, Sheet, write_text

Document = Mapping[str, Any]
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""What the file says of when it was made: the same always, so that the same paper has the same
bytes.
"""
OF = "Of"
WIDEST = 60
LONGEST_NAME = 31
"""Characters of a sheet's name."""
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def workbook_bytes(document: Document) -> bytes:
    """Sheets: about, one for each of the sections in their order, and one for each answer."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"title": document["title"], "created": MADE})
    formats = {name: book.add_format({"num_format": text}) for name, text in FORMATS.items()}
    _Writer(book, formats).all_of(document)
    book.close()
    return stream.getvalue()


class _Writer:
    def __init__(self, book: Book, formats: Mapping[str, Any]) -> None:
        self._book, self._formats = book, formats
        self._bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self._title = book.add_format({"bold": True, "font_size": 13})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def all_of(self, document: Document) -> None:
        about = self._book.add_worksheet("About")
        about.set_column(0, 0, 36)
        about.set_column(1, 1, 90)
        rows = [("Title", document["title"]), ("Dates", document["sentence"])]
        rows += [("Dated", document["dated"])] if document["dated"] else []
        rows += [(page["title"], page["sentence"]) for page in document["pages"]]
        for number, (what, which) in enumerate(rows):
            self._text(about, number, 0, what)
            self._text(about, number, 1, which, self._wrapped)
        for place, first in enumerate(document["pages"][0]["sections"]):
            sections = [(page["title"], page["sections"][place]) for page in document["pages"]]
            self._sheet(f"{first['number']} {first['title']}", sections)
        for section in document["method"]:
            self._sheet(f"{section['number']} {section['title']}", [("", section)])
        for section in document["annex"]:
            self._sheet(f"Annex {section['number']}", [("", section)])

    def _sheet(self, name: str, sections: Sequence[tuple[str, Document]]) -> None:
        sheet = self._book.add_worksheet(name.translate(FORBIDDEN)[:LONGEST_NAME].strip())
        widths: dict[int, int] = {}
        row = 0
        self._text(sheet, row, 0, sections[0][1]["title"], self._title)
        row += 1
        for of, section in sections:
            self._text(sheet, row, 0, f"{of}: {section['sentence']}" if of else section["sentence"])
            row += 1
        row += 1
        for title in dict.fromkeys(
            table["title"] for _, section in sections for table in section["tables"]
        ):
            own = [
                (of, table)
                for of, section in sections
                for table in section["tables"]
                if table["title"] == title
            ]
            row = self._table(sheet, row, title, own, widths)
        for at, width in widths.items():
            sheet.set_column(at, at, min(WIDEST, width + 2))

    def _table(
        self,
        sheet: Sheet,
        row: int,
        title: str,
        tables: Sequence[tuple[str, Document]],
        widths: dict[int, int],
    ) -> int:
        """Where the next one begins."""
        self._text(sheet, row, 0, title, self._title)
        row += 1
        several = any(of for of, _ in tables)
        heads = [OF] * several + [one["title"] for one in tables[0][1]["columns"]]
        for at, head in enumerate(heads):
            self._text(sheet, row, at, head, self._bold)
            widths[at] = max(widths.get(at, 0), min(len(head), 24))
        for cells in _rows(tables, several):
            row += 1
            for at, cell in enumerate(cells):
                self._cell(sheet, row, at, cell)
                widths[at] = max(widths.get(at, 0), len(cell["text"]))
        note = tables[0][1]["note"]
        if note:
            row += 1
            self._text(sheet, row, 0, note)
        return row + 2

    def _cell(self, sheet: Sheet, row: int, at: int, cell: Cell) -> None:
        if cell["value"] is None:
            if cell["text"]:
                self._text(sheet, row, at, cell["text"])
        else:
            sheet.write_number(row, at, cell["value"], self._formats[cell["format"]])

    def _text(self, sheet: Sheet, row: int, at: int, text: str, form: Any = None) -> None:
        write_text(sheet, row, at, guarded(text), form)


def _rows(tables: Sequence[tuple[str, Document]], several: bool) -> Iterator[list[Cell]]:
    for of, table in tables:
        for row in table["rows"]:
            own = [{"text": of, "value": None, "format": ""}] if several else []
            yield [*own, *row]
