"""Facts: people, services, organisations and everything else that rosters are made from; looked at,
changed, brought in, taken back.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import streamlit as st

from scheduler.domain.errors import BadInput, SchedulerError
from scheduler.domain.facts import BY_FILE, Fact
from scheduler.services.facts.change import Changed, change, propose
from scheduler.services.facts.history import Search
from scheduler.services.facts.permission import files_to_change
from scheduler.services.facts.stored import end_of, withdrawal_of
from scheduler.services.facts.words import FactNames, file_title
from scheduler.services.view.by_words import people_called
from ui import state
from ui.components.facts.demand_panel import copying, demand_every_week, demand_week
from ui.components.facts.grid import fact_grid
from ui.components.facts.import_panel import import_panel
from ui.components.facts.leave_panel import leave_panel
from ui.components.facts.past import past_changes
from ui.components.facts.proposal import faults_at_cells, proposal
from ui.components.finder import find_one
from ui.components.frame import message, no_data
from ui.components.words import plain, plain_lines

# with rows of one person, in the order in which they are looked for
OF_A_PERSON = (
    "contract",
    "leave",
    "unavailability",
    "base_pattern",
    "preference",
    "passport",
    "staff_competency",
    "procedure_sign_off",
    "pin",
    "work_limit",
    "worked_shift",
)
OPEN_AT_FIRST = ("contract", "leave")
OF_A_SERVICE = ("demand_template", "demand", "skill_mix")
OF_EVERY_PLACE = ("service_host", "service_competency", "service_procedure")
# file -> columns that make a row this organisation's
OF_AN_ORGANISATION: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sharing_agreement", ("home_organisation_id", "host_organisation_id")),
    ("recharge_account", ("home_organisation_id", "host_organisation_id")),
    ("procedure_version", ("organisation_id",)),
    ("procedure_equivalence", ("from_organisation_id", "host_organisation_id")),
    ("temporary_supply", ("organisation_id",)),
    ("leave_band", ("organisation_id",)),
    ("approval_post", ("organisation_id",)),
    ("service_contact", ("organisation_id",)),
    ("request_rule", ("organisation_id",)),
    ("target", ("organisation_id",)),
    ("service_host", ("organisation_id",)),
    ("membership", ("organisation_id",)),
)


def known(files: Sequence[str]) -> list[str]:
    """Those of these files that there are."""
    return [file for file in files if file in BY_FILE]


def grid(file: str, rows: Sequence[Fact], key: str, **fixed: str) -> None:
    """A grid of these rows, for who may change them or only look."""
    changing = file in files_to_change(state.repository())
    fact_grid(file, rows, fact_names(), key=key, fixed=fixed, editable=changing)


def unfold(label: str, key: str, show: Callable[[], None], *, expanded: bool = False) -> None:
    """What is shown, and worked out, once it is opened."""
    box = st.expander(plain(label), expanded=expanded, key=f"box_{key}", on_change="rerun")
    if box.open:
        with box:
            show()


def fact_names() -> FactNames:
    """What ids in the facts of now are called."""
    return state.fact_names()


def a_person() -> None:
    """One person with all that is theirs."""
    dataset = state.dataset()
    people = people_called(dataset.staff, dataset.contract, dataset.role)
    full = state.people_in_full()
    things = {
        key: people[key] for key in sorted(people, key=lambda one: people[one]) if key in full
    }
    state.stand(
        "person",
        "facts_person",
        None,
        lambda texts: texts[0] if texts[0] in things else None,
        lambda one: [one] if one in things else [],
    )
    staff_id = find_one("Person", things, key="facts_person")
    if staff_id is None:
        st.info(
            "Find somebody by any part of the name, the number or the role: their contracts,"
            " leave, clearance and wishes stand here then, and can be changed."
        )
        adding("staff")
        return
    [person] = [row for row in dataset.staff if row.id == staff_id]
    st.subheader(plain(f"{person.name}, {person.id}"))
    fact_grid(
        "staff",
        [person],
        fact_names(),
        key=f"staff_{staff_id}",
        editable="staff" in files_to_change(state.repository()),
        adding=False,
    )
    for file in known(OF_A_PERSON):
        rows = [row for row in dataset.rows(file) if getattr(row, "staff_id", None) == staff_id]
        unfold(
            f"{file_title(file)} ({len(rows):,})",
            f"{file}_{staff_id}",
            partial(grid, file, rows, f"{file}_{staff_id}", staff_id=staff_id),
            expanded=file in OPEN_AT_FIRST,
        )
    ending(person, "They leave")
    unfold(
        "What was changed of them",
        f"past_{staff_id}",
        lambda: past_changes(Search(staff_id=staff_id), fact_names(), f"of_{staff_id}"),
    )


def adding(file: str) -> None:
    """A new row with an id of its own, where none is chosen yet."""
    if file in files_to_change(state.repository()):
        title = f"Add to {file_title(file).lower()}"
        unfold(title, f"new_{file}", lambda: grid(file, (), f"new_{file}"))


def ending(fact: Fact, label: str) -> None:
    """End somebody or something with all that is dated of theirs."""
    if fact.file not in files_to_change(state.repository()):
        return
    unfold(label, f"end_{fact.file}_{fact.cell('id')}", lambda: _ending(fact))


def _ending(fact: Fact) -> None:
    st.caption(
        "Ended and not deleted, so that what was worked can still be told: contracts, passports and"
        " whatever else has a last day end then, and what would begin later is withdrawn."
    )
    key = f"{fact.file}_{fact.cell('id')}"
    last = st.date_input("Last day", None, format="DD/MM/YYYY", key=f"end_{key}", width=200)
    if not isinstance(last, date):
        _never_used(fact, key)
        return
    try:
        found = end_of(state.repository(), fact, last)
        proposed = propose(state.repository(), found.changes)
    except SchedulerError as error:
        st.error(plain_lines(error), icon=":material/error:")
        return

    def save(why: str) -> Changed:
        return change(state.repository(), found.changes, why=why)

    proposal(proposed, fact_names(), save, key=f"end_{key}", extra=found.notes)


def _never_used(fact: Fact, key: str) -> None:
    """What was entered by mistake need not end: it goes, with all that was entered for it."""
    if not st.toggle("Entered by mistake, and never used: withdraw it", key=f"mistake_{key}"):
        return
    try:
        proposed = propose(state.repository(), withdrawal_of(state.repository(), fact))
    except BadInput as error:
        faults_at_cells(error)
        return
    except SchedulerError as error:
        st.error(plain_lines(error), icon=":material/error:")
        return

    def save(why: str) -> Changed:
        return change(state.repository(), proposed.changes, why=why)

    proposal(proposed, fact_names(), save, key=f"mistake_{key}")


def a_service() -> None:
    """What a service asks for, and where."""
    dataset = state.dataset()
    names = fact_names()
    services = {
        row.id: f"{row.name}, {names('collaborative', row.collaborative_id)}"
        for row in sorted(dataset.service, key=lambda row: row.name)
    }
    service_id = find_one("Service", services, key="facts_service")
    if service_id is None:
        st.info("Choose a service: what it asks for in which place, every week and on dates.")
        adding("service")
        return
    hosted = {row.place_id for row in dataset.service_host if row.service_id == service_id}
    asking = {row.site_id for row in dataset.demand_template if row.service_id == service_id}
    asking |= {row.site_id for row in dataset.demand if row.service_id == service_id}
    sites = {
        row.id: f"{row.name}, {names('place', row.place_id)}"
        + ("" if row.id in asking else " (nothing is asked for there yet)")
        for row in sorted(dataset.site, key=lambda row: (row.id not in asking, row.name))
        if row.place_id in hosted
    }
    site_id = find_one("Site", sites, key="facts_site", placeholder="every site")
    if "demand" in files_to_change(state.repository()):
        if site_id is not None:
            at = f"{service_id}_{site_id}"
            unfold("A week", f"week_{at}", partial(demand_week, service_id, site_id), expanded=True)
            unfold("Every week", f"weekly_{at}", partial(demand_every_week, service_id, site_id))
        else:
            st.caption("Choose a site for what it asks for week by week, as a grid.")
        title = "Copy a week or a day"
        unfold(title, f"copy_{service_id}", partial(copying, service_id, site_id))
    for file in known((*OF_A_SERVICE, *OF_EVERY_PLACE)):
        rows = [row for row in dataset.rows(file) if getattr(row, "service_id", None) == service_id]
        fixed = {"service_id": service_id}
        if site_id is not None and "site_id" in BY_FILE[file].model_fields:
            rows = [row for row in rows if getattr(row, "site_id", None) == site_id]
            fixed["site_id"] = site_id
        key = f"{file}_{service_id}_{site_id}"
        unfold(
            f"{file_title(file)} ({len(rows):,})",
            key,
            partial(grid, file, rows, key, **fixed),
        )


def an_organisation() -> None:
    """What an organisation has agreed with others, works by and may call."""
    dataset = state.dataset()
    things = {row.id: row.name for row in sorted(dataset.organisation, key=lambda row: row.name)}
    organisation_id = find_one("Organisation", things, key="facts_organisation")
    if organisation_id is None:
        st.info("Choose an organisation: its agreements, versions of procedures, supply, rates.")
        adding("organisation")
        return
    [organisation] = [row for row in dataset.organisation if row.id == organisation_id]
    for file, columns in OF_AN_ORGANISATION:
        rows = [
            row
            for row in dataset.rows(file)
            if any(getattr(row, column) == organisation_id for column in columns)
        ]
        fixed = {columns[0]: organisation_id} if len(columns) == 1 else {}
        key = f"{file}_{organisation_id}"
        unfold(
            f"{file_title(file)} ({len(rows):,})",
            key,
            partial(grid, file, rows, key, **fixed),
            expanded=file == OF_AN_ORGANISATION[0][0],
        )
    unfold(
        f"{file_title('enhancement')}, the same for all",
        f"enhancement_{organisation_id}",
        lambda: grid("enhancement", dataset.enhancement, f"enhancement_{organisation_id}"),
    )
    ending(organisation, "It goes")


def every_file() -> None:
    """Any file as a grid."""
    dataset = state.dataset()
    files = list(BY_FILE)
    state.stand_one("file", "facts_file", files, "staff")
    file = st.selectbox(
        "Which facts",
        files,
        format_func=lambda one: f"{file_title(one)} ({len(dataset.rows(one)):,})",
        key="facts_file",
    )
    st.caption(plain(" ".join((BY_FILE[file].__doc__ or "").split())))
    grid(file, dataset.rows(file), f"every_{file}")
    unfold(
        "What was changed of these",
        f"past_{file}",
        lambda: past_changes(Search(file), fact_names(), f"of_{file}"),
    )


def changes() -> None:
    """What was changed of anything."""
    st.caption(
        "Every change of facts, the newest first: by a grid, a command, a repair, an import. Each"
        " can be taken back as a whole, as long as nothing was built on it."
    )
    past_changes(Search(), fact_names(), "all")


VIEWS: dict[str, Callable[[], None]] = {
    "A person": a_person,
    "Leave": leave_panel,
    "A service": a_service,
    "An organisation": an_organisation,
    "Every file": every_file,
    "Import": import_panel,
    "Changes": changes,
}


def page() -> None:
    st.title("Facts")
    message()
    if not state.dataset().organisation:
        no_data()
        return
    names = list(VIEWS)
    state.stand_one("view", "facts_view", names, names[0])
    for name, tab in zip(names, st.tabs(names, key="facts_view", on_change="rerun"), strict=True):
        if tab.open:
            with tab:
                VIEWS[name]()


page()
