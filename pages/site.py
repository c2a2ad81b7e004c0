"""The site: page configuration, navigation and the guided tour. Streamlit runs it for every page."""

from pathlib import Path

import streamlit as st

from pages.shared import tour

st.set_page_config(
    page_title="One-Bit Lab", page_icon=str(Path(__file__).parent / "shared" / "icon.png"), layout="wide"
)
pages = [
    st.Page("draw/page.py", title="Draw", icon=":material/draw:", default=True),
    st.Page("train/page.py", title="Train", icon=":material/model_training:", url_path="train"),
    st.Page("inside/page.py", title="Inside", icon=":material/grid_on:", url_path="inside"),
    st.Page("evaluate/page.py", title="Evaluate", icon=":material/fact_check:", url_path="evaluate"),
]
# For lessons: a link with ?nav=off shows its page alone, and ?tour=off no tour; both until the tab is closed.
for name in ("nav", "tour"):
    if name in st.query_params:
        st.session_state[f"{name}_off"] = st.query_params[name] == "off"
is_alone = st.session_state.get("nav_off", False)
st.session_state.pages = [] if is_alone else pages
page = st.navigation(pages, position="hidden" if is_alone else "top")
tour.tour(page.url_path, is_off=is_alone or st.session_state.get("tour_off", False))
page.run()
