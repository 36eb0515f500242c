"""What can go wrong, each with a text for the person who has to put it right."""

from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.domain.wording import counted


@dataclass(frozen=True, order=True)
class Fault:
    """One finding in data that somebody brought.

    `row` counts the header as row 1; 0 means that the fault concerns the file as a whole, or the key `column` of a TOML or JSON file.
    """

    file: str
    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        kind = "column" if self.row else "key"  # what has no rows is TOML or JSON
        where = self.file + (f", row {self.row}" if self.row else "") + (f", {kind} {self.column}" if self.column else "")
        found = f": {self.value!r}" if self.value else ""
        return f"{where}{found}: expected {self.expected}"


class SchedulerError(Exception):
    """Base of every error that a person is shown. `exit_code` is what the command line ends with."""

    exit_code = 2


class BadInput(SchedulerError):
    """Data that cannot be taken as it is: carries every fault found, never the first alone."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__(f"{counted(len(self.faults), 'fault')} in the data:\n" + "\n".join(f"  {f}" for f in self.faults))

    def __reduce__(self) -> tuple[type["BadInput"], tuple[Sequence[Fault]]]:
        """Errors come back from other processes too, and are made again from what they were made of."""
        return type(self), (self.faults,)


class NotFound(SchedulerError):
    """Something was named that is not there; the text names the nearest that is."""


class RosterRefused(SchedulerError):
    """The independent check found that a roster breaks a hard rule or that its objective does not add up."""

    exit_code = 3


class BadRequest(SchedulerError):
    """An option or a combination of options that has no meaning."""


class Unavailable(SchedulerError):
    """The database is locked by somebody else or cannot be reached; a moment later it may be."""
