"""What is noted in its own time: in order, once, and not lost beside a writer."""

from threading import Event

import pytest

from scheduler.domain.errors import Unavailable
from scheduler.storage import notes
from scheduler.storage.notes import Notes


def test_notes_are_written_in_order_and_closing_waits_for_them() -> None:
    kept, written, busy = Notes(), [], Event()

    def first() -> None:
        busy.wait()
        written.append(0)

    kept.add(first)
    for number in range(1, 6):
        kept.add(lambda number=number: written.append(number))
    assert written == []
    busy.set()
    kept.close()
    assert written == list(range(6))


def test_what_cannot_be_written_yet_is_tried_again_and_what_follows_waits() -> None:
    kept, tries, written = Notes(), [], []

    def at_the_third() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise Unavailable("busy")
        written.append("first")

    kept.add(at_the_third)
    kept.add(lambda: written.append("second"))
    kept.close()
    assert written == ["first", "second"]


def test_what_can_never_be_written_is_told_and_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notes, "PATIENCE", 0.0)
    kept, written = Notes(), []

    def never() -> None:
        raise Unavailable("The disk is full.")

    kept.add(never)
    kept.add(lambda: written.append("next"))
    kept.close()
    assert written == ["next"]
    assert "A note for the record was lost. The disk is full." in caplog.text


def test_whoever_brings_more_than_may_wait_waits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MOST", 1)
    kept, written = Notes(), []
    for number in range(20):
        kept.add(lambda number=number: written.append(number))
    kept.close()
    assert written == list(range(20))
