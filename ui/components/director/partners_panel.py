"""Whether working together leaves any partner worse off, and how the gain could be split."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from scheduler.services.jobs.order import Order
from scheduler.services.rosters.solve import Request
from scheduler.services.scenarios.impact import cash
from scheduler.services.scenarios.partners import MOST_PARTNERS, partners_of
from solver.search.strategy import Limits
from ui import state
from ui.components.build_panel import watch
from ui.components.director.asking import (
    busy,
    choose_answer,
    choose_scenarios,
    choose_seconds,
    choose_week,
    choose_weeks,
    has_answers,
    hours,
    interval,
    joined_names,
    last_day,
    order_button,
    roster_link,
    signed_hours,
    span,
)
from ui.components.headline import pounds, signed_pounds, tiles
from ui.components.policy.choice import choose_policy, tables_of
from ui.components.words import plain

NOTHING = "Nothing is stored yet. Press *Ask who gains* above."
SPLITS = {
    "as_it_falls": "As it falls today, with recharges",
    "shapley": "By what each brings in (Shapley)",
    "equal_profit": "Gains as equal as can be, of what each spends alone",
}
VERDICTS = {
    "stable": "✔ Nobody would do better in a smaller group",
    "not stable": "✘ {group} would do better {alone}, by {short}",
    "cannot be told": "? {group} might do better {alone}, by at most {short}",
}


def partners_panel(collaborative_id: str) -> None:
    """The whole view."""
    st.markdown(
        "Each partner against staying alone: hours lent and borrowed, what is recharged, who gains"
        " what, and whether every group of partners has a reason to stay."
    )
    if not state.may("ask_who_gains", "collaborative", collaborative_id):
        st.info(
            "What each partner gains is for whoever answers for all of them: ask a director of the"
            " whole collaborative.",
            icon=":material/lock:",
        )
        return
    _form(collaborative_id)
    watch(collaborative_id, "partners")
    document = choose_answer(collaborative_id, "partners", "Answer", "partners", NOTHING)
    if document is not None:
        show(document)


def _form(collaborative_id: str) -> None:
    working = busy(collaborative_id)
    first = not has_answers(collaborative_id, "partners") and not working
    with st.expander("Ask who gains", expanded=first):
        monday = choose_week(collaborative_id, "partners")
        if monday is None:
            return
        weeks = choose_weeks("partners")
        texts = choose_scenarios(collaborative_id, "partners", "With these changes besides")
        policy = choose_policy(collaborative_id, "partners_policy")
        seconds = choose_seconds("partners")
        members = partners_of(state.dataset(), Request(collaborative_id, monday), weeks)
        order = Order(
            "partners",
            collaborative_id,
            monday,
            limits=Limits(seconds),
            policy=tables_of(policy, collaborative_id),
            scenarios=texts,
            weeks=weeks,
            players=len(members),
        )
        fits = 2 <= len(members) <= MOST_PARTNERS
        if not fits:
            st.warning(
                f"This is worked out for 2 to {MOST_PARTNERS} partners; there are {len(members)} in"
                " that week."
            )
        order_button(
            order,
            "Ask who gains",
            ":material/handshake:",
            key="partners",
            disabled=working or not fits,
            why="Every group of partners is solved.",
        )


def show(document: Mapping[str, Any]) -> None:
    """What partners gain: figures, each partner, the splits, who lends to whom."""
    names = state.names_now(date.fromisoformat(document["period"]["start"]), last_day(document))
    called = {partner: names.other.get(partner, partner) for partner in document["partners"]}
    whole, rows = document["whole"], document["by_partner"]
    st.header(span(document))
    if document["scenario"]:
        st.caption(f"With {plain(document['scenario']['name'])}.")
    losing = [called[one] for one, row in rows.items() if row["gains_pence"] < 0]
    tiles(
        [
            (
                "Gained together",
                pounds(whole["found"]),
                f"{interval(whole['low'], whole['high'])} for certain",
            ),
            *(
                (
                    called[one],
                    signed_pounds(row["gains_pence"]),
                    f"{'gains' if row['gains_pence'] >= 0 else 'loses'}, in these rosters",
                )
                for one, row in rows.items()
            ),
        ]
    )
    if losing:
        st.warning(
            f"{plain(joined_names(losing))} would be better off alone, as these rosters and"
            " recharges have it: a split below can make that good.",
            icon=":material/warning:",
        )
    else:
        # alone, a longer search might find better: it is these rosters that are compared
        st.success(
            "No partner is worse off than alone, as these rosters and recharges have it.",
            icon=":material/done_all:",
        )
    st.subheader("Each partner")
    st.dataframe(
        _each(document, called),
        hide_index=True,
        height="content",
        key="each_partner",
        alt="Each partner, alone and together",
    )
    st.subheader("How the gain falls, and how it could")
    st.dataframe(
        _splits(document, called),
        hide_index=True,
        height="content",
        key="splits",
        alt="Splits of the gain by partner",
    )
    for key, split in document["splits"].items():
        st.markdown(f"- **{SPLITS[key]}**: {_standing(split, called)}")
    st.markdown(f"- {ANY_SPLIT[document['any_split']]}")
    _lending(document, called)
    with st.container(horizontal=True):
        for case in document["cases"]:
            if case.get("roster_id"):
                roster_link(document, case["roster_id"], plain(case["name"]))
    st.caption(plain(document["reading"]))


ANY_SPLIT = {
    "stable": "There is a split for certain that gives every group a reason to stay.",
    "not stable": "No split gives every group a reason to stay: some group always does better.",
    "cannot be told": (
        "Whether any split gives every group a reason to stay cannot be told at these gaps: a"
        " longer search may tell."
    ),
}


def _standing(split: Mapping[str, Any], called: Mapping[str, str]) -> str:
    group = plain(joined_names([called[one] for one in split["group"]])) if split["group"] else ""
    return VERDICTS[split["verdict"]].format(
        group=group,
        alone="alone" if len(split["group"]) == 1 else "among themselves",
        short=pounds(split["short_pence"]),
    )


def _each(document: Mapping[str, Any], called: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for partner, name in called.items():
        row = document["by_partner"][partner]
        alone, together = row["alone"]["figures"], row["together"]["figures"]
        if not alone or not together:
            continue
        rows.append(
            {
                "Partner": name,
                "Left empty": hours(together["missing"]),
                "against alone": signed_hours(together["missing"] - alone["missing"]),
                "Pay with recharges": pounds(cash(together)),
                "against alone ": signed_pounds(cash(together) - cash(alone)),
                "Agency": hours(together["minutes_by_pay"]["agency"]),
                "against alone  ": signed_hours(
                    together["minutes_by_pay"]["agency"] - alone["minutes_by_pay"]["agency"]
                ),
                "Lent": hours(together["lent"]),
                "Borrowed": hours(together["borrowed"]),
                "Gains": signed_pounds(row["gains_pence"]),
            }
        )
    return pd.DataFrame(rows)


def _splits(document: Mapping[str, Any], called: Mapping[str, str]) -> pd.DataFrame:
    columns: dict[str, list[str]] = {"Partner": [*called.values(), "Together"]}
    for key, split in document["splits"].items():
        pence = split["pence"]
        columns[SPLITS[key]] = [
            *(_exact(pence[one]) for one in called),
            _exact(sum(pence.values())),
        ]
        if key == "shapley":
            shares = document["shares"]
            columns["certain"] = [
                *(interval(shares[one]["low"], shares[one]["high"]) for one in called),
                "",
            ]
    return pd.DataFrame(columns)


def _exact(pence: float) -> str:
    return f"{'−' if pence < 0 else ''}£{abs(pence) / 100:,.2f}"


def _lending(document: Mapping[str, Any], called: Mapping[str, str]) -> None:
    """Hours lent and recharged, pair by pair."""
    together = max(
        (case for case in document["cases"] if "figures" in case),
        key=lambda case: len(case["partners"]),
    )
    lent = together["figures"]["lent"]
    if not lent:
        st.info("Nobody lends anybody in these weeks.")
        return
    rows = []
    for pair, one in lent.items():
        home, host = pair.split(">")
        rows.append(
            {
                "From": called.get(home, home),
                "To": called.get(host, host),
                "Hours": hours(one["minutes"]),
                "Recharged": _exact(one["pence"]),
            }
        )
    st.subheader("Who lends to whom")
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, height="content", key="lending", alt="Lent, by pair"
    )
