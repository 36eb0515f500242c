"""What ends in a period (passports, sign-offs, competencies, versions, acceptances, agreements,
contracts), and the facts had it not ended.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, assert_never, cast

from scheduler.domain.barrier import live
from scheduler.domain.dataset import Dataset
from scheduler.domain.fact_index import FactIndex
from scheduler.domain.facts import Fact, ProcedureSignOff, ProcedureVersion
from scheduler.domain.sentence import Part, Sentence, ref, said

LapseKind = Literal[
    "passport", "sign_off", "competency", "procedure_version", "acceptance", "agreement", "contract"
]
FILES: dict[LapseKind, str] = {
    "passport": "passport",
    "sign_off": "procedure_sign_off",
    "competency": "staff_competency",
    "procedure_version": "procedure_version",
    "acceptance": "procedure_equivalence",
    "agreement": "sharing_agreement",
    "contract": "contract",
}
CLEARANCES: tuple[LapseKind, ...] = (
    "passport",
    "sign_off",
    "competency",
    "procedure_version",
    "acceptance",
    "agreement",
)
"""What can be renewed without employing anybody."""

_SAME: dict[LapseKind, tuple[str, ...]] = {
    "passport": ("staff_id", "host_organisation_id", "route"),
    "sign_off": ("staff_id", "procedure_id", "organisation_id", "version"),
    "competency": ("staff_id", "competency_id"),
    "procedure_version": ("procedure_id", "organisation_id", "version"),
    "acceptance": ("procedure_id", "from_organisation_id", "host_organisation_id"),
    "agreement": ("home_organisation_id", "host_organisation_id", "route", "service_id"),
    "contract": ("staff_id", "organisation_id", "role_id"),
}


@dataclass(frozen=True)
class Lapse:
    """A fact that holds for the last time on `last`."""

    kind: LapseKind
    fact: Fact
    last: date

    @property
    def staff_id(self) -> str:
        """Whose it is; empty where it is an organisation's."""
        return str(getattr(self.fact, "staff_id", ""))

    def acting(self, index: FactIndex) -> tuple[str, ...]:
        """The organisations that can renew it: who employs, whose version it is, or who accepts or
        hosts.
        """
        cells = self.fact.__dict__
        match self.kind:
            case "passport" | "competency":
                contracts = index.contracts_of.get(self.staff_id, ())
                employing = [
                    contract for contract in contracts if live(contract, self.last)
                ] or contracts
                return tuple(sorted({contract.organisation_id for contract in employing}))
            case "acceptance" | "agreement":
                return (str(cells["host_organisation_id"]),)
            case "sign_off" | "procedure_version" | "contract":
                return (str(cells["organisation_id"]),)
            case _:
                assert_never(self.kind)

    def subject(self, dataset: Dataset) -> Sentence:
        """What ends: `S1's passport (licence to attend, for B)`."""
        cells, person = self.fact.__dict__, ref("person", self.staff_id)
        match self.kind:
            case "passport":
                host = (
                    ref("organisation", cells["host_organisation_id"])
                    if cells["host_organisation_id"]
                    else "every member"
                )
                return said(
                    "{person}'s passport ({route}, for {host})",
                    person=person,
                    route=_words(cells["route"]),
                    host=host,
                )
            case "competency":
                competency = _named(dataset, "competency", cells["competency_id"])
                return said(
                    "{person}'s competency {competency}", person=person, competency=competency
                )
            case "contract":
                contract, employer = (
                    ref("contract", cells["id"]),
                    ref("organisation", cells["organisation_id"]),
                )
                return said(
                    "{person}'s contract {contract} with {employer}",
                    person=person,
                    contract=contract,
                    employer=employer,
                )
            case "agreement":
                home, host = (
                    ref("organisation", cells[f"{side}_organisation_id"])
                    for side in ("home", "host")
                )
                service = (
                    said(" for {service}", service=ref("service", cells["service_id"]))
                    if cells["service_id"]
                    else said("")
                )
                return said(
                    "The agreement under which {home} lends to {host}{service} ({route})",
                    home=home,
                    host=host,
                    service=service,
                    route=_words(cells["route"]),
                )
            case "sign_off":
                procedure, owner = (
                    _named(dataset, "procedure", cells["procedure_id"]),
                    ref("organisation", cells["organisation_id"]),
                )
                return said(
                    "{person}'s sign-off for {procedure} ({owner} {version})",
                    person=person,
                    procedure=procedure,
                    owner=owner,
                    version=cells["version"],
                )
            case "acceptance":
                procedure = _named(dataset, "procedure", cells["procedure_id"])
                host, owner = (
                    ref("organisation", cells[f"{side}_organisation_id"])
                    for side in ("host", "from")
                )
                return said(
                    "{host}'s acceptance of {owner}'s {procedure}",
                    host=host,
                    owner=owner,
                    procedure=procedure,
                )
            case "procedure_version":
                procedure, owner = (
                    _named(dataset, "procedure", cells["procedure_id"]),
                    ref("organisation", cells["organisation_id"]),
                )
                return said(
                    "{owner}'s version {version} of {procedure}",
                    owner=owner,
                    version=cells["version"],
                    procedure=procedure,
                )
            case _:
                assert_never(self.kind)

    def sentence(self, dataset: Dataset) -> Sentence:
        """What ends, and when: `S1's passport (licence to attend, for B) ends on 2027-02-07.`"""
        return said("{subject} ends on {last}.", subject=self.subject(dataset), last=self.last)


def _words(route: str) -> Part:
    return ref("term", route, route.replace("_", " "))


def _named(dataset: Dataset, file: Literal["competency", "procedure"], wanted: str) -> Part:
    name = next(
        (str(row.__dict__["name"]) for row in dataset.rows(file) if row.__dict__["id"] == wanted),
        wanted,
    )
    return ref(file, wanted, name)


def _end_column(fact: Fact) -> str:
    return "valid_to" if "valid_to" in fact.__dict__ else "to_date"


def lapses(
    dataset: Dataset, first: date, last: date, kinds: Iterable[LapseKind] = CLEARANCES
) -> list[Lapse]:
    """What ends on a day from `first` to `last`, unless its like goes on without a gap; by day,
    kind and fact.

    A version followed by another one has ended. Passports that are suspended or revoked clear
    nobody and are left out.
    """
    found = []
    for kind in kinds:
        rows = [
            row
            for row in dataset.rows(FILES[kind])
            if row.__dict__.get("status", "active") == "active"
        ]
        goes_on = _going_on(kind, rows)
        for row in rows:
            end: date | None = row.__dict__[_end_column(row)]
            if end is not None and first <= end <= last and not goes_on(row, end):
                found.append(Lapse(kind, row, end))
    return sorted(
        found, key=lambda lapse: (lapse.last, lapse.kind, str(sorted(lapse.fact.cells().items())))
    )


class _going_on:
    """Whether a fact of the same person and thing holds on the day after a fact's end."""

    def __init__(self, kind: LapseKind, rows: Iterable[Fact]) -> None:
        self._columns = _SAME[kind]
        self._like: dict[tuple[object, ...], list[Fact]] = {}
        for row in rows:
            self._like.setdefault(self._key(row), []).append(row)

    def _key(self, row: Fact) -> tuple[object, ...]:
        return tuple(row.__dict__[column] for column in self._columns)

    def __call__(self, row: Fact, end: date) -> bool:
        return any(live(other, end + timedelta(days=1)) for other in self._like[self._key(row)])


def undone(dataset: Dataset, those: Iterable[Lapse]) -> Dataset:
    """The facts had these not ended.

    A version that is followed by another one is undone for whoever was signed off in it on its last
    day: they count as signed off in the next one too, from its first day. One that is followed by
    nothing goes on.
    """
    by_kind: dict[LapseKind, list[Lapse]] = {}
    for lapse in those:
        by_kind.setdefault(lapse.kind, []).append(lapse)
    changed: dict[str, tuple[Fact, ...]] = {}
    for kind, own in by_kind.items():
        if kind != "procedure_version":
            facts = {lapse.fact for lapse in own}
            changed[FILES[kind]] = tuple(
                _open(row) if row in facts else row for row in dataset.rows(FILES[kind])
            )
    result = dataset.with_facts(**changed)
    for lapse in sorted(by_kind.get("procedure_version", ()), key=lambda one: one.last):
        result = _with_version_kept(result, cast(ProcedureVersion, lapse.fact), lapse.last)
    return result


def _open(row: Fact) -> Fact:
    return row.model_copy(update={_end_column(row): None})


def _with_version_kept(dataset: Dataset, version: ProcedureVersion, last: date) -> Dataset:
    after = [v for v in _versions(dataset, version) if v.from_date > last]
    following = min(after, key=lambda v: v.from_date, default=None)
    until = None if following is None else following.from_date - timedelta(days=1)
    kept = version.model_copy(update={"to_date": until})
    rows = tuple(kept if row == version else row for row in dataset.procedure_version)
    if following is None or following.version == version.version:
        return dataset.with_facts(procedure_version=rows)
    carried = [
        row.model_copy(update={"version": following.version, "valid_from": following.from_date})
        for row in dataset.procedure_sign_off
        if _signed_in(row, version, last)
        and (row.valid_to is None or row.valid_to >= following.from_date)
    ]
    return dataset.with_facts(
        procedure_version=rows, procedure_sign_off=(*dataset.procedure_sign_off, *carried)
    )


def _versions(dataset: Dataset, like: ProcedureVersion) -> Iterator[ProcedureVersion]:
    for row in dataset.procedure_version:
        if (row.procedure_id, row.organisation_id) == (like.procedure_id, like.organisation_id):
            yield row


def _signed_in(row: ProcedureSignOff, version: ProcedureVersion, day: date) -> bool:
    same = (row.procedure_id, row.organisation_id, row.version) == (
        version.procedure_id,
        version.organisation_id,
        version.version,
    )
    return same and live(row, day)
