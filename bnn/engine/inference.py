"""From images to scores with a packed network, and every layer's bits on the way."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bnn.engine import kernels
from bnn.engine.network import IMAGE_SIDE, NUM_CLASSES, PackedNetwork, num_words, pack_words, unpack_words

# Large enough to hide the cost of a call, small enough that a chunk's bits stay in the cache.
CHUNK_IMAGES = 64


def scores(network: PackedNetwork, images: np.ndarray) -> np.ndarray:
    """The ten scores of each image: (n, 10) float32, before softmax.

    Args:
        network: the packed network.
        images: (n, 28, 28) uint8, ink 255 on 0.

    Raises:
        ValueError: if the images have another shape or type.
    """
    images = _check_images(images)
    results = np.empty((len(images), NUM_CLASSES), np.float32)
    program = network.program
    if len(images) <= CHUNK_IMAGES:
        kernels.scores(images, *program, results)
        return results

    def fill(start):
        chunk = slice(start, start + CHUNK_IMAGES)
        kernels.scores(images[chunk], *program, results[chunk])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # A list, so that an error in a thread is raised here.
        list(pool.map(fill, range(0, len(images), CHUNK_IMAGES)))
    return results


def probabilities(network: PackedNetwork, images: np.ndarray) -> np.ndarray:
    """The ten probabilities of each image: (n, 10) float32; see `scores`."""
    return softmax(scores(network, images) / np.float32(network.temperature))


def softmax(values: np.ndarray) -> np.ndarray:
    """exp(values) / sum(exp(values)) over the last axis, without overflow."""
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def activations(network: PackedNetwork, images: np.ndarray) -> list[np.ndarray]:
    """What goes into each layer: bool arrays (n, side, side, channels) or (n, units), True for -1.

    The first is the image as the first layer sees it: (n, 28, 28) bits, (n, 28, 28, levels) of these, or
    the uint8 pixels of a grey network.
    """
    images = _check_images(images)
    inputs = [_first_inputs(network, images)]
    words = pack_words(inputs[0]) if inputs[0].ndim == 4 else inputs[0].astype(np.uint32)[..., None]
    for position, layer in enumerate(network.layers[:-1]):
        words = _hidden_layer(network, position, words)
        unpacked = unpack_words(words, layer.outputs)
        inputs.append(unpacked if layer.kind == "convolution" else unpacked[:, 0, 0])
    return inputs


def warm_up(network: PackedNetwork) -> None:
    """Compile what this network needs, so that the first real digit does not wait for it."""
    blank = np.zeros((1, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    scores(network, blank)
    activations(network, blank)


def _check_images(images):
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE) or images.dtype != np.uint8:
        raise ValueError(f"images must be (n, 28, 28) uint8, got {images.shape} {images.dtype}")
    # Of one kind of array only, as Numba compiles for each: contiguous, and such as may be written to.
    return images if images.flags.carray else images.copy()


def _first_inputs(network, images):
    if network.pixel_threshold is None:
        return images
    if isinstance(network.pixel_threshold, int):
        return images < network.pixel_threshold
    return images[..., None] < np.array(network.pixel_threshold)


def _hidden_layer(network, position, inputs):
    """Words of bits (n, side, side, words) -> the same of the next layer."""
    layer, words = network.layers[position], network.words[position]
    outputs = np.empty(
        (len(inputs), layer.output_side, layer.output_side, num_words(layer.outputs)), np.uint32
    )
    _fill(words, inputs, outputs)
    return outputs


def _dense_sums(layer, words, inputs):
    """Words of bits (n, taps, words) -> the sums of a last layer, (n, outputs) int32."""
    sums = np.empty((len(inputs), layer.outputs), np.int32)
    _fill(words, inputs, sums.view(np.uint32))
    return sums


def _fill(words, inputs, outputs):
    count = len(inputs)
    kernels.layer(inputs.reshape(count, -1), *words, outputs.reshape(count, -1))
