"""The C engine, compiled for this machine, gives the same results as the Python engine."""

import ctypes
import math
import shutil
import subprocess

import numpy as np
import pytest

from bnn.analysis import damage, neuron
from bnn.data import mnist
from bnn.data.handwriting.rendering import draw_strokes
from bnn.drawing.preprocessing import digit_from_strokes
from bnn.drawing.strokes import concatenate_strokes
from bnn.engine import file, inference
from bnn.engine.portable.build import BUILDS, FOLDER, SOURCES, build, compiler_version
from bnn.engine.words import pack_words
from bnn.runs import store

KINDS = {"convolution": 0, "dense": 1}


class Layer(ctypes.Structure):
    """The structure `onebit_layer` of onebit.h."""

    _fields_ = [
        *(
            (name, ctypes.c_int32)
            for name in ("kind", "side", "inputs", "outputs", "pool", "pool_first", "takes_pixels")
        ),
        *((name, ctypes.c_void_p) for name in ("weights", "thresholds", "flips")),
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """The C engine, compiled as a library for this machine."""
    if not shutil.which("gcc"):
        pytest.skip("needs gcc to compile the C engine")
    library = tmp_path_factory.mktemp("portable") / "onebit.so"
    sources = [str(FOLDER / name) for name in SOURCES]
    flags = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-shared", "-fPIC", "-lm"]
    subprocess.run(["gcc", *sources, *flags, "-o", str(library)], check=True)
    return ctypes.CDLL(str(library))


def pointer(array):
    """Returns a C pointer to an array's values."""
    return array.ctypes.data_as(ctypes.c_void_p)


def c_layer(engine, network, index, arrays):
    """Returns a layer for the C engine. Its arrays are added to `arrays`, which keeps them alive."""
    layer = network.layers[index]
    numbers = (KINDS[layer.kind], layer.side, layer.inputs, layer.outputs, layer.pool, layer.pool_first)
    made = Layer(*numbers, index == 0 and network.pixel_threshold is None)
    bits = np.packbits(layer.weights.ravel(), bitorder="little")
    weights = np.empty(engine.onebit_weight_words(ctypes.byref(made)), np.uint32)
    engine.onebit_arrange_weights(ctypes.byref(made), pointer(bits), pointer(weights))
    made.weights = weights.ctypes.data
    arrays += [weights]
    if layer.thresholds is not None:
        thresholds = np.pad(layer.thresholds, (0, -layer.outputs % 32)).astype(np.int32)
        flips = pack_words(layer.flips)
        made.thresholds, made.flips = thresholds.ctypes.data, flips.ctypes.data
        arrays += [thresholds, flips]
    return made


def c_activations(engine, network, image):
    """Returns what the C engine computes: each layer's input as words, and the sums of the last layer."""
    arrays = []
    levels = [] if network.pixel_threshold is None else network.pixel_threshold
    thresholds = np.atleast_1d(np.array(levels, np.int32))
    words = np.empty(28 * 28, np.uint32)
    engine.onebit_input(
        pointer(np.ascontiguousarray(image)), pointer(thresholds), len(thresholds), pointer(words)
    )
    inputs = [words]
    for index, layer in enumerate(network.layers[:-1]):
        made = c_layer(engine, network, index, arrays)
        out = np.empty(layer.output_side**2 * math.ceil(layer.outputs / 32), np.uint32)
        engine.onebit_layer_bits(ctypes.byref(made), pointer(inputs[-1]), pointer(out))
        inputs.append(out)
    sums = np.empty(network.layers[-1].outputs, np.int32)
    last = c_layer(engine, network, len(network.layers) - 1, arrays)
    engine.onebit_layer_sums(ctypes.byref(last), pointer(inputs[-1]), pointer(sums))
    return [*inputs, sums]


def python_activations(network, image):
    """Returns the input of each layer as words, computed by the Python engine."""
    words = []
    for values in inference.activations(network, image[None]):
        # A pixel with only one value or one bit fills a word of its own. All other bits are packed.
        is_unpacked = values.dtype != bool or values.ndim == 3
        words.append(values.astype(np.uint32) if is_unpacked else pack_words(values))
    return [one.ravel() for one in words]


@pytest.mark.parametrize("pixel_threshold", [128, 0, None, (32, 96, 160, 224)])
@pytest.mark.parametrize("pool_first", [False, True])
def test_every_bit_equals_that_of_the_python_engine(
    engine, random_network, random_images, pixel_threshold, pool_first
):
    network = random_network(3, ((5,), (33, 40)), (37,), pixel_threshold, pool_first)
    for image in random_images(4, seed=7):
        *inputs, sums = c_activations(engine, network, image)
        for ours, pythons in zip(inputs, python_activations(network, image), strict=True):
            np.testing.assert_array_equal(ours, pythons)
        scores = (sums * network.scale + network.offset)[None]
        np.testing.assert_allclose(scores, inference.scores(network, image[None]), atol=1e-4)


def test_shipped_network_gives_the_same_bits(engine):
    network = file.load(store.find(None).model_path)
    for image in mnist.test().images[:3]:
        for ours, pythons in zip(
            c_activations(engine, network, image)[:-1], python_activations(network, image), strict=True
        ):
            np.testing.assert_array_equal(ours, pythons)


def c_digit(engine, strokes):
    """Returns the digit (28, 28) that the C engine makes of strokes."""
    points, ends = concatenate_strokes(strokes)
    points, ends = points.copy(), ends.astype(np.int32)
    nearest, pixels = np.empty(28 * 28), np.empty((28, 28), np.uint8)
    engine.onebit_digit_from_strokes(
        pointer(points), len(points), pointer(ends), len(ends), pointer(nearest), pointer(pixels)
    )
    return pixels


def test_drawings_give_the_same_pixels(engine):
    rng = np.random.default_rng(5)
    drawings = [draw_strokes(index % 10, rng) for index in range(200)]
    drawings += [
        [np.array([[5.0, 5.0]])],
        [np.array([[3.0, 9.0], [3.0, 9.0]])],
        [np.array([[0.0, 0.0], [300.0, 1.0]])],
    ]
    for strokes in drawings:
        np.testing.assert_array_equal(c_digit(engine, strokes), digit_from_strokes(strokes).digit)


def test_sums_of_one_output_equal_those_of_the_python_engine(engine, random_network, random_images):
    network, image = random_network(3, ((5,), (33, 40)), (37,)), random_images(1, seed=7)[0]
    words, arrays = c_activations(engine, network, image), []
    for index, (layer, values) in enumerate(
        zip(network.layers, neuron.layer_inputs(network, image), strict=True)
    ):
        made = c_layer(engine, network, index, arrays)
        for output in {0, layer.outputs - 1}:
            expected = neuron.sums(layer, values, output)
            found = np.empty(expected.shape, np.int32)
            engine.onebit_output_sums(ctypes.byref(made), pointer(words[index]), output, pointer(found))
            np.testing.assert_array_equal(found, expected)


def test_flipped_weights_equal_those_of_the_python_engine(engine, random_network):
    network = random_network(4, ((5,), (33,)), (37,))
    ranks = np.empty(network.num_weights, np.uint32)
    engine.onebit_ranks(len(ranks), 1, pointer(ranks))
    # The 30 % of the weights with the lowest ranks are flipped.
    highest_rank = int(np.sort(ranks)[round(0.3 * len(ranks)) - 1])
    first = 0
    for layer, expected in zip(network.layers, damage.flip_weights(network, 0.3).layers, strict=True):
        bits = np.packbits(layer.weights.ravel(), bitorder="little")
        flipped = np.empty_like(bits)
        engine.onebit_flip_bits(
            pointer(bits), layer.num_weights, first, 1, ctypes.c_uint32(highest_rank), pointer(flipped)
        )
        found = np.unpackbits(flipped, bitorder="little")[: layer.num_weights]
        np.testing.assert_array_equal(found, expected.weights.ravel())
        first += layer.num_weights


def test_shipped_webassembly_is_built_from_the_sources(tmp_path):
    if compiler_version() is None:
        pytest.skip("needs clang and wasm-ld to build the WebAssembly engine")
    if "version 14." not in compiler_version():
        pytest.skip(f"the shipped files were built with clang 14, not {compiler_version()}")
    build(tmp_path)
    for path in BUILDS:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
