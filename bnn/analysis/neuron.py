"""Computes one neuron of a packed network step by step: patch, weights, agreements, threshold, bit.

The engine computes thousands of neurons at once, in words of bits (`bnn.engine.kernels`). This module
computes with plain integers, so that each step can be shown. Tests check that both give the same results.
"""

from dataclasses import dataclass, field
from math import ceil

import numpy as np

from bnn.engine import inference
from bnn.engine.network import PackedLayer, PackedNetwork


@dataclass(frozen=True, eq=False)
class Neuron:
    """One neuron at one position, with its inputs.

    Args:
        patch: (height, width, channels) int32, the inputs: +1 and -1, and 0 outside the image. In the first
            layer of a grey network, the inputs are pixel values.
        weights: (height, width, channels) int32, the neuron's weights: +1 and -1.
        inside: (height, width) bool, False where the patch lies outside the image.
        threshold: the lowest sum that gives +1 (or -1 where `flip` is set); None in the last layer.
        flip: whether the comparison with the threshold is inverted.
        is_grey: whether the inputs are pixel values rather than bits.
    """

    patch: np.ndarray = field(repr=False)
    weights: np.ndarray = field(repr=False)
    inside: np.ndarray = field(repr=False)
    threshold: int | None
    flip: bool = False
    is_grey: bool = False

    @property
    def products(self) -> np.ndarray:
        """Patch times weights, entry by entry. For bits: +1 where the two agree (XNOR), otherwise -1."""
        return self.patch * self.weights

    @property
    def num_inputs(self) -> int:
        """Number of inputs inside the image."""
        return int(self.inside.sum()) * self.patch.shape[2]

    @property
    def num_agreements(self) -> int:
        """Number of inputs that equal their weight (popcount of the XNOR); meaningless for grey inputs."""
        return int((self.products > 0).sum())

    @property
    def total(self) -> int:
        """Sum of the products, which is the number of agreements minus the number of disagreements."""
        return int(self.products.sum())

    @property
    def least_agreements(self) -> int | None:
        """Smallest number of agreements that reaches the threshold; None in the last layer.

        This number follows from total = 2 * agreements - num_inputs. It may be negative, or larger than the
        number of inputs.
        """
        return None if self.threshold is None else ceil((self.threshold + self.num_inputs) / 2)

    @property
    def bit(self) -> bool | None:
        """Output of the neuron, True for -1; None in the last layer, whose output is the sum."""
        return None if self.threshold is None else (self.total < self.threshold) != self.flip


def receptive_field(network: PackedNetwork, number: int) -> tuple[int, int]:
    """Returns the square part of the image that a neuron depends on: its side, and its stride, in pixels.

    Neighbouring positions of the neuron are one stride apart. The middle of the part at row r and column c is
    at the pixel ((r + 0.5) * stride, (c + 0.5) * stride).

    Args:
        network: the network.
        number: number of the neuron's convolution, counted from 1.
    """
    width, stride = 1, 1
    for layer in network.layers[: number - 1]:
        # A convolution adds one position on either side, and a pool adds pool - 1 positions. Neighbouring
        # positions are `stride` pixels apart.
        width += 2 * stride + (layer.pool - 1) * stride
        stride *= layer.pool
    return width + 2 * stride, stride


def layer_inputs(network: PackedNetwork, image: np.ndarray) -> list[np.ndarray]:
    """Returns the input of each layer for one image, int32 arrays (side, side, channels).

    The entries are +1 and -1. For the first layer of a grey network, they are the pixel values.

    Args:
        network: the network.
        image: (28, 28) uint8.
    """
    arrays = inference.activations(network, image[None])
    return [_values(array, layer) for array, layer in zip(arrays, network.layers, strict=True)]


def neuron(layer: PackedLayer, values: np.ndarray, output: int, row: int = 0, column: int = 0) -> Neuron:
    """Returns one neuron of a layer at one position.

    Args:
        layer: the neuron's layer.
        values: the layer's input, as `layer_inputs` returns it.
        output: index of the neuron.
        row: row of the middle of the patch. It is ignored for a dense layer, which covers the whole input.
        column: column of the middle of the patch. It is ignored for a dense layer, too.
    """
    patch, inside = values, np.ones(values.shape[:2], bool)
    if layer.kind == "convolution":
        patch = _padded(values)[row : row + 3, column : column + 3]
        inside = _padded(inside)[row : row + 3, column : column + 3]
    weights = 1 - 2 * layer.weights[output].reshape(patch.shape).astype(np.int32)
    threshold = None if layer.thresholds is None else int(layer.thresholds[output])
    flip = layer.flips is not None and bool(layer.flips[output])
    # Bits are +1 or -1, so an input with another value is a pixel value.
    return Neuron(patch, weights, inside, threshold, flip, bool((abs(values) != 1).any()))


def sums(layer: PackedLayer, values: np.ndarray, output: int) -> np.ndarray:
    """Returns the sums of one neuron before pooling, (side, side) int32; (1, 1) in a dense layer."""
    weights = 1 - 2 * layer.weights[output].astype(np.int32)
    if layer.kind == "dense":
        return np.array([[(values.reshape(weights.shape) * weights).sum()]], np.int32)
    padded, side = _padded(values), layer.side
    total = np.zeros((side, side), np.int32)
    for tap in range(9):
        row, column = divmod(tap, 3)
        total += padded[row : row + side, column : column + side] @ weights[tap]
    return total


def bits(layer: PackedLayer, values: np.ndarray, output: int) -> np.ndarray:
    """Returns the bits of one neuron of a hidden layer before pooling, (side, side) bool, True for -1.

    Raises:
        ValueError: if the layer is the last one, which gives sums.
    """
    if layer.thresholds is None or layer.flips is None:
        raise ValueError("the last layer gives sums, not bits")
    return (sums(layer, values, output) < layer.thresholds[output]) != layer.flips[output]


def pools_to_minus(layer: PackedLayer, output: int) -> bool:
    """Returns whether one -1 in a pooling window makes the pooled bit -1. If not, one +1 makes it +1.

    Pooling takes the largest value. The largest of several signs is +1 if one of them is +1. But if sums are
    pooled before an inverted comparison, the result is -1 if one of the sums reaches the threshold (step 4 in
    `bnn.engine.kernels`).
    """
    return bool(layer.pool_first and layer.flips is not None and layer.flips[output])


def place_of_pixel(
    layer: PackedLayer, values: np.ndarray, output: int, row: int, column: int
) -> tuple[int, int]:
    """Returns row and column of the position before pooling that decides a pixel after pooling.

    If several positions decide, the first one is returned.

    Args:
        layer: a convolution.
        values: the layer's input, as `layer_inputs` returns it.
        output: index of the neuron.
        row: row of the pixel after pooling.
        column: column of the pixel after pooling.
    """
    top, left = row * layer.pool, column * layer.pool
    square = bits(layer, values, output)[top : top + layer.pool, left : left + layer.pool]
    # The first bit with the deciding value decides. If no bit has it, all are equal, and the first is taken.
    deciding = np.argwhere(square == pools_to_minus(layer, output))
    down, right = deciding[0] if len(deciding) else (0, 0)
    return top + int(down), left + int(right)


def _values(array: np.ndarray, layer: PackedLayer) -> np.ndarray:
    values = array[0].reshape(layer.side, layer.side, layer.inputs)
    return 1 - 2 * values.astype(np.int32) if array.dtype == bool else values.astype(np.int32)


def _padded(values: np.ndarray) -> np.ndarray:
    return np.pad(values, [(1, 1), (1, 1)] + [(0, 0)] * (values.ndim - 2))
