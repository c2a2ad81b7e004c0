"""Shows the Evaluate page: how often a network is wrong, and the images that it reads wrong."""

from __future__ import annotations

from concurrent.futures import wait
from typing import TYPE_CHECKING

import streamlit as st

from bnn.runs import run_data
from bnn.runs.run import Run
from pages.evaluate.class_table import class_table, downloads
from pages.evaluate.evaluations import evaluation
from pages.evaluate.mistakes import mistakes
from pages.evaluate.summary import for_experts, sentence, summary
from pages.shared import address, errors, head, networks, run_picker, session, text

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_PAGE = "evaluate"


def page() -> None:
    """Shows the page, or a message if there is no trained network yet."""
    left, right = st.columns([3, 2], vertical_alignment="bottom", gap="large")
    with left:
        head.head("Evaluate a network")
        sentence_place = st.container()

    with errors.errors_in_words():
        choices = run_picker.runs_with_network()
        if not choices:
            st.info("There is no trained network yet. Train one on the Train page, then measure it here.")
            return
        address.read_run(_PAGE, session.CHOSEN_RUN)
        run_picker.notice(choices, session.CHOSEN_RUN)
        with right:
            run = run_picker.run_picker(
                "Network", choices, session.CHOSEN_RUN, _PAGE, "All runs that have a trained network."
            )
        address.write_run(_PAGE, session.CHOSEN_RUN)
        _report(run, sentence_place)


def _report(run: Run, sentence_place: DeltaGenerator) -> None:
    future = evaluation(run)
    # While the answers are being computed, the page shows all elements without values. So nothing moves
    # later, no values of another network remain, and the browser can already load the code for the matrix.
    result = future.result() if future.done() else None
    class_names, facts = networks.network(run).class_names, run_data.facts(run)
    with sentence_place:
        sentence(result, facts)
    summary(run, result, facts)
    mistakes(run, result, class_names, facts)
    with st.expander("For experts", key="evaluate-experts"):
        for_experts(run, result, facts)
        class_table(result, class_names)
        downloads(run, result, class_names)
    st.caption(f"Test {facts.noun}: {text.credit_text(facts.credit)}")
    if not result:
        # If the evaluation fails, the rerun shows only the error, at the top of the page.
        wait([future])
        st.rerun()


page()
