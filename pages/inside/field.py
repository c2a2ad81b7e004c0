"""Shows the small drawing field at the top of the Inside page."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.inside import digit_choice, keys
from pages.shared import session
from pages.shared.canvas import canvas, new_canvas

# Session key: the name of the digit that was chosen when the field was last shown.
_SHOWN = "inside_field_digit"
# Session key: the last chosen digit that was not the visitor's drawing, as a tuple: the letter with which the
# names of the run's test images begin, and the name of the digit.
_BEFORE = "inside_field_before"


def field_place() -> DeltaGenerator:
    """Returns the container of the field. `field` fills it later, when the network beside it is chosen."""
    return st.container(key="inside-field", horizontal=True, vertical_alignment="bottom", gap="small")


def field(place: DeltaGenerator) -> None:
    """Shows the field in its place, and chooses the visitor's drawing if it was changed there.

    If the visitor's drawing is chosen, the field and the Draw page show the same drawing. If another digit is
    chosen, the field shows it behind an empty canvas. What is drawn there becomes the visitor's drawing.
    """
    state = st.session_state
    _change_canvas()
    is_drawing = state[keys.DIGIT] == digit_choice.DRAWING
    digit_behind = None if is_drawing else digit_choice.digit(state[keys.DIGIT])
    if not is_drawing:
        state[_BEFORE] = digit_choice.letter_of_run(), state[keys.DIGIT]
    with place:
        with st.container(key="inside-pad"):
            drawn = canvas(digit_behind, objects())
        st.button("Clear", key="inside-clear", icon=":material/ink_eraser:", on_click=_clear)
    if drawn and drawn != state[session.DRAWING]:
        state[session.DRAWING], state[session.SAMPLE] = drawn, None
        digit_choice.follow_drawing()
    if digit_behind is not None and state[keys.DIGIT] == digit_choice.DRAWING:
        # The drawing is new, but the digit behind it is already on the page. This hides that digit.
        st.html("<style>.st-key-inside-pad .sample { display: none; }</style>")
    state[_SHOWN] = state[keys.DIGIT]


def objects() -> list[dict]:
    """Returns what is on the canvas of the field, as Fabric.js objects."""
    is_drawing = st.session_state[keys.DIGIT] == digit_choice.DRAWING
    return st.session_state[session.DRAWING] if is_drawing else []


def _clear() -> None:
    """Empties the field. If it shows the drawing, chooses the digit that was chosen before the drawing.

    If the chosen run now has another data set, chooses no digit. The page then chooses one.
    """
    state = st.session_state
    # This press may have ended the page's run in the middle: the page already has the newest stroke, but has
    # not chosen the drawing yet.
    if state[keys.DIGIT] == digit_choice.DRAWING or digit_choice.is_drawing_new():
        new_canvas()
        letter, name = state.get(_BEFORE, (None, None))
        state[keys.DIGIT] = name if letter == digit_choice.letter_of_run() else None
    else:
        # A new number empties the canvas, which may have a stroke that the server has not seen yet. The
        # drawing of the Draw page is not in sight, so it stays.
        state[session.DRAWING_NUMBER] += 1


def _change_canvas() -> None:
    """Prepares the session. Renews the canvas after a change between the drawing and another digit."""
    state = st.session_state
    for key, first in ((session.DRAWING_NUMBER, 0), (session.DRAWING, []), (session.SAMPLE, None)):
        state.setdefault(key, first)
    before = state.get(_SHOWN, state[keys.DIGIT])
    if (before == digit_choice.DRAWING) != (state[keys.DIGIT] == digit_choice.DRAWING):
        state[session.DRAWING_NUMBER] += 1
