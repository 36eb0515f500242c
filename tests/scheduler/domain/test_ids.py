"""Ids of every file: they end in sentences, addresses, names of files and calendars, and on
terminals.
"""

import json

import pytest
from pydantic import ValidationError

from scheduler.domain.facts import FACT_TYPES, Fact
from scheduler.domain.facts.fact import LONGEST_ID, LONGEST_MADE_ID
from scheduler.domain.roster import AssignmentLine, VacancyLine
from scheduler.domain.wording import one_line, printable, printable_json
from scheduler.storage.columns import columns

MADE = {
    ("demand", "id"),
    ("pin", "demand_id"),
    *((file, name) for file in ("assignment", "vacancy") for name in ("roster_id", "demand_id")),
}
ID_COLUMNS = [
    (fact_type, column.name)
    for fact_type in (*FACT_TYPES, AssignmentLine, VacancyLine)
    for column in columns(fact_type)
    if column.name == "id" or column.name.endswith("_id") or column.references
]
UNSEEN = [
    "A\nB",
    "A\rB",
    "A\tB",
    "A\x1b[2JB",
    "A\x9b2JB",
    "A\x7f",
    "A\u2028B",
    "A\u202eB",
    "A\u200bB",
    "A\xadB",
    "A\x00",
    "\ud800",
]
SEEN = [
    "A",
    "007",
    "=A1",
    "../../etc",
    "T:a:b",
    "Ärzte und Pflege",
    "A|B",
    "日本",
    "o'neil",
    "x" * LONGEST_ID,
]


def parse(fact_type: type[Fact], name: str, text: str) -> object:
    return next(column for column in columns(fact_type) if column.name == name).parse(text)


@pytest.mark.parametrize(
    ("fact_type", "name"), ID_COLUMNS, ids=lambda part: part if isinstance(part, str) else part.file
)
def test_every_id_of_every_file_is_printable_on_one_line_and_bounded(
    fact_type: type[Fact], name: str
) -> None:
    longest = LONGEST_MADE_ID if (fact_type.file, name) in MADE else LONGEST_ID
    for text in [*UNSEEN, "x" * (longest + 1), "  "]:
        with pytest.raises(ValidationError):
            parse(fact_type, name, text)
    for text in SEEN:
        assert parse(fact_type, name, text) == text


def test_an_id_that_is_made_of_the_longest_is_not_too_long() -> None:
    assert len(":".join(["T", *["x" * LONGEST_ID] * 4, "2027-01-11"])) <= LONGEST_MADE_ID


@pytest.mark.parametrize("text", UNSEEN)
def test_a_terminal_is_told_what_it_would_not_show(text: str) -> None:
    kept = {"\n", "\t"} & set(text)
    assert all(letter.isprintable() or letter in kept for letter in printable(text))
    assert one_line(text).isprintable()
    document = json.dumps({"name": text}, ensure_ascii=False)
    assert printable_json(document).isprintable()
    assert json.loads(printable_json(document)) == {"name": text}


@pytest.mark.parametrize("text", [*SEEN, "Zoë\xa0Ångström", "👩🏽‍⚕️", "line\nline"])
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert printable(text) == text
