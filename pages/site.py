"""Sets up the site: configuration, navigation and tour. Streamlit runs this file for every page."""

from pathlib import Path

import streamlit as st

from pages.shared import app_address, lifeline, session, tour, translation

_SHARED = Path(__file__).parent / "shared"
st.set_page_config(page_title="One-Bit Lab", page_icon=str(_SHARED / "icon.png"), layout="wide")
# The name beside the mark is in style/site.css, because text in a picture would not follow the theme.
st.logo(_SHARED / "mark.svg", size="large")
lifeline.lifeline()
translation.follow_translation()
pages = [
    st.Page("draw/page.py", title="Draw", icon=":material/draw:", default=True),
    st.Page("train/page.py", title="Train", icon=":material/model_training:", url_path="train"),
    st.Page("teach/page.py", title="Teach", icon=":material/school:", url_path="teach"),
    st.Page("inside/page.py", title="Inside", icon=":material/grid_on:", url_path="inside"),
    st.Page("evaluate/page.py", title="Evaluate", icon=":material/fact_check:", url_path="evaluate"),
]
# Audience is only for the presenter, who uses the server's computer. On other devices, no link leads to it.
# If it is opened there by its address, it says where it can be used.
is_presenter = app_address.is_on_this_computer()
audience = st.Page(
    "audience/page.py",
    title="Audience",
    icon=":material/groups:",
    url_path="audience",
    visibility="visible" if is_presenter else "hidden",
)
# For lessons: ?nav=off in the address hides the links to other pages and the tour, and ?tour=off hides only
# the tour. This holds until the tab is closed, or until the address has another value, such as ?nav=on.
for name, key in (("nav", session.IS_NAVIGATION_OFF), ("tour", session.IS_TOUR_OFF)):
    if name in st.query_params:
        st.session_state[key] = st.query_params[name] == "off"
is_alone = st.session_state.get(session.IS_NAVIGATION_OFF, False)
linked = [*pages, audience] if is_presenter else pages
st.session_state[session.PAGES] = [] if is_alone else linked
page = st.navigation([*pages, audience], position="hidden" if is_alone else "top")
tour.tour(page.url_path, is_off=is_alone or st.session_state.get(session.IS_TOUR_OFF, False))
page.run()
