"""Faults say where they are in the words of the file that they are in."""

from scheduler.domain.errors import BadInput, Fault


def test_a_table_has_columns_and_a_toml_or_json_file_has_keys() -> None:
    assert (
        str(Fault("staff.csv", 3, "id", "S1", "an id"))
        == "staff.csv, row 3, column id: 'S1': expected an id"
    )
    assert (
        str(Fault("scenario.toml", 0, "chnge", "", "a known key"))
        == "scenario.toml, key chnge: expected a known key"
    )
    assert str(Fault("staff.csv", 0, "", "", "a table")) == "staff.csv: expected a table"


def test_faults_are_counted() -> None:
    one, two = Fault("a.csv", 2, "id", "", "an id"), Fault("a.csv", 3, "id", "", "an id")
    assert str(BadInput([one])).startswith("1 fault in the data:")
    assert str(BadInput([one, two])).startswith("2 faults in the data:")
