"""Settings of sign-in: what is wrong with them is said, and where they let anybody in nothing is
served.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.security.conftest import COOKIE_SECRET, free_port, settings_of_sign_in
from ui.providers import Provider, SignInSettings, is_loopback, read

COUNTY = {
    "client_id": "pages",
    "client_secret": "secret",
    "server_metadata_url": "https://identity.example.org/.well-known/openid-configuration",
}
AUTH: dict[str, Any] = {
    "redirect_uri": "https://rota.example.org/oauth2callback",
    "cookie_secret": COOKIE_SECRET,
    "county": COUNTY,
}


def test_several_providers_stand_side_by_side_each_with_its_name_in_words() -> None:
    found = read({**AUTH, "north-east-trust": {**COUNTY}, "county": {**COUNTY, "label": "Essex"}})
    assert found == SignInSettings(
        (Provider("county", "Essex"), Provider("north-east-trust", "North East Trust")),
        "https://rota.example.org",
    )


def test_one_provider_may_stand_in_the_table_itself() -> None:
    found = read({**AUTH, **COUNTY, "client_kwargs": {"scope": "openid"}})
    assert [provider.name for provider in found.providers] == ["county", ""]
    assert not found.faults


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"redirect_uri": None}, "no redirect_uri"),
        ({"redirect_uri": "https://rota.example.org/"}, "with /oauth2callback at its end"),
        ({"redirect_uri": "http://rota.example.org/oauth2callback"}, "https://, except"),
        ({"redirect_uri": "oauth2callback/oauth2callback"}, "the pages' own address"),
        ({"cookie_secret": None}, "cookie_secret wants at least 32"),
        ({"cookie_secret": "x" * 31}, "cookie_secret wants at least 32"),
        ({"county": {**COUNTY, "client_id": ""}}, "[auth.county] has no client_id."),
        ({"county": {**COUNTY, "client_secret": ""}}, "[auth.county] has no client_secret."),
        ({"county": {}}, "[auth.county] has no server_metadata_url."),
        (
            {"county": {**COUNTY, "server_metadata_url": "http://identity.example.org/x"}},
            "must begin with https://",
        ),
        ({"the_county": COUNTY}, "no _ in it"),
        ({"county": None}, "names no provider"),
    ],
)
def test_what_is_wrong_is_said_and_lets_nobody_in(change: dict[str, Any], says: str) -> None:
    auth = {key: value for key, value in {**AUTH, **change}.items() if value is not None}
    found = read(auth)
    assert any(says in fault for fault in found.faults), found.faults
    assert not found.demo
    assert found.start_faults("localhost", {}) == list(found.faults)


def test_edges_that_are_right() -> None:
    assert not read({**AUTH, "cookie_secret": "x" * 32}).faults
    local = "http://localhost:8501/oauth2callback"
    assert read({**AUTH, "redirect_uri": local}).public == "http://localhost:8501"
    assert read([]).faults
    assert read("x").faults


@pytest.mark.parametrize(
    ("address", "here"),
    [
        *((name, True) for name in ("localhost", "localhost.", "127.0.0.1", "127.1.2.3", "::1")),
        *((name, True) for name in ("[::1]", "::ffff:127.0.0.1", "LOCALHOST:80", "[::1]:8501")),
        *((name, False) for name in ("0.0.0.0", "::", "", None, "10.0.0.1", "localhost.org")),
        *((name, False) for name in ("127.0.0.1.org", "::ffff:10.0.0.1", "[::1", "2130706433")),
    ],
)
def test_which_address_is_this_machine_alone(address: str | None, here: bool) -> None:
    assert is_loopback(address) is here


@pytest.mark.parametrize("address", ["0.0.0.0", "10.1.1.1", "rota.example.org", None, ""])
def test_without_a_provider_nothing_is_served_to_other_machines(address: str | None) -> None:
    (fault,) = SignInSettings().start_faults(address, {})
    for needed in ("redirect_uri", "cookie_secret", "client_id", "server_metadata_url"):
        assert needed in fault
    assert not read(AUTH).start_faults(address, {})
    assert not SignInSettings().start_faults("localhost", {})


def test_options_that_let_programs_or_headers_in_keep_the_pages_shut() -> None:
    served = read(AUTH)
    options = {"server.trustedUserHeaders": {"X-User": "sub"}, "server.enableAgentApi": True}
    assert len(served.start_faults("localhost", options)) == 2
    assert not served.start_faults(
        "localhost", {"server.trustedUserHeaders": {}, "server.enableAgentApi": False}
    )


# --- as it is started


def started(folder: Path, *arguments: str) -> tuple[int, str]:
    """How starting the pages in this folder ends, which it does of itself."""
    ended = subprocess.run(
        [sys.executable, "-P", "-c", "from scheduler.cli.app import main; main()", *arguments]
        if arguments[0] == "ui"
        else [sys.executable, "-P", "-m", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stderr


def test_pages_for_other_machines_without_sign_in_do_not_start(tmp_path: Path) -> None:
    code, told = started(tmp_path, "ui", "--no-browser", "--address", "0.0.0.0")
    assert code == 2
    assert "Name a provider in [auth]" in told
    assert "Traceback" not in told


def test_pages_that_another_program_serves_do_not_start_either(tmp_path: Path) -> None:
    server = Path(__file__).parents[2] / "ui" / "server.py"
    code, told = started(
        tmp_path,
        *(
            "streamlit",
            "run",
            str(server),
            "--server.headless=true",
            f"--server.port={free_port()}",
        ),
    )
    assert code == 2
    assert "Name a provider in [auth]" in told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[auth\n", "no TOML file that can be read"),
        ("[auth]\n", "names no provider"),
        (settings_of_sign_in(1, {"a_b": "https://x.example"}), "no _ in it"),
    ],
)
def test_broken_settings_are_no_demo(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "sign_in.toml"
    file.write_text(text)
    code, told = started(tmp_path, "ui", "--no-browser", "--sign-in", str(file))
    assert code == 2
    assert says in told
