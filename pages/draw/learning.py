"""Shows how the learning of a hand goes, and what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from bnn.data.dataset import DIGITS
from bnn.runs import store, trainings
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from pages.shared import errors, networks, pictures, session

if TYPE_CHECKING:
    from bnn.engine.network import PackedNetwork

_REFRESH_SECONDS = 1.0


def notice() -> None:
    """Looks for a run that is learning a hand, if this visitor has started none.

    It may have been started before the page was reloaded, in another tab, or by somebody else.
    """
    run = _run()
    if _is_own(run) or _is_active(run):
        return
    # Only runs that learn a hand have such a file, so the status of most runs need not be read.
    learning_runs = [run for run in store.all_runs() if run.examples_path.is_file() and _is_active(run)]
    if learning_runs:
        st.session_state[session.LEARNING_RUN] = learning_runs[0].id


def learning() -> None:
    """Shows the run that is learning, or has learnt, a hand; shows nothing if there is none."""
    if run := _run():
        st.fragment(_show, run_every=_REFRESH_SECONDS if _is_active(run) else None)()


def is_own_active() -> bool:
    """Returns whether a run that this visitor has started is learning."""
    hand_runs = st.session_state.get(session.HAND_RUNS)
    return bool(hand_runs) and _is_active(_found(hand_runs[-1]))


def _run() -> Run | None:
    return _found(st.session_state.get(session.LEARNING_RUN))


def _found(run_id: str | None) -> Run | None:
    try:
        return store.find(run_id) if run_id else None
    except ValueError:
        # It was deleted.
        return None


def _is_own(run: Run | None) -> bool:
    return run is not None and run.id in st.session_state.get(session.HAND_RUNS, [])


def _is_active(run: Run | None) -> bool:
    return run is not None and run.status().state in ACTIVE


def _show() -> None:
    with errors.errors_in_words():
        run = _run()
        if run is None:
            return
        status = run.status()
        _follow(run, status.state)
        if status.state in ACTIVE:
            words = "Learning your hand" if _is_own(run) else "Learning a hand"
            st.progress(status.fraction_done, status.message or words)
            if _is_own(run):
                _stop_button(run)
        elif status.state == "stopped":
            st.info("Learning was stopped. Your network stays as it was.")
        elif status.state != "finished":
            st.warning(f"Learning has ended early ({status.state}). {status.message}")
        elif st.session_state[session.CHOSEN_RUN] != run.id:
            _offer(run)
        if status.state != "stopped":
            _what_changed(run)


def _follow(run: Run, state: str) -> None:
    """Chooses the visitor's run when it has finished, and reruns the whole page when a run has ended."""
    # A run that has failed or was stopped may be resumed on Train, and finish.
    shown = (run.id, state)
    if st.session_state.get(session.SHOWN_LEARNING) == shown:
        return
    if state == "finished" and _is_own(run):
        _choose(run)
    # This comes last, because a click may end this rerun of the page at any use of the session.
    st.session_state[session.SHOWN_LEARNING] = shown
    if state not in ACTIVE:
        # The page offers the new run, or shows its network.
        st.rerun()


def _stop_button(run: Run) -> None:
    is_stopping = run.stop_path.exists()
    label = "Stopping" if is_stopping else "Stop"
    icon = ":material/stop:"
    st.button(label, key="stop-learning", icon=icon, disabled=is_stopping, on_click=_stop, args=(run,))


def _stop(run: Run) -> None:
    with errors.errors_in_words():
        trainings.stop(run)


def _offer(run: Run) -> None:
    st.markdown("A network that has learnt a hand is ready.")
    if st.button("Use this network", key="use-learnt", icon=":material/check:"):
        _choose(run)
        # The whole page must rerun, so that this network answers everywhere.
        st.rerun()


def _choose(run: Run) -> None:
    st.session_state[session.CHOSEN_RUN] = run.id


def _what_changed(run: Run) -> None:
    """Shows how many bits have flipped, and how the visitor's drawings are read now."""
    before_and_now = _before_and_now(run)
    if before_and_now is None:
        return
    # Imported here because importing Numba takes most of a second.
    from bnn.engine import inference

    before, now = before_and_now
    st.markdown(f"**{now.num_flips_since(before):,} of {now.num_weights:,} bits** have flipped.")
    examples = st.session_state[session.EXAMPLES]
    if examples:
        digits = np.stack([example.digit for example in examples])
        labels_before, labels_now = (
            inference.scores(network, digits).argmax(axis=1) for network in (before, now)
        )
        captions = [f"{DIGITS[a]} → {DIGITS[b]}" for a, b in zip(labels_before, labels_now, strict=True)]
        st.caption("How it reads your drawings: before → now")
        pictures.digit_grid(digits, captions)


def _before_and_now(run: Run) -> tuple[PackedNetwork, PackedNetwork] | None:
    """Returns the network before learning, and the newest one; None if there are none yet."""
    try:
        before = networks.load_network(run.start_path)
        if run.status().state == "finished":
            return before, networks.network(run)
        paths = [path for path in (run.live_path, *map(run.epoch_path, run.epochs())) if path.is_file()]
        newest = max(paths, key=lambda path: path.stat().st_mtime_ns, default=run.start_path)
        return before, networks.load_network(newest)
    except FileNotFoundError:
        # The trainer has not copied the first network yet, or has just removed the live one.
        return None
