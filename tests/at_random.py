"""How often tests that draw their cases at random try: a few times in `make test`, as often again
as TIMES says in `make test-random`.
"""

import os
from collections.abc import Sequence

import pytest

_TIMES = int(os.environ.get("TIMES", "1"))


def examples(usual: int) -> int:
    """So many examples, of which `usual` are tried where nobody asks for more."""
    return usual * _TIMES


def seeds(usual: int, of: Sequence[int]) -> pytest.MarkDecorator:
    """A case for each of the seeds `of`, the first `usual` of them where nobody asks for more."""
    return pytest.mark.parametrize("seed", of if _TIMES > 1 else of[:usual])
