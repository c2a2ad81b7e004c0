"""The guided tour over the pages: seven cards, shown on the first visit and when asked for."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from pages.shared import session

# Of each card: the page's path in the address, title, text, and the chapter of Inside to open or None.
CARDS = (
    (
        "",
        "Welcome to One-Bit Lab",
        (
            "This network reads digits. Each of its weights is a single bit: black or white, and"
            " nothing in between. Draw a digit on the black square."
        ),
        None,
    ),
    (
        "",
        "The answer",
        "The network answers while you draw, and says how sure it is. If it is not sure, it says so, too.",
        None,
    ),
    (
        "train",
        "Train one yourself",
        "Press Start: in about a minute a new network goes from guessing to 98 % right, while you watch.",
        None,
    ),
    (
        "inside",
        "Look inside",
        (
            "Your own digit, turned into bits. Click anywhere in the picture to see what one neuron counts"
            " there and what it answers."
        ),
        "neuron",
    ),
    (
        "inside",
        "Learning is flipping bits",
        "Press Play: in every epoch bits flip, until the network reads your digit.",
        "learning",
    ),
    (
        "inside",
        "Break it",
        "Flip some of its weights. How many can you flip before it can no longer read your digit?",
        "break",
    ),
    (
        "evaluate",
        "How good is it?",
        (
            "See how often it is wrong on 10,000 digits that it did not learn from, and which digits"
            " those are. That was the tour; have fun!"
        ),
        None,
    ),
)

_tour = component("one_bit_lab_tour", js=(Path(__file__).parent / "tour.js").read_text("utf-8"))


def tour(page: str, is_off: bool = False) -> None:
    """Shows this page's card of the tour, if there is one to show. Called on every page.

    Args:
        page: the page's path in the address.
        is_off: whether to show none.
    """
    data = dict(
        cards=CARDS, page=page, off=is_off, invited=st.session_state.get(session.NUM_TOUR_INVITATIONS, 0)
    )
    _tour(key="tour", data=data, on_chapter_change=_open_chapter, height=1)


def _open_chapter() -> None:
    chapter = st.session_state.tour.chapter
    # The value comes from the browser: a chapter that no card names is ignored.
    if chapter and chapter in [card[-1] for card in CARDS]:
        st.session_state[session.INSIDE_STEP] = chapter


def invite() -> None:
    """Starts the tour from its first card."""
    key = session.NUM_TOUR_INVITATIONS
    st.session_state[key] = st.session_state.get(key, 0) + 1
