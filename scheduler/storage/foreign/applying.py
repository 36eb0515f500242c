"""A mapping applied to a sheet: our rows, where each of them came from, and all that is wrong."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from scheduler.domain.errors import MOST_LISTED, Fault
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.domain.wording import maybe
from scheduler.storage.columns import column_names, columns
from scheduler.storage.foreign.cell_values import CellReader, FoundCell
from scheduler.storage.foreign.grid import SourceGrid
from scheduler.storage.foreign.known_names import KnownNames, NearName
from scheduler.storage.foreign.mapping import ColumnMapping, RowCondition, TargetFile, plain


@dataclass(frozen=True)
class CellOrigin:
    """Which cells of the source one of our cells was made of; empty headings: the mapping alone
    says it.
    """

    headings: str
    value: str
    ours: str


@dataclass(frozen=True)
class MappedRow:
    """One of our rows. `place`: where it stands in the source, its sheet and its row; `number`: by
    which its rows are told apart.
    """

    place: tuple[str, int]
    number: int
    cells: Mapping[str, str]
    origins: Mapping[str, CellOrigin]


@dataclass(frozen=True)
class UnknownValue:
    """A value that neither a value table nor what is stored explains. `rows`: how many have it;
    `nearest`: what may be meant; `table`: the value table that is asked, empty where none is.
    """

    heading: str
    value: str
    file: str
    column: str
    rows: int
    nearest: tuple[NearName, ...] = ()
    table: str = ""


@dataclass
class Mapped:
    """What became of one or several sheets. `bad_ids`: ids of our rows that have a fault;
    `left_out`: why rows became nothing -> how many; `unused`: headings that nothing reads.
    """

    rows: dict[str, list[MappedRow]] = field(default_factory=lambda: defaultdict(list))
    faults: list[Fault] = field(default_factory=list)
    bad_ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    bad_files: set[str] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)
    unused: list[str] = field(default_factory=list)
    unknown: dict[tuple[str, str, str, str, str, str], int] = field(default_factory=dict)
    read: int = 0
    """Rows of the source that were looked at."""

    def unknown_values(self, names: KnownNames) -> list[UnknownValue]:
        """The values without an explanation, the commonest first."""
        commonest = sorted(self.unknown.items(), key=lambda one: (-one[1], one[0]))
        return [
            UnknownValue(
                heading=heading,
                value=value,
                file=file,
                column=column,
                rows=rows,
                nearest=names.nearest(target, value) if target else (),
                table=asked,
            )
            for (heading, value, file, column, target, asked), rows in commonest
        ]


class Applying:
    """Applies a mapping to sheets, one after another. `stored`: our file -> its stored rows."""

    def __init__(
        self,
        mapping: ColumnMapping,
        names: KnownNames,
        stored: Callable[[str], Collection[Fact]],
    ) -> None:
        self.mapping, self.names, self._stored = mapping, names, stored
        self.found = Mapped()
        self._by_id: dict[str, dict[str, Fact]] = {}
        self._listed: dict[tuple[str, str], list[int]] = {}
        self._seen: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)

    def apply(self, grid: SourceGrid, record: str = "") -> None:
        """Take what a sheet holds, by the parts of the mapping that are of this kind of record."""
        targets = [target for target in self.mapping.into if target.record == record]
        positions = self._positions(grid, targets, record)
        if positions is None:
            return
        kept = list(self._wanted(grid, positions))
        for target in targets:
            self._ids(target, kept)
        for target in targets:
            self._rows(target, grid, kept)
        self._odd(grid, targets, positions, {number for number, _ in kept})

    # --- headings and rows

    def _positions(
        self, grid: SourceGrid, targets: Sequence[TargetFile], record: str
    ) -> dict[str, int] | None:
        """Plain heading -> position; None, with faults, where the mapping names what is not
        there.
        """
        there: dict[str, int] = {}
        twice = set()
        for position, heading in enumerate(grid.headings):
            if heading:
                twice |= {plain(heading)} & there.keys()
                there.setdefault(plain(heading), position)
        named = ColumnMapping("", into=tuple(targets)) if record else self.mapping
        wrong = False
        for heading in named.headings():
            if plain(heading) in twice:
                expected = "a heading that stands there once: it is the heading of several columns"
            elif plain(heading) not in there:
                near = maybe(heading, [one for one in grid.headings if one], cutoff=0.5)
                expected = f"a column with this heading, which the mapping reads. {near}".rstrip()
            else:
                continue
            wrong = True
            row = self.mapping.header_row
            self.found.faults.append(Fault(grid.label, row, heading, heading, expected))
        read = {plain(one) for one in (*named.headings(), *self.mapping.ignored)}
        if not record:
            self.found.unused += [one for one in grid.headings if one and plain(one) not in read]
        if wrong:
            self.found.bad_files |= {target.file for target in targets}
        return None if wrong else there

    def _wanted(
        self, grid: SourceGrid, positions: Mapping[str, int]
    ) -> Iterator[tuple[int, dict[str, str]]]:
        above: dict[str, str] = {}
        down = [plain(one) for one in self.mapping.fill_down]
        for number, record in grid.rows:
            cells = {
                heading: record[position] if position < len(record) else ""
                for heading, position in positions.items()
            }
            if any(_holds(one, cells) for one in self.mapping.until):
                self.found.left_out["after the end of the table"] += sum(
                    1 for later, _ in grid.rows if later >= number
                )
                return
            for heading in down:
                above[heading] = cells[heading] = cells[heading] or above.get(heading, "")
            if any(_holds(one, cells) for one in self.mapping.skip):
                self.found.left_out["by a condition of the mapping"] += 1
                continue
            self.found.read += 1
            yield number, cells

    # --- our rows

    def _readers(self, target: TargetFile) -> dict[str, CellReader]:
        """In an order in which each finds what it depends on."""
        by_name = {column.name: column for column in columns(BY_FILE[target.file])}
        found = {
            name: CellReader(self.mapping, by_name[name], source, self.names)
            for name, source in target.columns.items()
        }
        later = {
            name: (*source.length_of, *([source.after] if source.after else []))
            for name, source in target.columns.items()
        }

        def depth(name: str, within: int = 0) -> int:
            others = later.get(name, ())
            return 0 if not others or within > 4 else 1 + max(depth(o, within + 1) for o in others)

        return {name: found[name] for name in sorted(found, key=depth)}

    def _ids(self, target: TargetFile, kept: Sequence[tuple[int, Mapping[str, str]]]) -> None:
        """What others of the same file may refer to."""
        if "id" not in target.columns:
            return
        reader = self._readers(target)["id"]
        for _, cells in kept:
            if all(_holds(one, cells) for one in target.when):
                found = reader.read(cells, {}, lambda: None)
                if found.what == "cell" and found.text:
                    self.names.bring(target.file, found.text)

    def _rows(
        self, target: TargetFile, grid: SourceGrid, kept: Sequence[tuple[int, Mapping[str, str]]]
    ) -> None:
        readers, names = self._readers(target), column_names(BY_FILE[target.file])
        for number, cells in kept:
            if not all(_holds(one, cells) for one in target.when):
                continue
            ours: dict[str, str] = {}
            origins: dict[str, CellOrigin] = {}
            bad: list[tuple[str, FoundCell]] = []
            out = ""
            for name, reader in readers.items():
                found = reader.read(cells, ours, partial(self._kept, target, ours, name))
                if found.what == "left_out":
                    out = out or f"{found.headings} is {found.value!r}"
                elif found.what == "cell":
                    ours[name] = found.text
                    origins[name] = CellOrigin(found.headings, found.value, found.text)
                else:
                    bad.append((name, found))
            if out:
                self.found.left_out[f"for {target.file}: {out}"] += 1
                continue
            for name, found in bad:
                self._fault(target, grid.place(number), name, found)
            if bad:
                self.found.bad_files.add(target.file)
                self.found.bad_ids[target.file].add(ours.get("id", ""))
                continue
            for name in names:
                if name not in ours:
                    ours[name] = self._kept(target, ours, name) or ""
            key = tuple(ours[name] for name in names)
            if key not in self._seen[target.file]:
                self._seen[target.file][key] = None
                self.found.rows[target.file].append(
                    MappedRow(grid.place(number), number, ours, origins)
                )

    def _kept(self, target: TargetFile, ours: Mapping[str, str], name: str) -> str | None:
        """What is stored of the same thing: what the source does not speak of stays."""
        if "id" not in ours:
            return None
        if target.file not in self._by_id:
            self._by_id[target.file] = {
                str(fact.__dict__["id"]): fact for fact in self._stored(target.file)
            }
        fact = self._by_id[target.file].get(ours["id"])
        return None if fact is None else fact.cell(name)

    def _fault(
        self, target: TargetFile, place: tuple[str, int], name: str, found: FoundCell
    ) -> None:
        if found.what == "unknown":
            heading = found.headings or name
            key = (heading, found.value, target.file, name, found.file, found.table)
            self.found.unknown[key] = self.found.unknown.get(key, 0) + 1
        expected = found.text
        if not found.headings:
            expected += f" (the mapping gives {name} of {target.file} this value)"
        fault = Fault(*place, found.headings, found.value[:200], expected)
        listed = self._listed.setdefault((target.file, name), [])
        if len(listed) < MOST_LISTED:
            listed.append(len(self.found.faults))
            self.found.faults.append(fault)
        else:  # the last of those that are listed says how many more there are
            last = self.found.faults[listed[-1]]
            self.found.faults[listed[-1]] = replace(last, more=last.more + 1)

    # --- odd cells of workbooks

    def _odd(
        self,
        grid: SourceGrid,
        targets: Sequence[TargetFile],
        positions: Mapping[str, int],
        rows: set[int],
    ) -> None:
        """Errors, formulas without a result and merged cells, where the mapping reads them."""
        down = {plain(one) for one in self.mapping.fill_down}
        read = {
            positions[plain(heading)]: heading
            for target in targets
            for source in target.columns.values()
            for heading in source.headings()
        }
        for (number, position), odd in sorted(grid.odd.items()):
            if number not in rows or position not in read:
                continue
            heading = read[position]
            if odd.kind == "merged" and plain(heading) not in down:
                expected = (
                    f"a cell of its own: {odd.shown} are merged into one. Unmerge them, or let the"
                    " mapping fill this column down"
                )
            elif odd.kind in ("error", "formula"):
                expected = "a value, not an error or a formula that was never worked out"
            else:
                continue
            self.found.faults.append(Fault(grid.label, number, heading, odd.shown[:80], expected))
            self.found.bad_files |= {target.file for target in targets}


def _holds(condition: RowCondition, cells: Mapping[str, str]) -> bool:
    cell = plain(cells.get(plain(condition.column), ""))
    if condition.among:
        return cell in {plain(one) for one in condition.among}
    if condition.not_among:
        return cell not in {plain(one) for one in condition.not_among}
    if condition.begins:
        return cell.startswith(plain(condition.begins))
    return (not cell) == bool(condition.empty)
