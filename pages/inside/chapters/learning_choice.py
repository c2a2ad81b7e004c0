"""Inside, chapter 4: chooses the moment and the layer that the chapter shows."""

import streamlit as st

from bnn.engine.network import PackedNetwork
from bnn.runs.run import Run
from pages.inside import address
from pages.inside.chapters.moments import Moment, nearest
from pages.inside.chapters.runs_before import start_network

# Session keys: the name of the chosen moment, and the layer whose weights are shown, counted from 1.
MOMENT, LAYER = "inside_epoch", "inside_learning_layer"
# Session key: id of the run for which the chapter was opened last.
_OPENED = "inside_learning_run"


def choose(run: Run, network: PackedNetwork, all_moments: dict[str, Moment]) -> None:
    """Makes sure that the chosen moment and layer exist. For a newly chosen run, `_open` may choose them."""
    state = st.session_state
    if state.get(_OPENED) != run.id:
        _open(run, network, all_moments)
    if state.get(MOMENT) not in all_moments:
        state[MOMENT] = nearest(all_moments, state.get(MOMENT))
    if not 1 <= state.get(LAYER, 0) <= len(network.layers):
        state[LAYER] = min(max(1, state.get(LAYER, 1)), len(network.layers))


def _open(run: Run, network: PackedNetwork, all_moments: dict[str, Moment]) -> None:
    """For a run that learnt a handwriting or signs, chooses a moment and a layer in which bits flip.

    The moment is the first one after the network with which the run started. The layer is the first one that
    the run trained; a later layer stays chosen. Values from a link stay as they are.
    """
    state, recipe = st.session_state, run.recipe()
    is_first_time = _OPENED not in state
    state[_OPENED] = run.id
    if not (recipe.own_drawings and recipe.trained_layers):
        return
    if not (is_first_time and address.is_in_link("epoch")):
        state[MOMENT] = _first_moment(run, network, all_moments)
    if not (is_first_time and address.is_in_link("learning-layer")):
        first_trained = len(network.layers) - recipe.trained_layers + 1
        state[LAYER] = max(first_trained, state.get(LAYER, 1))


def _first_moment(run: Run, network: PackedNetwork, all_moments: dict[str, Moment]) -> str:
    """Returns the name of the first moment whose network differs from the one with which the run started."""
    own_names = [name for name, moment in all_moments.items() if moment.run == run]
    is_unchanged = own_names[0] == "b0" and start_network(run, network) is not None
    return own_names[1] if is_unchanged and len(own_names) > 1 else own_names[0]
