"""The packed network in memory: what its file holds, and nothing of how it is computed."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

IMAGE_SIDE = 28
NUM_CLASSES = 10


@dataclass(frozen=True, eq=False)
class PackedLayer:
    """One layer with binary weights, and the sign that follows it.

    A sum s of this layer becomes the bit `(s < threshold) ^ flip`, where bit 1 means -1.

    Args:
        kind: "convolution" (3x3, zero padding, stride 1) or "dense".
        side: height and width of its input; for a dense layer that of the map it flattens, 1 if none.
        inputs: channels that come in; a dense layer flattens side * side * inputs of them, in the
            order row, column, channel.
        outputs: filters or units.
        pool: side of the max-pool behind it, 1 for none; a rest at the right and lower edge is dropped.
        pool_first: the pool stood between the sums and batch normalisation, not behind that.
        weights: (outputs, taps, inputs) bool, True for -1; taps are 9 (row by row) or side * side.
        thresholds: (outputs,) int32; none for the last layer.
        flips: (outputs,) bool; none for the last layer.
    """

    kind: str
    side: int
    inputs: int
    outputs: int
    pool: int
    pool_first: bool
    weights: np.ndarray = field(repr=False)
    thresholds: np.ndarray | None = field(default=None, repr=False)
    flips: np.ndarray | None = field(default=None, repr=False)

    @property
    def num_taps(self) -> int:
        """Places of the input that one sum takes in."""
        return 9 if self.kind == "convolution" else self.side * self.side

    @property
    def output_side(self) -> int:
        """Height and width of the output, behind the pool."""
        return self.side // self.pool if self.kind == "convolution" else 1

    @property
    def num_weights(self) -> int:
        """Number of binary weights."""
        return self.outputs * self.num_taps * self.inputs


@dataclass(frozen=True, eq=False)
class PackedNetwork:
    """A trained binary network: bits, integer thresholds, and the scale and offset of ten scores.

    Args:
        pixel_threshold: the first layer sees +1 where a pixel (0..255) is at least this, else -1;
            None: it sees the pixel values themselves ("grey").
        layers: first to last; the last gives ten integer sums.
        scale: (10,) float32, and
        offset: (10,) float32: score = sum * scale + offset.
        temperature: probabilities are softmax(scores / temperature); see `bnn.metrics.fit_temperature`.
        recipe: name of the recipe it was trained by.
    """

    pixel_threshold: int | None
    layers: tuple[PackedLayer, ...]
    scale: np.ndarray = field(repr=False)
    offset: np.ndarray = field(repr=False)
    temperature: float = 1.0
    recipe: str = ""

    @property
    def num_weights(self) -> int:
        """Number of binary weights."""
        return sum(layer.num_weights for layer in self.layers)

    @cached_property
    def words(self) -> tuple["LayerWords", ...]:
        """Each layer's weights, thresholds and flips as the kernels take them; made once."""
        return tuple(map(_layer_words, self.layers))


@dataclass(frozen=True, eq=False)
class LayerWords:
    """A layer packed for the kernels, 32 bits to a word, the first input in the lowest bit.

    Args:
        num_inputs: bits that come in at each tap.
        weights: (taps, words, outputs) uint32; bits behind the last input are 0.
        thresholds: (outputs,) int32; empty for the last layer.
        flips: (output words,) uint32; empty for the last layer.
    """

    num_inputs: int
    weights: np.ndarray
    thresholds: np.ndarray
    flips: np.ndarray

    @cached_property
    def edge_thresholds(self) -> np.ndarray:
        """Thresholds of a convolution for sums over a picture with a border of +1: (16, outputs) int32.

        "Same" padding is with 0, which adds nothing to a sum; a border of +1, which needs no test for the
        edge, adds the weights of the taps outside. So those are added to the threshold, too. Row
        4 * r + c is for a position whose row and column lie as `edge` in `bnn.engine.kernels` says.
        """
        num_minus = unpack_words(self.weights.transpose(0, 2, 1), 32 * self.weights.shape[1]).sum(axis=2)
        outside = (1 - _TAPS_INSIDE) @ (self.num_inputs - 2 * num_minus)
        # What no sum reaches is cut off first: a threshold at the end of its type would wrap around.
        reach = 9 * self.num_inputs
        return (np.clip(self.thresholds, -reach, reach + 1) + outside).astype(np.int32)

    @cached_property
    def table(self) -> np.ndarray:
        """Every answer of a convolution over one binary channel: (16, 512, output words) uint32.

        Nine bits come in, so there are 512 patches: entry [edge, patch] has the bits (sum < threshold),
        with `edge` as in `edge_thresholds`; bit 3 x + y of `patch` is the input at row y and column x of
        the nine.
        """
        bits = np.arange(9).reshape(3, 3).T.ravel()
        patches = 1 - 2 * (np.arange(512)[:, None] >> bits & 1)
        weights = 1 - 2 * self.weights[:, 0].astype(np.int32)
        return pack_words((_TAPS_INSIDE[:, None] * patches) @ weights < self.thresholds)


def _taps_inside():
    # By edge (first, inside, last, both first and last) and tap, for rows and for columns; then together.
    inside = np.array([[0, 1, 1], [1, 1, 1], [1, 1, 0], [0, 1, 0]])
    return np.einsum("ri,cj->rcij", inside, inside).reshape(16, 9)


_TAPS_INSIDE = _taps_inside()


def pack_words(bits: np.ndarray) -> np.ndarray:
    """Bits (..., n) bool -> words (..., ceil(n / 32)) uint32, the first bit lowest, padded with 0."""
    count = bits.shape[-1]
    padding = [(0, 0)] * (bits.ndim - 1) + [(0, -count % 32)]
    padded = np.pad(bits.astype(bool), padding)
    packed = np.packbits(padded, axis=-1, bitorder="little")
    return np.ascontiguousarray(packed).view("<u4").astype(np.uint32)


def unpack_words(words: np.ndarray, count: int) -> np.ndarray:
    """Words (..., w) uint32 -> the first `count` bits (..., count) bool."""
    data = np.ascontiguousarray(words.astype("<u4")).view(np.uint8)
    return np.unpackbits(data, axis=-1, bitorder="little", count=count).astype(bool)


def _layer_words(layer):
    weights = np.ascontiguousarray(pack_words(layer.weights).transpose(1, 2, 0))
    if layer.thresholds is None:
        return LayerWords(layer.inputs, weights, np.empty(0, np.int32), np.empty(0, np.uint32))
    thresholds = np.ascontiguousarray(layer.thresholds, np.int32)
    return LayerWords(layer.inputs, weights, thresholds, pack_words(layer.flips))
