"""What CONTRIBUTING says of the house, where no linter can hold it."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OUTSIDE = [
    *sorted((ROOT / "ui").rglob("*.py")),
    *sorted((ROOT / "scheduler" / "cli").rglob("*.py")),
]


def asked_of_the_repository(source: str) -> list[str]:
    """What a text of code asks of a repository itself, instead of handing it to a service."""

    def is_repository(node: ast.expr) -> bool:
        name = node.func if isinstance(node, ast.Call) else node
        return (name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")) in (
            "repository",
            "database",
        )

    return [
        f"{ast.unparse(node)} in line {node.lineno}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and is_repository(node.value)
    ]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_and_commands_call_services_only(path: Path) -> None:
    assert asked_of_the_repository(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "state.repository().rosters()",
        "repository.jobs.latest()",
        "getattr(x, 'y')(repository.dataset())",
    ],
)
def test_a_page_that_asked_the_repository_would_be_seen(source: str) -> None:
    assert len(asked_of_the_repository(source)) == 1


PRODUCT = [
    path
    for room in ("scheduler", "solver", "ui")
    for path in sorted((ROOT / room).rglob("*.py"))
    if "versions" not in path.parts
]
BY_POSITION = {
    "add": "the cells of a row, in the order of the file's columns",
    "substantive": "remembered by what it is given, in this order",
    "_hours": "remembered by what it is given, in this order",
}
"""What may be given eight things and more without their names, and why."""


def long_calls(source: str) -> list[str]:
    """Calls of a text of code that give eight things and more without saying what each is."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and len(node.args) >= 8:
            name = (
                node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            )
            if name not in BY_POSITION:
                found.append(f"{name} in line {node.lineno}")
    return found


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_long_calls_name_what_they_give(path: Path) -> None:
    assert long_calls(path.read_text(encoding="utf-8")) == []


def test_a_long_call_would_be_seen() -> None:
    assert long_calls("f(1, 2, 3, 4, 5, 6, 7, 8)") == ["f in line 1"]
    assert long_calls("f(1, 2, 3, 4, 5, 6, 7, a=8)") == []


# --- pages -----------------------------------------------------------------------------------

PAGES = sorted((ROOT / "ui" / "app_pages").glob("*.py"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_text_stands_by_itself_in_a_page(path: Path) -> None:
    """Streamlit would show it to people, where nobody has told it not to."""
    statements = ast.parse(path.read_text(encoding="utf-8")).body[1:]
    texts = [node for node in statements if isinstance(node, ast.Expr)]
    assert [ast.unparse(node) for node in texts] in ([], ["page()"])


# --- docstrings ------------------------------------------------------------------------------

Function = ast.FunctionDef | ast.AsyncFunctionDef

SAID_ELSEWHERE = {
    ("scheduler", "close"): "the docstring of its class: what it holds until then",
    ("scheduler/cli", "register"): "the docstring of its module: which commands it adds",
    ("scheduler/cli", "start"): "the help of the command line as a whole, which it begins",
    ("scheduler/engine", "map"): "the docstring of `Executor.map`, which every engine keeps",
    ("ui/app_pages", "page"): "the docstring of its module: what people do on it",
}
"""Public functions without a docstring, by their room, and what says in its place what they do."""
VALIDATORS = {"field_validator", "model_validator"}
"""Decorators of what nobody calls: pydantic does, and a fault's own words say what is wrong."""
OF_PYTHON = {"ValueError", "TypeError"}
"""Errors that are not the project's and are raised with a meaning all the same."""


def _last_name(node: ast.expr) -> str:
    """`c` of `c`, `a.b.c`, `c[T]` and `c(...)`."""
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


class House:
    """The classes of some texts of code: what each stands on, and which of its methods say what
    they give. Classes of the same name count as one.
    """

    def __init__(self, sources: Iterable[str]) -> None:
        self._bases: dict[str, set[str]] = {}
        self._documented: dict[str, set[str]] = {}
        for source in sources:
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.ClassDef):
                    self._bases.setdefault(node.name, set()).update(map(_last_name, node.bases))
                    self._documented.setdefault(node.name, set()).update(
                        method.name
                        for method in node.body
                        if isinstance(method, Function) and ast.get_docstring(method)
                    )
        self.errors = OF_PYTHON | {
            name for name in self._bases if self._above(name) & {"Exception", *OF_PYTHON}
        }

    def _above(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            new = self._bases.get(waiting.pop(), set()) - found
            found |= new
            waiting.extend(new)
        return found

    def promised(self, class_name: str, method: str) -> bool:
        """Whether a class on which this one stands documents the method."""
        return any(method in self._documented.get(base, set()) for base in self._above(class_name))


def public_functions(source: str) -> Iterator[tuple[ast.ClassDef | None, Function]]:
    """Functions of a module and methods of its classes, as far as others may call them."""
    for node in ast.parse(source).body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield None, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if (
                    isinstance(method, Function)
                    and not method.name.startswith("_")
                    and not VALIDATORS & set(map(_last_name, method.decorator_list))
                ):
                    yield node, method


def without_docstring(source: str, room: str, house: House) -> list[str]:
    """Public classes and functions of a text of code in which nobody says what they give."""
    found = [
        f"{node.name} in line {node.lineno}"
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    for owner, function in public_functions(source):
        said = (
            ast.get_docstring(function)
            or (owner is not None and house.promised(owner.name, function.name))
            or any(
                function.name == name and room.startswith(where) for where, name in SAID_ELSEWHERE
            )
        )
        if not said:
            found.append(f"{function.name} in line {function.lineno}")
    return found


def raised_in_silence(source: str, house: House) -> list[str]:
    """Errors that public functions of a text of code raise themselves, and of which no sentence of
    theirs that begins with "Raises" tells. What a method leaves unsaid since its base says what it
    gives, its class has to tell.

    The docstring of a command is its help on the command line: what people are told there are the
    error's own words.
    """
    found = []
    for owner, function in public_functions(source):
        if any("typer.Context" in ast.unparse(one) for one in function.args.args):
            continue
        text = ast.get_docstring(function) or (owner and ast.get_docstring(owner)) or ""
        told = set(re.findall(r"\w+", text.partition("Raises")[2]))
        raised = {
            _last_name(node.exc)
            for node in ast.walk(function)
            if isinstance(node, ast.Raise) and node.exc is not None
        }
        found += [
            f"{error} by {function.name} in line {function.lineno}"
            for error in sorted((raised & house.errors) - told)
        ]
    return found


@pytest.fixture(scope="module")
def house() -> House:
    return House(path.read_text(encoding="utf-8") for path in PRODUCT)


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_docstrings_say_what_is_given_and_what_is_raised(path: Path, house: House) -> None:
    source = path.read_text(encoding="utf-8")
    room = path.parent.relative_to(ROOT).as_posix()
    assert without_docstring(source, room, house) == []
    assert raised_in_silence(source, house) == []


def test_every_exception_from_docstrings_is_needed(house: House) -> None:
    """An exception that nothing needs any more would let the next one pass."""
    silent = {
        (where, name)
        for where, name in SAID_ELSEWHERE
        for path in (ROOT / where).rglob("*.py")
        for owner, function in public_functions(path.read_text(encoding="utf-8"))
        if function.name == name
        and not ast.get_docstring(function)
        and not (owner is not None and house.promised(owner.name, name))
    }
    assert silent == set(SAID_ELSEWHERE)


PLANTED = '''
class Refused(Exception):
    """Not so."""

class Base:
    """What rules stand on."""

    def says(self):
        """What it gives."""

class Rule(Base):
    """One rule."""

    def says(self):
        return 1

    @property
    def silent(self):
        return 2

    @model_validator(mode="after")
    def in_order(self):
        raise ValueError

    def _own(self):
        raise Refused

def page():
    return 3

def told(number):
    """What it gives. Raises Refused below 0, and ValueError above 9."""
    if number < 0:
        raise Refused("below 0")
    raise ValueError

def half_told(number):
    """What Refused means here. Raises ValueError above 9."""
    if number < 0:
        raise Refused("below 0")
    raise ValueError

def command(context: typer.Context):
    """Do it."""
    raise Refused

class Listener(Base):
    """Hears. Raises Refused for what it cannot hear."""

    def says(self):
        raise Refused

class Silent:
    def says(self):
        raise Refused
'''


def test_what_is_given_in_silence_would_be_seen() -> None:
    planted = House([PLANTED])
    silent = ["Silent in line 53", "silent in line 18", "says in line 54"]
    assert without_docstring(PLANTED, "ui/app_pages", planted) == silent
    silent.insert(2, "page in line 28")
    assert without_docstring(PLANTED, "ui/components", planted) == silent


def test_what_is_raised_in_silence_would_be_seen() -> None:
    assert raised_in_silence(PLANTED, House([PLANTED])) == [
        "Refused by half_told in line 37",
        "Refused by says in line 54",
    ]
    assert raised_in_silence(PLANTED, House([])) == []
