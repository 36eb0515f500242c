"""A short run with the suite (make fuzz is the long one), and what the tool must not overlook."""

import sys
from pathlib import Path

import pytest

from tests.fuzz.running import keep, run
from tests.fuzz.trying import KINDS, Maker


def test_nothing_that_somebody_brings_breaks_and_what_does_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three faults are planted, of which the process does not outlive the last: those alone are
    found, and all are tried.
    """
    monkeypatch.setenv("FUZZ_PLANT", "traceback:4,memory:9,abort:15")
    report = run(1, 0, 17, mebibytes=256)
    assert report.tries == 18
    assert [(one.number, one.what) for one in report.broken] == [
        (4, "traceback"),
        (9, "memory"),
        (15, "abort"),
    ], report.broken
    assert report.counts() == {"traceback": 1, "abort": 1, "memory": 1, "hang": 0}


def test_a_try_without_an_end_is_ended_and_counted() -> None:
    script = (
        "import json, sys, time; print(json.dumps(['begun', int(sys.argv[2])]), flush=True);"
        " time.sleep(600 * (sys.argv[2] == '0')); print(json.dumps(['end', 1]))"
    )
    report = run(1, 0, 1, patience=2, child=[sys.executable, "-c", script])
    assert [(one.number, one.what) for one in report.broken] == [(0, "hang")]
    assert report.tries == 2


def test_the_same_seed_brings_the_same_tries_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    maker, again = Maker(7, tmp_path), Maker(7, tmp_path / "a")
    made = [maker.make(number) for number in range(60)]
    assert {one.kind for one in made} == set(KINDS)
    assert [(one.kind, one.words) for one in made] == [
        (one.kind, one.words) for one in map(again.make, range(60))
    ]
    texts = [one for one in made if one.kind in ("policy", "scenario", "import_folder")]
    assert [one.files for one in texts] == [again.make(one.number).files for one in texts]
    place, words = keep(7, texts[0].number, tmp_path / "kept")
    assert {
        str(path.relative_to(place)): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    } == texts[0].files
    assert texts[0].kind in words
