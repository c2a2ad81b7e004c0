"""One neuron of a packed network, counted out: patch, filter, agreements, threshold, bit.

The kernels do the same for thousands of neurons at once and in words of 32 bits (`bnn.engine.kernels`). Here
it is in plain integers, one neuron at a time, so that each number can be shown; tests hold that both agree.
"""

from dataclasses import dataclass, field

import numpy as np

from bnn.engine import inference
from bnn.engine.network import PackedLayer, PackedNetwork


@dataclass(frozen=True, eq=False)
class Neuron:
    """One neuron at one place, with what it looks at.

    Args:
        patch: (height, width, channels) int32, its inputs: +1, -1, and 0 outside the picture; pixel
            values in the first layer of a grey network.
        weights: its filter, of the same shape: +1 and -1.
        inside: (height, width) bool, False where the patch lies outside the picture.
        threshold: the sum from which on the comparison holds; None in the last layer, which compares nothing.
        flip: the comparison's answer is turned round.
        is_grey: the inputs are pixel values, not bits.
    """

    patch: np.ndarray = field(repr=False)
    weights: np.ndarray = field(repr=False)
    inside: np.ndarray = field(repr=False)
    threshold: int | None
    flip: bool = False
    is_grey: bool = False

    @property
    def products(self) -> np.ndarray:
        """Patch times filter, entry by entry; for bits +1 where they agree (XNOR), -1 where not."""
        return self.patch * self.weights

    @property
    def num_inputs(self) -> int:
        """Inputs that lie inside the picture."""
        return int(self.inside.sum()) * self.patch.shape[2]

    @property
    def num_agreements(self) -> int:
        """Inputs that are the same as their weight (popcount of the XNOR); of no use for a grey patch."""
        return int((self.products > 0).sum())

    @property
    def total(self) -> int:
        """The sum of the products: agreements minus disagreements."""
        return int(self.products.sum())

    @property
    def least_agreements(self) -> int | None:
        """The fewest agreements that reach the threshold; may be less than 0 or more than there are inputs.

        From total = 2 agreements - num_inputs >= threshold.
        """
        return None if self.threshold is None else -((-self.threshold - self.num_inputs) // 2)

    @property
    def bit(self) -> bool | None:
        """What it answers, True for -1; None in the last layer, whose answer is the sum itself."""
        return None if self.threshold is None else (self.total < self.threshold) != self.flip


def receptive_field(network: PackedNetwork, number: int) -> int:
    """How many pixels wide and high the part of the image is that a neuron of a layer can see.

    Args:
        network: the network.
        number: of its convolution, counted from 1.
    """
    width, stride = 1, 1
    for layer in network.layers[: number - 1]:
        # A filter adds a place on either side, and a pool its other places; places are `stride` pixels apart.
        width += 2 * stride + (layer.pool - 1) * stride
        stride *= layer.pool
    return width + 2 * stride


def layer_inputs(network: PackedNetwork, image: np.ndarray) -> list[np.ndarray]:
    """What goes into each layer for one image (28, 28) uint8: int32 arrays (side, side, channels).

    Entries are +1 and -1, by the engine's own bits; or the pixel values in front of a grey network.
    """
    found = inference.activations(network, image[None])
    return [_values(array, layer) for array, layer in zip(found, network.layers, strict=True)]


def neuron(layer: PackedLayer, values: np.ndarray, output: int, row: int = 0, column: int = 0) -> Neuron:
    """The neuron of that filter or unit, looking at that place of the layer's input.

    Args:
        layer: its layer.
        values: the layer's input, as `layer_inputs` gives it.
        output: number of the filter or unit, from 0.
        row: place of the middle of its patch; of no meaning for a dense layer, which looks at everything.
        column: likewise.
    """
    patch, inside = values, np.ones(values.shape[:2], bool)
    if layer.kind == "convolution":
        patch = _padded(values)[row : row + 3, column : column + 3]
        inside = _padded(inside)[row : row + 3, column : column + 3]
    weights = 1 - 2 * layer.weights[output].reshape(patch.shape).astype(np.int32)
    threshold = None if layer.thresholds is None else int(layer.thresholds[output])
    flip = layer.flips is not None and bool(layer.flips[output])
    # Bits are never 0: where a pixel is, or one is larger than 1, the inputs are shades of grey.
    return Neuron(patch, weights, inside, threshold, flip, bool((abs(values) != 1).any()))


def sums(layer: PackedLayer, values: np.ndarray, output: int) -> np.ndarray:
    """The sum at every place of one filter, before any pool: (side, side) int32; (1, 1) for a dense unit."""
    weights = 1 - 2 * layer.weights[output].astype(np.int32)
    if layer.kind == "dense":
        return np.array([[(values.reshape(weights.shape) * weights).sum()]], np.int32)
    padded, side = _padded(values), layer.side
    taps = (padded[tap // 3 : tap // 3 + side, tap % 3 : tap % 3 + side] @ weights[tap] for tap in range(9))
    return sum(taps)


def bits(layer: PackedLayer, values: np.ndarray, output: int) -> np.ndarray:
    """The answer at every place of one filter, before any pool: (side, side) bool, True for -1."""
    return (sums(layer, values, output) < layer.thresholds[output]) != layer.flips[output]


def pools_black(layer: PackedLayer, output: int) -> bool:
    """How the pool joins places: True where one -1 among them is enough for -1, False where one +1 is for +1.

    The pool takes the largest. Of signs that is +1 if there is one. Of sums, in front of a comparison that
    is turned round, the largest sum makes -1 (see `bnn.engine.kernels`, 4).
    """
    return bool(layer.pool_first and layer.flips[output])


def pooled(layer: PackedLayer, places: np.ndarray, output: int) -> np.ndarray:
    """The answers behind the pool: (output side, output side) bool, from `bits` (side, side)."""
    side, pool = layer.output_side, layer.pool
    squares = places[: side * pool, : side * pool].reshape(side, pool, side, pool)
    return squares.any(axis=(1, 3)) if pools_black(layer, output) else squares.all(axis=(1, 3))


def _values(array, layer):
    values = array[0].reshape(layer.side, layer.side, layer.inputs)
    return 1 - 2 * values.astype(np.int32) if array.dtype == bool else values.astype(np.int32)


def _padded(values):
    return np.pad(values, [(1, 1), (1, 1)] + [(0, 0)] * (values.ndim - 2))
