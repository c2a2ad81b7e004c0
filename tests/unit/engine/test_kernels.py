"""The engine's arithmetic gives the same results as plain integers."""

from dataclasses import replace

import numpy as np
import pytest

from bnn.engine import inference, kernels, program
from bnn.engine.network import PackedNetwork
from bnn.engine.words import pack_words, unpack_words
from tests.support import oracle

LENGTHS = (1, 7, 8, 9, 31, 32, 33, 63, 64, 65)


@pytest.fixture(params=["popcount", "nibbles"], autouse=True)
def way_of_counting(request, monkeypatch):
    """Runs every test with both ways of computing a convolution."""
    if request.param == "nibbles" and not kernels.CAN_LOOK_UP:
        pytest.skip("this processor cannot look up nibbles")
    monkeypatch.setattr(kernels, "PREFERS_LOOK_UP", request.param == "nibbles")


def _network(*layers, pixel_threshold=128):
    return PackedNetwork(pixel_threshold, layers, np.ones(10, np.float32), np.zeros(10, np.float32))


def _random_bits(rng, *shape):
    return rng.random(shape) < 0.5


def _dense_sums(layer, bits):
    """Returns the sums of a last layer, (n, outputs) int32."""
    sums = np.empty((len(bits), layer.outputs), np.int32)
    inference._fill(_network(layer), 0, pack_words(bits), sums.view(np.uint32))
    return sums


def _hidden(layer, bits):
    """Returns a layer's output bits. It is made the second layer, because a first layer takes pixels."""
    first = replace(layer, kind="dense", side=1, inputs=1, weights=np.zeros((layer.outputs, 1, 1), bool))
    return inference._hidden_layer(_network(first, layer), 1, pack_words(bits))


@pytest.mark.parametrize("length", [*LENGTHS, 784])
@pytest.mark.parametrize("outputs", [1, 10, 33])
def test_dense_sums_equal_the_dot_products(random_layer, length, outputs):
    rng = np.random.default_rng(length)
    layer = random_layer(rng, "dense", 1, length, outputs, is_last=True)
    bits = _random_bits(rng, 4, 1, length)
    expected = oracle.signs(bits[:, 0]) @ oracle.signs(layer.weights[:, 0]).T
    np.testing.assert_array_equal(_dense_sums(layer, bits), expected)


@pytest.mark.parametrize("side, channels", [(28, 1), (7, 33), (3, 9), (1, 65)])
def test_dense_layer_flattens_by_row_column_and_channel(random_layer, side, channels):
    rng = np.random.default_rng(side)
    layer = random_layer(rng, "dense", side, channels, 10, is_last=True)
    bits = _random_bits(rng, 3, side, side, channels)
    flat = oracle.signs(bits).reshape(3, -1)
    expected = flat @ oracle.signs(layer.weights).reshape(10, -1).T
    sums = _dense_sums(layer, bits.reshape(3, side * side, channels))
    np.testing.assert_array_equal(sums, expected)


@pytest.mark.parametrize("all_minus", [False, True])
def test_dot_product_reaches_both_extremes(random_layer, all_minus):
    layer = random_layer(np.random.default_rng(0), "dense", 1, 65, 2, is_last=True)
    bits = layer.weights[:1] ^ all_minus
    assert _dense_sums(layer, bits)[0, 0] == (-65 if all_minus else 65)


@pytest.mark.parametrize("length", [31 * 32, 31 * 32 + 1, 62 * 32, 3136])
def test_count_of_a_dense_layer_does_not_overflow(random_layer, length):
    """All bits differ, so that each byte counter is as large as possible when the counters are added up."""
    layer = random_layer(np.random.default_rng(0), "dense", 1, length, 33, is_last=True)
    layer.weights[:] = True
    assert (_dense_sums(layer, np.zeros((1, 1, length), bool)) == -length).all()


@pytest.mark.parametrize("channels", [96, 97, 111, 112, 128])
@pytest.mark.parametrize("side", [1, 4])
def test_count_of_a_convolution_does_not_overflow(random_layer, channels, side):
    """All weights are -1 and all inputs +1. With all nine taps in the image, the sum is -9 x channels."""
    layer = random_layer(np.random.default_rng(0), "convolution", side, channels, 2)
    layer.weights[:], layer.flips[:] = True, False
    layer.thresholds[:] = 1 - 9 * channels, -9 * channels
    bits = unpack_words(_hidden(layer, np.zeros((1, side, side, channels), bool)), 2)[0]
    assert bits[..., 0].sum() == max(0, side - 2) ** 2
    assert not bits[..., 1].any()


@pytest.mark.parametrize("channels", LENGTHS)
@pytest.mark.parametrize("pool, pool_first", [(1, False), (2, False), (2, True)])
def test_convolution_works_with_any_number_of_channels(random_layer, channels, pool, pool_first):
    _check_convolution(random_layer, 6, channels, channels, pool, pool_first)


@pytest.mark.parametrize(
    "side, pool", [(1, 1), (2, 1), (3, 1), (2, 2), (3, 2), (5, 2), (7, 2), (3, 3), (7, 3), (28, 3), (7, 4)]
)
@pytest.mark.parametrize("pool_first", [False, True])
def test_convolution_works_with_any_side(random_layer, side, pool, pool_first):
    _check_convolution(random_layer, side, 3, 5, pool, pool_first)


def _check_convolution(random_layer, side, inputs, outputs, pool, pool_first):
    rng = np.random.default_rng(100 * side + inputs)
    layer = random_layer(rng, "convolution", side, inputs, outputs, pool, pool_first)
    bits = _random_bits(rng, 2, side, side, inputs)
    output = _hidden(layer, bits)
    assert output.shape[1] == side // pool
    for one, result in zip(bits, output, strict=True):
        expected = oracle.layer_output(layer, oracle.signs(one))
        np.testing.assert_array_equal(oracle.signs(unpack_words(result, outputs)), expected)


def test_border_is_padded_with_neither_sign(random_layer):
    """All weights and inputs are +1, so the sum counts the taps in the image: 4 in a corner, 6 at an edge."""
    layer = random_layer(np.random.default_rng(0), "convolution", 3, 1, 2)
    plus = np.zeros((1, 3, 3, 1), bool)
    layer.weights[:] = layer.flips[:] = False
    layer.thresholds[:] = 5, 7
    bits = unpack_words(_hidden(layer, plus), 2)[0]
    below_5 = [[True, False, True], [False, False, False], [True, False, True]]
    below_7 = [[True, True, True], [True, False, True], [True, True, True]]
    assert bits.transpose(2, 0, 1).tolist() == [below_5, below_7]


def test_convolutions_are_computed_in_the_requested_way(random_layer, way_of_counting):
    layer = random_layer(np.random.default_rng(0), "convolution", 4, 33, 5)
    network = _network(replace(layer, inputs=1, weights=layer.weights[..., :1]), layer)
    words = program.of(network)
    # The program has a plan for each layer. This is the second layer's.
    plan = words[words[kernels.PLANS] + kernels.PLAN_WORDS :]
    assert plan[kernels.KIND] == (kernels.NIBBLES if kernels.PREFERS_LOOK_UP else kernels.CONVOLUTION)


@pytest.mark.parametrize("channels", [3640, 3641, 4096])
def test_convolution_counts_beyond_16_bits(random_layer, channels):
    """All weights are -1 and all inputs +1. A signed 16-bit integer cannot hold 9 x 3,641 differences."""
    layer = random_layer(np.random.default_rng(0), "convolution", 3, channels, 2)
    layer.weights[:], layer.flips[:] = True, False
    layer.thresholds[:] = 1 - 9 * channels, -9 * channels
    bits = unpack_words(_hidden(layer, np.zeros((1, 3, 3, channels), bool)), 2)[0]
    assert bits[..., 0].tolist() == [[False] * 3, [False, True, False], [False] * 3]
    assert not bits[..., 1].any()


@pytest.mark.parametrize("outputs", LENGTHS)
@pytest.mark.parametrize("kind, pool", [("dense", 1), ("convolution", 2)])
@pytest.mark.parametrize("pool_first", [False, True])
def test_padding_bits_of_every_layer_are_0(random_layer, outputs, kind, pool, pool_first):
    rng = np.random.default_rng(outputs)
    layer = random_layer(rng, kind, 4, 3, outputs, pool, pool_first)
    words = _hidden(layer, _random_bits(rng, 2, 4, 4, 3))
    np.testing.assert_array_equal(pack_words(unpack_words(words, outputs)), words)


@pytest.mark.parametrize("kind", ["dense", "convolution"])
def test_largest_and_smallest_thresholds_do_not_overflow(random_layer, kind):
    """Two of the thresholds always give +1 and two always give -1; no sum may wrap around."""
    lowest, highest = np.iinfo(np.int32).min, np.iinfo(np.int32).max
    layer = random_layer(np.random.default_rng(0), kind, 5, 3, 4)
    layer.thresholds[:], layer.flips[:] = (lowest, lowest + 1, highest - 1, highest), False
    bits = unpack_words(_hidden(layer, _random_bits(np.random.default_rng(1), 2, 5, 5, 3)), 4)
    assert (bits == [False, False, True, True]).all()


def test_oracle_distinguishes_pooling_before_and_after_the_norm(random_layer):
    """With a negative gamma and the threshold 5, the norm turns the sums 1 and 9 into the signs +1 and -1.

    Pooling the signs gives +1. Pooling the sums gives 9, whose sign is -1.
    """
    sums = np.array([[[1], [9]], [[9], [9]]])
    layer = random_layer(np.random.default_rng(0), "convolution", 2, 1, 1, 2)
    layer.thresholds[:], layer.flips[:] = 5, True
    after = oracle.max_pool(oracle.sign_of_norm(sums, layer), 2)
    before = oracle.sign_of_norm(oracle.max_pool(sums, 2), layer)
    assert (after.item(), before.item()) == (1, -1)


def test_engine_distinguishes_pooling_before_and_after_the_norm(random_layer):
    """Only the second of the two channels depends on the order, because its gamma is negative."""
    rng = np.random.default_rng(0)
    layer = random_layer(rng, "convolution", 12, 3, 2, 2)
    layer.thresholds[:], layer.flips[:] = 0, (False, True)
    bits = _random_bits(rng, 1, 12, 12, 3)
    after = unpack_words(_hidden(layer, bits), 2)
    before = unpack_words(_hidden(replace(layer, pool_first=True), bits), 2)
    assert (after != before).any(axis=(0, 1, 2)).tolist() == [False, True]


@pytest.mark.parametrize("pixel_threshold", [None, 0, 1, 128, 256])
@pytest.mark.parametrize("channels", LENGTHS)
@pytest.mark.parametrize("pool, pool_first", [(1, False), (2, False), (2, True)])
def test_first_convolution_equals_plain_integers(
    random_layer, random_images, pixel_threshold, channels, pool, pool_first
):
    rng = np.random.default_rng(channels)
    layer = random_layer(rng, "convolution", 28, 1, channels, pool, pool_first)
    if pixel_threshold is None:
        layer.thresholds[:] = rng.integers(-1000, 1000, channels)
    network = _network(layer, _last(random_layer, rng, layer), pixel_threshold=pixel_threshold)
    images = random_images(2)
    found = inference.activations(network, images)[1]
    for image, bits in zip(images, found, strict=True):
        values = oracle.activations(network, image)[1]
        np.testing.assert_array_equal(oracle.signs(bits), values)


def _last(random_layer, rng, layer):
    return random_layer(rng, "dense", layer.output_side, layer.outputs, 10, is_last=True)
