"""The head of every page: style, links, title and a sentence."""

from pathlib import Path

import streamlit as st

from pages.shared import session

_STYLE = Path(__file__).parent / "style.css"


def head(title: str, sentence: str) -> None:
    """Shows the page's title with one sentence below it, and loads the style of everything."""
    st.html(_STYLE)
    _links()
    st.title(title, anchor=False)
    st.markdown(sentence)


def _links() -> None:
    # Shown on narrow screens alone, where Streamlit would put the pages into a drawer that covers the page.
    with st.container(horizontal=True, gap="small", key="links"):
        for page in st.session_state.get(session.PAGES, []):
            st.page_link(page)
