"""What a column holds, read off the fact class: for plain messages, the Excel template and the
tables alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from scheduler.domain.facts import Fact

Sign = Literal["ge", "gt", "le", "lt"]
ColumnKind = Literal["text", "choice", "yes_no", "whole", "number", "date", "time", "instant"]

_KINDS: tuple[tuple[type, ColumnKind], ...] = (
    (bool, "yes_no"),
    (int, "whole"),
    (float, "number"),
    (datetime, "instant"),
    (date, "date"),
    (time, "time"),
    (str, "text"),
)

_PLAIN: dict[ColumnKind, str] = {
    "text": "a text",
    "yes_no": "yes or no",
    "whole": "a whole number",
    "number": "a number such as 37.5",
    "date": "a date YYYY-MM-DD",
    "time": "a time HH:MM",
    "instant": "an ISO date-time such as 2027-01-10T19:00 or 2027-01-10T19:00+00:00",
}


@dataclass(frozen=True)
class Column:
    """One column of a file. `required`: every row needs a value; otherwise the cell, or the whole
    column, may be missing.
    """

    name: str
    kind: ColumnKind
    required: bool
    description: str
    choices: tuple[str, ...]
    references: str | None
    absent: str
    """What an empty cell means, as the description says it after "empty ="; empty where every row
    needs a value.
    """
    special: bool
    """Described as "optional:" a column is for special cases, and nobody has forgotten it where it
    is not there.
    """
    limits: tuple[tuple[Sign, float], ...]
    parse: Callable[[str], Any]
    """A cell's text to its value, exactly as the fact class reads it; raises
    pydantic.ValidationError.
    """

    def limit(self, which: str) -> float | None:
        """The limit with this sign (`ge`, `gt`, `le` or `lt`); None where there is none."""
        return next((bound for sign, bound in self.limits if sign == which), None)

    def plain(self) -> str:
        """What a cell must hold, in words."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        low, above, high, below = (self.limit(sign) for sign in ("ge", "gt", "le", "lt"))
        noun = _PLAIN[self.kind].removesuffix(" such as 37.5") if self.limits else _PLAIN[self.kind]
        if low is not None and high is not None:
            return f"{noun} from {low:g} to {high:g}"
        bounds = (("of at least", low), ("above", above), ("of at most", high), ("below", below))
        words = [f"{word} {bound:g}" for word, bound in bounds if bound is not None]
        return " ".join([noun, " and ".join(words)]).strip()


@cache
def columns(fact_type: type[Fact]) -> tuple[Column, ...]:
    """In the contract's order."""
    return tuple(_column(fact_type, name, info) for name, info in fact_type.model_fields.items())


def column_names(fact_type: type[Fact]) -> tuple[str, ...]:
    """The columns of a file, in the contract's order."""
    return tuple(fact_type.model_fields)


def _column(fact_type: type[Fact], name: str, info: FieldInfo) -> Column:
    kind, choices = _kind(info.annotation)
    signs: tuple[tuple[Sign, type], ...] = (("ge", Ge), ("gt", Gt), ("le", Le), ("lt", Lt))
    limits = tuple(
        (sign, float(getattr(item, sign)))
        for item in info.metadata
        for sign, bound in signs
        if isinstance(item, bound)
    )
    cell_type: Any = (
        Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    )
    return Column(
        name=name,
        kind=kind,
        required=info.is_required(),
        description=info.description or "",
        choices=choices,
        references=fact_type.references.get(name),
        absent=_absent(info),
        special=(info.description or "").startswith("optional: "),
        limits=limits,
        parse=TypeAdapter(cell_type).validate_python,
    )


def _absent(info: FieldInfo) -> str:
    _, said, meaning = (info.description or "").rpartition("empty = ")
    return meaning if said and not info.is_required() else ""


def _kind(annotation: Any) -> tuple[ColumnKind, tuple[str, ...]]:
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    return next(kind for base, kind in _KINDS if issubclass(annotation, base)), ()
