"""Any dataset goes through CSV, Excel and the database and comes back the same."""

import string
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.storage.columns import Column, columns
from scheduler.storage.doubtful_cells import SPREADSHEET_ERRORS
from scheduler.storage.files import read_parsed
from scheduler.storage.parsing import parse_table
from scheduler.storage.raw_table import RawTable
from scheduler.storage.repository import Repository
from scheduler.storage.writing import write_folder, write_workbook
from tests.at_random import examples
from tests.conftest import NewDatabase
from tests.scheduler.storage import sample

TEXT = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
        | st.sampled_from("\n,;\"'=@"),
        min_size=1,
        max_size=12,
    )
    .map(str.strip)
    .filter(
        lambda text: text and text not in SPREADSHEET_ERRORS
    )  # a text that a sheet shows for an error is a fault at its cell
)
JUNK = st.sampled_from(
    [
        "",
        "x",
        "-1",
        "0",
        "5",
        "1e3",
        "60",
        "2027-01-11",
        "2026-02-30",
        "07:00",
        "yes",
        "no",
        "5.5",
        "2027-01-11T07:00",
        "bank",
        "8a",
        "nursing",
    ]
)
IDS = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=6)


def names(dataset: Dataset, texts: list[str]) -> Dataset:
    """The dataset with other names for organisations and sites."""
    organisations = [
        fact.model_copy(update={"name": text})
        for fact, text in zip(dataset.organisation, texts, strict=False)
    ]
    sites = [
        fact.model_copy(update={"name": text, "latitude": 49 + len(text) / 7})
        for fact, text in zip(dataset.site, texts[1:], strict=False)
    ]
    return dataset.with_facts(organisation=organisations, site=sites)


@pytest.mark.at_random
@settings(max_examples=examples(5), deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXT, min_size=3, max_size=3))
def test_csv_excel_and_database_give_back_what_they_were_given(
    new_database: NewDatabase, texts: list[str]
) -> None:
    dataset = names(sample.dataset(), texts)
    with TemporaryDirectory() as folder:
        write_folder(dataset, Path(folder) / "csv")
        write_workbook(dataset, Path(folder) / "data.xlsx")
        for path in (Path(folder) / "csv", Path(folder) / "data.xlsx"):
            parsed = read_parsed(path)
            assert parsed.faults == ()
            assert parsed.dataset == dataset
    with Repository(new_database()) as repository:
        repository.store(dataset)
        assert repository.dataset().sha256() == dataset.sha256()


def _cell(column: Column) -> st.SearchStrategy[str]:
    good = {
        "choice": st.sampled_from(column.choices or ("",)),
        "yes_no": st.sampled_from(("yes", "no")),
        "whole": st.integers(-2, 400).map(str),
        "number": st.floats(-20, 100).map(lambda x: f"{x:.3f}"),
        "date": st.dates().map(str),
        "time": st.times().map(lambda t: f"{t:%H:%M}"),
        "instant": st.dates().map(lambda d: f"{d}T07:30"),
        "text": IDS,
    }
    return st.one_of(good[column.kind], good[column.kind], good[column.kind], JUNK)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), fact_type=st.sampled_from(FACT_TYPES))
def test_the_reader_accepts_exactly_what_the_fact_accepts(
    data: st.DataObject, fact_type: type[Fact]
) -> None:
    row = {column.name: data.draw(_cell(column)) for column in columns(fact_type)}
    parsed = parse_table(fact_type, RawTable("x.csv", tuple(row), ((2, list(row.values())),)))
    try:
        fact = fact_type.model_validate({name: cell for name, cell in row.items() if cell})
    except (ValueError, OverflowError):
        assert parsed.facts == ()
        assert parsed.faults
        assert {fault.column for fault in parsed.faults} <= set(row)
    else:
        assert parsed.facts == (fact,)
        assert parsed.facts[0].model_dump() == fact.model_dump()
        assert not parsed.faults
