"""Shows the head of a page: the links to the pages, the title and one sentence. It also loads the style."""

from pathlib import Path

import streamlit as st

from pages.shared import session

_STYLE = Path(__file__).parent / "style.css"


def head(title: str, sentence: str = "") -> None:
    """Shows the title, with a sentence below it if there is one, and loads the style sheet of all pages."""
    st.html(_STYLE)
    _links()
    st.title(title, anchor=False)
    if sentence:
        st.markdown(sentence)


def _links() -> None:
    # The links appear only on narrow screens, where the menu of Streamlit would cover the page.
    with st.container(horizontal=True, gap="small", key="links"):
        for page in st.session_state.get(session.PAGES, []):
            st.page_link(page)
