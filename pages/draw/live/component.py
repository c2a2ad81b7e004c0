"""Reads the drawing in the browser while the visitor draws, with a Streamlit component."""

from pathlib import Path

from streamlit.components.v2 import component

from bnn.engine.portable import script
from bnn.runs.run import Run
from pages.shared import live as shared_live

_HERE = Path(__file__).parent
_OWN = [_HERE / "display.js", _HERE / "live.js"]
_SCRIPTS = [*shared_live.SCRIPTS, shared_live.ANSWER_SCRIPT, shared_live.LEAVING, *_OWN]

_live = component("one_bit_lab_live", js=script.module(*_SCRIPTS))


def live(run: Run, objects: list[dict], is_kept: bool) -> None:
    """Lets the browser show answers while the pen moves, without the server.

    Args:
        run: the run whose network answers.
        objects: what is on the canvas, as Fabric.js objects.
        is_kept: whether all of the visitor's examples are saved in a run or a file. If not, the browser asks
            before the app is closed or loaded again.
    """
    _live(key="live", data={**shared_live.drawing_data(run, objects), "isKept": is_kept}, height=1)
