"""What watches over the server: health, readiness, figures for who may read them, and an id on
every answer.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from scheduler.domain.errors import Unavailable
from scheduler.rest.app import AT, api
from scheduler.services.data import readiness
from scheduler.services.data.own_database import OwnDatabase
from scheduler.services.keep.backup import back_up
from scheduler.storage.repository import Repository
from tests.security.conftest import claims, come_in
from tests.security.test_guard import DEMO, HERE, PUBLIC, THERE
from tests.ui.conftest import opened
from ui import metrics
from ui.calendar_route import calendar_routes
from ui.guard import CLOSED, FOR_THIS_MACHINE, Guard
from ui.health_routes import CLOSED as NOT_FOR_YOU
from ui.health_routes import READY, WELL, Watchpost, health_routes
from ui.metrics import DatabaseFigures, quantile
from ui.observed import Observed
from ui.providers import SignInSettings
from ui.today_route import today_routes

TOKEN = "figures-0123456789abcdef"
Server = Callable[..., TestClient]


@pytest.fixture
def served(repository: Repository) -> Iterator[Server]:
    """The server of the pages without Streamlit, on the small database."""
    posts: list[Watchpost] = []

    def make(
        settings: SignInSettings = PUBLIC,
        host: str = "rota.example.org",
        peer: tuple[str, int] = THERE,
        token: str = TOKEN,
    ) -> TestClient:
        post = Watchpost(lambda: token)
        posts.append(post)
        routes = [
            *health_routes(post),
            *calendar_routes(),
            *today_routes(),
            Mount(AT, api()),
            Route("/{rest:path}", lambda _: PlainTextResponse("a page")),
        ]
        app = Observed(Guard(Starlette(routes=routes), settings))
        return TestClient(
            app,
            f"http://{host}",
            client=peer,
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    yield make
    for post in posts:
        if post.database._opened is not None:
            post.database._opened.close()


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def told(client: TestClient) -> dict[str, float]:
    """Figures by name and labels, as they would stand in the text."""
    text = client.get("/metrics", headers=bearer()).text
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


# --- health and readiness


def test_it_answers_and_is_ready(served: Server) -> None:
    for path, words in (("/health", WELL), ("/ready", READY)):
        answer = served().get(path)
        assert (answer.status_code, answer.text) == (200, words)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert served().head(path).status_code == 200
        assert served().post(path).status_code == 405


def test_a_demo_says_it_to_its_own_machine_alone(served: Server) -> None:
    assert served(DEMO, "localhost", HERE).get("/health").text == WELL
    refused = served(DEMO, "localhost", THERE).get("/health")
    assert (refused.status_code, refused.text) == (403, CLOSED)


def not_ready(client: TestClient) -> str:
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert client.get("/health").status_code == 200
    return answer.text.strip()


def test_it_is_not_ready_where_the_file_is_gone(served: Server, repository: Repository) -> None:
    client = served()
    assert client.get("/ready").status_code == 200
    repository.close()
    Path(repository.url.removeprefix("sqlite:///")).unlink()
    assert not_ready(client) == readiness.GONE


def test_it_is_not_ready_where_a_newer_program_has_been(
    served: Server, repository: Repository
) -> None:
    client = served()
    assert client.get("/ready").status_code == 200
    with closing(sqlite3.connect(repository.url.removeprefix("sqlite:///"))) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    assert not_ready(client) == readiness.OTHER_VERSION
    assert not_ready(served()) == readiness.NOT_OPENED


def test_it_is_not_ready_where_nobody_answers(
    served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_DB", "postgresql://ann:verysecret@127.0.0.1:1/rota")
    assert not_ready(served()) == readiness.NOT_REACHED


def test_it_is_not_ready_while_the_database_is_away(
    served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: Repository) -> bool:
        raise Unavailable("The database /srv/secret is busy.")

    monkeypatch.setattr(Repository, "is_of_this_version", away)
    assert not_ready(served()) == readiness.NOT_REACHED


def test_what_is_no_database_is_said_without_its_address(
    served: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret.db"
    file.write_text("no database at all, and long enough to be looked at" * 50)
    for url in (f"sqlite:///{file}", "mysql://ann:verysecret@db/rota", "verysecret"):
        monkeypatch.setenv("SCHEDULER_DB", url)
        words = not_ready(served())
        assert "secret" not in words
        assert words in (readiness.NOT_OPENED, readiness.NOT_REACHED)


# --- figures


def test_streamlit_s_own_figures_are_for_this_machine(served: Server) -> None:
    for path in ("/_stcore/metrics", "/_stcore/metrics/"):
        assert served().get(path).text == FOR_THIS_MACHINE
        assert served(host="localhost", peer=HERE).get(path).text == "a page"
    assert served().get("/_stcore/health").text == "a page"


def test_who_brings_the_token_reads_them_from_anywhere(served: Server) -> None:
    answer = served().get("/metrics", headers=bearer())
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "scheduler_database_ready 1.0" in answer.text


@pytest.mark.parametrize(
    "brought",
    [{}, bearer("x" * 24), bearer(TOKEN[:-1]), bearer(""), {"Authorization": f"Basic {TOKEN}"}],
)
def test_nobody_else_from_elsewhere_reads_them(served: Server, brought: dict[str, str]) -> None:
    answer = served().get("/metrics", headers=brought)
    assert (answer.status_code, answer.text) == (403, NOT_FOR_YOU)


def test_a_token_that_could_be_guessed_opens_nothing(served: Server) -> None:
    for token in ("", "short"):
        assert served(token=token).get("/metrics", headers=bearer(token)).status_code == 403


def test_this_machine_itself_needs_no_token(served: Server) -> None:
    here = served(host="localhost", peer=HERE)
    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers=bearer("a wrong token, and long")).status_code == 403
    for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        assert here.get("/metrics", headers={header: "10.0.0.1"}).status_code == 403
    assert served(host="rota.example.org", peer=HERE).get("/metrics").status_code == 403
    assert served(host="localhost", peer=THERE).get("/metrics").status_code == 403


def test_requests_are_counted_by_their_route(served: Server) -> None:
    client = served()
    before = told(client)
    secret = "wds_0123456789abcdefghijklmn"
    for path in (
        "/api/v1/jobs/COL-ANN-J1",
        "/api/v1/nowhere/ANN",
        "/ann-archer?person=ANN",
        "/media/ann.csv",
        f"/calendar/{secret}.ics",
        "/today/sign-in/ann",
        "/my_shifts?person=ANN",
        f"/api/v1/me?x={secret}",
    ):
        client.get(path)
    client.request("ANNARCHER", "/health")
    after = told(client)
    new = {name for name, value in after.items() if value != before.get(name, 0.0)}
    counted = {
        tuple(re.findall(r"'(?:method|route|status)', '([^']*)'", name))
        for name in new
        if name.startswith("scheduler_http_requests_total")
    }
    assert counted == {
        ("GET", "/api/v1/jobs/{job_id}", "4xx"),
        ("GET", "/api/v1/other", "4xx"),
        ("GET", "other", "2xx"),
        ("GET", "/media/{file}", "2xx"),
        ("GET", "/calendar/{name}", "4xx"),
        ("GET", "/today/sign-in/{name}", "3xx"),
        ("GET", "/my_shifts", "2xx"),
        ("GET", "/api/v1/me", "4xx"),
        ("GET", "/metrics", "2xx"),
        ("other", "/health", "4xx"),
    }
    text = client.get("/metrics", headers=bearer()).text
    assert "ANN" not in text
    assert "archer" not in text
    assert secret not in text
    name = "scheduler_http_request_seconds_count[('route', '/api/v1/jobs/{job_id}')]"
    assert after[name] == before.get(name, 0.0) + 1


def test_what_is_refused_is_counted_by_its_door(served: Server) -> None:
    client = served()

    def doors() -> dict[str, float]:
        figures = told(client)
        return {
            door: figures[f"scheduler_sign_ins_refused_total[('door', '{door}')]"]
            for door in metrics.DOORS
        }

    before = doors()
    client.get("/api/v1/me", headers={"Authorization": "Bearer wds_nothing"})
    client.get("/api/v1/me")  # without a token: nobody tried anything
    client.get("/calendar/nothing.ics")
    client.get("/metrics")
    client.get("/oauth2callback?error=access_denied")
    client.get("/today")
    after = doors()
    assert {door: after[door] - before[door] for door in after} == {
        "pages": 0.0,
        "provider": 1.0,
        "api": 1.0,
        "calendar": 1.0,
        "metrics": 1.0,
    }


def test_who_comes_back_from_a_provider_with_nothing_is_counted(repository: Repository) -> None:
    async def back(scope: object, receive: object, send: Callable[..., object]) -> None:
        headers = [(b"location", b"/")]
        await send({"type": "http.response.start", "status": 302, "headers": headers})  # type: ignore[misc]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[misc]

    client = TestClient(
        Observed(Guard(back, PUBLIC)), "http://rota.example.org", follow_redirects=False
    )
    count = metrics.REFUSED.labels("provider")._value
    before = count.get()
    client.get("/oauth2callback?error=access_denied")
    assert count.get() == before + 1


def test_a_visit_that_is_over_is_counted(repository: Repository) -> None:
    count = metrics.REFUSED.labels("pages")._value
    before = count.get()
    come_in(claims())
    assert count.get() == before
    come_in(claims(exp=1))
    assert count.get() == before + 1


def test_a_page_that_is_drawn_is_timed(repository: Repository) -> None:
    def drawn() -> float:
        found = metrics.REGISTRY.get_sample_value(
            "scheduler_page_run_seconds_count", {"page": "operations"}
        )
        return found or 0.0

    before = drawn()
    opened()
    assert drawn() == before + 1


def test_the_last_backup_is_told(served: Server, repository: Repository, tmp_path: Path) -> None:
    assert told(served())["scheduler_last_backup_timestamp_seconds[]"] == 0
    taken = back_up(repository.url, tmp_path / "backup").manifest.taken_at.timestamp()
    assert told(served())["scheduler_last_backup_timestamp_seconds[]"] == taken


def test_without_a_database_that_alone_is_told(
    served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEDULER_DB", "nothing")
    figures = told(served())
    assert figures["scheduler_database_ready[]"] == 0.0
    assert not any(name.startswith("scheduler_jobs[") for name in figures)


def test_the_database_is_not_asked_by_every_scrape(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, clock = [], [0.0]
    monkeypatch.setattr(metrics, "_looked", lambda _: asked.append(1) or _nothing())
    database = OwnDatabase(repository.actor)
    figures = DatabaseFigures(database, lambda: clock[0])
    for clock[0] in (0.0, 1.0, metrics.FRESH - 0.1, metrics.FRESH):
        assert len(list(figures.collect())) > 5
    assert len(asked) == 2
    database.repository().close()


def _nothing() -> tuple[metrics.QueueMeasures, int | None, datetime | None]:
    return metrics.QueueMeasures({}, 0.0, 0, 0, (), 1), None, None


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0], 0.5, 3.0), ([1.0, 2.0], 0.5, 1.0), ([1.0, 2.0, 3.0], 0.5, 2.0), ([1, 2, 9], 1.0, 9)],
)
def test_a_quantile_is_one_of_the_values(
    values: list[float], share: float, expected: float
) -> None:
    assert quantile(values, share) == expected


# --- an id on every answer


def test_every_answer_has_an_id_of_its_own(served: Server) -> None:
    client = served()
    paths = ("/health", "/today", "/calendar/x.ics", "/api/v1/me", "/", "/metrics")
    found = [client.get(path).headers["X-Request-Id"] for path in paths]
    assert len(set(found)) == len(paths)
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in found)


def test_who_sends_an_id_finds_it_again(served: Server) -> None:
    client = served()
    answer = client.get("/api/v1/me", headers={"X-Request-Id": "order-12345"})
    assert answer.headers["X-Request-Id"] == "order-12345"
    assert answer.json()["request_id"] == "order-12345"
    hostile = client.get("/api/v1/me", headers={"X-Request-Id": "ann archer; x"})
    assert re.fullmatch(r"[0-9a-f]{32}", hostile.headers["X-Request-Id"])
    assert hostile.json()["request_id"] == hostile.headers["X-Request-Id"]


def test_what_the_guard_refuses_has_one_too(served: Server) -> None:
    refused = served(DEMO, "localhost", THERE).get("/", headers={"X-Request-Id": "order-12345"})
    assert refused.status_code == 403
    assert refused.headers["X-Request-Id"] == "order-12345"


def test_a_click_orders_a_job_by_its_own_id(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.services.jobs.jobs.ensure_worker", lambda _: None)
    app = opened()
    build = next(button for button in app.button if button.label.startswith("Build"))
    build.click().run()
    first = repository.jobs.latest()[0]
    assert first.request_id is not None
    assert re.fullmatch(r"[0-9a-f]{32}", first.request_id)


def test_a_copy_of_the_database_is_enough(made: Path, tmp_path: Path) -> None:
    shutil.copy(made, tmp_path / "copy.db")
    with Repository(f"sqlite:///{tmp_path}/copy.db") as repository:
        found = repository.jobs.measures()
    assert found.database == (tmp_path / "copy.db").stat().st_size
