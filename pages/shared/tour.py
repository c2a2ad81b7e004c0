"""Shows the guided tour: cards that explain the pages, on the first visit and on request."""

from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from pages.shared import session

# Each card has the path of its page, a title, a text, and the chapter of Inside that it opens (or None).
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
        "The network answers while you draw. It also says how sure it is, or that it is not sure.",
        None,
    ),
    (
        "train",
        "Train one yourself",
        "Press Start and watch. In about a minute, a new network goes from guessing to 98 % right answers.",
        None,
    ),
    (
        "inside",
        "Look inside",
        (
            "This is your own digit, turned into bits. Click anywhere in the picture. You then see what one"
            " small part of the network (a neuron) counts there, and what it answers."
        ),
        "neuron",
    ),
    (
        "inside",
        "Learning is flipping bits",
        "Press Play. In every round of training (epoch), bits flip, until the network reads your digit.",
        "learning",
    ),
    (
        "inside",
        "Break it",
        "Flip some of its weights. How many can you flip until it no longer reads your digit?",
        "break",
    ),
    (
        "evaluate",
        "How good is it?",
        (
            "See how often it is wrong on 10,000 digits that it did not learn from, and which digits these"
            " are. That was the tour. Have fun!"
        ),
        None,
    ),
)

_tour = component("one_bit_lab_tour", js=(Path(__file__).parent / "tour.js").read_text("utf-8"))


def tour(page: str, is_off: bool = False) -> None:
    """Shows the current card of the tour, if the tour is on. Called on every page.

    Args:
        page: Path of the page in the address.
        is_off: Whether the tour is switched off.
    """
    data = dict(
        cards=CARDS, page=page, off=is_off, invited=st.session_state.get(session.NUM_TOUR_INVITATIONS, 0)
    )
    _tour(key="tour", data=data, on_chapter_change=_open_chapter, height=1)


def _open_chapter() -> None:
    chapter = st.session_state.tour.chapter
    # The value comes from the browser. A chapter that no card names is ignored.
    if chapter and chapter in [card[-1] for card in CARDS]:
        st.session_state[session.INSIDE_STEP] = chapter


def invite() -> None:
    """Starts the tour at its first card."""
    key = session.NUM_TOUR_INVITATIONS
    st.session_state[key] = st.session_state.get(key, 0) + 1
