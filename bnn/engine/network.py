"""The packed network in memory: what its file holds, and nothing of how it is computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bnn.engine.program import LayerWords, Program

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
        pixel_threshold: the first layer sees +1 where a pixel (0..255) is at least this, else -1; several
            ("levels"): an input channel for each; None: it sees the pixel values themselves ("grey").
        layers: first to last; the last gives ten integer sums.
        scale: (10,) float32, and
        offset: (10,) float32: score = sum * scale + offset.
        temperature: probabilities are softmax(scores / temperature); see `bnn.analysis.metrics.fit_temperature`.
        recipe: name of the recipe it was trained by.
    """

    pixel_threshold: int | tuple[int, ...] | None
    layers: tuple[PackedLayer, ...]
    scale: np.ndarray = field(repr=False)
    offset: np.ndarray = field(repr=False)
    temperature: float = 1.0
    recipe: str = ""

    @property
    def num_weights(self) -> int:
        """Number of binary weights."""
        return sum(layer.num_weights for layer in self.layers)

    # Both are imported when they are needed: Numba takes most of a second, and a page may read a network
    # without reading a digit with it.
    @cached_property
    def words(self) -> tuple[LayerWords, ...]:
        """Each layer as the kernels read it; made once."""
        from bnn.engine.program import layer_words

        return tuple(layer_words(self, position) for position in range(len(self.layers)))

    @cached_property
    def program(self) -> Program:
        """The whole network as the kernels read it; made once."""
        from bnn.engine.program import program

        return program(self)


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


def num_words(count: int) -> int:
    """Words that so many bits take."""
    return -(-count // 32)
