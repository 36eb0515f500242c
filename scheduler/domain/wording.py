"""How sentences count and choose: one place for plurals, and for what somebody may have meant by a
name that is not there.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

MOST_MEANT = 3
"""Names that are offered where several are equally near."""
COMPARED = 300
"""Names of which the edits are counted: the likeliest by their shared parts."""
SLIP, EDIT = 1, 2
"""What an edit counts: a doubled letter that is missing or too many, two swapped, a separator,
against any other.
"""
SEPARATORS = frozenset("-_ .:/")


_WORD = re.compile(r"[^\W_]+")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""What shows nothing and may move the cursor, colour what follows, turn round its direction or end
the line.
"""


def hides(text: str) -> bool:
    """Whether something in it cannot be seen, line ends and tabs included."""
    return _UNSEEN.search(text) is not None


def printable(text: str) -> str:
    """For a terminal: what cannot be seen is written out, as in `\\x1b`. Line ends and tabs
    stay.
    """
    return _UNSEEN.sub(
        lambda found: (
            found[0] if found[0] in "\n\t" else found[0].encode("unicode_escape").decode("ascii")
        ),
        text,
    )


def printable_json(document: str) -> str:
    """The same for a JSON document, which stays the same document."""
    return _UNSEEN.sub(
        lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", document
    )


def one_line(text: str) -> str:
    """For the names of calendars and their events, which have neither lines nor control
    characters.
    """
    return " ".join(_UNSEEN.sub(" ", text).split())


def counted(number: int, one: str, many: str = "") -> str:
    """`1 shift`, `2 shifts`, `1,234 people`; `many` where it is not `one` with an s."""
    return f"{number:,} {plural(number, one, many)}"


def plural(number: int, one: str, many: str = "") -> str:
    """The word alone: `1` is one, everything else many."""
    return one if number == 1 else many or f"{one}s"


def plain_words(text: str) -> str:
    """A text as it is searched: without case, accents and marks, its words parted by one space."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(letter)
    )
    return " ".join(_WORD.findall(bare.casefold()))


def has_words(text: str, wanted: str) -> bool:
    """Whether every word of `wanted` is somewhere in the text, in any order and case, with accents
    or without; a number also without its leading noughts.
    """
    plain = plain_words(text)
    numbers = {found.lstrip("0") for found in re.findall(r"\d+", plain)}
    return all(
        word in plain or (word.isdigit() and word.lstrip("0") in numbers)
        for word in plain_words(wanted).split()
    )


def either(names: Sequence[str]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    return " or ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def nearest(wanted: str, known: Iterable[str], *, cutoff: float = 0.6) -> list[str]:
    """What somebody most likely meant: the known names with the fewest edits, several where they
    tie, none where none is near.

    Upper and lower case are the same.
    """
    plain: dict[str, list[str]] = {}
    for name in known:
        plain.setdefault(name.casefold(), []).append(name)
    typed = wanted.casefold()
    likely = get_close_matches(typed, plain, n=COMPARED, cutoff=cutoff)
    edits = {name: _edits(typed, name) for name in likely}
    least = min(edits.values(), default=0)
    return sorted(own for name in likely if edits[name] == least for own in plain[name])[
        :MOST_MEANT
    ]


def maybe(wanted: str, known: Iterable[str], otherwise: str = "", *, cutoff: float = 0.6) -> str:
    """`Maybe A or B?`; `otherwise` where nothing is near."""
    found = nearest(wanted, known, cutoff=cutoff)
    return f"Maybe {either(found)}?" if found else otherwise


def no_collaborative(wanted: str, known: Collection[str]) -> str:
    """What is said of a collaborative that is not there."""
    there = (
        f"No collaborative {wanted!r}: there is"
        f" {', '.join(known) or 'none yet; import a dataset first'}."
    )
    return f"{there} {maybe(wanted, known)}".rstrip()


def _edits(typed: str, meant: str) -> int:
    """The least that turns one into the other by inserting, leaving out, changing and swapping
    letters, slips counted less.
    """
    rows = [[0]]
    for at in range(len(meant)):
        rows[0].append(rows[0][-1] + _alone(meant, at))
    for down, letter in enumerate(typed):
        above, row = rows[-1], [rows[-1][0] + _alone(typed, down)]
        for across, other in enumerate(meant):
            change = 0 if letter == other else SLIP if {letter, other} <= SEPARATORS else EDIT
            least = min(
                above[across] + change,
                above[across + 1] + _alone(typed, down),
                row[across] + _alone(meant, across),
            )
            if down and across and letter == meant[across - 1] and other == typed[down - 1]:
                least = min(least, rows[-2][across - 1] + SLIP)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]


def _alone(text: str, at: int) -> int:
    """A letter that the other name lacks."""
    letter = text[at]
    doubled = letter in (text[at - 1 : at], text[at + 1 : at + 2])
    return SLIP if doubled or letter in SEPARATORS else EDIT
