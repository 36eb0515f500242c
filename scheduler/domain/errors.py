"""What can go wrong, each with a text for the person who has to put it right."""

import heapq
from collections.abc import Collection
from dataclasses import dataclass, replace

from scheduler.domain.wording import counted

MOST_LISTED = 100
"""Faults that are listed; what is beyond them is counted."""


@dataclass(frozen=True, order=True)
class Fault:
    """One finding in data that somebody brought.

    `row` counts the header as row 1; 0 means that the fault concerns the file as a whole, or the
    key `column` of a TOML or JSON file.
    """

    file: str
    row: int
    column: str
    value: str
    expected: str
    more: int = 0
    """So many more were found, which are not listed."""

    def __str__(self) -> str:
        kind = "column" if self.row else "key"  # what has no rows is TOML or JSON
        where = (
            self.file
            + (f", row {self.row}" if self.row else "")
            + (f", {kind} {self.column}" if self.column else "")
        )
        found = f": {self.value!r}" if self.value else ""
        return f"{where}{found}: expected {self.expected}"


class SchedulerError(Exception):
    """Base of every error that a person is shown. `exit_code` is what the command line ends
    with.
    """

    exit_code = 2


class BadInput(SchedulerError):
    """Data that cannot be taken as it is: carries the faults found, never the first alone, and
    counts those beyond a hundred.
    """

    def __init__(self, faults: Collection[Fault]) -> None:
        found = {replace(fault, more=0) if fault.more else fault for fault in faults}
        self.faults = heapq.nsmallest(MOST_LISTED, found)
        self.more = len(found) - len(self.faults) + sum(fault.more for fault in faults)
        if self.more:  # with the last, so that it goes along wherever faults are collected again
            self.faults[-1] = replace(self.faults[-1], more=self.more)
        listed = [f"  {fault}" for fault in self.faults] + [f"  … and {self.more:,} more"] * bool(
            self.more
        )
        super().__init__(
            f"{counted(len(self.faults) + self.more, 'fault')} in the data:\n" + "\n".join(listed)
        )

    def __reduce__(self) -> tuple[type["BadInput"], tuple[Collection[Fault]]]:
        """Errors come back from other processes too, and are made again from what they were made
        of.
        """
        return type(self), (self.faults,)


class NotFound(SchedulerError):
    """Something was named that is not there; the text names the nearest that is."""


class RosterRefused(SchedulerError):
    """The independent check found that a roster breaks a hard rule or that its objective does not
    add up.
    """

    exit_code = 3


class BadRequest(SchedulerError):
    """An option or a combination of options that has no meaning."""


class NothingKeepsTheRules(BadRequest):
    """There is no roster to compare with, since facts clash: no roster keeps all hard rules."""

    exit_code = 4


class OtherEdition(SchedulerError):
    """A roster is not any more as whoever asks has read it, and they asked for no change of another
    one.
    """

    exit_code = 3


class Unavailable(SchedulerError):
    """The database is locked by somebody else or cannot be reached; a moment later it may be."""


class NotPermitted(SchedulerError):
    """Whoever asked may not do that; the text says what, and who may be asked."""

    exit_code = 5
