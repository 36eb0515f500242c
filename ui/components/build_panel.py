"""Order a build, watch it live, stop it and keep the best."""

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.services.building import Build, Order, build, builds, start_build, stop_build
from ui import state
from ui.components.frame import say
from ui.components.headline import pounds

EVERY_SECONDS = 0.7


def running_build(collaborative_id: str, kind: str) -> Build | None:
    """The one that runs for this collaborative, whoever started it."""
    found = builds(state.url(), collaborative_id, kind, most=3)  # type: ignore[arg-type]
    return next((one for one in found if one.status == "running"), None)


def launch(order: Order) -> None:
    """Start, and let the next rerun show it."""
    st.session_state[f"build_{order.kind}"] = start_build(state.url(), order)


def watch(collaborative_id: str, kind: str) -> None:
    """Shows a running build until it ends, then runs the page again with what it made. Nothing where none runs."""
    current = running_build(collaborative_id, kind)
    if current is not None:
        st.session_state[f"build_{kind}"] = current.id
        st.fragment(state.with_errors_shown(_live), run_every=EVERY_SECONDS)(current.id)
        return
    ended = st.session_state.pop(f"build_{kind}", None)
    if ended is not None:
        _tell(build(ended))
        st.rerun()


def _live(build_id: str) -> None:
    now = build(build_id)
    if now.status != "running":
        _tell(now)
        st.session_state.pop(f"build_{now.order.kind}", None)
        st.rerun(scope="app")
    latest = now.latest
    with st.container(border=True):
        st.markdown(f"**Building the {now.order.kind} of {_span(now.order)}**")
        left, right = st.columns([2, 3], vertical_alignment="center")
        with left:
            phase = "stopping with the best so far" if now.stopping else latest.phase
            st.progress(min(1.0, max(0.0, latest.seconds / max(1.0, _expected(now.order)))), text=f"{phase} · {latest.seconds:.0f} s")
            columns = st.columns(3)
            columns[0].metric("Best", "none yet" if latest.best_pence is None else pounds(latest.best_pence))
            columns[1].metric("Bound", "none yet" if latest.bound_pence is None else pounds(latest.bound_pence))
            columns[2].metric("Gap", "–" if latest.gap is None else f"{latest.gap:.1%}")
            st.button(
                "Stop and keep the best",
                icon=":material/stop_circle:",
                disabled=now.stopping,
                on_click=stop_build,
                args=(build_id,),
                key="stop_build",
            )
        with right:
            _curve(now)


def _span(order: Order) -> str:
    start = f"{order.start:%-d %B %Y}"
    return f"the week of {start}" if order.days == 7 else f"{order.days} days from {start}"


def _expected(order: Order) -> float:
    return order.seconds * (1 + len(order.scenarios)) + 3


def _curve(now: Build) -> None:
    rows: list[dict[str, Any]] = [
        {"seconds": beat.seconds, "pounds": value / 100, "what": what}
        for beat in now.beats
        for what, value in (("best", beat.best_pence), ("bound", beat.bound_pence))
        if value is not None
    ]
    if not rows:
        st.caption("Best and bound are drawn here as soon as there are any.")
        return
    values = [row["pounds"] for row in rows]
    # a first roster may cost many times the latest: it would press the part that matters into a line
    top = min(max(values), 1.5 * max(values[-2:]))
    chart = alt.Chart(pd.DataFrame(rows)).mark_line(interpolate="step-after", clip=True).encode(
        x=alt.X("seconds:Q", title="seconds"),
        y=alt.Y("pounds:Q", title="£", scale=alt.Scale(domain=[min(values), top], nice=True), axis=alt.Axis(format=",.0f")),
        color=alt.Color("what:N", title=None, scale=alt.Scale(domain=["best", "bound"]), legend=alt.Legend(orient="top")),
        strokeDash=alt.StrokeDash("what:N", title=None, scale=alt.Scale(domain=["best", "bound"])),
    )  # fmt: skip
    st.altair_chart(chart.properties(height=190), key="build_curve", alt="Best objective and proven bound over time")


def _tell(ended: Build) -> None:
    """Puts the outcome where the next run shows it, and chooses what was made."""
    if ended.status == "done" and ended.order.kind == "roster":
        state.choose_next("roster", ended.made_id)
        say("success", f"Built {ended.made_id}, checked independently and stored as a draft.")
    elif ended.status == "done":
        state.choose_next("comparison", ended.made_id)
        say("success", f"Comparison {ended.made_id} is stored.")
    elif ended.status == "clash":
        say(
            "error",
            f"There is no roster: these facts clash, and nothing was stored. Remove a pin, change an agreed limit or correct the history.\n\n{ended.message}",
        )
    else:
        say("error", ended.message or "The build ended without a result.")
