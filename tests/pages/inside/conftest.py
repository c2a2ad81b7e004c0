"""Runs for the tests of the Inside page."""

from dataclasses import replace

import numpy as np
import pytest

from bnn.data import files
from bnn.engine import answer, file
from bnn.recipes.presets import PRESETS
from bnn.runs import first_batches, run_data
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from tests.support.data_files import npz
from tests.support.pages import NUM_EPOCHS, history_row


@pytest.fixture
def make_run(runs_root, random_network):
    """A function that makes a run with a random network after each epoch."""

    def make_run(run_id="20261123-140501-quick", recipe="quick", folder=None, **network):
        run = Run(run_id, (folder or runs_root) / run_id)
        run.write_recipe(replace(PRESETS[recipe], epochs=NUM_EPOCHS))
        run.write_status(Status("finished", epoch=NUM_EPOCHS, num_epochs=NUM_EPOCHS))
        run.epoch_path(1).parent.mkdir(exist_ok=True)
        for epoch in range(1, NUM_EPOCHS + 1):
            run.append_history(history_row(epoch))
            made = random_network(seed=epoch, **network)
            write_atomically(run.epoch_path(epoch), file.to_bytes(made))
        write_atomically(run.model_path, file.to_bytes(made))
        return run

    return make_run


@pytest.fixture
def with_own_images():
    """A function that gives a run a data set with `num_images` test images of 3 classes, and returns it."""

    def with_own_images(run, num_images):
        labels = np.arange(num_images) % 3
        pixels = np.full((num_images, 16, 16), labels[:, None, None] + 1, np.uint8)
        run_data.keep(run, files.parse(npz(x_test=pixels, y_test=labels), "images.npz"))
        return run

    return with_own_images


@pytest.fixture
def always_sure(monkeypatch):
    """Random networks are not sure of anything. With this fixture, every answer names exactly one class."""
    monkeypatch.setattr(answer, "SURE", 0)
    monkeypatch.setattr(answer, "KNOWN", 0)


@pytest.fixture
def from_the_start(make_run, random_network):
    """A run that has kept networks of its first epoch. The accuracy of one of them was not measured."""
    run = make_run()
    for seed, (batch, accuracy) in enumerate({0: 0.098, 20: 0.4, 60: 0.7}.items()):
        first_batches.keep(run, batch, random_network(seed=9 + seed), accuracy)
    table = (run.folder / "batches.csv").read_text()
    (run.folder / "batches.csv").write_text(table.replace("60,0.7", "60,"))
    return run


@pytest.fixture
def goes_on(from_the_start, make_run):
    """A run whose training started from the network of the run `from_the_start`."""
    run = make_run(run_id="20261124-080000-anyone")
    run.write_recipe(replace(run.recipe(), starts_from=from_the_start.id))
    write_atomically(run.start_path, from_the_start.model_path.read_bytes())
    return run
