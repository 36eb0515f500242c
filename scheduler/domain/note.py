"""What somebody should know about data that was taken in all the same."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Note:
    """One thing that was understood in one of several ways, or that may not be meant. Not a fault:
    nothing is refused for it.

    `row` counts the header as row 1; 0 means that the note concerns the file as a whole.
    """

    file: str
    row: int
    column: str
    text: str

    def __str__(self) -> str:
        if not self.row:
            return f"{self.file} {self.text}".strip()
        return (
            f"{self.file}, row {self.row}"
            + (f", column {self.column}" if self.column else "")
            + f": {self.text}"
        )
