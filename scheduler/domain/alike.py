"""Ids that look the same to a person and differ for a computer."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from scheduler.domain.dataset import Dataset
from scheduler.domain.errors import Fault
from scheduler.domain.facts import FACT_TYPES
from scheduler.domain.note import Note

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACES = re.compile(r"\s+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def to_the_eye(text: str) -> str:
    """The same for texts that a person cannot tell apart: spaces, dashes and accented letters in
    one form each.
    """
    return unicodedata.normalize(
        "NFC", _DASHES.sub("-", _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip())
    )


def in_one_case(text: str) -> str:
    """The same for texts that differ in upper and lower case, too."""
    return unicodedata.normalize("NFC", to_the_eye(text).casefold())


def by_likeness(ids: Iterable[str]) -> dict[str, str]:
    """How an id is written, by what is the same for all that are alike."""
    return {in_one_case(written): written for written in sorted(ids)}


def difference(one: str, other: str) -> str:
    """In what two texts that are alike differ, in words: whatever keeps them apart where all else
    is made the same.
    """
    forms: dict[str, Callable[[str], str]] = {
        "spaces": lambda text: _SPACES.sub("", _INVISIBLE.sub("", text)),
        "dashes": lambda text: _DASHES.sub("-", text),
        "how an accented letter is stored": lambda text: unicodedata.normalize("NFC", text),
        "upper and lower case": str.casefold,
    }

    def without(left_out: str, text: str) -> str:
        for name, form in forms.items():
            text = text if name == left_out else form(text)
        return text

    return " and ".join(name for name in forms if without(name, one) != without(name, other))


def faults(dataset: Dataset, row_number: Callable[[str, int], int]) -> Iterator[Fault]:
    """New ids that nobody can tell from another one of their file."""
    for file, index, first, one, other in _pairs(dataset, row_number, to_the_eye):
        expected = (
            f"an id that can be told from {other!r} in row {first}: they differ only in"
            f" {difference(one, other)}"
        )
        yield Fault(f"{file}.csv", row_number(file, index), "id", one, expected)


def notes(dataset: Dataset, row_number: Callable[[str, int], int]) -> Iterator[Note]:
    """New ids that differ from another one of their file in upper and lower case alone: that may be
    meant.
    """
    for file, index, first, one, other in _pairs(dataset, row_number, in_one_case):
        if to_the_eye(one) != to_the_eye(other):
            where = f"row {first}" if first else "a stored row"
            text = (
                f"{one!r} and {other!r} in {where} differ only in upper and lower case, and count"
                " as two."
            )
            yield Note(f"{file}.csv", row_number(file, index), "id", text)


def _pairs(
    dataset: Dataset, row_number: Callable[[str, int], int], form: Callable[[str], str]
) -> Iterator[tuple[str, int, int, str, str]]:
    """File, index of a new row, row of an earlier one, and their two ids, which are the same in
    this form.
    """
    for fact_type in FACT_TYPES:
        if fact_type.key != ("id",):
            continue
        first: dict[str, tuple[int, str]] = {}
        for index, fact in enumerate(dataset.rows(fact_type.file)):
            written = str(fact.identity()[0])
            seen, other = first.setdefault(form(written), (index, written))
            if other != written and row_number(fact_type.file, index):
                yield fact_type.file, index, row_number(fact_type.file, seen), written, other
