"""If a packed network becomes a Keras model and is packed again, the result is the same network."""

import numpy as np
import pytest

from bnn.data import mnist
from bnn.engine import file, inference
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.training.batches import scale
from bnn.training.model import build, forward_in_batch
from bnn.training.packing import pack
from bnn.training.unpacking import unpack_into


def unpacked(network, recipe):
    model = build(recipe)
    unpack_into(model, network, scale(recipe, mnist.train().images[:256]))
    return model


def assert_same(network, again):
    for layer, other in zip(network.layers, again.layers, strict=True):
        assert np.array_equal(layer.weights, other.weights)
        if layer.thresholds is not None:
            assert np.array_equal(layer.thresholds, other.thresholds)
            assert np.array_equal(layer.flips, other.flips)
    # Scale and offset become gamma and beta of the last layer, and are computed from them again. Rounding to
    # float32 can change them slightly.
    np.testing.assert_allclose(again.scale, network.scale, rtol=1e-6)
    np.testing.assert_allclose(again.offset, network.offset, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("pixels", ["signed", "levels", "grey"])
@pytest.mark.parametrize("pool_first", [False, True])
def test_random_network_is_the_same_after_packing_again(random_network, pixels, pool_first):
    # The network has two convolutions in a stage, an odd side, widths that do not fill a word, and flipped
    # comparisons.
    shape = dict(stages=((5, 33), (7,), (9,)), dense=(17,), pool_first=pool_first)
    network = random_network(pixel_threshold=CODINGS[pixels].thresholds, **shape)
    recipe = Recipe(name="test", sentence="", pixels=pixels, **shape)
    assert_same(network, pack(unpacked(network, recipe), recipe))


def test_channels_with_a_constant_bit_stay_constant(random_network):
    network = random_network()
    first = network.layers[0]
    first.thresholds[:2] = -first.num_taps, first.num_taps + 1
    first.flips[:2] = False
    recipe = Recipe(name="test", sentence="", stages=((5,), (7,)), dense=(9,))
    assert_same(network, pack(unpacked(network, recipe), recipe))


def test_network_of_quick_gives_the_same_scores_and_similar_answers_in_training():
    run = store.find("quick")
    network, recipe, images = file.load(run.model_path), run.recipe(), mnist.test().images[:1000]
    model = unpacked(network, recipe)
    again, scores = pack(model, recipe), inference.scores(network, images)
    assert_same(network, again)
    np.testing.assert_allclose(inference.scores(again, images), scores, atol=1e-4)
    in_training = forward_in_batch(model, scale(recipe, images))[0].numpy()
    assert np.mean(in_training.argmax(axis=1) == scores.argmax(axis=1)) > 0.97
