"""Shows a small canvas on which visitors draw for a network in training, which answers in the browser."""

import html
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from bnn.data.dataset import are_digits
from bnn.engine.portable import script
from bnn.runs import run_data
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from bnn.system.errors import error_text
from pages.shared import live, network_files, networks
from pages.shared.answer import answer_html

_HERE = Path(__file__).parent
_HTML = """
<div class="draw-here">
  <canvas class="own-pad" width="640" height="640" aria-label="Draw for the network"></canvas>
  <button type="button" class="small-button">Clear</button>
  <div class="reads"></div>
</div>
"""
# The answer has the style of the page, so the component is not isolated from it.
_field = component(
    "one_bit_lab_draw_for_it",
    html=_HTML,
    css=live.PAD_STYLE + (_HERE / "draw_for_it.css").read_text("utf-8"),
    js=script.module(*live.PAD_SCRIPTS, _HERE / "draw_for_it.js"),
    isolate_styles=False,
)


def draw_for_it(run: Run, status: Status) -> None:
    """Shows the canvas as soon as the run has finished an epoch, and keeps its place until then.

    During the training, the network of the newest epoch reads the drawing. After it, the network of the best
    epoch does, as on the other pages. The page does not rerun while the visitor draws.
    """
    newest = max(run.epochs(), default=None)
    try:
        if not _reads_drawings(run) or (newest is None and status.state not in ACTIVE):
            return
        with st.container(key="draw-here"):
            if newest is None:
                _say("You can draw here after epoch 1.")
                # Keeps the place of the canvas.
                st.html('<div class="draw-later"></div>')
                return
            is_best = status.state == "finished" and run.model_path.is_file()
            data = _data(run, None if is_best else newest)
            _say(f"The network of {'the best epoch' if is_best else f'epoch {newest}'} answers.")
            _field(key="draw-here-field", data=data, height="content")
    except (OSError, ValueError) as error:
        # This is not logged, because the page asks every second.
        _say(f"The network cannot be shown: {error_text(error)}.")


def _reads_drawings(run: Run) -> bool:
    """Returns whether the run learns from drawings or digits. Nobody can draw photos, for example."""
    facts = run_data.facts(run)
    return facts.noun != "images" or are_digits(facts.class_names)


def _data(run: Run, epoch: int | None) -> dict[str, str]:
    """Returns what the browser needs to know about the network of this epoch; None for the best epoch."""
    names = networks.load_network(run.model_path if epoch is None else run.epoch_path(epoch)).class_names
    request = "draw a digit" if are_digits(names) else "draw a sign"
    return {
        "run": run.id,
        "network": network_files.address(run, epoch),
        "answer": answer_html(None, names, request),
    }


def _say(words: str) -> None:
    st.html(f'<p class="draw-here-words"><b>Draw for it.</b> {html.escape(words)}</p>')
