"""Statements compiled once for all databases of one kind, not for each that a test opens: that
took a quarter of the time of the tests of services.
"""

from collections import UserDict
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

MOST = 5_000
"""Statements; with more of them all are forgotten."""


class CompiledForAll(UserDict[Any, Any]):
    """What SQLAlchemy keeps of statements, whose keys begin with the dialect: each engine has one
    of its own, and here those of one class are the same.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return self.data.get(_of_kind(key), default)

    def __getitem__(self, key: Any) -> Any:
        return self.data[_of_kind(key)]

    def __contains__(self, key: object) -> bool:
        return _of_kind(key) in self.data

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self.data) >= MOST:
            self.data.clear()
        self.data[_of_kind(key)] = compiled


def _of_kind(key: Any) -> Any:
    dialect, *rest = key
    return (type(dialect), *rest)


def compiled_once(create: Callable[..., Engine]) -> Callable[..., Engine]:
    """`create_engine`, for engines that share what they have compiled."""
    compiled = CompiledForAll()

    def created(*arguments: Any, **options: Any) -> Engine:
        engine = create(*arguments, **options)
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    return created
