"""Two cases side by side: what differs, who would notice, and what of the six outcomes that is."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from scheduler.services.explain.names import Naming
from scheduler.services.scenarios.figures import agency_share, share
from scheduler.services.scenarios.impact import (
    AimFigure,
    CollaborativeAim,
    NoticedChange,
    cash,
    effects,
)
from scheduler.services.scenarios.impact import losers as who_loses
from scheduler.services.scenarios.impact import outcomes as six_outcomes
from scheduler.services.view.roster_tables import PRIORITIES
from ui.components.director.asking import hours, signed_hours
from ui.components.headline import pounds, signed_pounds, tiles
from ui.components.words import plain

Case = Mapping[str, Any]
PAY = ("contracted", "extra", "overtime", "bank", "agency")
MEASURES = {
    "missing": "{} {} left empty",
    "cash": "{} {} to pay",
    "night": "{} {} night work",
    "weekend": "{} {} weekend work",
    "lent": "{} {} work for other organisations",
    "travel": "{} {} travel",
    "wishes_missed": "{} {} of their wishes missed",
}
WHOM = {"patients": "Patients", "partner": "Partners", "staff": "Staff"}
MOST_LINES = 5
"""Changes of one kind that a person reads at once."""


def five_figures(left: Case, right: Case) -> None:
    """What everybody asks for first, of the right case, with what it differs by."""
    one, other = left["figures"], right["figures"]
    rows = [
        (
            "Required hours left empty",
            hours(other["minutes"]["missing"]),
            signed_hours(other["minutes"]["missing"] - one["minutes"]["missing"]),
        )
    ]
    for kind in ("agency", "bank"):
        now, before = other["minutes_by_pay"][kind], one["minutes_by_pay"][kind]
        rows.append((f"{kind.capitalize()} hours", hours(now), signed_hours(now - before)))
    paid = [sum(case["pence_by_pay"].values()) for case in (one, other)]
    rows.append(("Pay beyond basic pay", pounds(paid[1]), signed_pounds(paid[1] - paid[0])))
    lent = [sum(pair["minutes"] for pair in case["lent"].values()) for case in (one, other)]
    rows.append(("Lent between partners", hours(lent[1]), signed_hours(lent[1] - lent[0])))
    tiles([(name, value, f"{change} against {left['name']}") for name, value, change in rows])


def in_hours(left: Case, right: Case) -> str:
    """What the right case has more or less than the left one, in hours and cash: one sentence."""
    one, other = left["figures"], right["figures"]
    changes = [
        (other["minutes"]["missing"] - one["minutes"]["missing"], "left empty"),
        *(
            (other["minutes_by_pay"][kind] - one["minutes_by_pay"][kind], kind)
            for kind in ("agency", "bank")
        ),
    ]
    said = [f"{signed_hours(minutes)} {what}" for minutes, what in changes if abs(minutes) >= 3]
    paid = sum(other["pence_by_pay"].values()) - sum(one["pence_by_pay"].values())
    if abs(paid) >= 50:
        said.append(f"{signed_pounds(paid)} pay")
    return f"{', '.join(said)} in these rosters." if said else "The same hours and pay."


def table_of(left: Case, right: Case, names: Naming) -> pd.DataFrame:
    """Every figure of both and the difference, a row each."""
    one, other = left["figures"], right["figures"]
    rows: list[tuple[str, ...]] = []

    def add(what: str, a: float, b: float, *, money: bool = False) -> None:
        text, signed = (pounds, signed_pounds) if money else (hours, signed_hours)
        rows.append((what, text(a), text(b), signed(b - a)))

    for key, word in (("required", "Required"), ("filled", "Filled"), ("missing", "Left empty")):
        add(word, one["minutes"][key], other["minutes"][key])
    for kind in PAY:
        word = kind.capitalize()
        add(f"{word}: hours", one["minutes_by_pay"][kind], other["minutes_by_pay"][kind])
        add(f"{word}: pay", one["pence_by_pay"][kind], other["pence_by_pay"][kind], money=True)
    shares = [agency_share(case) for case in (one, other)]
    rows.append(
        ("Agency, share of all pay", *(percent(value) for value in shares), _points(shares))
    )
    staff = one["staff"], other["staff"]
    add("Contracted hours not used", staff[0]["unused"], staff[1]["unused"])
    add("Travel beyond the own base", staff[0]["travel"], staff[1]["travel"])
    add("Mileage", staff[0]["mileage_pence"], staff[1]["mileage_pence"], money=True)
    add("Uneven shares, as priced", one["fairness_pence"], other["fairness_pence"], money=True)
    met = [share(row["wishes_asked"] - row["wishes_missed"], row["wishes_asked"]) for row in staff]
    rows.append(("Wishes met", *(percent(value) for value in met), _points(met)))
    for of, word in (
        ("priority", "Left empty"),
        ("service", "Left empty"),
        ("place", "Left empty"),
    ):
        a, b = one["missing_by"][of], other["missing_by"][of]
        for key in dict.fromkeys([*a, *b]):
            add(f"{word}: {named(of, key, names)}", a.get(key, 0), b.get(key, 0))
    for part in one["missing_by"]["part"]:
        a, b = one["missing_by"]["part"], other["missing_by"]["part"]
        add(f"Left empty: {part}", a[part], b.get(part, 0))
    organisations = one["by_organisation"], other["by_organisation"]
    for key in dict.fromkeys([*organisations[0], *organisations[1]]):
        a, b = (row.get(key) for row in organisations)
        if a is None or b is None:
            continue
        name = named("organisation", key, names)
        add(f"{name}: pay with recharges", cash(a), cash(b), money=True)
        add(f"{name}: left empty", a["missing"], b["missing"])
        add(f"{name}: lent", a["lent"], b["lent"])
        add(f"{name}: borrowed", a["borrowed"], b["borrowed"])
        add(f"{name}: agency hours", *(r["minutes_by_pay"]["agency"] for r in (a, b)))
        add(f"{name}: bank hours", *(r["minutes_by_pay"]["bank"] for r in (a, b)))
    rows.append(("Hard rules broken", str(one["breaches"]), str(other["breaches"]), ""))
    rows.append(("Proven within", *(f"{case['gap']:.1%}" for case in (left, right)), ""))
    return pd.DataFrame(rows, columns=["Figure", left["name"], right["name"], "Difference"])


def percent(value: float | None) -> str:
    """A share in per cent; a dash where there is none."""
    return "–" if value is None else f"{value:.1%}"


def _points(pair: Sequence[float | None]) -> str:
    before, after = pair
    if before is None or after is None:
        return ""
    return f"{'+' if after >= before else '−'}{abs(after - before) * 100:.1f} points"


def named(of: str, key: str, names: Naming) -> str:
    """What the key of an effect is called."""
    if of == "priority":
        return f"priority {PRIORITIES[int(key)]}"
    return key if of == "part" else names.other.get(key, key)


# --- who would notice


def impact_panel(left: Case, right: Case, names: Naming) -> None:
    """Who would notice, the losses first, and the six outcomes."""
    found = effects(left["figures"], right["figures"])
    lost = who_loses(found)
    if not found:
        st.success(
            "Nobody would notice: services, places, partners and staff have the same in both.",
            icon=":material/equal:",
        )
        return
    if lost:
        who = dict.fromkeys(named(one.of, one.key, names) for one in lost)
        st.warning(
            f"Somebody loses by it, as these rosters have it: {plain(', '.join(who))}.",
            icon=":material/warning:",
        )
    else:
        st.success("No partner, place or group of staff loses by it.", icon=":material/done_all:")
    columns = st.columns(2, gap="large")
    for column, title, worse in zip(
        columns, ("Worse for", "Better for"), (True, False), strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            lines = [one for one in found if one.worse is worse]
            if not lines:
                st.caption("Nobody.")
            for whom, title in WHOM.items():
                theirs = [one for one in lines if one.whom == whom]
                if theirs:
                    _listed(title, theirs, names)
    st.caption(
        "By the two rosters that were found: another roster as good could share it out otherwise."
    )
    outcome_table(six_outcomes(left["figures"], right["figures"]), left["name"], right["name"])


def _listed(title: str, lines: Sequence[NoticedChange], names: Naming) -> None:
    """Those of one kind: as many as are read at once, the others behind a click."""
    texts = [f"- {plain(in_words(one, names))}" for one in lines]
    st.markdown("\n".join([f"{title}:", "", *texts[:MOST_LINES]]))
    if len(texts) > MOST_LINES:
        with st.expander(f"{len(texts) - MOST_LINES} more"):
            st.markdown("\n".join(texts[MOST_LINES:]))


def in_words(one: NoticedChange, names: Naming) -> str:
    """`District nursing: 12.5 h more left empty`."""
    amount = (
        pounds(abs(one.more))
        if one.unit == "pence"
        else hours(abs(one.more))
        if one.unit == "minutes"
        else str(abs(one.more))
    )
    fewer = "fewer" if one.unit == "count" else "less"
    said = MEASURES[one.measure].format(amount, "more" if one.worse else fewer)
    who = named(one.of, one.key, names)
    return f"{who[:1].upper()}{who[1:]}: {said}"


def outcome_table(found: Sequence[CollaborativeAim], before: str, after: str) -> None:
    """The six outcomes of the collaborative, with the figures that there honestly are."""
    st.markdown("**The six outcomes of the collaborative**")
    rows = [
        {
            "Outcome": outcome.title,
            "Figure": figure.title,
            **dict(zip((before, after), amounts_of(figure), strict=True)),
            "": verdict_of(figure),
        }
        for outcome in found
        for figure in outcome.figures
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        column_config={"Figure": st.column_config.TextColumn(width="large")},
        key="outcomes",
        alt="The six outcomes, before and after",
    )
    with st.expander("What these figures cannot say"):
        for outcome in found:
            st.markdown(f"- **{outcome.title}**: {outcome.cannot}")


def amounts_of(figure: AimFigure) -> tuple[str, str]:
    """Before and after with their unit, told apart wherever they differ by anything to be shown."""
    texts = amount_of(figure, figure.before), amount_of(figure, figure.after)
    values = figure.before, figure.after
    if texts[0] != texts[1] or values[0] is None or values[1] is None or values[0] == values[1]:
        return texts
    finer = {"pence": "£{:,.2f}", "share": "{:.2f}%", "minutes": "{:,.1f} h"}[figure.unit]
    unit = {"pence": 1 / 100, "share": 100, "minutes": 1 / 60}[figure.unit]
    told = finer.format(values[0] * unit), finer.format(values[1] * unit)
    return texts if told[0] == told[1] else told


def amount_of(figure: AimFigure, value: float | None) -> str:
    """A figure with its unit."""
    if value is None:
        return "–"
    if figure.unit == "pence":
        return pounds(value)
    return f"{value:.1%}" if figure.unit == "share" else hours(value)


def verdict_of(figure: AimFigure) -> str:
    """▲ better, ▼ worse, as text and shape; the same where both read alike."""
    before, after = amounts_of(figure)
    if figure.before is None or figure.after is None or before == after:
        return "same"
    better = (figure.after > figure.before) is figure.more_is_better
    return "▲ better" if better else "▼ worse"
