"""The commands of docs/exchange.md run as they stand there, with the names of a small world."""

import re
import shlex
from pathlib import Path

import pytest

from tests.scheduler.cli.conftest import World

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "exchange.md"


def test_every_command_of_the_page_runs(
    own_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_world.call("publish", own_world.roster_id).code == 0
    folder = tmp_path / "where somebody works"
    folder.mkdir()
    (folder / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(folder)
    blocks = re.findall(r"```\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    # credentials need keys: tests/scheduler/services/facts/test_credentials.py
    lines = [
        line
        for block in blocks
        for line in block.splitlines()
        if not line.startswith("scheduler credentials")
    ]
    assert len(lines) == 4
    for line in lines:
        words = shlex.split(
            line.replace("MSECC", "COL")
            .replace("ROSTER", own_world.roster_id)
            .replace("recharge-R1L-to-RAT", "recharge-A-to-B")
        )
        assert words[0] == "scheduler"
        answer = own_world.call(*words[1:])
        assert answer.code == 0, (line, answer.err)
    assert (folder / "recharge-january" / "recharge-A-to-B.csv").exists()
    assert (folder / "recharge-january-2" / "totals.csv").exists()
    assert (folder / "roster.json").exists()
