"""Workbooks that a program, or chance, has broken inside: a fault with what was expected, never the
program's own.
"""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.storage.files import read_parsed
from scheduler.storage.panics import panics_as_errors
from scheduler.storage.writing import write_workbook
from tests.scheduler.cli.conftest import small_tables


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    file = tmp_path_factory.mktemp("book") / "whole.xlsx"
    write_workbook(Dataset.from_cells(small_tables()), file)
    with zipfile.ZipFile(file) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def faults(parts: dict[str, bytes], file: Path, change: Callable[[str, bytes], bytes]) -> str:
    with zipfile.ZipFile(file, "w") as made:
        for name, text in parts.items():
            made.writestr(name, change(name, text))
    return "\n".join(str(fault) for fault in read_parsed(file).faults)


@pytest.mark.parametrize("encoding", [b"x", b"utf-7", b"cp037", b"rot13", b"idna", b""])
@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "[Content_Types].xml",
    ],
)
def test_a_part_in_an_encoding_that_there_is_not(
    parts: dict[str, bytes], tmp_path: Path, part: str, encoding: bytes
) -> None:
    assert b"UTF-8" in parts[part]
    said = faults(
        parts,
        tmp_path / "a.xlsx",
        lambda name, text: text.replace(b"UTF-8", encoding) if name == part else text,
    )
    assert said == "" or "expected" in said


@pytest.mark.parametrize(
    "number",
    [
        b"9e999",
        b"-9e999",
        b"nan",
        b"inf",
        b"2958465.9999999",
        b"2958466",
        b"1e308",
        b"-1",
        b"1e-320",
        b"0x10",
        b"9" * 400,
    ],
)
@pytest.mark.parametrize("as_date", [False, True])
def test_a_number_beyond_all_others(
    parts: dict[str, bytes],
    tmp_path: Path,
    number: bytes,
    as_date: bool,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """In every cell that holds a number, and again where it is shown as a date."""

    def change(name: str, text: bytes) -> bytes:
        if as_date and name == "xl/styles.xml":
            return text.replace(b'numFmtId="0"', b'numFmtId="22"')
        return (
            text.replace(b"<v>", b"<v>" + number + b"</v></c><c><v>")
            if name.startswith("xl/worksheets/")
            else text
        )

    assert "expected" in faults(parts, tmp_path / "a.xlsx", change)
    assert "panicked" not in capfd.readouterr().err


def test_what_is_said_while_a_library_works_is_not_lost(capfd: pytest.CaptureFixture[str]) -> None:
    with panics_as_errors():
        os.write(2, b"a warning\n")
    assert capfd.readouterr().err == "a warning\n"
    with pytest.raises(KeyboardInterrupt), panics_as_errors():
        raise KeyboardInterrupt
