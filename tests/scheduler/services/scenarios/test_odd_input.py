"""What somebody in a hurry, or with ill will, writes in a scenario: told in words, all at once."""

from pathlib import Path

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, BadRequest, NotFound, NothingKeepsTheRules
from scheduler.services.jobs.execute import _written as written_of_job
from scheduler.services.jobs.order import Order
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.frontier import frontier
from scheduler.services.scenarios.kept import save_scenario
from scheduler.services.scenarios.partners import partners
from scheduler.services.scenarios.partners import plan_for as plan_for_partners
from scheduler.services.scenarios.read_scenarios import AS_IT_IS, parse_scenario
from scheduler.services.scenarios.value_interventions import value
from scheduler.services.scenarios.waterfall import plan_for, waterfall
from scheduler.storage.repository import Repository
from scheduler.storage.toml_file import tables_of
from solver.search.strategy import Limits
from tests.factories import MONDAY, lending, need, person, plain_tables, supply

LIMITS = Limits(seconds=10, workers=2)
REQUEST = Request("COL", MONDAY)
CODE = ("String", "tuple", "dictionary", "boolean", "unable to", "parse", "instance")


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHEDULER_ENGINE", "inline")


@pytest.fixture
def small() -> Repository:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    need(tables, 0, "E", site_id="SB")
    repository = Repository("sqlite://")
    repository.store(Dataset.from_cells(tables))
    return repository


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'name = "{"x" * 201}"', "at most 200 letters"),
        ('name = ""', "a text that is not empty"),
        ("name = 5", "a text"),
        ('name = "x"\nhire = "x"', "a list, or tables that are written [[like this]]"),
        ('name = "x"\nalone = 3', "true or false"),
        ('name = "x"\npolicy = 4', "a table"),
        ('name = "x"\nhire = [3]', "a table"),
        ('name = "x"\n[[hire]]\npeople = 1.5', "a whole number"),
        ('name = "x"\n[[hire]]\npeople = "many"', "a whole number"),
        ('name = "x"\n[[supply]]\nhours = "few"', "a number"),
        ('name = "x"\n[[supply]]\npath = [{from_date = "soon", hourly_percent = 1}]', "a date"),
    ],
)
def test_the_wrong_kind_of_value_is_told_in_words(text: str, expected: str) -> None:
    with pytest.raises(BadInput) as told:
        parse_scenario(tables_of(text.encode(), "a.toml"), "a.toml")
    assert any(fault.expected.startswith(expected) for fault in told.value.faults)
    assert not any(word in fault.expected for fault in told.value.faults for word in CODE)


def test_nobody_lends_to_themselves(small: Repository, tmp_path: Path) -> None:
    file = tmp_path / "self.toml"
    file.write_text(
        'name = "x"\n[[agreement]]\nhome_organisation_id = "A"\nhost_organisation_id = "A"\n'
        'route = "honorary_contract"\n'
    )
    with pytest.raises(BadInput, match="nobody lends to themselves"):
        compare(small, REQUEST, [file], LIMITS)


def test_scenarios_of_one_name_are_told_apart(small: Repository, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.toml" for number in range(4)]
    long = "é" * 200
    for file, name in zip(files, ("Same", "Same", AS_IT_IS, long), strict=True):
        file.write_text(f'name = "{name}"\n[overtime]\nallowed = false\n')
    found = compare(small, REQUEST, [*files, files[3], files[0]], LIMITS)
    names = [case["name"] for case in found["scenarios"]]
    assert names == ["Same", "Same (2)", f"{AS_IT_IS} (2)", long, f"{'é' * 196} (2)", "Same (3)"]
    for case in found["scenarios"]:
        parse_scenario(tables_of(case["toml"].encode(), "again"), "again")


def test_searching_again_takes_a_baseline(small: Repository, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text('name = "x"\n')
    with pytest.raises(BadRequest, match="name the comparison that is to be one"):
        compare(small, REQUEST, [file], LIMITS, again=True)


def test_what_cannot_be_asked_is_refused_before_a_plan_is_told(small: Repository) -> None:
    for levers in (6, 2000):
        with pytest.raises(BadRequest, match="at most 5 more levers"):
            plan_for(levers, 1)
    with pytest.raises(NotFound):
        plan_for_partners(small, "NOWHERE", MONDAY, 7, 1, changed=False)
    before = MONDAY.replace(year=1950)
    with pytest.raises(BadRequest, match="has 0 in these weeks"):
        plan_for_partners(small, "COL", before, 7, 1, changed=False)


def test_where_cover_is_hard_and_cannot_be_kept_every_question_says_so(tmp_path: Path) -> None:
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E")
    need(tables, 0, "E", site_id="SB")  # at the same time, and nobody else
    supply(tables, "AG", "agency", "B", hourly_pence="4000", max_shifts_per_week="0")
    request = Request("COL", MONDAY, 7, {"minimum_cover": {"weight": "hard"}})
    file = tmp_path / "x.toml"
    file.write_text('name = "x"\n[overtime]\nallowed = false\n')
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        said = []
        for ask in (
            lambda: frontier(repository, request, "agency", "cover", LIMITS),
            lambda: compare(repository, request, [file], LIMITS),
            lambda: waterfall(repository, request, [file], LIMITS),
            lambda: partners(repository, request, LIMITS),
            lambda: value(repository, request, LIMITS),
        ):
            with pytest.raises(NothingKeepsTheRules) as told:
                ask()
            assert told.value.exit_code == 4
            said.append(str(told.value))
        assert not repository.rosters()
    assert all("some facts clash" in one for one in said)
    assert "is hard" in said[0]
    assert not any("more seconds" in one or "more time" in one for one in said)


def test_a_frontier_of_nothing_is_one_roster() -> None:
    """No temporary supply at all: nothing to reduce."""
    tables = plain_tables()
    person(tables, "P1")
    need(tables, 0, "E")
    with Repository("sqlite://") as repository:
        repository.store(Dataset.from_cells(tables))
        found = frontier(repository, REQUEST, "agency", "cover", LIMITS)
    assert [(one["low"], one["high"]) for one in found["points"]] == [(0, 0)]
    assert found["knee"] is None


@pytest.mark.parametrize("name", ["x.toml", "a/b", "-a", "as IT is", "\x07", "x" * 61, "  "])
def test_names_under_which_nothing_is_kept(small: Repository, name: str) -> None:
    with pytest.raises(BadInput) as told:
        save_scenario(small, name, {"overtime": {"allowed": False}}, "COL")
    assert [fault.column for fault in told.value.faults] == ["name"]


@pytest.mark.parametrize("name", ["🙂", "<b>*x* #panic()", "x" * 60])
def test_names_with_markup_are_kept_as_they_are(small: Repository, name: str) -> None:
    save_scenario(small, name, {"overtime": {"allowed": False}}, "COL")
    found = compare(small, REQUEST, [Path(name)], LIMITS)
    assert found["scenarios"][0]["name"] == name


def test_files_of_one_name_from_two_folders_are_two_in_a_job(tmp_path: Path) -> None:
    texts = {name: f'name = "{n}"\n' for n, name in enumerate(ODD_NAMES)}
    order = Order("compare", "COL", MONDAY, limits=LIMITS, scenarios=texts)
    paths = written_of_job(tmp_path, order)
    assert [path.read_text() for path in paths] == list(texts.values())
    assert {path.parent for path in paths} == {tmp_path}


ODD_NAMES = ("a/x.toml", "b/x.toml", "..", "/", "🙂" * 100, "<b>*#.toml")
