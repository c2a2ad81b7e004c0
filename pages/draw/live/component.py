"""Reads the drawing in the browser while the visitor draws, with a Streamlit component."""

from pathlib import Path

import numpy as np
from streamlit.components.v2 import component

from bnn.engine.portable import script
from pages.shared import live as shared_live

_HERE = Path(__file__).parent
_SCRIPTS = [*shared_live.SCRIPTS, _HERE / "display.js", _HERE / "live.js"]

_live = component("one_bit_lab_live", js=script.module(*_SCRIPTS))


def live(network_address: str, canvas_key: str, side: int, pen_width: int, strokes: list[np.ndarray]) -> None:
    """Lets the browser read the drawing on a canvas.

    Args:
        network_address: Address of the packed network's file, relative to the app's address.
        canvas_key: Key of the canvas. Streamlit also makes a CSS class of it.
        side: Height and width of the canvas, in its own pixels.
        pen_width: Width of the pen, in the same pixels.
        strokes: Strokes that are already on the canvas, arrays (n, 2) of x, y.
    """
    data = shared_live.drawing_data(network_address, canvas_key, side, pen_width, strokes)
    _live(key="live", data=data, height=1)
