"""The head of every page: title, sentence and style."""

from pathlib import Path

import streamlit as st

from pages.shared.lifeline import _lifeline

_STYLE = Path(__file__).parent / "style.css"


def head(title: str, sentence: str) -> None:
    """The page's title, one sentence below it, and the style of everything."""
    st.html(_STYLE)
    _lifeline(key="lifeline", height=1)
    _links()
    st.title(title, anchor=False)
    st.markdown(sentence)


def _links():
    # Shown on narrow screens alone, where the way to the other pages would be a drawer that covers the page.
    with st.container(horizontal=True, gap="small", key="links"):
        for page in st.session_state.get("pages", []):
            st.page_link(page)
