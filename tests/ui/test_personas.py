"""Where nobody signs in one looks around as a persona, which the address keeps."""

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.domain.access import EVERYWHERE, Actor
from scheduler.services.accounts.personas import PERSONAS
from scheduler.storage.repository import Repository
from tests.ui.conftest import opened, said
from ui import sign_in


def actor(app: AppTest) -> Actor:
    """As whom this page was drawn."""
    found: Actor = app.session_state[sign_in.KNOWN].actor
    return found


def test_pages_are_marked_as_a_demo_and_open_as_operations_of_all(repository: Repository) -> None:
    app = opened()
    assert "Demo, on this machine only." in said(app)
    assert app.selectbox(key="choose_as").value == "operations"
    assert actor(app).account == "demo:operations"
    assert actor(app).origin == "pages from 127.0.0.1"
    assert actor(app).organisations("see_rosters") is EVERYWHERE
    assert "as" not in app.query_params


@pytest.mark.parametrize("kind", PERSONAS)
def test_each_can_be_chosen_stands_in_the_address_and_is_found_again(
    repository: Repository, kind: str
) -> None:
    app = opened()
    app.selectbox(key="choose_as").select(kind).run()
    assert not app.exception
    assert actor(app).account.split(":")[1] == kind
    link = {name: str(text) for name, text in app.query_params.items()}
    assert link.get("as", "operations") == kind
    again = opened(link=link)
    assert actor(again) == actor(app)


def test_one_organisation_and_one_person_are_chosen_by_name(repository: Repository) -> None:
    app = opened(link={"as": "one_organisation"})
    choice = app.selectbox(key="choose_as_organisation")
    assert choice.options == ["CIC B", "Trust A"]
    choice.select("A").run()
    assert actor(app).organisations("see_rosters") == frozenset({"A"})
    app = opened(link={"as": "staff", "as_person": "BEA"})
    assert actor(app).staff_id == "BEA"
    assert actor(app).organisations("see_rosters") == frozenset()


def test_a_persona_that_there_is_not_is_said_and_operations_looks_around(
    repository: Repository,
) -> None:
    app = opened(link={"as": "root"})
    assert any("There is no persona “root”" in str(warning.value) for warning in app.warning)
    assert actor(app).account == "demo:operations"


def test_a_choice_outlives_the_way_to_another_page(repository: Repository) -> None:
    app = opened(link={"as": "director"})
    app.switch_page("app_pages/renewals.py").run()
    assert actor(app).account == "demo:director"
    assert app.selectbox(key="choose_as").value == "director"
