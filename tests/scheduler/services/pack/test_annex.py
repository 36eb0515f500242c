"""Answers in the annex: the numbers of their own documents, each with one chart."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadRequest, NotFound
from scheduler.services.pack.charts import svg
from scheduler.services.pack.pack import Pack, pack_of
from scheduler.services.publish.publish import publish
from scheduler.services.rosters.solve import Request, solve
from scheduler.services.scenarios.compare import compare
from scheduler.services.scenarios.frontier import frontier
from scheduler.services.scenarios.partners import partners
from scheduler.services.scenarios.waterfall import waterfall
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY, lending, need, person, plain_tables, supply
from tests.scheduler.services.pack.reading import bare, read, tags, texts_of

LIMITS = Limits(seconds=5, workers=1)
REQUEST = Request("COL", MONDAY)
CHEAPER = 'name = "Cheaper *agency* #panic()"\n[[supply]]\nkind = "agency"\nhourly_percent = 80\n'


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Repository, Any]]:
    """A published week and an answer of each kind."""
    folder: Path = tmp_path_factory.mktemp("annex")
    tables = plain_tables()
    for staff_id in ("P1", "P2"):
        person(tables, staff_id)
    lending(tables, ["P1"])
    for day in (0, 1, 2):
        need(tables, day, "E", site_id="SB", minimum="2")
    need(tables, 3, "E")
    supply(tables, "AG", "agency", "B", hourly_pence="4000", max_shifts_per_week="2")
    file = folder / "cheaper.toml"
    file.write_text(CHEAPER)
    with pytest.MonkeyPatch.context() as patch, Repository(f"sqlite:///{folder}/a.db") as found:
        patch.setenv("SCHEDULER_ENGINE", "inline")
        found.store(Dataset.from_cells(tables))
        outcome = solve(found, REQUEST, LIMITS)
        assert outcome.roster_id is not None
        publish(found, outcome.roster_id)
        yield (
            found,
            {
                "compare": compare(found, REQUEST, [file], LIMITS),
                "waterfall": waterfall(found, REQUEST, [file], LIMITS),
                "partners": partners(found, REQUEST, LIMITS),
                "frontier": frontier(found, REQUEST, "agency", "cover", LIMITS, points=5),
            },
        )


def test_each_stands_with_figures_a_sentence_and_a_chart(answered: Any) -> None:
    repository, documents = answered
    ids = [one["id"] for one in documents.values()]
    pack = pack_of(repository, "COL", answers=ids)
    sections = pack.document["annex"]
    assert [one["answer"] for one in sections] == ids
    assert [one["number"] for one in sections] == [1, 2, 3, 4]
    pdf = read(pack.pdf())
    written = "".join(texts_of(pdf))
    for section in sections:
        assert bare(section["title"]) in written
        assert bare(section["sentence"]) in written
        for table in section["tables"]:
            for row in table["rows"]:
                assert bare("".join(cell["text"] for cell in row)) in written
    alts = [str(tag["/Alt"]) for kind, tag in tags(pdf) if kind == "Figure"]
    charts = [one["alt"] for section in sections for one in section["charts"]]
    assert charts == alts[-len(charts) :]
    assert len(charts) >= 3


def test_the_figures_are_those_of_the_answers(answered: Any) -> None:
    repository, documents = answered
    ids = [one["id"] for one in documents.values()]
    compared, steps, gains, _ = pack_of(repository, "COL", answers=ids).document["annex"]
    base, other = documents["compare"]["base"], documents["compare"]["scenarios"][0]
    paid = next(row for row in compared["tables"][0]["rows"] if row[0]["text"].startswith("Pay"))
    assert [cell["value"] for cell in paid[1:]] == [
        sum(case["figures"]["pence_by_pay"].values()) / 100 for case in (base, other)
    ]
    found = [row[1]["value"] for row in steps["tables"][1]["rows"]]
    whole = documents["waterfall"]["whole"]["found"] / 100
    assert found[-1] == whole
    assert sum(round(100 * one) for one in found[:-1]) == round(100 * whole)
    gained = {row[0]["text"]: row[-1]["value"] for row in gains["tables"][0]["rows"]}
    assert sorted(gained.values()) == sorted(
        row["gains_pence"] / 100 for row in documents["partners"]["by_partner"].values()
    )
    assert set(gained) == {"Trust A", "CIC B"}


def test_an_answer_stands_once_and_only_where_it_belongs(answered: Any) -> None:
    repository, documents = answered
    one = documents["compare"]["id"]
    assert len(pack_of(repository, "COL", answers=[one, one]).document["annex"]) == 1
    with pytest.raises(NotFound):
        pack_of(repository, "COL", answers=["COL-2027-01-11-C99"])
    worth = repository.save_comparison(
        {**documents["compare"], "kind": "value", "collaborative_id": "COL"}
    )
    with pytest.raises(BadRequest, match="no place in a board pack"):
        pack_of(repository, "COL", answers=[worth])


def test_the_same_answers_give_the_same_bytes(answered: Any) -> None:
    repository, documents = answered
    packs: list[Pack] = [
        pack_of(repository, "COL", answers=[one["id"] for one in documents.values()])
        for _ in range(2)
    ]
    assert packs[0].pdf() == packs[1].pdf()
    assert packs[0].workbook() == packs[1].workbook()


def test_a_long_name_beside_a_bar_stands_in_full() -> None:
    name = "Essex Partnership University NHS Foundation Trust"
    row = {"name": name, "found": 1.0, "low": 0.0, "high": 2.0}
    drawn = svg({"kind": "intervals", "rows": [row]}).decode()
    assert "…" not in drawn
    assert all(word in drawn for word in name.split())
