"""Text in CSV files that a spreadsheet would take for a formula and run."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_GUARDED = re.compile(r"''*[=+\-@\t\r＝＋－＠]")


def guarded(text: str) -> str:
    """With an apostrophe in front where it could be a formula: a spreadsheet takes it for text
    then. `unguarded` gives it back as it was.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What was guarded. An apostrophe before anything else belongs to the text."""
    return text[1:] if _GUARDED.match(text) else text
