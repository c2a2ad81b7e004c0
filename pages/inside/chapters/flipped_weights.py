"""Inside, chapter 2: the weights that the visitor has flipped. A link to the page names them.

Only the browser flips them, see live/flip_weight.js. They belong to one run, and to this chapter.
"""

import re

import streamlit as st

from bnn.runs.run import Run
from pages.inside import address
from pages.inside.live.component import KEY
from pages.shared.messages import message

# Session keys: the flipped weights as in the address, and the id of the run to which they belong.
_FLIPPED, _RUN = "inside_flipped", "inside_flipped_run"
# Layer, neuron and index of each weight, counted from 1.
_WEIGHT = r"[1-9]\d?\.[1-9]\d{0,3}\.[1-9]\d{0,5}"
_WEIGHTS = re.compile(f"{_WEIGHT}(_{_WEIGHT})*", re.ASCII)
_MAX_LENGTH = 600


def _weights(text: str) -> str | None:
    return text if len(text) <= _MAX_LENGTH and _WEIGHTS.fullmatch(text) else None


IN_ADDRESS = address.Parameter(_FLIPPED, _weights)


def of_run(run: Run) -> str:
    """Returns the weights that the visitor or the link has flipped in this run's network, as in the address.

    Forgets the flipped weights of any other run.
    """
    if st.session_state.setdefault(_RUN, run.id) != run.id:
        forget()
        st.session_state[_RUN] = run.id
    return st.session_state.get(_FLIPPED) or ""


def take() -> None:
    """Stores the flipped weights that the browser sends, or None if there are too many for a link."""
    flipped = message(KEY, "flipped")
    # The value comes from the browser and may be anything.
    st.session_state[_FLIPPED] = _weights(flipped) if isinstance(flipped, str) else None


def forget() -> None:
    """Forgets which weights are flipped. The browser flips them back when the visitor leaves the chapter."""
    st.session_state.pop(_FLIPPED, None)
    st.session_state.pop(_RUN, None)
