"""Evaluate: how often a network is wrong, on what, and which images those are."""

import streamlit as st

from bnn.runs.run import Run
from pages.evaluate.class_table import class_table, downloads
from pages.evaluate.evaluations import evaluation
from pages.evaluate.mistakes import mistakes
from pages.evaluate.summary import summary
from pages.shared import errors, head, networks, run_picker, session


def page() -> None:
    """Shows the page."""
    left, right = st.columns([3, 2], vertical_alignment="bottom", gap="large")
    with left:
        head.head("Evaluate a network", "How often is it wrong, and which digits does it get wrong?")

    with errors.errors_in_words():
        choices = run_picker.runs_with_network()
        if not choices:
            st.info("There is no trained network yet. Train one on the Train page, then measure it here.")
            return
        with right:
            run = run_picker.run_picker(
                "Network", choices, session.EVALUATE_RUN, "Every run that has a trained network."
            )
        _report(run)


def _report(run: Run) -> None:
    future = evaluation(run)
    # Until the answers are known, everything stands in its place without them: nothing moves, nothing is
    # left of another network, and the browser meanwhile loads what draws the matrix.
    found = future.result() if future.done() else None
    class_names = networks.network(run).class_names
    summary(run, found)
    mistakes(run, found, class_names)
    class_table(found, class_names)
    downloads(run, found, class_names)
    if not found:
        future.result()
        st.rerun()


page()
