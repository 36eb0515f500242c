"""What becomes of a visit once somebody has come in, or comes back with what was good once."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from scheduler.services.accounts import accounts
from scheduler.storage.repository import Repository
from tests.security.conftest import GROUPS, ISSUER, OTHER_ISSUER, claims, come_in, give
from tests.ui.conftest import said
from ui.components import pins_panel

OVER = "Your visit ended"
RUN_OUT = "Your sign-in has run out"
NOTHING = "nothing is open to you yet"


def shows_a_roster(app: AppTest) -> bool:
    return any(box.key == "choose_roster" for box in app.selectbox)


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def at_the_door(app: AppTest) -> bool:
    """There is a way in, and nothing else to be done or seen."""
    return buttons(app) == ["Sign in with the county provider"] and not app.selectbox


def test_nobody_sees_anything_before_signing_in(repository: Repository) -> None:
    app = come_in({"is_logged_in": False}, {"person": "ANN"})
    assert at_the_door(app)
    assert "Sign in to see these pages." in said(app)
    for text in ("Synthetic", "Trust A", "January"):
        assert text not in said(app)


def test_who_was_not_let_in_is_told_what_to_do(repository: Repository) -> None:
    app = come_in({"is_logged_in": False}, {"sign_in": "failed"})
    assert at_the_door(app)
    assert "Signing in did not work" in said(app)


def test_claims_of_nobody_signed_in_are_no_visit(repository: Repository) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations")
    assert at_the_door(come_in(claims(is_logged_in=None)))
    assert at_the_door(come_in(claims(is_logged_in="true")))


def test_an_account_with_a_grant_comes_in(repository: Repository) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations", "approver")
    app = come_in(claims())
    assert shows_a_roster(app)
    assert "Ada Lovelace, approver, operations" in said(app)
    assert "Sign out" in buttons(app)
    assert "Demo" not in said(app)
    (visit,) = [entry for entry in repository.audit.entries() if "signed in" in entry.thing]
    account = accounts.find_account(repository, "ada")
    assert (visit.account, visit.origin) == (account.id, "pages from 127.0.0.1")


def test_an_unknown_subject_enters_has_no_role_and_is_told_whom_to_ask(
    repository: Repository,
) -> None:
    app = come_in(claims("zoe", name="Zoe *Unknown*"))
    assert NOTHING in said(app)
    assert "whoever runs this program" in said(app)
    assert buttons(app) == ["Look again", "Sign out"]
    assert not app.selectbox
    give(repository, ISSUER, "ada", "Ada Lovelace", "administrator")
    assert "Ask Ada Lovelace to give Zoe" in said(app.run())
    account = accounts.find_account(repository, "zoe")
    accounts.give(repository, account.id, "operations")
    assert shows_a_roster(app.button(key="look_again").click().run())


@pytest.mark.parametrize(
    "more",
    [
        {"groups": GROUPS},
        {"roles": ["operations", "administrator"], "groups": ["operations"]},
        {"account": "os:root", "program": True, "grants": ["operations"], "staff_id": "ANN"},
        {"email": "ada@example.org", "email_verified": True, "preferred_username": "ada"},
    ],
    ids=["two hundred groups", "roles", "our own words", "somebody's e-mail"],
)
def test_nothing_that_a_provider_says_is_a_role(
    repository: Repository, more: dict[str, object]
) -> None:
    give(repository, ISSUER, "ada", "ada@example.org", "operations")
    app = come_in(claims("zoe", **more))
    assert NOTHING in said(app)
    assert not accounts.find_account(repository, "zoe").staff_id
    assert repository.book.grants(accounts.find_account(repository, "zoe").id) == []


def test_the_same_subject_of_another_issuer_is_somebody_else(repository: Repository) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations")
    assert NOTHING in said(come_in(claims("ada", OTHER_ISSUER)))
    assert len({account.id for account in repository.book.accounts()}) == 2


@pytest.mark.parametrize("lacking", [{"sub": None}, {"sub": ""}, {"sub": 7}, {"iss": None}])
def test_who_is_not_said_is_nobody(repository: Repository, lacking: dict[str, object]) -> None:
    app = come_in(claims(**lacking))
    assert at_the_door(app)
    assert "did not say who signed in" in said(app)
    assert repository.book.accounts() == []


@pytest.mark.parametrize("lacking", [{"exp": None}, {"exp": "never"}])
def test_a_token_without_an_end_is_none(repository: Repository, lacking: dict[str, object]) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations")
    assert at_the_door(come_in(claims(**lacking)))


def test_a_token_that_has_run_out_lets_nobody_in(repository: Repository) -> None:
    """Its cookie lives for thirty days."""
    give(repository, ISSUER, "ada", "Ada", "operations")
    over = int((datetime.now(UTC) - accounts.LEEWAY - timedelta(seconds=5)).timestamp())
    app = come_in(claims(iat=over - 3600, exp=over))
    assert at_the_door(app)
    assert RUN_OUT in said(app)


def test_a_token_that_runs_out_while_pages_are_open_ends_them_at_the_next_run(
    repository: Repository,
) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations")
    who = claims()
    app = come_in(who)
    assert shows_a_roster(app)
    app.user = {**who, "exp": who["iat"] - 3600}
    assert at_the_door(app.run())


def test_a_grant_withdrawn_a_moment_ago_is_lost_at_the_next_run(repository: Repository) -> None:
    (grant,) = give(repository, ISSUER, "ada", "Ada", "operations")
    app = come_in(claims())
    assert shows_a_roster(app)
    accounts.withdraw(repository, grant)
    app.run()
    assert NOTHING in said(app)
    assert not app.selectbox
    assert "Synthetic" not in said(app)


def test_a_button_pressed_after_a_grant_was_withdrawn_is_asked_by_who_has_none(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What buttons do comes before the page is drawn, so it looks who asks by itself."""
    asked: list[Repository] = []
    monkeypatch.setattr(pins_panel, "set_pin", lambda database, pin: asked.append(database))
    (grant,) = give(repository, ISSUER, "ada", "Ada", "operations")
    app = come_in(claims(), {"view": "Pins"})
    app.selectbox(key="pin_demand").select("SA-0111-E-RN").run()
    app.selectbox(key="pin_staff").select("ANN").run()
    add = next(button for button in app.button if button.label == "Pin")
    add.click().run()
    accounts.withdraw(repository, grant)
    add.click().run()
    assert [len(database.actor.grants) for database in asked] == [1, 0]
    assert NOTHING in said(app)


def test_an_idle_visit_is_over_and_stays_over(repository: Repository) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations")
    app = come_in(claims())
    assert shows_a_roster(app)
    idled(repository, accounts.IDLE + timedelta(seconds=5))
    app.run()
    assert at_the_door(app)
    assert OVER in said(app)
    idled(repository, timedelta(0))
    assert at_the_door(app.run())


def test_a_visit_that_idled_for_less_goes_on(repository: Repository) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations")
    app = come_in(claims())
    idled(repository, accounts.IDLE - timedelta(minutes=1))
    assert shows_a_roster(app.run())


def idled(repository: Repository, ago: timedelta) -> None:
    """All visits were last seen so long ago."""
    seen = (datetime.now(UTC) - ago).replace(microsecond=0)
    with repository._writing() as connection:
        connection.execute(
            sa.text("UPDATE sign_in SET seen_at = :seen"),
            {"seen": seen.strftime("%Y-%m-%d %H:%M:%S.000000")},
        )


def test_a_cookie_that_comes_back_after_signing_out_is_worth_nothing(
    repository: Repository,
) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations")
    who = claims()
    app = come_in(who)
    app.button(key="sign_out").click().run()
    assert at_the_door(app)
    again = come_in(who)
    assert at_the_door(again)
    assert OVER in said(again)
    assert shows_a_roster(come_in(claims(iat=who["iat"] + 1))), "who signs in anew comes in"


def test_a_session_taken_over_by_another_account_keeps_nothing_of_the_first(
    repository: Repository,
) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations")
    give(repository, ISSUER, "bob", "Bob", "operations")
    app = come_in(claims())
    app.session_state["message"] = ("info", "for Ada’s eyes")
    app.user = claims("bob", name="Bob")
    app.run()
    assert "Bob, operations" in said(app)
    assert "for Ada’s eyes" not in said(app)


def test_settings_that_are_wrong_let_nobody_in(repository: Repository) -> None:
    give(repository, ISSUER, "ada", "Ada", "operations")
    app = come_in(claims())
    app.secrets["auth"] = {**app.secrets["auth"], "cookie_secret": "short"}
    app.run()
    assert "Sign-in is not set up as it must be" in said(app)
    assert not app.selectbox
    assert buttons(app) == []


def test_settings_without_a_provider_are_no_demo(repository: Repository) -> None:
    app = come_in(claims())
    app.secrets["auth"] = {}
    app.run()
    assert "Demo" not in said(app)
    assert not app.selectbox
