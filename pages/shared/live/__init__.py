"""Scripts for components that follow the pen and run a network in the browser."""

from pathlib import Path

import numpy as np

_HERE = Path(__file__).parent
# Give these to `bnn.engine.portable.script.module`, before the scripts of the page.
SCRIPTS = [_HERE / name for name in ("pen.js", "drawing.js", "networks.js")]


def drawing_data(
    network_address: str, canvas_key: str, side: int, pen_width: int, strokes: list[np.ndarray]
) -> dict[str, object]:
    """Returns the data about the canvas and the network that the scripts need.

    Args:
        network_address: Address of the packed network's file, relative to the app's address.
        canvas_key: Key of the canvas. Streamlit also makes a CSS class of it.
        side: Height and width of the canvas, in its own pixels.
        pen_width: Width of the pen, in the same pixels.
        strokes: Strokes that are already on the canvas, arrays (n, 2) of x, y.
    """
    return dict(
        network=network_address,
        key=canvas_key,
        side=side,
        penWidth=pen_width,
        strokes=[stroke.tolist() for stroke in strokes],
    )
