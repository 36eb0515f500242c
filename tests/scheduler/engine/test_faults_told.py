"""A log tells where a fault arose, and nothing that an error says, which may name people."""

import pytest

from scheduler.engine.faults_told import DEBUG, told


def _fault() -> BaseException:
    try:
        try:
            {}["Synthetic Nurse 0001"]
        except KeyError as missing:
            raise ValueError("S0421 is away") from missing
    except ValueError as error:
        return error


def test_the_way_to_it_and_its_kind_are_told_and_nobody_is_named() -> None:
    text = told(_fault())
    assert text.index("builtins.KeyError") < text.index("builtins.ValueError")
    assert "in _fault" in text
    assert "S0421" not in text.replace('raise ValueError("S0421', "")  # the line of code itself
    assert "KeyError: " not in text


def test_whoever_asks_for_it_is_told_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEBUG, "1")
    assert "S0421 is away" in told(_fault()).replace('("S0421 is away")', "")
