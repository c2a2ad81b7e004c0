"""Building and compiling a Keras model from a recipe."""

import numpy as np
import pytest

from bnn.recipes.presets import PRESETS, preset
from bnn.recipes.recipe import Recipe
from bnn.training import model
from bnn.training.backend import keras, tf


def test_training_step_is_traced_once(monkeypatch):
    """Tracing takes seconds, and the first training step waits for it."""
    recipe = Recipe(name="test", sentence="", stages=(), dense=(3,), batch_size=8)
    built, traced, train_step = model.build(recipe), [], keras.Sequential.train_step

    def counted(self, data):
        traced.append(data)
        return train_step(self, data)

    monkeypatch.setattr(keras.Sequential, "train_step", counted)
    model.compile_model(built, recipe, steps_per_epoch=2)
    images, labels = np.zeros((16, *built.input_shape[1:]), np.float32), np.eye(10)[np.zeros(16, int)]
    built.fit(images, labels, batch_size=8, verbose=0)
    assert built.train_function.experimental_get_tracing_count() == 1
    assert len(traced) == 1


@pytest.mark.parametrize("name, num_steps", [("report", 8), ("quick", 8), ("best", 1), ("record", 1)])
def test_large_networks_take_fewer_batches_at_once(name, num_steps):
    """A run must stop within two seconds after Stop is pressed, even on a slow laptop."""
    assert model.steps_per_execution(preset(name), 400) == num_steps
    assert model.steps_per_execution(preset(name), 3) == min(3, num_steps)


@pytest.mark.parametrize("quantizer, slope", [("ste_sign", 1.0), ("approx_sign", 2 - 2 * 0.25)])
def test_gradient_of_the_sign_is_that_of_the_recipe(quantizer, slope):
    recipe = Recipe(name="test", sentence="", stages=(), dense=(3,), activation_quantizer=quantizer)
    inputs = tf.Variable(np.full((1, 784), 0.25, np.float32))
    layer = model.quantized_layers(model.build(recipe))[0]
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(inputs))
    signs = np.where(layer.kernel.numpy() >= 0, 1, -1)
    assert total.numpy() == signs.sum()
    np.testing.assert_allclose(tape.gradient(total, inputs).numpy()[0], slope * signs.sum(axis=1))


def test_model_of_every_preset_can_be_built():
    for recipe in PRESETS.values():
        sizes = [int(np.prod(layer.kernel.shape)) for layer in model.quantized_layers(model.build(recipe))]
        assert sum(sizes) == recipe.num_weights
