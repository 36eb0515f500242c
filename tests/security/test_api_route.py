"""The API beside the pages, as another program comes to it over the network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from scheduler.services.accounts import access_tokens, accounts
from scheduler.storage.repository import Repository
from tests.security.conftest import Pages

DOCS = Path(__file__).parents[2] / "docs" / "api.md"


def secret_of(pages: Pages, role: str) -> str:
    with Repository(pages.url) as repository:
        account = accounts.add(repository, access_tokens.INTEGRATION, f"{role}s", role)
        if not repository.book.grants(account.id):
            accounts.give(repository, account.id, role)
        return access_tokens.make(repository, account.id, "a test").secret


def test_it_is_served_beside_the_pages(pages: Pages) -> None:
    at = f"{pages.address}/api/v1"
    answer = httpx.get(f"{at}/me")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Frame-Options"] == "DENY"
    secret = secret_of(pages, "auditor")
    found = httpx.get(f"{at}/me", headers={"Authorization": f"Bearer {secret}"})
    assert found.json()["grants"] == [{"role": "auditor", "organisations": None}]
    assert "set-cookie" not in found.headers
    assert httpx.get(f"{at}/nowhere").json()["status"] == 404
    assert httpx.get(f"{at}/openapi.json").json()["servers"] == [{"url": "/api/v1"}]
    assert httpx.get(f"{pages.address}/_stcore/health").text == "ok"


def test_a_cookie_of_the_pages_opens_nothing_here(pages: Pages) -> None:
    cookies = {"_streamlit_user": "anything"}
    assert httpx.get(f"{pages.address}/api/v1/rosters", cookies=cookies).status_code == 401


def test_no_secret_and_no_person_is_in_the_log(pages: Pages) -> None:
    secret = secret_of(pages, "operations")
    headers = {"Authorization": f"Bearer {secret}"}
    path = "/api/v1/rosters/COL-2027-01-11-1"
    assert httpx.get(pages.address + path, params={"staff_id": "ANN"}, headers=headers).is_success
    httpx.get(f"{pages.address}/api/v1/facts/{secret}", headers=headers)
    written = pages.log.read_text()
    assert secret not in written
    assert "staff_id=ANN" not in written


def test_the_example_of_the_documentation_runs(
    pages: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [example] = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(example.strip().splitlines()) <= 14
    environment = {
        **os.environ,
        "ROSTER_API": f"{pages.address}/api/v1",
        "ROSTER_TOKEN": secret_of(pages, "operations"),
    }
    done = subprocess.run(
        [sys.executable, "-c", example],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^\d+ shifts, gap ", done.stdout, re.MULTILINE), done.stdout
    assert "event: job" in done.stdout
