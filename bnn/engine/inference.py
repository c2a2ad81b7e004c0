"""From images to scores with a packed network, and every layer's bits on the way."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bnn.engine import kernels
from bnn.engine.network import IMAGE_SIDE, NUM_CLASSES, PackedNetwork, unpack_words

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
    chunks = [images[i : i + CHUNK_IMAGES] for i in range(0, len(images), CHUNK_IMAGES)]
    if len(chunks) == 1:
        sums = [_sums(network, chunks[0])]
    else:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            sums = list(pool.map(lambda chunk: _sums(network, chunk), chunks))
    sums = np.concatenate(sums) if sums else np.empty((0, NUM_CLASSES))
    return sums.astype(np.float32) * network.scale + network.offset


def probabilities(network: PackedNetwork, images: np.ndarray) -> np.ndarray:
    """The ten probabilities of each image: (n, 10) float32; see `scores`."""
    return softmax(scores(network, images) / np.float32(network.temperature))


def softmax(values: np.ndarray) -> np.ndarray:
    """exp(values) / sum(exp(values)) over the last axis, without overflow."""
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def activations(network: PackedNetwork, images: np.ndarray) -> list[np.ndarray]:
    """What goes into each layer: bool arrays (n, side, side, channels) or (n, units), True for -1.

    The first is the image as the first layer sees it: bits, or the uint8 pixels of a grey network.
    """
    bits = _check_images(images)
    inputs = [bits if network.pixel_threshold is None else bits < network.pixel_threshold]
    for position, layer in enumerate(network.layers[:-1]):
        bits = _hidden_layer(network, position, bits)
        unpacked = unpack_words(bits, layer.outputs)
        inputs.append(unpacked if layer.kind == "convolution" else unpacked[:, 0, 0])
    return inputs


def warm_up(network: PackedNetwork) -> None:
    """Compile what this network needs, so that the first real digit does not wait for it."""
    scores(network, np.zeros((1, IMAGE_SIDE, IMAGE_SIDE), np.uint8))


def _check_images(images):
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE) or images.dtype != np.uint8:
        raise ValueError(f"images must be (n, 28, 28) uint8, got {images.shape} {images.dtype}")
    return np.ascontiguousarray(images)


def _sums(network, images):
    bits = images
    for position in range(len(network.layers) - 1):
        bits = _hidden_layer(network, position, bits)
    if len(network.layers) == 1:
        bits = _pixel_bits(network, images)
    return _dense_sums(network.layers[-1], network.words[-1], bits)


def _hidden_layer(network, position, inputs):
    # `inputs` are the images for the first layer, then words of bits (n, side, side, words).
    layer, words = network.layers[position], network.words[position]
    bits = np.empty((len(inputs), layer.output_side, layer.output_side, words.flips.size), np.uint32)
    pooling = (words.flips, layer.pool, layer.pool_first)
    if layer.kind == "dense":
        inputs = inputs if position else _pixel_bits(network, inputs)
        sums = _dense_sums(layer, words, inputs)
        kernels.sign_layer(sums, words.thresholds, words.flips, bits[:, 0, 0])
    elif position:
        kernels.convolution_layer(inputs, words.weights, layer.inputs, words.edge_thresholds, *pooling, bits)
    elif network.pixel_threshold is None:
        minus = -words.weights[:, 0].astype(np.int32)
        kernels.grey_layer(inputs, minus, words.thresholds, *pooling, bits)
    else:
        kernels.table_layer(inputs, network.pixel_threshold, words.table, *pooling, bits)
    return bits


def _pixel_bits(network, images):
    # One channel: a word a pixel.
    return (images < network.pixel_threshold).astype(np.uint32)[..., None]


def _dense_sums(layer, words, inputs):
    sums = np.empty((len(inputs), layer.outputs), np.int32)
    flat = inputs.reshape(len(inputs), layer.num_taps, -1)
    kernels.dense_sums(flat, words.weights, layer.num_taps * layer.inputs, sums)
    return sums
