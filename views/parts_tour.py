"""The guided tour over the pages: seven cards, on the first visit, or when asked for."""

from pathlib import Path

import streamlit as st

# Page in the address, title, text.
CARDS = (
    (
        "",
        "Welcome to One-Bit Lab",
        "Here lives a network that reads digits. Each of its weights is a single bit: black or white, and nothing between. Draw a digit on the black square.",
    ),
    (
        "",
        "The answer",
        "It stands there when you lift the pen, with how sure the network is. If it is not sure, it says so.",
    ),
    (
        "train",
        "Train one yourself",
        "Press Start: in about a minute a new network goes from guessing to 98 % right, while you watch.",
    ),
    (
        "inside",
        "Look inside",
        "Your own digit, turned into bits. Choose “2 One neuron” and click anywhere in the picture: you see what one neuron counts, and what it answers.",
    ),
    (
        "inside",
        "Learning is flipping bits",
        "Choose “4 Learning” and press Play: bits turn over, and the answer to your digit becomes right.",
    ),
    (
        "inside",
        "Break it",
        "Choose “5 Break it” and flip some of its weights. How many can it lose before it reads no more?",
    ),
    (
        "evaluate",
        "How good is it?",
        "On 10,000 digits that it never saw while learning: how often it is wrong, and which digits those were. That was the tour; have fun!",
    ),
)

_tour = st.components.v2.component(
    "one_bit_lab_tour", js=(Path(__file__).parent / "tour.js").read_text("utf-8")
)


def tour(is_off: bool = False) -> None:
    """The cards, in every page's place; `is_off` where they must not show."""
    data = dict(cards=CARDS, off=is_off, invited=st.session_state.get("tour_invited", 0))
    _tour(key="tour", data=data, height=1)


def invite() -> None:
    """Starts the tour anew."""
    st.session_state.tour_invited = st.session_state.get("tour_invited", 0) + 1
