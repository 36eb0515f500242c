"""Sentences with names instead of ids say the same."""

from datetime import date
from typing import get_args

import pytest

from scheduler.domain.dataset import Dataset
from scheduler.domain.sentence import Kind, Sentence, money, ref, said
from scheduler.services.explain.names import Naming
from tests.factories import MONDAY, Tables, need, person, plain_tables, supply

WORK = "SA-0111-E-RN"


def tables() -> Tables:
    found = plain_tables()
    person(found, "MSE-S1", name="Ann Example")
    person(found, "MSE-S2", name="Bo Example")
    person(found, "MSE-S3", name="Bo Example")
    found["organisation"][0] |= {"id": "RAT", "name": "North East London NHS Foundation Trust"}
    for row in (*found["membership"], *found["contract"]):
        row["organisation_id"] = "RAT" if row["organisation_id"] == "A" else row["organisation_id"]
    for name, rows in found.items():
        for row in rows:
            for column, value in row.items():
                if column.endswith("organisation_id") and value == "A" and name != "organisation":
                    row[column] = "RAT"
    need(found, 0, "E")
    return found


def naming() -> Naming:
    return Naming.of(Dataset.from_cells(tables()), MONDAY, date(2027, 1, 17))


def test_people_organisations_work_and_rules_are_said_by_name() -> None:
    names = naming()
    does = said(
        "{person} of {host} does {demand}.",
        person=ref("person", "MSE-S1"),
        host=ref("organisation", "RAT"),
        demand=ref("demand", WORK),
    )
    assert does == f"MSE-S1 of RAT does {WORK}."
    assert names.said(does) == f"Ann Example of North East London does {names.work(WORK)}."
    assert names.work(WORK).startswith("Mon 11 Jan ")
    above = said("above all {rule} {amount}", rule=ref("rule", "minimum_cover"), amount=money(500))
    assert names.said(above) == "above all required places left empty £5.00"
    passport = said(
        "No passport by {route} good for {host}.",
        route=ref("term", "portability_agreement"),
        host=ref("organisation", "RAT"),
    )
    assert (
        names.said(passport) == "No passport by portability agreement good for North East London."
    )


def test_what_is_written_beside_an_id_is_not_said_beside_a_name() -> None:
    names = naming()
    person, work = (
        ref("person", "MSE-S1", "MSE-S1 Ann Example"),
        ref("demand", WORK, f"{WORK} (Mon 11 Jan 07:00 to 15:00 at SA)"),
    )
    works = said("{person} works at {demand}; so.", person=person, demand=work)
    assert works == f"MSE-S1 Ann Example works at {WORK} (Mon 11 Jan 07:00 to 15:00 at SA); so."
    assert names.said(works) == f"Ann Example works on {names.work(WORK)}; so."
    assert (
        names.said(said("{person} is free.", person=ref("person", "MSE-S2")))
        == "Bo Example (MSE-S2) is free."
    ), "two have this name"


def test_what_has_no_name_is_written_as_without_names() -> None:
    names = naming()
    passport = said(
        "{person}'s passport ends on {day}: {host}.",
        person=ref("person", "MSE-S1"),
        day=date(2027, 1, 12),
        host=ref("organisation", "RAT"),
    )
    assert names.said(passport) == "Ann Example's passport ends on Tue 12 Jan: North East London."
    nobody = said(
        "Nobody of {one} or {other} (free).",
        one=ref("organisation", "XYZ-1"),
        other=ref("person", "MSE-S9"),
    )
    assert names.said(nobody) == nobody
    assert names.said(said("")) == ""
    assert (
        names.said(Sentence.plain("MSE-S1, stored by an earlier version"))
        == "MSE-S1, stored by an earlier version"
    )


def test_an_ordinary_word_is_never_taken_for_an_id() -> None:
    found = tables()
    found["place"][0]["id"] = "A"
    for row in (*found["site"], *found["service_host"]):
        row["place_id"] = {"PA": "A"}.get(row["place_id"], row["place_id"])
    names = Naming.of(Dataset.from_cells(found), MONDAY, date(2027, 1, 17))
    assert (
        names.said(said("A place would cost {costs}.", costs=money(300, "£3")))
        == "A place would cost £3."
    )
    assert names.said(said("{place} is short.", place=ref("place", "A"))) == "Place A is short.", (
        "however short its id"
    )


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_of_part_is_said(kind: Kind) -> None:
    assert naming().said(said("{one}", one=ref(kind, "X-1"))) == "X-1"


def test_who_can_act_may_be_an_organisation_a_person_or_everybody() -> None:
    names = naming()
    assert [names.who(acting) for acting in ("RAT", "MSE-S1", "", "gone")] == [
        "North East London",
        "Ann Example",
        "each person",
        "gone",
    ]


def test_dates_are_said_as_on_the_pages_with_another_year_where_it_is_another() -> None:
    names = naming()
    when = said(
        "In the week of {week} and on {day}.", week=date(2027, 1, 16), day=date(2026, 12, 31)
    )
    assert names.said(when) == "In the week of Sat 16 Jan and on Thu 31 Dec 2026."


def test_a_temporary_worker_is_called_by_kind_host_and_role() -> None:
    found = tables()
    supply(found, "NEE-X0005", organisation_id="RAT")
    names = Naming.of(Dataset.from_cells(found), MONDAY, date(2027, 1, 17))
    role = found["role"][0]["name"]
    assert names("NEE-X0005") == f"agency worker of North East London ({role})"
    taken = said("Taken from {supply}.", supply=ref("supply", "NEE-X0005"))
    assert names.said(taken) == f"Taken from agency worker of North East London ({role})."
