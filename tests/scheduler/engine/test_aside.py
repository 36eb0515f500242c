"""What is worked out in processes beside one that answers people."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial

import psutil
import pytest

from scheduler.domain.access import Actor
from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import BadInput, NotFound, NotPermitted, Unavailable
from scheduler.engine import aside
from scheduler.engine.lower_priority import ANSWERS
from scheduler.engine.request_ids import begin_request
from scheduler.services.accounts.personas import persona
from scheduler.services.data import aside as of_services
from scheduler.services.data.open import Repository
from scheduler.services.outlook.expiries import expiries
from scheduler.services.view import look_up
from tests.conftest import NewDatabase
from tests.factories import MONDAY, person, plain_tables
from tests.scheduler.engine import tasks


@pytest.fixture(scope="module")
def beside() -> Iterator[None]:
    """Two processes, the second for where the first one is ended."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(aside.WORKERS, "2")
        aside.open_aside("scheduler.domain.errors")
        yield
        aside.close_aside()


def test_it_is_another_process_that_goes_behind_others(beside: None) -> None:
    def asked() -> tuple[int, int, str | None, str]:
        begin_request("click-12345")
        return aside.worked_out(tasks.where, "a thing")

    process, behind, by, given = copy_context().run(asked)
    assert process != os.getpid()
    assert (behind, by, given) == (max(os.nice(0), ANSWERS), "click-12345", "a thing")


def test_all_threads_of_a_process_share_them(beside: None) -> None:
    with ThreadPoolExecutor(6) as threads:
        found = {one[0] for one in threads.map(partial(aside.worked_out, tasks.where), "abcdef")}
    ours = [one.pid for one in psutil.Process().children() if "popen_loky" in str(one.cmdline())]
    assert len(ours) == 2
    assert found <= set(ours)


@pytest.mark.parametrize(("kind", "expected"), [("faults", BadInput), ("thing", NotFound)])
def test_what_is_refused_is_refused_in_the_same_words(
    beside: None, kind: str, expected: type[Exception]
) -> None:
    with pytest.raises(expected) as here:
        tasks.refused(kind)
    with pytest.raises(expected) as there:
        aside.worked_out(tasks.refused, kind)
    assert str(there.value) == str(here.value)


@pytest.mark.parametrize("work", [tasks.at_fault, tasks.not_sent, tasks.not_read])
def test_a_fault_of_the_program_is_a_sentence(beside: None, work: Callable[[], object]) -> None:
    with pytest.raises(aside.AnswerFailed, match="finds it logged") as told:
        aside.worked_out(work)
    assert "Zero" not in str(told.value)


def test_where_its_process_ends_the_next_one_answers(
    beside: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(Unavailable, match="Try again"):
        aside.worked_out(tasks.ended)
    assert "has ended" in caplog.text
    assert aside.worked_out(tasks.where, "again")[3] == "again"


def test_services_answer_whoever_asks(beside: None, new_database: NewDatabase) -> None:
    with Repository(new_database()) as repository:
        tables = plain_tables()
        person(tables, "P1")
        repository.store(Dataset.from_cells(tables))
        ada = repository.acting(persona("staff", "a test", "P1"))
        assert of_services.aside(ada, look_up.people_in_full) == look_up.people_in_full(ada)
        stranger = repository.acting(Actor("nobody", "nobody", origin="a test"))
        with pytest.raises(NotPermitted) as here:
            expiries(stranger, "COL", MONDAY, 1)
        with pytest.raises(NotPermitted) as there:
            of_services.aside(stranger, expiries, "COL", MONDAY, 1)
        assert str(there.value) == str(here.value)


def test_without_others_it_is_done_here(new_database: NewDatabase) -> None:
    def here(repository: Repository) -> tuple[int, int]:
        return os.getpid(), id(repository)

    if aside.stands_ready():
        aside.close_aside()
    with Repository(new_database()) as repository:
        assert of_services.aside(repository, here) == (os.getpid(), id(repository))


ASKING = """
import os, sys, time
from scheduler.engine import aside
from tests.scheduler.engine import tasks
aside.open_aside()
print(aside.worked_out(tasks.where, "")[0], flush=True)
time.sleep(600)
"""


def test_they_end_with_whoever_asks_even_where_that_is_killed() -> None:
    asking = subprocess.Popen(
        [sys.executable, "-c", ASKING],
        stdout=subprocess.PIPE,
        env={**os.environ, aside.WORKERS: "1", "PYTHONPATH": os.getcwd()},
        text=True,
    )
    assert asking.stdout is not None
    process = psutil.Process(int(asking.stdout.readline()))
    asking.kill()
    asking.wait()
    until = time.monotonic() + 60
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, "it is there still"
        time.sleep(0.1)
