"""Shows the progress of a run that learns the visitor's hand, and what this run has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from bnn.runs import store, trainings
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from pages.shared import errors, networks, pictures, session
from pages.shared.refusals import refusals, show_refusal

if TYPE_CHECKING:
    from bnn.engine.network import PackedNetwork

_REFRESH_SECONDS = 1.0
# The key of the button Stop. Under this name, `refusals` keeps its error.
_STOP = "stop-learning"
# What the page shows in place of a digit if the network names none.
_NONE = "–"


def is_active() -> bool:
    """Returns whether the run that this visitor has started last is learning or waits for its turn."""
    run = _run()
    return run is not None and run.status().state in ACTIVE


def follow(canvas_state: tuple[int, int]) -> None:
    """Reruns the whole page when the newest run has ended. A run that has finished is chosen first.

    Args:
        canvas_state: number of the canvas, and how many strokes are on it.
    """
    run = _run()
    if run is None:
        return
    # The state is compared, too, because a run that has failed or was stopped may be resumed on Train.
    state = run.status().state
    shown = (run.id, state)
    if st.session_state.get(session.SHOWN_LEARNING) == shown:
        return
    if state == "finished":
        st.session_state[session.CHOSEN_RUN] = run.id
    if state not in ACTIVE:
        st.session_state[session.CANVAS_AT_END] = canvas_state
    # This line comes last: a click can abort the script at any access to `st.session_state`. The next rerun
    # then finds this state still unseen, and repeats the lines above.
    st.session_state[session.SHOWN_LEARNING] = shown
    if state not in ACTIVE:
        st.rerun()


def progress() -> None:
    """Shows how the newest run goes, while it is learning."""
    st.fragment(_progress, run_every=_REFRESH_SECONDS)()


def result() -> bool:
    """Shows in one line what the newest run has learnt, or why it has ended; returns whether there is a line.

    The flips are those of the network that is kept, from the best epoch. Later epochs may have flipped more.
    """
    run = _run()
    if run is None:
        return False
    status = run.status()
    if status.state in ACTIVE:
        # The run was resumed on Train just now.
        return False
    if status.state == "stopped":
        st.markdown("Learning was stopped. Your network stays as it was.")
    elif status.state != "finished":
        st.warning(f"Learning has ended early ({status.state}). {status.message}")
    elif st.session_state[session.CHOSEN_RUN] != run.id:
        return False
    else:
        before, now = _before_and_now(run)
        num = now.num_flips_since(before)
        if num:
            have = "has" if num == 1 else "have"
            st.markdown(f"It has learnt your hand: **{num:,} of {now.num_weights:,} bits** {have} flipped.")
        else:
            st.markdown(
                "It has learnt your hand, but **no bit** had to flip. Keep drawings that it reads wrongly."
            )
    return True


def read_before_and_now() -> None:
    """Shows how the visitor's drawings were read before learning and are read now.

    It shows nothing if the page does not show the network of the newest run, or if that run has not finished.
    """
    run = _run()
    if run is None or st.session_state[session.CHOSEN_RUN] != run.id or run.status().state != "finished":
        return
    # Imported here because importing Numba takes most of a second.
    from bnn.engine import answer, inference

    digits = np.stack([example.digit for example in st.session_state[session.EXAMPLES]])
    named = []
    for network in _before_and_now(run):
        answers = (answer.of_probabilities(network, row) for row in inference.probabilities(network, digits))
        named.append([_NONE if each.named_class is None else each.name for each in answers])
    captions = [f"{before} → {now}" for before, now in zip(*named, strict=True)]
    none = f" ({_NONE}: no digit it knows)" if _NONE in named[0] + named[1] else ""
    st.caption(f"How it reads your drawings: before → now{none}")
    pictures.digit_grid(digits, captions)


def _run() -> Run | None:
    """Returns the run that this visitor has started last; None if there is none, or it was deleted."""
    hand_runs = st.session_state.get(session.HAND_RUNS)
    try:
        return store.find(hand_runs[-1]) if hand_runs else None
    except ValueError:
        return None


def _progress() -> None:
    with errors.errors_in_words():
        run = _run()
        if run is None or run.status().state not in ACTIVE:
            st.rerun()
        status = run.status()
        with st.container(key="hand-progress", horizontal=True, vertical_alignment="center", gap="small"):
            st.progress(status.fraction_done, status.message or "Learning your hand")
            is_stopping = run.stop_path.exists()
            st.button(
                "Stopping" if is_stopping else "Stop",
                key=_STOP,
                icon=":material/stop:",
                disabled=is_stopping,
                on_click=_stop,
                args=(run,),
            )
        show_refusal(None if is_stopping else _STOP, is_refreshed=True)


def _stop(run: Run) -> None:
    with refusals(_STOP):
        trainings.stop(run)


def _before_and_now(run: Run) -> tuple[PackedNetwork, PackedNetwork]:
    """Returns the network before learning, and the one that a finished run has kept."""
    return networks.load_network(run.start_path), networks.network(run)
