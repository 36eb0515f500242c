"""Order a build, watch it live, stop it and keep the best. A build is a job: the pages may be left
and opened again.
"""

from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.version_words import version_of
from scheduler.domain.wording import counted
from scheduler.services.jobs import jobs
from scheduler.services.jobs.jobs import Job, JobKind
from scheduler.services.jobs.order import Order
from scheduler.services.limits.plan import in_words
from scheduler.services.publish.publishable import only_drafted
from scheduler.services.view import look_up
from solver.search.strategy import gap
from ui import state
from ui.components.frame import say
from ui.components.headline import pounds
from ui.components.words import plain, plain_lines

EVERY_SECONDS = 0.7
ROOM_FOR_A_NAME = 0.12
FEW = 5  # rows that are shown whole; more are scrolled
"""Of the whole time; a shorter phase is a line without a name."""
WORDS: dict[JobKind, str] = {
    "solve": "the roster",
    "compare": "the comparison",
    "value": "the worth of barriers",
    "repair": "the repair",
    "frontier": "the frontier",
    "waterfall": "what each step brings",
    "partners": "what each partner gains",
}
DOING: dict[JobKind, str] = {
    "solve": "Building",
    "compare": "Building",
    "value": "Working out",
    "repair": "Looking for",
    "frontier": "Drawing",
    "waterfall": "Working out",
    "partners": "Working out",
}


def running_build(collaborative_id: str, kind: JobKind) -> Job | None:
    """The one that runs for this collaborative, else the one that has waited longest, whoever
    ordered it.
    """
    found = jobs.latest(state.repository(), collaborative_id, kind, only_open=True)
    return next((job for job in found if job.state == "running"), found[-1] if found else None)


def launch(order: Order) -> None:
    """Submit it, see to it that somebody works, and let the next rerun show it."""
    st.session_state[f"build_{order.kind}"] = jobs.submit(state.repository(), order).job.id
    jobs.ensure_worker(state.repository())


def watch(collaborative_id: str, kind: JobKind) -> None:
    """Shows a running build until it ends, then runs the page again with what it made. Nothing
    where none runs.
    """
    current = running_build(collaborative_id, kind)
    known = st.session_state.get(f"build_{kind}")
    if known is not None and (current is None or current.id != known):
        ended = jobs.show(state.repository(), known)
        if not ended.open:
            st.session_state.pop(f"build_{kind}")
            _tell(ended)
            st.rerun()
    if current is None:
        _failed(collaborative_id, kind)
    else:
        st.session_state[f"build_{kind}"] = current.id
        st.fragment(state.with_errors_shown(_live), run_every=EVERY_SECONDS)(current.id)


def _beside(ended: Job) -> str:
    """Neighbouring weeks that are only drafts: this build could not count their shifts."""
    order = jobs.order_of(ended)
    names = state.names_now(order.start, order.start + timedelta(days=order.days - 1))
    remarks = only_drafted(state.repository(), order.collaborative_id, order.start, order.days)
    return "".join(f"\n\n{plain(names.said(remark))}" for remark in remarks)


def _failed(collaborative_id: str, kind: JobKind) -> None:
    """The last job, where it has failed: it stands here for whoever comes back, until it is put
    away or another was asked for.
    """
    job = jobs.failed_last(state.repository(), collaborative_id, kind)
    if job is None or job.id in st.session_state.setdefault("_put_away", set()):
        return
    with st.container(border=True):
        st.error(
            f"{WORDS[kind][:1].upper()}{WORDS[kind][1:]} of {_span(jobs.order_of(job))}, asked for"
            f" at {job.created_at:%-d %b %H:%M} UTC, came to nothing.\n\n{_why(job)}"
        )
        with st.container(horizontal=True):
            st.button(
                "Ask again",
                icon=":material/replay:",
                key=f"again_{kind}",
                on_click=_again,
                args=(job.id, kind),
            )
            st.button("Put away", key=f"away_{kind}", on_click=_put_away, args=(job.id,))


def _again(job_id: str, kind: JobKind) -> None:
    try:
        st.session_state[f"build_{kind}"] = jobs.retry(state.repository(), job_id).job.id
    except SchedulerError as error:
        say("error", plain_lines(error))
        return
    state.see_to_a_worker()


def _put_away(job_id: str) -> None:
    st.session_state["_put_away"].add(job_id)


def _why(job: Job) -> str:
    """Why a job has failed, with names; for a clash, what clashes and the ways out."""
    order = jobs.order_of(job)
    names = state.names_now(order.start, order.start + timedelta(days=order.days - 1))
    listed = "\n\n".join(plain(line) for line in names.said(job.message).splitlines())
    return (
        f"There is no roster: these facts clash, and nothing was stored.\n\n{listed}"
        if job.failure == "clash"
        else listed
    )


def _live(job_id: str) -> None:
    now = jobs.show(state.repository(), job_id)
    if not now.open:
        _tell(now)
        st.session_state.pop(f"build_{now.kind}", None)
        st.rerun(scope="app")
    if jobs.needs_a_worker(now):
        state.see_to_a_worker()
    order = jobs.order_of(now)
    with st.container(border=True):
        st.markdown(f"**{DOING[now.kind]} {WORDS[now.kind]} of {_span(order)}**")
        left, right = st.columns([2, 3], vertical_alignment="center")
        with left:
            text = plain(
                f"{jobs.standing(now)} · {now.seconds:.0f} s of at most"
                f" {in_words(order.seconds_at_most)}"
                if now.state == "running"
                else jobs.standing(now)
            )
            st.progress(min(1.0, max(0.0, now.seconds / order.seconds_at_most)), text=text)
            columns = st.columns(3)
            if now.kind == "repair":
                st.caption("The cheapest cover with the fewest changes; it takes some seconds.")
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
            st.caption(
                f"Job {plain(job_id)}. You can leave this page: the work goes on, and you find it"
                " here again."
            )
        with right:
            if now.so_far:
                _solved_so_far(now)
            else:
                _curve(now)


def _solved_so_far(now: Job) -> None:
    """Of several cases, those that are solved already: nobody has to wait for the last."""
    rows = [
        {
            "Case": case["name"],
            "Week of": f"{date.fromisoformat(case['start']):%-d %b}",
            "Left empty": f"{case['missing'] / 60:,.1f} h" if "missing" in case else "no roster",
            "Agency": f"{case['agency'] / 60:,.1f} h" if "agency" in case else "",
            "Bank": f"{case['bank'] / 60:,.1f} h" if "bank" in case else "",
            "Pay": pounds(case["pence"]) if "pence" in case else "",
            "Proven within": f"{case['gap']:.1%}" if "gap" in case else "",
        }
        for case in reversed(now.so_far)
    ]
    st.markdown(f"**Solved so far: {len(rows)}**")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content" if len(rows) <= FEW else 220,
        key="so_far",
        alt="Cases solved so far",
    )


def _stop(job_id: str) -> None:
    try:
        jobs.cancel(state.repository(), job_id)
    except SchedulerError as error:
        say("error", plain_lines(error))


def _span(order: Order) -> str:
    start = f"{order.start:%-d %B %Y}"
    if order.weeks > 1:
        return f"{counted(order.weeks, 'week')} from {start}"
    return (
        f"the week of {start}" if order.days == 7 else f"{counted(order.days, 'day')} from {start}"
    )


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
    # a first roster may cost many times the latest: it would press the part that matters into a
    # line
    top = min(max(values), 1.5 * max(values[-2:]))
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(interpolate="step-after", clip=True)
        .encode(
            x=alt.X("seconds:Q", title=None),
            y=alt.Y(
                "pounds:Q",
                title="£",
                scale=alt.Scale(domain=[min(values), top], nice=True),
                axis=alt.Axis(format=",.0f"),
            ),
            color=alt.Color(
                "what:N",
                title=None,
                scale=alt.Scale(domain=["best", "bound"]),
                legend=alt.Legend(orient="top"),
            ),
            strokeDash=alt.StrokeDash(
                "what:N", title=None, scale=alt.Scale(domain=["best", "bound"])
            ),
        )
    )
    st.altair_chart(
        chart.properties(height=190),
        key="build_curve",
        alt="Best objective and proven bound over time",
    )
    _gap_and_phases(now)


def _gap_and_phases(now: Job) -> None:
    """The gap over time, and what the search was doing: a rule where each phase begins."""
    gaps = [
        (moment.seconds, gap(moment.best, moment.bound))
        for moment in now.course
        if moment.best is not None and moment.bound is not None
    ]
    if not gaps:
        return
    until = max(gaps[-1][0], now.seconds)
    gaps.append((until, gaps[-1][1]))
    begun = [
        m
        for before, m in zip((None, *now.course), now.course, strict=False)
        if before is None or before.phase != m.phase
    ]
    ends = [*(moment.seconds for moment in begun[1:]), until]
    changes = [  # a short phase has no room for its name
        {
            "seconds": moment.seconds,
            "phase": moment.phase if end - moment.seconds > ROOM_FOR_A_NAME * until else "",
        }
        for moment, end in zip(begun, ends, strict=True)
    ]
    lines = (
        alt.Chart(pd.DataFrame(gaps, columns=["seconds", "gap"]))
        .mark_line(interpolate="step-after", color="#b4541a", clip=True)
        .encode(
            x=alt.X("seconds:Q", title="seconds"),
            y=alt.Y(
                "gap:Q",
                title="gap",
                scale=alt.Scale(domain=[0, min(1.0, 1.5 * gaps[-1][1] + 0.005)]),
                axis=alt.Axis(format=".1%", tickCount=4),
            ),
        )
    )
    phases = alt.Chart(pd.DataFrame(changes))
    rules = phases.mark_rule(color="#9aa7b2", strokeDash=[3, 3]).encode(x="seconds:Q")
    names = phases.mark_text(
        align="left", baseline="top", dx=3, fontSize=10, color="#51606e"
    ).encode(x="seconds:Q", y=alt.value(0), text="phase:N")
    st.altair_chart(
        (lines + rules + names).properties(height=170),
        key="gap_curve",
        alt="Gap over time, with the phases of the search",
    )


def _version(roster_id: str) -> str:
    header = look_up.header(state.repository(), roster_id)
    return version_of(roster_id, header.start)


def _tell(ended: Job) -> None:
    """Puts the outcome where the next run shows it, and chooses what was made."""
    early = "Stopped early. " if ended.state == "cancelled" else ""
    if ended.roster_id and ended.kind == "repair":
        state.choose_next("roster", ended.roster_id)
        say(
            "success",
            f"{early}Repaired: {_version(ended.roster_id)} is a draft; what changes for whom stands"
            " under *Repair*.",
        )
    elif ended.roster_id:
        state.choose_next("roster", ended.roster_id)
        say(
            "success",
            f"{early}Built: {_version(ended.roster_id)} is checked independently and stored as a"
            f" draft.{_beside(ended)}",
        )
    elif ended.comparison_id:
        state.choose_next("comparison", ended.comparison_id)
        say("success", f"{early}The comparison is stored: it stands below.")
    elif ended.state != "failed":
        say("info", plain_lines(ended.message))
    # one that has failed stands on the page until it is put away: see _failed
