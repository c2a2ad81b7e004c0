"""The packed network in memory: what its file holds, whatever engine computes it."""

from dataclasses import dataclass, field

import numpy as np

from bnn.data.dataset import DIGITS


@dataclass(frozen=True, eq=False)
class PackedLayer:
    """A layer with binary weights, and the sign that follows it.

    A sum s of this layer becomes the bit `(s < threshold) ^ flip`, where bit 1 means -1.

    Args:
        kind: "convolution" (3x3, zero padding, stride 1) or "dense".
        side: height and width of the input; for a dense layer, of the map it flattens, 1 if there is none.
        inputs: input channels; a dense layer flattens side * side * inputs bits in the order row, column,
            channel.
        outputs: filters or units.
        pool: side of the max-pooling that follows, 1 for none; remaining rows and columns are dropped.
        pool_first: whether max-pooling comes before batch normalization, so before the comparison.
        weights: (outputs, taps, inputs) bool, True for -1; the taps are 9, row by row, or side * side.
        thresholds: (outputs,) int32; None for the last layer.
        flips: (outputs,) bool; None for the last layer.
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
        """Number of places of the input that one sum covers."""
        return 9 if self.kind == "convolution" else self.side * self.side

    @property
    def output_side(self) -> int:
        """Height and width of the output, after pooling."""
        return self.side // self.pool if self.kind == "convolution" else 1

    @property
    def num_weights(self) -> int:
        """Number of binary weights."""
        return self.outputs * self.num_taps * self.inputs


@dataclass(frozen=True, eq=False)
class PackedNetwork:
    """A trained binary network: bits, integer thresholds, and the scale and offset of the scores.

    Args:
        pixel_threshold: the first layer sees +1 where a pixel (0 to 255) is at least this, else -1. Several
            thresholds ("levels") give one input channel each. With None ("grey"), it sees the pixel values.
        layers: first to last; the last gives one integer sum per class.
        scale: (classes,) float32, and
        offset: (classes,) float32: score = sum * scale + offset.
        temperature: probabilities are softmax(scores / temperature); see `bnn.analysis.calibration`.
        recipe: name of the recipe it was trained with.
        class_names: one for each score.
    """

    pixel_threshold: int | tuple[int, ...] | None
    layers: tuple[PackedLayer, ...]
    scale: np.ndarray = field(repr=False)
    offset: np.ndarray = field(repr=False)
    temperature: float = 1.0
    recipe: str = ""
    class_names: tuple[str, ...] = DIGITS

    @property
    def num_weights(self) -> int:
        """Number of binary weights."""
        return sum(layer.num_weights for layer in self.layers)

    @property
    def num_classes(self) -> int:
        """Number of classes, which is the number of scores."""
        return len(self.class_names)

    @property
    def pixel_thresholds(self) -> tuple[int, ...]:
        """The thresholds of a pixel, one for each input channel; none where it sees the pixel values."""
        if self.pixel_threshold is None:
            return ()
        found = self.pixel_threshold
        return found if isinstance(found, tuple) else (found,)
