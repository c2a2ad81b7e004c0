"""The values of one neuron agree with the engine's bits, and with plain loops."""

import numpy as np
import pytest

from bnn.analysis import neuron
from bnn.engine import inference
from tests.support import oracle

SHAPES = [
    dict(stages=((5,), (7,)), dense=(9,), pool_first=False),
    dict(stages=((5, 3), (33,)), dense=(), pool_first=True),
    dict(stages=((4,),), dense=(6,), pool_first=True, pixel_threshold=None),
    dict(stages=((5,),), dense=(6,), pixel_threshold=(32, 96, 160, 224)),
    dict(stages=(), dense=(11,)),
]
shapes = pytest.mark.parametrize("shape", SHAPES, ids=["plain", "pool-first", "grey", "levels", "dense"])


@shapes
def test_bits_of_every_neuron_equal_those_of_the_engine(random_network, random_images, shape):
    network = random_network(seed=3, **shape)
    for image in random_images(2):
        values = neuron.layer_inputs(network, image)
        wanted = inference.activations(network, image[None])[1:]
        for layer, inputs, bits in zip(network.layers, values, wanted, strict=False):
            for output in range(layer.outputs):
                found = _pooled(layer, neuron.bits(layer, inputs, output), output)
                assert (found == bits[0][..., output]).all()


def _pooled(layer, unpooled, output):
    """Returns the bits of one neuron after pooling, (output side, output side) bool, True for -1."""
    side, pool = layer.output_side, layer.pool
    squares = unpooled[: side * pool, : side * pool].reshape(side, pool, side, pool)
    return squares.any(axis=(1, 3)) if neuron.pools_to_minus(layer, output) else squares.all(axis=(1, 3))


@shapes
def test_inputs_of_layers_equal_those_of_plain_integers(random_network, random_images, shape):
    network, image = random_network(seed=4, **shape), random_images(2)[1]
    for found, wanted in zip(
        neuron.layer_inputs(network, image), oracle.activations(network, image), strict=False
    ):
        assert (found == wanted.reshape(found.shape)).all()


@shapes
def test_sums_at_corners_edges_and_inside_equal_plain_loops(random_network, random_images, shape):
    """Corners and edges are included: there, part of the neuron's patch lies outside the image."""
    network, image = random_network(seed=5, **shape), random_images(2)[0]
    for layer, values in zip(network.layers, neuron.layer_inputs(network, image), strict=True):
        sums = neuron.sums(layer, values, 1)
        for row, column in {(0, 0), (0, 3), (5, 0), (4, 6), (layer.side - 1, layer.side - 1)}:
            if row < len(sums) and column < len(sums):
                one = neuron.neuron(layer, values, 1, row, column)
                assert one.total == sums[row, column] == _sum_by_hand(layer, values, 1, row, column)
                assert one.bit is None or one.bit == neuron.bits(layer, values, 1)[row, column]


def _sum_by_hand(layer, values, output, row, column):
    if layer.kind == "dense":
        places = [(tap, tap // layer.side, tap % layer.side) for tap in range(layer.num_taps)]
    else:
        places = [(tap, row + tap // 3 - 1, column + tap % 3 - 1) for tap in range(9)]
    total = 0
    for tap, y, x in places:
        if 0 <= y < layer.side and 0 <= x < layer.side:
            for channel in range(layer.inputs):
                total += int(values[y, x, channel]) * (-1 if layer.weights[output, tap, channel] else 1)
    return total


@shapes
def test_agreements_are_counted_from_bits(random_network, random_images, shape):
    network, image = random_network(seed=6, **shape), random_images(2)[0]
    for layer, values in zip(network.layers, neuron.layer_inputs(network, image), strict=True):
        one = neuron.neuron(layer, values, 2, 0, 3 if layer.kind == "convolution" else 0)
        if one.is_grey:
            continue
        input_bits = one.patch[one.inside] < 0
        count = int((input_bits == (one.weights[one.inside] < 0)).sum())
        assert (one.num_agreements, one.total) == (count, 2 * count - input_bits.size)
        if one.threshold is not None:
            assert (count >= one.least_agreements) == (one.total >= one.threshold)


@pytest.mark.parametrize("threshold", range(-11, 12))
@pytest.mark.parametrize("num_inputs", [4, 6, 9])
def test_least_agreements_is_the_first_count_that_reaches_the_threshold(threshold, num_inputs):
    ones = np.ones((1, num_inputs, 1), np.int32)
    one = neuron.Neuron(ones, ones, ones[..., 0] > 0, threshold)
    reaching = [count for count in range(-20, 30) if 2 * count - num_inputs >= threshold]
    assert one.least_agreements == reaching[0]


def test_last_layer_has_a_sum_and_no_bit(random_network, random_images):
    network, image = random_network(seed=7), random_images(2)[0]
    layer, values = network.layers[-1], neuron.layer_inputs(network, image)[-1]
    ones = [neuron.neuron(layer, values, output) for output in range(10)]
    assert [one.bit for one in ones] == [None] * 10
    scores = np.array([one.total for one in ones], np.float32) * network.scale + network.offset
    assert (scores == inference.scores(network, image[None])[0]).all()


@pytest.mark.parametrize("channels", [2, 4])
def test_several_input_channels(random_layer, channels):
    """The first layer has several channels if pixels are compared with several levels."""
    rng = np.random.default_rng(8)
    layer = random_layer(rng, "convolution", 7, channels, 3, pool=2)
    values = oracle.signs(rng.random((7, 7, channels)) < 0.5).astype(np.int32)
    wanted = oracle.layer_output(layer, values)
    for output in range(3):
        found = _pooled(layer, neuron.bits(layer, values, output), output)
        assert (oracle.signs(found) == wanted[..., output]).all()


@pytest.mark.parametrize("pool_first", [False, True])
def test_place_of_a_pooled_pixel_lies_in_the_pixels_square_and_has_the_pixels_bit(random_layer, pool_first):
    rng = np.random.default_rng(9)
    layer = random_layer(rng, "convolution", 7, 2, 6, pool=2, pool_first=pool_first)
    values = oracle.signs(rng.random((7, 7, 2)) < 0.5).astype(np.int32)
    wanted = oracle.layer_output(layer, values)
    for output in range(6):
        bits = neuron.bits(layer, values, output)
        for pixel in np.ndindex(3, 3):
            row, column = neuron.place_of_pixel(layer, values, output, *pixel)
            assert (row // 2, column // 2) == pixel
            assert oracle.signs(bits)[row, column] == wanted[(*pixel, output)]


def test_receptive_field_contains_the_pixels_on_the_diagonal_that_change_the_neuron(random_network):
    """Each image has one white pixel on the diagonal, except the last image, which is blank.

    Every pixel that changes the neuron's inputs must lie within the receptive field.
    """
    network = random_network(seed=8, stages=((5,), (4, 6), (6,), (6,)), dense=())
    # In the last layer, each place is 8 pixels wide, and 4 of 28 pixels are left over.
    expected = ((28, 3, 1), (14, 8, 2), (14, 12, 2), (7, 22, 4), (3, 42, 8))
    for number, (side, size, stride) in enumerate(expected, 1):
        assert network.layers[number - 1].side == side
        assert neuron.receptive_field(network, number) == (size, stride)
        row = side // 2
        images = np.zeros((29, 28, 28), np.uint8)
        images[np.arange(28), np.arange(28)] = 255
        inputs = [neuron.layer_inputs(network, image)[number - 1] for image in images]
        patches = [array[row - 1 : row + 2, row - 1 : row + 2] for array in inputs]
        reached = np.flatnonzero([(patch != patches[-1]).any() for patch in patches[:-1]])
        # The receptive field is centred on the neuron.
        first = (row + 0.5) * stride - size / 2
        assert first <= reached.min()
        assert reached.max() < first + size
