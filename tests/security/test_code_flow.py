"""The way to a provider and back, over HTTP as a browser goes it, and with answers that no honest
provider gives.
"""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from scheduler.domain.errors import NotFound
from scheduler.services.accounts import accounts
from scheduler.storage.repository import Repository
from tests.security.conftest import (
    COOKIE_SECRET,
    GROUPS,
    Pages,
    claims,
    come_in,
    free_port,
    give,
)
from tests.ui.conftest import said
from ui.small_cookies import NAMES, STREAMLITS_OWN, WHO

USER = "_streamlit_user"


@pytest.fixture
def jar(pages: Pages) -> Iterator[httpx.Client]:
    pages.hostile.reset()
    with httpx.Client(base_url=pages.address) as found:
        yield found


def go_to_provider(jar: httpx.Client, provider: str = "hostile") -> dict[str, str]:
    """What the pages ask the provider for."""
    answer = jar.get("/auth/login", params={"provider": token_for(provider)})
    assert answer.status_code == 302
    return {
        key: value[0] for key, value in parse_qs(urlsplit(answer.headers["location"]).query).items()
    }


def token_for(provider: str) -> str:
    """What the pages' own button puts into its address."""
    from joserfc import jwt
    from joserfc.jwk import OctKey

    said = {"provider": provider, "exp": int(time.time()) + 60}
    return jwt.encode({"alg": "HS256"}, said, OctKey.import_key(COOKIE_SECRET))


def come_back(jar: httpx.Client, state: str, code: str = "a-code-of-one-use") -> httpx.Response:
    return jar.get("/oauth2callback", params={"code": code, "state": state})


def signed_in(jar: httpx.Client) -> dict[str, Any] | None:
    """What the cookies of this browser say, of which Streamlit makes `st.user`."""

    def one(name: str) -> bytes | None:
        value = jar.cookies.get(name)
        return None if value is None else decode_signed_value(COOKIE_SECRET, name, value.encode())

    told = get_cookie_with_chunks(one, USER)
    return None if told is None else json.loads(told)


def sign_in(pages: Pages, jar: httpx.Client, **say: Any) -> dict[str, Any] | None:
    """Sign in with these claims over the usual ones."""
    asked = go_to_provider(jar)
    pages.hostile.say = {"nonce": asked["nonce"], **say}
    come_back(jar, asked["state"])
    assert len(pages.hostile.told) == 1, "it is the token that decides"
    return signed_in(jar)


def test_the_way_is_the_code_flow_with_a_challenge_and_asks_for_no_groups(
    pages: Pages, jar: httpx.Client
) -> None:
    asked = go_to_provider(jar)
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid email profile"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{pages.address}/oauth2callback"
    pages.hostile.say = {"nonce": asked["nonce"]}
    come_back(jar, asked["state"])
    (exchange,) = pages.hostile.asked
    assert exchange["grant_type"] == "authorization_code"
    assert len(exchange["code_verifier"]) >= 43
    found = signed_in(jar)
    assert found is not None
    assert (found["iss"], found["sub"]) == (pages.hostile.issuer, "somebody")


def test_its_cookie_can_be_read_by_no_script_and_sent_by_no_other_site(
    pages: Pages, jar: httpx.Client
) -> None:
    asked = go_to_provider(jar)
    pages.hostile.say = {"nonce": asked["nonce"]}
    answer = come_back(jar, asked["state"])
    cookies = [cookie for cookie in answer.headers.get_list("set-cookie") if USER in cookie]
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


HOUR = 3600


@pytest.mark.parametrize(
    "say",
    [
        {"exp": -HOUR, "iat": -2 * HOUR},
        {"aud": "another program"},
        {"aud": ["another program", "a third"]},
        {"sub": None},
        {"exp": None},
        {"iss": "https://elsewhere.example.org"},
        {"nonce": "of another visit"},
        {"nonce": None},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_visit_signs_nobody_in(
    pages: Pages, jar: httpx.Client, say: dict[str, Any]
) -> None:
    now = int(time.time())
    said = {key: now + value if isinstance(value, int) else value for key, value in say.items()}
    assert sign_in(pages, jar, **said) is None


@pytest.mark.parametrize("signed", ["by a stranger", "by the shared secret", "by nobody"])
def test_a_token_that_the_provider_did_not_sign_signs_nobody_in(
    pages: Pages, jar: httpx.Client, signed: str
) -> None:
    pages.hostile.signed = signed
    assert sign_in(pages, jar) is None


def test_a_state_counts_once_and_for_one_browser_alone(pages: Pages, jar: httpx.Client) -> None:
    asked = go_to_provider(jar)
    pages.hostile.say = {"nonce": asked["nonce"]}
    with httpx.Client(base_url=pages.address) as stranger:
        come_back(stranger, asked["state"])
        assert signed_in(stranger) is None
        assert pages.hostile.asked == [], "no code of somebody else is even tried"
    come_back(jar, asked["state"])
    assert signed_in(jar) is not None
    for name in list(jar.cookies):
        if name.startswith(USER):
            jar.cookies.delete(name)
    come_back(jar, asked["state"])
    assert signed_in(jar) is None
    assert len(pages.hostile.asked) == 1


def test_a_made_up_state_leads_nowhere(pages: Pages, jar: httpx.Client) -> None:
    go_to_provider(jar)
    come_back(jar, "made-up")
    assert signed_in(jar) is None
    assert pages.hostile.asked == []


def test_two_hundred_groups_sign_in_and_are_no_role(
    pages: Pages, jar: httpx.Client, repository: Repository
) -> None:
    found = sign_in(pages, jar, sub="many", groups=GROUPS, roles=["operations", "approver"])
    assert found is not None
    assert len(pages.hostile.told[0]) > 10_000
    app = come_in(found)
    assert "nothing is open to you yet" in said(app)
    assert repository.book.grants() == []


def test_cookies_hold_who_it_is_and_stay_small_whatever_a_provider_says(
    pages: Pages, jar: httpx.Client
) -> None:
    """Servers and proxies take headers of some eight thousand characters."""
    found = sign_in(pages, jar, groups=GROUPS, name="N" * 5_000, picture="x" * 5_000)
    assert found is not None
    assert set(found) <= {*WHO, *NAMES, *STREAMLITS_OWN}
    assert found["name"] == "N" * 200
    assert sum(len(name) + len(value or "") for name, value in jar.cookies.items()) < 4_000


def test_a_short_token_is_kept_to_tell_the_provider_who_signs_out(
    pages: Pages, jar: httpx.Client
) -> None:
    assert sign_in(pages, jar) is not None
    tokens = decode_signed_value(
        COOKIE_SECRET, f"{USER}_tokens", (jar.cookies.get(f"{USER}_tokens") or "").encode()
    )
    assert tokens is not None
    assert json.loads(tokens) == {"id_token": pages.hostile.told[0]}


def test_the_same_subject_of_another_provider_is_another_account(
    pages: Pages, jar: httpx.Client, repository: Repository
) -> None:
    """That provider may say what it likes, except that it were another."""
    give(repository, pages.mock_issuer, "ada", "Ada", "operations")
    found = sign_in(pages, jar, sub="ada", name="Ada", email="ada@example.org")
    assert found is not None
    assert found["iss"] == pages.hostile.issuer
    assert "nothing is open to you yet" in said(come_in(found))
    accounts_now = {(a.issuer, a.subject) for a in repository.book.accounts()}
    assert accounts_now == {(pages.mock_issuer, "ada"), (pages.hostile.issuer, "ada")}


def test_whoever_is_refused_by_the_provider_is_told_so(pages: Pages, jar: httpx.Client) -> None:
    asked = go_to_provider(jar)
    query = {"error": "access_denied", "state": asked["state"]}
    answer = jar.get("/oauth2callback", params=query)
    assert (answer.status_code, answer.headers["location"]) == (302, "/?sign_in=failed")
    assert signed_in(jar) is None


def test_a_token_that_does_not_do_is_told_too(pages: Pages, jar: httpx.Client) -> None:
    asked = go_to_provider(jar)
    assert come_back(jar, asked["state"]).headers["location"] == "/?sign_in=failed"


def test_a_provider_that_is_away_leads_back_to_where_it_says_what_to_do(
    pages: Pages, jar: httpx.Client
) -> None:
    answer = jar.get("/auth/login", params={"provider": token_for("dead")})
    assert (answer.status_code, answer.headers["location"]) == (302, "/?sign_in=failed")


# --- the server as it stands


def handshake(address: str, **headers: str) -> int:
    """The status of asking for a websocket."""
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }
    with httpx.stream("GET", f"{address}/_stcore/stream", headers=asked) as answer:
        return answer.status_code


def test_a_websocket_is_opened_by_the_pages_alone(pages: Pages) -> None:
    assert handshake(pages.address) == 403
    assert handshake(pages.address, Origin="http://evil.example") == 403
    assert handshake(pages.address, Origin=f"http://localhost:{free_port()}") == 403
    assert handshake(pages.address, Origin=pages.address) == 101


def test_programs_get_nothing_without_signing_in(pages: Pages) -> None:
    for path in ("interact", "mcp"):
        answer = httpx.post(f"{pages.address}/_stcore/agent/{path}", json={})
        assert answer.is_client_error
        assert "does not serve the agent API" in answer.text


def test_no_code_state_or_token_stands_in_the_log(pages: Pages, jar: httpx.Client) -> None:
    codes = [f"a-code-that-is-secret-{number}" for number in range(3)]
    states = []
    for code, signed in zip(codes, ("as it should be", "by a stranger", "by nobody"), strict=True):
        pages.hostile.signed = signed
        asked = go_to_provider(jar)
        pages.hostile.say = {"nonce": asked["nonce"]}
        come_back(jar, asked["state"], code)
        states.append(asked["state"])
    jar.get("/auth/logout")
    log = pages.log.read_text()
    assert "OAuth token exchange failed" in log, "there is something to be looked through"
    tokens = [part for token in pages.hostile.told for part in token.split(".") if part]
    assert len(tokens) == 8
    for secret in (*codes, *states, *tokens, COOKIE_SECRET, "eyJ"):
        assert secret not in log


def test_claims_as_they_come_are_those_that_other_tests_make_up(
    pages: Pages, jar: httpx.Client
) -> None:
    """So that what is tried without a server is tried of the truth."""
    found = sign_in(pages, jar)
    assert found is not None
    assert set(claims()) <= set(found)
    assert isinstance(found["exp"], int)


def test_who_signs_out_over_http_alone_loses_the_cookie(pages: Pages, jar: httpx.Client) -> None:
    assert sign_in(pages, jar) is not None
    jar.get("/auth/logout")
    assert signed_in(jar) is None


def test_an_account_is_what_the_token_says_it_is(
    pages: Pages, jar: httpx.Client, repository: Repository
) -> None:
    found = sign_in(pages, jar, sub="ada", oid="object", tid="tenant")
    assert found is not None
    come_in(found)
    # oid and tid are Microsoft's; with another provider they may be what people say of themselves
    assert accounts.find_account(repository, f"{pages.hostile.issuer} ada").subject == "ada"
    with pytest.raises(NotFound):
        accounts.find_account(repository, "tenant/object")
