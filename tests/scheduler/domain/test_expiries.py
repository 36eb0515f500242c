"""What ends in a period, what goes on all the same, and the facts had nothing ended."""

from datetime import date

from scheduler.domain.conditions import barriers_of
from scheduler.domain.dataset import Dataset
from scheduler.domain.expiries import Lapse, lapses, undone
from scheduler.domain.fact_index import FactIndex
from tests.factories import MONDAY, Tables, lending, need, person, plain_tables, problem_of

FIRST, LAST = date(2027, 1, 11), date(2027, 4, 4)


def tables_with_versions() -> Tables:
    """P1 is signed off in the host's version 3, which version 4 follows on 1 February; P2 in
    version 4 already.
    """
    tables = plain_tables()
    person(tables, "P1")
    person(tables, "P2")
    tables["procedure"] = [{"id": "IPC", "name": "Infection control"}]
    tables["service_procedure"] = [{"service_id": "UCR", "procedure_id": "IPC"}]
    tables["procedure_version"] = [
        {
            "procedure_id": "IPC",
            "organisation_id": "A",
            "version": "3",
            "from_date": "2024-01-01",
            "to_date": "2027-01-31",
        },
        {
            "procedure_id": "IPC",
            "organisation_id": "A",
            "version": "4",
            "from_date": "2027-02-01",
            "to_date": "",
        },
    ]
    tables["procedure_sign_off"] = [sign_off("P1", "3"), sign_off("P2", "4")]
    return tables


def sign_off(staff_id: str, version: str, until: str = "") -> dict[str, str]:
    return {
        "staff_id": staff_id,
        "procedure_id": "IPC",
        "organisation_id": "A",
        "version": version,
        "valid_from": "2026-01-01",
        "valid_to": until,
    }


def found(tables: Tables, first: date = FIRST, last: date = LAST) -> list[Lapse]:
    return lapses(Dataset.from_cells(tables), first, last)


def test_a_fact_that_its_like_follows_without_a_gap_does_not_lapse() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    passport = tables["passport"][0]
    passport["valid_to"] = "2027-02-07"
    assert [(lapse.kind, lapse.staff_id, lapse.last) for lapse in found(tables)] == [
        ("passport", "P1", date(2027, 2, 7))
    ]
    tables["passport"].append({**passport, "valid_from": "2027-02-08", "valid_to": ""})
    assert found(tables) == []
    tables["passport"][1]["valid_from"] = "2027-02-09"
    assert len(found(tables)) == 1


def test_the_first_and_the_last_day_count_and_no_other() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    for day, count in (("2027-01-10", 0), ("2027-01-11", 1), ("2027-04-04", 1), ("2027-04-05", 0)):
        tables["passport"][0]["valid_to"] = day
        assert len(found(tables)) == count, day


def test_a_suspended_passport_clears_nobody_and_so_does_not_lapse() -> None:
    tables = plain_tables()
    person(tables, "P1")
    lending(tables, ["P1"])
    tables["passport"][0] |= {"valid_to": "2027-02-07", "status": "suspended"}
    assert found(tables) == []


def test_a_version_undone_keeps_whoever_was_signed_off_in_it() -> None:
    tables = tables_with_versions()
    later = need(tables, date(2027, 2, 15), "E")
    problem = problem_of(tables, MONDAY, 70)
    [lapse] = found(tables)
    assert lapse.kind == "procedure_version"

    def cleared(dataset: Dataset, duty_id: str) -> set[str]:
        index = FactIndex(dataset)
        return {
            c.staff_id
            for c in dataset.contract
            if not barriers_of(index, c, problem.duty_by_id[duty_id])
        }

    assert cleared(problem.dataset, later) == {"P2"}
    assert cleared(undone(problem.dataset, [lapse]), later) == {"P1", "P2"}


def test_a_version_that_nothing_follows_goes_on() -> None:
    tables = tables_with_versions()
    tables["procedure_version"].pop()
    [lapse] = found(tables)
    assert undone(Dataset.from_cells(tables), [lapse]).procedure_version[0].to_date is None


def test_sign_offs_that_end_before_the_next_version_are_not_carried_over() -> None:
    tables = tables_with_versions()
    tables["procedure_sign_off"][0]["valid_to"] = "2027-01-31"
    ended, version = sorted(found(tables), key=lambda lapse: lapse.kind != "sign_off")
    dataset = Dataset.from_cells(tables)
    assert len(undone(dataset, [version]).procedure_sign_off) == 2
    assert len(undone(dataset, [ended, version]).procedure_sign_off) == 3


def test_nothing_undone_is_the_facts_themselves() -> None:
    dataset = Dataset.from_cells(tables_with_versions())
    assert undone(dataset, []).sha256() == dataset.sha256()


def test_who_can_renew_it_and_how_it_is_said() -> None:
    tables = tables_with_versions()
    lending(tables, ["P1"])
    tables["passport"][0]["valid_to"] = tables["sharing_agreement"][0]["to_date"] = "2027-02-07"
    dataset = Dataset.from_cells(tables)
    index = FactIndex(dataset)
    assert {lapse.sentence(dataset): lapse.acting(index) for lapse in found(tables)} == {
        "A's version 3 of Infection control ends on 2027-01-31.": ("A",),
        "P1's passport (portability agreement, for B) ends on 2027-02-07.": ("A",),
        "The agreement under which A lends to B (portability agreement) ends on 2027-02-07.": (
            "B",
        ),
    }
