"""The box in which a run is chosen."""

from datetime import datetime

import streamlit as st

from bnn.runs import store
from bnn.runs.run import Run
from pages.shared.text import plain


def runs_with_network() -> list[Run]:
    """The runs whose network can answer: the shipped one first, then the newest."""
    found = [run for run in store.all_runs() if run.model_path.is_file()]
    return sorted(found, key=lambda run: (run.id != store.DEFAULT_RUN or not run.shipped, run.shipped))


def run_picker(
    label: str, choices: list[Run], key: str, help: str | None = None, first: str | None = None
) -> Run:
    """The run the user chose; stays chosen across pages, when the list grows and when runs are renamed.

    `st.session_state[key]` has its id, and the box follows; `first` is the id for who has chosen nothing yet.
    """
    by_id = {run.id: run for run in choices}
    labels = {run.id: run_label(run) for run in choices}
    st.session_state.setdefault(key, first)
    if st.session_state[key] not in by_id:
        _say_gone(st.session_state[key])
        st.session_state[key] = choices[0].id
    box = _box(key, labels)
    st.session_state[box] = st.session_state[key]
    st.selectbox(
        label,
        list(by_id),
        format_func=labels.get,
        key=box,
        help=help,
        on_change=_keep_choice,
        args=(key, box),
        filter_mode=None,
    )
    return by_id[st.session_state[key]]


def _say_gone(run_id):
    if run_id and run_id not in {run.id for run in store.all_runs()}:
        st.warning(
            f"The run {plain(run_id)} is gone: its folder was deleted, or the recipe in it. This is another one."
        )


def _box(key, labels):
    # A box keeps the label it has chosen, also when the run is renamed: other labels, another box.
    number, old_labels = st.session_state.get(f"{key}-box", (0, None))
    number += labels != old_labels
    st.session_state[f"{key}-box"] = number, labels
    return f"{key}-{number}"


def _keep_choice(key, box):
    # A browser goes on reporting a box that has been replaced until it has drawn the new page: no choice of anybody's.
    number, _ = st.session_state[f"{key}-box"]
    if box == f"{key}-{number}":
        st.session_state[key] = st.session_state[box]


def run_label(run: Run) -> str:
    """A run's name for a list: the one it was given, or its recipe and when it was started."""
    name = run.name()
    if run.shipped:
        return "Built-in network" if run.id == store.DEFAULT_RUN else f"{name} (built-in)"
    stamp, _, recipe = name.partition("-")[2].partition("-")
    try:
        started = datetime.strptime(name[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        return name
    return f"{recipe}, {started.day} {started:%b %H:%M:%S}" if name == run.id and stamp else name
