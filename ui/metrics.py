"""What Prometheus reads: how the pages fare, counted here as they are asked; how the jobs fare,
which are other processes' work, from the database when somebody reads it. No label names a person,
a secret or an address as it was asked for.
"""

import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from threading import Lock
from typing import get_args

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from scheduler.domain.errors import SchedulerError
from scheduler.services.data.open import Repository
from scheduler.services.data.own_database import OwnDatabase
from scheduler.services.data.readiness import why_not_ready
from scheduler.services.jobs.jobs import JobKind, JobState
from scheduler.services.jobs.measures import (
    MOST_ENDED,
    QueueMeasures,
    queue_measures,
    room_left,
)
from scheduler.services.keep.last_backup import last_backup

LOG = logging.getLogger(__name__)
FRESH = 5.0
"""Seconds for which what was read of the database is told again."""
QUANTILES = (0.5, 0.9, 1.0)
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

REQUESTS = Counter(
    "scheduler_http_requests",
    "Requests that were answered, by route, method and class of status.",
    ["route", "method", "status"],
    registry=REGISTRY,
)
LATENCY = Histogram(
    "scheduler_http_request_seconds",
    "How long an answer took until its last byte; without those that last, such as events.",
    ["route"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
PAGE_RUNS = Histogram(
    "scheduler_page_run_seconds",
    "How long a page took to be drawn as a whole, each time that it was.",
    ["page"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
OPEN_PAGES = Gauge(
    "scheduler_open_pages",
    "Connections of browsers that have a page open.",
    registry=REGISTRY,
)
REFUSED = Counter(
    "scheduler_sign_ins_refused",
    "Attempts to come in that came to nothing, by the door at which they were refused.",
    ["door"],
    registry=REGISTRY,
)
DOORS = {
    "pages": "a sign-in that a provider vouched for was not taken, or the visit was over",
    "provider": "somebody came back from a provider without being signed in",
    "api": "a program brought a token that opens nothing",
    "calendar": "an address of a calendar opens nothing",
    "metrics": "somebody who may not read these figures asked for them",
}
for one_door in DOORS:
    REFUSED.labels(one_door)  # told from the beginning, with 0


def refused(door: str) -> None:
    """Count an attempt to come in that came to nothing; `door`: one of DOORS."""
    REFUSED.labels(door).inc()


def drawn(page: str, seconds: float) -> None:
    """A page was drawn as a whole; `page`: as its file is called."""
    PAGE_RUNS.labels(page).observe(seconds)
    LOG.info("A page was drawn.", extra={"page": page, "seconds": round(seconds, 4)})


class DatabaseFigures(Collector):
    """What the database says, read when somebody asks and no more often than FRESH."""

    def __init__(self, database: OwnDatabase, now: Callable[[], float] = time.monotonic) -> None:
        self._database, self._now = database, now
        self._lock = Lock()
        self._told: tuple[float, list[Metric]] | None = None

    def describe(self) -> Iterable[Metric]:
        """Without a look into the database, which may not be there yet."""
        return []

    def collect(self) -> Iterator[Metric]:
        """All of them; where the database is not ready, that alone."""
        with self._lock:
            if self._told is None or self._now() - self._told[0] >= FRESH:
                self._told = (self._now(), list(self._read()))
            yield from self._told[1]

    def _read(self) -> Iterator[Metric]:
        ready = not why_not_ready(self._database)
        found: tuple[QueueMeasures, int | None, datetime | None] | None = None
        if ready:
            try:
                found = _looked(self._database.repository())
            except SchedulerError:
                ready = False
        yield database_ready(ready)
        if found is not None:
            yield from of_database(*found)


def _looked(repository: Repository) -> tuple[QueueMeasures, int | None, datetime | None]:
    return queue_measures(repository), room_left(repository), last_backup(repository)


def database_ready(ready: bool) -> Metric:
    """Whether the database can be used."""
    words = "1 where the database can be used, 0 where not."
    return _gauge("scheduler_database_ready", words, int(ready))


def of_database(
    found: QueueMeasures, room: int | None, backed_up: datetime | None
) -> Iterator[Metric]:
    """The figures of the queue and its database. `room`: bytes that are free on its disk, where
    that is known; `backed_up`: when the last backup on record was taken, where one is.
    """
    jobs = GaugeMetricFamily(
        "scheduler_jobs", "Jobs that are kept, by kind and state.", labels=["kind", "state"]
    )
    for kind in get_args(JobKind):
        for state in get_args(JobState):
            jobs.add_metric([kind, state], found.jobs.get((kind, state), 0))
    yield jobs
    yield _gauge(
        "scheduler_oldest_waiting_job_seconds",
        "For how long the job waits that has waited longest; 0 where none waits.",
        found.oldest_waiting,
    )
    yield _gauge(
        "scheduler_silent_jobs",
        "Jobs that should run and whose worker was not heard of any more.",
        found.silent,
    )
    yield _gauge("scheduler_live_workers", "Workers that were heard of lately.", found.workers)
    ended = GaugeMetricFamily(
        "scheduler_recent_jobs",
        f"How the last {MOST_ENDED} jobs ended, by kind and state.",
        labels=["kind", "state"],
    )
    counted: dict[tuple[str, str], int] = defaultdict(int)
    seconds: dict[str, list[float]] = defaultdict(list)
    gaps: dict[str, list[float]] = defaultdict(list)
    for one in found.ended:
        counted[one.kind, one.state] += 1
        if one.state == "done" and one.seconds is not None:
            seconds[one.kind].append(one.seconds)
        if one.state == "done" and one.gap is not None:
            gaps[one.kind].append(one.gap)
    for kind in get_args(JobKind):
        for state in ("done", "failed", "cancelled"):
            ended.add_metric([kind, state], counted[kind, state])
    yield ended
    yield _quantiles(
        "scheduler_recent_job_seconds",
        f"How long those of the last {MOST_ENDED} jobs took that are done, by kind: quantiles.",
        seconds,
    )
    yield _quantiles(
        "scheduler_recent_job_gap",
        "How far rosters of these jobs may be from the best, as a share of the cost: quantiles.",
        gaps,
    )
    yield _gauge("scheduler_database_bytes", "Size of the database.", found.database)
    if room is not None:
        yield _gauge(
            "scheduler_database_disk_free_bytes",
            "Room that is left on the disk of the database's file.",
            room,
        )
    yield _gauge(
        "scheduler_last_backup_timestamp_seconds",
        "When the last backup on record was taken, since 1970 began; 0 where none is on record.",
        0 if backed_up is None else backed_up.timestamp(),
    )


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _quantiles(name: str, words: str, by_kind: dict[str, list[float]]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["kind", "quantile"])
    for kind, values in sorted(by_kind.items()):
        for share in QUANTILES:
            family.add_metric([kind, f"{share:g}"], quantile(sorted(values), share))
    return family


def quantile(values: Sequence[float], share: float) -> float:
    """The least of some sorted values that so large a share of them does not exceed."""
    return values[max(0, math.ceil(share * len(values)) - 1)]
