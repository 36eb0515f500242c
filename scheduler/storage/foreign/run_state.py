"""What a system has said so far, run by run: its records as the last run left them, laid out as
sheets that a mapping can read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from scheduler.storage.foreign.grid import SourceGrid
from scheduler.storage.foreign.mapping import ColumnMapping, plain
from scheduler.storage.foreign.notations import date_of
from scheduler.storage.foreign.run_file import RunFile
from scheduler.storage.foreign.run_layout import RecordLayout, RunLayout, among

Fields = Mapping[str, str]
PART = "part"
"""A field of ours: what tells the contracts of one assignment apart."""
NUMBERED = "numbered"
"""Another: the number of an assignment, with the part where it has several."""
EARLIER = 1_000_000_000
"""Numbers from here on are of records that an earlier file brought."""
_PATTERNS = ("YYYYMMDD", "DD/MM/YYYY")


@dataclass(frozen=True)
class RunState:
    """`records`: kind -> key -> fields; `lines`: (kind, key) -> line of the file that was read
    last.
    """

    records: Mapping[str, Mapping[str, Fields]]
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)


def after(state: RunState, run: RunFile, layout: RunLayout) -> RunState:
    """The state that a run leaves: a full one knows nothing of the state before it but what we call
    the parts of an assignment.
    """
    found: dict[str, dict[str, Fields]] = {
        kind: {} if run.full else dict(state.records.get(kind, {})) for kind in layout.records
    }
    lines: dict[tuple[str, str], int] = {}
    for record in run.records:
        kind, own = layout.records[record.kind], found[record.kind]
        if record.gone:
            for key in _meant(own, kind, record.fields):
                del own[key]
            continue
        key = kind.key(record.fields)
        if kind.employs and key not in state.records.get(record.kind, {}):
            end = (
                None if record.fields[kind.end] in layout.no_end else _date(record.fields[kind.end])
            )
            if end is not None and end < run.day:
                continue  # what was over before it was known makes no contract
        own[key] = record.fields
        lines[record.kind, key] = record.line
    for name, kind in layout.records.items():
        if kind.employs:
            found[name] = _with_parts(found[name], state.records.get(name, {}), kind)
    return RunState(found, lines)


def _meant(own: Mapping[str, Fields], kind: RecordLayout, fields: Fields) -> list[str]:
    """The records that one of deletion means: one of a thing's times, or the thing as a whole."""
    if kind.begin and fields.get(kind.begin):
        key = kind.key(fields)
        return [key] if key in own else []
    return [key for key, one in own.items() if one[kind.id] == fields[kind.id]]


def _with_parts(
    own: Mapping[str, Fields], before: Mapping[str, Fields], kind: RecordLayout
) -> dict[str, Fields]:
    """Each with the part of its assignment to which it belongs: what follows on and says the same
    is one part, what was known keeps its own, and what corrects one that is no more takes its
    place.
    """
    by_id: dict[str, list[str]] = defaultdict(list)
    for key, fields in own.items():
        by_id[fields[kind.id]].append(key)
    earlier: dict[str, list[tuple[str, Fields]]] = defaultdict(list)
    for key, fields in before.items():
        earlier[fields[kind.id]].append((key, fields))
    found: dict[str, Fields] = {}
    for thing, keys in by_id.items():
        standing = {fields[PART] for key, fields in earlier[thing] if key in own}
        vanished = [fields for key, fields in earlier[thing] if key not in own]
        named: dict[str, str] = {}
        for key in sorted(keys, key=lambda key: own[key][kind.begin]):
            part = before[key][PART] if key in before else None
            if part is None or any(
                named[other] == part and _says(own[other], kind) != _says(own[key], kind)
                for other in named
            ):
                part = _new_part(own, key, named, standing, vanished, kind)
            named[key] = part
            found[key] = {**own[key], PART: part}
    return found


def _new_part(
    own: Mapping[str, Fields],
    key: str,
    named: Mapping[str, str],
    standing: Collection[str],
    vanished: Collection[Fields],
    kind: RecordLayout,
) -> str:
    fields = own[key]
    for other, part in named.items():
        if _says(own[other], kind) == _says(fields, kind) and _follows(own[other], fields, kind):
            return part
    taken = {*named.values(), *standing}
    for gone in vanished:
        corrects = fields[kind.begin] <= gone[kind.begin] or _says(gone, kind) == _says(
            fields, kind
        )
        if corrects and gone[PART] not in taken:
            return gone[PART]
    return fields[kind.begin] if "" in taken or vanished else ""


def _says(fields: Fields, kind: RecordLayout) -> dict[str, str]:
    return {
        name: value for name, value in fields.items() if name not in (kind.begin, kind.end, PART)
    }


def _follows(one: Fields, other: Fields, kind: RecordLayout) -> bool:
    end, begin = _date(one[kind.end]), _date(other[kind.begin])
    return end is not None and begin is not None and begin == end + timedelta(days=1)


# --- as sheets


@dataclass(frozen=True)
class SheetsOf:
    """Makes sheets of a state. `organisation_id`: whose people it is about; `employer`: by what the
    system calls it; `day`: of the run.
    """

    layout: RunLayout
    mapping: ColumnMapping
    state: RunState
    label: str
    organisation_id: str
    employer: str
    day: date

    def sheet(self, kind: RecordLayout) -> SourceGrid:
        """One sheet with the records of a kind that are wanted, each with what it is joined to and
        what is worked out of it.
        """
        rows, earlier = [], {}
        for number, (key, fields) in enumerate(self._in_order(kind), start=EARLIER):
            line = self.state.lines.get((kind.name, key))
            at = number if line is None else line
            if line is None:
                earlier[at] = (
                    f"{kind.name} {fields.get(kind.called) or fields[kind.id]}, of an earlier run"
                )
            rows.append((at, self._joined(kind, fields)))
        headings = tuple(dict.fromkeys(name for _, row in rows for name in row))
        return SourceGrid(
            self.label,
            headings,
            tuple((at, [row.get(name, "") for name in headings]) for at, row in rows),
            earlier=earlier,
        )

    def people(self) -> set[str]:
        """Persons of whom there is a record of their own: whoever was deleted is nobody any more,
        whatever else still speaks of them.
        """
        return {
            fields[kind.id]
            for kind in self.layout.records.values()
            if kind.about and kind.about == kind.id
            for fields in self.state.records.get(kind.name, {}).values()
        }

    def wanted(self, kind: RecordLayout, fields: Fields) -> bool:
        """Whether a record is of those that become facts."""
        if any(not among(fields[name], values) for name, values in kind.only.items()):
            return False
        return not any(among(fields[name], values) for name, values in kind.without.items())

    def _in_order(self, kind: RecordLayout) -> Iterator[tuple[str, Fields]]:
        """The most telling first."""
        wanted = [
            (key, fields)
            for key, fields in self.state.records.get(kind.name, {}).items()
            if self.wanted(kind, fields)
        ]
        if kind.employs:
            wanted = list(self._as_parts(kind, wanted))
        if kind.first:
            wanted.sort(key=lambda one: plain(one[1][kind.first]) not in ("y", "yes"))
        yield from wanted

    def _as_parts(
        self, kind: RecordLayout, wanted: Iterable[tuple[str, Fields]]
    ) -> Iterator[tuple[str, Fields]]:
        """What follows on and says the same, as one."""
        parts: dict[tuple[str, str], list[tuple[str, Fields]]] = defaultdict(list)
        for key, fields in wanted:
            parts[fields[kind.id], fields.get(PART, "")].append((key, fields))
        for one in parts.values():
            one.sort(key=lambda item: item[1][kind.begin])
            key, last = one[-1]
            yield key, {**last, kind.begin: one[0][1][kind.begin]}

    def _joined(self, kind: RecordLayout, fields: Fields) -> dict[str, str]:
        row = {"employer": self.employer, "organisation": self.organisation_id, **fields}
        if kind.employs:
            row[NUMBERED] = "-".join(one for one in (row[kind.called], row.get(PART, "")) if one)
        for name in kind.fields:
            if row.get(name) in self.layout.no_end:
                row[name] = ""
        for other, name in kind.joins.items():
            found = self._of(self.layout.records[other], fields[name])
            for heading in (
                *self.layout.records[other].fields,
                *self.layout.records[other].derived,
            ):
                row[f"{other}: {heading}"] = found.get(heading, "")
        return self._derived(kind, row)

    def _of(self, kind: RecordLayout, thing: str) -> dict[str, str]:
        """The record of a thing that holds on the day of the run, or the one nearest to it."""
        own = self._by_id(kind).get(thing, [])
        if not own:
            return {}
        begun = [one for one in own if not kind.begin or one[kind.begin] <= f"{self.day:%Y%m%d}"]
        return self._derived(kind, dict(begun[-1] if begun else own[0]))

    def _by_id(self, kind: RecordLayout) -> Mapping[str, list[Fields]]:
        memory: dict[str, Mapping[str, list[Fields]]] = self.__dict__.setdefault("_memory", {})
        if kind.name not in memory:
            found: dict[str, list[Fields]] = defaultdict(list)
            own = self.state.records.get(kind.name, {}).values()
            for one in sorted(own, key=lambda one: one[kind.begin] if kind.begin else ""):
                found[one[kind.id]].append(one)
            memory[kind.name] = found
        return memory[kind.name]

    def _derived(self, kind: RecordLayout, row: dict[str, str]) -> dict[str, str]:
        for name, how in kind.derived.items():
            row[name] = self._worked_out(how, row)
        return row

    def _worked_out(self, how: Mapping[str, Any], row: Mapping[str, str]) -> str:
        if "table" in how:
            table = self.mapping.values.get(how["table"], {})
            said = {plain(key): value for key, value in table.items()}
            text = row[how["value"]]
            return said.get(plain(text), text) or ""
        if "where" in how:
            text = row[how["where"]]
            met = among(text, how["is"]) if "is" in how else not among(text, how["is_not"])
            return row[how["value"]] if met else str(how.get("else", ""))
        if "earliest" in how:
            return min((row[one] for one in how["earliest"] if row[one]), default="")
        if "part_of" in how:
            first, last, begin, end = (row[one] for one in how["part_of"])
            return "yes" if first == last and begin and end and begin < end else "no"
        found = next((row[one] for one in how["first"] if row[one]), "")
        if not found and "until" in how:
            return self._believed_until(row[how["until"]])
        return found

    def _believed_until(self, first: str) -> str:
        """Of an absence without an end: for some weeks from the run on, which each run renews."""
        until = self.day + timedelta(days=self.layout.open_absence_days)
        begin = _date(first)
        return f"{until if begin is None else max(until, begin):%Y%m%d}"


def _date(text: str) -> date | None:
    return date_of(text, _PATTERNS)


def with_lines(state: RunState) -> RunState:
    """The same state, of which no line is known: as an earlier run left it."""
    return replace(state, lines={})
