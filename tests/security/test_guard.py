"""The guard before the pages: who is let in, and what every answer carries."""

import base64

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from ui.guard import BEFORE, CLOSED, Guard, inline_scripts
from ui.providers import Provider, SignInSettings

DEMO = SignInSettings()
PUBLIC = SignInSettings((Provider("county", "the county"),), "https://rota.example.org")
LOCAL = SignInSettings((Provider("county", "the county"),), "http://localhost:8501")
HERE, THERE = ("127.0.0.1", 5000), ("10.1.1.1", 5000)


async def page(request: Request) -> Response:
    answer = PlainTextResponse("page")
    answer.set_cookie("plain", "1", httponly=True)
    answer.set_cookie("safe", "1", secure=True)
    return answer


async def back(request: Request) -> Response:
    """As Streamlit does it: with the cookie of who is signed in, or taking it away."""
    answer = RedirectResponse("/", 302)
    if request.query_params.get("code") == "good":
        answer.set_cookie("_streamlit_user", "ada")
    else:
        answer.delete_cookie("_streamlit_user")
    return answer


async def stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("in")
    await websocket.close()


def client(
    settings: SignInSettings, host: str = "localhost:8501", peer: tuple[str, int] = HERE
) -> TestClient:
    routes = [
        Route("/", page),
        Route("/media/file.ics", page),
        Route("/auth/login", page),
        Route("/oauth2callback", back),
        WebSocketRoute("/_stcore/stream", stream),
    ]
    app = Guard(Starlette(routes=routes), settings)
    return TestClient(app, f"http://{host}", client=peer, follow_redirects=False)


def websocket_status(found: TestClient, **headers: str) -> int:
    """101 where the websocket is let in."""
    headers = {"host": found.base_url.netloc.decode(), **headers}
    try:
        with found.websocket_connect("/_stcore/stream", headers=headers) as websocket:
            assert websocket.receive_text() == "in"
            return 101
    except WebSocketDenialResponse as refused:
        return refused.status_code
    except WebSocketDisconnect:
        return 1008


# --- headers


@pytest.mark.parametrize("path", ["/", "/media/file.ics", "/nothing"])
def test_every_answer_carries_them(path: str) -> None:
    headers = client(PUBLIC, "rota.example.org").get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["frame-ancestors"] == "'none'"
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in policy["script-src"].replace("'wasm-unsafe-eval'", "")
    assert "sha256-" in policy["script-src"]


def test_a_script_in_the_page_is_named_by_what_it_says() -> None:
    """As the standard's own example has it."""
    assert inline_scripts(
        "<script src='a.js'></script><script>alert('Hello, world.');</script>"
    ) == ["'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]


def test_downloads_stay_in_no_cache() -> None:
    found = client(LOCAL)
    assert found.get("/media/file.ics").headers["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in found.get("/").headers


@pytest.mark.parametrize(
    ("settings", "host", "secure"),
    [
        (DEMO, "localhost:8501", False),
        (LOCAL, "127.0.0.1:8501", False),
        (LOCAL, "rota.example.org", True),
        (PUBLIC, "rota.example.org", True),
        # a proxy on the same machine asks by this machine's name
        (PUBLIC, "localhost:8501", True),
    ],
)
def test_cookies_and_connections_are_secure_except_on_this_machine(
    settings: SignInSettings, host: str, secure: bool
) -> None:
    answer = client(settings, host).get("/")
    plain, safe = answer.headers.get_list("set-cookie")
    assert plain.endswith("; Secure") is secure
    assert plain.startswith("plain=1; HttpOnly")
    assert safe.lower().count("secure") == 1
    assert ("Strict-Transport-Security" in answer.headers) is secure


# --- who is let in where nobody signs in


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", "127.0.0.1:8501", "127.9.9.9", "[::1]:8501"]
)
def test_the_demo_is_open_on_this_machine(host: str) -> None:
    found = client(DEMO, host)
    assert found.get("/").text == "page"
    assert websocket_status(found, origin=f"http://{host}") == 101


@pytest.mark.parametrize(
    "host",
    [
        "rota.example.org",
        "localhost.example.org",
        "127.0.0.1.example.org",
        "10.1.1.1:8501",
        "0.0.0.0:8501",
        "evil.org:80#localhost",
        "localhost@evil.org",
    ],
)
def test_the_demo_is_closed_to_who_asks_by_another_name(host: str) -> None:
    found = client(DEMO)
    answer = found.get("/", headers={"host": host})
    assert (answer.status_code, answer.text) == (403, CLOSED)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert websocket_status(found, host=host, origin=f"http://{host}") == 403


def test_the_demo_is_closed_to_other_machines_whatever_they_ask_for() -> None:
    found = client(DEMO, peer=THERE)
    assert found.get("/").status_code == 403
    assert websocket_status(found, origin="http://localhost:8501") == 403


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via"]
)
def test_the_demo_is_closed_behind_a_proxy(header: str) -> None:
    assert client(DEMO).get("/", headers={header: "127.0.0.1"}).status_code == 403


def test_with_sign_in_pages_are_open_to_all() -> None:
    assert (
        client(PUBLIC, "rota.example.org", THERE).get("/", headers={"Via": "proxy"}).text == "page"
    )


# --- websockets


@pytest.mark.parametrize(
    ("settings", "host", "origin", "status"),
    [
        (LOCAL, "localhost:8501", "http://localhost:8501", 101),
        (LOCAL, "localhost:8501", None, 403),
        (LOCAL, "localhost:8501", "null", 403),
        (LOCAL, "localhost:8501", "http://localhost:8502", 403),
        (LOCAL, "localhost:8501", "http://evil.example", 403),
        (LOCAL, "localhost:8501", "http://localhost:8501.evil.example", 403),
        (LOCAL, "localhost:8501", "http://localhost:8501@evil.example", 403),
        (LOCAL, "localhost:8501", "file://localhost:8501", 403),
        (PUBLIC, "rota.example.org", "https://rota.example.org", 101),
        (PUBLIC, "localhost:8501", "https://rota.example.org", 101),
        (PUBLIC, "localhost:8501", "https://rota.example.org.evil.example", 403),
        (DEMO, "localhost:8501", "http://evil.example", 403),
        (DEMO, "localhost:8501", None, 403),
    ],
)
def test_a_websocket_is_opened_from_the_pages_alone(
    settings: SignInSettings, host: str, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"origin": origin}
    assert websocket_status(client(settings, host), **headers) == status


def test_further_origins_are_those_that_one_configures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.get_option", lambda name: ["https://intranet.example.org"])
    found = client(LOCAL)
    assert websocket_status(found, origin="https://intranet.example.org") == 101
    assert websocket_status(found, origin="https://internet.example.org") == 403


# --- the way back to what was asked for


def there_and_back(referer: str, host: str = "localhost:8501") -> str:
    found = client(LOCAL, host)
    found.get("/auth/login", headers={"referer": referer})
    return str(found.get("/oauth2callback?code=good").headers["location"])


def test_who_followed_a_link_comes_back_to_it() -> None:
    wanted = "/my_shifts?person=ANN&week=2027-01-11"
    found = client(LOCAL)
    found.get("/auth/login", headers={"referer": f"http://localhost:8501{wanted}"})
    answer = found.get("/oauth2callback?code=good")
    assert answer.headers["location"] == wanted
    assert BEFORE not in found.cookies
    assert found.get("/oauth2callback?code=good").headers["location"] == "/"


@pytest.mark.parametrize("query", ["code=bad&state=s", "error=access_denied&state=s"])
def test_who_was_not_let_in_is_told_so_and_keeps_the_link(query: str) -> None:
    wanted = "/renewals?week=2027-01-11"
    found = client(LOCAL)
    found.get("/auth/login", headers={"referer": f"http://localhost:8501{wanted}"})
    assert found.get(f"/oauth2callback?{query}").headers["location"] == "/?sign_in=failed"
    found.get("/auth/login", headers={"referer": "http://localhost:8501/?sign_in=failed"})
    assert found.get("/oauth2callback?code=good").headers["location"] == wanted


def test_who_comes_back_from_signing_out_has_not_failed() -> None:
    assert client(LOCAL).get("/oauth2callback?state=s").headers["location"] == "/"


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/my_shifts",
        "http://localhost:8501//evil.example",
        "http://localhost:8501/\\evil.example",
        "http://localhost:8501@evil.example/",
        "http://localhost:8501/a b",
    ],
)
def test_nobody_is_sent_elsewhere(referer: str) -> None:
    assert there_and_back(referer) == "/"


@pytest.mark.parametrize("kept", ["//evil.example", "https://evil.example", "/\\evil", "\xff", "x"])
def test_a_cookie_that_somebody_planted_leads_nowhere_else(kept: str) -> None:
    value = base64.urlsafe_b64encode(kept.encode()).decode()
    answer = client(LOCAL).get("/oauth2callback?code=good", headers={"cookie": f"{BEFORE}={value}"})
    assert answer.headers["location"] == "/"
    answer = client(LOCAL).get("/oauth2callback?code=good", headers={"cookie": f"{BEFORE}=%%%"})
    assert answer.headers["location"] == "/"
