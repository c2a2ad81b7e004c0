"""What several test modules share."""

import numpy as np
import pytest

from tests.support import random_networks
from tests.support.project import SHARED


@pytest.fixture(autouse=True)
def runs_root(tmp_path, monkeypatch):
    """An empty folder of runs; for every test, so that none sees or touches the user's own."""
    folder = tmp_path / "runs"
    monkeypatch.setenv("BNN_RUNS_DIR", str(folder))
    return folder


@pytest.fixture
def shared():
    """The folder of data that is not part of the project."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the data beside the project, {SHARED}, which are not here")
    return SHARED


@pytest.fixture
def random_layer():
    """Function: `PackedLayer`'s fields but the tensors -> a layer with seeded random ones."""
    return random_networks.random_layer


@pytest.fixture
def random_network():
    """Function: seed and architecture -> a packed network with seeded random weights."""
    return random_networks.random_network


@pytest.fixture
def random_images():
    """Function: a number -> so many seeded images of noise and of strokes, (n, 28, 28) uint8."""
    return _random_images


def _random_images(count, seed=0):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28), np.uint8)
    # Half of them mostly empty, as digits are; 127 and 128 are the two sides of the sign.
    images[::2] *= rng.random((len(images[::2]), 28, 28)) < 0.2
    images[:, 3, 3:7] = 0, 127, 128, 255
    return images
