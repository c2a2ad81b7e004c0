"""Computes the outputs of a packed network from its definition, with plain integers, to test the engine."""

import numpy as np


def signs(bits):
    """Returns -1 for each bit that is True and +1 for the others."""
    return np.where(bits, -1, 1).astype(np.int64)


def convolution_sums(values, weights):
    """Returns the sums (h, w, outputs) of a 3x3 convolution with zero padding.

    Args:
        values: (h, w, channels) integers.
        weights: (outputs, 9, channels) of -1 and +1.
    """
    height, width, _ = values.shape
    padded = np.pad(values.astype(np.int64), ((1, 1), (1, 1), (0, 0)))
    sums = np.zeros((height, width, len(weights)), np.int64)
    for tap in range(9):
        window = padded[tap // 3 : tap // 3 + height, tap % 3 : tap % 3 + width]
        for output, weight in enumerate(weights):
            sums[..., output] += (window * weight[tap]).sum(axis=2)
    return sums


def max_pool(values, pool):
    """Returns the maximum of each square of pool x pool values, (h // pool, w // pool, channels)."""
    height, width, channels = values.shape
    pooled = np.empty((height // pool, width // pool, channels), values.dtype)
    for row in range(height // pool):
        for column in range(width // pool):
            square = values[row * pool : (row + 1) * pool, column * pool : (column + 1) * pool]
            pooled[row, column] = square.max(axis=(0, 1))
    return pooled


def sign_of_norm(sums, layer):
    """Returns the signs after batch norm: -1 below the threshold, otherwise +1; reversed if flipped."""
    rising = np.where(sums < layer.thresholds, -1, 1)
    return np.where(layer.flips, -rising, rising)


def layer_output(layer, values):
    """Returns a layer's output for the input `values` (h, w, channels): signs, or sums for the last layer."""
    weights = signs(layer.weights)
    if layer.kind == "dense":
        sums = weights.reshape(layer.outputs, -1) @ values.astype(np.int64).reshape(-1)
        sums = sums.reshape(1, 1, -1)
        return sums if layer.thresholds is None else sign_of_norm(sums, layer)
    sums = convolution_sums(values, weights)
    if layer.pool_first:
        return sign_of_norm(max_pool(sums, layer.pool), layer)
    return max_pool(sign_of_norm(sums, layer), layer.pool)


def activations(network, image):
    """Returns every layer's input and, at the end, the last layer's sums, for an image (28, 28) uint8."""
    pixels = image.astype(np.int64)[..., None]
    if network.pixel_threshold is not None:
        pixels = np.where(pixels >= np.array(network.pixel_threshold), 1, -1)
    values = [pixels]
    for layer in network.layers:
        values.append(layer_output(layer, values[-1]))
    return values
