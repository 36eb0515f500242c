"""The pages: which there are, and what all of them share."""

import time
from pathlib import Path

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.engine.surroundings import trust_no_current_folder
from scheduler.services.accounts.accounts import NotSignedIn
from ui import address, metrics
from ui.components.entrance import entrance, sign_in_page, visitor
from ui.components.frame import footer, show_error, style
from ui.components.overdue import overdue_disputes, waiting_line
from ui.pages import PAGES, not_for_them, offered
from ui.state import see_to_waiting_jobs

BEGAN = time.perf_counter()
trust_no_current_folder()
st.set_page_config(
    page_title="Workforce deployment scheduler",
    page_icon=str(Path(__file__).with_name("icon.png")),
    layout="wide",
)

found = visitor()
open_to_them = offered(found.actor)
landing = (open_to_them or PAGES)[0]
page = st.navigation(
    [
        st.Page(
            one.script,
            title=one.title,
            icon=f":material/{one.icon}:",
            url_path=one.file,
            default=one is landing,
            visibility="visible" if one in open_to_them else "hidden",
        )
        for one in PAGES
    ],
    # whoever has not come in is shown no way to anywhere
    position="top" if found.admitted else "hidden",
)
# the address of the first page is empty
chosen = next((one for one in PAGES if one.file == page.url_path), landing)
style()
address.arrive(page.url_path)
try:
    if entrance(found):
        see_to_waiting_jobs()
        if chosen in open_to_them:
            if chosen is landing:
                overdue_disputes()
                waiting_line()
            page.run()
        elif chosen is PAGES[0]:
            # to whom the first page is not open comes to the first that is
            address.write()
            st.switch_page(landing.script, query_params=st.query_params.to_dict())
        else:
            not_for_them(chosen, open_to_them)
except NotSignedIn as over:
    sign_in_page(str(over))
except SchedulerError as error:
    show_error(error)
address.leave()
footer()
metrics.drawn(chosen.file, time.perf_counter() - BEGAN)
