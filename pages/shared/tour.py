"""The guided tour over the pages: seven cards, on the first visit, or when asked for."""

from pathlib import Path

import streamlit as st

# Page in the address, title, text, and the chapter of the Inside page that it opens.
CARDS = (
    (
        "",
        "Welcome to One-Bit Lab",
        "Here lives a network that reads digits. Each of its weights is a single bit: black or white, and nothing between. Draw a digit on the black square.",
        None,
    ),
    (
        "",
        "The answer",
        "It stands there when you lift the pen, with how sure the network is. If it is not sure, it says so.",
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
        "Your own digit, turned into bits. Click anywhere in the picture: you see what one neuron counts, and what it answers.",
        "neuron",
    ),
    (
        "inside",
        "Learning is flipping bits",
        "Press Play: bits turn over, and the answer to your digit becomes right.",
        "learning",
    ),
    (
        "inside",
        "Break it",
        "Flip some of its weights. How many can it lose before it reads no more?",
        "break",
    ),
    (
        "evaluate",
        "How good is it?",
        "On 10,000 digits that it never saw while learning: how often it is wrong, and which digits those were. That was the tour; have fun!",
        None,
    ),
)

_tour = st.components.v2.component(
    "one_bit_lab_tour", js=(Path(__file__).parent / "tour.js").read_text("utf-8")
)


def tour(page: str, is_off: bool = False) -> None:
    """The cards, in every page's place; `page` as in its address, `is_off` where they must not show."""
    data = dict(cards=CARDS, page=page, off=is_off, invited=st.session_state.get("tour_invited", 0))
    _tour(key="tour", data=data, on_chapter_change=_open_chapter, height=1)


def _open_chapter():
    chapter = st.session_state.tour.chapter
    # It comes from the browser: whatever is not a card's is left out.
    if chapter and chapter in [card[-1] for card in CARDS]:
        st.session_state.inside_step = chapter


def invite() -> None:
    """Starts the tour anew."""
    st.session_state.tour_invited = st.session_state.get("tour_invited", 0) + 1
