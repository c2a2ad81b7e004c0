"""The packed network gives the same scores as Keras, on real digits and with difficult batch norms."""

import numpy as np
import pytest

from bnn.data import mnist
from bnn.engine import file, inference
from bnn.recipes.presets import PRESETS, preset
from bnn.recipes.recipe import Recipe
from bnn.training.backend import keras, tf
from bnn.training.batches import scale
from bnn.training.model import build, norm_layers, quantized_layers
from bnn.training.packing import pack, thresholds

# Scores are sums of at most a few thousand, multiplied by a float32 scale. Rounding errors are much smaller.
SCORE_TOLERANCE = 1e-4


def recipe(**settings):
    return Recipe(name="test", sentence="", **settings)


def keras_scores(model, recipe, images):
    """Returns Keras's values before softmax, (n, 10)."""
    before_softmax = keras.Model(model.input, model.layers[-2].output)
    return before_softmax.predict(scale(recipe, images), batch_size=500, verbose=0)


def randomize(model, seed):
    """Gives the model random weights, and batch-norm constants close to the real sums, so that bits vary."""
    rng = np.random.default_rng(seed)
    for layer in quantized_layers(model):
        layer.kernel.assign(rng.uniform(-1, 1, layer.kernel.shape))
    for layer, norm in zip(quantized_layers(model), norm_layers(model), strict=True):
        spread = np.sqrt(np.prod(layer.kernel.shape[:-1]))
        channels = norm.gamma.shape[0]
        norm.gamma.assign(rng.choice([-1.0, -0.3, 0.0, 0.5, 1.0], channels))
        norm.beta.assign(rng.normal(0, 0.5, channels))
        norm.moving_mean.assign(rng.normal(0, spread, channels))
        norm.moving_variance.assign(rng.uniform(0.5, 2, channels) * spread**2)


def assert_same(model, recipe, images):
    expected = keras_scores(model, recipe, images)
    network = file.from_bytes(file.to_bytes(pack(model, recipe)))
    scores = inference.scores(network, images)
    np.testing.assert_allclose(scores, expected, atol=SCORE_TOLERANCE, rtol=1e-5)
    assert (scores.argmax(axis=1) == expected.argmax(axis=1)).all()


def test_network_has_as_many_looks_as_the_recipe_says():
    three = recipe(stages=(), dense=(9,), has_three_looks=True)
    assert pack(build(three), three).has_three_looks
    one = recipe(stages=(), dense=(9,))
    assert not pack(build(one), one).has_three_looks


@pytest.mark.parametrize("pixels", ["signed", "unit", "levels", "grey"])
@pytest.mark.parametrize("pool_first", [False, True])
def test_random_networks_give_the_scores_of_keras(pixels, pool_first):
    # The network has numbers of filters and units that do not fill a word, odd sides (28, 14, 7, 3), two
    # convolutions in a stage, and gammas of both signs and zero.
    odd = recipe(stages=((7, 33), (31,), (9,)), dense=(65, 17), pixels=pixels, pool_first=pool_first)
    model = build(odd)
    randomize(model, seed=5)
    assert_same(model, odd, mnist.test().images[:200])


@pytest.mark.parametrize("width", [1, 8, 32, 63, 64])
def test_any_width_gives_the_scores_of_keras(width):
    one = recipe(stages=((width,), (width,)), dense=(width,))
    model = build(one)
    randomize(model, seed=width)
    assert_same(model, one, mnist.test().images[:50])


@pytest.mark.parametrize("pixels", ["signed", "levels"])
def test_network_without_convolutions_gives_the_scores_of_keras(pixels):
    dense = recipe(stages=(), dense=(37,), pixels=pixels)
    model = build(dense)
    randomize(model, seed=2)
    assert_same(model, dense, mnist.test().images[:100])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["report-signed", "quick", "levels", "grey"])
def test_trained_networks_give_the_scores_of_keras_on_all_test_digits(name):
    small = {"stages": ((16,), (32,)), "dense": (64,)}
    chosen = preset(name) if name in PRESETS else recipe(pixels=name, **small)
    model = build(chosen)
    images, labels = mnist.train()
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(scale(chosen, images[:1500]), labels[:1500], batch_size=50, epochs=1, verbose=0)
    assert_same(model, chosen, mnist.test().images)


def norm_with(gamma, beta, mean, variance=1.0, ndim=2):
    norm = keras.layers.BatchNormalization()
    norm.build((None,) * (ndim - 1) + (1,))
    values = (gamma, beta, mean, variance)
    norm.set_weights([np.array([value], np.float32) for value in values])
    return norm


@pytest.mark.parametrize(
    "gamma, beta, mean, threshold, flip",
    [
        (1.0, 0.0, 2.5, 3, False),  # +1 from 3 on
        (-1.0, 0.0, 2.5, 3, True),  # +1 up to 2
        (1.0, 0.0, 2.0, 2, False),  # at the mean, the norm gives 0, and sign(0) = +1
        (-1.0, 0.0, 2.0, 3, True),
        (0.0, 0.1, 0.0, -9, False),  # always +1: no sum is below -9
        (0.0, 0.0, 0.0, -9, False),
        (0.0, -0.1, 0.0, 10, False),  # always -1
        (1.0, 0.0, 50.0, 10, False),  # never reached
        (-1.0, 0.0, 50.0, -9, False),
    ],
)
@pytest.mark.parametrize("ndim", [2, 4])
def test_thresholds_equal_those_worked_by_hand(gamma, beta, mean, threshold, flip, ndim):
    values, flips = thresholds(norm_with(gamma, beta, mean, ndim=ndim), bound=9)
    assert (values.tolist(), flips.tolist()) == ([threshold], [flip])


def test_constants_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="not finite"):
        thresholds(norm_with(np.nan, 0.0, 0.0), bound=9)


def test_zero_weights_count_as_plus_one():
    one = recipe(stages=(), dense=())
    model = build(one)
    quantized_layers(model)[0].kernel.assign(tf.zeros((784, 10)))
    assert not pack(model, one).layers[0].weights.any()
