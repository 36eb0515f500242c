"""What can be mutated, and which tests ought to notice: the rules, and the modules that several
rules share.
"""

import re
from pathlib import Path

from tests.mutation.running import Target

ROOT = Path(__file__).parents[2]
SOLVER = ROOT / "solver"
RULES = SOLVER / "constraints"
TESTS = ROOT / "tests" / "solver"
SHARED = SOLVER / "rule"
NOT_SHARED = {"constraint", "encoder"}
"""What every rule imports is not a rule's own arithmetic."""


def rules() -> list[str]:
    """The ids of all rules."""
    return sorted(file.stem for file in RULES.glob("*.py") if file.stem != "__init__")


def shared() -> dict[str, list[str]]:
    """Module in solver/rule -> the rules that import it."""
    found: dict[str, list[str]] = {}
    for rule in rules():
        source = (RULES / f"{rule}.py").read_text(encoding="utf-8")
        for name in sorted(
            set(re.findall(r"^from solver\.rule\.(\w+) import", source, re.MULTILINE)) - NOT_SHARED
        ):
            if (SHARED / f"{name}.py").exists():
                found.setdefault(name, []).append(rule)
    return dict(sorted(found.items()))


def target_of(name: str) -> Target:
    """The module of a rule, or one that rules share, and its tests, the quickest first."""
    users = [name] if name in rules() else shared()[name]
    module = f"solver.constraints.{name}" if name in users else f"solver.rule.{name}"
    of_users = " or ".join(f"[{rule}]" for rule in users)
    contract = str(TESTS / "test_contract.py")
    declared = [
        str(TESTS / folder / f"test_{what}.py")
        for folder, what in (
            ("evaluate", "links"),
            ("evaluate", "person_rules"),
            ("rule", "catalogue"),
        )
    ]
    edges = [
        *sorted(TESTS.glob("test_edges*.py")),
        *(folder for folder in (TESTS / "edges",) if folder.is_dir()),
    ]
    own = TESTS / "rule" / f"test_{name}.py"
    stages = [
        *([(str(own),)] if name not in users and own.exists() else []),
        tuple(str(TESTS / "constraints" / f"test_{rule}.py") for rule in users),
        (contract, "-k", of_users),
        (*declared, "-k", of_users),
        (contract, "-k", "whole_default_policy"),
        *((str(edge),) for edge in edges),
    ]
    return Target(module, ROOT.joinpath(*module.split(".")).with_suffix(".py"), tuple(stages))


def missing_tests(target: Target) -> list[str]:
    """The rules' own test files that there are not."""
    return [file for file in target.stages[0] if not Path(file).exists()]
