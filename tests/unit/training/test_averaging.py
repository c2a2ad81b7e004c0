"""Averages of the latent weights, compared with averages that NumPy computes."""

import numpy as np
import pytest

from bnn.recipes.presets import preset
from bnn.training.averaging import AverageWeights
from bnn.training.backend import keras
from bnn.training.model import build, compile_model

MOMENTUM = 0.5


class Remember(keras.callbacks.Callback):
    """Remembers the first kernel before the first step and after each step."""

    def on_train_begin(self, logs=None):
        self.kernels = [self.model.trainable_variables[0].numpy()]

    def on_train_batch_end(self, batch, logs=None):
        self.kernels.append(self.model.trainable_variables[0].numpy())


class FinishEpochs(keras.callbacks.Callback):
    """Ends each epoch as the trainer does after saving it."""

    def __init__(self, averaging):
        super().__init__()
        self.averaging = averaging

    def on_epoch_end(self, epoch, logs=None):
        self.averaging.finish_epoch()


def _fit(momentum):
    """Returns a model after five steps, the callback, and the first kernel: at first, and after each step."""
    settings = {"stages": [[4]], "dense": [], "ema_momentum": momentum}
    recipe = preset("quick").with_settings(settings)
    model = build(recipe)
    compile_model(model, recipe, steps_per_epoch=1)
    averaging, remember = AverageWeights(model), Remember()
    rng = np.random.default_rng(0)
    images, labels = rng.choice([-1.0, 1.0], (40, 28, 28, 1)), np.eye(10)[rng.integers(0, 10, 40)]
    callbacks = [averaging, remember, FinishEpochs(averaging)]
    model.fit(
        images, labels, 8, verbose=0, callbacks=callbacks, validation_data=(images, labels), shuffle=False
    )
    return model, averaging, remember.kernels


@pytest.fixture(scope="module")
def fitted():
    """What `_fit` returns, with averages."""
    return _fit(MOMENTUM)


def test_averages_are_those_of_all_steps(fitted):
    model, averaging, (first, *others) = fitted
    average = first
    for kernel in others:
        average = MOMENTUM * average + (1 - MOMENTUM) * kernel
    with averaging.averaged():
        np.testing.assert_allclose(model.trainable_variables[0].numpy(), average, atol=1e-6)
    assert np.abs(average - others[-1]).max() > 1e-4


def test_training_goes_on_with_the_weights_and_not_with_their_averages(fitted):
    model, averaging, kernels = fitted
    # At the end of `fit`, Keras puts the averages into the model, and the callback restores the weights.
    np.testing.assert_array_equal(model.trainable_variables[0].numpy(), kernels[-1])
    with averaging.averaged():
        pass
    np.testing.assert_array_equal(model.trainable_variables[0].numpy(), kernels[-1])


def test_without_averages_nothing_is_changed():
    model, averaging, kernels = _fit(0)
    with averaging.averaged():
        np.testing.assert_array_equal(model.trainable_variables[0].numpy(), kernels[-1])
