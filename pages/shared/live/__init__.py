"""The scripts with which a page's component follows the pen and runs a network in the browser."""

from pathlib import Path

import numpy as np

_HERE = Path(__file__).parent
# For `bnn.engine.portable.script.module`, before the scripts of the page.
SCRIPTS = [_HERE / name for name in ("pen.js", "drawing.js", "networks.js")]


def drawing_data(
    network_address: str, canvas_key: str, side: int, pen_width: int, strokes: list[np.ndarray]
) -> dict[str, object]:
    """Returns what the scripts need to know about the canvas and the network.

    Args:
        network_address: of the packed network's file, relative to the app's address.
        canvas_key: of the canvas, and the CSS class of its place.
        side: height and width of the canvas, in its pixels.
        pen_width: in the same pixels.
        strokes: what is on the canvas already, arrays (n, 2) of x, y.
    """
    return dict(
        network=network_address,
        key=canvas_key,
        side=side,
        penWidth=pen_width,
        strokes=[stroke.tolist() for stroke in strokes],
    )
