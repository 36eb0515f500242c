"""THE CATALOGUE: every file in this folder is one rule, and its name is the rule's id."""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from solver.rule.constraint import Constraint


@lru_cache(maxsize=1)
def catalogue() -> dict[str, type[Constraint]]:
    """Rule id -> its class, sorted by id. Raises TypeError for a file that does not hold exactly
    one rule, with the id that it is named by.
    """
    found: dict[str, type[Constraint]] = {}
    for module_info in sorted(iter_modules(__path__), key=lambda info: info.name):
        module = import_module(f"{__name__}.{module_info.name}")
        rules = [
            thing
            for thing in vars(module).values()
            if isinstance(thing, type)
            and issubclass(thing, Constraint)
            and thing.__module__ == module.__name__
        ]
        if len(rules) != 1 or rules[0].id != module_info.name:
            raise TypeError(
                f"{module.__name__} must hold exactly one rule, with the id {module_info.name!r}"
            )
        found[module_info.name] = rules[0]
    return found
