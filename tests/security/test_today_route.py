"""The small page of today: to whom it is shown, what stands in it, and what the tap on it does."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from starlette.testclient import TestClient
from streamlit.web.server.starlette import starlette_websocket

from scheduler.services.accounts import accounts
from scheduler.services.inbox.notices import notices
from scheduler.services.trades.trades import offer_shift
from scheduler.storage.repository import Repository
from tests.scheduler.services.inbox.conftest import as_staff
from tests.scheduler.services.sign_off.conftest import OPEN
from tests.security.conftest import claims
from tests.security.test_guard import DEMO, HERE
from tests.security.test_visits import idled
from tests.security.today import (
    CHANGED,
    HERE_ALONE,
    OURS,
    SATURDAY,
    ada,
    cookie,
    demo,
    member,
    published,
    published_night,
    published_week,
    read,
    repository,
    roster_id,
    served,
    text,
)
from ui.guard import CLOSED, USER
from ui.providers import SignInSettings
from ui.today_route import NOT_STAFF, SIGN_IN

__all__ = ["ada", "published", "repository", "roster_id"]


# --- what stands in it


def test_it_says_in_this_order_what_somebody_needs(ada: TestClient) -> None:
    answer = ada.get("/today")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"
    said = text(answer.text)
    parts = [
        "Today, Mon 11 Jan",
        "Shifts of Synthetic P1",
        "1 shift published for you",
        "I know",
        "Next shift Today, Mon 11 Jan: 07:00 to 15:00",
        "Nurse, Urgent community response",
        "CM1 1AA (Place A)",
        "Where you begin anyway",
        "Accountable: Trust A",
        "On with you: Pat",
        "(13:30 to 21:30)",
        "Call Desk",
        "Seven days Mon 11 Jan 07:00 to 15:00 new",
        "Tue 12 Jan: no published shift",
        "Sun 17 Jan: no published shift",
        "Offers from colleagues None.",
        "My shifts: everything",
        "Calendar for your phone",
    ]
    for part in parts:
        assert part in said
        said = said.partition(part)[2]


def test_it_is_html_for_everybody_without_a_script(ada: TestClient) -> None:
    found = read(ada.get("/today").text)
    tags = [tag for tag, _ in found.elements]
    assert "script" not in tags
    assert not [name for _, given in found.elements for name in given if name.startswith("on")]
    assert dict(found.elements)["html"]["lang"] == "en-GB"
    assert "title" in tags
    assert tags.count("h1") == tags.count("main") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    times = [given["datetime"] for tag, given in found.elements if tag == "time"]
    assert "2027-01-11T07:00:00+00:00" in times
    assert "2027-01-17" in times
    assert all(given["alt"] for tag, given in found.elements if tag == "img")
    links = [given["href"] or "" for tag, given in found.elements if tag == "a"]
    assert links == [
        "tel:01702123456",
        "./my_shifts",
        "./my_shifts?view=Clearance",
        "./my_shifts?view=Calendar",
    ]
    assert not re.search(r"(?:src|href|action)=\"(?:https?:|//)", ada.get("/today").text)


def test_what_names_hold_is_shown_and_never_run(ada: TestClient) -> None:
    answer = ada.get("/today").text
    assert "<script" not in answer
    assert "Site <script>alert('here')</script>" in text(answer)
    assert "Pat <script>alert('here')</script>" in text(answer)
    assert "onerror" not in demo("P5").get("/today").text.replace("&#34;", "").partition("<img")[2]


def test_nothing_of_anybody_else_stands_there(ada: TestClient) -> None:
    mine = ada.get("/today", params={"as": "staff", "as_person": "P3", "person": "P3"})
    assert mine.text == ada.get("/today").text
    for other in ("P2", "P3", "CIC B", "Site B", "SS1 1AA"):
        assert other not in text(mine.text)


def test_before_anything_is_published_it_says_so(repository: Repository) -> None:
    roster_of = published_week(repository)
    said = text(demo("P5").get("/today").text)
    assert "Nothing that you do not know yet." in said
    assert "No published shift of yours is near." in said
    assert said.count("no published shift") == 7
    assert roster_of not in said


def test_a_day_is_marked_that_changed_until_they_know(
    repository: Repository, roster_id: str
) -> None:
    (first,) = notices(repository, "P1")
    repository.notices.mark_seen("P1", first.id)
    assert "Mon 11 Jan 07:00 to 15:00 Site" in text(demo().get("/today").text)
    published_week(repository, *CHANGED)
    said = text(demo().get("/today").text)
    assert "1 shift is no longer yours, 1 new shift" in said
    assert "No longer: Mon 11 Jan 07:00–15:00, Nurse" in said
    assert "New: Mon 11 Jan 13:30–21:30, Nurse" in said
    assert "Mon 11 Jan 13:30 to 21:30 changed Site" in said


def test_a_colleague_s_offer_is_counted_and_leads_to_my_shifts(
    repository: Repository, roster_id: str
) -> None:
    offer_shift(as_staff(repository, "P4"), "P4", OPEN)
    answer = demo("P5").get("/today").text
    assert "1 shift is offered to you: say yes or no on My shifts" in text(answer)
    assert 'href="./my_shifts?as=staff&amp;as_person=P5"' in answer
    assert "Offers from colleagues None." in text(demo("P4").get("/today").text)


def test_a_night_in_which_the_clocks_go_back_has_its_true_length(repository: Repository) -> None:
    published_night(repository)
    noon = datetime(SATURDAY.year, SATURDAY.month, SATURDAY.day, 11, tzinfo=UTC)
    answer = demo(now=noon).get("/today").text
    assert "Today, Sat 30 Oct: 19:30 to 07:30 (Sun 31 Oct)" in text(answer)
    assert text(answer).count("The clocks change: it lasts 13 hours.") == 2
    assert 'datetime="2027-10-30T19:30:00+01:00"' in answer
    assert 'datetime="2027-10-31T07:30:00+00:00"' in answer
    within = demo(now=noon + timedelta(hours=14)).get("/today").text
    assert "Now, Sat 30 Oct: 19:30 to 07:30 (Sun 31 Oct)" in text(within)


# --- to whom


@pytest.mark.parametrize("how", ["nobody", "forged", "of elsewhere", "other secret", "run out"])
def test_who_has_not_signed_in_is_shown_the_way_in_and_nothing_else(
    repository: Repository, roster_id: str, how: str
) -> None:
    said, found = member(repository, "P1"), served()
    values = {
        "forged": cookie(said)[:-4] + "AAAA",
        "of elsewhere": cookie(said, origin="https://elsewhere.example.org"),
        "other secret": cookie(said, "another secret of more than thirty-two characters"),
        "run out": cookie({**said, "iat": said["iat"] - 9999, "exp": said["iat"] - 5000}),
    }
    if how in values:
        found.cookies.set(USER, values[how])
    answers = [
        found.get("/today", params={"as": "staff", "as_person": "P1"}),
        found.post("/today/known", data={"up_to": "99"}, headers=OURS),
    ]
    for answer, root in zip(answers, ("./", "../"), strict=True):
        assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "no-store")
        ways = "Sign in with the county Open the pages"
        assert text(answer.text) == f"Today {SIGN_IN} {ways}"
        assert f'href="{root}"' in answer.text
    assert notices(repository, "P1", unseen=True)


def test_streamlit_s_own_function_is_what_verifies_the_cookie(
    ada: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ada.get("/today").status_code == 200
    for function, found in (
        ("_parse_decoded_user_cookie", {}),
        ("_get_signed_cookie_with_chunks", None),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(starlette_websocket, function, lambda *_, found=found: found)
            assert ada.get("/today").status_code == 401


def test_a_visit_that_is_over_is_over_here_too(repository: Repository, ada: TestClient) -> None:
    assert ada.get("/today").status_code == 200
    idled(repository, accounts.IDLE + timedelta(seconds=5))
    assert ada.get("/today").status_code == 401
    idled(repository, timedelta(0))
    assert ada.get("/today").status_code == 401, "it stays over"


def test_who_signed_out_of_the_pages_is_out_here(repository: Repository, roster_id: str) -> None:
    said, found = member(repository, "P1"), served()
    found.cookies.set(USER, cookie(said))
    assert found.get("/today").status_code == 200
    accounts.sign_out(repository, accounts.identity_of(said))
    assert found.get("/today").status_code == 401


def test_it_is_a_sign_of_life_and_on_record_as_one(repository: Repository, ada: TestClient) -> None:
    ada.get("/today")
    (visit,) = [one for one in repository.audit.entries() if "signed in" in one.thing]
    assert visit.origin == "pages from 10.1.1.1"


def test_who_is_no_member_of_staff_is_told_and_led_to_the_pages(
    repository: Repository, roster_id: str
) -> None:
    found = served()
    found.cookies.set(USER, cookie(member(repository, None)))
    accounts.give(repository, accounts.find_account(repository, "ada").id, "operations")
    here = served(DEMO, HERE_ALONE, HERE)
    answers = [
        found.get("/today"),
        found.post("/today/known", data={"up_to": "99"}, headers=OURS),
        here.get("/today"),
        here.get("/today?as=director"),
        here.get("/today?as=staff"),
    ]
    for answer in answers:
        assert (answer.status_code, text(answer.text)) == (403, f"Today {NOT_STAFF} Open the pages")
    assert notices(repository, "P1", unseen=True)


def test_who_lost_the_role_is_shown_nothing(repository: Repository, ada: TestClient) -> None:
    account = accounts.find_account(repository, "ada")
    for grant in repository.book.grants(account.id):
        accounts.withdraw(repository, grant.id)
    assert ada.get("/today").status_code == 403


def test_the_demo_is_open_on_this_machine_alone(roster_id: str) -> None:
    assert demo().get("/today").status_code == 200
    afar = served(DEMO, "rota.example.org")
    assert (afar.get("/today").status_code, afar.get("/today").text) == (403, CLOSED)


def test_settings_that_are_wrong_let_nobody_in(repository: Repository, roster_id: str) -> None:
    found = served(SignInSettings(faults=("[auth] is not a table of settings.",)))
    found.cookies.set(USER, cookie(member(repository, "P1")))
    assert found.get("/today").status_code == 503
    assert "Synthetic" not in found.get("/today").text


@pytest.mark.parametrize("person", ["NOBODY", "x" * 5000, "%00", "%ff", "../P1", "<script>", "p1"])
def test_a_persona_that_nobody_is_is_shown_nothing(roster_id: str, person: str) -> None:
    found = served(DEMO, HERE_ALONE, HERE)
    answer = found.get(f"/today?as=staff&as_person={person}")
    assert answer.status_code in (200, 403)
    for held in ("Synthetic", "Nurse", "published for you", "07:00", "<script"):
        assert held not in answer.text


# --- the way in


def test_the_way_in_leads_to_the_provider_and_to_no_other(roster_id: str) -> None:
    found = served()
    answer = found.get("/today/sign-in/county")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/auth/login?provider=")
    for other in ("elsewhere", "", "https:", "county2"):
        assert found.get(f"/today/sign-in/{other}").headers["Location"] == "../../today"


def test_claims_alone_are_no_visit(repository: Repository, roster_id: str) -> None:
    member(repository, "P1")
    found = served()
    found.cookies.set(USER, cookie({**claims(), "is_logged_in": False}))
    assert found.get("/today").status_code == 401
