"""Empty places: the list, what would open most of them, and for one of them why it is empty and who
could fill it.
"""

from typing import Any

import pandas as pd
import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.near_misses import group_in_words
from scheduler.domain.sentence import Sentence, of_error
from scheduler.domain.wording import counted, plural
from scheduler.services.explain.names import Naming
from scheduler.services.explain.replacements import Candidate, Offer, Share
from scheduler.services.explain.why_vacant_words import (
    cleared_sentences,
    nearby_sentences,
    supply_sentences,
)
from scheduler.services.view.roster_tables import PRIORITIES, RosterTables, vacancies
from ui import state
from ui.components.headline import signed_pounds
from ui.components.words import plain

MOST_SENTENCES = 8
"""Sentences of one kind that are shown before “all”."""


def vacancies_panel(tables: RosterTables) -> None:
    """Demand that is not filled, the most urgent first; a chosen row is explained."""
    found = vacancies(tables)
    if found.empty:
        st.success("Every required place is filled.")
        return
    places = int(found["missing"].sum())
    st.write(
        f"{counted(places, 'place')} ({found['missing_hours'].sum():,.1f} h)"
        f" {plural(places, 'is', 'are')} empty, the most urgent first."
    )
    chosen = _list(found, tables)
    if chosen is None:
        st.caption("Choose a row to read why the place is empty and who could fill it.")
    else:
        _one(tables.roster_id, str(found["demand_id"].iloc[chosen]))
    with st.expander(
        "What would open most of these places?",
        key="levers",
        on_change="rerun",
        icon=":material/key:",
    ) as opened:
        if opened.open:
            _levers(tables.roster_id)


def _list(found: pd.DataFrame, tables: RosterTables) -> int | None:
    names = state.names_of(tables.roster_id)
    work = found["role"] + ", " + found["site"] + ", " + found["service"]
    shown = pd.DataFrame(
        {
            "Priority": [PRIORITIES[priority] for priority in found["priority"]],
            "When": found["when"],
            "Work": work,
            "People": found["missing"],
            "Hours": found["missing_hours"],
            "Why": [names.said(tables.causes[demand_id]) for demand_id in found["demand_id"]],
            "Accountable": found["host"],
        }
    )
    event = st.dataframe(
        shown,
        hide_index=True,
        height=min(400, 40 + 36 * len(shown)),
        key="vacancies",
        alt="Vacancies with their cause",
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        column_config={
            "Priority": st.column_config.TextColumn(width=110),
            "When": st.column_config.TextColumn(width=160),
            "Work": st.column_config.TextColumn(width=470),
            "Why": st.column_config.TextColumn(width=580),
            "Hours": st.column_config.NumberColumn(format="%,.1f", width=60),
            "People": st.column_config.NumberColumn(help="people missing", width=60),
        },
    )
    # a click on a row's text is a choice of that cell, and means its row
    rows: list[int] = [row for row, _ in event["selection"]["cells"]] or event["selection"]["rows"]
    return rows[0] if rows and rows[0] < len(found) else None


# --- one place


def _one(roster_id: str, demand_id: str) -> None:
    names = state.names_of(roster_id)
    with st.container(border=True):
        st.subheader(plain(names.work(demand_id)))
        side = st.segmented_control(
            "About this place",
            ["Who could fill it", "Why it is empty"],
            default="Who could fill it",
            required=True,
            key="about_vacancy",
            label_visibility="collapsed",
        )
        try:
            (_who if side == "Who could fill it" else _why)(roster_id, demand_id)
        except SchedulerError as error:
            st.info(plain(names.said(of_error(error))))


def _why(roster_id: str, demand_id: str) -> None:
    place, names = state.why_vacancy(roster_id, demand_id), state.names_of(roster_id)
    for title, said in (
        ("Who is cleared, and where they are", cleared_sentences(place)),
        ("Who is one barrier away", nearby_sentences(place)),
        ("Temporary supply", supply_sentences(place)),
    ):
        st.markdown(f"**{title}**")
        _sentences(names, list(said), title)
    for note in place.notes:
        st.caption(plain(names.said(note)))


def _sentences(names: Naming, said: list[Sentence], what: str) -> None:
    """A list, the rest behind a button."""
    st.markdown("\n".join(f"- {plain(names.said(sentence))}" for sentence in said[:MOST_SENTENCES]))
    if len(said) > MOST_SENTENCES:
        with st.expander(f"{len(said) - MOST_SENTENCES} more: {what[:1].lower()}{what[1:]}"):
            st.markdown(
                "\n".join(f"- {plain(names.said(sentence))}" for sentence in said[MOST_SENTENCES:])
            )


def _who(roster_id: str, demand_id: str) -> None:
    """Ranked, under the facts that hold now."""
    found, names = state.replacements(roster_id, demand_id), state.names_of(roster_id)
    rows = [_candidate_row(one, names) for one in found.candidates if one.offered]
    rows += [_offer_row(offer, names) for offer in found.supply if offer.offered]
    rows.sort(key=lambda row: float(row["order"]))
    if rows:
        st.dataframe(
            pd.DataFrame(rows).drop(columns="order"),
            hide_index=True,
            height=min(360, 40 + 36 * len(rows)),
            key="replacements",
            alt="Who could fill the place, the best first",
            column_config={
                "Would leave": st.column_config.TextColumn(width=330),
                "Who": st.column_config.TextColumn(width=210),
            },
        )
        st.caption(
            "Objective: what the whole roster would cost more or less than with the place empty,"
            " notional prices included. Pay: cash with on-costs. Nights and weekends: in this"
            " roster, and the fair share. To put somebody there: *Pins*, then *Build* or *Repair*."
        )
    else:
        st.warning("Nobody and nothing can fill it without breaking a hard rule.")
    everybody: list[Candidate | Offer] = [*found.candidates, *found.supply]
    blocked = [
        (
            names.person(one.staff_id) if isinstance(one, Candidate) else names(one.supply_id),
            one.effect.blocked[0].sentence,
        )
        for one in everybody
        if not one.offered
    ]
    if blocked:
        with st.expander(f"{len(blocked)} cleared, but kept from it by a hard rule"):
            st.markdown(
                "\n".join(
                    f"- **{plain(who)}**: {plain(names.said(sentence))}"
                    for who, sentence in blocked
                )
            )


def _candidate_row(one: Candidate, names: Naming) -> dict[str, Any]:
    employer = (
        names(one.employer_organisation_id)
        + (", lent" if one.lent else "")
        + (", bank contract" if one.contract_kind == "bank" else "")
    )
    return {
        "order": one.effect.objective_pence,
        "Who": names.person(one.staff_id),
        "Through": employer,
        "Objective": signed_pounds(one.effect.objective_pence),
        "Pay": signed_pounds(one.effect.cash_pence),
        "Travel": "" if one.travel_minutes is None else f"{one.travel_minutes:.0f} min",
        "Rest before": _rest(one.rest_before),
        "Rest after": _rest(one.rest_after),
        "Nights": _share(one.nights),
        "Weekends": _share(one.weekends),
        "Would leave": "; ".join(names.work(demand_id) for demand_id, _ in one.leaves),
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _offer_row(offer: Offer, names: Naming) -> dict[str, Any]:
    left = "" if offer.left is None else f"{offer.left} left this week"
    return {
        "order": offer.effect.objective_pence,
        "Who": _capital(names(offer.supply_id)),
        "Through": left,
        "Objective": signed_pounds(offer.effect.objective_pence),
        "Pay": signed_pounds(offer.effect.cash_pence),
        "Travel": "",
        "Rest before": "",
        "Rest after": "",
        "Nights": "",
        "Weekends": "",
        "Would leave": "",
    }


def _rest(hours: float | None) -> str:
    return "free" if hours is None else "over a week" if hours > 7 * 24 else f"{hours:g} h"


def _share(share: Share) -> str:
    return f"{share.now} of {'–' if share.fair is None else share.fair}"


# --- all of them


def _levers(roster_id: str) -> None:
    """Barriers by what lifting each would open, and by who can lift it."""
    found, names = state.why_vacancies(roster_id), state.names_of(roster_id)
    if not found.levers:
        st.write("Nobody is one barrier away from any of these places.")
        return
    rows = [
        {
            "Barrier": _upper(names.said(group_in_words(found.index, kind, missing))),
            "Who can lift it": names.who(by),
            "Hours, by people who are free": lever.minutes_free / 60,
            "Hours at most": lever.minutes_any / 60,
            "People": len(lever.staff_ids),
            "Places": lever.places,
        }
        for lever in found.levers
        for kind, missing, by in [lever.lever]
    ]
    table = pd.DataFrame(rows)
    whose = st.multiselect(
        "Only what these can lift", sorted(set(table["Who can lift it"])), key="lever_whose"
    )
    if whose:
        table = table[table["Who can lift it"].isin(whose)]
    hours = st.column_config.NumberColumn(format="%,.1f")
    st.dataframe(
        table,
        hide_index=True,
        height=min(400, 40 + 36 * len(table)),
        key="lever_table",
        alt="Barriers behind the empty places",
        column_config={
            "Barrier": st.column_config.TextColumn(width=330),
            "Hours, by people who are free": hours,
            "Hours at most": hours,
        },
    )
    st.caption(
        "Required hours of empty places that the people behind one barrier could fill, were it"
        " lifted: by those whom nothing else keeps, and by all of them. Each place is counted by"
        " itself. What a barrier is worth in the end: *Director*, value barriers."
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
