"""Things are found by any part of their names, in any order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.domain.demand_rows import work_of
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.services.view.by_words import (
    found_by_words,
    meant,
    one_meant,
    work_called,
    work_meant,
)
from scheduler.storage.repository import Repository
from tests.scheduler.storage import sample

PEOPLE = {
    "S0115": "Jo Smith, Community nurse",
    "S0116": "Smithson Ada, Community nurse",
    "S1150": "Zoë O'Neil-Åström, Physiotherapist",
    "jo": "Somebody Else",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("smith jo", ["S0115"]),
        ("0115 nurse", ["S0115"]),
        ("NURSE  s011", ["S0115", "S0116"]),
        ("smith", ["S0115", "S0116"]),
        ("zoe", ["S1150"]),
        ("astrom o'neil", ["S1150"]),
        ("o neil", ["S1150"]),
        ("s0116", ["S0116"]),
        ("JO", ["jo", "S0115"]),
        ("nurse physio", []),
        ("", list(PEOPLE)),
        (" - ", list(PEOPLE)),
    ],
)
def test_all_words_stand_somewhere_in_the_name_or_the_id(text: str, found: list[str]) -> None:
    assert found_by_words(PEOPLE, text) == found


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with Repository(f"sqlite:///{tmp_path}/x.db") as found:
        found.store(sample.dataset())
        yield found


def test_one_thing_is_meant_or_it_is_said_which(repository: Repository) -> None:
    assert meant(repository, "staff", "S1") == "S1"
    assert meant(repository, "staff", "ada nurse") == "S1"
    assert meant(repository, "staff", "s2") == "S2"
    assert meant(repository, "site", "rochford") == "X2"
    with pytest.raises(BadRequest, match=r"S1: Ada") as caught:
        meant(repository, "staff", "a")
    assert "Say more of the name" in str(caught.value)
    with pytest.raises(NotFound, match="no member of staff 'nobody'"):
        meant(repository, "staff", "nobody")
    for nothing in ("", " ", "'"):
        with pytest.raises(NotFound):
            meant(repository, "staff", nothing)


def test_an_id_that_is_cut_short_is_nobody_else() -> None:
    assert one_meant(PEOPLE, "s0115", "person") == "S0115"
    for short in ("S011", "S0115x", "0115", "S-0115"):
        with pytest.raises(NotFound):
            one_meant(PEOPLE, short, "person")
    assert one_meant({"S0115": "Nurse 0115", "S1": "Nurse 01150"}, "0115", "person") == "S0115"


def test_work_is_found_by_its_date_place_and_role(repository: Repository) -> None:
    rows = repository.dataset().demand
    called = work_called(repository.dataset(), rows)
    for row in rows:
        words = f"{row.date:%-d %b}, {called[row.id].split(', ', 1)[1]}"
        twins = [one for one in rows if work_of(one) == work_of(row)]
        if len(twins) == 1:
            assert work_meant(repository, None, words) == row.id
        else:
            with pytest.raises(BadRequest, match="piece of work"):
                work_meant(repository, None, words)
    assert work_meant(repository, None, rows[0].id) == rows[0].id
    assert work_meant(repository, None, "31 december nowhere") == "31 december nowhere"
