"""The pages: which there are, and what all of them share."""

from pathlib import Path

import streamlit as st

from scheduler.domain.errors import SchedulerError
from scheduler.engine.surroundings import trust_no_current_folder
from scheduler.services.accounts.accounts import NotSignedIn
from ui import address
from ui.components.entrance import entrance, sign_in_page, visitor
from ui.components.frame import footer, show_error, style
from ui.state import see_to_waiting_jobs

trust_no_current_folder()
st.set_page_config(
    page_title="Workforce deployment scheduler",
    page_icon=str(Path(__file__).with_name("icon.png")),
    layout="wide",
)

found = visitor()
page = st.navigation(
    [
        st.Page(
            "app_pages/operations.py", title="Operations", icon=":material/grid_on:", default=True
        ),
        st.Page(
            "app_pages/my_shifts.py",
            title="My shifts",
            icon=":material/person:",
            url_path="my_shifts",
        ),
        st.Page(
            "app_pages/renewals.py",
            title="Renewals",
            icon=":material/event_repeat:",
            url_path="renewals",
        ),
        st.Page(
            "app_pages/director.py",
            title="Director",
            icon=":material/compare_arrows:",
            url_path="director",
        ),
    ],
    # whoever has not come in is shown no way to anywhere
    position="top" if found.admitted else "hidden",
)
style()
address.arrive(page.url_path)
try:
    if entrance(found):
        see_to_waiting_jobs()
        page.run()
except NotSignedIn as over:
    sign_in_page(str(over))
except SchedulerError as error:
    show_error(error)
address.leave()
footer()
