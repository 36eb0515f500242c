"""What people write in names and notes is shown as they wrote it: no page makes Markdown, HTML, an
icon or a request of it.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from scheduler.domain.dataset import Dataset
from scheduler.domain.facts import BY_FILE
from scheduler.services.publish.publish import publish
from scheduler.services.repair.disruption import Sick
from scheduler.services.repair.repair import repair
from scheduler.services.rosters.solve import Request, solve
from scheduler.storage.columns import columns
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY
from tests.ui.conftest import ROSTER, opened, small_tables
from tests.ui.test_director import case, change
from ui.components.words import plain, plain_lines

EVIL = (
    "![x](http://e.example/i.png) <img src=http://e.example/j.png> [l](http://e.example) **b** _i_"
    " ~~s~~ `c` $x$ :smile: :red[r] :material/home: http://e.example www.e.example a@e.example &lt;"
    " | # h"
)
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MADE = {
    "image",
    "link_open",
    "html_inline",
    "html_block",
    "code_inline",
    "fence",
    "code_block",
    "table_open",
}
SOUGHT_LATER = (":smile:", ":material/home", "http://e", "www.e", "a@e", ":red", "$x$")
"""What Streamlit looks for on its own, before or after it understands Markdown."""


def left(markdown: str) -> list[str]:
    """What of it stands there without a sign in between."""
    return [sign for sign in SOUGHT_LATER if sign in re.sub(r"\\.", "", markdown)]


def made_of(markdown: str) -> set[str]:
    """What a text has become besides paragraphs, lists, headings and emphasis."""
    return {
        inner.type
        for token in MARKDOWN.parse(markdown)
        for inner in (token, *(token.children or ()))
    } & MADE


def shown(markdown: str) -> str:
    return "".join(
        inner.content
        for token in MARKDOWN.parse(markdown)
        for inner in token.children or ()
        if inner.type == "text"
    ).replace("\u2060", "")


# --- the function


@pytest.mark.parametrize(
    "text",
    [
        EVIL,
        "# h",
        "- x",
        "+ x",
        "1. x",
        "12) x",
        "> x",
        "=",
        "---",
        "***",
        "a\n\n# b",
        "    code",
        "a_b_c",
        "T:A:B:2027-01-11:E:RN",
        "07:00–15:00",
        "R&D &amp; co",
        "\\[x\\]",
    ],
)
def test_a_text_is_shown_as_it_is_written(text: str) -> None:
    made = plain(text)
    assert "\n" not in made
    assert not made_of(made)
    assert [token.type for token in MARKDOWN.parse(made)] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]
    assert shown(made) == " ".join(text.split())
    assert not left(made)


def test_usual_names_and_ids_stay_untouched() -> None:
    for text in (
        "O'Neil-Åström (P1)",
        "Mon 11 Jan 07:00–15:00, Nurse, Ward 5, St. Mary's",
        "COL-2027-01-11-1",
        "a_b",
        "50 %, £3",
    ):
        assert plain(text) == text


def test_lines_stay_lines() -> None:
    assert plain_lines("a\n# b") == "a\n\n\\# b"


# --- the pages


def evil(cells: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    """Every text that is no id says something evil."""
    for file, rows in cells.items():
        texts = [
            c.name
            for c in columns(BY_FILE[file])
            if c.kind == "text"
            and c.name not in ("id", "checks")
            and not c.name.endswith("_id")
            and not c.references
        ]
        for row in rows:
            row |= {name: f"{row[name]} {EVIL}" for name in texts if row.get(name)}
    return cells


@pytest.fixture
def evil_repository(user_folder: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    url = f"sqlite:///{user_folder / 'evil.db'}"
    monkeypatch.setenv("SCHEDULER_DB", url)
    with Repository(url) as repository:
        tables = small_tables()
        tables["service_competency"] = [
            {"service_id": tables["service"][0]["id"], "role_id": "", "competency_id": "IPC"}
        ]
        tables["staff_competency"][0]["valid_to"] = (
            "2027-01-12"  # within the week: something to renew
        )
        repository.store(Dataset.from_cells(evil(tables)))
        solve(repository, Request("COL", MONDAY), Limits(5, workers=1))
        yield repository


def elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from elements(child)
            if child.proto is not None:
                yield child
        else:
            yield child


PLAIN = {
    "html",
    "code",
    "arrow_data_frame",
    "arrow_vega_lite_chart",
    "selectbox",
    "multiselect",
    "bidi_component",
}
READ_AS_MARKDOWN = {"body", "label", "help", "text", "caption", "content"}


def texts(proto: Any) -> Iterator[str]:
    for field, value in proto.ListFields():
        parts = (
            value
            if isinstance(value, (list, tuple)) or hasattr(value, "append") or hasattr(value, "add")
            else [value]
        )
        for part in parts:
            if isinstance(part, str) and field.name in READ_AS_MARKDOWN:
                yield part
            elif hasattr(part, "ListFields"):
                yield from texts(part)


def assert_harmless(app: Any) -> int:
    """How many texts were there in which somebody wrote something."""
    seen = 0
    for element in (*elements(app.main), *elements(app.sidebar)):
        if element.type == "html":
            assert "<img" not in str(element.proto.body)
        if element.type in PLAIN:
            continue
        for text in texts(element.proto):
            seen += "e.example" in text.replace("\u2060", "")
            assert not made_of(text), (element.type, text[:300])
            assert not left(text), (element.type, text[:300])
    assert not app.exception, app.exception
    return seen


CHOSEN = {"selection": {"rows": [0], "columns": [], "cells": []}}
VIEWS: dict[str, dict[str, Any]] = {
    "coverage": {"view": "Coverage"},
    "vacancies": {"view": "Vacancies", "vacancies": CHOSEN, "levers": True},
    "why empty": {"view": "Vacancies", "vacancies": CHOSEN, "about_vacancy": "Why it is empty"},
    "feasibility": {"view": "Feasibility"},
    "pins": {"view": "Pins", "pin_staff": "CAL", "pin_demand": "D1"},
    "why": {"view": "Why", "why_person": "ANN"},
    "repair": {"view": "Repair"},
    "publish": {"view": "Publish"},
    "download": {"view": "Download"},
    "by person": {"view": "By person"},
}


def test_no_page_makes_anything_of_what_people_write(evil_repository: Repository) -> None:
    """All pages on one database: to make it is what takes time."""
    demand = sorted(row.id for row in evil_repository.facts("demand"))
    for view, asked in VIEWS.items():
        seen = assert_harmless(
            opened(
                **{key: demand[0] if key == "pin_demand" else value for key, value in asked.items()}
            )
        )
        assert seen or view in (
            "coverage",
            "vacancies",
            "publish",
            "download",
            "by person",
            "why",
            "repair",
            "feasibility",
        ), view
    for person in ("ANN", "CAL"):
        app = opened(view="Why", why_person=person, why_shift=demand[0])
        app.button(key="ask_operations").click().run()
        assert_harmless(app)
    assert assert_harmless(opened("renewals", {"collaborative": "COL"}))
    repaired = repair(
        evil_repository,
        ROSTER,
        sick=[
            Sick("BEA", MONDAY, MONDAY + timedelta(days=1)),
            Sick("ANN", MONDAY, MONDAY + timedelta(days=1)),
        ],
        since=MONDAY,
        limits=Limits(3, workers=1),
    )
    assert_harmless(opened(link={"roster": repaired.roster_id}, view="Repair"))
    publish(evil_repository, ROSTER, anyway=EVIL)
    assert_harmless(opened(link={"roster": ROSTER}, view="Publish"))
    for person in ("ANN", "BEA"):
        assert assert_harmless(opened("my_shifts", {"person": person, "week": MONDAY.isoformat()}))
    evil_repository.save_comparison(
        {
            "collaborative_id": "COL",
            "period": {"start": MONDAY.isoformat(), "days": 7},
            "reading": EVIL,
            "base": case("As it is"),
            "scenarios": [
                case(
                    f"A {EVIL}",
                    notes=[EVIL],
                    change=change(
                        -3_000, 9_000, "not distinguishable", would_settle={"sentence": EVIL}
                    ),
                ),
                {
                    "name": EVIL,
                    "description": EVIL,
                    "file": "",
                    "status": "clash",
                    "notes": [EVIL],
                    "facts": [{"kind": "pin", "ids": [], "sentence": EVIL}],
                },
            ],
        }
    )
    assert assert_harmless(opened("director"))


def test_what_a_link_asks_for_is_no_markdown(repository: Repository) -> None:
    for page, link in (
        ("", {"roster": EVIL, "week": EVIL, "collaborative": EVIL}),
        ("my_shifts", {"person": EVIL, "week": EVIL}),
        ("renewals", {"week": EVIL}),
    ):
        assert_harmless(opened(page, link))


def test_a_message_of_an_error_is_no_markdown(repository: Repository) -> None:
    assert_harmless(opened(message=("error", plain_lines(f"There is no {EVIL}.\nMaybe {EVIL}?"))))


def test_a_list_of_renewals_holds_no_formula(repository: Repository) -> None:
    from scheduler.services.data.import_export import table_bytes

    table = pd.DataFrame({"What": ["=1+1", "Passport"], "Hours": [-1.5, 2.0]})
    assert table_bytes(table).decode().splitlines() == ["What,Hours", "'=1+1,-1.5", "Passport,2.0"]
    assert len(pd.read_csv(io.BytesIO(table_bytes(table)))) == 2
