"""What frames every page: messages, the empty state, the footer."""

from pathlib import Path

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.domain.facts import Collaborative
from scheduler.services.data.import_export import import_data
from scheduler.services.data.shipped import shipped
from scheduler.services.view import look_up
from ui import state
from ui.components.words import plain, plain_lines

EXAMPLES = shipped("examples")


STYLE = """<style>
.stMainBlockContainer { padding-top: 3.2rem; padding-bottom: 2rem; }
.stMainBlockContainer h1 { font-size: 1.9rem; padding: 0.4rem 0 0.2rem; }
.stMainBlockContainer h2 { font-size: 1.4rem; padding: 0.4rem 0 0.2rem; }
.stMainBlockContainer h3 { font-size: 1.1rem; }
[data-testid="stMetric"] { padding: 0.4rem 0.7rem; }
[data-testid="stMetricValue"] { font-size: 1.35rem; }
/* Streamlit's own grey has a contrast of 4.2 on white; at least 4.5 is due */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * { color: inherit; }
[data-testid="stCaptionContainer"] { opacity: 0.82; }
/* Streamlit writes white on every primary button: on the light blue of a dark page that is 2.3 */
[data-testid^="stBaseButton-primary"]:enabled, [data-testid^="stBaseButton-primary"]:enabled p {
  color: light-dark(#ffffff, #0c1a26); }
@media (max-width: 640px) { .stMainBlockContainer { padding-left: 0.8rem; padding-right: 0.8rem; } }
</style>"""
"""Less air than the default: these pages are lists and grids."""


def style() -> None:
    """What every page looks like beyond Streamlit's theme."""
    st.html(STYLE)


def show_error(error: SchedulerError) -> None:
    """What went wrong; the lines behind the first, such as faults of files, as they stand."""
    lines = str(error).splitlines()
    st.error(plain(lines[0]), icon=":material/error:")
    if len(lines) > 1:
        st.code("\n".join(lines[1:]), language=None)


def footer() -> None:
    """What stands at the foot of every page."""
    st.divider()
    st.caption("Schedules staff to shifts, never patients’ visits; a person approves every roster.")


def example_folder(collaborative_id: str) -> Path | None:
    """The example that brings this collaborative, where these pages run beside the examples."""
    for folder in sorted(EXAMPLES.glob("*/collaborative.csv")):
        if any(
            line.startswith(f"{collaborative_id},")
            for line in folder.read_text(encoding="utf-8").splitlines()[1:]
        ):
            return folder.parent
    return None


def no_data() -> None:
    """What to do where the database holds no collaborative yet, or none for these eyes."""
    if not state.may("change_facts"):
        st.info(
            "There is nothing here yet that you may look at. Whoever administers the accounts of"
            " your organisation can say what is missing.",
            icon=":material/lock:",
        )
        return
    st.info("There is no data in this database yet.", icon=":material/database:")
    st.markdown(
        "Bring your own: `scheduler template facts.xlsx` writes an empty workbook with notes on"
        " every column, and `scheduler import facts.xlsx` takes it in. Then reload this page."
    )
    examples = sorted(path.parent for path in EXAMPLES.glob("*/collaborative.csv"))
    if examples:
        st.markdown("Or look around in an example: real organisations and places, synthetic staff.")
        with st.container(horizontal=True):
            for folder in examples:
                name = folder.name.replace("-", " ").title().replace(" And ", " and ")
                st.button(
                    f"Load {name}",
                    key=f"load_{folder.name}",
                    icon=":material/download:",
                    on_click=_load,
                    args=(folder,),
                )


def _load(folder: Path) -> None:
    try:
        report = import_data(state.repository(), folder)
    except SchedulerError as error:
        st.session_state["message"] = ("error", plain_lines(error))
        return
    state.facts_changed()
    names = ", ".join(collaborative.name for collaborative in report.collaboratives)
    st.session_state["message"] = (
        "success",
        (
            f"Loaded {plain(names)}: {report.total.added:,} facts. All staff are synthetic. Next:"
            " build a roster."
        ),
    )


def message() -> None:
    """What the last action had to say, once."""
    kind, text = st.session_state.pop("message", ("", ""))
    if kind:
        {"success": st.success, "error": st.error, "info": st.info}[kind](text)


def say(kind: str, text: str) -> None:
    """Keep a message for `message` of the next rerun. `kind`: success, error or info."""
    st.session_state["message"] = (kind, text)


def choose_collaborative() -> Collaborative | None:
    """The collaborative to look at; None where there is none yet, and the page says what to do."""
    found = look_up.collaboratives(state.repository())
    if not found:
        no_data()
        return None
    return state.choose(
        "Collaborative", list(found), "collaborative", lambda c: str(c.name), lambda c: str(c.id)
    )
