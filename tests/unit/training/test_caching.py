"""Batches are kept in memory only if they are small; otherwise each epoch has batches of its own."""

import numpy as np
import pytest

from bnn.data import pen_paths
from bnn.data.dataset import Split
from bnn.data.pen_drawings import PenDrawings
from bnn.recipes.presets import preset
from bnn.training import batches, caching
from bnn.training.backend import tf

SPLIT = Split(np.zeros((24, 28, 28), np.uint8), np.zeros(24, np.uint8))


def prepare(images, labels):
    return tf.cast(images, tf.float32), tf.one_hot(labels, 10)


@pytest.mark.parametrize("num_images, expected", [(10, True), (11, False)])
def test_batches_are_kept_up_to_a_number_of_bytes(num_images, expected, monkeypatch):
    monkeypatch.setattr(caching, "MAX_CACHED_BYTES", 10 * 4 * (784 + 10))
    assert caching.is_cached(prepare, num_images) == expected


@pytest.mark.parametrize("limit, are_equal", [(caching.MAX_CACHED_BYTES, True), (1_000, False)])
def test_large_batches_are_new_in_every_epoch(limit, are_equal, monkeypatch):
    monkeypatch.setattr(caching, "MAX_CACHED_BYTES", limit)
    own = PenDrawings(pen_paths.gather([[np.eye(2)]]), np.zeros(1, np.uint8), np.ones(1))
    settings = {"starts_from": "any", "trained_layers": 2, "own_drawings": 8, "drawn_digits": 0}
    recipe = preset("quick").with_settings({**settings, "batch_size": 32, "epochs": 2})
    made = batches.training_batches(recipe, SPLIT, own=own, prepare=prepare).take(2)
    first, second = (images.numpy() for images, _ in made)
    assert np.array_equal(first, second) == are_equal
