"""Shows the head of a page: the links to the pages, the title and one sentence. It also loads the style."""

import base64
from pathlib import Path

import streamlit as st

from pages.shared import session

_SHARED = Path(__file__).parent
# The files of the style sheet. Rules of later files override those of earlier ones.
STYLE_FILES = (
    "site",
    "answer",
    "elements",
    "canvas",
    "draw",
    "train",
    "teach",
    "evaluate",
    "inside",
    "inside_phone",
    "audience",
    "inside_head",
    "high_contrast",
    "phones",
    "touch",
    "keyboard",
)
_STYLE = "".join((_SHARED / "style" / f"{name}.css").read_text("utf-8") for name in STYLE_FILES)
_MARK = base64.b64encode((_SHARED / "mark.svg").read_bytes()).decode()
# In a narrow window, this replaces the name in Streamlit's bar.
_BRAND = f'<div class="brand"><img alt="" src="data:image/svg+xml;base64,{_MARK}">One-Bit Lab</div>'


def head(title: str, sentence: str = "") -> None:
    """Shows the links to the pages, the title and the sentence, and loads the style sheet of all pages."""
    st.html(f"<style>{_STYLE}</style>")
    _links()
    st.title(title, anchor=False)
    if sentence:
        st.markdown(sentence)


def _links() -> None:
    # The name and the links appear only on narrow screens, where the menu of Streamlit would cover the page.
    with st.container(horizontal=True, gap="small", key="links"):
        st.html(_BRAND)
        for page in st.session_state.get(session.PAGES, []):
            st.page_link(page)
