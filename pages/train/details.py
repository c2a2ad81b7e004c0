"""Shows experts more about a run on the Train page: two figures, two more curves, and who made the data."""

from contextlib import suppress

import streamlit as st

from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.sources import credit
from pages.shared import errors, text
from pages.train import curves
from pages.train.progress import Shown
from pages.train.run_figures import more_figures


def details(shown: Shown) -> None:
    """Shows the details of the run that the page shows above."""
    st.fragment(_details, run_every=shown.refresh_seconds)(shown.run.id, shown.compared)


def _details(run_id: str, compared: list[str]) -> None:
    with st.container(key="details"):
        # If a run was deleted, progress.py reruns the page. If a file is damaged, progress.py says so.
        with suppress(ValueError, OSError):
            run = store.find(run_id)
            more_figures(run, run.status())
            curves.more([run, *map(store.find, compared)])
            _credit(run)
        st.caption(f"On the command line, the run shown above is `{run_id}`.")


def _credit(run: Run) -> None:
    """Names all data from which the network has learnt, with their sources and licences."""
    try:
        st.caption(f"Data: {text.credit_text(credit(run))}")
    except (OSError, ValueError) as error:
        # This is not logged: during training, this function is called every second, and would log the same
        # error each time.
        st.error(errors.sentence(error))
