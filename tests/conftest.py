"""What several test modules share."""

from pathlib import Path

import numpy as np
import pytest

from bnn.engine.network import NUM_CLASSES, PackedLayer, PackedNetwork

SHARED = Path(__file__).parents[2] / "shared"


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
    return _random_layer


@pytest.fixture
def random_network():
    """Function: seed and architecture -> a packed network with seeded random weights."""
    return _random_network


@pytest.fixture
def random_images():
    """Function: a number -> so many seeded images of noise and of strokes, (n, 28, 28) uint8."""
    return _random_images


def _random_layer(rng, kind, side, inputs, outputs, pool=1, pool_first=False, is_last=False):
    layer = PackedLayer(kind, side, inputs, outputs, pool, pool_first, weights=np.empty(0))
    weights = rng.random((outputs, layer.num_taps, inputs)) < 0.5
    if is_last:
        return PackedLayer(kind, side, inputs, outputs, pool, pool_first, weights)
    # Around 0, where the sums are: a threshold that nothing crosses would test nothing.
    reach = max(2, int(np.sqrt(layer.num_taps * inputs)))
    thresholds = rng.integers(-reach, reach + 1, outputs).astype(np.int32)
    flips = rng.random(outputs) < 0.5
    return PackedLayer(kind, side, inputs, outputs, pool, pool_first, weights, thresholds, flips)


def _random_network(seed=0, stages=((5,), (7,)), dense=(9,), pixel_threshold=128, pool_first=False):
    rng = np.random.default_rng(seed)
    layers, side, channels = [], 28, len(pixel_threshold) if isinstance(pixel_threshold, tuple) else 1
    for stage in stages:
        for number, filters in enumerate(stage):
            pool = 2 if number == len(stage) - 1 else 1
            layers.append(_random_layer(rng, "convolution", side, channels, filters, pool, pool_first))
            channels = filters
        side //= 2
    for units in dense:
        layers.append(_random_layer(rng, "dense", side, channels, units))
        side, channels = 1, units
    layers.append(_random_layer(rng, "dense", side, channels, NUM_CLASSES, is_last=True))
    scale, offset = rng.normal(0.05, 0.02, 10), rng.normal(0, 0.5, 10)
    return PackedNetwork(
        pixel_threshold, tuple(layers), scale.astype(np.float32), offset.astype(np.float32), 1.5, "random"
    )


def _random_images(count, seed=0):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28), np.uint8)
    # Half of them mostly empty, as digits are; 127 and 128 are the two sides of the sign.
    images[::2] *= rng.random((len(images[::2]), 28, 28)) < 0.2
    images[:, 3, 3:7] = 0, 127, 128, 255
    return images
