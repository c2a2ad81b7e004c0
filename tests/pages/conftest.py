"""Runs for the tests of the pages, and a server that starts afresh."""

from dataclasses import replace

import pytest
import streamlit as st

from bnn.engine import file
from bnn.recipes.presets import PRESETS
from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from tests.support.pages import GONE, NUM_EPOCHS, history_row


@pytest.fixture(autouse=True)
def no_shipped_network(tmp_path, monkeypatch):
    """What ships with the app changes; these tests bring their own."""
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")


@pytest.fixture(autouse=True)
def fresh_server():
    """What a server keeps while it lives."""
    st.cache_resource.clear()


@pytest.fixture
def make_run(runs_root, random_network):
    """Function: recipe's name, state and settings -> a run folder with everything in it."""

    def make_run(recipe="quick", state="finished", run_id=None, pixel_threshold=128, **settings):
        recipe = replace(PRESETS[recipe], epochs=NUM_EPOCHS, **settings)
        run_id = run_id or f"20261123-14050{len(store.all_runs())}-{recipe.name}"
        run = Run(run_id, runs_root / run_id)
        run.write_recipe(recipe)
        run.write_status(Status(state, epoch=2, num_epochs=NUM_EPOCHS, batch=40, num_batches=100, **GONE))
        for epoch in (1, 2):
            run.append_history(history_row(epoch))
            rows = [{"step": 100 * epoch - i, "epoch": epoch, "loss": 0.4, "accuracy": 0.8} for i in (50, 0)]
            run.append_progress(rows)
        network = random_network(seed=1, pixel_threshold=pixel_threshold)
        write_atomically(run.model_path, file.to_bytes(network))
        return run

    return make_run
