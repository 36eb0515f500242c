"""Every engine keeps the same promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.domain.errors import BadInput, BadRequest
from scheduler.engine.choose import engine
from scheduler.engine.executor import EngineLost, Executor, InlineExecutor, TaskFailed
from scheduler.engine.on_dask import DaskExecutor
from tests.scheduler.engine import tasks


@pytest.fixture(scope="module")
def two_processes() -> Iterator[DaskExecutor]:
    made = DaskExecutor.local(2)
    yield made
    made.close()


@pytest.fixture(params=["inline", "dask"])
def executor(request: pytest.FixtureRequest) -> Executor:
    return InlineExecutor() if request.param == "inline" else request.getfixturevalue("two_processes")


def test_each_task_is_done_once_over_the_shared_data(executor: Executor) -> None:
    ended = list(executor.map(tasks.add, 100, range(20)))
    assert sorted((done.index, done.value) for done in ended) == [(index, 100 + index) for index in range(20)]


def test_what_a_task_tells_is_heard_with_its_number(executor: Executor) -> None:
    heard = []
    list(executor.map(tasks.until_stopped, 0.5, [1], tell=lambda index, said: heard.append((index, said))))
    assert (0, "working") in heard


def test_an_error_of_one_task_is_its_end_and_the_others_go_on(executor: Executor) -> None:
    ended = {done.index: done for done in executor.map(tasks.add, 1, [5, -2, 6])}
    assert (ended[0].value, ended[2].value) == (6, 7)
    assert isinstance(ended[1].error, BadRequest)
    assert str(ended[1].error) == "-2 is below zero"


def test_every_fault_of_bad_input_comes_back(executor: Executor) -> None:
    (ended,) = executor.map(tasks.faulty, "staff.csv", [3])
    assert isinstance(ended.error, BadInput)
    assert [str(fault) for fault in ended.error.faults] == ["staff.csv, row 3, column column: 'value': expected something else"]


def test_a_wish_to_stop_keeps_what_runs_and_leaves_out_the_rest(executor: Executor) -> None:
    begun: list[int] = []
    ended = list(
        executor.map(tasks.until_stopped, 8.0, range(6), tell=lambda index, said: begun.append(index), stopped=lambda: bool(begun))
    )
    assert {done.value for done in ended} == {"the best by then"}
    assert 1 <= len(ended) <= 2, "as many as there are processes"


def test_shared_data_reaches_each_process_once(two_processes: DaskExecutor, tmp_path: Path) -> None:
    seen = {done.value for done in two_processes.map(tasks.identity, (tmp_path, 2), range(12))}
    assert len({process for process, _ in seen}) == 2, "both work"
    assert len(seen) == 2, "one object a process"


def test_a_fault_of_the_program_is_a_sentence(two_processes: DaskExecutor) -> None:
    (ended,) = two_processes.map(tasks.wrong, 1, [0])
    assert isinstance(ended.error, TaskFailed)
    assert "ZeroDivisionError" in str(ended.error)


def test_the_environment_chooses() -> None:
    with engine(9, {"SCHEDULER_ENGINE": "inline"}) as found:
        assert isinstance(found, InlineExecutor)
    with engine(1, {}) as found:
        assert isinstance(found, InlineExecutor), "one task needs no cluster"
    with engine(9, {"SCHEDULER_ENGINE_WORKERS": "2"}) as found:
        assert isinstance(found, DaskExecutor)
        assert len(found.client.scheduler_info()["workers"]) == 2


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SCHEDULER_ENGINE": "somewhere"}, "expected local, inline, or an address"),
        ({"SCHEDULER_ENGINE_WORKERS": "none"}, "whole number"),
        ({"SCHEDULER_ENGINE": "tls://host:1"}, "SCHEDULER_ENGINE_TLS_CA"),
    ],
)
def test_settings_without_a_meaning_are_named(settings: dict[str, str], words: str) -> None:
    with pytest.raises(BadRequest, match=words), engine(9, settings):
        pass


def test_an_engine_that_nobody_runs_is_a_clear_failure() -> None:
    with pytest.raises(EngineLost, match="No engine answers at tcp://127.0.0.1:9"):
        DaskExecutor.at("tcp://127.0.0.1:9", timeout=1)


def test_processes_that_do_not_start_are_a_clear_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(**_: object) -> None:
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr("scheduler.engine.on_dask.LocalCluster", lost)
    with pytest.raises(EngineLost, match="did not start: Nanny failed to start. Nothing was stored"):
        DaskExecutor.local(2)
