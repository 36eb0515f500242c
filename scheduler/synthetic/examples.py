"""The two example datasets that come with the project: which shape, how many staff, which seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scheduler.synthetic.essex import WEEK
from scheduler.synthetic.generate import generate
from scheduler.synthetic.mid_and_south_essex import mid_and_south_essex
from scheduler.synthetic.north_east_essex import north_east_essex
from scheduler.synthetic.shape import Shape


@dataclass(frozen=True)
class Example:
    """What an example folder under `data/examples` is made from."""

    shape: Callable[[], Shape]
    staff: int
    seed: int


EXAMPLES: Final[dict[str, Example]] = {
    "mid-and-south-essex": Example(mid_and_south_essex, 300, 4),
    "north-east-essex": Example(north_east_essex, 120, 1),
}


def generate_example(name: str) -> dict[str, list[dict[str, str]]]:
    """The rows of an example by file stem, as they stand in its folder."""
    example = EXAMPLES[name]
    return generate(example.staff, example.seed, example.shape(), WEEK)
