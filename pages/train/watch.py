"""Reruns the Train page when a training begins or a run is deleted elsewhere, for example on Teach."""

from collections.abc import Sequence

import streamlit as st

from bnn.runs import store
from bnn.runs.run import Run
from pages.shared import errors

_SECONDS = 5.0
# Ids and states of all runs.
_States = dict[str, str]


def states(runs: Sequence[Run]) -> _States:
    """Returns the states of the runs by their ids."""
    return {run.id: run.status().state for run in runs}


def watch(known: _States) -> None:
    """Compares the runs every few seconds with those that the page shows. Only a difference reruns the page.

    This is for a page on which no run waits or is trained. Otherwise, `progress` compares them every second.

    Args:
        known: what `states` returned at the beginning of this run of the page.
    """
    st.fragment(_compare, run_every=_SECONDS)(known)


def _compare(known: _States) -> None:
    with errors.errors_in_words():
        if states(store.all_runs()) != known:
            st.rerun()
