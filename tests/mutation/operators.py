"""Which faults are planted: off by one, the wrong sign, the wrong side of a boundary.

A fault is a change of a few characters of the source. Annotations, the text of sentences and what
a class declares (titles, parameters) are left alone, but for three declarations of a rule: that it
links less than it does, that it goes by hours where it does not say so, and that people ask about
it as nothing in particular. Everything inside a function and the module's own constants are not.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

OPERATOR = re.compile(
    r"\+=|-=|\*=|//=|<=|>=|==|!=|<|>|\bis\s+not\b|\bis\b|\bnot\s+in\b|\bin\b|\band\b|\bor\b|\*\*|//|[-+*/%|&^@]"
)
COMPARISONS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
    "is": "is not",
    "is not": "is",
    "in": "not in",
    "not in": "in",
}
CALLS = {"max": "min", "min": "max", "any": "all", "all": "any"}
OTHER_SIGN = {"+": "-", "-": "+", "+=": "-=", "-=": "+="}
LINKS_LESS = {"SUPPLY": "LENDING"}
"""What a rule wrongly says that it links, if not supply."""
GATHERED = (
    ast.JoinedStr,
    ast.List,
    ast.ListComp,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.SetComp,
    ast.DictComp,
)
"""What has no minus: a sum with one of these is no arithmetic."""


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, the lines concerned before and after it, and the whole module with
    it.
    """

    function: str
    line: int
    column: int
    before: str
    after: str
    source: str


@dataclass(frozen=True)
class _Change:
    """Bytes of the source from `start` to `end` replaced by a text."""

    function: str
    start: int
    end: int
    text: str


def mutants_of(source: str) -> list[Mutant]:
    """Every fault that can be planted in a module, in the order of its text."""
    planter = _Planter(source)
    planter.visit(ast.parse(source))
    changes = sorted(
        dict.fromkeys(planter.changes), key=lambda change: (change.start, change.end, change.text)
    )
    return [_mutant(source.encode(), change) for change in changes]


def _mutant(source: bytes, change: _Change) -> Mutant:
    begin = source.rfind(b"\n", 0, change.start) + 1
    finish = source.find(b"\n", change.end)
    finish = len(source) if finish < 0 else finish
    mutated = source[: change.start] + change.text.encode() + source[change.end :]
    whole = mutated.decode()
    ast.parse(whole)  # a fault that is no Python would count as noticed
    line = source.count(b"\n", 0, change.start) + 1
    column = len(source[begin : change.start].decode()) + 1
    after = mutated[begin : finish + len(mutated) - len(source)]
    return Mutant(
        change.function,
        line,
        column,
        one_line(source[begin:finish].decode()),
        one_line(after.decode()),
        whole,
    )


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


class _Planter(ast.NodeVisitor):
    """Gathers the changes, function by function."""

    def __init__(self, source: str) -> None:
        self.source = source.encode()
        self.function = "module"
        self.changes: list[_Change] = []
        self._lines = [0]
        for line in self.source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    # --- places in the source ---------------------------------------------------------------------

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._lines[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._lines[node.end_lineno - 1] + node.end_col_offset

    def _text(self, start: int, end: int) -> str:
        return self.source[start:end].decode()

    def _change(self, start: int, end: int, text: str) -> None:
        self.changes.append(_Change(self.function, start, end, text))

    def _sign(self, left: ast.expr, right: ast.expr) -> tuple[int, int, str]:
        """(start, end, text) of the operator between two operands: nothing else but brackets and
        comments stands there.
        """
        start, end = self._end(left), self._start(right)
        bare = re.sub(rb"#[^\n]*", lambda comment: b" " * len(comment[0]), self.source[start:end])
        found = list(OPERATOR.finditer(bare.decode()))
        assert len(found) == 1, bare
        return start + found[0].start(), start + found[0].end(), one_line(found[0].group())

    # --- what is looked into ----------------------------------------------------------------------

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                self.visit(statement)
        self._declarations(
            {
                statement.targets[0].id: statement.value
                for statement in node.body
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
            }
        )

    def _declarations(self, said: dict[str, ast.expr]) -> None:
        """What a rule says of itself that is no text: the values by their names."""
        links, asked_as = said.get("links"), said.get("asked_as")
        if isinstance(links, ast.Attribute):
            start, end = self._start(links), self._end(links)
            self._change(start, end, f"Links.{LINKS_LESS.get(links.attr, 'SUPPLY')}")
            if links.attr == "PERSON" and "by_hours" not in said:
                self._change(start, end, "Links.PERSON; by_hours = True")
        if isinstance(asked_as, ast.Constant):
            self._change(self._start(asked_as), self._end(asked_as), '"other"')

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer, self.function = self.function, node.name
        for part in (
            *node.args.defaults,
            *(default for default in node.args.kw_defaults if default),
            *node.body,
        ):
            self.visit(part)
        self.function = outer

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Sentences are left alone."""

    def visit_keyword(self, node: ast.keyword) -> None:
        """`zip(..., strict=True)` is a safeguard, no part of the sum."""
        if node.arg != "strict":
            self.visit(node.value)

    # --- what is planted --------------------------------------------------------------------------

    def visit_Compare(self, node: ast.Compare) -> None:
        for left, right in zip((node.left, *node.comparators), node.comparators, strict=False):
            start, end, text = self._sign(left, right)
            self._change(start, end, COMPARISONS[text])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            start, end, text = self._sign(left, right)
            self._change(start, end, "or" if text == "and" else "and")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if not _is_gathered(node.left) and not _is_gathered(node.right):
            start, end, text = self._sign(node.left, node.right)
            whole = self._start(node), self._end(node)
            left, right = self._text(whole[0], start).strip(), self._text(end, whole[1]).strip()
            if text in OTHER_SIGN:
                self._change(start, end, OTHER_SIGN[text])
            elif text == "*":
                self._change(*whole, f"({left} + {right})")
            elif text == "//":
                self._change(*whole, f"(-(-({left}) // {right}))")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if not _is_gathered(node.value):
            start, end, text = self._sign(node.target, node.value)
            if text in OTHER_SIGN:
                self._change(start, end, OTHER_SIGN[text])
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not | ast.USub):
            self._change(
                self._start(node), self._start(node.operand), "(" if self._opens(node) else ""
            )
        self.generic_visit(node)

    def _opens(self, node: ast.UnaryOp) -> bool:
        """Whether a bracket opens between the sign and its operand; it has to stay."""
        return "(" in self._text(self._start(node), self._start(node.operand))

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in CALLS:
            self._change(self._start(node.func), self._end(node.func), CALLS[node.func.id])
        self.generic_visit(node)

    def visit_Slice(self, node: ast.Slice) -> None:
        for bound in _moving_bounds(node):
            for step in ("+ 1", "- 1"):
                self._change(
                    self._start(bound),
                    self._end(bound),
                    f"{self._text(self._start(bound), self._end(bound))} {step}",
                )
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._change(self._start(node), self._end(node), str(not node.value))
        elif isinstance(node.value, int | float):
            for step in (1, -1):
                self._change(self._start(node), self._end(node), str(node.value + step))


def _is_gathered(node: ast.expr) -> bool:
    return isinstance(node, GATHERED) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _moving_bounds(node: ast.Slice) -> Iterator[ast.expr]:
    """Bounds of a slice that are no plain number: a number is a constant like any other."""
    for bound in (node.lower, node.upper):
        inner = bound.operand if isinstance(bound, ast.UnaryOp) else bound
        if bound is not None and not isinstance(inner, ast.Constant):
            yield bound
