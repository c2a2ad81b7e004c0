"""Shows the guided tour: cards that explain the pages, on the first visit and on request."""

import json
from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.components.v2 import component

from bnn.runs.names import DEFAULT_RUN
from pages.shared import session
from pages.shared.messages import message


class Card(NamedTuple):
    """A card of the tour.

    Args:
        path: path of the page that it explains.
        title: its title.
        text: its text.
        subject: CSS selector of the part of the page that it speaks of.
        answers: CSS selectors of the other parts that it speaks of. As far as there is room, they are in
            sight together with the subject. Earlier ones have priority.
        proofs: CSS selectors of parts that prove what it says. They come after the answers.
        chapter: the chapter of Inside that it opens, or None.
        run: id of the run that it shows, or None for the visitor's own choice.
        is_pressed: whether the subject can be pressed or drawn on. If so, its ring is blue.
    """

    path: str
    title: str
    text: str
    subject: str
    answers: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    chapter: str | None = None
    run: str | None = None
    is_pressed: bool = True


# If the visitor has drawn a digit, {a} becomes "your own" and {the} becomes "your".
CARDS = (
    Card(
        "",
        "Welcome to One\u2011Bit Lab",
        "Draw a digit on the black square. The network answers while you draw. All it has learnt is kept in"
        " its weights. Each is a single bit: black or white.",
        ".st-key-pad",
        answers=(".st-key-answer",),
    ),
    Card(
        "train",
        "Train one yourself",
        "Press Start and watch how a new network goes from guessing to 98\u00a0% right answers.",
        ".st-key-start",
        answers=(".st-key-sight .weights", ".draw-here .digit"),
        proofs=(".st-key-progress .status", ".st-key-chart-accuracy"),
    ),
    Card(
        "inside",
        "One neuron",
        "A weight is one bit: the neuron wants white or black here. It counts where {a} digit agrees"
        " with its weights. Its answer is one bit: enough or not. Press another place.",
        ".st-key-neuron-input",
        answers=(".st-key-neuron .arithmetic", ".st-key-neuron .verdict"),
        proofs=('[class*="st-key-neuron-map"]', ".st-key-neuron .reads", ".st-key-neuron .bars"),
        chapter="neuron",
    ),
    Card(
        "inside",
        "Learning is flipping bits",
        "A new network guesses. Press Play: it is told the right answers. A bit flips if its opposite would"
        " make these likelier for many images. So the bar of the right digit grows.",
        ".st-key-learning-play-button",
        answers=(".st-key-learning-weights img", ".st-key-learning-answer .then"),
        proofs=(".st-key-learning-answer .bars", ".st-key-learning-weights figcaption"),
        chapter="learning",
        run="quick",
    ),
    Card(
        "inside",
        "Break it",
        "Flip some weights. How many can you flip until the network no longer reads {the} digit?",
        ".st-key-inside_flips",
        answers=(".st-key-break-figures .verdict", ".st-key-break-figures .damaged"),
        proofs=(".st-key-break-figures .bars", ".st-key-break-counts"),
        chapter="break",
    ),
    Card(
        "inside",
        "The network that saw nothing",
        "This is the network of the report with which this project began. It keeps only the sign of each"
        " pixel. No pixel is below zero, so every digit looks the same: a white square.",
        ".pixels-to-bits",
        proofs=(".st-key-bits-words .verdict",),
        chapter="bits",
        run="report",
        is_pressed=False,
    ),
    Card(
        "inside",
        "Worth it?",
        "Gained: each weight needs one bit instead of 32, and the work is comparing bits. Lost: some right"
        " answers, as these numbers show. That was the tour. Have fun!",
        ".st-key-lost",
        answers=(".squares",),
        proofs=("p.times", ".st-key-simpler-work"),
        chapter="why",
        # The app's network has a twin with 32 bits per weight, so the chapter can show what was lost.
        run=DEFAULT_RUN,
        is_pressed=False,
    ),
)

_HERE = Path(__file__).parent
_STYLE = f"const STYLE = {json.dumps((_HERE / 'tour.css').read_text('utf-8'))}"
_FILES = ("tour_place.js", "tour_scroll.js", "tour.js")
_SCRIPT = "\n".join([_STYLE, *((_HERE / name).read_text("utf-8") for name in _FILES)])
_tour = component("one_bit_lab_tour", js=_SCRIPT)


def tour(page: str, is_off: bool = False) -> None:
    """Shows the current card of the tour, or the button that starts it. Called on every page.

    Args:
        page: path of the page in the address.
        is_off: whether the tour is switched off.
    """
    choice = st.session_state.get(session.TOUR_CHOICE)
    if choice and choice[0] != page:
        _give_back_choice()
    data = dict(
        cards=[card._asdict() for card in cards(has_drawing=bool(st.session_state.get(session.DRAWING)))],
        page=page,
        # The chapter and the run that the page shows now. They may differ from those in its address: after a
        # reload, the page may not have read its address yet.
        chapter=st.session_state.get(session.INSIDE_STEP),
        run=st.session_state.get(session.CHOSEN_RUN),
        off=is_off,
    )
    _tour(key="tour", data=data, on_arrived_change=_arrive, height=1)


def cards(has_drawing: bool) -> list[Card]:
    """Returns the cards. They say "your digit" only if the visitor has drawn one."""
    words = {"a": "your own", "the": "your"} if has_drawing else {"a": "a", "the": "the"}
    return [card._replace(text=card.text.format(**words)) for card in CARDS]


def _arrive() -> None:
    """Shows what the card is about: its chapter of Inside, and its run."""
    index, state = message("tour", "arrived"), st.session_state
    _give_back_choice()
    # The index comes from the browser and may be anything. At the end of the tour, no card has this index.
    if not isinstance(index, int) or index not in range(len(CARDS)):
        return
    card = CARDS[index]
    if card.chapter:
        state[session.INSIDE_STEP] = card.chapter
    if card.run:
        state[session.TOUR_CHOICE] = (card.path, card.run, state.get(session.CHOSEN_RUN))
        state[session.CHOSEN_RUN] = card.run


def _give_back_choice() -> None:
    """Chooses the visitor's run again after a card has shown another one.

    If the visitor has chosen a run since then, that choice stays.
    """
    state = st.session_state
    _, tour_run, earlier_choice = state.pop(session.TOUR_CHOICE, None) or (None, None, None)
    if tour_run is None or state.get(session.CHOSEN_RUN) != tour_run:
        return
    if earlier_choice is None:
        del state[session.CHOSEN_RUN]
    else:
        state[session.CHOSEN_RUN] = earlier_choice
