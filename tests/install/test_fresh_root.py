"""The container, without a container engine: the steps of its file in a root made for it, in which
there is nothing but Debian and Python. Minutes, and root's rights: make test-install.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "container" / "Containerfile"
SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
PACKAGES = "python3,python3-venv,ca-certificates"
PORT = 8517
MACHINES = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/pip.conf",
    "/etc/ssl/certs/ca-certificates.crt",
)
pytestmark = [
    pytest.mark.install,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a root of its own"),
    pytest.mark.skipif(shutil.which("debootstrap") is None, reason="no debootstrap"),
]


@dataclass
class FreshRoot:
    """A root in which the steps of a Containerfile are taken."""

    folder: Path
    user: str = "0"
    workdir: str = "/"
    environment: dict[str, str] = field(default_factory=dict)
    entry: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def inside(self, *words: str) -> list[str]:
        """The command that runs this one in it."""
        as_user = f"--userspec={self.user}:{self.user}"
        at = f"cd {shlex.quote(self.workdir)} && exec {shlex.join(words)}"
        return ["chroot", as_user, str(self.folder), "sh", "-c", at]

    def run(self, *words: str) -> str:
        done = subprocess.run(
            self.inside(*words), capture_output=True, text=True, env=self.surroundings, check=False
        )
        assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    @property
    def surroundings(self) -> Mapping[str, str]:
        """As a container has them; by what the machine's pip reaches its packages, it does."""
        kept = {name: value for name, value in os.environ.items() if name.lower().startswith("pip")}
        kept |= {name: os.environ[name] for name in os.environ if name.lower().endswith("_proxy")}
        return {
            **kept,
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": "/var/lib/scheduler" if self.user != "0" else "/root",
            "LANG": "C.UTF-8",
            **self.environment,
        }


def steps() -> list[tuple[str, str]]:
    """(instruction, the rest) of the file, without comments and with long lines joined."""
    lines = [line for line in FILE.read_text().splitlines() if not line.startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [
        (word, rest.strip())
        for word, _, rest in (line.partition(" ") for line in whole.splitlines() if line.strip())
    ]


def made(folder: Path) -> None:
    """What the image of Python holds, as far as the steps need it."""
    command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(folder)]
    subprocess.run([*command, MIRROR], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["chroot", str(folder), "python3", "-m", "venv", "/usr/local"], check=True)
    # by what the machine reaches its packages, so does the root
    for file in MACHINES:
        if Path(file).exists():
            shutil.copy(file, folder / file[1:])


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshRoot]:
    """The last stage of the file."""
    base = tmp_path_factory.mktemp("base") / "root"
    made(base)
    stages: dict[str, FreshRoot] = {}
    now: FreshRoot | None = None
    try:
        for word, rest in steps():
            if word == "FROM":
                name = re.sub(r".* AS ", "", rest)
                now = FreshRoot(tmp_path_factory.mktemp("stage") / "root")
                subprocess.run(["cp", "-a", str(base), str(now.folder)], check=True)
                subprocess.run(["mount", "--bind", "/dev", str(now.folder / "dev")], check=True)
                subprocess.run(
                    ["mount", "-t", "proc", "proc", str(now.folder / "proc")], check=True
                )
                stages[name] = now
            else:
                assert now is not None
                taken(now, word, rest, stages)
        assert now is not None
        yield now
    finally:
        for stage in stages.values():
            for place in ("dev", "proc"):
                subprocess.run(["umount", "--lazy", str(stage.folder / place)], check=False)


def taken(stage: FreshRoot, word: str, rest: str, stages: Mapping[str, FreshRoot]) -> None:
    """One step."""
    match word:
        case "RUN":
            stage.run("sh", "-c", rest)
        case "WORKDIR":
            stage.workdir = rest
            (stage.folder / rest[1:]).mkdir(parents=True, exist_ok=True)
        case "USER":
            stage.user = rest
        case "COPY" if rest == ". .":
            tracked = subprocess.run(
                ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout.split("\n")
            for name in filter(None, tracked):
                if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/")):
                    to = stage.folder / stage.workdir[1:] / name
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / name, to)
        case "COPY":
            source, path, to = re.fullmatch(r"--from=(\S+) (\S+) (\S+)", rest).groups()  # type: ignore[union-attr]  # else it fails here
            shutil.copytree(stages[source].folder / path[1:], stage.folder / to[1:])
        case "ENTRYPOINT":
            stage.entry = json.loads(rest)
        case "CMD":
            stage.command = json.loads(rest)
        case "EXPOSE" | "HEALTHCHECK":
            pass
        case _:
            pytest.fail(f"{word} is an instruction that this test does not know")


def test_the_program_works_there(image: FreshRoot) -> None:
    assert image.user != "0"
    assert image.entry == ["scheduler"]
    told = json.loads(image.run("scheduler", "settings", "--json"))
    assert told["status"] == "done"
    image.run("scheduler", "import", example(image), "--json")
    refused = subprocess.run(
        image.inside(*image.entry, *[w for w in image.command if "sign-in" not in w]),
        env=image.surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 2, "it is not served to all without sign-in"
    image.run("scheduler", "accounts", "add", "integration", "a-test")
    image.run("scheduler", "accounts", "give", "a-test", "operations")
    secret = json.loads(image.run("scheduler", "tokens", "make", "a-test", "test", "--json"))[
        "secret"
    ]
    pages = started(image, "ui", "--no-browser", "--port", str(PORT))
    worker = started(image, "worker")
    try:
        waited(f"http://localhost:{PORT}/_stcore/health")
        order = {
            "kind": "solve",
            "collaborative_id": "NEEA",
            "start": "2027-01-11",
            "days": 1,
            "limits": {"seconds": 10},
        }
        job = asked(secret, "/jobs", order)
        until = time.monotonic() + 120
        while job["state"] in ("queued", "running") and time.monotonic() < until:
            time.sleep(1)
            job = asked(secret, f"/jobs/{job['job_id']}")
        assert (job["state"], job["message"]) == ("done", job["message"])
        assert asked(secret, f"/rosters/{job['roster_id']}")["assignments"]
    finally:
        for process in (pages, worker):
            process.terminate()
            process.wait(60)


def example(image: FreshRoot) -> str:
    found = next(
        image.folder.glob("usr/local/lib/python3*/site-packages/scheduler/shipped/examples")
    )
    return "/" + str((found / "north-east-essex").relative_to(image.folder))


def started(image: FreshRoot, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        image.inside("scheduler", *words), env=image.surroundings, stdout=subprocess.DEVNULL
    )


def waited(url: str) -> None:
    for _ in range(120):
        try:
            urlopen(url).read()
            return
        except (URLError, ConnectionError):
            time.sleep(0.5)
    pytest.fail(f"{url} never answered")


def asked(secret: str, path: str, body: object = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    request = Request(f"http://localhost:{PORT}/api/v1{path}", data, headers)
    with urlopen(request) as answer:
        found: dict[str, object] = json.load(answer)
        return found
