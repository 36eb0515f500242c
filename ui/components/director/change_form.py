"""The fields of one change of a scenario, made from what its class says of each: nothing is written
here for a kind of change by itself.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from streamlit.delta_generator import DeltaGenerator

from scheduler.services.scenarios.read_scenarios import REFERENCES
from ui import state
from ui.components.finder import find_one
from ui.components.words import plain

NEEDED = "a value: this key is needed"
"""What is said of a field that was left empty."""
ORDINARY = {"to", "people"}
"""Fields whose names are words of any sentence too."""
LONGEST_LABEL = 60
"""Characters of a label: what is said beyond goes into its help."""


def starting_values(part: type[BaseModel]) -> dict[str, Any]:
    """What the fields of a new change hold."""
    found: dict[str, Any] = {}
    for name, field in part.model_fields.items():
        value = None if field.is_required() else field.get_default(call_default_factory=True)
        if isinstance(value, BaseModel):
            value = value.model_dump(mode="json")
        found[name] = list(value) if isinstance(value, tuple) else value
    return found


def begun_values(part: type[BaseModel], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of a change hold that says what is given, and the rest by default."""
    found = starting_values(part) | dict(given)
    for name, field in part.model_fields.items():
        items = get_args(field.annotation)
        if items and isinstance(items[0], type) and issubclass(items[0], BaseModel):
            found[name] = [begun_values(items[0], one) for one in found[name]]
    return found


Slots = dict[str, tuple[type[BaseModel], DeltaGenerator]]
"""Field, such as `path[1].from_date`, -> the class whose field it is, and where to say what is
wrong there; empty: the change as a whole.
"""


def change_fields(
    part: type[BaseModel], values: dict[str, Any], key: str, slots: Slots, within: str = ""
) -> None:
    """A field for each of a change, kept in `values`. What is wrong is said afterwards (`tell`),
    once it is known what they hold. `within`: the field of which these are part.
    """
    for name, field in part.model_fields.items():
        place = f"{within}.{name}" if within else name
        _one(name, field, values, f"{key}_{name}", slots, place)
        slots[place] = (part, st.empty())
    slots[within] = (part, st.empty())


def tell(slots: Slots, wrong: Mapping[str, str]) -> None:
    """Say beside each field what is wrong there. `wrong`: field -> what was expected."""
    found: dict[str, list[str]] = {}
    for place, expected in wrong.items():
        at = place
        while at and at not in slots:
            at = at.rpartition("[")[0] if at.endswith("]") else at.rpartition(".")[0]
        found.setdefault(at, []).append(expected)
    for at, expectations in found.items():
        part, slot = slots[at]
        if expectations == [NEEDED]:
            slot.caption(":material/pending: Needed")
            continue
        words = "; ".join(
            "a value" if one == NEEDED else _in_words(part, one) for one in expectations
        )
        slot.error(plain(f"Expected {words}."), icon=":material/error:")


def _one(
    name: str, field: FieldInfo, values: dict[str, Any], key: str, slots: Slots, place: str
) -> None:
    label, more = labelled(field)
    kind = _without_none(field.annotation)
    items = get_args(kind) if get_origin(kind) is tuple else ()
    now = values.get(name)
    if name in REFERENCES and items and items[-1] is Ellipsis:
        values[name] = _several_of(label, REFERENCES[name], now, key)
    elif name in REFERENCES and items:
        values[name] = [
            _one_of(f"{label}: {number}", REFERENCES[name], one, f"{key}_{number}", more)
            for number, one in enumerate(_as_list(now, len(items)), start=1)
        ]
    elif name in REFERENCES:
        values[name] = _one_of(label, REFERENCES[name], now, key, more)
    elif items and items[-1] is Ellipsis:
        values[name] = _rows(
            items[0], label=label, more=more, now=now, key=key, slots=slots, place=place
        )
    elif items:
        values[name] = [
            _value(f"{label}: {number}", item, field, one, f"{key}_{number}", more)
            for number, (item, one) in enumerate(
                zip(items, _as_list(now, len(items)), strict=True), start=1
            )
        ]
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        usual = starting_values(kind)
        inner = usual | dict(now or {})
        with st.container(border=True):
            st.markdown(shown(label), help=more)
            change_fields(kind, inner, key, slots, place)
        values[name] = {one: value for one, value in inner.items() if value != usual.get(one)}
    else:
        values[name] = _value(label, kind, field, now, key, more)


# --- one value


def _value(label: str, kind: Any, field: FieldInfo, now: Any, key: str, more: str | None) -> Any:
    if kind is bool:
        st.session_state.setdefault(key, bool(now))
        return st.checkbox(shown(label), key=key, help=more)
    if kind in (int, float):
        least, most = _limits(field)
        st.session_state.setdefault(key, None if now is None else kind(now))
        found = st.number_input(
            shown(label),
            min_value=None if least is None else kind(least),
            max_value=None if most is None else kind(most),
            value=None,
            step=1 if kind is int else None,
            format=None if kind is int else "%g",
            key=key,
            help=more,
            placeholder=_where_empty(field),
        )
        return int(found) if isinstance(found, float) and found.is_integer() else found
    if get_origin(kind) is Literal:
        st.session_state.setdefault(key, now)
        return st.selectbox(
            shown(label),
            get_args(kind),
            index=None,
            format_func=lambda one: str(one).replace("_", " "),
            key=key,
            help=more,
            placeholder="choose one" if field.is_required() else "any",
        )
    if kind is date:
        st.session_state.setdefault(key, None if now is None else date.fromisoformat(now))
        chosen = st.date_input(shown(label), value=None, format="DD/MM/YYYY", key=key, help=more)
        return chosen.isoformat() if isinstance(chosen, date) else None
    st.session_state.setdefault(key, "" if now is None else str(now))
    return st.text_input(shown(label), key=key, help=more) or None


def _where_empty(field: FieldInfo) -> str:
    if field.is_required():
        return "a number"
    usual = field.get_default()
    return "leave empty for none" if usual is None else f"{usual:g} where it is left empty"


def _limits(field: FieldInfo) -> tuple[float | None, float | None]:
    least = most = None
    for limit in field.metadata:
        if isinstance(limit, Ge | Gt):
            least = limit.ge if isinstance(limit, Ge) else limit.gt
        elif isinstance(limit, Le | Lt):
            most = limit.le if isinstance(limit, Le) else limit.lt
    return least, most  # type: ignore[return-value]  # numbers, where a field is a number


# --- what is chosen by its name


def _things(file: str, *now: str) -> dict[str, str]:
    known = dict(state.fact_names().by_file.get(file, {}))
    return known | {one: f"{one} (not there any more)" for one in now if one not in known}


def _one_of(label: str, file: str, now: Any, key: str, more: str | None) -> str | None:
    st.session_state.setdefault(key, now)
    things = _things(file, *([now] if now else []))
    return find_one(shown(label), things, key=key, help=more)


def _several_of(label: str, file: str, now: Any, key: str) -> list[str]:
    """Several are found one by one; each can be taken away again."""
    chosen = list(now or ())
    adding, listed = f"{key}_one_more", f"{key}_chosen"
    turn = int(st.session_state.get(f"{key}_turn", 0))
    finding = f"{adding}_{turn}"
    known = _things(file)

    def take() -> None:
        found = st.session_state[finding]
        if found in known:
            st.session_state[listed] = list(dict.fromkeys([*chosen, found]))
            st.session_state[finding] = None

    chosen = list(dict.fromkeys([*chosen, *st.session_state.get(listed, ())]))
    found = find_one(f"{shown(label)}: add one", known, key=finding, on_change=take)
    if found is not None and found not in chosen:  # of several that words mean
        chosen.append(found)
        st.session_state[f"{key}_turn"] = turn + 1
        st.session_state[listed] = chosen
    if not chosen:
        st.session_state.pop(listed, None)
        return []
    st.session_state.setdefault(listed, chosen)
    things = _things(file, *chosen)
    kept = st.multiselect(
        shown(label), chosen, format_func=lambda one: things.get(one, one), key=listed
    )
    return list(kept)


# --- rows


def _rows(
    part: type[BaseModel],
    *,
    label: str,
    more: str | None,
    now: Any,
    key: str,
    slots: Slots,
    place: str,
) -> list[dict[str, Any]]:
    """A list of tables, each with the fields of its class."""
    rows: list[dict[str, Any]] = now if isinstance(now, list) else []
    numbers: list[int] = st.session_state.setdefault(f"{key}_numbers", list(range(len(rows))))
    with st.container(border=True):
        st.markdown(shown(label), help=more)
        for position, (row, number) in enumerate(zip(rows, numbers, strict=False)):
            change_fields(part, row, f"{key}_{number}", slots, f"{place}[{position + 1}]")
            st.button(
                "Remove this step",
                key=f"{key}_{number}_gone",
                icon=":material/delete:",
                on_click=_without,
                args=(rows, numbers, position),
            )
        st.button(
            "Add a step",
            key=f"{key}_more",
            icon=":material/add:",
            on_click=_with_one_more,
            args=(rows, numbers, part),
        )
    return rows


def _without(rows: list[dict[str, Any]], numbers: list[int], place: int) -> None:
    del rows[place], numbers[place]


def _with_one_more(rows: list[dict[str, Any]], numbers: list[int], part: type[BaseModel]) -> None:
    rows.append(starting_values(part))
    numbers.append(1 + max(numbers, default=-1))


# --- words


def labelled(field: FieldInfo) -> tuple[str, str | None]:
    """(a short label with its unit, what more there is to say)."""
    words = field.description or ""
    unit = re.search(r" \[[^\]]+\]$", words)
    said = words[: unit.start()] if unit else words
    short, _, rest = said.partition(";")
    if len(short) > LONGEST_LABEL and ":" in short:
        short, _, rest = said.partition(":")
    label = f"{short[:1].upper()}{short[1:]}{unit.group() if unit else ''}"
    return label, (f"{rest.strip()[:1].upper()}{rest.strip()[1:]}." if rest.strip() else None)


def shown(label: str) -> str:
    """A label as Markdown and as a screen reader's name of the field, which is read as written: a
    unit in brackets alone begins nothing.
    """
    return re.sub(r"\\([\[\]])(?!\()", r"\1", plain(label))


def _in_words(part: type[BaseModel], expected: str) -> str:
    """What was expected, with fields by their labels and without names of files."""
    labels = {
        name: re.sub(r" \[[^\]]+\]$", "", labelled(field)[0])
        for name, field in part.model_fields.items()
        if name not in ORDINARY
    }
    said = re.sub(r"the id of a row of (\w+)\.csv", r"one that is there", expected)
    said = re.sub(r"(\w+) = true", r"\1", said)
    said = re.sub(r"(\w+) = false", r"not \1", said)
    return re.sub(
        r"[a-z]\w*",
        lambda found: f"“{labels[found.group()]}”" if found.group() in labels else found.group(),
        said,
    )


def _without_none(annotation: Any) -> Any:
    inner = [one for one in get_args(annotation) if one is not type(None)]
    return inner[0] if type(None) in get_args(annotation) and len(inner) == 1 else annotation


def _as_list(now: Any, count: int) -> list[Any]:
    found = list(now or ())
    return (found + [None] * count)[:count]
