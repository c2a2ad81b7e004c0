"""Shows the Teach page: name signs, draw examples of them, teach a network, and let it read new drawings."""

import streamlit as st

from pages.shared import errors, head, refusals, session
from pages.teach import example_files, names, teaching
from pages.teach.desk import desk
from pages.teach.doubts import ENOUGH_EXAMPLES, Doubts, doubts
from pages.teach.lesson import MIN_EXAMPLES, lesson


def page() -> None:
    """Shows the page."""
    head.head(
        "Teach it your signs",
        f"Draw at least {MIN_EXAMPLES} examples of each sign, or better {ENOUGH_EXAMPLES}. In half a minute,"
        " a network learns to read them in your hand.",
    )
    with errors.errors_in_words():
        _lesson()


# As a fragment, this part runs alone when a drawing arrives. The rest of the page stays as it is.
@st.fragment
def _lesson() -> None:
    with errors.errors_in_words():
        teaching.notice_end()
        found = doubts(lesson())
        taught = teaching.taught_run()
        with st.container(horizontal=True, vertical_alignment="center"):
            names.names()
            teaching.teach_button(is_ready=not found.missing)
            if taught:
                st.session_state.setdefault(session.TEACH_MODE, teaching.DRAW)
                st.segmented_control(
                    "What a drawing is for",
                    [teaching.DRAW, teaching.TRY],
                    key=session.TEACH_MODE,
                    required=True,
                    persist_state="session",
                    label_visibility="collapsed",
                )
            teaching.progress()
        desk(taught, st.session_state.get(session.TEACH_MODE) == teaching.TRY, found.suspects)
        refusals.show_refusal(session.LESSON)
        teaching.result()
        _say(found)
        example_files.example_files()


def _say(found: Doubts) -> None:
    with st.container(key="doubts", gap="xsmall"):
        if lesson().examples:
            for sentence in found.missing:
                st.markdown(sentence)
        for sentence in found.warnings:
            st.warning(sentence)


page()
