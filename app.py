"""One-Bit Lab: train, test and draw for binary neural networks. Start with `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

st.set_page_config(
    page_title="One-Bit Lab", page_icon=str(Path(__file__).parent / "views" / "icon.png"), layout="wide"
)
pages = [
    st.Page("views/draw.py", title="Draw", icon=":material/draw:", default=True),
    st.Page("views/train.py", title="Train", icon=":material/model_training:"),
    st.Page("views/inside.py", title="Inside", icon=":material/grid_on:"),
    st.Page("views/evaluate.py", title="Evaluate", icon=":material/fact_check:"),
]
st.session_state.pages = pages
st.navigation(pages, position="top").run()
