"""Versions of a week on the page: listed with names and reasons, named, compared, deleted,
published with a reason, withdrawn.
"""

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.services.versions.difference import difference
from scheduler.storage.repository import Repository
from scheduler.storage.stored_rosters import VersionLabel
from tests.factories import MONDAY
from tests.ui.conftest import ROSTER, opened, said
from ui.components.roster_board.changes import changes_of
from ui.components.roster_board.filters import CHANGED

SECOND = f"COL-{MONDAY}-2"


@pytest.fixture
def second(repository: Repository) -> str:
    """A draft beside the first, in which one person has lost their first shift."""
    document = repository.roster(ROSTER).document
    gone = next(line for line in document.assignments if line.staff_id)
    made = replace(
        document, assignments=tuple(line for line in document.assignments if line != gone)
    )
    roster_id = repository.save_roster(
        made, repository.snapshot(ROSTER), label=VersionLabel(made_from=ROSTER)
    )
    assert roster_id == SECOND
    return roster_id


def listed(**more: object) -> AppTest:
    return opened(versions_open=True, **more)


def without_ids(app: AppTest) -> bool:
    return ROSTER not in said(app) and SECOND not in said(app)


def test_the_choice_says_what_each_version_is(repository: Repository, second: str) -> None:
    repository.publish(ROSTER)
    app = opened()
    newest, first = app.selectbox(key="choose_roster").options
    assert newest.startswith("Version 2 · draft · Edited from version 1 · by the program · ")
    assert first.startswith("Version 1 · published · Built · by the program · ")
    assert app.selectbox(key="choose_roster").value.id == ROSTER
    assert "version 2, exists: Edited from version 1" in said(app)


def test_a_version_is_named(repository: Repository, second: str) -> None:
    app = listed()
    assert "**Version 2** · draft · open now" in said(app)
    app.button(key=f"version_rename_{second}").click().run()
    app.text_input(key="version_name").input("Plan B")
    app.text_input(key="version_why").input("Fewer hours")
    app.button(key="rename_save").click().run()
    header = repository.roster_header(second)
    assert (header.name, header.reason) == ("Plan B", "Fewer hours")
    assert "Version 2 is saved" in said(app)
    assert "· Plan B ·" in app.selectbox(key="choose_roster").options[0]
    app.button(key=f"version_rename_{ROSTER}").click().run()
    app.text_input(key="version_name").input("Plan B")
    app.button(key="rename_save").click().run()
    assert "Version 2 is called “Plan B” already" in said(app)
    assert without_ids(app)


def test_a_draft_is_deleted_once_asked_again(repository: Repository, second: str) -> None:
    app = listed(link={"roster": second})
    app.button(key=f"version_delete_{second}").click().run()
    app.button(key="delete_not").click().run()
    app.button(key=f"version_delete_{second}").click().run()
    app.button(key="delete_for_good").click().run()
    assert [header.id for header in repository.rosters()] == [ROSTER]
    assert "Version 2 is deleted" in said(app)
    assert app.selectbox(key="choose_roster").value.id == ROSTER
    assert not app.warning or "There is no roster" not in app.warning[0].value


def test_another_version_is_opened(repository: Repository, second: str) -> None:
    app = listed(link={"roster": second})
    app.button(key=f"version_open_{ROSTER}").click().run()
    assert app.selectbox(key="choose_roster").value.id == ROSTER


def test_two_versions_are_compared(repository: Repository, second: str) -> None:
    app = listed(link={"roster": second})
    app.button(key=f"version_compare_{ROSTER}").click().run()
    text = said(app)
    assert "Changed shifts" in text
    assert ":material/remove:" in text
    assert "Places that nobody fills any more: 1" in [box.label for box in app.expander]
    assert without_ids(app)
    app.button(key="close_compared").click().run()
    assert "Changed shifts" not in said(app)


def test_the_open_version_is_compared_with_what_it_was_made_from(
    repository: Repository, second: str
) -> None:
    third = repository.save_roster(
        repository.roster(ROSTER).document,
        repository.snapshot(ROSTER),
        label=VersionLabel(made_from=ROSTER),
    )
    app = listed(link={"roster": third})
    app.button(key=f"version_compare_{third}").click().run()
    assert app.selectbox(key="compared_with").value == ROSTER
    assert "Nothing differs" in said(app)


def test_what_differs_stands_on_the_board(repository: Repository, second: str) -> None:
    (lost,) = difference(repository, ROSTER, second).people
    (shift,) = lost.loses
    found = changes_of(difference(repository, ROSTER, second), "version 1")
    (entry,) = found.gone_of[lost.who, shift.day]
    assert (entry.kind, entry.token) == ("gone", "")
    assert shift.when.endswith(entry.top)
    assert "version 1" in entry.note
    assert found.gone_at[shift.demand_id][0].top == lost.name
    assert (found.people, found.work, found.marks) == ({lost.who}, {shift.demand_id}, {})
    back = changes_of(difference(repository, second, ROSTER), "version 2")
    (sign,) = back.marks[lost.who, shift.demand_id]
    assert (sign.code, sign.words) == ("new", "new since version 2")
    assert not back.gone_of
    assert back.people == {lost.who}


def test_only_the_rows_that_differ_can_be_shown(repository: Repository, second: str) -> None:
    app = listed(link={"roster": second})
    assert CHANGED not in choices(app)
    app.button(key=f"version_compare_{ROSTER}").click().run()
    assert CHANGED in choices(app)
    app.button_group(key="show_people").set_value(CHANGED).run()
    assert "1 of " in said(app)
    app.button(key="close_compared").click().run()
    assert not app.exception
    assert CHANGED not in choices(app)


def choices(app: AppTest) -> list[str]:
    return list(app.button_group(key="show_people").options)


def test_publishing_over_what_counts_takes_a_reason(repository: Repository, second: str) -> None:
    repository.publish(ROSTER)
    app = opened(link={"roster": second}, view="Publish")
    text = said(app)
    assert "1 published shift of 1 person changes" in text
    assert "Synthetic " in text
    assert app.button(key="publish_version").label == "Publish 1 changed shift of 1 person"
    app.checkbox[0].check().run()
    app.button(key="publish_version").click().run()
    assert "say why under" in said(app)
    assert repository.roster_header(second).status == "draft"
    app.text_input(key="publish_reason").input("The clinic is closed").run()
    app.button(key="publish_version").click().run()
    assert repository.roster_header(second).published_reason == "The clinic is closed"
    assert "Version 2 is published in place of version 1" in said(app)
    assert "Published over what counted before: The clinic is closed" in said(app)
    assert without_ids(app)


def test_a_publication_is_withdrawn_and_can_be_published_again(
    repository: Repository, second: str
) -> None:
    repository.publish(ROSTER)
    repository.publish(second)
    app = opened(link={"roster": second}, view="Publish")
    app.button(key="publish_withdraw_it").click().run()
    assert "needs a reason" in said(app)
    app.text_input(key="publish_withdraw_why").input("The wrong week")
    app.button(key="publish_withdraw_it").click().run()
    assert repository.roster_header(second).status == "withdrawn"
    assert "Version 2 is withdrawn. Version 1 counts again: published." in said(app)
    again = opened(link={"roster": second}, view="Publish")
    assert re.search("Withdrawn by .*: The wrong week", said(again))
    assert again.button(key="publish_version").label == "Publish 1 changed shift of 1 person"
    assert without_ids(again)


def test_a_publication_is_withdrawn_from_the_list(repository: Repository, second: str) -> None:
    repository.publish(ROSTER)
    app = listed(view="Publish")
    app.button(key=f"version_withdraw_{ROSTER}").click().run()
    app.text_input(key="list_withdraw_why").input("The wrong week")
    app.button(key="list_withdraw_it").click().run()
    assert repository.roster_header(ROSTER).status == "withdrawn"
    assert "Nothing counts on its dates now" in said(app)


def test_what_was_made_from_a_replaced_roster_says_so_in_words(
    repository: Repository, second: str
) -> None:
    repository.publish(ROSTER)
    repository.publish(
        repository.save_roster(repository.roster(ROSTER).document, repository.snapshot(ROSTER))
    )
    app = opened(link={"roster": second}, view="Publish")
    assert "Version 2 was made from version 1, which version 3 has replaced" in said(app)
    assert not [button for button in app.button if button.key == "publish_version"]
    assert without_ids(app)
