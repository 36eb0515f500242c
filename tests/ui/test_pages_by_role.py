"""Each role comes to the pages that are open to it, finds on them no button that it may not press,
and nothing that is others' own: searched in all that is sent to the browser.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from scheduler.services.accounts import access_tokens, accounts
from scheduler.services.accounts.accounts import NotSignedIn
from scheduler.services.accounts.personas import PERSONAS
from scheduler.storage.repository import Repository
from tests.scheduler.services.accounts.conftest import PRIVATE, Stored, stored
from tests.ui.conftest import opened, said
from ui.pages import PAGES

__all__ = ["stored"]  # a fixture of the tests of accounts

LINKS: dict[str, dict[str, str]] = {
    **{kind: {"as": kind} for kind in PERSONAS},
    "one_organisation": {"as": "one_organisation", "as_organisation": "A"},
    "approver": {"as": "approver", "as_organisation": "A"},
    "staff": {"as": "staff", "as_person": "NA"},
}
OPEN = {
    "operations": [
        *("operations", "inbox", "my_shifts", "facts", "renewals", "policies", "director"),
    ],
    "one_organisation": [
        *("operations", "inbox", "my_shifts", "facts", "renewals", "policies", "director"),
    ],
    "approver": ["operations", "inbox", "my_shifts", "facts", "renewals"],
    "director": ["operations", "policies", "director"],
    "staff": ["my_shifts"],
    "auditor": ["operations", "record"],
    "administrator": ["accounts", "facts"],
}
SEES: dict[str, set[str]] = {
    "operations": {"NA", "NA2", "NB", "NB2", "NJ", "NC"},
    "one_organisation": {"NA", "NA2", "NJ"},
    "approver": {"NA", "NA2", "NJ"},
    "director": set(),
    "staff": {"NA"},
    "auditor": set(),
    "administrator": set(),
}
"""Whose private facts each may be shown."""


@pytest.fixture
def world(stored: Stored, user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Stored:
    path = user_folder / "world.db"
    copyfile(stored.path, path)
    monkeypatch.setenv("SCHEDULER_DB", f"sqlite:///{path}")
    return Stored(path, stored.published, stored.draft, stored.elsewhere)


def _sent(node: Any) -> Iterator[bytes]:
    """All that a page sends to the browser, as it is sent."""
    proto = getattr(node, "proto", None)
    if proto is not None and hasattr(proto, "SerializeToString"):
        yield proto.SerializeToString()
    for child in getattr(node, "children", {}).values():
        yield from _sent(child)


def planted(app: AppTest, *, sites: bool = False) -> set[str]:
    """Whose private texts the page holds. `sites`: it lists all sites, one of which is named after
    somebody's home, and that alone says nothing of them.
    """
    text = b"\n".join(_sent(app._tree)).decode("utf-8", "replace")
    if sites:
        text = text.replace(f"{PRIVATE} home of", "home of")
    people = ("NA2", "NA", "NB2", "NB", "NC", "NJ")
    return {
        next(person for person in people if rest.split("of ", 1)[1].startswith(person))
        for rest in text.split(PRIVATE)[1:]
    }


@pytest.mark.parametrize("kind", PERSONAS)
def test_each_comes_to_the_first_page_that_is_open_and_is_told_of_no_other(
    kind: str, world: Stored
) -> None:
    app = opened(link=LINKS[kind])
    first = next(page for page in PAGES if page.file == OPEN[kind][0])
    assert app.title[0].value == first.title
    assert not app.error, app.error[0].value if app.error else ""
    for page in PAGES:
        app = opened(page.file, link=LINKS[kind])
        assert not app.error, page
        locked = any("which your role does not let you" in str(info.value) for info in app.info)
        if page.file in OPEN[kind]:
            assert not locked
        elif page.file != PAGES[0].file:
            assert locked, page


@pytest.mark.parametrize("kind", PERSONAS)
def test_no_page_sends_what_is_others_own(kind: str, world: Stored) -> None:
    found = set[str]()
    for page in OPEN[kind]:
        people = ["NA", "NB"] if page == "my_shifts" and kind == "operations" else [""]
        views = [""]
        if page == "operations":
            views = ["By person", "By service and place", "Vacancies", "Why", "Feasibility", "Pins"]
        if page == "facts":
            views = ["A person", "Leave", "A service", "An organisation", "Every file", "Changes"]
            people = ["NA", "NB"]
        for view in views:
            for person in people:
                link = {
                    **LINKS[kind],
                    "collaborative": "COL",
                    "week": "2027-01-11",
                    **({"view": view} if view else {}),
                    **({"person": person} if person else {}),
                }
                app = opened("" if page == "operations" else page, link=link)
                sent = planted(app, sites=page == "facts")
                assert sent <= SEES[kind], (page, view)
                found |= sent
    if kind in ("operations", "one_organisation", "staff"):
        assert found  # else nothing was looked for


def test_who_may_not_build_or_publish_finds_no_button_for_it(world: Stored) -> None:
    def buttons(kind: str, view: str) -> tuple[set[str], AppTest]:
        link = {
            **LINKS[kind],
            "collaborative": "COL",
            "week": "2027-01-11",
            "roster": world.draft,
            "view": view,
        }
        app = opened(link=link)
        assert not app.error, app.error[0].value if app.error else ""
        return {str(button.label).split(" ")[0] for button in app.button}, app

    found, _ = buttons("operations", "Publish")
    assert {"Build", "Publish"} <= found
    for kind, builds in (("one_organisation", True), ("director", False), ("auditor", False)):
        found, app = buttons(kind, "Publish")
        assert ("Build" in found) == builds
        assert "Publish" not in found
        assert "takes an approver of all its organisations" in said(app)
        tabs = {str(tab.label) for tab in app.tabs}
        assert ({"Repair", "Pins"} <= tabs) == builds


def test_staff_see_their_own_and_who_is_on_with_them(world: Stored) -> None:
    app = opened(link={**LINKS["staff"], "week": "2027-01-11"})
    text = said(app)
    assert "Synthetic NA" in [one.value for one in app.caption]
    assert f"{PRIVATE} leave of NA" in text
    assert not [box for box in app.selectbox if box.key == "choose_person"]
    app = opened(link={**LINKS["staff"], "week": "2027-01-11", "person": "NB"})
    assert "Synthetic NA" in [one.value for one in app.caption]  # whatever a link says
    with Repository(f"sqlite:///{world.path}") as repository:
        lines = repository.roster(world.published).document.assignments
    own = {(one.site_id, one.start) for one in lines if one.staff_id == "NA"}
    beside = {one.staff_id for one in lines if (one.site_id, one.start) in own} - {"NA"}
    named = {f"N{who}" for who in ("A2", "B", "B2", "J") if f"Synthetic N{who}" in text}
    assert named == beside


def test_an_administrator_gives_and_takes_a_role(world: Stored) -> None:
    with Repository(f"sqlite:///{world.path}") as repository:
        made = accounts.add(repository, "https://provider", "nora", "Nora New")
    app = opened("accounts", link=LINKS["administrator"])
    assert "1 account has no role today: Nora New." in said(app)
    app.button[0].click().run()
    assert "Choose who is given the role, and within what." in said(app)
    app.selectbox(key="give_who").select(made.id)
    app.button[0].click().run()
    assert "and within what" in said(app)
    app.selectbox(key="give_who").select(made.id)
    app.selectbox(key="give_role_name").select("auditor")
    app.selectbox(key="give_scope").select("A")
    app.button[0].click().run()
    assert not app.exception
    assert "The role is given" in said(app)
    assert "Auditor: Trust A, since" in said(app)
    with Repository(f"sqlite:///{world.path}") as repository:
        [grant] = repository.book.grants(made.id)
    assert (grant.role, grant.organisation_id) == ("auditor", "A")
    assert grant.given_by == "demo:administrator"
    app.button(key=f"withdraw_{grant.id}").click().run()
    assert "counts for nothing from this moment on" in said(app)
    with Repository(f"sqlite:///{world.path}") as repository:
        assert repository.book.grants(made.id)[0].withdrawn_at is not None


def test_an_administrator_says_which_member_of_staff_an_account_is(world: Stored) -> None:
    with Repository(f"sqlite:///{world.path}") as repository:
        made = accounts.add(repository, "https://provider", "nora", "Nora New")

    def save(number: str) -> AppTest:
        app = opened("accounts", link=LINKS["administrator"])
        app.selectbox(key="link_who").select(made.id)
        app.text_input(key="link_number").input(number)
        next(button for button in app.button if button.label == "Save").click().run()
        assert not app.exception
        return app

    assert "There is no member of staff" in said(save("nobody-there"))
    assert "They see what is their own from now on" in said(save("NA"))
    with Repository(f"sqlite:///{world.path}") as repository:
        assert repository.book.account(made.id).staff_id == "NA"
        assert [grant.role for grant in repository.book.grants(made.id)] == ["staff"]
    assert "no member of staff any more" in said(save(""))
    with Repository(f"sqlite:///{world.path}") as repository:
        assert repository.book.account(made.id).staff_id is None


def test_an_administrator_lets_another_program_in_and_out(world: Stored) -> None:
    def pressed(app: AppTest, label: str) -> AppTest:
        next(button for button in app.button if button.label == label).click().run()
        assert not app.exception
        return app

    app = opened("accounts", link=LINKS["administrator"])
    assert "Say what the program is called" in said(pressed(app, "Add it"))
    next(one for one in app.text_input if "to come in" in one.label).input("Payroll")
    assert "Payroll has an account now" in said(pressed(app, "Add it"))
    with Repository(f"sqlite:///{world.path}") as repository:
        account = repository.book.identified("integration", "payroll")
        assert account is not None
        accounts.give(repository, account.id, "director", collaborative_id="COL")
    app = opened("accounts", link=LINKS["administrator"])
    assert "another program, by a token" in said(app)
    next(one for one in app.text_input if one.label == "What for").input("wages")
    next(one for one in app.multiselect if one.label == "Only within").select("A")
    pressed(app, "Make a token")
    [secret] = [one.value for one in app.code if one.value.startswith("wds_")]
    with Repository(f"sqlite:///{world.path}") as repository:
        actor, token = access_tokens.bearer(repository, secret, "")
    assert (actor.account, token.reading_only, token.organisations) == (account.id, True, ("A",))
    app.run()
    assert not [one for one in app.code if one.value.startswith("wds_")], "shown once"
    assert "wages" in said(app)
    assert token.id not in said(app)
    assert "It opens nothing" in said(pressed(app, "End it"))
    with Repository(f"sqlite:///{world.path}") as repository, pytest.raises(NotSignedIn):
        access_tokens.bearer(repository, secret, "")


def test_an_auditor_reads_and_verifies_the_record(world: Stored) -> None:
    app = opened("record", link=LINKS["auditor"])
    table = app.dataframe[0].value
    assert f"published roster {world.published}" in set(table["What"])
    app.selectbox(key="record_who").select("the program").run()
    app.text_input(key="record_what").input("published").run()
    assert len(app.dataframe[0].value) == 2
    app.text_input(key="record_what").input("no such thing").run()
    assert "Nothing on record fits" in said(app)
    app.button(key="verify_record").click().run()
    assert "each as it was written" in said(app)
