"""Shows the canvas on which visitors draw.

Behind the drawing, there may be a sample digit or, before the first stroke, a ghost: digits that draw
themselves.
"""

from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from bnn.drawing.canvas import canvas_objects
from bnn.drawing.scripts import KEYBOARD
from bnn.engine.portable.script import joined
from pages.shared import pictures, session
from pages.shared.drawing import CANVAS_SIDE

PEN_WIDTH = 18
_HERE = Path(__file__).parent
# Digits that draw themselves on the empty canvas until the visitor draws. No network reads them. They are a
# component, because Streamlit removes SVG from other HTML.
_ghost = component(
    "one_bit_lab_ghost",
    html=f'<div class="ghost">{(_HERE / "ghost.svg").read_text("utf-8")}</div>',
    js=(_HERE / "ghost.js").read_text("utf-8"),
    isolate_styles=False,
)
# Corrects the faults of the canvas that are listed at the top of canvas.js.
_FILES = ("live/patience.js", "late_strokes.js", "canvas_keys.js", "canvas_fingers.js", "canvas.js")
_SCRIPT = joined(KEYBOARD, *(_HERE / name for name in _FILES))
_correct_canvas = component("one_bit_lab_correct_canvas", js=_SCRIPT)


def canvas(sample: np.ndarray | None, drawing: list[dict], has_ghost: bool = True) -> list[dict]:
    """Shows the canvas, and returns what is drawn now.

    Args:
        sample: digit to show behind the drawing, (28, 28) uint8, or None.
        drawing: Fabric.js objects with which a new canvas starts.
        has_ghost: whether digits draw themselves on the empty canvas at first.

    Returns:
        The drawing as Fabric.js objects.
    """
    # Imported here because this package can only be imported while a server runs.
    from streamlit_drawable_canvas import st_canvas

    key = canvas_key()
    with st.container(key="pad-place"):
        _show_behind(sample, has_ghost and not drawing)
        _correct_canvas(data={"canvas": key}, key="tidy", height=1)
        if key not in st.session_state:
            # Set only for a new canvas, or when the visitor comes from another page. A changed initial
            # drawing would make the canvas load again.
            st.session_state[session.INITIAL_DRAWING] = {"objects": drawing}
        result = st_canvas(
            stroke_width=PEN_WIDTH,
            stroke_color="#ffffff",
            # The canvas is transparent. The black background and the sample are elements behind it, see
            # style/canvas.css. A background image is no alternative: the canvas sends a message when the
            # image has loaded, perhaps after the visitor has left the page. Changing the background colour
            # would delete the drawing.
            background_color="",
            initial_drawing=st.session_state[session.INITIAL_DRAWING],
            width=CANVAS_SIDE,
            height=CANVAS_SIDE,
            key=key,
        )
    return canvas_objects(result.json_data)


def _show_behind(sample: np.ndarray | None, has_ghost: bool) -> None:
    """Shows what is behind the transparent canvas: a sample or, before the first stroke, the ghost."""
    if sample is not None:
        st.html(f'<div class="sample">{pictures.picture(sample, "the sample")}</div>')
    elif not st.session_state[session.DRAWING_NUMBER]:
        if has_ghost:
            _ghost(key="ghost", height="content")
        else:
            # After the first stroke, an empty element replaces the ghost, so that the canvas keeps its place.
            st.html("<span></span>")


def canvas_key() -> str:
    """Returns the key of the current canvas."""
    return f"canvas-{st.session_state[session.DRAWING_NUMBER]}"


def undo() -> None:
    """Replaces the canvas with one that has all strokes but the last."""
    strokes = newest_drawing()
    new_canvas()
    st.session_state[session.DRAWING] = strokes[:-1]


def newest_drawing() -> list[dict]:
    """Returns the Fabric.js objects on the canvas. For callbacks, which are called before the page runs.

    If the last stroke has just been drawn, `session.DRAWING` does not have it yet.
    """
    drawn = (st.session_state.get(canvas_key()) or {}).get("drawing") or {}
    objects = canvas_objects(drawn["raw"]) if "raw" in drawn else st.session_state[session.DRAWING]
    # The value comes from the browser and may be something other than a list.
    return objects if isinstance(objects, list) else []


def new_canvas(sample: int | None = None) -> None:
    """Replaces the canvas with an empty one.

    Args:
        sample: index of the test image to show behind the drawing, or None.
    """
    # A new number gives a new key, and Streamlit makes a new canvas for a new key.
    st.session_state[session.DRAWING_NUMBER] += 1
    st.session_state[session.DRAWING] = []
    st.session_state[session.SAMPLE] = sample
