"""Shows the Train page: choose a recipe, start a training, watch it and compare runs."""

import streamlit as st

from bnn.runs import store
from pages.shared import address, errors, head, run_picker, session
from pages.train import details, network_table, progress, run_list, setup, watch, which_is_best

_PAGE = "train"


def page() -> None:
    """Shows all parts of the page."""
    head.head("Train a network", "It learns to read digits. Every weight is one bit.")

    runs, known, chosen, shown = [], None, None, None
    # Each part has its own error handling. An error in one part does not hide the others.
    with errors.errors_in_words():
        runs = store.all_runs()
        known = watch.states(runs)
        address.read_run(_PAGE, session.RUN_SHOWN)
        run_picker.notice(runs, session.RUN_SHOWN)
    left, right = st.columns([3, 7], gap="large")
    with left, errors.errors_in_words():
        chosen = setup.setup(runs)
    with right, st.container(key="progress"), errors.errors_in_words():
        shown = progress.progress(runs)
        if shown:
            address.write_run(_PAGE, session.RUN_SHOWN, usual=None)
    run = shown and shown.run
    with st.expander("For experts", key="experts"):
        if shown:
            with errors.errors_in_words():
                progress.choose_compared(runs, shown.run)
            details.details(shown)
        with errors.errors_in_words():
            which_is_best.which_is_best(runs, run)
        with errors.errors_in_words():
            run_list.run_list(runs, run)
        if chosen:
            with errors.errors_in_words():
                network_table.network_table(*chosen)
    if known is not None and not (shown and shown.refresh_seconds):
        watch.watch(known)


page()
