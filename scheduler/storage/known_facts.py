"""Facts made of values that were checked before: by the reader cell by cell, or by the database
that gave them back.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from scheduler.domain.facts import Fact

F = TypeVar("F", bound=Fact)

_set = object.__setattr__


def fact_maker(fact_type: type[F], names: Sequence[str]) -> Callable[[Iterable[Any]], F]:
    """A function from values in the order of `names` to a fact, without validation (2 µs instead of
    24 µs a row).

    The facts are complete pydantic objects: they compare, hash and serialise like validated ones.
    """
    names_set = set(names)  # shared by all: facts are frozen

    def make(values: Iterable[Any]) -> F:
        fact = object.__new__(fact_type)
        _set(fact, "__dict__", dict(zip(names, values, strict=True)))
        _set(fact, "__pydantic_fields_set__", names_set)
        _set(fact, "__pydantic_extra__", None)
        _set(fact, "__pydantic_private__", None)
        return fact

    return make
