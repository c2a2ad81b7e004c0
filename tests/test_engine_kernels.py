"""The engine's arithmetic against plain integers."""

from dataclasses import replace

import numpy as np
import oracle
import pytest

from bnn.engine import inference, kernels
from bnn.engine.network import PackedNetwork, pack_words, unpack_words

LENGTHS = (1, 7, 8, 9, 31, 32, 33, 63, 64, 65)


def _words(layer):
    network = PackedNetwork(128, (layer,), np.ones(10, np.float32), np.zeros(10, np.float32))
    return network.words[0]


def _random_bits(rng, *shape):
    return rng.random(shape) < 0.5


def _dense_sums(layer, bits):
    sums = np.empty((len(bits), layer.outputs), np.int32)
    entries = layer.num_taps * layer.inputs
    kernels.dense_sums(pack_words(bits), _words(layer).weights, entries, sums)
    return sums


def _convolution(layer, bits):
    words = _words(layer)
    shape = (len(bits), layer.output_side, layer.output_side, words.flips.size)
    # Whatever stood in the memory before must not shine through.
    output = np.full(shape, 0xDEADBEEF, np.uint32)
    rest = (words.thresholds, words.flips, layer.pool, layer.pool_first)
    kernels.convolution_layer(pack_words(bits), words.weights, layer.inputs, *rest, output)
    return output


@pytest.mark.parametrize("length", (*LENGTHS, 784))
@pytest.mark.parametrize("outputs", (1, 10, 33))
def test_dense_sums_are_the_dot_products(random_layer, length, outputs):
    rng = np.random.default_rng(length)
    layer = random_layer(rng, "dense", 1, length, outputs, is_last=True)
    bits = _random_bits(rng, 4, 1, length)
    expected = oracle.signs(bits[:, 0]) @ oracle.signs(layer.weights[:, 0]).T
    np.testing.assert_array_equal(_dense_sums(layer, bits), expected)


@pytest.mark.parametrize("side, channels", [(28, 1), (7, 33), (3, 9), (1, 65)])
def test_dense_flattens_row_column_channel(random_layer, side, channels):
    rng = np.random.default_rng(side)
    layer = random_layer(rng, "dense", side, channels, 10, is_last=True)
    bits = _random_bits(rng, 3, side, side, channels)
    flat = oracle.signs(bits).reshape(3, -1)
    expected = flat @ oracle.signs(layer.weights).reshape(10, -1).T
    sums = _dense_sums(layer, bits.reshape(3, side * side, channels))
    np.testing.assert_array_equal(sums, expected)


@pytest.mark.parametrize("all_minus", (False, True))
def test_dot_reaches_both_extremes(random_layer, all_minus):
    layer = random_layer(np.random.default_rng(0), "dense", 1, 65, 2, is_last=True)
    bits = layer.weights[:1] ^ all_minus
    assert _dense_sums(layer, bits)[0, 0] == (-65 if all_minus else 65)


@pytest.mark.parametrize("channels", LENGTHS)
@pytest.mark.parametrize("pool, pool_first", [(1, False), (2, False), (2, True)])
def test_convolution_with_any_number_of_channels(random_layer, channels, pool, pool_first):
    _check_convolution(random_layer, 6, channels, channels, pool, pool_first)


@pytest.mark.parametrize(
    "side, pool", [(1, 1), (2, 1), (3, 1), (2, 2), (3, 2), (5, 2), (7, 2), (3, 3), (7, 3), (28, 3), (7, 4)]
)
@pytest.mark.parametrize("pool_first", (False, True))
def test_convolution_with_any_side(random_layer, side, pool, pool_first):
    _check_convolution(random_layer, side, 3, 5, pool, pool_first)


def _check_convolution(random_layer, side, inputs, outputs, pool, pool_first):
    rng = np.random.default_rng(100 * side + inputs)
    layer = random_layer(rng, "convolution", side, inputs, outputs, pool, pool_first)
    bits = _random_bits(rng, 2, side, side, inputs)
    output = _convolution(layer, bits)
    assert output.shape[1] == side // pool
    for one, result in zip(bits, output, strict=True):
        expected = oracle.layer_output(layer, oracle.signs(one))
        np.testing.assert_array_equal(oracle.signs(unpack_words(result, outputs)), expected)


def test_border_is_padded_with_neither_sign(random_layer):
    """All weights and inputs +1: the sum counts the taps inside, 4 in a corner and 6 at an edge."""
    layer = random_layer(np.random.default_rng(0), "convolution", 3, 1, 2)
    plus = np.zeros((1, 3, 3, 1), bool)
    layer.weights[:] = layer.flips[:] = False
    layer.thresholds[:] = 5, 7
    bits = unpack_words(_convolution(layer, plus), 2)[0]
    below_5 = [[True, False, True], [False, False, False], [True, False, True]]
    below_7 = [[True, True, True], [True, False, True], [True, True, True]]
    assert bits.transpose(2, 0, 1).tolist() == [below_5, below_7]


@pytest.mark.parametrize("outputs", LENGTHS)
@pytest.mark.parametrize("pool_first", (False, True))
def test_padding_bits_of_every_layer_are_0(random_layer, outputs, pool_first):
    rng = np.random.default_rng(outputs)
    convolution = random_layer(rng, "convolution", 4, 3, outputs, 2, pool_first)
    words = _convolution(convolution, _random_bits(rng, 2, 4, 4, 3))
    np.testing.assert_array_equal(pack_words(unpack_words(words, outputs)), words)
    dense = random_layer(rng, "dense", 1, 9, outputs)
    bits = np.full((2, words.shape[-1]), 0xDEADBEEF, np.uint32)
    sums = rng.integers(-9, 10, (2, outputs)).astype(np.int32)
    kernels.sign_layer(sums, dense.thresholds, _words(dense).flips, bits)
    np.testing.assert_array_equal(pack_words(unpack_words(bits, outputs)), bits)


def test_oracle_tells_a_pool_before_from_one_behind_a_falling_norm(random_layer):
    """Sums 1 and 9 under a norm that falls through 5: signs +1, -1. The pool of the signs is +1; the
    sign of the pooled sum, 9, is -1."""
    sums = np.array([[[1], [9]], [[9], [9]]])
    layer = random_layer(np.random.default_rng(0), "convolution", 2, 1, 1, 2)
    layer.thresholds[:], layer.flips[:] = 5, True
    behind = oracle.max_pool(oracle.sign_of_norm(sums, layer), 2)
    before = oracle.sign_of_norm(oracle.max_pool(sums, 2), layer)
    assert (behind.item(), before.item()) == (1, -1)


def test_order_of_the_pool_matters_to_the_engine_too(random_layer):
    """With one rising and one falling channel, only the falling one changes with the order."""
    rng = np.random.default_rng(0)
    layer = random_layer(rng, "convolution", 12, 3, 2, 2)
    layer.thresholds[:], layer.flips[:] = 0, (False, True)
    bits = _random_bits(rng, 1, 12, 12, 3)
    behind = unpack_words(_convolution(layer, bits), 2)
    before = unpack_words(_convolution(replace(layer, pool_first=True), bits), 2)
    assert (behind != before).any(axis=(0, 1, 2)).tolist() == [False, True]


@pytest.mark.parametrize("channels", LENGTHS)
@pytest.mark.parametrize("pool_first", (False, True))
def test_grey_layer_sums_pixel_values(random_layer, random_images, channels, pool_first):
    rng = np.random.default_rng(channels)
    layer = random_layer(rng, "convolution", 28, 1, channels, 2, pool_first)
    layer.thresholds[:] = rng.integers(-1000, 1000, channels)
    words, images = _words(layer), random_images(2)
    bits = np.empty((2, 14, 14, words.flips.size), np.uint32)
    minus = -words.weights[:, 0].astype(np.int32)
    kernels.grey_layer(images, minus, words.thresholds, words.flips, 2, pool_first, bits)
    for image, result in zip(images, bits, strict=True):
        expected = oracle.layer_output(layer, image[..., None].astype(int))
        np.testing.assert_array_equal(oracle.signs(unpack_words(result, channels)), expected)


def test_kernels_are_the_ones_that_inference_uses(random_network, random_images, monkeypatch):
    """Guards the guard: with the kernel broken, inference must notice."""
    network, images = random_network(), random_images(2)
    before = inference.scores(network, images)
    monkeypatch.setattr(kernels, "dense_sums", lambda images, weights, entries, sums: sums.fill(0))
    assert not np.array_equal(before, inference.scores(network, images))
