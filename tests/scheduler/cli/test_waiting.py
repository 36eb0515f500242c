"""What takes long is told, what does not is not."""

import time

import pytest

from scheduler.cli.waiting import told_when_long


def test_nothing_is_told_of_what_is_soon_done(capsys: pytest.CaptureFixture[str]) -> None:
    with told_when_long() as hear:
        hear("reading staff.csv")
    assert capsys.readouterr() == ("", "")


def test_what_takes_long_is_told_again_and_again(capsys: pytest.CaptureFixture[str]) -> None:
    with told_when_long(quiet=0.01, every=0.01) as hear:
        for doing in ("reading staff.csv", "reading leave.csv"):
            hear(doing)
            time.sleep(0.1)
    out, err = capsys.readouterr()
    assert out == ""
    assert "reading staff.csv · 0 s\n" in err
    assert "reading leave.csv · 0 s\n" in err
