"""The pages as people come to them over the network: with two providers, on a small database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import NAMESPACE_URL, uuid5

import pytest
import streamlit as st
from oidc_provider_mock import User, run_server_in_thread
from streamlit.testing.v1 import AppTest

from scheduler.services.accounts import accounts
from scheduler.storage.repository import Repository
from tests.processes import end
from tests.security.provider import CLIENT, SECRET, ProviderOfTests, provider_of_tests
from tests.ui.conftest import (
    APP,
    made,
    packages_are_searched_once,
    repository,
    user_folder,
)

__all__ = ["made", "packages_are_searched_once", "repository", "user_folder"]

COOKIE_SECRET = "for tests alone, and longer than thirty-two characters"
GROUPS = [str(uuid5(NAMESPACE_URL, str(number))) for number in range(200)]
"""As a directory names them, too different from each other to be packed small."""


@dataclass(frozen=True)
class Pages:
    """`log`: all that the server wrote."""

    address: str
    url: str
    log: Path
    mock_issuer: str
    hostile: ProviderOfTests


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def settings_of_sign_in(port: int, providers: dict[str, str], more: str = "") -> str:
    """The file that names these providers, by name and issuer; `more`: what each says besides."""
    sections = "".join(
        f'[auth.{name}]\nlabel = "the {name} provider"\nclient_id = "{CLIENT}"\n'
        f'client_secret = "{SECRET}"\n'
        f'server_metadata_url = "{issuer}/.well-known/openid-configuration"\n{more}'
        for name, issuer in providers.items()
    )
    return (
        f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\n'
        f'cookie_secret = "{COOKIE_SECRET}"\n{sections}'
    )


@pytest.fixture(scope="session")
def pages(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder = tmp_path_factory.mktemp("served")
    database = folder / "pages.db"
    database.write_bytes(made.read_bytes())
    port, log = free_port(), folder / "log.txt"
    users = [
        User(sub="ada", claims={"name": "Ada Lovelace", "email": "ada@example.org"}),
        User(sub="zoe", claims={"name": "Zoe Unknown", "groups": GROUPS, "roles": ["auditor"]}),
    ]
    with run_server_in_thread(user_claims=users) as mock, provider_of_tests() as hostile:
        issuer = f"http://localhost:{mock.server_port}"
        file = folder / "sign_in.toml"
        providers = {"county": issuer, "hostile": hostile.issuer, "dead": "http://localhost:1"}
        file.write_text(settings_of_sign_in(port, providers))
        url = f"sqlite:///{database}"
        with log.open("wb") as written:
            server = subprocess.Popen(
                [sys.executable, "-P", "-m", "ui.server", f"--port={port}", f"--sign-in={file}"],
                env={
                    **os.environ,
                    "SCHEDULER_DB": url,
                    "XDG_DATA_HOME": str(folder / "home"),
                    "SCHEDULER_ANSWER_WORKERS": "1",
                },
                stdout=written,
                stderr=subprocess.STDOUT,
            )
        address = f"http://localhost:{port}"
        try:
            wait_for(f"{address}/_stcore/health")
            yield Pages(address, url, log, issuer, hostile)
        finally:
            end(server)
            database.unlink()


def wait_for(health: str) -> None:
    for _ in range(300):
        try:
            urlopen(health, timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(health)


# --- pages without a server, for what a session does once somebody has come in

ISSUER = "https://identity.example.org"
OTHER_ISSUER = "https://elsewhere.example.org"


def claims(subject: str = "ada", issuer: str = ISSUER, **more: Any) -> dict[str, Any]:
    """What Streamlit has taken from an ID token that holds for an hour from now."""
    now = int(datetime.now(UTC).timestamp())
    usual = {
        "is_logged_in": True,
        "provider": "county",
        "iss": issuer,
        "sub": subject,
        "name": "Ada Lovelace",
        "iat": now,
        "exp": now + 3600,
    }
    return {key: value for key, value in (usual | more).items() if value is not None}


def come_in(who: dict[str, Any], link: dict[str, str] | None = None) -> AppTest:
    """The pages as this visitor sees them."""
    app = AppTest.from_file(APP, default_timeout=20)
    app.secrets["auth"] = {
        "redirect_uri": "https://rota.example.org/oauth2callback",
        "cookie_secret": COOKIE_SECRET,
        "county": {
            "label": "the county provider",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "server_metadata_url": f"{ISSUER}/.well-known/openid-configuration",
        },
    }
    for name, text in (link or {}).items():
        app.query_params[name] = text
    app.user = who
    app.run()
    assert not app.exception, app.exception
    return app


def give(repository: Repository, issuer: str, subject: str, name: str, *roles: str) -> list[str]:
    """An account with these roles everywhere; the ids of its grants."""
    account = accounts.add(repository, issuer, subject, name)
    return [accounts.give(repository, account.id, role).id for role in roles]


@pytest.fixture(autouse=True)
def no_answers_kept() -> None:
    st.cache_resource.clear()
