"""What became of the mutants of a rule, and those listed as making no difference."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.mutation.operators import Mutant, one_line
from tests.mutation.running import Verdict

LIST = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Equivalent:
    """A mutant that no roster can tell from the rule, and why; `before` and `after` are the line
    without its indent.
    """

    rule: str
    function: str
    before: str
    after: str
    reason: str

    def fits(self, mutant: Mutant) -> bool:
        return (self.function, self.before, self.after) == (
            mutant.function,
            mutant.before,
            mutant.after,
        )


def read_equivalents(path: Path = LIST) -> list[Equivalent]:
    """The list; raises ValueError where an entry lacks something."""
    found = []
    for number, row in enumerate(
        tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", []), 1
    ):
        entry = {
            name: one_line(str(row.pop(name, "")))
            for name in ("rule", "function", "before", "after", "reason")
        }
        if row or not all(entry.values()):
            raise ValueError(
                f"{path.name}, entry {number}: exactly rule, function, before, after and reason,"
                " none of them empty"
            )
        found.append(Equivalent(**entry))
    return found


@dataclass
class Outcome:
    """One rule's mutants with their verdicts, and what is wrong beside them."""

    rule: str
    file: str
    judged: list[tuple[Mutant, Verdict]] = field(default_factory=list)
    equivalents: Sequence[Equivalent] = ()
    problem: str = ""
    """Why there was nothing to judge."""
    seconds: float = 0.0

    def _listed(self, mutant: Mutant) -> bool:
        return any(entry.fits(mutant) for entry in self.equivalents)

    @property
    def killed(self) -> list[tuple[Mutant, Verdict]]:
        return [
            (mutant, verdict)
            for mutant, verdict in self.judged
            if verdict.outcome in ("killed", "hung")
        ]

    @property
    def equivalent(self) -> list[Mutant]:
        return [
            mutant
            for mutant, verdict in self.judged
            if verdict.outcome == "survived" and self._listed(mutant)
        ]

    @property
    def survivors(self) -> list[Mutant]:
        return [
            mutant
            for mutant, verdict in self.judged
            if verdict.outcome == "survived" and not self._listed(mutant)
        ]

    @property
    def errors(self) -> list[str]:
        """What is wrong with the run or with the list, rather than with the tests."""
        found = [self.problem] if self.problem else []
        for mutant, verdict in self.judged:
            if verdict.outcome == "fault":
                found.append(
                    f"the tests could not run on: {self.place(mutant)}\n{verdict.output[-2000:]}"
                )
        if self.problem:
            return found
        for entry in self.equivalents:
            if not any(entry.fits(mutant) for mutant, _ in self.judged):
                found.append(
                    f"stale: the list names a mutant that there is not: {entry.function}:"
                    f" {entry.before} -> {entry.after}"
                )
        for mutant, _ in self.killed:
            if self._listed(mutant):
                found.append(f"listed as equivalent, but a test notices: {self.place(mutant)}")
        return found

    @property
    def clean(self) -> bool:
        return not self.survivors and not self.errors

    def place(self, mutant: Mutant) -> str:
        return (
            f"{self.file}:{mutant.line}:{mutant.column} {mutant.function}: {mutant.before} ->"
            f" {mutant.after}"
        )

    def lines(self) -> list[str]:
        head = (
            f"{self.rule}: {len(self.judged)} mutants, {len(self.killed)} killed,"
            f" {len(self.equivalent)} equivalent, {len(self.survivors)} survive"
            f" ({self.seconds:.0f} s)"
        )
        return [
            head,
            *(f"  survives: {self.place(mutant)}" for mutant in self.survivors),
            *(f"  ERROR: {error}" for error in self.errors),
        ]

    def document(self) -> dict[str, Any]:
        """For the JSON file: also which stage of the tests noticed."""
        return {
            "mutants": len(self.judged),
            "killed": len(self.killed),
            "equivalent": len(self.equivalent),
            "seconds": round(self.seconds, 1),
            "survivors": [self.place(mutant) for mutant in self.survivors],
            "errors": self.errors,
            "noticed": [
                {"mutant": self.place(mutant), "outcome": verdict.outcome, "stage": verdict.stage}
                for mutant, verdict in self.killed
            ],
        }
