"""Training only the last layers: their inputs, their initial weights, and the packed network."""

import itertools

import numpy as np
import pytest

from bnn.data import mnist
from bnn.engine import inference
from bnn.recipes.pixels import CODINGS, PIXELS
from bnn.recipes.recipe import Recipe
from bnn.training.last_layers import LastLayers
from bnn.training.model import quantized_layers
from bnn.training.packing import pack
from bnn.training.unpacking import unpack_convolutions_into, unpack_into

SHAPE = dict(stages=((5, 6), (7,)), dense=(9,), pool_first=True)
IMAGES = mnist.test().images[:300]


# Only the first of the five layers reads pixels. With up to 4 trained layers, it is kept; with 5, it is
# trained.
CASES = [(1, "signed"), (2, "signed"), *itertools.product((4, 5), PIXELS)]


@pytest.mark.parametrize("num_layers, pixels", CASES)
def test_before_training_the_network_is_the_same(random_network, num_layers, pixels):
    """The first trained layer is the output layer, a dense layer, or the second or first convolution."""
    network = random_network(pixel_threshold=CODINGS[pixels].thresholds, **SHAPE)
    recipe = Recipe(
        name="test", sentence="", starts_from="any", trained_layers=num_layers, pixels=pixels, **SHAPE
    )
    last = LastLayers(network, num_layers)
    model = last.build(recipe)
    unpack_into(model, last.trained, last.inputs(IMAGES))
    again = pack(model, recipe, kept=last.kept)
    assert again.layers[:-num_layers] == network.layers[:-num_layers]
    np.testing.assert_allclose(
        inference.scores(again, IMAGES), inference.scores(network, IMAGES), atol=1e-4, rtol=1e-5
    )
    probabilities = model.predict(last.inputs(IMAGES), verbose=0)
    expected = inference.softmax(inference.scores(network, IMAGES))
    np.testing.assert_allclose(probabilities, expected, atol=1e-4)


@pytest.mark.parametrize("num_layers", [2, 4])
def test_for_other_classes_only_the_convolutions_are_copied(random_network, num_layers):
    network, names = random_network(**SHAPE), ("cross", "hook", "roof")
    recipe = Recipe(name="test", sentence="", starts_from="any", trained_layers=num_layers, **SHAPE)
    last = LastLayers(network, num_layers)
    model = last.build(recipe, len(names))
    dense = [layer.kernel.numpy() for layer in quantized_layers(model)[-2:]]
    unpack_convolutions_into(model, last.trained, last.inputs(IMAGES))
    again = pack(model, recipe, class_names=names, kept=last.kept)
    for layer, other in zip(again.layers[:-2], network.layers[:-2], strict=True):
        assert np.array_equal(layer.weights, other.weights)
        assert np.array_equal(layer.thresholds, other.thresholds)
        assert np.array_equal(layer.flips, other.flips)
    for layer, kernel in zip(quantized_layers(model)[-2:], dense, strict=True):
        assert np.array_equal(layer.kernel, kernel)
