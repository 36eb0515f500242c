"""Organisations held against extracts: each thing that can be wrong, in both layouts."""

import json
from datetime import date
from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest
from scheduler.services.facts.organisation_codes import check_codes
from scheduler.storage.repository import Repository
from tests.factories import plain_tables

ROOT = Path(__file__).parents[4]
SHIPPED = ROOT / "data" / "registers" / "trusts.csv"
BODIES = (
    ("R1L", "Essex Partnership", "nhs_trust"),
    ("RAT", "North East & London", "nhs_trust"),
    ("RDE", "East Suffolk", "nhs_trust"),
    ("RXX", "Nobody", "nhs_trust"),
    ("EPUT", "By its letters", "nhs_trust"),
    ("NQA", "Provide", "cic"),
    ("THURROCK-COUNCIL", "Thurrock Council", "local_authority"),
    ("STHELENA", "St Helena Hospice", "charity"),
)


def stored(bodies: tuple[tuple[str, str, str], ...]) -> Repository:
    tables = plain_tables()
    for code, name, kind in bodies:
        tables["organisation"].append({"id": code, "name": name, "kind": kind})
    repository = Repository("sqlite://")
    repository.store(Dataset.from_cells(tables))
    return repository


def row(code: str, name: str, opened: str = "", closed: str = "") -> str:
    cells = [code, name, *[""] * 8, opened, closed, *[""] * 15]
    return ",".join(f'"{one}"' for one in cells) + "\n"


def test_each_thing_that_can_be_said(tmp_path: Path) -> None:
    extract = tmp_path / "etr.csv"
    extract.write_text(
        row("R1L", "ESSEX  PARTNERSHIP", "20170401")
        + row("RAT", "NORTH EAST AND LONDON", "20010401", "20250331")
        + row("RDE", "EAST SUFFOLK AND NORTH", "19920401")
    )
    with stored(BODIES) as repository:
        found = check_codes(repository, [extract], date(2025, 4, 1))
        verdicts = {one.organisation_id: one.verdict for one in found.findings}
        assert {code: verdicts[code] for code, _, _ in BODIES} == {
            "R1L": "as registered",
            "RAT": "closed",
            "RDE": "other name",
            "RXX": "not there",
            "EPUT": "wrong shape",
            "NQA": "not there",
            "THURROCK-COUNCIL": "no code",
            "STHELENA": "no code",
        }
        said = {one.organisation_id: one.sentence for one in found.findings}
        assert said["RAT"] == "closed on 2025-03-31"
        assert said["RDE"] == "called EAST SUFFOLK AND NORTH in the extract"
        assert not any(one.fault for one in found.findings if one.verdict == "no code")
        assert found.age == "of 2025-04-01"
        # its last day is one on which it still is
        last = check_codes(repository, [extract], date(2025, 3, 31))
        assert {one.verdict for one in last.findings if one.organisation_id == "RAT"} == {
            "as registered"
        }
        undated = check_codes(repository, [extract])
        assert undated.age.endswith("the latest that it names is 2025-03-31")


def test_a_list_of_the_interface(tmp_path: Path) -> None:
    extract = tmp_path / "list.json"
    listed = [
        {"OrgId": code, "Name": name, "Status": status, "LastChangeDate": "2026-05-01"}
        for code, name, status in (
            ("R1L", "ESSEX PARTNERSHIP", "Active"),
            ("RAT", "NORTH EAST AND LONDON", "Inactive"),
        )
    ]
    extract.write_text(json.dumps({"Organisations": listed}))
    with stored(BODIES) as repository:
        found = check_codes(repository, [extract])
        verdicts = {one.organisation_id: one.sentence for one in found.findings}
        assert verdicts["R1L"] == "as in the extract"
        assert verdicts["RAT"] == "closed; the extract does not say when"
        assert (found.layouts, found.latest) == (("json",), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Code,Name\nR1L,Essex\n", "line 1: 2 columns instead of 27"),
        (row("R1L", "Essex", "1 April 2017"), "'1 April 2017' is no date"),
        ('{"Organisations": [{"OrgId": "R1L"}]}', "no organisation list"),
        ('{"Organisations": [1]}', "no organisation list"),
        ("{", "no organisation list"),
    ],
)
def test_what_is_no_extract_is_said(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "extract"
    file.write_text(text)
    with Repository("sqlite://") as repository:
        with pytest.raises(BadRequest, match=words):
            check_codes(repository, [file])
        with pytest.raises(BadRequest, match="could not be read"):
            check_codes(repository, [tmp_path / "none"])
        with pytest.raises(BadRequest, match="which extract"):
            check_codes(repository, [])


def test_the_examples_trusts_are_in_the_extract_that_is_shipped() -> None:
    for example in ("mid-and-south-essex", "north-east-essex"):
        file = ROOT / "data" / "examples" / example / "organisation.csv"
        lines = file.read_text(encoding="utf-8").splitlines()[1:]
        bodies = tuple(tuple(line.split(",")) for line in lines)
        with stored(bodies) as repository:  # type: ignore[arg-type]  # kinds as texts
            found = check_codes(repository, [SHIPPED], date(2022, 2, 1))
            wrong = {one.organisation_id for one in found.findings if one.fault}
        assert wrong - {"A", "B"} == ({"NQA"} if example == "mid-and-south-essex" else set())
