"""Shows a small canvas on which visitors draw for the network that the page shows.

The browser computes the network's answer. Until something is drawn, an image covers the canvas: the visitor's
digit from Draw, or else a test image of the run's data. The server computes the answer to this image.
"""

import html
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from bnn.engine.answer import read
from bnn.engine.network import PackedNetwork
from bnn.engine.portable import script
from bnn.runs import run_data
from bnn.runs.run import Run
from bnn.system.errors import error_text
from pages.shared import live, pictures, session
from pages.shared.answer import answer_html
from pages.train.shown_digit import can_draw, shown_digit

_HERE = Path(__file__).parent
_STYLE = (_HERE / "draw_for_it.css").read_text("utf-8")
_SCRIPT = _HERE / "draw_for_it.js"
_HTML = """
<div class="draw-here">
  <div class="pad-place">
    <canvas class="own-pad" width="640" height="640" aria-label="Draw for the network"></canvas>
    <img class="shown-digit">
    <svg class="pencil" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M6 18l1-4 8-8 3 3-8 8zM13 8l3 3"/>
    </svg>
  </div>
  <div class="below">
    <p class="of-digit"><span class="name"></span><br><b class="offer">Draw for it here.</b></p>
    <p class="of-drawing">Your drawing</p>
    <button type="button" class="small-button">Clear</button>
  </div>
  <div class="reads"></div>
</div>
"""
# The answer has the style of the page, so the component is not isolated from it.
_field = component(
    "one_bit_lab_draw_for_it",
    html=_HTML,
    css=live.PAD_STYLE + _STYLE,
    js=script.module(*live.PAD_SCRIPTS, _SCRIPT),
    isolate_styles=False,
)


def draw_for_it(run: Run, network: PackedNetwork | None, address: str | None) -> None:
    """Shows the canvas, and beside it what the network reads.

    Drawing does not make the page rerun, because the browser computes the answer. A drawing stays when
    another network takes the place of this one, even a network of another run. Visitors can draw before there
    is a network. The drawing is read as soon as there is one.

    Args:
        run: the run shown.
        network: the network of the run whose weights the page shows (during training, the live network);
            None if there is none yet.
        address: from where the browser loads this network; None if there is no network yet.
    """
    try:
        data = _data(run, network)
    except (OSError, ValueError) as error:
        # This is not logged: during training, this function is called every second, and would log the same
        # error each time.
        st.html(f'<p class="quiet">{html.escape(f"No digit can be shown: {error_text(error)}.")}</p>')
        return
    _field(key="draw-here", data=data | {"network": address}, height="content")


def _data(run: Run, network: PackedNetwork | None) -> dict[str, object]:
    """Returns what the browser shows: the digit, the answer to it, and an empty answer for drawings."""
    facts, digit = run_data.facts(run), shown_digit(run)
    names = network.class_names if network else facts.class_names
    pending = answer_html(None, names, "one moment" if network else "no network yet")
    return {
        "run": run.id,
        # The run that the visitor has started last. On a phone, the browser scrolls to it.
        "started": started.run_id if (started := st.session_state.get(session.STARTED)) else "",
        "digit": {"src": pictures.picture_source(digit.image), "alt": digit.name},
        "answer": answer_html(read(network, digit.image), names) if network else pending,
        "pending": pending,
        "canDraw": can_draw(facts),
    }
