"""Choices that stand in the page's address, so that a reload, a link, Back and the way over another
page find them again.

A choice lives in its widget. The address is written from it, once at the end of a run, and read
where somebody else has written it: a link, Back, or `choose_next`. What is the default and was not
asked for is not written: Back would lead to where it came from.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import streamlit as st

from ui.components.words import plain

T = TypeVar("T")

WRITTEN = "address_written"
"""Widget's key -> what the address last said of it. It outlives the widget, which forgets its
choice on another page.
"""
SEEN = "address_seen"
"""Widget's key -> what was chosen in it when it was last put into the address."""
PENDING = "address_pending"
"""Parameter -> (widget's key, texts) to be written at the end of this run."""
REMARKS = "address_remarks"
"""Parameter -> (the choice shown, why it is not the one asked for)."""


def _memory(name: str) -> dict[str, Any]:
    return cast(dict[str, Any], st.session_state.setdefault(name, {}))


PAGE, ARRIVED = "address_page", "address_arrived"
"""Which page ran last, and whether this one has just been opened: the way to it empties the
address, which nobody means.
"""


def arrive(page: str) -> None:
    """At the beginning of a run of this page."""
    if st.session_state.get(PAGE) != page:
        st.session_state[PAGE], st.session_state[ARRIVED] = page, True


def leave() -> None:
    """At the end of a run."""
    write()
    st.session_state[ARRIVED] = False


def asked(parameter: str, key: str) -> tuple[list[str] | None, bool]:
    """(the texts from which the widget's choice is to be set now, whether somebody else has written
    them); None: it keeps its choice.
    """
    now, before = st.query_params.get_all(parameter), _memory(WRITTEN).get(key, [])
    if not now and st.session_state.get(ARRIVED):
        return (None if key in st.session_state and not before else before), False
    if _touched(key):  # the browser may not yet have heard what was last written
        return None, False
    if now != before and (now or key in st.session_state):
        return now, True
    if key in st.session_state:
        return None, False
    return now or before, False


def _touched(key: str) -> bool:
    """Whether the choice is another than that which was last put into the address: somebody has
    just made it. Who clicks before the browser has taken up the last address sends that of before.
    """
    seen = _memory(SEEN)
    return key in st.session_state and key in seen and st.session_state[key] != seen[key]


def put(parameter: str, key: str, texts: list[str], default: list[str]) -> None:
    """Let the address say this from the end of the run on."""
    if key in st.session_state:
        chosen = st.session_state[key]
        _memory(SEEN)[key] = [*chosen] if isinstance(chosen, list) else chosen
    if texts == default and not st.query_params.get_all(parameter):
        _memory(PENDING).pop(parameter, None)
        _memory(WRITTEN)[key] = []
    else:
        _memory(PENDING)[parameter] = (key, texts)


def write() -> None:
    """All at once: each writing is a step of Back."""
    pending = _memory(PENDING)
    if not pending:
        return
    whole = {parameter: st.query_params.get_all(parameter) for parameter in st.query_params}
    changed = whole | {parameter: texts for parameter, (_, texts) in pending.items()}
    if {name: texts for name, texts in changed.items() if texts} != whole:
        st.query_params.from_dict({name: texts for name, texts in changed.items() if texts})
    _memory(WRITTEN).update(dict(pending.values()))
    pending.clear()


def stand(
    parameter: str,
    key: str,
    default: T,
    read: Callable[[list[str]], T | None],
    text: Callable[[T], list[str]],
) -> None:
    """Before a widget with this key: its choice stands in the address. `read` gives None for what
    cannot be chosen.
    """
    texts, _ = asked(parameter, key)
    if texts is not None:
        found = read(texts) if texts else None
        st.session_state[key] = default if found is None else found
    put(parameter, key, text(st.session_state[key]), text(default))


def stand_many(parameter: str, key: str, options: Sequence[str]) -> None:
    """The same for several of these options."""
    none: list[str] = []
    stand(parameter, key, none, lambda texts: [text for text in texts if text in options], list)


def stand_one(parameter: str, key: str, options: Sequence[str], default: str) -> None:
    """The same for one of these options."""
    stand(
        parameter,
        key,
        default,
        lambda texts: texts[0] if texts[0] in options else None,
        lambda value: [value],
    )


def stand_number(parameter: str, key: str, default: int, least: int, most: int) -> None:
    """The same for a whole number."""

    def read(texts: list[str]) -> int | None:
        return (
            int(texts[0])
            if texts[0].isdecimal() and len(texts[0]) < 10 and least <= int(texts[0]) <= most
            else None
        )

    stand(parameter, key, default, read, lambda value: [str(int(value))])


Asked = Callable[[str], tuple[T | None, str]]
"""A text of the address -> (what is shown for it, why that is not what was asked for)."""


def choose(
    label: str,
    options: Sequence[T],
    parameter: str,
    say: Callable[[T], str],
    text: Callable[[T], str] = str,
    *,
    default: T | None = None,
    read: Asked[T] | None = None,
    optional: bool = False,
    **more: Any,
) -> T:
    """A drop-down whose choice stands in the address as `parameter`; what is asked for and not
    there is said under it.

    `say` gives an option's label, `text` its form in the address. With `optional` nothing is chosen
    at first, and None is the answer.
    """
    key, known = f"choose_{parameter}", {text(option): option for option in options}
    first = default if default is not None or optional else options[0]
    if st.session_state.get(key) is not None and st.session_state[key] not in options:
        del st.session_state[key]
    texts, foreign = asked(parameter, key)
    if (
        texts is not None
    ):  # set here and not as a first value: the browser would go on showing its own
        wanted = texts[0] if texts else ""
        if read is not None and wanted:
            found, remark = read(wanted)
        else:
            found = known.get(wanted)
            remark = (
                f"There is no {label.lower()} “{wanted}” here." if wanted and found is None else ""
            )
        st.session_state[key] = first if found is None else found
        _memory(REMARKS).pop(parameter, None)
        if foreign and remark:
            _memory(REMARKS)[parameter] = (st.session_state[key], remark)
    asking: dict[str, Any] = {"index": None, **more} if optional else more
    chosen = cast(T, st.selectbox(label, options, format_func=say, key=key, **asking))
    shown, remark = _memory(REMARKS).get(parameter, (None, ""))
    if remark and shown == chosen:
        instead = "" if chosen is None else f" Shown is: {plain(say(chosen))}."
        st.warning(f"{plain(remark)}{instead}", icon=":material/error:")
    put(
        parameter,
        key,
        [] if chosen is None else [text(chosen)],
        [] if first is None else [text(first)],
    )
    return chosen


def choose_next(parameter: str, text: str) -> None:
    """Let the next run of the page choose this option."""
    open_next({parameter: text})


def open_next(choices: dict[str, str]) -> None:
    """Let the next run of the page choose these options, parameter by parameter."""
    for parameter in choices:
        st.session_state.pop(f"choose_{parameter}", None)
    st.query_params.update(choices)


def open_view(name: str) -> None:
    """Let the next run of the page open this side of the roster."""
    st.session_state["view"] = name
