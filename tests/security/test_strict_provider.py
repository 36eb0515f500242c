"""The whole way with a provider that goes by the letter: registered addresses, a challenge it
insists on, consent, and a sign-out that comes back.

`make test-security` installs it where there are node and npm; else these tests are skipped.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from scheduler.services.accounts import accounts
from scheduler.storage.repository import Repository
from tests.browser.test_walk import pytestmark as _pytestmark
from tests.browser.test_walk import window
from tests.processes import end
from tests.security.conftest import free_port, give, settings_of_sign_in, wait_for
from tests.security.provider import CLIENT, SECRET

MODULES = Path(__file__).parents[2] / "build" / "oidc-provider" / "node_modules"
NODE = shutil.which("node")

pytestmark = [
    *_pytestmark,
    pytest.mark.skipif(
        NODE is None or not (MODULES / "oidc-provider").exists(),
        reason="no strict provider: make test-security installs it where there are node and npm",
    ),
]
__all__ = ["window"]


@dataclass(frozen=True)
class Served:
    address: str
    url: str
    issuer: str


@pytest.fixture
def served(made: Path, tmp_path: Path) -> Iterator[Served]:
    database, port, at = tmp_path / "pages.db", free_port(), free_port()
    database.write_bytes(made.read_bytes())
    address, issuer = f"http://localhost:{port}", f"http://localhost:{at}"
    file = tmp_path / "sign_in.toml"
    # it refuses what it does not know, and of "select_account", Streamlit's default, it does not
    prompt = 'client_kwargs = { prompt = "login" }\n'
    file.write_text(settings_of_sign_in(port, {"strict": issuer}, prompt))
    script = Path(__file__).with_name("strict_provider.mjs")
    url = f"sqlite:///{database}"
    started = [
        subprocess.Popen(
            command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for command, settings in (
            (
                [str(NODE), str(script), str(MODULES), str(at), address, CLIENT, SECRET],
                {**os.environ},
            ),
            (
                [sys.executable, "-P", "-m", "ui.server", f"--port={port}", f"--sign-in={file}"],
                {**os.environ, "SCHEDULER_DB": url},
            ),
        )
    ]
    try:
        wait_for(f"{issuer}/.well-known/openid-configuration")
        wait_for(f"{address}/_stcore/health")
        yield Served(address, url, issuer)
    finally:
        for process in started:
            end(process)


def test_somebody_signs_in_consents_works_and_signs_out_there_too(
    served: Served, window: Page
) -> None:
    with Repository(served.url) as repository:
        give(repository, served.issuer, "ada", "Ada", "operations")
    window.goto(f"{served.address}/renewals")
    window.get_by_role("button", name="Sign in with the strict provider").click()
    window.get_by_placeholder("Enter any login").fill("ada")
    window.get_by_placeholder("and password").fill("anything")
    window.get_by_role("button", name="Sign-in").click()
    window.get_by_role("button", name="Continue").click()
    expect(window.get_by_text("ada of the strict provider, operations")).to_be_visible()
    expect(window.get_by_role("heading", name="Renewals")).to_be_visible()
    window.get_by_role("button", name="Sign out").click()
    window.get_by_role("button", name="Yes, sign me out").click()
    expect(window.get_by_text("Sign in to see these pages.")).to_be_visible()
    assert window.url.startswith(served.address)
    with Repository(served.url) as repository:
        account = accounts.find_account(repository, "ada")
        assert (account.issuer, account.name) == (served.issuer, "ada of the strict provider")


def test_a_way_back_that_is_not_registered_is_not_taken(served: Served, window: Page) -> None:
    """People who open the pages by another name are stopped at the provider."""
    window.goto(
        f"{served.issuer}/auth?client_id={CLIENT}&response_type=code&scope=openid"
        f"&redirect_uri={served.address}/elsewhere&state=s&nonce=n"
        "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    )
    expect(window.get_by_text("invalid_redirect_uri").first).to_be_visible()
