"""A mapping while it is made on a page: a document whose parts are chosen one by one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from scheduler.domain.facts import BY_FILE

Document = dict[str, Any]
Source = str | Mapping[str, Any]
Words = dict[str, dict[str, str | bool]]
"""Value table -> value of the file -> what it means here; False: its rows are left out."""
How = Literal["nothing", "heading", "always", "length", "as it is"]

FIRST_KINDS = (
    "worked_shift",
    "staff",
    "contract",
    "leave",
    "unavailability",
    "staff_competency",
    "preference",
)
"""Files that other systems know something of, in the order in which they are offered."""
LENGTHS = {"worked_shift": ("start", "end")}
"""File -> two columns between which its minutes lie."""
_STAYS = ("values", "unknown", "empty", "times", "otherwise")
"""What is said of a source and stays where another heading is chosen for it."""


@dataclass(frozen=True)
class Origin:
    """Where a column of ours comes from, as far as a page lets it be chosen. `time`: the heading
    of its time of day, where that stands apart; `less`: of the break; `hours`, `money`: how these
    are written; `prefix`: what is put before a number.
    """

    how: How = "nothing"
    heading: str = ""
    time: str = ""
    constant: str = ""
    less: str = ""
    hours: str = ""
    money: str = ""
    prefix: str = ""


def origin_of(source: Source | None) -> Origin:
    """What a source of a document says, for a page to show."""
    if source is None:
        return Origin()
    if isinstance(source, str):
        return Origin("heading", source)
    notes = {name: str(source.get(name, "")) for name in ("hours", "money", "prefix")}
    if isinstance(source.get("date"), str) and "time" in source:
        return Origin("heading", source["date"], time=source["time"], **notes)
    if isinstance(source.get("column"), str):
        return Origin("heading", source["column"], **notes)
    if "constant" in source:
        return Origin("always", constant=source["constant"])
    if "length_of" in source:
        return Origin("length", less=source.get("less", ""), hours=notes["hours"])
    return Origin("as it is")


def source_from(origin: Origin, file: str, column: str, said: Source | None) -> Source | None:
    """The source that was chosen, with whatever was `said` of it before and still fits."""
    if origin == origin_of(said) or origin.how == "as it is":
        return said
    if origin.how == "nothing":
        return None
    if origin.how == "always":
        return {"constant": origin.constant}
    notes = {
        name: value
        for name in ("hours", "money", "prefix")
        if (value := getattr(origin, name)) and (origin.how == "heading" or name == "hours")
    }
    if origin.how == "length":
        less = {"less": origin.less} if origin.less else {}
        return {"length_of": list(LENGTHS[file]), **less, **notes}
    stays = {}
    if not isinstance(said, str) and said is not None and origin_of(said).how == "heading":
        stays = {name: said[name] for name in _STAYS if name in said}
    if not origin.time:
        return {"column": origin.heading, **stays, **notes}
    begin, end = LENGTHS.get(file, ("", ""))
    after = {"after": begin} if column == end and end else {}
    return {"date": origin.heading, "time": origin.time, **after, **stays, **notes}


def source_words(source: Source | None) -> str:
    """A source that is no plain heading, in words."""
    if source is None or isinstance(source, str):
        return f"{source or 'nothing'}"
    rest = source.get("otherwise")
    beyond = f", otherwise {source_words(rest)}" if rest is not None else ""
    if "columns" in source:
        joined = source["columns"]
        return (joined if isinstance(joined, str) else " and ".join(joined)) + beyond
    if "kept" in source:
        new = source["kept"] or "nothing"
        return f"what is stored already; for somebody new {new}{beyond}"
    return f"{origin_of(source).heading or 'as it was said'}{beyond}"


def targets_of(document: Mapping[str, Any], files: Sequence[str]) -> list[tuple[str, Document]]:
    """(file, what is said of it) for each of these files, those first of which something is."""
    there = [(one["file"], dict(one)) for one in document.get("into", ()) if one["file"] in files]
    known = {file for file, _ in there}
    return there + [(one, {"file": one, "columns": {}}) for one in files if one not in known]


def assembled(
    base: Mapping[str, Any],
    into: Sequence[Document],
    top: Mapping[str, Any],
    words: Words,
    unknown_out: Collection[tuple[str, str]],
) -> Document:
    """The whole document. `top`: what stands at its head; `unknown_out`: (file, column) of which
    rows with a value that nobody knows are left out.
    """
    found: Document = {key: value for key, value in base.items() if key not in ("into", "values")}
    found |= top
    found = {key: value for key, value in found.items() if value not in ("", [], None)}
    targets = []
    for target in into:
        file, columns = target["file"], dict(target["columns"])
        for name, source in columns.items():
            table = table_name(file, name)
            if words.get(table) and not _has_table(source) and _may_have_table(source):
                source = _with_table(source, table)
            if (file, name) in unknown_out:
                source = _at_the_end(source, {"unknown": "leave out"})
            columns[name] = source
        targets.append({**target, "columns": columns})
    found["into"] = targets
    asked = {
        table for one in targets for source in one["columns"].values() for table in _tables(source)
    }
    found["values"] = {name: dict(words[name]) for name in sorted(asked & words.keys())}
    for name in asked - words.keys():
        found["values"][name] = {}
    return found


def table_name(file: str, column: str) -> str:
    """The value table of a column: one for all that name the same kind of thing."""
    return BY_FILE[file].references.get(column) or f"{file}_{column}"


def words_of(document: Mapping[str, Any]) -> Words:
    """The value tables of a document, to be added to."""
    return {name: dict(table) for name, table in document.get("values", {}).items()}


def _tables(source: Source) -> list[str]:
    if isinstance(source, str):
        return []
    own = [source["values"]] if source.get("values") else []
    return own + (_tables(source["otherwise"]) if "otherwise" in source else [])


def _has_table(source: Source) -> bool:
    return bool(_tables(source))


def _may_have_table(source: Source) -> bool:
    return origin_of(source).how == "heading" or (
        not isinstance(source, str) and ("columns" in source or "otherwise" in source)
    )


def _with_table(source: Source, table: str) -> Source:
    return _at_the_end(source, {"values": table})


def _at_the_end(source: Source, more: Mapping[str, Any]) -> Source:
    """With more said of the source that is asked last, which is the one whose values are told."""
    whole: Mapping[str, Any] = {"column": source} if isinstance(source, str) else source
    if "otherwise" in whole:
        return {**whole, "otherwise": _at_the_end(whole["otherwise"], more)}
    return {**whole, **more}
