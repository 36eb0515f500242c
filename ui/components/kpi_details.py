"""What is behind the measures: who filled the work, what stayed empty, what changed, who lent, and
how much notice people had.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from scheduler.domain.wording import counted
from scheduler.services.kpis.words import value_words
from scheduler.services.view.roster_tables import PRIORITIES, short_name
from ui.components.plain_table import plain_table

Document = Mapping[str, Any]
SOURCES = {
    "own": "Own, contracted",
    "lent": "Lent by a partner, contracted",
    "extra": "Extra, at plain rate",
    "overtime": "Overtime",
    "bank": "Bank",
    "agency": "Agency",
    "unfilled": "Not filled",
}
TIMES = ("day", "night", "weekend")
GROUPS = ("registered", "unregistered")


def details(total: Document, notice_days: int | None, lending_file: Callable[[], None]) -> None:
    """Each behind a heading that opens it. `notice_days`: the scheme's; None where it has none;
    `lending_file`: shows how to get what was lent as a file.
    """
    with st.expander("Who fills the work, by time and profession"):
        _fill(total)
    with st.expander("What stays empty"):
        _unfilled(total["unfilled"])
    with st.expander("What changed after publication, and why"):
        _changes(total["changes"], notice_days)
    with st.expander("Lent and borrowed"):
        _lending(total)
        if total["lending"]:
            lending_file()
    with st.expander("How much notice people had"):
        _notice(total)


def _hours(minutes: int) -> str:
    return f"{minutes / 60:,.1f}"


def _fill(total: Document) -> None:
    minutes = {(one["source"], one["group"], one["when"]): one["minutes"] for one in total["fill"]}
    for group in GROUPS:
        rows = []
        for source, words in SOURCES.items():
            own = [minutes.get((source, group, when), 0) for when in TIMES]
            rows.append((words, *map(_hours, own), _hours(sum(own))))
        plain_table(
            ("Hours", "Day", "Night", "Weekend", "Together"),
            rows,
            caption=f"{group.capitalize()} staff",
            right=range(1, 5),
        )
    if total["beyond_minutes"]:
        st.caption(
            f"{_hours(total['beyond_minutes'])} h of these are of people beyond the minimum, as"
            " some work would like to have."
        )


def _unfilled(unfilled: Document) -> None:
    if not unfilled["by_priority"]:
        st.markdown("Nothing: every required hour is filled.")
        return
    for heading, rows in (
        (
            "Priority",
            [(PRIORITIES[int(one)], many) for one, many in unfilled["by_priority"].items()],
        ),
        ("Service", [(one["name"], one["minutes"]) for one in unfilled["by_service"]]),
        ("Place", [(one["name"], one["minutes"]) for one in unfilled["by_place"]]),
    ):
        plain_table(
            (heading, "Hours"),
            [(name, _hours(many)) for name, many in rows],
            caption=f"Not filled, by {heading.lower()}",
            right=(1,),
        )


def _changes(changes: Document, notice_days: int | None) -> None:
    if not changes["by_reason"]:
        st.markdown("Nothing: what was published stands as it was.")
        return
    plain_table(
        ("Reason", "Shifts"),
        [
            (one["reason"] or "No reason was given", f"{one['shifts']:,}")
            for one in changes["by_reason"]
        ],
        caption="Shifts of people that were changed, by the reason that was given",
        right=(1,),
    )
    if notice_days is None:
        st.caption("No scheme of approval says what short notice is.")
    else:
        short = changes["at_short_notice"]
        many = counted(short, "of them was", "of them were") if short else "None of them was"
        st.caption(f"{many} nearer than {counted(notice_days, 'day')} to the shift.")


def _lending(total: Document) -> None:
    if not total["lending"]:
        st.markdown("Nobody is lent in these weeks.")
        return
    plain_table(
        ("Lends", "To", "Hours", "Recharge"),
        [
            (
                short_name(one["from_name"]),
                short_name(one["to_name"]),
                _hours(one["minutes"]),
                f"£{one['recharge_pence'] / 100:,.2f}",
            )
            for one in total["lending"]
        ],
        caption="Hours lent, and what is recharged under the agreement, without value added tax",
        right=(2, 3),
    )


def _notice(total: Document) -> None:
    measured, notice = total["measures"]["notice_days"], total["notice"]
    if notice["least"] is None:
        st.markdown("Nobody has a published shift.")
        return
    st.markdown(
        f"Half of the people had {value_words(measured, 'days')} or more of notice for the shift of"
        f" a week that was told last; the least was {counted(notice['least'], 'day')}."
    )
    weeks: Counter[int] = Counter()
    for days, people in notice["people_by_days"].items():
        weeks[min(max(int(days), -1) // 7, 6)] += people
    plain_table(
        ("Notice", "People and weeks"),
        [(_notice_words(week), f"{weeks[week]:,}") for week in sorted(weeks)],
        caption="Each person once for each week in which they have shifts",
        right=(1,),
    )


def _notice_words(week: int) -> str:
    if week < 0:
        return "After it had begun"
    if week == 0:
        return "Less than a week"
    return "Six weeks or more" if week >= 6 else f"{counted(week, 'week')} to {week + 1}"
