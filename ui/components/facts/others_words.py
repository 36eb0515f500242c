"""Values of another system's file that nobody knows here: what each of them means."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from scheduler.domain.facts import BY_FILE
from scheduler.domain.wording import counted, nearest
from scheduler.services.data.mappings import UnknownValue
from scheduler.services.facts.words import FactNames, column_title, columns_of, file_title
from ui.components.facts.draft import Words, table_name
from ui.components.words import plain

AT_ONCE = 20
"""Values that are asked for at a time, the commonest first."""
OUT = "\x1fleave out"
ANYTHING_ELSE = "*"


@dataclass
class Meanings:
    """What was said of the words of one file. `tables`: value table -> value -> meaning;
    `unknown_out`: (file, column) of which rows with a value that nobody knows are left out.
    """

    tables: Words = field(default_factory=dict)
    unknown_out: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class _Asked:
    """A value that is asked for once, wherever it stands."""

    table: str
    value: str
    heading: str
    file: str
    column: str
    rows: int
    near: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str]:
        return self.file, self.column


def words_step(
    unknown: Sequence[UnknownValue],
    meanings: Meanings,
    names: FactNames,
    key: str,
    *,
    prefixes: Mapping[tuple[str, str], str] | None = None,
) -> None:
    """Ask for what nobody knows, and let what was said be taken back. `prefixes`: (file, column) of
    numbers of people -> key of the widget in which is said what is put before them; without it
    there are no columns, and rows with other values are left out by an entry of their value table.
    What is said stands in `meanings`, and the page runs again.
    """
    asked = _asked(unknown)
    if not asked:
        st.success("Every word of the file is understood.", icon=":material/check:")
    else:
        at_once = _whole_columns(asked, meanings, key, prefixes)
        rest = [one for one in asked if one.place not in at_once]
        if rest:
            _one_by_one(rest, meanings, names, key)
    _said_already(meanings, names, key)


def _asked(unknown: Sequence[UnknownValue]) -> list[_Asked]:
    found: dict[tuple[str, str], _Asked] = {}
    for one in unknown:
        table = one.table or table_name(one.file, one.column)
        near = tuple(each.id for each in one.nearest)
        new = _Asked(table, one.value, one.heading, one.file, one.column, one.rows, near)
        before = found.get((table, one.value))
        if before is None or before.rows < new.rows:
            found[table, one.value] = new
    return sorted(found.values(), key=lambda one: (-one.rows, one.value))


def _whole_columns(
    asked: Sequence[_Asked],
    meanings: Meanings,
    key: str,
    prefixes: Mapping[tuple[str, str], str] | None,
) -> set[tuple[str, str]]:
    """Values of a column that are many and of no interest go at once; numbers that lack the same
    letters get them at once: the columns of these, of which nothing is asked before.
    """
    at_once = set()
    for file, column in dict.fromkeys(one.place for one in asked):
        own = [one for one in asked if one.place == (file, column)]
        rows = sum(one.rows for one in own)
        text = (
            f"{own[0].heading}: {counted(len(own), 'word')} in {counted(rows, 'row')} that nobody"
            f" knows here as {column_title(file, column).lower()} of {file_title(file).lower()}"
        )
        line = st.columns([6, 3, 3], vertical_alignment="center")
        line[0].markdown(plain(text))
        line[2].button(
            "Leave out all such rows",
            key=f"{key}_out_{file}_{column}",
            on_click=_leave_out,
            args=(meanings, file, column, own[0].table if prefixes is None else ""),
            width="stretch",
        )
        lacking = _lacking(own)
        if lacking and prefixes is not None and (widget := prefixes.get((file, column))):
            at_once.add((file, column))
            line[1].button(
                plain(f"Put “{lacking}” before each"),
                key=f"{key}_before_{file}_{column}",
                on_click=_put_before,
                args=(widget, lacking),
                type="primary",
                width="stretch",
            )
    return at_once


def _lacking(asked: Sequence[_Asked]) -> str:
    """The letters by which numbers here begin and numbers of the file do not; empty where that is
    not what most of them lack.
    """
    found = Counter(
        near.removesuffix(one.value)
        for one in asked
        for near in one.near
        if one.value and near != one.value and near.endswith(one.value)
    )
    [(commonest, number)] = found.most_common(1) or [("", 0)]
    return commonest if 2 * number > len(asked) else ""


def _put_before(widget: str, letters: str) -> None:
    st.session_state[widget] = letters


def _leave_out(meanings: Meanings, file: str, column: str, table: str) -> None:
    if table:
        meanings.tables.setdefault(table, {})[ANYTHING_ELSE] = False
    else:
        meanings.unknown_out.add((file, column))


def _one_by_one(asked: Sequence[_Asked], meanings: Meanings, names: FactNames, key: str) -> None:
    shown = asked[:AT_ONCE]
    with st.form(f"{key}_words", border=True):
        sides = st.columns(2)
        half = (len(shown) + 1) // 2
        for place, one in enumerate(shown):
            with sides[place >= half]:
                _meaning(one, names, f"{key}_word_{place}_{one.table}_{one.value}")
        if len(asked) > AT_ONCE:
            st.caption(f"{len(asked) - AT_ONCE:,} more are asked for after these.")
        st.form_submit_button(
            "Take these over",
            icon=":material/check:",
            on_click=_take_over,
            args=(shown, meanings, key),
            key=f"{key}_take",
        )


def _meaning(one: _Asked, names: FactNames, key: str) -> None:
    label = plain(f"“{one.value or 'an empty cell'}” ({one.heading}), {counted(one.rows, 'row')}")
    options = _options(one, names)
    if not options:
        st.text_input(label, key=key, placeholder=column_title(one.file, one.column))
        return
    target = BY_FILE[one.file].references.get(one.column)

    def called(option: str) -> str:
        if option == OUT:
            return "leave these rows out"
        return names(target, option) if target else option.replace("_", " ")

    near = f", such as {called(one.near[0])}" if one.near else ""
    st.selectbox(
        label,
        options,
        index=None,
        format_func=called,
        key=key,
        placeholder=f"{column_title(one.file, one.column)}: choose what it means{near}",
    )


def _options(one: _Asked, names: FactNames) -> list[str]:
    """Our things that it may mean, the nearest first; none where any text may be meant."""
    target = BY_FILE[one.file].references.get(one.column)
    if target is not None:
        known: Mapping[str, str] = names.by_file.get(target, {})
        near = [found for found in one.near if found in known]
        rest = sorted((found for found in known if found not in near), key=lambda f: known[f])
        return [*near, *rest, OUT]
    [column] = [found for found in columns_of(one.file) if found.name == one.column]
    choices = list(column.choices) or (["yes", "no"] if column.kind == "yes_no" else [])
    near = nearest(one.value, choices, cutoff=0.4)
    return [*near, *(found for found in choices if found not in near), OUT] if choices else []


def _take_over(asked: Sequence[_Asked], meanings: Meanings, key: str) -> None:
    for place, one in enumerate(asked):
        found = st.session_state.get(f"{key}_word_{place}_{one.table}_{one.value}")
        if found:
            meaning = False if found == OUT else str(found).strip()
            meanings.tables.setdefault(one.table, {})[one.value] = meaning


def _said_already(meanings: Meanings, names: FactNames, key: str) -> None:
    """What stands in the value tables, each of which can be asked for again."""
    lines = {
        (table, value): (_word(value), _meant(table, meaning, names))
        for table, own in meanings.tables.items()
        for value, meaning in own.items()
    }
    columns = {
        place: f"rows that nobody knows by {column_title(*place)} of {file_title(place[0])}: left"
        " out"
        for place in sorted(meanings.unknown_out)
    }
    if not lines and not columns:
        return
    with st.expander(f"What words mean ({len(lines) + len(columns):,})"):
        again = st.multiselect(
            "Ask again for",
            [*lines, *columns],
            format_func=lambda one: ": ".join(lines[one]) if one in lines else columns[one],
            key=f"{key}_again",
            placeholder="choose what was said wrongly",
        )
        st.button(
            "Ask again", key=f"{key}_ask", on_click=_forget, args=(meanings, again, set(columns))
        )
        rows = [*lines.values(), *((text, "") for text in columns.values())]
        st.table([{"Word": word, "Means": meaning} for word, meaning in rows])


def _word(value: str) -> str:
    return "anything else" if value == ANYTHING_ELSE else value or "an empty cell"


def _meant(table: str, meaning: str | bool, names: FactNames) -> str:
    if meaning is False:
        return "its rows are left out"
    text = str(meaning)
    return names(table, text) if table in BY_FILE else text.replace("_", " ")


def _forget(
    meanings: Meanings, again: Sequence[tuple[str, str]], columns: set[tuple[str, str]]
) -> None:
    for one in again:
        if one in columns:
            meanings.unknown_out.discard(one)
        else:
            meanings.tables.get(one[0], {}).pop(one[1], None)
