"""The packed network as a whole: its words, its scores and the bits of every layer."""

import numpy as np
import pytest

from bnn.engine import inference
from bnn.engine.words import pack_words, unpack_words
from tests.support import oracle

NETWORKS = {
    "recipe 'report'": dict(stages=((32,), (64,)), dense=(128,)),
    "pool first": dict(stages=((32,), (64,)), dense=(33,), pool_first=True),
    "two convolutions a stage": dict(stages=((9, 7), (8, 31)), dense=(65,)),
    "four stages, odd sides": dict(stages=((3,), (4,), (5,), (6,)), dense=(7, 8)),
    "grey": dict(stages=((33, 9), (65,)), dense=(64,), pixel_threshold=None),
    "grey, pool first": dict(stages=((7,), (63,)), dense=(1,), pixel_threshold=None, pool_first=True),
    "blind": dict(pixel_threshold=0),
    "levels": dict(stages=((33, 9), (65,)), dense=(64,), pixel_threshold=(32, 96, 160, 224)),
    "one level": dict(stages=((8,),), dense=(), pixel_threshold=(100,)),
    "levels, dense": dict(stages=(), dense=(17,), pixel_threshold=(1, 128, 255)),
    "no convolution": dict(stages=(), dense=(65, 10)),
    "nothing but the outputs": dict(stages=(), dense=()),
}


@pytest.fixture(params=NETWORKS)
def network(request, random_network):
    """A random network of each shape in `NETWORKS`."""
    return random_network(seed=len(request.param), **NETWORKS[request.param])


@pytest.mark.parametrize("count", [1, 7, 8, 9, 31, 32, 33, 63, 64, 65, 784])
def test_words_contain_the_bits_and_zeros(count):
    bits = np.random.default_rng(count).random((3, count)) < 0.5
    words = pack_words(bits)
    assert words.shape == (3, -(-count // 32))
    assert words.dtype == np.uint32
    np.testing.assert_array_equal(unpack_words(words, count), bits)
    value = sum(int(bit) << position for position, bit in enumerate(bits[0]))
    assert sum(int(word) << 32 * place for place, word in enumerate(words[0])) == value


def test_first_bit_is_the_lowest_of_a_word():
    assert pack_words(np.array([True] + 32 * [False] + [True])).tolist() == [1, 2]


def test_scores_equal_those_of_plain_integers(network, random_images):
    images = random_images(3)
    sums = np.array([oracle.activations(network, image)[-1].ravel() for image in images])
    expected = sums.astype(np.float32) * network.scale + network.offset
    np.testing.assert_array_equal(inference.scores(network, images), expected)


def test_bits_of_every_layer_equal_those_of_plain_integers(network, random_images):
    images = random_images(2)
    found = inference.activations(network, images)
    for index, image in enumerate(images):
        *expected, _sums = oracle.activations(network, image)
        # The pixel values that a grey network reads are compared first. All other inputs are signs.
        if network.pixel_threshold is None:
            np.testing.assert_array_equal(found[0][index], expected.pop(0)[..., 0])
        bits = [oracle.signs(layer[index]) for layer in found[-len(expected) :]]
        for got, wanted in zip(bits, expected, strict=True):
            np.testing.assert_array_equal(got, wanted.reshape(got.shape))


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 130])
def test_any_number_of_images_can_be_read(random_network, random_images, count):
    network, images = random_network(), random_images(130)
    together = inference.scores(network, images[:count])
    assert together.shape == (count, 10)
    assert together.dtype == np.float32
    for index in {0, count // 2, count - 1} & set(range(count)):
        np.testing.assert_array_equal(
            inference.scores(network, images[index : index + 1])[0], together[index]
        )


def test_probabilities_are_softmax_of_tempered_scores(random_network, random_images):
    network, images = random_network(), random_images(5)
    powers = np.exp(inference.scores(network, images).astype(np.float64) / network.temperature)
    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(inference.probabilities(network, images), expected, rtol=1e-5)


def test_softmax_of_large_values_does_not_overflow():
    np.testing.assert_array_equal(inference.softmax(np.float32([[1e5, 0, -1e5]])), [[1, 0, 0]])


def test_blind_network_gives_every_image_the_same_scores(random_network, random_images):
    scores = inference.scores(random_network(pixel_threshold=0), random_images(6))
    assert (scores == scores[0]).all()


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((28, 28), np.uint8),
        np.zeros((1, 28, 28), np.float32),
        np.zeros((1, 28, 27), np.uint8),
        np.zeros((1, 28, 28, 1), np.uint8),
    ],
)
def test_other_shapes_and_types_are_refused(random_network, images):
    with pytest.raises(ValueError, match=r"must be \(n, 28, 28\) uint8"):
        inference.scores(random_network(), images)


def test_images_may_be_a_view(random_network, random_images):
    network, images = random_network(), random_images(4)
    turned = images.transpose(0, 2, 1)
    np.testing.assert_array_equal(inference.scores(network, turned), inference.scores(network, turned.copy()))


def test_images_may_be_read_only(random_network, random_images):
    network, images = random_network(), random_images(2)
    expected = inference.scores(network, images)
    images.flags.writeable = False
    np.testing.assert_array_equal(inference.scores(network, images), expected)
    # For an array of another type, such as a read-only one, Numba would compile the function again.
    assert len(inference.kernels.scores.signatures) == 1


def test_number_of_weights_of_the_recipe_report_is_right(random_network):
    network = random_network(**NETWORKS["recipe 'report'"])
    assert network.num_weights == 9 * 32 + 9 * 32 * 64 + 7 * 7 * 64 * 128 + 128 * 10


def test_flipped_bits_are_counted(random_network):
    one, other = random_network(seed=1), random_network(seed=2)
    assert one.num_flips_since(one) == 0
    expected = sum(int((a.weights ^ b.weights).sum()) for a, b in zip(one.layers, other.layers, strict=True))
    assert other.num_flips_since(one) == expected > 0
