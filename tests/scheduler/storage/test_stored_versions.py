"""What is kept under a name: versions are added, one after the other, and never changed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import NotFound
from scheduler.storage.repository import Repository
from scheduler.storage.stored_versions import VersionShelf
from tests.factories import plain_tables, rows

Shelf = Callable[[Repository], VersionShelf]
SHELVES: dict[str, Shelf] = {
    "policies": lambda repository: repository.policies,
    "scenarios": lambda repository: repository.scenarios,
}


@pytest.fixture
def repository(new_database: Callable[[], str]) -> Iterator[Repository]:
    tables = plain_tables()
    tables["collaborative"] += rows("id name", "ELSE | Another")
    with Repository(new_database()) as found:
        found.store(Dataset.from_cells(tables))
        yield found


@pytest.fixture(params=list(SHELVES))
def shelf_of(request: pytest.FixtureRequest) -> Shelf:
    return SHELVES[request.param]


def test_versions_are_added_and_those_before_stay(repository: Repository, shelf_of: Shelf) -> None:
    shelf = shelf_of(repository)
    first = shelf.add("COL", "Fewer calls", {"a": 1}, why="asked")
    second = shelf.add("COL", " fewer  CALLS ", {"a": 2}, why="", withdrawn=True)
    assert (first.version, second.version, second.name) == (1, 2, "Fewer calls")
    assert shelf.versions() == [second, first]
    # a name is a collaborative's own
    assert shelf.add("ELSE", "Fewer calls", {}, why="").version == 1
    assert shelf.versions("COL") == [second, first]
    assert [one.tables for one in shelf.versions("COL")] == [{"a": 2}, {"a": 1}]


def test_names_are_the_same_whatever_the_case_of_letters_beyond_ascii(
    repository: Repository, shelf_of: Shelf
) -> None:
    shelf = shelf_of(repository)
    shelf.add("COL", "Café Öst", {}, why="")
    assert shelf.add("COL", "CAFÉ ÖST", {"a": 1}, why="").version == 2


def test_the_shelves_know_nothing_of_each_other(repository: Repository) -> None:
    repository.policies.add("COL", "One", {}, why="")
    repository.policies.add("COL", "One", {}, why="")
    assert repository.scenarios.versions() == []
    assert repository.scenarios.add("COL", "One", {}, why="").version == 1


def test_for_an_unknown_collaborative_nothing_is_kept(
    repository: Repository, shelf_of: Shelf
) -> None:
    with pytest.raises(NotFound):
        shelf_of(repository).add("COLL", "One", {}, why="")
    assert shelf_of(repository).versions() == []


def test_of_two_who_save_at_once_one_becomes_the_next_version_and_nothing_is_lost(
    repository: Repository, shelf_of: Shelf
) -> None:
    def save(number: int) -> None:
        with Repository(repository.url) as own:
            shelf_of(own).add("COL", "ONE" if number % 2 else "one", {"n": number}, why="")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, range(8)))
    versions = shelf_of(repository).versions("COL")
    assert [one.version for one in versions] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert len({one.name for one in versions}) == 1
    assert sorted(one.tables["n"] for one in versions) == list(range(8))
