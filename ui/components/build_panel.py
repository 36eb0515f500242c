"""Order a build, watch it live, stop it and keep the best. A build is a job: the pages may be left and opened again."""

from datetime import timedelta
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.domain.wording import counted
from scheduler.services import jobs
from scheduler.services.jobs import Job
from scheduler.services.order import Order
from solver.search.strategy import gap
from ui import state
from ui.components.frame import say
from ui.components.headline import pounds

EVERY_SECONDS = 0.7
ROOM_FOR_A_NAME = 0.12
"""Of the whole time; a shorter phase is a line without a name."""
WORDS = {"solve": "roster", "compare": "comparison"}


def running_build(collaborative_id: str, kind: str) -> Job | None:
    """The one that runs for this collaborative, else the one that has waited longest, whoever ordered it."""
    found: list[Job] = state.repository().jobs.latest(collaborative_id, kind, only_open=True)
    return next((job for job in found if job.state == "running"), found[-1] if found else None)


def launch(order: Order) -> None:
    """Submit it, see to it that somebody works, and let the next rerun show it."""
    st.session_state[f"build_{order.kind}"] = jobs.submit(state.repository(), order).job.id
    jobs.ensure_worker(state.repository())


def watch(collaborative_id: str, kind: str) -> None:
    """Shows a running build until it ends, then runs the page again with what it made. Nothing where none runs."""
    current = running_build(collaborative_id, kind)
    known = st.session_state.get(f"build_{kind}")
    if known is not None and (current is None or current.id != known):
        ended = jobs.show(state.repository(), known)
        if not ended.open:
            st.session_state.pop(f"build_{kind}")
            _tell(ended)
            st.rerun()
    if current is not None:
        st.session_state[f"build_{kind}"] = current.id
        st.fragment(state.with_errors_shown(_live), run_every=EVERY_SECONDS)(current.id)


def _live(job_id: str) -> None:
    now = jobs.show(state.repository(), job_id)
    if not now.open:
        _tell(now)
        st.session_state.pop(f"build_{now.kind}", None)
        st.rerun(scope="app")
    if jobs.needs_a_worker(now):
        jobs.ensure_worker(state.repository())
    order = jobs.order_of(now)
    with st.container(border=True):
        st.markdown(f"**Building the {WORDS[now.kind]} of {_span(order)}**")
        left, right = st.columns([2, 3], vertical_alignment="center")
        with left:
            text = f"{jobs.standing(now)} · {now.seconds:.0f} s" if now.state == "running" else jobs.standing(now)
            st.progress(min(1.0, max(0.0, now.seconds / (order.seconds_at_most + 3))), text=text)
            columns = st.columns(3)
            columns[0].metric("Best", "none yet" if now.best is None else pounds(now.best / 60))
            columns[1].metric("Bound", "none yet" if now.bound is None else pounds(now.bound / 60))
            columns[2].metric("Gap", "–" if now.gap is None else f"{now.gap:.1%}")
            st.button(
                "Stop and keep the best",
                icon=":material/stop_circle:",
                disabled=now.cancel_requested,
                on_click=_stop,
                args=(job_id,),
                key="stop_build",
            )
            st.caption(f"Job {job_id}. You can leave this page: the work goes on, and you find it here again.")
        with right:
            _curve(now)


def _stop(job_id: str) -> None:
    jobs.cancel(state.repository(), job_id)


def _span(order: Order) -> str:
    start = f"{order.start:%-d %B %Y}"
    return f"the week of {start}" if order.days == 7 else f"{counted(order.days, 'day')} from {start}"


def _curve(now: Job) -> None:
    rows: list[dict[str, Any]] = [
        {"seconds": moment.seconds, "pounds": value / 6000, "what": what}
        for moment in now.course
        for what, value in (("best", moment.best), ("bound", moment.bound))
        if value is not None
    ]
    if not rows:
        st.caption("Best and bound are drawn here as soon as there are any.")
        return
    for what in ("best", "bound"):  # nothing new is told, and yet the lines reach to now
        if own := [row for row in rows if row["what"] == what]:
            rows.append({**own[-1], "seconds": max(own[-1]["seconds"], now.seconds)})
    values = [row["pounds"] for row in rows]
    # a first roster may cost many times the latest: it would press the part that matters into a line
    top = min(max(values), 1.5 * max(values[-2:]))
    chart = alt.Chart(pd.DataFrame(rows)).mark_line(interpolate="step-after", clip=True).encode(
        x=alt.X("seconds:Q", title=None),
        y=alt.Y("pounds:Q", title="£", scale=alt.Scale(domain=[min(values), top], nice=True), axis=alt.Axis(format=",.0f")),
        color=alt.Color("what:N", title=None, scale=alt.Scale(domain=["best", "bound"]), legend=alt.Legend(orient="top")),
        strokeDash=alt.StrokeDash("what:N", title=None, scale=alt.Scale(domain=["best", "bound"])),
    )  # fmt: skip
    st.altair_chart(chart.properties(height=190), key="build_curve", alt="Best objective and proven bound over time")
    _gap_and_phases(now)


def _gap_and_phases(now: Job) -> None:
    """The gap over time, and what the search was doing: a rule where each phase begins."""
    gaps = [
        (moment.seconds, gap(moment.best, moment.bound)) for moment in now.course if moment.best is not None and moment.bound is not None
    ]
    if not gaps:
        return
    until = max(gaps[-1][0], now.seconds)
    gaps.append((until, gaps[-1][1]))
    begun = [m for before, m in zip((None, *now.course), now.course, strict=False) if before is None or before.phase != m.phase]
    ends = [*(moment.seconds for moment in begun[1:]), until]
    changes = [  # a short phase has no room for its name
        {"seconds": moment.seconds, "phase": moment.phase if end - moment.seconds > ROOM_FOR_A_NAME * until else ""}
        for moment, end in zip(begun, ends, strict=True)
    ]
    lines = alt.Chart(pd.DataFrame(gaps, columns=["seconds", "gap"])).mark_line(interpolate="step-after", color="#b4541a", clip=True).encode(
        x=alt.X("seconds:Q", title="seconds"),
        y=alt.Y("gap:Q", title="gap", scale=alt.Scale(domain=[0, min(1.0, 1.5 * gaps[-1][1] + 0.005)]), axis=alt.Axis(format=".1%", tickCount=4)),
    )  # fmt: skip
    phases = alt.Chart(pd.DataFrame(changes))
    rules = phases.mark_rule(color="#9aa7b2", strokeDash=[3, 3]).encode(x="seconds:Q")
    names = phases.mark_text(align="left", baseline="top", dx=3, fontSize=10, color="#51606e").encode(
        x="seconds:Q", y=alt.value(0), text="phase:N"
    )
    st.altair_chart((lines + rules + names).properties(height=170), key="gap_curve", alt="Gap over time, with the phases of the search")


def _tell(ended: Job) -> None:
    """Puts the outcome where the next run shows it, and chooses what was made."""
    early = "Stopped early. " if ended.state == "cancelled" else ""
    if ended.roster_id:
        state.choose_next("roster", ended.roster_id)
        say("success", f"{early}Built {ended.roster_id}, checked independently and stored as a draft.")
    elif ended.comparison_id:
        state.choose_next("comparison", ended.comparison_id)
        say("success", f"{early}Comparison {ended.comparison_id} is stored.")
    elif ended.failure == "clash":
        order = jobs.order_of(ended)
        names = state.names_now(order.start, order.start + timedelta(days=order.days - 1))
        listed = "\n\n".join(names.said(line) for line in ended.message.splitlines())
        say("error", f"There is no roster: these facts clash, and nothing was stored.\n\n{listed}")
    elif ended.state == "cancelled":
        say("info", ended.message)
    else:
        say("error", ended.message)
