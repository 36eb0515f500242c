"""Every engine keeps the same promises."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scheduler.domain.errors import BadInput, BadRequest
from scheduler.engine.choose import engine
from scheduler.engine.executor import EngineLost, Executor, InlineExecutor, TaskFailed, TaskLost
from scheduler.engine.on_dask import DaskExecutor
from scheduler.engine.on_processes import ProcessExecutor
from scheduler.engine.surroundings import environment, python
from tests.scheduler.engine import tasks


@pytest.fixture(scope="module")
def two_processes() -> Iterator[ProcessExecutor]:
    made = ProcessExecutor.of(2)
    yield made
    made.close()


@pytest.fixture(params=["inline", "processes"])
def executor(request: pytest.FixtureRequest) -> Executor:
    return (
        InlineExecutor() if request.param == "inline" else request.getfixturevalue("two_processes")
    )


def test_each_task_is_done_once_over_the_shared_data(executor: Executor) -> None:
    ended = list(executor.map(tasks.add, 100, range(20)))
    assert sorted((done.index, done.value) for done in ended) == [
        (index, 100 + index) for index in range(20)
    ]


def test_what_a_task_tells_is_heard_with_its_number(executor: Executor) -> None:
    heard = []
    list(
        executor.map(
            tasks.until_stopped,
            0.5,
            [1],
            on_progress=lambda index, said: heard.append((index, said)),
        )
    )
    assert (0, "working") in heard


def test_an_error_of_one_task_is_its_end_and_the_others_go_on(executor: Executor) -> None:
    ended = {done.index: done for done in executor.map(tasks.add, 1, [5, -2, 6])}
    assert (ended[0].value, ended[2].value) == (6, 7)
    assert isinstance(ended[1].error, BadRequest)
    assert str(ended[1].error) == "-2 is below zero"


def test_every_fault_of_bad_input_comes_back(executor: Executor) -> None:
    (ended,) = executor.map(tasks.faulty, "staff.csv", [3])
    assert isinstance(ended.error, BadInput)
    assert [str(fault) for fault in ended.error.faults] == [
        "staff.csv, row 3, column column: 'value': expected something else"
    ]


def test_a_wish_to_stop_keeps_what_runs_and_leaves_out_the_rest(executor: Executor) -> None:
    begun: list[int] = []
    ended = list(
        executor.map(
            tasks.until_stopped,
            8.0,
            range(6),
            on_progress=lambda index, said: begun.append(index),
            should_stop=lambda: bool(begun),
        )
    )
    assert {done.value for done in ended} == {"the best by then"}
    assert 1 <= len(ended) <= 2, "as many as there are processes"


def test_shared_data_reaches_each_process_once(
    two_processes: ProcessExecutor, tmp_path: Path
) -> None:
    seen = {done.value for done in two_processes.map(tasks.identity, (tmp_path, 2), range(12))}
    assert len({process for process, _ in seen}) == 2, "both work"
    assert len(seen) == 2, "one object a process"


def test_a_fault_of_the_program_is_a_sentence(two_processes: ProcessExecutor) -> None:
    (ended,) = two_processes.map(tasks.wrong, 1, [0])
    assert isinstance(ended.error, TaskFailed)
    assert "ZeroDivisionError" in str(ended.error)


def test_the_environment_chooses() -> None:
    with engine(9, {"SCHEDULER_ENGINE": "inline"}) as found:
        assert isinstance(found, InlineExecutor)
    with engine(1, {}) as found:
        assert isinstance(found, InlineExecutor), "one task needs no cluster"
    with engine(9, {"SCHEDULER_ENGINE_WORKERS": "2"}) as found:
        assert isinstance(found, ProcessExecutor)
        assert found.width == 2


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SCHEDULER_ENGINE": "somewhere"}, "expected local, inline, or an address"),
        ({"SCHEDULER_ENGINE_WORKERS": "none"}, "whole number"),
        (
            {"SCHEDULER_ENGINE_WORKERS": "2", "SCHEDULER_ENGINE_MEMORY": "much"},
            "SCHEDULER_ENGINE_MEMORY is 'much'",
        ),
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
    def lost() -> None:
        raise OSError("Too many processes.")

    monkeypatch.setattr("scheduler.engine.on_processes._started", lost)
    with pytest.raises(EngineLost, match="did not start: Too many processes. Nothing was stored"):
        ProcessExecutor.of(2)


def test_nothing_listens(two_processes: ProcessExecutor) -> None:
    """Whoever reaches this machine's ports, as another user of it does, can give no work."""
    assert len(list(two_processes.map(tasks.add, 1, range(4)))) == 4
    ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
    assert len(ours) > 2
    processes = {hand.process.pid for hand in two_processes._hands}
    assert processes <= {process.pid for process in ours}
    for process in ours:
        if process.pid in processes:
            assert [
                found for found in process.net_connections() if found.status == psutil.CONN_LISTEN
            ] == []


def test_a_task_whose_process_dies_is_done_by_another_and_given_up_in_the_end(
    two_processes: ProcessExecutor, tmp_path: Path
) -> None:
    ended = {done.index: done for done in two_processes.map(tasks.deadly, tmp_path, [0, 1, 99])}
    assert (ended[0].value, ended[1].value) == (0, 1), "after as many deaths"
    assert isinstance(ended[2].error, TaskLost)
    assert "ended its process 3 times" in str(ended[2].error)
    assert two_processes.width == 2


def test_a_task_that_takes_too_much_memory_is_given_up_and_says_so() -> None:
    with engine(2, {"SCHEDULER_ENGINE_WORKERS": "2", "SCHEDULER_ENGINE_MEMORY": "300MiB"}) as found:
        (ended,) = found.map(tasks.hungry, 400 * 2**20, [0])
    assert isinstance(ended.error, TaskLost)
    assert "SCHEDULER_ENGINE_MEMORY" in str(ended.error)


def test_what_was_left_half_way_does_not_disturb_what_follows(
    two_processes: ProcessExecutor,
) -> None:
    heard: list[int] = []
    early = two_processes.map(
        tasks.until_stopped, 0.4, range(4), on_progress=lambda index, said: heard.append(index)
    )
    next(early)
    early.close()
    assert sorted(done.value for done in two_processes.map(tasks.add, 100, range(6))) == list(
        range(100, 106)
    )


@pytest.mark.parametrize(
    ("address", "warns"),
    [
        ("tcp://127.0.0.1:9", False),
        ("tcp://localhost:9", False),
        ("tcp://[::1]:9", False),
        ("tcp://10.255.255.1:9", True),
        ("tcp://somewhere:9", True),
    ],
)
def test_an_open_address_beyond_this_machine_is_warned_of(
    address: str, warns: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(DaskExecutor, "at", lambda *_: InlineExecutor())
    with engine(2, {"SCHEDULER_ENGINE": address}):
        pass
    assert ("Use tls:// with certificates" in caplog.text) is warns


# --- code from the current folder


def test_no_process_imports_from_the_folder_in_which_it_is_started(tmp_path: Path) -> None:
    """Every module of the standard library, of the libraries and of this program lies there too,
    and says so when it is imported.
    """
    trap = "import os\nos.write(2, b'TRAPPED ' + __name__.encode() + b'\\n')\nos._exit(99)\n"
    names = [name for name in sys.stdlib_module_names if name not in ("this", "antigravity")]
    for name in (
        *names,
        "scheduler",
        "solver",
        "ui",
        "numpy",
        "ortools",
        "psutil",
        "sqlalchemy",
        "sqlmodel",
        "pydantic",
        "streamlit",
        "sitecustomize",
    ):
        (tmp_path / f"{name}.py").write_text(trap)
    engine_in_use = (
        "from scheduler.engine.choose import engine\nfrom tests.scheduler.engine import tasks\nif"
        " __name__ == '__main__':\n    with engine(2, {'SCHEDULER_ENGINE_WORKERS': '2'}) as"
        " found:\n        print(sorted(done.value for done in found.map(tasks.add, 1, range(3))))\n"
    )
    script = tmp_path.parent / f"{tmp_path.name}-elsewhere" / "main.py"
    script.parent.mkdir()
    script.write_text(engine_in_use)
    settings = {
        **environment(SCHEDULER_DB=f"sqlite:///{tmp_path}/x.db"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    plain = {name: value for name, value in settings.items() if name != "PYTHONSAFEPATH"}
    ended = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=plain,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "[1, 2, 3]\n"), ended.stderr
    for module in ("scheduler.services.jobs.worker", "scheduler.services.jobs.execute"):
        ended = subprocess.run(
            python(module), cwd=tmp_path, capture_output=True, text=True, env=plain, check=False
        )
        assert "TRAPPED" not in ended.stderr
        assert ended.returncode in (
            1,
            70,
        ), "it came as far as its arguments, of which there are none"
    trapped = subprocess.run(
        [sys.executable, "-m", "scheduler.services.jobs.worker"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=plain,
        check=False,
    )
    assert "TRAPPED" in trapped.stderr, "the traps are set"
    ended = subprocess.run(
        [*python("streamlit"), "version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=plain,
        check=False,
    )
    assert "Streamlit" in ended.stdout, ended.stderr


def test_every_process_is_started_by_the_one_function_that_keeps_the_folder_out() -> None:
    root = Path(__file__).parents[3]
    for file in (
        path for folder in ("scheduler", "solver", "ui") for path in (root / folder).rglob("*.py")
    ):
        if file.name != "surroundings.py":
            assert not re.search(r"sys\.executable, *\"-|\"-m\"", file.read_text()), file
