"""One-Bit Lab: train, test and draw for binary neural networks. Start with `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from views import parts_stale, parts_tour

parts_stale.drop_requests()
st.set_page_config(
    page_title="One-Bit Lab", page_icon=str(Path(__file__).parent / "views" / "icon.png"), layout="wide"
)
pages = [
    st.Page("views/draw.py", title="Draw", icon=":material/draw:", default=True),
    st.Page("views/train.py", title="Train", icon=":material/model_training:"),
    st.Page("views/inside.py", title="Inside", icon=":material/grid_on:"),
    st.Page("views/evaluate.py", title="Evaluate", icon=":material/fact_check:"),
]
# For lessons: a link with ?nav=off shows its page alone, and ?tour=off no tour; both until the tab is closed.
for name in ("nav", "tour"):
    if name in st.query_params:
        st.session_state[f"{name}_off"] = st.query_params[name] == "off"
is_alone = st.session_state.get("nav_off", False)
st.session_state.pages = [] if is_alone else pages
page = st.navigation(pages, position="hidden" if is_alone else "top")
parts_tour.tour(page.url_path, is_off=is_alone or st.session_state.get("tour_off", False))
page.run()
