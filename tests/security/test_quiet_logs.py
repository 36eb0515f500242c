"""What lets somebody in stands in no log."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from scheduler.engine.quiet_logs import GONE, keep_secrets_out, without_secrets

CODE, STATE = "k9a8s7d6f5g4h3j2", "Zx8Yw7Vu6Ts5Rq4P"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"


@pytest.fixture
def log() -> Iterator[StringIO]:
    make = logging.getLogRecordFactory()
    keep_secrets_out()
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("a library's own")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)
    logging.setLogRecordFactory(make)


@pytest.mark.parametrize(
    "text",
    [
        f"GET /oauth2callback?code={CODE}&state={STATE} HTTP/1.1",
        f"GET /auth/login?provider={TOKEN}",
        f"logout?id_token_hint={TOKEN}&client_id=pages",
        f"{{'access_token': '{CODE}', \"refresh_token\": \"{STATE}\"}}",
        f"Cookie: _streamlit_user={CODE}; _streamlit_user_tokens_1={STATE}",
        f"Authorization: Bearer {CODE}",
        f"token {TOKEN} is not valid",
        f'"GET /calendar/{CODE}.ics HTTP/1.1" 200',
        f"http://rota.example.org/calendar/{CODE}.ics?x=1&state={STATE}",
        f"GET /Calendar/x/{CODE}",
        f"GET //calendar/{CODE}.ics",
    ],
)
def test_they_are_taken_out(text: str) -> None:
    cleaned = without_secrets(text)
    for secret in (CODE, STATE, TOKEN):
        assert secret not in cleaned
    assert GONE in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "GET /my_shifts?week=2027-01-11",
        "exit code 2",
        "provider 'county' failed",
        "/srv/calendar/ui/server.py",
    ],
)
def test_the_rest_is_left_as_it_is(text: str) -> None:
    assert without_secrets(text) == text


def test_every_way_of_logging_is_cleaned(log: StringIO) -> None:
    logger = logging.getLogger("a library's own")
    logger.warning("code=%s", CODE)
    logger.warning("%s", ValueError(f"state={STATE}"))
    logger.warning("%(code)s", {"code": TOKEN})
    try:
        raise ValueError(f"token {TOKEN}")
    except ValueError:
        logger.exception("It failed for %s.", "county")
    told = log.getvalue()
    for secret in (CODE, STATE, TOKEN):
        assert secret not in told
    assert "It failed for county." in told
    assert "Traceback" in told
    assert told.count(GONE) == 2  # of exceptions their kind alone is told
    assert told.count("builtins.ValueError") == 2


def test_whose_page_is_asked_for_is_not_logged(log: StringIO) -> None:
    logging.getLogger("a library's own").warning(
        "GET /my_shifts?person=ANN&week=2027-01-11&as_person=BEA"
    )
    told = log.getvalue()
    assert "ANN" not in told
    assert "BEA" not in told
    assert "week=2027-01-11" in told


@pytest.mark.parametrize("path", [f"/oauth2callback?code={CODE}", f"/calendar/{CODE}.ics"])
def test_a_server_s_own_access_log_can_still_be_written(log: StringIO, path: str) -> None:
    given = ("127.0.0.1:5000", "GET", path, "1.1", 302)
    record = logging.getLogger("uvicorn.access").makeRecord(
        "uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', given, None
    )
    assert isinstance(record.args, tuple)
    assert len(record.args) == 5
    assert CODE not in record.getMessage()
    assert record.args[4] == 302
