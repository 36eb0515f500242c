"""A column mapping: which columns of another system's file become which facts, as data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

LEFT_OUT = None
"""What a value table says of a value whose row is not wanted."""
ANYTHING_ELSE = "*"
"""The entry of a value table for every value that has no entry of its own."""

Entry = str | None
Rule = tuple[str, ...]


@dataclass(frozen=True)
class RowCondition:
    """Holds of a row by what one of its cells says. One of the four is given."""

    column: str
    among: tuple[str, ...] = ()
    not_among: tuple[str, ...] = ()
    begins: str = ""
    empty: bool | None = None


@dataclass(frozen=True)
class CellSource:
    """Where the cells of one target column come from.

    `columns`: their headings, joined by `between`; or a `constant`; or `kept`: what is stored, and
    of what is not stored yet this. `values`: a value table. `prefix` goes before what was found.
    `empty` stands for an empty cell. `unknown_left_out`: a row whose value nobody knows is left
    out. `date`: patterns of dates, `hours` and `money`: how these are written, `times`: a factor.
    A date-time: the date of one column and the time of another, on the next day where it would not
    be `after` another target column. `length_of`: the minutes between two date-times, less those of
    the column `less`. `otherwise`: where this finds nothing, or no entry of its value table.
    """

    columns: tuple[str, ...] = ()
    between: str = " "
    constant: str | None = None
    kept: str | None = None
    values: str = ""
    prefix: str = ""
    empty: str | None = None
    unknown_left_out: bool = False
    date: tuple[str, ...] = ()
    hours: str = ""
    money: str = ""
    times: float | None = None
    time_column: str = ""
    after: str = ""
    length_of: tuple[str, ...] = ()
    less: str = ""
    otherwise: "CellSource | None" = None

    def headings(self) -> Iterator[str]:
        """Those of the file that are read for it."""
        yield from self.columns
        yield from (heading for heading in (self.time_column, self.less) if heading)
        if self.otherwise is not None:
            yield from self.otherwise.headings()

    def tables(self) -> Iterator[str]:
        """The value tables that it asks."""
        if self.values:
            yield self.values
        if self.otherwise is not None:
            yield from self.otherwise.tables()


@dataclass(frozen=True)
class TargetFile:
    """Rows of one of our files, one for each row of the source that meets all conditions of
    `when`. `record`: of which kind of record, in a file with several.
    """

    file: str
    columns: Mapping[str, CellSource]
    when: tuple[RowCondition, ...] = ()
    record: str = ""


@dataclass(frozen=True)
class ColumnMapping:
    """All that is said of one kind of file. `until`: rows from the first for which one of these
    holds on are left out; `skip`: rows for which one holds; `ignored`: headings that are knowingly
    not read; `fill_down`: headings whose empty cells mean what stands above. `layout`: what it adds
    to, where it is for a system whose layout comes with this program.
    """

    name: str
    organisation_id: str = ""
    layout: str = ""
    sheet: str = ""
    header_row: int = 1
    header_rows: int = 1
    date: tuple[str, ...] = ("DD/MM/YYYY",)
    hours: str = "hours"
    money: str = "pence"
    ignored: tuple[str, ...] = ()
    fill_down: tuple[str, ...] = ()
    skip: tuple[RowCondition, ...] = ()
    until: tuple[RowCondition, ...] = ()
    values: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)
    into: tuple[TargetFile, ...] = ()

    def headings(self) -> list[str]:
        """Every heading that it names, those that are ignored left out."""
        conditions = [
            *self.skip,
            *self.until,
            *(one for target in self.into for one in target.when),
        ]
        named = [condition.column for condition in conditions]
        named += [
            heading
            for target in self.into
            for source in target.columns.values()
            for heading in source.headings()
        ]
        return list(dict.fromkeys([*named, *self.fill_down]))


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """As names, headings and values are compared: any case, any spacing."""
    return " ".join(text.split()).casefold()
