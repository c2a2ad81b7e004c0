"""Scripts for components that follow the pen and run a network in the browser, and their data."""

from pathlib import Path

from bnn.drawing import scripts
from bnn.drawing.canvas import strokes_from_canvas
from bnn.runs.run import Run
from pages.shared import network_files
from pages.shared.canvas import PEN_WIDTH, canvas_key
from pages.shared.drawing import CANVAS_SIDE

_HERE = Path(__file__).parent
# Scripts for `bnn.engine.portable.script.module`. They come before the scripts of the page itself.
_NAMES = ("elements.js", "patience.js", "pen.js", "drawing.js", "networks.js", "bars.js")
SCRIPTS = [_HERE / name for name in _NAMES]
# For a component that changes its elements in place, and needs no other script. Also among `SCRIPTS`.
ELEMENTS = _HERE / "elements.js"
# Comes after `SCRIPTS` on a page that shows the answer in large type.
ANSWER_SCRIPT = _HERE / "answer.js"
# Makes the browser ask before drawings are lost.
LEAVING = _HERE / "leaving.js"
# Shows the network's answer while something is drawn on a component's own canvas.
PAD_ANSWER = _HERE / "pad_answer.js"
# All scripts for a component with a canvas of its own, and the style of this canvas (class "own-pad").
PAD_SCRIPTS = [*SCRIPTS, ANSWER_SCRIPT, *scripts.PAD, PAD_ANSWER]
PAD_STYLE = (_HERE / "pad.css").read_text("utf-8")


def drawing_data(run: Run, objects: list[dict]) -> dict[str, object]:
    """Returns what the scripts need to know about the network and the canvas.

    Args:
        run: the run whose network reads the drawing.
        objects: what is on the canvas, as Fabric.js objects.

    Raises:
        ValueError: if an object is not a free-hand path, or the drawing is too long.
        OSError: if the network's file cannot be read.
    """
    return dict(
        network=network_files.address(run),
        key=canvas_key(),
        canvasSide=CANVAS_SIDE,
        penWidth=PEN_WIDTH,
        strokes=[stroke.tolist() for stroke in strokes_from_canvas(objects, CANVAS_SIDE)],
        # `strokes` can have more: a stroke that leaves the canvas and comes back is cut into two.
        numStrokes=len(objects),
    )
