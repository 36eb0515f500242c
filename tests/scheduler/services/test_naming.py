"""Sentences with names instead of ids say the same."""

from datetime import date

from scheduler.domain.dataset import Dataset
from scheduler.services.naming import Naming
from tests.factories import MONDAY, Tables, need, person, plain_tables, supply


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


def test_ids_of_people_organisations_work_and_rules_become_names() -> None:
    names = naming()
    assert names.said("MSE-S1 of RAT does SA-0111-E-RN.") == f"Ann Example of North East London does {names.work('SA-0111-E-RN')}."
    assert names.work("SA-0111-E-RN").startswith("Mon 11 Jan ")
    assert names.said("above all minimum_cover £5.00") == "above all required places left empty £5.00"
    assert (
        names.said("No passport by portability_agreement good for RAT.")
        == "No passport by portability agreement good for North East London."
    )


def test_a_name_beside_its_id_and_a_time_beside_its_work_stand_once() -> None:
    names = naming()
    work = names.work("SA-0111-E-RN")
    assert (
        names.said("MSE-S1 Ann Example works at SA-0111-E-RN (Mon 11 Jan 07:00 to 15:00 at SA); so.") == f"Ann Example works on {work}; so."
    )
    assert names.said("MSE-S2 Bo Example is free.") == "Bo Example (MSE-S2) is free.", "two have this name"
    assert names.said("Cleared: Ann Example (MSE-S1) is away.") == "Cleared: Ann Example is away."


def test_possessives_ends_of_sentences_and_strange_words_are_left_as_they_are() -> None:
    names = naming()
    assert names.said("MSE-S1's passport ends on 2027-01-12: RAT.") == "Ann Example's passport ends on Tue 12 Jan: North East London."
    assert names.said("Nobody of XYZ-1 or MSE-S9 (free).") == "Nobody of XYZ-1 or MSE-S9 (free)."
    assert names.said("") == ""


def test_single_letters_and_ordinary_words_are_never_taken_for_ids() -> None:
    found = tables()
    found["place"][0]["id"] = "A"
    found["place"][1]["id"] = "place"
    for row in found["site"]:
        row["place_id"] = {"PA": "A", "PB": "place"}[row["place_id"]]
    for row in found.get("service_host", []):
        row["place_id"] = {"PA": "A", "PB": "place"}.get(row.get("place_id", ""), row.get("place_id", ""))
    names = Naming.of(Dataset.from_cells(found), MONDAY, date(2027, 1, 17))
    assert names.said("A place would cost £3.") == "A place would cost £3."
    assert names("place") == "Place B"


def test_who_can_act_may_be_an_organisation_a_person_or_everybody() -> None:
    names = naming()
    assert [names.who(acting) for acting in ("RAT", "MSE-S1", "", "gone")] == ["North East London", "Ann Example", "each person", "gone"]


def test_dates_are_said_as_on_the_pages_with_another_year_where_it_is_another() -> None:
    names = naming()
    assert names.said("In the week of 2027-01-16 and on 2026-12-31.") == "In the week of Sat 16 Jan and on Thu 31 Dec 2026."
    assert names.said("ESX-2027-01-11-1 and 2027-13-40.") == "ESX-2027-01-11-1 and 2027-13-40."


def test_a_temporary_worker_is_called_by_kind_host_and_role() -> None:
    found = tables()
    supply(found, "NEE-X0005", organisation_id="RAT")
    names = Naming.of(Dataset.from_cells(found), MONDAY, date(2027, 1, 17))
    role = found["role"][0]["name"]
    assert names("NEE-X0005") == f"agency worker of North East London ({role})"
    assert names.said("Taken from NEE-X0005.") == f"Taken from agency worker of North East London ({role})."
