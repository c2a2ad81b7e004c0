"""Shows the select box in which the visitor chooses a run."""

import time

import streamlit as st

from bnn.runs import store
from bnn.runs.labels import run_labels
from bnn.runs.run import Run
from pages.shared import errors
from pages.shared.choice_box import choice_box, last_labels
from pages.shared.text import escaped

# How long a warning stays. It must outlast a rerun that a page starts by itself, as Evaluate does when its
# numbers are ready.
_WARNING_SECONDS = 20.0


def runs_with_network() -> list[Run]:
    """Returns the runs with a network: the app's own, those trained here (newest first), and the examples."""
    runs = [run for run in store.all_runs() if run.model_path.is_file()]
    return sorted(runs, key=lambda run: (run.id != store.DEFAULT_RUN or not run.shipped, run.shipped))


def run_picker(
    label: str, choices: list[Run], key: str, page: str, help: str | None = None, first: str | None = None
) -> Run:
    """Shows the box and returns the chosen run.

    The choice stays the same when the visitor opens another page, and when runs are added or renamed.

    Args:
        label: label of the box.
        choices: runs to choose from, at least one.
        key: `st.session_state[key]` is the id of the chosen run. The box shows the run with this id.
        page: name of the page. It is part of the box's key, so that each page has a box of its own.
        help: text of the help icon.
        first: id of the run that is chosen when the box is shown for the first time; None for the first of
            `choices`.
    """
    by_id = {run.id: run for run in choices}
    st.session_state.setdefault(key, first)
    if st.session_state[key] not in by_id:
        _choose_another(key, choices)
    choice_box(
        label,
        run_labels(choices),
        key,
        page,
        help,
        on_change=lambda: st.session_state.pop(_warning(key), None),
    )
    return by_id[st.session_state[key]]


def notice(choices: list[Run], key: str) -> None:
    """Says why the chosen run is not shown, if another one is shown. Called at the top of the page.

    Args:
        choices: as for `run_picker`, which is called later.
        key: as for `run_picker`.
    """
    chosen = st.session_state.get(key)
    if chosen and choices and chosen not in {run.id for run in choices}:
        _choose_another(key, choices)
    sentence, substitute, since = st.session_state.get(_warning(key), ("", "", 0.0))
    # The container is always there. If an element came or went here, the browser would rebuild the elements
    # below it, and a canvas would lose its drawing.
    with st.container(key="notice"):
        if sentence and st.session_state[key] == substitute and time.monotonic() - since < _WARNING_SECONDS:
            st.warning(sentence)


def _choose_another(key: str, choices: list[Run]) -> None:
    """Chooses the first run instead of one that cannot be shown, and keeps the reason for `notice`."""
    reason = _why_not(st.session_state[key], last_labels(key))
    st.session_state[_warning(key)] = reason, choices[0].id, time.monotonic()
    st.session_state[key] = choices[0].id


def _warning(key: str) -> str:
    return f"{key}-warning"


def _why_not(run_id: str | None, labels: dict[str, str]) -> str:
    """Returns a sentence on why the chosen run is not shown; "" if none was chosen.

    Args:
        run_id: id of the chosen run.
        labels: labels of the runs that could be chosen before, by id.
    """
    if not run_id:
        return ""
    if run_id in {run.id for run in store.all_runs()}:
        reason = f"The run {escaped(labels.get(run_id, run_id))} has no trained network yet."
    elif run_id in labels:
        reason = errors.missing_run(labels[run_id])
    else:
        # The id comes from an address.
        reason = errors.unknown_run(run_id)
    return f"{reason} Another run is shown instead."
