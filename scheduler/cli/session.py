"""What one call of the command line knows: which database, and whether a program reads the
answer.
"""

import errno
import json
import os
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from scheduler.domain.errors import BadInput, BadRequest, NotPermitted, SchedulerError
from scheduler.domain.wording import printable, printable_json
from scheduler.engine.faults_told import DEBUG
from scheduler.services.settings.where import anything_set

if TYPE_CHECKING:
    from scheduler.services.data.open import Repository

STATUS = {3: "refused", 4: "clash", 5: "not_permitted"}
"""What a JSON answer says of an error with this exit code; of all others, bad_input."""
UNEXPECTED = 1
"""Exit code where the fault is the program's own."""


@dataclass
class Session:
    """Made once per call; a command that is asked for JSON says so here, so that errors are JSON
    too.
    """

    database: str | None = None
    acting: str | None = None
    """The account as which everything is done; None: as whoever runs the program."""
    as_json: bool = False
    began: float = field(default_factory=time.monotonic)
    """When the call began: its time limit counts from here, with the loading of the solver."""

    def refuse_as(self) -> None:
        """For what only whoever runs the program starts: it asks for itself who is there, or acts
        for everybody. Raises NotPermitted.
        """
        if self.acting is not None:
            raise NotPermitted(
                "Workers and pages are started by whoever runs the program, not with --as: a worker"
                " does what others have ordered, and on the pages people sign in. They"
                " alone back the database up, restore it and look after it, for it is everybody's."
            )

    @contextmanager
    def repository(self) -> Iterator["Repository"]:
        """For commands that write."""
        with self._opened(reading_only=False) as repository:
            yield repository

    @contextmanager
    def reading(self) -> Iterator["Repository"]:
        """For commands that only read: they wait for no writer, and change nothing, not even tables
        of an older version. Somebody else's looks are put on record, so they need a right to write.
        """
        with self._opened(reading_only=self.acting is None) as repository:
            yield repository

    @contextmanager
    def _opened(self, *, reading_only: bool) -> Iterator["Repository"]:
        # here, so that --help does not wait for the database's library
        from scheduler.services.accounts.accounts import acting_as, whoever_runs_this
        from scheduler.services.data.open import open_repository

        runs = whoever_runs_this()
        with open_repository(self.database, reading_only=reading_only, actor=runs) as repository:
            if self.acting is None:
                yield repository
            else:
                yield acting_as(repository, self.acting)


def session(context: typer.Context, as_json: bool = False) -> Session:
    """The session of this call, told whether a program reads."""
    found = context.ensure_object(Session)
    found.as_json = as_json
    return found


def print_json(document: Any) -> None:
    """The one document of a --json answer; beside each sentence stand the parts that it was made
    of.
    """
    from scheduler.domain.sentence import with_parts

    typer.echo(
        printable_json(json.dumps(with_parts(document), indent=2, ensure_ascii=False, default=str))
    )


def note(text: str) -> None:
    """Something to know that is not the answer: to stderr."""
    typer.echo(printable(text), err=True)


class CommandGroup(TyperGroup):
    """Turns errors into a sentence and an exit code, wherever in a command they arise."""

    def invoke(self, ctx: Any) -> Any:
        """The command; what goes wrong in it is told. Raises typer.Exit with the error's code."""
        try:
            _settings_hold()
            answer = super().invoke(ctx)
            sys.stdout.flush()
            return answer
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.filename is not None:
                error = BadRequest(f"{error.filename} cannot be used: {error.strerror}.")
            elif isinstance(error, OSError) and error.errno in (
                errno.ENOSPC,
                errno.EDQUOT,
                errno.EFBIG,
            ):
                sys.stdout = open(os.devnull, "w")  # noqa: SIM115 -- what is left of the answer has nowhere to go
                error = BadRequest(f"The answer could not be written: {error.strerror}.")
            elif isinstance(
                error, UnicodeEncodeError
            ):  # bytes of the command line that are no UTF-8 arrive as halves of characters
                around = error.object[max(0, error.start - 20) : error.end + 20]
                error = BadRequest(
                    f"{around!r} holds what is no text in UTF-8: write it in letters that are."
                )
            if isinstance(error, SchedulerError):
                _report(ctx.find_object(Session), error)
                raise typer.Exit(error.exit_code) from None
            if hasattr(
                error, "exit_code"
            ):  # the library's own usage errors, which it prints itself
                raise
            _report_unexpected(error)
            raise typer.Exit(UNEXPECTED) from None


def _settings_hold() -> None:
    """Raises what is wrong with them."""
    if anything_set():
        # here, so that --help does not wait for what reads them
        from scheduler.services.settings.settings import load

        load()


def _report(found: Session | None, error: SchedulerError) -> None:
    note(str(error))
    if found is not None and found.as_json:
        document: dict[str, Any] = {
            "status": STATUS.get(error.exit_code, "bad_input"),
            "message": str(error),
        }
        if isinstance(error, BadInput):
            document["faults"] = [
                {key: value for key, value in asdict(fault).items() if key != "more"}
                for fault in error.faults
            ]
            document["more_faults"] = error.more
        if gone := getattr(error, "gone", ()):  # what an import would withdraw
            document |= {
                "status": "to_confirm",
                "would_withdraw": [{"file": fact.file, **fact.cells()} for fact in gone],
            }
        if findings := getattr(error, "findings", ()):  # what of a roster does not stand
            document["findings"] = [asdict(finding) for finding in findings]
        print_json(document)


def _report_unexpected(error: Exception) -> None:
    if os.environ.get(DEBUG):
        traceback.print_exception(error, file=sys.stderr)
        return
    note(f"Something went wrong that should not have: {type(error).__name__}: {error}")
    note(
        f"This is a fault of the program. Set {DEBUG}=1 to see where it arose, and please"
        " report it."
    )
