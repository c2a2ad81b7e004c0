"""The canvas on the Draw page, and the sample digit beneath it."""

from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from bnn.drawing.canvas import canvas_objects
from pages.shared import pictures, session
from pages.shared.drawing import CANVAS_SIDE

PEN_WIDTH = 18
# See the head of canvas.js for what it mends.
_mend_canvas = component(
    "one_bit_lab_mend_canvas", js=(Path(__file__).parent / "canvas.js").read_text("utf-8")
)


def canvas(sample: np.ndarray | None) -> list[dict]:
    """Shows the canvas with what was drawn last, and returns what is drawn now.

    Args:
        sample: digit to show beneath it, (28, 28) uint8.

    Returns:
        Fabric.js objects.
    """
    # Imported here: it can only be imported while a server runs.
    from streamlit_drawable_canvas import st_canvas

    key = canvas_key()
    if sample is not None:
        st.html(f'<div class="sample">{pictures.picture(sample, "the sample")}</div>')
    _mend_canvas(data=key, key="tidy", height=1)
    if key not in st.session_state:
        # Only for a new canvas, or after another page: with another initial drawing the canvas loads again.
        st.session_state[session.INITIAL_DRAWING] = {"objects": st.session_state[session.DRAWING]}
    result = st_canvas(
        stroke_width=PEN_WIDTH,
        stroke_color="#ffffff",
        # Transparent: the black ground and the sample lie beneath it (style.css). With a background image
        # the canvas would send a message when that has loaded, perhaps after its page was left. Another
        # background colour would wipe the drawing.
        background_color="",
        initial_drawing=st.session_state[session.INITIAL_DRAWING],
        width=CANVAS_SIDE,
        height=CANVAS_SIDE,
        key=key,
    )
    return canvas_objects(result.json_data)


def canvas_key() -> str:
    """Returns the key of the canvas that is shown now."""
    return f"canvas-{st.session_state[session.DRAWING_NUMBER]}"


def new_canvas(sample: int | None = None) -> None:
    """Replaces the canvas by an empty one; `sample` is the test image to show beneath it."""
    # A canvas with another key is another canvas.
    st.session_state[session.DRAWING_NUMBER] += 1
    st.session_state[session.DRAWING] = []
    st.session_state[session.SAMPLE] = sample
