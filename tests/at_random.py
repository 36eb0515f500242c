"""How often tests that draw their cases at random try: a few times in `make test`, as often again
as TIMES says in `make test-random`.
"""

import os


def examples(usual: int) -> int:
    """So many examples, of which `usual` are tried where nobody asks for more."""
    return usual * int(os.environ.get("TIMES", "1"))
