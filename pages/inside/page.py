"""Inside: the bits of the network that reads the visitor's digit, in chapters that one can play with."""

import streamlit as st

from pages.inside import digit_choice, link, widgets
from pages.inside.chapters import bits, damage, learning, neuron, way, why
from pages.shared import errors, head, networks, run_picker, tour

# Name in the address -> title and what shows it.
CHAPTERS = {
    "bits": ("1 Your digit", bits.chapter),
    "neuron": ("2 One neuron", neuron.chapter),
    "way": ("3 The whole way", way.chapter),
    "learning": ("4 Learning", learning.chapter),
    "break": ("5 Break it", damage.chapter),
    "why": ("6 Why?", why.chapter),
}


def page() -> None:
    """The whole page."""
    left, right = st.columns([5, 6], vertical_alignment="bottom", gap="large")
    with left:
        head.head("Inside", "Every number and every tile here is the real one, from the network itself.")

    with errors.errors_in_words():
        choices = run_picker.runs_with_network()
        if not choices:
            st.info("There is no trained network yet. Train one on the Train page, then look into it here.")
            return
        digit_choice.follow_drawing()
        link.read(list(CHAPTERS), [run.id for run in choices])
        with right:
            run = _choose(choices)
        _contents()
        _show(run)
        st.button("Guided tour", key="tour-again", icon=":material/tour:", on_click=tour.invite)


def _choose(choices):
    # The network is the Draw page's: the one that just read the drawing.
    network, digit = st.columns(2)
    with network:
        run = run_picker.run_picker(
            "Network", choices, "draw_run", "The one that read your drawing, or any other with a network."
        )
    names = digit_choice.digit_names()
    with digit:
        st.selectbox(
            "Digit",
            list(names),
            format_func=names.get,
            help="Your last drawing on the Draw page, or a digit that no network has learnt from.",
            filter_mode=None,
            **widgets.kept("inside_digit", like=names),
        )
    return run


def _contents():
    st.session_state.setdefault("inside_step", next(iter(CHAPTERS)))
    with st.container(horizontal=True, vertical_alignment="center", key="inside-contents"):
        st.segmented_control(
            "Chapter",
            list(CHAPTERS),
            format_func=lambda name: CHAPTERS[name][0],
            required=True,
            wrap=True,
            label_visibility="collapsed",
            **widgets.kept("inside_step"),
        )
        st.html(_colours(st.session_state.inside_step))


def _show(run):
    network, image = networks.network(run), digit_choice.digit(st.session_state.inside_digit)
    CHAPTERS[st.session_state.inside_step][1](run, network, image)


def _colours(step):
    """The one place that says so: every picture of bits on this page keeps to it."""
    # Elsewhere no picture of bits has grey in it.
    grey = {"neuron": "neither", "way": "between tiles", "learning": "between tiles"}.get(step)
    more = f' <i class="tile neither"></i> grey is {grey}' if grey else ""
    return (
        '<p class="colours"><i class="tile white"></i> white is +1 <i class="tile black"></i> black is −1'
        f"{more}</p>"
    )


page()
