"""A fixture for tests of commands: a run with a network."""

import pytest

from bnn.engine import file
from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.system.files import write_atomically


@pytest.fixture
def run(runs_root, random_network):
    """A new run with a random network."""
    made = store.create(preset("quick"))
    write_atomically(made.model_path, file.to_bytes(random_network()))
    return made
