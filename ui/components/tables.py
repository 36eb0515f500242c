"""Tables that people take away."""

import pandas as pd

from scheduler.storage.formulas import guarded


def as_csv(table: pd.DataFrame) -> bytes:
    """A file of comma-separated values, in which names that a spreadsheet would take for formulas are guarded."""
    return table.map(lambda cell: guarded(cell) if isinstance(cell, str) else cell).to_csv(index=False).encode()
