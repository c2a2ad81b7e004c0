"""Computes a packed network's scores and probabilities for images, and the inputs of all its layers."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bnn.engine import kernels, looks, program
from bnn.engine.network import PackedNetwork
from bnn.engine.words import num_words, pack_words, unpack_words
from bnn.recipes.layers import IMAGE_SIDE

# Number of images that a thread reads in one call: so many that the cost of a call does not matter, and so
# few that all threads have work.
CHUNK_IMAGES = 64
_IMAGE_SHAPE = (IMAGE_SIDE, IMAGE_SIDE)


def scores(network: PackedNetwork, images: np.ndarray) -> np.ndarray:
    """Returns the scores of each image before softmax, (n, classes) float32. This is one look at each image.

    Args:
        network: the packed network.
        images: (n, 28, 28) uint8, ink 255 on background 0.

    Raises:
        ValueError: if the images have another shape or type.
    """
    images = _checked(images)
    results = np.empty((len(images), network.num_classes), np.float32)
    words = program.of(network)
    if len(images) <= CHUNK_IMAGES:
        kernels.scores(images, words, results)
        return results

    def fill(start: int) -> None:
        chunk = slice(start, start + CHUNK_IMAGES)
        kernels.scores(images[chunk], words, results[chunk])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # `list` waits for all threads, and raises the error of any of them.
        list(pool.map(fill, range(0, len(images), CHUNK_IMAGES)))
    return results


def probabilities(network: PackedNetwork, images: np.ndarray) -> np.ndarray:
    """Returns the class probabilities for each image, (n, classes) float32.

    Args:
        network: the packed network.
        images: (n, 28, 28) uint8, ink 255 on background 0.

    Raises:
        ValueError: if the images have another shape or type.
    """
    return mean_probabilities(scores_of_looks(network, images), network.temperature)


def scores_of_looks(network: PackedNetwork, images: np.ndarray) -> np.ndarray:
    """Returns the scores of each look at each image, (looks, n, classes) float32; see `bnn.engine.looks`.

    The first look is the image itself. The arguments and errors are those of `probabilities`.
    """
    images = _checked(images)
    return np.stack([scores(network, looks.slanted(images, slant)) for slant in looks.of(network)])


def mean_probabilities(scores: np.ndarray, temperature: float) -> np.ndarray:
    """Returns the probabilities of the looks at each image, on average, (n, classes).

    Args:
        scores: (looks, n, classes), as `scores_of_looks` returns them.
        temperature: see `PackedNetwork`.
    """
    return softmax(scores / np.float32(temperature)).mean(axis=0)


def softmax(values: np.ndarray) -> np.ndarray:
    """Returns exp(values) / sum(exp(values)) over the last axis, without overflow."""
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def activations(network: PackedNetwork, images: np.ndarray) -> list[np.ndarray]:
    """Returns the input of each layer for these images.

    Args:
        network: the packed network.
        images: (n, 28, 28) uint8, ink 255 on background 0.

    Returns:
        One array for each layer: (n, side, side, channels) or (n, units) bool, True for -1. The input of the
        first layer is (n, 28, 28) bool. With several thresholds per pixel, it is (n, 28, 28, levels) bool. In
        a grey network, it is the images themselves.

    Raises:
        ValueError: if the images have another shape or type.
    """
    images = _checked(images)
    inputs = [_first_inputs(network, images)]
    # With several thresholds, the bits of a pixel are packed into words. Otherwise, a pixel is one word: its
    # bit, or its value.
    words = pack_words(inputs[0]) if inputs[0].ndim == 4 else inputs[0].astype(np.uint32)[..., None]
    for index, layer in enumerate(network.layers[:-1]):
        words = _hidden_layer(network, index, words)
        bits = unpack_words(words, layer.outputs)
        inputs.append(bits if layer.kind == "convolution" else bits[:, 0, 0])
    return inputs


def warm_up(network: PackedNetwork) -> None:
    """Compiles the kernels that this network needs, so that the first real image is not delayed."""
    blank = np.zeros((1, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    probabilities(network, blank)
    activations(network, blank)


def _checked(images: np.ndarray) -> np.ndarray:
    images = np.asarray(images)
    if images.shape[1:] != _IMAGE_SHAPE or images.dtype != np.uint8:
        raise ValueError(f"images must be (n, 28, 28) uint8, got {images.shape} {images.dtype}")
    # Numba would compile the kernels again for an array that is not contiguous or is read-only.
    return images if images.flags.carray else images.copy()


def _first_inputs(network: PackedNetwork, images: np.ndarray) -> np.ndarray:
    if network.pixel_threshold is None:
        return images
    if isinstance(network.pixel_threshold, int):
        return images < network.pixel_threshold
    return images[..., None] < np.array(network.pixel_threshold)


def _hidden_layer(network: PackedNetwork, index: int, inputs: np.ndarray) -> np.ndarray:
    """Returns the output of a hidden layer, (n, output side, output side, words) uint32 words of bits.

    Args:
        network: the packed network.
        index: the index of the layer.
        inputs: (n, side, side, words) uint32 words of bits; for the first layer of a grey network, the pixel
            values.
    """
    layer = network.layers[index]
    shape = (len(inputs), layer.output_side, layer.output_side, num_words(layer.outputs))
    outputs = np.empty(shape, np.uint32)
    _fill(network, index, inputs, outputs)
    return outputs


def _fill(network: PackedNetwork, index: int, inputs: np.ndarray, outputs: np.ndarray) -> None:
    count = len(inputs)
    kernels.layer(inputs.reshape(count, -1), program.of(network), index, outputs.reshape(count, -1))
