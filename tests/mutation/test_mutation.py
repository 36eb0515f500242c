"""The planter plants what it should, a weak test lets a mutant through and a good one does not, and
nothing is left behind.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.operators import Mutant, mutants_of
from tests.mutation.report import Equivalent, Outcome, read_equivalents
from tests.mutation.running import Target, Verdict, judge
from tests.mutation.targets import ROOT, rules, shared, target_of

needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="mutants are judged in forked processes"
)


def planted(expression: str) -> list[str]:
    """What becomes of the one line of a function."""
    return [
        mutant.after.removeprefix("return ")
        for mutant in mutants_of(f"def check(a, b, c):\n    return {expression}\n")
    ]


@pytest.mark.parametrize(
    ("expression", "mutants"),
    [
        ("a < b", ["a <= b"]),
        ("a <= b < c", ["a < b < c", "a <= b <= c"]),
        ("a > b", ["a >= b"]),
        ("a == b", ["a != b"]),
        ("a is not b", ["a is b"]),
        ("a not in b", ["a in b"]),
        ("(a) >= (b)", ["(a) > (b)"]),
        ("a + b", ["a - b"]),
        ("a - b", ["a + b"]),
        ("c - a * b", ["c + a * b", "c - (a + b)"]),
        ("a // b", ["(-(-(a) // b))"]),
        ("max(a, b)", ["min(a, b)"]),
        ("any(a)", ["all(a)"]),
        ("a and b or c", ["a or b or c", "a and b and c"]),
        ("not a", ["a"]),
        ("not (a)", ["(a)"]),
        ("-a", ["a"]),
        ("True", ["False"]),
        ("a[1:b]", ["a[2:b]", "a[0:b]", "a[1:b + 1]", "a[1:b - 1]"]),
        ("a[-1]", ["a[1]", "a[-2]", "a[-0]"]),
        ("max(0.0, a)", ["min(0.0, a)", "max(1.0, a)", "max(-1.0, a)"]),
        ("timedelta(days=1)", ["timedelta(days=2)", "timedelta(days=0)"]),
        ("lambda one: one + a", ["lambda one: one - a"]),
    ],
)
def test_operators(expression: str, mutants: list[str]) -> None:
    assert sorted(planted(expression)) == sorted(mutants)


@pytest.mark.parametrize(
    "expression",
    [
        'f"{a - b} of {c:.2f}"',
        '"week " + a',
        "a + [b]",
        "[*a] + b",
        "zip(a, b, strict=True)",
        "a.most(b)",
        '"1 < 2"',
    ],
)
def test_sentences_gatherings_and_safeguards_are_left_alone(expression: str) -> None:
    assert planted(expression) == []


RULE = '''"""A rule."""

LIMIT = 60


class Rule:
    """At most 3."""

    most: int = Field(3, ge=1, description="most [1]")
    soft = True

    @cached(1)
    def minutes(self, first: "tuple[1]" = 2) -> "list[1]":
        total: "int | 1" = 0
        total += first  # + 1
        return total
'''


def test_other_declarations_and_annotations_are_left_alone() -> None:
    assert [(mutant.function, mutant.line, mutant.after) for mutant in mutants_of(RULE)] == [
        ("module", 3, "LIMIT = 59"),
        ("module", 3, "LIMIT = 61"),
        ("minutes", 13, 'def minutes(self, first: "tuple[1]" = 1) -> "list[1]":'),
        ("minutes", 13, 'def minutes(self, first: "tuple[1]" = 3) -> "list[1]":'),
        ("minutes", 14, 'total: "int | 1" = -1'),
        ("minutes", 14, 'total: "int | 1" = 1'),
        ("minutes", 15, "total -= first # + 1"),
    ]


@pytest.mark.parametrize(
    ("declared", "mutants"),
    [
        ("links = Links.PERSON", ["links = Links.PERSON; by_hours = True", "links = Links.SUPPLY"]),
        ("by_hours = True; links = Links.PERSON", ["by_hours = True; links = Links.SUPPLY"]),
        ("links = Links.SUPPLY", ["links = Links.LENDING"]),
        ('asked_as = "pay"', ['asked_as = "other"']),
        ('title = "Pay"; may_be_hard = False', []),
    ],
)
def test_what_a_rule_says_of_itself(declared: str, mutants: list[str]) -> None:
    found = mutants_of(f"class Rule:\n    {declared}\n")
    assert sorted(mutant.after for mutant in found) == mutants


def test_a_place_counts_characters_and_a_sign_may_stand_on_a_line_of_its_own() -> None:
    source = (
        "def check(a):\n    name = 'ä£'; return (\n        name in a  # < 3\n        and a\n    )\n"
    )
    first, second = mutants_of(source)
    assert (first.line, first.column, first.after) == (3, 14, "name not in a # < 3")
    assert (second.line, second.column, second.after) == (4, 9, "or a")


TOY = "def late(minutes):\n    return minutes > 5\n"
WEAK = "from toy_rule import late\n\n\ndef test_late():\n    assert late(9) and not late(1)\n"
GOOD = WEAK + "    assert late(6) and not late(5)\n"


def verdicts(folder: Path, toy: str, test: str, seconds: float = 30.0) -> list[tuple[str, str]]:
    """(changed line, outcome) of every mutant of a toy."""
    (folder / "test_toy.py").write_text(test)
    target = Target("toy_rule", folder / "toy_rule.py", ((str(folder / "test_toy.py"),),))
    mutants = mutants_of(toy)
    found = dict(judge(target, [mutant.source for mutant in mutants], 2, lambda: seconds))
    return [(mutant.after, found[number].outcome) for number, mutant in enumerate(mutants)]


@needs_fork
def test_a_weak_test_lets_mutants_survive_and_a_good_one_kills_them(tmp_path: Path) -> None:
    planted = ["return minutes >= 5", "return minutes > 4", "return minutes > 6"]
    assert verdicts(tmp_path, TOY, WEAK) == [(after, "survived") for after in planted]
    assert verdicts(tmp_path, TOY, GOOD) == [(after, "killed") for after in planted]
    assert [file.name for file in tmp_path.iterdir()] == [
        "test_toy.py"
    ]  # the rule was never written down


@needs_fork
def test_a_mutant_that_hangs_is_ended(tmp_path: Path) -> None:
    toy = "def late(minutes):\n    while not minutes:\n        pass\n    return minutes > minutes\n"
    found = dict(
        verdicts(
            tmp_path,
            toy,
            "from toy_rule import late\n\n\ndef test_late():\n    assert not late([9])\n",
            2.0,
        )
    )
    assert found["while minutes:"] == "hung"


@needs_fork
def test_the_number_of_the_stage_that_noticed_is_told_and_a_missing_test_is_a_fault(
    tmp_path: Path,
) -> None:
    files = [tmp_path / name for name in ("test_nothing.py", "test_weak.py", "test_good.py")]
    for file, text in zip(files, ["", WEAK, GOOD], strict=True):
        file.write_text(text)
    stages = tuple((str(file),) for file in files)
    [(_, verdict)] = judge(
        Target("toy_rule", tmp_path / "toy_rule.py", stages),
        [TOY.replace(">", ">=")],
        1,
        lambda: 10.0,
    )
    assert (verdict.outcome, verdict.stage) == ("killed", 2)
    [(_, verdict)] = judge(
        Target("toy_rule", tmp_path / "toy_rule.py", ((str(tmp_path / "none.py"),),)),
        [TOY],
        1,
        lambda: 10.0,
    )
    assert verdict.outcome == "fault"


def test_the_list_of_equivalents_explains_survivors_and_must_be_true() -> None:
    mutants = mutants_of("def check(a):\n    return a < 1 or a > 2\n")
    first, second = (
        next(mutant for mutant in mutants if mutant.after == after)
        for after in ("return a <= 1 or a > 2", "return a < 1 or a >= 2")
    )

    def outcome(*judged: tuple[Mutant, str], listed: Mutant = first) -> Outcome:
        entry = Equivalent("toy", listed.function, listed.before, listed.after, "because")
        return Outcome(
            "toy", "toy.py", [(mutant, Verdict(verdict)) for mutant, verdict in judged], [entry]
        )

    assert outcome((first, "survived"), (second, "killed")).clean
    assert outcome((first, "survived"), (second, "survived")).survivors == [second]
    assert "stale" in outcome((second, "killed")).errors[0]
    assert "a test notices" in outcome((first, "killed")).errors[0]
    assert not outcome((first, "survived"), (second, "fault")).clean


def test_the_list_of_equivalents_can_be_read_and_every_entry_has_a_reason(tmp_path: Path) -> None:
    assert all(entry.rule in [*rules(), *shared()] for entry in read_equivalents())
    file = tmp_path / "list.toml"
    file.write_text('[[equivalent]]\nrule = "pay"\nfunction = "check"\nbefore = "a"\nafter = "b"\n')
    with pytest.raises(ValueError, match="entry 1: exactly rule"):
        read_equivalents(file)


def test_every_rule_has_a_test_file() -> None:
    assert all(Path(target_of(rule).stages[0][0]).exists() for rule in rules())


LOADED_BEFOREHAND = """
import sys
from pathlib import Path
from tests.mutation import running
running.STALE_PACKAGES = {stale!r}
sys.path.insert(0, {folder!r})
running.load_beforehand([{test!r}], Path({compiled!r}))
print(*[name for name in ("toy_library", "toy_rule") if name in sys.modules])
"""


@needs_fork
@pytest.mark.parametrize(
    ("library", "loaded"),
    [("import math\n", "toy_library\n"), ("from toy_rule import late\n", "")],
)
def test_what_holds_a_rule_is_not_loaded_beforehand(
    tmp_path: Path, library: str, loaded: str
) -> None:
    """In a process of its own: what is loaded stays loaded."""
    test = tmp_path / "test_toy.py"
    for name, text in (
        ("toy_rule", TOY),
        ("toy_library", library),
        ("test_toy", f"import toy_library\n{GOOD}"),
    ):
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "compiled").mkdir()
    program = LOADED_BEFOREHAND.format(
        stale=("toy_rule", "test_toy", "tests"),
        folder=str(tmp_path),
        test=str(test),
        compiled=str(tmp_path / "compiled"),
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == loaded
    assert (done.returncode == 0) == bool(loaded)
    assert ("toy_library holds late" in done.stderr) != bool(loaded)
    assert not list(tmp_path.glob("**/__pycache__"))
