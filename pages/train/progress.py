"""The part of the Train page that shows one run: how it stands, Stop and Resume, and its curves."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from bnn.recipes.recipe import Recipe, batches_per_epoch
from bnn.runs import store, trainings
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from pages.shared import errors, figures, run_picker, run_state, session, text
from pages.train import curves
from pages.train.run_list import best_accuracy

_REFRESH_SECONDS = 1.0
_MAX_COMPARED = 5
# Id, state and number of epochs done of each run that waits or is in training.
_States = list[tuple[str, str, int]]


def progress(runs: list[Run]) -> Run | None:
    """Shows the run that the visitor chooses, and its curves beside those of others.

    Args:
        runs: All runs.

    Returns:
        The run shown; None if there are no runs.
    """
    if not runs:
        st.info("Nothing has been trained yet. Choose a recipe and press Start: its progress appears here.")
        return None
    left, right = st.columns(2)
    with left:
        busy = next((run.id for run in runs if run.status().state == "running"), None)
        shown = run_picker.run_picker("Run shown", runs, session.RUN_SHOWN, first=busy)
    with right:
        compared = _choose_compared([run for run in runs if run.id != shown.id])
    states = _states()
    st.fragment(_live, run_every=_REFRESH_SECONDS if states else None)(shown.id, compared, states)
    return shown


def _choose_compared(others: Sequence[Run]) -> list[str]:
    by_id = {run.id: run for run in others}
    chosen = st.session_state.get(session.COMPARE, [])
    # A run that is gone, or that is shown itself, is no option.
    possible = [run_id for run_id in chosen if run_id in by_id]
    if possible != chosen:
        st.session_state[session.COMPARE] = possible
    return st.multiselect(
        "Compare with",
        list(by_id),
        format_func=lambda run_id: run_picker.run_label(by_id[run_id]),
        key=session.COMPARE,
        max_selections=_MAX_COMPARED,
        placeholder="other runs",
        persist_state="session",
        disabled=not others,
    )


def _states() -> _States:
    found = [(run, run.status()) for run in store.all_runs()]
    return [(run.id, status.state, len(run.history())) for run, status in found if status.state in ACTIVE]


def _live(run_id: str, compared: list[str], states: _States) -> None:
    with errors.errors_in_words():
        # The rest of the page shows states and epochs, too.
        if _states() != states:
            st.rerun()
        run = store.find(run_id)
        status = run.status()
        _state(run, status)
        st.progress(_fraction_done(status))
        _figures(run, status)
        _buttons(run, status)
        curves.curves([run, *map(store.find, compared)])


def _state(run: Run, status: Status) -> None:
    words, details = run_state.STATE_WORDS[status.state], ""
    if status.state in ACTIVE and run.stop_path.exists():
        words = "stopping"
    elif status.state == "queued":
        words = status.message.lower() or words
    elif status.state == "running" and not status.batch and not status.epoch:
        # The curve takes some seconds to begin: say what is going on meanwhile.
        words = "getting ready"
        details = "" if status.message.lower() == words else status.message
    elif status.state in ("running", "failed"):
        details = status.message
    elif status.state == "interrupted":
        details = f"{_interruption(status)}. Press Resume to go on from the last epoch."
    elif status.state == "stopped":
        details = "What it has learnt is kept. Press Resume to go on from here."
    run_state.state_line(status.state, words, details)


def _interruption(status: Status) -> str:
    # What killed the trainer is known if the server that started it has lived to see it.
    cause = status.message or "its process ended before it was done"
    return cause[0].upper() + cause[1:]


def _fraction_done(status: Status) -> float:
    if status.state == "finished":
        return 1.0
    total = status.num_epochs * status.num_batches
    done = max(0, status.epoch - 1) * status.num_batches + status.batch
    return min(1.0, max(0.0, done / total)) if total else 0.0


def _figures(run: Run, status: Status) -> None:
    history, test, recipe = run.history(), run.test(), run.recipe()
    is_on_test_set = recipe.validation == "test"
    epoch = status.epoch if status.state in ACTIVE else len(history)
    is_running = status.state == "running"
    speed = status.images_per_second if is_running else _average_speed(recipe, history)
    figures.figures(
        [
            (f"{epoch} of {recipe.epochs}", "epoch", "One epoch is one pass over all training images."),
            (
                f"{speed:,.0f}" if speed else "–",
                "images a second",
                "How many training images it learns from in a second; the average, when it is done.",
            ),
            _time(status, history),
            (
                text.percent_text(best_accuracy(run)),
                "best epoch (test set)" if is_on_test_set else "best epoch (validation)",
                "Right answers on images it did not learn from; the network of the best epoch is kept.",
            ),
            (
                text.percent_text(test["accuracy"] if test else None),
                "at the end (test)",
                "Right answers on the 10,000 test images, measured once, when the training is done.",
            ),
        ]
    )


def _time(status: Status, history: pd.DataFrame) -> tuple[str, str, str]:
    if status.state in ACTIVE:
        # A waiting run may have been stopped and resumed: its file still has the estimate from before.
        seconds = status.eta_seconds if status.state == "running" else 0
        label, explanation = "time left", "Until the last epoch is done; known as soon as it is training."
    else:
        seconds = float(history["seconds"].to_numpy().sum())
        label, explanation = "time taken", "All epochs together."
    return text.duration_text(seconds) if seconds else "–", label, explanation


def _average_speed(recipe: Recipe, history: pd.DataFrame) -> float:
    num_images = len(history) * batches_per_epoch(recipe) * recipe.batch_size
    return num_images / float(history["seconds"].to_numpy().sum()) if num_images else 0.0


def _buttons(run: Run, status: Status) -> None:
    is_active = status.state in ACTIVE
    can_resume = not run.shipped and status.state in ("stopped", "failed", "interrupted")
    with st.container(horizontal=True):
        st.button(
            "Stop",
            key="stop",
            icon=":material/stop:",
            disabled=not is_active or run.stop_path.exists(),
            on_click=_stop,
            args=(run,),
        )
        st.button(
            "Resume",
            key="resume",
            icon=":material/resume:",
            disabled=not can_resume,
            on_click=_resume,
            args=(run,),
        )


def _stop(run: Run) -> None:
    with errors.errors_in_words():
        trainings.stop(run)


def _resume(run: Run) -> None:
    with errors.errors_in_words():
        trainings.resume(run)
