"""Every sentence that a member of staff reads of themselves on My shifts: no ids, and no word of
ours that nobody explains.
"""

import ast
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from scheduler.domain import conditions
from scheduler.domain.barrier import NATURES
from scheduler.domain.dataset import Dataset
from scheduler.domain.sentence import said as said_of
from scheduler.services.data.generate import generate_folder
from scheduler.services.explain.names import Naming
from scheduler.services.explain.own_words import IN_THE_WAY, TO_YOU, OwnAnswer, own_answer, to_you
from scheduler.services.explain.why_person import why_person
from scheduler.services.rosters.solve import Request, solve
from scheduler.services.view import my_words
from scheduler.services.view.my_clearance import my_clearance
from scheduler.services.view.my_time import my_time
from scheduler.storage.files import read_parsed
from scheduler.storage.repository import Repository
from solver.search.strategy import Limits
from tests.factories import MONDAY
from tests.scheduler.services.accounts.conftest import holding
from tests.ui.conftest import said

OURS = re.compile(
    r"\b(the person|does not hold|objective|pairs?|barriers?|pence|demands?|assignments?"
    r"|supply|supplies)\b",
    re.IGNORECASE,
)
SNAKE = re.compile(r"\b[a-z0-9]+_[a-z0-9_]+\b", re.IGNORECASE)
TEMPLATE = re.compile(r"\bT:|\bNone\b|\{|\}")
LAST = MONDAY + timedelta(days=6)


def ids_of(dataset: Dataset) -> re.Pattern[str]:
    """The ids of all facts that are not also what somebody calls something."""
    facts = list(dataset.facts())
    called = " ".join(
        str(row.__dict__[column])
        for row in facts
        for column in ("name", "version", "kind", "status")
        if row.__dict__.get(column)
    ).casefold()
    ids = {str(row.__dict__["id"]) for row in facts if row.__dict__.get("id")}
    spoken = [name for name in ids if len(name) > 1 and name.casefold() not in called]
    return re.compile(
        r"(?<![\w-])("
        + "|".join(map(re.escape, sorted(spoken, key=len, reverse=True)))
        + r")(?![\w-])"
    )


def faults(text: str, ids: re.Pattern[str]) -> list[str]:
    """What a person should not have to read, in a text."""
    return [found.group() for one in (OURS, SNAKE, TEMPLATE, ids) for found in one.finditer(text)]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of forty people with a published week."""
    folder = tmp_path_factory.mktemp("county")
    generate_folder(40, 2, folder / "data")
    with Repository(f"sqlite:///{folder / 'county.db'}") as repository:
        dataset = read_parsed(folder / "data").dataset
        repository.store(dataset)
        owner = dataset.collaborative[0].id
        outcome = solve(repository, Request(owner, MONDAY), Limits(6, workers=1))
        repository.publish(outcome.roster_id)
    return folder / "county.db"


def _answers(repository: Repository, dataset: Dataset) -> Iterator[OwnAnswer]:
    """Why me of several people, why not me of each of several for some shifts of every kind."""
    header = next(one for one in repository.rosters() if one.status == "published")
    names = Naming.of(dataset, header.start, header.last)
    lines = [line for line in repository.roster(header.id).document.assignments if line.staff_id]
    demands = list(dict.fromkeys(line.demand_id for line in lines))[::6]
    people = [row.id for row in dataset.staff][::5]
    limits = Limits(0.3, workers=1)
    for line in lines[::8]:
        assert line.staff_id is not None
        mine = repository.acting(holding("staff", staff_id=line.staff_id))
        yield own_answer(why_person(mine, header.id, line.staff_id, line.demand_id, limits), names)
    for staff_id in people:
        for demand_id in demands:
            found = why_person(repository, header.id, staff_id, demand_id, limits)
            yield own_answer(found, names)


def test_no_sentence_for_staff_has_an_id_or_a_word_of_ours(county: Path) -> None:
    with Repository(f"sqlite:///{county}") as repository:
        dataset = repository.dataset()
        ids = ids_of(dataset)
        answers = list(_answers(repository, dataset))
        texts = [text for answer in answers for text in answer.sentences()]
        for person in dataset.staff:
            for on in (MONDAY, date(2026, 12, 1)):
                clear = my_clearance(repository, person.id, on)
                texts += [part for one in clear.held for part in my_words.held_line(one, clear)]
                texts += my_words.opening_lines(clear)
                time = my_time(repository, person.id, on, on + timedelta(days=27), on)
                for lines in (
                    my_words.hours_lines(time),
                    my_words.pay_lines(time),
                    my_words.average_lines(time),
                    my_words.leave_lines(time),
                ):
                    texts += lines
    wrong = {text: found for text in texts if (found := faults(text, ids))}
    assert not wrong
    asked = [answer.question.startswith("Why do I not do") for answer in answers]
    assert {*asked} == {True, False}, "both questions were asked"
    told = " ".join(texts)
    for word in ("A passport, which is", "A competency, which is", "A sign-off, which says"):
        assert word in told, "a word that is ours has its meaning beside it"
    assert "Your contract." in told
    assert "could do it instead" in told
    assert "a rule that must be kept would break" in told


def test_the_test_of_words_notices(county: Path) -> None:
    with Repository(f"sqlite:///{county}") as repository:
        dataset = repository.dataset()
    ids = ids_of(dataset)
    for text in (
        f"By your contract {dataset.contract[0].id}, this stands in the way",
        f"There now: {dataset.staff[0].id}.",
        "the objective changes by £4",
        "as a licence_to_attend",
        "this barrier",
    ):
        assert faults(text, ids), text
    assert not faults(f"As on 11 January 2027, {dataset.staff[0].name}.", ids)


def test_every_kind_of_what_stands_in_the_way_has_a_meaning() -> None:
    assert set(IN_THE_WAY) == set(NATURES)


def test_what_is_said_to_them_is_said_of_them_somewhere() -> None:
    source = ast.parse(Path(conditions.__file__).read_text(encoding="utf-8"))
    templates = {
        call.args[0].value
        for call in ast.walk(source)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "said"
        and isinstance(call.args[0], ast.Constant)
    }
    assert set(TO_YOU) <= templates
    plain = said_of(
        "Does not hold {competency} on {day}{when}.", competency="X", day=MONDAY, when=""
    )
    assert to_you(plain) == "You do not hold X on 2027-01-11."


def _panels() -> None:
    """As a script of its own: what My shifts calls."""
    from datetime import date

    import streamlit as st

    from ui.components.my_clearance_panel import my_clearance_panel
    from ui.components.my_time_panel import my_time_panel
    from ui.components.why_panel import why_form

    staff_id, roster_id, mine, other = st.session_state["asked"]
    my_clearance_panel(staff_id, date(2027, 1, 11))
    my_time_panel(staff_id, date(2027, 1, 11))
    why_form(roster_id, staff_id, mine, "me", "Why me?", colleagues=False)
    why_form(roster_id, staff_id, other, "not_me", "Why not me?", colleagues=False)


def test_neither_have_the_panels(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SCHEDULER_DB", f"sqlite:///{county}")
    st.cache_resource.clear()
    with Repository(f"sqlite:///{county}") as repository:
        dataset = repository.dataset()
        header = next(one for one in repository.rosters() if one.status == "published")
        lines = [
            line for line in repository.roster(header.id).document.assignments if line.staff_id
        ]
    own = lines[0]
    other = next(line for line in lines if line.staff_id != own.staff_id)
    app = AppTest.from_function(_panels, default_timeout=60)
    app.session_state["asked"] = (own.staff_id, header.id, own.demand_id, other.demand_id)
    app.run()
    for label in ("Why me?", "Why not me?"):
        next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception
    text = said(app)
    for shown in (
        "Why do I do",
        "Why do I not do",
        "What one thing more would open",
        "On average",
    ):
        assert shown in text
    assert faults(text, ids_of(dataset)) == []
