"""Fixtures for the tests of the pages: runs to show, the presenter's browser, and empty caches."""

from dataclasses import replace

import pytest
import streamlit as st

from bnn.engine import file
from bnn.recipes.pixels import CODINGS
from bnn.recipes.presets import PRESETS
from bnn.runs import store
from bnn.runs.launchers import local
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from pages.shared import app_address, pocket, session
from tests.support.pages import GONE, NUM_EPOCHS, history_row, open_page


@pytest.fixture(autouse=True)
def no_shipped_network(tmp_path, monkeypatch):
    """Hides the networks that ship with the app, because they change. These tests make their own."""
    monkeypatch.setattr(store, "SHIPPED", tmp_path / "shipped")


@pytest.fixture(autouse=True)
def empty_caches(component_packages):
    """Empties the caches, which a server keeps from one page to the next."""
    st.cache_resource.clear()


@pytest.fixture
def launched(monkeypatch):
    """A list. Start and Resume add their run to it instead of starting a training process."""
    runs = []
    monkeypatch.setattr(local, "launch", runs.append)
    return runs


@pytest.fixture
def make_run(runs_root, random_network):
    """A function that makes a run with a status, a history and a network.

    `recipe` is the recipe's name, and `settings` replaces some of the recipe's settings.
    """

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


@pytest.fixture
def app_network(no_shipped_network, random_network):
    """The app's network, from which Teach starts. It has random weights, and layers as the real one has."""
    recipe = PRESETS["anyone"]
    run = Run(store.DEFAULT_RUN, store.SHIPPED / store.DEFAULT_RUN, shipped=True)
    run.write_recipe(recipe)
    layers = {"stages": recipe.stages, "dense": recipe.dense, "pool_first": recipe.pool_first}
    network = random_network(**layers, pixel_threshold=CODINGS[recipe.pixels].thresholds)
    write_atomically(run.model_path, file.to_bytes(network))
    return run


@pytest.fixture
def living(make_run, monkeypatch):
    """A run that is being trained."""
    run = make_run(state="running")
    monkeypatch.setattr(local, "is_alive", lambda run, status: True)
    return run


@pytest.fixture
def presenter(monkeypatch):
    """The page is in the presenter's browser, and phones can reach the app.

    At the end of the test, phones are shut out.
    """
    monkeypatch.setattr(app_address, "is_on_this_computer", lambda: True)
    monkeypatch.setattr(app_address, "can_phones_reach_it", lambda: True)
    yield
    pocket.shut_out()


@pytest.fixture
def teach_page():
    """A function that opens the Teach page with a given lesson."""
    return lambda lesson: open_page("teach", **{session.LESSON: lesson})
