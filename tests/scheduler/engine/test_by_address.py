"""An engine that somebody else runs, reached by its address: open, or over TLS with certificates of
its own.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster, Security

from scheduler.domain.errors import BadRequest
from scheduler.engine.choose import engine
from scheduler.engine.executor import EngineLost
from tests.scheduler.engine import tasks


@pytest.fixture
def by_tcp() -> Iterator[str]:
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An authority of one's own, and one certificate that it has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make certificates with")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "2",
        "-subj",
        "/CN=Test authority",
    )
    openssl(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "own.key",
        "-out",
        "own.csr",
        "-subj",
        "/CN=localhost",
    )
    openssl(
        "x509",
        "-req",
        "-in",
        "own.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-out",
        "own.pem",
        "-days",
        "2",
    )
    return {
        "ca": str(folder / "ca.pem"),
        "cert": str(folder / "own.pem"),
        "key": str(folder / "own.key"),
    }


@pytest.fixture
def by_tls(certificates: dict[str, str]) -> Iterator[str]:
    keys = {
        f"tls_{role}_{what}": certificates[what]
        for role in ("scheduler", "worker", "client")
        for what in ("cert", "key")
    }
    security = Security(require_encryption=True, tls_ca_file=certificates["ca"], **keys)
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        host="tls://127.0.0.1",
        security=security,
    ) as cluster:
        yield cluster.scheduler_address


def environment(address: str, certificates: dict[str, str]) -> dict[str, str]:
    return {
        "SCHEDULER_ENGINE": address,
        **{f"SCHEDULER_ENGINE_TLS_{name.upper()}": file for name, file in certificates.items()},
    }


def test_a_cluster_by_address_works_and_is_left_running(by_tcp: str) -> None:
    for _ in range(2):
        with engine(3, {"SCHEDULER_ENGINE": by_tcp}) as executor:
            assert sorted(done.value for done in executor.map(tasks.add, 100, range(12))) == list(
                range(100, 112)
            )


def test_over_tls_with_the_right_certificates(by_tls: str, certificates: dict[str, str]) -> None:
    assert by_tls.startswith("tls://")
    with engine(3, environment(by_tls, certificates)) as executor:
        assert sorted(done.value for done in executor.map(tasks.add, 100, range(5))) == list(
            range(100, 105)
        )


def test_without_a_certificate_of_the_authority_nobody_gets_in(
    by_tls: str, certificates: dict[str, str], tmp_path: Path
) -> None:
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "other.key",
            "-out",
            "other.pem",
            "-days",
            "2",
            "-subj",
            "/CN=Stranger",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    stranger = {
        **certificates,
        "cert": str(tmp_path / "other.pem"),
        "key": str(tmp_path / "other.key"),
    }
    with pytest.raises(EngineLost), engine(3, environment(by_tls, stranger)):
        pytest.fail("a stranger was let in")


def test_a_certificate_that_is_not_there_is_named(
    by_tls: str, certificates: dict[str, str]
) -> None:
    gone = {**certificates, "cert": "/nowhere/own.pem"}
    with (
        pytest.raises(BadRequest, match="SCHEDULER_ENGINE_TLS_CERT.*/nowhere/own.pem"),
        engine(3, environment(by_tls, gone)),
    ):
        pass
