"""Which heading of another system's file each of our columns comes from, chosen one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from scheduler.domain.facts import BY_FILE
from scheduler.services.data.source_shape import SourceShape
from scheduler.services.facts.words import FactNames, column_title, columns_of, file_title
from ui.components.facts.draft import (
    FIRST_KINDS,
    LENGTHS,
    Document,
    Origin,
    Source,
    origin_of,
    source_from,
    source_words,
    targets_of,
)
from ui.components.words import plain

NOTHING, ALWAYS, LENGTH, AS_IT_IS = "\x1fnothing", "\x1falways", "\x1flength", "\x1fas it is"
APART = "\x1ftogether"
"""Options that are no headings."""
HOURS = {
    "hours": "hours, such as 7.5 or 7:30",
    "h:mm": "hours and minutes, such as 7:30",
    "minutes": "minutes, such as 450",
}
MONEY = {"pence": "pence", "pounds": "pounds"}
DATES = (
    "DD/MM/YYYY",
    "DD/MM/YY",
    "DD-Mon-YYYY",
    "DD-Mon-YY",
    "DD Month YYYY",
    "DD-MM-YYYY",
    "DD.MM.YYYY",
    "YYYY-MM-DD",
    "YYYYMMDD",
    "MM/DD/YYYY",
    "excel",
)
EXCEL_WORDS = "the number of a spreadsheet, such as 46033"
LONGEST_EXAMPLE = 40
_PEOPLE = ("staff", "contract")


@dataclass(frozen=True)
class Chosen:
    """What the columns step comes to: our files with their sources, and the head of the document.
    `prefixes`: (file, column) -> key of the widget that says what is put before its numbers.
    """

    into: list[Document]
    top: dict[str, Any]
    prefixes: dict[tuple[str, str], str]


@dataclass(frozen=True)
class _ColumnStep:
    """What every widget of the step needs. `key`: what their keys begin with."""

    base: Mapping[str, Any]
    shape: SourceShape
    names: FactNames
    key: str

    def heading(self, heading: str) -> str:
        """A heading with a few of its values."""
        examples = ", ".join(self.shape.examples.get(heading, ()))
        short = examples[:LONGEST_EXAMPLE] + ("…" if len(examples) > LONGEST_EXAMPLE else "")
        return f"{heading} ({short})" if short else heading


def columns_step(base: Mapping[str, Any], shape: SourceShape, names: FactNames, key: str) -> Chosen:
    """Let each column be chosen, from what the document `base` says on. `key`: other keys, other
    widgets, which begin from their document anew.
    """
    step = _ColumnStep(base, shape, names, key)
    there = list(dict.fromkeys(one["file"] for one in base.get("into", ())))
    offered = [*FIRST_KINDS, *(file for file in BY_FILE if file not in FIRST_KINDS)]
    files = st.multiselect(
        "What its rows become",
        offered,
        default=there,
        format_func=file_title,
        key=f"{key}_kinds",
        placeholder="choose at least one kind of facts",
    )
    dates = st.multiselect(
        "How dates are written",
        list(dict.fromkeys([*base.get("date", ()), *DATES])),
        default=list(base.get("date", ())) or [DATES[0]],
        format_func=lambda one: EXCEL_WORDS if one == "excel" else one,
        key=f"{key}_dates",
        accept_new_options=True,
        help="Real dates of a workbook are understood anyway. Where several are chosen, the first"
        " that fits holds.",
    )
    targets = targets_of(base, files)
    into = [_target(step, place, file, target) for place, (file, target) in enumerate(targets)]
    prefixes = {
        (file, name): widget
        for place, (file, _) in enumerate(targets)
        for name in into[place]["columns"]
        if (widget := f"{key}_{place}_{name}_prefix") in st.session_state
    }
    return Chosen(into, {"date": dates or [DATES[0]]}, prefixes)


def _target(step: _ColumnStep, place: int, file: str, target: Document) -> Document:
    """One kind of facts: what it needs and has first, the rest behind a fold."""
    st.markdown(f"**{plain(file_title(file))}**")
    if words := _conditions(target.get("when", ())):
        st.caption(plain(f"Only rows {words}."))
    said: Mapping[str, Source] = target["columns"]
    first = [one.name for one in columns_of(file) if one.required or one.name in said]
    rest = [one.name for one in columns_of(file) if one.name not in first]
    found: dict[str, Source] = {}
    above = st.container()
    more = st.expander(f"More of {file_title(file)} ({len(rest)})") if rest else above
    for names, within in ((first, above), (rest, more)):
        with within:
            for name in names:
                source = _column(step, f"{step.key}_{place}_{name}", file, name, said.get(name))
                if source is not None:
                    found[name] = source
    in_order = {name: found[name] for name in [*first, *rest] if name in found}
    return {**target, "columns": in_order}


def _conditions(conditions: Sequence[Mapping[str, Any]]) -> str:
    return " and ".join(condition_words(one) for one in conditions)


def condition_words(condition: Mapping[str, Any]) -> str:
    """`where Status is Cancelled`."""
    column = condition["column"]
    for key, words in (("is", "is"), ("is_not", "is not"), ("begins", "begins with")):
        if key in condition:
            value = condition[key]
            return f"where {column} {words} {value if isinstance(value, str) else ', '.join(value)}"
    return f"where {column} is {'' if condition.get('empty') else 'not '}empty"


def _column(
    step: _ColumnStep, key: str, file: str, name: str, said: Source | None
) -> Source | None:
    [column] = [one for one in columns_of(file) if one.name == name]
    before = origin_of(said)
    options = [NOTHING, ALWAYS]
    options += [LENGTH] if name == "paid_minutes" and file in LENGTHS else []
    options += [AS_IT_IS] if before.how == "as it is" else []
    options += step.shape.headings
    if before.heading and before.heading not in options:  # of a saved mapping, and not in this file
        options.append(before.heading)
    at = {"nothing": NOTHING, "always": ALWAYS, "length": LENGTH, "as it is": AS_IT_IS}
    empty = "nothing" if column.required else f"nothing: {column.absent or 'left empty'}"
    words = {
        NOTHING: empty,
        ALWAYS: "always the same: …",
        LENGTH: "worked out, from beginning to end",
        AS_IT_IS: source_words(said),
    }
    row = st.columns([4, 4, 4], vertical_alignment="bottom")
    title = column_title(file, name) + (", needed" if column.required else "")
    chosen = row[0].selectbox(
        plain(title),
        options,
        index=options.index(at.get(before.how, before.heading)),
        format_func=lambda one: words.get(one) or step.heading(one),
        key=f"{key}_from",
        help=plain(column.description) if not column.references else None,
    )
    if chosen == NOTHING:
        return None
    if chosen == AS_IT_IS:
        return said
    if chosen == ALWAYS:
        with row[1]:
            constant = _constant(step, key, file, name, before.constant)
        return source_from(Origin("always", constant=constant), file, name, said)
    if chosen == LENGTH:
        none = [NOTHING, *step.shape.headings]
        start = before.less if before.less in none else NOTHING
        less = row[1].selectbox(
            "Less the break in",
            none,
            index=none.index(start),
            format_func=lambda one: "no break" if one == NOTHING else step.heading(one),
            key=f"{key}_less",
        )
        # breaks are in minutes nearly everywhere, unless a mapping has said otherwise
        usual = str(step.base.get("hours", "hours")) if before.how == "length" else "minutes"
        hours = _written(row[2], "Break written in", HOURS, before.hours or usual, key)
        origin = Origin("length", less="" if less == NOTHING else str(less), hours=hours)
        return source_from(origin, file, name, said)
    origin = replace(
        before if before.how == "heading" else Origin(), how="heading", heading=str(chosen)
    )
    return source_from(_details(step, row, key, file, name, origin), file, name, said)


def _details(
    step: _ColumnStep, row: Sequence[Any], key: str, file: str, name: str, origin: Origin
) -> Origin:
    """How what stands under the heading is written, where that matters."""
    [column] = [one for one in columns_of(file) if one.name == name]
    if column.kind == "instant":
        apart = [APART, *step.shape.headings]
        if origin.time and origin.time not in apart:
            apart.append(origin.time)
        time = row[1].selectbox(
            "Time of day in",
            apart,
            index=apart.index(origin.time or APART),
            format_func=lambda one: "the same cell" if one == APART else step.heading(one),
            key=f"{key}_time",
        )
        return replace(origin, time="" if time == APART else str(time))
    if name.endswith("_minutes") or name.startswith("hours"):
        usual = origin.hours or str(step.base.get("hours", "hours"))
        return replace(origin, hours=_written(row[1], "Written in", HOURS, usual, key))
    if name.endswith("_pence"):
        usual = origin.money or str(step.base.get("money", "pence"))
        return replace(origin, money=_written(row[1], "Written in", MONEY, usual, key))
    of_people = (file if name == "id" else column.references) in _PEOPLE
    if of_people:
        prefix = row[1].text_input(
            "Put before it",
            value=origin.prefix,
            key=f"{key}_prefix",
            placeholder="nothing",
            help="Where the numbers here begin with letters that the file leaves out.",
        )
        return replace(origin, prefix=prefix.strip())
    return origin


def _written(where: Any, label: str, choices: Mapping[str, str], now: str, key: str) -> str:
    options = list(choices)
    return str(
        where.selectbox(
            label,
            options,
            index=options.index(now) if now in options else 0,
            format_func=lambda one: choices[one],
            key=f"{key}_written",
        )
    )


def _constant(step: _ColumnStep, key: str, file: str, name: str, now: str) -> str:
    """The value that every row gets."""
    [column] = [one for one in columns_of(file) if one.name == name]
    target = column.references
    if target is not None and target not in _PEOPLE:
        known = step.names.by_file.get(target, {})
        options = sorted(known, key=lambda one: known[one])
    elif column.choices:
        options = list(column.choices)
    elif column.kind == "yes_no":
        options = ["yes", "no"]
    else:
        return st.text_input("Always", value=now, key=f"{key}_always").strip()
    found = st.selectbox(
        "Always",
        options,
        index=options.index(now) if now in options else None,
        format_func=lambda one: step.names(target, one) if target else one.replace("_", " "),
        key=f"{key}_always",
        placeholder="choose one",
    )
    return str(found or "")


def unused_headings(unused: Sequence[str], base: Mapping[str, Any], key: str) -> list[str]:
    """Headings that nothing reads, each with a tick; those that are ticked."""
    ignored = [str(one) for one in base.get("ignored", ())]
    if not unused:
        return ignored
    st.caption("Nothing reads these headings. Tick those that are not needed, for next time.")
    found = []
    with st.container(horizontal=True):
        for place, heading in enumerate(unused):
            if st.checkbox(
                plain(f"{heading}: not needed"), value=heading in ignored, key=f"{key}_not_{place}"
            ):
                found.append(heading)
    return found
