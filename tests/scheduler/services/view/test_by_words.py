"""Things are found by any part of their names, in any order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.domain.errors import BadRequest, NotFound
from scheduler.services.view.by_words import found_by_words, meant, work_meant
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


def test_work_is_found_by_its_date_place_and_role(repository: Repository) -> None:
    [row, *_] = repository.dataset().demand
    day = f"{row.date:%-d %b}"
    names = {site.id: site.name for site in repository.dataset().site}
    with_words = f"{day} {names[row.site_id].split()[0]}"
    same = [
        one
        for one in repository.dataset().demand
        if one.date == row.date and one.site_id == row.site_id
    ]
    if len(same) == 1:
        assert work_meant(repository, with_words) == row.id
    else:
        with pytest.raises(BadRequest):
            work_meant(repository, with_words)
    assert work_meant(repository, row.id) == row.id
    with pytest.raises(NotFound, match="no piece of work"):
        work_meant(repository, "31 december nowhere")
