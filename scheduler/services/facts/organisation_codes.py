"""Codes of organisations held against an extract of the Organisation Data Service. A check: it
changes nothing and stops nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from scheduler.domain.errors import BadRequest
from scheduler.domain.facts import Organisation
from scheduler.services.accounts.gate import open_to_all
from scheduler.storage.ods_extract import OdsExtract, RegisteredBody, read_extract
from scheduler.storage.repository import Repository

CodeVerdict = Literal[
    "as registered", "closed", "other name", "not there", "wrong shape", "no code"
]
FAULTS: frozenset[CodeVerdict] = frozenset({"closed", "other name", "not there", "wrong shape"})
NEEDS_NONE = ("local_authority", "charity")
"""Kinds of body that work in a collaborative under an id of its own making."""
SHAPES: Mapping[str, str] = {
    "nhs_trust": "[RT][A-Z0-9]{2}",
    "ambulance_trust": "[RT][A-Z0-9]{2}",
    "cic": "[A-Z0-9]{3,6}",
    "primary_care": "[A-Z][0-9]{5}",
}
"""What the code of a body looks like."""


@dataclass(frozen=True)
class CodeFinding:
    """What is to be said of one organisation."""

    organisation_id: str
    name: str
    verdict: CodeVerdict
    sentence: str

    @property
    def fault(self) -> bool:
        """Whether somebody has to look at it."""
        return self.verdict in FAULTS


@dataclass(frozen=True)
class CodeCheck:
    """`dated`: of when the extracts are, as whoever asks says; `latest`: the latest date that they
    name, so that they are no older; `bodies`: how many they hold.
    """

    findings: tuple[CodeFinding, ...]
    bodies: int
    dated: date | None
    latest: date | None
    layouts: tuple[str, ...]

    @property
    def age(self) -> str:
        """Of when the extracts are, in words."""
        if self.dated is not None:
            return f"of {self.dated.isoformat()}"
        if self.latest is not None:
            return f"that bears no date; the latest that it names is {self.latest.isoformat()}"
        return "that bears no date"


@open_to_all
def check_codes(
    repository: Repository, files: Sequence[Path], dated: date | None = None
) -> CodeCheck:
    """Hold the id of each organisation against what these extracts say together: whether there is
    such a code, whether it is closed, whether the body is called so. Raises BadRequest where a file
    cannot be read as an extract.
    """
    if not files:
        raise BadRequest("Say which extract to hold them against: --against etr.csv")
    extracts = [read_extract(file) for file in files]
    day = dated or date.today()
    bodies = {body.code: body for extract in extracts for body in extract.bodies}
    found = []
    for row in repository.facts("organisation"):
        assert isinstance(row, Organisation)
        found.append(_finding(row, bodies.get(row.id), day))
    return CodeCheck(tuple(found), len(bodies), dated, _latest(extracts), _layouts(extracts))


def _latest(extracts: Sequence[OdsExtract]) -> date | None:
    return max((one.latest for one in extracts if one.latest is not None), default=None)


def _layouts(extracts: Sequence[OdsExtract]) -> tuple[str, ...]:
    return tuple(sorted({one.layout for one in extracts}))


def _finding(row: Organisation, body: RegisteredBody | None, day: date) -> CodeFinding:
    verdict, sentence = _verdict(row, body, day)
    return CodeFinding(row.id, row.name, verdict, sentence)


def _verdict(row: Organisation, body: RegisteredBody | None, day: date) -> tuple[CodeVerdict, str]:
    shape = SHAPES.get(row.kind)
    if body is None:
        if row.kind in NEEDS_NONE:
            return "no code", "no code of the extract, which a body of this kind need not have"
        if shape is not None and not re.fullmatch(shape, row.id):
            return "wrong shape", "does not look like the code of a body of this kind"
        return "not there", "not in the extract"
    if body.closed is not None and body.closed < day:
        return "closed", f"closed on {body.closed.isoformat()}"
    if body.closed is None and not body.active:
        return "closed", "closed; the extract does not say when"
    if _plain(body.name) != _plain(row.name):
        return "other name", f"called {body.name} in the extract"
    return "as registered", "as in the extract"


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").replace("&", " and ").split())
