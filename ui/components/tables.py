"""Tables as their rows."""

from collections.abc import Iterable
from typing import Any

import pandas as pd


def rows(table: pd.DataFrame) -> Iterable[Any]:
    """The rows of a table, each with its cells by the names of the columns, which alone say what
    they are.
    """
    return table.itertuples()
