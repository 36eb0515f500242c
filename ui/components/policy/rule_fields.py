"""One rule of the catalogue with its price and its parameters, to be changed; what is wrong stands
at the field.
"""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from scheduler.domain.errors import Fault
from scheduler.services.data.policies import in_words
from solver.constraints import catalogue
from solver.policy.describe import Parameter, RuleDescription, weight_in_words
from ui import state
from ui.components.policy.draft import Counting, Draft, field
from ui.components.words import plain

NAMES: dict[Counting, str] = {
    "hard": "Hard: never broken",
    "priced": "Priced: broken where that is worth it",
    "off": "Off: not looked at",
}
SUPPLIES = "supply_ids"
"""The part of a cap that names temporary supplies."""
FIELD, BESIDE = 4, 5
"""Widths of a field and of what stands beside it."""


def counts(draft: Draft, rule: RuleDescription) -> str:
    """How a rule counts in a draft, in words."""
    how = draft.counting(rule)
    if how != "priced":
        return how
    weight = draft.whole(rule)["weight"]
    return weight_in_words(catalogue()[rule.id], weight) if _number(weight) else "priced"


def standing_of(draft: Draft, rule: RuleDescription, wrong: Mapping[str, Fault]) -> str:
    """What stands beside a rule: how it counts, its first quantity, whether it was changed."""
    text = plain(_sentence(_quantified(rule, counts(draft, rule), draft.whole(rule))))
    if any(column.startswith(f"{rule.id}.") for column in wrong):
        return f":material/error: **Wrong**: {text}"
    if rule.id in draft.tables:
        usual = {parameter.name: parameter.default for parameter in rule.parameters}
        default = plain(_quantified(rule, rule.default, usual))
        if default == f"{text[:1].lower()}{text[1:]}":
            return f":material/edit: **Changed**: {text}, with other values than by default"
        return f":material/edit: **Changed**: {text}; by default {default}"
    return text


def _quantified(rule: RuleDescription, counting: str, values: Mapping[str, Any]) -> str:
    """How a rule counts, with its first quantity if it has one."""
    own = [one for one in rule.parameters if one.name != "override"]
    first = [one for one in own[:1] if one.numeric and not one.parts]
    # of a limit, which is what a rule is about that is hard by default; others have their price
    if counting == "off" or not first or rule.weight != "hard":
        return counting
    return f"{counting}, {in_words(values[first[0].name], first[0].unit)}"


def meaning(draft: Draft, rule: RuleDescription, words: str) -> str:
    """What a rule says of itself, with its parameters' values in the place of their names."""
    # "more than 6 dates in a row": what is counted is said there already, hours are not
    units = {one.name: one.unit if one.unit == "h" else "" for one in rule.parameters}
    values = draft.whole(rule)

    def said(found: re.Match[str]) -> str:
        name = found.group(1)
        return in_words(values[name], units[name]) if name in units else name.replace("_", " ")

    return re.sub(r"`(\w+)`", said, re.sub(r" \(\w+\.csv[^)]*\)", "", words))


def rule_fields(draft: Draft, rule: RuleDescription, wrong: Mapping[str, Fault]) -> None:
    """All of a rule."""
    st.markdown(plain(meaning(draft, rule, rule.meaning)))
    if rule.remarks:
        st.markdown(plain(meaning(draft, rule, rule.remarks)))
    st.caption(plain(f"Source: {rule.source}. By default {rule.default}."))
    how = draft.counting(rule)
    ways: list[Counting] = []
    ways += ["hard"] if rule.may_be_hard else []
    ways += ["priced"] if rule.may_be_soft else []
    ways += ["off"] if rule.may_be_off else []
    if len(ways) > 1:
        st.radio(
            "How it counts",
            ways,
            format_func=lambda way: NAMES[way],
            **field(_key(draft, rule, "counts"), how, lambda way: draft.count(rule, way)),
        )
    else:
        st.markdown(f"{NAMES[ways[0]]}. That cannot be changed.")
    if how == "priced":
        _price(draft, rule)
        _told(wrong, f"{rule.id}.weight")
    if how != "off" or rule.id == "pay":
        for parameter in rule.parameters:
            _parameter(draft, rule, parameter, wrong)
    if rule.id in draft.tables:
        st.button(
            "Put this rule back to the default",
            key=_key(draft, rule, "back"),
            icon=":material/undo:",
            on_click=_back,
            args=(draft, rule),
        )


def _back(draft: Draft, rule: RuleDescription) -> None:
    draft.tables.pop(rule.id, None)
    draft.turn += 1


def _key(draft: Draft, rule: RuleDescription, path: str) -> str:
    return f"policy_{draft.key}_{draft.turn}_{rule.id}_{path}"


def _price(draft: Draft, rule: RuleDescription) -> None:
    factor = rule.price_unit == "factor"
    label = "Times what it comes to" if factor else f"Price [{rule.price_unit}]"
    usual = None if rule.weight == "hard" else in_words(rule.weight, rule.price_unit)
    beside = f"from 0 to 100,000; by default {usual or 'hard'}"
    weight = draft.whole(rule)["weight"]
    _one_number(
        draft, rule, "weight", label, weight, "weight" in draft.tables.get(rule.id, {}), beside
    )


def _one_number(
    draft: Draft,
    rule: RuleDescription,
    path: str,
    label: str,
    now: Any,
    changed: bool,
    beside: str,
    *,
    whole: bool = False,
) -> None:
    """A field for a number with no limits of its own: what is wrong is told in words."""
    left, right = st.columns([FIELD, BESIDE], vertical_alignment="bottom")
    number = (int(now) if whole and float(now).is_integer() else float(now)) if _number(now) else 0
    with left:
        st.number_input(
            label,
            step=1 if isinstance(number, int) else None,
            format=None if isinstance(number, int) else "%g",
            **field(
                _key(draft, rule, path), number, lambda value: draft.put(rule, path, _exact(value))
            ),
        )
    with right:
        _beside(changed, beside)


def _beside(changed: bool, words: str) -> None:
    st.caption(plain(words) if not changed else f"**Changed**; {plain(words)}")


def _parameter(
    draft: Draft, rule: RuleDescription, parameter: Parameter, wrong: Mapping[str, Fault]
) -> None:
    now, column = draft.whole(rule)[parameter.name], f"{rule.id}.{parameter.name}"
    changed = parameter.name in draft.tables.get(rule.id, {})
    count = re.match(r"list of (\d+) ", parameter.kind)
    if parameter.parts and isinstance(now, Mapping):
        st.markdown(f"{plain(_sentence(parameter.meaning))}:")
        for part in parameter.parts:
            usual = parameter.default[part.name]
            _one_number(
                draft,
                rule,
                f"{parameter.name}.{part.name}",
                f"{_sentence(part.name.replace('_', ' '))} ({part.meaning}) [{part.unit}]",
                now.get(part.name),
                now.get(part.name) != usual,
                f"{_limits(part)}by default {in_words(usual, part.unit)}",
                whole=part.kind.startswith("whole"),
            )
            _told(wrong, f"{column}.{part.name}")
    elif parameter.parts:
        _caps(draft, rule, parameter, wrong)
    elif count:
        _several(draft, rule, parameter, int(count.group(1)), wrong)
    elif parameter.numeric:
        _one_number(
            draft,
            rule,
            parameter.name,
            _label(parameter),
            now,
            changed,
            f"{_limits(parameter)}by default {in_words(parameter.default, parameter.unit)}",
            whole=parameter.kind.startswith("whole"),
        )
        _told(wrong, column)
    elif parameter.kind == "true or false":
        _yes_or_no(draft, rule, parameter, changed)
        _told(wrong, column)
    elif parameter.kind in ("date", "date or none"):
        _one_date(draft, rule, parameter, changed)
        _told(wrong, column)
    else:
        _texts(draft, rule, parameter, changed)
        for name in [name for name in wrong if name.startswith(column)]:
            _told(wrong, name)


def _several(
    draft: Draft,
    rule: RuleDescription,
    parameter: Parameter,
    count: int,
    wrong: Mapping[str, Fault],
) -> None:
    """So many numbers, each with a field: the first is of 1."""
    now, usual = list(draft.whole(rule)[parameter.name]), list(parameter.default)

    def put(position: int, value: Any) -> None:
        values = list(draft.whole(rule)[parameter.name])
        values[position] = usual[position] if value is None else _exact(value)
        draft.put(rule, parameter.name, values)

    st.markdown(f"{plain(_label(parameter))}:")
    for position in range(count):
        left, right = st.columns([FIELD, BESIDE], vertical_alignment="bottom")
        key = _key(draft, rule, f"{parameter.name}_{position}")
        with left:
            st.number_input(
                f"For {position + 1}",
                format="%g",
                step=None,
                **field(key, float(now[position]), partial(put, position)),
            )
        with right:
            default = in_words(usual[position], parameter.unit)
            _beside(now[position] != usual[position], f"{_limits(parameter)}by default {default}")
        _told(wrong, f"{rule.id}.{parameter.name}[{position + 1}]")
    _told(wrong, f"{rule.id}.{parameter.name}")


def _yes_or_no(draft: Draft, rule: RuleDescription, parameter: Parameter, changed: bool) -> None:
    left, right = st.columns([FIELD, BESIDE], vertical_alignment="bottom")
    with left:
        st.checkbox(
            plain(_sentence(parameter.meaning)),
            **field(
                _key(draft, rule, parameter.name),
                draft.whole(rule)[parameter.name] is True,
                lambda value: draft.put(rule, parameter.name, value),
            ),
        )
    with right:
        _beside(changed, f"by default {'yes' if parameter.default else 'no'}")


def _one_date(draft: Draft, rule: RuleDescription, parameter: Parameter, changed: bool) -> None:
    now = draft.whole(rule)[parameter.name]
    left, right = st.columns([FIELD, BESIDE], vertical_alignment="bottom")
    with left:
        st.text_input(
            plain(_sentence(parameter.meaning)),
            placeholder="2027-12-25",
            **field(
                _key(draft, rule, parameter.name),
                "" if now is None else str(now),
                lambda text: draft.put(rule, parameter.name, text.strip() or None),
            ),
        )
    with right:
        _beside(changed, "a date as year-month-day; by default none given")


def _texts(draft: Draft, rule: RuleDescription, parameter: Parameter, changed: bool) -> None:
    """A list, such as of dates, in one line."""

    def put(text: str) -> None:
        found = [part.strip() for part in text.split(",") if part.strip()]
        draft.put(rule, parameter.name, found or None)

    now = draft.whole(rule)[parameter.name] or []
    left, right = st.columns([FIELD, BESIDE], vertical_alignment="bottom")
    with left:
        st.text_input(
            plain(_sentence(parameter.meaning)),
            placeholder="2027-12-25, 2027-12-28" if "date" in parameter.kind else "one, another",
            **field(_key(draft, rule, parameter.name), ", ".join(map(str, now)), put),
        )
    with right:
        kind = "dates as year-month-day" if "date" in parameter.kind else "values"
        _beside(changed, f"{kind}, with commas between them; by default none given")


def _caps(
    draft: Draft, rule: RuleDescription, parameter: Parameter, wrong: Mapping[str, Fault]
) -> None:
    """Caps, each over some temporary supplies."""
    caps: Sequence[Mapping[str, Any]] = draft.whole(rule)[parameter.name] or []
    names = state.fact_names()
    supplies = {
        row.id: names("temporary_supply", row.id) for row in state.dataset().temporary_supply
    }

    def put(position: int, part: str, value: Any) -> None:
        changed = [dict(cap) for cap in draft.whole(rule)[parameter.name]]
        changed[position][part] = value if part == SUPPLIES else _exact(value or 0.0)
        draft.put(rule, parameter.name, changed)

    st.markdown(f"{plain(_sentence(parameter.meaning))}:" if caps else "No cap is set.")
    for position, cap in enumerate(caps):
        key = f"{parameter.name}_{position}"
        left, middle, right = st.columns([5, 3, 2], vertical_alignment="bottom")
        known = list(dict.fromkeys([*supplies, *cap[SUPPLIES]]))
        left.multiselect(
            f"Supplies of cap {position + 1}",
            known,
            format_func=lambda one: supplies.get(one, f"{one} (not there any more)"),
            **field(
                _key(draft, rule, f"{key}_of"),
                list(cap[SUPPLIES]),
                partial(put, position, SUPPLIES),
            ),
        )
        middle.number_input(
            "Most hours in the period [h]",
            format="%g",
            step=None,
            **field(
                _key(draft, rule, f"{key}_hours"),
                float(cap["hours"]),
                partial(put, position, "hours"),
            ),
        )
        right.button(
            "Remove",
            key=_key(draft, rule, f"{key}_gone"),
            icon=":material/delete:",
            on_click=_without,
            args=(draft, rule, parameter.name, position),
        )
    for name in [name for name in wrong if name.startswith(f"{rule.id}.{parameter.name}")]:
        _told(wrong, name)
    if supplies:
        st.button(
            "Add a cap",
            key=_key(draft, rule, f"{parameter.name}_more"),
            icon=":material/add:",
            on_click=_with_one_more,
            args=(draft, rule, parameter.name, next(iter(supplies))),
        )
    else:
        st.caption("There is no temporary supply that could be capped.")


def _without(draft: Draft, rule: RuleDescription, name: str, position: int) -> None:
    caps = list(draft.whole(rule)[name])
    del caps[position]
    draft.put(rule, name, caps)
    draft.turn += 1


def _with_one_more(draft: Draft, rule: RuleDescription, name: str, supply_id: str) -> None:
    caps = [*draft.whole(rule)[name], {SUPPLIES: [supply_id], "hours": 0.0}]
    draft.put(rule, name, caps)


# --- words


def values_in_words(value: Any) -> str:
    """Caps with the names of their supplies; empty for whatever else has words already."""
    if not isinstance(value, list) or not value or not isinstance(value[0], Mapping):
        return ""
    names = state.fact_names()
    return " and ".join(
        f"at most {in_words(cap['hours'], 'h')} from"
        f" {', '.join(names('temporary_supply', one) for one in cap[SUPPLIES]) or 'none'}"
        for cap in value
    )


def _told(wrong: Mapping[str, Fault], column: str) -> None:
    """What is wrong, at its field."""
    if fault := wrong.get(column):
        st.error(
            plain(f"{fault.value or 'Nothing'} cannot be: expected {fault.expected}."),
            icon=":material/error:",
        )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _label(parameter: Parameter) -> str:
    unit = f" [{parameter.unit}]" if parameter.unit and parameter.unit != "factor" else ""
    return f"{_sentence(parameter.meaning)}{unit}"


def _limits(parameter: Parameter) -> str:
    """`from 0 to 48; `, where there are limits."""
    bounds = parameter.bounds
    if bounds.keys() >= {"least", "most"}:
        return f"from {bounds['least']:,g} to {bounds['most']:,.0f}; "
    return ""


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _exact(value: Any) -> Any:
    """Whole where it is: 12.0 is 12."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
