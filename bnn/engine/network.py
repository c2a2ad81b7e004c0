"""The packed network in memory, independent of the engine that computes it."""

from dataclasses import dataclass, field

import numpy as np

from bnn.data.dataset import DIGITS


@dataclass(frozen=True, eq=False)
class PackedLayer:
    """A layer with binary weights, with the batch normalization and the sign that follow it.

    A sum s of this layer becomes the bit `(s < threshold) ^ flip`. The bit 1 means -1.

    Args:
        kind: "convolution" (3x3, zero padding, stride 1) or "dense".
        side: height and width of the input. A dense layer after a convolution flattens its input; a dense
            layer after a dense layer has side 1.
        inputs: number of input channels. A dense layer has side * side * inputs input bits, in the order row,
            column, channel.
        outputs: number of neurons.
        pool: height and width of the max-pooling window that follows; 1 for no pooling. Rows and columns that
            do not fill a window are dropped.
        pool_first: whether max-pooling comes before batch normalization, and so before the comparison.
        weights: (outputs, taps, inputs) bool, True for -1. A tap is a position of the input that one sum
            covers. A convolution has 9 taps, row by row; a dense layer has side * side.
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
        """Number of positions of the input that one sum covers."""
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
        pixel_threshold: the input of the first layer is +1 if a pixel (0 to 255) is at least this threshold,
            and -1 otherwise. Several thresholds ("levels") give one input channel each. If None ("grey"), the
            input is the pixel value itself.
        layers: the layers, first to last. The last layer gives one integer sum per class.
        scale: (classes,) float32. The score of a class is sum * scale + offset.
        offset: (classes,) float32.
        temperature: the probabilities after a look are softmax(scores / temperature); see
            `bnn.analysis.calibration`.
        recipe: name of the recipe with which the network was trained.
        class_names: one name for each score.
        has_three_looks: whether the network also reads each image slanted to both sides. The probabilities
            are then the means of three; see `bnn.engine.looks`.
    """

    pixel_threshold: int | tuple[int, ...] | None
    layers: tuple[PackedLayer, ...]
    scale: np.ndarray = field(repr=False)
    offset: np.ndarray = field(repr=False)
    temperature: float = 1.0
    recipe: str = ""
    class_names: tuple[str, ...] = DIGITS
    has_three_looks: bool = False

    @property
    def num_weights(self) -> int:
        """Number of binary weights."""
        return sum(layer.num_weights for layer in self.layers)

    def num_flips_since(self, before: "PackedNetwork") -> int:
        """Returns how many weights differ from those of `before`, an earlier network with the same layers."""
        pairs = zip(before.layers, self.layers, strict=True)
        return sum(int((old.weights != new.weights).sum()) for old, new in pairs)

    @property
    def num_classes(self) -> int:
        """Number of classes, and so of scores."""
        return len(self.class_names)

    @property
    def is_blind(self) -> bool:
        """Whether the first layer gets the same bits for every image: no pixel value changes them."""
        thresholds = self.pixel_thresholds
        return bool(thresholds) and not any(0 < threshold <= 255 for threshold in thresholds)

    @property
    def pixel_thresholds(self) -> tuple[int, ...]:
        """The thresholds of a pixel, one for each input channel; empty if the input is the pixel value."""
        if self.pixel_threshold is None:
            return ()
        threshold = self.pixel_threshold
        return threshold if isinstance(threshold, tuple) else (threshold,)
