"""Text that looks like a formula: a spreadsheet must not run it, and reading gives it back as it
was.
"""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.domain.roster import AssignmentLine, VacancyLine
from scheduler.storage.columns import columns
from scheduler.storage.formulas import guarded, unguarded
from scheduler.storage.parsing import parse_table
from scheduler.storage.raw_table import table_from_csv
from scheduler.storage.writing import write_lines

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "＝1",
    "'=1",
    "''=1",
    "-",
    "=",
    "=a\n=b",
]
TEXTS = ["'t Hart", "O'Neil", "'quoted'", "a=b", "1-2", "''", "'"]
ROWS: dict[str, dict[str, Any]] = {
    "text": "A",
    "whole": 1,
    "number": 1.0,
    "yes_no": True,
    "date": "2027-01-11",
    "time": "07:00",
    "instant": "2027-01-11T07:00",
}


def row(fact_type: type[Fact], text: str) -> Fact:
    """A row of a file with this in every column that takes any text."""
    cells: dict[str, Any] = {}
    for column in columns(fact_type):
        low = column.limit("ge") or 0
        cells[column.name] = {
            "text": text,
            "choice": (column.choices or ("",))[0],
            "whole": max(1, int(low)),
            "number": max(1.0, low),
        }.get(column.kind, ROWS.get(column.kind))
    return fact_type.model_construct(
        **{
            **cells,
            **{
                column.name: column.parse(cells[column.name])
                for column in columns(fact_type)
                if column.kind in ("date", "time", "instant")
            },
        }
    )


@pytest.mark.parametrize(
    "fact_type", [*FACT_TYPES, AssignmentLine, VacancyLine], ids=lambda t: t.file
)
def test_no_text_of_any_file_is_a_formula_and_all_come_back(
    fact_type: type[Fact], tmp_path: Path
) -> None:
    rows = [row(fact_type, text) for text in (*FORMULAS, *TEXTS)]
    file = tmp_path / f"{fact_type.file}.csv"
    write_lines(fact_type, rows, file)
    texts = [column.name for column in columns(fact_type) if column.kind == "text"]
    with file.open(encoding="utf-8", newline="") as stream:
        assert not [
            cell
            for line in csv.DictReader(stream)
            for name, cell in line.items()
            if name in texts and cell[:1] in tuple("=+-@＝")
        ]
    table = table_from_csv(file)
    back = [dict(zip(table.header, cells, strict=True)) for _, cells in table.rows]
    assert [{name: line[name] for name in texts} for line in back] == [
        dict.fromkeys(texts, text) for text in (*FORMULAS, *TEXTS)
    ]


def test_a_negative_number_stays_a_number(tmp_path: Path) -> None:
    preference = next(fact_type for fact_type in FACT_TYPES if fact_type.file == "preference")
    line = preference.model_validate(
        {"staff_id": "=S", "date": "2027-01-11", "shift_type_id": "", "weight": "-5"}
    )
    write_lines(preference, [line], tmp_path / "preference.csv")
    assert (tmp_path / "preference.csv").read_text().splitlines()[1] == "'=S,2027-01-11,,-5"
    assert parse_table(preference, table_from_csv(tmp_path / "preference.csv")).facts == (line,)


@given(st.text(alphabet="'=+-@a b,;\"\n", max_size=8))
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@")
