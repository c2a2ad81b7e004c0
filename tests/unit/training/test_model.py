"""Building and compiling a Keras model from a recipe."""

import numpy as np

from bnn.recipes.recipe import Recipe
from bnn.training import model


def test_training_step_is_traced_once():
    """Tracing takes seconds, and the first point of the curve waits for it."""
    recipe = Recipe(name="test", sentence="", stages=(), dense=(3,), batch_size=8)
    built = model.build(recipe)
    model.compile_model(built, recipe, steps_per_epoch=2)
    images, labels = np.zeros((16, *built.input_shape[1:]), np.float32), np.eye(10)[np.zeros(16, int)]
    built.fit(images, labels, batch_size=8, verbose=0)
    assert built.train_tf_function.experimental_get_tracing_count() == 1
