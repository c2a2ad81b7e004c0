"""Batch-norm statistics of several batches are those of all images at once."""

import numpy as np
import pytest

from bnn.training.backend import keras, tf
from bnn.training.batch_norm import ReestimateBatchNorm


@pytest.mark.parametrize("num_images", [9, 16, 17, 23])
def test_statistics_are_those_of_all_images_whatever_the_size_of_the_last_batch(run, num_images):
    values = np.random.default_rng(num_images).normal(50.0, 3.0, (num_images, 4)).astype(np.float32)
    # The last image differs from all others, and may be alone in its batch.
    values[-1] += 20
    model = keras.Sequential([keras.layers.InputLayer((4,)), keras.layers.BatchNormalization()])
    callback = ReestimateBatchNorm(run, lambda: tf.constant(values), batch_size=8)
    callback.set_model(model)
    callback.on_test_begin()
    norm = model.layers[-1]
    np.testing.assert_allclose(norm.moving_mean.numpy(), values.mean(axis=0, dtype=np.float64), rtol=1e-5)
    np.testing.assert_allclose(norm.moving_variance.numpy(), values.var(axis=0, dtype=np.float64), rtol=1e-4)
